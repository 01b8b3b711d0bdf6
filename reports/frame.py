"""What the frame round every page needs: the quarter picker, and where the sections of the bar lead."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from activity.access import asked_quarter, begun_quarters
from activity.kinds import KINDS
from activity.permissions import may_at_all

# Pages that show a quarter without having it in their address.
ASKED = {"returns"}


@dataclass(frozen=True)
class Picker:
    """The one control that every page with a quarter shares: this one, its neighbours, and all of them."""

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
    match = request.resolver_match
    # A version is one of its own quarter's; the others have versions of their own.
    if match is None or "version" in match.kwargs:
        return None
    quarters = begun_quarters(request)
    if not quarters:
        return None
    if "quarter" in match.kwargs and "pk" not in match.kwargs:
        shown = str(match.kwargs["quarter"])
        addresses = {quarter.code: request.path.replace(f"/{shown}/", f"/{quarter.code}/", 1) for quarter in quarters}
    elif match.view_name in ASKED:
        shown = str(asked_quarter(request).code)  # type: ignore[union-attr]  # there are quarters
        addresses = {quarter.code: f"{request.path}?quarter={quarter.code}" for quarter in quarters}
    else:
        return None
    codes = [quarter.code for quarter in quarters]
    if shown not in codes:
        return None
    place = codes.index(shown)
    return Picker(
        quarter=quarters[place],
        before=addresses[codes[place + 1]] if place + 1 < len(codes) else "",
        after=addresses[codes[place - 1]] if place else "",
        all=tuple((str(quarter), addresses[quarter.code], quarter.code == shown) for quarter in quarters),
    )
