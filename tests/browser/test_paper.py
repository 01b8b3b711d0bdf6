"""The quarter summary on paper: A4, the annexes across, nothing of the screen, nothing shrunk to fit."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser

A4, ACROSS = (595, 842), (842, 595)
# A pixel of CSS is three quarters of a point; Chromium writes less where it shrank what was too wide.
A_PIXEL = 0.75
LINES = """line => {
    const words = document.createRange();
    words.selectNodeContents(line);
    return new Set([...words.getClientRects()].map(box => box.top)).size;
}"""
WITHIN_MARGINS = re.compile(rb"re\nW\* n\nq\n([\d.]+) 0 0 [\d.]+ [\d.]+ -?[\d.]+ cm")


@pytest.fixture
def summary(visitor):
    page = visitor("commander")
    page.goto("/summary/2024Q1/")
    return page


@pytest.fixture
def pdf(summary):
    return summary.pdf(prefer_css_page_size=True)


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in points."""
    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in sheets(pdf)]


def sheets(pdf: bytes):
    return PdfReader(BytesIO(pdf)).pages


def scales(pdf: bytes) -> list[float]:
    """How many points a pixel takes, page by page."""
    found = []
    for sheet in sheets(pdf):
        drawn = sheet.get_contents().get_data()
        # The page as a whole, and in it, cut to its margins, what stands on it.
        page, inside = re.match(rb"([\d.]+) 0 0 -", drawn), WITHIN_MARGINS.search(drawn)
        found.append(round(float(page[1]) * float(inside[1]), 3))
    return found


def test_the_report_is_upright_the_tables_across_and_the_charts_upright(pdf):
    sizes = page_sizes(pdf)
    assert set(sizes) == {A4, ACROSS}
    assert sizes[:2] == [A4, A4]
    across = [at for at, size in enumerate(sizes) if size == ACROSS]
    assert across == list(range(across[0], across[0] + 2))
    assert sizes[-1] == A4


def test_report_and_annexes_number_their_own_pages_and_none_its_first(summary):
    """Decree 30/2020, annex I; two more annexes of three pages show that the numbers begin again."""
    summary.evaluate("""() => {
        const charts = document.querySelector(".charts-on-paper");
        const pageOf = sheet => sheet.appendChild(document.createElement("p")).style.breakBefore = "page";
        for (const annex of document.querySelectorAll(".annex")) {
            const again = annex.cloneNode(true);
            pageOf(again), pageOf(again), charts.before(again);
        }
        pageOf(charts);
    }""")
    first_lines = [page.extract_text().split("\n")[0] for page in sheets(summary.pdf(prefer_css_page_size=True))]
    numbers = [line.strip() if line.strip().isdecimal() else "" for line in first_lines]
    annexes = ["", "", "", "2", "3", "", "2", "3"]
    report, charts = numbers[: numbers.index("", 1)], numbers[numbers.index("", 1) + len(annexes) :]
    assert numbers == [*report, *annexes, *charts]
    assert report == ["", *map(str, range(2, len(report) + 1))]
    assert charts == ["", *map(str, range(2, len(charts) + 1))] and len(charts) > 2


def test_nothing_is_shrunk_so_that_the_face_has_the_size_of_the_decree(pdf):
    assert scales(pdf) == [A_PIXEL] * len(page_sizes(pdf))


def test_something_too_wide_would_be_noticed(summary):
    summary.evaluate("""() => {
        document.querySelector(".paper").appendChild(document.createElement("pre")).textContent = "x".repeat(200);
    }""")
    assert scales(summary.pdf(prefer_css_page_size=True))[0] < A_PIXEL


def test_the_face_is_thirteen_to_fourteen_points_and_black(summary):
    summary.emulate_media(media="print")
    paragraph = summary.get_by_text("Trong quý, các đơn vị tổ chức tuần tra")
    size, colour = paragraph.evaluate("p => [parseFloat(getComputedStyle(p).fontSize), getComputedStyle(p).color]")
    assert 13 <= round(size * A_PIXEL, 2) <= 14
    assert colour == "rgb(0, 0, 0)"


def test_the_name_and_the_motto_of_the_state_each_stand_in_one_line(summary):
    summary.emulate_media(media="print")
    for words in ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc"):
        lines = summary.get_by_text(words).evaluate(LINES)
        assert lines == 1, words


def test_nothing_of_the_screen_is_printed(summary):
    summary.emulate_media(media="print")
    for part in (".bar", ".skip", ".beside-paper", ".foot"):
        assert not summary.locator(part).first.is_visible()


def test_the_rows_of_a_return_are_printed_though_they_are_folded_up(visitor):
    page = visitor("commander")
    page.goto("/returns/tra-linh/2024Q1/")
    folded = page.locator(".rows-of-kind:not([open]) tbody tr").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()


def test_a_chart_that_was_hovered_prints_as_its_drawing(visitor):
    page = visitor("commander")
    page.goto("/dashboard/2024Q1/")
    page.locator("figure[data-chart]").first.hover()
    page.wait_for_selector("figure[data-state=live]")
    page.emulate_media(media="print")
    assert not page.locator(".chart-live").first.is_visible()
    assert page.locator(".chart-wide > svg").first.evaluate("svg => getComputedStyle(svg).opacity") == "1"
