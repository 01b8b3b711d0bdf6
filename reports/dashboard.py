"""Which charts a dashboard shows, the most asked first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.urls import reverse

from activity.figures import Cell, Figures, Period, UnitName
from activity.measures import Measure

from .charts import Chart, Revision, by_category, by_unit, over_quarters, parts_over_quarters, revisions_of
from .tiles import tile_measures

# Measures whose parts are charted.
PARTS_SHOWN = ("cases",)
# Measures with a place of their own among the charts; what else is charted follows by unit and over the quarters.
CHARTED_ABOVE = {"patrols", "propaganda", "cases"}


def dashboard_measures(measures: Iterable[Measure]) -> list[Measure]:
    """Those of ``measures`` that tiles and charts read."""
    by_tiles = tile_measures()
    return [measure for measure in measures if measure.charted or measure in by_tiles]


def dashboard_charts(figures: Figures, period: Period) -> Iterator[Chart]:
    """The charts of ``period``: one unit alone is not compared with others, nor one quarter alone with others.

    What was revised in them leads to the difference.
    """
    for chart in _charts(figures, period):
        yield replace(chart, revisions=_leading(figures, chart.revisions))


def revised_units(figures: Figures, period: Period) -> tuple[Revision, ...]:
    """The units whose figures were revised, in ``period`` and in the gathered ones that it is compared with.

    Each leads to the difference of its versions.
    """
    compared = figures.period(*period.before), figures.period(*period.year_before)
    return _leading(figures, revisions_of(figures, period, *compared))


def _leading(figures: Figures, revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    return tuple(replace(revision, href=_address(figures, revision.cells)) for revision in revisions)


def _address(figures: Figures, cells: tuple[Cell, ...]) -> str:
    """Where a revision leads: to the difference; those of several units to the overview that names them."""
    (period, amended), *others = ((cell[0], each) for cell in cells for each in figures.revised_cells[cell])
    if others:
        return reverse("dashboard", args=[period])
    return reverse("return_difference", args=[amended.unit.code, period, amended.version])


def _charts(figures: Figures, period: Period) -> Iterator[Chart]:
    several = _several(figures)
    yield from _by_unit(figures, "patrols", period)
    if several:
        yield over_quarters(figures, ("patrols", "propaganda"))
    yield by_category(figures, "cases", period, figures.period(*period.year_before))
    yield from _by_unit(figures, "cases", period)
    if several and any(figures.parts("cases", each) for each in figures.periods):
        yield parts_over_quarters(figures, "cases")
    yield from _by_unit(figures, "propaganda", period)
    for measure in figures.measures:
        if measure.charted and measure.slug not in CHARTED_ABOVE and figures.is_asked(measure.slug, period):
            yield from _by_unit(figures, measure.slug, period)
            if _several(figures, measure.slug):
                yield over_quarters(figures, (measure.slug,))


def _several(figures: Figures, measure: str = "") -> bool:
    """Whether more than one quarter has figures (of ``measure``): one alone is compared with nothing."""
    return sum(bool(figures.reported(each, measure)) for each in figures.periods) > 1


def _by_unit(figures: Figures, measure: str, period: Period) -> Iterator[Chart]:
    """The chart by unit, each unit leading to its return; none for a unit alone."""
    if len(figures.units) > 1:
        chart = by_unit(figures, measure, period, figures.period(*period.year_before))
        units = figures.expected(period, measure)
        yield replace(chart, hrefs=tuple(_returns_of(figures, period, unit) for unit in units))


def _returns_of(figures: Figures, period: Period, unit: UnitName) -> str:
    """Where the figures of a unit come from: its return, or with what it carries on those of the whole quarter."""
    if (period, unit) in figures.carried_cells:
        return f"{reverse('returns')}?quarter={period.code}"
    return reverse("return", args=[unit.code, period])
