"""Tables of records, made from a kind: dates and numbers the office's way, the first column leads to the record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from .changes import as_read
from .dates import short_date
from .figures import Number
from .gathering import stored_totals
from .kinds import Kind
from .measures import BY_SLUG, Measure, exact
from .models.choices import in_short
from .models.return_rows import UnitReturnQuerySet
from .models.returns import UnitReturn


def in_figures(value: Number) -> str:
    """A number as it stands in a table; zero is `0`, whatever its decimals (DOMAIN, section 5)."""
    return localize(value) if value else "0"


class Column(tables.Column):
    """A column whose cells share one ``css`` class."""

    css = ""

    def reader(self, accessor: str) -> Callable:
        """How the value of a cell is read from its record."""
        return attrgetter(accessor.replace("__", "."))


class WholeColumn(Column):
    """A name that is never cut nor broken."""

    css = "whole"


class QuarterColumn(WholeColumn):
    """The quarter; behind that of an amended return stands a star that leads to the difference."""

    css = "whole quarter"


class DayColumn(Column):
    def render(self, value):
        return short_date(value)


class ChoiceColumn(Column):
    """The words of a choice, without the explanation in brackets that its form gives; sorted in the office's order."""

    css = "words"

    def __init__(self, field: models.Field, **kwargs):
        super().__init__(**kwargs)
        self.labels = dict(field.flatchoices)
        places = [When(**{field.name: value}, then=place) for place, (value, _words) in enumerate(field.flatchoices)]
        self.place = Case(*places)

    def order(self, queryset, is_descending):
        return queryset.order_by(self.place.desc() if is_descending else self.place.asc()), True

    def render(self, value):
        return in_short(self.labels.get(value, value))


class NumberColumn(Column):
    """Right-aligned; its footer is the sum over all rows that the filter leaves, which the view asked once."""

    css = "number"

    def render(self, value):
        return in_figures(value)


class MarkColumn(Column):
    """Says its name where it holds, and nothing where not."""

    css = "words"

    def render(self, value):
        return capfirst(self.verbose_name) if value else ""


class DetailsColumn(Column):
    """What a record says beside its columns: its rows, told with it (`with_rows`), and the fields without a column.

    `Hêrôin 346,433 gam; Xe máy 1 chiếc; Thuộc chuyên án CB324`.
    """

    css = "words"

    def __init__(self, kind: Kind):
        self.rows: Any = kind.rows
        self.fields = [kind.field(name) for name in kind.unlisted]
        super().__init__(accessor="pk", verbose_name=self._heading(), orderable=False)

    def _heading(self):
        if self.rows:
            return format_lazy("{}, {}", self.rows._meta.verbose_name_plural, _("other details"))
        return self.fields[0].verbose_name if len(self.fields) == 1 else _("Other details")

    def reader(self, accessor):
        return self._told

    def _told(self, record) -> str:
        rows = (row.said() for row in self.rows.from_told(record.rows_told)) if self.rows else ()
        return "; ".join([*rows, *self._fields_told(record)])

    def _fields_told(self, record):
        for field in self.fields:
            if value := getattr(record, field.attname):
                alone = field.name == "note"
                yield str(value) if alone else f"{capfirst(field.verbose_name)} {as_read(field, value)}"


class RecordTable(tables.Table):
    """``sums`` are the footer's values by field name; a table without them has no footer."""

    kind: Kind

    unit = WholeColumn(
        accessor="unit_return__unit_then", verbose_name=_("Unit"), order_by="unit_return__unit__position"
    )
    quarter = QuarterColumn(
        accessor="unit_return__quarter", verbose_name=_("Quarter"), order_by="unit_return__quarter__first_day"
    )

    class Meta:
        empty_text = _("No records.")

    def __init__(self, *args, sums=None, **kwargs):
        self.sums = sums or {}
        super().__init__(*args, **kwargs)

    def lines(self):
        """The rows of the page, each as the address of the record, its day, the other cells as (class, words), and
        the address of the difference where its return is an amended one.

        django-tables2 looks for column, accessor and signature anew at each cell: a quarter of the time of the page.
        """
        columns = [(bound.column.reader(bound.accessor), bound.column) for bound in self.columns]
        for record in self.shown:
            (_css, day), *cells = [_cell(column, value_of(record)) for value_of, column in columns]
            yield record_address(self.kind, record), day, cells, difference_address(record.unit_return)

    @cached_property
    def shown(self) -> list:
        """The records of the page, read once."""
        return [row.record for row in self.paginated_rows]

    @property
    def has_revised(self) -> bool:
        """Whether the page shows the quarter of an amended return."""
        return "quarter" in self.columns.names() and any(record.unit_return.version > 1 for record in self.shown)


def _cell(column, value):
    return column.css, column.render(value) if value not in (None, "") else ""


def _footer(name):
    def footer(table):
        value = table.sums.get(name)
        return "" if value is None else in_figures(value)

    return footer


def _named_footer(name, measure):
    """The sum below a column that holds no numbers: `Chuyên án xác lập: 3`."""

    def footer(table):
        value = _footer(name)(table)
        return value and f"{measure.label}: {value}"

    return footer


