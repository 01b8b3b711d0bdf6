"""Where the returns of some units and quarters stand, in the words of the office; a return not begun has a row too."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext_lazy

from .dates import short_date
from .kinds import Kind, kinds_of
from .models.asked import asked_among
from .models.choices import Status
from .models.extension import Extension
from .models.indicators import Indicator
from .models.quarters import Quarter
from .models.returns import UnitReturn
from .models.steps import Step, days_late
from .models.units import Unit, UnitState

# What a return is, by the slug of its row; a version of the past is only ever seen beside the one that stands.
WORDS = {
    "not_reported": pgettext_lazy("return", "Not reported"),
    "draft": Status.DRAFT.label,
    "sent_back": pgettext_lazy("return", "Sent back"),
    "submitted": Status.SUBMITTED.label,
    "approved": Status.APPROVED.label,
    "amending": pgettext_lazy("return", "Being amended"),
    "revised": pgettext_lazy("return", "Revised"),
    "superseded": Status.SUPERSEDED.label,
    "withdrawn": Status.WITHDRAWN.label,
    "not_expected": pgettext_lazy("return", "Not expected"),
}
# What it is where a version is in force beside it.
OF_AMENDMENT = {
    "submitted": pgettext_lazy("return", "Amendment submitted"),
    "sent_back": pgettext_lazy("return", "Amendment sent back"),
}


@dataclass(frozen=True)
class Row:
    """One unit's return for one quarter; ``unit_return`` is None where nobody has begun it."""

    unit: Unit
    quarter: Quarter
    unit_return: UnitReturn | None
    today: datetime.date
    # The last day of the newest extension; once it is in, of the newest that was granted before it first came:
    # what was late stays late.
    extended_to: datetime.date | None = None
    # The kinds that the return has; read with its progress.
    kinds: tuple[Kind, ...] = ()

    @cached_property
    def is_expected(self) -> bool:
        """Whether its unit makes it: it has, or should."""
        return self.unit_return is not None or self.unit.is_expected(self.quarter)

    @property
    def unit_then(self) -> UnitState:
        """What the unit was on the last day of the quarter."""
        return self.unit.on(self.quarter.last_day)

    @cached_property
    def submitted_on(self) -> datetime.date | None:
        """The day the return was first submitted: one that was sent back was still on time."""
        at = getattr(self.unit_return, "submitted_at", None)
        return timezone.localtime(at).date() if at else None

    @cached_property
    def due_day(self) -> datetime.date:
        """The day it is due, or until whose end it was extended; more time ends with the close of the quarter.

        It does so for what is still open, and for what was first handed in after it had to be opened for that.
        """
        opened_late = getattr(self.unit_return, "first_turn", None) == Step.AMENDED
        if self.extended_to is None or (self.quarter.closed and (self.is_open or opened_late)):
            return self.quarter.due_day
        return max(self.quarter.due_day, self.extended_to)

    @property
    def was_extended(self) -> bool:
        """Whether it has, or had, a later due day than all others."""
        return self.quarter.due_day < self.due_day

    @cached_property
    def is_extended(self) -> bool:
        """Whether it is open beyond the due day of all others, and still in time."""
        return self.is_open and self.was_extended and not self.late

    @cached_property
    def is_in_force(self) -> bool:
        """Whether a version is approved, though another may be open."""
        return getattr(self.unit_return, "has_version_in_force", False)

    @cached_property
    def is_open(self) -> bool:
        """Whether it still waits for its unit: not begun, a draft, or sent back; an amendment waits for nobody."""
        return not self.is_in_force and (self.unit_return is None or self.unit_return.is_draft)

    @property
    def is_enterable(self) -> bool:
        """Whether its unit can enter records: of a closed quarter into an amendment alone."""
        return self.unit_return.is_open_for_entry if self.unit_return else not self.quarter.closed

    @cached_property
    def is_due(self) -> bool:
        """Whether the last day on which it would come in time has passed."""
        return self.due_day < self.today

    @cached_property
    def late(self) -> int:
        """By how many days it came late, or is overdue while it is open; nothing is overdue that nobody expects."""
        if not self.is_expected:
            return 0
        return days_late(None if self.is_open else self.submitted_on, self.due_day, self.today)

    @cached_property
    def slug(self) -> str:
        """`not_expected`, `not_reported`, `draft`, `amending`, `sent_back`, `submitted`, `approved` or `revised`."""
        if self.unit_return is None:
            return "not_reported" if self.is_expected else "not_expected"
        if self.unit_return.status == Status.DRAFT and getattr(self.unit_return, "was_sent_back", False):
            return "sent_back"
        if self.unit_return.status == Status.DRAFT and self.is_in_force:
            return "amending"
        if self.unit_return.status == Status.APPROVED and self.unit_return.version > 1:
            return "revised"
        return self.unit_return.status

    @property
    def words(self) -> str:
        """What it is, in words; an amendment is told from a return of which nothing is in force."""
        return str((self.is_in_force and OF_AMENDMENT.get(self.slug)) or WORDS[self.slug])

    @cached_property
    def lateness(self) -> str:
        """`Quá hạn 3 ngày, chưa nộp`, `Nộp muộn 2 ngày`, `Gia hạn đến hết ngày 20/3/2024`, or nothing."""
        if self.is_extended:
            return gettext("Extended until the end of %(day)s") % {"day": short_date(self.due_day)}
        if not self.late:
            return ""
        if not self.is_open:
            words = ngettext("%(days)s day late", "%(days)s days late", self.late)
        elif self.slug == "sent_back":
            words = ngettext(
                "%(days)s day overdue, not submitted again", "%(days)s days overdue, not submitted again", self.late
            )
        else:
            words = ngettext("%(days)s day overdue, not reported", "%(days)s days overdue, not reported", self.late)
        return words % {"days": localize(self.late)}

    @property
    def missing_kinds(self) -> list[Kind]:
        """The kinds of which nothing is said yet, for a return read ``with_progress``."""
        return [kind for kind in self.kinds if not self.unit_return or self.unit_return.kind_state(kind) == "empty"]

    @property
    def progress(self) -> str:
        """How many kinds are done, for a return read ``with_progress``."""
        done = len(self.kinds) - len(self.missing_kinds)
        return gettext("%(done)s of %(all)s parts entered") % {"done": done, "all": len(self.kinds)}


