"""A record's form: sent twice it makes one record, and a return that was submitted meanwhile loses nothing typed."""

import datetime
import uuid

import pytest
from django.conf import settings
from django.urls import reverse

from activity.forms import MOST_ROWS
from activity.kinds import KINDS
from activity.models import CriminalCase, Exhibit, Indicator, Patrol, Quarter, ReturnKind, Unit, UnitReturn
from activity.models.choices import Status
from activity.models.return_rows import UnitReturnQuerySet

from .factories import (
    FACTORIES,
    made_case,
    made_indicator,
    made_patrol,
    made_quarter,
    made_return,
    sent_back,
    taken_to,
)
from .reading import one, page, text
from .typed import add, address, exhibits, refusal, sent_of, shown, typed

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
SUBMITTED_MEANWHILE = "Báo cáo này không còn là bản nháp nên không sửa được số liệu. Chưa lưu gì."


@pytest.fixture
def unit_return(client, head, quarter):
    """A draft of the unit whose head is signed in."""
    client.force_login(head)
    return made_return(head.unit, quarter)


def told(response):
    """What the summary of errors says."""
    return text(one(page(response), "div", id="errors"))


# The first write makes the return, a look does not.


@EVERY_KIND
def test_a_look_makes_no_return_and_the_first_record_does(client, head, quarter, kind):
    client.force_login(head)
    new = UnitReturn(unit=head.unit, quarter=quarter)
    client.get(address(new, kind.slug))
    assert not UnitReturn.objects.exists()
    assert add(client, new, kind.slug).status_code == 302
    assert kind.model.objects.get().unit_return == UnitReturn.objects.get()


def test_a_first_record_that_is_refused_makes_no_return(client, head, quarter):
    client.force_login(head)
    assert add(client, UnitReturn(unit=head.unit, quarter=quarter), "patrols", times="0").status_code == 422
    assert not UnitReturn.objects.exists()


# Sent twice.


