"""The figures of some units and quarters, read once; below `gather` nothing touches the database."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import chain

from django.db.models import ExpressionWrapper, F, Field, Sum, Value
from django.utils import timezone

from .measures import MEASURES, Measure, exact, in_use, tally
from .models.asked import Redefined
from .models.choices import EventType, ProjectLevel, ProjectOwner, ProjectStage, Status
from .models.figure import Figure
from .models.quarters import Quarter
from .models.records import ForeignEvent, SpecialProject
from .models.returns import UnitReturn
from .models.units import Unit, UnitState

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
    # Cells whose figures were corrected after an approval, each with the version of the return that they are from.
    revised_cells: Mapping[Cell, int] = field(default_factory=dict)
    # What a unit was called in a period, where it is called otherwise now.
    former_names: Mapping[Cell, UnitName] = field(default_factory=dict)
    # Units that make no return for a period: they are neither counted in nor missing.
    not_expected: frozenset[Cell] = frozenset()
    # How the units descend from one another: who merges or parts between two periods compares with them together.
    kin: tuple[Kin, ...] = ()
    # Cells of a unit that carries others on, in which not all of them have reported.
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

    def value(self, measure: str, period: Period, unit: UnitName, part: str = "") -> Number | None:
        """One number; 0 where the unit reported none, None where it has not reported (or was not asked)."""
        cell = self.values.get((period, unit))
        if cell is None or ((value := cell.get((measure, part))) is None and self._is_unanswered(measure, cell)):
            return None
        return value or 0

    def _is_unanswered(self, measure, cell) -> bool:
        return (measure, "") not in cell and self.measure(measure).asked is not None

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


def period_of(quarter: Quarter) -> Period:
    return Period(quarter.year, quarter.number, quarter.first_day, quarter.last_day, quarter.due_day)


def gather(
    units,
    quarters,
    *,
    basis: Basis = Basis.APPROVED,
    measures: Iterable[Measure] | None = None,
    in_parts: Iterable[Quarter] = (),
    parts_of: Iterable[str] | None = None,
    named: Iterable[Quarter] = (),
    as_of: datetime.datetime | None = None,
) -> Figures:
    """Read the figures of ``units`` in ``quarters`` (rows, in border order and any order) into a plain value.

    ``measures`` are those to read: all in use, unless given. Parts are read only of the quarters ``in_parts`` (and of
    the measures ``parts_of``, unless of all); the projects and ceremonies that a report names, of those ``named``.
    ``as_of`` reads them as they stood at that moment: of each return the version that was in force then.
    At most six queries, whatever the number of units, quarters and records; a
    provisional basis adds the tally of the submitted returns, ``as_of`` the returns that waited for approval.
    """
    names = {unit.pk: name_of(unit, unit.state) for unit in units}
    periods = {quarter.pk: period_of(quarter) for quarter in sorted(quarters, key=lambda q: q.first_day)}
    counted, waiting = _returns(names, periods, basis) if as_of is None else _returns_at(as_of, names, periods)
    former_names = _former_names(units, names, periods)

    def cell_of(row) -> Cell:
        cell = periods[row.quarter_id], names[row.unit_id]
        return cell[0], former_names.get(cell, cell[1])

    cells = {row.pk: cell_of(row) for row in counted}
    waiting_cells = frozenset(cell_of(row) for row in waiting)
    handed_in = waiting_cells.union(cells.values())
    live = [row.pk for row in counted if row.status == Status.SUBMITTED]
    measures = in_use() if measures is None else tuple(measures)
    slugs = [measure.slug for measure in measures]
    split_quarters, told_quarters = {quarter.pk for quarter in in_parts}, {quarter.pk for quarter in named}
    split = {row.pk for row in counted if row.quarter_id in split_quarters}
    told = [row.pk for row in counted if row.quarter_id in told_quarters]
    return Figures(
        units=tuple(names.values()),
        periods=tuple(periods.values()),
        basis=basis,
        as_of=as_of or timezone.now(),
        values=_values(cells, live, measures, slugs, split, slugs if parts_of is None else list(parts_of)),
        provisional_cells=frozenset(cells[pk] for pk in live),
        waiting_cells=waiting_cells,
        revised_cells={cells[row.pk]: row.version for row in counted if row.version > 1},
        former_names=former_names,
        not_expected=frozenset(
            cell
            for unit in units
            for quarter in quarters
            if not unit.is_expected(quarter) and (cell := (periods[quarter.pk], names[unit.pk])) not in handed_in
        ),
        not_asked=_not_asked(measures, units, names, periods),
        sample_periods=frozenset(periods[row.quarter_id] for row in counted if row.is_sample),
        projects=_projects(told, cells) if told else (),
        ceremonies=_ceremonies(told, cells) if told else (),
        measures=measures,
    )


def _not_asked(measures, units, names, periods) -> dict[str, frozenset[Cell]]:
    """Of measures that are asked by themselves the cells whose units are not asked."""
    asked = [measure for measure in measures if measure.asked is not None]
    cells = [(period, unit) for unit in units if asked for period in periods.values()]
    kinds = [(period, names[unit.pk], unit.on(period.last_day).kind) for period, unit in cells]
    return {
        measure.slug: frozenset((period, unit) for period, unit, kind in kinds if not measure.is_asked(kind, period))
        for measure in asked
    }


def name_of(unit: Unit, state: UnitState) -> UnitName:
    """A unit (row) as figures know it, under what it was called in ``state``."""
    return UnitName(unit.code, state.name, state.short_name)


def _former_names(units, names, periods) -> dict[Cell, UnitName]:
    """What units were called on the last days of the periods before they were renamed."""
    return {
        (period, names[unit.pk]): name_of(unit, unit.on(period.last_day))
        for unit in units
        if unit.past
        for period in periods.values()
    }


def _values(cells, live, measures, slugs, split, split_slugs) -> dict[Cell, dict[tuple[str, str], Number]]:
    """The numbers of each cell: wholes of ``slugs``, and of the returns ``split`` the parts of ``split_slugs``.

    Those of the returns ``live`` are counted now, the others were stored when they were approved.
    """
    numbers: dict[int, dict[tuple[str, str], Number]] = {pk: {} for pk in cells}
    by_slug = {measure.slug: measure for measure in measures}
    # A tally counts everything; what was not asked for would stand beside stored figures that lack it.
    counted_now = (
        row
        for row in (tally(UnitReturn.objects.filter(pk__in=live), live, measures) if live else ())
        if (row[1] in split_slugs and row[0] in split if row[2] else row[1] in slugs)
    )
    stored = chain(_stored(cells, slugs, part=""), _stored(split, split_slugs, part__gt=""))
    for pk, measure, part, value in chain(stored, counted_now):
        numbers[pk][measure, part] = exact(value, by_slug[measure])
    return {cells[pk]: of_return for pk, of_return in numbers.items()}


# What is read of a return that counts.
COUNTED = ("pk", "unit_id", "quarter_id", "version", "status", "is_sample")


def _returns(unit_ids, quarter_ids, basis):
    """The return that counts for each unit and quarter, and those that are submitted but do not count.

    Provisionally a submitted version stands before the approved one that it is to replace.
    """
    rows = UnitReturn.objects.handed_in().filter(unit__in=unit_ids, quarter__in=quarter_ids)
    counted, waiting = {}, []
    for row in rows.order_by("version").values_list(*COUNTED, named=True):
        if row.status == Status.APPROVED or basis is Basis.PROVISIONAL:
            counted[row.unit_id, row.quarter_id] = row
        else:
            waiting.append(row)
    return list(counted.values()), waiting


def _returns_at(moment, unit_ids, quarter_ids):
    """The returns in force at ``moment``, and those that were submitted then and waited for approval."""
    rows = UnitReturn.objects.filter(unit__in=unit_ids, quarter__in=quarter_ids).order_by()
    waiting = rows.submitted_at(moment).annotate(waits=Value(True)).values_list(*COUNTED, "waits", named=True)
    in_force = rows.in_force_at(moment).annotate(waits=Value(False)).values_list(*COUNTED, "waits", named=True)
    found = list(in_force.union(waiting, all=True))
    return [row for row in found if not row.waits], [row for row in found if row.waits]


def _stored(return_ids, slugs, **part):
    """The stored figures of some returns and measures, as (return id, measure, part, value)."""
    if not return_ids:
        return ()
    rows = Figure.objects.filter(unit_return__in=list(return_ids), measure__in=slugs, **part)
    # As the number that the database gives, a third of the time of Django's decimals; `exact` restores the last place.
    value = ExpressionWrapper(F("value"), output_field=Field())
    return rows.values_list("unit_return_id", "measure", "part", value)


def stored_totals(returns, slugs: Iterable[str]) -> dict[str, Number]:
    """What approved ``returns`` (a queryset) add up to, by measure; one query, no record read."""
    rows = Figure.objects.filter(unit_return__in=returns, measure__in=slugs, part="").order_by()
    return dict(rows.values_list("measure").annotate(total=Sum("value")))


def _projects(return_ids, cells):
    rows = SpecialProject.objects.filter(
        unit_return__in=return_ids, owner=ProjectOwner.OWN, level=ProjectLevel.PROJECT, stage=ProjectStage.SUCCESS
    )
    return tuple(
        ProjectName(period, unit, row.code, row.category, row.crime, opened_in_quarter=period.holds(row.opened_on))
        for row in rows.order_by("date", "pk")
        for period, unit in [cells[row.unit_return_id]]
    )


def _ceremonies(return_ids, cells):
    rows = ForeignEvent.objects.filter(unit_return__in=return_ids, event_type=EventType.CEREMONY)
    return tuple(
        Ceremony(period, unit, row.date, row.title, row.place, row.counterpart, row.level)
        for row in rows.order_by("date", "pk")
        for period, unit in [cells[row.unit_return_id]]
    )
