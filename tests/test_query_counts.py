"""How many queries each page takes: exactly so many, however many units, quarters and records there are."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.kinds import KINDS
from activity.models import Quarter, UnitReturn, User
from activity.models.amendment import amend
from activity.models.choices import EventType, ProjectStage, Role, Status
from activity.models.successions import merge

from .factories import (
    FACTORIES,
    changed_by,
    made_case,
    made_event,
    made_project,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    somebody,
    taken_to,
    ticked,
)
from .reading import one, page, text
from .typed import address, exhibits, sent_of, typed

pytestmark = pytest.mark.django_db

MOST = 12
DRAFT = "/returns/tra-linh/2024Q1/"
# Who opens which page, and what that costs.
PAGES = {
    "start of a unit": ("head", "/", 8),
    "start of the command": ("commander", "/", 9),
    "inbox": ("staff", "/inbox/", 5),
    "returns of a unit": ("staff", "/returns/", 7),
    "returns of the command": ("checker", "/returns/?quarter=2024Q1", 7),
    "completeness": ("commander", "/completeness/", 6),
    "completeness, all quarters": ("checker", "/completeness/?quarters=all", 6),
    "completeness as a file": ("commander", "/completeness/export/?quarters=all", 7),
    "a draft full of records": ("head", DRAFT, 11),
    "an approved return": ("commander", "/returns/tra-linh/2023Q1/", 9),
    "history of a draft": ("staff", f"{DRAFT}history/", 7),
    "history of a draft, one kind": ("commander", f"{DRAFT}history/?kind=cases", 7),
    "a new patrol": ("staff", f"{DRAFT}patrols/add/", 5),
    "a new case": ("staff", f"{DRAFT}cases/add/", 5),
    "a new project": ("staff", f"{DRAFT}projects/add/", 5),
    "list of patrols": ("commander", "/records/patrols/", 9),
    "list of patrols, filtered": ("commander", "/records/patrols/?quarter=2023Q1&form=unilateral", 8),
    "list of projects": ("commander", "/records/projects/", 9),
    "own list of cases": ("staff", "/records/cases/", 9),
    "dashboard": ("commander", "/dashboard/2023Q1/", 8),
    "provisional dashboard": ("commander", "/dashboard/2023Q1/?basis=provisional", 8),
    "dashboard of a unit": ("staff", "/dashboard/2023Q1/", 9),
    "summary": ("commander", "/summary/2023Q1/", 11),
}


def filled(unit, quarter, times, status):
    """A return with that many records of each kind, a concluded project and a ceremony."""
    unit_return = made_return(unit, quarter)
    for n in range(times):
        for slug, made in FACTORIES.items():
            made(unit_return, **({"code": f"CL{n}"} if slug == "projects" else {}))
        made_case(unit_return).exhibits.create(name="Pháo nổ", quantity=Decimal(1), unit="kg")
    made_project(unit_return, code="QT1", stage=ProjectStage.SUCCESS)
    made_event(unit_return, event_type=EventType.CEREMONY, title="Lễ công bố")
    return taken_to(status, unit_return)


def province(units, quarters, times):
    """Quarters up to quý I/2024: the last one drafts, all others approved; ``times`` records of each kind."""
    posts = [made_unit("tra-linh"), *(made_unit(f"u{n}") for n in range(1, units))]
    for role in Role:
        made_user(role, posts[0] if role in {Role.STAFF, Role.HEAD} else None, password=None)
    earlier = [made_quarter(2023, number) for number in range(1, quarters)]
    for quarter in [*earlier, made_quarter(2024, 1)]:
        for post in posts:
            filled(post, quarter, times, Status.APPROVED if quarter in earlier else Status.DRAFT)


@pytest.fixture(scope="module", params=[(2, 2, 2), (4, 4, 6)], ids=["small", "large"], autouse=True)
def size(request, taken_back):
    """A small province and a larger one, each made once and taken back."""
    with taken_back(lambda: province(*request.param)):
        assert connection.features.supports_json_field  # asked once a connection
        yield


@contextmanager
def asked_by():
    """The queries that the block asks; savepoints ask nothing of the database."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


