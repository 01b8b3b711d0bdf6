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

# Of several quarters so many returns are named; of more, how many others there are.
MOST_NAMED = 3


class Named(NamedTuple):
    """A return that is named: by its unit, as that was called on the last day of its quarter, and by its version."""

    unit: Unit
    quarter: Quarter
    version: int = 1

    @property
    def unit_then(self) -> UnitState:
        return self.unit.on(self.quarter.last_day)

    @property
    def difference(self) -> str:
        """The address at which the difference of its versions is shown; empty for the first version."""
        return difference_address(self)


class Listed(NamedTuple):
    """Returns of which a list says something: the first ones by name, and of the others how many they are."""

    named: tuple[Named, ...]
    besides: int


@dataclass(frozen=True)
class Coverage:
    """How many of the returns that units make say something of a kind, if only that there is nothing to report.

    ``records`` is how many all of them hold. Listed are the returns that were ``amended``, that are ``waiting`` for
    approval, that have ``nothing`` to report, that are begun and have said nothing of the kind yet (``empty``), and
    that are ``missing``; the newest quarter first, all of a single one named.
    """

    rate: Rate
    of_units: bool
    records: int
    has_sample: bool
    amended: Listed
    waiting: Listed
    nothing: Listed
    empty: Listed
    missing: Listed


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
    expected = {(unit.pk, quarter.pk) for unit in units for quarter in quarters if unit.is_expected(quarter)}
    if kind.is_asked:
        expected &= {(u.pk, q.pk) for u in units for q in quarters if asked_among(in_use, u, q)}
    versions = {(row.unit, row.quarter): row.version for row in found}
    silent = expected - said.keys()
    most = MOST_NAMED if len(quarters) != 1 else len(units)
    unit_at, quarter_at = ({row.pk: at for at, row in enumerate(rows)} for rows in (units, quarters))

    def listed(cells) -> Listed:
        first = sorted((quarter_at[quarter], unit_at[unit]) for unit, quarter in cells)[:most]
        found = ((units[unit], quarters[quarter]) for quarter, unit in first)
        named = (Named(unit, quarter, versions.get((unit.pk, quarter.pk), 1)) for unit, quarter in found)
        return Listed(tuple(named), len(cells) - len(first))

    return Coverage(
        rate=Rate(len(said), len(expected | said.keys())),
        of_units=len(quarters) == 1,
        records=sum(row.held for row in found),
        has_sample=any(row.held and row.is_sample for row in found),
        # Also where the amendment took all rows away.
        amended=listed({cell for cell, version in versions.items() if version > 1}),
        waiting=listed(said.keys() - approved),
        nothing=listed({cell for cell, state in said.items() if state == "nothing"}),
        empty=listed(silent & versions.keys()),
        missing=listed(silent - versions.keys()),
    )


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
