"""Fields of forms: Vietnamese numbers and days in, and the hidden counter of the state that a form was made from."""

import datetime
import re
from contextlib import suppress
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from .dates import short_date

# `3.889`, `3 889` and `1.034.500.000`: thousands stand in threes; `0.500` and `12 5` may be anything.
GROUPED = re.compile(r"-?[1-9][0-9]{0,2}([.\s][0-9]{3})+")


def plain_number(text: str) -> str:
    """Return ``text`` as Python writes numbers: `3.889` → `3889`, `24,3` → `24.3`.

    Raises ValidationError where the point may stand for the decimal comma (`24.3`, `0.500`), rather than guess.
    """
    whole, comma, decimals = text.strip().partition(",")
    if re.fullmatch(r"[-0-9.\s]*[.\s][-0-9.\s]*", whole):
        if not GROUPED.fullmatch(whole):
            raise ValidationError(
                _("“%(text)s” is not clear: write %(meant)s with a comma; points part thousands alone, as in 3.889."),
                code="unclear",
                params={"text": text, "meant": ",".join(parts) if len(parts := whole.split(".")) == 2 else "24,3"},
            )
        whole = re.sub(r"[.\s]", "", whole)
    return f"{whole}.{decimals.rstrip('0')}" if comma else whole


class VietnameseNumber:
    """A number field that reads the Vietnamese way and writes its value so; mixed into Django's own fields."""

    inputmode = "numeric"
    # What the number is counted in; it stands behind the field, and may be typed or pasted with the number.
    suffix = ""

    def __init__(self, **kwargs):
        kwargs["widget"] = forms.TextInput(
            attrs={"inputmode": self.inputmode, "autocomplete": "off", "data-number": ""}
        )
        kwargs["localize"] = False
        super().__init__(**kwargs)

    def to_python(self, value):
        return super().to_python(  # type: ignore[misc]
            plain_number(self._without_suffix(value)) if isinstance(value, str) else value
        )

    def _without_suffix(self, typed):
        """`24,3` of `24,3 km`; anything else as it was typed."""
        counted = re.fullmatch(rf"(.*\d)\s*{re.escape(str(self.suffix))}\s*", typed, re.IGNORECASE)
        return counted[1] if self.suffix and counted else typed

    def prepare_value(self, value):
        return value if isinstance(value, str) else localize(value)


class WholeNumber(VietnameseNumber, forms.IntegerField):
    default_error_messages = {"invalid": _("Enter a whole number, for example 3.889.")}

    def to_python(self, value):
        # Django would read `3,000` as 3.
        if isinstance(value, str) and "," in value:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return super().to_python(value)
        except ValidationError as refused:
            if refused.code != "unclear":
                raise
            words = _("“%(text)s” is not clear: a whole number has no decimals, and thousands are written 24.300.")
            raise ValidationError(words, code="unclear", params={"text": value}) from None


class DecimalNumber(VietnameseNumber, forms.DecimalField):
    inputmode = "decimal"
    default_error_messages = {"invalid": _("Enter a number, for example 24,3.")}

    def prepare_value(self, value):
        """Write `2`, not `2,000`, which reads as two thousand."""
        return super().prepare_value(Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value)


# Nothing that anybody enters here lies before it: an earlier year is a slip of the pen.
EARLIEST = 1950


# `20/11`: which year is meant, the form knows.
DAY_AND_MONTH = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})")


class Day(forms.DateField):
    # The first and the last day among which a day without its year is looked for, where there are such.
    window: tuple[datetime.date, datetime.date] | None = None

    default_error_messages = {"invalid": _("“%(text)s” is no day: write it like 05/3/2024.")}

    def __init__(self, **kwargs):
        kwargs["widget"] = forms.DateInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": _("day/month/year"), "data-day": ""}
        )
        super().__init__(**kwargs)

    def prepare_value(self, value):
        """A day as it stands on every page: `11/3/2026`."""
        return short_date(value) if isinstance(value, datetime.date) else value

    def to_python(self, value):
        """The day; ValidationError naming what was typed where it is none. Without a year it is that of the window."""
        try:
            day = super().to_python(self._in_window(value) or value)
        except ValidationError as refused:
            refused.params = {"text": value}
            raise
        if day is not None and day.year < EARLIEST:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"text": value})
        return day

    def _in_window(self, value) -> datetime.date | None:
        """The day of the window that is written so without its year; where none is, that of its last year."""
        found = DAY_AND_MONTH.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None or self.window is None:
            return None
        first, last = self.window
        days = []
        for year in range(first.year, last.year + 1):
            with suppress(ValueError):
                days.append(datetime.date(year, int(found["month"]), int(found["day"])))
        return next((day for day in days if first <= day <= last), days[-1] if days else None)


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
    # A browser would cut what is pasted, without a word; the field says how long it is.
    made.widget.attrs.pop("maxlength", None)
    if isinstance(made, forms.TypedChoiceField) and not field.has_default():
        _blank, *choices = made.choices  # type: ignore[misc]
        made.choices = [("", _("– choose –")), *choices]
    return made


def carried_number(value) -> int:
    """The whole number that a hidden field or an address carries; 0, which counts and keys no row, for all else."""
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else 0


class Revision(forms.Field):
    """The hidden counter of the state that a form was made from; 0, which no row ever had, where it is missing."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def clean(self, value):
        return carried_number(value)
