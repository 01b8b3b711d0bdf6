"""Filters of a list of records, made from its kind: unit, quarter, one choice of the kind, text."""

from functools import cache

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import Kind
from .models.text import folded


class RecordFilter(filters.FilterSet):
    """``units`` and ``quarters`` are the rows to choose from; addresses carry their codes."""

    unit = filters.ChoiceFilter(field_name="unit_return__unit__code", label=_("Unit"), empty_label=_("All units"))
    quarter = filters.ChoiceFilter(method="of_quarter", label=_("Quarter"), empty_label=_("All quarters"))
    text = filters.CharFilter(
        method="containing",
        label=_("Text"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("with or without diacritics")}),
    )

    def __init__(self, data, queryset, *, units, quarters):
        super().__init__(data, queryset)
        self.filters["unit"].extra["choices"] = [(unit.code, unit.short_name) for unit in units]
        self.filters["quarter"].extra["choices"] = [(quarter.code, str(quarter)) for quarter in quarters]
        if len(units) < 2:
            del self.filters["unit"]

    @property
    def whole_returns(self) -> dict[str, str] | None:
        """Which returns' records are shown whole: lookups of a return; None where a filter looks into records."""
        _errors = self.form.errors  # what is wrong is left out of the list, and so here
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
        _errors = self.form.errors
        unit, quarter = (self.form.cleaned_data.get(name) for name in ("unit", "quarter"))
        return [u for u in units if unit in (u.code, "", None)], [q for q in quarters if quarter in (q.code, "", None)]

    def of_quarter(self, records, name, code):
        return records.filter(unit_return__quarter__year=code[:4], unit_return__quarter__number=code[5])

    def containing(self, records, name, text):
        """Records in whose text every word stands, with or without diacritics."""
        for word in folded(text).split():
            records = records.filter(search_text__contains=word)
        return records


@cache
def record_filter(kind: Kind) -> type[RecordFilter]:
    field = kind.field(kind.filtered_by)
    choice = filters.ChoiceFilter(
        field_name=field.name, label=field.verbose_name, choices=field.choices, empty_label=_("All")
    )
    made: type[RecordFilter] = type(f"{kind.model.__name__}Filter", (RecordFilter,), {field.name: choice})
    made.base_filters = {name: made.base_filters[name] for name in ("unit", "quarter", field.name, "text")}
    return made
