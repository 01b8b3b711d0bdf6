"""Other indicators (chỉ tiêu khác): what an administrator asks the units for besides the five kinds, without code.

An indicator is asked of the return of each quarter from its first to its last one; without a first quarter it is off.
"""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .asked import Asked, TakesNumbers, asked_of
from .choices import IndicatorNumber, ReportSection, Status, UnitKind
from .history import Recorded, RecordedQuerySet
from .limits import AnswersAtFields, limit
from .quarters import Quarter
from .text import TextLine, folded
from .told import JSONList

DONG = "đồng"


class IndicatorQuerySet(RecordedQuerySet):
    def ever_asked(self):
        """Those that are asked, or once were."""
        return self.filter(first_quarter__isnull=False)

    def in_use(self) -> list[Asked]:
        """The same as plain values; one query."""
        return asked_of(self.with_facts().values_list("facts", flat=True))

    def told_together(self):
        """Those in use as one value (see `asked_of`), for a page that asks for no rows of its own."""
        return self.with_facts().annotate(one=Value(1)).values("one").annotate(told=JSONList("facts")).values("told")

    def with_facts(self):
        """Those in use, each with all that its plain value holds as ``facts``."""
        since = JSONObject(since="quarter__first_day", words="words", now="definition")
        later = Redefinition.objects.filter(indicator=OuterRef("pk")).order_by().values("indicator")
        names = ("position", "code", "name", "section", "counted_in", "number", "definition", "least", "most")
        facts = JSONObject(
            **{name: name for name in ("pk", *names, "adds_up", "charted", "unit_kinds")},
            first_day="first_quarter__first_day",
            last_day="last_quarter__first_day",
            redefined=Subquery(later.annotate(since=JSONList(since)).values("since")),
        )
        return self.ever_asked().order_by().annotate(facts=facts)


class UnitKinds(models.JSONField):
    """A list of kinds of units; empty for all that report."""

    def in_words(self, value) -> str:
        return ", ".join(str(UnitKind(each).label) for each in value) or str(_("all units that report"))


