"""Where the returns of some units and quarters stand, in the words of the office; a return not begun has a row too."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext, pgettext

from .kinds import KINDS
from .models.choices import Status
from .models.quarters import Quarter
from .models.returns import UnitReturn, days_late
from .models.units import Unit


@dataclass(frozen=True)
class Row:
    """One unit's return for one quarter; ``unit_return`` is None where nobody has begun it."""

    unit: Unit
    quarter: Quarter
    unit_return: UnitReturn | None
    today: datetime.date

    @property
    def submitted_on(self) -> datetime.date | None:
        """The day the return was first submitted: one that was sent back was still on time."""
        at = getattr(self.unit_return, "submitted_at", None)
        return timezone.localtime(at).date() if at else None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its unit: not begun, a draft, or sent back."""
        return self.unit_return is None or self.unit_return.is_draft

    @property
    def late(self) -> int:
        """By how many days it came late, or is overdue while it is open."""
        return days_late(None if self.is_open else self.submitted_on, self.quarter.due_day, self.today)

    @property
    def slug(self) -> str:
        """`not_reported`, `draft`, `sent_back`, `submitted` or `approved`."""
        if self.unit_return is None:
            return "not_reported"
        if self.unit_return.status == Status.DRAFT and self.submitted_on:
            return "sent_back"
        return self.unit_return.status

    @property
    def words(self) -> str:
        if self.slug == "not_reported":
            return pgettext("return", "Not reported")
        if self.slug == "sent_back":
            return pgettext("return", "Sent back")
        return self.unit_return.get_status_display() if self.unit_return else ""

    @property
    def lateness(self) -> str:
        """`Quá hạn 3 ngày, chưa nộp`, `Nộp muộn 2 ngày`, or nothing."""
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
    """A row for each unit (in the order given) and quarter in which it has a return or should; one query."""
    found = UnitReturn.objects.filter(unit__in=units, quarter__in=quarters).current().with_days()
    if progress:
        found = found.with_progress()
    # The open version is what people work on; it comes last and so stands.
    by_cell = {(row.unit_id, row.quarter_id): row for row in reversed(found)}
    made = []
    for quarter in quarters:
        for unit in units:
            unit_return = by_cell.get((unit.pk, quarter.pk))
            if unit_return is not None:
                unit_return.unit, unit_return.quarter = unit, quarter
            if unit_return is not None or unit.is_expected(quarter):
                made.append(Row(unit, quarter, unit_return, today))
    return made
