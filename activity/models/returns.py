"""A unit's return for a quarter, the steps it takes, and the figures that approving it stores."""

import datetime
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..kinds import KINDS
from ..measures import BY_SLUG
from .choices import Status
from .figure import store_figures
from .quarters import Quarter
from .record import ReturnLocked
from .units import Unit


class WrongStatus(Exception):
    """A step was asked of a return that is no longer where the step starts."""

    def __init__(self, unit_return):
        self.words = _("%(return)s is now “%(status)s”; somebody was faster. Nothing was changed.") % {
            "return": unit_return,
            "status": unit_return.get_status_display(),
        }
        super().__init__(self.words)


class Incomplete(Exception):
    """A return was to be submitted while kinds had neither a record nor the mark “nothing to report”."""

    def __init__(self, kinds):
        self.kinds = kinds
        self.words = _("Still without a record or the mark “nothing to report”: %(kinds)s.") % {
            "kinds": ", ".join(str(kind.label) for kind in kinds)
        }
        super().__init__(self.words)


class UnitReturnQuerySet(models.QuerySet["UnitReturn"]):
    def approved(self):
        """The versions in force: one at most for each unit and quarter."""
        return self.filter(status=Status.APPROVED)

    def not_in_force(self):
        """The versions whose figures are not stored, or stored for history only."""
        return self.exclude(status=Status.APPROVED)

    def handed_in(self):
        """What units have handed in: submitted, or approved and in force; drafts never."""
        return self.filter(status__in=[Status.APPROVED, Status.SUBMITTED])

    def current(self):
        """What a person at work means by “the return”: the open version, else the one in force."""
        return self.exclude(status=Status.SUPERSEDED).order_by("unit__position", "-version")

    def with_days(self):
        """Each return with the day it was first submitted: a return that was sent back was still on time."""
        first = StatusChange.objects.filter(unit_return=OuterRef("pk"), status=Status.SUBMITTED).order_by("at", "pk")
        return self.annotate(submitted_at=Subquery(first.values("at")[:1]))

    def with_progress(self):
        """Each return with, for every kind, whether it has records and whether it has nothing to report."""
        return self.annotate(
            **{f"entered_{kind.key}": Exists(kind.model.objects.filter(unit_return=OuterRef("pk"))) for kind in KINDS},
            **{
                f"nothing_{kind.key}": Exists(
                    ReturnKind.objects.filter(unit_return=OuterRef("pk"), kind=kind.slug, nothing_to_report=True)
                )
                for kind in KINDS
            },
        )

    def for_page(self):
        """With all that a return's own page shows of it."""
        return self.with_progress().with_totals().with_days()

    def with_totals(self):
        """Each return with the totals of its kinds (`Kind.totals`), counted live from its records."""
        measures = [BY_SLUG[slug] for kind in KINDS for slug in kind.totals]
        return self.annotate(**{f"total_{measure.slug}": _live_total(measure) for measure in measures})

    def clear_nothing_to_report(self, kind_slug: str):
        """Take back the mark “nothing to report” of a kind: these returns get records of it."""
        marks = ReturnKind.objects.filter(unit_return__in=self.values("pk"), kind=kind_slug, nothing_to_report=True)
        marks.update(nothing_to_report=False)

    def update(self, **values):
        if {"unit", "unit_id", "quarter", "quarter_id", "version"} & values.keys():
            raise TypeError("A return stays the return of its unit and quarter.")
        return super().update(**values)

    def lock_drafts(self, ids):
        """Lock the returns ``ids`` until the transaction ends and return them; ReturnLocked if one is no draft."""
        locked = list(self.filter(pk__in=ids).select_for_update(of=("self",)).select_related("quarter"))
        if any(unit_return.status != Status.DRAFT for unit_return in locked):
            raise ReturnLocked
        return locked


def _live_total(measure):
    """The whole of ``measure`` over the records of the return around it: NULL over no rows."""
    counted = measure.model.objects.filter(unit_return=OuterRef("pk")).order_by().values("unit_return")
    return Subquery(counted.annotate(total=measure.expression).values("total"))


