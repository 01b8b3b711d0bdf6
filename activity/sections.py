"""The parts of a return's page: one a kind, with its records and its totals beside two earlier quarters'."""

from dataclasses import dataclass
from itertools import chain

from django.urls import reverse

from .figures import Number
from .gathering import gather, period_of
from .kinds import KINDS, Kind
from .measures import BY_SLUG, exact, in_use
from .models.answers import IndicatorAnswer
from .models.asked import Asked
from .models.steps import Taken
from .tables import RecordTable, Total, record_table, totals_of


@dataclass(frozen=True)
class AnswerLine:
    """An indicator that a return is asked for, its answer, and its figures in the two earlier quarters.

    These are None, too, where it meant something else then.
    """

    asked: Asked
    answer: IndicatorAnswer | None
    before: Number | None
    last_year: Number | None


@dataclass(frozen=True)
class Section:
    """``now``, ``before`` and ``last_year`` are the kind's totals in this quarter and in the two earlier ones.

    ``revised`` are the addresses of the differences by which those two were amended, empty where they were not.
    ``check`` is the step by which a section ticked the kind, None where it is not checked.
    """

    kind: Kind
    state: str
    now: tuple[Total, ...]
    before: tuple[Total, ...]
    last_year: tuple[Total, ...]
    table: RecordTable | None
    check: Taken | None = None
    revised: tuple[str, str] = ("", "")
    lines: tuple[AnswerLine, ...] = ()


def sections_of(unit_return, merged, quarters, checks) -> tuple[list[Section], bool]:
    """The sections of a return read ``for_page``; a new one is empty. ``checks`` are the last ticks by kind.

    The two earlier quarters are looked for among ``quarters``; the flag says whether their figures are sample data.

    Totals of this return are counted live, those of the earlier quarters are the approved figures, with those of the
    units that were ``merged`` into this one until its quarter began.
    """
    figures, before, last_year = _earlier(unit_return, merged, quarters)
    revised = _difference(figures, before), _difference(figures, last_year)
    sections = []
    for kind in unit_return.kinds:
        state = unit_return.kind_state(kind)
        sections.append(
            Section(
                kind,
                state,
                totals_of(kind.totals, lambda slug: exact(getattr(unit_return, f"total_{slug}", None), BY_SLUG[slug])),
                totals_of(kind.totals, lambda slug: before and figures.total(slug, before)),
                totals_of(kind.totals, lambda slug: last_year and figures.total(slug, last_year)),
                _table(unit_return, kind) if state == "entered" and not kind.is_asked else None,
                checks.get(kind.slug) if unit_return.is_checked(kind) else None,
                revised,
                _lines(unit_return, figures, before, last_year) if kind.is_asked else (),
            )
        )
    return sections, bool(figures.sample_periods)


def _difference(figures, period) -> str:
    """Where an amendment of the figures of ``period`` is shown, first the unit's own; empty where none was amended."""
    amended = (figures.revised_cells.get((period, unit), ()) for unit in figures.units)
    first = next(chain.from_iterable(amended), None)
    return reverse("return_difference", args=[first.unit.code, period, first.version]) if first else ""


def _table(unit_return, kind):
    records = list(unit_return.records(kind).with_rows())
    for record in records:
        record.unit_return = unit_return
    return record_table(kind)(records, exclude=("unit", "quarter"), orderable=False)


def answer_lines(unit_return, merged, quarters) -> tuple[AnswerLine, ...]:
    """The indicators that a return is asked for, for the page of their entry (see `sections_of`)."""
    return _lines(unit_return, *_earlier(unit_return, merged, quarters))


def _lines(unit_return, figures, *earlier) -> tuple[AnswerLine, ...]:
    now = period_of(unit_return.quarter)

    def value(asked, period):
        breaks = period is None or figures.break_between(asked.code, period, now)
        return None if breaks else figures.total(asked.code, period)

    return tuple(
        AnswerLine(asked, unit_return.answers.get(asked.pk), *(value(asked, period) for period in earlier))
        for asked in unit_return.asked
    )


def _earlier(unit_return, merged, quarters):
    """The figures of the unit and of those ``merged`` into it, and the two earlier periods that they are of."""
    period = period_of(unit_return.quarter)
    wanted = {period.before, period.year_before}
    quarters = [quarter for quarter in quarters if (quarter.year, quarter.number) in wanted]
    measures = [BY_SLUG[slug] for kind in KINDS for slug in kind.totals]
    measures += [measure for measure in in_use(unit_return.asked) if measure.asked]
    figures = gather([unit_return.unit, *merged], quarters, measures=measures)
    return figures, figures.period(*period.before), figures.period(*period.year_before)
