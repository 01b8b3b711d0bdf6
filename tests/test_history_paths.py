"""History through every path that people and the system take: forms of the pages and of the admin, commands."""

import datetime
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth.management.commands import changepassword
from django.core import serializers
from django.core.management import CommandError, call_command
from django.urls import reverse

from activity.admin.recorded import RecordedAdmin, ToBeRead
from activity.kinds import ALL_KINDS, KINDS
from activity.models import (
    CriminalCase,
    Delegation,
    Descent,
    Exhibit,
    Extension,
    History,
    Indicator,
    IndicatorAnswer,
    OfficeSettings,
    Quarter,
    Redefinition,
    ReturnKind,
    SectionDuty,
    Succession,
    Unit,
    UnitReturn,
    User,
)
from activity.models.choices import Role, Status
from activity.sample.load import load_province

from . import reading
from .factories import (
    FACTORIES,
    PASSWORD,
    made_case,
    made_indicator,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    taken_to,
)
from .recorded import RECORDED
from .typed import address, coming, exhibits, sent_to_admin, typed

pytestmark = pytest.mark.django_db

# The path on which each model is written by people.
ON_PAGES = {*(kind.model for kind in ALL_KINDS), Exhibit, Extension, ReturnKind, UnitReturn, User}
IN_ADMIN = {model for model, room in admin.site._registry.items() if not isinstance(room, ToBeRead)}
IN_THE_LIFE_OF_A_UNIT = {Succession, Descent}  # tests/test_unit_life.py


def test_every_recorded_model_has_a_path_on_which_people_write_it():
    assert set(RECORDED) == ON_PAGES | IN_ADMIN | IN_THE_LIFE_OF_A_UNIT
    assert all(isinstance(admin.site._registry[model], RecordedAdmin) for model in IN_ADMIN)


def told(model, action):
    """The last row of history about a model and action."""
    return History.objects.filter(model=model._meta.model_name, action=action).last()


def says(entry, person, way):
    return entry is not None and (entry.by, entry.way) == (person, way)


def filled(answer):
    """All that the forms of a page would send as they stand: hidden fields, texts, boxes, choices."""
    tree, sent = reading.page(answer), {}
    for field in reading.elements(tree, *reading.FIELDS):
        name, kind = reading.attribute(field, "name"), reading.attribute(field, "type")
        if field.name == "input" and kind not in {"submit", "checkbox"}:
            sent[name] = reading.attribute(field, "value") or ""
        elif kind == "checkbox" and any(key == "checked" for key, _ in field.attributes):
            sent[name] = "on"
        elif field.name == "select":
            chosen = [
                o for o in reading.elements(field, "option") if any(key == "selected" for key, _ in o.attributes)
            ]
            sent[name] = reading.attribute(chosen[0], "value") if chosen else ""
    return {name: value for name, value in sent.items() if name}


@pytest.fixture
def draft(client, staff, quarter):
    client.force_login(staff)
    return made_return(staff.unit, quarter)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_record_is_entered_changed_and_deleted_on_the_pages(client, staff, draft, kind):
    client.post(address(draft, kind.slug), typed(kind.slug))
    assert says(told(kind.model, "created"), staff, "page")
    record = kind.model.objects.get()
    where = address(draft, kind.slug, record)
    assert client.post(where, filled(client.get(where)) | {"note": "Đã sửa"}).status_code == 302
    changed = told(kind.model, "changed")
    assert says(changed, staff, "page")
    assert changed.changes == {"note": [None, "Đã sửa"]}
    away = reverse("record_delete", args=[draft.unit.code, draft.quarter, kind, record.pk])
    assert client.post(away, filled(client.get(away))).status_code == 302
    deleted = told(kind.model, "deleted")
    assert says(deleted, staff, "page")
    assert (deleted.changes["note"], deleted.lineage) == (["Đã sửa", None], record.lineage)


def test_exhibits_are_entered_changed_and_deleted_with_their_case_on_the_pages(client, staff, draft):
    row = {"name": "Pháo nổ", "quantity": "2,5", "unit": "kg"}
    client.post(address(draft, "cases"), typed("cases", **exhibits(row)))
    assert says(told(Exhibit, "created"), staff, "page")
    case, exhibit = CriminalCase.objects.get(), Exhibit.objects.get()
    where = address(draft, "cases", case)
    client.post(where, filled(client.get(where)) | {"rows-0-quantity": "3,5"})
    assert says(told(Exhibit, "changed"), staff, "page")
    assert told(Exhibit, "changed").changes == {"quantity": ["2.500", "3.500"]}
    client.post(where, filled(client.get(where)) | {"rows-0-DELETE": "on"})
    assert says(told(Exhibit, "deleted"), staff, "page")
    assert (told(Exhibit, "deleted").row, Exhibit.objects.count()) == (exhibit.pk, 0)


