"""Forms of the administration from a state that has passed: both values are shown, nothing is written over."""

import datetime
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse

from activity.admin import units
from activity.admin.nothing_lost import WholeForm
from activity.models import SectionDuty, Unit, User
from activity.models.choices import UnitKind
from activity.models.history import Recorded, Stale
from activity.models.successions import dissolve

from .addresses import EVERY
from .factories import (
    PASSWORD,
    changed_by,
    checks_are_advice,
    made_delegation,
    made_quarter,
    made_redefinition,
    made_unit,
    made_user,
)
from .reading import attribute, elements, one, page
from .test_stale import panel
from .test_stale_forms import everything
from .typed import sent_of

pytestmark = pytest.mark.django_db

# What somebody else changed, and what was typed meanwhile.
ROOMS = {
    "unit": ({"short_name": "Đồn BP Khác"}, {"position": "9"}),
    "user": ({"last_name": "Trần"}, {"first_name": "Minh"}),
    "quarter": ({"closed": True}, {"due_day": "20/03/2024"}),
    "delegation": ({"reason": "Quyết định số 15"}, {"last_day": "20/03/2024"}),
    "sectionduty": ({"kind": "cases"}, {"kind": "projects"}),
    "officesettings": ({"reason": "Quyết định số 15"}, {"approval_needs_checks": "on"}),
    "indicator": ({"name": "Người xuất, nhập cảnh"}, {"definition": "Hai chiều"}),
    "redefinition": ({"words": "tính cả lối mở"}, {"definition": "Lối mở, đường mòn"}),
}


def test_every_room_of_the_admin_in_which_something_changes_is_in_the_sweep(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    assert {m._meta.model_name for m, room in admin.site._registry.items() if room.has_change_permission(request)} == (
        ROOMS.keys()
    )


# Of the addresses of a room those whose forms are in the sweep below; of the others why nothing is lost there.
SWEPT = {"change", "delete", "changelist", "user_password_change", "succession"}
UNSWEPT = {
    "add": "makes a row",
    "history": "is read",
    "as_of": "is read",
    "life": "is read",
    "take_back": "is asked, and refused where something was built on it",
    "index": "is read",
    "app_list": "is read",
    "autocomplete": "is read",
    "jsi18n": "is read",
    "view_on_site": "is read",
    "login": "is that of the pages",
    "logout": "changes nothing",
    "password_change": "is that of the pages",
    "password_change_done": "is read",
    "<path:object_id>/": "leads to the form of the row",
    "(?P<url>.*)$": "leads to nothing",
}


def test_every_address_of_the_admin_is_in_the_sweep_or_not_for_a_reason():
    rooms = "|".join(["auth", *(f"activity_{model._meta.model_name}" for model in admin.site._registry)])
    names = {name.removeprefix("admin:") for name in EVERY if name.startswith("admin:")}
    assert {re.sub(f"^({rooms})_", "", name) for name in names} == SWEPT | UNSWEPT.keys()


@pytest.fixture
def office(client, admin_user, post, quarter, staff, head):
    """A client of the administrator, in whose rooms stands a row each."""
    made_delegation(staff, first_day=quarter.first_day)
    section = made_unit("phong", kind=UnitKind.SECTION, reports=False)
    SectionDuty.objects.create(section=section, kind="patrols")
    checks_are_advice()
    made_redefinition()
    client.force_login(admin_user)
    return client


def typed_in_the_admin(office, room):
    model = apps.get_model("activity", room)
    row = model.objects.filter(username="staff").first() if room == "user" else model.objects.last()
    where = reverse(f"admin:activity_{room}_change", args=[row.pk])
    form = one(page(office.get(where)), "form", id=f"{room}_form")
    return row, where, sent_of(form) | ROOMS[room][1]


@pytest.mark.parametrize("room", ROOMS)
def test_a_stale_form_of_the_admin_shows_both_values_and_keeps_what_was_typed(office, head, room):
    row, where, sent = typed_in_the_admin(office, room)
    changed_by(head, row, **ROOMS[room][0])
    before = everything()
    response = office.post(where, sent)
    assert response.status_code == 200
    assert everything() == before
    assert "head đã lưu dòng này lúc" in response.content.decode()
    differing = {*ROOMS[room][0], *ROOMS[room][1]}
    labels = {str(row._meta.get_field(name).verbose_name) for name in differing}
    assert {field.lower() for field in panel(response)} == {label.lower() for label in labels}
    shown_again = sent_of(one(page(response), "form", id=f"{room}_form"))
    assert {name: shown_again[name] for name in ROOMS[room][1]} == ROOMS[room][1]


def chosen(office, where, response, room, choice):
    """Send the form that came back with the same choice at each field."""
    radios = [e for e in elements(page(response), "input") if attribute(e, "type") == "radio"]
    choices = {attribute(e, "name"): choice for e in radios if attribute(e, "name").startswith("choose-")}
    return office.post(where, sent_of(one(page(response), "form", id=f"{room}_form")) | choices)


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@pytest.mark.parametrize("room", ROOMS)
def test_what_is_chosen_in_the_admin_is_what_stands(office, head, room, choice):
    row, where, sent = typed_in_the_admin(office, room)
    first = row.told()
    changed_by(head, row, **ROOMS[room][0])
    row.refresh_from_db()
    theirs = row.told()
    response = office.post(where, sent)
    assert chosen(office, where, response, room, choice).status_code == 302
    row.refresh_from_db()
    differing = {*ROOMS[room][0], *ROOMS[room][1]}
    if choice == "theirs":
        assert row.told() == theirs
    else:
        untyped = ROOMS[room][0].keys() - ROOMS[room][1].keys()
        assert {name: row.told()[name] for name in untyped} == {name: first[name] for name in untyped}
        assert all(row.told()[name] != theirs[name] for name in differing)


def test_of_two_who_changed_different_fields_in_the_admin_each_keeps_theirs(office, head):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, **ROOMS["unit"][0])
    office.post(where, sent_of(one(page(office.post(where, sent)), "form", id="unit_form")))
    row.refresh_from_db()
    assert (row.short_name, row.position) == ("Đồn BP Khác", 9)