class Indicator(TakesNumbers, AnswersAtFields, Recorded):
    """One number that units are asked for, beside what is counted from records."""

    UNTOLD = Recorded.UNTOLD | {"code"}
    # What the figures of a return stand on once they are stored.
    KEPT = ("section", "counted_in", "number", "adds_up")

    # Figures are stored under it; made from the name.
    code = models.SlugField(max_length=40, unique=True, editable=False)
    name = TextLine(pgettext_lazy("indicator", "name"), max_length=120)
    section = models.CharField(_("part of the report"), max_length=20, choices=ReportSection)
    counted_in = TextLine(_("counted in"), max_length=30, blank=True, help_text=_("Money is counted in đồng."))
    number = models.CharField(
        pgettext_lazy("indicator", "number"), max_length=10, choices=IndicatorNumber, default=IndicatorNumber.WHOLE
    )
    definition = TextLine(
        _("definition"), max_length=500, blank=True, help_text=_("What is counted; stands beside the field of entry.")
    )
    least = models.DecimalField(_("at least"), max_digits=15, decimal_places=1, default=Decimal("0.0"))
    most = models.DecimalField(
        _("at most"),
        max_digits=15,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("A larger number is refused as a slip of the pen; empty: no limit."),
    )
    adds_up = models.BooleanField(
        _("adds up over quarters"),
        default=True,
        help_text=_("No: a state at the end of the quarter, never summed over quarters."),
    )
    unit_kinds = UnitKinds(_("kinds of units that report it"), default=list, blank=True)
    first_quarter = models.ForeignKey(
        Quarter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked from"),
        help_text=_("Empty: the indicator is off."),
    )
    last_quarter = models.ForeignKey(
        Quarter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked until")
    )
    charted = models.BooleanField(_("chart on the overview"), default=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("indicator", "place"), default=0)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            limit("an_indicator_is_not_negative", Q(least__gte=0), "least", _("Not below 0.")),
            limit(
                "the_most_of_an_indicator_is_above_its_least",
                Q(most__isnull=True) | Q(most__gte=F("least")),
                "most",
                _("The largest number lies below the smallest."),
            ),
            limit(
                "an_indicator_is_counted_in_something",
                ~Q(counted_in=""),
                "counted_in",
                _("Write what it is counted in."),
            ),
            limit(
                "an_indicator_ends_after_it_begins",
                Q(last_quarter__isnull=True) | Q(first_quarter__isnull=False),
                "last_quarter",
                _("Choose the quarter from which it is asked, too."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.number == IndicatorNumber.MONEY:
            self.counted_in = DONG
        if self.first_quarter and self.last_quarter and self.last_quarter.first_day < self.first_quarter.first_day:
            raise ValidationError({"last_quarter": _("The last quarter lies before the first.")})
        self._refuse_to_begin_after_a_change()
        for name in self.KEPT if self.has_values else ():
            if getattr(self, name) != getattr(self._as_stored(), name):
                raise ValidationError({name: _("Figures are kept of it already; make another indicator.")})
        others = Indicator.objects.exclude(pk=self.pk).values_list("name", flat=True)
        if folded(self.name) in {folded(name) for name in others}:
            raise ValidationError({"name": _("Another indicator has this name; nobody could tell them apart.")})
        for name in ("least", "most") if self.number != IndicatorNumber.DECIMAL else ():
            value = getattr(self, name)
            if value is not None and value != int(value):
                raise ValidationError({name: _("Enter a whole number, for example 3.889.")})
        self._refuse_to_ask_others()

    def save(self, *args, **kwargs):
        self.code = self.code or self._free_code()
        super().save(*args, **kwargs)

    def _free_code(self) -> str:
        """One of its name that no indicator has; `ct-` keeps it apart from the measures'."""
        code = f"ct-{slugify(folded(self.name))}"[:36]
        taken = set(Indicator.objects.filter(code__startswith=code).values_list("code", flat=True))
        return next(each for n in range(1, len(taken) + 2) if (each := f"{code}-{n}" if n > 1 else code) not in taken)

    @cached_property
    def has_values(self) -> bool:
        return self.pk is not None and self.answers.exists()

    def _refuse_to_begin_after_a_change(self):
        """Raise ValidationError where its definition would change before, or as, it is asked for the first time."""
        first = self.first_quarter
        change = self.redefinitions.select_related("quarter").first() if self.pk and first else None
        if first and change and change.quarter.first_day <= first.first_day:
            words = _("Its definition changes from %(quarter)s on: choose an earlier quarter, or delete that change.")
            raise ValidationError({"first_quarter": words % {"quarter": change.quarter}})

    def _refuse_to_ask_others(self):
        """Raise ValidationError where a return that was handed in, or has answered, would be asked otherwise.

        Old quarters stay as they were: one that was handed in cannot answer, and an answer is not lost.
        """
        before = self._as_stored() or Indicator()
        answered = set(self.answers.values_list("unit_return", flat=True)) if self.pk else set()
        returns: Any = Quarter._meta.get_field("returns").related_model  # stands above this module
        touched = returns.objects.filter(Q(pk__in=answered) | ~Q(status=Status.DRAFT)).select_related(
            "unit", "quarter"
        )
        for unit_return in touched.order_by("quarter__first_day", "unit__position"):
            now, once = self._is_asked_of(unit_return), before._is_asked_of(unit_return)
            if now and not once:
                words = _("%(return)s is handed in already: choose a later quarter, or have it sent back first.")
                raise ValidationError({self._what_asks(before): words % {"return": unit_return}})
            if once and not now:
                words = _("%(return)s has been asked for it; it stays asked there.")
                raise ValidationError({self._what_asks(before): words % {"return": unit_return}})

    def _what_asks(self, before) -> str:
        """The field by which others are asked than ``before``; the first quarter, where there are several."""
        names = ("first_quarter", "last_quarter", "unit_kinds")
        return next((name for name in names if getattr(self, name) != getattr(before, name)), names[0])

    def _is_asked_of(self, unit_return) -> bool:
        first, last, quarter = self.first_quarter, self.last_quarter, unit_return.quarter
        begun = first is not None and first.first_day <= quarter.first_day
        kind = unit_return.unit_then.kind
        return begun and not (last and last.first_day < quarter.first_day) and kind in (self.unit_kinds or [kind])


def row_of(asked: Asked) -> Indicator:
    """What an answer needs of the row that it belongs to."""
    return Indicator(pk=asked.pk, name=asked.name)


class RedefinitionQuerySet(RecordedQuerySet):
    def delete(self):
        for redefinition in self:
            redefinition.refuse_if_in_use()
        return super().delete()


class Redefinition(AnswersAtFields, Recorded):
    """From ``quarter`` on an indicator means something else: figures before it do not compare with those after it."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="redefinitions", verbose_name=_("indicator"))
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="+", verbose_name=_("holds from"))
    definition = TextLine(_("definition since then"), max_length=500)
    words = TextLine(
        _("what changed"), max_length=60, help_text=_("In a few words: they stand at the break in the charts.")
    )

    objects = RedefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["quarter__first_day", "pk"]
        verbose_name = _("change of definition")
        verbose_name_plural = _("changes of definition")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "quarter"],
                name="a_definition_changes_once_a_quarter",
                violation_error_code="quarter",
                violation_error_message=_("Its definition changes in this quarter already."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.quarter}"

    @property
    def is_in_use(self) -> bool:
        """Whether returns of its quarter, or of a later one, were handed in with what it says."""
        returns: Any = Quarter._meta.get_field("returns").related_model  # stands above this module
        handed_in = returns.objects.exclude(status=Status.DRAFT)
        return handed_in.filter(quarter__first_day__gte=self.quarter.first_day).exists()

    def refuse_if_in_use(self):
        """Raise ProtectedError where figures would be compared again that do not mean the same."""
        if Redefinition.objects.get(pk=self.pk).is_in_use:
            raise models.ProtectedError("Returns were handed in with this definition.", {self})

    def delete(self, *args, **kwargs):
        self.refuse_if_in_use()
        return super().delete(*args, **kwargs)

    def clean(self):
        first = self.indicator.first_quarter if self.indicator_id else None
        if first is None or (self.quarter_id and self.quarter.first_day <= first.first_day):
            raise ValidationError({"quarter": _("Choose a quarter after the first in which it is asked.")})
        stored = Redefinition.objects.filter(pk=self.pk).first()
        if stored and stored.indicator_id != self.indicator_id:
            raise ValidationError({"indicator": _("A change of definition stays that of its indicator.")})
        moved = self.quarter_id and (stored is None or stored.quarter_id != self.quarter_id)
        in_use = [each for each in (self, stored) if each is not None and each.is_in_use] if moved else []
        if in_use:
            words = _("%(quarter)s has returns that are handed in already; choose a later one.")
            raise ValidationError({"quarter": words % {"quarter": in_use[0].quarter}})
