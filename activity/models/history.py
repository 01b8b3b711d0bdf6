"""Who changed what, when, from what to what: written in the transaction of the change, whichever way it comes."""

import copy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .written_once import WrittenOnce, WrittenOnceQuerySet

# What stands in the history for a value that nobody may read there.
HIDDEN = "…"

# Who acts, and on which way: a person on the pages or in the admin, nobody in a management command; and whether under
# a deputy's right alone, where that is known.
_actor: ContextVar[tuple] = ContextVar("actor", default=(None, "command", None))

# What history is to say of the changes of a transaction; None outside one.
_entries: ContextVar["list[History] | None"] = ContextVar("entries", default=None)


@contextmanager
def together(using: str | None = None) -> Iterator[list]:
    """A transaction that writes its history at its end; a block inside another is part of it, and undoes all of it."""
    around = _entries.get()
    if around is not None:
        there = len(around)
        try:
            with transaction.atomic(using=using, savepoint=False):
                yield around
        except BaseException:
            del around[there:]
            raise
        return
    entries: list[History] = []
    token = _entries.set(entries)
    try:
        with transaction.atomic(using=using):
            yield entries
            History.objects.bulk_create(entries, batch_size=2000)
    finally:
        _entries.reset(token)


@contextmanager
def acting(by, way: str | None = None, *, as_deputy: bool | None = None) -> Iterator[None]:
    """What is changed inside the block is changed by ``by`` (None: the system itself).

    ``as_deputy`` says whether a deputy's right alone allows it; without it, what is written of a return was entered.
    """
    token = _actor.set((by, way or _actor.get()[1], as_deputy))
    try:
        yield
    finally:
        _actor.reset(token)


class Stale(Exception):
    """A row was to be saved or deleted from a state that somebody has changed meanwhile."""


class Action(models.TextChoices):
    CREATED = "created", pgettext_lazy("history", "Created")
    COPIED = "copied", pgettext_lazy("history", "Copied into a new version")
    CHANGED = "changed", pgettext_lazy("history", "Changed")
    DELETED = "deleted", pgettext_lazy("history", "Deleted")
    EXPORTED = "exported", pgettext_lazy("history", "Exported")


class Way(models.TextChoices):
    PAGE = "page", pgettext_lazy("history", "on the pages")
    ADMIN = "admin", pgettext_lazy("history", "in the administration")
    COMMAND = "command", pgettext_lazy("history", "by a command of the system")


class HistoryQuerySet(WrittenOnceQuerySet):
    def about(self, row):
        """What happened to one row, oldest first."""
        return self.filter(model=row._meta.model_name, row=row.pk)

    def newest_first(self):
        """With who did it and what that person is."""
        return self.select_related("by__unit").order_by("-pk")


class History(WrittenOnce):
    """One change of one row. ``changes`` are {field: [old, new]}: of a new row the values it began with."""

    NEVER = "History is never changed and never pruned."

    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("history", "by"),
    )
    # Under a deputy's right, not in their own.
    as_deputy = models.BooleanField(_("as deputy"), default=False)
    way = models.CharField(pgettext_lazy("history", "on which way"), max_length=10, choices=Way)
    action = models.CharField(pgettext_lazy("history", "what was done"), max_length=10, choices=Action)
    model = models.CharField(max_length=40)
    row = models.BigIntegerField(null=True)
    said = models.CharField(pgettext_lazy("history", "to what"), max_length=400)
    # The return that the row belongs to, and the record it is or belongs to, in whichever version.
    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, null=True, related_name="history")
    lineage = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(default=0)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = pgettext_lazy("history", "change")
        verbose_name_plural = pgettext_lazy("history", "History of changes")
        indexes = [
            models.Index(fields=["model", "row"], name="history_of_a_row"),
            models.Index(fields=["lineage"], name="history_of_a_record"),
        ]

    def __str__(self):
        return f"{self.get_action_display()}: {self.said}"


def write(action: Action, rows, befores=None, names=None) -> None:
    """Write down that ``rows`` were created or deleted, or changed from ``befores`` (``names`` alone)."""
    if befores is None:
        pairs = [(row, {name: _ends(action, value) for name, value in row.told().items()}) for row in rows]
    else:
        pairs = [(row, differences(before, row, names)) for before, row in zip(befores, rows, strict=True)]
    with together() as entries:
        entries.extend(_entry(action, row, changes) for row, changes in pairs if changes)


