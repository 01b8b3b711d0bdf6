"""Deputies' rights: no hand approves its own return, and what a deputy's right alone allows is recorded as such."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from activity import permissions
from activity.kinds import BY_SLUG, KINDS
from activity.models import Delegation, Extension, History, IndicatorAnswer, Patrol, ReturnStep, UnitReturn, User
from activity.models.choices import ENTERS, Role, Status
from activity.models.history import acting
from activity.models.returns import SameHand
from activity.models.steps import TAKEN_BY
from activity.permissions import AMENDING, CLOSED, RIGHTS
from activity.views.steps import ACTIONS

from . import reading
from .cast import NOT_BEGUN, address, made_somebody, made_standing, offered, pressed, sent
from .factories import made_delegation, made_indicator, made_return, made_user, taken_to, ticked
from .typed import shown, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(command, post, other_post):
    """Somebody of the cast, by name, as the database gives them."""
    units = {"own": post, "other": other_post, "command": command, None: None}
    return lambda name: made_somebody(name, units)


@pytest.fixture
def standing(post, quarter):
    """The return in a state, whatever step would be next made possible."""
    return lambda state: made_standing(state, post, quarter)


# The same hand.


@pytest.mark.parametrize("deed", ["entered", "submitted"])
def test_a_deputy_does_not_approve_what_they_entered_or_submitted(client, standing, post, quarter, deed):
    today = timezone.localdate()
    person = made_user(Role.HEAD, post, username="both")
    client.force_login(person)
    unit_return = standing(Status.DRAFT)
    if deed == "entered":
        assert client.post(address(unit_return, "enter"), sent(unit_return, "enter")).status_code == 302
        taken_to(Status.SUBMITTED, unit_return, by=made_user(Role.HEAD, post, username="another"))
    else:
        taken_to(Status.SUBMITTED, unit_return, by=person)
    ticked(unit_return)
    made_delegation(person, Role.COMMANDER, first_day=today, last_day=today)
    unit_return = UnitReturn.objects.get()
    assert permissions.may(User.objects.get(pk=person.pk), "approve", unit_return)
    assert "approve" not in offered(client, unit_return)
    assert pressed(client, unit_return, "approve") == (302, False)
    with pytest.raises(SameHand):
        unit_return.approve(by=User.objects.get(pk=person.pk))


def test_a_deputy_who_had_no_hand_in_it_approves_and_the_step_says_so(client, standing, other_post):
    today = timezone.localdate()
    person = made_user(Role.STAFF, other_post, username="deputy")
    made_delegation(person, Role.COMMANDER, first_day=today, last_day=today)
    unit_return = standing(Status.SUBMITTED)
    client.force_login(person)
    assert client.post(address(unit_return, "approve"), sent(unit_return, "approve")).status_code == 302
    step = unit_return.steps.last()
    assert (step.step, step.by, step.as_deputy) == ("approved", person, True)


DEPUTY_HEAD, COMMANDERS_DEPUTY = "deputy of the head", "head of another unit, deputy of the command"
HEADED, HEADS = "checker of another unit, deputy of its head", "checker of the unit, deputy of its head"


@pytest.mark.parametrize(
    ("name", "action", "state", "as_deputy"),
    [
        (COMMANDERS_DEPUTY, "send_back", Status.SUBMITTED, True),
        (COMMANDERS_DEPUTY, "approve", Status.SUBMITTED, True),
        (COMMANDERS_DEPUTY, "amend", Status.APPROVED, True),
        (COMMANDERS_DEPUTY, "amend", CLOSED, True),
        (COMMANDERS_DEPUTY, "extend", Status.DRAFT, True),
        ("commander", "amend", Status.APPROVED, False),
        ("commander", "extend", Status.DRAFT, False),
        ("head", "amend", Status.APPROVED, False),
        ("head", "submit", Status.DRAFT, False),
        (DEPUTY_HEAD, "submit", Status.DRAFT, True),
        (DEPUTY_HEAD, "amend", Status.APPROVED, True),
        (DEPUTY_HEAD, "withdraw", AMENDING, True),
        (COMMANDERS_DEPUTY, "withdraw", AMENDING, True),
        ("head", "withdraw", AMENDING, False),
        ("checker, deputy of the command", "send_back", Status.SUBMITTED, False),
        ("checker, deputy of the command", "check", Status.SUBMITTED, False),
        ("checker, deputy of the command", "approve", Status.SUBMITTED, True),
        (HEADED, "send_back", Status.SUBMITTED, False),
        (HEADS, "send_back", Status.SUBMITTED, False),
        (HEADS, "submit", Status.DRAFT, True),
    ],
)
def test_what_only_a_deputy_s_right_allows_is_kept_and_shown_as_done_under_it(
    client, somebody, standing, name, action, state, as_deputy
):
    unit_return, person = standing(state), somebody(name)
    client.force_login(person)
    before = History.objects.latest("pk").pk
    assert client.post(address(unit_return, action), sent(unit_return, action)).status_code == 302
    assert marks_since(before) == {as_deputy}
    done = Extension.objects.get() if action == "extend" else ReturnStep.objects.latest("pk")
    assert (done.as_deputy, person) == (as_deputy, getattr(done, "by", None) or done.granted_by)
    if state != CLOSED:  # the page of another state
        told = reading.text(reading.page(client.get(unit_return.get_absolute_url())))
        assert ("theo ủy quyền" in told) is as_deputy


def marks_since(before):
    """What the history written since says of its rows: whether they were written under a deputy's right alone."""
    return set(History.objects.filter(pk__gt=before).values_list("as_deputy", flat=True))


