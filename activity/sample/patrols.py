"""Patrols of one unit in one quarter."""

from decimal import Decimal

from ..models.choices import PatrolForm, UnitKind
from ..models.records import Patrol
from .totals import shares
from .work import FIRST_POST_POSITION, chosen, in_rows

SIZES = (1, 1, 2, 2, 3, 4, 5)
# Forms of one or two patrols, and of rows that stand for more.
FORMS = {
    PatrolForm.UNILATERAL: 4,
    PatrolForm.JOINT_DOMESTIC: 3,
    PatrolForm.BILATERAL: 2,
    PatrolForm.JOINT_LAW_ENFORCEMENT: 1,
    PatrolForm.LOCAL_CONTROL: 2,
}
FREQUENT_FORMS = {PatrolForm.UNILATERAL: 5, PatrolForm.JOINT_DOMESTIC: 2, PatrolForm.LOCAL_CONTROL: 3}
WITH_THE_OTHER_SIDE = {PatrolForm.BILATERAL, PatrolForm.JOINT_LAW_ENFORCEMENT}
# Border markers of the province: the first post's first one, and how many each post looks after.
FIRST_MARKER, MARKERS_A_POST = 500, 30


def patrols(work) -> list[Patrol]:
    dice = work.dice("patrols")
    times = in_rows(dice, work.totals.patrols, SIZES)
    turns = shares(work.totals.patrol_turns, [n * dice.uniform(7, 12) for n in times], times)
    rows = [_patrol(work, dice, n, people) for n, people in zip(times, turns, strict=True)]
    return rows + _clearing(work, dice)


def _patrol(work, dice, times, turns):
    at_border = work.unit.kind != UnitKind.BATTALION
    form = chosen(dice, FORMS if at_border and times <= 2 else FREQUENT_FORMS)
    marker_from, marker_to = _markers(work, dice) if at_border and form != PatrolForm.LOCAL_CONTROL else ("", "")
    return Patrol(
        date=work.day(dice),
        form=form,
        times=times,
        participant_turns=turns,
        partner_turns=turns * dice.randint(30, 50) // 100 if form == PatrolForm.JOINT_DOMESTIC else None,
        marker_from=marker_from,
        marker_to=marker_to,
        counterpart=f"Đại đội quản lý biên giới {work.place}" if form in WITH_THE_OTHER_SIDE else "",
    )


def _markers(work, dice):
    first = FIRST_MARKER + (work.unit.position - FIRST_POST_POSITION) * MARKERS_A_POST
    start = first + dice.randint(0, MARKERS_A_POST - 8)
    return f"{start}{dice.choice(('', '', '/1', ' (2)'))}", f"{start + dice.randint(2, 7)}"


def _clearing(work, dice):
    """One or two rows for the path that was cleared: they count only their kilometres."""
    hectometres = work.totals.cleared_hectometres
    parts = shares(hectometres, (2, 1)) if hectometres > 40 else [hectometres]
    return [
        Patrol(
            date=work.day(dice),
            form=PatrolForm.CLEARING,
            participant_turns=10 + part // 2,
            cleared_km=Decimal(part) / 10,
        )
        for part in parts
        if part
    ]