def rows(units, quarters, today: datetime.date, *, progress: bool = False) -> list[Row]:
    """A row for each unit (in the order given) and quarter in which it has a return or should; two queries.

    ``progress`` asks besides which kinds each has, and what is said of them: one more.
    """
    standing = _standing(units, quarters, progress=progress)
    granted: dict[tuple[int, int], list[Extension]] = {}
    for extension in Extension.objects.filter(unit__in=units, quarter__in=quarters).order_by("pk"):
        granted.setdefault((extension.unit_id, extension.quarter_id), []).append(extension)
    in_use = Indicator.objects.in_use() if progress else []
    made = []
    for quarter in quarters:
        for unit in units:
            unit_return = standing.get((unit.pk, quarter.pk))
            if unit_return is not None:
                # As assigning them does, in a fifth of the time: they are hundreds.
                unit_return._state.fields_cache |= {"unit": unit, "quarter": quarter}
            if unit_return is not None or unit.is_expected(quarter):
                counts = extension_that_counts(granted.get((unit.pk, quarter.pk), ()), unit_return)
                kinds = kinds_of(asked_among(in_use, unit, quarter)) if progress else ()
                if unit_return is not None:
                    unit_return.in_use = in_use
                made.append(Row(unit, quarter, unit_return, today, counts and counts.last_day, kinds))
    return made


def extension_that_counts(granted, unit_return):
    """Of the extensions ``granted`` (the newest last) the one that counts: see `Row`."""
    if unit_return and (unit_return.has_version_in_force or not unit_return.is_draft):
        came = unit_return.submitted_at
        granted = [each for each in granted if came and each.granted_at <= came]
    return granted[-1] if granted else None


def _standing(units, quarters, *, progress) -> dict[tuple[int, int], UnitReturn]:
    """By unit and quarter the version that people work on, else the one in force, with its days (`with_days`).

    The days of all versions are grouped in one query: asked for return by return, they took thrice the time.
    """
    found = UnitReturn.objects.filter(unit__in=units, quarter__in=quarters).order_by("version")
    if progress:
        found = found.with_progress()
    found = found.annotate(
        first_submitted=Min("steps__at", filter=Q(steps__step=Step.SUBMITTED)),
        first_amended=Min("steps__at", filter=Q(steps__step=Step.AMENDED)),
        sent_back=Count("steps", filter=Q(steps__step=Step.SENT_BACK)),
    )
    versions: dict[tuple[int, int], list] = {}
    for version in found:
        versions.setdefault((version.unit_id, version.quarter_id), []).append(version)
    return {cell: _last(of_cell) for cell, of_cell in versions.items()}


def _last(versions):
    """Of the versions of a return the one that stands, knowing what it has to know of the others."""
    last = next(version for version in reversed(versions) if not version.is_past)
    submitted = [(v.first_submitted, Step.SUBMITTED) for v in versions if v.first_submitted]
    amended = [(v.first_amended, Step.AMENDED) for v in versions if v.first_amended]
    last.submitted_at, _step = min(submitted, default=(None, None))
    _at, last.first_turn = min([*submitted, *amended], default=(None, None))
    last.was_sent_back = last.sent_back > 0
    last.has_version_in_force = any(version.status == Status.APPROVED for version in versions)
    return last
