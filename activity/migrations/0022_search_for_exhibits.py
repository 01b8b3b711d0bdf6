"""Exhibits are found by their names: those from before are folded as saving folds them now."""

import unicodedata

import activity.models.text
from django.db import migrations


def folded(text):
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def add_names(apps, schema_editor):
    exhibits = apps.get_model("activity", "Exhibit")._base_manager
    for name in set(exhibits.values_list("name", flat=True)):
        exhibits.filter(name=name).update(search_text=folded(name))


class Migration(migrations.Migration):

    dependencies = [
        ('activity', '0021_the_day_of_a_project'),
    ]

    operations = [
        migrations.AddField(
            model_name='exhibit',
            name='search_text',
            field=activity.models.text.DerivedLine(max_length=120),
        ),
        migrations.RunPython(add_names, migrations.RunPython.noop),
    ]