def test_a_choice_is_asked_for_where_both_changed_the_same_field(office, head):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, position=5)
    response = office.post(where, sent)
    assert office.post(where, sent_of(one(page(response), "form", id="unit_form"))).status_code == 200
    row.refresh_from_db()
    assert row.position == 5
    assert chosen(office, where, response, "unit", "mine").status_code == 302
    row.refresh_from_db()
    assert row.position == 9


def test_who_changes_a_row_while_another_chooses_is_not_written_over_either(office, head):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, position=5)
    response = office.post(where, sent)
    changed_by(head, row, position=6)
    again = chosen(office, where, response, "unit", "mine")
    assert panel(again)["Thứ tự trên tuyến biên giới"][0].startswith("6")
    row.refresh_from_db()
    assert row.position == 6


def test_what_both_typed_alike_is_saved_without_a_question(office, head):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, position=9)
    assert office.post(where, sent).status_code == 302
    row.refresh_from_db()
    assert row.position == 9


def decided(office, unit):
    """Where the end of a unit is decided, and what is sent of it, on the preview."""
    where = reverse("admin:activity_unit_succession", args=[unit.pk, "dissolve"])
    typed = {"day": "01/05/2024", "decision": "Quyết định số 45", "confirm": "1"}
    form = one(page(office.get(where)), "div", id="content-main")
    return where, sent_of(one(form, "form")) | typed


def test_a_succession_is_not_carried_out_over_what_its_preview_did_not_show(office, head):
    unit = made_unit("moi")
    where, sent = decided(office, unit)
    changed_by(head, unit, short_name="Đồn BP Khác")
    before = everything()
    response = office.post(where, sent)
    assert response.status_code == 422
    assert everything() == before
    assert "head đã lưu nội dung này lúc" in response.content.decode()
    form = one(one(page(response), "div", id="content-main"), "form")
    shown = office.post(where, sent_of(form))
    confirmed = {"confirm": "1", "seen": shown.context["preview"].seen}
    assert office.post(where, sent_of(form) | confirmed).status_code == 302
    unit.refresh_from_db()
    assert unit.closed_on is not None


def test_a_succession_at_the_moment_of_another_change_is_refused_too(office, head, monkeypatch):
    unit = made_unit("moi")
    where, sent = decided(office, unit)
    real = units._changes_by

    def late(*args, **kwargs):
        changed_by(head, Unit.objects.get(pk=unit.pk), short_name="Đồn BP Khác")
        return real(*args, **kwargs)

    monkeypatch.setattr(units, "_changes_by", late)
    response = office.post(where, sent)
    assert response.status_code == 422
    unit.refresh_from_db()
    assert unit.closed_on is None


def test_a_succession_that_is_taken_back_at_the_moment_of_another_change_is_shown_again(office, head, monkeypatch):
    unit = made_unit("moi")
    decided = {"day": datetime.date(2024, 5, 1), "decision": "Quyết định số 45", "by": head}
    where = reverse("admin:activity_unit_take_back", args=[dissolve(unit, **decided).pk])
    sent = {"confirm": "1", "seen": office.get(where).context["preview"].seen}
    real, changes = units.take_back, iter([True])

    def late(succession, *, by):
        if next(changes, False):
            raise Stale
        real(succession, by=by)

    monkeypatch.setattr(units, "take_back", late)
    assert office.post(where, sent, follow=True).status_code == 200
    unit.refresh_from_db()
    assert unit.closed_on is None


@pytest.mark.parametrize("room", ROOMS)
def test_a_fresh_form_of_the_admin_is_saved(office, room):
    _row, where, sent = typed_in_the_admin(office, room)
    assert office.post(where, sent).status_code == 302


