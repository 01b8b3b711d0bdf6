"""The steps that a return took: its timeline."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .choices import Role, Status


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


class ReturnStep(models.Model):
    """A step that a return took: by whom, when, why, and of which kinds where it was not the whole."""

    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=Step)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Under a deputy's right, not in their own.
    as_deputy = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)
    kinds = models.JSONField(default=list)

    # The number of its version and the labels of its kinds, where a page read them with it (`activity.return_page`).
    version: int
    kinds_named: list

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

    @property
    def is_of_a_kind(self) -> bool:
        """Whether the step is about single kinds and leaves the return where it stands."""
        return self.step in {Step.CHECKED, Step.UNCHECKED}


def days_late(day: datetime.date | None, due_day: datetime.date, today: datetime.date) -> int:
    """Return by how many days a return came late, or is overdue where it has not come (``day`` None)."""
    return max(0, ((day or today) - due_day).days)
