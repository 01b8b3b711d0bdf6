"""With all that can come together (merger, indicator, amendments, more time, what waits) no page asks too much."""

import datetime

import pytest
from django.utils import timezone

from activity.models import Quarter, Unit, UnitReturn, User
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.successions import merge

from .factories import made_answer, made_extension, made_indicator, made_message, made_unit, somebody, taken_to
from .revised import amended
from .test_query_counts import MOST, PAGES, asked_by, filled, province

pytestmark = pytest.mark.django_db

BEFORE, NOW = "2023Q1", "2024Q1"
WITH_ALL = {what: (role, where) for what, (role, where, _alone) in PAGES.items()} | {
    "start of a checker": ("checker", "/"),
    "start of staff": ("staff", "/"),
    "a submitted return": ("commander", f"/returns/u1/{NOW}/"),
    "a return of what was merged": ("head", f"/returns/moi/{BEFORE}/"),
    "overview by present unit": ("commander", f"/dashboard/{BEFORE}/?units=present"),
    "provisional overview by present unit": ("commander", f"/dashboard/{NOW}/?units=present&basis=provisional"),
    "summary by present unit": ("commander", f"/summary/{BEFORE}/?units=present"),
    "summary of a quarter that runs": ("commander", f"/summary/{NOW}/"),
    "list of answers": ("commander", "/records/indicators/"),
    "answers of a draft": ("staff", f"/returns/tra-linh/{NOW}/indicators/"),
}


def _make():
    province(3, 5, 2)
    before, now = (Quarter.objects.get(year=year, number=1) for year in (2023, 2024))
    heir, neighbour = Unit.objects.get(code="tra-linh"), made_unit("moi")
    filled(neighbour, before, 2, Status.APPROVED)
    indicator = made_indicator(first=before, charted=True)
    for number, unit_return in enumerate(UnitReturn.objects.filter(status=Status.DRAFT)):
        made_answer(unit_return, indicator, number)
    decided = {"day": now.first_day, "decision": "Quyết định số 45", "by": somebody(Role.ADMIN)}
    merge([neighbour, heir], into=heir, **decided)
    made_extension(heir, now)
    taken_to(Status.SUBMITTED, UnitReturn.objects.get(unit__code="u1", quarter=now))
    amended(UnitReturn.objects.get(unit=heir, quarter=before))
    amended_again = UnitReturn.objects.get(unit__code="u1", quarter=before)
    amend(amended_again, by=somebody(Role.HEAD, amended_again.unit), reason="Đếm thiếu")
    for person in User.objects.exclude(unit=None):
        made_message(person, now)


@pytest.fixture(scope="module", autouse=True)
def all_together(taken_back):
    with taken_back(_make):
        yield


@pytest.mark.parametrize("what", WITH_ALL)
def test_no_page_takes_more_than_twelve_queries_with_all_together(client, what):
    role, where = WITH_ALL[what]
    client.force_login(User.objects.get(username=role))
    with asked_by() as asked:
        answer = client.get(where)
    assert answer.status_code == 200
    assert len(asked) <= MOST, "\n".join(asked)


@pytest.mark.parametrize("units", ["", "present"])
def test_nor_does_the_summary_of_an_earlier_moment(client, units):
    client.force_login(User.objects.get(username="commander"))
    moment = timezone.now() - datetime.timedelta(seconds=1)
    with asked_by() as asked:
        answer = client.get(f"/summary/{BEFORE}/", {"as_of": moment.isoformat()} | ({"units": units} if units else {}))
    assert answer.status_code == 200
    assert len(asked) <= MOST, "\n".join(asked)
