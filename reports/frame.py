"""What the frame round every page needs: the quarter picker, and where the sections of the bar lead."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from activity.access import begun_quarters
from activity.converters import QuarterCode
from activity.kinds import KINDS
from activity.permissions import may_at_all

# Pages that stand for every quarter, and those that are asked for one: what the picker leads to is the same page.
OF_A_QUARTER = {"dashboard", "summary", "return", "return_history"}
ASKED = {"returns", "records"}
# Stands in an address for each quarter: to make every one of forty addresses anew takes longer than a query.
ANY_QUARTER = QuarterCode(9999, 4)


@dataclass(frozen=True)
class Picker:
    """The one control that every page shares: the quarter shown, its neighbours, and all of them."""

    shown: object
    # The quarter that the page is about: the sections of the bar lead to the same one.
    quarter: object
    before: str
    after: str
    all: tuple[tuple[str, str, bool], ...]


def frame(request):
    """Context of every page, worked out only where the template asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "picker": SimpleLazyObject(lambda: _picker(request)),
        "version": settings.VERSION,
        "first_kind": KINDS[0],
        "may_read_summary": may_at_all(user, "read_summary"),
        "may_read_completeness": may_at_all(user, "read_completeness"),
        "may_administer": may_at_all(user, "administer"),
    }


def _picker(request):
    """The picker of a page; None without a unit, before the first quarter, and in a quarter that has not begun.

    A version of a return is its own quarter's, and no other quarter has the same.
    """
    match = request.resolver_match
    if request.user.unit is None or (match and "version" in match.kwargs):
        return None
    quarters = begun_quarters(request)
    place = _place(request, quarters)
    if place is None:
        return None
    address = _address(request, ANY_QUARTER)
    addresses = [address.replace(str(ANY_QUARTER), quarter.code) for quarter in quarters]
    return Picker(
        shown=quarters[place] if place >= 0 else _("All quarters"),
        quarter=quarters[place] if place >= 0 and _is_of_a_quarter(request) else None,
        before=addresses[place + 1] if place + 1 < len(quarters) else "",
        after=addresses[place - 1] if place > 0 else "",
        all=tuple(
            (str(quarter), address, at == place)
            for at, (quarter, address) in enumerate(zip(quarters, addresses, strict=True))
        ),
    )


def _place(request, quarters):
    """Where in ``quarters`` the page stands: -1 where it shows them all, the newest where it shows none of them."""
    match = request.resolver_match
    name, kwargs = (match.view_name, match.kwargs) if match else (None, {})
    codes = [quarter.code for quarter in quarters]
    if not codes:
        return None
    if "quarter" in kwargs:
        code = str(kwargs["quarter"])
        return codes.index(code) if code in codes else None
    asked = request.GET.get("quarter") if name in ASKED else None
    return codes.index(asked) if asked in codes else -1 if name == "records" else 0


def _is_of_a_quarter(request):
    match = request.resolver_match
    return match is not None and ("quarter" in match.kwargs or match.view_name in ASKED)


def _address(request, quarter):
    """Where ``quarter`` is read instead: on the same page, else in the return of the unit, else in the overview."""
    match, user = request.resolver_match, request.user
    name, kwargs = (match.view_name, match.kwargs) if match else (None, {})
    if name in OF_A_QUARTER:
        return reverse(name, kwargs=kwargs | {"quarter": quarter})
    if name in ASKED:
        asked = request.GET.copy()
        asked.pop("page", None)
        asked["quarter"] = quarter
        return f"{request.path}?{asked.urlencode()}"
    unit = kwargs.get("unit") or ("" if user.sees_subtree or not user.unit.reports else user.unit.code)
    return reverse("return", args=[unit, quarter]) if unit else reverse("dashboard", args=[quarter])