def step(unit_return, name, *more):
    return reverse(name, args=[unit_return.unit.code, unit_return.quarter, *more])


def test_a_return_and_its_marks_are_written_on_the_pages(client, staff, head, checker, quarter):
    unit_return = UnitReturn(unit=staff.unit, quarter=quarter)
    client.force_login(staff)
    for kind in KINDS:
        now = UnitReturn.objects.first()
        revision = now.revision if now else 1
        client.post(step(unit_return, "return_nothing", kind), {"nothing": "1", "revision": revision})
    assert says(told(UnitReturn, "created"), staff, "page")
    assert says(told(ReturnKind, "created"), staff, "page")
    unit_return = UnitReturn.objects.get()
    client.force_login(head)
    client.post(step(unit_return, "return_submit"), {"revision": unit_return.revision})
    assert says(told(UnitReturn, "changed"), head, "page")
    assert told(UnitReturn, "changed").changes == {"status": ["draft", "submitted"]}
    unit_return.refresh_from_db()
    client.force_login(checker)
    client.post(step(unit_return, "return_check", KINDS[0]), {"checked": "1", "revision": unit_return.revision})
    ticked = told(ReturnKind, "changed")
    assert says(ticked, checker, "page")
    assert ticked.changes == {"checked_by": [None, str(checker)]}


def test_more_time_is_given_on_the_pages(client, commander, draft):
    client.force_login(commander)
    sent = {"more-last_day": coming(), "more-reason": "Mưa lũ"}
    assert client.post(step(draft, "return_extend"), sent).status_code == 302
    given = told(Extension, "created")
    assert says(given, commander, "page")
    assert given.changes["last_day"] == [None, str(Extension.objects.get().last_day)]


def test_a_person_s_new_password_is_known_to_be_new_and_is_their_own_doing(client, staff):
    client.login(username="staff", password=PASSWORD)
    new = "hai-mươi-bốn-con-sóc"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), sent).status_code == 302
    entry = told(User, "changed")
    assert says(entry, staff, "page")
    assert entry.changes == {"password": ["…", "…"]}


def test_signing_in_leaves_no_history(client, staff):
    before = History.objects.count()
    assert client.post(reverse("login"), {"username": "staff", "password": PASSWORD}).status_code == 302
    staff.refresh_from_db()
    assert (staff.last_login is not None, History.objects.count()) == (True, before)


# The admin.


def row_for_admin(model, admin_user):
    """What the form of the admin asks for, beyond `ADMIN_FORMS`."""
    return {
        Unit: lambda: {"parent": made_unit().pk},
        User: lambda: {"unit": made_unit().pk},
        Quarter: lambda: {},
        Delegation: lambda: {"person": made_user(Role.STAFF, username="nhan").pk},
        OfficeSettings: lambda: {},
        SectionDuty: lambda: {"section": made_unit("phong", kind="section").pk},
        Indicator: lambda: {},
        Redefinition: lambda: {
            "indicator": made_indicator(first=made_quarter(2024, 1)).pk,
            "quarter": made_quarter(2024, 2).pk,
        },
    }[model]()


EDITED = {
    Unit: {"position": "7"},
    User: {"first_name": "An"},
    Quarter: {"due_day": "20/03/2024"},
    Delegation: {"reason": "Quyết định số 13"},
    OfficeSettings: {"approval_needs_checks": "on"},
    SectionDuty: {"kind": "patrols"},
    Indicator: {"definition": "Hai chiều"},
    Redefinition: {"words": "tính cả lối mở"},
}


@pytest.fixture
def added(client, admin_user):
    """Add a row of a model through the form of the admin, and give it."""

    def add(model):
        client.force_login(admin_user)
        before = set(model.objects.values_list("pk", flat=True))
        answer = sent_to_admin(client, model, **row_for_admin(model, admin_user))
        assert answer.status_code == 302, answer.context["errors"]
        after = model.objects.exclude(pk__in=before).order_by("pk")
        return after.last()

    return add


def room(model, action, *args):
    return reverse(f"admin:activity_{model._meta.model_name}_{action}", args=args)


