"""Who may do what: the whole of it on one page.

Sight is `Unit.objects.visible_to(user)`; outside it a page does not exist (404). `RIGHTS` says what a person may do
inside it (otherwise 403); views and templates ask the same functions. Staff and heads act on the returns of their own
unit and of those that were merged into it, checkers on the kinds that their section answers for, the command on all. A
deputy has the role of whom they stand in for beside their own, for a span of days. `README.md` shows the same table; a
test compares them.
"""

from dataclasses import dataclass

from django.utils import timezone

from .models.choices import OF_ONE_UNIT, Role, Status

STAFF, HEAD, CHECKER, COMMANDER, ADMIN = Role.STAFF, Role.HEAD, Role.CHECKER, Role.COMMANDER, Role.ADMIN
DRAFT, SUBMITTED, APPROVED = Status.DRAFT, Status.SUBMITTED, Status.APPROVED
# A draft that was opened as an amendment, and one of a closed quarter that was not.
AMENDING, CLOSED = "amending", "closed"


@dataclass(frozen=True)
class Right:
    """Whose the action is, and in which states of a return it can be taken (none: it is about no single return)."""

    roles: frozenset
    states: frozenset = frozenset()


def _right(roles, *states) -> Right:
    return Right(frozenset(roles), frozenset(states))


RIGHTS = {
    "enter": _right({STAFF, HEAD}, DRAFT, AMENDING),
    "submit": _right({HEAD}, DRAFT, AMENDING),
    "check": _right({CHECKER}, SUBMITTED),
    "send_back": _right({CHECKER, COMMANDER}, SUBMITTED),
    "approve": _right({COMMANDER}, SUBMITTED),
    "amend": _right({HEAD, COMMANDER}, APPROVED, CLOSED),
    "withdraw": _right({HEAD, COMMANDER}, AMENDING),
    "extend": _right({COMMANDER}, DRAFT),
    "read_completeness": _right({CHECKER, COMMANDER}),
    "read_summary": _right({CHECKER, COMMANDER}),
    "administer": _right({ADMIN}),
}
# These need no return that somebody has begun.
BEFORE_IT_IS_BEGUN = {"enter", "amend", "extend"}


def state_of(unit_return) -> str:
    """Where a return stands, as `RIGHTS` knows it."""
    if unit_return.is_draft and unit_return.is_amendment:
        return AMENDING
    if unit_return.is_draft and unit_return.quarter.closed:
        return CLOSED
    return unit_return.status


def has_part(user, action: str, unit_return) -> bool:
    """Whether the action is this person's to take on this return, in whatever state that is.

    A role reaches as far as itself: whoever sees all returns as a checker and heads a unit as a deputy acts as head
    on that unit's returns alone.
    """
    roles = RIGHTS[action].roles
    own = user.unit_id in unit_return.unit.hands and unit_return.unit.reports
    return user.holds(*(roles if own else roles - OF_ONE_UNIT))


def may(user, action: str, unit_return) -> bool:
    """Whether ``user`` may take the action on this return now: a return of a quarter that has begun.

    An amendment is withdrawn while nothing of it was submitted.
    """
    begun = unit_return.quarter.has_begun(timezone.localdate())
    there = unit_return.pk is not None or _can_begin(action, unit_return)
    stands = begun and there and state_of(unit_return) in RIGHTS[action].states
    own = stands and has_part(user, action, unit_return)
    return own and (action != "withdraw" or unit_return.is_only_opened)


def _can_begin(action, unit_return) -> bool:
    """Of a quarter of which its unit is not expected to make a return, none is begun."""
    return action in BEFORE_IT_IS_BEGUN and unit_return.unit.is_expected(unit_return.quarter)


def may_check(user, kind, unit_return) -> bool:
    """Whether ``user`` may tick ``kind`` of a return read ``with_ticks``: their section's duty, or nobody's."""
    return may(user, "check", unit_return) and not getattr(unit_return, f"others_{kind.key}")


def may_at_all(user, action: str) -> bool:
    """Whether ``user`` may take an action that is about no single return."""
    return user.holds(*RIGHTS[action].roles)
