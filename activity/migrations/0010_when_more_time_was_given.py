"""The time that was given before said not when: its history does."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def forwards(apps, schema_editor):
    history = apps.get_model("activity", "History").objects
    created = history.filter(model="extension", action="created", row=OuterRef("pk")).order_by("pk")
    granted_at = Coalesce(Subquery(created.values("at")[:1]), F("granted_at"))
    apps.get_model("activity", "Extension").objects.update(granted_at=granted_at)


class Migration(migrations.Migration):
    dependencies = [("activity", "0009_more_time_that_can_be_corrected")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
