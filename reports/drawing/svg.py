"""Chart → inline SVG: in the page at once, on paper, without scripts.

Every look is a presentation attribute, so that the picture keeps it wherever it goes.
"""

from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .chart import Chart, Number
from .layout import (
    BLUE_GREY,
    BREAK_WORDS,
    COLUMN,
    FONT,
    GREEN_700,
    INK,
    LINE,
    LINE_HEIGHT,
    LINE_STYLES,
    MUTED,
    PAPER,
    RAISED,
    SMALL,
    TEXT,
    Layout,
    colour_of,
    layout,
)

# A drawing writes the same few words and colours hundreds of times.
_escaped = lru_cache(maxsize=1024)(escape)

# From the middle of a line of text down to its base line.
BASE = 4


def svg(chart: Chart, width: int = 600, height: int = 300) -> SafeString:
    """Draw ``chart`` as an ``<svg>`` of ``width`` pixels, its height as `layout` says; always the same bytes."""
    place = layout(chart, width, height)
    draw = SHAPES[chart.shape] if chart.categories and chart.series else _empty
    described = ". ".join(filter(None, [chart.subtitle, chart.note, chart.revised_note]))
    return _svg(
        _tag("title", _escaped(chart.title)) + _tag("desc", _escaped(described)) + draw(chart, place),
        width, place.height, role="group" if any(chart.hrefs) else "img", font_family=FONT, font_size=TEXT, fill=INK,
    )  # fmt: skip


def sparkline(
    values: Iterable[Number | None], lifted: Container[int] = (), width: int = 96, height: int = 24
) -> SafeString:
    """A small line without words, from zero, with a dot at its last value.

    None leaves a gap; before the values ``lifted`` (by index) nothing compares, and the line is broken.
    """
    values = list(values)
    largest = float(max((value for value in values if value is not None), default=0) or 1)
    step = (width - 6) / max(len(values) - 1, 1)
    points = [
        None if value is None else (3 + at * step, height - 3 - float(value) / largest * (height - 6))
        for at, value in enumerate(values)
    ]
    body = _path(_line(points, lifted), fill="none", stroke=GREEN_700, stroke_width=1.5)
    if known := [point for point in points if point]:
        body += _dots(known[-1:], fill=GREEN_700)
    return _svg(body, width, height, aria_hidden="true")


def _empty(chart: Chart, place: Layout) -> str:
    return _text(chart.missing, place.width / 2, place.height / 2, text_anchor="middle", fill=MUTED)


def _bars(chart: Chart, place: Layout) -> str:
    """Lying bars, each with its name and its value, and the comparison as a thin mark along its lower edge."""
    (present,) = chart.present
    bars = [_bar(place, at, value) for at, value in enumerate(present.values)]
    body = _upright_grid(chart, place)
    for series in chart.compared:
        body += _path("".join(_thin_bar(place, at, v) for at, v in enumerate(series.values)), fill=BLUE_GREY)
    body += _path("".join(bars), fill=GREEN_700)
    body += _hatched(chart, place, "".join(bars[at] for at in sorted(chart.unsure)))
    values = "".join(
        _text(chart.at_end(at), place.x(value) + 3, place.row(at) - RAISED + BASE)
        for at, value in enumerate(present.values)
        if value is not None
    )
    missing = "".join(_text(chart.at_end(at), place.left + 4, place.row(at) - RAISED + BASE) for at in chart.gaps)
    return body + values + _tag("g", missing, fill=MUTED, font_style="italic") + _names(chart, place)


def _bar(place: Layout, at: int, value: Number | None) -> str:
    top = place.row(at) - place.bar / 2
    return _box(place.left, top, place.x(value) - place.left, place.bar) if value else ""


def _thin_bar(place: Layout, at: int, value: Number | None) -> str:
    top = place.row(at) + place.bar / 2
    return _box(place.left, top, place.x(value) - place.left, place.thin) if value else ""


