"""The published quarter, from the loaded sample to the page: one number on form, list, chart and paper."""

import datetime
import re
import unicodedata

import pytest
from django.test import Client
from django.urls import reverse

from activity.converters import QuarterCode
from activity.kinds import BY_SLUG
from activity.models import Unit, User
from activity.sample.load import load_province

from . import reading

TODAY = datetime.date(2024, 6, 20)
PUBLISHED = [
    "412 lần/3.889 lượt người",
    "trên 50 km",
    "329 lần/15.749 lượt người nghe",
    "01 chuyên án",
    "CB324",
    "về tổ chức, môi giới cho người khác nhập cảnh trái phép",
    "144 vụ/1.421 đối tượng",
    "trên 1 tỉ đồng",
    "lễ công bố nâng cấp cửa khẩu Trà Lĩnh (Việt Nam) - Long Bang (Trung Quốc) thành cửa khẩu quốc tế",
    "lối thông quan Nà Đoỏng - Nà Ráy",
    "ngày 28 tháng 12 năm 2023",
]


@pytest.fixture(scope="module")
def province(taken_back):
    """Six quarters of the sample, loaded once for this module and taken back after it."""
    with taken_back(lambda: load_province(TODAY, "mật khẩu của mẫu", first_year=2023)):
        yield


@pytest.fixture
def by_role(province, db):
    """A client of that sample account."""

    def by_role(name):
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    return by_role


@pytest.fixture
def paper(by_role):
    """The summary page of quý I/2024."""
    answer = by_role("commander").get("/summary/2024Q1/")
    assert answer.status_code == 200
    return reading.page(answer)


def folded(words):
    """Text as the published report and ours are compared: one spelling of tỷ, plain spaces, small letters."""
    words = " ".join(unicodedata.normalize("NFC", words).casefold().split())
    return re.sub(r"\btỉ\b", "tỷ", words)


def body(tree):
    """The report itself, without its annexes."""
    return reading.text(reading.one(tree, "article", class_="paper"))


@pytest.mark.parametrize("words", PUBLISHED)
def test_the_summary_says_what_was_published(paper, words):
    assert folded(words) in folded(body(paper))


def test_words_that_differ_in_more_than_spelling_are_told_apart():
    assert folded("Trên 1\u00a0tỉ đồng") == folded("trên 1 tỷ đồng")
    assert folded("trên 1,2 tỷ đồng") != folded("trên 1 tỷ đồng")
    assert folded("tỉnh") == "tỉnh"


def test_the_summary_has_the_head_and_the_parts_of_the_report(paper):
    words = body(paper)
    assert "Kết quả công tác biên phòng quý I và phương hướng, nhiệm vụ quý II năm 2024" in words
    assert "(Số liệu tính từ ngày 15/12/2023 đến ngày 14/3/2024)" in words
    heads = [reading.text(e) for e in reading.elements(reading.one(paper, "article", class_="paper"), "h2")]
    assert [re.match("[IV]+", head)[0] for head in heads] == ["I", "II", "III", "IV"]
    assert heads[-1].endswith("nhiệm vụ quý II")


def test_the_summary_is_compared_with_the_same_quarter_last_year(paper):
    assert "so với cùng kỳ năm 2023" in body(paper)


def test_all_units_are_in_the_published_quarter(paper):
    assert "17/17 đơn vị" in body(paper)


def test_no_code_of_a_project_that_is_still_open_is_printed(by_role):
    text = by_role("commander").get("/summary/2024Q2/").content.decode()
    open_codes = set(BY_SLUG["projects"].model.objects.exclude(stage="success").values_list("code", flat=True)) - set(
        BY_SLUG["projects"].model.objects.filter(stage="success").values_list("code", flat=True)
    )
    assert open_codes
    assert [code for code in open_codes if code in text] == []


def test_sample_figures_are_marked_on_screen_and_on_paper(paper):
    sheets = list(reading.elements(paper, "article"))
    assert len(sheets) == 4
    for sheet in sheets:
        assert "Số liệu minh họa" in reading.text(reading.one(sheet, "p", class_="sample-mark"))
    assert "Số liệu minh họa" in reading.text(reading.one(paper, "p", class_="sample strip"))


