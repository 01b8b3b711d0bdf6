"""The six tiles: value, what stands beside it, and two comparisons over the same units."""

import dataclasses
import re
from decimal import Decimal

import pytest
from django.utils import translation

from activity.figures import Basis, Break
from activity.measures import BY_SLUG
from reports.tiles import BESIDE, compared_over, tile_measures, tiles

from .made_figures import made_figures, made_period
from .made_quarter import CAO_BANG

NOW = made_period(2024, 1)
ORDER = ["patrols", "propaganda", "cases", "paid_vnd", "projects_opened", "foreign_events"]


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def tile(slug, cells, **named):
    figures = made_figures(cells, **named)
    return next(found for found in tiles(figures, NOW) if found.slug == slug)


def one_unit(slug, now, **earlier):
    """The tile of one unit: its value now, ``before`` and ``last_year``."""
    when = {"before": (2023, 4, "A"), "last_year": (2023, 1, "A")}
    cells = {(2024, 1, "A"): {slug: now}} | {when[name]: {slug: value} for name, value in earlier.items()}
    return tile(slug, cells, units=("A",))


def words(found):
    return [" ".join(filter(None, [change.against, change.sign, change.words])) for change in found.changes]


def test_the_tiles_are_the_six_of_the_report_in_its_order():
    assert [found.slug for found in tiles(made_figures({(2024, 1, "A"): {}}), NOW)] == ORDER


@pytest.mark.parametrize(
    ("slug", "value", "counted_in", "beside"),
    [
        ("patrols", "412", "lần", ("3.889 lượt người", "50,4 km")),
        ("propaganda", "329", "lần", ("15.749 lượt người nghe",)),
        ("cases", "144", "vụ", ("1.421 đối tượng",)),
        ("paid_vnd", "1,03 tỷ đồng", "", ()),
        ("projects_opened", "1", "chuyên án", ("1 thành công",)),
        ("foreign_events", "21", "lần", ()),
    ],
)
def test_a_tile_says_the_published_quarter(slug, value, counted_in, beside):
    found = tile(slug, {(2024, 1, "A"): CAO_BANG}, units=("A",))
    assert (found.value, found.counted_in, found.beside) == (value, counted_in, beside)


def test_what_nobody_has_reported_is_a_dash_and_not_zero():
    found = tile("patrols", {(2023, 1, "A"): {"patrols": 3}})
    assert (found.value, found.beside) == ("–", ("– lượt người", "– km"))


def test_what_was_reported_as_nothing_is_zero():
    found = tile("paid_vnd", {(2024, 1, "A"): {}})
    assert (found.value, tile("patrols", {(2024, 1, "A"): {}}).beside) == ("0", ("0 lượt người", "0 km"))


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [
        (144, 109, "▲ 35 (32,1%)"),
        (109, 144, "▼ 35 (24,3%)"),
        (12, 10, "▲ 2"),
        (3, 0, "▲ 3"),
        (0, 25, "▼ 25 (100%)"),
        (1234, 34, "▲ 1.200 (3.529,4%)"),
    ],
)
def test_a_change_has_a_direction_a_size_and_a_per_cent_where_that_says_something(now, then, change):
    found = one_unit("cases", now, before=then, last_year=then)
    assert words(found) == [f"Quý trước {change}", f"Cùng kỳ {change}"]


@pytest.mark.parametrize("value", [0, 7, 144])
def test_no_change_is_said_in_words(value):
    found = one_unit("cases", value, before=value, last_year=value)
    assert [change.sign for change in found.changes] == ["=", "="]
    assert not any(re.search(r"\d", change.words) for change in found.changes)


def test_a_change_of_money_is_money():
    found = one_unit("paid_vnd", 1_034_500_000, before=914_500_000, last_year=1_034_500_000)
    assert words(found)[0] == "Quý trước ▲ 120 triệu đồng (13,1%)"


def test_without_a_base_there_is_no_change():
    found = one_unit("cases", 144)
    assert words(found) == ["Quý trước chưa có số liệu", "Cùng kỳ chưa có số liệu"]


LIKE_WITH_LIKE = {
    (2024, 1, "A"): {"cases": 30},
    (2024, 1, "B"): {"cases": 400},
    (2023, 4, "A"): {"cases": 25},
    (2023, 4, "B"): {"cases": 400},
    (2023, 1, "A"): {"cases": 20},
}


def test_the_change_is_that_of_the_units_that_reported_both_quarters():
    found = tile("cases", LIKE_WITH_LIKE, units=("A", "B"))
    assert found.value == "430"
    assert words(found) == ["Quý trước ▲ 5 (1,2%)", "Cùng kỳ ▲ 10 (50%)"]


def test_it_is_said_once_over_which_units_the_tiles_compare():
    figures = made_figures(LIKE_WITH_LIKE, units=("A", "B"))
    assert compared_over(figures, NOW) == (
        "So sánh trên các đơn vị có báo cáo cả hai kỳ: với quý I/2023 1 đơn vị, không so sánh Đồn BP B."
    )


def test_nothing_is_said_of_units_where_all_of_them_compare():
    figures = made_figures({(2024, 1, "A"): {}, (2023, 4, "A"): {}}, units=("A",))
    assert compared_over(figures, NOW) == ""


def test_the_line_of_a_tile_is_broken_where_its_unit_was_split():
    figures = made_figures({(2023, number, "A"): {"cases": number} for number in (1, 2, 3, 4)}, units=("A",))
    (unit,), (*_, last) = figures.units, figures.periods
    split = dataclasses.replace(figures, breaks=(Break(unit, unit, figures.periods[2].first_day),))
    whole, broken = (next(each.line for each in tiles(f, last) if each.slug == "cases") for f in (figures, split))
    assert (whole.count("M"), broken.count("M")) == (1, 2)


def test_a_tile_has_a_line_of_the_last_eight_quarters_and_no_later_one():
    quarters = [(2022, n) for n in (1, 2, 3, 4)] + [(2023, n) for n in (1, 2, 3, 4)] + [(2024, 1)]
    cells = {(*quarter, "A"): {"cases": 10 + at} for at, quarter in enumerate(quarters)}
    whole, later = tile("cases", cells), tile("cases", cells | {(2024, 2, "A"): {"cases": 9999}})
    without_the_ninth = {key: cell for key, cell in cells.items() if key != (2022, 1, "A")}
    assert whole.line == later.line == tile("cases", without_the_ninth).line
    assert whole.line != tile("cases", cells | {(2022, 2, "A"): {"cases": 500}}).line


def test_a_tile_reads_no_measure_that_was_not_asked_for():
    read = {measure.slug for measure in tile_measures()}
    assert read == set(ORDER) | {beside for besides in BESIDE.values() for beside in besides}
    assert {slug for slug, measure in BY_SLUG.items() if measure.tile} == set(ORDER)


def test_a_provisional_basis_makes_the_same_tiles():
    cells = {(2024, 1, "A"): {"cleared_km": Decimal("50.4")}}
    assert tile("patrols", cells, basis=Basis.PROVISIONAL) == tile("patrols", cells)


def test_a_tile_tells_nothing_to_report_from_a_0_of_records():
    cells = {(2024, 1, "A"): {}, (2024, 1, "B"): {}}
    a, b, _c = made_figures(cells).units
    for units, beside in (((a, b), ("không phát sinh",)), ((a,), ("0 đối tượng",))):
        figures = made_figures(cells, nothing={(NOW, unit): frozenset({"cases"}) for unit in units})
        (found,) = [each for each in tiles(figures, NOW) if each.slug == "cases"]
        assert (found.value, found.beside) == ("0", beside)
