"""A revised figure is recognised wherever it is shown and leads to what was changed; what it was can be read again."""

import dataclasses
import datetime
import re

import pytest
from django.utils import timezone, translation

from activity.figures import Basis, gather, period_of
from activity.models import ReturnStep, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import EventType, ProjectStage, Role, Status
from activity.models.steps import Step
from reports.charts import by_category, by_unit, over_quarters, parts_over_quarters, table
from reports.dashboard import dashboard_charts, revised_units
from reports.drawing.plotly import plotly
from reports.drawing.svg import svg
from reports.narrative import coverage
from reports.tables import by_unit as annexes
from reports.tables import cases_by_category

from . import reading
from .factories import (
    changed_by,
    made_case,
    made_event,
    made_patrol,
    made_project,
    made_quarter,
    made_return,
    made_unit,
    somebody,
    taken_to,
    ticked,
)
from .made_figures import made_figures, made_period, made_units

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
    return made_figures(cells, revised_cells=dict.fromkeys(revised, 2))


# Charts and tables, from figures alone


def test_a_revised_unit_bears_a_star_in_both_drawings_and_in_the_table():
    chart = by_unit(revised_figures((NOW, B)), "patrols", NOW, LAST_YEAR)
    assert [row.cells for row in table(chart)[1]] == [("3", "3"), ("4*", "4"), ("5", "5")]
    assert re.findall(r">([^<]*\*)</text>", svg(chart)) == ["4*"]
    (front,) = [trace for trace in plotly(chart)["data"] if "text" in trace]
    assert front["text"] == ["3", "4*", "5"]
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


def test_the_wider_number_with_its_star_stays_inside_the_picture():
    plain, starred = (by_unit(revised_figures(*cells), "patrols", NOW) for cells in ((), ((NOW, C),)))
    assert plotly(starred)["layout"]["margin"]["r"] > plotly(plain)["layout"]["margin"]["r"]


# What is gathered


def amended(unit_return, *, at=None, turns=60):
    """A second, approved version with one patrol more; ``at`` is the moment of its approval."""
    second = amend(unit_return, by=somebody(Role.HEAD, unit_return.unit), reason="Đếm thiếu một chuyến.")
    made_patrol(second, times=2, participant_turns=turns)
    taken_to(Status.APPROVED, second)
    if at:
        moved(second, at)
    return second


def moved(unit_return, at):
    """Move the approval to that moment."""
    ReturnStep.objects.filter(unit_return=unit_return, step=Step.APPROVED).update(at=at)


@pytest.fixture
def first(post, quarter):
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=10, participant_turns=100)
    made_case(unit_return)
    made_project(unit_return, code="CB324", stage=ProjectStage.SUCCESS)
    return taken_to(Status.APPROVED, unit_return)


@pytest.fixture
def neighbour(other_post, quarter):
    """The neighbour's return, approved once and never revised."""
    unit_return = made_return(other_post, quarter)
    made_patrol(unit_return, times=4, participant_turns=40)
    return taken_to(Status.APPROVED, unit_return)


def gathered(unit_return, **how):
    return gather([unit_return.unit], [unit_return.quarter], **how), period_of(unit_return.quarter)


@pytest.mark.django_db
def test_the_figures_of_a_second_version_are_known_as_revised(first):
    figures, period = gathered(first)
    assert (figures.revised(period), figures.revised_cells) == ((), {})
    amended(first)
    figures, period = gathered(first)
    assert [unit.code for unit in figures.revised(period)] == ["tra-linh"]
    assert list(figures.revised_cells.values()) == [2]


@pytest.mark.django_db
def test_an_amendment_that_is_not_approved_revises_nothing_yet(first, head):
    second = amend(first, by=head, reason="Đếm thiếu")
    assert gathered(first)[0].revised_cells == {}
    taken_to(Status.SUBMITTED, second)
    assert gathered(first)[0].revised_cells == {}
    assert list(gathered(first, basis=Basis.PROVISIONAL)[0].revised_cells.values()) == [2]


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
        gathered(first, measures=["patrols"])
    amended(first)
    with django_assert_num_queries(2):
        assert gathered(first, measures=["patrols"])[0].revised_cells


