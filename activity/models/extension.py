"""More time for one unit's return of one quarter; it ends by itself."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..dates import short_date
from .choices import Role
from .history import Recorded, RecordedQuerySet, acting, together
from .limits import AnswersAtFields, limit
from .quarters import Quarter
from .text import TextLine
from .told import Deed, JSONList, deed_of, facts_of_deed
from .units import Unit

# No more days than these after the quarter's due day, or from today: a year that was mistyped is refused.
MOST_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Granted(Deed):
    """An extension as a return's page tells it."""

    last_day: datetime.date
    # Where it stands in the timeline of a return: an amendment gets no more time.
    version: int = 1

    @property
    def granted_at(self) -> datetime.datetime:
        return self.at


def granted_of(told) -> list[Granted]:
    """What `ExtensionQuerySet.told_together` told of one return, the newest last."""
    return [_granted(**each) for each in sorted(told or (), key=lambda each: each["pk"])]


def _granted(*, last_day, **told):
    return Granted(last_day=datetime.date.fromisoformat(last_day), **deed_of(**told))


class ExtensionQuerySet(RecordedQuerySet):
    def told_together(self):
        """Those of each return as one value (see `granted_of`), for a page that asks for no rows of its own."""
        facts = JSONObject(last_day="last_day", **facts_of_deed("granted_by", "granted_at"))
        of_returns = self.order_by("unit", "quarter").values("unit", "quarter")
        return of_returns.annotate(told=JSONList(facts)).values_list("told", flat=True)


class Extension(AnswersAtFields, Recorded):
    """Of several for one return the newest counts, so that a second one corrects the first; the history keeps both."""

    UNTOLD = Recorded.UNTOLD | {"granted_at"}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="extensions", verbose_name=_("unit"))
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="extensions", verbose_name=_("quarter"))
    last_day = models.DateField(pgettext_lazy("extension", "until the end of"))
    reason = TextLine(_("reason"), max_length=500)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("granted by")
    )
    # Under a deputy's right, not in their own.
    as_deputy = models.BooleanField(_("as deputy"), default=False, editable=False)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = pgettext_lazy("return", "extension")
        verbose_name_plural = pgettext_lazy("return", "extensions")
        constraints = [
            limit("an_extension_has_a_reason", ~models.Q(reason=""), "reason", _("Write the reason.")),
        ]

    def __str__(self):
        return f"{self.unit.on(self.quarter.last_day)} - {self.quarter}"

    def clean(self):
        if not self.last_day:
            return
        today = timezone.localdate()
        if self.last_day <= self.quarter.due_day:
            raise ValidationError({"last_day": _("Choose a day after the due day.")})
        if self.last_day < today:
            raise ValidationError({"last_day": _("This day has passed. Choose today or a later day.")})
        latest = max(self.quarter.due_day, today) + datetime.timedelta(days=MOST_DAYS)
        if self.last_day > latest:
            words = _("Choose a day until %(day)s; more time than that is not given.")
            raise ValidationError({"last_day": words % {"day": short_date(latest)}})

    def grant(self, *, seen: int | None = None):
        """Save it; pressed twice, also at once, it stands once.

        ``seen`` is how many the person had before them, where that is known. Raises ValidationError where somebody has
        given more time since, and where the unit has time until this day already, for another reason.
        """
        self.as_deputy = self.granted_by.deputises(self.unit, Role.COMMANDER)
        with together(), acting(self.granted_by, as_deputy=self.as_deputy):
            # Of two presses at once the second waits here, and then sees the first.
            Unit.objects.select_for_update(no_key=True).get(pk=self.unit_id)
            given = Extension.objects.filter(unit=self.unit_id, quarter=self.quarter_id)
            newest = given.last()
            if newest is not None and newest.last_day == self.last_day:
                if newest.reason != self.reason:
                    raise ValidationError({"last_day": _("The unit has time until this day already.")})
                return
            if newest is not None and seen is not None and seen != given.count():
                words = _(
                    "Meanwhile the unit was given time until the end of %(day)s. If yours is to count, press again."
                )
                raise ValidationError({"last_day": words % {"day": short_date(newest.last_day)}})
            self.save()
