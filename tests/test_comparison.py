"""A quarter against another: like with like, what is left out, and when a per cent says something."""

import datetime
from decimal import Decimal

import pytest

from activity.comparison import Comparison, compare, quarter_before, same_quarter_last_year
from activity.figures import Kin
from activity.measures import BY_SLUG, MEASURES

from .made_figures import made_figures, made_period, made_units

NOW, BEFORE, LAST_YEAR = made_period(2024, 1), made_period(2023, 4), made_period(2023, 1)


def codes(units):
    return [unit.code for unit in units]


def worth(value, base, measure="patrols"):
    """A comparison of two numbers of one unit."""
    figures = made_figures({(2024, 1, "A"): {measure: value}, (2023, 1, "A"): {measure: base}}, units=("A",))
    return same_quarter_last_year(figures, measure, NOW)


def test_only_units_that_reported_both_quarters_are_compared():
    figures = made_figures(
        {
            (2024, 1, "A"): {"patrols": 30},
            (2024, 1, "B"): {"patrols": 500},
            (2023, 1, "A"): {"patrols": 20},
            (2023, 1, "C"): {"patrols": 900},
        }
    )
    found = same_quarter_last_year(figures, "patrols", NOW)
    assert (found.value, found.base, found.difference) == (30, 20, 10)
    assert (codes(found.units), codes(found.left_out)) == (["A"], ["B", "C"])


def test_a_unit_that_reported_neither_quarter_is_not_left_out():
    figures = made_figures({(2024, 1, "A"): {}, (2023, 1, "A"): {}}, units=("A", "Z"))
    assert same_quarter_last_year(figures, "patrols", NOW).left_out == ()


def test_a_unit_that_reported_nothing_to_report_is_compared():
    figures = made_figures({(2024, 1, "A"): {}, (2023, 1, "A"): {"patrols": 7}}, units=("A",))
    found = same_quarter_last_year(figures, "patrols", NOW)
    assert (found.value, found.base, found.difference) == (0, 7, -7)


def test_without_a_unit_that_reported_both_there_is_nothing_to_compare():
    figures = made_figures({(2024, 1, "A"): {"patrols": 3}, (2023, 1, "B"): {"patrols": 3}})
    assert same_quarter_last_year(figures, "patrols", NOW) is None


def kin(predecessor, successor, *, is_part=False, first_day=datetime.date(2023, 7, 1)):
    old, new = made_units(predecessor, successor)
    return Kin(old, new, first_day, is_part)


def merged(**named):
    """B was merged into A in 2023; both reported before, A alone afterwards."""
    cells = {
        (2024, 1, "A"): {"patrols": 50},
        (2024, 1, "C"): {"patrols": 1},
        (2023, 1, "A"): {"patrols": 30},
        (2023, 1, "B"): {"patrols": 25},
        (2023, 1, "C"): {"patrols": 2},
    }
    (b,) = made_units("B")
    return made_figures(cells, not_expected=frozenset({(NOW, b)}), **({"kin": (kin("B", "A"),)} | named))


def test_who_was_merged_is_compared_with_what_both_were():
    found = same_quarter_last_year(merged(), "patrols", NOW)
    assert (found.value, found.base) == (51, 57)
    assert (codes(found.units), found.left_out) == (["A", "C"], ())


def test_without_its_merger_the_same_unit_would_seem_to_have_grown():
    found = same_quarter_last_year(merged(kin=()), "patrols", NOW)
    assert (found.value, found.base, codes(found.left_out)) == (51, 32, ["B"])


@pytest.mark.parametrize("first_day", [LAST_YEAR.first_day, NOW.last_day + datetime.timedelta(days=1)])
def test_a_merger_before_or_after_the_two_quarters_joins_nobody(first_day):
    figures = merged(kin=(kin("B", "A", first_day=first_day),))
    assert same_quarter_last_year(figures, "patrols", NOW).base == 32


