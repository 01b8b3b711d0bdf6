"""Two people at once, on two connections of PostgreSQL: who comes second waits, and then sees what the first has done.

The same over HTTP, on either database, is in `test_races_over_http`.
"""

import datetime
import threading

import pytest
from django.db import connection, connections, transaction

from activity.kinds import KINDS
from activity.models import Extension, Patrol, ReturnKind, UnitReturn
from activity.models.amendment import amend, withdraw
from activity.models.choices import Status
from activity.models.history import RecordedQuerySet, Stale
from activity.models.record import ReturnLocked
from activity.models.return_rows import UnitReturnQuerySet
from activity.models.returns import WrongStatus

from .factories import made_patrol, made_return, taken_to, ticked

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(post, quarter):
    """A draft that can be submitted: a patrol, and nothing to report of the other kinds."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    for kind in KINDS[1:]:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    return unit_return


class Person(threading.Thread):
    """Somebody who acts on a connection of their own; ``refused`` is what stopped them, or None."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.act, self.refused = act, None
        self.start()

    def run(self):
        try:
            self.act()
        except Exception as refused:
            self.refused = refused
        finally:
            connections.close_all()

    def done(self):
        self.join(timeout=30)
        assert not self.is_alive(), "waits for ever"
        return self.refused

    def waits(self):
        """Return once this person waits for a lock that we hold, or has ended without waiting."""
        for _hundredth in range(3000):
            if not self.is_alive() or somebody_waits():
                return self.is_alive()
            self.join(timeout=0.01)
        raise AssertionError("neither waits for us nor ends")


def somebody_waits():
    """Whether anybody waits for a lock that we hold.

    Not joined with pg_stat_activity, which shows a transaction whoever was there when it first looked.
    """
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        cursor.execute(waiting)
        return cursor.fetchone()[0] > 0


def stored(unit_return):
    """The return as another request reads it."""
    return UnitReturn.objects.get(pk=unit_return.pk)


# An edit and a submit.


def test_an_edit_that_came_first_is_in_what_is_submitted(draft, head):
    record = Patrol.objects.get()
    with transaction.atomic():
        record.times = 2
        record.save()
        submits = Person(lambda: stored(draft).submit(by=head))
        assert submits.waits()
    assert submits.done() is None
    assert (stored(draft).status, Patrol.objects.get().times) == (Status.SUBMITTED, 2)


def edits_late():
    record = Patrol.objects.get()
    record.times = 2
    record.save()


def copy_in_bulk():
    was = Patrol.objects.get()
    copy = Patrol(unit_return=was.unit_return, date=was.date, form=was.form, participant_turns=6)
    Patrol.objects.bulk_create([copy])


LATE = {
    "edit": edits_late,
    "delete": lambda: Patrol.objects.get().delete(),
    "update": lambda: Patrol.objects.update(times=2),
    "delete by query": lambda: Patrol.objects.all().delete(),
    "bulk_create": copy_in_bulk,
}


def patrols():
    return list(Patrol.objects.values_list("times"))


@pytest.mark.parametrize("late", LATE)
def test_a_write_that_comes_while_the_return_is_submitted_waits_and_is_refused(draft, head, late):
    before = patrols()
    with transaction.atomic():
        stored(draft).submit(by=head)
        writes = Person(LATE[late])
        assert writes.waits()
    assert isinstance(writes.done(), ReturnLocked)
    assert patrols() == before


@pytest.mark.parametrize("late", LATE)
def test_without_the_lock_a_late_write_would_slip_into_a_submitted_return(draft, head, late, monkeypatch):
    def only_read(self, ids):
        assert not self.filter(pk__in=ids).exclude(status=Status.DRAFT).exists()

    monkeypatch.setattr(UnitReturnQuerySet, "lock_drafts", only_read)
    before = patrols()
    with transaction.atomic():
        stored(draft).submit(by=head)
        writes = Person(LATE[late])
        assert not writes.waits()
    assert writes.done() is None
    assert stored(draft).status == Status.SUBMITTED
    assert patrols() != before


