"""Figures → charts: order, gaps, comparison, words; all on figures made by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from activity.figures import Basis
from reports.charts import by_category, by_unit, over_quarters, parts_over_quarters, table
from reports.drawing.plotly import plotly
from reports.drawing.svg import svg

from .made_figures import made_figures, made_period, made_units

NOW, LAST_YEAR = made_period(2024, 1), made_period(2023, 1)
A, B, C = made_units("A", "B", "C")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def cases(**parts):
    return {"cases": sum(parts.values())} | {("cases", part): value for part, value in parts.items()}


# By unit.


def test_units_stand_in_border_order_and_a_missing_one_is_a_gap_not_zero():
    figures = made_figures({(2024, 1, "C"): {"patrols": 7}, (2024, 1, "A"): {"patrols": 0}})
    chart = by_unit(figures, "patrols", NOW)
    assert chart.categories == ("Đồn BP A", "Đồn BP B", "Đồn BP C")
    assert chart.series[0].values == (0, None, 7)
    assert chart.gaps == (1,)


def test_a_submitted_return_that_is_not_approved_is_a_gap_that_does_not_say_not_reported():
    figures = made_figures({(2024, 1, "A"): {"patrols": 5}}, waiting_cells=frozenset({(NOW, B)}))
    _, rows = table(by_unit(figures, "patrols", NOW))
    assert [row.cells for row in rows] == [("5",), ("waiting for approval",), ("not reported",)]


def test_last_year_stands_behind_as_a_comparison():
    figures = made_figures({(2024, 1, "A"): {"patrols": 5}, (2023, 1, "A"): {"patrols": 4}})
    present, comparison = by_unit(figures, "patrols", NOW, LAST_YEAR).series
    assert (present.label, present.role) == ("quý I/2024", "present")
    assert (comparison.label, comparison.role) == ("quý I/2023", "comparison")
    assert comparison.values == (4, None, None)


def test_the_words_say_what_is_shown_counted_in_what_when_and_on_which_basis():
    figures = made_figures({(2024, 1, "A"): {"patrols": 5}})
    chart = by_unit(figures, "patrols", NOW, LAST_YEAR)
    assert chart.title == "Patrols and controls by unit, quý I/2024"
    assert chart.subtitle == ("Counted in: times · 15/12/2023 - 14/3/2024 · approved figures · thin mark: quý I/2023")
    assert chart.note == "Quý I/2024: 1 of 3 units"


def test_every_word_of_a_chart_is_plain_text():
    figures = made_figures({(2024, 1, "A"): cases(drugs=2)})
    for chart in (by_unit(figures, "cases", NOW), by_category(figures, "cases", NOW)):
        words = (chart.title, chart.subtitle, chart.counted_in, chart.counted_by, chart.missing, *chart.categories)
        assert {type(word) for word in words} == {str}


def test_a_provisional_unit_is_marked_by_hatching_and_by_a_word():
    figures = made_figures(
        {(2024, 1, unit): {"patrols": 5} for unit in "ABC"},
        basis=Basis.PROVISIONAL,
        provisional_cells=frozenset({(NOW, B)}),
    )
    chart = by_unit(figures, "patrols", NOW)
    assert chart.unsure == {1}
    assert chart.categories == ("Đồn BP A", "Đồn BP B (provisional)", "Đồn BP C")
    assert "provisional figures" in chart.subtitle
    assert chart.note == "Quý I/2024: 3 of 3 units; hatched or hollow: provisional"


# By category.


def test_the_largest_part_comes_first_and_parts_of_zero_are_left_out():
    figures = made_figures(
        {(2024, 1, "A"): cases(smuggling=1, drugs=4, gambling_order=0), (2024, 1, "B"): cases(smuggling=8)}
    )
    chart = by_category(figures, "cases", NOW)
    assert chart.series[0].values == (9, 4)
    assert len(chart.categories) == 2


def test_equal_parts_keep_the_offices_order():
    figures = made_figures({(2024, 1, "A"): cases(gambling_order=3, illegal_crossing=3, drugs=3)})
    chart = by_category(figures, "cases", NOW)
    labels = figures.measure("cases").parts
    assert chart.categories == (labels["drugs"], labels["illegal_crossing"], labels["gambling_order"])


def test_a_part_that_did_not_occur_last_year_is_compared_with_zero():
    figures = made_figures({(2024, 1, "A"): cases(drugs=3, smuggling=2), (2023, 1, "A"): cases(drugs=6)})
    assert by_category(figures, "cases", NOW, LAST_YEAR).series[1].values == (6, 0)


@pytest.mark.parametrize("last_year", [{}, {(2023, 1, "A"): {"cases": 6}}], ids=["not reported", "without its parts"])
def test_last_year_is_left_out_where_its_parts_are_not_known(last_year):
    figures = made_figures({(2024, 1, "A"): cases(drugs=3)} | last_year)
    chart = by_category(figures, "cases", NOW, LAST_YEAR)
    assert len(chart.series) == 1
    assert "thin mark" not in chart.subtitle


def test_parts_that_were_not_gathered_are_refused_rather_than_shown_as_none():
    with pytest.raises(ValueError, match="not gathered"):
        by_category(made_figures({(2024, 1, "A"): {"cases": 3}}), "cases", NOW)


SAID_NOTHING = {(NOW, A): frozenset({"cases"})}


@pytest.mark.parametrize(
    ("cells", "nothing", "word"),
    [
        ({(2024, 1, "A"): {"cases": 0}}, {}, "0 cases"),
        ({(2024, 1, "A"): {"cases": 0}}, SAID_NOTHING, "nothing to report"),
        ({(2023, 1, "A"): {"cases": 3}}, {}, "not reported"),
    ],
)
def test_an_empty_chart_tells_nothing_happened_from_nothing_reported(cells, nothing, word):
    chart = by_category(made_figures(cells, nothing=nothing), "cases", NOW)
    assert (chart.categories, chart.missing) == ((), word)


def test_a_quarter_with_nothing_to_report_is_no_0_in_columns_nor_behind_bars():
    cells = {
        (2023, 1, "A"): {"cases": 3, ("cases", "drugs"): 3},
        (2024, 1, "A"): {"cases": 0},
        (2025, 1, "A"): {"cases": 4, ("cases", "drugs"): 4},
    }
    for nothing, word in ((SAID_NOTHING, "nothing to report"), ({}, "0")):
        figures = made_figures(cells, units=("A",), nothing=nothing)
        columns = parts_over_quarters(figures, "cases")
        assert [row.cells for row in table(columns)[1]] == [("3", "3"), (word, word), ("4", "4")]
        lines = over_quarters(figures, ["cases"])
        assert [row.cells for row in table(lines)[1]] == [("3",), (word,), ("4",)]
        for chart in (columns, lines):
            assert svg(chart).count("nothing to report</text>") == (word != "0")
            words = [note["text"] for note in plotly(chart)["layout"]["annotations"]]
            assert words.count("nothing to report") == (word != "0")
        behind = by_category(figures, "cases", made_period(2025, 1), NOW)
        assert [row.cells for row in table(behind)[1]] == [("4", word)]


def test_a_line_beside_another_crosses_the_quarters_in_which_it_had_nothing_to_report():
    cells = {(2024, number, "A"): {"patrols": 0, "propaganda": 3 - number} for number in (1, 2, 3)}
    for nothing in ({(NOW, A): frozenset({"patrols"})}, {}):
        chart = over_quarters(made_figures(cells, units=("A",), nothing=nothing), ["patrols", "propaganda"])
        patrols, _sessions = plotly(chart)["data"]
        assert patrols["marker"].get("symbol", []) == (["x-thin", "circle", "circle"] if nothing else [])
        # A dot for each of the other points, and what the mark means.
        picture = svg(chart)
        assert (picture.count("<circle"), picture.count("l7 7m0 -7l-7 7")) == ((5, 1) if nothing else (6, 0))
        assert ("×: nothing to report" in chart.note) is bool(nothing)


# Over the quarters.


def test_a_quarter_in_which_nobody_reported_is_a_gap_in_the_line():
    figures = made_figures({(2023, 4, "A"): {"patrols": 4}, (2024, 1, "A"): {"patrols": 5}, (2024, 1, "B"): {}})
    chart = over_quarters(replace(figures, periods=(made_period(2023, 3), *figures.periods)), ["patrols"])
    assert chart.series[0].values == (None, 4, 5)
    assert chart.gaps == (0,)


def test_quarters_are_named_by_numeral_with_the_year_once():
    figures = made_figures({(y, n, "A"): {} for y, n in [(2023, 3), (2023, 4), (2024, 1), (2024, 2)]})
    chart = over_quarters(figures, ["patrols"])
    assert chart.ticks == ("III\n2023", "IV", "I\n2024", "II")
    assert chart.categories == ("quý III/2023", "quý IV/2023", "quý I/2024", "quý II/2024")


def test_a_quarter_that_lacks_units_is_named_in_the_note_and_drawn_as_not_of_all():
    """Else a quarter that runs would look like a fall."""
    drugs = {"cases": 2, ("cases", "drugs"): 2}
    cells = {(2023, 4, unit): {} for unit in "ABC"} | {(2024, 1, "A"): drugs, (2024, 1, "C"): {}}
    figures = made_figures(cells)
    words = "Quý I/2024: 2 of 3 units; other quarters with figures: all units; hatched or hollow: not of all units"
    for chart in (over_quarters(figures, ["patrols"]), parts_over_quarters(figures, "cases")):
        assert (chart.note, chart.unsure) == (words, {1})
        assert chart.categories == ("quý IV/2023", "quý I/2024")
    provisional = replace(figures, provisional_cells=frozenset({(made_period(2023, 4), A)}))
    chart = over_quarters(provisional, ["patrols"])
    assert chart.unsure == {0, 1}
    assert chart.note.endswith("hatched or hollow: provisional, or not of all units")
    assert over_quarters(figures, ["patrols"], units=[A]).unsure == frozenset()


def test_lines_can_be_of_some_units_only():
    figures = made_figures({(2024, 1, "A"): {"patrols": 4}, (2024, 1, "B"): {"patrols": 5}})
    chart = over_quarters(figures, ["patrols"], units=[B])
    assert chart.series[0].values == (5,)
    assert chart.note == ""


def test_lines_counted_in_different_things_are_refused():
    figures = made_figures({(2024, 1, "A"): {}})
    with pytest.raises(ValueError, match="counted in the same thing"):
        over_quarters(figures, ["patrols", "patrol_turns"])


def test_a_fifth_line_is_refused():
    figures = made_figures({(2024, 1, "A"): {}})
    with pytest.raises(ValueError, match="one to four"):
        over_quarters(figures, ["cases", "lead_cases", "support_cases", "ownerless", "received_cases"])


# Parts over the quarters.


def test_the_four_largest_parts_are_shown_and_the_rest_is_added_up():
    figures = made_figures(
        {
            (2023, 4, "A"): cases(
                drugs=9, illegal_crossing=8, smuggling=7, weapons_explosives=6, counterfeit=2, other=1
            ),
            (2024, 1, "A"): cases(drugs=1, other=3),
        }
    )
    chart = parts_over_quarters(figures, "cases")
    assert [series.values for series in chart.series] == [(9, 1), (8, 0), (7, 0), (6, 0), (3, 3)]
    assert (chart.series[-1].label, chart.series[-1].role) == ("the rest", "rest")
    assert chart.totals == (33, 4)


def test_a_rest_of_one_part_keeps_its_name():
    figures = made_figures(
        {(2024, 1, "A"): cases(drugs=5, illegal_crossing=4, smuggling=3, weapons_explosives=2, counterfeit=1)}
    )
    assert [series.role for series in parts_over_quarters(figures, "cases").series] == ["present"] * 5


def test_a_quarter_gathered_without_its_parts_is_not_shown_as_a_quarter_of_zeros():
    figures = made_figures({(2023, 4, "A"): {"cases": 9}, (2024, 1, "A"): cases(drugs=1)})
    assert parts_over_quarters(figures, "cases").categories == ("quý I/2024",)


# The table.


def test_the_table_says_the_same_in_vietnamese_figures():
    figures = made_figures(
        {(2024, 1, "A"): {"cleared_km": Decimal("1250.5")}, (2023, 1, "B"): {"cleared_km": Decimal(2)}}
    )
    header, rows = table(by_unit(figures, "cleared_km", NOW, LAST_YEAR))
    assert header == ("Unit", "quý I/2024", "quý I/2023")
    assert [(row.label, *row.cells) for row in rows] == [
        ("Đồn BP A", "1.250,5", "–"),
        ("Đồn BP B", "not reported", "2,0"),
        ("Đồn BP C", "not reported", "–"),
    ]


def test_the_table_of_a_stack_ends_in_its_total():
    header, rows = table(parts_over_quarters(made_figures({(2024, 1, "A"): cases(drugs=3, other=2)}), "cases"))
    assert header[-1] == "Total"
    assert rows[0].cells == ("3", "2", "5")


def test_a_chart_by_category_names_the_units_that_reported_in_one_of_its_two_quarters_alone():
    cells = {
        (2024, 1, "A"): {"cases": 5, ("cases", "drugs"): 5},
        (2024, 1, "B"): {"cases": 4, ("cases", "drugs"): 4},
        (2023, 1, "A"): {"cases": 6, ("cases", "drugs"): 6},
        (2023, 1, "C"): {"cases": 2, ("cases", "drugs"): 2},
    }
    chart = by_category(made_figures(cells), "cases", NOW, LAST_YEAR)
    lacks, has = "quý I/2023: without the figures of Đồn BP B", "quý I/2023: with the figures of Đồn BP C besides"
    assert chart.note.endswith(f"; {lacks}; {has}")
    alike = made_figures({cell: of for cell, of in cells.items() if cell[2] == "A"})
    assert "the figures of" not in by_category(alike, "cases", NOW, LAST_YEAR).note