# The pages

DIFFERENCE = "/returns/tra-linh/2024Q1/versions/2/difference/"


def main(client, where):
    answer = client.get(where)
    assert answer.status_code == 200
    return reading.one(reading.page(answer), "main")


def links(root):
    return [reading.attribute(link, "href") for link in reading.elements(root, "a")]


@pytest.mark.django_db
def test_the_overview_names_the_revised_units_and_leads_to_the_difference(client, commander, first, neighbour):
    client.force_login(commander)
    assert DIFFERENCE not in links(main(client, "/dashboard/2024Q1/"))
    amended(first)
    page = main(client, "/dashboard/2024Q1/")
    title = reading.one(page, "div", class_="title-line")
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh" in reading.text(title)
    assert links(title) == [DIFFERENCE]
    notes = [e for e in reading.elements(page, "p") if reading.attribute(e, "class") == "chart-note"]
    assert [DIFFERENCE] in [links(note) for note in notes]
    assert "12*" in reading.text(page)


@pytest.mark.django_db
def test_the_summary_marks_the_revised_unit_and_leads_to_the_difference_from_its_side(
    client, checker, first, neighbour
):
    amended(first)
    client.force_login(checker)
    page = main(client, "/summary/2024Q1/")
    assert DIFFERENCE in links(reading.one(page, "aside"))
    papers = [reading.text(paper) for paper in reading.elements(page, "article")]
    assert "Đồn BPCK Trà Lĩnh có" not in papers[0]
    assert "01 đơn vị có số liệu đã điều chỉnh: Đồn BPCK Trà Lĩnh." in papers[0]
    for annex in papers[1:3]:
        assert "Đồn BPCK Trà Lĩnh*" in annex
        assert "* Số liệu đã điều chỉnh." in annex
    assert "* Đã điều chỉnh: Đồn BPCK Trà Lĩnh" in papers[3]


@pytest.mark.django_db
def test_the_list_of_returns_leads_from_the_word_to_the_difference(client, commander, first, neighbour):
    amended(first)
    client.force_login(commander)
    page = main(client, "/returns/?quarter=2024Q1")
    (word,) = [a for a in reading.elements(page, "a") if reading.attribute(a, "href") == DIFFERENCE]
    assert reading.text(word) == "Đã điều chỉnh"


@pytest.mark.django_db
def test_the_list_of_records_marks_those_of_amended_returns_alone(client, commander, first, neighbour):
    client.force_login(commander)
    assert DIFFERENCE not in links(main(client, "/records/patrols/"))
    amended(first)
    page = main(client, "/records/patrols/")
    assert links(page).count(DIFFERENCE) == 2  # of three patrols
    assert "* Số liệu của báo cáo đã điều chỉnh" in reading.text(page)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?quarter=2024Q1", "?q=tuần"], ids=["all", "a quarter", "found by a word"])
def test_an_open_amendment_is_not_listed_beside_what_it_amends(client, commander, head, first, neighbour, asked):
    """Else its records, copies of the approved ones, would be listed and summed twice."""
    amend(first, by=head, reason="Đếm thiếu")
    client.force_login(commander)
    _head, *rows, foot = reading.cells(reading.one(main(client, f"/records/patrols/{asked}"), "table"))
    assert [row[4] for row in rows] == ["4", "10"]
    assert foot[4] == "14"


@pytest.mark.django_db
def test_a_later_return_marks_the_revised_quarter_that_it_shows_beside_its_own(client, head, first):
    amended(first)
    client.force_login(head)
    for number, marked in ((2, 5), (3, 0)):  # beside each of the five kinds
        made_quarter(2024, number)
        assert links(main(client, f"/returns/tra-linh/2024Q{number}/")).count(DIFFERENCE) == marked
    made_quarter(2025, 1)
    assert links(main(client, "/returns/tra-linh/2025Q1/")).count(DIFFERENCE) == 5


