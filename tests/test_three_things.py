"""Zero, nothing to report and not reported stay three things on every page, and every total says of how many units."""

import datetime

import pytest
from django.utils import timezone

from activity.kinds import BY_SLUG, KINDS
from activity.models import Quarter, Unit
from activity.models.choices import PatrolForm, Role, Status

from . import reading
from .factories import made_patrol, made_quarter, made_return, made_unit, made_user, taken_to

pytestmark = pytest.mark.django_db

# Quý I/2024 was due on 18/3/2024.
TODAY = datetime.date(2024, 3, 21)
ZERO, REAL, NOTHING, MISSING = "Đồn BPCK Trà Lĩnh", "Đồn BP Ngọc Côn", "Đồn BP Đàm Thủy", "Đồn BP Quang Long"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    local = timezone.localdate
    monkeypatch.setattr(timezone, "localdate", lambda *moment, **zone: local(*moment, **zone) if moment else TODAY)


def _make():
    names = {"tra-linh": ZERO, "ngoc-con": REAL, "dam-thuy": NOTHING, "quang-long": MISSING}
    units = [made_unit(code, short_name=name, name=name) for code, name in names.items()]
    quarter = made_quarter(2024, 1)
    zero, real, nothing = (made_return(unit, quarter) for unit in units[:3])
    made_patrol(zero, form=PatrolForm.CLEARING, cleared_km="2.5")
    made_patrol(real, times=3)
    for unit_return in (zero, real, nothing):
        taken_to(Status.APPROVED, unit_return)
    before = made_quarter(2023, 4)
    for unit in units:
        taken_to(Status.APPROVED, made_return(unit, before))


@pytest.fixture(scope="module", autouse=True)
def quarter_of_three_things(taken_back):
    """One unit has cleared paths alone, which counts as no patrol; one has patrolled; one has nothing; one is missing.

    All of the quarter before are approved.
    """
    with taken_back(_make):
        yield


@pytest.fixture
def quarter(db):
    return Quarter.objects.get(year=2024)


@pytest.fixture
def look(client, commander):
    """Open a page as somebody, the command unless said otherwise."""

    def look(where, person=commander):
        client.force_login(person)
        answer = client.get(where)
        assert answer.status_code == 200
        return reading.page(answer)

    return look


def main(tree):
    return reading.text(reading.one(tree, "main"))


def by_name(table):
    """The rows of a table by their first cell."""
    return {row[0]: row[1:] for row in reading.cells(table)}


@pytest.mark.parametrize(
    ("code", "words"),
    [("tra-linh", "0 lần"), ("ngoc-con", "3 lần"), ("dam-thuy", "Không phát sinh"), ("quang-long", "Chưa nhập")],
)
def test_the_page_of_a_return_tells_them_apart(look, code, words):
    section = reading.one(look(f"/returns/{code}/2024Q1/"), "section", id="patrols")
    said = next(p for p in reading.elements(section, "p") if reading.attribute(p, "class") == "now")
    assert reading.text(said).startswith(words)


def test_a_return_s_page_tells_them_apart_in_an_earlier_quarter_too(look):
    made_quarter(2024, 2)
    earlier = [
        reading.text(next(p for p in reading.elements(section, "p") if reading.attribute(p, "class") == "earlier"))
        for code in ("tra-linh", "dam-thuy", "quang-long")
        for section in [reading.one(look(f"/returns/{code}/2024Q2/"), "section", id="patrols")]
    ]
    said = ("Quý trước: 0 lần", "Quý trước: không phát sinh", "Quý trước: – lần")
    assert [[words.startswith(each) for each in said] for words in earlier] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]


def test_the_list_of_returns_tells_them_apart(look):
    rows = by_name(reading.one(look("/returns/?quarter=2024Q1"), "table"))
    assert all(rows[unit][0].startswith("Đã duyệt") for unit in (ZERO, REAL, NOTHING))
    assert rows[MISSING][0].startswith("Chưa nộp Quá hạn 3 ngày")


def test_a_list_of_records_says_of_how_many_units_it_is_who_has_nothing_and_who_has_entered_nothing(look):
    words = main(look("/records/patrols/?quarter=2024Q1"))
    assert "2 dòng số liệu: 3 lần · " in words
    assert "2,5 km · số liệu của 3/4 đơn vị" in words
    assert f"chưa nộp: {MISSING} · không phát sinh: {NOTHING}" in words


def test_a_list_over_several_quarters_says_of_how_many_returns_it_is(look):
    words = main(look("/records/patrols/"))
    assert "số liệu của 7/8 báo cáo" in words
    assert f"chưa nộp: {MISSING} - quý I/2024" in words


def test_a_list_of_one_unit_says_what_of_the_three_it_is(look):
    pages = {
        code: look(f"/records/patrols/?quarter=2024Q1&unit={code}") for code in ("tra-linh", "dam-thuy", "quang-long")
    }
    words = {code: main(tree) for code, tree in pages.items()}
    assert "số liệu của 1/1 đơn vị" in words["tra-linh"]
    assert "0 dòng số liệu · số liệu của 1/1 đơn vị · không phát sinh" in words["dam-thuy"]
    assert "0 dòng số liệu · số liệu của 0/1 đơn vị · chưa nộp" in words["quang-long"]
    # A footer of zeros would say that there was none.
    assert {code: bool(list(reading.elements(tree, "tfoot"))) for code, tree in pages.items()} == {
        "tra-linh": True,
        "dam-thuy": False,
        "quang-long": False,
    }


