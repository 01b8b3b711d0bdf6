"""Which charts a dashboard shows: none that compares one thing with nothing."""

import pytest

from reports.dashboard import dashboard_charts

from .made_figures import made_figures, made_period

NOW = made_period(2024, 1)
CASES = {"cases": 3, ("cases", "drugs"): 3}
BY_UNIT = {"by-unit-patrols", "by-unit-cases", "by-unit-propaganda"}
OVER_QUARTERS = {"over-quarters-patrols-propaganda", "parts-over-quarters-cases"}


def slugs(cells, **named):
    return {chart.slug for chart in dashboard_charts(made_figures(cells, **named), NOW)}


@pytest.fixture
def two_quarters():
    return {(2023, 4, "A"): CASES, (2024, 1, "A"): CASES}


def test_units_and_quarters_are_compared(two_quarters):
    assert slugs(two_quarters) == BY_UNIT | OVER_QUARTERS | {"by-category-cases"}


def test_one_unit_alone_is_not_compared_with_others(two_quarters):
    assert slugs(two_quarters, units=("A",)) == OVER_QUARTERS | {"by-category-cases"}


def test_the_first_quarter_alone_is_not_drawn_as_a_line():
    assert slugs({(2024, 1, "A"): CASES}) == BY_UNIT | {"by-category-cases"}
