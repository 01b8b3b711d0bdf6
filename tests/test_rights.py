"""Who may do what: the README's table, `RIGHTS`, the buttons of a return's page and what they do say one thing."""

from functools import cache
from pathlib import Path

import pytest
from django.urls import reverse

from activity import permissions
from activity.models import Quarter, SectionDuty, Unit, UnitReturn
from activity.models.choices import Role, Status
from activity.permissions import AMENDING, CLOSED, RIGHTS

from . import reading
from .cast import CAST, NOT_BEGUN, ON_A_RETURN, TODAY, address, made_somebody, made_standing, offered, pressed, sent
from .factories import made_patrol, made_quarter, made_unit, made_user, taken_to

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


@cache
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


@pytest.fixture(scope="module", autouse=True)
def state(request, taken_back):
    """The return in a state, whatever step would be next made possible, made once for the whole cast."""
    state = getattr(request, "param", NOT_BEGUN)

    def make():
        made_unit("ngoc-con")
        made_standing(state, made_unit("tra-linh"), made_quarter(2024, 1))

    with taken_back(make):
        yield state


@pytest.fixture
def post(db):
    return Unit.objects.get(code="tra-linh")


@pytest.fixture
def other_post(db):
    return Unit.objects.get(code="ngoc-con")


@pytest.fixture
def quarter(db):
    return Quarter.objects.get()


@pytest.fixture
def unit_return(post, quarter):
    """The return in its newest version, begun or not."""
    return UnitReturn.objects.order_by("version").last() or UnitReturn(unit=post, quarter=quarter)


@pytest.fixture
def somebody(command, post, other_post):
    """Somebody of the cast, by name, as the database gives them."""
    units = {"own": post, "other": other_post, "command": command, None: None}
    return lambda name: made_somebody(name, units)


@pytest.fixture
def standing(post, quarter):
    """The return in a state, whatever step would be next made possible."""
    return lambda state: made_standing(state, post, quarter)


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


IN_EVERY_STATE = pytest.mark.parametrize("state", [NOT_BEGUN, *STATES], indirect=True, scope="module")


@IN_EVERY_STATE
@pytest.mark.parametrize("name", CAST)
def test_the_code_gives_the_rights_of_the_table(somebody, unit_return, name, state):
    person = somebody(name)
    given = {action for action in ON_A_RETURN if sees(name) and permissions.may(person, action, unit_return)}
    assert given == {action for action in ON_A_RETURN if may(name, action, state)}


@IN_EVERY_STATE
@pytest.mark.parametrize("name", CAST)
def test_a_button_shown_is_a_button_that_works_and_no_other_does(client, somebody, unit_return, name, state):
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
    return {302, 409, 422} if has_part(name, action) else {403}


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
