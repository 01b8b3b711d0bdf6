"""Filters of a list of records, made from its kind: unit, quarter, one choice of the kind, text.

What an address asks for and no filter understands is said beside the filters, and then nothing is listed: rows that
were not filtered must not pass for those that were asked for.
"""

from functools import cache

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .kinds import Kind
from .models.text import folded

# What the address of a list carries beside its filters.
BESIDE = {"page", "per_page", "sort"}


class KeepingSelect(forms.Select):
    """A select that keeps a value that it does not offer."""

    def optgroups(self, name, value, attrs=None):
        offered = {str(choice) for choice, _words in self.choices}
        self.choices = [*self.choices, *((asked, asked) for asked in value if asked not in offered)]
        return super().optgroups(name, value, attrs)


class ChoiceFilter(filters.ChoiceFilter):
    """One of several values; what is none of them stays chosen, and is named."""

    def __init__(self, **kwargs):
        words = _("“%(value)s” is not in this list; choose again.")
        super().__init__(widget=KeepingSelect, error_messages={"invalid_choice": words}, **kwargs)


class RecordFilter(filters.FilterSet):
    """``units`` and ``quarters`` are the rows to choose from; addresses carry their codes.

    Units are called as on the last day of the quarter that is asked for, as in the rows of the list.
    """

    # The name by which a record knows rows of its own, where its kind has any.
    rows_name = ""

    unit = ChoiceFilter(field_name="unit_return__unit__code", label=_("Unit"), empty_label=_("All units"))
    quarter = ChoiceFilter(method="of_quarter", label=_("Quarter"), empty_label=_("All quarters"))
    text = filters.CharFilter(
        method="containing",
        label=_("Text"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("with or without diacritics")}),
    )

    def __init__(self, data, queryset, *, units, quarters):
        super().__init__(data, queryset)
        asked = next((quarter for quarter in quarters if quarter.code == self.data.get("quarter")), None)
        named = [unit.on(asked.last_day) if asked else unit for unit in units]
        self.filters["unit"].extra["choices"] = [
            (unit.code, name.short_name) for unit, name in zip(units, named, strict=True)
        ]
        self.filters["quarter"].extra["choices"] = [(quarter.code, str(quarter)) for quarter in quarters]
        if len(units) < 2 and "unit" not in self.data:
            del self.filters["unit"]

    @cached_property
    def unknown(self) -> list[str]:
        """What the address asks for that is no filter of this list, by its name there."""
        return [name for name in self.data if name not in self.filters and name not in BESIDE]

    @property
    def is_understood(self) -> bool:
        return self.form.is_valid() and not self.unknown

    def filter_queryset(self, records):
        return super().filter_queryset(records) if self.is_understood else records.none()

    @property
    def whole_returns(self) -> dict[str, str] | None:
        """Which returns' records are shown whole: lookups of a return; None where a filter looks into records."""
        asked = self.form.cleaned_data
        if any(value for name, value in asked.items() if name not in {"unit", "quarter"}):
            return None
        lookups = {}
        if asked.get("unit"):
            lookups["unit__code"] = asked["unit"]
        if quarter := asked.get("quarter"):
            lookups |= {"quarter__year": quarter[:4], "quarter__number": quarter[5]}
        return lookups

    def chosen(self, units, quarters):
        """Of these units and quarters the ones whose records are listed."""
        unit, quarter = (self.form.cleaned_data.get(name) for name in ("unit", "quarter"))
        return [u for u in units if unit in (u.code, "", None)], [q for q in quarters if quarter in (q.code, "", None)]

    def of_quarter(self, records, name, code):
        return records.filter(unit_return__quarter__year=code[:4], unit_return__quarter__number=code[5])

    def containing(self, records, name, text):
        """Records in whose text, or in that of their rows, every word stands, with or without diacritics."""
        for word in folded(text).split():
            found = Q(search_text__contains=word)
            if self.rows_name:
                of_rows = records.model.objects.filter(**{f"{self.rows_name}__search_text__contains": word})
                found |= Q(pk__in=of_rows.values("pk"))
            records = records.filter(found)
        return records


@cache
def record_filter(kind: Kind) -> type[RecordFilter]:
    field = kind.field(kind.filtered_by)
    named = {"field_name": field.name, "label": field.verbose_name, "empty_label": _("All")}
    if field.is_relation:
        rows = field.related_model.objects.ever_asked()  # type: ignore[union-attr]
        choice: filters.Filter = filters.ModelChoiceFilter(queryset=rows, to_field_name="code", **named)
    else:
        choice = ChoiceFilter(choices=field.choices, **named)
    own = {field.name: choice, "rows_name": kind.rows_name if kind.rows else ""}
    made: type[RecordFilter] = type(f"{kind.model.__name__}Filter", (RecordFilter,), own)
    made.base_filters = {name: made.base_filters[name] for name in ("unit", "quarter", field.name, "text")}
    return made
