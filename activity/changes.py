"""History as people read it: each row as a plain value in the office's words."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db import models
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .dates import short_date
from .kinds import ALL_KINDS, BY_SLUG
from .models.history import HIDDEN, Action, History, Recorded
from .models.indicators import UnitKinds
from .models.people import User

# What is said of these rows says so already.
SPEAK_FOR_THEMSELVES = {kind.key for kind in ALL_KINDS}


@dataclass(frozen=True)
class Line:
    """One field of a change: its name, and what stood and stands in it."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One change: when, by whom, on which way, what was done to what, field by field.

    ``post`` is the role and unit that the person has now, ``as_deputy`` whether a deputy's right alone allowed it.
    ``lines`` of a new row carry what it began with as ``new``, those of a deleted one what it ended with as ``old``,
    and a copy has none: it is what the version before it was.
    """

    at: datetime.datetime
    who: str
    post: str
    as_deputy: bool
    way: str
    action: str
    done: str
    what: str
    lines: tuple[Line, ...]
    version: int | None = None
    address: str | None = None


def change_of(entry: History, *, version: int | None = None, address: str | None = None) -> Change:
    """The row of history as a `Change`; read it with ``by__unit``."""
    by = entry.by
    return Change(
        at=entry.at,
        who=str(by and (by.get_full_name() or by.username) or _("The system")),
        post=", ".join(str(word) for word in (by.get_role_display(), by.unit) if word) if by else "",
        as_deputy=entry.as_deputy,
        way=entry.get_way_display(),
        action=entry.action,
        done=entry.get_action_display(),
        what=what_of(entry),
        lines=lines_of(entry),
        version=version,
        address=address,
    )


def what_of(entry: History) -> str:
    """What was changed: `Tuần tra 05/3/2024`, `Tang vật: Pháo nổ`."""
    of, _colon, slug = entry.said.rpartition(": ")
    said = entry.said
    if slug in BY_SLUG:
        # The return that a mark belongs to is said elsewhere; a section's duty is not complete without the section.
        said = f"{BY_SLUG[slug].label}" if entry.model == "returnkind" else f"{of}: {BY_SLUG[slug].label}"
    words = said if entry.model in SPEAK_FOR_THEMSELVES else f"{model_words(entry.model)}: {said}"
    return words[:1].upper() + words[1:]


def model_words(name: str) -> str:
    """What the rows of a model are called, by its name in the history."""
    model = recorded_models().get(name)
    return str(model._meta.verbose_name if model else EXPORT if name == "export" else name)


EXPORT = pgettext_lazy("history", "export")


def recorded_models() -> dict[str, type[Recorded]]:
    """The models whose changes are recorded, by the name that history gives them."""
    return {model._meta.model_name or "": model for model in apps.get_models() if issubclass(model, Recorded)}


def lines_of(entry: History) -> tuple[Line, ...]:
    """The fields of a change in the order of the model; what is empty before and after is left out."""
    if entry.action == Action.COPIED:
        return ()
    model = recorded_models().get(entry.model)
    fields = {field.name: field for field in model._meta.concrete_fields} if model else {}
    # What the office no longer asks for was told all the same.
    names = [*(name for name in fields if name in entry.changes), *sorted(entry.changes.keys() - fields.keys())]
    told = ((fields.get(name), name, *entry.changes[name]) for name in names)
    return tuple(
        Line(_label(field, name), as_read(field, old), as_read(field, new))
        for field, name, old, new in told
        if (old, new) != (None, None)
    )


# What the notes of exports are called.
NOTED = {"quarters": _("quarters"), "units": _("units"), "as_deputy": _("as deputy")}


def _label(field, name) -> str:
    label = str(field.verbose_name if field is not None else NOTED.get(name, name))
    return label[:1].upper() + label[1:]


def as_read(field, value) -> str:
    """A value as history or its row keeps it (a choice by its value, a relation by its name), as people read it."""
    if value is None:
        return str(_("(empty)"))
    if value == HIDDEN:
        return str(_("(not shown)"))
    if field is None or field.is_relation:
        return _without_account(str(value)) if field is not None and field.related_model is User else str(value)
    if field.name == "kind" and value in BY_SLUG:
        return str(BY_SLUG[value].label)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(field, value)


def _without_account(person: str) -> str:
    """`Nông Văn Bình` of `Nông Văn Bình (nvbinh)`, as people are called on all pages."""
    return person.rpartition(" (")[0] or person


def _plain(field, value) -> str:
    match field:
        case UnitKinds():
            return field.in_words(value)
        case models.BooleanField():
            return str(_("yes") if value else _("no"))
        case models.DateField() if not isinstance(field, models.DateTimeField):
            return short_date(value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value))
        case models.DecimalField():
            return localize(Decimal(f"{Decimal(str(value)).normalize():f}"))
        case models.IntegerField() if field.name != "year":
            return localize(value)
        case _any_other:
            return str(value)
