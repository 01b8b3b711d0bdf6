"""Where each return stands, and the steps that brought it there."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from ..models.choices import Status
from ..models.people import User
from ..models.quarters import Quarter
from ..models.returns import UnitReturn
from ..models.steps import ReturnStep, Step
from ..models.units import Unit
from .province import DUTIES, HEADS_UNIT, head_name
from .work import dice_of

DRAFT_UNIT, SUBMITTED_UNIT, LATE_UNIT, SENT_BACK_UNIT = HEADS_UNIT, "ly-van", "co-ba", "thi-hoa"
KINDS_DONE_IN_THE_DRAFT = ("patrols", "propaganda", "cases")
REASON = "Số lượt người ở mục tuần tra chưa khớp với sổ trực. Đề nghị kiểm tra lại."


@dataclass(frozen=True)
class States:
    """The states of all returns on the day ``today``."""

    today: datetime.date
    quarters: tuple[Quarter, ...]

    @property
    def current(self) -> Quarter:
        return self.quarters[-1]

    @property
    def last_due(self) -> Quarter | None:
        """The last quarter whose due day has passed."""
        return next((q for q in reversed(self.quarters) if q.due_day < self.today), None)

    def of(self, unit: Unit, quarter: Quarter) -> Status | None:
        """Where the unit's return stands; None where none is expected, and for the late one, not begun by anybody."""
        if not unit.is_expected(quarter):
            return None
        if quarter == self.current and unit.code in {DRAFT_UNIT, SUBMITTED_UNIT}:
            return Status.DRAFT if unit.code == DRAFT_UNIT else Status.SUBMITTED
        return None if quarter == self.last_due and unit.code == LATE_UNIT else Status.APPROVED

    def until(self, quarter: Quarter) -> datetime.date:
        """The last day of which the quarter has records: in the running one the day before yesterday."""
        begun = max(quarter.first_day, self.today - datetime.timedelta(days=2))
        return min(quarter.last_day, begun)

    def steps(self, unit_return: UnitReturn, people: dict[str, User]) -> Iterator[ReturnStep]:
        """The steps that the return took, each at its time."""
        unit, quarter = unit_return.unit, unit_return.quarter
        status = self.of(unit, quarter)
        if status == Status.DRAFT:
            return
        head, checker, commander = people[head_name(unit)], people["checker"], people["commander"]
        dice = dice_of(unit, quarter, "steps")
        days = [self.until(quarter) + datetime.timedelta(days=1)] * 2
        if quarter != self.current:
            days[0] = quarter.last_day + datetime.timedelta(days=dice.choice((0, 1, 1, 2, 2)))
            if dice.random() < 0.05:
                days[0] = quarter.due_day + datetime.timedelta(days=dice.randint(1, 3))
            days[1] = days[0] + datetime.timedelta(days=dice.randint(1, 3))

        def step(step, by, day, hour, reason="", kinds=()):
            at = self._time(day, hour, dice.randint(0, 59))
            return ReturnStep(unit_return=unit_return, step=step, by=by, at=at, reason=reason, kinds=list(kinds))

        yield step(Step.SUBMITTED, head, days[0], 8)
        if quarter == self.last_due and unit.code == SENT_BACK_UNIT:
            yield step(Step.SENT_BACK, checker, days[0], 10, REASON)
            yield step(Step.SUBMITTED, head, days[0], 15)
        if status == Status.APPROVED:
            for name in dict.fromkeys(DUTIES.values()):
                kinds = [kind for kind, checker_of in DUTIES.items() if checker_of == name]
                yield step(Step.CHECKED, people[name], days[1], 14, kinds=kinds)
            yield step(Step.APPROVED, commander, days[1], 16)

    def _time(self, day, hour, minute):
        """A time of that day, but none that has not come: at the latest the beginning of today."""
        zone = timezone.get_current_timezone()
        time = datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=zone)
        return min(time, datetime.datetime.combine(self.today, datetime.time(), tzinfo=zone))
