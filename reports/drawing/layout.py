"""Where things stand in a drawing, in pixels: measured once, used by the SVG and by Plotly, so that nothing jumps."""

import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import count
from math import ceil

from .chart import Chart, Number, Series

INK, MUTED, LINE, PAPER = "#1b211e", "#59645e", "#d8ded9", "#fbfcfa"
GREEN_900, GREEN_700, BLUE_GREY = "#12372a", "#1f5c43", "#6f8796"
# From dark to light, so that neighbours differ in grey print too; the rest of a stack last.
PART_COLOURS = (GREEN_900, "#37725a", "#76a48d", "#b4d0c1", "#dfe5e1")
REST_COLOUR = "#f1f3f0"
# Colour and dashes of up to four lines.
LINE_STYLES = ((GREEN_700, ""), (BLUE_GREY, "6 3"), (INK, "2 2"), (GREEN_900, "9 3 2 3"))

FONT = "Sarabun, Arial, sans-serif"
# Lines of text stand 1,3 sizes apart, as Plotly sets them.
TEXT, SMALL, LINE_HEIGHT = 12, 11, 15.6
# A category's name may take this much of the width before it is broken into lines.
NAME_WIDTH = 190
AXIS_HEIGHT = 18
# What the words of a break take above the values of the columns.
BREAK_WORDS = 14
# The words at a lying bar stand a little above its middle, clear of the thin mark below it.
RAISED = 2
TALLEST_ROW = 32
# A band this wide still holds a quarter's numeral.
NARROWEST_BAND = 14
# How much of a quarter's band its column takes.
COLUMN = 0.64

# Advance widths of Sarabun Regular in thousandths of its size; a letter with marks is as wide as its base.
_ADVANCES = {
    letter: width
    for width, letters in {
        200: "'", 245: "!| i\u00a0j", 252: ",.:;·", 291: "lI", 315: "[](){}_", 340: "f-r\"", 380: "t\\", 415: "/s`",
        455: "J*z?x", 475: "ycvk", 516: "ae", 530: "$S", 542: "gbdpq–", 552: "LnF0123456789Eu", 560: "oThđ",
        575: "ZPY", 590: "RCB", 600: "AV", 605: "KX+<=>~×≥", 625: "DĐ", 657: "GUO", 668: "Q&w", 682: "HN",
        795: "@M", 839: "mW—", 903: "%",
    }.items()
    for letter in letters
}  # fmt: skip
_WIDEST, _HORN, _HORN_WIDTH = 903, "\u031b", 41
# Until the face has come, another one stands in its place, a little wider.
_SAFETY = 1.03


@lru_cache(maxsize=4096)
def text_width(text: str, size: int = TEXT) -> float:
    """Return the width of ``text`` in pixels in Sarabun Regular of ``size``; a safe estimate, a little too wide."""
    thousandths = 0
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        thousandths += _ADVANCES.get(letter) or _ADVANCES.get(parts[0], _WIDEST) + _HORN_WIDTH * (_HORN in parts)
    return thousandths * size * _SAFETY / 1000


@lru_cache(maxsize=4096)
def wrapped(text: str, width: float) -> tuple[str, ...]:
    """Break ``text`` at spaces into lines of ``width`` pixels; nothing is cut, a longer word stands whole."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def value_ticks(largest: Number, decimals: int = 0, most: int = 3) -> tuple[Number, ...]:
    """Return at most ``most`` round values above zero and up to ``largest``: multiples of 1, 2, 2,5 or 5 tens."""
    smallest = Decimal(1).scaleb(-decimals)
    for power in count():
        for factor in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)):
            step = factor.scaleb(power) * smallest
            if largest < (most + 1) * step and step % smallest == 0:
                ticks = (step * times for times in range(1, int(largest / step) + 1))
                return tuple(int(tick) if tick == int(tick) else tick for tick in ticks)
    raise AssertionError("counting has no end")


@dataclass(frozen=True)
class EndLabel:
    """Words at the right of one present series: the middle of their block, and the point that they belong to."""

    lines: tuple[str, ...]
    y: float
    mark_x: float
    mark_y: float


@dataclass(frozen=True)
class Layout:
    """Size, margins round the plot, and the value axis from 0 to ``largest``; ``band`` is one category's share."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    band: float
    largest: Number
    ticks: tuple[Number, ...]
    names: tuple[tuple[str, ...], ...]
    ends: tuple[EndLabel, ...] = ()

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> int:
        return self.height - self.top - self.bottom

    @property
    def bar(self) -> float:
        """The thickness of a lying bar."""
        return min(18, round(self.band * 0.55))

    @property
    def thin(self) -> float:
        """The thickness of the comparison's mark, which runs along the lower edge of the bar."""
        return round(self.bar / 3)

    def x(self, value: Number) -> float:
        """Where a lying bar of ``value`` ends."""
        return self.left + float(value) / float(self.largest) * self.plot_width

    def y(self, value: Number) -> float:
        """The height at which ``value`` stands."""
        return self.height - self.bottom - float(value) / float(self.largest) * self.plot_height

    def row(self, at: int) -> float:
        """The middle of the lying bar of category ``at``: a little above the row's, for the thin mark below it."""
        return self.top + (at + 0.5) * self.band - self.thin / 2

    @property
    def words_x(self) -> int:
        """Where the words at the ends begin."""
        return self.width - self.right + 10

    def column(self, at: int) -> float:
        """The middle of the column of category ``at``."""
        return self.left + (at + 0.5) * self.band

    def edge(self, at: int) -> float:
        """Where the column of category ``at`` begins."""
        return self.left + at * self.band

    def side(self, at: int) -> str:
        """To which side of that edge words have room: from it on (``start``), or up to it (``end``)."""
        return "start" if self.edge(at) < self.left + self.plot_width / 2 else "end"


