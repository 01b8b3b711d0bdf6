"""The administrator's rooms: units, people, rights, quarters and the history, and nothing of figures."""

import datetime

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.models import Extension, History, Quarter, SectionDuty, Unit, User
from activity.models.choices import Role
from activity.models.history import acting

from . import reading
from .catalogue import LIBRARIES, OURS, read
from .factories import (
    checks_are_advice,
    made_delegation,
    made_extension,
    made_indicator,
    made_quarter,
    made_redefinition,
    made_return,
    made_unit,
)

pytestmark = pytest.mark.django_db

ROOMS = ("unit", "user", "quarter", "delegation", "sectionduty", "officesettings", "indicator", "redefinition")
# These are read, not written.
TO_BE_READ = ("extension", "history")
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


def test_there_are_rooms_for_units_people_rights_and_quarters_and_for_nothing_else():
    assert {model._meta.model_name for model in admin.site._registry} == {*ROOMS, *TO_BE_READ}


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_opens_in_vietnamese(office, staff, quarter, room):
    row = {
        "unit": lambda: staff.unit,
        "user": lambda: staff,
        "quarter": lambda: quarter,
        "delegation": lambda: made_delegation(staff),
        "sectionduty": lambda: SectionDuty.objects.create(kind="cases", section=staff.unit),
        "officesettings": checks_are_advice,
        "indicator": made_indicator,
        "redefinition": lambda: made_redefinition(),
    }[room]()
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


@pytest.mark.parametrize("room", TO_BE_READ)
def test_rooms_to_be_read_are_not_written(office, post, quarter, commander, room):
    made_extension(post, quarter, granted_by=commander)
    model = {"extension": Extension, "history": History}[room]
    before, pk = list(model.objects.values()), model.objects.last().pk
    assert office.get(address(room, "changelist")).status_code == 200
    shown = office.get(address(room, "change", pk))
    assert shown.status_code == 200
    assert not fields(shown) & {"reason", "last_day", "said", "changes", "_save"}
    for where in (address(room, "add"), address(room, "change", pk), address(room, "delete", pk)):
        assert office.post(where, {"post": "yes", "reason": "x", "said": "x"}).status_code == 403
    office.post(address(room, "changelist"), {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert list(model.objects.values()) == before


def test_the_history_is_found_by_who_by_what_and_by_day(office, admin_user, staff):
    with acting(staff, "page"):
        made_quarter(2024, 1)

    def found(**asked):
        answer = office.get(address("history", "changelist"), asked)
        assert answer.status_code == 200
        return [entry.model for entry in answer.context["cl"].result_list]

    assert found(q="staff", action="created") == ["quarter", "user"]
    assert found(rows="quarter") == ["quarter"]
    assert found(way__exact="page") == ["quarter"]
    today = timezone.localdate()
    assert "quarter" in found(at__year=today.year, at__month=today.month, at__day=today.day)
    assert found(at__year=2020) == []


def test_a_row_s_history_in_the_admin_is_the_office_s_own(office, admin_user, staff):
    sent = {"username": "staff", "role": Role.STAFF, "unit": staff.unit.pk, "is_active": "on", "first_name": "Bình"}
    where = address("user", "change", staff.pk)
    assert office.post(where, sent | revision(office, where)).status_code == 302
    table = reading.one(
        reading.page(office.get(address("user", "history", staff.pk))), "table", class_="history records"
    )
    first = reading.cells(table)[1]
    assert first[1:] == [
        "admin Quản trị hệ thống · trong trang quản trị",
        "Sửa Người dùng: Bình (staff)",
        "Tên: (trống) → Bình",
    ]
    assert not LogEntry.objects.exists()


def revision(office, where):
    """The hidden fields of a form, which say from which state it was made."""
    hidden = [
        e
        for e in reading.elements(reading.page(office.get(where)), "input")
        if reading.attribute(e, "type") == "hidden"
    ]
    return {reading.attribute(e, "name"): reading.attribute(e, "value") for e in hidden}


@pytest.mark.parametrize("size", [3, 60])
def test_the_rooms_of_history_take_the_same_queries_however_long_it_is(office, admin_user, staff, size):
    with acting(staff, "page"):
        for number in range(size):
            staff.first_name = f"Tên {number}"
            staff.save()
    for where, expected in ((address("history", "changelist"), 4), (address("user", "history", staff.pk), 6)):
        office.get(where)  # what Django asks once a process
        with CaptureQueriesContext(connection) as asked:
            assert office.get(where).status_code == 200
        assert len(asked) == expected


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
        "parent": [
            "Chỉ Bộ Chỉ huy hoặc cấp trên của Bộ Chỉ huy mới không trực thuộc đơn vị nào; hãy chọn đơn vị cấp trên."
        ]
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
    sent = {"username": "staff", "role": Role.ADMIN, "unit": staff.unit.pk, "is_active": "on", "revision": "1"}
    assert office.post(address("user", "change", staff.pk), sent).status_code == 302
    staff.refresh_from_db()
    assert (staff.role, staff.is_staff, staff.is_superuser) == (Role.ADMIN, True, True)
    back = sent | {"role": Role.STAFF, "revision": "2"}
    assert office.post(address("user", "change", staff.pk), back).status_code == 302
    staff.refresh_from_db()
    assert (staff.role, staff.is_staff, staff.is_superuser) == (Role.STAFF, False, False)


@pytest.mark.parametrize("action", ["add", "change"])
def test_no_form_of_a_person_shows_the_flags_and_permissions_of_django(office, staff, action):
    shown = fields(office.get(address("user", action, *([staff.pk] if action == "change" else []))))
    assert {"username", "role", "unit"} <= shown
    assert not shown & {"is_superuser", "is_staff", "groups", "user_permissions"}


def test_a_flag_that_is_sent_all_the_same_is_not_taken(office, staff):
    sent = {"username": "staff", "role": Role.STAFF, "unit": staff.unit.pk, "is_active": "on", "revision": "1"}
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
        ({"number": "3"}, "number", "Trước quý này mới có quý I/2024; hãy thêm quý II/2024 trước."),
        ({"year": "20340"}, "number", "hãy thêm quý II/2024 trước."),
        ({"first_day": "16/3/2024"}, "first_day", "quý I/2024 kết thúc ngày 14/3/2024"),
    ],
    ids=["overlap", "double", "ends before it begins", "due before it ends", "left out", "far off", "a day between"],
)
def test_a_quarter_that_cannot_be_is_refused_in_vietnamese_at_its_field(office, quarter, wrong, field, words):
    refused = errors(office.post(address("quarter", "add"), quarter_of(**wrong)))
    assert words in " ".join(refused[field])
    assert Quarter.objects.count() == 1