class UnitReturn(models.Model):
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="returns", verbose_name=_("unit"))
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="returns", verbose_name=_("quarter"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(_("state"), max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = UnitReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter__first_day", "unit__position", "-version"]
        verbose_name = pgettext_lazy("unit", "return")
        verbose_name_plural = pgettext_lazy("unit", "returns")
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter", "version"], name="a_version_stands_once"),
            models.UniqueConstraint(
                fields=["unit", "quarter"], condition=Q(status=Status.APPROVED), name="one_approved_version"
            ),
            models.UniqueConstraint(
                fields=["unit", "quarter"],
                condition=Q(status__in=[Status.DRAFT, Status.SUBMITTED]),
                name="one_open_version",
            ),
        ]

    def __str__(self):
        return f"{self.unit} - {self.quarter}"

    def get_absolute_url(self):
        return reverse("return", args=[self.unit.code, self.quarter])

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A return changes by its steps alone.")
        super().save(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    def records(self, kind):
        """The records of one kind in this return; none for a return that nobody has begun."""
        return kind.model.objects.filter(unit_return=self.pk)

    def mark_nothing_to_report(self, kind, *, nothing: bool):
        """Say (or take back) that there is nothing to report of a kind; ValidationError if it has records."""
        with transaction.atomic():
            UnitReturn.objects.lock_drafts([self.pk])
            if nothing and self.records(kind).exists():
                raise ValidationError(_("There are records of this kind; delete them first."))
            ReturnKind.objects.update_or_create(
                unit_return=self, kind=kind.slug, defaults={"nothing_to_report": nothing}
            )

    def begin(self):
        """Make this return where nobody has begun it: the first write does, never a look at the page."""
        if self.pk is None:
            begun, _created = UnitReturn.objects.get_or_create(
                unit=self.unit, quarter=self.quarter, version=self.version
            )
            self.pk, self.status, self._state.adding = begun.pk, begun.status, False

    def kind_state(self, kind) -> str:
        """`entered`, `nothing` (to report) or `empty`; asks for a return read `with_progress`."""
        if getattr(self, f"entered_{kind.key}", False):
            return "entered"
        return "nothing" if getattr(self, f"nothing_{kind.key}", False) else "empty"

    def missing_kinds(self):
        """The kinds with neither a record nor the mark: while there are any, the return cannot be submitted."""
        now = UnitReturn.objects.with_progress().get(pk=self.pk)
        return [kind for kind in KINDS if now.kind_state(kind) == "empty"]

    # The steps. The filter in `_moving` is the lock: of two people pressing the button, one moves the return.

    def submit(self, *, by):
        with self._moving(Status.DRAFT, Status.SUBMITTED, by):
            if missing := self.missing_kinds():
                raise Incomplete(missing)

    def send_back(self, *, by, reason: str):
        """Make a submitted return a draft again, for a written reason."""
        with self._moving(Status.SUBMITTED, Status.DRAFT, by, reason):
            if not reason.strip():
                raise ValidationError({"reason": _("Write the reason, so that the unit knows what to mend.")})

    def approve(self, *, by):
        """Approve: the figures are stored in the same transaction and never change again."""
        with transaction.atomic():
            versions = UnitReturn.objects.filter(unit=self.unit_id, quarter=self.quarter_id)
            versions.approved().exclude(pk=self.pk).update(status=Status.SUPERSEDED)
            with self._moving(Status.SUBMITTED, Status.APPROVED, by):
                store_figures(UnitReturn.objects.filter(pk=self.pk))

    @contextmanager
    def _moving(self, start, end, by, reason=""):
        """Move the return and keep who did it, together with what the block does; WrongStatus if it has moved."""
        with transaction.atomic():
            if not UnitReturn.objects.filter(pk=self.pk, status=start).update(status=end):
                self.refresh_from_db(fields=["status"])
                raise WrongStatus(self)
            StatusChange.objects.create(unit_return=self, status=end, by=by, reason=reason)
            yield
        self.status = end


class ReturnKind(models.Model):
    """What was said of one kind of a return as a whole."""

    unit_return = models.ForeignKey(UnitReturn, models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=30)
    nothing_to_report = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_return", "kind"], name="a_kind_is_marked_once"),
        ]

    def __str__(self):
        return f"{self.unit_return}: {self.kind}"


class StatusChange(models.Model):
    """A step that a return took: to which state, by whom, when and why."""

    unit_return = models.ForeignKey(UnitReturn, models.PROTECT, related_name="changes")
    status = models.CharField(max_length=20, choices=Status)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.unit_return}: {self.get_status_display()}"

    @property
    def is_send_back(self) -> bool:
        return self.status == Status.DRAFT


def days_late(day: datetime.date | None, due_day: datetime.date, today: datetime.date) -> int:
    """Return by how many days a return came late, or is overdue where it has not come (``day`` None)."""
    return max(0, ((day or today) - due_day).days)
