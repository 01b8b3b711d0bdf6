"""Text as it is stored (NFC, the Vietnamese Đ), and two forms of it made for comparing and for searching."""

import unicodedata
from functools import cache

from django.db import models
from django.utils.translation import override

from .choices import in_short


def normal(text: str) -> str:
    """Return ``text`` in NFC, with single spaces and the Icelandic Ð (U+00D0) that some keyboards send as Đ."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u00d0", "\u0110").split())


def folded(text: str) -> str:
    """Return ``text`` in small letters without diacritics, so that `hòa`, `hoà` and `hoa` find each other.

    It is never longer than the text in its normal form.
    """
    letters = unicodedata.normalize("NFD", normal(text).lower().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@cache
def folded_words(field: models.Field) -> dict[str, str]:
    """Return the Vietnamese words of each choice of ``field`` as a search compares them, none without choices."""
    with override("vi"):
        return {value: folded(in_short(label)) for value, label in field.flatchoices}


def code_key(text: str) -> str:
    """Return a project's code as it is compared: without spaces and case."""
    return normal(text).replace(" ", "").upper()


class TextLine(models.CharField):
    """One line of text, stored in its normal form whichever way it arrives."""

    normal = staticmethod(normal)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return self.normal(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return self.normal(value) if isinstance(value, str) else value


class CodeLine(TextLine):
    """A project's code as it is compared."""

    normal = staticmethod(code_key)


class DerivedLine(models.CharField):
    """A form of other fields, made whenever a row is saved, by ``bulk_create`` too.

    The model says what it is made of in ``derive(field_name) -> str``.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 2000)
        super().__init__(*args, **kwargs | {"editable": False, "blank": True, "default": ""})

    def pre_save(self, model_instance, add):
        value = model_instance.derive(self.attname)
        setattr(model_instance, self.attname, value)
        return value
