"""What every record is: a day inside a draft return's quarter, whichever way it is written.

Limits of one row are constraints of the database (`limits`). Rules that span tables (the day lies in the quarter,
the return is a draft) hold on every way in: ``clean``, ``save``, ``delete`` and the bulk methods of the manager.
"""

import uuid
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..dates import short_date
from .choices import PAST, Status
from .history import Recorded, RecordedQuerySet
from .limits import at_their_fields, compared
from .text import DerivedLine, TextLine, folded, folded_words

# Among so many records of a unit its last values are looked for.
LOOKED_BACK = 50


class ReturnLocked(ValidationError):
    """A write met a return that is no longer a draft, whose quarter is closed, or (``words``) cannot be begun."""

    def __init__(self, words=None, *, closed=False):
        if closed:
            words = _("The quarter is closed; figures change by an amendment alone. Nothing was saved.")
        draft = _("This return is no longer a draft; its figures cannot change. Nothing was saved.")
        super().__init__(words or draft, code="locked")


class OutsideQuarter(ValidationError):
    """A record's day lies outside the window of its return's quarter."""

    def __init__(self, quarter):
        words = _("The day must lie between %(first)s and %(last)s (%(quarter)s).") % {
            "first": short_date(quarter.first_day),
            "last": short_date(quarter.last_day),
            "quarter": quarter,
        }
        super().__init__({"date": ValidationError(words, code="outside_quarter")})


class RecordQuerySet(RecordedQuerySet):
    model: "type[ActivityRecord]"
    """Records whose bulk methods keep the same two rules as ``save`` and ``delete``."""

    def of_units(self, units):
        """The records of ``units``, each once: of several versions of a return those of the one in force."""
        amendment = Q(unit_return__version__gt=1) & ~Q(unit_return__status=Status.APPROVED)
        past = Q(unit_return__status__in=PAST)
        return self.filter(unit_return__unit__in=units).exclude(past | amendment)

    def among(self, returns):
        """The records of ``returns`` (a queryset), asked of record by record.

        Of many returns the newest records are found along the index of days, where a join would read and sort all.
        """
        return self.filter(Exists(returns.filter(pk=OuterRef("unit_return"))))

    def entered_before(self, record) -> list:
        """What the unit of ``record`` entered last before it, the latest first; one query."""
        earlier = self.of_units([record.unit_return.unit]).exclude(lineage=record.lineage)
        if record.pk:
            earlier = earlier.filter(date__lte=record.date)
        found = list(earlier.select_related("unit_return__quarter").order_by("-date", "-pk")[:LOOKED_BACK])
        for each in found:
            each.unit_return.unit = record.unit_return.unit
        return found

    def with_rows(self):
        """Each record with the rows that belong to it (``rows_told``), where its kind has any; no further query."""
        return self

    def strays(self):
        """Records whose day lies outside their quarter: none, unless somebody wrote past this module."""
        quarter = "unit_return__quarter__"
        return self.exclude(date__gte=F(f"{quarter}first_day"), date__lte=F(f"{quarter}last_day"))

    def returns(self):
        """All returns; this module stands below theirs."""
        return self.model._meta.get_field("unit_return").related_model.objects  # type: ignore[attr-defined]

    def written(self, return_ids):
        """Lock the returns while their records are written, and refuse those that are no drafts."""
        return self.returns().written(return_ids, self.model.kind_slug)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        models.prefetch_related_objects(objs, "unit_return__quarter")
        for record in objs:
            record.refuse_outside_quarter()
        with self.written({record.unit_return_id for record in objs}):
            return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        if {"unit_return", "unit_return_id"} & values.keys():
            raise TypeError("Records stay in their return; to move one, save it.")
        return_ids = self._return_ids()
        with self.written(return_ids):
            updated = super().update(**values)
            # The day may have been worked out in the database.
            stray = "date" in values and self.model.objects.filter(unit_return__in=return_ids).strays().first()
            if stray:
                raise OutsideQuarter(stray.unit_return.quarter)
        return updated

    def delete(self):
        with self.written(self._return_ids()):
            return super().delete()

    def _return_ids(self):
        return set(self.order_by().values_list("unit_return_id", flat=True))


def last_of_each(before: list, record, names, alike) -> "dict[str, ActivityRecord]":
    """For each of the fields ``names`` the last record ``before`` another (see `entered_before`) that fills it.

    First among those that are ``alike``, in which the field of this name says the same as in ``record``; of a field
    in which nothing was ever entered there is none.
    """
    rows = sorted(before, key=lambda row: getattr(row, alike) != getattr(record, alike))
    last = {name: next((row for row in rows if getattr(row, name) is not None), None) for name in names}
    return {name: row for name, row in last.items() if row is not None}


