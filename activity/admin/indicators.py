"""Other indicators in the administration: what units are asked for, of whom, in which quarters, and what it means."""

from django.contrib import admin
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ..fields import form_field
from ..models.choices import UnitKind
from ..models.indicators import Indicator, Redefinition
from .recorded import RecordedAdmin

# Bodies above, commands and sections make no returns.
NO_RETURNS = {UnitKind.SUPERIOR, UnitKind.COMMAND, UnitKind.SECTION}
REPORTING_KINDS = [(kind.value, kind.label) for kind in UnitKind if kind not in NO_RETURNS]


class IndicatorForm(ModelForm):
    # `1.000` is a thousand here as on the pages.
    least = form_field(Indicator.least.field)
    most = form_field(Indicator.most.field)
    unit_kinds = MultipleChoiceField(
        label=capfirst(Indicator._meta.get_field("unit_kinds").verbose_name),
        choices=REPORTING_KINDS,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all units that report."),
    )


class UseFilter(admin.SimpleListFilter):
    title = pgettext_lazy("indicator", "use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("on", pgettext("indicator", "asked")), ("off", pgettext("indicator", "off"))]

    def queryset(self, request, queryset):
        if self.value() in {"on", "off"}:
            return queryset.filter(first_quarter__isnull=self.value() == "off")
        return queryset


@admin.register(Indicator)
class IndicatorAdmin(RecordedAdmin):
    form = IndicatorForm
    list_display = ["name", "section", "counted_in", "asked_in", "asked_of_units"]
    list_filter = [UseFilter, "section"]
    list_select_related = ["first_quarter", "last_quarter"]
    search_fields = ["name"]
    fieldsets = [
        (gettext_lazy("Switched on"), {"fields": ["first_quarter", "last_quarter", "unit_kinds"]}),
        (gettext_lazy("What is asked"), {"fields": ["name", "definition", "section", "position", "charted"]}),
        (gettext_lazy("Number"), {"fields": ["number", "counted_in", "least", "most", "adds_up"]}),
    ]

    @admin.display(description=gettext_lazy("asked for"), ordering="first_quarter__first_day")
    def asked_in(self, indicator):
        first, last = indicator.first_quarter, indicator.last_quarter
        if first is None:
            return pgettext("indicator", "off")
        if last is None:
            return _("from %(first)s") % {"first": first}
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}

    @admin.display(description=Indicator._meta.get_field("unit_kinds").verbose_name)
    def asked_of_units(self, indicator):
        return Indicator._meta.get_field("unit_kinds").in_words(indicator.unit_kinds)

    def get_readonly_fields(self, request, obj=None):
        """What stored figures stand on is read once there are some."""
        if obj is None:
            return []
        return [*(Indicator.KEPT if obj.has_values else ()), "meanings"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A spelling is mended in every quarter; another thing is another indicator, or another definition of it."""
        words = _("Mends the spelling, in old quarters too. What counts something else is another indicator.")
        told = {"help_texts": {"name": words, "definition": self._mended(obj)}} if obj else {}
        return super().get_form(request, obj, change, **told | kwargs)

    def _mended(self, indicator):
        if not indicator.has_values:
            return indicator._meta.get_field("definition").help_text
        return _("Mends the wording, in old quarters too. If something else is counted, use “Change the definition”.")

    def get_fieldsets(self, request, obj=None):
        """One of those that are shipped is only to be switched on; of a new one it is asked first what it is."""
        use, *what = super().get_fieldsets(request, obj)
        return [*what, use] if obj is None else [use, *what, (None, {"fields": ["meanings"]})]

    @admin.display(description=Redefinition._meta.verbose_name_plural)
    def meanings(self, indicator):
        """What it came to mean later, and the way to say that it means something else from a quarter on."""
        address = reverse("admin:activity_redefinition_add")
        add = format_html('<a href="{}?indicator={}">{}</a>', address, indicator.pk, _("Change the definition"))
        changes = ((each.quarter, each.words, each.definition) for each in indicator.redefinitions.all())
        return format_html("{}{}", format_html_join("", "<p>{}: {} ({})</p>", changes), add)


@admin.register(Redefinition)
class RedefinitionAdmin(RecordedAdmin):
    """From a quarter on an indicator means something else: charts break there, and nothing compares across it."""

    list_display = ["indicator", "quarter", "words"]
    list_select_related = ["indicator", "quarter"]
    fields = ["indicator", "quarter", "definition", "words"]

    def get_readonly_fields(self, request, obj=None):
        """A change of definition stays that of its indicator."""
        return ["indicator"] if obj else []

    def get_deleted_objects(self, objs, request):
        """Beside where these rows stand: the quarters of which returns were handed in with them."""
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)
        words = _("Returns were handed in with the definition since %(quarter)s.")
        in_use = [words % {"quarter": each.quarter} for each in objs if each.is_in_use]
        return rows, counts, needed, [*protected, *in_use]
