"""Reporting quarters: rows with dates, not calendar arithmetic, since commands cut their quarters differently."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..dates import ROMAN, quarter_name, short_date
from .choices import Status
from .history import Recorded, RecordedQuerySet
from .limits import AnswersAtFields, limit

DATES = {"year", "number", "first_day", "last_day", "due_day"}


def proposed_dates(year: int, number: int) -> tuple[datetime.date, datetime.date, datetime.date]:
    """Return first day, last day and due day proposed for a new quarter (Decree 09/2019, DOMAIN section 2).

    The window runs from the 15th of the month before the quarter to the 14th of its last month; the due day
    is two working days later.
    """
    last_day = datetime.date(year, 3 * number, 14)
    first_day = datetime.date(year, 3 * number - 3, 15) if number > 1 else datetime.date(year - 1, 12, 15)
    return first_day, last_day, working_days_after(last_day, 2)


def running_quarter(today: datetime.date) -> tuple[int, int]:
    """Return (year, number) of the quarter whose proposed window holds ``today``."""
    candidates = ((year, number) for year in (today.year, today.year + 1) for number in range(1, 5))
    return next(candidate for candidate in candidates if proposed_dates(*candidate)[1] >= today)


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """Return the day ``count`` working days (Monday to Friday) after ``day``."""
    while count:
        day += datetime.timedelta(days=1)
        count -= day.weekday() < 5
    return day


class QuarterQuerySet(RecordedQuerySet):
    def begun(self, today):
        """Quarters whose first day has come: only these can hold records."""
        return self.filter(first_day__lte=today)

    def ended(self, today):
        return self.filter(last_day__lt=today)

    def closed(self):
        return self.filter(closed=True)

    def approved(self, units):
        """Quarters with an approved return of one of ``units``."""
        return self.filter(returns__status=Status.APPROVED, returns__unit__in=units).distinct()

    def submitted(self, units):
        """Quarters with a return of one of ``units`` that waits for checks or approval."""
        return self.filter(returns__status=Status.SUBMITTED, returns__unit__in=units).distinct()

    def update(self, **values):
        """Refuse, as ``save`` does, new dates for a quarter that has a return."""
        if DATES & values.keys() and self.filter(returns__isnull=False).exists():
            raise ValidationError(_("A quarter with returns keeps its dates."))
        return super().update(**values)


class Quarter(AnswersAtFields, Recorded):
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("quarter"), choices=[(n + 1, roman) for n, roman in enumerate(ROMAN)])
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    due_day = models.DateField(_("due day"), help_text=_("A due day at a weekend moves to the next working day."))
    closed = models.BooleanField(
        pgettext_lazy("quarter", "closed"),
        default=False,
        help_text=_("After the close figures change by an amendment with a written reason alone."),
    )

    objects = QuarterQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day"]
        verbose_name = _("quarter")
        verbose_name_plural = _("quarters")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"],
                name="a_quarter_stands_once",
                violation_error_code="number",
                violation_error_message=_("This quarter exists already."),
            ),
            limit(
                "a_year_has_four_quarters",
                Q(number__gte=1, number__lte=4),
                "number",
                _("A year has the quarters I to IV."),
            ),
            limit(
                "a_quarter_ends_after_it_begins",
                Q(last_day__gte=F("first_day")),
                "last_day",
                _("The last day lies before the first."),
            ),
            limit(
                "a_quarter_is_due_after_it_ends",
                Q(due_day__gte=F("last_day")),
                "due_day",
                _("The due day lies before the last day."),
            ),
        ]

    def __str__(self):
        return quarter_name(self.year, self.number)

    @property
    def code(self) -> str:
        """The quarter as it stands in addresses: ``2024Q1``."""
        return f"{self.year}Q{self.number}"

    def has_begun(self, today: datetime.date) -> bool:
        return self.first_day <= today

    def is_running(self, today: datetime.date) -> bool:
        """Whether the quarter has begun and not ended: its figures are not the last."""
        return self.contains(today)

    def contains(self, day: datetime.date) -> bool:
        return self.first_day <= day <= self.last_day

    def clean(self):
        if not (self.first_day and self.last_day and self.due_day):
            return
        self.due_day = working_days_after(self.due_day - datetime.timedelta(days=1), 1)
        others = Quarter.objects.exclude(pk=self.pk)
        clash = others.filter(first_day__lte=self.last_day, last_day__gte=self.first_day).first()
        if clash:
            raise ValidationError({"first_day": _("These days overlap %(quarter)s.") % {"quarter": clash}})
        if self._state.adding:
            self._refuse_gap(others)
        self._refuse_new_dates()

    def _refuse_gap(self, others):
        """Raise ValidationError where the quarters would not follow on one another (DOMAIN, section 2)."""
        before = others.filter(Q(year__lt=self.year) | Q(year=self.year, number__lt=self.number))
        last = before.order_by("-year", "-number").first()
        if last is None:
            return
        year, number = (last.year, last.number + 1) if last.number < 4 else (last.year + 1, 1)
        if (year, number) != (self.year, self.number):
            words = _("%(last)s is the last before it; add %(next)s first.")
            raise ValidationError({"number": words % {"last": last, "next": quarter_name(year, number)}})
        day_after = last.last_day + datetime.timedelta(days=1)
        if self.first_day != day_after:
            words = _("%(last)s ends on %(day)s: this one begins on the day after.")
            raise ValidationError({"first_day": words % {"last": last, "day": short_date(last.last_day)}})

    def save(self, *args, **kwargs):
        self._refuse_new_dates()
        super().save(*args, **kwargs)

    def _refuse_new_dates(self):
        """Raise ValidationError where the dates of a quarter that has a return were changed."""
        if self.pk is None:
            return
        unchanged = Q(**{name: getattr(self, name) for name in DATES})
        if Quarter.objects.filter(~unchanged, pk=self.pk, returns__isnull=False).exists():
            raise ValidationError(_("%(quarter)s has returns; its dates can no longer change.") % {"quarter": self})
