"""The difference of two versions of a return: which figures, which records, which fields; why, by whom and when."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from activity.difference import difference_of, measure_changes, signed
from activity.kinds import KINDS
from activity.measures import MEASURES
from activity.models import UnitReturn
from activity.models.amendment import amend
from activity.models.choices import CaseCategory, PatrolForm, Status

from . import reading
from .factories import made_case, made_patrol, made_return, taken_to

pytestmark = pytest.mark.django_db

PAGE = "/returns/tra-linh/2024Q1/versions/2/difference/"
REASON = "Đếm thiếu một chuyến tuần tra."


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def first(post, quarter):
    """The approved version: two patrols and a case with an exhibit."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=2, participant_turns=24, marker_from="728/1")
    made_patrol(unit_return, form=PatrolForm.CLEARING, cleared_km=Decimal("3.5"), date=datetime.date(2024, 3, 5))
    case = made_case(unit_return, code="12/BB", paid_vnd=1_250_000)
    case.exhibits.create(name="Pháo nổ", quantity=Decimal(4), unit="kg")
    return taken_to(Status.APPROVED, unit_return)


@pytest.fixture
def second(first, head):
    """The amendment, still a copy."""
    return amend(first, by=head, reason=REASON)


def compared(first, second):
    return difference_of(UnitReturn.objects.get(pk=first.pk), UnitReturn.objects.get(pk=second.pk))


def of_kind(first, second, slug):
    (found,) = [each for each in compared(first, second).kinds if each.kind.slug == slug]
    return found


def fields(record):
    return {field.label: (field.old, field.new) for field in record.fields}


def patrol_of(unit_return):
    return unit_return.patrol_records.get(form=PatrolForm.UNILATERAL)


def changed_patrol(unit_return, **values):
    patrol = patrol_of(unit_return)
    for name, value in values.items():
        setattr(patrol, name, value)
    patrol.save()


def test_a_copy_differs_in_nothing(first, second):
    difference = compared(first, second)
    assert difference.measures == ()
    assert [bool(kind) for kind in difference.kinds] == [False] * len(KINDS)
    assert [kind.unchanged for kind in difference.kinds] == [2, 0, 1, 0, 0]


def test_a_changed_record_is_told_field_by_field_and_counted_once(first, second):
    changed_patrol(second, times=3, participant_turns=30, marker_from="")
    kind = of_kind(first, second, "patrols")
    (record,) = kind.changed
    assert (record.day, record.name) == ("15/12/2023", "Tuần tra đơn phương")
    assert fields(record) == {"Số lần": ("2", "3"), "Lượt người tham gia": ("24", "30"), "Từ mốc": ("728/1", "")}
    assert (kind.added, kind.removed, kind.unchanged) == ((), (), 1)


def test_days_choices_and_numbers_are_told_in_the_offices_words(first, second):
    changed_patrol(
        second, date=datetime.date(2024, 3, 5), form=PatrolForm.LOCAL_CONTROL, participant_turns=3889,
        cleared_km=Decimal("0.5"),
    )  # fmt: skip
    (record,) = of_kind(first, second, "patrols").changed
    assert fields(record) == {
        "Ngày": ("15/12/2023", "05/3/2024"),
        "Hình thức": ("Tuần tra đơn phương", "Kiểm tra, kiểm soát địa bàn"),
        "Lượt người tham gia": ("24", "3.889"),
        "Phát quang đường tuần tra (km)": ("", "0,5"),
    }


def test_added_and_removed_records_are_told_whole(first, second):
    second.patrol_records.get(form=PatrolForm.CLEARING).delete()
    made_patrol(second, times=1, participant_turns=6, counterpart="Trạm Long Bang", form=PatrolForm.BILATERAL)
    kind = of_kind(first, second, "patrols")
    (added,), (removed,) = kind.added, kind.removed
    assert fields(added)["Đơn vị phía đối diện"] == ("", "Trạm Long Bang")
    assert fields(removed)["Phát quang đường tuần tra (km)"] == ("3,5", "")
    assert (kind.changed, kind.unchanged) == ((), 1)


