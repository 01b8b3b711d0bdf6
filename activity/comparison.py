"""A quarter's figure against another's: over the units that compare, and what the change is worth."""

from dataclasses import dataclass
from decimal import Decimal

from .figures import Figures, Number, Period, UnitName
from .measures import Measure

# Below this base a per cent of a count says nothing (DOMAIN, section 5).
LEAST_BASE = 20


@dataclass(frozen=True)
class Comparison:
    """``value``, summed over ``units``, against ``base``, summed over what these were then: the same area twice.

    ``left_out`` are the units with figures in one of the two periods that do not compare, as called in ``period``.
    """

    measure: Measure
    period: Period
    against: Period
    value: Number
    base: Number
    units: tuple[UnitName, ...]
    left_out: tuple[UnitName, ...]

    @property
    def difference(self) -> Number:
        return self.value - self.base

    @property
    def percent(self) -> Decimal | None:
        """The size of the change in per cent, one place, never negative; None where it would say nothing."""
        if not self.base or (not self.measure.is_amount and self.base < LEAST_BASE):
            return None
        return round(abs(Decimal(self.difference)) * 100 / Decimal(self.base), 1)


def compare(figures: Figures, measure: str, period: Period, against: Period | None) -> Comparison | None:
    """Compare ``measure`` in ``period`` with the period ``against``.

    None where no unit reported it in both, and where it means something else since.
    """
    if against is None or figures.break_between(measure, against, period):
        return None
    now, then = figures.reported(period, measure), figures.reported(against, measure)
    compared = _compared(figures, measure, period, against)
    units = tuple(unit for unit in now if unit in compared)
    if not units:
        return None
    value = figures.total(measure, period, units=units)
    base = figures.total(measure, against, units=compared)
    assert value is not None and base is not None  # noqa: S101  (somebody of each family reported)
    told = {*now, *then}
    left_out = tuple(figures.called(u, period) for u in figures.units if u in told and u not in compared)
    return Comparison(figures.measure(measure), period, against, value, base, units, left_out)


def _compared(figures, measure, period, against) -> frozenset[UnitName]:
    """The units that compare; worked out once for all measures that every unit is asked for."""
    key = period, against, measure if figures.measure(measure).asked else ""
    if key not in figures.compared:
        families = _families(figures, period, against)
        figures.compared[key] = frozenset(
            unit
            for unit in figures.units
            if all(_is_whole(families[unit], figures, measure, each) for each in (period, against))
        )
    return figures.compared[key]


def _is_whole(family, figures, measure, period) -> bool:
    """Whether all of ``family`` that were expected to report in ``period`` have, one of them at least."""
    reported = family.intersection(figures.reported(period, measure))
    expected = family.intersection(figures.expected(period, measure))
    partial = any((period, unit) in figures.partial_cells for unit in family)
    return bool(reported) and expected <= reported and family.issubset(figures.units) and not partial


def _families(figures, period, against) -> dict[UnitName, set[UnitName]]:
    """By unit those with which it merged or parted from ``against`` to ``period``, and the unit itself."""
    families = {unit: {unit} for unit in figures.units}
    for kin in figures.kin:
        if against.first_day < kin.first_day <= period.last_day:
            joined = families.get(kin.predecessor, {kin.predecessor}) | families.get(kin.successor, {kin.successor})
            families |= dict.fromkeys(joined, joined)
    return families


def same_quarter_last_year(figures: Figures, measure: str, period: Period) -> Comparison | None:
    return compare(figures, measure, period, figures.period(*period.year_before))


def quarter_before(figures: Figures, measure: str, period: Period) -> Comparison | None:
    return compare(figures, measure, period, figures.period(*period.before))


def what_they_were(figures: Figures, measure: str, period: Period, against: Period) -> list[tuple[UnitName, ...]]:
    """For each unit expected in ``period`` those whose figures of ``measure`` in ``against`` compare with its own.

    Itself, and what was merged into it since and makes no return for ``period`` any more. None where one of them was
    split since, or was to report in ``against`` and has not.
    """
    units, reported = figures.expected(period, measure), figures.reported(against, measure)
    missing = set(figures.expected(against, measure)).difference(reported)
    since = [each for each in figures.kin if against.first_day < each.first_day <= period.last_day]
    since.sort(key=lambda each: each.first_day, reverse=True)

    def was(unit) -> tuple[UnitName, ...]:
        whole = {unit}
        for kin in since:
            if kin.successor in whole and (kin.predecessor == unit or kin.predecessor not in units):
                if kin.is_part:
                    return ()
                whole.add(kin.predecessor)
        return () if whole & missing else tuple(each for each in reported if each in whole)

    return [was(unit) for unit in units]
