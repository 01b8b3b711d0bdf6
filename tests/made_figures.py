"""Figures made by hand, without a database, for the tests of charts, tables and sentences."""

import datetime

from activity.figures import Basis, Figures, Period, UnitName
from activity.models.quarters import proposed_dates

AS_OF = datetime.datetime(2024, 3, 20, 8, 30, tzinfo=datetime.UTC)


def made_period(year: int, number: int) -> Period:
    return Period(year, number, *proposed_dates(year, number))


def made_units(*codes: str) -> tuple[UnitName, ...]:
    return tuple(UnitName(code, f"Đồn Biên phòng {code}", f"Đồn BP {code}") for code in codes)


def made_figures(cells, *, units=("A", "B", "C"), basis=Basis.APPROVED, **named) -> Figures:
    """Figures from ``{(year, number, unit code): {"patrols": 3, ("cases", "drugs"): 1}}``.

    A cell that is not given has not reported; a measure that is not given in a cell is 0.
    """
    unit_names = {unit.code: unit for unit in made_units(*units)}
    periods = {key: made_period(*key) for key in sorted({(year, number) for year, number, _ in cells})}
    values = {
        (periods[year, number], unit_names[code]): {
            (key if isinstance(key, tuple) else (key, "")): value for key, value in cell.items()
        }
        for (year, number, code), cell in cells.items()
    }
    return Figures(tuple(unit_names.values()), tuple(periods.values()), basis, AS_OF, values, **named)
