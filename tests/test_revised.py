"""Revised figures as they are gathered, and in charts, tables and sentences; the pages are in `test_revised_pages`."""

import re

import pytest
from django.utils import translation

from activity.figures import Amended, Basis, Kin
from activity.like_for_like import by_present_unit
from activity.measures import BY_SLUG
from activity.models import UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Status
from reports.charts import by_category, by_unit, over_quarters, parts_over_quarters, table
from reports.dashboard import dashboard_charts, revised_units
from reports.drawing.plotly import plotly
from reports.drawing.svg import svg
from reports.narrative import coverage
from reports.tables import by_unit as annexes
from reports.tables import cases_by_category

from .factories import taken_to
from .made_figures import made_figures, made_period, made_units
from .revised import amended, gathered, made_first, made_neighbour

NOW, LAST_YEAR = made_period(2024, 1), made_period(2023, 1)
A, B, C = made_units("A", "B", "C")


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def revised_figures(*revised):
    """Three units over two quarters; the cells ``revised`` are those of a second version."""
    cells = {
        (year, 1, code): {"patrols": n, "cases": n, ("cases", "drugs"): n}
        for year in (2023, 2024)
        for n, code in enumerate("ABC", start=3)
    }
    return made_figures(cells, revised_cells={cell: (Amended(cell[1], 2),) for cell in revised})


# Charts and tables, from figures alone


def test_a_revised_unit_bears_a_star_in_both_drawings_and_in_the_table():
    chart = by_unit(revised_figures((NOW, B)), "patrols", NOW, LAST_YEAR)
    assert [row.cells for row in table(chart)[1]] == [("3", "3"), ("4*", "4"), ("5", "5")]
    assert re.findall(r">([^<]*\*)</text>", svg(chart)) == ["4*"]
    drawn = plotly(chart)
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["3", "4*", "5"]
    (front,) = [trace for trace in drawn["data"] if "hovertext" in trace]
    assert front["hovertext"][1] == "Đồn BP B<br>quý I/2024: 4*<br>quý I/2023: 4"
    assert chart.revised_note == "* Đã điều chỉnh: Đồn BP B"


def test_the_drawing_describes_what_was_revised():
    chart = by_unit(revised_figures((NOW, B)), "patrols", NOW)
    assert "* Đã điều chỉnh: Đồn BP B</desc>" in svg(chart)


def test_the_revised_year_before_bears_its_own_star():
    chart = by_unit(revised_figures((LAST_YEAR, C)), "patrols", NOW, LAST_YEAR)
    assert [row.cells for row in table(chart)[1]] == [("3", "3"), ("4", "4"), ("5", "5*")]
    assert chart.revised_note == "* Đã điều chỉnh: Đồn BP C (quý I/2023)"


def test_a_quarter_with_revised_figures_bears_a_star():
    figures = revised_figures((NOW, B), (LAST_YEAR, A), (LAST_YEAR, C))
    for chart in (over_quarters(figures, ["patrols"]), parts_over_quarters(figures, "cases")):
        assert chart.categories == ("quý I/2023*", "quý I/2024*")
        assert chart.ticks == ("I*\n2023", "I*\n2024")
        assert chart.revised_note == (
            "* Có số liệu đã điều chỉnh: quý I/2023 (2 đơn vị), quý I/2024 (Đồn BP B)"
        )  # fmt: skip
        assert ">I*</text>" in svg(chart)
        assert plotly(chart)["layout"]["xaxis"]["ticktext"] == ["I*<br>2023", "I*<br>2024"]


def test_a_chart_of_other_units_than_the_revised_one_bears_none():
    chart = over_quarters(revised_figures((NOW, B)), ["patrols"], units=[A, C])
    assert (chart.categories, chart.revised_note) == (("quý I/2023", "quý I/2024"), "")


def test_totals_by_category_name_whose_figures_were_revised():
    chart = by_category(revised_figures((NOW, B)), "cases", NOW)
    assert chart.revised_note == "Có số liệu đã điều chỉnh: Đồn BP B"
    assert [row.cells for row in table(chart)[1]] == [("12",)]


def test_figures_of_first_versions_bear_no_star_and_no_note():
    figures = revised_figures()
    for chart in dashboard_charts(figures, NOW):
        assert "*" not in svg(chart)
        assert chart.revised_note == ""
    assert all(not each.note for each in (*annexes(figures, NOW), cases_by_category(figures, NOW)))


def test_the_charts_of_a_dashboard_lead_to_the_difference():
    figures = revised_figures((NOW, B), (LAST_YEAR, A), (LAST_YEAR, C))
    charts = {chart.slug: chart for chart in dashboard_charts(figures, NOW)}
    of_one = "/returns/B/2024Q1/versions/2/difference/"
    assert [each.href for each in charts["by-unit-patrols"].revisions] == [
        of_one,
        "/returns/A/2023Q1/versions/2/difference/",
        "/returns/C/2023Q1/versions/2/difference/",
    ]
    # Of several units to the overview of their quarter, which names them.
    of_quarters = [each.href for each in charts["over-quarters-patrols-propaganda"].revisions]
    assert of_quarters == ["/dashboard/2023Q1/", of_one]
    assert [each.href for each in revised_units(figures, LAST_YEAR)] == [
        "/returns/A/2023Q1/versions/2/difference/",
        "/returns/C/2023Q1/versions/2/difference/",
    ]


