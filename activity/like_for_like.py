"""The figures of several quarters by present unit: what predecessors reported is added up into who carries them on.

A part of a unit that was split has no figures before the split, and what the whole reported then belongs to none of
its parts: it stays with the unit that was, and a `Break` says so.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from .figures import Amended, Break, Cell, Figures, Kin, Number, UnitName
from .gathering import name_of
from .models.quarters import Quarter
from .models.successions import Descent, Succession, SuccessionKind
from .models.units import Unit


def kin_of(
    units, until: datetime.date, as_of: datetime.datetime | None = None, *, named_on: datetime.date | None = None
) -> tuple[Kin, ...]:
    """How ``units`` (rows) descend from one another, or are or have parts, until a day; the oldest first; one query.

    Under the names that they had on that day, or on another. ``as_of`` leaves out what was decided later, whichever
    day it was in force from.
    """
    keys = [unit.pk for unit in units]
    merged = Q(succession__kind=SuccessionKind.MERGE, predecessor__in=keys, successor__in=keys)
    parted = Q(succession__kind=SuccessionKind.SPLIT) & (Q(predecessor__in=keys) | Q(successor__in=keys))
    rows = Descent.objects.filter(merged | parted, succession__day__lte=until)
    if as_of is not None:
        rows = rows.exclude(succession__in=Succession.objects.decided_after(as_of))
    rows = rows.select_related("succession", "predecessor", "successor")

    known = {unit.pk: unit for unit in units}

    def name(unit):
        unit = known.get(unit.pk, unit)  # as it was known at the moment ``as_of``
        return name_of(unit, unit.on(named_on or until))

    return tuple(
        Kin(
            name(row.predecessor),
            name(row.successor),
            row.succession.day,
            is_part=row.succession.kind == SuccessionKind.SPLIT,
        )
        for row in rows
    )


def with_kin(
    figures: Figures, units, as_of: datetime.datetime | None = None, *, until: datetime.date | None = None
) -> Figures:
    """``figures`` of ``units`` (rows) with how these descend from one another, so that like compares with like.

    What became of them after the last period is left out, unless it is asked for ``until`` a later day. A query where
    something became of a unit within the periods, and for one unit alone, which may have lost a part.
    """
    span = figures.periods[0].first_day, figures.periods[-1].last_day
    changed = until or len(units) == 1 or any(unit.began_or_ended_in(*span) for unit in units)
    kin = kin_of(units, until or span[1], as_of, named_on=span[1]) if changed else ()
    return replace(figures, kin=kin, breaks=breaks(figures, kin))


@dataclass(frozen=True)
class Origin:
    """The units that were merged into one, also through others, and the splits of it and of these, the last first."""

    merged: tuple[Unit, ...] = ()
    breaks: tuple[Break, ...] = ()


def origin_of(unit: Unit, quarter: Quarter) -> Origin:
    """Who was merged into ``unit`` until ``quarter`` began, and what was split until it ended; one query."""
    descents = Descent.objects.mergers_and_splits().filter(succession__day__lte=quarter.last_day)
    merged, breaks, heirs = [], [], {unit.pk}
    # From the last to the first: who was merged into an heir of the unit was merged into the unit.
    for descent in descents.select_related("succession", "predecessor", "successor").reverse():
        day, whole = descent.succession.day, descent.predecessor
        if descent.successor_id not in heirs:
            continue
        if descent.succession.kind == SuccessionKind.SPLIT:
            before = whole.on(day - datetime.timedelta(days=1))
            breaks.append(Break(name_of(unit, unit.state), name_of(whole, before), day))
        elif day <= quarter.first_day:
            heirs.add(whole.pk)
            merged.append(whole)
    return Origin(tuple(sorted(merged, key=lambda each: (each.position, each.pk))), tuple(breaks))


def carried_on(units: Iterable[UnitName], kin: Iterable[Kin]) -> dict[UnitName, UnitName]:
    """For each unit the one that carries it on today: itself, unless it was merged into another."""
    heirs = {each.predecessor: each.successor for each in kin if not each.is_part}

    def heir(unit):
        while unit in heirs:
            unit = heirs[unit]
        return unit

    return {unit: heir(unit) for unit in units}


def breaks(figures: Figures, kin: Iterable[Kin]) -> tuple[Break, ...]:
    """The splits within the periods of ``figures``, for each of their units that began or shrank by one."""
    span = figures.periods[0].first_day, figures.periods[-1].last_day
    units = frozenset(figures.units)
    parted = (each for each in kin if each.is_part and each.successor in units)
    found = {Break(each.successor, each.predecessor, each.first_day): None for each in parted}
    return tuple(each for each in found if span[0] < each.first_day <= span[1])


def by_present_unit(figures: Figures, kin: Iterable[Kin]) -> Figures:
    """The same figures with those of predecessors added to whoever carries them on; each total stays what it was.

    A unit of which only some predecessors have reported has what these reported, which compares with nothing.
    """
    kin = frozenset(each for each in kin if not each.is_part)
    heirs = carried_on(figures.units, kin)

    def moved(cells: Iterable[Cell]) -> frozenset[Cell]:
        return frozenset((period, heirs[unit]) for period, unit in cells)

    values: dict[Cell, dict[tuple[str, str], Number]] = defaultdict(lambda: defaultdict(int))
    for (period, unit), numbers in figures.values.items():
        summed = values[period, heirs[unit]]  # there, however few numbers were gathered
        for key, number in numbers.items():
            summed[key] += number
    not_asked = {}
    for slug in figures.not_asked:
        asked = moved((period, unit) for period in figures.periods for unit in figures.expected(period, slug))
        not_asked[slug] = frozenset((p, u) for p in figures.periods for u in heirs.values() if (p, u) not in asked)
    expected = moved((period, unit) for period in figures.periods for unit in figures.expected(period))
    nothing: dict[Cell, frozenset[str]] = {}
    for period, unit in figures.values:
        cell, said = (period, heirs[unit]), figures.nothing.get((period, unit), frozenset())
        nothing[cell] = nothing.get(cell, said) & said
    revised: dict[Cell, tuple[Amended, ...]] = defaultdict(tuple)
    for (period, unit), amended in figures.revised_cells.items():
        revised[period, heirs[unit]] += amended
    present = tuple(unit for unit in figures.units if heirs[unit] == unit)
    return replace(
        figures,
        units=present,
        values={cell: dict(numbers) for cell, numbers in values.items()},
        provisional_cells=moved(figures.provisional_cells),
        waiting_cells=moved(figures.waiting_cells),
        revised_cells=dict(revised),
        nothing=nothing,
        carried_cells=moved((p, u) for p in figures.periods for u in figures.expected(p) if heirs[u] != u),
        partial_cells=moved((period, unit) for period in figures.periods for unit in figures.missing(period))
        & set(values),
        # What is not added up here still says what is unlike.
        kin=tuple(
            replace(
                each,
                predecessor=heirs.get(each.predecessor, each.predecessor),
                successor=heirs.get(each.successor, each.successor),
            )
            for each in figures.kin
            if each not in kin
        ),
        # The parts of who was split before are now parts of who carries these on.
        breaks=tuple({replace(each, unit=heirs[each.unit]): None for each in figures.breaks}),
        not_expected=frozenset((p, u) for p in figures.periods for u in present if (p, u) not in expected),
        not_asked=not_asked,
        former_names={},
    )