def annex(tree, table):
    """The last row of an annex by unit, by the heads of its columns."""
    tables = [e for e in reading.elements(tree, "table") if "figures-table" in reading.attribute(e, "class")]
    rows = reading.cells(tables[table])
    return dict(zip(rows[0], rows[-1], strict=True))


BORDER, CRIME = 1, 2
# Measure: its column in the annex, its kind and column of the list, and how the tile says it.
ONE_NUMBER = {
    "patrols": ("412", BORDER, "patrols", "times", "412 lần"),
    "patrol_turns": ("3.889", BORDER, "patrols", "participant_turns", "3.889 lượt người"),
    "cleared_km": ("50,4", BORDER, "patrols", "cleared_km", "50,4 km"),
    "propaganda": ("329", BORDER, "propaganda", "times", "329 lần"),
    "listener_turns": ("15.749", BORDER, "propaganda", "listener_turns", "15.749 lượt người nghe"),
    "cases": ("144", CRIME, "cases", "cases", "144 vụ"),
    "subjects": ("1.421", CRIME, "cases", "subjects", "1.421 đối tượng"),
    "paid_vnd": ("1.034.500.000", CRIME, "cases", "paid_vnd", "1,03 tỷ đồng"),
}


@pytest.mark.parametrize("measure", ONE_NUMBER)
def test_the_annex_closes_with_the_published_total(paper, measure):
    value, table, *_ = ONE_NUMBER[measure]
    assert value in annex(paper, table).values()


@pytest.mark.parametrize("measure", ONE_NUMBER)
def test_the_footer_of_the_list_is_the_published_total(by_role, measure):
    value, _, slug, column, _ = ONE_NUMBER[measure]
    tree = reading.page(by_role("checker").get(f"/records/{slug}/?quarter=2024Q1"))
    head, *_, foot = reading.cells(reading.one(tree, "table", class_="records"))
    label = str(BY_SLUG[slug].field(column).verbose_name)
    assert dict(zip(head, foot, strict=True))[label[:1].upper() + label[1:]] == value


@pytest.mark.parametrize("measure", ONE_NUMBER)
def test_the_tile_says_the_published_total(by_role, measure):
    tree = reading.page(by_role("commander").get("/dashboard/2024Q1/"))
    tiles = [reading.text(e) for e in reading.elements(tree, "li") if reading.attribute(e, "class") == "tile"]
    said = ONE_NUMBER[measure][-1]
    assert [tile for tile in tiles if said in tile], tiles


@pytest.mark.parametrize(("chart", "total"), [("by-unit-patrols", 412), ("by-unit-cases", 144)])
def test_the_bars_of_a_chart_add_up_to_the_published_total(by_role, chart, total):
    tree = reading.page(by_role("commander").get("/dashboard/2024Q1/"))
    (figure,) = [e for e in reading.elements(tree, "figure") if chart in reading.attribute(e, "id")]
    rows = reading.cells(next(reading.elements(figure, "table")))[1:]
    assert len(rows) == 17
    said = [row[1] for row in rows if row[1] != "không phát sinh"]
    assert sum(int(each.replace(".", "")) for each in said) == total


def test_the_pages_of_the_returns_add_up_to_the_published_patrols(by_role):
    client = by_role("commander")
    turns = 0
    for unit in Unit.objects.reporting():
        section = reading.one(
            reading.page(client.get(reverse("return", args=[unit.code, QuarterCode(2024, 1)]))),
            "section",
            id="patrols",
        )
        said = re.search(r"([\d.]+) lượt người", reading.text(reading.one(section, "p", class_="now")))
        turns += int(said[1].replace(".", "")) if said else 0
    assert turns == 3889


@pytest.mark.parametrize("name", ["staff", "head", "admin"])
@pytest.mark.parametrize("address", ["/summary/2024Q1/", "/summary/"])
def test_the_summary_is_the_command_s(by_role, name, address):
    assert by_role(name).get(address).status_code == 403


def test_the_paper_is_vietnamese_whatever_the_language_of_the_screen(by_role):
    client = by_role("commander")
    client.cookies["django_language"] = "en"
    tree = reading.page(client.get("/summary/2024Q1/"))
    sheet = reading.one(tree, "article", class_="paper")
    assert reading.attribute(sheet, "lang") == "vi"
    assert "412 lần/3.889 lượt người" in folded(reading.text(sheet))
    assert "Mass mobilisation" not in reading.text(sheet)
    assert "Đơn vị" in annex(tree, BORDER)
