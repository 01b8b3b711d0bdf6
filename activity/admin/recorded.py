"""What the rooms of the admin have in common: the office's own history, and days as the office writes them."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import PROTECT, ManyToOneRel
from django.utils.text import capfirst

from ..changes import change_of
from ..dates import short_date
from ..models.history import History
from .nothing_lost import NothingLost


class RecordedAdmin(NothingLost):
    """Rows whose changes the office's own history keeps; Django's log of the admin is not written beside it."""

    object_history_template = "admin/activity/changes.html"

    def history_view(self, request, object_id, extra_context=None):
        """The changes of one row, newest first."""
        found = History.objects.filter(model=self.opts.model_name, row=object_id if object_id.isdecimal() else None)
        page = Paginator(found.newest_first(), 50).get_page(request.GET.get("p"))
        context = {"page": page, "changes": [change_of(entry) for entry in page.object_list]}
        return super().history_view(request, object_id, context | (extra_context or {}))

    def log_addition(self, request, obj, message): ...

    def log_change(self, request, obj, message): ...

    def log_deletions(self, request, queryset): ...

    def get_deleted_objects(self, objs, request):
        """What would be deleted, and where these rows still stand: counted, since a history is long."""
        relations = [field for field in self.opts.get_fields(include_hidden=True) if isinstance(field, ManyToOneRel)]
        kept = [relation for relation in relations if relation.on_delete is PROTECT]
        counted = ((relation, self._standing(relation, objs)) for relation in kept)
        protected = [f"{capfirst(r.related_model._meta.verbose_name_plural)}: {n}" for r, n in counted if n]
        may = self.has_delete_permission(request)
        return [str(row) for row in objs], {}, set() if may else {self.opts.verbose_name}, protected

    def _standing(self, relation, objs) -> int:
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": list(objs)})
        return rows.count()


def in_short(model, name):
    """A column of days as the office writes them: `05/3/2024`."""

    @admin.display(description=model._meta.get_field(name).verbose_name, ordering=name)
    def day(row):
        value = getattr(row, name)
        return value and short_date(value)

    day.__name__ = name
    return day


class ToBeRead:
    """Mixed into an admin whose rows nobody writes here."""

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, *args):
        return False

    def has_delete_permission(self, request, *args):
        return False