def test_a_quarter_with_a_return_keeps_its_dates_and_can_be_closed(office, post, quarter):
    made_return(post, quarter)
    where = address("quarter", "change", quarter.pk)
    shown = office.get(where)
    assert not fields(shown) & {"year", "number", "first_day", "last_day", "due_day"}
    assert "14/3/2024" in shown.content.decode()
    sent = {"closed": "on", "first_day": "01/01/2024"}
    assert office.post(where, sent | revision(office, where)).status_code == 302
    now = Quarter.objects.get()
    assert (now.closed, now.first_day) == (True, datetime.date(2023, 12, 15))
    assert History.objects.filter(model="quarter", way="admin").last().changes == {"closed": [False, True]}
    assert office.post(where, revision(office, where)).status_code == 302
    assert not Quarter.objects.get().closed


def test_a_section_s_duty_is_chosen_among_the_kinds_and_given_once(office, command):
    section = made_unit("phong", kind="section", reports=False)
    sent = {"kind": "cases", "section": section.pk}
    assert office.post(address("sectionduty", "add"), sent).status_code == 302
    assert "Vụ việc" in office.get(address("sectionduty", "changelist")).content.decode()
    again = errors(office.post(address("sectionduty", "add"), sent))
    assert again == {"kind": ["Mục này đã có phòng khác phụ trách kiểm tra."]}
    assert "kind" in errors(office.post(address("sectionduty", "add"), sent | {"kind": "nonsense"}))


def test_a_deputy_s_right_is_given_with_its_days_and_its_order(office, staff):
    sent = {
        "person": staff.pk,
        "role": "head",
        "first_day": "5/3/2024",
        "last_day": "15/3/2024",
        "reason": "Quyết định số 12",
    }
    assert office.post(address("delegation", "add"), sent).status_code == 302
    assert "05/3/2024" in office.get(address("delegation", "changelist")).content.decode()
    refused = errors(office.post(address("delegation", "add"), sent | {"last_day": "1/3/2024", "reason": ""}))
    assert refused.keys() >= {"last_day", "reason"}


def test_no_word_of_ours_takes_the_place_of_another_of_the_admin():
    """A text without context means the same on our pages and in Django's: `Change` was once “increase, decrease”."""
    ours, theirs = (
        {entry.msgid: entry.msgstr for entry in read(catalogue) if not entry.msgctxt}
        for catalogue in (OURS, LIBRARIES)
    )
    assert {word for word in ours.keys() & theirs if ours[word].lower() != theirs[word].lower()} == set()


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


def test_a_deputy_is_chosen_among_those_who_work_in_a_unit(office, staff, head):
    User.objects.filter(pk=head.pk).update(is_active=False)
    people = office.get(address("delegation", "add")).context["adminform"].form.fields["person"].queryset
    assert list(people) == [staff]
