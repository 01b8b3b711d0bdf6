"""Which charts a dashboard shows, the most asked first."""

from collections.abc import Iterator

from activity.figures import Figures, Period

from .charts import Chart, by_category, by_unit, over_quarters, parts_over_quarters
from .tiles import tile_measures

# Measures whose parts are charted.
PARTS_SHOWN = ("cases",)


def dashboard_measures() -> list[str]:
    """The slugs that tiles and charts read."""
    return list(dict.fromkeys([*tile_measures(), "cases", "patrols", "propaganda"]))


def dashboard_charts(figures: Figures, period: Period) -> Iterator[Chart]:
    """The charts of ``period``; one unit alone is not compared with others."""
    last_year = figures.period(*period.year_before)
    if len(figures.units) > 1:
        yield by_unit(figures, "patrols", period, last_year)
    yield over_quarters(figures, ("patrols", "propaganda"))
    yield by_category(figures, "cases", period, last_year)
    if len(figures.units) > 1:
        yield by_unit(figures, "cases", period, last_year)
    yield parts_over_quarters(figures, "cases")
    if len(figures.units) > 1:
        yield by_unit(figures, "propaganda", period, last_year)
