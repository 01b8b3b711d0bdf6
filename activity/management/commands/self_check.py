"""`manage.py self_check`: recount what was approved, and look for records that stand outside their quarter."""

from django.core.management import BaseCommand, CommandError

from activity.kinds import KINDS
from activity.measures import tally
from activity.models.figure import Figure
from activity.models.returns import UnitReturn


def strays() -> list[str]:
    """Records whose day lies outside the quarter of their return."""
    return [
        f"{kind.slug} {record.pk}: {record.date} lies outside {record.unit_return}"
        for kind in KINDS
        for record in kind.model.objects.strays().select_related("unit_return__unit", "unit_return__quarter")
    ]


def differences() -> list[str]:
    """Stored figures of returns in force that differ from a recount of their records."""
    approved = UnitReturn.objects.approved()
    counted = {(pk, measure, part): value for pk, measure, part, value in tally(approved)}
    figures = Figure.objects.filter(unit_return__in=approved)
    stored = {row[:3]: row[3] for row in figures.values_list("unit_return_id", "measure", "part", "value")}
    names = {unit_return.pk: str(unit_return) for unit_return in approved.select_related("unit", "quarter")}
    return [
        f"{names[key[0]]}, {key[1]} {key[2]}: stored {stored.get(key)}, counted {counted.get(key)}"
        for key in sorted(stored.keys() | counted.keys())
        if stored.get(key) != counted.get(key)
    ]


class Command(BaseCommand):
    help = "Recounts the figures of approved returns and looks for records outside their quarter."

    def handle(self, **options):
        found = [*strays(), *differences()]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} findings.")
        self.stdout.write("Every stored figure equals its recount; no record lies outside its quarter.")
