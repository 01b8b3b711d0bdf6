"""Messages to people: that a return is due, and what became of it; each told once."""


import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activity", "0006_history_by_its_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "occasion",
                    models.CharField(
                        choices=[
                            ("in_seven_days", "In Seven Days"),
                            ("in_two_days", "In Two Days"),
                            ("overdue", "Overdue"),
                            ("sent_back", "Sent Back"),
                            ("approved", "Approved"),
                            ("amended", "Amended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("due_day", models.DateField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quarter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activity.quarter"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="activity.returnstep",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activity.unit"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("due_day__isnull", False)),
                        fields=("person", "unit", "quarter", "occasion", "due_day"),
                        name="a_reminder_is_sent_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("step__isnull", False)),
                        fields=("person", "step"),
                        name="a_step_is_told_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("due_day__isnull", False),
                                ("occasion__in", ["in_seven_days", "in_two_days", "overdue"]),
                                ("step__isnull", True),
                            ),
                            models.Q(
                                ("due_day__isnull", True),
                                ("step__isnull", False),
                                models.Q(("occasion__in", ["in_seven_days", "in_two_days", "overdue"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_message_is_of_a_due_day_or_a_step",
                    ),
                ],
            },
        ),
    ]
