"""A chart stands in the page as SVG at once; looked at, it becomes Plotly's, the same numbers in the same places."""

from collections import Counter

import pytest

from .charts import HOVERS, MARKS, WORDS, shown
from .pages import DRAFT
from .visits import DESK, sign_in

pytestmark = pytest.mark.browser

DASHBOARD = "/dashboard/2024Q1/"
DASHBOARDS = [("commander", DASHBOARD), ("checker", "/dashboard/2024Q2/?basis=provisional")]
FETCHED = "() => performance.getEntriesByType('resource').find(entry => entry.name.includes('plotly.min'))"
LOADED_AT = "() => performance.getEntriesByType('navigation')[0].loadEventStart"
# Whatever a page puts off until it is idle has begun by then: idle moments come in the order of asking.
# A headless browser that draws nothing new may have none for long; hence the limit.
IDLE = "() => new Promise(done => requestIdleCallback(() => setTimeout(done, 50), {timeout: 1000}))"
# A browser on a line that costs: nothing is fetched ahead.
METERED = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"


def asked_for_plotly(request) -> bool:
    return "plotly.min" in request.url


@pytest.fixture(scope="module", params=DASHBOARDS, ids=["approved", "provisional"])
def looked_at(long_visitor, request):
    """The charts of a dashboard, of approved figures and of provisional ones, each looked at and so Plotly's."""
    person, address = request.param
    page = long_visitor(person)
    page.goto(address)
    charts = shown(page)
    for chart in charts:
        chart.hover()
    return charts


@pytest.fixture
def metered(visitor):
    """The commander's browser on a line that costs, and the requests for Plotly that it has made."""
    page = visitor("commander")
    page.add_init_script(METERED)
    asked = []
    page.on("request", lambda request: asked.append(request) if asked_for_plotly(request) else None)
    return page, asked


def test_without_scripts_every_chart_is_drawn_with_the_numbers_of_its_table(visitor):
    page = visitor("commander", java_script_enabled=False)
    page.goto(DASHBOARD)
    charts = shown(page)
    assert len(charts) == 6
    for chart in charts:
        assert chart.drawing.is_visible()
        words = " ".join(chart.drawing.evaluate(WORDS)).split()
        # Bars carry their value; lines and stacks name the last quarter's.
        lying = "by-unit" in chart.figure.get_attribute("id") or "by-category" in chart.figure.get_attribute("id")
        values = [row[1] for row in chart.table] if lying else [chart.table[-1][1]]
        assert Counter(" ".join(values).split()) <= Counter(words)


def test_plotly_draws_the_same_words_as_the_drawing(looked_at):
    for chart in looked_at:
        assert chart.live.evaluate(WORDS) == chart.drawing.evaluate(WORDS)


def test_plotly_draws_the_same_marks_in_the_same_places(looked_at):
    for chart in looked_at:
        drawn, live = chart.drawn_marks, chart.live.evaluate(MARKS)
        assert len(drawn) == len(live)
        assert bool(drawn) == any(character.isdigit() for row in chart.table for cell in row[1:] for character in cell)
        for side in range(4):
            assert sorted(mark[side] for mark in live) == pytest.approx(sorted(mark[side] for mark in drawn), abs=0.75)


def test_plotly_tells_on_a_hover_what_the_table_says(looked_at):
    for chart in looked_at:
        assert chart.live.evaluate(HOVERS) == chart.told()


def test_a_bar_under_the_mouse_shows_its_unit_with_both_years(visitor):
    page = visitor("commander")
    page.goto(DASHBOARD)
    chart = shown(page)[0]
    chart.hover()
    chart.live.locator(".bars .point").last.hover(force=True)
    label = chart.live.locator(".hoverlayer .hovertext")
    label.wait_for()
    assert label.locator("tspan").all_text_contents() == chart.told()[-1].split("<br>")


def test_a_unit_that_has_not_reported_is_a_gap_with_the_words(visitor):
    page = visitor("commander")
    page.goto(DASHBOARD)
    by_unit = shown(page)[0]
    assert ["Đồn BP Cô Ba", "chưa nộp"] in [row[:2] for row in by_unit.table]
    assert "chưa nộp" in by_unit.drawing.evaluate(WORDS)


def test_a_tap_brings_plotly(visitor):
    page = visitor("commander", has_touch=True)
    page.goto(DASHBOARD)
    page.locator("figure[data-chart] figcaption").first.tap()
    page.wait_for_selector("figure[data-state=live]")


def test_plotly_is_fetched_ahead_only_after_the_page_has_loaded_and_draws_nothing_unasked(visitor):
    page = visitor("commander")
    page.goto(DASHBOARD)
    fetched = page.wait_for_function(FETCHED).json_value()
    assert fetched["startTime"] > page.evaluate(LOADED_AT) > 0
    assert page.locator(".chart-live").count() == 0


def test_on_a_line_that_costs_plotly_comes_with_the_first_look_alone(metered):
    page, asked = metered
    page.goto(DASHBOARD)
    page.evaluate(IDLE)
    assert asked == []
    shown(page)[0].hover()
    assert len(asked) == 1


def test_a_broken_line_leaves_the_drawing_and_the_next_look_tries_again(new_context, office):
    context = new_context(viewport=DESK)
    sign_in(context, office, "commander")
    context.add_init_script(METERED)
    page = context.new_page()
    page.goto(DASHBOARD)
    page.route("**/plotly.min*", lambda route: route.abort(), times=1)
    first, second = shown(page)[:2]
    with page.expect_console_message(lambda message: message.type == "warning"):
        first.figure.locator("figcaption").hover()
    assert first.drawing.is_visible()
    second.hover()
    first.hover()


@pytest.mark.parametrize("address", [DRAFT, f"{DRAFT}patrols/add/", f"{DRAFT}cases/add/", "/returns/", "/"])
def test_a_page_of_entry_never_asks_for_plotly(visitor, address):
    page = visitor("staff")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.mouse.move(600, 400)
    page.evaluate(IDLE)
    assert [url for url in asked if "plotly" in url or "charts" in url] == []