def test_a_draft_that_says_nothing_of_a_kind_yet_is_not_in_its_list_and_a_mark_puts_it_there(look, quarter):
    draft = made_return(Unit.objects.get(code="quang-long"), quarter)
    words = main(look("/records/patrols/?quarter=2024Q1"))
    assert "số liệu của 3/4 đơn vị" in words
    assert f"chưa nhập: {MISSING}" in words
    draft.mark_nothing_to_report(BY_SLUG["patrols"], nothing=True)
    words = main(look("/records/patrols/?quarter=2024Q1"))
    assert "số liệu của 4/4 đơn vị" in words
    assert "chưa nhập" not in words


def test_the_overview_says_of_how_many_units_its_tiles_are_and_who_is_missing(look):
    words = main(look("/dashboard/2024Q1/"))
    assert "3/4 đơn vị" in words
    assert f"chưa nộp: {MISSING}" in words


def test_the_tiles_write_0_where_it_was_reported_and_a_dash_where_nothing_was(look):
    def value(where):
        tiles = [e for e in reading.elements(look(where), "li") if reading.attribute(e, "class") == "tile"]
        tile = next(tile for tile in tiles if "Vụ việc" in reading.text(tile))
        return reading.text(next(p for p in reading.elements(tile, "p")))

    assert value("/dashboard/2024Q1/") == "0 vụ"
    made_quarter(2024, 2)
    assert value("/dashboard/2024Q2/") == "– vụ"


def test_the_charts_tell_them_apart_in_the_drawing_and_in_its_table(look):
    tree = look("/dashboard/2024Q1/")
    by_unit = next(e for e in reading.elements(tree, "figure") if "theo đơn vị" in reading.attribute(e, "aria-label"))
    rows = by_name(next(reading.elements(by_unit, "table")))
    said = ("0", "3", "không phát sinh", "chưa nộp")
    assert (rows[ZERO][0], rows[REAL][0], rows[NOTHING][0], rows[MISSING][0]) == said
    drawing = reading.text(next(reading.elements(by_unit, "svg")))
    assert [words in drawing for words in said] == [True] * 4


def test_the_lines_of_a_unit_say_in_their_table_that_there_was_nothing_to_report(look):
    unit = Unit.objects.get(code="dam-thuy")
    tree = look("/dashboard/2024Q1/", made_user(Role.HEAD, unit))
    lines = next(e for e in reading.elements(tree, "figure") if "qua các quý" in reading.attribute(e, "aria-label"))
    rows = by_name(next(reading.elements(lines, "table")))
    assert rows["quý I/2024"][0] == "không phát sinh"


def test_every_chart_says_of_how_many_units_it_is(look):
    for figure in reading.elements(look("/dashboard/2024Q1/"), "figure"):
        assert "3/4 đơn vị" in reading.text(figure), reading.attribute(figure, "aria-label")


def test_a_chart_of_a_quarter_that_all_have_reported_says_so_too(look):
    for figure in reading.elements(look("/dashboard/2023Q4/"), "figure"):
        assert "4/4 đơn vị" in reading.text(figure), reading.attribute(figure, "aria-label")


def test_the_summary_names_the_missing_and_its_totals_say_of_how_many_units_they_are(look):
    tree = look("/summary/2024Q1/")
    assert f"Số liệu tổng hợp từ 03/04 đơn vị; 01 đơn vị chưa nộp: {MISSING}" in main(tree)
    totals = [row for table in reading.elements(tree, "table") for row in reading.cells(table) if "cộng" in row[0]]
    assert len(totals) == 2
    assert all(row[0] == "Tổng cộng (3/4 đơn vị)" for row in totals)


def test_the_annex_tells_them_apart_and_says_what_its_letters_mean(look):
    tree = look("/summary/2024Q1/")
    border = by_name(next(reading.elements(tree, "table")))
    assert (border[ZERO][0], border[REAL][0], border[NOTHING][0]) == ("0", "3", "KPS")
    assert border[MISSING] == ["chưa nộp"]
    assert "KPS: Không phát sinh." in main(tree)


def test_completeness_and_the_start_of_the_command_name_who_has_not_reported(look):
    for where in ("/completeness/", "/"):
        tree = look(where)
        grid = by_name(next(reading.elements(tree, "table")))
        assert all(grid[unit][-1].startswith("Đã duyệt") for unit in (ZERO, REAL, NOTHING))
        assert grid[MISSING][-1] == "Chưa nộp Quá hạn 3 ngày"
        assert "3/4 đơn vị" in main(tree)
    assert "Tổng quan quý I/2024 3/4 đơn vị" in main(tree)


@pytest.mark.parametrize("kind", KINDS[1:], ids=lambda kind: kind.slug)
def test_every_kind_without_a_record_in_the_quarter_keeps_them_apart(look, kind):
    words = main(look(f"/records/{kind.slug}/?quarter=2024Q1"))
    assert f"chưa nộp: {MISSING} · không phát sinh: {ZERO}, {REAL}, {NOTHING}" in words


def test_the_total_of_an_annex_is_0_only_where_records_add_up_to_it(look):
    tables = map(by_name, reading.elements(look("/summary/2024Q1/"), "table"))
    border, crime = (table["Tổng cộng (3/4 đơn vị)"] for table in tables if ZERO in table)
    assert border[0] == "3"
    assert crime[0] == "KPS"