def layout(chart: Chart, width: int, height: int) -> Layout:
    """Measure ``chart`` for a drawing ``width`` wide and about ``height`` high.

    Rows of bars are as high as their names need, so that the drawing may become higher, or lower where few
    rows would stand lost in it.
    """
    return _lying(chart, width, height) if chart.shape == "bars" else _standing(chart, width, height)


def colour_of(chart: Chart, at: int) -> str:
    """The colour of a stack's piece, by the place of its series."""
    return REST_COLOUR if chart.series[at].role == "rest" else PART_COLOURS[at % len(PART_COLOURS)]


def _largest(chart: Chart) -> Number:
    values = chart.totals if chart.shape == "stacked" else [v for series in chart.series for v in series.values]
    return max((value for value in values if value is not None), default=0) or 1


def _lying(chart: Chart, width: int, height: int) -> Layout:
    names = tuple(wrapped(category, NAME_WIDTH) for category in chart.categories)
    lines = max(map(len, names), default=1)
    rows = max(len(names), 1)
    band = max(min((height - AXIS_HEIGHT - 2) / rows, TALLEST_ROW), lines * LINE_HEIGHT + 0.5)
    widest_value = max((text_width(chart.at_end(at)) for at in range(len(names))), default=0)
    largest = _largest(chart)
    left = ceil(max((text_width(line) for name in names for line in name), default=0)) + 8
    right = ceil(widest_value) + 8
    room = (width - left - right) / (text_width(chart.text(largest)) + 16)
    return Layout(
        width=width,
        height=round(rows * band) + AXIS_HEIGHT + 2,
        left=left,
        right=right,
        top=2,
        bottom=AXIS_HEIGHT,
        band=band,
        largest=largest,
        ticks=value_ticks(largest, chart.decimals, most=max(1, min(3, int(room)))),
        names=names,
    )


def _standing(chart: Chart, width: int, height: int) -> Layout:
    largest = _largest(chart)
    ticks = value_ticks(largest, chart.decimals)
    left = ceil(max(text_width(chart.text(tick)) for tick in ticks)) + 8
    words = [wrapped(_end_text(chart, series), width / 4) for series in chart.present]
    right = ceil(max((text_width(line) for lines in words for line in lines), default=0)) + 14
    band = (width - left - right) / max(len(chart.categories), 1)
    plain = Layout(
        width=width,
        height=height,
        left=left,
        right=right,
        top=18 + (BREAK_WORDS if chart.breaks else 0),
        bottom=ceil(2 * LINE_HEIGHT) + 6,
        band=band,
        largest=largest,
        ticks=ticks,
        names=_short_names(chart, band),
    )
    return replace(plain, ends=_end_labels(chart, plain, words))


def _short_names(chart: Chart, band: float) -> tuple[tuple[str, ...], ...]:
    """The words under the columns; where quarters crowd, their years alone."""
    names = [tuple(tick.split("\n")) for tick in chart.ticks or chart.categories]
    return tuple(names) if band >= NARROWEST_BAND else tuple(lines[1:] for lines in names)


def _end_text(chart: Chart, series: Series) -> str:
    """The series' last value and its name, as they stand at its end; the title names a line that is alone."""
    known = [value for value in series.values if value is not None]
    if not known:
        return series.label
    return chart.text(known[-1]) if len(chart.present) == 1 else f"{chart.text(known[-1])} {series.label}"


def _end_labels(chart: Chart, plain: Layout, words: list[tuple[str, ...]]) -> tuple[EndLabel, ...]:
    marks = _end_marks(chart, plain)
    heights = [len(lines) * LINE_HEIGHT for lines in words]
    middles = spread([y for _, y in marks], heights, top=0, bottom=plain.height - plain.bottom + LINE_HEIGHT)
    return tuple(EndLabel(lines, middle, *mark) for lines, middle, mark in zip(words, middles, marks, strict=True))


def _end_marks(chart: Chart, plain: Layout) -> list[tuple[float, float]]:
    """Where each present series ends: its last point, or the right edge of its piece of the last column."""
    marks, below = [], Decimal(0)
    for series in chart.present:
        last = max((at for at, value in enumerate(series.values) if value is not None), default=0)
        value = series.values[last] if series.values else None
        if chart.shape == "stacked":
            piece = Decimal(value or 0)
            marks.append((plain.column(last) + plain.band * COLUMN / 2, plain.y(below + piece / 2)))
            below += piece
        else:
            marks.append((plain.column(last), plain.y(value or 0)))
    return marks


def spread(middles: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Move blocks of ``heights`` from their wished ``middles`` as far as needed, so that none overlap.

    They keep their order from above, and stay between ``top`` and ``bottom`` while there is room.
    """
    order = sorted(range(len(middles)), key=lambda at: middles[at])
    placed = list(middles)
    edge = top
    for at in order:
        placed[at] = max(placed[at], edge + heights[at] / 2)
        edge = placed[at] + heights[at] / 2
    edge = bottom
    for at in reversed(order):
        placed[at] = min(placed[at], edge - heights[at] / 2)
        edge = placed[at] - heights[at] / 2
    return placed
