"""Forms that repeat what was typed: a refusal names the value with which it does not agree, as it was read."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from .changes import as_read
from .fields import Day, VietnameseNumber

# What is longer is no number that anybody meant; it is quoted as far as this.
LONGEST = 30


def quoted(typed: str) -> str:
    """What was typed and could not be read, in quotation marks."""
    return f"“{typed[:LONGEST]}…”" if len(typed) > LONGEST else f"“{typed}”"


def naming(value: str, error: ValidationError) -> ValidationError:
    """The same refusal with the value before it."""
    words = _("You entered %(value)s. %(refusal)s") % {"value": value, "refusal": error.messages[0]}
    return ValidationError(words, code=error.code)


class NamesValues(forms.ModelForm):
    """A form whose refusals begin with the value: of a number, of a day, and of all that a limit compares."""

    def add_error(self, field, error):
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        refused = error.error_dict if hasattr(error, "error_dict") else {field or NON_FIELD_ERRORS: error.error_list}
        named = {name: [self._named(name, each) for each in errors] for name, errors in refused.items()}
        super().add_error(None, ValidationError(named))

    def _named(self, name, error):
        """The same refusal with the value before it, unless it quotes what was typed, or there is none."""
        params = error.params or {}
        of_one = isinstance(self.fields.get(name), VietnameseNumber | Day) and "text" not in params
        value = self._said(name) if of_one or "compared" in params else ""
        if not value:
            return error
        suffix = getattr(self.fields[name], "suffix", "")
        if suffix and not value.startswith("“"):
            value = f"{value} {suffix}"
        if beside := self._beside(name, params.get("compared", ())):
            value = f"{value} ({beside})"
        return naming(value, error)

    def _beside(self, name, compared) -> str:
        """The other values that a limit compares: `số lần: 7; hình thức: Tập trung`."""
        values = {other: self._said(other) for other in self.fields if other in compared and other != name}
        labels = {other: str(self.fields[other].label) for other in values}
        return "; ".join(
            f"{labels[each][:1].lower()}{labels[each][1:]}: {value}" for each, value in values.items() if value
        )

    def _said(self, name) -> str:
        """The value of a field as it was read, in quotation marks as it was typed where it was not; empty for none."""
        field, typed = self.fields[name], self[name].data or ""
        if len(typed) > LONGEST:
            return quoted(typed)
        try:
            value = field.to_python(typed)
            if value not in field.empty_values:
                field.validate(value)
        except ValidationError:
            return quoted(typed)
        return "" if value in field.empty_values else as_read(self._meta.model._meta.get_field(name), value)
