"""What a request may see: the units, the quarters that have begun, and the return that an address means."""

from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from . import permissions
from .models.quarters import Quarter
from .models.record import ReturnLocked
from .models.returns import UnitReturn
from .models.units import Unit


def visible_units(user) -> list[Unit]:
    """The reporting units that ``user`` may see, in border order; Http404 for an administrator without a unit."""
    if user.unit is None:
        raise Http404
    return list(Unit.objects.visible_to(user).reporting())


def begun_quarters(request) -> list[Quarter]:
    """The quarters that have begun, newest first; read once a request, since picker and page both ask."""
    if not hasattr(request, "begun_quarters"):
        request.begun_quarters = list(Quarter.objects.begun(timezone.localdate()))
    return request.begun_quarters


def asked_quarter(request) -> Quarter | None:
    """The quarter of ``?quarter=2024Q1``, else the newest that has begun; None where there is none.

    Raises Http404 for one that there is not, or that has not begun: another must not pass for it.
    """
    quarters = {quarter.code: quarter for quarter in begun_quarters(request)}
    code = asked_choice(request, "quarter", quarters)
    return quarters[code] if code else next(iter(quarters.values()), None)


def asked_choice(request, name: str, choices: Collection[str]) -> str:
    """What the address asks for by ``?name=``, empty where it asks for nothing.

    Raises Http404 for what is none of ``choices``: another must not pass for it.
    """
    asked = request.GET.get(name, "")
    if asked and asked not in choices:
        raise Http404
    return asked


def visible_return(user, unit_code, code, returns=None, *, version=None):
    """Return what ``user`` means by the return of that unit and quarter; a new draft where nobody has begun it.

    Raises Http404 outside the units that ``user`` may see, and where there is no such ``version``. ``returns`` may
    carry annotations. The return knows its ``versions``, the newest first.
    """
    visible = Unit.objects.visible_to(user).reporting()
    versions = list(
        (UnitReturn.objects.all() if returns is None else returns)
        .filter(unit__in=visible, unit__code=unit_code, quarter__year=code.year, quarter__number=code.number)
        .select_related("unit", "quarter")
        .order_by("-version")
    )
    wanted = (each for each in versions if each.version == version or (version is None and not each.is_past))
    found = next(wanted, None)
    if found is None and version is not None:
        raise Http404
    if found is None:
        unit = get_object_or_404(visible, code=unit_code)
        quarter = get_object_or_404(Quarter, year=code.year, number=code.number)
        found = UnitReturn(unit=unit, quarter=quarter)
    found.versions = versions
    return found


def visible_record(user, unit_code, code, kind, pk):
    """The record of that unit, quarter and kind, in whichever version of the return; Http404 outside one's sight."""
    records = kind.model.objects.select_related("unit_return__unit", "unit_return__quarter")
    return get_object_or_404(
        records,
        pk=pk,
        unit_return__unit__in=Unit.objects.visible_to(user).reporting(),
        unit_return__unit__code=unit_code,
        unit_return__quarter__year=code.year,
        unit_return__quarter__number=code.number,
    )


def refused_entry(request, unit_return):
    """Lead back to a return that can no longer be entered, saying why; None where it can.

    Raises PermissionDenied for whoever never enters this unit's records.
    """
    if not permissions.has_part(request.user, "enter", unit_return):
        raise PermissionDenied
    if permissions.may(request.user, "enter", unit_return):
        return None
    if unit_return.is_open_for_entry:
        messages.error(request, unit_return.why_not_begun)
    else:
        messages.error(request, ReturnLocked(closed=unit_return.is_draft).messages[0])
    return redirect(unit_return)
