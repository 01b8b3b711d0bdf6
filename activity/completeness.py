"""Who has handed in what, unit by quarter: the grid with its rates, the same facts as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext, pgettext

from .dates import short_date
from .models.choices import PAST
from .models.quarters import Quarter
from .models.units import Unit
from .states import WORDS, Row

NOT_EXPECTED, OVERDUE = "not_expected", "overdue"


@dataclass(frozen=True)
class Rate:
    """How many of how many returns; False where none counts yet."""

    part: int
    whole: int

    def __bool__(self):
        return self.whole > 0

    def __str__(self):
        return f"{localize(self.part)}/{localize(self.whole)}"

    @property
    def percent(self) -> int | None:
        """In whole per cent, but 100 is said of all alone; None where none counts yet."""
        if not self.whole:
            return None
        rounded = (200 * self.part + self.whole) // (2 * self.whole)
        return rounded if self.part == self.whole else min(rounded, 99)


class Said(NamedTuple):
    """What a cell says: its state, a mark for what the due day says of it, and all of it in words."""

    state: str
    words: str
    whole: str
    mark: str = ""
    mark_words: str = ""

    @property
    def marks(self) -> str:
        return f"{self.state} {self.mark}".strip()


class Cell(NamedTuple):
    """One unit's return for one quarter, and where it is; no address where none is to be made."""

    address: str
    marks: str
    said: Said


@dataclass(frozen=True)
class Line:
    unit: Unit
    cells: tuple[Cell, ...]
    complete: Rate
    on_time: Rate

    @property
    def is_overdue(self) -> bool:
        """Whether one of its returns has not come though its due day has passed."""
        return any(cell.said.mark == OVERDUE for cell in self.cells)


@dataclass(frozen=True)
class Column:
    quarter: Quarter
    complete: Rate
    on_time: Rate
    is_due: bool


@dataclass(frozen=True)
class Grid:
    """Units down, those that are late first, else in border order; quarters across, the newest at the right.

    And the rates (see `rates`).
    """

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    complete: Rate
    on_time: Rate


def rates(rows: Sequence[Row]) -> tuple[Rate, Rate]:
    """The complete rate and the on-time rate of some returns that units should make (DHIS2's two reporting rates).

    Both are over the returns that count: those whose due day (extension included) has passed, and those that are in
    before it; so a quarter that runs is held against nobody. *Complete* are those that are in: submitted or approved,
    an amendment under way or not; what was sent back is not in. *On time* are those of them whose first submission
    came by the end of their due day.
    """
    counted = [row for row in rows if row.is_due or not row.is_open]
    complete = [row for row in counted if not row.is_open]
    return Rate(len(complete), len(counted)), Rate(sum(not row.late for row in complete), len(counted))


def make_grid(rows: Sequence[Row], units: Sequence[Unit], quarters: Sequence[Quarter]) -> Grid:
    """The grid of ``units`` and ``quarters`` (newest first) from the ``rows`` that `states.rows` gave for them.

    A quarter's complete rate is over all units that make a return for it, as on every other page (N of M units);
    a unit's, and that of the whole, are `rates`.
    """
    by_cell = {(row.unit.pk, row.quarter.pk): row for row in rows}
    across = list(reversed(quarters))
    # Hundreds of cells say the same: it is put into words once.
    said: dict[tuple | None, Said] = {}
    down = [[by_cell.get((unit.pk, quarter.pk)) for quarter in across] for unit in units]
    lines = [_line(unit, across, of_unit, said) for unit, of_unit in zip(units, down, strict=True) if across]
    columns = [_column(quarter, [of_unit[at] for of_unit in down if of_unit[at]]) for at, quarter in enumerate(across)]
    lines.sort(key=lambda line: not line.is_overdue)
    return Grid(tuple(lines), tuple(columns), *rates([row for of_unit in down for row in of_unit if row]))


