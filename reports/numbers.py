"""Numbers, money, kilometres, quarters and dates as Vietnamese text (DOMAIN, section 5).

They read the same whatever language the screen speaks. `None` (not reported) is a dash everywhere, never 0.
"""

import datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Protocol

from activity.dates import month, quarter_name

Number = int | Decimal

MISSING = "–"
# Stands behind a figure that was corrected after its approval.
STAR = "*"

_VIETNAMESE = str.maketrans({",": ".", ".": ",", "-": "−"})
_SCALES = ((1_000_000_000, "tỷ đồng"), (1_000_000, "triệu đồng"), (1, "đồng"))


class Quarterly(Protocol):
    """Whatever has a year and the number of a quarter, 1 to 4."""

    @property
    def year(self) -> int: ...

    @property
    def number(self) -> int: ...


def number(value: Number | None, decimals: int = 0) -> str:
    """``3.889``, or with one decimal ``50,4`` and ``50,0``; halves are rounded away from zero. Zero is ``0``."""
    if value is None:
        return MISSING
    rounded = value if isinstance(value, int) and not decimals else _rounded(value, decimals)
    return _text(rounded) if rounded else "0"


def plain(value: Number | None) -> str:
    """The exact value without closing zeros: ``50,4``, ``50``, ``1,25``."""
    return MISSING if value is None else _text(Decimal(value).normalize())


def roman(count: int) -> str:
    """The number of an annex, ``I`` to ``XXXIX``."""
    tens, ones = divmod(count, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def prose_count(count: int | None) -> str:
    """A count inside a sentence, 1 to 9 with a leading zero: ``01``, ``412``. Never for km, money or a table."""
    return f"0{count}" if count is not None and 0 < count < 10 else number(count)


def pair(first: int, first_unit: str, second: int | None, second_unit: str) -> str:
    """Two counts inside a sentence: ``412 lần/3.889 lượt người``; a second count of nothing is not written."""
    text = f"{prose_count(first)} {first_unit}"
    return f"{text}/{prose_count(second)} {second_unit}" if second else text


def percent(value: Decimal | None) -> str:
    """``32,1%``, at most one decimal: ``50%``."""
    return MISSING if value is None else f"{plain(_rounded(value, 1))}%"


def money(vnd: Number | None) -> str:
    """``1.250.000.000 đồng``"""
    return MISSING if vnd is None else f"{number(vnd)} đồng"


def money_short(vnd: Number | None) -> str:
    """Three significant digits, for tiles: ``1,03 tỷ đồng``, ``120 triệu đồng``, ``850.000 đồng``."""
    return MISSING if vnd is None else _scaled(_significant(Decimal(vnd), 3, ROUND_HALF_UP))


def money_rough(vnd: Number | None) -> str:
    """Money inside a sentence: ``trên 1,2 tỷ đồng``, ``gần 1 tỷ đồng``, ``120 triệu đồng`` where that is exact."""
    if vnd is None:
        return MISSING
    rough = _significant(Decimal(vnd), 2, ROUND_HALF_DOWN)
    return _qualifier(Decimal(vnd), rough) + _scaled(rough)


def km_rough(km: Number | None) -> str:
    """Kilometres inside a sentence: 50,4 is ``trên 50 km``, 99,6 ``gần 100 km``, 4,2 ``4,2 km``."""
    if km is None:
        return MISSING
    rough = _significant(Decimal(km), 2, ROUND_HALF_DOWN)
    return f"{_qualifier(Decimal(km), rough)}{plain(rough)} km"


def quarter(period: Quarterly) -> str:
    """``quý I/2024``"""
    return quarter_name(period.year, period.number)


def date_long(day: datetime.date) -> str:
    """``ngày 05 tháng 3 năm 2024``; of the months only January and February carry a zero."""
    return f"ngày {day.day:02} tháng {month(day)} năm {day.year}"


def _rounded(value: Number, decimals: int) -> Decimal:
    # Adding 0 turns the minus zero that rounding may leave into plain zero.
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


def _significant(value: Decimal, digits: int, rounding: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), rounding)


def _qualifier(value: Decimal, written: Decimal) -> str:
    """What tells the reader on which side of the ``written`` number the exact ``value`` lies."""
    if value == written:
        return ""
    return "trên " if value > written else "gần "


def _scaled(vnd: Decimal) -> str:
    size, unit = next((scale for scale in _SCALES if abs(vnd) >= scale[0]), _SCALES[-1])
    return f"{plain(vnd / size)} {unit}"


def _text(value: Number) -> str:
    written = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
    return written.translate(_VIETNAMESE)