class ActivityRecord(Recorded):
    """What every kind has: its return, a day inside the quarter, a note without names."""

    UNTOLD = Recorded.UNTOLD | {"unit_return", "lineage", "search_text", "code_key"}

    kind_slug: str
    # What each field that holds a number is counted in.
    COUNTED_IN: dict = {}
    # The fields that some rows must have, as their help says.
    SOMETIMES_REQUIRED: set[str] = set()

    unit_return = models.ForeignKey(
        "activity.UnitReturn", models.PROTECT, editable=False, related_name="%(class)s_records"
    )
    # Made with the form and kept by copies: a form that is sent twice is one record.
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    date = models.DateField(_("day"), help_text=_("For something that lasted several days: its last day."))
    note = TextLine(_("note"), max_length=500, blank=True, help_text=_("No names of persons."))
    search_text = DerivedLine()

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_return", "lineage"],
                name="%(class)s_stands_once_in_a_return",
                violation_error_message=_("This row was saved already."),
            ),
        ]
        indexes = [models.Index(fields=["unit_return", "date"]), models.Index(fields=["date"])]

    def __str__(self):
        return f"{self._meta.verbose_name} {short_date(self.date)}"

    def derive(self, field_name):
        """Return the text in which a search looks, folded: the record's lines of text and the words of its choices."""
        values = [(field, field.value_from_object(self)) for field in self._meta.concrete_fields]
        lines = folded(" ".join(value for field, value in values if value and isinstance(field, TextLine)))
        words = (folded_words(field).get(value) for field, value in values if field.choices)
        return " ".join(filter(None, (lines, *words)))

    def clean(self):
        if not self.unit_return.is_open_for_entry:
            raise ReturnLocked(closed=self.unit_return.is_draft)
        if self.date:
            self.refuse_outside_quarter()
            if self.date > timezone.localdate() and not self.may_lie_ahead():
                raise ValidationError({"date": _("The day lies in the future.")})

    def warnings(self) -> list[str]:
        """What is allowed but looks odd; said after saving."""
        return []

    @property
    def facts(self) -> dict:
        """What somebody entered in it, by field."""
        return {field.attname: field.value_from_object(self) for field in self.told_fields()}

    @classmethod
    def offered(cls, unit_return) -> list["ActivityRecord"]:
        """Records of earlier quarters that this return probably continues; none, for most kinds."""
        return []

    def may_lie_ahead(self):
        """Whether this record may carry a day that has not come yet."""
        return False

    def validate_constraints(self, exclude=None):
        """Ask the limits of the row in one query; only where one is broken, limit by limit.

        What no form asks for is known all the same: the return, and what is derived from other fields.
        """
        exclude = set(exclude or ()) - {field.name for field in self._meta.concrete_fields if not field.editable}
        broken: list[ValidationError] = []
        for constraint in self._to_ask(exclude):
            try:
                constraint.validate(type(self), self, exclude=exclude)
            except ValidationError as refused:
                refused.params = {"compared": compared(constraint)}
                broken.append(refused)
        if broken:
            raise at_their_fields(ValidationError(broken))

    def _to_ask(self, exclude):
        constraints = self._meta.constraints
        limits = [constraint for constraint in constraints if isinstance(constraint, models.CheckConstraint)]
        # A form that is sent again meets the record that it made: that is no second one.
        unique = [constraint for constraint in constraints if isinstance(constraint, models.UniqueConstraint)]
        once = [] if self.made_before else [c for c in unique if "lineage" not in c.fields]
        all_limits = Q(*(limit.condition for limit in limits))
        if not exclude & all_limits.referenced_base_fields:
            together = models.CheckConstraint(condition=all_limits, name="together")
            try:
                together.validate(type(self), self, exclude=exclude)
            except ValidationError:
                pass
            else:
                return once
        return [*limits, *once]

    @cached_property
    def made_before(self):
        """The record that was made of the same form when it was sent before, or None."""
        if not self._state.adding:
            return None
        return type(self).objects.filter(unit_return=self.unit_return.pk, lineage=self.lineage).first()

    @property
    def return_id(self):
        return self.unit_return_id

    @property
    def of_record(self):
        return self.lineage

    def save(self, *args, **kwargs):
        self.refuse_outside_quarter()
        super().save(*args, **kwargs)

    @contextmanager
    def guarded(self, before):
        """This record's return (and the one it stood in before) is locked, and one that is no draft refused."""
        returns = {self.unit_return.pk} | ({before.unit_return_id} if before else set())
        with type(self.unit_return).objects.written(returns, self.kind_slug):
            yield

    def refuse_outside_quarter(self):
        if not self.unit_return.quarter.contains(self.date):
            raise OutsideQuarter(self.unit_return.quarter)