@EVERY_KIND
def test_a_form_that_is_sent_twice_makes_one_record(client, unit_return, kind):
    sent = typed(kind.slug, code="HS 01")
    answers = [client.post(address(unit_return, kind.slug), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert kind.model.objects.get().lineage == uuid.UUID(sent["lineage"])


@EVERY_KIND
def test_two_forms_filled_in_alike_make_two_records(client, unit_return, kind):
    """They are told apart by the mark that each form carries."""
    for number in (1, 2):
        add(client, unit_return, kind.slug, code=f"HS {number}")
    assert kind.model.objects.count() == 2


@EVERY_KIND
def test_every_form_carries_a_mark_of_its_own(client, unit_return, kind):
    marks = {shown(client.get(address(unit_return, kind.slug)), "lineage") for _ in range(3)}
    assert len(marks) == 3


def test_exhibits_of_a_form_that_is_sent_twice_are_saved_once(client, unit_return):
    sent = typed("cases", **exhibits({"name": "Pháo", "quantity": "1,5", "unit": "kg"}))
    for _ in range(2):
        client.post(address(unit_return, "cases"), sent)
    assert Exhibit.objects.count() == 1


def test_the_same_form_may_make_a_record_of_another_return(client, unit_return):
    """Copies keep the mark, so that versions can be compared."""
    record = made_patrol(unit_return)
    copy = made_patrol(made_return(unit_return.unit, made_quarter(2024, 2)), lineage=record.lineage)
    assert (copy.lineage, Patrol.objects.count()) == (record.lineage, 2)


def test_a_form_that_was_saved_gone_back_to_and_changed_asks_what_is_meant(client, unit_return):
    sent = typed("patrols")
    client.post(address(unit_return, "patrols"), sent)
    response = client.post(address(unit_return, "patrols"), sent | {"times": "2"})
    assert response.status_code == 422
    assert "đã được lưu với giá trị khác" in told(response)
    assert shown(response, "times") == "2"
    assert Patrol.objects.get().times == 1
    # Sent once more, it is another row.
    client.post(address(unit_return, "patrols"), sent | {"times": "2", "lineage": shown(response, "lineage")})
    assert sorted(Patrol.objects.values_list("times", flat=True)) == [1, 2]


def test_a_record_that_is_edited_keeps_its_mark(client, unit_return):
    record = made_patrol(unit_return)
    assert client.post(address(unit_return, "patrols", record), typed("patrols", times="2")).status_code == 302
    assert Patrol.objects.values_list("lineage", "times").get() == (record.lineage, 2)


# What stands once.


def test_a_file_number_stands_once_a_stage_in_a_return(client, unit_return):
    assert add(client, unit_return, "cases", code="HS 01").status_code == 302
    assert add(client, unit_return, "cases", code="HS 01", stage="follow_up").status_code == 302
    response = add(client, unit_return, "cases", code=" HS  01")
    said = "Đồng chí nhập HS 01 (tính vào kỳ: Vụ phát hiện trong kỳ). Số hồ sơ này đã có trong báo cáo."
    assert refusal(response, "code") == said
    assert shown(response, "code") == " HS  01"


def test_cases_without_a_file_number_do_not_meet(client, unit_return):
    assert [add(client, unit_return, "cases").status_code for _ in range(2)] == [302, 302]


@pytest.mark.parametrize("code", ["CB324", "cb 324", "Cb  3 24", "cB324 "])
def test_a_project_stands_once_in_a_return_however_its_code_is_written(client, unit_return, code):
    assert add(client, unit_return, "projects", code="CB324").status_code == 302
    response = add(client, unit_return, "projects", code=code)
    written = " ".join(code.split())
    assert refusal(response, "code") == f"Đồng chí nhập {written}. Chuyên án này đã có trong báo cáo."
    assert shown(response, "code") == code


def test_a_record_does_not_meet_itself_when_it_is_edited(client, unit_return):
    record = made_case(unit_return, code="HS 01")
    assert client.post(address(unit_return, "cases", record), typed("cases", code="HS 01")).status_code == 302


def test_the_same_project_may_stand_in_the_return_of_another_quarter(client, unit_return):
    assert add(client, unit_return, "projects").status_code == 302
    later = made_return(unit_return.unit, made_quarter(2024, 2))
    assert add(client, later, "projects", date="14/06/2024").status_code == 302


# Submitted meanwhile: refused with an explanation, nothing typed lost, nothing half saved.


@EVERY_KIND
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_a_new_record_of_a_return_that_was_submitted_meanwhile_is_refused(client, unit_return, kind, status):
    taken_to(status, unit_return)
    sent = typed(kind.slug, note="đã gõ xong")
    response = client.post(address(unit_return, kind.slug), sent)
    assert response.status_code == 409
    assert SUBMITTED_MEANWHILE in told(response)
    fields = set(kind.fields) & sent.keys()
    assert {name: shown(response, name) for name in fields} == {name: sent[name] for name in fields}
    assert not kind.model.objects.exists()
    assert ReturnKind.objects.filter(nothing_to_report=True).count() == len(KINDS)


@EVERY_KIND
def test_an_edit_of_a_return_that_was_submitted_meanwhile_is_refused(client, unit_return, kind):
    record = FACTORIES[kind.slug](unit_return)
    taken_to(Status.SUBMITTED, unit_return)
    before = kind.model.objects.values().get()
    response = client.post(address(unit_return, kind.slug, record), typed(kind.slug, note="đã gõ xong"))
    assert response.status_code == 409
    assert SUBMITTED_MEANWHILE in told(response)
    assert shown(response, "note") == "đã gõ xong"
    assert kind.model.objects.values().get() == before


def test_a_case_of_a_return_that_was_submitted_meanwhile_keeps_its_exhibits_and_what_was_typed(client, unit_return):
    record = made_case(unit_return)
    Exhibit.objects.create(case=record, name="Ma túy", quantity=1, unit="gam")
    stands = list(Exhibit.objects.values())
    taken_to(Status.SUBMITTED, unit_return)
    rows = [
        {"id": str(stands[0]["id"]), "name": "Ma túy", "quantity": "2", "unit": "gam", "DELETE": "on"},
        {"name": "Pháo", "quantity": "1,5", "unit": "kg"},
    ]
    response = client.post(
        address(unit_return, "cases", record), typed("cases", **exhibits(*rows, there=1), cases="3")
    )
    assert response.status_code == 409
    assert [shown(response, f"rows-{n}-quantity") for n in (0, 1)] == ["2", "1,5"]
    assert list(Exhibit.objects.values()) == stands
    assert CriminalCase.objects.get().cases == 1


def test_without_its_two_guards_the_same_post_would_be_saved(client, unit_return, monkeypatch):
    taken_to(Status.SUBMITTED, unit_return)
    monkeypatch.setattr(UnitReturn, "is_open_for_entry", True)
    monkeypatch.setattr(UnitReturnQuerySet, "lock_drafts", lambda self, ids: None)
    assert add(client, unit_return, "patrols").status_code == 302
    assert Patrol.objects.exists()


def test_exhibits_that_cannot_be_saved_take_their_case_with_them(client, unit_return, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(type(Exhibit.objects.all()), "bulk_create", full)
    rows = exhibits({"name": "Pháo", "quantity": "1,5", "unit": "kg"})
    client.raise_request_exception = False
    assert add(client, unit_return, "cases", **rows).status_code == 500
    assert not CriminalCase.objects.exists()


def test_a_wrong_exhibit_keeps_the_case_back_and_all_that_was_typed(client, unit_return):
    rows = exhibits({"name": "Pháo", "quantity": "1.5", "unit": "kg"}, {"name": "", "quantity": "3", "unit": "kg"})
    response = add(client, unit_return, "cases", cases="7", **rows)
    assert "không rõ" in refusal(response, "rows-0-quantity")
    assert refusal(response, "rows-1-name")
    assert (shown(response, "cases"), shown(response, "rows-1-quantity")) == ("7", "3")
    assert not CriminalCase.objects.exists()


def test_exhibits_are_added_changed_and_deleted_on_the_form_of_their_case(client, unit_return):
    record = made_case(unit_return)
    stays, goes = (Exhibit.objects.create(case=record, name=n, quantity=1, unit="kg") for n in ("Pháo", "Rượu"))
    rows = [
        {"id": str(stays.pk), "name": "Pháo hoa", "quantity": "2,5", "unit": "kg"},
        {"id": str(goes.pk), "name": "Rượu", "quantity": "1", "unit": "kg", "DELETE": "on"},
        {"name": "Tiền", "quantity": "1.034.500.000", "unit": "dong"},
    ]
    client.post(address(unit_return, "cases", record), typed("cases", **exhibits(*rows, there=2)))
    assert [(e.name, str(e.quantity)) for e in record.exhibits.all()] == [
        ("Pháo hoa", "2.500"),
        ("Tiền", "1034500000.000"),
    ]


def test_an_exhibit_of_another_case_is_out_of_reach(client, unit_return):
    ours, theirs = made_case(unit_return), made_case(unit_return)
    stolen = Exhibit.objects.create(case=theirs, name="Pháo", quantity=1, unit="kg")
    rows = exhibits({"id": str(stolen.pk), "name": "Pháo", "quantity": "9", "unit": "kg"}, there=1)
    client.post(address(unit_return, "cases", ours), typed("cases", **rows))
    assert Exhibit.objects.values_list("case", "quantity").get() == (theirs.pk, 1)


def test_a_return_that_was_sent_back_takes_records_again(client, unit_return, commander):
    sent_back(unit_return, by=commander)
    assert add(client, unit_return, "patrols").status_code == 302


@pytest.mark.parametrize("count", [2, 12])
def test_saving_a_case_asks_no_query_more_for_each_exhibit(client, unit_return, django_assert_num_queries, count):
    rows = exhibits(*({"name": f"Pháo {n}", "quantity": "1", "unit": "kg"} for n in range(count)))
    with django_assert_num_queries(18):
        add(client, unit_return, "cases", **rows)


@pytest.mark.parametrize("count", [MOST_ROWS, MOST_ROWS + 1])
def test_as_many_exhibits_as_the_server_reads_are_taken_and_of_more_it_says_how_many(client, unit_return, count):
    row = {"name": "Pháo hoa nổ", "quantity": "1", "unit": "kg", "id": "", "case": ""}
    response = add(client, unit_return, "cases", **exhibits(*[row] * count))
    if count == MOST_ROWS:
        assert response.status_code == 302
        assert Exhibit.objects.count() == count
        # Its rows come back with one more field each: to delete them.
        where = address(unit_return, "cases", CriminalCase.objects.get())
        fields = sent_of(one(page(client.get(where)), "form", class_="record"))
        assert len(fields) + count < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        return
    assert response.status_code == 422
    assert "Nhiều nhất 150 dòng tang vật" in told(response)
    assert shown(response, f"rows-{count - 1}-name") == "Pháo hoa nổ"
    assert not Exhibit.objects.exists()


def test_nobody_begins_a_return_that_its_unit_does_not_make_though_the_form_was_open(client, head, quarter):
    client.force_login(head)
    new = UnitReturn(unit=head.unit, quarter=quarter)
    Unit.objects.filter(pk=head.unit.pk).update(reports_until=quarter.first_day - datetime.timedelta(days=1))
    response = add(client, new, "patrols", note="đã gõ xong")
    assert response.status_code == 409
    assert "Đồn BPCK Trà Lĩnh không phải báo cáo quý này" in told(response)
    assert shown(response, "note") == "đã gõ xong"
    assert not UnitReturn.objects.exists()


def test_nobody_begins_a_return_of_a_quarter_that_has_not_begun(client, head, commander, quarter, on):
    made_indicator("Người", first=quarter)
    on(quarter.first_day - datetime.timedelta(days=1))
    new = UnitReturn(unit=head.unit, quarter=quarter)
    client.force_login(head)
    code = Indicator.objects.exclude(first_quarter=None).get().code
    where = reverse("indicators", args=[head.unit.code, quarter])
    assert client.post(where, {f"{code}-value": "5", f"{code}-seen": ""}).status_code == 409
    assert add(client, new, "projects").status_code in {409, 422}
    Quarter.objects.update(closed=True)
    client.force_login(commander)
    client.post(reverse("return_amend", args=[head.unit.code, quarter]), {"amend-reason": "Sót"})
    assert not UnitReturn.objects.exists()


def test_answers_that_are_refused_leave_no_return_behind(client, head, quarter):
    indicator = made_indicator("Người", first=quarter)
    Quarter.objects.update(closed=True)
    client.force_login(head)
    where = reverse("indicators", args=[head.unit.code, quarter])
    response = client.post(where, {f"{indicator.code}-value": "5", f"{indicator.code}-seen": ""})
    assert response.status_code == 409
    assert not UnitReturn.objects.exists()


def test_far_more_exhibits_than_one_case_takes_are_told_so_too(client, unit_return):
    row = {"name": "Pháo", "quantity": "1", "unit": "kg", "id": "", "case": ""}
    response = add(client, unit_return, "cases", **exhibits(*[row] * 400))
    assert response.status_code == 422
    assert "Nhiều nhất 150 dòng tang vật" in told(response)
