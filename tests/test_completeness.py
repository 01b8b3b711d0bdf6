"""Who has handed in what: the grid, its marks and rates, its page, and the start page of the command."""

import datetime
import re

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from activity import states
from activity.completeness import Rate, legend, make_grid, rates
from activity.models import UnitReturn
from activity.models.amendment import amend
from activity.models.choices import PAST, Role, Status, UnitKind
from activity.models.steps import Step

from . import reading
from .factories import (
    made_delegation,
    made_extension,
    made_quarter,
    made_return,
    made_unit,
    moved_to,
    sent_back,
    somebody,
    taken_to,
    ticked,
)

pytestmark = pytest.mark.django_db

# Quý I/2024 ends on 14/3/2024 and is due on 18/3/2024.
DUE = datetime.date(2024, 3, 18)


def days(count):
    return datetime.timedelta(days=count)


def submitted(unit, quarter, after=0, status=Status.SUBMITTED):
    """A return first submitted so many days after the due day."""
    unit_return = made_return(unit, quarter, status=status)
    time = datetime.datetime.combine(DUE + days(after), datetime.time(8), tzinfo=timezone.get_current_timezone())
    moved_to(time, unit_return=unit_return, step=Step.SUBMITTED)
    return unit_return


def grid_of(units, quarters, today=DUE):
    return make_grid(states.rows(units, quarters, today), units, quarters)


def cell(unit, quarter, today=DUE):
    ((one,),) = [line.cells for line in grid_of([unit], [quarter], today).lines]
    return one.said


# What a cell says.


@pytest.mark.parametrize(
    ("after", "mark", "words", "whole"),
    [
        (0, "", "", "Chưa nộp"),
        (1, "overdue", "Quá hạn 1 ngày", "Chưa nộp. Quá hạn 1 ngày, chưa nộp"),
        (40, "overdue", "Quá hạn 40 ngày", "Chưa nộp. Quá hạn 40 ngày, chưa nộp"),
    ],
)
def test_a_return_that_nobody_began_is_not_reported_and_from_the_day_after_its_due_day_overdue(
    post, quarter, after, mark, words, whole
):
    said = cell(post, quarter, DUE + days(after))
    assert said == ("not_reported", "Chưa nộp", whole, mark, words)


def test_a_draft_and_what_was_sent_back_are_overdue_too(post, other_post, quarter, checker):
    made_return(post, quarter)
    sent_back(made_return(other_post, quarter), by=checker)
    first, second = cell(post, quarter, DUE + days(2)), cell(other_post, quarter, DUE + days(2))
    assert (first.state, first.words, first.mark) == ("draft", "Nháp", "overdue")
    assert (second.state, second.words, second.mark) == ("sent_back", "Đã trả lại", "overdue")
    assert second.whole == "Đã trả lại. Quá hạn 2 ngày, chưa nộp lại"


def test_an_extension_shows_its_last_day_until_it_ends_by_itself(post, quarter):
    made_extension(post, quarter, days=3)
    said = cell(post, quarter, DUE + days(3))
    assert said == (
        "not_reported", "Chưa nộp", "Chưa nộp. Gia hạn đến hết ngày 21/3/2024", "extended", "Đến hết 21/3/2024"
    )  # fmt: skip
    after = cell(post, quarter, DUE + days(4))
    assert (after.mark, after.mark_words) == ("overdue", "Quá hạn 1 ngày")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
@pytest.mark.parametrize(("after", "words"), [(0, ""), (2, "Nộp muộn 2 ngày")])
def test_what_came_late_says_so_for_good(post, quarter, status, after, words):
    submitted(post, quarter, after, status)
    said = cell(post, quarter, DUE + days(50))
    assert (said.state, said.mark_words) == (status, words)


def test_an_amendment_under_work_and_one_approved_are_told_from_the_first_version(post, quarter, head):
    first = submitted(post, quarter, status=Status.APPROVED)
    second = amend(first, by=head, reason="Nhầm số km")
    assert cell(post, quarter, DUE + days(50)) == ("amending", "Đang điều chỉnh", "Đang điều chỉnh", "", "")
    taken_to(Status.SUBMITTED, second)
    assert cell(post, quarter, DUE + days(50)).words == "Đã nộp bản điều chỉnh"
    other = submitted(made_unit("khac"), quarter)
    both = grid_of([other.unit, post], [quarter]).lines
    assert [line.cells[0].said.words for line in both] == ["Đã nộp", "Đã nộp bản điều chỉnh"]
    second.send_back(by=somebody(Role.COMMANDER), reason="Chưa khớp")
    assert cell(post, quarter, DUE + days(50)).words == "Đã trả lại bản điều chỉnh"
    ticked(taken_to(Status.SUBMITTED, second)).approve(by=somebody(Role.COMMANDER))
    assert cell(post, quarter, DUE + days(50)) == ("revised", "Đã điều chỉnh", "Đã điều chỉnh", "", "")


