"""Messages to the people of a unit: of what became of their return, in an inbox that a look at it does not change."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from activity.models import Message, User
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.messages import MessageQuerySet, Occasion, tell_makers
from activity.models.returns import SameHand, WrongStatus
from activity.models.steps import Step

from . import reading
from .factories import made_delegation, made_patrol, made_quarter, made_return, made_user, sent_back, taken_to, ticked

pytestmark = pytest.mark.django_db

REASON = "Số km phát quang chưa khớp."


@pytest.fixture
def submitted(post, quarter, staff, head):
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    return ticked(taken_to(Status.SUBMITTED, unit_return, by=head))


def told(person=None):
    """The occasions that somebody (or everybody) was told of."""
    messages = Message.objects.filter(**({"person": person} if person else {}))
    return list(messages.order_by("pk").values_list("occasion", flat=True))


def inbox(client, person):
    client.force_login(person)
    return reading.page(client.get("/inbox/"))


def bar(client, person):
    client.force_login(person)
    return reading.text(reading.one(reading.page(client.get("/password/")), "div", class_="who"))


# Who is told of what.


def test_a_return_that_is_sent_back_is_told_to_staff_and_head_of_its_unit(submitted, staff, head, stranger, commander):
    submitted.send_back(by=commander, reason=REASON)
    assert told(staff) == told(head) == [Occasion.SENT_BACK]
    assert Message.objects.count() == 2
    assert {message.step for message in Message.objects.all()} == {submitted.steps.last()}


def test_an_approval_is_told_to_staff_and_head_of_the_unit(submitted, staff, head, checker, commander):
    submitted.approve(by=commander)
    assert told(staff) == told(head) == [Occasion.APPROVED]
    assert told(checker) == told(commander) == []


def test_an_amendment_is_told_to_all_but_the_one_who_opened_it(submitted, staff, head, commander):
    submitted.approve(by=commander)
    amend(submitted, by=head, reason="Thiếu một vụ")
    assert told(staff) == [Occasion.APPROVED, Occasion.AMENDED]
    assert told(head) == [Occasion.APPROVED]


def test_submitting_and_checking_are_told_to_nobody(submitted):
    assert told() == []


def test_a_return_sent_back_twice_is_told_twice(submitted, staff, head, commander):
    submitted.send_back(by=commander, reason=REASON)
    submitted.submit(by=head)
    submitted.send_back(by=commander, reason="Vẫn chưa khớp.")
    assert told(staff) == [Occasion.SENT_BACK] * 2


def test_who_is_switched_off_is_told_nothing(submitted, staff, head, commander):
    staff.is_active = False
    staff.save()
    submitted.approve(by=commander)
    assert (told(staff), told(head)) == ([], [Occasion.APPROVED])


@pytest.mark.parametrize(("last_day", "occasions"), [(0, [Occasion.APPROVED]), (-1, [])])
def test_who_deputises_as_head_is_told_until_the_end_of_the_last_day(submitted, commander, last_day, occasions):
    today = timezone.localdate()
    deputy = made_user(Role.CHECKER, submitted.unit, username="deputy")
    made_delegation(
        deputy, first_day=today - datetime.timedelta(days=9), last_day=today + datetime.timedelta(days=last_day)
    )
    submitted.approve(by=commander)
    assert told(deputy) == occasions


def test_a_step_that_is_refused_tells_nobody(submitted, commander, head):
    with pytest.raises(SameHand):
        submitted.approve(by=head)
    assert told() == []
    submitted.approve(by=commander)
    before = told()
    with pytest.raises(WrongStatus):
        submitted.approve(by=commander)
    assert told() == before


def test_a_step_that_is_undone_takes_its_messages_with_it(submitted, commander):
    with transaction.atomic():
        submitted.approve(by=commander)
        assert told()
        transaction.set_rollback(True)
    assert told() == []


# Once: the database says so.


def test_a_step_told_again_is_told_once(submitted, commander):
    submitted.approve(by=commander)
    before = told()
    tell_makers(submitted.steps.all())
    assert told() == before


def test_without_the_constraint_s_leave_a_second_message_of_a_step_is_refused(submitted, staff, commander):
    submitted.approve(by=commander)
    message = Message.objects.get(person=staff)
    message.pk, message._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


# The inbox.


@pytest.fixture
def told_twice(submitted, commander):
    """Approved, and opened for amendment by the command."""
    submitted.approve(by=commander)
    return amend(submitted, by=commander, reason=REASON)


def test_the_inbox_shows_the_newest_first_with_its_reason_and_who_it_was(client, told_twice, staff, commander):
    page = inbox(client, staff)
    lines = [reading.text(line) for line in reading.elements(reading.one(page, "ol", class_="inbox"), "li")]
    assert len(lines) == 2
    assert "Chưa đọc Báo cáo quý I/2024 đã được mở để điều chỉnh số liệu." in lines[0]
    assert "Báo cáo quý I/2024 đã được duyệt." in lines[1]
    assert REASON in lines[0] and REASON not in lines[1]
    assert "commander, Bộ Chỉ huy" in lines[0]


def test_what_became_of_an_amendment_is_told_from_what_became_of_the_return(client, told_twice, staff, commander):
    sent_back(told_twice, by=commander)
    taken_to(Status.APPROVED, told_twice, by=commander)
    page = inbox(client, staff)
    approved, was_sent_back, *_opened = reading.elements(reading.one(page, "ol", class_="inbox"), "li")
    assert "Bản điều chỉnh báo cáo quý I/2024 đã được duyệt." in reading.text(approved)
    assert "Bản điều chỉnh báo cáo quý I/2024 đã được trả lại để sửa." in reading.text(was_sent_back)


def test_the_inbox_of_somebody_who_was_told_nothing_says_so(client, told_twice, admin_user, stranger):
    for person in (admin_user, stranger):
        assert "Chưa có thông báo nào." in reading.text(reading.one(inbox(client, person), "main"))


def test_the_bar_says_how_many_are_unread(client, told_twice, staff, admin_user, commander):
    assert "Thông báo (2)" in bar(client, staff)
    Message.objects.filter(person=staff).mark_read()
    assert "Thông báo" in bar(client, staff) and "Thông báo (" not in bar(client, staff)
    assert "Thông báo" not in bar(client, admin_user) + bar(client, commander)


def test_a_person_read_without_the_manager_knows_their_unread_messages_too(told_twice, staff):
    assert User._base_manager.get(pk=staff.pk).unread == User.objects.get(pk=staff.pk).unread == 2


def test_a_look_at_the_inbox_and_at_the_addresses_of_its_buttons_marks_nothing(client, told_twice, staff):
    inbox(client, staff)
    for name, args in (("inbox_open", [Message.objects.filter(person=staff)[0].pk]), ("inbox_read", [])):
        assert client.get(reverse(name, args=args)).url == "/inbox/"
    assert Message.objects.filter(person=staff).unread().count() == 2


def test_opening_a_message_marks_it_read_and_leads_to_its_return(client, told_twice, staff, head):
    first, second = Message.objects.filter(person=staff)
    client.force_login(staff)
    assert client.post(reverse("inbox_open", args=[first.pk])).url == told_twice.get_absolute_url()
    assert list(Message.objects.filter(person=staff).unread()) == [second]
    assert Message.objects.filter(person=head).unread().count() == 2


def test_what_was_read_keeps_the_moment_when_it_was_first_read(client, told_twice, staff):
    message = Message.objects.filter(person=staff)[0]
    client.force_login(staff)
    moments = set()
    for _time in range(2):
        client.post(reverse("inbox_open", args=[message.pk]))
        message.refresh_from_db()
        moments.add(message.read_at)
    assert len(moments) == 1 and None not in moments


def test_one_press_marks_all_as_read_but_what_has_come_since(client, told_twice, staff, head, commander):
    page = inbox(client, staff)
    shown = reading.attribute(reading.one(page, "input", name="shown"), "value")
    told_twice.submit(by=head)
    told_twice.send_back(by=commander, reason="Thiếu một vụ")
    assert client.post("/inbox/read/", {"shown": shown}).url == "/inbox/"
    assert [message.occasion for message in Message.objects.filter(person=staff).unread()] == [Occasion.SENT_BACK]
    unread = Message.objects.filter(person=head).unread()
    assert [message.occasion for message in unread] == [Occasion.SENT_BACK, Occasion.APPROVED]


def test_what_was_to_be_done_is_unread_no_more_once_the_return_is_submitted(submitted, staff, head, commander):
    submitted.send_back(by=commander, reason=REASON)
    assert [message.occasion for message in Message.objects.filter(person=staff).unread()] == [Occasion.SENT_BACK]
    submitted.submit(by=head)
    assert not Message.objects.unread().exists()
    assert told(staff) == [Occasion.SENT_BACK]


def test_that_a_return_was_approved_stays_news_when_its_amendment_is_submitted(told_twice, staff, head):
    told_twice.submit(by=head)
    assert [message.occasion for message in Message.objects.filter(person=staff).unread()] == [Occasion.APPROVED]


def test_older_messages_stand_on_pages_of_their_own_each_with_its_button(client, told_twice, staff, monkeypatch):
    monkeypatch.setattr("activity.views.inbox.PER_PAGE", 1)
    newer, older = Message.objects.of(staff)
    page = inbox(client, staff)
    shown = reading.attribute(reading.one(page, "input", name="shown"), "value")
    assert shown == str(newer.pk) and reading.one(page, "a", href="?page=2")
    client.post("/inbox/read/", {"shown": shown})
    assert list(Message.objects.of(staff).unread()) == [older]
    second = reading.page(client.get("/inbox/?page=2"))
    assert reading.attribute(reading.one(second, "input", name="shown"), "value") == str(older.pk)


@pytest.mark.parametrize("shown", ["", "-1", "nonsense", "²", "9" * 40])
def test_a_press_that_does_not_say_what_it_saw_marks_nothing(client, told_twice, staff, shown):
    client.force_login(staff)
    assert client.post("/inbox/read/", {"shown": shown}).status_code == 302
    assert Message.objects.filter(person=staff).unread().count() == 2


def test_the_number_that_the_button_carries_is_written_without_points(client, told_twice, staff):
    Message.objects.filter(person=staff).last().delete()
    Message.objects.filter(person=staff).update(id=123_456)
    assert reading.attribute(reading.one(inbox(client, staff), "input", name="shown"), "value") == "123456"


def test_nobody_opens_another_person_s_message(client, told_twice, staff, head):
    message = Message.objects.filter(person=staff)[0]
    client.force_login(head)
    assert client.post(reverse("inbox_open", args=[message.pk])).status_code == 404
    assert Message.objects.filter(person=staff).unread().count() == 2


def test_without_the_rule_whose_a_message_is_anybody_would_open_it(client, told_twice, staff, stranger, monkeypatch):
    monkeypatch.setattr(MessageQuerySet, "of", lambda messages, person: messages)
    client.force_login(stranger)
    assert client.post(reverse("inbox_open", args=[Message.objects.filter(person=staff)[0].pk])).status_code == 302


def test_who_moves_to_another_unit_leaves_the_old_one_s_messages_behind(client, told_twice, staff, other_post):
    staff.unit = other_post
    staff.save()
    assert "Chưa có thông báo nào." in reading.text(reading.one(inbox(client, staff), "main"))
    assert User.objects.get(pk=staff.pk).unread == 0


def test_a_message_speaks_the_reader_s_language(client, told_twice, staff):
    message = Message.objects.filter(person=staff)[0]
    with translation.override("en"):
        assert message.words == "The return quý I/2024 was opened for amendment."
    with translation.override("vi"):
        assert message.words == "Báo cáo quý I/2024 đã được mở để điều chỉnh số liệu."
        assert str(message) == f"{staff}: {message.words}"


def test_the_inbox_of_the_sample_is_marked_as_such(client, post, staff, commander):
    unit_return = made_return(post, made_quarter(2024, 2), is_sample=True)
    sent_back(unit_return, by=commander)
    assert "Số liệu minh họa" in reading.text(inbox(client, staff))


# The start page.


def start(client, person):
    client.force_login(person)
    return reading.text(reading.one(reading.page(client.get("/")), "main"))


def test_the_start_page_shows_what_a_unit_has_not_read(client, told_twice, staff):
    page = start(client, staff)
    assert "Thông báo chưa đọc" in page and "đã được duyệt" in page and REASON in page
    Message.objects.filter(person=staff).mark_read()
    assert "Thông báo chưa đọc" not in start(client, staff)


def test_the_start_page_says_the_reason_of_a_return_to_mend_once(client, submitted, staff, commander):
    submitted.send_back(by=commander, reason=REASON)
    page = start(client, staff)
    assert page.count(REASON) == 1
    assert "Thông báo chưa đọc" not in page


def test_every_occasion_of_a_step_is_a_step():
    steps = set(Occasion) & set(Step.values)
    assert steps == {Step.SENT_BACK, Step.APPROVED, Step.AMENDED, Step.WITHDRAWN}
