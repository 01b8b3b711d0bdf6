"""Tables of records, made from a kind: dates and numbers the office's way, the first column leads to the record."""

from functools import cache

import django_tables2 as tables
from django.db import models
from django.db.models import Case, When
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from .dates import short_date
from .figures import Number, stored_totals
from .kinds import Kind
from .measures import BY_SLUG, exact
from .models.choices import in_short
from .models.returns import UnitReturn


class Column(tables.Column):
    """A column whose cells share one ``css`` class; django-tables2 would work out attributes anew for each cell."""

    css = ""


class WholeColumn(Column):
    """A name that is never cut nor broken."""

    css = "whole"


class DayColumn(Column):
    def render(self, value):
        return short_date(value)


class ChoiceColumn(Column):
    """The words of a choice, without the explanation in brackets that its form gives; sorted in the office's order."""

    css = "words"

    def __init__(self, field: models.Field, **kwargs):
        super().__init__(**kwargs)
        places = [When(**{field.name: value}, then=place) for place, (value, _words) in enumerate(field.flatchoices)]
        self.place = Case(*places)

    def order(self, queryset, is_descending):
        return queryset.order_by(self.place.desc() if is_descending else self.place.asc()), True

    def render(self, value):
        return in_short(value)


class NumberColumn(Column):
    """Right-aligned; its footer is the sum over all rows that the filter leaves, which the view asked once."""

    css = "number"

    def render(self, value):
        return localize(value)


class RecordTable(tables.Table):
    """``sums`` are the footer's values by field name; a table without them has no footer."""

    caption: str

    unit = WholeColumn(accessor="unit_return__unit", verbose_name=_("Unit"), order_by="unit_return__unit__position")
    quarter = WholeColumn(
        accessor="unit_return__quarter", verbose_name=_("Quarter"), order_by="unit_return__quarter__first_day"
    )

    class Meta:
        empty_text = _("No records.")
        default = ""

    def __init__(self, *args, sums=None, **kwargs):
        self.sums = sums or {}
        super().__init__(*args, **kwargs)


def _footer(name):
    def footer(table):
        value = table.sums.get(name)
        return "" if value is None else localize(value)

    return footer


def _column(kind: Kind, name: str) -> Column:
    field = kind.field(name)
    label = field.verbose_name
    if isinstance(field, models.DateField):
        linked = (lambda record: record_address(kind, record)) if name == "date" else None
        return DayColumn(
            verbose_name=label, linkify=linked, footer=_("Counted in the report") if name == "date" else None
        )
    if isinstance(field, models.IntegerField | models.DecimalField):
        return NumberColumn(verbose_name=label, footer=_footer(name))
    if field.choices:
        return ChoiceColumn(field, verbose_name=label)
    return Column(verbose_name=label)


def record_address(kind: Kind, record) -> str:
    unit_return = record.unit_return
    return reverse("record", args=[unit_return.unit.code, unit_return.quarter, kind, record.pk])


@cache
def record_table(kind: Kind) -> type[RecordTable]:
    """The table of all records of a kind, with unit and quarter."""
    columns = {name: _column(kind, name) for name in kind.columns}
    meta = type("Meta", (RecordTable.Meta,), {"sequence": ("date", "unit", "quarter", "...")})
    return type(f"{kind.model.__name__}Table", (RecordTable,), {**columns, "Meta": meta, "caption": kind.label})


def read_back(kind: Kind, record, rows=()) -> str:
    """The figures of a record and its rows, as they were understood: `Số lần 2, Lượt người tham gia 24`."""
    numbers = models.IntegerField | models.DecimalField
    fields = [field for name in kind.fields if isinstance(field := kind.field(name), numbers)]
    values = [(field.verbose_name, field.value_from_object(record)) for field in fields]
    said = [f"{label} {localize(value)}" for label, value in values if value is not None]
    return ", ".join([*said, *(row.said() for row in rows)])


def sums(kind: Kind, records, approved=None) -> dict[str, Number]:
    """The footer: for each summed column what ``records`` (a queryset) add up to, by its measure.

    Where these are all the records of some returns, ``approved`` are those of them that are approved: what they add
    up to is stored, and only the others are counted.
    """
    if not kind.sums:
        return {}
    stored = {}
    if approved is not None:
        stored = stored_totals(approved, [slug for _column, slug in kind.sums])
        records = records.filter(unit_return__in=UnitReturn.objects.not_in_force())
    counted = records.order_by().aggregate(**{f"sum_{slug}": BY_SLUG[slug].expression for _column, slug in kind.sums})
    return {
        column: exact((counted[f"sum_{slug}"] or 0) + stored.get(slug, 0), BY_SLUG[slug]) for column, slug in kind.sums
    }
