"""The names of what the history keeps, for those who read it; nothing in the database changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ACTIONS = [
    ("created", "Created"),
    ("copied", "Copied into a new version"),
    ("changed", "Changed"),
    ("deleted", "Deleted"),
    ("exported", "Exported"),
]
WAYS = [
    ("page", "on the pages"),
    ("admin", "in the administration"),
    ("command", "by a command of the system"),
]


class Migration(migrations.Migration):
    dependencies = [("activity", "0005_steps_and_exhibits_that_stand")]

    operations = [
        migrations.AlterModelOptions(
            name="history",
            options={"ordering": ["at", "pk"], "verbose_name": "change", "verbose_name_plural": "History of changes"},
        ),
        migrations.AlterField(
            model_name="history",
            name="action",
            field=models.CharField(choices=ACTIONS, max_length=10, verbose_name="what was done"),
        ),
        migrations.AlterField(
            model_name="history",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AlterField(
            model_name="history",
            name="said",
            field=models.CharField(max_length=400, verbose_name="to what"),
        ),
        migrations.AlterField(
            model_name="history",
            name="way",
            field=models.CharField(choices=WAYS, max_length=10, verbose_name="on which way"),
        ),
    ]
