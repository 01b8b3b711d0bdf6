"""Forms made from a kind: Vietnamese numbers and dates in, every refusal at its field, nothing typed lost."""

import uuid
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .echo import NamesValues
from .fields import Day, Revision, form_field
from .kinds import ALL_KINDS, BY_SLUG, Kind
from .models.extension import Extension


class RevisionForm(forms.ModelForm):
    """Mixed into the form of a recorded model: what was typed is saved over the state that it was made from alone."""

    revision = Revision()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.instance.revision

    def clean_revision(self):
        """The row becomes the one that the person saw, so that the UPDATE asks for that state in its WHERE."""
        if self.instance.pk is not None:
            self.instance.revision = self.cleaned_data["revision"]
        return self.instance.revision


class RecordForm(NamesValues, RevisionForm):
    """One record of a return. ``lineage`` is made with the form, so that sending it twice makes one record."""

    lineage = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lineage"].initial = self.instance.lineage
        quarter = self.instance.unit_return.quarter
        if "date" in self.fields:
            self.fields["date"].window = quarter.first_day, quarter.last_day  # type: ignore[attr-defined]
        for name, counted_in in self._meta.model.COUNTED_IN.items():
            self.fields[name].suffix = counted_in  # type: ignore[attr-defined]
        for name in self._meta.model.SOMETIMES_REQUIRED:
            self.fields[name].sometimes_required = True  # type: ignore[attr-defined]

    def tell_last(self, values):
        """Say at each field what was entered there last: the value, and its difference where that was amended."""
        for name, (value, difference) in values.items():
            words = _("Last time: %(value)s.") % {"value": self.fields[name].prepare_value(value)}
            star = render_to_string("activity/_star.html", {"difference": difference}) if difference else ""
            self[name].help_text = format_html("{} {}{}", self[name].help_text, words, star)

    def clean_lineage(self):
        """A new record takes the form's; one that exists keeps its own."""
        if self.instance.pk is None:
            self.instance.lineage = self.cleaned_data["lineage"]
        return self.instance.lineage

    def validate_unique(self):
        made = self.instance.made_before
        if made and any(getattr(made, name) != getattr(self.instance, name) for name in self._meta.fields or ()):
            self.ask_what_is_meant()

    def ask_what_is_meant(self):
        """Refuse a form that was gone back to and changed, and make it a new one; sent twice it is harmless."""
        words = _(
            "This form was saved already, with other values. Save again to add one more row, or mend the row "
            "that was saved."
        )
        self.add_error(None, words)
        self.data = {name: self.data[name] for name in self.data}
        self.data[self.add_prefix("lineage")] = str(uuid.uuid4())


def refuse_stranger(form, rows=()) -> dict:
    """Refuse what somebody typed who has no right to save it, or none any more; nothing of it is to be mended.

    Return what the page needs besides: it is there to be read and copied.
    """
    for each in (form, *rows):
        each.errors.clear()
    form.add_error(None, _("You have no right to enter here, or have it no longer. You can copy what you typed."))
    return {"is_refused": True, "heading": _("Not saved:")}


# So many rows of a record fit into one form: what a browser sends of more, the server would not read at all.
MOST_ROWS = 150


class BaseRows(forms.BaseInlineFormSet):
    """The rows of a record (exhibits of a case), saved together."""

    default_error_messages = forms.BaseInlineFormSet.default_error_messages | {
        "too_many_forms": _("At most %(num)s lines in one row of this kind; enter the others in another.")
    }

    def add_fields(self, form, index):
        """Look the key of a row up among those that were read; Django would ask the database for each again."""
        super().add_fields(form, index)
        key = form.fields[self.model._meta.pk.name]  # type: ignore[union-attr]

        def row_of(value):
            if value in key.empty_values:
                return None
            row = next((row for row in self.get_queryset() if str(row.pk) == str(value)), None)
            if row is None:
                raise ValidationError(key.error_messages["invalid_choice"], params={"value": value})
            return row

        key.to_python = row_of

    def save(self, commit=True):
        """Write the rows, all that are deleted, changed or new at once; the revision of the record stands for them."""
        rows = super().save(commit=False)
        for row in rows:
            setattr(row, self.fk.name, self.instance)
        there, fields = self.model.objects, self.form.base_fields.keys() - {self.fk.name}  # type: ignore[union-attr]
        if self.deleted_objects:
            there.filter(pk__in=[row.pk for row in self.deleted_objects]).delete()
        if changed := [row for row in rows if row.pk is not None]:
            there.bulk_update(changed, sorted(fields))
        if new := [row for row in rows if row.pk is None]:
            there.bulk_create(new)
        return rows

    def kept(self):
        """The rows that were typed, without those to be deleted and the empty last line."""
        typed = [form for form in self.forms if form.instance.pk or form.has_changed()]
        return [form.instance for form in typed if form not in self.deleted_forms]

    def differ_from(self, record):
        """Whether other rows were typed than those that stand at ``record``."""
        return [row.said() for row in self.kept()] != [row.said() for row in self.there(record)]

    def there(self, record):
        """The rows that stand at ``record`` now."""
        return list(self.model.objects.filter(**{self.fk.name: record}))  # type: ignore[union-attr]

    def seen(self):
        """What the rows said when the form was made; the form carries it, since rows have no revision of their own."""
        if self.is_bound:
            return self.data.get(f"{self.prefix}-seen", "")
        return "; ".join(row.said() for row in self.get_queryset()) if self.instance.pk else ""


@cache
def record_form(kind: Kind) -> type[forms.ModelForm]:
    return forms.modelform_factory(kind.model, form=RecordForm, fields=kind.fields, formfield_callback=form_field)


@cache
def rows_form(kind: Kind) -> type[BaseRows] | None:
    """The formset of the rows that belong to one record of this kind; None where it has none."""
    if kind.rows is None:
        return None
    return forms.inlineformset_factory(  # type: ignore[return-value]  # as `formset` says
        kind.model,
        kind.rows,
        form=NamesValues,
        formset=BaseRows,
        fields="__all__",
        extra=1,
        max_num=MOST_ROWS,
        validate_max=True,
        formfield_callback=form_field,
    )


def _reason(label, words):
    return forms.CharField(
        label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": words}
    )


class SendBackForm(forms.Form):
    """Why a return is sent back, and which kinds are to be mended."""

    prefix = "back"
    reason = _reason(_("Reason for sending back"), _("Write the reason, so that the unit knows what to mend."))
    kinds = forms.TypedMultipleChoiceField(
        label=_("Kinds to mend"),
        coerce=BY_SLUG.__getitem__,
        choices=[(kind.slug, kind.label) for kind in ALL_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The checks of the others stay while these are mended."),
    )


class AmendForm(forms.Form):
    """Why an approved return is opened again."""

    prefix = "amend"
    reason = _reason(
        _("Reason for the amendment"), _("Write the reason; it stays beside the old and the new figures.")
    )


class WithdrawForm(forms.Form):
    """Why an amendment is withdrawn."""

    prefix = "withdraw"
    reason = _reason(_("Reason for the withdrawal"), _("Write the reason; it stays beside the amendment."))


class ExtensionForm(NamesValues):
    """More time for one unit."""

    prefix = "more"

    class Meta:
        model = Extension
        fields = ["last_day", "reason"]
        field_classes = {"last_day": Day}
