"""What the sections share: the figures of one quarter, amounts, labels, and the clause of comparison (DOMAIN 10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import override

from activity.comparison import Comparison, same_quarter_last_year
from activity.figures import Figures, Number, Period, UnitName

from ..numbers import money_rough, percent, plain, prose_count

DONG, KM = "đồng", "km"
# A label that begins with a proper name keeps its capital inside a sentence.
PROPER_NAMES = ("Luật ",)


@dataclass(frozen=True)
class QuarterFigures:
    """The figures that one quarter's sentences tell, over all units."""

    figures: Figures
    period: Period

    @property
    def reported(self) -> bool:
        return bool(self.figures.reported(self.period))

    @property
    def compares(self) -> bool:
        """Whether a unit reported in this quarter and in the same quarter last year."""
        return self.against_last_year("patrols") is not None

    def value(self, measure: str) -> Number:
        return self.figures.total(measure, self.period) or 0

    def count(self, measure: str) -> int:
        return int(self.value(measure))

    def parts(self, measure: str) -> dict[str, int]:
        """The count of each part that is not 0, in the measure's own order."""
        return {part: int(count) for part, count in self.figures.parts(measure, self.period).items()}

    def label(self, measure: str, part: str) -> str:
        """The Vietnamese label of a part as it stands inside a sentence."""
        return inside(vietnamese(self.figures.measure(measure).parts[part]))

    def against_last_year(self, measure: str) -> Comparison | None:
        return same_quarter_last_year(self.figures, measure, self.period)

    def had_last_year(self, measure: str) -> bool:
        """Whether the units that can be compared had any of it in the same quarter last year."""
        side = self.against_last_year(measure)
        return side is not None and side.base > 0


@dataclass(frozen=True)
class Chapter:
    """What is written of a section: a sentence with nothing to say is empty; ``measures`` are those they tell."""

    heading: str
    sentences: tuple[Callable[[QuarterFigures], str], ...]
    measures: frozenset[str]


def vietnamese(text: object) -> str:
    """A label of the screen in Vietnamese, whatever language the screen is shown in."""
    with override("vi"):
        return str(text)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def inside(text: str) -> str:
    """A label, or a name as somebody typed it, as it stands inside a sentence; `VPHC` keeps its capitals."""
    return text if text.startswith(PROPER_NAMES) or text[1:2].isupper() else text[:1].lower() + text[1:]


def joined(*clauses: str) -> str:
    """One sentence of those ``clauses`` that say something; empty if none does."""
    text = "; ".join(filter(None, clauses))
    return f"{capital(text)}." if text else ""


def unit_names(units: Iterable[UnitName]) -> str:
    return ", ".join(unit.short_name for unit in units)


def last_year(period: Period) -> str:
    return f"cùng kỳ năm {period.year - 1}"


def amount(value: Number, unit: str) -> str:
    """``02 vụ``, ``4,2 km``, ``trên 120 triệu đồng``: only counts have a leading zero."""
    if unit == DONG:
        return money_rough(value)
    if unit == KM or isinstance(value, Decimal):
        return f"{plain(value)} {unit}"
    return f"{prose_count(value)} {unit}"


def compared(quarter: QuarterFigures, *counted: tuple[str, str], nothing: str = "không phát sinh") -> str:
    """The clause of comparison with the same quarter last year, comma first; empty where there is nothing to compare.

    ``counted`` are one or two measures, each with the word it is counted in; the first is what was done, the second
    who took part. ``nothing`` says that it was not done.
    """
    sides = [(side, unit) for measure, unit in counted if (side := quarter.against_last_year(measure))]
    base = last_year(quarter.period)
    if sides and not quarter.value(counted[0][0]):
        side, unit = sides[0]
        return f", {_change(side, unit)} so với {base}" if side.base else f", {base} cũng {nothing}"
    sides = [(side, unit) for side, unit in sides if side.value or side.base]
    changes = [_change(side, unit) for side, unit in sides if side.difference]
    unchanged = [unit for side, unit in sides if not side.difference]
    if not changes:
        return f", bằng {base}" if unchanged else ""
    if unchanged:
        return f", {', '.join(changes)}, số {unchanged[0]} bằng {base}"
    from_nothing = "" if any(side.base for side, _ in sides) else f" (cùng kỳ {nothing})"
    return f", {', '.join(changes)} so với {base}{from_nothing}"


def _change(side: Comparison, unit: str) -> str:
    """``tăng 35 vụ (32,1%)``; a per cent that would be written 0% is left out."""
    share = f" ({percent(side.percent)})" if side.percent else ""
    if side.difference > 0:
        return f"tăng {amount(side.difference, unit)}{share}"
    return f"giảm {amount(-side.difference, unit)}{share}"


def like_for_like(quarter: QuarterFigures, measure: str = "patrols") -> str:
    """In brackets, which units a comparison is over; empty where it is over all that reported."""
    side = quarter.against_last_year(measure)
    if side is None or not side.left_out:
        return ""
    return (
        f" (so sánh trên {prose_count(len(side.units))} đơn vị có báo cáo cả hai kỳ; "
        f"không so sánh: {unit_names(side.left_out)})"
    )