def test_the_records_of_the_old_version_lead_to_the_old_version(first, second):
    old = first.patrol_records.get(form=PatrolForm.CLEARING)
    second.patrol_records.get(form=PatrolForm.CLEARING).delete()
    (removed,) = of_kind(first, second, "patrols").removed
    assert removed.address == f"/returns/tra-linh/2024Q1/patrols/{old.pk}/"


def test_an_equal_record_typed_anew_is_another_record(first, second):
    """What is matched is the lineage that a copy keeps, not what looks alike."""
    patrol_of(second).delete()
    made_patrol(second, times=2, participant_turns=24, marker_from="728/1")
    kind = of_kind(first, second, "patrols")
    assert (len(kind.added), len(kind.removed), len(kind.changed)) == (1, 1, 0)


def test_the_exhibits_of_a_case_are_told_too(first, second):
    case = second.criminalcase_records.get()
    exhibit = case.exhibits.get()
    exhibit.quantity = Decimal("346.433")
    exhibit.save()
    case.exhibits.create(name="Xe máy", quantity=Decimal(1), unit="chiếc")
    (record,) = of_kind(first, second, "cases").changed
    assert record.name == "12/BB"
    assert [(field.label, field.old, field.new) for field in record.fields] == [
        ("Tang vật", "Pháo nổ 4 kg", "Pháo nổ 346,433 kg"),
        ("Tang vật", "", "Xe máy 1 chiếc"),
    ]


def test_the_measures_that_changed_are_told_with_the_change(first, second):
    changed_patrol(second, times=3, participant_turns=3889)
    second.patrol_records.get(form=PatrolForm.CLEARING).delete()
    told = {m.whole.label: (m.whole.old, m.whole.new, m.whole.change) for m in compared(first, second).measures}
    assert told == {
        "Tuần tra, kiểm tra, kiểm soát": ("2", "3", "+1"),
        "Lượt người tham gia tuần tra": ("24", "3.889", "+3.865"),
        "Phát quang đường tuần tra": ("3,5", "0", "−3,5"),
    }


def test_a_part_that_changed_is_told_though_the_whole_is_the_same(first, second):
    case = second.criminalcase_records.get()
    case.category = CaseCategory.DRUGS
    case.save()
    (cases,) = [m for m in compared(first, second).measures if m.whole.label == "Vụ việc bắt giữ, xử lý"]
    assert (cases.whole.old, cases.whole.new, cases.whole.change) == ("1", "1", "=")
    assert [(part.label, part.change) for part in cases.parts] == [
        ("Ma túy", "+1"),
        ("Xuất, nhập cảnh trái phép", "−1"),
    ]


def test_an_approved_version_shows_the_figures_that_were_stored(first, second):
    """Not a recount: what was read out is what is compared."""
    taken_to(Status.APPROVED, second)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE activity_figure SET value = 7 WHERE measure = 'patrols' AND part = '' AND unit_return_id = %s",
            [first.pk],
        )
    (patrols,) = compared(first, second).measures
    assert (patrols.whole.old, patrols.whole.new) == ("7", "2")


def test_a_version_that_is_superseded_is_compared_as_before(first, second, head):
    changed_patrol(second, times=3)
    taken_to(Status.APPROVED, second)
    before = compared(first, second)
    third = amend(UnitReturn.objects.get(pk=second.pk), by=head, reason="Lần nữa")
    taken_to(Status.APPROVED, third)
    assert compared(first, second).measures == before.measures != ()
    assert compared(second, third).measures == ()


def test_a_change_is_written_with_its_sign():
    with translation.override("vi"):
        assert [signed(n) for n in (3865, -6, 0, Decimal("0.5"))] == ["+3.865", "−6", "=", "+0,5"]


def test_nothing_is_told_of_equal_values():
    values = {("patrols", ""): 3, ("patrols", "unilateral"): 3}
    assert list(measure_changes(MEASURES, values, dict(values))) == []


# The page


def words(client, where=PAGE):
    answer = client.get(where)
    assert answer.status_code == 200
    return reading.text(reading.one(reading.page(answer), "main"))


