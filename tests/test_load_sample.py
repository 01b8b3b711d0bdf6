"""`manage.py load_sample`: into an empty database only, with a password that is kept safe."""

import datetime
import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from activity.kinds import KINDS
from activity.models import Exhibit, ReturnStep, UnitReturn, User
from activity.models.choices import Role, Status
from activity.sample.load import load_province

from .factories import made_command, made_quarter, made_user

pytestmark = pytest.mark.django_db


def loaded():
    out = StringIO()
    call_command("load_sample", stdout=out)
    return out.getvalue()


@pytest.fixture
def password_file(settings, tmp_path):
    settings.SAMPLE_PASSWORD = ""
    settings.SAMPLE_PASSWORD_FILE = tmp_path / "sample_password"
    return settings.SAMPLE_PASSWORD_FILE


@pytest.fixture
def quick_load(monkeypatch):
    """Load this quarter's year only."""

    def load(today, password, *, invented):
        load_province(today, password, first_year=today.year, invented=invented)

    monkeypatch.setattr("activity.management.commands.load_sample.load_province", load)


def test_the_made_up_password_is_kept_in_a_file_of_its_owner_alone(quick_load, password_file):
    password_file.write_text("of another time")
    password_file.chmod(0o644)
    out = loaded()
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert User.objects.get(username="staff").check_password(password_file.read_text())
    assert str(password_file) in out


def test_the_head_of_the_sample_has_messages_to_read_and_nobody_is_mailed(quick_load, mailoutbox):
    loaded()
    people = {person.username: person.unread for person in User.objects.all()}
    assert people.pop("head") == people.pop("staff") > 0
    assert set(people.values()) == {0}
    assert mailoutbox == []


def test_a_given_password_is_not_written_anywhere(quick_load, password_file, settings):
    settings.SAMPLE_PASSWORD = "một mật khẩu cho sẵn"
    out = loaded()
    assert User.objects.get(username="commander").check_password("một mật khẩu cho sẵn")
    assert not password_file.exists()
    assert "một mật khẩu" not in out


def test_the_accounts_are_named(quick_load, password_file):
    out = loaded()
    assert [name in out for name in ("staff", "head", "checker", "commander", "admin")] == [True] * 5


@pytest.mark.parametrize("made", [made_command, made_quarter, lambda: made_user(Role.ADMIN)])
def test_a_database_with_data_is_refused(made, password_file):
    made()
    with pytest.raises(CommandError, match="empty database only"):
        loaded()
    assert not UnitReturn.objects.exists()
    assert not password_file.exists()


def test_a_second_load_is_refused_and_changes_nothing(quick_load, password_file):
    loaded()
    password, returns = password_file.read_text(), UnitReturn.objects.count()
    with pytest.raises(CommandError, match="empty database only"):
        loaded()
    assert (password_file.read_text(), UnitReturn.objects.count()) == (password, returns)


def rows_of_a_load(today, first_year):
    """All that a load makes, without the database's own numbers."""
    with transaction.atomic():
        load_province(today, "x", first_year)
        where = ("unit_return__unit__code", "unit_return__quarter__first_day")
        rows = [
            kind.model.objects.order_by(*where, "lineage").values_list(*where, "lineage", *kind.fields)
            for kind in KINDS
        ]
        rows.append(ReturnStep.objects.order_by("pk").values_list(*where, "step", "at", "by__username"))
        rows.append(Exhibit.objects.order_by("pk").values_list("case__lineage", "name", "quantity", "unit"))
        rows = [list(some) for some in rows]
        transaction.set_rollback(True)
    return rows


def test_two_loads_make_the_same_rows():
    today = datetime.date(2024, 5, 2)
    first = rows_of_a_load(today, 2024)
    assert all(first)
    assert rows_of_a_load(today, 2024) == first


def test_a_later_day_leaves_the_quarters_that_were_over_as_they_were():
    def of_the_first_quarter(rows):
        return [[row for row in some if row[1] == datetime.date(2023, 12, 15)] for some in rows[:-1]]

    early = of_the_first_quarter(rows_of_a_load(datetime.date(2024, 7, 1), 2024))
    late = of_the_first_quarter(rows_of_a_load(datetime.date(2024, 9, 30), 2024))
    assert early == late
    assert all(early)


@pytest.mark.parametrize(
    "today",
    [
        datetime.date(2026, 9, 15),  # the first day of quý IV
        datetime.date(2026, 9, 16),  # the due day of quý III
        datetime.date(2026, 9, 17),  # the day after it
        datetime.date(2026, 12, 14),  # the last day of quý IV
        datetime.date(2026, 12, 15),  # already quý I/2027
        datetime.date(2028, 2, 29),
    ],
    ids=str,
)
def test_on_any_day_nothing_lies_ahead_and_every_return_stands_somewhere(today):
    load_province(today, "x", first_year=today.year)
    for kind in KINDS:
        assert not kind.model.objects.filter(date__gt=today).exists()
        assert not kind.model.objects.strays().exists()
    assert all(change.at.date() <= today for change in ReturnStep.objects.all())
    assert UnitReturn.objects.filter(status=Status.DRAFT).count() == 1
    assert UnitReturn.objects.filter(status=Status.SUBMITTED).count() == 1
    assert not any(r.missing_kinds() for r in UnitReturn.objects.exclude(status=Status.DRAFT))
