"""Whose figures a list of records holds: who has nothing to report is in it, who has entered nothing is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, Func, IntegerField, OuterRef, Subquery

from .completeness import Rate
from .kinds import Kind
from .models.asked import Asked, asked_among
from .models.choices import Status
from .models.marks import ReturnKind
from .models.quarters import Quarter
from .models.returns import UnitReturn
from .models.units import Unit, UnitState
from .tables import difference_address

# So many amended returns are named; of more, how many others there are.
MOST_NAMED = 6


class AmendedReturn(NamedTuple):
    """A return of which a later version is listed."""

    unit: Unit
    quarter: Quarter
    version: int

    @property
    def unit_then(self) -> UnitState:
        return self.unit.on(self.quarter.last_day)

    @property
    def address(self) -> str:
        """Where the difference of its versions is shown."""
        return difference_address(self)


@dataclass(frozen=True)
class Coverage:
    """How many of the returns that units make say something of a kind, if only that there is nothing to report.

    ``unapproved`` of the returns are not approved yet. Of a single quarter it names their units, those with nothing to
    report, and those that have said nothing yet, as called on its last day. ``records`` is how many all of them hold;
    ``amended`` are those of them that were, the newest quarter first.
    """

    rate: Rate
    of_units: bool
    records: int
    has_sample: bool
    amended: tuple[AmendedReturn, ...]
    unapproved: int
    waiting: tuple[UnitState, ...] = ()
    nothing: tuple[UnitState, ...] = ()
    empty: tuple[UnitState, ...] = ()

    @property
    def amended_named(self) -> tuple[AmendedReturn, ...]:
        return self.amended[:MOST_NAMED]

    @property
    def amended_besides(self) -> int:
        return len(self.amended[MOST_NAMED:])


def coverage(
    kind: Kind, units: Sequence[Unit], quarters: Sequence[Quarter], in_use: Sequence[Asked], chosen: int | None = None
) -> Coverage:
    """The coverage of the records of ``kind`` that ``units`` have in ``quarters``, drafts too; one query.

    Answers to indicators are expected where some of those ``in_use`` are asked; of ``chosen`` alone, where it is one.
    """
    if chosen is not None:
        in_use = [asked for asked in in_use if asked.pk == chosen]
    found = _found(kind, units, quarters, chosen)
    said, approved = _said(found)
    held = {
        "records": sum(row.held for row in found),
        "has_sample": any(row.held and row.is_sample for row in found),
        "amended": _amended(found, units, quarters),
    }
    expected = {(unit.pk, quarter.pk) for unit in units for quarter in quarters if unit.is_expected(quarter)}
    if kind.is_asked:
        expected &= {(u.pk, q.pk) for u in units for q in quarters if asked_among(in_use, u, q)}
    rate = Rate(len(said), len(expected | said.keys()))
    if len(quarters) != 1:
        return Coverage(rate, of_units=False, unapproved=len(said.keys() - approved), **held)
    (quarter,) = quarters
    cells = {unit: (unit.pk, quarter.pk) for unit in units}

    def named(chosen) -> tuple[UnitState, ...]:
        return tuple(unit.on(quarter.last_day) for unit, cell in cells.items() if cell in chosen)

    waiting = named(said.keys() - approved)
    nothing = named({cell for cell, state in said.items() if state == "nothing"})
    empty = named(expected - said.keys())
    return Coverage(rate, True, **held, unapproved=len(waiting), waiting=waiting, nothing=nothing, empty=empty)


def _found(kind, units, quarters, chosen) -> list:
    """The returns of ``units`` in ``quarters``, each with how many records of the kind it holds; one query."""
    returns = UnitReturn.objects.of_units(units).order_by()
    # All the quarters of ten years would be more parameters than psycopg keeps a translated query for.
    if len(quarters) == 1:
        returns = returns.filter(quarter__in=quarters)
    marks = ReturnKind.objects.filter(unit_return=OuterRef("pk"), kind=kind.slug, nothing_to_report=True)
    counted = returns.annotate(held=_count_of(kind, chosen), nothing=Exists(marks))
    rows = counted.values_list("unit", "quarter", "status", "version", "is_sample", "held", "nothing", named=True)
    keys = {quarter.pk for quarter in quarters}
    return [row for row in rows if row.quarter in keys]


def _count_of(kind, chosen) -> Subquery:
    """How many records of a kind the return around it holds.

    Counted return by return in an index: half the time of joining every record with its return.
    """
    rows = Func(template="COUNT(*)", output_field=IntegerField())  # `Count` would group
    records = kind.model.objects.filter(unit_return=OuterRef("pk"), **({"indicator": chosen} if chosen else {}))
    return Subquery(records.order_by().annotate(n=rows).values("n"))


def _amended(found, units, quarters) -> tuple[AmendedReturn, ...]:
    # Also where the amendment took all rows away.
    versions = {(row.unit, row.quarter): row.version for row in found if row.version > 1}
    cells = ((unit, quarter) for quarter in quarters for unit in units if (unit.pk, quarter.pk) in versions)
    return tuple(AmendedReturn(unit, quarter, versions[unit.pk, quarter.pk]) for unit, quarter in cells)


def _said(found):
    """By unit and quarter `entered` or `nothing`, and which of these are approved.

    A return of which nothing is said of the kind is left out.
    """
    said: dict[tuple[int, int], str] = {}
    approved = set()
    for row in found:
        cell = row.unit, row.quarter
        if row.status == Status.APPROVED:
            approved.add(cell)
        if row.held:
            said[cell] = "entered"
        elif row.nothing:
            said.setdefault(cell, "nothing")
    return said, approved
