"""Whose figures a list of records holds: who has nothing to report is in it, who has entered nothing is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from .completeness import Rate
from .kinds import Kind
from .models.choices import Status
from .models.marks import ReturnKind
from .models.quarters import Quarter
from .models.returns import UnitReturn
from .models.units import Unit


@dataclass(frozen=True)
class Coverage:
    """How many of the returns that units make say something of a kind, if only that there is nothing to report.

    ``unapproved`` of the returns are not approved yet. Of a single quarter it names their units, those with nothing to
    report, and those that have said nothing yet.
    """

    rate: Rate
    of_units: bool
    unapproved: int
    waiting: tuple[Unit, ...] = ()
    nothing: tuple[Unit, ...] = ()
    empty: tuple[Unit, ...] = ()


def coverage(kind: Kind, units: Sequence[Unit], quarters: Sequence[Quarter]) -> Coverage:
    """The coverage of the records of ``kind`` that ``units`` have in ``quarters``, drafts too; one query."""
    said, approved = _said(kind, units, quarters)
    expected = {(unit.pk, quarter.pk) for unit in units for quarter in quarters if unit.is_expected(quarter)}
    rate = Rate(len(said), len(expected | said.keys()))
    if len(quarters) != 1:
        return Coverage(rate, of_units=False, unapproved=len(said.keys() - approved))
    (quarter,) = quarters
    cells = {unit: (unit.pk, quarter.pk) for unit in units}

    def named(chosen) -> tuple[Unit, ...]:
        return tuple(unit for unit, cell in cells.items() if cell in chosen)

    waiting = named(said.keys() - approved)
    nothing = named({cell for cell, state in said.items() if state == "nothing"})
    return Coverage(rate, True, len(waiting), waiting, nothing, named(expected - said.keys()))


def _said(kind, units, quarters):
    """By unit and quarter `entered` or `nothing`, and which of these are approved.

    A return of which nothing is said of the kind is left out.
    """
    returns = UnitReturn.objects.of_units(units).filter(quarter__in=quarters).order_by()
    marks = ReturnKind.objects.filter(unit_return=OuterRef("pk"), kind=kind.slug, nothing_to_report=True)
    found = returns.values_list(
        "unit", "quarter", "status", Exists(kind.model.objects.filter(unit_return=OuterRef("pk"))), Exists(marks)
    )
    said: dict[tuple[int, int], str] = {}
    approved = set()
    for unit, quarter, status, entered, nothing in found:
        if status == Status.APPROVED:
            approved.add((unit, quarter))
        if entered:
            said[unit, quarter] = "entered"
        elif nothing:
            said.setdefault((unit, quarter), "nothing")
    return said, approved
