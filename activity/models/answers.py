"""What a return answers to an indicator that it is asked for: a number, or that there was nothing."""

from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .asked import plain
from .indicators import Indicator, row_of
from .limits import limit
from .record import ActivityRecord, RecordQuerySet
from .text import folded
from .told import JSONList


class AnswerQuerySet(RecordQuerySet):
    def beyond_limits(self):
        """Answers that their indicator does not take, and that say something else than the version before."""
        beyond = self.filter(Q(value__lt=F("indicator__least")) | Q(value__gt=F("indicator__most")))
        return beyond.exclude(self._said_before())

    def _said_before(self):
        """What an approved return said stands in its copies, also where the limits were drawn in since."""
        return Exists(
            IndicatorAnswer.objects.filter(
                lineage=OuterRef("lineage"),
                value=OuterRef("value"),
                indicator=OuterRef("indicator"),
                unit_return__version__lt=OuterRef("unit_return__version"),
            )
        )

    @contextmanager
    def written(self, return_ids):
        with super().written(return_ids):
            yield
            answers = IndicatorAnswer.objects.filter(unit_return__in=return_ids).beyond_limits()
            if answer := answers.select_related("indicator").first():
                answer.indicator.refuse(answer.value)

    def told_together(self):
        """Those of each return as one value (see `answers_of`), for a page that asks for no rows of its own."""
        names = ("pk", "lineage", "revision", "value", "nothing_to_report")
        facts = JSONObject(indicator="indicator_id", **{name: name for name in names})
        return self.order_by().values("unit_return").annotate(told=JSONList(facts)).values("told")


def answers_of(unit_return, told) -> "dict[int, IndicatorAnswer]":
    """What `AnswerQuerySet.told_together` told of a return: its answers by the key of their indicator, in order."""
    found = {each["indicator"]: each for each in told or ()}
    return {
        asked.pk: _answer(unit_return, asked, **found[asked.pk]) for asked in unit_return.in_use if asked.pk in found
    }


def _answer(unit_return, asked, *, indicator, value, nothing_to_report, **told):
    return IndicatorAnswer(
        unit_return=unit_return,
        date=unit_return.quarter.last_day,
        indicator=row_of(asked),
        value=None if value is None else plain_decimal(Decimal(str(value))),
        nothing_to_report=bool(nothing_to_report),
        **told,
    )


class PlainDecimalField(models.DecimalField):
    """A number that is read as it is written: 1234 for 1234,0."""

    def from_db_value(self, value, expression, connection):
        return value if value is None else plain_decimal(value)

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else plain_decimal(value)


def plain_decimal(value: Decimal) -> Decimal:
    return Decimal(int(value)) if value == int(value) else round(value, 1)


class IndicatorAnswer(ActivityRecord):
    """One answer stands for the whole quarter; its day is the quarter's last."""

    kind_slug = "indicators"

    date = models.DateField(_("day"), editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="answers", verbose_name=_("indicator"))
    value = PlainDecimalField(
        pgettext_lazy("indicator", "figure"), max_digits=15, decimal_places=1, null=True, blank=True
    )
    nothing_to_report = models.BooleanField(pgettext_lazy("kind", "nothing to report"), default=False)

    objects: ClassVar[Any] = AnswerQuerySet.as_manager()

    class Meta(ActivityRecord.Meta):
        ordering = ["indicator__position", "indicator", "pk"]
        verbose_name = _("answer to an indicator")
        verbose_name_plural = pgettext_lazy("kind", "Other indicators")
        constraints = [
            *ActivityRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit_return", "indicator"],
                name="an_indicator_is_answered_once_in_a_return",
                violation_error_code="indicator",
                violation_error_message=_("This indicator is answered already."),
            ),
            limit(
                "an_answer_is_a_number_or_nothing_to_report",
                Q(nothing_to_report=True, value__isnull=True) | Q(nothing_to_report=False, value__isnull=False),
                "value",
                _("Enter a number, 0 too, or tick “nothing to report”: one of the two."),
            ),
        ]

    def __str__(self):
        return str(self.indicator)

    @property
    def said(self) -> str:
        """`1.234`, or that there was nothing."""
        return str(pgettext_lazy("kind", "Nothing to report")) if self.value is None else plain(self.value)

    def derive(self, field_name):
        return f"{folded(self.indicator.name)} {super().derive(field_name)}".strip()

    def may_lie_ahead(self):
        return True

    def clean(self):
        self.date = self.unit_return.quarter.last_day
        super().clean()
        if self.indicator_id and self.indicator_id not in {asked.pk for asked in self.unit_return.asked}:
            raise ValidationError({"indicator": _("This return is not asked for it.")})
        self._refuse_limits()

    def save(self, *args, **kwargs):
        self.date = self.unit_return.quarter.last_day
        self._refuse_limits()
        super().save(*args, **kwargs)

    def _refuse_limits(self):
        if self.value is not None and self.indicator_id:
            try:
                self.indicator.refuse(self.value)
            except ValidationError as refused:
                raise ValidationError({"value": refused.error_list}) from None