@pytest.mark.django_db
def test_the_tiles_of_the_start_page_name_the_revised_units(client, commander, first, neighbour):
    amended(first)
    client.force_login(commander)
    page = main(client, "/")
    notes = [e for e in reading.elements(page, "p") if reading.attribute(e, "class") == "note"]
    assert [links(note) for note in notes if "Có số liệu đã điều chỉnh" in reading.text(note)] == [[DIFFERENCE]]


# As it read before


MOMENT = datetime.datetime(2024, 4, 20, 9, 5, tzinfo=datetime.UTC)
SUMMARY = "/summary/2024Q1/"


def papers(client, where=SUMMARY):
    """The report's sheets, byte for byte."""
    answer = client.get(where)
    assert answer.status_code == 200
    found = re.findall(r'<article class="paper.*?</article>', answer.content.decode(), re.DOTALL)
    assert len(found) == 4
    return found


@pytest.fixture
def story(first, neighbour, post, commander, client):
    """The commander, and returns approved before `MOMENT`: two of the quarter, one of the same quarter last year."""
    before = made_quarter(2023, 1)
    earlier = made_return(post, before)
    made_patrol(earlier, times=7, participant_turns=70)
    taken_to(Status.APPROVED, earlier)
    for number, unit_return in enumerate((earlier, first, neighbour)):
        moved(unit_return, MOMENT - datetime.timedelta(days=9 - number))
    client.force_login(commander)
    return client


def correct(first):
    """Approve an amendment at `MOMENT`: another ceremony, one project less, one patrol more."""
    second = amend(first, by=somebody(Role.HEAD, first.unit), reason="Bổ sung lễ công bố.")
    made_event(second, event_type=EventType.CEREMONY, title="Lễ công bố nâng cấp cửa khẩu")
    made_patrol(second, times=2, participant_turns=20)
    second.specialproject_records.all().delete()
    taken_to(Status.APPROVED, second)
    moved(second, MOMENT)
    return second


@pytest.mark.django_db
@pytest.mark.parametrize(
    "since", [{"reports_from": datetime.date(2024, 6, 1)}, {"closed_on": datetime.date(2023, 6, 1)}], ids=str
)
def test_the_summary_as_of_a_moment_counts_the_units_that_were_expected_then(story, commander, since):
    third = made_unit("co-ba")
    before, moment = papers(story), timezone.now()
    assert str(third) in "".join(before)
    changed_by(commander, third, **since)
    assert str(third) not in "".join(papers(story))
    assert papers(story, f"{SUMMARY}?as_of={moment.isoformat().replace('+00:00', 'Z')}") == before