@pytest.mark.parametrize("state", [NOT_BEGUN, Status.DRAFT, AMENDING])
@pytest.mark.parametrize(
    ("name", "as_deputy"), [("staff", False), ("head", False), (DEPUTY_HEAD, False), (HEADS, True)]
)
def test_what_is_entered_changed_and_deleted_under_a_deputy_s_right_alone_is_marked_in_the_history(
    client, somebody, standing, name, as_deputy, state
):
    unit_return = standing(state)
    client.force_login(somebody(name))
    before = History.objects.latest("pk").pk

    def press(where, **sent):
        revision = UnitReturn.objects.order_by("version").values_list("revision", flat=True).last()
        assert client.post(where, {"revision": revision} | sent).status_code == 302

    press(address(unit_return, "enter"), **typed("patrols"))
    record = Patrol.objects.get()
    where = reverse("record", args=[unit_return.unit.code, unit_return.quarter, BY_SLUG["patrols"], record.pk])
    press(where, **typed("patrols", revision="1", note="Mưa to", lineage=str(record.lineage)))
    assert "theo ủy quyền" in told_of(client, f"{where}history/") or not as_deputy
    press(f"{where}delete/", revision="2")
    for nothing in ({"nothing": "1"}, {}):
        press(reverse("return_nothing", args=[unit_return.unit.code, unit_return.quarter, KINDS[0]]), **nothing)
    assert marks_since(before) == {as_deputy}
    actions = set(History.objects.filter(pk__gt=before).values_list("model", "action"))
    assert actions >= {("patrol", "created"), ("patrol", "changed"), ("patrol", "deleted"), ("returnkind", "changed")}
    assert ("theo ủy quyền" in told_of(client, f"{unit_return.get_absolute_url()}history/")) is as_deputy


def told_of(client, where):
    return reading.text(reading.page(client.get(where)))


def test_what_is_written_of_no_return_is_under_no_deputy_s_right(somebody, post):
    """A deputy's right is about returns: who is a deputy beside being an administrator changes units as the latter."""
    person = somebody(HEADS)
    before = History.objects.latest("pk").pk
    with acting(person):
        post.name = "Đồn mới"
        post.save()
    assert marks_since(before) == {False}


def test_the_steps_know_whose_they_are_as_the_table_does():
    assert {step: RIGHTS[action].roles for step, action in ACTIONS.items()} == TAKEN_BY
    assert RIGHTS["enter"].roles == ENTERS


def test_who_acts_in_their_own_right_on_what_was_merged_into_their_unit_is_no_deputy(head, other_post, post):
    """Their own right reaches as far as their unit goes; that they stand in for the command adds nothing here."""
    today = timezone.localdate()
    made_delegation(head, Role.COMMANDER, first_day=today, last_day=today)
    person = User.objects.get(pk=head.pk)
    assert person.deputises(other_post, Role.HEAD, Role.COMMANDER)
    other_post.carried_on_by = post
    assert not person.deputises(other_post, Role.HEAD, Role.COMMANDER)


@pytest.mark.parametrize("last", [0, 5])
def test_two_rights_of_one_deputy_on_one_day_are_refused_by_every_way_of_writing_them(staff, last):
    today = timezone.localdate()
    made_delegation(staff, Role.HEAD, first_day=today, last_day=today)
    with pytest.raises(ValidationError):
        made_delegation(staff, Role.COMMANDER, first_day=today, last_day=today + datetime.timedelta(days=last))
    tomorrow = today + datetime.timedelta(days=1)
    made_delegation(staff, Role.COMMANDER, first_day=tomorrow, last_day=tomorrow)
    assert Delegation.objects.count() == 2


def test_who_gives_rights_is_nobody_s_deputy(client, admin_user, staff, command):
    """Else one person could give themself every right."""
    User.objects.filter(pk=admin_user.pk).update(unit=command)
    admin_user.refresh_from_db()
    with pytest.raises(ValidationError):
        made_delegation(admin_user, Role.COMMANDER)
    client.force_login(admin_user)
    today = timezone.localdate()
    days = dict.fromkeys(["first_day", "last_day"], today.strftime("%d/%m/%Y"))
    sent = {"person": admin_user.pk, "role": "commander", "reason": "Số 1"} | days
    refused = client.post("/admin/activity/delegation/add/", sent)
    assert "person" in refused.context["adminform"].form.errors
    right = Delegation(person=admin_user, role=Role.COMMANDER, first_day=today, last_day=today, reason="Số 1")
    with pytest.raises(ValidationError):
        Delegation.objects.bulk_create([right])
    with pytest.raises(TypeError):
        Delegation.objects.update(person=admin_user)
    assert not Delegation.objects.exists()
    made_delegation(staff, first_day=today, last_day=today)
    staff.role = Role.ADMIN
    for becomes in (staff.full_clean, staff.save, lambda: staff.save(update_fields=["role"])):
        with pytest.raises(ValidationError) as error:
            becomes()
        assert "role" in error.value.message_dict


