"""More time for one unit's return of one quarter; it ends by itself."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, JSONObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .history import Recorded, RecordedQuerySet
from .limits import AnswersAtFields, limit
from .quarters import Quarter
from .text import TextLine
from .units import Unit


class ExtensionQuerySet(RecordedQuerySet):
    def told(self):
        """Each with its facts as one value, for a page that asks for no row of its own."""
        name = Concat("granted_by__last_name", Value(" "), "granted_by__first_name")
        return self.annotate(told=JSONObject(last_day="last_day", reason="reason", granted_by=name))


class Extension(AnswersAtFields, Recorded):
    """Of several for one return the last day counts."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions", verbose_name=_("unit"))
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="extensions", verbose_name=_("quarter"))
    last_day = models.DateField(pgettext_lazy("extension", "until the end of"))
    reason = TextLine(_("reason"), max_length=500)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("granted by")
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["last_day", "pk"]
        verbose_name = pgettext_lazy("return", "extension")
        verbose_name_plural = pgettext_lazy("return", "extensions")
        constraints = [
            limit("an_extension_has_a_reason", ~models.Q(reason=""), "reason", _("Write the reason.")),
            # Of a form sent twice at once, one stands.
            models.UniqueConstraint(
                fields=["unit", "quarter", "last_day"],
                name="an_extension_is_granted_once",
                violation_error_code="last_day",
                violation_error_message=_("The unit has time until this day already."),
            ),
        ]

    def __str__(self):
        return f"{self.unit} - {self.quarter}"

    def clean(self):
        if self.last_day and self.last_day <= self.quarter.due_day:
            raise ValidationError({"last_day": _("Choose a day after the due day.")})
