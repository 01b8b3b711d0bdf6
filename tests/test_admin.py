"""The administrator's rooms: units, people and quarters, and nothing of figures."""

import datetime

import pytest
from django.contrib import admin
from django.db import DatabaseError
from django.urls import reverse

from activity.models import Quarter, Unit, User
from activity.models.choices import Role

from . import reading
from .factories import made_quarter, made_return

pytestmark = pytest.mark.django_db

ROOMS = ("unit", "user", "quarter")
SECRET = "hai-mươi-bốn-con-sóc"


@pytest.fixture
def office(client, admin_user):
    """A client of the administrator."""
    client.force_login(admin_user)
    return client


def address(room, action, *args):
    return reverse(f"admin:activity_{room}_{action}", args=args)


def errors(answer):
    """What a refused form says, by field."""
    assert answer.status_code == 200, "saved"
    return {name: list(said) for name, said in answer.context["adminform"].form.errors.items()}


def fields(answer):
    """The names of all fields that a form sends."""
    tree = reading.page(answer)
    return {reading.attribute(e, "name") for e in reading.elements(tree, *reading.FIELDS)}


def test_there_are_rooms_for_units_people_and_quarters_and_for_nothing_else():
    assert {model._meta.model_name for model in admin.site._registry} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_opens_in_vietnamese(office, staff, quarter, room):
    row = {"unit": staff.unit, "user": staff, "quarter": quarter}[room]
    for where in (
        address(room, "changelist"),
        address(room, "add"),
        address(room, "change", row.pk),
        address(room, "history", row.pk),
        address(room, "delete", row.pk),
        f"{address(room, 'changelist')}?q=tra&o=-1",
    ):
        answer = office.get(where, follow=True)
        assert answer.status_code == 200
        assert reading.attribute(reading.one(reading.page(answer), "html"), "lang") == "vi"


def test_the_front_room_opens_and_the_pages_of_figures_stay_closed(office):
    assert office.get("/").url == reverse("admin:index")
    assert office.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("room", ROOMS)
def test_the_pages_of_the_admin_hold_no_code_of_their_own(office, staff, quarter, room):
    for where in (address(room, "changelist"), address(room, "add")):
        assert reading.inline_code(reading.page(office.get(where))) == []


def test_a_unit_is_added(office, command):
    sent = {
        "name": "Đồn Biên phòng Quang Long",
        "short_name": "Đồn BP Quang Long",
        "code": "quang-long",
        "kind": "post",
        "parent": command.pk,
        "position": "12",
        "reports": "on",
    }
    assert office.post(address("unit", "add"), sent).status_code == 302
    unit = Unit.objects.get(code="quang-long")
    assert (unit.parent, unit.position, unit.reports) == (command, 12, True)


def test_a_unit_that_belongs_to_nobody_is_refused_at_its_field(office):
    sent = {"name": "Đồn", "short_name": "Đồn", "code": "don", "kind": "post", "position": "1"}
    assert errors(office.post(address("unit", "add"), sent)) == {
        "parent": ["Chỉ Bộ Chỉ huy đứng trên cùng; hãy chọn đơn vị cấp trên."]
    }


def person(**fields):
    sent = {"username": "moi", "usable_password": "true", "password1": SECRET, "password2": SECRET}
    return sent | {"last_name": "Trà Lĩnh", "first_name": "Cán bộ"} | fields


@pytest.mark.parametrize("role", [Role.STAFF, Role.HEAD, Role.CHECKER, Role.COMMANDER])
def test_a_person_is_added_with_role_and_unit_and_can_sign_in(office, post, role, client):
    answer = office.post(address("user", "add"), person(role=role, unit=post.pk))
    assert answer.status_code == 302
    added = User.objects.get(username="moi")
    assert (added.role, added.unit, added.is_staff, added.is_superuser) == (role, post, False, False)
    assert client.login(username="moi", password=SECRET)


def test_an_administrator_is_added_without_a_unit_and_enters(office, client):
    assert office.post(address("user", "add"), person(role=Role.ADMIN, unit="")).status_code == 302
    client.logout()
    assert client.login(username="moi", password=SECRET)
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("role", [Role.STAFF, Role.HEAD, Role.CHECKER, Role.COMMANDER])
def test_a_person_without_a_unit_is_refused_at_the_field(office, role):
    refused = errors(office.post(address("user", "add"), person(role=role, unit="")))
    assert refused == {"unit": ["Chọn đơn vị; chỉ quản trị hệ thống được để trống."]}


