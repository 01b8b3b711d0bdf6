"""Who may do what: the README's table, `RIGHTS`, the buttons of a return's page and what they do say one thing."""

import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from activity import permissions
from activity.kinds import BY_SLUG, KINDS
from activity.models import Delegation, Extension, History, Patrol, ReturnStep, SectionDuty, UnitReturn, User
from activity.models.amendment import amend
from activity.models.choices import ENTERS, Role, Status
from activity.models.history import acting
from activity.models.returns import SameHand
from activity.models.steps import TAKEN_BY
from activity.permissions import AMENDING, CLOSED, RIGHTS
from activity.views.steps import ACTIONS

from . import reading
from .factories import made_delegation, made_patrol, made_return, made_user, taken_to, ticked
from .typed import typed

pytestmark = pytest.mark.django_db

# The table of the README.

HEADING = "## Who may do what"
ROLES = {
    Role.STAFF: "staff",
    Role.HEAD: "head",
    Role.CHECKER: "checker",
    Role.COMMANDER: "command",
    Role.ADMIN: "administrator",
}
STATES = {
    Status.DRAFT: "draft",
    AMENDING: "open amendment",
    Status.SUBMITTED: "submitted",
    Status.APPROVED: "approved",
    CLOSED: "draft of a closed quarter",
}
WORDS = {
    "enter": "enter, change and delete records, say “nothing to report”",
    "submit": "submit the return",
    "check": "tick a kind as checked",
    "send_back": "send the return back",
    "approve": "approve the return",
    "amend": "open a version for amendment",
    "withdraw": "withdraw an amendment",
    "extend": "give more time",
    "read_completeness": "read which units are missing",
    "read_summary": "read the summary of a quarter",
    "administer": "manage units, people, rights, quarters and settings; read the whole history",
}
OWN, ALL, YES, NO = "own unit", "all units", "yes", "–"


def cell(role, right):
    """What a role may do: in which states, and on whose returns."""
    if role not in right.roles:
        return NO
    reach = OWN if role in {Role.STAFF, Role.HEAD} else ALL
    states = " or ".join(words for state, words in STATES.items() if state in right.states)
    return f"{reach}: {states}" if right.states else YES


def line(*cells):
    return f"| {' | '.join(cells)} |"


def table():
    """The table that the README is to show."""
    body = [line(WORDS[action], *(cell(role, right) for role in ROLES)) for action, right in RIGHTS.items()]
    return [line("", *ROLES.values()), line(*["---"] * 6), *body]


def read_table():
    text = (Path(__file__).resolve().parent.parent / "README.md").read_text()
    section = text.partition(HEADING)[2].partition("\n## ")[0]
    return [row for row in section.splitlines() if row.startswith("|")]


def test_the_readme_shows_the_rights_that_the_code_gives():
    assert read_table() == table()


def granted():
    """The README's table as {(action, role): (reach, states)}; roles without the right are left out."""
    actions = {words: action for action, words in WORDS.items()}
    names, states = ({words: key for key, words in known.items()} for known in (ROLES, STATES))
    head, _rule, *body = ([cell.strip() for cell in row.strip("|").split("|")] for row in read_table())
    found = {}
    for words, *cells in body:
        for role, told in zip(head[1:], cells, strict=True):
            reach, _colon, when = told.partition(": ")
            if told != NO:
                found[actions[words], names[role]] = (reach, {states[state] for state in when.split(" or ") if state})
    return found


# The cast: everybody's own role, unit (of the return or another) and the role they deputise in, from and to which day.

TODAY, LATELY, SOON = (0, 0), (-9, -1), (1, 9)
CAST = {
    "staff": (Role.STAFF, "own", None, None),
    "head": (Role.HEAD, "own", None, None),
    "staff of another unit": (Role.STAFF, "other", None, None),
    "head of another unit": (Role.HEAD, "other", None, None),
    "checker": (Role.CHECKER, "command", None, None),
    "commander": (Role.COMMANDER, "command", None, None),
    "administrator": (Role.ADMIN, None, None, None),
    "deputy of the head": (Role.STAFF, "own", Role.HEAD, TODAY),
    "deputy of the head of another unit": (Role.STAFF, "other", Role.HEAD, TODAY),
    "checker of another unit, deputy of its head": (Role.CHECKER, "other", Role.HEAD, TODAY),
    "checker, deputy of the command": (Role.CHECKER, "command", Role.COMMANDER, TODAY),
    "checker of the unit, deputy of its head": (Role.CHECKER, "own", Role.HEAD, TODAY),
    "head of another unit, deputy of the command": (Role.HEAD, "other", Role.COMMANDER, TODAY),
    "deputy of the head until yesterday": (Role.STAFF, "own", Role.HEAD, LATELY),
    "deputy of the head from tomorrow": (Role.STAFF, "own", Role.HEAD, SOON),
    "checker, deputy of the command until yesterday": (Role.CHECKER, "command", Role.COMMANDER, LATELY),
    "checker, deputy of the command from tomorrow": (Role.CHECKER, "command", Role.COMMANDER, SOON),
}
NOT_BEGUN = "not begun"
ON_A_RETURN = [action for action, right in RIGHTS.items() if right.states]


