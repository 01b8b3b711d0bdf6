"""A revised figure is recognised on every page that shows it, and leads to what was changed."""

import pytest

from activity.kinds import BY_SLUG as BY_KIND
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.successions import merge

from . import reading
from .factories import made_answer, made_indicator, made_quarter, made_return, somebody, taken_to
from .revised import amended, links, made_first, made_neighbour, main

pytestmark = pytest.mark.django_db

DIFFERENCE = "/returns/tra-linh/2024Q1/versions/2/difference/"


@pytest.fixture
def first(post, quarter):
    return made_first(post, quarter)


@pytest.fixture
def neighbour(other_post, quarter):
    return made_neighbour(other_post, quarter)


def test_the_overview_names_the_revised_units_and_leads_to_the_difference(client, commander, first, neighbour):
    client.force_login(commander)
    assert DIFFERENCE not in links(main(client, "/dashboard/2024Q1/"))
    amended(first)
    page = main(client, "/dashboard/2024Q1/")
    title = reading.one(page, "div", class_="title-line")
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh" in reading.text(title)
    assert links(title) == [DIFFERENCE]
    notes = [e for e in reading.elements(page, "p") if reading.attribute(e, "class") == "chart-note"]
    assert [DIFFERENCE] in [links(note) for note in notes]
    assert "12*" in reading.text(page)


def test_the_summary_marks_the_revised_unit_and_leads_to_the_difference_from_its_side(
    client, checker, first, neighbour
):
    amended(first)
    client.force_login(checker)
    page = main(client, "/summary/2024Q1/")
    assert DIFFERENCE in links(reading.one(page, "aside"))
    papers = [reading.text(paper) for paper in reading.elements(page, "article")]
    assert "Đồn BPCK Trà Lĩnh có" not in papers[0]
    assert "01 đơn vị có số liệu đã điều chỉnh: Đồn BPCK Trà Lĩnh." in papers[0]
    for annex in papers[1:3]:
        assert "Đồn BPCK Trà Lĩnh*" in annex
        assert "* Số liệu đã điều chỉnh." in annex
    assert "* Đã điều chỉnh: Đồn BPCK Trà Lĩnh" in papers[3]


def test_the_list_of_returns_leads_from_the_word_to_the_difference(client, commander, first, neighbour):
    amended(first)
    client.force_login(commander)
    page = main(client, "/returns/?quarter=2024Q1")
    (word,) = [a for a in reading.elements(page, "a") if reading.attribute(a, "href") == DIFFERENCE]
    assert reading.text(word) == "Đã điều chỉnh"


def test_the_list_of_records_marks_those_of_amended_returns_alone(client, commander, first, neighbour):
    client.force_login(commander)
    assert DIFFERENCE not in links(main(client, "/records/patrols/"))
    amended(first)
    page = main(client, "/records/patrols/")
    listed = reading.one(page, "table")
    assert links(listed).count(DIFFERENCE) == 2  # of three patrols
    assert "* Số liệu của báo cáo đã điều chỉnh" in reading.text(page)


def test_above_the_sums_of_a_list_stands_which_returns_of_all_its_pages_were_amended(
    client, commander, first, neighbour
):
    made_quarter(2024, 2)
    client.force_login(commander)
    assert "đã điều chỉnh" not in found(client)
    amended(first)
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh - quý I/2024" in found(client)
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh" in found(client, "?quarter=2024Q1&page=2&sort=date")
    assert "đã điều chỉnh" not in found(client, "?unit=ngoc-con")
    (paragraph,) = [e for e in reading.elements(main(client, "/records/patrols/"), "p") if is_found(e)]
    assert links(paragraph) == [DIFFERENCE]


def test_a_list_whose_rows_an_amendment_took_away_names_it_too(client, commander, head, first):
    second = amend(first, by=head, reason="Nhập nhầm đơn vị")
    second.patrol_records.all().delete()
    second.mark_nothing_to_report(BY_KIND["patrols"], nothing=True)
    taken_to(Status.APPROVED, second)
    client.force_login(commander)
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh" in found(client)


