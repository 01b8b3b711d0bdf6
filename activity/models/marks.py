"""What is said of one kind of a return as a whole: nothing to report, checked; and which section checks which kind."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..kinds import BY_SLUG
from .choices import UnitKind
from .history import Recorded, RecordedQuerySet
from .units import Unit, of_unit


class ReturnKindQuerySet(RecordedQuerySet):
    def checked(self):
        return self.filter(checked_by__isnull=False)

    def clear(self, kind_slugs):
        """Take back what was said of kinds as a whole: records of them were written."""
        said = models.Q(nothing_to_report=True) | models.Q(checked_by__isnull=False)
        self.filter(said, kind__in=kind_slugs).update(nothing_to_report=False, checked_by=None, checked_at=None)

    def untick(self, kind_slugs):
        self.checked().filter(kind__in=kind_slugs).update(checked_by=None, checked_at=None)

    def tick(self, unit_return, kind_slug, *, by):
        """Tick a kind of a return as checked by ``by``; `UnitReturn.check_kind` does, under the lock of the return."""
        said = {"checked_by": by, "checked_at": timezone.now()}
        there = self.filter(unit_return=unit_return, kind=kind_slug)
        if not super(ReturnKindQuerySet, there).update(**said):
            self.create_ticked([self.model(unit_return=unit_return, kind=kind_slug, **said)])

    def create_ticked(self, marks):
        """Store new marks with their ticks: those of `tick`, and of a sample that was checked before it is loaded."""
        return super().bulk_create(marks)

    def update(self, **values):
        if any(values.get(name) is not None for name in ("checked_by", "checked_by_id", "checked_at")):
            raise TypeError(self.model.BY_CHECKING)
        return super().update(**values)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        if any(mark.checked_by_id for mark in objs):
            raise TypeError(self.model.BY_CHECKING)
        return super().bulk_create(objs, *args, **kwargs)


class ReturnKind(Recorded):
    """What is said of one kind of a return as a whole; a section's tick falls off when a record of it changes."""

    UNTOLD = Recorded.UNTOLD | {"unit_return", "checked_at"}
    SAID_WITH = ("unit_return__unit", "unit_return__quarter")
    BY_CHECKING = "A kind is ticked by `UnitReturn.check_kind` alone."

    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, related_name="marks")
    kind = models.CharField(_("kind"), max_length=30)
    nothing_to_report = models.BooleanField(pgettext_lazy("kind", "nothing to report"), default=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    checked_at = models.DateTimeField(null=True)

    objects = ReturnKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of a kind")
        verbose_name_plural = _("marks of kinds")
        constraints = [
            models.UniqueConstraint(fields=["unit_return", "kind"], name="a_kind_is_marked_once"),
            models.CheckConstraint(
                condition=models.Q(checked_by__isnull=True, checked_at__isnull=True)
                | models.Q(checked_by__isnull=False, checked_at__isnull=False),
                name="a_tick_names_who_and_when",
            ),
        ]

    def __str__(self):
        return f"{self.unit_return}: {self.kind}"

    def save(self, *args, **kwargs):
        if self.checked_by_id:
            raise TypeError(self.BY_CHECKING)
        super().save(*args, **kwargs)

    @property
    def return_id(self):
        return self.unit_return_id


class SectionDutyQuerySet(RecordedQuerySet):
    def of_others(self, unit):
        """Those that are neither ``unit``'s (a key) nor of a section that was merged into it."""
        return self.exclude(pk__in=self.model._base_manager.filter(of_unit(unit, "section")).values("pk"))


class SectionDuty(Recorded):
    """The section that answers for a kind: its people check it, and those of whom it was merged into.

    A kind without a row is every checker's.
    """

    kind = models.CharField(
        _("kind"), max_length=30, unique=True, error_messages={"unique": _("Another section answers for this kind.")}
    )
    section = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="duties",
        limit_choices_to={"kind": UnitKind.SECTION},
        verbose_name=pgettext_lazy("unit", "section"),
    )

    objects = SectionDutyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("kind that a section checks")
        verbose_name_plural = _("kinds that the sections check")

    def __str__(self):
        return f"{self.section}: {BY_SLUG[self.kind].label if self.kind in BY_SLUG else self.kind}"
