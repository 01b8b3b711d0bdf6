"""Where an administrator manages units, users and quarters; figures are entered on the pages, never here."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models.people import User
from .models.quarters import Quarter, proposed_dates, running_quarter
from .models.units import Unit

admin.site.site_header = admin.site.site_title = _("Administration of units, users and quarters")
admin.site.index_title = _("Administration")
admin.site.unregister(Group)


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["short_name", "kind", "parent", "position", "reports"]
    list_filter = ["kind", "reports"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name", "code"]
    fields = ["name", "short_name", "code", "kind", "parent", "position", "reports", "reports_from"]

    def get_changeform_initial_data(self, request):
        """A new unit is expected to report from the newest quarter on; old quarters stay as they were."""
        newest = Quarter.objects.begun(timezone.localdate()).first()
        return {"reports_from": newest and newest.first_day}


@admin.register(User)
class PersonAdmin(UserAdmin):
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


@admin.register(Quarter)
class QuarterAdmin(admin.ModelAdmin):
    list_display = ["__str__", "first_day", "last_day", "due_day"]
    fields = ["year", "number", "first_day", "last_day", "due_day"]

    def get_changeform_initial_data(self, request):
        """Propose the quarter after the last one, with the dates of Decree 09/2019."""
        last = Quarter.objects.order_by("-year", "-number").first()
        if last is None:
            year, number = running_quarter(timezone.localdate())
        else:
            year, number = (last.year, last.number + 1) if last.number < 4 else (last.year + 1, 1)
        first_day, last_day, due_day = proposed_dates(year, number)
        return {"year": year, "number": number, "first_day": first_day, "last_day": last_day, "due_day": due_day}

    def get_readonly_fields(self, request, obj=None):
        """The dates of a quarter with a return are read, not changed."""
        return self.fields if obj is not None and obj.returns.exists() else []
