"""`manage.py self_check`: recount what was approved, and look for what was written past the models."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from django.core.management import BaseCommand, CommandError
from django.db.models import Count, Exists, OuterRef

from activity.changes import recorded_models
from activity.kinds import ALL_KINDS
from activity.measures import tally
from activity.models.choices import Status
from activity.models.figure import Figure
from activity.models.history import HIDDEN, Action, History
from activity.models.returns import UnitReturn

# Rows compared with their history at once, so that memory does not grow with the database.
AT_ONCE = 500


def strays() -> Iterator[str]:
    """Records whose day lies outside the quarter of their return."""
    for kind in ALL_KINDS:
        for record in kind.model.objects.strays().select_related("unit_return__unit", "unit_return__quarter"):
            yield f"{kind.slug} {record.pk}: {record.date} lies outside {record.unit_return}"


def differences() -> Iterator[str]:
    """Stored figures, of versions in force and superseded, that differ from a recount of their records."""
    approved = UnitReturn.objects.filter(status__in=[Status.APPROVED, Status.SUPERSEDED])
    counted = {(pk, measure, part): value for pk, measure, part, value in tally(approved)}
    figures = Figure.objects.filter(unit_return__in=approved)
    stored = {row[:3]: row[3] for row in figures.values_list("unit_return_id", "measure", "part", "value")}
    names = {row.pk: f"{row}, version {row.version}" for row in approved.select_related("unit", "quarter")}
    for key in sorted(stored.keys() | counted.keys()):
        if stored.get(key) != counted.get(key):
            yield f"{names[key[0]]}, {key[1]} {key[2]}: stored {stored.get(key)}, counted {counted.get(key)}"


def unsaid(model) -> Iterator[str]:
    """Rows that are not what their history made of them: a value is another, or the row is gone.

    Relations are not compared: history keeps the name that they had, which may have changed since.
    """
    fields = [field for field in model.told_fields() if not field.is_relation]
    rows, last = model._base_manager.order_by("pk"), 0
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = some[-1].pk
        kept = last_told(model, [row.pk for row in some])
        for row in some:
            yield from _other_values(row, kept[row.pk], fields)
    deleted = of_model(model).filter(row=OuterRef("row"), action=Action.DELETED)
    there = model._base_manager.filter(pk=OuterRef("row"))
    gone = of_model(model).filter(~Exists(deleted), ~Exists(there)).order_by("row").values_list("row", flat=True)
    for pk in gone.distinct().iterator():
        yield f"{model._meta.model_name} {pk}: is gone, and no history says who deleted it"


def _other_values(row, kept, fields) -> Iterator[str]:
    for field in fields:
        now, told = row.told_of(field), kept.get(field.name, HIDDEN)
        if told != HIDDEN and now != (None if told is None else field.to_python(told)):
            yield f"{row._meta.model_name} {row.pk}, {field.name}: is {now}, the history says {told}"


def last_told(model, keys) -> dict[int, dict]:
    """The last value that history knows of each field of these rows."""
    kept: dict = defaultdict(dict)
    entries = of_model(model).filter(row__in=keys).order_by("pk").values_list("row", "changes")
    for pk, changes in entries.iterator():
        kept[pk] |= {name: new for name, (_old, new) in changes.items()}
    return kept


def of_model(model):
    return History.objects.filter(model=model._meta.model_name)


def without_history(rows):
    """Those of ``rows`` (a queryset) that were written before history was kept."""
    return rows.filter(~Exists(of_model(rows.model).filter(row=OuterRef("pk"))))


def notes() -> Iterator[str]:
    """What cannot be checked, since it is older than the history."""
    for model in recorded_models().values():
        if count := without_history(model._base_manager.all()).count():
            yield f"{count} × {model._meta.model_name} from before history was kept: not compared."
    returns: dict = defaultdict(int)
    for kind in ALL_KINDS:
        records = kind.model._base_manager.filter(unit_return__status__in=[Status.DRAFT, Status.SUBMITTED])
        for pk, count in without_history(records).order_by().values_list("unit_return").annotate(Count("pk")):
            returns[pk] += count
    for row in UnitReturn.objects.filter(pk__in=returns).select_related("unit", "quarter"):
        yield f"{row}: nobody knows who entered {returns[row.pk]} of its records; who did may approve it."


class Command(BaseCommand):
    help = "Recounts approved figures, looks for records outside their quarter, compares every row with its history."

    def handle(self, **options):
        for note in notes():
            self.stdout.write(note)
        count = 0
        for line in chain(strays(), differences(), *map(unsaid, recorded_models().values())):
            self.stderr.write(line)
            count += 1
        if count:
            raise CommandError(f"{count} findings.")
        self.stdout.write(
            "Every stored figure equals its recount; no record lies outside its quarter; every row is what its "
            "history says."
        )
