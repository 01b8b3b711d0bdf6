"""Units that have not reported: named wherever their figures lack, and never taken for zero."""

import datetime

import pytest
from django.utils import timezone

from activity.models.choices import Status

from . import reading
from .factories import made_case, made_patrol, made_quarter, made_return, made_unit, sent_back, taken_to

pytestmark = pytest.mark.django_db

# Quý I/2024 was due on 18/3/2024.
TODAY = datetime.date(2024, 3, 21)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    local = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda *moment, **zone: local(*moment, **zone) if moment else TODAY)


@pytest.fixture
def half(post, other_post, quarter, commander):
    """Of three units one is approved with three patrols, one is submitted, one has not begun."""
    third = made_unit("dam-thuy", short_name="Đồn BP Đàm Thủy")
    approved, waiting = made_return(post, quarter), made_return(other_post, quarter)
    made_patrol(approved, times=3)
    made_patrol(waiting, times=40, participant_turns=80)
    taken_to(Status.APPROVED, approved)
    taken_to(Status.SUBMITTED, waiting)
    return third


def seen(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return reading.page(answer)


def main(tree):
    return reading.text(reading.one(tree, "main"))


def test_the_summary_names_who_has_not_reported_and_who_waits(client, commander, half):
    words = main(seen(client, commander, "/summary/2024Q1/"))
    assert "Số liệu tổng hợp từ 01/03 đơn vị" in words
    assert "chưa nộp: Đồn BP Đàm Thủy" in words
    assert "03 lần/06 lượt người" in words


def test_the_annex_writes_not_reported_and_no_number(client, commander, half):
    tree = seen(client, commander, "/summary/2024Q1/")
    rows = {row[0]: row[1:] for table in reading.elements(tree, "table") for row in reading.cells(table)}
    assert rows["Đồn BP Đàm Thủy"] == ["chưa nộp"]
    assert len(rows["Đồn BPCK Trà Lĩnh"]) > 1


def test_the_dashboard_says_how_many_units_are_in_it_and_who_is_not(client, commander, half):
    words = main(seen(client, commander, "/dashboard/2024Q1/"))
    assert "1/3 đơn vị" in words
    assert "chờ duyệt: Đồn BP Ngọc Côn" in words
    assert "chưa nộp: Đồn BP Đàm Thủy" in words


def test_the_provisional_dashboard_counts_who_waits_and_says_so(client, commander, half):
    tree = seen(client, commander, "/dashboard/2024Q1/?basis=provisional")
    assert "2/3 đơn vị" in main(tree)
    assert "Sơ bộ" in main(tree)
    patrols = next(e for e in reading.elements(tree, "li") if reading.attribute(e, "class") == "tile")
    assert "43 lần" in reading.text(patrols)


@pytest.mark.parametrize("basis", ["", "?basis=provisional"])
def test_a_quarter_without_a_case_has_its_dashboard(client, commander, half, basis):
    assert "Vụ việc" in main(seen(client, commander, f"/dashboard/2024Q1/{basis}"))


@pytest.mark.parametrize(
    "address",
    ["dashboard/2024Q1/?basis=final", "dashboard/2024Q1/?units=past", "summary/2024Q1/?units=past",
     "returns/tra-linh/2024Q1/history/?kind=patrol"],
)  # fmt: skip
def test_a_choice_that_is_not_offered_is_not_found(client, commander, half, address):
    client.force_login(commander)
    assert client.get(f"/{address}").status_code == 404


@pytest.mark.parametrize("page", ["dashboard", "summary"])
def test_a_quarter_that_nobody_has_reported_has_its_pages(client, commander, post, other_post, quarter, page):
    words = main(seen(client, commander, f"/{page}/2024Q1/"))
    assert "chưa nộp" in words.lower()
    assert "không phát sinh" not in words.lower()
    assert "không tổ chức" not in words.lower()


def test_the_command_s_start_names_first_what_is_overdue_and_then_what_waits(client, commander, half):
    tree = seen(client, commander, "/")
    overdue, mine, waiting = list(reading.elements(tree, "section"))[:3]
    assert "Không có báo cáo nào chờ xử lý" in reading.text(mine)  # the sections have not checked it
    assert ("Đồn BP Ngọc Côn" in reading.text(waiting), "Đồn BP Đàm Thủy" in reading.text(waiting)) == (True, False)
    assert "Đồn BP Đàm Thủy" in reading.text(overdue)
    assert "Quá hạn 3 ngày, chưa nộp" in reading.text(overdue)
    assert "Đồn BPCK Trà Lĩnh" not in reading.text(waiting) + reading.text(overdue)


def test_the_unit_s_start_offers_the_oldest_return_that_is_open(client, staff, post, quarter):
    made_quarter(2024, 2)
    tree = seen(client, staff, "/")
    button = reading.one(tree, "a", class_="button primary")
    assert reading.attribute(button, "href") == "/returns/tra-linh/2024Q1/"
    assert "Quá hạn 3 ngày, chưa nộp" in main(tree)
    assert "đã nhập 0/5 mục" in main(tree)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime.date(2024, 3, 8), "còn 10 ngày đến hạn nộp"),
        (datetime.date(2024, 3, 17), "còn 1 ngày đến hạn nộp"),
        (datetime.date(2024, 3, 18), "đến hạn nộp hôm nay"),
        (datetime.date(2024, 3, 19), "Quá hạn 1 ngày, chưa nộp"),
    ],
)
def test_the_unit_s_start_counts_the_days_to_the_due_day(client, staff, post, quarter, monkeypatch, day, words):
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    assert words in main(seen(client, staff, "/"))


def test_the_unit_s_start_shows_why_a_return_came_back(client, head, post, quarter, commander):
    unit_return = made_return(post, quarter)
    made_case(unit_return)
    sent_back(unit_return, by=commander, reason="Số km phát quang chưa khớp.")
    assert "Số km phát quang chưa khớp." in main(seen(client, head, "/"))


def test_a_unit_that_has_submitted_all_is_told_that_nothing_waits(client, head, post, quarter):
    made_return(post, quarter, status=Status.SUBMITTED)
    assert "Không còn việc gì chờ xử lý" in main(seen(client, head, "/"))


def test_a_start_before_the_first_quarter_is_a_page(client, head, commander):
    assert seen(client, head, "/")
    assert seen(client, commander, "/")
