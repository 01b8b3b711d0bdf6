"""A return's steps: who may take them from where, what they ask before, and what approving stores."""

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from activity import permissions
from activity.access import visible_return
from activity.kinds import BY_SLUG, KINDS
from activity.measures import MEASURES
from activity.models import Figure, Patrol, ReturnKind, ReturnStep, UnitReturn
from activity.models import returns as returns_module
from activity.models.choices import Role, Status
from activity.models.returns import Incomplete, WrongStatus
from activity.models.steps import Step

from .factories import (
    FACTORIES,
    made_case,
    made_command,
    made_patrol,
    made_return,
    made_unit,
    made_user,
    past_the_rules,
    sent_back,
    taken_to,
    ticked,
)
from .typed import typed

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
PATROLS = BY_SLUG["patrols"]


@pytest.fixture
def unit_return(post, quarter):
    return made_return(post, quarter)


def complete(unit_return):
    """Mark every kind without a record “nothing to report”."""
    for kind in unit_return.missing_kinds():
        unit_return.mark_nothing_to_report(kind, nothing=True)
    return unit_return


def in_state(status, unit_return):
    """The return in ``status``, as the database holds it."""
    UnitReturn.objects.filter(pk=unit_return.pk).moved(status)
    return UnitReturn.objects.get(pk=unit_return.pk)


# Who may do what, written out independently of `permissions`: (role, of the unit, state) -> actions.
ALLOWED = {
    (Role.STAFF, True, Status.DRAFT): {"enter"},
    (Role.HEAD, True, Status.DRAFT): {"enter", "submit"},
    (Role.HEAD, True, Status.APPROVED): {"amend"},
    (Role.CHECKER, False, Status.SUBMITTED): {"check", "send_back"},
    (Role.COMMANDER, False, Status.DRAFT): {"extend"},
    (Role.COMMANDER, False, Status.SUBMITTED): {"send_back", "approve"},
    (Role.COMMANDER, False, Status.APPROVED): {"amend"},
}
ACTIONS = [action for action, right in permissions.RIGHTS.items() if right.states]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("own", [True, False], ids=["of the unit", "of another"])
@pytest.mark.parametrize("role", Role)
def test_every_role_may_in_every_state_what_the_table_says_and_nothing_else(unit_return, role, own, status):
    if role in {Role.CHECKER, Role.COMMANDER}:
        user, own = made_user(role, username="somebody"), False
    else:
        user = made_user(role, unit_return.unit if own else made_unit("ngoc-con"), username="somebody")
    there = in_state(status, unit_return)
    may = {action for action in ACTIONS if permissions.may(user, action, there)}
    assert may == ALLOWED.get((role, own, status), set())


def test_the_head_of_a_unit_that_makes_no_return_may_enter_nothing(quarter):
    section = made_unit("tham-muu", reports=False)
    user = made_user(Role.HEAD, section)
    there = UnitReturn(unit=section, quarter=quarter)
    assert not any(permissions.may(user, action, there) for action in ACTIONS)


def test_nobody_may_edit_or_submit_a_return_whose_quarter_has_not_begun(unit_return, head, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: unit_return.quarter.first_day)
    assert permissions.may(head, "enter", unit_return) and permissions.may(head, "submit", unit_return)
    monkeypatch.setattr(timezone, "localdate", lambda *_: unit_return.quarter.first_day.replace(day=14))
    assert not permissions.may(head, "enter", unit_return)
    assert not permissions.may(head, "submit", unit_return)


def test_a_return_that_nobody_has_begun_cannot_be_submitted(post, quarter, head):
    assert not permissions.may(head, "submit", UnitReturn(unit=post, quarter=quarter))


