"""The parts of a return's page: one a kind, with its records and its totals beside two earlier quarters'."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from .dates import short_date
from .figures import Break, Figures, Number, Period, UnitName
from .gathering import gather, period_of
from .kinds import KINDS, Kind
from .like_for_like import Origin
from .measures import BY_SLUG, exact, in_use
from .models.answers import IndicatorAnswer
from .models.asked import Asked
from .models.steps import Taken
from .tables import RecordTable, Total, in_figures, record_table, totals_of


@dataclass(frozen=True)
class Earlier:
    """Figures of a unit and of what was merged into it in an earlier quarter (None where there is none)."""

    figures: Figures
    period: Period | None
    # The split since: what the whole had then is no figure of what is left of it.
    split: Break | None = None

    def total(self, slug: str) -> Number | None:
        return self.figures.total(slug, self.period) if self.period and not self.split else None

    def is_nothing(self, slug: str) -> bool:
        return self.period is not None and not self.split and self.figures.is_nothing(slug, self.period)

    @property
    def lacks(self) -> tuple[UnitName, ...]:
        """Whose figures its totals lack."""
        return self.figures.missing(self.period) if self.period and self.figures.reported(self.period) else ()

    @property
    def unlike(self) -> str:
        """In words, why these are not the figures of the same area, or whose they lack; empty where they compare."""
        if self.split:
            told = {"whole": self.split.whole, "day": short_date(self.split.first_day)}
            return gettext("not comparable, %(whole)s was split on %(day)s") % told
        lacks = ", ".join(unit.short_name for unit in self.lacks)
        return gettext("without the figures of %(units)s") % {"units": lacks} if lacks else ""

    @property
    def differences(self) -> tuple[str, ...]:
        """The addresses of the differences by which the figures were amended, the unit's own first."""
        period = None if self.split else self.period
        amended = (self.figures.revised_cells.get((period, unit), ()) for unit in self.figures.units if period)
        return tuple(
            reverse("return_difference", args=[each.unit.code, period, each.version])
            for of_unit in amended
            for each in of_unit
        )


@dataclass(frozen=True)
class Beside:
    """What stands of a kind in an earlier quarter: totals, or that there was nothing to report."""

    totals: tuple[Total, ...]
    is_nothing: bool
    earlier: Earlier


@dataclass(frozen=True)
class AnswerLine:
    """An indicator that a return is asked for, its answer, and in words what it was in the two earlier quarters.

    These are None, too, where it meant something else then.
    """

    asked: Asked
    answer: IndicatorAnswer | None
    before: str | None
    last_year: str | None


@dataclass(frozen=True)
class Section:
    """``now`` are the kind's totals in this quarter; ``check`` is the step by which a section ticked the kind."""

    kind: Kind
    state: str
    now: tuple[Total, ...]
    before: Beside
    last_year: Beside
    table: RecordTable | None
    check: Taken | None = None
    lines: tuple[AnswerLine, ...] = ()


def sections_of(unit_return, origin, quarters, checks) -> tuple[list[Section], bool]:
    """The sections of a return read ``for_page``; a new one is empty. ``checks`` are the last ticks by kind.

    The two earlier quarters are looked for among ``quarters``; the flag says whether their figures are sample data.

    Totals of this return are counted live, those of the earlier quarters are the approved figures, with those of the
    units that were merged into this one: its ``origin`` says which.
    """
    earlier = earlier_of(unit_return, origin, quarters)
    sections = []
    for kind in unit_return.kinds:
        state = unit_return.kind_state(kind)
        before, last_year = (_beside(kind, each) for each in earlier)
        sections.append(
            Section(
                kind,
                state,
                totals_of(kind.totals, lambda slug: exact(getattr(unit_return, f"total_{slug}", None), BY_SLUG[slug])),
                before,
                last_year,
                _table(unit_return, kind) if state == "entered" and not kind.is_asked else None,
                checks.get(kind.slug) if unit_return.is_checked(kind) else None,
                answer_lines(unit_return, earlier) if kind.is_asked else (),
            )
        )
    return sections, bool(earlier[0].figures.sample_periods)


def earlier_of(unit_return, origin: Origin, quarters) -> tuple[Earlier, Earlier]:
    """The quarter before that of a return, and the same quarter of the year before."""
    period = period_of(unit_return.quarter)
    wanted = {period.before, period.year_before}
    quarters = [quarter for quarter in quarters if (quarter.year, quarter.number) in wanted]
    measures = [BY_SLUG[slug] for kind in KINDS for slug in kind.totals]
    measures += [measure for measure in in_use(unit_return.asked) if measure.asked]
    figures = gather([unit_return.unit, *origin.merged], quarters, measures=measures)

    def earlier(was: Period | None) -> Earlier:
        return Earlier(
            figures, was, next((each for each in origin.breaks if was and was.first_day < each.first_day), None)
        )

    return earlier(figures.period(*period.before)), earlier(figures.period(*period.year_before))


def _beside(kind, earlier) -> Beside:
    nothing = bool(kind.totals) and all(earlier.is_nothing(slug) for slug in kind.totals)
    return Beside(totals_of(kind.totals, earlier.total), nothing, earlier)


def _table(unit_return, kind):
    records = list(unit_return.records(kind).with_rows())
    for record in records:
        record.unit_return = unit_return
    return record_table(kind)(records, exclude=("unit", "quarter"), orderable=False)


def answer_lines(unit_return, earlier: Sequence[Earlier]) -> tuple[AnswerLine, ...]:
    """The indicators that a return is asked for, beside the ``earlier`` quarters."""
    now = period_of(unit_return.quarter)

    def value(asked, was):
        if was.period is None or was.figures.break_between(asked.code, was.period, now):
            return None
        if was.is_nothing(asked.code):
            return gettext("nothing to report")
        total = was.total(asked.code)
        return None if total is None else in_figures(total)

    return tuple(
        AnswerLine(asked, unit_return.answers.get(asked.pk), *(value(asked, was) for was in earlier))
        for asked in unit_return.asked
    )