def _line(unit, quarters, rows, said) -> Line:
    # Addresses of one unit differ by the quarter alone: looked up once a unit, not once a cell.
    before, _, after = reverse("return", args=[unit.code, quarters[0]]).rpartition(quarters[0].code)
    cells = []
    for row, quarter in zip(rows, quarters, strict=True):
        like = (row.slug, row.is_in_force, row.is_open, row.late, row.is_extended and row.due_day) if row else None
        if like not in said:
            said[like] = _said(row)
        cells.append(Cell(f"{before}{quarter.code}{after}" if row else "", said[like].marks, said[like]))
    return Line(unit, tuple(cells), *rates([row for row in rows if row]))


def _column(quarter, rows) -> Column:
    complete = Rate(sum(not row.is_open for row in rows), len(rows))
    return Column(quarter, complete, rates(rows)[1], any(row.is_due for row in rows))


def _said(row: Row | None) -> Said:
    if row is None:
        return Said(NOT_EXPECTED, str(WORDS[NOT_EXPECTED]), str(WORDS[NOT_EXPECTED]))
    if not row.lateness:
        return Said(row.slug, row.words, row.words)
    mark, words = "late", row.lateness
    if row.is_extended:
        mark, words = "extended", pgettext("extension", "Until the end of %(day)s") % {"day": short_date(row.due_day)}
    elif row.is_open:
        mark, words = OVERDUE, ngettext("%(days)s day overdue", "%(days)s days overdue", row.late)
        words %= {"days": localize(row.late)}
    return Said(row.slug, row.words, f"{row.words}. {row.lateness}", mark, words)


def legend() -> list[tuple[str, str]]:
    """(state or mark, its words): the states in the order in which a return passes through them."""
    states = [(slug, str(words)) for slug, words in WORDS.items() if slug not in PAST]
    return [
        *states,
        (OVERDUE, gettext("N days overdue, not reported")),
        ("late", gettext("N days late")),
        ("extended", gettext("Extended until the end of a day")),
    ]


def table(rows: Sequence[Row], units: Sequence[Unit], quarters: Sequence[Quarter]) -> list[list]:
    """The facts of the grid for a file: a heading, a line for each quarter (newest first) and unit, then the rates.

    A rate is two numbers, of a quarter (`All units`) or of a unit (`All quarters above`); lines of one return have
    none. Days are `datetime.date`, numbers `int`; what there is none of is None.
    """
    by_cell = {(row.unit.pk, row.quarter.pk): row for row in rows}
    heading: list = [
        gettext("Unit"),
        gettext("Quarter"),
        gettext("State"),
        gettext("In time or late"),
        gettext("Due"),
        gettext("Extended until the end of"),
        gettext("First submitted on"),
        gettext("Days late"),
        gettext("Version"),
        gettext("Returns that are in"),
        gettext("Of so many returns"),
        gettext("Returns that came on time"),
        gettext("Of so many returns due"),
    ]
    cells = [(quarter, unit) for quarter in quarters for unit in units]
    facts = [_facts(unit, quarter, by_cell.get((unit.pk, quarter.pk))) for quarter, unit in cells]
    return [heading, *(line + [None] * 4 for line in facts), *_rates(make_grid(rows, units, quarters), units)]


def _rates(grid: Grid, units: Sequence[Unit]) -> list[list]:
    all_units, all_quarters = gettext("All units"), gettext("All quarters above")
    of_quarters = [(all_units, str(column.quarter), column.complete, column.on_time) for column in grid.columns[::-1]]
    lines = sorted(grid.lines, key=lambda line: units.index(line.unit))
    of_units = [(line.unit.name, all_quarters, line.complete, line.on_time) for line in lines]
    of_all = (all_units, all_quarters, grid.complete, grid.on_time)
    return [
        [unit, quarter, *[None] * 7, complete.part, complete.whole, on_time.part, on_time.whole]
        for unit, quarter, complete, on_time in [*of_quarters, *of_units, of_all]
    ]


def _facts(unit, quarter, row: Row | None) -> list:
    named = [unit.on(quarter.last_day).name, str(quarter)]
    if row is None:
        return [*named, str(WORDS[NOT_EXPECTED]), None, None, None, None, None, None]
    version = row.unit_return.version if row.unit_return else None
    extended = row.due_day if row.was_extended else None
    return [
        *named, row.words, row.lateness, quarter.due_day, extended, row.submitted_on, row.late or None, version
    ]  # fmt: skip
