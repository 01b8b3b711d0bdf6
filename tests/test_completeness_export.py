"""The file of who has handed in what: as Excel opens it, and written down before it leaves."""

import csv
import datetime
import io

import pytest
from django.db import connection
from django.utils import timezone

from activity.csv_files import csv_file
from activity.models import History, Quarter, Unit
from activity.models.amendment import amend
from activity.models.choices import Status
from activity.models.history import Action
from activity.models.steps import Step
from activity.views import completeness

from .factories import made_extension, made_quarter, made_return, made_unit, moved_to, taken_to

pytestmark = pytest.mark.django_db

DUE = datetime.date(2024, 3, 18)
HEADING = [
    "Đơn vị", "Quý", "Trạng thái", "Đúng hạn, quá hạn", "Hạn nộp", "Gia hạn đến hết ngày", "Nộp lần đầu ngày",
    "Số ngày muộn, quá hạn", "Phiên bản", "Số báo cáo đã nộp", "Trên số báo cáo", "Số báo cáo nộp đúng hạn",
    "Trên số báo cáo đến hạn",
]  # fmt: skip
NO_RATE = [""] * 4


@pytest.fixture(autouse=True)
def today(on):
    on(DUE + datetime.timedelta(days=3))


def read(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def downloaded(client, user, asked=""):
    client.force_login(user)
    answer = client.get(f"/completeness/export/{asked}")
    assert answer.status_code == 200
    return answer


def test_the_file_has_a_line_for_each_unit_and_quarter_the_newest_first(
    client, commander, head, post, other_post, quarter
):
    made_unit("moi", name="Đồn Biên phòng mới", reports_from=datetime.date(2030, 1, 1))
    made_extension(other_post, quarter, days=1)
    first = made_return(post, quarter, status=Status.APPROVED)
    time = datetime.datetime(2024, 3, 20, 8, tzinfo=timezone.get_current_timezone())
    moved_to(time, step=Step.SUBMITTED)
    taken_to(Status.APPROVED, amend(first, by=head, reason="Nhầm số km"))
    made_quarter(2023, 4)
    heading, *lines = read(downloaded(client, commander).content)
    assert heading == HEADING
    assert lines[:3] == [
        ["Đồn Biên phòng Cửa khẩu Trà Lĩnh", "quý I/2024", "Đã điều chỉnh", "Nộp muộn 2 ngày", "2024-03-18", "",
         "2024-03-20", "2", "2", *NO_RATE],
        ["Đồn Biên phòng Ngọc Côn", "quý I/2024", "Chưa nộp", "Quá hạn 2 ngày, chưa nộp", "2024-03-18", "2024-03-19",
         "", "2", "", *NO_RATE],
        ["Đồn Biên phòng mới", "quý I/2024", "Không phải báo cáo", "", "", "", "", "", "", *NO_RATE],
    ]  # fmt: skip
    assert [line[1] for line in lines[3:6]] == ["quý IV/2023"] * 3


def test_after_them_come_the_rates_of_each_quarter_of_each_unit_and_of_all(
    client, commander, post, other_post, quarter
):
    made_unit("moi", name="Đồn Biên phòng mới", reports_from=datetime.date(2030, 1, 1))
    made_quarter(2023, 4)
    made_quarter(2024, 2)  # has begun and is not due: no unit is late in it
    for on_time in (quarter, Quarter.objects.get(year=2023)):
        made_return(post, on_time, status=Status.SUBMITTED)
    moved_to(timezone.make_aware(datetime.datetime(2023, 12, 15, 8)), step=Step.SUBMITTED)
    lines = read(downloaded(client, commander).content)[10:]
    assert [[unit, of, *rate] for unit, of, *nothing, complete, whole, on_time, due in lines
            for rate in [(complete, whole, on_time, due)] if not any(nothing)] == [
        ["Tất cả đơn vị", "quý II/2024", "0", "2", "0", "0"],
        ["Tất cả đơn vị", "quý I/2024", "1", "2", "1", "2"],
        ["Tất cả đơn vị", "quý IV/2023", "1", "2", "1", "2"],
        ["Đồn Biên phòng Cửa khẩu Trà Lĩnh", "Các quý trên", "2", "2", "2", "2"],
        ["Đồn Biên phòng Ngọc Côn", "Các quý trên", "0", "2", "0", "2"],
        ["Đồn Biên phòng mới", "Các quý trên", "0", "0", "0", "0"],
        ["Tất cả đơn vị", "Các quý trên", "2", "4", "2", "4"],
    ]  # fmt: skip
    page = client.get("/completeness/").content.decode()
    assert "1/2" in page
    assert "2/4" in page


def test_the_file_shows_the_quarters_that_the_page_shows(client, commander, post):
    for n in range(1, 13):
        made_quarter(2021 + n // 4, n % 4 + 1)
    lines = {asked: len(read(downloaded(client, commander, asked).content)) for asked in ("", "?quarters=all")}
    # A heading, a line a quarter, one of its rates, one of the unit's, one of all.
    assert lines == {"": 1 + 8 + 8 + 1 + 1, "?quarters=all": 1 + 12 + 12 + 1 + 1}


def test_excel_opens_it_at_a_double_click(client, commander, post, quarter):
    answer = downloaded(client, commander)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = "T%C3%ACnh%20h%C3%ACnh%20n%E1%BB%99p%20b%C3%A1o%20c%C3%A1o%202024Q1-2024Q1.csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert answer.content.count(b"\r\n") == 2 + 3


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)", "\tx", "\r=1"])
def test_a_text_that_excel_would_take_for_a_formula_is_kept_a_text(text):
    assert read(csv_file([[text, "=".join("ab")]])) == [[f"'{text}", "a=b"]]


def test_numbers_and_days_stay_what_they_are():
    assert read(csv_file([[-5, datetime.date(2024, 3, 5), None, "a;b"]])) == [["-5", "2024-03-05", "", "a;b"]]


def test_the_name_of_a_unit_is_no_formula_either(client, commander, post, quarter):
    Unit.objects.filter(pk=post.pk).update(name="=HYPERLINK(A1)")
    assert read(downloaded(client, commander).content)[1][0] == "'=HYPERLINK(A1)"


def exports():
    return History.objects.filter(action=Action.EXPORTED)


def test_a_download_is_written_down_with_who_what_and_which_cut(client, commander, post, other_post, quarter):
    downloaded(client, commander)
    (export,) = exports()
    assert (export.by, export.way, export.said) == (commander, "page", "Tình hình nộp báo cáo")
    assert export.changes == {"quarters": [None, "2024Q1-2024Q1"], "units": [None, 2]}


def test_it_is_written_down_before_the_file_is_made_and_in_one_transaction(
    client, commander, post, quarter, monkeypatch
):
    order = []
    made, write = completeness.csv_file, completeness.write_export

    def remember(name, act):
        return lambda *args, **kwargs: (order.append((name, connection.in_atomic_block)), act(*args, **kwargs))[1]

    monkeypatch.setattr(completeness, "csv_file", remember("file", made))
    monkeypatch.setattr(completeness, "write_export", remember("log", write))
    downloaded(client, commander)
    assert order == [("log", True), ("file", True)]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_could_not_be_made_is_not_said_to_have_left(client, commander, post, quarter, monkeypatch):
    monkeypatch.setattr(completeness, "csv_file", lambda lines: 1 / 0)
    client.force_login(commander)
    with pytest.raises(ZeroDivisionError):
        client.get("/completeness/export/")
    assert not exports()


def test_what_cannot_be_written_down_does_not_leave(client, commander, post, quarter, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("no history")

    monkeypatch.setattr(completeness, "write_export", refuse)
    client.force_login(commander)
    with pytest.raises(RuntimeError, match="no history"):
        client.get("/completeness/export/")


def test_a_look_at_the_page_is_no_download_and_a_refused_one_neither(client, commander, staff, post, quarter):
    client.force_login(commander)
    client.get("/completeness/")
    assert client.head("/completeness/export/").status_code == 405
    client.force_login(staff)
    assert client.get("/completeness/export/").status_code == 403
    assert not exports()
