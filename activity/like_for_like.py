"""The figures of several quarters by present unit: what predecessors reported is added up into who carries them on.

A part of a unit that was split has no figures before the split, and what the whole reported then belongs to none of
its parts: it stays with the unit that was, and a `Break` says so.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from .figures import Break, Cell, Figures, Number, UnitName, name_of
from .models.successions import Descent, SuccessionKind
from .models.units import Unit


@dataclass(frozen=True)
class Kin:
    """From ``first_day`` on ``successor`` carries on ``predecessor``: wholly, or (``is_part``) a part of it."""

    predecessor: UnitName
    successor: UnitName
    first_day: datetime.date
    is_part: bool


def kin_of(units) -> tuple[Kin, ...]:
    """How ``units`` (rows) descend from one another, or are parts of another, the oldest first; one query."""
    names = {unit.pk: name_of(unit, unit.state) for unit in units}
    merged = Q(succession__kind=SuccessionKind.MERGE, predecessor__in=names)
    rows = Descent.objects.filter(merged | Q(succession__kind=SuccessionKind.SPLIT), successor__in=names)
    rows = rows.select_related("succession", "predecessor")
    return tuple(
        Kin(
            names.get(row.predecessor_id) or name_of(row.predecessor, row.predecessor.state),
            names[row.successor_id],
            row.succession.day,
            is_part=row.succession.kind == SuccessionKind.SPLIT,
        )
        for row in rows
    )


def merged_into(unit: Unit, day: datetime.date) -> list[Unit]:
    """The units that were merged into ``unit``, also through others, until the beginning of ``day``; one query."""
    merged = Descent.objects.merged().filter(succession__day__lte=day).select_related("predecessor")
    found, heirs = [], {unit.pk}
    # From the last merger to the first: who was merged into an heir of the unit was merged into the unit.
    for descent in merged.order_by("-succession__day", "-pk"):
        if descent.successor_id in heirs:
            heirs.add(descent.predecessor_id)
            found.append(descent.predecessor)
    return sorted(found, key=lambda each: (each.position, each.pk))


def carried_on(units: Iterable[UnitName], kin: Iterable[Kin]) -> dict[UnitName, UnitName]:
    """For each unit the one that carries it on today: itself, unless it was merged into another."""
    heirs = {each.predecessor: each.successor for each in kin if not each.is_part}

    def heir(unit):
        while unit in heirs:
            unit = heirs[unit]
        return unit

    return {unit: heir(unit) for unit in units}


def breaks(figures: Figures, kin: Iterable[Kin]) -> tuple[Break, ...]:
    """The splits within the periods of ``figures``, for each unit by present unit that began or shrank by one."""
    kin = tuple(kin)
    heirs = carried_on(figures.units, kin)
    first = min((period.first_day for period in figures.periods), default=datetime.date.max)
    found = {Break(heirs[each.successor], each.predecessor, each.first_day): None for each in kin if each.is_part}
    return tuple(each for each in found if each.first_day > first)


def by_present_unit(figures: Figures, kin: Iterable[Kin]) -> Figures:
    """The same figures with those of predecessors added to whoever carries them on; each total stays what it was.

    A unit of which only some predecessors have reported has what these reported.
    """
    heirs = carried_on(figures.units, kin)

    def moved(cells: Iterable[Cell]) -> frozenset[Cell]:
        return frozenset((period, heirs[unit]) for period, unit in cells)

    values: dict[Cell, dict[tuple[str, str], Number]] = defaultdict(lambda: defaultdict(int))
    for (period, unit), numbers in figures.values.items():
        summed = values[period, heirs[unit]]  # there, however few numbers were gathered
        for key, number in numbers.items():
            summed[key] += number
    expected = moved((period, unit) for period in figures.periods for unit in figures.expected(period))
    present = tuple(unit for unit in figures.units if heirs[unit] == unit)
    return replace(
        figures,
        units=present,
        values={cell: dict(numbers) for cell, numbers in values.items()},
        provisional_cells=moved(figures.provisional_cells),
        waiting_cells=moved(figures.waiting_cells),
        revised_cells={cell: version for cell, version in figures.revised_cells.items() if heirs[cell[1]] == cell[1]},
        not_expected=frozenset((p, u) for p in figures.periods for u in present if (p, u) not in expected),
        former_names={},
    )