# The steps. Each starts from one state; from every other it is refused in words and changes nothing.
STEPS = {
    "submit": (Status.DRAFT, Status.SUBMITTED, lambda r, by: r.submit(by=by)),
    "send_back": (Status.SUBMITTED, Status.DRAFT, lambda r, by: r.send_back(by=by, reason="Thiếu số km.")),
    "approve": (Status.SUBMITTED, Status.APPROVED, lambda r, by: r.approve(by=by)),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_moves_the_return_and_is_written_down(unit_return, commander, step):
    start, end, take = STEPS[step]
    there = in_state(start, complete(unit_return))
    if step == "approve":
        ticked(there)
    take(there, commander)
    assert there.status == UnitReturn.objects.get().status == end
    taken = ReturnStep.objects.last()
    assert (taken.step, taken.by) == (
        Step({"submit": "submitted", "send_back": "sent_back"}.get(step, "approved")),
        commander,
    )


@pytest.mark.parametrize(
    ("step", "status"), [(step, status) for step in STEPS for status in Status if status != STEPS[step][0]]
)
def test_a_step_from_a_wrong_state_is_refused_in_words_and_changes_nothing(unit_return, commander, step, status):
    start, _, take = STEPS[step]
    stale = in_state(start, complete(unit_return))
    in_state(status, unit_return)
    with pytest.raises(WrongStatus) as refused:
        take(stale, commander)
    now = f"{stale} hiện ở trạng thái “{Status(status).label}”, đã có người thao tác trước."
    assert refused.value.words == f"{now} Không có gì thay đổi."
    assert stale.status == UnitReturn.objects.get().status == status
    assert not ReturnStep.objects.exists()
    assert not Figure.objects.exists()


@pytest.mark.parametrize("reason", ["", " ", "\n"])
def test_sending_back_needs_a_written_reason(unit_return, commander, reason):
    there = taken_to(Status.SUBMITTED, unit_return)
    with pytest.raises(ValidationError):
        there.send_back(by=commander, reason=reason)
    assert UnitReturn.objects.get().status == Status.SUBMITTED


def test_a_return_that_was_sent_back_is_a_draft_that_can_be_mended_and_submitted_again(unit_return, head, commander):
    sent_back(unit_return, by=commander)
    made_patrol(unit_return)
    unit_return.submit(by=head)
    assert list(ReturnStep.objects.values_list("step", flat=True)) == ["submitted", "sent_back", "submitted"]


# “Nothing to report”: zero is not blank.


@EVERY_KIND
def test_a_return_cannot_be_submitted_while_a_kind_is_empty_and_names_it(unit_return, head, kind):
    for other in KINDS:
        if other is not kind:
            FACTORIES[other.slug](unit_return)
    with pytest.raises(Incomplete) as refused:
        unit_return.submit(by=head)
    assert refused.value.kinds == [kind]
    assert str(kind.label) in refused.value.words
    assert unit_return.status == UnitReturn.objects.get().status == Status.DRAFT
    assert not ReturnStep.objects.exists()


def test_a_return_with_nothing_to_report_at_all_can_be_submitted(unit_return, head):
    complete(unit_return).submit(by=head)
    assert UnitReturn.objects.get().status == Status.SUBMITTED


@EVERY_KIND
@pytest.mark.parametrize("in_bulk", [False, True], ids=["one by one", "in bulk"])
def test_adding_a_record_clears_the_mark_so_that_deleting_it_leaves_the_kind_empty(unit_return, kind, in_bulk):
    record = FACTORIES[kind.slug](unit_return)
    record.delete()
    complete(unit_return)
    record.pk, record._state.adding = None, True
    kind.model.objects.bulk_create([record]) if in_bulk else record.save()
    record.delete()
    assert unit_return.missing_kinds() == [kind]


def test_a_mark_in_another_return_stays(unit_return, other_post):
    other = complete(made_return(other_post, unit_return.quarter))
    made_patrol(unit_return)
    assert other.missing_kinds() == []


def test_a_kind_with_records_cannot_be_marked(unit_return):
    made_patrol(unit_return)
    with pytest.raises(ValidationError, match="xóa"):
        unit_return.mark_nothing_to_report(PATROLS, nothing=True)
    assert not ReturnKind.objects.exists()


def test_a_mark_can_be_taken_back(unit_return):
    complete(unit_return).mark_nothing_to_report(PATROLS, nothing=False)
    assert unit_return.missing_kinds() == [PATROLS]


@pytest.mark.parametrize("nothing", [True, False])
def test_a_mark_of_a_submitted_return_is_fixed(unit_return, nothing):
    there = taken_to(Status.SUBMITTED, unit_return)
    before = list(ReturnKind.objects.values())
    with pytest.raises(ValidationError):
        there.mark_nothing_to_report(PATROLS, nothing=nothing)
    assert list(ReturnKind.objects.values()) == before


# Approving stores the figures.


def test_approving_stores_the_whole_and_the_parts(unit_return, commander):
    made_patrol(unit_return, times=3, participant_turns=18)
    ticked(taken_to(Status.SUBMITTED, unit_return)).approve(by=commander)
    patrols = Figure.objects.filter(measure="patrols").values_list("part", "value")
    assert set(patrols) == {("", 3), ("unilateral", 3)}


def test_a_sum_over_nothing_is_stored_as_zero(unit_return, commander):
    ticked(taken_to(Status.SUBMITTED, unit_return)).approve(by=commander)
    assert set(Figure.objects.values_list("measure", "part", "value")) == {
        (measure.slug, "", 0) for measure in MEASURES
    }


def test_figures_that_cannot_be_stored_leave_the_return_as_it_was(unit_return, commander, monkeypatch):
    there = ticked(taken_to(Status.SUBMITTED, unit_return))
    changes = ReturnStep.objects.count()

    def full(returns, ids):
        Figure.objects.create(unit_return=there, measure="patrols", value=1)
        raise OSError("the disk is full")

    monkeypatch.setattr(returns_module, "store_figures", full)
    with pytest.raises(OSError, match="full"):
        there.approve(by=commander)
    assert there.status == UnitReturn.objects.get().status == Status.SUBMITTED
    assert (ReturnStep.objects.count(), Figure.objects.count()) == (changes, 0)


def test_the_figures_of_a_return_do_not_follow_what_somebody_writes_past_the_rules(unit_return, commander):
    record = made_case(unit_return)
    taken_to(Status.APPROVED, unit_return)
    past_the_rules(type(record)).update(cases=9)
    assert Figure.objects.get(measure="cases", part="").value == 1


def test_approving_a_second_version_supersedes_the_first_and_keeps_its_figures(unit_return, commander):
    made_patrol(unit_return)
    first = taken_to(Status.APPROVED, unit_return)
    second = made_return(first.unit, first.quarter, version=2)
    made_patrol(second, times=2)
    taken_to(Status.APPROVED, second)
    assert dict(UnitReturn.objects.values_list("version", "status")) == {1: Status.SUPERSEDED, 2: Status.APPROVED}
    figures = Figure.objects.filter(measure="patrols", part="").values_list("unit_return__version", "value")
    assert dict(figures) == {1: 1, 2: 2}


def test_a_second_version_that_cannot_be_approved_leaves_the_first_in_force(unit_return, commander):
    taken_to(Status.APPROVED, unit_return)
    second = made_return(unit_return.unit, unit_return.quarter, version=2)
    with pytest.raises(WrongStatus):
        second.approve(by=commander)
    assert UnitReturn.objects.approved().get().version == 1


def test_a_page_means_the_open_version_before_the_one_in_force_and_never_a_superseded_one(unit_return, commander):
    def meant():
        return visible_return(commander, unit_return.unit.code, unit_return.quarter)

    first = taken_to(Status.APPROVED, unit_return)
    assert meant() == first
    second = made_return(first.unit, first.quarter, version=2)
    assert meant() == second
    taken_to(Status.APPROVED, second)
    assert meant() == second


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
@pytest.mark.parametrize("role", [Role.STAFF, Role.HEAD, Role.COMMANDER])
def test_no_page_writes_to_a_return_that_is_no_draft(client, unit_return, role, status):
    record = made_patrol(unit_return)
    taken_to(status, unit_return)
    user = made_user(role, made_command() if role == Role.COMMANDER else unit_return.unit, username="somebody")
    client.force_login(user)
    before = [list(model.objects.values()) for model in (Patrol, ReturnKind)]
    where = [unit_return.unit.code, unit_return.quarter, PATROLS]
    sent = typed("patrols", times="2", participant_turns="9") | {"nothing": "1"}
    for name, args in [("record_add", []), ("record", [record.pk]), ("record_delete", [record.pk]),
                       ("return_nothing", [])]:  # fmt: skip
        answer = client.post(reverse(name, args=where + args), sent)
        assert answer.status_code in {403, 409} or [str(message) for message in get_messages(answer.wsgi_request)]
    assert [list(model.objects.values()) for model in (Patrol, ReturnKind)] == before
