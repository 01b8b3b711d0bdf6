"""Each unit that was merged knows who carries it on now."""

import django.db.models.deletion
from django.db import migrations, models


def name_heirs(apps, schema_editor):
    Descent, Unit = apps.get_model("activity", "Descent"), apps.get_model("activity", "Unit")
    heirs = dict(Descent.objects.filter(succession__kind="merge").values_list("predecessor", "successor"))
    for unit, heir in heirs.items():
        while heir in heirs:
            heir = heirs[heir]
        Unit.objects.filter(pk=unit).update(carried_on_by=heir)


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0013_wholes_of_measures"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="carried_on_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="carries_on",
                to="activity.unit",
                verbose_name="carried on by",
            ),
        ),
        migrations.RunPython(name_heirs, migrations.RunPython.noop),
    ]
