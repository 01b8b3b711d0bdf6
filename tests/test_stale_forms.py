"""Every form from a state that has passed, generated from the addresses: nothing changes, what was typed is shown."""

import pytest
from django.apps import apps
from django.db import models

from activity.kinds import KINDS
from activity.models import Patrol, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.permissions import AMENDING

from .addresses import ANSWERS, address
from .factories import changed_by, made_patrol, made_return, somebody, taken_to, ticked
from .reading import attribute, elements, one, page, text
from .typed import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrol(post, quarter):
    return made_patrol(made_return(post, quarter))


# Whose form it is and in which state of the return; what was typed, and where the answer shows it.
STALE = {
    "record": ("head", Status.DRAFT, typed("patrols", note="của tôi"), "note"),
    "record_delete": ("head", Status.DRAFT, {}, None),
    "return_nothing": ("head", Status.DRAFT, {}, None),
    "return_submit": ("head", Status.DRAFT, {}, None),
    "return_check": ("checker", Status.SUBMITTED, {"checked": "1"}, None),
    "return_send_back": ("checker", Status.SUBMITTED, {"back-reason": "Thiếu một lượt"}, "back-reason"),
    "return_approve": ("commander", Status.SUBMITTED, {}, None),
    "return_amend": ("head", Status.APPROVED, {"amend-reason": "Sổ trực ghi khác"}, "amend-reason"),
    "return_withdraw": ("head", AMENDING, {"withdraw-reason": "Mở nhầm quý"}, "withdraw-reason"),
}
EXEMPT = {
    "login": "changes nothing",
    "logout": "changes nothing",
    "set_language": "changes a cookie",
    "shown_again": "changes nothing",
    "password_change": "asks for the password that it replaces",
    "record_add": "makes a row: its lineage makes it one",
    "return_extend": "asks what was given meanwhile: tests/test_deadlines.py",
    "indicators": "asks answer by answer: tests/test_answering.py",
    "inbox_read": "says that one's own messages were read, which nobody unsays",
}


def test_every_address_that_takes_a_form_is_in_the_sweep_or_exempt_for_a_reason():
    takes = {
        name for (name, method), all_of in ANSWERS.items() if method == "POST" and set(all_of[1:]) - {404, 405, 403}
    }
    assert takes == STALE.keys() | EXEMPT.keys()
    assert not STALE.keys() & EXEMPT.keys()


def brought_to(state, unit_return):
    """The return in that state; an amendment is the one that a closed quarter has."""
    if state != AMENDING:
        return taken_to(state, unit_return)
    unit_return.quarter.closed = True
    unit_return.quarter.save()
    return amend(unit_return, by=somebody(Role.HEAD, unit_return.unit), reason="Nộp sau khi khóa")


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
    brought_to(status, unit_return)
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
    brought_to(status, patrol.unit_return)
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
