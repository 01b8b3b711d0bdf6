"""The self-check: silent over sound data, loud over what somebody wrote past the models."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from activity.models import History, UnitReturn, User
from activity.models.amendment import amend
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
    written("UPDATE activity_patrol SET date = %s WHERE id = %s", quarter.last_day + datetime.timedelta(1), patrol.pk)
    assert any("lies outside" in line for line in findings(capsys))


def written(sql, *values):
    """Write past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def findings(capsys) -> list[str]:
    """What the check finds, line by line; it says how many."""
    with pytest.raises(CommandError) as refused:
        call_command("self_check")
    found = capsys.readouterr().err.splitlines()
    assert str(refused.value) == f"{len(found)} findings."
    return found


def test_a_changed_figure_of_a_superseded_version_is_found(patrol, head, commander, capsys):
    first = patrol.unit_return
    second = amend(first, by=head, reason="Sót một lượt")
    factories.made_patrol(second)
    factories.taken_to(Status.APPROVED, second, by=commander)
    call_command("self_check")
    written("UPDATE activity_figure SET value = 4 WHERE measure = 'patrols' AND unit_return_id = %s", first.pk)
    assert all("version 1, patrols" in line for line in findings(capsys))


@pytest.mark.parametrize("size", [1, 3])
def test_a_value_that_no_history_tells_of_is_found_and_counted(patrol, head, capsys, monkeypatch, size):
    monkeypatch.setattr("activity.management.commands.self_check.AT_ONCE", 2)
    draft = amend(patrol.unit_return, by=head, reason="Sót một lượt")
    added = [factories.made_patrol(draft) for _ in range(size)]
    for record in added:
        record.note = "sửa đúng đường"
        record.save()
    call_command("self_check")
    written("UPDATE activity_patrol SET times = 5 WHERE note = %s", "sửa đúng đường")
    assert findings(capsys) == [f"patrol {r.pk}, times: is 5, the history says 1" for r in added]


def test_a_row_that_was_deleted_past_the_models_is_found(post, capsys):
    kept = factories.made_patrol(factories.made_return(post))
    written("DELETE FROM activity_patrol WHERE id = %s", kept.pk)
    assert findings(capsys) == [f"patrol {kept.pk}: is gone, and no history says who deleted it"]


def test_what_was_deleted_by_its_model_is_no_finding(post):
    factories.made_patrol(factories.made_return(post)).delete()
    call_command("self_check")


def test_a_renamed_unit_and_a_password_are_no_findings(patrol, head, capsys):
    post = head.unit
    post.short_name = "Đồn BP Mới"
    post.save()
    head.set_password("hai-mươi-bốn-con-sóc")
    head.save()
    call_command("self_check")
    written("UPDATE activity_user SET role = 'staff' WHERE id = %s", head.pk)
    assert findings(capsys) == [f"user {head.pk}, role: is staff, the history says head"]


def test_rows_from_before_history_was_kept_are_named_and_no_failure(post, staff, capsys):
    unit_return = factories.made_return(post)
    factories.made_patrol(unit_return)
    written("DELETE FROM activity_history")
    call_command("self_check")
    said = capsys.readouterr().out
    assert f"{User.objects.count()} × user from before history was kept" in said
    assert f"{unit_return}: nobody knows who entered 1 of its records" in said
    assert not History.objects.exists()


def test_a_return_whose_records_have_their_history_is_not_named(post, capsys):
    factories.made_patrol(factories.made_return(post))
    call_command("self_check")
    assert "nobody knows" not in capsys.readouterr().out