def _column(kind: Kind, name: str) -> Column:
    field = kind.field(name)
    label = field.verbose_name
    if isinstance(field, models.BooleanField):
        return MarkColumn(verbose_name=label)
    counted = _named_footer(name, BY_SLUG[dict(kind.sums)[name]]) if name in dict(kind.sums) else None
    if isinstance(field, models.DateField):
        return DayColumn(verbose_name=label, footer=_("Counted in the report") if name == "date" else counted)
    if isinstance(field, models.IntegerField | models.DecimalField):
        return NumberColumn(verbose_name=label, footer=_footer(name))
    if field.choices:
        return ChoiceColumn(field, verbose_name=label, footer=counted)
    return Column(verbose_name=label)


def record_address(kind: Kind, record) -> str:
    unit_return = record.unit_return
    return reverse("record", args=[unit_return.unit.code, unit_return.quarter, kind, record.pk])


def difference_address(unit_return) -> str:
    """Where the difference of an amended return is shown; nothing for a first version."""
    if unit_return.version == 1:
        return ""
    return reverse("return_difference", args=[unit_return.unit.code, unit_return.quarter, unit_return.version])


@cache
def record_table(kind: Kind) -> type[RecordTable]:
    """The table of all records of a kind, with unit and quarter."""
    columns = {name: _column(kind, name) for name in kind.columns}
    if kind.rows or kind.unlisted:
        columns["details"] = DetailsColumn(kind)
    meta = type("Meta", (RecordTable.Meta,), {"sequence": ("date", "unit", "quarter", "...")})
    return type(f"{kind.model.__name__}Table", (RecordTable,), {**columns, "Meta": meta, "kind": kind})


def read_back(kind: Kind, record, rows=()) -> str:
    """The figures of a record and its rows, as they were understood: `Số lần 2, Lượt người tham gia 24`.

    Of a kind without figures, what a list shows of it.
    """
    fields = [kind.field(name) for name in kind.numbers or kind.columns if name != "date"]
    values = [(field, field.value_from_object(record)) for field in fields]
    said = [f"{field.verbose_name} {as_read(field, value)}" for field, value in values if value not in (None, "")]
    return ", ".join([*said, *(row.said() for row in rows)])


@dataclass(frozen=True)
class Total:
    """A measure and its value over some records, or in one quarter (None: no figure).

    ``named`` asks for its name beside the value, where another of the measures is counted in the same thing.
    """

    measure: Measure
    value: Number | None
    named: bool

    @property
    def said(self) -> str:
        return "–" if self.value is None else in_figures(self.value)

    @property
    def counted_in(self) -> str:
        """What it is counted in, unless the name beside the value says it: `Số tiền phạt: 5.000 đồng`."""
        words = str(self.measure.counted_in)
        return "" if self.named and words.lower() in str(self.measure.label).lower() else words


def totals_of(slugs: Iterable[str], value_of: Callable[[str], Number | None]) -> tuple[Total, ...]:
    """The measures ``slugs`` to be said in one line, each with the value that ``value_of`` gives."""
    measures = [BY_SLUG[slug] for slug in slugs]
    counted = [str(measure.counted_in) for measure in measures]
    return tuple(Total(m, value_of(m.slug), counted.count(str(m.counted_in)) > 1) for m in measures)


@dataclass(frozen=True)
class Totals:
    """What is said of all rows that the filters of a list leave, whichever page of them is shown.

    ``sums`` are the footer: for each summed column what the rows add up to, by its measure; ``in_words`` says them.
    """

    count: int
    has_sample: bool
    sums: dict[str, Number]
    in_words: tuple[Total, ...]


class Whole(NamedTuple):
    """Some ``returns`` whose records are listed whole: how many these are, and whether some are sample data."""

    returns: UnitReturnQuerySet
    records: int
    has_sample: bool


# Where the sum of the answers to one indicator stands, and how many of them are numbers.
ASKED, NUMBERS = "asked", "numbers"


def totals(kind: Kind, records, whole: Whole | None = None, asked: Measure | None = None) -> Totals:
    """The totals of ``records`` (a queryset) in one query; of answers to one indicator those of the measure ``asked``.

    Where these are all the records of some returns, what the approved ones add up to is stored: then only the records
    of the others are read.
    """
    measures = {column: BY_SLUG[slug] for column, slug in kind.sums}
    sums = {f"sum_{column}": measure.expression for column, measure in measures.items()}
    if asked is not None:
        sums |= {ASKED: asked.expression, NUMBERS: Count("value")}
    stored: dict[str, Number] = {}
    if whole is None:
        sample = Count(Value(1), filter=Q(unit_return__is_sample=True))
        found = records.order_by().aggregate(count=Count("*"), sample=sample, **sums)
    else:
        found = {"count": whole.records, "sample": whole.has_sample}
        if sums:
            stored = stored_totals(whole.returns.approved(), [measure.slug for measure in measures.values()])
            others = records.filter(unit_return__in=UnitReturn.objects.not_in_force())
            found |= others.order_by().aggregate(**sums)
    footer = {
        column: exact((found[f"sum_{column}"] or 0) + stored.get(measure.slug, 0), measure)
        for column, measure in measures.items()
    }
    by_measure = {slug: footer[column] for column, slug in kind.sums}
    in_words = totals_of(by_measure, by_measure.get)
    if asked is not None:
        # Where nobody answered with a number, a 0 would not be “nothing to report”.
        in_words = (Total(asked, exact(found[ASKED], asked), named=False),) if found[NUMBERS] else ()
    return Totals(found["count"], found["sample"] > 0, footer, in_words)


class CountedPages(Paginator):
    """Pages of rows that were counted already."""

    def __init__(self, rows, per_page, *, count, **kwargs):
        super().__init__(rows, per_page, **kwargs)
        self.count = count