def test_parts_are_compared_with_their_whole_together():
    cells = {
        (2024, 1, "A"): {"patrols": 20},
        (2024, 1, "B"): {"patrols": 15},
        (2023, 1, "A"): {"patrols": 30},
    }
    (b,) = made_units("B")
    figures = made_figures(cells, kin=(kin("A", "B", is_part=True),), not_expected=frozenset({(LAST_YEAR, b)}))
    found = same_quarter_last_year(figures, "patrols", NOW)
    assert (found.value, found.base, codes(found.units)) == (35, 30, ["A", "B"])


def test_while_one_of_a_family_has_not_reported_none_of_it_compares():
    figures = merged()
    del figures.values[LAST_YEAR, figures.units[1]]
    found = same_quarter_last_year(figures, "patrols", NOW)
    assert (found.value, found.base, codes(found.left_out)) == (1, 2, ["A"])


def test_a_unit_whose_other_part_is_out_of_sight_does_not_compare():
    figures = made_figures(
        {(2024, 1, "A"): {"patrols": 20}, (2023, 1, "A"): {"patrols": 30}},
        units=("A",),
        kin=(kin("A", "B", is_part=True),),
    )
    assert same_quarter_last_year(figures, "patrols", NOW) is None


def test_a_quarter_that_was_not_gathered_is_not_compared():
    figures = made_figures({(2024, 1, "A"): {"patrols": 3}})
    assert same_quarter_last_year(figures, "patrols", NOW) is None
    assert quarter_before(figures, "patrols", NOW) is None
    assert compare(figures, "patrols", NOW, None) is None


@pytest.mark.parametrize(("number", "against"), [(1, (2023, 4)), (2, (2024, 1)), (3, (2024, 2)), (4, (2024, 3))])
def test_the_quarter_before_the_first_is_the_fourth_of_the_year_before(number, against):
    figures = made_figures({(2024, number, "A"): {"patrols": 3}, (*against, "A"): {"patrols": 2}}, units=("A",))
    found = quarter_before(figures, "patrols", made_period(2024, number))
    assert (found.against.year, found.against.number) == against


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_same_quarter_last_year_has_the_same_number(number):
    figures = made_figures({(2024, number, "A"): {}, (2023, number, "A"): {}}, units=("A",))
    found = same_quarter_last_year(figures, "patrols", made_period(2024, number))
    assert (found.against.year, found.against.number) == (2023, number)


@pytest.mark.parametrize(
    ("value", "base", "percent"),
    [
        (144, 109, "32.1"),
        (109, 144, "24.3"),
        (30, 20, "50.0"),
        (20, 20, "0.0"),
        (0, 40, "100.0"),
        (400, 20, "1900.0"),
        (30, 19, None),
        (19, 19, None),
        (5, 0, None),
        (0, 0, None),
    ],
)
def test_a_per_cent_of_a_count_wants_a_base_of_twenty(value, base, percent):
    assert worth(value, base).percent == (percent and Decimal(percent))


@pytest.mark.parametrize("measure", sorted(m.slug for m in MEASURES if m.is_amount))
@pytest.mark.parametrize(("value", "base", "percent"), [(3, 2, "50.0"), (1, 3, "66.7"), (2, 0, None)])
def test_a_per_cent_of_an_amount_wants_a_base_only(measure, value, base, percent):
    assert worth(value, base, measure).percent == (percent and Decimal(percent))


def test_amounts_are_the_measures_counted_in_kilometres_and_money():
    assert {m.slug for m in MEASURES if m.is_amount} == {
        "cleared_km",
        "fined_vnd",
        "paid_vnd",
    }


def test_kilometres_are_subtracted_exactly():
    found = worth(Decimal("50.4"), Decimal("46.2"), "cleared_km")
    assert (found.difference, found.percent) == (Decimal("4.2"), Decimal("9.1"))


@pytest.mark.parametrize(("value", "sign"), [(144, 1), (74, -1)])
def test_a_per_cent_is_never_negative_the_difference_says_the_direction(value, sign):
    found = Comparison(BY_SLUG["cases"], NOW, LAST_YEAR, value, 109, (), ())
    assert (found.difference, found.percent) == (35 * sign, Decimal("32.1"))
