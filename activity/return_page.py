"""What the page of a return shows: its parts, its steps, what this person may do, and how it came about."""

import datetime

from django.conf import settings
from django.utils import timezone

from . import permissions
from .access import begun_quarters
from .kinds import BY_SLUG, KINDS
from .models.extension import Extension
from .models.steps import ReturnStep, Step
from .sections import sections_of
from .states import Row

ACTIONS = ("enter", "submit", "check", "send_back", "approve", "amend", "extend")


def return_context(request, unit_return) -> dict:
    """The context of `activity/return.html`, for a return read ``for_page``."""
    today, user = timezone.localdate(), request.user
    timeline = _timeline(unit_return)
    steps = [step for step in timeline if step.unit_return_id == unit_return.pk]
    sections, has_sample = sections_of(unit_return, begun_quarters(request), _checks(steps))
    is_current = unit_return.pk is None or unit_return == unit_return.versions[0]
    may = {action: is_current and permissions.may(user, action, unit_return) for action in ACTIONS}
    unchecked = [section.kind for section in sections if not section.check]
    extension = _extension(unit_return)
    return {
        "unit_return": unit_return,
        "row": Row(
            unit_return.unit,
            unit_return.quarter,
            unit_return if unit_return.pk else None,
            today,
            extension and extension["last_day"],
        ),
        "sections": sections,
        "missing": [section.kind for section in sections if section.state == "empty"],
        "unchecked": unchecked,
        "steps": steps,
        "timeline": timeline,
        "last_step": next((step for step in reversed(steps) if not step.is_of_a_kind), None),
        "to_mend": _to_mend(unit_return, steps),
        "versions": unit_return.versions if len(unit_return.versions) > 1 else (),
        "extension": extension,
        "has_begun": unit_return.quarter.has_begun(today),
        "is_running": unit_return.quarter.is_running(today),
        "may": may | _may_approve(unit_return, unchecked, may["approve"]),
        "may_check": [kind for kind in KINDS if may["check"] and permissions.may_check(user, kind, unit_return)],
        "is_sample": unit_return.is_sample or has_sample,
    }


def _timeline(unit_return):
    """The steps of all versions, each with the number of its version and the labels of its kinds."""
    numbers = {version.pk: version.version for version in unit_return.versions}
    steps = ReturnStep.objects.filter(unit_return__in=numbers).select_related("by__unit").order_by("at", "pk")
    timeline = sorted(steps, key=lambda step: numbers[step.unit_return_id])
    for step in timeline:
        step.version = numbers[step.unit_return_id]
        step.kinds_named = [BY_SLUG[slug].label for slug in step.kinds]
    return timeline


def _checks(steps):
    """The last tick of each kind: who made it, and when."""
    return {kind: step for step in steps if step.step == Step.CHECKED for kind in step.kinds}


def _extension(unit_return):
    """Last day, reason and grantor of the extension that counts, or None."""
    told = getattr(unit_return, "extension", None)
    if unit_return.pk is None:
        granted = Extension.objects.filter(unit=unit_return.unit, quarter=unit_return.quarter)
        told = granted.newest_told().first()
    return told and told | {"last_day": datetime.date.fromisoformat(told["last_day"])}


def _may_approve(unit_return, unchecked, may) -> dict:
    """Whether the button of approval works; where it is this person's and does not, why."""
    own_hand = may and unit_return.has_hand_in
    waits = may and not own_hand and settings.APPROVAL_NEEDS_CHECKS and bool(unchecked)
    return {"approve": may and not own_hand and not waits, "waits_for_checks": waits, "own_hand": own_hand}


def _to_mend(unit_return, steps):
    """The kinds that the last send-back named, while the return is a draft again."""
    last = next((step for step in reversed(steps) if step.step == Step.SENT_BACK), None)
    if last is None or not unit_return.is_draft:
        return []
    return [kind for kind in KINDS if kind.slug in last.kinds]
