"""Returns that were amended, and the pages that show them."""

from activity.gathering import gather, period_of
from activity.models.amendment import amend
from activity.models.choices import ProjectStage, Role, Status
from activity.models.steps import Step

from . import reading
from .factories import (
    made_case,
    made_patrol,
    made_project,
    made_return,
    moved_to,
    somebody,
    taken_to,
)


def amended(unit_return, *, at=None, turns=60):
    """A second, approved version with one patrol more; ``at`` is the moment of its approval."""
    second = amend(unit_return, by=somebody(Role.HEAD, unit_return.unit), reason="Đếm thiếu một chuyến.")
    made_patrol(second, times=2, participant_turns=turns)
    taken_to(Status.APPROVED, second)
    if at:
        moved(second, at)
    return second


def moved(unit_return, at):
    """Move the approval to that moment."""
    moved_to(at, unit_return=unit_return, step=Step.APPROVED)


def made_first(post, quarter):
    """An approved return with a patrol, a case and a concluded project."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=10, participant_turns=100)
    made_case(unit_return)
    made_project(unit_return, code="CB324", stage=ProjectStage.SUCCESS)
    return taken_to(Status.APPROVED, unit_return)


def made_neighbour(other_post, quarter):
    """The neighbour's return, approved once and never revised."""
    unit_return = made_return(other_post, quarter)
    made_patrol(unit_return, times=4, participant_turns=40)
    return taken_to(Status.APPROVED, unit_return)


def gathered(unit_return, **how):
    return gather([unit_return.unit], [unit_return.quarter], **how), period_of(unit_return.quarter)


def main(client, where):
    answer = client.get(where)
    assert answer.status_code == 200
    return reading.one(reading.page(answer), "main")


def links(root):
    return [reading.attribute(link, "href") for link in reading.elements(root, "a")]
