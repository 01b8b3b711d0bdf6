"""People of every right, a return in every state, and the buttons that they press."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from activity.kinds import BY_SLUG, KINDS
from activity.models import History, ReturnStep, UnitReturn, User
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.permissions import AMENDING, CLOSED, RIGHTS

from . import reading
from .factories import made_delegation, made_return, made_user, taken_to, ticked
from .typed import coming, typed

# The cast: everybody's own role, unit (of the return or another) and the role they deputise in, from and to which day.

TODAY, LATELY, SOON = (0, 0), (-9, -1), (1, 9)
CAST = {
    "staff": (Role.STAFF, "own", None, None),
    "head": (Role.HEAD, "own", None, None),
    "staff of another unit": (Role.STAFF, "other", None, None),
    "head of another unit": (Role.HEAD, "other", None, None),
    "checker": (Role.CHECKER, "command", None, None),
    "commander": (Role.COMMANDER, "command", None, None),
    "administrator": (Role.ADMIN, None, None, None),
    "deputy of the head": (Role.STAFF, "own", Role.HEAD, TODAY),
    "deputy of the head of another unit": (Role.STAFF, "other", Role.HEAD, TODAY),
    "checker of another unit, deputy of its head": (Role.CHECKER, "other", Role.HEAD, TODAY),
    "checker, deputy of the command": (Role.CHECKER, "command", Role.COMMANDER, TODAY),
    "checker of the unit, deputy of its head": (Role.CHECKER, "own", Role.HEAD, TODAY),
    "head of another unit, deputy of the command": (Role.HEAD, "other", Role.COMMANDER, TODAY),
    "deputy of the head until yesterday": (Role.STAFF, "own", Role.HEAD, LATELY),
    "deputy of the head from tomorrow": (Role.STAFF, "own", Role.HEAD, SOON),
    "checker, deputy of the command until yesterday": (Role.CHECKER, "command", Role.COMMANDER, LATELY),
    "checker, deputy of the command from tomorrow": (Role.CHECKER, "command", Role.COMMANDER, SOON),
}
NOT_BEGUN = "not begun"
ON_A_RETURN = [action for action, right in RIGHTS.items() if right.states]


def made_somebody(name, units):
    """Somebody of the cast, as the database gives them; ``units`` are those by where they work."""
    role, where, deputised, days = CAST[name]
    person = made_user(role, units[where], username="somebody")
    if deputised:
        first, last = (timezone.localdate() + datetime.timedelta(days=day) for day in days)
        made_delegation(person, deputised, first_day=first, last_day=last)
    return User.objects.get(pk=person.pk)


def made_standing(state, post, quarter):
    """The return of the post in a state."""
    if state == NOT_BEGUN:
        return UnitReturn(unit=post, quarter=quarter)
    unit_return = made_return(post, quarter)
    for kind in KINDS:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    if state == CLOSED:
        quarter.closed = True
        quarter.save()
    if state == Status.SUBMITTED:
        ticked(taken_to(state, unit_return))
    if state in {Status.APPROVED, AMENDING}:
        taken_to(Status.APPROVED, unit_return)
    if state == AMENDING:
        unit_return = amend(unit_return, by=made_user(Role.HEAD, post, username="amended-it"), reason="Cộng sót.")
    return UnitReturn.objects.get(pk=unit_return.pk)


NAMES = {
    "enter": "record_add",
    "submit": "return_submit",
    "check": "return_check",
    "send_back": "return_send_back",
    "approve": "return_approve",
    "amend": "return_amend",
    "withdraw": "return_withdraw",
    "extend": "return_extend",
}


def address(unit_return, action):
    kind = [BY_SLUG["patrols"]] if action in {"enter", "check"} else []
    return reverse(NAMES[action], args=[unit_return.unit.code, unit_return.quarter, *kind])


def sent(unit_return, action):
    """What the button of an action sends."""
    forms = {
        "enter": typed("patrols"),
        "send_back": {"back-reason": "Chưa khớp."},
        "amend": {"amend-reason": "Cộng sót một vụ."},
        "withdraw": {"withdraw-reason": "Mở nhầm quý."},
        "extend": {"more-last_day": coming(), "more-reason": "Mất liên lạc."},
    }
    return {"revision": unit_return.revision} | forms.get(action, {})


def offered(client, unit_return):
    """The actions whose buttons stand on the page of the return; None where there is no such page."""
    answer = client.get(unit_return.get_absolute_url())
    if answer.status_code == 404:
        return None
    tree = reading.page(answer)
    forms = {reading.attribute(form, "action") for form in reading.elements(tree, "form")}
    links = {reading.attribute(link, "href") for link in reading.elements(tree, "a")}
    return {action for action in ON_A_RETURN if address(unit_return, action) in forms | links}


def kept():
    return History.objects.count() + ReturnStep.objects.count()


def pressed(client, unit_return, action):
    """Press the button, shown or not: what is answered, and whether anything was done; then all is taken back."""
    before = kept()
    with transaction.atomic():
        answer = client.post(address(unit_return, action), sent(unit_return, action))
        done = kept() > before
        transaction.set_rollback(True)
    return answer.status_code, done
