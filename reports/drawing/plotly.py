"""Chart → what Plotly draws over the SVG: plain dicts of the same size, order, colours and words."""

from collections.abc import Iterable
from html import escape
from typing import Any

from .chart import Chart, Mark, Number, Series, table
from .layout import (
    BLUE_GREY,
    BREAK_WORDS,
    COLUMN,
    FONT,
    GREEN_700,
    INK,
    LINE,
    LINE_STYLES,
    MUTED,
    PAPER,
    RAISED,
    SMALL,
    TEXT,
    EndLabel,
    Layout,
    colour_of,
    layout,
)

DASHES = {"": "solid", "6 3": "6px,3px", "2 2": "2px,2px", "9 3 2 3": "9px,3px,2px,3px"}
MISSING: dict[str, Any] = {"font": {"color": MUTED, "style": "italic"}}
END: dict[str, Any] = {"xanchor": "left", "xshift": -1, "yanchor": "middle", "align": "left"}
# Nothing leaves the house, and nothing shows Plotly's own English words.
CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["sendChartToCloud", "toImage"],
    "showTips": False,
    "showAxisDragHandles": False,
    "doubleClick": False,
    "scrollZoom": False,
    # charts.js keeps it in step with the SVG, which also knows how far the page has shrunk it.
    "responsive": False,
}


def plotly(chart: Chart, width: int = 600, height: int = 300) -> dict:
    """Return ``{"data", "layout", "config"}`` for ``Plotly.react``, laid out as `svg` draws the same chart.

    One trace carries for each category what its row of the table says; the others stay silent.
    """
    place = layout(chart, width, height)
    if not chart.categories or not chart.series:
        return {"data": [], "layout": _frame(place) | _empty(chart), "config": CONFIG}
    traces, shape = SHAPES[chart.shape](chart, place)
    return {"data": traces, "layout": _frame(place) | shape, "config": CONFIG}