def roles_of(name):
    """The roles that somebody of the cast holds today."""
    role, _where, deputised, days = CAST[name]
    return {role, deputised} if days == TODAY else {role}


def sees(name):
    return CAST[name][1] == "own" or bool(roles_of(name) & {Role.CHECKER, Role.COMMANDER})


def has_part(name, action):
    """Whether the action is theirs on this return in some state, as the table of the README says it."""
    reaches = {granted().get((action, role), (NO,))[0] for role in roles_of(name)}
    return sees(name) and (ALL in reaches or (OWN in reaches and CAST[name][1] == "own"))


def may(name, action, state):
    """Whether they may now; a return that nobody has begun is entered and extended like a draft."""
    if state == NOT_BEGUN:
        return action in {"enter", "extend"} and may(name, action, Status.DRAFT)
    states = set().union(*(granted().get((action, role), (NO, set()))[1] for role in roles_of(name)))
    return has_part(name, action) and state in states


@pytest.fixture
def somebody(command, post, other_post):
    """Somebody of the cast, by name, as the database gives them."""

    def made(name):
        role, where, deputised, days = CAST[name]
        units = {"own": post, "other": other_post, "command": command, None: None}
        person = made_user(role, units[where], username="somebody")
        if deputised:
            first, last = (timezone.localdate() + datetime.timedelta(days=day) for day in days)
            made_delegation(person, deputised, first_day=first, last_day=last)
        return User.objects.get(pk=person.pk)

    return made


@pytest.fixture
def standing(post, quarter):
    """The return in a state, whatever step would be next made possible."""

    def made(state):
        if state == NOT_BEGUN:
            return UnitReturn(unit=post, quarter=quarter)
        unit_return = made_return(post, quarter)
        for kind in KINDS:
            unit_return.mark_nothing_to_report(kind, nothing=True)
        if state == CLOSED:
            quarter.closed = True
            quarter.save()
        if state == Status.SUBMITTED:
            ticked(taken_to(state, unit_return))
        if state in {Status.APPROVED, AMENDING}:
            taken_to(Status.APPROVED, unit_return)
        if state == AMENDING:
            unit_return = amend(unit_return, by=made_user(Role.HEAD, post, username="amended-it"), reason="Cộng sót.")
        return UnitReturn.objects.get(pk=unit_return.pk)

    return made


NAMES = {
    "enter": "record_add",
    "submit": "return_submit",
    "check": "return_check",
    "send_back": "return_send_back",
    "approve": "return_approve",
    "amend": "return_amend",
    "withdraw": "return_withdraw",
    "extend": "return_extend",
}


def address(unit_return, action):
    kind = [BY_SLUG["patrols"]] if action in {"enter", "check"} else []
    return reverse(NAMES[action], args=[unit_return.unit.code, unit_return.quarter, *kind])


def sent(unit_return, action):
    """What the button of an action sends."""
    forms = {
        "enter": typed("patrols"),
        "send_back": {"back-reason": "Chưa khớp."},
        "amend": {"amend-reason": "Cộng sót một vụ."},
        "withdraw": {"withdraw-reason": "Mở nhầm quý."},
        "extend": {"more-last_day": "25/3/2024", "more-reason": "Mất liên lạc."},
    }
    return {"revision": unit_return.revision} | forms.get(action, {})


def offered(client, unit_return):
    """The actions whose buttons stand on the page of the return; None where there is no such page."""
    answer = client.get(unit_return.get_absolute_url())
    if answer.status_code == 404:
        return None
    tree = reading.page(answer)
    forms = {reading.attribute(form, "action") for form in reading.elements(tree, "form")}
    links = {reading.attribute(link, "href") for link in reading.elements(tree, "a")}
    return {action for action in ON_A_RETURN if address(unit_return, action) in forms | links}


def kept():
    return History.objects.count() + ReturnStep.objects.count()


