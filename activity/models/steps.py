"""The steps that a return took: its timeline."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..kinds import BY_SLUG
from .choices import Role, Status
from .told import Deed, JSONList, deed_of, facts_of_deed, list_in
from .written_once import WrittenOnce, WrittenOnceQuerySet


class Step(models.TextChoices):
    SUBMITTED = "submitted", pgettext_lazy("return", "Submitted")
    SENT_BACK = "sent_back", pgettext_lazy("return", "Sent back")
    CHECKED = "checked", pgettext_lazy("kind", "Checked")
    UNCHECKED = "unchecked", pgettext_lazy("kind", "Check taken back")
    APPROVED = "approved", pgettext_lazy("return", "Approved")
    AMENDED = "amended", pgettext_lazy("return", "Opened for amendment")
    WITHDRAWN = "withdrawn", pgettext_lazy("return", "Amendment withdrawn")


# Where each step starts, and where it ends.
MOVES = {
    Step.SUBMITTED: (Status.DRAFT, Status.SUBMITTED),
    Step.SENT_BACK: (Status.SUBMITTED, Status.DRAFT),
    Step.APPROVED: (Status.SUBMITTED, Status.APPROVED),
}
# Whose they are (`activity.permissions` says when): what somebody does only as a deputy is kept as done so.
TAKEN_BY = {
    Step.SUBMITTED: {Role.HEAD},
    Step.CHECKED: {Role.CHECKER},
    Step.UNCHECKED: {Role.CHECKER},
    Step.SENT_BACK: {Role.CHECKER, Role.COMMANDER},
    Step.APPROVED: {Role.COMMANDER},
    Step.AMENDED: {Role.HEAD, Role.COMMANDER},
    Step.WITHDRAWN: {Role.HEAD, Role.COMMANDER},
}


@dataclass(frozen=True, kw_only=True)
class Taken(Deed):
    """A step as a page tells it: of which version, and of which kinds (slugs) where it was not the whole."""

    step: Step
    version: int
    kinds: list[str]

    @property
    def labels(self) -> list[str]:
        return [str(BY_SLUG[slug].label) for slug in self.kinds]

    @property
    def is_of_a_kind(self) -> bool:
        """Whether the step is about single kinds and leaves the return where it stands."""
        return self.step in {Step.CHECKED, Step.UNCHECKED}


def taken_of(unit_return) -> list[Taken]:
    """The steps of one version, in their order, as they came with it (`UnitReturnQuerySet.with_steps`)."""
    told = [(each["pk"], _taken(unit_return.version, **each)) for each in unit_return.steps_told or ()]
    return [taken for pk, taken in sorted(told, key=lambda each: (each[1].at, each[0]))]


def _taken(version, *, step, kinds, **told):
    return Taken(version=version, step=Step(step), kinds=list_in(kinds), **deed_of(**told))


class StepQuerySet(WrittenOnceQuerySet):
    def told_together(self):
        """Those of each version as one value (see `taken_of`), for a page that asks for no rows of its own."""
        facts = JSONObject(step="step", kinds="kinds", **facts_of_deed("by", "at"))
        return self.order_by().values("unit_return").annotate(told=JSONList(facts)).values("told")


class ReturnStep(WrittenOnce):
    """A step that a return took: by whom, when, why, and of which kinds where it was not the whole."""

    NEVER = "A step that a return took stays as it was taken."

    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=Step)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Under a deputy's right, not in their own.
    as_deputy = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(_("reason"), blank=True)
    kinds = models.JSONField(default=list)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = pgettext_lazy("return", "step")
        verbose_name_plural = pgettext_lazy("return", "steps")

    def __str__(self):
        return f"{self.unit_return}: {self.get_step_display()}"

    def is_press_of(self, step, person, reason, kinds) -> bool:
        """Whether it is what ``person`` asks for once more: the button was pressed twice."""
        slugs = [kind.slug for kind in kinds]
        return (self.step, self.by_id, self.reason, self.kinds) == (step, person.pk, reason, slugs)


def days_late(day: datetime.date | None, due_day: datetime.date, today: datetime.date) -> int:
    """Return by how many days a return came late, or is overdue where it has not come (``day`` None)."""
    return max(0, ((day or today) - due_day).days)
