"""The frame round every page: the quarter picker, and the sections of the bar for each role."""

import datetime
import re

import pytest
from django.utils import timezone

from activity.models.choices import Status

from . import reading
from .factories import made_patrol, made_quarter, made_return, taken_to

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2024, 9, 1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The first of September 2024, inside quý III."""
    local = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda *moment, **zone: local(*moment, **zone) if moment else TODAY)


@pytest.fixture
def quarters(post, other_post):
    """Quý I to III have begun, quý IV has not."""
    return [made_quarter(2024, number) for number in (1, 2, 3, 4)]


def picker(client, address):
    """What the picker of a page says: (summary, previous, next, links as (words, address, shown))."""
    tree = reading.page(client.get(address))
    frame = reading.one(tree, "div", class_="picker")
    links = list(reading.elements(frame, "a"))
    by_rel = {reading.attribute(a, "rel"): reading.attribute(a, "href") for a in links}
    listed = [
        (reading.text(a), reading.attribute(a, "href"), reading.attribute(a, "aria-current"))
        for a in links
        if not reading.attribute(a, "rel")
    ]
    return reading.text(reading.one(frame, "summary")), by_rel.get("prev"), by_rel.get("next"), listed


@pytest.mark.parametrize("page", ["/dashboard/{}/", "/returns/tra-linh/{}/", "/summary/{}/", "/returns/?quarter={}"])
def test_the_picker_leads_to_the_same_page_of_the_neighbouring_quarters(client, commander, quarters, page):
    client.force_login(commander)
    shown, before, after, listed = picker(client, page.format("2024Q2"))
    assert (shown, before, after) == ("quý II/2024", page.format("2024Q1"), page.format("2024Q3"))
    assert listed == [
        ("quý III/2024", page.format("2024Q3"), None),
        ("quý II/2024", page.format("2024Q2"), "true"),
        ("quý I/2024", page.format("2024Q1"), None),
    ]


def test_the_form_of_a_new_record_leads_to_the_returns_which_may_be_locked(client, staff, quarters):
    client.force_login(staff)
    shown, before, after, _ = picker(client, "/returns/tra-linh/2024Q2/cases/add/")
    assert (before, after) == ("/returns/tra-linh/2024Q1/", "/returns/tra-linh/2024Q3/")


def test_the_oldest_quarter_has_none_before_and_the_newest_begun_none_after(client, commander, quarters):
    client.force_login(commander)
    assert picker(client, "/dashboard/2024Q1/")[1:3] == (None, "/dashboard/2024Q2/")
    assert picker(client, "/dashboard/2024Q3/")[1:3] == ("/dashboard/2024Q2/", None)


def test_a_quarter_that_has_not_begun_is_not_offered(client, commander, quarters):
    client.force_login(commander)
    words = [words for words, _, _ in picker(client, "/dashboard/2024Q3/")[3]]
    assert words == ["quý III/2024", "quý II/2024", "quý I/2024"]


def test_the_page_of_returns_shows_the_newest_begun_quarter_where_none_is_asked_for(client, commander, quarters):
    client.force_login(commander)
    assert picker(client, "/returns/")[0] == picker(client, "/returns/?quarter=")[0] == "quý III/2024"
    for asked in ("nonsense", "2031Q1", "2024Q4"):
        assert client.get(f"/returns/?quarter={asked}").status_code == 404


@pytest.mark.parametrize("page", ["/dashboard/2024Q2/", "/returns/tra-linh/2024Q2/", "/records/cases/?quarter=2024Q2"])
def test_the_sections_keep_the_quarter_of_the_page(client, commander, quarters, page):
    client.force_login(commander)
    navigation = reading.one(reading.page(client.get(page)), "nav", aria_label="Các mục")
    assert [reading.attribute(link, "href") for link in reading.elements(navigation, "a")] == [
        "/dashboard/2024Q2/",
        "/returns/?quarter=2024Q2",
        "/completeness/",
        "/records/patrols/?quarter=2024Q2",
        "/summary/2024Q2/",
    ]


def test_from_a_page_without_a_quarter_the_sections_lead_to_the_latest(client, commander, quarters):
    client.force_login(commander)
    navigation = reading.one(reading.page(client.get("/inbox/")), "nav", aria_label="Các mục")
    assert [reading.attribute(link, "href") for link in reading.elements(navigation, "a")] == [
        "/dashboard/",
        "/returns/",
        "/completeness/",
        "/records/patrols/",
        "/summary/",
    ]


@pytest.mark.parametrize("address", ["/", "/inbox/", "/completeness/", "/password/", "/nothing/"])
def test_a_page_without_a_quarter_leads_to_the_overview_of_each(client, commander, quarters, address):
    client.force_login(commander)
    shown, before, after, listed = picker(client, address)
    assert (shown, before, after) == ("quý III/2024", "/dashboard/2024Q2/", None)
    assert [href for _, href, _ in listed] == [f"/dashboard/2024Q{number}/" for number in (3, 2, 1)]


@pytest.mark.parametrize("address", ["/", "/inbox/", "/password/"])
def test_for_a_unit_it_leads_to_the_return_of_each(client, staff, quarters, address):
    client.force_login(staff)
    assert [href for _, href, _ in picker(client, address)[3]] == [
        f"/returns/tra-linh/2024Q{number}/" for number in (3, 2, 1)
    ]


def test_a_list_of_records_keeps_its_other_filters_and_begins_at_its_first_page(client, commander, quarters):
    client.force_login(commander)
    shown, before, after, _ = picker(client, "/records/cases/?unit=tra-linh&quarter=2024Q2&text=a%26b&page=3")
    assert shown == "quý II/2024"
    assert before == "/records/cases/?unit=tra-linh&quarter=2024Q1&text=a%26b"
    assert after == "/records/cases/?unit=tra-linh&quarter=2024Q3&text=a%26b"


def test_a_list_of_all_quarters_says_so_and_leads_to_the_newest(client, commander, quarters):
    client.force_login(commander)
    shown, before, after, listed = picker(client, "/records/cases/")
    assert (shown, before, after) == ("Tất cả các quý", "/records/cases/?quarter=2024Q3", None)
    assert not [marked for _, _, marked in listed if marked]


@pytest.mark.parametrize("page", ["", "delete/", "history/"])
def test_the_pages_of_one_record_lead_to_the_returns_of_its_unit(client, staff, quarters, post, page):
    patrol = made_patrol(made_return(post, quarters[1]))
    client.force_login(staff)
    shown, before, after, _ = picker(client, f"/returns/tra-linh/2024Q2/patrols/{patrol.pk}/{page}")
    assert (shown, before, after) == ("quý II/2024", "/returns/tra-linh/2024Q1/", "/returns/tra-linh/2024Q3/")


def test_a_version_has_no_picker_since_no_other_quarter_has_the_same(client, commander, quarters, post):
    made_return(post, quarters[1], status=Status.APPROVED)
    client.force_login(commander)
    assert 'class="picker"' not in client.get("/returns/tra-linh/2024Q2/versions/1/").content.decode()


def test_the_answer_to_a_refused_step_leads_to_pages_that_can_be_read(client, commander, quarters, post):
    unit_return = made_return(post, quarters[1], status=Status.SUBMITTED)
    client.force_login(commander)
    answer = client.post("/returns/tra-linh/2024Q2/send-back/", {"revision": unit_return.revision, "reason": ""})
    assert answer.status_code == 422
    frame = reading.one(reading.page(answer), "div", class_="picker")
    for link in reading.elements(frame, "a"):
        assert client.get(reading.attribute(link, "href")).status_code == 200


def test_an_administrator_without_a_unit_has_no_picker(client, admin_user, quarters):
    client.force_login(admin_user)
    assert 'class="picker"' not in client.get("/password/").content.decode()


def test_a_quarter_that_is_none_leaves_no_empty_picker(client, commander, quarters):
    client.force_login(commander)
    answer = client.get("/dashboard/2031Q1/")
    assert answer.status_code == 404
    assert 'class="picker"' not in answer.content.decode()


def test_who_is_signed_in_reads_the_version_in_the_foot(client, commander, settings):
    assert settings.VERSION not in client.get("/login/", follow=True).content.decode()
    client.force_login(commander)
    foot = reading.one(reading.page(client.get("/inbox/")), "footer")
    assert f"Phiên bản {settings.VERSION}" in reading.text(foot)


def test_without_a_quarter_there_is_no_picker(client, commander):
    client.force_login(commander)
    assert 'class="picker"' not in client.get("/returns/").content.decode()


def test_the_paper_of_a_quarter_that_runs_says_so(client, commander, quarters, post):
    client.force_login(commander)
    told = []
    for quarter in quarters[1:3]:
        made_return(post, quarter, status=Status.APPROVED)
        tree = reading.page(client.get(f"/summary/{quarter.code}/"))
        told.append("Quý chưa kết thúc: số liệu tính đến" in reading.text(reading.one(tree, "p", class_="window")))
    assert told == [False, True]


SECTIONS = {
    "staff": ["Tổng quan", "Báo cáo đơn vị", "Số liệu chi tiết"],
    "head": ["Tổng quan", "Báo cáo đơn vị", "Số liệu chi tiết"],
    "checker": ["Tổng quan", "Báo cáo đơn vị", "Tình hình nộp", "Số liệu chi tiết", "Tổng hợp quý"],
    "commander": ["Tổng quan", "Báo cáo đơn vị", "Tình hình nộp", "Số liệu chi tiết", "Tổng hợp quý"],
    "admin_user": ["Quản trị hệ thống"],
}


@pytest.mark.parametrize("role", SECTIONS)
def test_the_bar_offers_each_role_the_sections_that_are_open_to_it(request, client, role, quarters):
    client.force_login(request.getfixturevalue(role))
    navigation = reading.one(reading.page(client.get("/password/")), "nav", aria_label="Các mục")
    links = list(reading.elements(navigation, "a"))
    assert [reading.text(link) for link in links] == SECTIONS[role]
    for link in links:
        assert client.get(reading.attribute(link, "href")).status_code in {200, 302}


@pytest.mark.parametrize(
    ("address", "section"),
    [
        ("/dashboard/2024Q1/", "Tổng quan"),
        ("/returns/", "Báo cáo đơn vị"),
        ("/records/cases/", "Số liệu chi tiết"),
        ("/summary/2024Q1/", "Tổng hợp quý"),
    ],
)
def test_the_bar_marks_the_section_that_is_shown(client, commander, quarters, address, section):
    client.force_login(commander)
    navigation = reading.one(reading.page(client.get(address)), "nav", aria_label="Các mục")
    marked = [reading.text(a) for a in reading.elements(navigation, "a") if reading.attribute(a, "aria-current")]
    assert marked == [section]


def test_the_dashboard_without_a_quarter_leads_to_the_latest_with_an_approved_return(client, staff, quarters, post):
    made_return(post, quarters[0], status=Status.APPROVED)
    made_return(post, quarters[1], status=Status.SUBMITTED)
    client.force_login(staff)
    assert client.get("/dashboard/").url == "/dashboard/2024Q1/"


def test_a_unit_is_not_led_to_a_quarter_of_another_unit(client, staff, quarters, post, other_post):
    made_return(post, quarters[0], status=Status.APPROVED)
    made_return(other_post, quarters[2], status=Status.APPROVED)
    client.force_login(staff)
    assert client.get("/dashboard/").url == "/dashboard/2024Q1/"


@pytest.mark.parametrize("address", ["/dashboard/", "/summary/"])
def test_before_anything_is_approved_it_is_said_that_there_is_nothing_yet(client, commander, quarters, post, address):
    made_return(post, quarters[0], status=Status.SUBMITTED)
    client.force_login(commander)
    answer = client.get(address)
    assert answer.status_code == 200
    assert reading.text(reading.one(reading.page(answer), "h1")) == "Chưa có số liệu"


def test_the_summary_without_a_quarter_leads_to_the_latest_with_an_approved_return(client, checker, quarters, post):
    made_return(post, quarters[1], status=Status.APPROVED)
    client.force_login(checker)
    assert client.get("/summary/").url == "/summary/2024Q2/"


@pytest.mark.parametrize("page", ["/", "/dashboard/2024Q1/", "/summary/2024Q1/"])
def test_the_foot_of_a_page_with_figures_says_basis_moment_units_and_version(
    client, commander, quarters, post, settings, page
):
    taken_to(Status.APPROVED, made_patrol(made_return(post, quarters[0])).unit_return)
    settings.VERSION = "1.2.3"
    client.force_login(commander)
    foot = reading.text(reading.one(reading.page(client.get(page)), "footer", class_="foot"))
    for words in ("Phiên bản 1.2.3", "Căn cứ: báo cáo đã duyệt", "1/2 đơn vị"):
        assert words in foot
    assert re.search(r"số liệu đến [0-9]{2}:[0-9]{2} ngày", foot), foot


def test_the_foot_of_a_start_page_without_figures_names_no_basis(client, commander, quarters):
    client.force_login(commander)
    foot = reading.text(reading.one(reading.page(client.get("/")), "footer", class_="foot"))
    assert "Căn cứ" not in foot
