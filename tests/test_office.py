"""The rules of an office that an administrator sets: who set them by which order, and what they change."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from activity.models import History, OfficeSettings, UnitReturn
from activity.models.choices import Status
from activity.models.history import Stale
from activity.models.returns import Unchecked

from . import reading
from .factories import checks_are_advice, made_return, taken_to
from .typed import sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, admin_user):
    """A client of the administrator."""
    client.force_login(admin_user)
    return client


def address(action, *args):
    return reverse(f"admin:activity_officesettings_{action}", args=args)


def form(office, where):
    return reading.one(reading.page(office.get(where)), "form", id="officesettings_form")


def test_the_settings_keep_who_changed_what_by_which_order(office, admin_user):
    empty = sent_of(form(office, address("add")))
    assert empty["approval_needs_checks"] == "on"
    refused = office.post(address("add"), {"reason": ""})
    assert "reason" in refused.context["adminform"].form.errors
    assert office.post(address("add"), {"reason": "Quyết định số 3"}).status_code == 302
    sent = sent_of(form(office, address("change", 1))) | {"approval_needs_checks": "on", "reason": "Quyết định số 9"}
    assert office.post(address("change", 1), sent).status_code == 302
    first, second = History.objects.filter(model="officesettings")
    assert first.changes == {"approval_needs_checks": [None, False], "reason": [None, "Quyết định số 3"]}
    assert second.changes == {"approval_needs_checks": [False, True], "reason": ["Quyết định số 3", "Quyết định số 9"]}
    assert {(entry.by, entry.way) for entry in (first, second)} == {(admin_user, "admin")}
    told = reading.text(reading.page(office.get(address("history", 1))))
    assert "Chỉ duyệt số liệu đã kiểm tra: không → có" in told


def test_the_settings_stand_once(office):
    there = checks_are_advice()
    assert office.get(address("add")).url == address("change", 1)
    with pytest.raises(Stale):
        checks_are_advice()
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeSettings.objects.bulk_create([OfficeSettings(pk=2, reason="Quyết định số 4")])
    assert list(OfficeSettings.objects.all()) == [there]


def test_who_sets_them_first_is_not_written_over_by_who_had_the_empty_form_too(office, monkeypatch):
    there, real = checks_are_advice(), OfficeSettings.objects.exists
    looks = iter([False])
    monkeypatch.setattr(type(OfficeSettings.objects), "exists", lambda manager: next(looks, None) is None and real())
    answer = office.post(address("add"), {"approval_needs_checks": "on", "reason": "Quyết định số 4"})
    assert answer.url == address("change", 1)
    assert OfficeSettings.objects.get().reason == there.reason


# What they change.


@pytest.fixture
def submitted(post, quarter):
    return taken_to(Status.SUBMITTED, made_return(post, quarter))


def approved(client, user, unit_return):
    """Press the button of approval, whether it stands there or not, and say where the return is then."""
    client.force_login(user)
    page = unit_return.get_absolute_url()
    shown = "/approve/" in client.get(page).content.decode()
    client.post(f"{page}approve/", {"revision": UnitReturn.objects.get().revision})
    return shown, UnitReturn.objects.get().status


def test_without_settings_only_what_is_checked_is_approved(client, commander, submitted):
    assert approved(client, commander, submitted) == (False, "submitted")
    with pytest.raises(Unchecked):
        submitted.approve(by=commander)


def test_where_ticks_are_advice_a_return_is_approved_unchecked(client, commander, submitted):
    checks_are_advice()
    assert approved(client, commander, submitted) == (True, "approved")


def test_settings_that_ask_for_the_ticks_are_as_none(client, commander, submitted):
    checks_are_advice()
    OfficeSettings.objects.update(approval_needs_checks=True)
    assert approved(client, commander, submitted) == (False, "submitted")
