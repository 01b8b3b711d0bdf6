"""Figures → charts: what is shown, in which order and under which words. No query, no request, no HTML."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.comparison import what_they_were
from activity.dates import ROMAN, short_date
from activity.figures import Basis, Figures, Number, Period, UnitName
from activity.measures import Measure

from .drawing.chart import Chart, Mark, Revision, Row, Series, table
from .drawing.svg import sparkline
from .numbers import STAR, quarter

__all__ = [
    "Chart", "Revision", "Row", "Series", "by_category", "by_unit", "marks", "on_paper", "over_quarters",
    "parts_over_quarters", "sparkline", "table",
]  # fmt: skip

MOST_LINES = 4
MOST_PARTS = 4


def by_unit(figures: Figures, measure: str, period: Period, against: Period | None = None) -> Chart:
    """Horizontal bars in border order; a unit that has not reported leaves a marked gap.

    Behind each bar stands the value of ``against``, where that period is given.
    """
    counted = figures.measure(measure)
    against = None if against and figures.break_between(measure, against, period) else against
    units = figures.expected(period, measure)
    provisional = _where((period, unit) in figures.provisional_cells for unit in units)
    waiting = figures.waiting(period, measure)
    series = [_of_units(figures, measure, period, units)]
    wholes = what_they_were(figures, measure, period, against) if against else []
    note = [_note(figures, (period,), provisional, measure=measure, compared=against)]
    if against:
        series.append(_before(figures, measure, against, wholes))
        note += _together(figures, units, against, wholes)
    return Chart(
        slug=f"by-unit-{measure}",
        shape="bars",
        title=_("%(measure)s by unit, %(quarter)s") % {"measure": counted.label, "quarter": quarter(period)},
        subtitle=_subtitle(counted, _days(period), figures, against),
        counted_in=str(counted.counted_in),
        counted_by=_("Unit"),
        categories=tuple(_marked(unit.short_name, at in provisional) for at, unit in enumerate(units)),
        series=tuple(series),
        missing=_("not reported"),
        nothing=_("nothing to report"),
        gap_words=tuple((at, _("waiting for approval")) for at, unit in enumerate(units) if unit in waiting),
        decimals=counted.decimals,
        unsure=provisional,
        note="; ".join(filter(None, note)),
        revised=_("* Revised"),
        revisions=revisions_of(figures, period, against, of=frozenset(chain.from_iterable(wholes))),
    )


def _of_units(figures, measure, period, units) -> Series:
    """A value for each of ``units``, those of amended returns marked."""
    revised = _where((period, unit) in figures.revised_cells for unit in units)
    nothing = _where(figures.is_nothing(measure, period, [unit]) for unit in units)
    values = tuple(figures.value(measure, period, unit) for unit in units)
    return Series(quarter(period), values, revised=revised, nothing=nothing)


def _before(figures, measure, against, wholes) -> Series:
    """What each of ``wholes``, units that compare together, had in ``against``; nothing of none."""
    values = tuple(figures.total(measure, against, units=whole) for whole in wholes)
    revised = _where(any((against, unit) in figures.revised_cells for unit in whole) for whole in wholes)
    nothing = _where(figures.is_nothing(measure, against, whole) for whole in wholes)
    return Series(quarter(against), values, role="comparison", revised=revised, nothing=nothing)


def _together(figures, units, against, wholes) -> Iterator[str]:
    """Which of ``units`` compare with more than themselves in ``against``."""
    for unit, whole in zip(units, wholes, strict=True):
        if merged := [each.short_name for each in whole if each != unit]:
            told = {"quarter": quarter(against), "unit": unit.short_name, "units": ", ".join(merged)}
            yield _("%(quarter)s: %(unit)s with the figures of %(units)s, merged into it") % told


def _where(flags: Iterable[bool]) -> frozenset[int]:
    """The indexes at which ``flags`` hold."""
    return frozenset(at for at, holds in enumerate(flags) if holds)


def revisions_of(
    figures, period, *compared: Period | None, of: Container[UnitName] | None = None
) -> tuple[Revision, ...]:
    """The units whose figures were revised, in ``period`` and (those ``of`` alone) in what it is compared with."""
    now = [Revision(unit.short_name, ((period, unit),)) for unit in figures.revised(period)]
    then = [
        Revision(f"{unit.short_name} ({quarter(against)})", ((against, unit),))
        for against in filter(None, compared)
        for unit in figures.revised(against)
        if of is None or unit in of
    ]
    return (*now, *then)


def by_category(figures: Figures, measure: str, period: Period, against: Period | None = None) -> Chart:
    """Horizontal bars of the parts of a measure that are not 0, the largest first.

    Raises ValueError where ``figures`` were gathered without the parts of ``period``; ``against`` is left out
    where its parts were not gathered or nobody reported.
    """
    counted = figures.measure(measure)
    if figures.reported(period) and not _has_parts(figures, measure, period):
        raise ValueError(f"The parts of {measure} in {period.code} were not gathered.")
    now = figures.parts(measure, period)
    parts = sorted(now, key=lambda part: -now[part])
    series = [Series(quarter(period), tuple(now[part] for part in parts))]
    if against and _has_parts(figures, measure, against):
        then = figures.parts(measure, against)
        nothing = frozenset(range(len(parts))) if figures.is_nothing(measure, against) else frozenset()
        values = tuple(then.get(part, 0) for part in parts)
        series.append(Series(quarter(against), values, role="comparison", nothing=nothing))
    else:
        against = None
    provisional = frozenset(range(len(parts))) if _is_provisional(figures, period) else frozenset()
    note = "; ".join(filter(None, [_note(figures, (period,), provisional), *_unlike(figures, period, against)]))
    return Chart(
        slug=f"by-category-{measure}",
        shape="bars",
        title=_("%(measure)s by %(split)s, %(quarter)s")
        % {"measure": counted.label, "split": _split(counted), "quarter": quarter(period)},
        subtitle=_subtitle(counted, _days(period), figures, against),
        counted_in=str(counted.counted_in),
        counted_by=_capital(_split(counted)),
        categories=tuple(str(counted.parts[part]) for part in parts),
        series=tuple(series),
        missing=_without_parts(figures, measure, period),
        nothing=_("nothing to report"),
        decimals=counted.decimals,
        unsure=provisional,
        note=note,
        revised=_("With revised figures"),
        revisions=revisions_of(figures, period, against),
    )


def _without_parts(figures: Figures, measure: str, period: Period) -> str:
    """What stands in a chart of parts where there are none: not reported, nothing to report, or a 0 of records."""
    if not figures.reported(period):
        return _("not reported")
    counted_in = figures.measure(measure).counted_in
    return _("nothing to report") if figures.is_nothing(measure, period) else f"0 {counted_in}"


def _unlike(figures: Figures, period: Period, against: Period | None) -> Iterator[str]:
    """In whose figures the totals of ``against`` differ from those of ``period``: the units of one of them alone."""
    if against is None:
        return
    now, then = figures.reported(period), figures.reported(against)
    for units, others, words in (
        (now, then, _("%(quarter)s: without the figures of %(units)s")),
        (then, now, _("%(quarter)s: with the figures of %(units)s besides")),
    ):
        if alone := [unit.short_name for unit in units if unit not in others]:
            yield words % {"quarter": quarter(against), "units": ", ".join(alone)}


def on_paper(chart: Chart) -> Chart:
    """``chart`` for a sheet, on which nothing unfolds: what its bars are compared with stands in figures too."""
    told = f" {_('(numbers in brackets)')}" if chart.compared else ""
    return replace(chart, on_paper=True, subtitle=chart.subtitle + told)


def over_quarters(figures: Figures, measures: Sequence[str], *, units: Sequence[UnitName] | None = None) -> Chart:
    """Lines over all periods of ``figures``, one a measure, summed over ``units`` (all, unless given).

    A quarter in which none of them reported is a gap. Raises ValueError for more than four measures, or for
    measures counted in different things: two scales in one picture mislead.
    """
    counted = [figures.measure(slug) for slug in measures]
    if not 0 < len(counted) <= MOST_LINES or len({str(measure.counted_in) for measure in counted}) > 1:
        raise ValueError(f"One chart shows one to four measures counted in the same thing, not {list(measures)}.")
    return _of_quarters(
        figures,
        figures.periods,
        counted[0],
        units=figures.units if units is None else tuple(units),
        slug=f"over-quarters-{'-'.join(measures)}",
        shape="lines",
        title=_("%(measures)s over the quarters") % {"measures": "; ".join(str(m.label) for m in counted)},
        series=tuple(_over_quarters(figures, m, units) for m in counted),
        decimals=max(measure.decimals for measure in counted),
    )


def _over_quarters(figures: Figures, counted: Measure, units: Sequence[UnitName] | None) -> Series:
    values = tuple(figures.total(counted.slug, period, units=units) for period in figures.periods)
    nothing = _where(figures.is_nothing(counted.slug, period, units) for period in figures.periods)
    return Series(str(counted.label), values, nothing=nothing)


def parts_over_quarters(figures: Figures, measure: str, *, most: int = MOST_PARTS) -> Chart:
    """Columns by quarter, stacked from the ``most`` largest parts of a measure and the rest.

    It shows the periods whose parts were gathered, and as gaps those in which nobody reported.
    """
    counted = figures.measure(measure)
    periods = [p for p in figures.periods if not figures.reported(p) or _has_parts(figures, measure, p)]
    parts = {period: figures.parts(measure, period) for period in periods}
    sums = {part: sum(found.get(part, 0) for found in parts.values()) for part in counted.parts}
    largest = sorted((part for part in sums if sums[part]), key=lambda part: -sums[part])
    # A rest of a single part would hide its name for nothing.
    shown = largest if len(largest) == most + 1 else largest[:most]
    nothing = _where(figures.is_nothing(measure, period) for period in periods)
    series = [
        Series(str(counted.parts[part]), _values(figures, periods, parts, [part]), nothing=nothing) for part in shown
    ]
    if rest := largest[len(shown) :]:
        series.append(Series(_("the rest"), _values(figures, periods, parts, rest), role="rest", nothing=nothing))
    return _of_quarters(
        figures,
        periods,
        counted,
        units=figures.units,
        slug=f"parts-over-quarters-{measure}",
        shape="stacked",
        title=_("%(measure)s by %(split)s over the quarters") % {"measure": counted.label, "split": _split(counted)},
        series=tuple(series),
        decimals=counted.decimals,
        total_label=_("Total"),
    )


def _of_quarters(
    figures: Figures,
    periods: Sequence[Period],
    counted: Measure,
    *,
    units: Sequence[UnitName],
    series: tuple[Series, ...],
    **named,
) -> Chart:
    """A chart whose categories are ``periods``, with the words that all of these share."""
    provisional = _where(_is_provisional(figures, period, units) for period in periods)
    incomplete = _where(_lacks_units(figures, period, frozenset(units), counted.slug) for period in periods)
    revised = {period: [unit for unit in figures.revised(period) if unit in units] for period in periods}
    span = f"{quarter(periods[0])} - {quarter(periods[-1])}" if periods else ""
    note = _note(figures, periods, provisional, units, counted.slug, incomplete=incomplete)
    chart = Chart(
        series=series,
        subtitle=_subtitle(counted, span, figures),
        counted_in=str(counted.counted_in),
        counted_by=_("Quarter"),
        categories=tuple(
            _marked(quarter(period) + STAR * bool(revised[period]), at in provisional)
            for at, period in enumerate(periods)
        ),
        ticks=tuple(
            _tick(period, first=not at, star=STAR * bool(revised[period])) for at, period in enumerate(periods)
        ),
        missing=_("not reported"),
        nothing=_("nothing to report"),
        gap_words=tuple(
            (at, _("none expected"))
            for at, period in enumerate(periods)
            if not any(unit in units for unit in figures.expected(period, counted.slug))
        ),
        unsure=provisional | incomplete,
        breaks=marks(figures, periods, units, counted),
        note=note,
        revised=_("* With revised figures"),
        revisions=tuple(_revised_quarter(period, found, units) for period, found in revised.items() if found),
        **named,
    )
    if any(chart.crosses(each) for each in series):
        return replace(chart, note="; ".join(filter(None, [note, _("×: nothing to report")])))
    return chart


def marks(figures: Figures, periods, units: Sequence[UnitName], counted: Measure) -> tuple[Mark, ...]:
    """The breaks of a unit alone, and of what the measure means, each before the first of ``periods`` it touches.

    None stands before the first of all. Of several units, what one lost by a split another has.
    """
    split = [
        (each.first_day, _("split on %(day)s") % {"day": short_date(each.first_day)})
        for each in figures.breaks
        if (each.unit,) == tuple(units)
    ]
    found: dict[int, list[str]] = {}
    for day, words in sorted([*split, *((each.first_day, each.words) for each in counted.redefined)]):
        touched = (at for at, period in enumerate(periods) if period.last_day >= day)
        if at := next(touched, 0):
            found.setdefault(at, []).append(words)
    return tuple(Mark(at, "; ".join(words)) for at, words in found.items())


def _revised_quarter(period, revised, units) -> Revision:
    """A quarter with revised figures: whose, unless the chart is of one unit alone; of several, how many."""
    label = quarter(period)
    if len(revised) > 1:
        label += f" ({ngettext('%(n)s unit', '%(n)s units', len(revised)) % {'n': len(revised)}})"
    elif len(units) > 1:
        label += f" ({revised[0].short_name})"
    return Revision(label, tuple((period, unit) for unit in revised))


def _values(figures, periods, parts, wanted) -> tuple[Number | None, ...]:
    """For each period the sum of the ``wanted`` parts, None where nobody reported."""
    return tuple(
        sum(parts[period].get(part, 0) for part in wanted) if figures.reported(period) else None for period in periods
    )


def _has_parts(figures, measure, period):
    """Whether the parts of ``period`` are at hand: gathered, or known to be none because the whole is 0."""
    return bool(figures.parts(measure, period)) or figures.total(measure, period) == 0


def _is_provisional(figures, period, units=None):
    return any((period, unit) in figures.provisional_cells for unit in (figures.units if units is None else units))


def _subtitle(counted: Measure, days: str, figures: Figures, against: Period | None = None) -> str:
    """Counted in, period, basis; and what the thin mark is."""
    basis = _("approved figures") if figures.basis is Basis.APPROVED else _("provisional figures")
    words = [_("Counted in: %(counted_in)s") % {"counted_in": counted.counted_in}, days, basis]
    if not counted.adds_up:
        words.insert(1, _("at the end of the quarter"))
    if against:
        words.append(_("thin mark: %(quarter)s") % {"quarter": quarter(against)})
    return " · ".join(filter(None, words))


def _lacks_units(figures, period, units, measure) -> bool:
    """Whether some of ``units`` have reported in ``period``, and not all that were to."""
    reported, expected = _reported_of(figures, period, units, measure)
    return 0 < reported < expected


def _reported_of(figures, period, units, measure) -> tuple[int, int]:
    """How many of ``units`` have reported, of how many that were to."""
    reported, expected = figures.reported(period, measure), figures.expected(period, measure)
    return sum(unit in units for unit in reported), sum(unit in units for unit in expected)


def _note(figures, periods, provisional, units=None, measure="", compared=None, incomplete=()) -> str:
    """What the reader must know besides: how many units are in each total, what these lack, what hatching means."""
    units = frozenset(figures.units if units is None else units)
    notes = []
    for period in periods if len(units) > 1 else ():
        reported, expected = _reported_of(figures, period, units, measure)
        if 0 < reported < expected or (reported and len(periods) == 1):
            notes.append(_units_reported(period, reported, expected))
    if len(periods) > 1 and len(units) > 1:
        notes.append(_("other quarters with figures: all units") if notes else _("quarters with figures: all units"))
    for period in filter(None, (*periods, compared)):
        if partial := [unit.short_name for unit in figures.partial(period) if unit in units]:
            words = _("%(quarter)s: without all that were merged into %(units)s")
            notes.append(words % {"quarter": quarter(period), "units": ", ".join(partial)})
    if provisional and incomplete:
        notes.append(_("hatched or hollow: provisional, or not of all units"))
    elif provisional or incomplete:
        notes.append(_("hatched or hollow: provisional") if provisional else _("hatched or hollow: not of all units"))
    return _capital("; ".join(notes))


def _units_reported(period, reported, expected):
    words = ngettext(
        "%(quarter)s: %(reported)s of %(expected)s unit", "%(quarter)s: %(reported)s of %(expected)s units", expected
    )
    return words % {"quarter": quarter(period), "reported": reported, "expected": expected}


def _split(counted: Measure) -> str:
    """The name of the field that splits the measure: category, topic, form."""
    name = str(counted.model._meta.get_field(counted.split_by).verbose_name)  # type: ignore[union-attr]
    return name[:1].lower() + name[1:]


def _marked(label: str, is_provisional: bool) -> str:
    return _("%(label)s (provisional)") % {"label": label} if is_provisional else label


def _tick(period: Period, *, first: bool, star: str) -> str:
    """The quarter's numeral, and the year under the first one of it."""
    numeral = ROMAN[period.number - 1] + star
    return f"{numeral}\n{period.year}" if first or period.number == 1 else numeral


def _days(period: Period) -> str:
    return f"{short_date(period.first_day)} - {short_date(period.last_day)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
