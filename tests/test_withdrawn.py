"""An amendment that was opened by mistake is withdrawn: kept to be read, in nobody's way, and counted nowhere."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from activity.figures import Basis
from activity.gathering import gather
from activity.kinds import KINDS
from activity.models import CriminalCase, History, Message, ReturnStep, SpecialProject, UnitReturn
from activity.models.amendment import amend, withdraw
from activity.models.choices import Role, Status
from activity.models.history import Stale
from activity.models.record import ReturnLocked
from activity.models.returns import WrongStatus
from activity.states import rows

from . import reading
from .factories import (
    made_case,
    made_patrol,
    made_project,
    made_quarter,
    made_return,
    made_user,
    sent_back,
    somebody,
    taken_to,
)
from .typed import typed

pytestmark = pytest.mark.django_db

WHY = "Mở nhầm quý, lẽ ra là quý II."
PAGE = "/returns/tra-linh/2024Q1/"


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def first(post, quarter):
    """The approved version."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=2, participant_turns=24)
    made_case(unit_return, code="12/BB")
    made_project(unit_return)
    return taken_to(Status.APPROVED, unit_return)


@pytest.fixture
def amendment(first, head):
    """The second version, opened by mistake; a row of it was changed already."""
    second = amend(first, by=head, reason="Đếm thiếu một chuyến.")
    second.patrol_records.update(participant_turns=99)
    second.refresh_from_db()
    return second


@pytest.fixture
def closed(first, quarter):
    quarter.closed = True
    quarter.save()


def pressed(client, user, unit_return, **sent):
    """Press the button as it stands on the page of the return."""
    client.force_login(user)
    sent = {"revision": unit_return.revision, "withdraw-reason": WHY} | sent
    return client.post(f"{PAGE}withdraw/", sent, follow=True)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def statuses():
    return list(UnitReturn.objects.order_by("version").values_list("version", "status"))


def shown(client, where):
    return reading.text(reading.one(reading.page(client.get(where)), "main"))


@pytest.mark.parametrize("who", ["head", "commander"])
def test_whoever_may_open_an_amendment_withdraws_it_and_the_approved_version_stands(
    client, request, who, first, amendment
):
    person = request.getfixturevalue(who)
    answer = pressed(client, person, amendment)
    assert told(answer) == ["Đã rút lại lần điều chỉnh: Đồn BPCK Trà Lĩnh - quý I/2024."]
    assert statuses() == [(1, "approved"), (2, "withdrawn")]
    page = reading.text(reading.page(answer))
    assert "phiên bản 1" in page
    assert "Đang điều chỉnh" not in page
    step = ReturnStep.objects.latest("pk")
    assert (step.unit_return, step.step, step.by, step.reason) == (amendment, "withdrawn", person, WHY)
    timeline = reading.text(reading.one(reading.one(reading.page(answer), "aside"), "ol", class_="timeline"))
    assert timeline.endswith(f"Rút lại lần điều chỉnh {person.username}, {person.unit.short_name} {WHY}")


def test_that_it_was_withdrawn_stands_in_the_history(head, amendment):
    withdraw(amendment, by=head, reason=WHY)
    entry = History.objects.about(amendment).latest("pk")
    assert (entry.by, entry.changes) == (head, {"status": ["draft", "withdrawn"]})


def test_a_withdrawn_version_is_read_and_no_button_stands_there(client, commander, head, amendment):
    withdraw(amendment, by=head, reason=WHY)
    client.force_login(commander)
    answer = client.get(f"{PAGE}versions/2/")
    page = reading.page(answer)
    assert "Lần điều chỉnh này đã được rút lại" in reading.text(page)
    assert "đang được điều chỉnh" not in shown(client, PAGE).lower()
    assert not [form for form in reading.elements(page, "form") if PAGE in (reading.attribute(form, "action") or "")]
    difference = shown(client, f"{PAGE}versions/2/difference/")
    assert "phiên bản 2 so với phiên bản 1" in difference
    assert WHY in difference
    assert "24 99 +75" in difference


def test_the_next_amendment_is_the_third_version_and_corrects_the_first(client, head, first, amendment):
    withdraw(amendment, by=head, reason=WHY)
    third = amend(UnitReturn.objects.get(pk=first.pk), by=head, reason="Sót một lượt.")
    assert third.version == 3
    assert third.patrol_records.get().participant_turns == 24
    client.force_login(head)
    assert "so với phiên bản 1" in shown(client, PAGE)
    assert "phiên bản 3 so với phiên bản 1" in shown(client, f"{PAGE}versions/3/difference/")
    taken_to(Status.APPROVED, third)
    assert statuses() == [(1, "superseded"), (2, "withdrawn"), (3, "approved")]
    assert "phiên bản 3" in shown(client, PAGE)


