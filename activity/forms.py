"""Forms made from a kind: Vietnamese numbers and dates in, every refusal at its field, nothing typed lost."""

import re
import uuid
from decimal import Decimal
from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from .kinds import BY_SLUG, KINDS, Kind
from .models.extension import Extension

# `3.889`, `3 889` and `1.034.500.000`: thousands stand in threes; `0.500` and `12 5` may be anything.
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}([.\s][0-9]{3})+")
# What is counted, shown inside the frame of the field.
SUFFIXES = {"cleared_km": "km", "fined_vnd": "đồng", "paid_vnd": "đồng"}


def plain_number(text: str) -> str:
    """Return ``text`` as Python writes numbers: `3.889` → `3889`, `24,3` → `24.3`.

    Raises ValidationError where the point may stand for the decimal comma (`24.3`, `0.500`), rather than guess.
    """
    whole, comma, decimals = text.strip().partition(",")
    if re.fullmatch(r"[-0-9.\s]*[.\s][-0-9.\s]*", whole):
        if not GROUPED.fullmatch(whole):
            raise ValidationError(
                _("“%(text)s” is not clear: write 24,3 with a comma, or 24.300 for thousands."),
                code="unclear",
                params={"text": text},
            )
        whole = re.sub(r"[.\s]", "", whole)
    return f"{whole}.{decimals}" if comma else whole


class VietnameseNumber:
    """A number field that reads the Vietnamese way and writes its value so; mixed into Django's own fields."""

    inputmode = "numeric"

    def __init__(self, **kwargs):
        kwargs["widget"] = forms.TextInput(
            attrs={"inputmode": self.inputmode, "autocomplete": "off", "data-number": ""}
        )
        kwargs["localize"] = False
        super().__init__(**kwargs)

    def to_python(self, value):
        return super().to_python(plain_number(value) if isinstance(value, str) else value)  # type: ignore[misc]

    def prepare_value(self, value):
        return value if isinstance(value, str) else localize(value)


class WholeNumber(VietnameseNumber, forms.IntegerField):
    default_error_messages = {"invalid": _("Enter a whole number, for example 3.889.")}

    def to_python(self, value):
        # Django would read `3,000` as 3.
        if isinstance(value, str) and "," in value:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DecimalNumber(VietnameseNumber, forms.DecimalField):
    inputmode = "decimal"
    default_error_messages = {"invalid": _("Enter a number, for example 24,3.")}

    def prepare_value(self, value):
        """Write `2`, not `2,000`, which reads as two thousand."""
        return super().prepare_value(Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value)


class Day(forms.DateField):
    default_error_messages = {"invalid": _("Enter a day, for example 05/3/2024.")}

    def __init__(self, **kwargs):
        kwargs["widget"] = forms.DateInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": _("day/month/year"), "data-day": ""}
        )
        super().__init__(**kwargs)


def form_field(field: models.Field, **kwargs):
    """The form field of a model field: Vietnamese numbers and days, Django's own for the rest."""
    if not field.choices:
        if isinstance(field, models.IntegerField):
            # The model says the most in its own words; Django's form field would name the end of the column.
            kwargs |= {"form_class": WholeNumber, "max_value": None}
        elif isinstance(field, models.DecimalField):
            kwargs["form_class"] = DecimalNumber
        elif isinstance(field, models.DateField):
            kwargs["form_class"] = Day
    made = field.formfield(**kwargs)
    if made is None:
        return None
    if isinstance(made, forms.TypedChoiceField) and not field.has_default():
        _blank, *choices = made.choices  # type: ignore[misc]
        made.choices = [("", _("– choose –")), *choices]
    return made


class RecordForm(forms.ModelForm):
    """One record of a return. ``lineage`` is made with the form, so that sending it twice makes one record."""

    lineage = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lineage"].initial = self.instance.lineage
        for name, suffix in SUFFIXES.items():
            if name in self.fields:
                self.fields[name].suffix = suffix  # type: ignore[attr-defined]

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


class BaseRows(forms.BaseInlineFormSet):
    """The rows of a record (exhibits of a case), saved together."""

    def save(self, commit=True):
        rows = super().save(commit=False)
        for row in self.deleted_objects:
            row.delete()
        new = [row for row in rows if row.pk is None]
        for row in rows:
            if row.pk is not None:
                row.save()
        if new:
            type(new[0]).objects.bulk_create(new)
        return rows

    def kept(self):
        """The rows that were typed, without those to be deleted and the empty last line."""
        typed = [form for form in self.forms if form.instance.pk or form.has_changed()]
        return [form.instance for form in typed if form not in self.deleted_forms]

    def differ_from(self, record):
        """Whether other rows were typed than those that stand at ``record``."""
        there = self.model.objects.filter(**{self.fk.name: record})  # type: ignore[union-attr]
        return [row.said() for row in self.kept()] != [row.said() for row in there]


@cache
def record_form(kind: Kind) -> type[forms.ModelForm]:
    return forms.modelform_factory(kind.model, form=RecordForm, fields=kind.fields, formfield_callback=form_field)


@cache
def rows_form(kind: Kind) -> type[forms.BaseInlineFormSet] | None:
    """The formset of the rows that belong to one record of this kind; None where it has none."""
    if kind.rows is None:
        return None
    return forms.inlineformset_factory(
        kind.model,
        kind.rows,
        formset=BaseRows,
        fields="__all__",
        extra=1,
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
        choices=[(kind.slug, kind.label) for kind in KINDS],
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


class ExtensionForm(forms.ModelForm):
    """More time for one unit."""

    prefix = "more"

    class Meta:
        model = Extension
        fields = ["last_day", "reason"]
        field_classes = {"last_day": Day}
