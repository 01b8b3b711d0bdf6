"""Reminders of returns that are due: who is told what today."""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from .models.messages import Message, makers, newest_reminder
from .models.quarters import Quarter
from .models.units import Unit
from .states import rows


def due_reminders(now: datetime.datetime) -> Iterator[Message]:
    """The newest reminder of every open return for each of those who make it, not yet saved.

    A return is open until it is submitted; of a closed quarter nothing can be submitted any more. The due day is that
    of the unit: more time for it is a new due day, with reminders of its own.
    """
    today = timezone.localtime(now).date()
    units = list(Unit.objects.filter(reports=True))
    quarters = list(Quarter.objects.begun(today).filter(closed=False))
    people = list(makers(units))
    for row in rows(units, quarters, today):
        occasion = newest_reminder(row.due_day, today) if row.is_open else None
        if occasion:
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


def send_reminders() -> int:
    """Write the reminders of today that are not written yet, and return how many these were.

    The database takes each of them once, however often this runs, and of two runs at once from one only.
    """
    written = Message.objects.filter(step=None)
    with transaction.atomic():
        before = written.count()
        Message.objects.bulk_create(due_reminders(timezone.now()), ignore_conflicts=True)
        return written.count() - before
