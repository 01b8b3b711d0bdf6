"""Messages to the people of a unit: that a return is due, and what became of it."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext, pgettext_lazy

from ..dates import short_date
from .choices import Role
from .people import User
from .quarters import Quarter
from .steps import ReturnStep, Step
from .units import Unit, of_unit


class Occasion(models.TextChoices):
    IN_SEVEN_DAYS = "in_seven_days"
    IN_TWO_DAYS = "in_two_days"
    OVERDUE = "overdue"
    # Called like the steps that they are.
    SENT_BACK = Step.SENT_BACK.value
    APPROVED = Step.APPROVED.value
    AMENDED = Step.AMENDED.value
    WITHDRAWN = Step.WITHDRAWN.value


# What a unit waits for; that it submitted, it knows.
STEPS = {Step.SENT_BACK, Step.APPROVED, Step.AMENDED, Step.WITHDRAWN}
# From how many days before the due day on each reminder is sent, the earliest first.
REMINDERS = {Occasion.IN_SEVEN_DAYS: 7, Occasion.IN_TWO_DAYS: 2, Occasion.OVERDUE: -1}


def newest_reminder(due_day: datetime.date, today: datetime.date) -> Occasion | None:
    """The last reminder whose day has come: where a day was missed, the earlier ones are never made up for."""
    come = [occasion for occasion, days in REMINDERS.items() if (due_day - today).days <= days]
    return come[-1] if come else None


class MessageQuerySet(models.QuerySet["Message"]):
    def of(self, person):
        """What ``person`` is told as one of their present unit, newest first, with what a page shows of it."""
        with_all = self.select_related("unit", "quarter", "step__by__unit", "step__unit_return")
        return with_all.filter(of_unit(person.unit_id), person=person.pk)

    def unread(self):
        return self.filter(read_at=None)

    def mark_read(self):
        return self.unread().update(read_at=timezone.now())

    def to_mail(self, since):
        """What was written after ``since`` to people with an address, and is neither read nor mailed; oldest first."""
        waiting = self.unread().filter(
            of_unit(F("person__unit")), person__is_active=True, at__gt=since, mailed_at=None
        )
        waiting = waiting.exclude(person__email="")
        return waiting.select_related("person", "unit", "quarter", "step__unit_return").order_by("at", "pk")

    def claim(self):
        """Mark as mailed what is not so yet, and return how many these were: of two runs at once one has it."""
        return self.filter(mailed_at=None).update(mailed_at=timezone.now())


class Message(models.Model):
    """One occasion, told to one person once: the database says so, so that nobody is told twice.

    Not `Recorded`: it is no figure and no right, only word of one. For the same reason it goes with its person,
    unit or quarter. Its words are not kept but made from the occasion, in the language of the reader.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    # A return that is due may not be begun, so the message is of its unit and quarter.
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    quarter = models.ForeignKey(Quarter, models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=20, choices=Occasion)
    # A reminder is of a due day, with the unit's extension; any other message is of a step.
    due_day = models.DateField(null=True)
    step = models.ForeignKey(ReturnStep, models.PROTECT, null=True, related_name="messages")
    at = models.DateTimeField(default=timezone.now)
    # When it was read, or its matter was done: the return was handed in, or what was due was given more time.
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = pgettext_lazy("inbox", "message")
        verbose_name_plural = pgettext_lazy("inbox", "messages")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "quarter", "occasion", "due_day"],
                condition=Q(due_day__isnull=False),
                name="a_reminder_is_sent_once",
            ),
            models.UniqueConstraint(
                fields=["person", "step"], condition=Q(step__isnull=False), name="a_step_is_told_once"
            ),
            models.CheckConstraint(
                condition=Q(due_day__isnull=False, step__isnull=True, occasion__in=list(REMINDERS))
                | (Q(due_day__isnull=True, step__isnull=False) & ~Q(occasion__in=list(REMINDERS))),
                name="a_message_is_of_a_due_day_or_a_step",
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.words}"

    def get_absolute_url(self):
        return reverse("return", args=[self.unit.code, self.quarter])

    @property
    def day(self) -> datetime.date:
        return timezone.localtime(self.at).date()

    @property
    def words(self) -> str:
        """What it says; the days are counted from the day of the message."""
        if self.due_day:
            return _of_due_day(self.quarter, self.due_day, (self.due_day - self.day).days)
        of_amendment = {
            Occasion.SENT_BACK: gettext("The amendment of the return %(quarter)s was sent back."),
            Occasion.APPROVED: gettext("The amendment of the return %(quarter)s was approved."),
        }
        said = {
            Occasion.SENT_BACK: gettext("The return %(quarter)s was sent back."),
            Occasion.APPROVED: gettext("The return %(quarter)s was approved."),
            Occasion.AMENDED: gettext("The return %(quarter)s was opened for amendment."),
            Occasion.WITHDRAWN: gettext("The amendment of the return %(quarter)s was withdrawn."),
        }
        if self.step and self.step.unit_return.version > 1:
            said |= of_amendment
        return said[Occasion(self.occasion)] % {"quarter": self.quarter}


def _of_due_day(quarter, due_day, left) -> str:
    if left > 0:
        words = ngettext(
            "The return %(quarter)s is due in %(days)s day, on %(day)s.",
            "The return %(quarter)s is due in %(days)s days, on %(day)s.",
            left,
        )
    elif left == 0:
        words = gettext("The return %(quarter)s is due today, %(day)s.")
    else:
        words = ngettext(
            "The return %(quarter)s is %(days)s day overdue; it was due on %(day)s.",
            "The return %(quarter)s is %(days)s days overdue; it was due on %(day)s.",
            -left,
        )
    return words % {"quarter": quarter, "days": localize(abs(left)), "day": short_date(due_day)}


def makers(units):
    """Those who make the returns of ``units``: staff and head, and whoever deputises as head today."""
    rights = Q(role__in=[Role.STAFF, Role.HEAD]) | Q(delegated_role=Role.HEAD)
    return User.objects.filter(rights, unit__in={pk for unit in units for pk in unit.hands}, is_active=True)


def tell_makers(steps: Iterable[ReturnStep]) -> None:
    """Tell the makers of each return, but not the one who took it, of those ``steps`` that they wait for."""
    steps = [step for step in steps if step.step in STEPS]
    if not steps:
        return
    people = list(makers({step.unit_return.unit for step in steps}))
    Message.objects.bulk_create(
        (
            Message(
                person=person,
                unit_id=step.unit_return.unit_id,
                quarter_id=step.unit_return.quarter_id,
                occasion=step.step,
                step=step,
                at=step.at,
            )
            for step in steps
            for person in people
            if person.unit_id in step.unit_return.unit.hands and person.pk != step.by_id
        ),
        ignore_conflicts=True,
    )


def settle_what_is_done(of) -> None:
    """A return is handed in: only that it was approved is still news to its unit."""
    Message.objects.filter(unit=of.unit_id, quarter=of.quarter_id).exclude(occasion=Occasion.APPROVED).mark_read()
