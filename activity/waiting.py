"""Which returns are missing, and whom those that were submitted wait for."""

from collections.abc import Sequence
from dataclasses import dataclass

from .kinds import Kind, kinds_of
from .models.asked import asked_among
from .models.choices import Role
from .models.indicators import Indicator
from .models.returns import UnitReturn
from .states import Row


def missing_rows(rows: Sequence[Row]) -> list[Row]:
    """The returns among ``rows`` that are not in though their quarter has ended: the latest first, then as given."""
    missing = [row for row in rows if row.is_open and row.quarter.last_day < row.today]
    return sorted(missing, key=lambda row: -row.late)


@dataclass(frozen=True)
class Waiting:
    """A submitted return, the kinds that no section has ticked, and those of them that are this person's to tick."""

    row: Row
    kinds: tuple[Kind, ...]
    unchecked: tuple[Kind, ...]
    own: tuple[Kind, ...]
    to_approve: bool

    @property
    def untouched(self) -> bool:
        return self.unchecked == self.kinds

    @property
    def is_mine(self) -> bool:
        return bool(self.own) or self.to_approve


def waiting(rows: Sequence[Row], user) -> list[Waiting]:
    """The submitted returns among ``rows`` and whom they wait for; two queries, none where nothing is submitted."""
    submitted = {row.unit_return.pk: row for row in rows if row.slug == "submitted" and row.unit_return}
    if not submitted:
        return []
    read = UnitReturn.objects.filter(pk__in=submitted).with_ticks(user).with_hand_of(user).in_bulk()
    in_use = Indicator.objects.in_use()
    return [
        _waiting(row, kinds_of(asked_among(in_use, row.unit, row.quarter)), read[pk], user)
        for pk, row in submitted.items()
    ]


def _waiting(row, kinds, unit_return, user) -> Waiting:
    unchecked = tuple(kind for kind in kinds if not unit_return.is_checked(kind))
    checks = user.holds(Role.CHECKER)
    own = tuple(kind for kind in unchecked if checks and not getattr(unit_return, f"others_{kind.key}"))
    ready = not unchecked or unit_return.checks_are_advice
    return Waiting(row, kinds, unchecked, own, ready and user.holds(Role.COMMANDER) and not unit_return.has_hand_in)
