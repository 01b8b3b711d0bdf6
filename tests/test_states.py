"""Where a return stands, in the words of the office: its state, how late it is, how far it has come."""

import datetime

import pytest
from django.utils import timezone

from activity import states
from activity.kinds import KINDS
from activity.models.choices import Status
from activity.models.steps import Step

from .factories import made_patrol, made_quarter, made_return, moved_to, sent_back, taken_to

pytestmark = pytest.mark.django_db

# Quý I/2024 ends on Thursday 14/3/2024 and is due on Monday.
DUE = datetime.date(2024, 3, 18)
WORDS = {
    "not_reported": "Chưa nộp",
    "draft": "Nháp",
    "sent_back": "Đã trả lại",
    "submitted": "Đã nộp",
    "approved": "Đã duyệt",
}


def days(count):
    return datetime.timedelta(days=count)


@pytest.fixture
def make(post, quarter, commander):
    """Bring the post's return into one of the states."""

    def make(state):
        if state == "not_reported":
            return None
        unit_return = made_return(post, quarter)
        if state == "sent_back":
            return sent_back(unit_return, by=commander)
        return taken_to(Status(state), unit_return)

    return make


def row(post, quarter, today=DUE, **asked):
    (found,) = states.rows([post], [quarter], today, **asked)
    return found


def submitted_at(day, hour=8):
    """Let every submission have happened at that hour of the command's clock."""
    time = datetime.datetime.combine(day, datetime.time(hour), tzinfo=timezone.get_current_timezone())
    moved_to(time, step=Step.SUBMITTED)


@pytest.mark.parametrize("state", WORDS)
def test_a_row_says_its_state_in_the_office_s_words(make, post, quarter, state):
    make(state)
    found = row(post, quarter)
    assert (found.slug, found.words) == (state, WORDS[state])


@pytest.mark.parametrize("state", WORDS)
def test_a_return_is_open_until_its_unit_hands_it_in(make, post, quarter, state):
    make(state)
    assert row(post, quarter).is_open == (state in {"not_reported", "draft", "sent_back"})


@pytest.mark.parametrize("state", ["not_reported", "draft", "sent_back"])
@pytest.mark.parametrize(
    ("after", "words"),
    [(-1, ""), (0, ""), (1, "Quá hạn 1 ngày, chưa nộp"), (30, "Quá hạn 30 ngày, chưa nộp")],
)
def test_an_open_return_is_overdue_from_the_day_after_its_due_day(make, post, quarter, state, after, words):
    make(state)
    found = row(post, quarter, DUE + days(after))
    again = " lại" if state == "sent_back" and words else ""
    assert (found.late, found.lateness) == (max(0, after), words + again)


@pytest.mark.parametrize("state", ["submitted", "approved"])
@pytest.mark.parametrize(("after", "words"), [(-3, ""), (0, ""), (1, "Nộp muộn 1 ngày"), (2, "Nộp muộn 2 ngày")])
def test_a_return_came_late_if_it_was_submitted_after_its_due_day(make, post, quarter, state, after, words):
    make(state)
    submitted_at(DUE + days(after))
    found = row(post, quarter, DUE + days(100))
    assert (found.submitted_on, found.lateness) == (DUE + days(after), words)


def test_a_return_of_the_last_minute_is_in_time_by_the_command_s_clock(make, post, quarter):
    make("submitted")
    submitted_at(DUE, hour=23)  # in London the day before has not ended
    assert row(post, quarter).late == 0
    submitted_at(DUE + days(1), hour=0)
    assert row(post, quarter).late == 1


def test_what_was_sent_back_and_submitted_again_came_on_the_day_it_first_came(make, post, quarter, commander):
    unit_return = make("sent_back")
    submitted_at(DUE)
    unit_return.submit(by=commander)
    assert (row(post, quarter).submitted_on, row(post, quarter).lateness) == (DUE, "")


def test_a_row_says_how_many_parts_are_entered(post, quarter):
    assert row(post, quarter, progress=True).progress == "đã nhập 0/5 mục"
    unit_return = made_return(post, quarter)
    assert row(post, quarter, progress=True).progress == "đã nhập 0/5 mục"
    made_patrol(unit_return)
    unit_return.mark_nothing_to_report(KINDS[1], nothing=True)
    assert row(post, quarter, progress=True).progress == "đã nhập 2/5 mục"


def test_rows_come_quarter_by_quarter_in_the_order_of_the_units(post, other_post, quarter):
    later = made_quarter(2024, 2)
    listed = states.rows([other_post, post], [later, quarter], DUE)
    assert [(found.quarter, found.unit) for found in listed] == [
        (later, other_post),
        (later, post),
        (quarter, other_post),
        (quarter, post),
    ]


def test_rows_take_three_queries_however_many(post, other_post, quarter, commander, django_assert_num_queries):
    quarters = [quarter, made_quarter(2024, 2), made_quarter(2024, 3)]
    for unit in (post, other_post):
        for each in quarters:
            taken_to(Status.SUBMITTED, made_return(unit, each))
    with django_assert_num_queries(3):
        for found in states.rows([post, other_post], quarters, DUE, progress=True):
            assert found.words and found.progress and found.submitted_on and str(found.unit_return)


def test_a_superseded_version_is_not_the_one_that_stands(make, post, quarter):
    first = make("approved")
    second = made_return(post, quarter, version=2)
    assert row(post, quarter).unit_return == second
    taken_to(Status.APPROVED, second)
    first.refresh_from_db()
    assert (first.status, row(post, quarter).unit_return) == (Status.SUPERSEDED, second)


def test_the_open_version_stands_before_the_one_in_force_and_that_before_nothing(make, post, quarter):
    make("approved")
    assert row(post, quarter).slug == "approved"
    made_return(post, quarter, version=2)
    assert row(post, quarter).slug == "amending"
    assert row(post, quarter).unit_return.version == 2


def test_nothing_stands_where_nobody_has_begun(post, quarter):
    assert row(post, quarter).slug == "not_reported"
