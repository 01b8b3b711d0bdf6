"""The indicators that real reports print, off until an administrator chooses the first quarter of each."""

import json
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parent.parent / "data" / "indicators.json"
# What history tells of a row that was created; what is empty is not told.
UNTOLD = {"code"}


def ship(apps, schema_editor):
    indicators, History = apps.get_model("activity", "Indicator").objects, apps.get_model("activity", "History")
    for position, facts in enumerate(json.loads(FILE.read_text(encoding="utf-8")), start=1):
        row = indicators.create(position=position, **facts)
        History.objects.create(
            way="command",
            action="created",
            model="indicator",
            row=row.pk,
            said=row.name,
            revision=row.revision,
            changes={name: [None, value] for name, value in told(row, facts).items()},
        )


def told(row, facts):
    values = {name: value for name, value in facts.items() if name not in UNTOLD}
    return values | {"least": str(row.least), "charted": row.charted, "position": row.position}


def unship(apps, schema_editor):
    apps.get_model("activity", "Indicator").objects.filter(first_quarter=None, answers=None).delete()


class Migration(migrations.Migration):
    dependencies = [("activity", "0019_other_indicators")]

    operations = [migrations.RunPython(ship, unship)]
