"""Two people at one record: field by field what was typed beside what stands now, and what is chosen of the two."""

import uuid
from dataclasses import dataclass

from .changes import Change, as_read, change_of
from .fields import Revision
from .forms import record_form, rows_form
from .models.history import History, differences

MINE, THEIRS, ROWS = "mine", "theirs", "rows"


@dataclass(frozen=True)
class Difference:
    """One field (or the rows as a whole): what stands now and who wrote it, what was typed, and which is chosen.

    Nothing is chosen yet where both people changed it.
    """

    name: str
    label: str
    theirs: tuple[str, ...]
    who: str
    mine: tuple[str, ...]
    chosen: str | None


@dataclass(frozen=True)
class Clash:
    """All that differs, and the change that was saved last while somebody typed."""

    last: Change | None
    differences: tuple[Difference, ...]
    # The revision of what stands now, over which the choice will be saved.
    revision: int

    @property
    def is_open(self) -> bool:
        return any(difference.chosen is None for difference in self.differences)


def clash_of(stored, form, rows=None) -> Clash:
    """Compare a form of what was typed, and its rows, with ``stored``, over the state that the form was made from.

    That state is worked out from the history. What was sent holds the choices made before as `choose-<field>`.
    """
    sent = form.data
    seen = Revision().clean(sent.get("revision"))
    since = list(History.objects.about(stored).filter(revision__gt=seen).newest_first())
    base: dict = {}
    last: dict = {}
    for entry in reversed(since):
        for name, (old, _new) in entry.changes.items():
            base.setdefault(name, old)
            last[name] = entry
    found = []
    for field, (theirs, mine) in _fields_that_differ(stored, form):
        name = field.name
        before = _from_history(field, base[name]) if name in base else theirs
        words = ((as_read(field, theirs),), _who(last.get(name)), (as_read(field, mine),))
        chosen = _chosen(sent, name, before, theirs, mine)
        found.append(Difference(name, field.verbose_name, *words, chosen))
    if rows is not None and (of_rows := _rows_that_differ(stored, rows, sent)):
        since.append(of_rows[1])
        found.append(of_rows[0])
    newest = max(filter(None, since), key=lambda entry: entry.pk, default=None)
    return Clash(newest and change_of(newest), tuple(found), stored.revision)


def _fields_that_differ(stored, form):
    differing = differences(stored, form.instance)
    return [(stored._meta.get_field(name), differing[name]) for name in form.fields if name in differing]


def _from_history(field, value):
    """A value as a row would tell it; of a relation history keeps the name."""
    return value if value is None or field.is_relation else field.to_python(value)


def _rows_that_differ(stored, rows, sent):
    """The difference of the rows as a whole, and their last change; None where none differ."""
    theirs, mine = ([row.said() for row in part] for part in (rows.there(stored), rows.kept()))
    if theirs == mine:
        return None
    of_rows = History.objects.filter(model=rows.model._meta.model_name, lineage=stored.lineage)
    last = of_rows.filter(unit_return=stored.unit_return_id).newest_first().first()
    written = last if "; ".join(theirs) != rows.seen() else None
    chosen = _chosen(sent, ROWS, rows.seen(), "; ".join(theirs), "; ".join(mine))
    label = rows.model._meta.verbose_name_plural
    return Difference(ROWS, label, tuple(theirs), _who(written), tuple(mine), chosen), written


def _who(entry) -> str:
    return change_of(entry).who if entry else ""


def _chosen(sent, name, before, theirs, mine) -> str | None:
    """What was chosen, else what only one of the two has changed."""
    choice = sent.get(f"choose-{name}")
    if choice in {MINE, THEIRS}:
        return choice
    if theirs == before:
        return MINE
    return THEIRS if mine == before else None


def chosen_data(data, clash: Clash, stands: dict[str, str]):
    """What a form would send of what was chosen: ``data`` as it was typed, with what ``stands`` put in."""
    data = data.copy()
    for difference in clash.differences:
        if difference.chosen == THEIRS and difference.name == ROWS:
            data = _without_rows(data)
            data.update({name: value for name, value in stands.items() if name.startswith("rows-")})
        elif difference.chosen == THEIRS:
            data[difference.name] = stands[difference.name]
    # What is written over is what the person was shown; the next comparison begins there.
    data["revision"] = data.pop("shown")[-1]
    if "rows-seen" in stands:
        data["rows-seen"] = stands["rows-seen"]
    return data


def as_sent(kind, record) -> dict[str, str]:
    """What a browser sends of the form of a record in which nothing was changed."""
    sent, make_rows = sent_by(record_form(kind)(instance=record)), rows_form(kind)
    if make_rows:
        rows = make_rows(instance=record, prefix=ROWS)
        for line in (rows.management_form, *rows.initial_forms):
            sent |= sent_by(line)
        sent |= {"rows-TOTAL_FORMS": str(rows.initial_form_count()), "rows-seen": rows.seen()}
    return sent


def sent_by(form) -> dict[str, str]:
    """What a browser sends of a form in which nothing was changed; nothing (empty) of a box without its tick."""
    return {field.html_name: _sent(field) for field in form}


def _sent(field) -> str:
    value = field.value()
    if isinstance(value, bool):
        return "on" if value else ""
    shown = field.field.widget.format_value(value)
    return "".join(shown) if isinstance(shown, list) else str(shown if shown is not None else "")


def over_what_stands(kind, data, stored):
    """``data`` with its rows laid over those that stand now: rows that are gone become new, others are to be deleted.

    Without it a row that somebody added or deleted meanwhile would pass unsaid, or be refused by its number.
    """
    make_rows = rows_form(kind)
    if make_rows is None:
        return data
    stands = as_sent(kind, stored) if stored.pk else {}
    there = [_line(stands, number) for number in range(int(stands.get("rows-TOTAL_FORMS", 0)))]
    total = Revision().clean(data.get("rows-TOTAL_FORMS"))
    typed = [_line(data, number) for number in range(min(total, 1000))]
    by_key = {line["id"]: line for line in typed if line.get("id")}
    lines = [by_key.pop(line["id"], line | {"DELETE": "on"}) for line in there]
    lost = [line for line in typed if line.get("id", "") in {"", *by_key} and "DELETE" not in line]
    # A new row belongs to the record of its form, whichever it was typed for.
    of_record = make_rows.fk.name  # type: ignore[attr-defined]
    lines += [{name: value for name, value in line.items() if name not in {"id", of_record}} for line in lost]
    seen, data = data.get("rows-seen", ""), _without_rows(data)
    data.update({f"rows-{number}-{name}": value for number, line in enumerate(lines) for name, value in line.items()})
    counts = {"rows-TOTAL_FORMS": len(lines), "rows-INITIAL_FORMS": len(there), "rows-seen": seen}
    data.update({name: str(value) for name, value in counts.items()})
    return data


def _line(data, number) -> dict[str, str]:
    prefix = f"rows-{number}-"
    return {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix) and data[name]}


def _without_rows(data):
    data = data.copy()
    for name in [name for name in data if name.startswith("rows-")]:
        del data[name]
    return data


def as_new(kind, data):
    """``data`` of a record that is gone, as a new form would send it."""
    data = over_what_stands(kind, data, kind.model()).copy()
    data["lineage"] = str(uuid.uuid4())
    return data