def test_an_amendment_that_was_sent_back_is_not_overdue_since_a_version_is_in_force(post, quarter, head, checker):
    second = amend(submitted(post, quarter, after=2, status=Status.APPROVED), by=head, reason="Nhầm số km")
    sent_back(second, by=checker)
    said = cell(post, quarter, DUE + days(50))
    assert (said.state, said.mark_words) == ("sent_back", "Nộp muộn 2 ngày")


def test_a_unit_that_makes_no_return_has_a_cell_that_says_so_and_leads_nowhere(post, quarter):
    young = made_unit("moi", reports_from=datetime.date(2030, 1, 1))
    line = grid_of([post, young], [quarter]).lines[1]
    ((address, marks, said),) = line.cells
    assert (address, marks, said.words) == ("", "not_expected", "Không phải báo cáo")
    assert not line.complete and not line.on_time


def test_every_state_has_a_word_in_the_legend_and_a_shape_of_its_own():
    marks = [mark for mark, _words in legend()]
    drawn = dict(re.findall(r'<symbol id="mark-(\w+)"[^>]*>(.*?)</symbol>', render_to_string("activity/_marks.html")))
    assert drawn.keys() == set(marks)
    assert len(set(drawn.values())) == len(marks)
    assert set(states.WORDS) - PAST <= set(marks)
    assert len({words for _mark, words in legend()}) == len(marks)


def test_the_quarters_run_to_the_newest_at_the_right_and_the_units_in_border_order(post, other_post, quarter):
    newer = made_quarter(2024, 2)
    for unit in (post, other_post):
        submitted(unit, quarter)
    grid = grid_of([post, other_post], [newer, quarter])
    assert [column.quarter for column in grid.columns] == [quarter, newer]
    assert [line.unit for line in grid.lines] == [post, other_post]
    assert [cell.address for cell in grid.lines[0].cells] == ["/returns/tra-linh/2024Q1/", "/returns/tra-linh/2024Q2/"]


# Rates.


@pytest.fixture
def five(quarter):
    """Five units three days after the due day: in time, late, sent back, not begun, and one with an extension."""
    units = [made_unit(code) for code in ("in-time", "late", "sent-back", "not-begun", "extended")]
    submitted(units[0], quarter)
    submitted(units[1], quarter, after=2)
    back = submitted(units[2], quarter)
    back.send_back(by=somebody(Role.CHECKER), reason="Chưa khớp")
    made_extension(units[4], quarter, days=5)
    return units


def test_rates_count_what_is_due_or_in(five, quarter):
    found = rates(states.rows(five, [quarter], DUE + days(3)))
    assert found == (Rate(2, 4), Rate(1, 4))  # the extension has not ended
    found = rates(states.rows(five, [quarter], DUE + days(6)))
    assert found == (Rate(2, 5), Rate(1, 5))


def test_before_the_due_day_only_what_is_in_counts(five, quarter):
    assert rates(states.rows(five[:1] + five[3:], [quarter], DUE)) == (Rate(1, 1), Rate(1, 1))


def test_a_quarter_is_complete_over_all_units_that_make_a_return_for_it(five, quarter):
    made_unit("moi", reports_from=datetime.date(2030, 1, 1))
    (column,) = grid_of(five, [quarter], DUE + days(3)).columns
    assert (column.complete, column.on_time, column.is_due) == (Rate(2, 5), Rate(1, 4), True)
    (column,) = grid_of(five, [quarter], DUE).columns
    assert (column.complete, column.is_due) == (Rate(2, 5), False)


def test_a_unit_has_its_rates_over_the_quarters_and_the_whole_over_all(post, other_post, quarter):
    before, running = made_quarter(2023, 4), made_quarter(2024, 2)
    submitted(post, quarter)
    submitted(other_post, quarter, after=1)
    submitted(post, before, after=-92)
    grid = grid_of([post, other_post], [running, quarter, before], DUE + days(1))
    # Who is late stands first.
    assert [(str(line.complete), str(line.on_time)) for line in grid.lines] == [("1/2", "0/2"), ("2/2", "2/2")]
    assert (str(grid.complete), str(grid.on_time)) == ("3/4", "2/4")


def test_a_hundred_per_cent_is_said_of_all_alone():
    assert (Rate(119, 120).percent, Rate(120, 120).percent, Rate(0, 0).percent) == (99, 100, None)


# The page.


