"""One unit's work in one quarter: the numbers its rows must add up to, its days and its dice."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from ..models.choices import UnitKind
from ..models.quarters import Quarter
from ..models.units import Unit
from .totals import PUBLISHED_QUARTER, Totals

T = TypeVar("T")
GATES = {UnitKind.GATE_POST, UnitKind.INTL_GATE_POST}

# Places across the border, west to east.
OPPOSITE_PLACES = ("Nà Pha", "Bình Mãng", "Long Bang", "Nhạc Vu", "Thạc Long", "Thủy Khẩu")
FIRST_POST_POSITION, POSTS = 5, 15


def dice_of(unit: Unit, quarter: Quarter, subject: str) -> Random:
    """Dice that fall the same way each time for a unit, quarter and subject."""
    return Random(f"{unit.code} {quarter.code} {subject}")  # noqa: S311  no secret


def day_between(dice: Random, first: datetime.date, last: datetime.date) -> datetime.date:
    return first + datetime.timedelta(days=dice.randint(0, (last - first).days))


@dataclass(frozen=True)
class Work:
    """What ``unit`` did in ``quarter`` up to the day ``until``; ``before`` holds the quarters before, newest first."""

    unit: Unit
    quarter: Quarter
    until: datetime.date
    totals: Totals
    before: tuple[Quarter, ...] = ()

    def dice(self, subject: str) -> Random:
        return dice_of(self.unit, self.quarter, subject)

    def day(self, dice: Random) -> datetime.date:
        return day_between(dice, self.quarter.first_day, self.until)

    @property
    def is_published(self) -> bool:
        return self.quarter.code == PUBLISHED_QUARTER

    @property
    def is_staff(self) -> bool:
        """Whether this is the command's own staff, which enters what the whole province did."""
        return self.unit.kind == UnitKind.STAFF

    @property
    def has_gate(self) -> bool:
        return self.unit.kind in GATES

    @property
    def place(self) -> str:
        """The place across the border from this unit."""
        along = min(max(self.unit.position - FIRST_POST_POSITION, 0), POSTS - 1)
        return OPPOSITE_PLACES[along * len(OPPOSITE_PLACES) // POSTS]


def chosen(dice: Random, weights: Mapping[T, float]) -> T:
    """One of the keys, drawn by weight."""
    return dice.choices(list(weights), list(weights.values()))[0]


def in_rows(dice: Random, total: int, sizes: Sequence[int]) -> list[int]:
    """Numbers drawn from ``sizes`` that add up to ``total``: several alike events often share a row."""
    rows: list[int] = []
    while total:
        rows.append(min(total, dice.choice(sizes)))
        total -= rows[-1]
    return rows
