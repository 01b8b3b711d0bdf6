"""Where the returns of some units and quarters stand, in the words of the office; a return not begun has a row too."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext, pgettext

from .dates import short_date
from .kinds import KINDS
from .models.choices import Status
from .models.extension import Extension
from .models.quarters import Quarter
from .models.returns import UnitReturn
from .models.steps import days_late
from .models.units import Unit


@dataclass(frozen=True)
class Row:
    """One unit's return for one quarter; ``unit_return`` is None where nobody has begun it."""

    unit: Unit
    quarter: Quarter
    unit_return: UnitReturn | None
    today: datetime.date
    extended_to: datetime.date | None = None

    @property
    def submitted_on(self) -> datetime.date | None:
        """The day the return was first submitted: one that was sent back was still on time."""
        at = getattr(self.unit_return, "submitted_at", None)
        return timezone.localtime(at).date() if at else None

    @property
    def due_day(self) -> datetime.date:
        """The day it is due, or until whose end it was extended."""
        return max(self.quarter.due_day, self.extended_to or self.quarter.due_day)

    @property
    def is_extended(self) -> bool:
        """Whether it is open beyond the due day of all others, and still in time."""
        return self.is_open and self.quarter.due_day < self.due_day and not self.late

    @property
    def is_in_force(self) -> bool:
        """Whether a version is approved, though another may be open."""
        return getattr(self.unit_return, "has_version_in_force", False)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its unit: not begun, a draft, or sent back; an amendment waits for nobody."""
        return not self.is_in_force and (self.unit_return is None or self.unit_return.is_draft)

    @property
    def late(self) -> int:
        """By how many days it came late, or is overdue while it is open."""
        return days_late(None if self.is_open else self.submitted_on, self.due_day, self.today)

    @property
    def slug(self) -> str:
        """`not_reported`, `draft`, `amending`, `sent_back`, `submitted`, `approved` or `revised`."""
        if self.unit_return is None:
            return "not_reported"
        if self.unit_return.status == Status.DRAFT and getattr(self.unit_return, "was_sent_back", False):
            return "sent_back"
        if self.unit_return.status == Status.DRAFT and self.is_in_force:
            return "amending"
        if self.unit_return.status == Status.APPROVED and self.unit_return.version > 1:
            return "revised"
        return self.unit_return.status

    @property
    def words(self) -> str:
        special = {
            "not_reported": pgettext("return", "Not reported"),
            "sent_back": pgettext("return", "Sent back"),
            "amending": pgettext("return", "Being amended"),
            "revised": pgettext("return", "Revised"),
        }
        if self.slug in special:
            return special[self.slug]
        return self.unit_return.get_status_display() if self.unit_return else ""

    @property
    def lateness(self) -> str:
        """`Quá hạn 3 ngày, chưa nộp`, `Nộp muộn 2 ngày`, `Gia hạn đến hết ngày 20/3/2024`, or nothing."""
        if self.is_extended:
            return gettext("Extended until the end of %(day)s") % {"day": short_date(self.due_day)}
        if not self.late:
            return ""
        if self.slug == "sent_back":
            words = ngettext(
                "%(days)s day overdue, not submitted again", "%(days)s days overdue, not submitted again", self.late
            )
        elif self.is_open:
            words = ngettext("%(days)s day overdue, not reported", "%(days)s days overdue, not reported", self.late)
        else:
            words = ngettext("%(days)s day late", "%(days)s days late", self.late)
        return words % {"days": localize(self.late)}

    @property
    def progress(self) -> str:
        """How many kinds are done, for a return read ``with_progress``."""
        states = [self.unit_return.kind_state(kind) for kind in KINDS] if self.unit_return else []
        done = sum(state != "empty" for state in states)
        return gettext("%(done)s of %(all)s parts entered") % {"done": done, "all": len(KINDS)}


def rows(units, quarters, today: datetime.date, *, progress: bool = False) -> list[Row]:
    """A row for each unit (in the order given) and quarter in which it has a return or should; two queries."""
    found = UnitReturn.objects.filter(unit__in=units, quarter__in=quarters).current().with_days()
    if progress:
        found = found.with_progress()
    # The open version is what people work on; it comes last and so stands.
    by_cell = {(row.unit_id, row.quarter_id): row for row in reversed(found)}
    extended = Extension.objects.filter(unit__in=units, quarter__in=quarters).order_by("last_day")
    until = {(unit, quarter): day for unit, quarter, day in extended.values_list("unit", "quarter", "last_day")}
    made = []
    for quarter in quarters:
        for unit in units:
            unit_return = by_cell.get((unit.pk, quarter.pk))
            if unit_return is not None:
                unit_return.unit, unit_return.quarter = unit, quarter
            if unit_return is not None or unit.is_expected(quarter):
                made.append(Row(unit, quarter, unit_return, today, until.get((unit.pk, quarter.pk))))
    return made
