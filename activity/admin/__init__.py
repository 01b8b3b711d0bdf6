"""Where an administrator manages units, people, rights and quarters, and reads what was changed; no figures here."""

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.forms import ChoiceField
from django.http import Http404
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from ..changes import change_of, model_words, recorded_models
from ..dates import short_date
from ..kinds import ALL_KINDS, BY_SLUG
from ..models.choices import Role
from ..models.extension import Extension
from ..models.history import History, Stale
from ..models.marks import SectionDuty
from ..models.office import ONLY, OfficeSettings
from ..models.people import Delegation, User
from ..models.quarters import Quarter, proposed_dates, running_quarter
from ..models.units import Unit
from ..reminders import settling_reminders
from . import indicators as _indicators  # noqa: F401  registers its rooms
from .nothing_lost import PasswordForm
from .recorded import RecordedAdmin, ToBeRead, in_short
from .units import life_urls

admin.site.site_header = admin.site.site_title = _("Administration of units, users and quarters")
admin.site.index_title = _("Administration")
admin.site.unregister(Group)


@admin.register(Unit)
class UnitAdmin(RecordedAdmin):
    list_display = ["short_name", "kind", "parent", "position", "reports"]
    list_filter = ["kind", "reports"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name", "code"]
    fields = ["name", "short_name", "code", "kind", "parent", "position", "reports", "reports_from", "reports_until"]

    def save_model(self, *args):
        with settling_reminders():
            super().save_model(*args)

    def get_urls(self):
        return life_urls(self.admin_site) + super().get_urls()

    def get_deleted_objects(self, objs, request):
        """Beside where these units stand: the others that once belonged to them."""
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)
        once = Unit.objects.filter(pk__in=[unit.pk for unit in objs]).once_below()
        return rows, counts, needed, [*protected, *(_("Once belonged to it: %(unit)s") % {"unit": u} for u in once)]

    def get_readonly_fields(self, request, obj=None):
        """Kind and parent of a unit change by a succession alone, its addresses never; a name is mended here."""
        return ["code", "kind", "parent"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        """A spelling is mended in every quarter; what a unit is called from a day on is another matter."""
        words = _(
            "Mends the spelling, in old quarters too. For a new name use “Rename” on the page of the unit's life."
        )
        told = {"help_texts": {"name": words, "short_name": words}} if obj else {}
        return super().get_form(request, obj, change, **told | kwargs)

    def get_changeform_initial_data(self, request):
        """A new unit is expected to report from the newest quarter on; old quarters stay as they were."""
        newest = Quarter.objects.begun(timezone.localdate()).first()
        return {"reports_from": newest and newest.first_day}


@admin.register(User)
class PersonAdmin(RecordedAdmin, UserAdmin):
    """The role is the only right: groups, permissions and the flags of Django's own are not shown."""

    list_display = ["username", "last_name", "first_name", "role", "unit", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["unit"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("Rights"), {"fields": ["role", "unit", "is_active"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "last_name", "first_name", "role", "unit", "password1", "password2"]},
        ),
    ]
    filter_horizontal = []
    change_password_form = PasswordForm

    def user_change_password(self, request, *args, **kwargs):
        try:
            return super().user_change_password(request, *args, **kwargs)
        except Stale:
            # Somebody saved between the look and the write: now the form says so.
            return super().user_change_password(request, *args, **kwargs)


@admin.register(Delegation)
class DelegationAdmin(RecordedAdmin):
    list_display = ["person", "role", in_short(Delegation, "first_day"), in_short(Delegation, "last_day"), "reason"]
    list_filter = ["role"]
    list_select_related = ["person"]
    fields = ["person", "role", "first_day", "last_day", "reason"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A deputy is one of those who work in a unit, and does not give rights."""
        kwargs["queryset"] = User.objects.filter(is_active=True).exclude(Q(unit=None) | Q(role=Role.ADMIN))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(SectionDuty)
class SectionDutyAdmin(RecordedAdmin):
    list_display = ["kind_in_words", "section"]
    list_select_related = ["section"]
    fields = ["kind", "section"]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_in_words(self, duty):
        return BY_SLUG[duty.kind].label if duty.kind in BY_SLUG else duty.kind

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The kinds are chosen among those that there are."""
        if db_field.name != "kind":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        kinds = [("", "---------"), *((kind.slug, capfirst(kind.label)) for kind in ALL_KINDS)]
        return ChoiceField(choices=kinds, label=capfirst(db_field.verbose_name))


@admin.register(Extension)
class ExtensionAdmin(ToBeRead, RecordedAdmin):
    """More time is given on the page of the return."""

    shown: list[Any] = ["unit", "quarter", in_short(Extension, "last_day"), "reason", "grantor", "as_deputy"]
    list_display = fields = readonly_fields = shown
    list_filter = ["quarter"]
    list_select_related = ["unit", "quarter", "granted_by"]

    @admin.display(description=Extension._meta.get_field("granted_by").verbose_name, ordering="granted_by__last_name")
    def grantor(self, extension):
        return extension.granted_by.get_full_name() or extension.granted_by.username


@admin.register(OfficeSettings)
class OfficeSettingsAdmin(RecordedAdmin):
    """One row at most; without it the rules are those of a new installation."""

    list_display = ["__str__", "approval_needs_checks", "reason"]
    fields = ["approval_needs_checks", "reason"]

    def add_view(self, request, *args, **kwargs):
        with suppress(Stale):
            if not OfficeSettings.objects.exists():
                return super().add_view(request, *args, **kwargs)
        return redirect("admin:activity_officesettings_change", ONLY)


@admin.register(Quarter)
class QuarterAdmin(RecordedAdmin):
    def save_model(self, *args):
        with settling_reminders():
            super().save_model(*args)

    days = [in_short(Quarter, name) for name in ("first_day", "last_day", "due_day")]
    list_display = ["__str__", *days, "state"]
    fields = ["year", "number", "first_day", "last_day", "due_day", "closed"]

    def get_changeform_initial_data(self, request):
        """Propose the quarter after the last one, with the dates of Decree 09/2019."""
        last = Quarter.objects.order_by("-year", "-number").first()
        if last is None:
            year, number = running_quarter(timezone.localdate())
        else:
            year, number = (last.year, last.number + 1) if last.number < 4 else (last.year + 1, 1)
        first_day, last_day, due_day = proposed_dates(year, number)
        return {"year": year, "number": number, "first_day": first_day, "last_day": last_day, "due_day": due_day}

    @admin.display(description=_("state"), ordering="closed")
    def state(self, quarter):
        return pgettext("quarter", "closed") if quarter.closed else pgettext("quarter", "open")

    def get_fields(self, request, obj=None):
        return [*self.days, "closed"] if self._keeps_its_dates(obj) else self.fields

    def get_readonly_fields(self, request, obj=None):
        """The dates of a quarter with a return are read; closing and opening it stays possible."""
        return self.days if self._keeps_its_dates(obj) else []

    def _keeps_its_dates(self, quarter):
        return quarter is not None and quarter.returns.exists()


class RowsFilter(admin.SimpleListFilter):
    """The changes of one sort of rows."""

    title = pgettext_lazy("history", "to what")
    parameter_name = "rows"

    def lookups(self, request, model_admin):
        return [(name, capfirst(model_words(name))) for name in (*recorded_models(), "export")]

    def queryset(self, request, queryset):
        return queryset.filter(model=self.value()) if self.value() else queryset


@admin.register(History)
class HistoryAdmin(ToBeRead, admin.ModelAdmin):
    """All that was changed and exported, to be read: by whom, of which rows, on which day."""

    list_display = ["moment", "who", "as_deputy", "way", "action", "what"]
    list_filter = ["action", "way", "as_deputy", "at", RowsFilter]
    list_select_related = ["by__unit"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]
    search_fields = ["said", "by__username", "by__last_name", "by__first_name"]
    told_of: list[Any] = ["moment", "who", "as_deputy", "way", "action", "what", "told"]
    fields = readonly_fields = told_of

    @admin.display(description=pgettext_lazy("history", "when"), ordering="pk")
    def moment(self, entry):
        at = timezone.localtime(entry.at)
        return f"{at:%H:%M} {short_date(at.date())}"

    @admin.display(description=pgettext_lazy("history", "by"))
    def who(self, entry):
        return change_of(entry).who

    @admin.display(description=pgettext_lazy("history", "to what"))
    def what(self, entry):
        return change_of(entry).what

    @admin.display(description=pgettext_lazy("history", "from what → to what"))
    def told(self, entry):
        return render_to_string("activity/_change_lines.html", {"change": change_of(entry)})

    def history_view(self, request, object_id, extra_context=None):
        """History has none of its own: it is never changed."""
        raise Http404