def write_export(said: str, *, as_deputy: bool = False, **details) -> None:
    """Write down that figures left the system: what, and in which cut."""
    changes = {name: [None, value] for name, value in details.items()}
    by, way, _as_deputy = _who()
    History.objects.create(
        by=by, as_deputy=as_deputy, way=way, action=Action.EXPORTED, model="export", said=said, changes=changes
    )


def differences(before, after, names=None) -> dict[str, list]:
    """{field: [old, new]} of two states of a row; of the fields ``names`` alone where they are given."""
    found = {}
    for field in after.told_fields():
        # A relation that stays is not read for its name.
        stays = field.is_relation and field.value_from_object(before) == field.value_from_object(after)
        if not stays and (names is None or {field.name, field.attname} & set(names)):
            old, new = before.told_of(field), after.told_of(field)
            if old != new:
                found[field.name] = [old, new]
    return found


def _ends(action, value):
    return [value, None] if action == Action.DELETED else [None, value]


def _entry(action, row, changes) -> History:
    by, way, as_deputy = _who()
    if as_deputy is None:
        as_deputy = bool(row.return_id and by and by.enters_as_deputy)
    return History(
        by=by,
        as_deputy=as_deputy,
        way=way,
        action=action,
        model=row._meta.model_name,
        row=row.pk,
        said=str(row)[:400],
        unit_return_id=row.return_id,
        lineage=row.of_record,
        revision=row.revision,
        changes={name: [_hidden(name, old), _hidden(name, new)] for name, (old, new) in changes.items()},
    )


def _who():
    by, *how = _actor.get()
    if isinstance(by, SimpleLazyObject):
        by = by if by.is_authenticated else None
    return by, *how


def _hidden(name, value):
    """A password is known to have changed, never what it was."""
    return HIDDEN if name == "password" and value is not None else value


class RecordedQuerySet(models.QuerySet[Any]):
    """Rows whose bulk methods leave the same history as ``save`` and ``delete``."""

    def bulk_create(
        self, objs, *args, update_conflicts=False, ignore_conflicts=False, action=Action.CREATED, **kwargs
    ):
        if update_conflicts or ignore_conflicts:
            raise TypeError("Rows that stand are changed by saving them.")
        with together(self.db):
            made = super().bulk_create(objs, *args, **kwargs)
            write(action, made)
        return made

    # What is written are the rows that were locked and read, not those that answer to the filter a moment later.

    def update(self, **values):
        with together(self.db):
            before, changed = self._locked(), 0
            known = self._stands_as_given(values)
            after = {row.pk: row.as_updated(values) for row in before if known}
            for these in self._parts(before):
                changed += models.QuerySet.update(these, **values | {"revision": F("revision") + 1})
                if not known:
                    after |= with_words(these).in_bulk()
            write(Action.CHANGED, [after[row.pk] for row in before], before)
        return changed

    def delete(self):
        deleted: Counter = Counter()
        with together(self.db):
            rows = self._locked()
            delete_what_belongs_to(rows)
            write(Action.DELETED, rows)
            for these in self._parts(rows):
                deleted.update(models.QuerySet.delete(these)[1])
        return deleted.total(), dict(deleted)

    def _locked(self):
        """These rows as they stand, locked until the transaction ends, always in the same order."""
        return list(with_words(self.order_by("pk")).select_for_update(of=("self",), no_key=True))

    def _stands_as_given(self, values) -> bool:
        """Whether the database keeps ``values`` as they are: yes, no, nothing or a choice; it works nothing out."""
        return all(
            value is None or isinstance(value, bool) or (isinstance(value, str) and self._is_choice(name))
            for name, value in values.items()
        )

    def _is_choice(self, name) -> bool:
        return bool(self.model._meta.get_field(name).choices)

    def _parts(self, rows):
        """``rows`` as plain querysets, each of no more keys than a database takes in one question."""
        keys = [row.pk for row in rows]
        for start in range(0, len(keys), 900):
            yield self.model._base_manager.using(self.db).filter(pk__in=keys[start : start + 900])


def with_words(rows):
    """``rows`` (a queryset) with the relations whose names history keeps: one query for however many rows."""
    names = rows.model.relations_named()
    return rows.select_related(*names) if names else rows


def delete_what_belongs_to(rows) -> None:
    """Delete, with their history, the rows that would go with ``rows`` unsaid, as the exhibits of a case."""
    for relation in rows[0]._meta.related_objects if rows else ():
        if relation.on_delete is models.CASCADE and issubclass(relation.related_model, Recorded):
            relation.related_model.objects.filter(**{f"{relation.field.name}__in": rows}).delete()


