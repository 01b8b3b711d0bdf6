"""What stands from before: a send-back was kept as the state it led to, and exhibits had no lineage."""

import uuid

from django.db import migrations


def forwards(apps, schema_editor):
    apps.get_model("activity", "ReturnStep").objects.filter(step="draft").update(step="sent_back")
    exhibits = apps.get_model("activity", "Exhibit").objects
    standing = list(exhibits.only("pk"))
    for exhibit in standing:
        exhibit.lineage = uuid.uuid4()
    exhibits.bulk_update(standing, ["lineage"], batch_size=500)


def backwards(apps, schema_editor):
    apps.get_model("activity", "ReturnStep").objects.filter(step="sent_back").update(step="draft")


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_a_return_that_can_be_trusted")]

    operations = [migrations.RunPython(forwards, backwards)]