def _frame(place: Layout) -> dict:
    return {
        "width": place.width,
        "height": place.height,
        "margin": {"l": place.left, "r": place.right, "t": place.top, "b": place.bottom, "pad": 0},
        "font": {"family": FONT, "size": TEXT, "color": INK},
        "separators": ",.",
        "showlegend": False,
        "dragmode": False,
        "hoverdistance": -1,
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": MUTED,
            "align": "left",
            "font": {"family": FONT, "size": TEXT, "color": INK},
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _empty(chart: Chart) -> dict:
    no_axis = {"visible": False, "fixedrange": True}
    return {"annotations": [_note(chart.missing, 0.5, 0.5, **MISSING)], "xaxis": no_axis, "yaxis": no_axis}


def _hover(chart: Chart) -> dict:
    """The table's row of each category as finished text, and where a click on it leads."""
    header, rows = table(chart)
    texts = [
        "<br>".join([_words(row.label), *(f"{_words(n)}: {c}" for n, c in zip(header[1:], row.cells, strict=True))])
        for row in rows
    ]
    return {"hoverinfo": "text", "hovertext": texts} | ({"customdata": list(chart.hrefs)} if chart.hrefs else {})


def _bars(chart: Chart, place: Layout) -> tuple[list[dict], dict]:
    rows = [round(at - place.thin / 2 / place.band, 3) for at in range(len(chart.categories))]
    (present,) = chart.present
    behind = [
        _lying_bars(series, rows, place.bar / 2, place.thin, place) | {"marker": _marker(BLUE_GREY)}
        for series in chart.compared
    ]
    front = _lying_bars(present, rows, -place.bar / 2, place.bar, place) | {
        "marker": _marker(GREEN_700) | _hatching(chart, GREEN_700),
    }
    at_end: dict[str, Any] = {"xref": "x", "yref": "y", "xanchor": "left", "xshift": 3, "yshift": RAISED}
    values = [
        _note(chart.at_end(at), _value(value), rows[at], **at_end)
        for at, value in enumerate(present.values)
        if value is not None
    ]
    missing = [_note(chart.at_end(at), 0, rows[at], **at_end, **MISSING) for at in chart.gaps]
    return [*behind, front | _hover(chart)], {
        "barmode": "overlay",
        "hovermode": "y",
        "xaxis": _value_axis(chart, place),
        "yaxis": _category_axis(rows, place, range=[len(rows) - 0.5, -0.5]),
        "annotations": [*values, *missing],
    }


def _lying_bars(series: Series, rows: list[float], top: float, thickness: float, place: Layout) -> dict:
    """Bars along the middles ``rows``, from ``top`` pixels below them on and ``thickness`` pixels high."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": series.label,
        "y": rows,
        "x": [_value(value) for value in series.values],
        "offset": round(top / place.band, 4),
        "width": round(thickness / place.band, 4),
        "hoverinfo": "skip",
    }


def _marker(colour: str, line: str = PAPER, line_width: float = 0) -> dict:
    return {"color": colour, "line": {"color": line, "width": line_width}}


def _line_chart(chart: Chart, place: Layout) -> tuple[list[dict], dict]:
    columns = range(len(chart.categories))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": series.label,
            "x": _lifted(chart, columns),
            "y": _lifted(chart, [_value(value) for value in series.values]),
            "line": {"color": colour, "width": 2, "dash": DASHES[dashes]},
            "marker": _points(chart, series, colour),
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
        for series, (colour, dashes) in zip(chart.present, LINE_STYLES, strict=False)
    ]
    traces[0] |= {key: told if key == "hoverinfo" else _lifted(chart, told) for key, told in _hover(chart).items()}
    return traces, _quarters(chart, place)


def _points(chart: Chart, series: Series, colour: str) -> dict:
    """The looks of a line's points: unsure ones hollow, crosses where there was nothing to report."""
    columns, crosses = range(len(chart.categories)), chart.crosses(series)
    looks = {
        "color": _lifted(chart, [PAPER if at in chart.unsure - crosses else colour for at in columns], colour),
        "line": {
            "color": colour,
            "width": _lifted(chart, [1.5 if at in chart.unsure | crosses else 0 for at in columns], 0),
        },
        "size": 5,
        "opacity": 1,
    }
    if crosses:
        symbols = ["x-thin" if at in crosses else "circle" for at in columns]
        sizes = [7 if at in crosses else 5 for at in columns]
        looks |= {"symbol": _lifted(chart, symbols, "circle"), "size": _lifted(chart, sizes, 5)}
    return looks


def _lifted(chart: Chart, of_columns: Iterable, nothing=None) -> list:
    """What a line has for each column, with ``nothing`` put in at each break, which lifts the line."""
    breaks = {mark.at for mark in chart.breaks}
    return [each for at, value in enumerate(of_columns) for each in ([nothing, value] if at in breaks else [value])]


def _stacked(chart: Chart, place: Layout) -> tuple[list[dict], dict]:
    traces = [
        {
            "type": "bar",
            "name": series.label,
            "x": list(range(len(chart.categories))),
            "y": [_value(value) for value in series.values],
            "width": COLUMN,
            "marker": _marker(colour_of(chart, at), MUTED, 0.5) | _hatching(chart, colour_of(chart, at)),
            "hoverinfo": "skip",
        }
        for at, series in enumerate(chart.series)
    ]
    traces[0] |= _hover(chart)
    shape = _quarters(chart, place) | {"barmode": "stack"}
    shape["annotations"] += [
        _note(chart.text(total), at, _value(total), xref="x", yref="y", yanchor="bottom")
        for at, total in enumerate(chart.totals)
        if total is not None and at not in chart.nothing_at
    ]
    return traces, shape


SHAPES = {"bars": _bars, "lines": _line_chart, "stacked": _stacked}


def _quarters(chart: Chart, place: Layout) -> dict:
    """The axes of a standing chart, the words at its ends with their hair lines, and those in its gaps."""
    columns = list(range(len(chart.categories)))
    ends = [
        _note("<br>".join(map(_words, end.lines)), *_on_paper(place, place.words_x, end.y), **END)
        for end in place.ends
    ]
    missing = [
        _note(words, at, 0, xref="x", yref="y", yanchor="bottom", yshift=5, textangle=-90, **MISSING)
        for at, words in chart.upright
    ]
    return {
        "hovermode": "x",
        "xaxis": _category_axis(columns, place, range=[-0.5, len(columns) - 0.5]),
        "yaxis": _value_axis(chart, place) | {"ticklabelstandoff": 3},
        "annotations": ends + missing + [_break_words(mark, place) for mark in chart.breaks],
        "shapes": [_hair(place, end) for end in place.ends] + [_break_line(mark, place) for mark in chart.breaks],
    }


def _break_line(mark: Mark, place: Layout) -> dict:
    line = {"color": MUTED, "width": 1, "dash": "4px,3px"}
    at, top = mark.at - 0.5, round(1 + BREAK_WORDS / place.plot_height, 4)
    return {
        "type": "line", "layer": "below", "line": line, "xref": "x", "yref": "paper",
        "x0": at, "y0": 0, "x1": at, "y1": top,
    }  # fmt: skip


def _break_words(mark: Mark, place: Layout) -> dict:
    side = {"start": "left", "end": "right"}[place.side(mark.at)]
    looks: dict[str, Any] = {"xref": "x", "xanchor": side, "yanchor": "bottom", "yshift": BREAK_WORDS - 2}
    looks["font"] = {"color": MUTED}
    return _note(_words(mark.label), mark.at - 0.5, 1, **looks)


def _hair(place: Layout, end: EndLabel) -> dict:
    (x0, y0), (x1, y1) = _on_paper(place, end.mark_x, end.mark_y), _on_paper(place, place.words_x - 3, end.y)
    line = {"color": MUTED, "width": 0.5}
    return {
        "type": "line", "layer": "below", "line": line, "xref": "paper", "yref": "paper",
        "x0": x0, "y0": y0, "x1": x1, "y1": y1,
    }  # fmt: skip


def _on_paper(place: Layout, x: float, y: float) -> tuple[float, float]:
    """Pixels of the drawing as Plotly's "paper": shares of the plot, from below."""
    return round((x - place.left) / place.plot_width, 4), round(1 - (y - place.top) / place.plot_height, 4)


def _note(text: str, x: float | None, y: float | None, **looks) -> dict:
    """Words without an arrow; on Plotly's paper unless ``looks`` name the axes."""
    return {"text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False} | looks


def _value_axis(chart: Chart, place: Layout) -> dict:
    return {
        "range": [0, _value(place.largest)],
        "fixedrange": True,
        "tickmode": "array",
        "tickvals": [_value(tick) for tick in place.ticks],
        "ticktext": [chart.text(tick) for tick in place.ticks],
        "tickfont": {"size": SMALL, "color": MUTED},
        "gridcolor": LINE,
        "zerolinecolor": MUTED,
        "zerolinewidth": 1,
    }


def _category_axis(places: list, place: Layout, **looks) -> dict:
    return {
        "fixedrange": True,
        "tickmode": "array",
        "tickvals": places,
        "ticktext": ["<br>".join(map(_words, lines)) for lines in place.names],
        "tickangle": 0,
        "ticklabelstandoff": 3,
        "showgrid": False,
        "zeroline": False,
    } | looks


def _hatching(chart: Chart, colour: str) -> dict:
    if not chart.unsure:
        return {}
    shapes = ["/" if at in chart.unsure else "" for at in range(len(chart.categories))]
    stripes = {"shape": shapes, "bgcolor": colour, "fgcolor": PAPER, "fgopacity": 1, "size": 5, "solidity": 0.3}
    return {"pattern": stripes}


def _value(value: Number | None) -> float | None:
    """A number as JSON has it."""
    return value if value is None or isinstance(value, int) else float(value)


def _words(text: str) -> str:
    """Names come from people, and Plotly reads a few tags in its texts.

    We use `<br>` alone: for others Plotly writes style attributes, which the page's policy refuses.
    """
    return escape(text, quote=False)