def test_a_kind_cannot_be_marked_empty_while_a_record_of_it_is_being_added(draft):
    Patrol.objects.all().delete()
    with transaction.atomic():
        made_patrol(draft)
        marks = Person(lambda: stored(draft).mark_nothing_to_report(KINDS[0], nothing=True))
        assert marks.waits()
    assert "xóa" in str(marks.done())
    assert not ReturnKind.objects.filter(kind="patrols", nothing_to_report=True).exists()


def test_two_first_writes_make_one_return(post, quarter):
    gate = threading.Barrier(2, timeout=30)

    def begins():
        unit_return = UnitReturn(unit=post, quarter=quarter)
        gate.wait()
        unit_return.begin()
        made_patrol(unit_return)

    people = [Person(begins) for _ in range(2)]
    assert [person.done() for person in people] == [None, None]
    assert [unit_return.patrol_records.count() for unit_return in UnitReturn.objects.all()] == [2]


def test_who_waits_for_an_amendment_is_told_that_it_is_open(draft, head, commander):
    approved = taken_to(Status.APPROVED, draft)
    with transaction.atomic():
        amend(stored(approved), by=head, reason="Sót một lượt")
        amends = Person(lambda: amend(stored(approved), by=commander, reason="Sót một lượt"))
        assert amends.waits()
    assert isinstance(amends.done(), WrongStatus)
    assert UnitReturn.objects.filter(status=Status.DRAFT).count() == 1


@pytest.mark.parametrize("first", ["edit", "submit"])
def test_who_withdraws_an_amendment_waits_for_an_edit_or_a_submission_and_is_refused(draft, head, commander, first):
    opened = amend(taken_to(Status.APPROVED, draft), by=head, reason="Sót một lượt")
    seen = stored(opened).revision
    with transaction.atomic():
        if first == "edit":
            made_patrol(stored(opened))
        else:
            stored(opened).submit(by=head)
        withdraws = Person(lambda: withdraw(stored(opened), by=commander, reason="Mở nhầm", seen=seen))
        assert withdraws.waits()
    assert isinstance(withdraws.done(), Stale if first == "edit" else WrongStatus)
    assert stored(opened).status == (Status.DRAFT if first == "edit" else Status.SUBMITTED)


def test_an_edit_that_comes_while_an_amendment_is_withdrawn_waits_and_is_refused(draft, head):
    opened = amend(taken_to(Status.APPROVED, draft), by=head, reason="Sót một lượt")
    with transaction.atomic():
        withdraw(stored(opened), by=head, reason="Mở nhầm")
        adds = Person(lambda: made_patrol(stored(opened)))
        assert adds.waits()
    assert isinstance(adds.done(), ReturnLocked)
    assert stored(opened).patrol_records.count() == 1


# More time, given twice.


def give(post, quarter, commander):
    day = quarter.due_day + datetime.timedelta(days=3)
    Extension(unit=post, quarter=quarter, granted_by=commander, last_day=day, reason="Mưa lũ").grant()


@pytest.mark.parametrize("locked", [True, False])
def test_of_two_presses_at_once_one_gives_more_time_and_without_the_lock_both(
    post, quarter, commander, monkeypatch, locked
):
    if not locked:
        monkeypatch.setattr(RecordedQuerySet, "select_for_update", lambda rows, **_: rows)
    with transaction.atomic():
        give(post, quarter, commander)
        another = Person(lambda: give(post, quarter, commander))
        assert another.waits() is locked
    assert another.done() is None
    assert Extension.objects.count() == (1 if locked else 2)


def test_an_approval_and_an_amendment_that_comes_late_do_not_wait_for_each_other(draft, head, commander, monkeypatch):
    first = taken_to(Status.APPROVED, draft)
    seen = stored(first).revision
    second = taken_to(Status.SUBMITTED, amend(stored(first), by=head, reason="Sót một lượt"))
    ticked(second)
    people, moving = [], UnitReturn._moving

    def meanwhile(unit_return, *args, **kwargs):
        # The first version is superseded, the second not yet approved.
        people.append(Person(lambda: amend(stored(first), by=head, reason="Sót một vụ", seen=seen)))
        assert people[0].waits()
        return moving(unit_return, *args, **kwargs)

    monkeypatch.setattr(UnitReturn, "_moving", meanwhile)
    stored(second).approve(by=commander)
    assert isinstance(people[0].done(), Stale)
    assert stored(second).status == Status.APPROVED