@contextmanager
def queries(expected):
    """Assert that the block asks exactly so many."""
    with asked_by() as asked:
        yield
    assert len(asked) == expected, "\n".join(asked)


@pytest.fixture
def sign_in(client):
    """Sign in as that role."""
    return lambda role: client.force_login(User.objects.get(username=role))


@pytest.fixture
def draft():
    return UnitReturn.objects.select_related("unit", "quarter").get(unit__code="tra-linh", status=Status.DRAFT)


@pytest.mark.parametrize("what", PAGES)
def test_a_page_takes_so_many_queries(client, sign_in, what):
    role, where, expected = PAGES[what]
    sign_in(role)
    assert expected <= MOST
    with queries(expected):
        answer = client.get(where)
    assert answer.status_code == 200


@pytest.mark.parametrize("changes", [1, 40])
def test_the_history_of_a_record_takes_so_many_queries(client, sign_in, draft, changes):
    patrol = draft.records(KINDS[0]).first()
    for number in range(changes):
        patrol.note = f"Lần {number}"
        patrol.save()
    sign_in("head")
    with queries(7):
        assert client.get(f"{DRAFT}patrols/{patrol.pk}/history/").status_code == 200


@pytest.mark.parametrize(("where", "expected"), [("/", 11), ("/dashboard/2024Q1/?basis=provisional", 9)])
def test_submitted_returns_are_counted_in_so_many_queries(client, sign_in, where, expected):
    for unit_return in UnitReturn.objects.filter(status=Status.DRAFT):
        taken_to(Status.SUBMITTED, unit_return)
    sign_in("commander")
    with queries(expected):
        assert client.get(where).status_code == 200


@pytest.mark.parametrize(("status", "expected"), [(Status.DRAFT, 11), (Status.APPROVED, 10)])
def test_the_difference_of_two_versions_takes_so_many_queries(client, sign_in, status, expected):
    first = UnitReturn.objects.get(unit__code="tra-linh", quarter__year=2023, quarter__number=1)
    second = amend(first, by=somebody(Role.HEAD, first.unit), reason="Đếm thiếu")
    for made in FACTORIES.values():
        made(second)
    taken_to(status, second)
    sign_in("commander")
    with queries(expected):
        assert client.get("/returns/tra-linh/2023Q1/versions/2/difference/").status_code == 200


def test_the_draft_of_an_heir_in_its_first_year_takes_one_query_more(client, sign_in, draft):
    """What was merged into it is named, and its figures are added to those of the earlier quarters."""
    neighbour = made_unit("moi")
    filled(neighbour, Quarter.objects.get(year=2023, number=1), 2, Status.APPROVED)
    decided = {"day": draft.quarter.first_day, "decision": "Quyết định số 45", "by": somebody(Role.ADMIN)}
    merge([neighbour, draft.unit], into=draft.unit, **decided)
    sign_in("head")
    with queries(12):
        answer = client.get(DRAFT)
    assert "sáp nhập vào đơn vị này" in text(one(page(answer), "main"))


def test_the_summary_of_an_earlier_moment_takes_so_many_queries(client, sign_in):
    sign_in("commander")
    with queries(11):
        assert client.get("/summary/2023Q1/", {"as_of": timezone.now().isoformat()}).status_code == 200


ADDING = {"patrols": 10, "propaganda": 10, "cases": 11, "projects": 11, "foreign-affairs": 10}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_saving_a_new_record_takes_so_many_queries(client, sign_in, draft, kind):
    sign_in("staff")
    sent = typed(kind.slug, **({"code": "MỚI"} if kind.slug == "projects" else {}))
    assert max(ADDING.values()) <= MOST
    with queries(ADDING[kind.slug]):
        answer = client.post(address(draft, kind.slug), sent)
    assert answer.status_code == 302


@pytest.mark.parametrize("count", [1, 7])
def test_saving_a_case_takes_the_same_queries_for_one_exhibit_and_for_seven(client, sign_in, draft, count):
    sign_in("staff")
    case = made_case(draft)
    sent = typed("cases") | exhibits(*[{"name": "Pháo nổ", "quantity": "2,5", "unit": "kg"}] * count)
    with queries(11):
        answer = client.post(address(draft, "cases", case), sent)
    assert answer.status_code == 302
    assert case.exhibits.count() == count