def _names(chart: Chart, place: Layout) -> str:
    """The names of the lying bars, whole, each leading where its category leads."""
    body = ""
    for at, lines in enumerate(place.names):
        words = _lines_of_text(lines, place.left - 6, place.row(at))
        href = chart.hrefs[at] if chart.hrefs else ""
        body += _tag("a", words, href=href, tabindex=-1) if href else words
    return _tag("g", body, text_anchor="end")


def _upright_grid(chart: Chart, place: Layout) -> str:
    bottom = place.height - place.bottom
    lines = "".join(f"M{_n(place.x(tick))} {place.top}V{bottom}" for tick in place.ticks)
    words = "".join(_text(chart.text(t), place.x(t), place.height - BASE - 2) for t in place.ticks)
    return (
        _path(lines, stroke=LINE)
        + _path(f"M{place.left} {place.top}V{bottom}", stroke=MUTED)
        + _tag("g", words, fill=MUTED, font_size=SMALL, text_anchor="middle")
    )


def _line_chart(chart: Chart, place: Layout) -> str:
    """Lines over the quarters; an unsure point is hollow, one at which there was nothing to report is a cross."""
    body = _level_grid(chart, place) + _breaks(chart, place) + _end_words(place)
    lifted = {mark.at for mark in chart.breaks}
    for series, (colour, dashes) in zip(chart.present, LINE_STYLES, strict=False):
        points = [None if v is None else (place.column(at), place.y(v)) for at, v in enumerate(series.values)]
        body += _path(_line(points, lifted), fill="none", stroke=colour, stroke_width=2, stroke_dasharray=dashes)
        crosses = chart.crosses(series)
        dots = [(point, at in chart.unsure) for at, point in enumerate(points) if point and at not in crosses]
        body += _dots([point for point, is_unsure in dots if not is_unsure], fill=colour)
        body += _dots([point for point, is_unsure in dots if is_unsure], fill=PAPER, stroke=colour, stroke_width=1.5)
        body += _path("".join(_cross(points[at]) for at in sorted(crosses)), stroke=colour, stroke_width=1.5)
    return body


def _stacked(chart: Chart, place: Layout) -> str:
    """Columns of pieces from the largest below to the rest above, each column under its total."""
    body = _level_grid(chart, place) + _breaks(chart, place) + _end_words(place)
    below: list[Number] = [0] * len(chart.categories)
    columns = [""] * len(chart.categories)
    for number, series in enumerate(chart.series):
        pieces = [_piece(place, at, v, below[at]) for at, v in enumerate(series.values)]
        body += _path("".join(pieces), fill=colour_of(chart, number), stroke=MUTED, stroke_width=0.5)
        below = [low + (value or 0) for low, value in zip(below, series.values, strict=True)]
        columns = [before + piece for before, piece in zip(columns, pieces, strict=True)]
    body += _hatched(chart, place, "".join(columns[at] for at in sorted(chart.unsure)))
    totals = "".join(
        _text(chart.text(total), place.column(at), place.y(total) - 4)
        for at, total in enumerate(chart.totals)
        if total is not None and at not in chart.nothing_at
    )
    return body + _tag("g", totals, text_anchor="middle")


def _piece(place: Layout, at: int, value: Number | None, below: Number) -> str:
    width = place.band * COLUMN
    return _box(place.column(at) - width / 2, place.y(below), width, place.y(value) - place.y(0)) if value else ""


def _level_grid(chart: Chart, place: Layout) -> str:
    """Lines at the round values, the quarters under them, and a word upright in each gap."""
    right, bottom = place.width - place.right, place.height - place.bottom
    lines = "".join(f"M{place.left} {_n(place.y(tick))}H{right}" for tick in place.ticks)
    words = "".join(_text(chart.text(tick), place.left - 6, place.y(tick) + BASE) for tick in place.ticks)
    names = "".join(
        _text(line, place.column(at), bottom + LINE_HEIGHT * (number + 1))
        for at, name in enumerate(place.names)
        for number, line in enumerate(name)
    )
    gaps = "".join(_upright_text(words, place.column(at) + BASE, bottom - 6) for at, words in chart.upright)
    return (
        _path(lines, stroke=LINE)
        + _path(f"M{place.left} {bottom}H{right}", stroke=MUTED)
        + _tag("g", words, fill=MUTED, font_size=SMALL, text_anchor="end")
        + _tag("g", names, text_anchor="middle")
        + _tag("g", gaps, fill=MUTED, font_style="italic")
    )


