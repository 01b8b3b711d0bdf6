"""Figures as a plain value: units, quarters and measures as frozen values, numbers, and what is missing.

Nothing here touches the database; `gathering` reads it.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from .measures import MEASURES, Measure
from .models.asked import Redefined

Number = int | Decimal


class Basis(Enum):
    """Which returns count: approved ones only, or provisionally submitted ones too."""

    APPROVED = "approved"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class UnitName:
    """A unit as figures know it."""

    code: str
    # As it was called in the quarter that is shown: the unit stays the same one.
    name: str = field(compare=False)
    short_name: str = field(compare=False)

    # Figures are looked up by unit and period thousands of times a page.
    def __hash__(self):
        return hash(self.code)

    def __str__(self):
        return self.short_name


@dataclass(frozen=True, order=True)
class Period:
    """A quarter as figures know it; periods sort by time."""

    year: int
    number: int
    first_day: datetime.date = field(compare=False)
    last_day: datetime.date = field(compare=False)
    due_day: datetime.date = field(compare=False)

    def __hash__(self):
        return self.year * 4 + self.number

    @property
    def code(self) -> str:
        return f"{self.year}Q{self.number}"

    def holds(self, day: datetime.date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def year_before(self) -> tuple[int, int]:
        """(year, number) of the same quarter last year."""
        return self.year - 1, self.number

    @property
    def before(self) -> tuple[int, int]:
        """(year, number) of the quarter before."""
        return (self.year, self.number - 1) if self.number > 1 else (self.year - 1, 4)

    @property
    def after(self) -> tuple[int, int]:
        return (self.year, self.number + 1) if self.number < 4 else (self.year + 1, 1)


@dataclass(frozen=True)
class ProjectName:
    """A special project of our own that concluded with success; only such codes are ever printed."""

    period: Period
    unit: UnitName
    code: str
    category: str
    crime: str
    opened_in_quarter: bool


@dataclass(frozen=True)
class Ceremony:
    period: Period
    unit: UnitName
    date: datetime.date
    title: str
    place: str
    counterpart: str
    level: str


@dataclass(frozen=True)
class Kin:
    """From ``first_day`` on ``successor`` carries on ``predecessor``: wholly, or (``is_part``) a part of it."""

    predecessor: UnitName
    successor: UnitName
    first_day: datetime.date
    is_part: bool


@dataclass(frozen=True)
class Break:
    """The figures of ``unit`` before ``first_day`` cannot be compared with those after it: ``whole`` was split."""

    unit: UnitName
    whole: UnitName
    first_day: datetime.date


class Amended(NamedTuple):
    """An amended return, by its unit and the version in force; its period is that of the cell."""

    unit: UnitName
    version: int


Cell = tuple[Period, UnitName]


@dataclass(frozen=True)
class Figures:
    """Figures by period, unit and measure.

    ``values`` holds a number for each (period, unit) that reported, by measure slug and part (empty part: the
    whole). A cell that is not there has not reported: its values are ``None``, never 0.
    """

    units: tuple[UnitName, ...]
    periods: tuple[Period, ...]
    basis: Basis
    as_of: datetime.datetime
    values: Mapping[Cell, Mapping[tuple[str, str], Number]]
    provisional_cells: frozenset[Cell] = frozenset()
    # Submitted but not counted, since the basis is what is approved: not "chưa nộp".
    waiting_cells: frozenset[Cell] = frozenset()
    # Cells whose figures were corrected after an approval, each with its amended returns (more by present unit).
    revised_cells: Mapping[Cell, tuple[Amended, ...]] = field(default_factory=dict)
    # By cell what its unit said there is nothing to report of: kinds by their slug, indicators by their code.
    nothing: Mapping[Cell, frozenset[str]] = field(default_factory=dict)
    # What a unit was called in a period, where it is called otherwise now.
    former_names: Mapping[Cell, UnitName] = field(default_factory=dict)
    # Units that make no return for a period: they are neither counted in nor missing.
    not_expected: frozenset[Cell] = frozenset()
    # How the units descend from one another: who merges or parts between two periods compares with them together.
    kin: tuple[Kin, ...] = ()
    # By present unit the cells of who carries others on, and those of them in which not all have reported.
    carried_cells: frozenset[Cell] = frozenset()
    partial_cells: frozenset[Cell] = frozenset()
    breaks: tuple[Break, ...] = ()
    # Of measures that are asked by themselves, by slug the cells whose units are not asked.
    not_asked: Mapping[str, frozenset[Cell]] = field(default_factory=dict)
    sample_periods: frozenset[Period] = frozenset()
    projects: tuple[ProjectName, ...] = ()
    ceremonies: tuple[Ceremony, ...] = ()
    measures: tuple[Measure, ...] = MEASURES

    @cached_property
    def _measures_by_slug(self):
        return {measure.slug: measure for measure in self.measures}

    def measure(self, slug: str) -> Measure:
        return self._measures_by_slug[slug]

    def is_asked(self, measure: str, period: Period) -> bool:
        """Whether any unit is asked for a measure in ``period``."""
        not_asked = self.not_asked.get(measure, ())
        return not not_asked or any((period, unit) not in not_asked for unit in self.expected(period))

    def break_between(self, measure: str, earlier: Period, later: Period) -> Redefined | None:
        """The last change of what a measure means after ``earlier`` and until ``later``, in either order."""
        first, last = sorted([earlier, later])
        breaks = self.measure(measure).redefined
        return next((each for each in reversed(breaks) if first.first_day < each.first_day <= last.first_day), None)

    @cached_property
    def _periods_by_number(self):
        return {(period.year, period.number): period for period in self.periods}

    def period(self, year: int, number: int) -> Period | None:
        """The period of that year and number, or None where it was not gathered (or does not exist)."""
        return self._periods_by_number.get((year, number))

    @cached_property
    def _reported(self):
        return {
            period: tuple(self.called(u, period) for u in self.units if (period, u) in self.values)
            for period in self.periods
        }

    def called(self, unit: UnitName, period: Period) -> UnitName:
        """The same unit under the name that it had on the last day of ``period``."""
        return self.former_names.get((period, unit), unit)

    # Of the units that are asked for ``measure``, where one is named; else of all.

    def reported(self, period: Period, measure: str = "") -> tuple[UnitName, ...]:
        """The units with figures for ``period``, in border order."""
        reported = self._reported.get(period, ())
        if not measure or self.measure(measure).asked is None:
            return reported
        return tuple(unit for unit in reported if self.value(measure, period, unit) is not None)

    def expected(self, period: Period, measure: str = "") -> tuple[UnitName, ...]:
        """The units that make a return for ``period``, in border order."""
        expected, out = self._expected.get(period, self.units), self.not_asked.get(measure)
        return tuple(unit for unit in expected if (period, unit) not in out) if out else expected

    @cached_property
    def _expected(self):
        return {
            period: tuple(self.called(u, period) for u in self.units if (period, u) not in self.not_expected)
            for period in self.periods
        }

    def missing(self, period: Period, measure: str = "") -> tuple[UnitName, ...]:
        """The expected units without figures for ``period``, in border order."""
        reported = set(self.reported(period, measure))
        return tuple(unit for unit in self.expected(period, measure) if unit not in reported)

    def waiting(self, period: Period, measure: str = "") -> tuple[UnitName, ...]:
        """Those of the missing units whose return is submitted and waits for approval."""
        return tuple(unit for unit in self.missing(period, measure) if (period, unit) in self.waiting_cells)

    def revised(self, period: Period) -> tuple[UnitName, ...]:
        """The units whose figures for ``period`` are those of an amended return, in border order."""
        return tuple(self.called(unit, period) for unit in self.units if (period, unit) in self.revised_cells)

    def partial(self, period: Period) -> tuple[UnitName, ...]:
        """The units that lack the figures of some of those whom they carry on, in border order."""
        return tuple(unit for unit in self.units if (period, unit) in self.partial_cells)

    def value(self, measure: str, period: Period, unit: UnitName, part: str = "") -> Number | None:
        """One number; 0 where the unit reported none, None where it has not reported (or was not asked)."""
        cell = self.values.get((period, unit))
        if cell is None or ((value := cell.get((measure, part))) is None and self._is_unanswered(measure, cell)):
            return None
        return value or 0

    def _is_unanswered(self, measure, cell) -> bool:
        return (measure, "") not in cell and self.measure(measure).asked is not None

    def is_nothing(self, measure: str, period: Period, units: Iterable[UnitName] | None = None) -> bool:
        """Whether all of ``units`` (all, unless given) that reported said there was nothing to report of it.

        That is another thing than a 0 that their records add up to; False where none of them has reported.
        """
        counted = self.measure(measure)
        of = counted.slug if counted.asked else counted.model.kind_slug
        reported = False
        for cell in ((period, unit) for unit in (self.units if units is None else units)):
            if cell in self.values:
                if of not in self.nothing.get(cell, ()):
                    return False
                reported = True
        return reported

    def total(
        self, measure: str, period: Period, part: str = "", units: Iterable[UnitName] | None = None
    ) -> Number | None:
        """The sum over ``units`` (all, unless given); None where none of them has reported."""
        if units is None:
            return self._totals[period].get((measure, part), 0) if self.reported(period, measure) else None
        values = [self.value(measure, period, unit, part) for unit in units]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def parts(self, measure: str, period: Period) -> dict[str, Number]:
        """The total of each part that is not 0, in the measure's own order."""
        totals = self._totals[period]
        return {part: total for part in self.measure(measure).parts if (total := totals.get((measure, part)))}

    @cached_property
    def compared(self) -> dict[tuple[Period, Period, str], frozenset[UnitName]]:
        """By two periods (and a measure asked by itself) the units that compare, as far as `compare` found it out."""
        return {}

    @cached_property
    def _totals(self):
        """By period the total of each measure and part over all units."""
        totals: dict[Period, dict[tuple[str, str], Number]] = defaultdict(lambda: defaultdict(int))
        for (period, _unit), numbers in self.values.items():
            of_period = totals[period]
            for key, value in numbers.items():
                of_period[key] += value
        return totals
