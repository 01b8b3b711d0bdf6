"""One page of each kind: who looks at it, and where it is. Every page is looked at by the same tests."""

from typing import NamedTuple

from activity.kinds import KINDS
from activity.models import Patrol

DRAFT = "/returns/tra-linh/2024Q2/"


class Kind(NamedTuple):
    """A kind of page; ``{record}`` in its address is a patrol of the draft."""

    name: str
    person: str
    address: str
    status: int = 200


PAGES = (
    Kind("sign-in", "", "/sign-in/"),
    Kind("start of a unit", "staff", "/"),
    Kind("start of the command", "commander", "/"),
    Kind("inbox", "staff", "/inbox/"),
    Kind("returns of a unit", "staff", "/returns/"),
    Kind("returns of the command", "commander", "/returns/?quarter=2024Q1"),
    Kind("start of a checker", "checker", "/"),
    Kind("completeness", "commander", "/completeness/"),
    Kind("completeness of all quarters", "checker", "/completeness/?quarters=all"),
    Kind("a draft", "head", DRAFT),
    Kind("a return to approve", "commander", "/returns/ly-van/2024Q2/"),
    Kind("a return sent back once", "checker", "/returns/thi-hoa/2024Q1/"),
    Kind("a return not begun", "commander", "/returns/co-ba/2024Q1/"),
    *(Kind(f"a new row of {kind.slug}", "staff", f"{DRAFT}{kind.slug}/add/") for kind in KINDS),
    Kind("a row to edit", "staff", DRAFT + "patrols/{record}/"),
    Kind("a row to read", "commander", DRAFT + "patrols/{record}/"),
    Kind("a row to delete", "staff", DRAFT + "patrols/{record}/delete/"),
    Kind("history of a row", "commander", DRAFT + "patrols/{record}/history/"),
    Kind("history of a return", "head", DRAFT + "history/"),
    *(Kind(f"list of {kind.slug}", "commander", f"/records/{kind.slug}/") for kind in KINDS),
    Kind("list of a unit", "staff", "/records/cases/"),
    Kind("answers to indicators", "staff", f"{DRAFT}indicators/"),
    Kind("list of indicators", "commander", "/records/indicators/"),
    Kind("dashboard of the command", "commander", "/dashboard/2024Q1/"),
    Kind("dashboard of a unit", "head", "/dashboard/2024Q1/"),
    Kind("provisional dashboard", "checker", "/dashboard/2024Q2/?basis=provisional"),
    Kind("summary", "commander", "/summary/2024Q1/"),
    Kind("not allowed", "staff", "/summary/2024Q1/", 403),
    Kind("not found", "staff", "/returns/co-ba/2024Q1/", 404),
    Kind("administration", "admin", "/admin/"),
    Kind("units in the administration", "admin", "/admin/activity/unit/"),
    Kind("indicators in the administration", "admin", "/admin/activity/indicator/"),
    Kind("an indicator in the administration", "admin", "/admin/activity/indicator/1/change/"),
    Kind("units as of a day", "admin", "/admin/activity/unit/as-of/"),
    Kind("a succession of units", "admin", "/admin/activity/unit/2/life/merge/"),
    Kind("life of a unit", "admin", "/admin/activity/unit/2/life/"),
    Kind("history in the administration", "admin", "/admin/activity/history/"),
    Kind("history of a unit in the administration", "admin", "/admin/activity/unit/1/history/"),
)


def a_patrol_of_the_draft() -> int:
    """The key of the first patrol in the draft of Đồn BPCK Trà Lĩnh."""
    drafts = Patrol.objects.filter(unit_return__unit__code="tra-linh", unit_return__quarter__year=2024)
    return drafts.filter(unit_return__quarter__number=2).values_list("pk", flat=True)[0]


def opened(visitor, kind: Kind, **looks):
    """The page of that kind, open in a browser of its own."""
    page = visitor(kind.person or None, **looks)
    address = kind.address.replace("{record}", str(a_patrol_of_the_draft())) if "{" in kind.address else kind.address
    answer = page.goto(address)
    assert answer.status == kind.status
    return page