def _breaks(chart: Chart, place: Layout) -> str:
    """A dashed line where what is left of it does not compare with what is right, its words above it."""
    bottom = place.height - place.bottom
    above = place.top - BREAK_WORDS
    lines = "".join(f"M{_n(place.edge(mark.at))} {above}V{bottom}" for mark in chart.breaks)
    words = "".join(
        _text(mark.label, place.edge(mark.at), above - BASE, text_anchor=place.side(mark.at)) for mark in chart.breaks
    )
    return _path(lines, stroke=MUTED, stroke_dasharray="4 3") + _tag("g", words, fill=MUTED) if words else ""


def _end_words(place: Layout) -> str:
    """The names of the series at their ends, each with a hair line to what it names."""
    hairs = "".join(f"M{_n(end.mark_x)} {_n(end.mark_y)}L{place.words_x - 3} {_n(end.y)}" for end in place.ends)
    words = "".join(_lines_of_text(end.lines, place.words_x, end.y) for end in place.ends)
    return _path(hairs, fill="none", stroke=MUTED, stroke_width=0.5) + words


def _hatched(chart: Chart, place: Layout, boxes: str) -> str:
    """``boxes`` once more, in stripes of paper over what is unsure."""
    if not boxes:
        return ""
    # The wide and the narrow drawing of a chart stand in one page.
    name = f"hatch-{chart.slug}-{place.width}"
    stripe = _path("M0 0V5", stroke=PAPER, stroke_width=3)  # half of it lies outside
    pattern = _tag(
        "pattern", stripe, id=name, width=5, height=5, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return pattern + _path(boxes, fill=f"url(#{name})")


SHAPES = {"bars": _bars, "lines": _line_chart, "stacked": _stacked}

Point = tuple[float, float]


def _line(points: Sequence[Point | None], lifted: Container[int] = ()) -> str:
    """The path through ``points``; it is lifted over a gap, and before the points ``lifted`` (by index)."""
    path, pen = "", "M"
    for at, point in enumerate(points):
        pen = "M" if at in lifted else pen
        path += f"{pen}{_n(point[0])} {_n(point[1])}" if point else ""
        pen = "L" if point else "M"
    return path


def _dots(points: Iterable[Point], **looks) -> str:
    return _tag("g", "".join(_tag("circle", cx=x, cy=y, r=2.5) for x, y in points), **looks)


def _cross(point: Point | None) -> str:
    return f"M{_n(point[0] - 3.5)} {_n(point[1] - 3.5)}l7 7m0 -7l-7 7" if point else ""


def _box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as a piece of a path, so that all bars of one look are one element."""
    return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"


def _lines_of_text(lines: Sequence[str], x: float, middle: float) -> str:
    first = middle - (len(lines) - 1) * LINE_HEIGHT / 2 + BASE
    return "".join(_text(line, x, first + number * LINE_HEIGHT) for number, line in enumerate(lines))


def _upright_text(text: str, x: float, y: float) -> str:
    return _tag("text", _escaped(text), transform=f"translate({_n(x)} {_n(y)})rotate(-90)")


def _text(text: str, x: float, y: float, **looks) -> str:
    return _tag("text", _escaped(text), x=x, y=y, **looks)


def _path(path: str, **looks) -> str:
    return _tag("path", d=path, **looks) if path else ""


def _svg(body: str, width: int, height: int, **looks) -> SafeString:
    whole = _tag(
        "svg", body, xmlns="http://www.w3.org/2000/svg", width=width, height=height,
        viewBox=f"0 0 {width} {height}", **looks,
    )  # fmt: skip
    return mark_safe(whole)  # noqa: S308  all text was escaped on its way into a tag, and so is every attribute


def _tag(name: str, body: str = "", **attributes) -> str:
    """An element round a finished ``body``; empty attributes are left out."""
    written = "".join(
        f' {key.replace("_", "-")}="{_escaped(value) if isinstance(value, str) else _n(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def _n(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