@pytest.mark.parametrize("basis", Basis)
def test_a_withdrawn_version_is_in_no_figure_and_in_no_list(client, commander, head, first, amendment, basis):
    withdraw(amendment, by=head, reason=WHY)
    figures = gather([first.unit], [first.quarter], basis=basis)
    assert figures.total("patrol_turns", figures.periods[0]) == 24
    assert (figures.revised_cells, figures.waiting_cells) == ({}, frozenset())
    client.force_login(commander)
    for asked in ("", "?quarter=2024Q1", "?text=đơn phương"):
        table = reading.one(reading.one(reading.page(client.get(f"/records/patrols/{asked}")), "main"), "table")
        assert ["24" in row for row in reading.cells(table)[1:]] == [True, True]
        assert "99" not in reading.text(table)


def test_the_return_stands_as_it_did_before_the_amendment(client, commander, head, first, post, quarter):
    def standing():
        (row,) = rows([post], [quarter], timezone.localdate(), progress=True)
        return row.unit_return, row.slug, row.is_open, row.late, row.progress

    before = standing()
    assert before[:2] == (first, "approved")
    opened = amend(first, by=head, reason="Đếm thiếu.")
    assert standing()[1] == "amending"
    withdraw(opened, by=head, reason=WHY)
    assert standing() == before
    client.force_login(commander)
    assert "Đã rút lại" not in shown(client, "/completeness/")
    client.force_login(head)
    assert "Các báo cáo đều đã nộp. Không còn việc gì chờ xử lý." in shown(client, "/")


def test_its_makers_are_told_but_not_who_withdrew_it(commander, head, staff, amendment):
    withdraw(amendment, by=commander, reason=WHY)
    messages = Message.objects.filter(occasion="withdrawn")
    assert {message.person for message in messages} == {head, staff}
    assert messages[0].words == "Lần điều chỉnh báo cáo quý I/2024 đã được rút lại."


# What is refused.


def test_an_amendment_of_which_something_was_submitted_stays(client, head, checker, amendment):
    sent_back(amendment, by=checker)
    assert not UnitReturn.objects.get(pk=amendment.pk).is_only_opened
    client.force_login(head)
    assert f"{PAGE}withdraw/" not in client.get(PAGE).content.decode()
    amendment.refresh_from_db()
    assert told(pressed(client, head, amendment))[0].startswith("Chỉ rút lại được lần điều chỉnh chưa nộp")
    assert statuses()[1] == (2, "draft")


