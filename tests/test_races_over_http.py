"""Two people at once at a real server, on either database: one is done, the other told, nothing is lost or doubled.

Each guard has a control: with it off, the failure that it prevents is seen.
"""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from activity.forms import RecordForm
from activity.kinds import KINDS
from activity.models import Figure, History, Patrol, ReturnStep, UnitReturn, amendment
from activity.models import returns as returns_module
from activity.models.choices import Role, Status
from activity.models.history import Action, Recorded, acting
from activity.models.return_rows import UnitReturnQuerySet
from activity.models.steps import MOVES, Step
from activity.views import steps as pages

from .factories import made_patrol, made_return, made_user, taken_to, ticked
from .online import Pause, Person, at_once, meeting
from .test_tally import slow_count

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/returns/tra-linh/2024Q1/"
TOLD_EACH = [["error"], ["success"]]
# Who typed a reason and came too late is given it back.
TOLD_EACH_WITH_A_REASON = [["error", "warning"], ["success"]]


@pytest.fixture
def online(live_server):
    """Return `online(user)`: that person, signed in at the server."""
    return lambda user: Person(live_server, user)


@pytest.fixture
def draft(post, quarter):
    """A draft that can be submitted: a patrol, and nothing to report of the other kinds."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    for kind in KINDS[1:]:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    return unit_return


@pytest.fixture
def submitted(draft, head):
    return ticked(taken_to(Status.SUBMITTED, draft, by=head))


@pytest.fixture
def approved(submitted, commander):
    submitted.approve(by=commander)
    return submitted


@pytest.fixture
def commanders(online, commander, command):
    return [online(commander), online(made_user(Role.COMMANDER, command, username="deputy"))]


@contextmanager
def unguarded_move(self, step, by, **told):
    """A step that forgets to ask, while it moves the return, where the return stands."""
    with transaction.atomic():
        UnitReturn.objects.filter(pk=self.pk).moved(MOVES[step][1])
        ReturnStep.objects.create(unit_return=self, step=step, by=by)
        yield


def taken(step):
    return ReturnStep.objects.filter(step=step).count()


def stored_figures(unit_return):
    figures = Figure.objects.filter(unit_return=unit_return)
    return {(measure, part): value for measure, part, value in figures.values_list("measure", "part", "value")}


# Two approvals.


def both_approve(commanders, monkeypatch):
    forms = [person.opens(PAGE, "approve/") for person in commanders]
    meeting(monkeypatch, UnitReturn, "approve", 2)
    return at_once(*(lambda p=p, f=f: p.sends(f) for p, f in zip(commanders, forms, strict=True)))


def test_of_two_approvals_one_is_done_and_the_other_told(submitted, commanders, monkeypatch):
    answers = both_approve(commanders, monkeypatch)
    assert sorted(answer.told for answer in answers) == TOLD_EACH
    assert [answer.status for answer in answers] == [302, 302]
    assert taken(Step.APPROVED) == 1
    assert stored_figures(submitted) == slow_count(submitted)


def test_without_the_guarded_move_both_would_be_done(submitted, commanders, monkeypatch):
    monkeypatch.setattr(UnitReturn, "_moving", unguarded_move)
    monkeypatch.setattr(returns_module, "store_figures", lambda returns, ids: None)
    answers = both_approve(commanders, monkeypatch)
    assert [answer.told for answer in answers] == [["success"], ["success"]]
    assert taken(Step.APPROVED) == 2


# An approval and a late edit.


def edit_comes_late(online, cast, monkeypatch):
    """Staff send an edit of a draft; before it is written the return is submitted, checked and approved."""
    staff, head, checker, commander = (online(person) for person in cast)
    form = staff.opens(f"{PAGE}patrols/{Patrol.objects.get().pk}/", "")

    def meanwhile():
        assert head.presses(PAGE, "/submit/").told == ["success"]
        for kind in KINDS:
            assert checker.presses(PAGE, f"{kind.slug}/check/", checked="1").told == ["success"]
        assert commander.presses(PAGE, "/approve/").told == ["success"]

    # The form is found right while the return is still a draft.
    held = Pause(monkeypatch, RecordForm, "validate_unique")
    return held.during(lambda: staff.sends(form, times="5"), meanwhile)


@pytest.fixture
def cast(staff, head, checker, commander):
    return staff, head, checker, commander


def test_an_edit_that_comes_after_the_approval_is_refused_and_still_in_its_form(draft, online, cast, monkeypatch):
    answer = edit_comes_late(online, cast, monkeypatch)
    assert answer.status == 409
    assert 'name="times" value="5"' in answer.html
    assert "không còn là bản nháp" in answer.said
    assert Patrol.objects.get().times == 1
    assert stored_figures(draft) == slow_count(draft)


def test_without_the_lock_the_edit_would_slip_under_the_approved_figures(draft, online, cast, monkeypatch):
    monkeypatch.setattr(UnitReturnQuerySet, "lock_drafts", lambda self, ids: None)
    answer = edit_comes_late(online, cast, monkeypatch)
    assert answer.told == ["success"]
    assert stored_figures(draft) != slow_count(draft)


def approve_what_has_changed(online, cast, unit_return):
    """A commander presses a button of a page from before a send-back and an edit."""
    staff, head, checker, commander = (online(person) for person in cast)
    form = commander.opens(PAGE, "approve/")
    assert checker.presses(PAGE, "send-back/", **{"back-reason": "Thiếu một lượt"}).told == ["success"]
    staff.presses(f"{PAGE}patrols/{Patrol.objects.get().pk}/", "", times="5")
    assert head.presses(PAGE, "/submit/").told == ["success"]
    assert checker.presses(PAGE, "patrols/check/", checked="1").told == ["success"]
    return commander.sends(form)


def test_nobody_approves_an_edit_that_they_have_not_seen(submitted, online, cast):
    assert approve_what_has_changed(online, cast, submitted).told == ["error"]
    assert taken(Step.APPROVED) == 0


def test_without_the_revision_an_edit_would_be_approved_unseen(submitted, online, cast, monkeypatch):
    monkeypatch.setattr(returns_module, "as_seen", lambda seen: {})
    assert approve_what_has_changed(online, cast, submitted).told == ["success"]
    assert stored_figures(submitted)["patrols", ""] == 5


# Two edits of one record.


def both_edit(online, staff, head, monkeypatch):
    people = [online(staff), online(head)]
    forms = [person.opens(f"{PAGE}patrols/{Patrol.objects.get().pk}/", "") for person in people]
    meeting(monkeypatch, RecordForm, "validate_unique", 2)
    return at_once(
        lambda: people[0].sends(forms[0], participant_turns="11"),
        lambda: people[1].sends(forms[1], note="Mưa to"),
    )


def typed():
    return [(patrol.participant_turns, patrol.note) for patrol in Patrol.objects.all()]


def changes():
    return History.objects.filter(model="patrol", action=Action.CHANGED).count()


def test_of_two_edits_of_one_record_one_stands_and_the_other_is_still_in_its_form(
    draft, online, staff, head, monkeypatch
):
    answers = both_edit(online, staff, head, monkeypatch)
    assert sorted(answer.status for answer in answers) == [302, 409]
    first = answers[0].status == 302
    assert typed() == ([(11, "")] if first else [(6, "Mưa to")])
    assert ('value="Mưa to"' if first else 'value="11"') in answers[first].html
    assert changes() == 1


def test_without_the_revision_in_the_update_one_of_two_edits_would_be_lost_unsaid(
    draft, online, staff, head, monkeypatch
):
    monkeypatch.setattr(Recorded, "_do_update", models.Model._do_update)
    answers = both_edit(online, staff, head, monkeypatch)
    assert [answer.told for answer in answers] == [["success"], ["success"]]
    assert typed() in ([(11, "")], [(6, "Mưa to")])


# Ten replays of one submission.


def send_ten_times(person, sent, /, **typed):
    return at_once(*[lambda: person.sends(sent, **typed)] * 10)


def add_ten_times(online, staff, monkeypatch):
    person = online(staff)
    empty = person.opens(f"{PAGE}patrols/add/", "")
    meeting(monkeypatch, RecordForm, "validate_unique", 10)
    return send_ten_times(person, empty, date="05/3/2024", form="unilateral", participant_turns="6")


def test_a_form_that_is_sent_ten_times_at_once_is_one_record(quarter, online, staff, monkeypatch):
    answers = add_ten_times(online, staff, monkeypatch)
    assert [(answer.status, answer.told) for answer in answers] == [(302, ["success"])] * 10
    assert (UnitReturn.objects.count(), Patrol.objects.count()) == (1, 1)


def test_without_the_lineage_of_the_form_there_would_be_ten(quarter, online, staff, monkeypatch):
    monkeypatch.setattr(RecordForm, "clean_lineage", lambda form: form.instance.lineage)
    add_ten_times(online, staff, monkeypatch)
    assert Patrol.objects.count() == 10


def submit_ten_times(online, head, monkeypatch):
    person = online(head)
    form = person.opens(PAGE, "/submit/")
    meeting(monkeypatch, UnitReturn, "submit", 10)
    return send_ten_times(person, form)


def test_a_button_that_is_pressed_ten_times_at_once_is_one_step(draft, online, head, monkeypatch):
    answers = submit_ten_times(online, head, monkeypatch)
    assert [answer.told for answer in answers] == [["success"]] * 10
    assert taken(Step.SUBMITTED) == 1


def test_without_the_guarded_move_ten_presses_would_be_ten_steps(draft, online, head, monkeypatch):
    monkeypatch.setattr(UnitReturn, "_moving", unguarded_move)
    submit_ten_times(online, head, monkeypatch)
    assert taken(Step.SUBMITTED) == 10


# An amendment opened twice.


def both_amend(online, head, commander, monkeypatch):
    people = [online(head), online(commander)]
    forms = [person.opens(PAGE, "amend/") for person in people]
    meeting(monkeypatch, pages, "amend", 2)
    send = [lambda p=p, f=f: p.sends(f, **{"amend-reason": "Sót"}) for p, f in zip(people, forms, strict=True)]
    return at_once(*send)


def open_versions():
    return UnitReturn.objects.filter(status=Status.DRAFT).count()


def test_an_amendment_that_two_people_open_is_one_version(approved, online, head, commander, monkeypatch):
    answers = both_amend(online, head, commander, monkeypatch)
    assert sorted(answer.told for answer in answers) == TOLD_EACH_WITH_A_REASON
    assert [answer.status for answer in answers] == [302, 302]
    assert (open_versions(), taken(Step.AMENDED)) == (1, 1)


@pytest.fixture
def many_open_versions(transactional_db):
    """A database that has forgotten that one version at most is open."""
    (constraint,) = [c for c in UnitReturn._meta.constraints if c.name == "one_open_version"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(UnitReturn, constraint)
    yield
    call_command("flush", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        editor.add_constraint(UnitReturn, constraint)


def unguarded_amend(unit_return, *, by, reason, seen):
    """An amendment that asks only for the approved version, and not whether one is open."""
    with transaction.atomic(), acting(by):
        approved = UnitReturn.objects.approved().select_for_update().get(unit=unit_return.unit)
        amendment._copied(approved, reason, UnitReturn.objects.count() + 1)


def test_without_the_guards_two_versions_would_be_open(
    approved, online, head, commander, many_open_versions, monkeypatch
):
    monkeypatch.setattr(pages, "amend", unguarded_amend)
    answers = both_amend(online, head, commander, monkeypatch)
    assert [answer.told for answer in answers] == [["success"], ["success"]]
    assert open_versions() == 2


# A withdrawal and a submission.


def withdraw_while_it_is_submitted(online, head, commander, monkeypatch):
    """The command withdraws an amendment; before it is written the head submits it."""
    heads, commands = online(head), online(commander)
    form = commands.opens(PAGE, "withdraw/")
    held = Pause(monkeypatch, pages, "withdraw")
    return held.during(
        lambda: commands.sends(form, **{"withdraw-reason": "Mở nhầm"}), lambda: heads.presses(PAGE, "/submit/")
    )


@pytest.fixture
def opened(approved, head):
    return amendment.amend(approved, by=head, reason="Sót")


def test_an_amendment_that_is_submitted_meanwhile_is_not_withdrawn(opened, online, head, commander, monkeypatch):
    assert withdraw_while_it_is_submitted(online, head, commander, monkeypatch).told == ["error", "warning"]
    opened.refresh_from_db()
    assert (opened.status, taken(Step.WITHDRAWN)) == (Status.SUBMITTED, 0)


def test_without_the_guard_what_was_submitted_would_be_withdrawn(opened, online, head, commander, monkeypatch):
    monkeypatch.setattr(UnitReturnQuerySet, "only_opened", lambda self: self)
    monkeypatch.setattr(amendment, "as_seen", lambda seen: {})
    assert withdraw_while_it_is_submitted(online, head, commander, monkeypatch).told == ["success"]
    opened.refresh_from_db()
    assert (opened.status, taken(Step.SUBMITTED), taken(Step.WITHDRAWN)) == (Status.WITHDRAWN, 2, 1)


def both_withdraw(online, head, commander, monkeypatch):
    people = [online(head), online(commander)]
    forms = [person.opens(PAGE, "withdraw/") for person in people]
    meeting(monkeypatch, pages, "withdraw", 2)
    send = [
        lambda p=p, f=f, r=r: p.sends(f, **{"withdraw-reason": r}) for p, f, r in zip(people, forms, "ab", strict=True)
    ]
    return at_once(*send)


def test_of_two_withdrawals_one_is_done_and_the_other_told(opened, online, head, commander, monkeypatch):
    answers = both_withdraw(online, head, commander, monkeypatch)
    assert sorted(answer.told for answer in answers) == TOLD_EACH_WITH_A_REASON
    assert taken(Step.WITHDRAWN) == 1