@pytest.mark.parametrize("count", [1, 7])
def test_two_people_at_one_case_take_the_same_queries_for_one_exhibit_and_for_seven(client, sign_in, draft, count):
    sign_in("staff")
    case = made_case(draft)
    sent = typed("cases", note="của tôi") | exhibits(*[{"name": "Pháo nổ", "quantity": "2,5", "unit": "kg"}] * count)
    for number in range(count):
        case.exhibits.create(name=f"Rượu {number}", quantity=Decimal(1), unit="lit")
    changed_by(User.objects.get(username="head"), case, note="của đồng đội")
    with queries(21):
        answer = client.post(address(draft, "cases", case), sent)
    assert answer.status_code == 409


# What is written takes as many queries for two rows as for ten, since history asks for no name row by row.


@pytest.fixture(params=[2, 10])
def case(request, draft):
    """A case with two exhibits, or with ten."""
    case = made_case(draft)
    for number in range(request.param):
        case.exhibits.create(name=f"Rượu {number}", quantity=Decimal(1), unit="lit")
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(("what", "expected"), [("quantity", 16), ("DELETE", 15)])
def test_changing_or_deleting_the_exhibits_of_a_case_takes_so_many_queries(
    client, sign_in, draft, case, what, expected
):
    sign_in("staff")
    where, count = address(draft, "cases", case), case.exhibits.count()
    sent = sent_of(one(page(client.get(where)), "form", class_="record"))
    sent |= {f"rows-{number}-{what}": "7" for number in range(count)}
    with queries(expected):
        assert client.post(where, sent).status_code == 302
    assert case.exhibits.filter(quantity=7).count() == (count if what == "quantity" else 0)
    assert case.exhibits.count() == (count if what == "quantity" else 0)


def test_deleting_a_case_takes_so_many_queries(client, sign_in, draft, case):
    sign_in("staff")
    where = reverse("record_delete", args=[draft.unit.code, draft.quarter, KINDS[2], case.pk])
    with queries(12):
        assert client.post(where, {"revision": case.revision}).status_code == 302
    assert not draft.records(KINDS[2]).filter(pk=case.pk).exists()


def pressed(client, unit_return, step, **sent):
    """Press a button of the return as it stands."""
    seen = UnitReturn.objects.get(pk=unit_return.pk).revision
    return reverse(f"return_{step}", args=[unit_return.unit.code, unit_return.quarter]), sent | {"revision": seen}


@pytest.mark.parametrize("count", [1, 5])
def test_sending_back_takes_the_same_queries_for_one_kind_and_for_five(client, sign_in, draft, count):
    ticked(taken_to(Status.SUBMITTED, draft))
    sign_in("checker")
    kinds = [kind.slug for kind in KINDS[:count]]
    where, sent = pressed(client, draft, "send_back", **{"back-reason": "Thiếu", "back-kinds": kinds})
    with queries(11):
        assert client.post(where, sent).status_code == 302
    assert draft.marks.checked().count() == 5 - count


def test_approving_takes_so_many_queries(client, sign_in, draft):
    ticked(taken_to(Status.SUBMITTED, draft))
    sign_in("commander")
    where, sent = pressed(client, draft, "approve")
    with queries(15):
        assert client.post(where, sent).status_code == 302
    assert UnitReturn.objects.get(pk=draft.pk).status == Status.APPROVED


def test_amending_takes_the_same_queries_for_few_records_and_for_many(client, sign_in):
    first = UnitReturn.objects.get(unit__code="tra-linh", quarter__year=2023, quarter__number=1)
    sign_in("head")
    where, sent = pressed(client, first, "amend", **{"amend-reason": "Đếm thiếu"})
    with queries(26):
        assert client.post(where, sent).status_code == 302
    assert UnitReturn.objects.filter(quarter=first.quarter, unit=first.unit).count() == 2


@pytest.mark.parametrize("count", [2, 20])
def test_switching_off_two_people_takes_the_same_queries_as_twenty(count):
    people = [made_user(Role.STAFF, made_unit(f"x{n}"), username=f"x{n}", password=None) for n in range(count)]
    with queries(3):
        User.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)
