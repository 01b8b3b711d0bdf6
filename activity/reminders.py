"""Reminders of returns that are due: who is told what today, and what wants no reading any more."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from .models.messages import Message, makers, newest_reminder
from .models.quarters import Quarter
from .models.units import Unit
from .states import Row, rows


def due_reminders(now: datetime.datetime) -> Iterator[Message]:
    """The newest reminder of every open return for each of those who make it, not yet saved.

    The due day is that of the unit: more time for it is a new due day, with reminders of its own.
    """
    today = timezone.localtime(now).date()
    units = list(Unit.objects.filter(reports=True))
    people = list(makers(units))
    for row in _open_returns(units, today):
        if occasion := newest_reminder(row.due_day, today):
            yield from (
                Message(
                    person=person,
                    unit=row.unit,
                    quarter=row.quarter,
                    occasion=occasion,
                    due_day=row.due_day,
                    at=now,
                )
                for person in people
                if person.unit_id in row.unit.hands
            )


def _open_returns(units, today) -> list[Row]:
    """What is still to be handed in; of a closed quarter nothing can be."""
    quarters = list(Quarter.objects.begun(today).filter(closed=False))
    return [row for row in rows(units, quarters, today) if row.is_open]


def send_reminders() -> int:
    """Write the reminders of today that are not written yet, and return how many these were.

    The database takes each of them once, however often this runs, and of two runs at once from one only.
    """
    written = Message.objects.filter(step=None)
    with transaction.atomic():
        before = written.count()
        Message.objects.bulk_create(due_reminders(timezone.now()), ignore_conflicts=True)
        return written.count() - before


@contextmanager
def settling_reminders():
    """A block that may move due days: of quarters, by more time for a unit, by an end of one or the other.

    Reminders of a day on which a return is not due any more want no reading; those of the day on which it is due now
    want it again.
    """
    before = _due_days()
    yield
    now = _due_days()
    moved = {of for of in before.keys() | now.keys() if before.get(of) != now.get(of)}
    told = Message.objects.filter(step=None, quarter__in={quarter for _unit, quarter in moved})
    of_moved = [message for message in told if (message.unit_id, message.quarter_id) in moved]
    due = {message.pk for message in of_moved if message.due_day == now.get((message.unit_id, message.quarter_id))}
    Message.objects.filter(pk__in={message.pk for message in of_moved} - due).mark_read()
    Message.objects.filter(pk__in=due).update(read_at=None)


def _due_days() -> dict[tuple[int, int], datetime.date]:
    """When each return that is still to be handed in is due, by unit and quarter."""
    units = list(Unit.objects.filter(reports=True))
    return {(row.unit.pk, row.quarter.pk): row.due_day for row in _open_returns(units, timezone.localdate())}
