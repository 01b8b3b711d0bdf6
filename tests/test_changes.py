"""The pages of what was changed: of a record, of a return, in the admin; and the words in which they say it."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from activity.changes import change_of
from activity.kinds import BY_SLUG
from activity.models import CriminalCase, History, Patrol, SectionDuty, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Status
from activity.models.history import Way, acting, write_export

from . import reading
from .factories import made_case, made_extension, made_patrol, made_quarter, made_return, sent_back, taken_to, ticked

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 3, 5)


@pytest.fixture
def draft(post, quarter):
    return made_return(post, quarter)


@pytest.fixture
def staff(staff):
    """The staff, with a name."""
    staff.last_name, staff.first_name = "Nông Văn", "Bình"
    staff.save()
    return staff


@pytest.fixture
def case(draft, staff):
    """A case entered by the staff on the pages."""
    with acting(staff, Way.PAGE):
        return made_case(draft, date=DAY, code="12/VA", fined_vnd=3_889)


def where(record):
    kind = BY_SLUG[record.kind_slug]
    unit_return = record.unit_return
    return reverse("record_history", args=[unit_return.unit.code, unit_return.quarter, kind, record.pk])


def of_return(unit_return):
    return reverse("return_history", args=[unit_return.unit.code, unit_return.quarter])


def rows(client, address, **asked):
    """The body of the table of changes, as texts: when, who, what, from what to what."""
    answer = client.get(address, asked)
    assert answer.status_code == 200
    (table,) = reading.elements(reading.page(answer), "table")
    return reading.cells(table)[1:]


def last_change():
    return change_of(History.objects.newest_first().first())


def lines(change):
    return [(line.label, line.old, line.new) for line in change.lines]


# The words.


def test_a_new_record_is_told_with_what_it_began_with_and_without_what_is_empty(case):
    change = last_change()
    assert (change.who, change.post, change.way) == (
        "Nông Văn Bình",
        "Cán bộ nhập số liệu, Đồn BPCK Trà Lĩnh",
        "trên phần mềm",
    )
    assert (change.done, change.what) == ("Nhập mới", "Vụ việc 05/3/2024")
    told = {label: new for label, _old, new in lines(change)}
    assert told["Ngày"] == "05/3/2024"
    assert told["Loại vụ việc"] == "Xuất, nhập cảnh trái phép"
    assert told["Số tiền phạt (đồng)"] == "3.889"
    assert "Ghi chú" not in told


def test_a_change_says_field_by_field_what_was_and_what_is(case):
    case.fined_vnd, case.outcome, case.date, case.note = None, "warned", datetime.date(2024, 1, 5), "Đã trả"
    case.save()
    assert lines(last_change()) == [
        ("Ngày", "05/3/2024", "05/01/2024"),
        ("Ghi chú", "(trống)", "Đã trả"),
        ("Kết quả xử lý", "Xử phạt vi phạm hành chính", "Nhắc nhở, giáo dục"),
        ("Số tiền phạt (đồng)", "3.889", "(trống)"),
    ]


@pytest.mark.parametrize(
    ("quantity", "words"), [("346.433", "346,433"), ("3889", "3.889"), ("2.5", "2,5"), ("100", "100")]
)
def test_quantities_are_written_the_office_s_way(case, quantity, words):
    case.exhibits.create(name="Hêrôin", quantity=Decimal(quantity), unit="gam")
    change = last_change()
    assert change.what == "Tang vật: Hêrôin"
    assert ("Số lượng", "(trống)", words) in lines(change)


def test_kilometres_and_the_words_of_choices(draft):
    made_patrol(draft, date=DAY, form="clearing", cleared_km=Decimal("1.5"), participant_turns=12)
    told = {label: new for label, _old, new in lines(last_change())}
    assert told["Phát quang đường tuần tra (km)"] == "1,5"
    assert told["Hình thức"] == "Phát quang đường tuần tra"


def test_marks_and_duties_call_their_kinds_by_name(draft, other_post, checker):
    draft.mark_nothing_to_report(BY_SLUG["patrols"], nothing=True)
    change = change_of(History.objects.newest_first().filter(model="returnkind").first())
    assert change.what == "Dấu của mục: Tuần tra, kiểm tra, kiểm soát"
    assert ("Không phát sinh", "(trống)", "có") in lines(change)
    assert ("Mục", "(trống)", "Tuần tra, kiểm tra, kiểm soát") in lines(change)
    SectionDuty.objects.create(kind="cases", section=other_post)
    assert last_change().what == "Mục do phòng kiểm tra: Đồn BP Ngọc Côn: Vụ việc"


def test_a_tick_names_the_person(draft, checker, commander):
    taken_to(Status.SUBMITTED, draft)
    ticked(draft, by=checker)
    change = change_of(History.objects.newest_first().filter(model="returnkind", action="changed").first())
    assert ("Người kiểm tra", "(trống)", str(checker)) in lines(change)
    assert change.who == checker.username


def test_years_are_not_grouped_and_quarters_are_roman(db):
    made_quarter(2024, 1)
    told = {label: new for label, _old, new in lines(last_change())}
    assert (told["Năm"], told["Quý"], told["Ngày đầu"]) == ("2024", "I", "15/12/2023")
    assert told["Đã khóa"] == "không"


def test_a_password_is_not_shown(staff):
    staff.set_password("hai-mươi-bốn-con-sóc")
    staff.save()
    assert lines(last_change()) == [("Mật khẩu", "(không hiển thị)", "(không hiển thị)")]


def test_what_a_command_did_was_done_by_the_system(quarter):
    change = last_change()
    assert (change.who, change.post, change.way) == ("Hệ thống", "", "bằng lệnh hệ thống")


def test_an_export_is_told_with_its_cut(staff):
    with acting(staff, Way.PAGE):
        write_export("completeness.csv", quarters="2023Q1-2024Q1", units=17)
    change = last_change()
    assert (change.done, change.what) == ("Kết xuất", "Kết xuất: completeness.csv")
    assert lines(change) == [("Quý", "(trống)", "2023Q1-2024Q1"), ("Đơn vị", "(trống)", "17")]


def test_a_field_and_a_model_that_are_no_more_are_told_all_the_same(staff):
    History.objects.create(
        way=Way.PAGE, action="changed", model="rescue", said="cứu hộ", changes={"boats": [1, 2], "note": [None, "x"]}
    )
    change = last_change()
    assert change.what == "Rescue: cứu hộ"
    assert lines(change) == [("Boats", "1", "2"), ("Note", "(trống)", "x")]


def test_every_field_of_every_recorded_model_has_words_of_the_office():
    from .recorded import RECORDED

    untold = {"id", "revision"}
    for model in RECORDED:
        for field in model._meta.concrete_fields:
            if field.name not in model.UNTOLD | untold and field.name not in NAMED_IN_ENGLISH:
                with override("en"):
                    source = str(field.verbose_name)
                with override("vi"):
                    assert str(field.verbose_name) != source, (model, field.name)


# The same word in both languages.
NAMED_IN_ENGLISH: set[str] = set()


# The page of a record.


def test_a_record_s_history_is_one_click_away_and_says_all_versions_newest_first(client, case, draft, head, commander):
    exhibit = case.exhibits.create(name="Pháo nổ", quantity=1, unit="kg")
    case.subjects = 3
    case.save()
    taken_to(Status.APPROVED, draft)
    new = amend(draft, by=head, reason="Cộng sót")
    copy = CriminalCase.objects.get(unit_return=new)
    client.force_login(head)
    record = client.get(reverse("record", args=[new.unit.code, new.quarter, BY_SLUG["cases"], copy.pk]))
    links = [reading.attribute(link, "href") for link in reading.elements(reading.page(record), "a")]
    assert where(copy) in links
    told = [row[2] for row in rows(client, where(copy))]
    assert told == [
        "Chép sang phiên bản mới · phiên bản 2 Tang vật: Pháo nổ",
        "Chép sang phiên bản mới · phiên bản 2 Vụ việc 05/3/2024",
        "Sửa · phiên bản 1 Vụ việc 05/3/2024",
        "Nhập mới · phiên bản 1 Tang vật: Pháo nổ",
        "Nhập mới · phiên bản 1 Vụ việc 05/3/2024",
    ]
    assert rows(client, where(case)) == rows(client, where(copy))
    assert exhibit.pk


def test_a_return_s_history_is_not_buried_under_the_copies_of_a_new_version(client, case, draft, head, commander):
    note = "Không liệt kê các dòng chép sang"
    client.force_login(head)
    assert note not in client.get(of_return(draft)).content.decode()
    new = amend(taken_to(Status.APPROVED, draft), by=head, reason="Cộng sót")
    mended = CriminalCase.objects.get(unit_return=new)
    mended.subjects += 1
    mended.save()
    told = [row[2] for row in rows(client, of_return(new))]
    assert told[0] == "Sửa · phiên bản 2 Vụ việc 05/3/2024"
    assert not [words for words in told if "Chép" in words]
    assert note in client.get(of_return(new)).content.decode()


def test_a_record_s_history_holds_nothing_of_another(client, case, draft, staff):
    other = made_case(draft, date=DAY)
    client.force_login(staff)
    assert len(rows(client, where(case))) == len(rows(client, where(other))) == 1


@pytest.mark.parametrize("who", ["head", "checker", "commander"])
def test_whoever_sees_the_return_sees_its_history(client, request, case, who):
    client.force_login(request.getfixturevalue(who))
    assert len(rows(client, where(case))) == 1
    assert "Nông Văn Bình" in rows(client, of_return(case.unit_return))[0][1]


@pytest.mark.parametrize("who", ["stranger", "admin_user"])
def test_whoever_does_not_see_the_return_finds_no_history(client, request, case, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(where(case)).status_code == 404
    assert client.get(of_return(case.unit_return)).status_code == 404


# The page of a return.


def test_a_return_s_history_keeps_what_was_deleted_and_leads_to_what_stands(client, case, draft, staff):
    patrol = made_patrol(draft, date=DAY)
    Patrol.objects.get(pk=patrol.pk).delete()
    client.force_login(staff)
    answer = client.get(of_return(draft))
    links = [reading.attribute(link, "href") for link in reading.elements(reading.page(answer), "a")]
    assert where(case) in links
    assert where(patrol) not in links
    told = rows(client, of_return(draft))
    assert told[0][2] == "Xóa Lần tuần tra 05/3/2024"
    assert "Lượt người tham gia: 6" in told[0][3]
    assert told[-1][2].startswith("Nhập mới Báo cáo")


def test_the_page_of_a_return_leads_to_its_history(client, draft, staff):
    client.force_login(staff)
    answer = client.get(draft.get_absolute_url())
    assert of_return(draft) in [reading.attribute(a, "href") for a in reading.elements(reading.page(answer), "a")]


def test_a_return_s_history_can_be_asked_for_one_kind(client, case, draft, staff):
    case.exhibits.create(name="Pháo nổ", quantity=1, unit="kg")
    made_patrol(draft, date=DAY)
    client.force_login(staff)
    assert [row[2] for row in rows(client, of_return(draft), kind="cases")] == [
        "Nhập mới Tang vật: Pháo nổ",
        "Nhập mới Vụ việc 05/3/2024",
    ]


def test_a_return_s_history_tells_of_more_time_and_of_marks(client, draft, staff, quarter, commander):
    made_extension(draft.unit, quarter, granted_by=commander)
    draft.mark_nothing_to_report(BY_SLUG["patrols"], nothing=True)
    client.force_login(staff)
    told = [row[2] for row in rows(client, of_return(draft))]
    assert told[:2] == [
        "Nhập mới Dấu của mục: Tuần tra, kiểm tra, kiểm soát",
        f"Nhập mới Gia hạn: {draft.unit} - quý I/2024",
    ]


@pytest.mark.parametrize(("name", "read"), [("Nông Văn Bình", "Nông Văn Bình"), ("", "commander")])
def test_who_gave_more_time_is_called_the_same_on_every_page(
    client, draft, head, quarter, commander, admin_user, name, read
):
    commander.last_name, _space, commander.first_name = name.rpartition(" ")
    commander.save()
    made_extension(draft.unit, quarter, granted_by=commander)
    assert ("Người gia hạn", "(trống)", read) in lines(last_change())
    client.force_login(head)
    page = client.get(draft.get_absolute_url()).content.decode()
    client.force_login(admin_user)
    rooms = client.get("/admin/activity/extension/").content.decode()
    assert (f"{read}: <q>" in page, f">{read}<" in rooms) == (True, True)


def test_a_return_that_nobody_has_begun_has_an_empty_history(client, post, staff, quarter):
    client.force_login(staff)
    assert rows(client, of_return(UnitReturn(unit=post, quarter=quarter))) == [["Chưa có thay đổi nào."]]
    assert not UnitReturn.objects.exists()


def test_a_long_history_comes_in_pages_that_keep_the_kind(client, draft, staff):
    for _ in range(51):
        made_patrol(draft, date=DAY)
    client.force_login(staff)
    answer = client.get(of_return(draft), {"kind": "patrols"})
    assert len(rows(client, of_return(draft), kind="patrols")) == 50
    (later,) = [e for e in reading.elements(reading.page(answer), "a") if reading.attribute(e, "rel") == "next"]
    assert len(rows(client, of_return(draft) + reading.attribute(later, "href"))) == 1


# The timeline.


def test_the_timeline_tells_the_whole_way_across_versions(client, draft, head, checker, commander):
    sent_back(draft, by=checker)
    taken_to(Status.APPROVED, UnitReturn.objects.get())
    new = amend(UnitReturn.objects.get(), by=head, reason="Cộng sót một vụ.")
    taken_to(Status.APPROVED, new)
    client.force_login(head)
    for address in (new.get_absolute_url(), reverse("return_version", args=[new.unit.code, new.quarter, 1])):
        tree = reading.page(client.get(address))
        told = [reading.text(item) for item in reading.elements(reading.one(tree, "ol", class_="timeline"), "b")]
        assert [words for words in told if words != "Đã kiểm tra"] == [
            "Phiên bản 1",
            "Đã nộp",
            "Đã trả lại",
            "Đã nộp",
            "Đã duyệt",
            "Phiên bản 2",
            "Mở điều chỉnh số liệu",
            "Đã nộp",
            "Đã duyệt",
        ]
        assert told.count("Đã kiểm tra") == 10


@pytest.mark.parametrize("renamed_after", [0, 1], ids=["that day", "a day later"])
def test_the_timeline_calls_the_unit_of_who_acted_as_on_that_day(client, draft, head, post, renamed_after):
    taken_to(Status.SUBMITTED, draft)
    former = post.short_name
    post.become(timezone.localdate() + datetime.timedelta(days=renamed_after), short_name="Đồn BPCK QT Trà Lĩnh")
    post.save()
    client.force_login(head)
    timeline = reading.text(reading.one(reading.page(client.get(draft.get_absolute_url())), "ol", class_="timeline"))
    then, other = [(post.short_name, former), (former, post.short_name)][renamed_after]
    assert f", {then}" in timeline
    assert other not in timeline


def test_the_history_in_english_is_english(client, case, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    assert "on the pages" in rows(client, where(case))[0][1]
