"""A province of ten years, the same at each run: 20 units, 40 quarters, 109.100 records, one return still a draft."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from activity.models import (
    CriminalCase,
    Exhibit,
    Figure,
    ForeignEvent,
    Indicator,
    IndicatorAnswer,
    Patrol,
    PropagandaSession,
    Quarter,
    SpecialProject,
    Unit,
    UnitReturn,
    User,
    successions,
)
from activity.models import choices as c
from activity.models.figure import store_figures
from activity.models.quarters import proposed_dates

UNITS, YEARS = 20, 10
# How many of each kind the province holds, spread evenly over its returns.
ROWS = {Patrol: 60_000, PropagandaSession: 40_000, CriminalCase: 8_000, SpecialProject: 100, ForeignEvent: 1_000}


@dataclass(frozen=True)
class Province:
    """Who signs in and where to: ``current`` is the draft of ``staff``'s unit, ``approved`` the quarter before it."""

    commander: User
    staff: User
    current: UnitReturn
    approved: Quarter


def built() -> Province:
    """Fill an empty database with the province."""
    dice = random.Random(2024)  # noqa: S311  the same province at each run
    command = Unit.objects.create(code="command", name="Command", short_name="Command", kind="command", position=0)
    units = [_unit(number, command) for number in range(1, UNITS + 1)]
    quarters = _quarters(timezone.localdate())
    returns = [UnitReturn(unit=unit, quarter=quarter, status=c.Status.DRAFT) for quarter in quarters for unit in units]
    UnitReturn.objects.bulk_create(returns)
    for model, make in MAKERS.items():
        model.objects.bulk_create(_spread(model, make, returns, dice), batch_size=2000)
    cases = CriminalCase.objects.select_related("unit_return")
    Exhibit.objects.bulk_create([_exhibit(case) for case in cases], batch_size=2000)
    current = returns[-UNITS]
    approved = UnitReturn.objects.exclude(pk=current.pk)
    approved.moved(c.Status.APPROVED)
    store_figures(approved)
    return Province(
        commander=User.objects.create_user("commander", role=c.Role.COMMANDER, unit=command),
        staff=User.objects.create_user("staff", role=c.Role.STAFF, unit=current.unit),
        current=current,
        approved=quarters[-2],
    )


def with_successions(province: Province, count: int = 30) -> int:
    """Rename units by turns, let each tenth succession split one that goes on, and the last one merge two.

    Return how many these are.
    """
    units = [*Unit.objects.filter(reports=True)]
    quarters = Quarter.objects.order_by("first_day")[4 : 3 + count]
    for number, quarter in enumerate(quarters):
        unit = units[number % len(units)]
        decided = {"day": quarter.first_day, "decision": f"Decision {number}", "by": province.commander}
        if number % 10 == 9:
            names = {"code": f"part-{number}", "name": f"Part {number}", "short_name": f"Part {number}"}
            part = Unit(**names, kind=unit.kind, parent=unit.parent, position=unit.position, reports=True)
            successions.split(unit, parts=[part], goes_on=True, **decided)
        else:
            successions.rename(unit, name=f"{unit.name} mới", short_name=f"{unit.short_name} mới", **decided)
    running = province.current.quarter
    decided = {"day": running.first_day + datetime.timedelta(days=1), "decision": "Decision of a merger"}
    successions.merge(units[-2:], into=units[-1], by=province.commander, **decided)
    return count


def with_indicators() -> int:
    """Ask for all indicators that are shipped, from the first quarter on and answered ever since; how many these are.

    Written past the models: what was handed in is never asked anew.
    """
    indicators = list(Indicator.objects.all())
    models.QuerySet.update(Indicator.objects.all(), first_quarter=Quarter.objects.earliest("first_day"), unit_kinds=[])
    approved = UnitReturn.objects.approved().select_related("quarter")
    answers = [
        IndicatorAnswer(unit_return=each, indicator=indicator, value=number, date=each.quarter.last_day)
        for each in approved
        for number, indicator in enumerate(indicators)
    ]
    models.QuerySet.bulk_create(IndicatorAnswer.objects.all(), answers, batch_size=2000)
    Figure.objects.bulk_create(
        [Figure(unit_return=each.unit_return, measure=each.indicator.code, value=each.value) for each in answers],
        batch_size=2000,
    )
    return len(indicators)


