"""Who may do what: the whole of it on one page.

Sight is `Unit.objects.visible_to(user)`; outside it a page does not exist (404). The functions here say what a
person may do inside it (otherwise 403); views and templates ask the same ones.

| role      | sees            | enters, edits   | submits       | sends back      | approves        | summary |
|-----------|-----------------|-----------------|---------------|-----------------|-----------------|---------|
| staff     | own unit        | drafts of it    |               |                 |                 |         |
| head      | own unit        | drafts of it    | drafts of it  |                 |                 |         |
| checker   | whole command   |                 |               | submitted       |                 | reads   |
| commander | whole command   |                 |               | submitted       | submitted       | reads   |
| admin     | own unit if any |                 |               |                 |                 |         |
"""

from django.utils import timezone

from .models.choices import Role, Status


def may_enter(user, unit) -> bool:
    """Whether ``user`` enters the records of this unit, in whatever state its return is."""
    return user.role in {Role.STAFF, Role.HEAD} and user.unit_id == unit.pk and unit.reports


def may_edit(user, unit_return) -> bool:
    """Whether ``user`` may add, change and delete records of this return now: a draft whose quarter has begun."""
    begun = unit_return.quarter.has_begun(timezone.localdate())
    return may_enter(user, unit_return.unit) and begun and unit_return.status == Status.DRAFT


def submits(user, unit_return) -> bool:
    """Whether submitting this return is for ``user`` to do, in whatever state it is."""
    return user.role == Role.HEAD and may_enter(user, unit_return.unit)


def checks(user, unit_return) -> bool:
    """Whether sending this return back is for ``user`` to do, in whatever state it is."""
    return user.role in {Role.CHECKER, Role.COMMANDER}


def approves(user, unit_return) -> bool:
    """Whether approving this return is for ``user`` to do, in whatever state it is."""
    return user.role == Role.COMMANDER


def may_submit(user, unit_return) -> bool:
    return submits(user, unit_return) and may_edit(user, unit_return) and unit_return.pk is not None


def may_send_back(user, unit_return) -> bool:
    return checks(user, unit_return) and unit_return.status == Status.SUBMITTED


def may_approve(user, unit_return) -> bool:
    return approves(user, unit_return) and unit_return.status == Status.SUBMITTED


def may_read_summary(user) -> bool:
    """Whether ``user`` may read the quarter summary, which is the command's."""
    return user.sees_subtree


def may_administer(user) -> bool:
    return user.role == Role.ADMIN