def test_what_is_no_amendment_or_was_submitted_is_not_withdrawn(head, first, amendment, other_post, quarter):
    draft = made_return(other_post, quarter)
    with pytest.raises(ValidationError):
        withdraw(draft, by=head, reason=WHY)
    with pytest.raises(WrongStatus):
        withdraw(first, by=head, reason=WHY)
    with pytest.raises(WrongStatus):
        withdraw(taken_to(Status.SUBMITTED, amendment), by=head, reason=WHY)
    assert sorted(UnitReturn.objects.values_list("status", flat=True)) == ["approved", "draft", "submitted"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_asked_for(client, head, amendment, reason):
    answer = pressed(client, head, amendment, **{"withdraw-reason": reason})
    assert answer.status_code == 422
    form = reading.one(reading.page(answer), "form", action=f"{PAGE}withdraw/")
    assert "Ghi lý do" in reading.text(form)
    with pytest.raises(ValidationError):
        withdraw(amendment, by=head, reason=reason)
    assert statuses()[1] == (2, "draft")


def test_nobody_withdraws_what_has_changed_since_they_looked(client, head, amendment):
    seen = amendment.revision
    made_patrol(amendment)
    answer = pressed(client, head, amendment, revision=seen)
    assert answer.status_code == 409
    assert WHY in reading.text(reading.one(reading.page(answer), "form", action=f"{PAGE}withdraw/"))
    with pytest.raises(Stale):
        withdraw(amendment, by=head, reason=WHY, seen=seen)
    assert statuses()[1] == (2, "draft")


def test_who_presses_twice_is_told_that_it_is_done_and_another_who_did_it_and_why(client, head, commander, amendment):
    done = told(pressed(client, head, amendment))
    assert told(pressed(client, head, amendment)) == done
    words, given_back = told(pressed(client, commander, amendment))
    assert "đã gõ" in given_back
    assert "head" in words
    assert WHY in words
    assert ReturnStep.objects.filter(step="withdrawn").count() == 1


def test_records_of_a_withdrawn_version_cannot_change(client, staff, head, amendment):
    patrol = amendment.patrol_records.get()
    withdraw(amendment, by=head, reason=WHY)
    patrol.note = "muộn"
    with pytest.raises(ReturnLocked):
        patrol.save()
    client.force_login(staff)
    where = reverse("record", args=["tra-linh", amendment.quarter, KINDS[0], patrol.pk])
    assert client.post(where, typed("patrols", revision=str(patrol.revision))).status_code == 409
    assert client.get(where).status_code == 200
    assert amendment.patrol_records.get().participant_turns == 99


def test_neither_a_project_nor_a_file_number_of_a_withdrawn_version_is_offered_or_warned_of(head, first, amendment):
    made_project(amendment, code="CL999")
    made_case(amendment, code="99/BB")
    later = made_return(first.unit, made_quarter(2024, 2))
    again = made_case(later, code="99/BB")
    assert [project.code for project in SpecialProject.offered(later)] == ["CL124", "CL999"]
    assert again.warnings()
    withdraw(UnitReturn.objects.get(pk=amendment.pk), by=head, reason=WHY)
    assert [project.code for project in SpecialProject.offered(later)] == ["CL124"]
    assert not again.warnings()


def test_the_same_case_in_two_versions_of_a_return_is_no_second_one(amendment):
    assert CriminalCase.objects.filter(code="12/BB").count() == 2
    assert not CriminalCase.objects.get(unit_return=amendment, code="12/BB").warnings()


# Of a closed quarter.


def opened_after_the_close(post, by, **fields):
    """A return of a closed quarter, opened where nothing of it was approved."""
    quarter = made_quarter(2023, 4, **fields)
    draft = made_return(post, quarter)
    made_patrol(draft)
    quarter.closed = True
    quarter.save()
    return amend(UnitReturn.objects.get(pk=draft.pk), by=by, reason="Mất liên lạc.")


def test_what_was_opened_after_the_close_is_closed_again_as_it_stands_and_may_be_opened_anew(client, post, head):
    opened = opened_after_the_close(post, head)
    client.force_login(head)
    sent = {"revision": opened.revision, "withdraw-reason": WHY}
    page = "/returns/tra-linh/2023Q4/"
    assert "báo cáo được khóa lại" in shown(client, page)
    answer = client.post(f"{page}withdraw/", sent, follow=True)
    assert told(answer) == ["Đã rút lại lần điều chỉnh: Đồn BPCK Trà Lĩnh - quý IV/2023."]
    again = UnitReturn.objects.get(pk=opened.pk)
    assert (again.status, again.reason, again.patrol_records.count()) == ("draft", "", 1)
    assert not again.is_open_for_entry
    assert "Mất liên lạc." in shown(client, page)
    assert amend(again, by=head, reason="Bổ sung.").version == 1
    assert UnitReturn.objects.get(pk=opened.pk).is_only_opened


def test_what_was_submitted_before_the_close_and_then_opened_may_be_withdrawn(post, head, checker):
    draft = made_return(post, made_quarter(2023, 4))
    sent_back(draft, by=checker)
    quarter = draft.quarter
    quarter.closed = True
    quarter.save()
    opened = amend(UnitReturn.objects.get(pk=draft.pk), by=head, reason="Sửa sau khi khóa.")
    assert UnitReturn.objects.get(pk=opened.pk).is_only_opened
    sent_back(opened, by=checker)
    with pytest.raises(ValidationError):
        withdraw(UnitReturn.objects.get(pk=opened.pk), by=head, reason=WHY)


def test_the_self_check_finds_nothing(head, amendment, post):
    withdraw(amendment, by=head, reason=WHY)
    withdraw(opened_after_the_close(post, head), by=head, reason=WHY)
    out = StringIO()
    call_command("self_check", stdout=out)
    assert "Every stored figure equals its recount" in out.getvalue()


# What these tests would find if a guard were not there.


def test_without_the_past_a_withdrawn_version_would_stand_in_the_way(client, head, amendment, monkeypatch):
    withdraw(amendment, by=head, reason=WHY)
    monkeypatch.setattr(UnitReturn, "is_past", property(lambda self: self.is_superseded))
    client.force_login(head)
    assert "phiên bản 2" in shown(client, PAGE)


def test_a_head_of_another_post_withdraws_nothing(client, stranger, amendment):
    assert pressed(client, stranger, amendment).status_code == 404
    assert pressed(client, made_user(Role.STAFF, amendment.unit, username="clerk"), amendment).status_code == 403
    assert pressed(client, somebody(Role.CHECKER), amendment).status_code == 403
    assert statuses()[1] == (2, "draft")