def seen(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return reading.page(answer)


def test_the_page_shows_every_unit_with_a_mark_a_word_and_a_way_to_the_return(
    client, commander, post, other_post, quarter, on
):
    on(DUE + days(3))
    submitted(post, quarter, after=2)
    tree = seen(client, commander, "/completeness/")
    head, second, first, complete, on_time = reading.cells(reading.one(tree, "table"))
    assert head == ["Đơn vị", "Đã nộp", "Đúng hạn", "Quý I/2024"]
    assert first == ["Đồn BPCK Trà Lĩnh", "1/1 100%", "0/1 0%", "Đã nộp Nộp muộn 2 ngày"]
    assert second == ["Đồn BP Ngọc Côn", "0/1 0%", "0/1 0%", "Chưa nộp Quá hạn 3 ngày"]
    assert complete == ["Đã nộp", "1/2 50%", "", "1/2 đơn vị 50%"]
    assert on_time == ["Đúng hạn", "", "0/2 0%", "0/2 đơn vị 0%"]
    shapes = [reading.attribute(use, "href") for use in reading.elements(reading.one(tree, "tbody"), "use")]
    assert shapes == ["#mark-not_reported", "#mark-overdue", "#mark-submitted", "#mark-late"]
    assert reading.one(tree, "a", href="/returns/ngoc-con/2024Q1/")


def test_before_its_due_day_a_quarter_says_how_many_are_in_and_no_rate(
    client, commander, post, other_post, quarter, on
):
    on(DUE - days(30))
    submitted(post, quarter, after=-40)
    *_, complete, on_time = reading.cells(reading.one(seen(client, commander, "/completeness/"), "table"))
    assert (complete[-1], on_time[-1]) == ("1/2 đơn vị (chưa đến hạn)", "1/1 đơn vị (chưa đến hạn)")


@pytest.fixture
def three_years(post):
    """Twelve quarters, quý I/2024 the newest."""
    return [made_quarter(2021 + n // 4, n % 4 + 1) for n in range(1, 13)]


@pytest.mark.parametrize(
    ("asked", "first", "shown"),
    [("", "Quý II/2022", 8), ("?quarters=16", "Quý II/2021", 12), ("?quarters=all", "Quý II/2021", 12)]
)  # fmt: skip
def test_two_years_are_shown_unless_more_are_asked_for(client, commander, three_years, on, asked, first, shown):
    on(DUE)
    head, *_ = reading.cells(reading.one(seen(client, commander, f"/completeness/{asked}"), "table"))
    assert (head[3], head[-1], len(head) - 3) == (first, "Quý I/2024", shown)


@pytest.mark.parametrize("page", ["", "export/"])
def test_quarters_that_are_not_offered_are_not_found(client, commander, three_years, page):
    client.force_login(commander)
    assert client.get(f"/completeness/{page}?quarters=nonsense").status_code == 404


def test_before_the_first_quarter_there_is_a_page_and_a_file(client, commander, post):
    assert "Chưa có quý nào" in reading.text(reading.one(seen(client, commander, "/completeness/"), "main"))
    assert client.get("/completeness/export/").status_code == 200


@pytest.mark.parametrize("role", ["staff", "head", "admin_user"])
def test_who_answers_for_one_unit_is_not_told_of_the_others(client, request, quarter, role):
    client.force_login(request.getfixturevalue(role))
    assert {client.get(f"/completeness/{page}").status_code for page in ("", "export/")} == {403}
    assert 'href="/completeness/"' not in client.get("/password/").content.decode()


def test_a_deputy_of_the_command_reads_it_while_the_right_lasts(client, staff, quarter, on):
    made_delegation(staff, Role.COMMANDER, first_day=DUE, last_day=DUE)
    client.force_login(staff)
    on(DUE)
    assert client.get("/completeness/").status_code == 200
    on(DUE + days(1))
    assert client.get("/completeness/").status_code == 403


def test_without_its_right_the_page_would_be_open_to_all(client, staff, quarter, monkeypatch):
    monkeypatch.setattr("activity.views.completeness.may_at_all", lambda user, action: True)
    client.force_login(staff)
    assert client.get("/completeness/").status_code == 200


def test_the_command_of_another_province_is_not_among_the_units(client, commander, post, quarter):
    other = made_unit("lang-son", kind=UnitKind.COMMAND, parent=None, reports=False)
    made_unit("chi-lang", parent=other)
    assert "chi-lang" not in str(seen(client, commander, "/completeness/"))


# The rows below it all are read in two queries, and know what the SQL of a single return knows.


def test_rows_read_at_once_know_the_same_as_a_return_read_alone(five, quarter, head):
    amend(submitted(made_unit("amended"), quarter, after=1, status=Status.APPROVED), by=head, reason="Nhầm")
    units = [*five, *{each.unit for each in UnitReturn.objects.filter(unit__code="amended")}]
    alone = {each.pk: each for each in UnitReturn.objects.with_days()}
    known = ("submitted_at", "first_turn", "was_sent_back", "has_version_in_force")
    found = [row.unit_return for row in states.rows(units, [quarter], DUE) if row.unit_return]
    assert len(found) == 4
    for each in found:
        assert [getattr(each, name) for name in known] == [getattr(alone[each.pk], name) for name in known]