@pytest.mark.parametrize("days", [0, 5])
def test_a_deputy_does_not_take_the_right_along_to_another_unit(staff, other_post, days):
    today = timezone.localdate()
    given = made_delegation(staff, first_day=today, last_day=today + datetime.timedelta(days=days))
    staff.unit = other_post
    for moves in (staff.full_clean, staff.save):
        with pytest.raises(ValidationError) as refused:
            moves()
        assert "unit" in refused.value.message_dict
    Delegation.objects.filter(pk=given.pk).update(
        first_day=today - datetime.timedelta(days=2), last_day=today - datetime.timedelta(days=1)
    )
    staff.save()


def test_who_takes_back_that_there_is_nothing_has_a_hand_in_the_return(client, head, staff, quarter):
    unit_return = made_return(head.unit, quarter)
    for person, fields in ((head, {"nothing": "1"}), (staff, {})):
        client.force_login(person)
        unit_return.refresh_from_db()
        fields |= {"revision": str(unit_return.revision)}
        client.post(reverse("return_nothing", args=[unit_return.unit.code, quarter, KINDS[0]]), fields)
    assert unit_return.was_entered_by(staff)


# A right that ended while its holder typed.


@pytest.fixture
def ended(client, post):
    """Somebody of the unit whose right as its deputy head ended yesterday, signed in."""
    person = made_user(Role.CHECKER, post, username="ended")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    made_delegation(person, first_day=yesterday, last_day=yesterday)
    client.force_login(person)
    return client


def refused(answer):
    """What a page says that refuses what was typed; it offers nobody to save it."""
    assert answer.status_code == 403
    main = reading.one(reading.page(answer), "main")
    assert not [each for each in reading.elements(main, "button") if reading.attribute(each, "name") == "save"]
    assert "quyền đã hết" in reading.text(main) and "bắt buộc phải nhập" not in reading.text(main)
    return main


def test_a_record_that_was_typed_until_the_right_ended_is_there_to_be_copied(ended, post, quarter):
    answer = ended.post(address(made_return(post, quarter), "enter"), typed("patrols", note="Mưa to", date=""))
    assert (refused(answer), shown(answer, "note"))[1] == "Mưa to"
    assert not Patrol.objects.exists()


def test_an_answer_that_was_typed_until_the_right_ended_is_there_to_be_copied(ended, post, quarter):
    value = f"{made_indicator(first=quarter).code}-value"
    where = reverse("indicators", args=[post.code, made_return(post, quarter).quarter])
    answer = ended.post(where, {value: "3.889"})
    assert (refused(answer), shown(answer, value))[1] == "3.889"
    assert not IndicatorAnswer.objects.exists()


def test_a_step_that_is_not_theirs_any_more_gives_back_what_was_typed(client, staff, post, quarter):
    unit_return = taken_to(Status.SUBMITTED, made_return(post, quarter))
    client.force_login(staff)
    told = {"back-reason": "Chưa khớp sổ trực.", "back-kinds": ["patrols", "cases"], "revision": unit_return.revision}
    words = reading.text(refused(client.post(address(unit_return, "send_back"), told)))
    kinds = f"{BY_SLUG['patrols'].label}, {BY_SLUG['cases'].label}"
    assert f"Lý do trả lại: “Chưa khớp sổ trực.”; Mục cần sửa: “{kinds}”" in words
    assert UnitReturn.objects.get().status == Status.SUBMITTED


def test_more_time_that_is_not_theirs_to_give_any_more_gives_back_what_was_typed(ended, post, quarter):
    told = {"more-last_day": "21/3/2024", "more-reason": "Mưa to"}
    words = reading.text(refused(ended.post(address(made_return(post, quarter), "extend"), told)))
    assert "“21/3/2024”" in words and "“Mưa to”" in words
    assert not Extension.objects.exists()


@pytest.mark.parametrize("action", ["send_back", "submit", "extend"])
def test_a_button_pressed_with_nothing_typed_is_a_plain_refusal(client, checker, staff, post, quarter, action):
    unit_return = made_return(post, quarter)
    client.force_login(checker if action == "submit" else staff)
    answer = client.post(address(unit_return, action), {"revision": unit_return.revision})
    assert answer.status_code == 403
    assert reading.text(reading.one(reading.page(answer), "h1")) == "Không được phép"
