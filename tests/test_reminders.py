"""Reminders: seven and two days before the due day and one day after it, each told once."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from activity import reminders
from activity.models import Extension, Message, User
from activity.models.choices import Role, Status
from activity.models.messages import MessageQuerySet, Occasion, newest_reminder
from activity.reminders import send_reminders

from .factories import (
    made_delegation,
    made_extension,
    made_return,
    made_unit,
    made_user,
    sent_back,
    taken_to,
)
from .test_race import Person

pytestmark = pytest.mark.django_db

# Quý I/2024 ends on Thursday 14/3/2024 and is due on Monday.
DUE = datetime.date(2024, 3, 18)
SEVEN, TWO, OVERDUE = Occasion.IN_SEVEN_DAYS, Occasion.IN_TWO_DAYS, Occasion.OVERDUE


@pytest.fixture
def clock(monkeypatch):
    """Let it be so many days after the due day (before it: negative), in the morning."""

    def set_to(days):
        day = DUE + datetime.timedelta(days=days)
        moment = datetime.datetime.combine(day, datetime.time(7), tzinfo=timezone.get_current_timezone())
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(-7)
    return set_to


@pytest.fixture
def unit(clock, post, quarter, staff, head):
    """The post with its staff and head, seven days before the due day."""
    return post


def told(person):
    return list(Message.objects.filter(person=person).order_by("at", "pk").values_list("occasion", flat=True))


# When.


@pytest.mark.parametrize(
    ("days", "occasion"),
    [(-30, None), (-8, None), (-7, SEVEN), (-3, SEVEN), (-2, TWO), (0, TWO), (1, OVERDUE), (99, OVERDUE)],
)
def test_the_reminder_of_a_day_is_the_last_one_whose_day_has_come(days, occasion):
    assert newest_reminder(DUE, DUE + datetime.timedelta(days=days)) == occasion


def test_staff_and_head_are_reminded_on_the_three_days_and_on_no_other(unit, clock, staff, head):
    sent = {}
    for day in range(-10, 5):
        clock(day)
        if count := send_reminders():
            sent[day] = count
    assert sent == {-7: 2, -2: 2, 1: 2}
    assert told(staff) == told(head) == [SEVEN, TWO, OVERDUE]


def test_after_days_without_a_run_the_newest_reminder_alone_is_sent(unit, clock, staff):
    for day in (-8, -1, 0):
        clock(day)
        send_reminders()
    assert told(staff) == [TWO]
    clock(6)
    send_reminders()
    assert told(staff) == [TWO, OVERDUE]


def test_the_words_count_the_days_from_the_day_of_the_message(unit, clock, staff):
    for day in (-5, -1, 3):
        clock(day)
        send_reminders()
    clock(50)
    with translation.override("vi"):
        assert [message.words for message in Message.objects.filter(person=staff).order_by("at")] == [
            "Báo cáo quý I/2024 còn 5 ngày đến hạn nộp (ngày 18/3/2024).",
            "Báo cáo quý I/2024 còn 1 ngày đến hạn nộp (ngày 18/3/2024).",
            "Báo cáo quý I/2024 đã quá hạn nộp 3 ngày (hạn nộp 18/3/2024).",
        ]


def test_a_reminder_of_the_due_day_itself_says_so(unit, clock, staff):
    clock(0)
    send_reminders()
    assert Message.objects.get(person=staff).words == "Báo cáo quý I/2024 đến hạn nộp trong hôm nay (ngày 18/3/2024)."


def test_more_time_moves_the_reminders_of_its_unit_alone(unit, quarter, clock, staff, stranger):
    made_extension(unit, quarter, days=10)
    send_reminders()
    assert (told(staff), told(stranger)) == ([], [SEVEN])
    clock(3)
    send_reminders()
    assert (told(staff), told(stranger)) == ([SEVEN], [SEVEN, OVERDUE])
    assert Message.objects.get(person=staff).due_day == DUE + datetime.timedelta(days=10)


def test_more_time_after_a_reminder_brings_reminders_of_the_new_day(unit, quarter, clock, staff):
    clock(1)
    send_reminders()
    made_extension(unit, quarter, days=8)
    send_reminders()
    assert told(staff) == [OVERDUE, SEVEN]


def give(client, commander, day):
    """The command gives the unit time until the end of a day."""
    client.force_login(commander)
    typed = {"more-last_day": f"{day:%d/%m/%Y}", "more-reason": "Mưa lũ", "given": Extension.objects.count()}
    assert client.post("/returns/tra-linh/2024Q1/extend/", typed).status_code == 302
    assert Extension.objects.last().last_day == day


def test_more_time_settles_what_reminded_of_the_day_before(client, unit, clock, staff, stranger, commander):
    clock(1)
    send_reminders()
    day = DUE + datetime.timedelta(days=8)
    give(client, commander, day)
    assert not Message.objects.unread().filter(person=staff).exists()
    assert Message.objects.unread().filter(person=stranger).count() == 1
    send_reminders()
    assert Message.objects.unread().get(person=staff).due_day == day


# Of which returns.


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_a_unit_that_has_submitted_is_not_reminded(unit, quarter, staff, status):
    taken_to(status, made_return(unit, quarter))
    Message.objects.all().delete()
    assert send_reminders() == 0


def test_a_draft_and_a_return_that_was_sent_back_are_reminded(unit, quarter, staff, commander):
    unit_return = made_return(unit, quarter)
    send_reminders()
    assert told(staff) == [SEVEN]
    sent_back(unit_return, by=commander)
    Message.objects.all().delete()
    send_reminders()
    assert told(staff) == [SEVEN]


def test_handing_in_a_return_settles_what_reminded_of_it(unit, quarter, staff, stranger, clock):
    unit_return = made_return(unit, quarter)
    send_reminders()
    with transaction.atomic():
        taken_to(Status.SUBMITTED, unit_return)
        assert not Message.objects.filter(unit=unit).unread().exists()
        transaction.set_rollback(True)
    assert Message.objects.filter(unit=unit).unread().count() == 2
    unit_return.refresh_from_db()
    taken_to(Status.SUBMITTED, unit_return)
    assert [message.person for message in Message.objects.unread()] == [stranger]


def test_a_quarter_and_a_person_are_deleted_with_the_reminders_of_them(unit, quarter, staff):
    send_reminders()
    staff.delete()
    quarter.delete()
    assert not Message.objects.exists()


def test_an_amendment_that_is_open_is_not_reminded(unit, quarter, clock):
    taken_to(Status.APPROVED, made_return(unit, quarter))
    made_return(unit, quarter, version=2, reason="Thiếu một vụ")
    Message.objects.all().delete()
    clock(9)
    assert send_reminders() == 0


def test_a_closed_quarter_is_not_reminded(unit, quarter, clock):
    quarter.closed = True
    quarter.save()
    clock(9)
    assert send_reminders() == 0


def test_a_due_day_that_was_moved_leaves_no_reminder_of_the_old_one_to_read(client, unit, quarter, staff, admin_user):
    send_reminders()
    assert Message.objects.unread().filter(person=staff).exists()
    client.force_login(admin_user)
    due(client, quarter, "25/3/2024")
    assert not Message.objects.unread().filter(person=staff).exists()


def due(client, quarter, day):
    """An administrator gives a quarter without returns another due day."""
    change(client, quarter, due_day=day)


def change(client, row, **typed):
    """Type something else into the form of a row in the administration; what is None is not ticked any more."""
    where = reverse(f"admin:activity_{row._meta.model_name}_change", args=[row.pk])
    form = client.get(where).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields} | typed
    sent = {name: value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value for name, value in sent.items()}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    assert client.post(where, sent).status_code == 302


def test_a_due_day_that_stays_or_comes_back_has_its_reminders_to_read(client, unit, quarter, staff, admin_user):
    send_reminders()
    unread = Message.objects.unread().filter(person=staff)
    client.force_login(admin_user)
    due(client, quarter, "16/3/2024")  # a Saturday: Monday, as before
    assert unread.count() == 1
    due(client, quarter, "25/3/2024")
    assert unread.count() == 0
    due(client, quarter, "18/3/2024")
    assert unread.count() == 1


def test_a_due_day_that_was_moved_leaves_the_reminders_of_a_unit_with_more_time(
    client, unit, quarter, clock, staff, head, stranger, admin_user
):
    made_extension(unit, quarter, days=5)
    clock(-1)
    send_reminders()
    Message.objects.filter(person=head).mark_read()
    client.force_login(admin_user)
    due(client, quarter, "20/3/2024")
    unread = {message.person for message in Message.objects.unread()}
    assert unread == {staff}


def test_a_quarter_that_is_closed_wants_no_reading_and_opened_again_it_does(
    client, unit, quarter, clock, staff, head, stranger, admin_user
):
    taken_to(Status.SUBMITTED, made_return(stranger.unit, quarter))
    clock(3)
    send_reminders()
    assert Message.objects.unread().filter(person=staff).count() == 1
    client.force_login(admin_user)
    change(client, quarter, closed="on")
    assert not Message.objects.unread().exists()
    change(client, quarter, closed=None)
    assert {message.person for message in Message.objects.unread()} == {staff, head}


def test_a_unit_that_ends_or_makes_no_returns_any_more_has_nothing_to_be_reminded_of(
    client, unit, quarter, staff, head, stranger, admin_user
):
    send_reminders()
    client.force_login(admin_user)
    change(client, stranger.unit, reports=None)
    assert {message.person for message in Message.objects.unread()} == {staff, head}
    before = quarter.first_day - datetime.timedelta(days=1)
    where = reverse("admin:activity_unit_succession", args=[unit.pk, "dissolve"])
    sent = {"day": f"{before:%d/%m/%Y}", "decision": "Quyết định số 45/QĐ-BTL", "revision": unit.revision}
    seen = client.post(where, sent).context["preview"].seen
    assert Message.objects.unread().exists()
    assert client.post(where, sent | {"confirm": "1", "seen": seen}).status_code == 302
    assert not Message.objects.unread().exists()


def test_more_time_that_is_corrected_to_the_day_before_has_its_reminders_to_read(
    client, unit, quarter, commander, staff, clock
):
    made_extension(unit, quarter, days=4)
    clock(2)
    send_reminders()
    unread = Message.objects.unread().filter(person=staff)
    assert unread.count() == 1
    for days, count in ((30, 0), (4, 1)):
        give(client, commander, DUE + datetime.timedelta(days=days))
        assert unread.count() == count


def test_a_unit_that_makes_no_return_of_the_quarter_is_not_reminded(unit, quarter, staff):
    unit.reports_from = quarter.last_day + datetime.timedelta(days=1)
    unit.save()
    assert send_reminders() == 0


# Whom.


def test_who_is_switched_off_and_who_only_reads_is_not_reminded(unit, staff, head, checker, commander, admin_user):
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert send_reminders() == 1
    assert told(head) == [SEVEN]


@pytest.mark.parametrize(("last_day", "occasions"), [(11, [SEVEN]), (10, [])])
def test_a_deputy_of_the_head_is_reminded_on_the_days_of_the_right(unit, last_day, occasions):
    deputy = made_user(Role.CHECKER, unit, username="deputy")
    made_delegation(deputy, last_day=datetime.date(2024, 3, last_day))
    send_reminders()
    assert told(deputy) == occasions


def test_reminders_take_the_same_queries_for_one_unit_and_for_many(unit, quarter, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(10):  # among them the transaction's two
            return send_reminders()

    assert queries() == 2
    for number in range(5):
        made_user(Role.STAFF, made_unit(f"u{number}"), username=f"staff-{number}")
    assert queries() == 5


# Once.


def test_ten_runs_send_what_one_sends(unit):
    assert [send_reminders() for _run in range(10)] == [2] + [0] * 9
    assert Message.objects.count() == 2


def test_what_was_read_is_not_sent_again(unit, staff):
    send_reminders()
    Message.objects.all().mark_read()
    assert send_reminders() == 0


def test_the_database_refuses_a_reminder_that_was_sent(unit, staff):
    send_reminders()
    message = Message.objects.get(person=staff)
    message.pk, message._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


def test_the_command_says_in_one_line_what_it_sent(unit, capsys):
    call_command("send_reminders")
    call_command("send_reminders")
    assert capsys.readouterr().out == "New reminders: 2. E-mails: 0.\nNew reminders: 0. E-mails: 0.\n"


def both_send(monkeypatch):
    """Two runs at once: both have made their list before either of them writes it. What refused them, if anything."""
    gate, listed = threading.Barrier(2, timeout=30), reminders.due_reminders

    def listed_together(now):
        found = list(listed(now))
        gate.wait()
        return found

    monkeypatch.setattr(reminders, "due_reminders", listed_together)
    runs = [Person(send_reminders) for _ in range(2)]
    return [refused for run in runs if (refused := run.done())]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_what_one_sends(unit, staff, head, monkeypatch):
    assert both_send(monkeypatch) == []
    assert told(staff) == told(head) == [SEVEN]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_leave_to_pass_over_what_stands_the_second_run_would_fail(unit, staff, monkeypatch):
    write = MessageQuerySet.bulk_create
    monkeypatch.setattr(MessageQuerySet, "bulk_create", lambda messages, made, **_leave: write(messages, made))
    (refused,) = both_send(monkeypatch)
    assert isinstance(refused, IntegrityError)
    assert told(staff) == [SEVEN]