def test_who_is_overtaken_between_the_look_and_the_write_is_told_so_too(office, head, monkeypatch):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, short_name="Đồn BP Khác")
    real = WholeForm._choose

    def looks_too_early(form):
        monkeypatch.setattr(WholeForm, "_choose", real)

    monkeypatch.setattr(WholeForm, "_choose", looks_too_early)
    before = everything()
    response = office.post(where, sent)
    assert response.status_code == 200
    assert "head đã lưu dòng này lúc" in response.content.decode()
    assert everything() == before


# What is asked before something is deleted, or a password given.


@pytest.fixture
def row_to_delete(office, room, post):
    """A row of the room on which nothing hangs."""
    if room == "unit":
        return made_unit("moi")
    if room == "quarter":
        return made_quarter(2031, 1)
    return made_user(unit=post, username="moi") if room == "user" else apps.get_model("activity", room).objects.last()


def asked_to_delete(office, room, row, how):
    """The question, as it stands on the page: where it is answered, and what the answer sends."""
    if how == "one":
        where = reverse(f"admin:activity_{room}_delete", args=[row.pk])
        question = office.get(where)
    else:
        where = reverse(f"admin:activity_{room}_changelist")
        question = office.post(where, {"action": "delete_selected", "_selected_action": [row.pk]})
    (form,) = [e for e in elements(page(question), "form") if "post" in sent_of(e)]
    return where, sent_of(form)


@pytest.mark.parametrize("how", ["one", "selected"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_row_that_changed_after_the_question_is_not_deleted(office, head, room, row_to_delete, how):
    where, sent = asked_to_delete(office, room, row_to_delete, how)
    changed_by(head, row_to_delete, **ROOMS[room][0])
    before = everything()
    response = office.post(where, sent, follow=True)
    assert "Chưa xóa: nội dung này đã thay đổi" in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize("how", ["one", "selected"])
@pytest.mark.parametrize("room", ROOMS)
def test_a_row_that_stands_as_it_was_asked_about_is_deleted(office, room, row_to_delete, how):
    where, sent = asked_to_delete(office, room, row_to_delete, how)
    assert office.post(where, sent).status_code == 302
    assert not type(row_to_delete).objects.filter(pk=row_to_delete.pk).exists()


def password_form(office, person):
    where = reverse("admin:auth_user_password_change", args=[person.pk])
    sent = sent_of(one(page(office.get(where)), "form", id="user_form"))
    return where, sent | {"password1": "hai-mươi-bốn-con-sóc", "password2": "hai-mươi-bốn-con-sóc"}


def test_a_password_is_not_given_to_somebody_who_changed_meanwhile(office, head, staff):
    where, sent = password_form(office, staff)
    changed_by(head, staff, last_name="Trần")
    before = everything()
    response = office.post(where, sent)
    assert "head đã lưu nội dung này lúc" in response.content.decode()
    assert everything() == before


def test_a_password_is_given_to_somebody_who_stands_as_they_were_seen(office, staff):
    where, sent = password_form(office, staff)
    assert office.post(where, sent).status_code == 302
    staff.refresh_from_db()
    assert staff.check_password("hai-mươi-bốn-con-sóc")


def overtaken_at_the_write(monkeypatch, person):
    """Somebody saves the person between the look and the write, once."""
    real = User.save

    def late(row, *args, **kwargs):
        monkeypatch.setattr(User, "save", real)
        models.QuerySet.update(User.objects.filter(pk=person.pk), revision=models.F("revision") + 1)
        real(row, *args, **kwargs)

    monkeypatch.setattr(User, "save", late)


def test_a_password_given_at_the_moment_of_another_change_is_refused(office, staff, monkeypatch):
    where, sent = password_form(office, staff)
    overtaken_at_the_write(monkeypatch, staff)
    assert office.post(where, sent).status_code == 200
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_one_s_own_password_is_asked_for_again_where_the_account_changed_at_that_moment(client, staff, monkeypatch):
    client.force_login(staff)
    overtaken_at_the_write(monkeypatch, staff)
    new = {f"new_password{n}": "hai-mươi-bốn-con-sóc" for n in (1, 2)}
    response = client.post(reverse("password_change"), {"old_password": PASSWORD} | new)
    assert response.status_code == 200
    assert "Tài khoản vừa thay đổi" in response.content.decode()
    assert client.get("/").status_code == 200
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_without_the_revision_the_admin_would_overwrite(office, head, monkeypatch):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, short_name="Đồn BP Khác")
    monkeypatch.setattr(WholeForm, "_choose", lambda form: None)
    monkeypatch.setattr(Recorded, "_do_update", models.Model._do_update)
    assert office.post(where, sent).status_code == 302
    row.refresh_from_db()
    assert row.short_name != "Đồn BP Khác"
