"""Forms of the admin in which nothing is lost: saved over the state that the person saw, and kept at a sign-in."""

import copy

from django.contrib import admin, messages
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..changes import change_of
from ..clash import Clash, chosen_data, clash_of, sent_by
from ..dates import short_date
from ..fields import Revision
from ..forms import RevisionForm
from ..kept import typed_before
from ..models.history import History, Stale


class WholeForm(RevisionForm):
    """A form that lets the person choose, field by field, where somebody changed its row meanwhile."""

    # Of a form that was typed before the person had to sign in again: it is looked through first.
    only_shown = False
    # What stands now beside what was typed, where that is to be chosen from.
    clash: Clash | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = copy.copy(self.instance)

    def clean(self):
        cleaned = super().clean()
        if self.only_shown:
            self.add_error(None, _("Not saved yet: look through what you typed, then press “Save”."))
        return cleaned

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.errors and self.instance.revision != self.stored.revision:
            self._choose()

    def _choose(self):
        """Take what was chosen over what stands now; where that is still open, show both."""
        clash = clash_of(self.stored, self)
        if clash.differences and (clash.is_open or "shown" not in self.data):
            self.clash = clash
            self.add_error(None, _("Not saved: somebody saved this while you typed. Choose above for each field."))
            return
        self.instance = copy.copy(self.stored)
        if clash.differences:
            self.data = chosen_data(self.data, clash, sent_by(type(self)(instance=self.stored)))
            self.full_clean()


class PasswordForm(AdminPasswordChangeForm):
    """The password of somebody else, who must still be the person that the administrator saw."""

    revision = Revision()

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.fields["revision"].initial = user.revision

    def clean_revision(self):
        return refused_if_overtaken(self, self.user)


def refused_if_overtaken(form, row) -> int:
    """Return the revision that a form sent, and let its ``row`` be the one of that state, for the UPDATE to ask for.

    A form whose row has changed since is refused, by whom and what; sent again it goes on from what stands now.
    """
    stands, row.revision = row.revision, form.cleaned_data["revision"]
    if stands != row.revision:
        form.add_error(None, _overtaken(row))
        form.data = form.data.copy()
        form.data[form.add_prefix("revision")] = str(stands)
    return row.revision


def _overtaken(row):
    """Who has changed a row since the revision that it bears here, when and what."""
    since = History.objects.about(row).filter(revision__gt=row.revision).newest_first()
    changes = [change_of(entry) for entry in since]
    if not changes:
        return _("This form is out of date. Nothing of yours was saved; look through it and send it again.")
    at = timezone.localtime(changes[0].at)
    words = _(
        "While you typed, %(who)s saved this at %(time)s on %(day)s: %(changes)s. Nothing of yours was saved; "
        "look through it and send it again."
    )
    lines = {line.label: f"{line.label}: {line.old} → {line.new}" for change in changes for line in change.lines}
    told = {"who": changes[0].who, "time": f"{at:%H:%M}", "day": short_date(at.date())}
    return words % (told | {"changes": "; ".join(lines.values())})


class NothingLost(admin.ModelAdmin):
    def get_fieldsets(self, request, obj=None):
        """A form of a row that stands carries its revision."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return fieldsets
        *others, (title, options) = fieldsets
        return [*others, (title, {**options, "fields": [*options["fields"], "revision"]})]

    def get_form(self, request, obj=None, change=False, **kwargs):
        base = self.form if obj is not None else getattr(self, "add_form", self.form)
        kwargs["form"] = type("Form", (WholeForm, base), {"only_shown": getattr(request, "only_shown", False)})
        if kwargs.get("fields"):
            # The form brings the field itself; of the model it is none that people edit.
            kwargs["fields"] = [name for name in kwargs["fields"] if name != "revision"]
        return super().get_form(request, obj, change=change, **kwargs)

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Stale:
            # Somebody saved between the look and the write: now the form says so.
            return super().changeform_view(request, *args, **kwargs)

    def delete_model(self, request, obj):
        """Delete the row that the person was asked about, not what somebody has made of it since."""
        obj.revision = Revision().clean(request.POST.get("revision"))
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            rows = queryset.order_by("pk").select_for_update(of=("self",), no_key=True)
            if {f"{row.pk}-{row.revision}" for row in rows} - set(request.POST.getlist("revision")):
                raise Stale
            super().delete_queryset(request, queryset)

    def delete_view(self, request, *args, **kwargs):
        try:
            return super().delete_view(request, *args, **kwargs)
        except Stale:
            return self._not_deleted(request)

    def changelist_view(self, request, *args, **kwargs):
        try:
            return super().changelist_view(request, *args, **kwargs)
        except Stale:
            return self._not_deleted(request)

    def _not_deleted(self, request):
        messages.error(request, _("Not deleted: this was changed since you were asked."))
        return redirect(request.get_full_path())

    def _changeform_view(self, request, *args, **kwargs):
        """Show what was typed before the person had to sign in again, as a form that cannot be saved as it is."""
        typed = typed_before(request)
        if typed is not None:
            request.method, request.POST, request.only_shown = "POST", typed, True
        return super()._changeform_view(request, *args, **kwargs)  # type: ignore[misc]