def test_the_tables_of_the_summary_mark_and_explain_it():
    figures = revised_figures((NOW, B))
    for annex in annexes(figures, NOW):
        assert [row.label for row in annex.rows] == ["Đồn BP A", "Đồn BP B*", "Đồn BP C"]
        assert annex.note == "* Số liệu đã điều chỉnh."
    assert cases_by_category(figures, NOW).note == "Có số liệu đã điều chỉnh của Đồn BP B."


def test_the_report_says_in_its_coverage_whose_figures_were_revised():
    told = coverage(revised_figures((NOW, B)), NOW)
    assert told == "Số liệu tổng hợp từ 03/03 đơn vị; 01 đơn vị có số liệu đã điều chỉnh: Đồn BP B."


def test_the_report_says_too_whose_figures_of_the_year_before_were_revised():
    told = coverage(revised_figures((NOW, B), (LAST_YEAR, A), (LAST_YEAR, C)), NOW)
    assert told.endswith(
        "; 01 đơn vị có số liệu đã điều chỉnh: Đồn BP B"
        "; 02 đơn vị có số liệu cùng kỳ năm 2023 đã điều chỉnh: Đồn BP A, Đồn BP C."
    )


def test_the_wider_number_with_its_star_stays_inside_the_picture():
    plain, starred = (by_unit(revised_figures(*cells), "patrols", NOW) for cells in ((), ((NOW, C),)))
    assert plotly(starred)["layout"]["margin"]["r"] > plotly(plain)["layout"]["margin"]["r"]


def carried_on_by_c(*revised):
    """The figures by present unit, since C carries on A and B."""
    kin = [Kin(unit, C, made_period(2025, 1).first_day, is_part=False) for unit in (A, B)]
    return by_present_unit(revised_figures(*revised), kin)


@pytest.mark.parametrize(
    ("revised", "leads"),
    [
        ([A], "/returns/A/2024Q1/versions/2/difference/"),
        ([C], "/returns/C/2024Q1/versions/2/difference/"),
        ([A, B], "/dashboard/2024Q1/"),  # which names them
    ],
    ids=lambda what: what if isinstance(what, str) else "".join(unit.code for unit in what),
)
def test_by_present_unit_a_predecessor_s_revised_figure_bears_its_star_and_leads_to_its_difference(revised, leads):
    figures = carried_on_by_c(*((NOW, unit) for unit in revised))
    chart = by_unit(figures, "patrols", NOW)
    assert [row.cells for row in table(chart)[1]] == [("12*",)]
    assert chart.revised_note == "* Đã điều chỉnh: Đồn BP C"
    assert [each.href for each in revised_units(figures, NOW)] == [leads]
    assert [row.label for row in annexes(figures, NOW)[0].rows] == ["Đồn BP C*"]


# What is gathered


@pytest.fixture
def first(post, quarter):
    return made_first(post, quarter)


@pytest.fixture
def neighbour(other_post, quarter):
    return made_neighbour(other_post, quarter)


def versions(figures):
    return [each.version for amended in figures.revised_cells.values() for each in amended]


@pytest.mark.django_db
def test_the_figures_of_a_second_version_are_known_as_revised(first):
    figures, period = gathered(first)
    assert (figures.revised(period), figures.revised_cells) == ((), {})
    amended(first)
    figures, period = gathered(first)
    assert [unit.code for unit in figures.revised(period)] == ["tra-linh"]
    assert versions(figures) == [2]


@pytest.mark.django_db
def test_an_amendment_that_is_not_approved_revises_nothing_yet(first, head):
    second = amend(first, by=head, reason="Đếm thiếu")
    assert gathered(first)[0].revised_cells == {}
    taken_to(Status.SUBMITTED, second)
    assert gathered(first)[0].revised_cells == {}
    assert versions(gathered(first, basis=Basis.PROVISIONAL)[0]) == [2]


@pytest.mark.django_db
def test_a_first_version_opened_after_the_close_is_not_revised(post, quarter, commander):
    quarter.closed = True
    quarter.save()
    opened = amend(UnitReturn(unit=post, quarter=quarter), by=commander, reason="Mất liên lạc")
    taken_to(Status.APPROVED, opened)
    assert gathered(opened)[0].revised_cells == {}


@pytest.mark.django_db
def test_revised_cells_cost_no_query(first, django_assert_num_queries):
    with django_assert_num_queries(2):
        gathered(first, measures=[BY_SLUG["patrols"]])
    amended(first)
    with django_assert_num_queries(2):
        assert gathered(first, measures=[BY_SLUG["patrols"]])[0].revised_cells
