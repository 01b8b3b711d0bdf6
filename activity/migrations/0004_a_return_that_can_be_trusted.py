import activity.models.limits
import activity.models.text
import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activity', '0003_search_the_words_of_choices'),
    ]

    operations = [
        migrations.RenameModel('StatusChange', 'ReturnStep'),
        migrations.RenameField('ReturnStep', 'status', 'step'),
        migrations.AlterField(
            model_name='returnstep',
            name='step',
            field=models.CharField(choices=[('submitted', 'Submitted'), ('sent_back', 'Sent back'), ('checked', 'Checked'), ('unchecked', 'Check taken back'), ('approved', 'Approved'), ('amended', 'Opened for amendment')], max_length=20),
        ),
        migrations.AlterField(
            model_name='returnstep',
            name='unit_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='activity.unitreturn'),
        ),
        migrations.AddField(
            model_name='returnstep',
            name='as_deputy',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='returnstep',
            name='kinds',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(choices=[('head', 'Head of the unit'), ('commander', 'Provincial command')], max_length=20, verbose_name='deputises as')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(help_text='The right ends by itself at the end of this day.', verbose_name='last day')),
                ('reason', activity.models.text.TextLine(help_text='The order or decision, with its number.', max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': "deputy's right",
                'verbose_name_plural': "deputies' rights",
                'ordering': ['-last_day', 'pk'],
            },
            bases=(activity.models.limits.AnswersAtFields, models.Model),
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('last_day', models.DateField(verbose_name='until the end of')),
                ('reason', activity.models.text.TextLine(max_length=500, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'extension',
                'verbose_name_plural': 'extensions',
                'ordering': ['last_day', 'pk'],
            },
            bases=(activity.models.limits.AnswersAtFields, models.Model),
        ),
        migrations.CreateModel(
            name='History',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('way', models.CharField(choices=[('page', 'on the pages'), ('admin', 'in the administration'), ('command', 'by a command of the system')], max_length=10)),
                ('action', models.CharField(choices=[('created', 'Created'), ('copied', 'Copied into a new version'), ('changed', 'Changed'), ('deleted', 'Deleted'), ('exported', 'Exported')], max_length=10)),
                ('model', models.CharField(max_length=40)),
                ('row', models.BigIntegerField(null=True)),
                ('said', models.CharField(max_length=400)),
                ('lineage', models.UUIDField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('changes', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SectionDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(error_messages={'unique': 'Another section answers for this kind.'}, max_length=30, unique=True, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'kind that a section checks',
                'verbose_name_plural': 'kinds that the sections check',
                'ordering': ['pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='returnkind',
            options={'verbose_name': 'mark of a kind'},
        ),
        migrations.AddField(
            model_name='criminalcase',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='exhibit',
            name='lineage',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='exhibit',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='foreignevent',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='patrol',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='propagandasession',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='quarter',
            name='closed',
            field=models.BooleanField(default=False, help_text='After the close figures change by an amendment with a written reason alone.', verbose_name='closed'),
        ),
        migrations.AddField(
            model_name='quarter',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='returnkind',
            name='checked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='returnkind',
            name='checked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by'),
        ),
        migrations.AddField(
            model_name='returnkind',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='specialproject',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='unit',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='unitreturn',
            name='reason',
            field=models.TextField(blank=True, editable=False, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='unitreturn',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='user',
            name='revision',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='returnkind',
            name='kind',
            field=models.CharField(max_length=30, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='returnkind',
            name='nothing_to_report',
            field=models.BooleanField(default=False, verbose_name='nothing to report'),
        ),
        migrations.AddConstraint(
            model_name='returnkind',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True)), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False)), _connector='OR'), name='a_tick_names_who_and_when'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to=settings.AUTH_USER_MODEL, verbose_name='deputy'),
        ),
        migrations.AddField(
            model_name='extension',
            name='granted_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='granted by'),
        ),
        migrations.AddField(
            model_name='extension',
            name='quarter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='activity.quarter', verbose_name='quarter'),
        ),
        migrations.AddField(
            model_name='extension',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='activity.unit', verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='history',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='history',
            name='unit_return',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='history', to='activity.unitreturn'),
        ),
        migrations.AddField(
            model_name='sectionduty',
            name='section',
            field=models.ForeignKey(limit_choices_to={'kind': 'section'}, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='activity.unit', verbose_name='section'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='a_delegation_ends_after_it_begins', violation_error_code='last_day', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_delegation_has_a_reason', violation_error_code='reason', violation_error_message='Write the order or decision.'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='an_extension_has_a_reason', violation_error_code='reason', violation_error_message='Write the reason.'),
        ),
        migrations.AddIndex(
            model_name='history',
            index=models.Index(fields=['model', 'row'], name='history_of_a_row'),
        ),
        migrations.AddIndex(
            model_name='history',
            index=models.Index(fields=['lineage'], name='history_of_a_record'),
        ),
    ]
