"""The settings of an office that are rules of its work: an administrator changes them, and history keeps it."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .history import Recorded, RecordedQuerySet, Stale
from .limits import AnswersAtFields, limit
from .text import TextLine

ONLY = 1


class OfficeSettingsQuerySet(RecordedQuerySet):
    def making_checks_advice(self):
        """The settings where they let a return be approved unchecked: none where nobody has said so."""
        return self.filter(approval_needs_checks=False)


class OfficeSettings(AnswersAtFields, Recorded):
    """One row, made when an administrator first changes something; until then every rule is as a new row has it."""

    approval_needs_checks = models.BooleanField(
        _("only what is checked is approved"),
        default=True,
        help_text=_("Approval asks that the sections have ticked every kind; without it their ticks are advice."),
    )
    reason = TextLine(_("reason"), help_text=_("The order or decision, with its number."))

    objects = OfficeSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("settings of the office")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=ONLY), name="the_settings_stand_once"),
            limit("the_settings_have_a_reason", ~models.Q(reason=""), "reason", _("Write the order or decision.")),
        ]

    def __str__(self):
        return capfirst(str(self._meta.verbose_name))

    def save(self, *args, **kwargs):
        if self._state.adding:
            self.pk = ONLY
            if OfficeSettings.objects.exists():
                raise Stale
        super().save(*args, **kwargs)