def pressed(client, unit_return, action):
    """Press the button, shown or not: what is answered, and whether anything was done; then all is taken back."""
    before = kept()
    with transaction.atomic():
        answer = client.post(address(unit_return, action), sent(unit_return, action))
        done = kept() > before
        transaction.set_rollback(True)
    return answer.status_code, done


EVERY_STATE = [NOT_BEGUN, *STATES]


@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("name", CAST)
def test_the_code_gives_the_rights_of_the_table(somebody, standing, name, state):
    unit_return, person = standing(state), somebody(name)
    given = {action for action in ON_A_RETURN if sees(name) and permissions.may(person, action, unit_return)}
    assert given == {action for action in ON_A_RETURN if may(name, action, state)}


@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("name", CAST)
def test_a_button_shown_is_a_button_that_works_and_no_other_does(client, somebody, standing, name, state):
    unit_return = standing(state)
    client.force_login(somebody(name))
    shown = offered(client, unit_return)
    assert (shown is None) is not sees(name)
    assert (shown or set()) == {action for action in ON_A_RETURN if may(name, action, state)}
    for action in ON_A_RETURN:
        status, done = pressed(client, unit_return, action)
        assert done is (action in (shown or ())), (action, status)
        assert status in answers(name, action, done), action


def answers(name, action, done):
    """What may be answered: outside one's sight 404, not one's part 403, too late a word about it."""
    if done:
        return {302}
    if not sees(name):
        return {404}
    return {302, 404, 409, 422} if has_part(name, action) else {403}


@pytest.mark.parametrize("action", sorted(RIGHTS.keys() - set(ON_A_RETURN)))
@pytest.mark.parametrize("name", CAST)
def test_what_is_about_no_single_return_goes_by_the_table_too(somebody, name, action):
    assert permissions.may_at_all(somebody(name), action) is any(
        (action, role) in granted() for role in roles_of(name)
    )


@pytest.mark.parametrize("name", ["head", "checker", "commander"])
def test_a_superseded_version_has_no_buttons(client, somebody, standing, commander, name):
    first = standing(Status.APPROVED)
    client.force_login(commander)
    client.post(address(first, "amend"), sent(first, "amend"))
    taken_to(Status.APPROVED, UnitReturn.objects.get(version=2))
    client.force_login(somebody(name))
    answer = client.get(reverse("return_version", args=[first.unit.code, first.quarter, 1]))
    tree = reading.page(answer)
    assert not {address(first, action) for action in ON_A_RETURN} & {
        reading.attribute(form, "action") for form in reading.elements(tree, "form")
    }


def test_a_kind_that_another_section_answers_for_has_no_button_and_no_press_of_it_counts(
    client, somebody, standing, other_post
):
    unit_return = standing(Status.SUBMITTED)
    SectionDuty.objects.create(kind="patrols", section=other_post)
    client.force_login(somebody("checker"))
    assert "check" not in offered(client, unit_return)
    assert pressed(client, unit_return, "check") == (403, False)


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


# What these tests would find if a guard were not there.


def test_a_role_that_reached_as_far_as_sight_would_let_a_deputy_amend_everywhere(somebody, standing, monkeypatch):
    person, unit_return = somebody("checker of another unit, deputy of its head"), standing(Status.APPROVED)
    assert not permissions.may(person, "amend", unit_return)
    monkeypatch.setattr(permissions, "OF_ONE_UNIT", frozenset())
    assert permissions.may(person, "amend", unit_return)


def test_a_button_without_its_right_would_be_seen(client, somebody, standing, monkeypatch):
    monkeypatch.setattr("activity.return_page.permissions.may", lambda user, action, unit_return: True)
    unit_return = standing(Status.DRAFT)
    client.force_login(somebody("staff"))
    assert "submit" in offered(client, unit_return)
    monkeypatch.undo()
    assert pressed(client, unit_return, "submit") == (403, False)


def test_a_press_that_changes_a_return_is_seen(client, standing, post):
    unit_return = standing(Status.DRAFT)
    made_patrol(unit_return)
    client.force_login(made_user(Role.HEAD, post, username="the-head"))
    assert pressed(client, UnitReturn.objects.get(), "submit") == (302, True)
    assert UnitReturn.objects.get().status == Status.DRAFT


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
    for person, sent in ((head, {"nothing": "1"}), (staff, {})):
        client.force_login(person)
        unit_return.refresh_from_db()
        sent |= {"revision": str(unit_return.revision)}
        client.post(reverse("return_nothing", args=[unit_return.unit.code, quarter, KINDS[0]]), sent)
    assert unit_return.was_entered_by(staff)