@pytest.mark.parametrize("model", sorted(IN_ADMIN, key=lambda model: model.__name__))
@pytest.mark.parametrize("deletion", ["one", "selected"])
def test_what_the_admin_writes_is_told(client, admin_user, added, model, deletion):
    row = added(model)
    assert says(told(model, "created"), admin_user, "admin")
    assert told(model, "created").row == row.pk
    where = room(model, "change", row.pk)
    assert client.post(where, filled(client.get(where)) | EDITED[model]).status_code == 302
    changed = told(model, "changed")
    assert says(changed, admin_user, "admin")
    assert changed.changes.keys() == EDITED[model].keys()
    if deletion == "one":
        client.post(room(model, "delete", row.pk), {"post": "yes", "revision": changed.revision})
    else:
        sent = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        sent |= {"revision": f"{row.pk}-{changed.revision}"}
        client.post(room(model, "changelist"), sent)
    assert not model.objects.filter(pk=row.pk).exists()
    assert says(told(model, "deleted"), admin_user, "admin")
    assert told(model, "deleted").row == row.pk


def test_a_password_set_in_the_admin_is_told_and_never_shown(client, admin_user, staff):
    client.force_login(admin_user)
    new = "hai-mươi-bốn-con-sóc"
    where = reverse("admin:auth_user_password_change", args=[staff.pk])
    sent = {"usable_password": "true", "password1": new, "password2": new, "revision": staff.revision}
    assert client.post(where, sent).status_code == 302
    entry = told(User, "changed")
    assert says(entry, admin_user, "admin")
    assert entry.changes == {"password": ["…", "…"]}


# Commands of the system.


def test_the_first_administrator_is_told_as_the_system_s_doing(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="dau-tien", email="", stdout=StringIO())
    entry = told(User, "created")
    assert says(entry, None, "command")
    assert entry.changes["username"] == [None, "dau-tien"]
    assert entry.changes["password"] == [None, "…"]


def test_a_password_changed_by_a_command_is_told(staff, monkeypatch):
    monkeypatch.setattr(changepassword.Command, "_get_pass", lambda *args, **kwargs: "hai-mươi-bốn-con-sóc")
    call_command("changepassword", "staff", stdout=StringIO())
    entry = told(User, "changed")
    assert says(entry, None, "command")
    assert entry.changes == {"password": ["…", "…"]}


def test_no_password_stands_in_the_history_in_whatever_form(client, staff, admin_user, monkeypatch):
    test_a_password_set_in_the_admin_is_told_and_never_shown(client, admin_user, staff)
    staff.refresh_from_db()
    kept = str(list(History.objects.values()))
    assert PASSWORD not in kept
    assert staff.password not in kept
    assert "md5$" not in kept


def test_every_row_of_the_sample_is_told(db):
    load_province(datetime.date(2026, 6, 1), PASSWORD, first_year=2026)
    for model in set(RECORDED) - {Delegation, Extension, IndicatorAnswer, OfficeSettings, Redefinition}:
        created = History.objects.filter(model=model._meta.model_name, action="created", by=None, way="command")
        rows = set(model.objects.values_list("pk", flat=True))
        assert rows, model
        assert set(created.values_list("row", flat=True)) == rows, model


# What stands in a history is not deleted.


def test_a_person_who_did_something_is_not_deleted_and_the_admin_says_why(client, admin_user, staff, draft):
    client.post(address(draft, "patrols"), typed("patrols"))
    client.force_login(admin_user)
    where = room(User, "delete", staff.pk)
    said = reading.text(reading.one(reading.page(client.get(where)), "div", id="content"))
    assert "Không xóa được “staff”" in said
    assert "Lịch sử thay đổi: 1" in said
    assert "Đang hoạt động" in said
    client.post(where, {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [staff.pk], "post": "yes"}
    answer = client.post(room(User, "changelist"), selected)
    assert "Không xóa được" in answer.content.decode()
    assert User.objects.filter(pk=staff.pk).exists()


def test_the_amended_version_says_that_its_rows_were_copied(client, head, commander, draft):
    for made in FACTORIES.values():
        made(draft)
    made_case(draft).exhibits.create(name="Pháo", quantity=1, unit="kg")
    taken_to("approved", draft)
    client.force_login(head)
    draft.refresh_from_db()
    client.post(step(draft, "return_amend"), {"amend-reason": "Cộng sót", "revision": draft.revision})
    copied = History.objects.filter(
        action="copied", by=head, way="page", unit_return=UnitReturn.objects.get(version=2)
    )
    assert sorted(copied.values_list("model", flat=True)) == sorted(
        [*(kind.key for kind in KINDS), "criminalcase", "exhibit"]
    )


def test_no_fixture_passes_by_the_history(post, quarter, tmp_path):
    unit_return = taken_to(Status.APPROVED, made_return(post, quarter))
    fixture = tmp_path / "returns.json"
    fixture.write_text(serializers.serialize("json", [unit_return]).replace("approved", "draft"))
    with pytest.raises(CommandError, match="history"):
        call_command("loaddata", str(fixture))
    unit_return.refresh_from_db()
    assert unit_return.status == Status.APPROVED