def _unit(number: int, command: Unit) -> Unit:
    names = {"name": f"Đồn Biên phòng số {number}", "short_name": f"Đồn BP số {number}"}
    return Unit.objects.create(
        code=f"don-{number}", kind=c.UnitKind.POST, parent=command, position=number, reports=True, **names
    )


def _quarters(today: datetime.date) -> list[Quarter]:
    """The last forty quarters that have begun, oldest first."""
    codes = ((year, number) for year in range(today.year - YEARS - 1, today.year + 2) for number in (1, 2, 3, 4))
    begun = [code for code in codes if proposed_dates(*code)[0] <= today][-4 * YEARS :]
    days = ("first_day", "last_day", "due_day")
    rows = [Quarter(year=y, number=n, **dict(zip(days, proposed_dates(y, n), strict=True))) for y, n in begun]
    return Quarter.objects.bulk_create(rows)


def _spread(model, make, returns, dice) -> Iterator:
    """Yield the rows of one kind, evenly over the returns, each with a day that has come."""
    today = timezone.localdate()
    for number in range(ROWS[model]):
        unit_return = returns[number * len(returns) // ROWS[model]]
        first, last = unit_return.quarter.first_day, min(unit_return.quarter.last_day, today)
        date = first + datetime.timedelta(days=dice.randint(0, (last - first).days))
        yield model(unit_return=unit_return, date=date, **make(number, date, dice))


def _patrol(number, date, dice):
    return {
        "form": dice.choice((c.PatrolForm.UNILATERAL, c.PatrolForm.JOINT_DOMESTIC, c.PatrolForm.LOCAL_CONTROL)),
        "times": dice.randint(1, 3),
        "participant_turns": dice.randint(5, 20),
        "cleared_km": dice.randint(1, 30) / 10 if number % 20 == 0 else None,
        "marker_from": str(dice.randint(500, 800)),
    }


def _session(number, date, dice):
    return {
        "form": dice.choice(c.LIVE_FORMS),
        "topic": dice.choice(c.PropagandaTopic.values),
        "times": dice.randint(1, 2),
        "listener_turns": dice.randint(5, 90),
    }


def _case(number, date, dice):
    return {
        "code": f"{number}/HS",
        "category": dice.choice(c.CaseCategory.values),
        "role": dice.choice((c.CaseRole.LEAD, c.CaseRole.SUPPORT)),
        "subjects": dice.randint(0, 12),
        "outcome": dice.choice(c.CaseOutcome.values),
        "fined_vnd": dice.randint(1, 40) * 500_000,
        "paid_vnd": dice.randint(1, 40) * 500_000,
    }


def _exhibit(case):
    return Exhibit(case=case, name="Pháo nổ", quantity="12.500", unit=c.ExhibitUnit.KG)


def _project(number, date, dice):
    return {
        "code": f"CB{number}",
        "category": dice.choice(c.CaseCategory.values),
        "opened_on": date,
        "stage": dice.choice((c.ProjectStage.OPENED, c.ProjectStage.SUCCESS)),
    }


def _event(number, date, dice):
    kinds = (c.EventType.TALKS, c.EventType.MEETING, c.EventType.LETTER)
    return {"event_type": dice.choice(kinds), "level": c.EventLevel.POST, "our_people": dice.randint(3, 20)}


MAKERS = {
    Patrol: _patrol,
    PropagandaSession: _session,
    CriminalCase: _case,
    SpecialProject: _project,
    ForeignEvent: _event,
}
