"""What the page of a return shows: its parts, its steps, what this person may do, and how it came about."""

from django.utils import timezone

from . import permissions
from .access import begun_quarters
from .like_for_like import Origin, origin_of
from .models.extension import Extension, granted_of
from .models.steps import Step, taken_of
from .sections import sections_of
from .states import Row, extension_that_counts

ACTIONS = ("enter", "submit", "check", "send_back", "approve", "amend", "withdraw", "extend")


def return_context(request, unit_return) -> dict:
    """The context of `activity/return.html`, for a return read ``for_page``."""
    today, user = timezone.localdate(), request.user
    steps = taken_of(unit_return) if unit_return.pk else []
    origin = origin_of(unit_return.unit, unit_return.quarter) if unit_return.has_origin else Origin()
    sections, has_sample = sections_of(unit_return, origin, begun_quarters(request), _checks(steps))
    current = next((version for version in unit_return.versions if not version.is_past), unit_return)
    kinds = unit_return.kinds
    may = {action: unit_return == current and permissions.may(user, action, unit_return) for action in ACTIONS}
    unchecked = [section.kind for section in sections if not section.check]
    granted = _granted(unit_return)
    extension = extension_that_counts(granted, unit_return if unit_return.pk else None)
    return {
        "unit_return": unit_return,
        "row": Row(
            unit_return.unit,
            unit_return.quarter,
            unit_return if unit_return.pk else None,
            today,
            extension and extension.last_day,
            kinds,
        ),
        "sections": sections,
        "merged": origin.merged,
        "missing": [section.kind for section in sections if section.state == "empty"],
        "unchecked": unchecked,
        "steps": steps,
        "timeline": _timeline(unit_return.versions, granted),
        "last_step": next((step for step in reversed(steps) if not step.is_of_a_kind), None),
        "to_mend": _to_mend(unit_return, steps),
        "current": current,
        "versions": unit_return.versions if len(unit_return.versions) > 1 else (),
        "extension": extension,
        "given": len(granted),
        "has_begun": unit_return.quarter.has_begun(today),
        "is_running": unit_return.quarter.is_running(today),
        "may": may | _may_approve(unit_return, unchecked, may["approve"]),
        "may_check": [kind for kind in kinds if may["check"] and permissions.may_check(user, kind, unit_return)],
        "is_sample": unit_return.is_sample or has_sample,
    }


def _timeline(versions, granted):
    """The steps and the extensions, version by version as they came."""
    deeds = [*granted, *(step for version in versions for step in taken_of(version))]
    return sorted(deeds, key=lambda deed: (deed.version, deed.at))


def _checks(steps):
    """The last tick of each kind: who made it, and when."""
    return {kind: step for step in steps if step.step == Step.CHECKED for kind in step.kinds}


def _granted(unit_return):
    """The extensions of a return, read with it or, where nobody has begun it, now."""
    if unit_return.pk:
        return granted_of(unit_return.extensions)
    return granted_of(
        Extension.objects.filter(unit=unit_return.unit, quarter=unit_return.quarter).told_together().first()
    )


def _may_approve(unit_return, unchecked, may) -> dict:
    """Whether the button of approval works; where it is this person's and does not, why."""
    own_hand = may and unit_return.has_hand_in
    waits = may and not own_hand and bool(unchecked) and not unit_return.checks_are_advice
    return {"approve": may and not own_hand and not waits, "waits_for_checks": waits, "own_hand": own_hand}


def _to_mend(unit_return, steps):
    """The kinds that the last send-back named, while the return is a draft again."""
    last = next((step for step in reversed(steps) if step.step == Step.SENT_BACK), None)
    if last is None or not unit_return.is_draft:
        return []
    return [kind for kind in unit_return.kinds if kind.slug in last.kinds]
