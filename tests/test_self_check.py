"""The self-check: silent over sound data, loud over a figure or a day that somebody wrote past the models."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from activity.models import UnitReturn
from activity.models.choices import Status

from . import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrol(post, quarter, head, commander):
    unit_return = factories.made_return(post, quarter)
    patrol = factories.made_patrol(unit_return, times=3, participant_turns=20)
    UnitReturn.objects.filter(pk=unit_return.pk).moved(Status.SUBMITTED)
    unit_return.refresh_from_db()
    factories.ticked(unit_return).approve(by=commander)
    return patrol


def test_sound_data_pass(patrol, capsys):
    call_command("self_check")
    assert "equals its recount" in capsys.readouterr().out


def test_a_changed_figure_is_found(patrol, capsys):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activity_figure SET value = 4 WHERE measure = 'patrols' AND part = ''")
    with pytest.raises(CommandError, match="1 findings"):
        call_command("self_check")
    assert "stored 4.0, counted 3" in capsys.readouterr().err


def test_a_stray_record_is_found(patrol, quarter, capsys):
    with connection.cursor() as cursor:
        day = quarter.last_day + datetime.timedelta(days=1)
        cursor.execute("UPDATE activity_patrol SET date = %s WHERE id = %s", [day, patrol.pk])
    with pytest.raises(CommandError, match="1 findings"):
        call_command("self_check")
    assert "lies outside" in capsys.readouterr().err
