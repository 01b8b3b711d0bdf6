"""What a version of a return changed against the one before it: measure by measure, and record by record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Field
from django.utils.formats import localize

from .changes import Line, as_read
from .dates import short_date
from .figures import Number
from .kinds import Kind
from .measures import Measure, exact, in_use, tally
from .models.choices import Status, in_short
from .models.figure import Figure
from .models.record import ActivityRecord
from .models.returns import UnitReturn
from .tables import in_figures, record_address

# The values of a version: by measure and part, the part empty for the whole.
Values = Mapping[tuple[str, str], Number]


@dataclass(frozen=True)
class NumberChange:
    """A number before and after, and by how much it changed, as text: `3.889`, `3.895`, `+6`."""

    label: str
    old: str
    new: str
    change: str


@dataclass(frozen=True)
class MeasureChange:
    """A measure that changed in the whole or in some part; ``parts`` are those that changed."""

    counted_in: str
    whole: NumberChange
    parts: tuple[NumberChange, ...]


@dataclass(frozen=True)
class RecordChange:
    """A record by its day and name. ``fields`` are those that differ: of a new or a deleted record all it says."""

    day: str
    name: str
    address: str
    fields: tuple[Line, ...]


@dataclass(frozen=True)
class KindDifference:
    """The records of a kind that only the later version has, only the earlier one, and both with other figures."""

    kind: Kind
    added: tuple[RecordChange, ...]
    removed: tuple[RecordChange, ...]
    changed: tuple[RecordChange, ...]
    unchanged: int
    # Whether each of the two versions says that there is nothing to report.
    nothing: tuple[bool, bool] = (False, False)

    @property
    def mark_differs(self) -> bool:
        return self.nothing[0] != self.nothing[1]

    def __bool__(self):
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Difference:
    measures: tuple[MeasureChange, ...]
    kinds: tuple[KindDifference, ...]


def difference_of(old: UnitReturn, new: UnitReturn) -> Difference:
    """Compare two versions of a return, read `with_indicators` and (for the marks) `with_progress`.

    Eight queries however many records they hold.
    """
    measures = in_use(new.in_use)
    values = _values(measures, old, new)
    kinds = tuple(replace(_of_kind(kind, old, new), nothing=_say_nothing(kind, old, new)) for kind in new.kinds)
    return Difference(tuple(measure_changes(measures, values[old.pk], values[new.pk])), kinds)


def _say_nothing(kind, old, new) -> tuple[bool, bool]:
    return old.kind_state(kind) == "nothing", new.kind_state(kind) == "nothing"


def _values(measures, *versions) -> dict[int, dict[tuple[str, str], Number]]:
    """The values of each version: as stored when it was approved, of one that was not as its records say now."""
    values: dict[int, dict[tuple[str, str], Number]] = {version.pk: {} for version in versions}
    open_ids = [version.pk for version in versions if version.status not in {Status.APPROVED, Status.SUPERSEDED}]
    by_slug = {measure.slug: measure for measure in measures}
    stored = Figure.objects.filter(unit_return__in=values.keys() - set(open_ids), measure__in=by_slug)
    for pk, measure, part, value in stored.values_list("unit_return_id", "measure", "part", "value"):
        values[pk][measure, part] = exact(value, by_slug[measure])
    if open_ids:
        for pk, measure, part, value in tally(UnitReturn.objects.filter(pk__in=open_ids), open_ids, measures):
            values[pk][measure, part] = value
    return values


def measure_changes(measures: Iterable[Measure], old: Values, new: Values) -> Iterable[MeasureChange]:
    """Yield the measures that changed, in the report's order; a part that was not stored is 0.

    A measure that a version was not asked for, or has not answered, is a dash.
    """
    for measure in measures:
        whole = _number_change(str(measure.label), measure, "", old, new)
        parts = tuple(
            _number_change(str(label), measure, part, old, new)
            for part, label in measure.parts.items()
            if old.get((measure.slug, part), 0) != new.get((measure.slug, part), 0)
        )
        if parts or whole.change != "=":
            yield MeasureChange(str(measure.counted_in), whole, parts)


def _number_change(label: str, measure: Measure, part: str, old: Values, new: Values) -> NumberChange:
    before, after = (_number(measure, part, values) for values in (old, new))
    if before is None or after is None:
        return NumberChange(label, _told_number(before), _told_number(after), "=" if before is after else "")
    return NumberChange(label, in_figures(before), in_figures(after), signed(after - before))


def _number(measure: Measure, part: str, values: Values) -> Number | None:
    value = values.get((measure.slug, part))
    return None if value is None and measure.asked is not None else exact(value, measure)


def _told_number(value: Number | None) -> str:
    return "–" if value is None else in_figures(value)


def signed(difference: Number) -> str:
    """`+6`, `−6`, or `=` where nothing changed."""
    if not difference:
        return "="
    return f"{'+' if difference > 0 else '−'}{localize(abs(difference))}"


def _of_kind(kind: Kind, old: UnitReturn, new: UnitReturn) -> KindDifference:
    before: dict = {}
    after: dict = {}
    for record in _records(kind, old, new):
        is_new = record.unit_return_id == new.pk
        record.unit_return = new if is_new else old
        (after if is_new else before)[record.lineage] = record
    return compare(kind, before, after)


def _records(kind: Kind, old: UnitReturn, new: UnitReturn):
    if kind.is_asked:
        return [*old.answers.values(), *new.answers.values()]
    records = kind.model.objects.filter(unit_return__in=[old.pk, new.pk]).order_by("date", "pk")
    return records.prefetch_related(kind.rows_name) if kind.rows else records


def compare(kind: Kind, before: Mapping, after: Mapping) -> KindDifference:
    """Compare the records of a kind in two versions, given by the lineage that copies keep."""
    kept = [(before[lineage], record) for lineage, record in after.items() if lineage in before]
    changed = [(record, fields) for old, record in kept if (fields := tuple(_field_changes(kind, old, record)))]
    return KindDifference(
        kind,
        added=tuple(_told(kind, after[at], _field_changes(kind, None, after[at])) for at in after if at not in before),
        removed=tuple(
            _told(kind, before[at], _field_changes(kind, before[at], None)) for at in before if at not in after
        ),
        changed=tuple(_told(kind, record, fields) for record, fields in changed),
        unchanged=len(kept) - len(changed),
    )


def _told(kind: Kind, record: ActivityRecord, fields: Iterable[Line]) -> RecordChange:
    """A record under the first of its columns that says something, after the day."""
    names = (in_short(_said(kind.field(name), record)) for name in kind.columns[1:])
    name = next(filter(None, names), str(kind.one))
    return RecordChange(short_date(record.date), name, record_address(kind, record), tuple(fields))


def _field_changes(kind: Kind, old: ActivityRecord | None, new: ActivityRecord | None) -> Iterable[Line]:
    """Yield what differs between two states of a record; None stands for a record that is not there."""
    for name in kind.fields:
        field = kind.field(name)
        before, after = _said(field, old), _said(field, new)
        if before != after:
            yield Line(str(field.verbose_name), before, after)
    if kind.rows:
        yield from _row_changes(kind, *({} if record is None else _rows(kind, record) for record in (old, new)))


def _rows(kind: Kind, record) -> dict:
    return {row.lineage: row for row in getattr(record, kind.rows_name).all()}


def _row_changes(kind: Kind, old: Mapping, new: Mapping) -> Iterable[Line]:
    """The rows of a record, each told as one: `Hêrôin 346,433 gam`."""
    label = str(kind.rows._meta.verbose_name)  # type: ignore[union-attr]
    for lineage in {**old, **new}:
        before, after = (rows[lineage].said() if lineage in rows else "" for rows in (old, new))
        if before != after:
            yield Line(label, before, after)


def _said(field: Field, record: ActivityRecord | None) -> str:
    """A field's value in the office's words; empty where there is none."""
    value = None if record is None else record.told_of(field)
    return "" if value is None else as_read(field, value)
