"""A quarter's figure against another's: over the units that reported both, and what the change is worth."""

from dataclasses import dataclass
from decimal import Decimal

from .figures import Figures, Number, Period, UnitName

# Below this base a per cent of a count says nothing (DOMAIN, section 5).
LEAST_BASE = 20
# Measures whose per cent needs no least base: amounts, not counts.
AMOUNTS = {"cleared_km", "fined_vnd", "paid_vnd"}


@dataclass(frozen=True)
class Comparison:
    """``value`` against ``base``, both summed over ``units``: those that reported in both periods.

    ``left_out`` are the units that reported in one of the two only.
    """

    measure: str
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
        if not self.base or (self.measure not in AMOUNTS and self.base < LEAST_BASE):
            return None
        return round(abs(Decimal(self.difference)) * 100 / Decimal(self.base), 1)


def compare(figures: Figures, measure: str, period: Period, against: Period | None) -> Comparison | None:
    """Compare ``measure`` in ``period`` with the period ``against``; None where no unit reported in both."""
    if against is None:
        return None
    now, then = figures.reported(period), set(figures.reported(against))
    units = tuple(unit for unit in now if unit in then)
    if not units:
        return None
    value = figures.total(measure, period, units=units)
    base = figures.total(measure, against, units=units)
    assert value is not None and base is not None  # noqa: S101  (units reported in both)
    left_out = tuple(unit for unit in figures.units if (unit in now) != (unit in then))
    return Comparison(measure, period, against, value, base, units, left_out)


def same_quarter_last_year(figures: Figures, measure: str, period: Period) -> Comparison | None:
    return compare(figures, measure, period, figures.period(*period.year_before))


def quarter_before(figures: Figures, measure: str, period: Period) -> Comparison | None:
    return compare(figures, measure, period, figures.period(*period.before))
