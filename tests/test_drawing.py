"""Charts drawn twice: what the SVG holds, that Plotly says the same, and where things stand."""

import dataclasses
import datetime
import json
from collections.abc import Iterable
from decimal import Decimal
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from activity.figures import Break
from reports.charts import by_category, by_unit, on_paper, over_quarters, parts_over_quarters, table
from reports.drawing import NARROW, drawn
from reports.drawing.chart import Chart, Mark, Series
from reports.drawing.layout import layout, spread, text_width, value_ticks, wrapped
from reports.drawing.plotly import plotly
from reports.drawing.svg import sparkline, svg

from .made_figures import made_figures, made_period, made_units

NOW, LAST_YEAR = made_period(2024, 1), made_period(2023, 1)
CODES = tuple(f"Xã Phía Bắc {number}" for number in range(17))
PARTS = ("drugs", "illegal_crossing", "smuggling", "counterfeit", "gambling_order", "other")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def a_province():
    """Seventeen units over nine quarters; the sixth unit lacks the last quarter, nobody reported the third."""
    cells = {}
    for at, (year, number) in enumerate([(y, n) for y in (2022, 2023) for n in (1, 2, 3, 4)] + [(2024, 1)]):
        for unit, code in enumerate(CODES):
            if at == 2 or (at == 8 and unit == 5):
                continue
            parts = {("cases", part): (unit * 7 + at * 3 + n) % 6 for n, part in enumerate(PARTS)}
            cells[year, number, code] = {"patrols": 1000 + unit * 9 + at, "cases": sum(parts.values())} | parts
    figures = made_figures(cells, units=CODES)
    return made_figures(
        cells, units=CODES, provisional_cells=frozenset({(figures.periods[-1], made_units(*CODES)[3])})
    )


def all_charts():
    figures = a_province()
    return [
        by_unit(figures, "patrols", NOW, LAST_YEAR),
        over_quarters(figures, ["cases", "ownerless"]),
        by_category(figures, "cases", NOW, LAST_YEAR),
        parts_over_quarters(figures, "cases"),
        over_quarters(split(figures), ["cases"], units=figures.units[:1]),
    ]


def split(figures, day=datetime.date(2022, 7, 1)):
    """The first unit lost a part on ``day``."""
    unit = figures.units[0]
    return dataclasses.replace(figures, breaks=(Break(unit, unit, day),))


SHAPES = ["by unit", "over quarters", "by category", "parts over quarters", "over a break"]


@pytest.fixture(params=range(len(SHAPES)), ids=SHAPES)
def chart(request):
    return all_charts()[request.param]


def a_chart(*values, shape="bars", label="here", **named):
    categories = named.pop("categories", tuple(f"row {at}" for at in range(len(values))))
    series = named.pop("series", (Series(label, values),))
    return Chart("slug", shape, "Title", "Subtitle", "times", "Unit", categories, series, "not reported", **named)