class Recorded(models.Model):
    """A row whose every change leaves history, and which is saved only from the state that it was read in."""

    # Fields that are not told: made from others, or no fact of the office.
    UNTOLD = frozenset({"id", "revision"})
    # Relations that are not told, but stand in the words of the row.
    SAID_WITH: tuple[str, ...] = ()

    # Counts the changes: a form carries the one that it was made from.
    revision = models.PositiveIntegerField(default=1, editable=False)
    # The revision that is being saved over, and what the database gave when the row was read.
    _replaces: int | None = None
    _read: tuple | None = None

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        # Rows that are moved from one row to another, too, leave history: `unit.people.add(person)`.
        base_manager_name = "objects"

    @property
    def return_id(self) -> int | None:
        """The return that this row belongs to."""
        return None

    @property
    def of_record(self):
        """The lineage of the record that this row is, or belongs to."""
        return None

    @classmethod
    def told_fields(cls) -> list:
        """The fields that history keeps."""
        return [field for field in cls._meta.concrete_fields if field.name not in cls.UNTOLD]

    @classmethod
    def relations_named(cls) -> list[str]:
        """The relations that a row is read with, so that history can be written without asking for each."""
        return [field.name for field in cls.told_fields() if field.is_relation] + [*cls.SAID_WITH]

    def told(self) -> dict:
        """The facts of this row as history keeps them: relations by their name, empty ones as None."""
        return {field.name: self.told_of(field) for field in self.told_fields()}

    def told_of(self, field):
        """One of these facts."""
        value = field.value_from_object(self)
        if value in (None, ""):
            return None
        return str(getattr(self, field.name)) if field.is_relation else field.to_python(value)

    def as_updated(self, values):
        """This row, which is locked, as an UPDATE with ``values`` leaves it."""
        after = copy.copy(self)
        for name, value in values.items():
            setattr(after, name, value)
        after.revision += 1
        return after

    def save(self, *args, update_fields=None, **kwargs):
        """Save and write the history; Stale where the row has changed since it was read."""
        if update_fields is not None and not set(update_fields) - self.UNTOLD:
            return super().save(*args, update_fields=update_fields, **kwargs)
        if update_fields is not None:
            update_fields = {*update_fields, "revision"}
        before = self._as_stored()
        if before is None and not self._state.adding:
            # Somebody has deleted it: it is not made anew under its old key.
            raise Stale
        with together(), self.guarded(before):
            if before is None:
                super().save(*args, update_fields=update_fields, **kwargs)
                write(Action.CREATED, [self])
            else:
                with self._next_revision():
                    super().save(*args, update_fields=update_fields, **kwargs)
                write(Action.CHANGED, [self], [before], update_fields)

    def delete(self, *args, **kwargs):
        """Delete and write the history; Stale where the row has changed since it was read."""
        before = self._as_stored()
        if before is None:
            raise Stale
        with together(), self.guarded(before):
            locked = type(self)._base_manager.select_for_update(no_key=True).filter(pk=self.pk, revision=self.revision)
            if not locked.exists():
                raise Stale
            delete_what_belongs_to([before])
            write(Action.DELETED, [before])
            return super().delete(*args, **kwargs)

    @contextmanager
    def guarded(self, before) -> Iterator[None]:
        """What must hold while this row is written; ``before`` is the row as it stands, None for a new one."""
        yield

    @classmethod
    def from_db(cls, db, field_names, values, **kwargs):
        made = super().from_db(db, field_names, values, **kwargs)
        made._read = (db, field_names, values)
        return made

    def _as_stored(self):
        """The row as it was read, which the UPDATE then asks for by its revision; None for a new one."""
        if self.pk is None:
            return None
        if self._read is not None and len(self._read[1]) == len(self._meta.concrete_fields):
            read = type(self).from_db(*self._read)
            if (read.pk, read.revision) == (self.pk, self.revision):
                return read
        return type(self)._base_manager.filter(pk=self.pk).first()

    @contextmanager
    def _next_revision(self):
        self.revision += 1
        self._replaces = self.revision - 1
        try:
            yield
        except BaseException:
            self.revision -= 1
            raise
        finally:
            self._replaces = None

    def _do_update(self, base_qs, *args, **kwargs):
        """Django's own UPDATE of one row, with the revision in its WHERE: of two saves from one state one stands."""
        if self._replaces is None:
            return super()._do_update(base_qs, *args, **kwargs)
        updated = super()._do_update(base_qs.filter(revision=self._replaces), *args, **kwargs)
        if not updated:
            raise Stale
        return updated