def test_of_many_amended_returns_three_are_named_and_the_others_counted(client, commander, post):
    for number in range(8):
        amended(made_first(post, made_quarter(2022 + number // 4, number % 4 + 1)))
    client.force_login(commander)
    said = found(client)
    assert "đã điều chỉnh: Đồn BPCK Trà Lĩnh - quý IV/2023, Đồn BPCK Trà Lĩnh - quý III/2023" in said
    assert said.endswith("Đồn BPCK Trà Lĩnh - quý II/2023 và 5 báo cáo khác")


def is_found(paragraph):
    return reading.attribute(paragraph, "class") == "found"


def found(client, asked=""):
    page = main(client, f"/records/patrols/{asked}")
    (paragraph,) = filter(is_found, reading.elements(page, "p"))
    return reading.text(paragraph).replace(" ,", ",")


@pytest.mark.parametrize("asked", ["", "?quarter=2024Q1", "?text=tuần"], ids=["all", "a quarter", "found by a word"])
def test_an_open_amendment_is_not_listed_beside_what_it_amends(client, commander, head, first, neighbour, asked):
    """Else its records, copies of the approved ones, would be listed and summed twice."""
    amend(first, by=head, reason="Đếm thiếu")
    client.force_login(commander)
    _head, *rows, foot = reading.cells(reading.one(main(client, f"/records/patrols/{asked}"), "table"))
    assert [row[4] for row in rows] == ["4", "10"]
    assert foot[4] == "14"


def test_a_later_return_marks_the_revised_quarter_that_it_shows_beside_its_own(client, head, first):
    amended(first)
    client.force_login(head)
    for number, marked in ((2, 5), (3, 0)):  # beside each of the five kinds
        made_quarter(2024, number)
        assert links(main(client, f"/returns/tra-linh/2024Q{number}/")).count(DIFFERENCE) == marked
    made_quarter(2025, 1)
    assert links(main(client, "/returns/tra-linh/2025Q1/")).count(DIFFERENCE) == 5


def test_the_tiles_of_the_start_page_name_the_revised_units(client, commander, first, neighbour):
    amended(first)
    client.force_login(commander)
    page = main(client, "/")
    notes = [e for e in reading.elements(page, "p") if reading.attribute(e, "class") == "note"]
    assert [links(note) for note in notes if "Có số liệu đã điều chỉnh" in reading.text(note)] == [[DIFFERENCE]]


def test_the_page_on_which_indicators_are_entered_marks_the_revised_quarters_that_it_shows(client, head, post):
    before, now = made_quarter(2023, 4), made_quarter(2024, 1)
    indicator = made_indicator(first=before)
    first = made_return(post, before)
    made_answer(first, indicator, 5)
    amended(taken_to(Status.APPROVED, first))
    client.force_login(head)
    page = main(client, f"/returns/tra-linh/{now.code}/indicators/")
    assert links(page).count("/returns/tra-linh/2023Q4/versions/2/difference/") == 1


def test_a_return_leads_to_the_differences_of_all_that_were_merged_into_its_unit(
    client, commander, post, other_post, first, neighbour
):
    """Both were amended before the merger; the heir's next return shows what they add up to."""
    amended(first)
    amended(neighbour)
    quarter = made_quarter(2024, 2)
    decided = {"day": quarter.first_day, "decision": "Quyết định số 45", "by": somebody(Role.ADMIN)}
    merge([post, other_post], into=other_post, **decided)
    client.force_login(commander)
    section = reading.one(main(client, "/returns/ngoc-con/2024Q2/"), "section", id="patrols")
    assert links(section) == ["/returns/ngoc-con/2024Q1/versions/2/difference/", DIFFERENCE]


@pytest.mark.parametrize("below", ["", "history/"])
def test_the_page_of_a_record_says_of_which_version_it_is_and_leads_to_the_difference(client, head, first, below):
    def crumbs(unit_return):
        patrol = unit_return.patrol_records.first()
        page = main(client, f"/returns/tra-linh/2024Q1/patrols/{patrol.pk}/{below}")
        (found,) = [e for e in reading.elements(page, "p") if reading.attribute(e, "class") == "crumbs"]
        return page, reading.text(found), links(found)

    client.force_login(head)
    _page, said, leads = crumbs(first)
    assert "Phiên bản" not in said
    second = amended(first)
    _page, said, leads = crumbs(second)
    assert "Phiên bản 2" in said
    assert DIFFERENCE in leads
    page, said, leads = crumbs(first)
    assert "Phiên bản 1" in said
    assert "/returns/tra-linh/2024Q1/versions/1/" in leads
    if not below:
        assert "đã được thay thế" in reading.text(page)
