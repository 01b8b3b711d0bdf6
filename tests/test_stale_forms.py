"""Every form from a state that has passed, generated from the addresses: nothing changes, what was typed is shown."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse

from activity.admin.nothing_lost import WholeForm
from activity.kinds import KINDS
from activity.models import Patrol, SectionDuty, UnitReturn
from activity.models.choices import Status, UnitKind
from activity.models.history import Recorded

from .factories import changed_by, made_delegation, made_patrol, made_return, made_unit, taken_to, ticked
from .reading import attribute, elements, one, page, text
from .test_sweep import ANSWERS, address
from .typed import sent_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrol(post, quarter):
    return made_patrol(made_return(post, quarter))


# Whose form it is and in which state of the return; what was typed, and where the answer shows it.
STALE = {
    "record": ("head", Status.DRAFT, typed("patrols", note="của tôi"), "note"),
    "record_delete": ("head", Status.DRAFT, {}, None),
    "return_nothing": ("head", Status.DRAFT, {"nothing": "1"}, None),
    "return_submit": ("head", Status.DRAFT, {}, None),
    "return_check": ("checker", Status.SUBMITTED, {"checked": "1"}, None),
    "return_send_back": ("checker", Status.SUBMITTED, {"back-reason": "Thiếu một lượt"}, "back-reason"),
    "return_approve": ("commander", Status.SUBMITTED, {}, None),
    "return_amend": ("head", Status.APPROVED, {"amend-reason": "Sổ trực ghi khác"}, "amend-reason"),
}
EXEMPT = {
    "login": "changes nothing",
    "logout": "changes nothing",
    "set_language": "changes a cookie",
    "shown_again": "changes nothing",
    "password_change": "asks for the password that it replaces",
    "record_add": "makes a row: its lineage makes it one",
    "return_extend": "gives more time beside what was given: the latest day counts",
    "inbox_read": "says that one's own messages were read, which nobody unsays",
}


def test_every_address_that_takes_a_form_is_in_the_sweep_or_exempt_for_a_reason():
    takes = {
        name for (name, method), all_of in ANSWERS.items() if method == "POST" and set(all_of[1:]) - {404, 405, 403}
    }
    assert takes == STALE.keys() | EXEMPT.keys()
    assert not STALE.keys() & EXEMPT.keys()


def everything():
    """All rows of the application."""
    found = apps.get_app_config("activity").get_models()
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in found}


def sent_too_late(client, request, unit_return, name):
    """Send that form as it was made before somebody changed the record, or the return; the answer, and rows before."""
    role, status, sent, _shown = STALE[name]
    patrol = Patrol.objects.get()
    for kind in unit_return.missing_kinds():
        unit_return.mark_nothing_to_report(kind, nothing=True)
    taken_to(status, unit_return)
    if name == "return_approve":
        ticked(unit_return)
    old = 1 if name.startswith("record") else UnitReturn.objects.get().revision
    if status == Status.DRAFT:
        changed_by(request.getfixturevalue("staff"), patrol, note="của đồng đội")
    else:
        models.QuerySet.update(UnitReturn.objects.all(), revision=models.F("revision") + 1)
    client.force_login(request.getfixturevalue(role))
    before = everything()
    kind = {"kind": KINDS[2]} if name == "return_nothing" else {}
    return client.post(address(name, pk=patrol.pk, **kind), sent | {"revision": str(old)}), before


@pytest.mark.parametrize("name", STALE)
def test_a_form_from_a_state_that_has_passed_changes_nothing_and_loses_nothing(client, request, patrol, name):
    response, before = sent_too_late(client, request, patrol.unit_return, name)
    assert everything() == before
    _role, _status, sent, shown_at = STALE[name]
    if shown_at:
        assert response.status_code == 409
        (field,) = [e for e in elements(page(response), "input", "textarea") if attribute(e, "name") == shown_at]
        assert (attribute(field, "value") or text(field)) == sent[shown_at]
    else:
        assert response.status_code in {302, 409}
    told = response if response.status_code == 409 else client.get(response.url)
    assert any(
        words in told.content.decode() for words in ("đã thay đổi", "đã lưu dòng này lúc", "đã sửa dòng này lúc")
    )


@pytest.mark.parametrize("name", [name for name in STALE if name.startswith("return_")])
def test_without_the_revision_of_the_return_the_step_would_be_taken(client, request, patrol, name, monkeypatch):
    monkeypatch.setattr("activity.views.steps._seen", lambda request: UnitReturn.objects.get().revision)
    _response, before = sent_too_late(client, request, patrol.unit_return, name)
    assert everything() != before


@pytest.mark.parametrize("name", [name for name in STALE if name.startswith("return_") and name != "return_nothing"])
def test_a_step_that_is_sent_again_is_taken_once_and_said_to_be_taken(client, request, patrol, name):
    role, status, sent, _shown = STALE[name]
    for kind in patrol.unit_return.missing_kinds():
        patrol.unit_return.mark_nothing_to_report(kind, nothing=True)
    taken_to(status, patrol.unit_return)
    if name == "return_approve":
        ticked(patrol.unit_return)
    client.force_login(request.getfixturevalue(role))
    sent = sent | {"revision": str(UnitReturn.objects.get().revision)}
    after = []
    for _ in range(3):
        told = client.post(address(name, pk=patrol.pk), sent, follow=True)
        assert attribute(one(one(page(told), "ul", class_="messages"), "li"), "class") == "success"
        after.append(everything())
    assert after[0] == after[1] == after[2]


# The rooms of the administrator.

# What somebody else changed, and what was typed meanwhile.
ROOMS = {
    "unit": ({"short_name": "Đồn BP Khác"}, {"position": "9"}),
    "user": ({"last_name": "Trần"}, {"first_name": "Minh"}),
    "quarter": ({"closed": True}, {"due_day": "20/03/2024"}),
    "delegation": ({"reason": "Quyết định số 15"}, {"last_day": "20/03/2024"}),
    "sectionduty": ({"kind": "cases"}, {"kind": "projects"}),
}


def test_every_room_of_the_admin_in_which_something_changes_is_in_the_sweep(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    assert {m._meta.model_name for m, room in admin.site._registry.items() if room.has_change_permission(request)} == (
        ROOMS.keys()
    )


@pytest.fixture
def office(client, admin_user, post, quarter, staff, head):
    """A client of the administrator, in whose rooms stands a row each."""
    made_delegation(staff, first_day=quarter.first_day)
    section = made_unit("phong", kind=UnitKind.SECTION, reports=False)
    SectionDuty.objects.create(section=section, kind="patrols")
    client.force_login(admin_user)
    return client


def typed_in_the_admin(office, room):
    model = apps.get_model("activity", room)
    row = model.objects.filter(username="staff").first() if room == "user" else model.objects.last()
    where = reverse(f"admin:activity_{room}_change", args=[row.pk])
    form = one(page(office.get(where)), "form", id=f"{room}_form")
    return row, where, sent_of(form) | ROOMS[room][1]


@pytest.mark.parametrize("room", ROOMS)
def test_a_stale_form_of_the_admin_is_refused_by_name_and_keeps_what_was_typed(office, head, room):
    row, where, sent = typed_in_the_admin(office, room)
    changed_by(head, row, **ROOMS[room][0])
    before = everything()
    response = office.post(where, sent)
    assert response.status_code == 200
    assert everything() == before
    (refusal,) = response.context["adminform"].form.non_field_errors()
    assert "head đã lưu nội dung này lúc" in refusal
    assert str(row._meta.get_field(next(iter(ROOMS[room][0]))).verbose_name).lower() in refusal.lower()
    shown_again = sent_of(one(page(response), "form", id=f"{room}_form"))
    assert {name: shown_again[name] for name in ROOMS[room][1]} == ROOMS[room][1]


@pytest.mark.parametrize("room", ROOMS)
def test_a_fresh_form_of_the_admin_is_saved(office, room):
    _row, where, sent = typed_in_the_admin(office, room)
    assert office.post(where, sent).status_code == 302


def test_who_is_overtaken_between_the_look_and_the_write_is_told_so_too(office, head, monkeypatch):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, short_name="Đồn BP Khác")
    real = WholeForm.clean

    def looks_too_early(form):
        monkeypatch.setattr(WholeForm, "clean", real)
        return form.cleaned_data

    monkeypatch.setattr(WholeForm, "clean", looks_too_early)
    before = everything()
    response = office.post(where, sent)
    assert response.status_code == 200
    assert "head đã lưu nội dung này lúc" in response.content.decode()
    assert everything() == before


def test_without_the_revision_the_admin_would_overwrite(office, head, monkeypatch):
    row, where, sent = typed_in_the_admin(office, "unit")
    changed_by(head, row, short_name="Đồn BP Khác")
    monkeypatch.setattr(WholeForm, "clean", lambda form: form.cleaned_data)
    monkeypatch.setattr(Recorded, "_do_update", models.Model._do_update)
    assert office.post(where, sent).status_code == 302
    row.refresh_from_db()
    assert row.short_name != "Đồn BP Khác"