@pytest.mark.django_db
def test_the_summary_as_of_a_moment_is_byte_for_byte_what_it_was(story, first):
    before = papers(story)
    correct(first)
    after = papers(story)
    assert after != before
    assert "CB324" in before[0]
    assert "CB324" not in after[0]
    until = (MOMENT - datetime.timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    assert papers(story, f"{SUMMARY}?as_of={until}") == before
    # The very moment of approval belongs to what came after.
    assert papers(story, f"{SUMMARY}?as_of={MOMENT.isoformat().replace('+00:00', 'Z')}") == after


@pytest.mark.django_db
def test_the_side_lists_the_earlier_states_and_each_link_leads_to_one(story, first, neighbour):
    before = papers(story)
    second = correct(first)
    between = papers(story)
    amended(neighbour, at=MOMENT + datetime.timedelta(days=1))
    states = reading.one(main(story, SUMMARY), "aside")
    listed = [a for a in reading.elements(states, "a") if "as_of" in reading.attribute(a, "href")]
    assert [reading.text(a) for a in listed] == ["Số liệu đến 16:05 21/4/2024", "Số liệu đến 16:05 20/4/2024"]
    said = reading.text(states)
    assert said.index("trước điều chỉnh của Đồn BP Ngọc Côn") < said.index("trước điều chỉnh của Đồn BPCK Trà Lĩnh")
    assert [papers(story, reading.attribute(a, "href")) for a in listed] == [between, before]
    assert second.version == 2


@pytest.mark.django_db
def test_a_unit_that_waited_then_is_said_to_have_waited(story, quarter):
    third = made_return(made_unit("coc-pang"), quarter)
    made_patrol(third)
    taken_to(Status.SUBMITTED, third)
    ReturnStep.objects.filter(unit_return=third).update(at=MOMENT - datetime.timedelta(days=2))
    before = papers(story)
    assert "chờ duyệt" in before[0]
    ticked(third).approve(by=somebody(Role.COMMANDER))
    moved(third, MOMENT)
    assert papers(story) != before
    asked = (MOMENT - datetime.timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert papers(story, f"{SUMMARY}?as_of={asked}") == before


@pytest.mark.django_db
def test_a_page_of_an_earlier_state_says_so_and_leads_back(story, first):
    correct(first)
    note = [e for e in reading.elements(main(story, SUMMARY)) if reading.attribute(e, "class") == "earlier-state"]
    assert note == []
    page = main(story, f"{SUMMARY}?as_of=2024-04-20T16:04")
    note = reading.one(page, "p", class_="earlier-state")
    assert "Báo cáo như tại thời điểm 16:04 ngày 20/4/2024" in reading.text(note)
    assert links(note) == [SUMMARY]


@pytest.mark.django_db
def test_what_was_not_in_force_yet_was_missing(story):
    page = main(story, f"{SUMMARY}?as_of=2020-01-01T00:00")
    assert "Chưa có số liệu (chưa đơn vị nào nộp báo cáo)" in reading.text(page)


BAD = [
    "yesterday", "2024-13-45T99:99", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00", "2024-04-20T16:04+99:00", "\u0000",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("text", BAD)
def test_a_moment_that_is_none_or_has_not_come_does_not_pass_for_the_present(story, text):
    assert story.get(SUMMARY, {"as_of": text}).status_code == 404


@pytest.mark.django_db
def test_no_moment_asked_for_is_the_present(story, first):
    correct(first)
    assert papers(story, f"{SUMMARY}?as_of=") == papers(story)


@pytest.mark.django_db
def test_as_of_is_for_those_who_read_the_summary(client, head, first):
    client.force_login(head)
    assert client.get(f"{SUMMARY}?as_of=2024-04-20T16:04").status_code == 403


@pytest.mark.django_db
def test_at_most_one_version_was_in_force_at_any_moment(first):
    moved(first, MOMENT)
    second = amended(first, at=MOMENT + datetime.timedelta(days=1))
    third = amended(UnitReturn.objects.get(pk=second.pk), at=MOMENT + datetime.timedelta(days=2))
    step = datetime.timedelta(hours=12)
    found = [[row.version for row in UnitReturn.objects.in_force_at(MOMENT + n * step)] for n in range(-1, 6)]
    assert found == [[], [1], [1], [2], [2], [3], [3]]
    assert third.version == 3


@pytest.mark.django_db
def test_what_was_sent_back_did_not_wait(first, head, checker):
    second = amend(first, by=head, reason="Đếm thiếu")
    taken_to(Status.SUBMITTED, second)
    second.send_back(by=checker, reason="Chưa khớp")
    submitted, sent_back = second.steps.filter(step__in=[Step.SUBMITTED, Step.SENT_BACK])
    waiting = UnitReturn.objects.submitted_at
    assert list(waiting(submitted.at)) == [second]
    assert list(waiting(sent_back.at)) == []
    assert list(waiting(submitted.at - datetime.timedelta(microseconds=1))) == []
    assert list(waiting(timezone.now())) == []


@pytest.mark.django_db
def test_figures_as_of_a_moment_equal_those_gathered_then(first, quarter):
    then, _ = gathered(first, named=[quarter], in_parts=[quarter])
    moved(first, MOMENT)
    amended(first, at=MOMENT + datetime.timedelta(days=1))
    asked, _ = gathered(first, named=[quarter], in_parts=[quarter], as_of=MOMENT)
    assert asked.as_of == MOMENT
    assert dataclasses.replace(asked, as_of=then.as_of) == then