def texts_of(picture):
    return [element.text for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


# The SVG.


def test_on_paper_last_year_stands_in_brackets_behind_each_value_and_the_legend_says_so():
    chart = by_unit(a_province(), "patrols", NOW, LAST_YEAR)
    assert "(1" not in svg(chart)
    sheet = on_paper(chart)
    words = {element.text for element in ElementTree.fromstring(svg(sheet)).iter(f"{SVG}text")}
    values = zip(sheet.present[0].values, sheet.compared[0].values, strict=True)
    assert words >= {f"{sheet.text(now)} ({sheet.text(then)})" for now, then in values}
    assert sheet.subtitle.endswith("thin mark: quý I/2023 (numbers in brackets)")
    assert layout(sheet, 600, 300).right > layout(chart, 600, 300).right


def test_on_paper_a_chart_without_a_comparison_says_nothing_of_brackets():
    chart = by_category(a_province(), "cases", NOW)
    assert svg(on_paper(chart)) == svg(chart) and on_paper(chart).subtitle == chart.subtitle


def test_a_drawing_names_and_describes_itself(chart):
    root = ElementTree.fromstring(svg(chart))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == chart.title
    assert root.find(f"{SVG}desc").text.startswith(chart.subtitle)


def test_the_same_chart_gives_the_same_bytes(chart):
    assert svg(chart) == svg(chart)


def test_a_drawing_is_small(chart):
    assert len(svg(chart, 624).encode()) < 8_000


def test_names_and_labels_cannot_become_markup():
    evil = '<script>alert("1")</script>'
    chart = a_chart(1, None, categories=(evil, "&"), hrefs=('/"><b>', ""))
    picture = svg(chart)
    assert "<script" not in picture
    assert "<b>" not in picture
    assert evil in texts_of(picture)


def test_no_name_ends_the_script_that_holds_what_plotly_draws():
    chart = drawn(a_chart(1, categories=("</script><!-- & é",), hrefs=("/?a=1&b=<",)))
    assert not set("<>&") & set(chart.data)
    assert json.loads(chart.data) == chart.plotly


def test_a_drawing_keeps_its_looks_without_a_style_sheet(chart):
    assert not {name for el in ElementTree.fromstring(svg(chart)).iter() for name in el.attrib} & {"class", "style"}


@pytest.mark.parametrize("width", [624, NARROW])
def test_names_of_units_stand_whole_and_inside_the_picture(width):
    chart = all_charts()[0]
    place = layout(chart, width, 300)
    assert [" ".join(lines) for lines in place.names] == list(chart.categories)
    assert all(text_width(line) <= place.left for lines in place.names for line in lines)
    assert place.plot_width > 80


def test_seventeen_units_fit_into_300_pixels():
    place = layout(all_charts()[0], 624, 300)
    assert place.height <= 300
    assert place.band >= 16


def test_a_bar_starts_at_zero_and_its_length_is_its_value():
    place = layout(a_chart(10, 5, 0), 600, 300)
    assert place.x(0) == place.left
    assert place.x(10) - place.left == 2 * (place.x(5) - place.left) == place.plot_width


def test_the_mark_of_the_year_before_runs_whole_below_the_value_of_its_bar():
    chart = a_chart(4, 9, series=(Series("before", (8, 2), "comparison"), Series("now", (4, 9))))
    place = layout(chart, 600, 300)
    drawing = ElementTree.fromstring(svg(chart))
    words = {e.text: (float(e.get("x")), float(e.get("y"))) for e in drawing.iter(f"{SVG}text")}
    assert (words["4"][0], words["9"][0]) == (round(place.x(4) + 3, 1), round(place.x(9) + 3, 1))
    # Commas and letters reach some 2 pixels below their base line.
    assert words["4"][1] + 2 <= place.row(0) + place.bar / 2
    assert [(note["text"], note["x"]) for note in plotly(chart)["layout"]["annotations"]] == [("4", 4), ("9", 9)]


def test_missing_is_a_word_and_zero_a_figure():
    texts = texts_of(svg(a_chart(3, 0, None)))
    assert (texts.count("0"), texts.count("not reported")) == (1, 1)


def test_a_gap_lifts_the_pen():
    picture = svg(a_chart(1, 2, None, 3, 4, shape="lines"))
    (line,) = [el for el in ElementTree.fromstring(picture).iter(f"{SVG}path") if el.get("stroke-width") == "2"]
    assert (line.get("d").count("M"), line.get("d").count("L")) == (2, 2)


def test_provisional_bars_are_hatched_and_others_are_not():
    assert "url(#hatch-slug-600)" in svg(a_chart(1, 2, unsure=frozenset({1})))
    assert "hatch" not in svg(a_chart(1, 2))


def test_the_wide_and_the_narrow_drawing_share_no_id():
    picture = drawn(a_chart(1, unsure=frozenset({0})))
    ids = [el.get("id") for part in (picture.wide, picture.narrow) for el in ElementTree.fromstring(part).iter()]
    assert len(set(filter(None, ids))) == 2


def test_an_empty_chart_says_so_in_both_drawings():
    chart = a_chart(categories=(), series=())
    assert texts_of(svg(chart)) == ["not reported"]
    assert [note["text"] for note in plotly(chart)["layout"]["annotations"]] == ["not reported"]


@pytest.mark.parametrize("shape", ["bars", "lines", "stacked"])
@pytest.mark.parametrize("values", [(None, None), (0, 0)], ids=["nobody reported", "all zero"])
def test_a_chart_without_marks_can_be_drawn(shape, values):
    chart = a_chart(*values, shape=shape)
    ElementTree.fromstring(svg(chart))
    go.Figure(**{part: plotly(chart)[part] for part in ("data", "layout")})


def test_a_break_is_a_named_line_that_no_line_of_values_crosses():
    chart = a_chart(1, 2, 3, shape="lines", breaks=(Mark(1, "split"),))
    picture = svg(chart)
    assert "split" in texts_of(picture)
    paths = ElementTree.fromstring(picture).iter(f"{SVG}path")
    (of_values,) = [path.get("d") for path in paths if path.get("stroke-width") == "2"]
    assert (of_values.count("M"), of_values.count("L")) == (2, 1)
    drawn_by_plotly = plotly(chart)
    assert drawn_by_plotly["data"][0]["y"] == [1, None, 2, 3]
    assert [line["x0"] for line in drawn_by_plotly["layout"]["shapes"] if line["xref"] == "x"] == [0.5]


@pytest.mark.parametrize(
    ("day", "at"),
    [((2021, 12, 15), []), ((2022, 3, 14), []), ((2022, 3, 15), [1]), ((2023, 12, 14), [6]), ((2030, 1, 1), [])],
)
def test_a_break_stands_before_the_first_quarter_that_it_touches(day, at):
    figures = split(a_province(), datetime.date(*day))
    chart = over_quarters(figures, ["cases"], units=figures.units[:1])
    assert [mark.at for mark in chart.breaks] == at


def test_what_one_of_several_units_lost_is_no_break_of_their_sum():
    assert over_quarters(split(a_province()), ["cases"]).breaks == ()


def test_a_quarter_before_a_unit_was_there_is_no_missing_report():
    first, second = ((2023, 4), (2024, 1))
    unit = made_units("A")[0]
    figures = made_figures(
        {(*second, "A"): {"patrols": 3}, (*first, "B"): {"patrols": 1}},
        units=("A", "B"),
        not_expected=frozenset({(made_period(*first), unit)}),
    )
    words = texts_of(svg(over_quarters(figures, ["patrols"], units=[unit])))
    assert "none expected" in words and "not reported" not in words


def test_a_sparkline_lifts_the_pen_over_a_gap_and_ends_in_a_dot():
    root = ElementTree.fromstring(sparkline([3, 5, None, 8, 2]))
    assert (root.get("width"), root.get("height"), root.get("aria-hidden")) == ("96", "24", "true")
    assert root.find(f"{SVG}path").get("d").count("M") == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 1


@pytest.mark.parametrize("values", [[], [None, None], [0], [7]])
def test_a_sparkline_of_next_to_nothing_can_be_drawn(values):
    ElementTree.fromstring(sparkline(values))


# Plotly.


@pytest.mark.parametrize("width", [624, NARROW])
def test_plotly_accepts_the_figure(chart, width):
    figure = plotly(chart, width)
    go.Figure(data=figure["data"], layout=figure["layout"])  # raises on an unknown property or value


def test_both_drawings_have_the_same_size(chart):
    root, shape = ElementTree.fromstring(svg(chart, 624)), plotly(chart, 624)["layout"]
    assert (int(root.get("width")), int(root.get("height"))) == (shape["width"], shape["height"])


def test_both_drawings_say_the_same_words(chart):
    figure = plotly(chart, 624)
    shape = figure["layout"]
    words = [
        *shape["xaxis"]["ticktext"],
        *shape["yaxis"]["ticktext"],
        *(note["text"] for note in shape["annotations"]),
        *(text for trace in figure["data"] for text in trace.get("text", []) if text),
    ]
    lines = [line for word in words for line in word.split("<br>")]
    assert sorted(lines) == sorted(texts_of(svg(chart, 624)))


def whole(chart, values):
    """What a trace has for each category, without what lifts its line at a break."""
    lifted = {mark.at + number for number, mark in enumerate(chart.breaks)}
    assert all(values[at] is None for at in lifted)
    return [value for at, value in enumerate(values) if at not in lifted]


def test_plotly_carries_the_charts_numbers_in_its_order(chart):
    lying = chart.shape == "bars"
    traces = {trace["name"]: whole(chart, trace["x" if lying else "y"]) for trace in plotly(chart)["data"]}
    assert traces == {series.label: list(series.values) for series in chart.series}
    if lying:  # the first category stands on top in both
        assert plotly(chart)["layout"]["yaxis"]["range"][0] > plotly(chart)["layout"]["yaxis"]["range"][1]


def test_the_hover_repeats_what_the_table_says(chart):
    (texts,) = [trace["hovertext"] for trace in plotly(chart)["data"] if trace["hoverinfo"] == "text"]
    header, rows = table(chart)
    for text, row in zip(whole(chart, texts), rows, strict=True):
        assert text.split("<br>") == [
            row.label, *(f"{name}: {cell}" for name, cell in zip(header[1:], row.cells, strict=True))
        ]  # fmt: skip


def test_names_cannot_become_markup_in_plotly():
    figure = plotly(a_chart(1, categories=('<a href="https://example.org">x</a>',)))
    assert "<a" not in json.dumps(figure["data"]) + json.dumps(figure["layout"])


def test_plotly_sends_nothing_away_and_writes_numbers_the_vietnamese_way(chart):
    figure = plotly(chart)
    assert figure["config"]["plotlyServerURL"] == ""
    assert "sendChartToCloud" in figure["config"]["modeBarButtonsToRemove"]
    assert figure["config"]["displayModeBar"] is False
    assert figure["layout"]["separators"] == ",."
    assert "template" not in figure["layout"]


# Where things stand.


@pytest.mark.parametrize(
    ("largest", "decimals", "ticks"),
    [
        (1, 0, (1,)),
        (3, 0, (1, 2, 3)),
        (4, 0, (2, 4)),
        (85, 0, (25, 50, 75)),
        (412, 0, (200, 400)),
        (1_034_500_000, 0, (500_000_000, 1_000_000_000)),
    ],
)
def test_ticks_are_round_and_at_most_three(largest, decimals, ticks):
    assert value_ticks(largest, decimals) == ticks


def test_ticks_of_decimals_may_be_smaller_than_one():
    assert [str(tick) for tick in value_ticks(Decimal("0.5"), 1)] == ["0.2", "0.4"]


def test_a_tick_is_never_above_the_largest_value_nor_between_whole_numbers():
    for largest in range(1, 2000):
        ticks = value_ticks(largest)
        assert 1 <= len(ticks) <= 3
        assert ticks[-1] <= largest
        assert all(isinstance(tick, int) for tick in ticks)


def test_a_long_name_is_broken_at_spaces_and_never_cut():
    name = "Tổ chức, môi giới cho người khác xuất, nhập cảnh trái phép"
    lines = wrapped(name, 190)
    assert len(lines) == 2
    assert " ".join(lines) == name
    assert all(text_width(line) <= 190 for line in lines)
    assert wrapped("Nghiêngnghiêng", 5) == ("Nghiêngnghiêng",)


def test_letters_with_marks_are_as_wide_as_their_base():
    assert text_width("ế") == text_width("e")
    assert text_width("ợ") > text_width("o")


def test_end_labels_keep_their_order_and_do_not_overlap():
    placed = spread([50, 52, 51, 290], [14, 14, 14, 14], top=0, bottom=290)
    assert sorted(range(4), key=lambda at: placed[at]) == [0, 2, 1, 3]
    assert all(low - high >= 14 for high, low in zip(sorted(placed), sorted(placed)[1:], strict=False))
    assert max(placed) <= 283


# Kept drawings.


def words_in(value):
    """All that is text in a chart, however deep."""
    if dataclasses.is_dataclass(value):
        value = [getattr(value, each.name) for each in dataclasses.fields(value)]
    if isinstance(value, str | Promise):
        yield value
    elif isinstance(value, Iterable):
        for each in value:
            yield from words_in(each)


def test_an_equal_chart_is_drawn_once_and_one_that_differs_anywhere_anew(chart):
    (first, *others), last = chart.series, len(chart.categories) - 1
    more = dataclasses.replace(first, values=(*first.values[:-1], 7777))
    starred = dataclasses.replace(first, revised=frozenset({last}))
    assert drawn(dataclasses.replace(chart)) is drawn(chart)
    anew = [drawn(dataclasses.replace(chart, series=(other, *others))) for other in (more, starred)]
    assert len({each.table for each in (drawn(chart), *anew)}) == 3
    assert anew[0].wide != drawn(chart).wide


def test_the_words_of_a_chart_are_finished_in_one_language(chart):
    """Else a drawing that was made for one reader would speak to the next in another language."""
    assert {type(words) for words in words_in(chart)} == {str}
    with translation.override("vi"):
        assert drawn(all_charts()[0]).wide != drawn(chart).wide


# The part of a page.


def test_the_page_holds_both_drawings_the_data_and_the_table_and_no_inline_script():
    picture = drawn(all_charts()[0], width=624)
    page = render_to_string("reports/_chart.html", {"drawn": picture})
    assert page.count("<svg") == 2
    assert page.count("<script") == page.count('type="application/json"') == 1
    assert " style=" not in page
    assert page.count('<th scope="row">') == 17
    assert page.count('<th scope="col">') == 3
    assert "<caption>" in page


def test_a_category_leads_to_its_page_from_the_drawing_and_from_the_table():
    page = render_to_string("reports/_chart.html", {"drawn": drawn(a_chart(1, hrefs=("/returns/tra-linh/",)))})
    assert page.count('<a href="/returns/tra-linh/"') == 3
