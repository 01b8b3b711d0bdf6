"""A chart as a plain value: what both drawings, the table under them and the paper read."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from activity.figures import Cell
from reports.numbers import MISSING, STAR, number

Number = int | Decimal


@dataclass(frozen=True)
class Series:
    """One row of marks: a value for each category of the chart, None where nobody reported."""

    label: str
    values: tuple[Number | None, ...]
    role: Literal["present", "comparison", "rest"] = "present"
    # The categories, by index, whose value was revised, and those of which there was nothing to report.
    revised: frozenset[int] = frozenset()
    nothing: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Revision:
    """Figures of a chart that were revised, as the note names them; ``href`` leads to the difference."""

    label: str
    cells: tuple[Cell, ...]
    href: str = ""


@dataclass(frozen=True)
class Mark:
    """A line before the category ``at`` (by index) across which nothing compares; ``label`` says why."""

    at: int
    label: str


@dataclass(frozen=True)
class Chart:
    """Series over the same categories, with every word finished.

    ``bars`` lie, one category a row: one present series and perhaps one comparison. ``lines`` and ``stacked``
    stand, one quarter a column; ``ticks`` are then the short words under the columns, lines parted by ``\\n``.
    ``missing`` is the word at a category whose present value is None, and in the middle of an empty chart;
    ``nothing`` the word in place of a 0 where there was nothing to report;
    ``gap_words`` are other words at single categories (by index), such as that a return waits for approval;
    the categories ``unsure`` (by index), provisional or of too few units, are drawn hatched or hollow, and
    ``breaks`` as upright lines that no line of values crosses. ``revisions`` are named in a note that begins with
    the words ``revised``. ``on_paper`` no table stands near: what bars are compared with is written in brackets.
    """

    slug: str
    shape: Literal["bars", "lines", "stacked"]
    title: str
    subtitle: str
    counted_in: str
    counted_by: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    missing: str
    nothing: str = ""
    gap_words: tuple[tuple[int, str], ...] = ()
    decimals: int = 0
    ticks: tuple[str, ...] = ()
    total_label: str = ""
    unsure: frozenset[int] = frozenset()
    hrefs: tuple[str, ...] = ()
    breaks: tuple[Mark, ...] = ()
    note: str = ""
    revised: str = ""
    revisions: tuple[Revision, ...] = ()
    on_paper: bool = False

    @cached_property
    def present(self) -> tuple[Series, ...]:
        """The series that the chart is about: all but the comparison."""
        return tuple(series for series in self.series if series.role != "comparison")

    @cached_property
    def compared(self) -> tuple[Series, ...]:
        return tuple(series for series in self.series if series.role == "comparison")

    @property
    def totals(self) -> tuple[Number | None, ...]:
        """The sum of the present series in each category; None where one of them is missing."""
        if not self.present:
            return (None,) * len(self.categories)
        columns = zip(*(series.values for series in self.present), strict=True)
        return tuple(None if None in column else sum(column) for column in columns)

    @property
    def gaps(self) -> tuple[int, ...]:
        """The categories, by index, in which nothing of the present was reported."""
        if not self.present:
            return tuple(range(len(self.categories)))
        columns = zip(*(series.values for series in self.present), strict=True)
        return tuple(at for at, column in enumerate(columns) if all(value is None for value in column))

    @property
    def nothing_at(self) -> tuple[int, ...]:
        """The categories, by index, in which there was nothing to report of all that the chart is about."""
        shown = [series.nothing for series in self.present]
        return tuple(sorted(frozenset.intersection(*shown))) if shown else ()

    def crosses(self, series: Series) -> frozenset[int]:
        """The categories, by index, in which there was nothing to report of this series, but of another."""
        return series.nothing.difference(self.nothing_at)

    @property
    def upright(self) -> tuple[tuple[int, str], ...]:
        """The words that stand in single columns: what is not known, and where there was nothing to report."""
        return (*((at, self.gap(at)) for at in self.gaps), *((at, self.nothing) for at in self.nothing_at))

    def total_said(self, at: int) -> str:
        """The total of one category, as it stands over its column and in the table."""
        return self.nothing if at in self.nothing_at else self.text(self.totals[at])

    def gap(self, at: int) -> str:
        """The word at a category of which nothing is known."""
        return dict(self.gap_words).get(at, self.missing)

    @property
    def revised_note(self) -> str:
        """The note on what was revised, as text; nothing where nothing was."""
        return f"{self.revised}: {', '.join(each.label for each in self.revisions)}" if self.revisions else ""

    def said(self, series: Series, at: int) -> str:
        """The value of a series in one category, with a star where it was revised."""
        value = series.values[at]
        words = MISSING if value is None and series.role == "comparison" else self.text(value)
        if at in series.nothing and value is not None:
            words = self.nothing
        return words + (STAR if at in series.revised else "")

    def at_end(self, at: int) -> str:
        """What stands at the end of the lying bar of one category."""
        (present,) = self.present
        words = self.gap(at) if present.values[at] is None else self.said(present, at)
        return (
            " ".join([words, *(f"({self.said(series, at)})" for series in self.compared)]) if self.on_paper else words
        )

    def text(self, value: Number | None) -> str:
        """A value as it stands at a mark and in the table."""
        return self.missing if value is None else number(value, self.decimals)


class Row(NamedTuple):
    """One category in figures, as text; ``href`` is empty where it leads nowhere."""

    label: str
    cells: tuple[str, ...]
    href: str = ""


def table(chart: Chart) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The chart's numbers as text: the head of the columns and a row for each category, in the chart's order.

    Stacked series end in their total.
    """
    columns = [(series.label, _cells(chart, series)) for series in chart.series]
    if chart.total_label:
        columns.append((chart.total_label, [chart.total_said(at) for at in range(len(chart.categories))]))
    header = (chart.counted_by, *(label for label, _ in columns))
    rows = tuple(
        Row(label, tuple(cells[at] for _, cells in columns), chart.hrefs[at] if chart.hrefs else "")
        for at, label in enumerate(chart.categories)
    )
    return header, rows


def _cells(chart: Chart, series: Series) -> list[str]:
    if series.role == "comparison":
        return [chart.said(series, at) for at in range(len(series.values))]
    return [chart.gap(at) if value is None else chart.said(series, at) for at, value in enumerate(series.values)]