@pytest.mark.parametrize("person", ["staff", "head", "checker", "commander"])
def test_an_amendment_under_work_is_compared_for_all_who_see_the_return(client, request, second, person):
    changed_patrol(second, times=3)
    client.force_login(request.getfixturevalue(person))
    shown = words(client)
    assert "Chênh lệch phiên bản" in shown
    assert REASON in shown
    assert "+1" in shown
    assert "Duyệt Chưa duyệt: " in shown


def test_the_page_says_who_opened_and_who_approved(client, commander, head, second):
    head.last_name, head.first_name = "Nguyễn", "Trà"
    head.save()
    taken_to(Status.APPROVED, second, by=commander)
    client.force_login(commander)
    main = reading.one(reading.page(client.get(PAGE)), "main")
    facts = [reading.text(each) for each in reading.elements(main, "dd")]
    assert len(facts) == 3
    assert "Đồn BPCK Trà Lĩnh" in facts[1]
    assert "commander" in facts[2]


def test_the_page_says_in_words_that_nothing_changed(client, commander, second):
    client.force_login(commander)
    shown = words(client)
    assert "Không có chỉ tiêu nào thay đổi." in shown
    assert "Không có dòng nào thay đổi. Giữ nguyên 2 dòng" in shown


def test_a_difference_leads_to_those_of_the_other_amendments(client, head, second):
    third = amend(taken_to(Status.APPROVED, second), by=head, reason="Còn sót một vụ.")
    client.force_login(head)
    for version, (other, reason) in {3: (second, REASON), 2: (third, "Còn sót một vụ.")}.items():
        main = reading.one(reading.page(client.get(PAGE.replace("/2/", f"/{version}/"))), "main")
        link = reading.one(main, "a", href=PAGE.replace("/2/", f"/{other.version}/"))
        assert reading.text(link) == f"Phiên bản {other.version}"
        assert reason in reading.text(main)


def test_the_first_version_has_no_difference(client, commander, second):
    client.force_login(commander)
    assert client.get(PAGE.replace("/2/", "/1/")).status_code == 404
    assert client.get(PAGE.replace("/2/", "/3/")).status_code == 404


def test_another_units_difference_is_not_there(client, stranger, second):
    client.force_login(stranger)
    assert client.get(PAGE).status_code == 404


def test_a_difference_is_only_read(client, head, second):
    client.force_login(head)
    assert client.post(PAGE).status_code == 405


def test_the_returns_page_leads_to_the_difference(client, head, second):
    """From its head, from the step that opened the amendment, and from the list of versions."""
    client.force_login(head)
    main = reading.one(reading.page(client.get("/returns/tra-linh/2024Q1/")), "main")
    links = [reading.attribute(link, "href") for link in reading.elements(main, "a")]
    assert links.count(PAGE) == 3


def test_the_first_versions_page_leads_to_no_difference_of_its_own(client, head, first):
    client.force_login(head)
    main = reading.one(reading.page(client.get("/returns/tra-linh/2024Q1/")), "main")
    assert not [a for a in reading.elements(main, "a") if "difference" in reading.attribute(a, "href")]


def test_the_tables_of_the_page_are_sound(client, head, second):
    changed_patrol(second, times=3)
    second.patrol_records.get(form=PatrolForm.CLEARING).delete()
    made_patrol(second)
    client.force_login(head)
    page = reading.page(client.get(PAGE))
    assert reading.wrong_tables(page) == reading.double_ids(page) == reading.inline_code(page) == []


@pytest.mark.parametrize("now", [True, False])
def test_a_mark_that_there_is_nothing_is_told_where_it_came_or_went(client, post, quarter, head, now):
    unit_return = made_return(post, quarter)
    if now:
        made_patrol(unit_return)
    amended = amend(taken_to(Status.APPROVED, unit_return), by=head, reason=REASON)
    if now:
        amended.records(KINDS[0]).delete()
        amended.mark_nothing_to_report(KINDS[0], nothing=True)
    else:
        made_patrol(amended)
    client.force_login(head)
    shown = reading.text(reading.one(reading.page(client.get(PAGE)), "main"))
    assert ("Phiên bản 2 đánh dấu không phát sinh." in shown) is now
    assert ("Phiên bản 1 đã đánh dấu không phát sinh." in shown) is not now