def test_a_person_s_role_can_change_and_the_door_of_the_admin_with_it(office, staff):
    sent = {"username": "staff", "role": Role.ADMIN, "unit": staff.unit.pk, "is_active": "on"}
    assert office.post(address("user", "change", staff.pk), sent).status_code == 302
    staff.refresh_from_db()
    assert (staff.role, staff.is_staff, staff.is_superuser) == (Role.ADMIN, True, True)
    assert office.post(address("user", "change", staff.pk), sent | {"role": Role.STAFF}).status_code == 302
    staff.refresh_from_db()
    assert (staff.role, staff.is_staff, staff.is_superuser) == (Role.STAFF, False, False)


@pytest.mark.parametrize("action", ["add", "change"])
def test_no_form_of_a_person_shows_the_flags_and_permissions_of_django(office, staff, action):
    shown = fields(office.get(address("user", action, *([staff.pk] if action == "change" else []))))
    assert {"username", "role", "unit"} <= shown
    assert not shown & {"is_superuser", "is_staff", "groups", "user_permissions"}


def test_a_flag_that_is_sent_all_the_same_is_not_taken(office, staff):
    sent = {"username": "staff", "role": Role.STAFF, "unit": staff.unit.pk, "is_active": "on"}
    office.post(address("user", "change", staff.pk), sent | {"is_superuser": "on", "is_staff": "on"})
    staff.refresh_from_db()
    assert (staff.is_superuser, staff.is_staff) == (False, False)


def test_a_new_quarter_is_proposed_with_its_dates(office, quarter):
    tree = reading.page(office.get(address("quarter", "add")))
    proposed = {
        name: reading.attribute(reading.one(tree, "input", name=name), "value")
        for name in ("year", "first_day", "last_day", "due_day")
    }
    assert proposed == {"year": "2024", "first_day": "15/03/2024", "last_day": "14/06/2024", "due_day": "18/06/2024"}


def quarter_of(**fields):
    sent = {"year": "2024", "number": "2", "first_day": "15/3/2024", "last_day": "14/6/2024", "due_day": "18/6/2024"}
    return sent | fields


def test_a_quarter_is_added_and_its_days_are_read_day_first(office):
    assert office.post(address("quarter", "add"), quarter_of(first_day="05/3/2024")).status_code == 302
    added = Quarter.objects.get()
    assert (added.code, added.first_day) == ("2024Q2", datetime.date(2024, 3, 5))


@pytest.mark.parametrize(
    ("asked", "due"), [("15/6/2024", 17), ("16/6/2024", 17), ("17/6/2024", 17), ("21/6/2024", 21), ("22/6/2024", 24)]
)
def test_a_due_day_at_a_weekend_moves_to_the_next_working_day(office, asked, due):
    assert office.post(address("quarter", "add"), quarter_of(due_day=asked)).status_code == 302
    assert Quarter.objects.get().due_day == datetime.date(2024, 6, due)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"first_day": "14/3/2024"}, "first_day", "quý I/2024"),
        ({"number": "1", "year": "2024"}, "number", "Quý này đã có."),
        ({"last_day": "14/3/2024", "first_day": "15/3/2024"}, "last_day", "trước ngày đầu"),
        ({"due_day": "13/6/2024"}, "due_day", "trước ngày cuối"),
    ],
    ids=["overlap", "double", "ends before it begins", "due before it ends"],
)
def test_a_quarter_that_cannot_be_is_refused_in_vietnamese_at_its_field(office, quarter, wrong, field, words):
    refused = errors(office.post(address("quarter", "add"), quarter_of(**wrong)))
    assert words in " ".join(refused[field])
    assert Quarter.objects.count() == 1


def test_a_quarter_with_a_return_can_be_read_but_not_sent(office, post, quarter):
    made_return(post, quarter)
    assert "first_day" not in fields(office.get(address("quarter", "change", quarter.pk)))


@pytest.mark.parametrize("room", ["unit", "quarter"])
def test_what_has_returns_cannot_be_deleted(office, post, quarter, room):
    row = {"unit": post, "quarter": quarter}[room]
    made_return(post, quarter)
    office.post(address(room, "delete", row.pk), {"post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


def test_the_quarters_are_listed_newest_first_with_dates_of_the_office(office):
    made_quarter(2024, 1), made_quarter(2024, 2)
    rows = reading.cells(
        reading.one(reading.page(office.get(address("quarter", "changelist"))), "table", id="result_list")
    )
    assert [row[1] for row in rows[1:]] == ["quý II/2024", "quý I/2024"]


# The installation itself


def test_the_installation_says_that_it_is_well(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_the_installation_says_that_its_database_does_not_answer(client, monkeypatch):
    class Fallen:
        def cursor(self):
            raise DatabaseError("gone")

    monkeypatch.setattr("config.views.connection", Fallen())
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")
