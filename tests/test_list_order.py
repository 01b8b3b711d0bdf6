"""Lists of records: choices in the office's order, equal rows in one order on every page, a foot that fits."""

import pytest
from django.utils.translation import override

from activity.models import Patrol
from activity.models.choices import PatrolForm, Status

from . import reading
from .factories import made_patrol, made_quarter, made_return, taken_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client, staff, quarter):
    """A draft of the unit whose staff is signed in."""
    client.force_login(staff)
    return made_return(staff.unit, quarter)


def column(client, name, **asked):
    """A column of the list of patrols, from top to bottom, and what stands in its foot."""
    table = reading.one(reading.page(client.get("/records/patrols/", asked)), "table", class_="records")
    head, *body, foot = reading.cells(table)
    place = [heading.rstrip(" ▲▼") for heading in head].index(name)
    return [row[place] for row in body], foot[place]


@pytest.mark.parametrize("asked", ["nonsense", "2024Q9", "2199Q1"])
def test_a_quarter_that_means_nothing_leaves_the_foot_the_sum_of_the_rows(client, post, quarter, commander, asked):
    """Of an approved return the foot knows the sum without its rows, so it has to know which are listed."""
    returns = made_return(post, quarter), made_return(post, made_quarter(2024, 2))
    for unit_return, times in zip(returns, (1, 2), strict=True):
        made_patrol(unit_return, form=PatrolForm.UNILATERAL, times=times)
        made_patrol(unit_return, form=PatrolForm.LOCAL_CONTROL, times=times + 2)
    taken_to(Status.APPROVED, returns[0])
    client.force_login(commander)
    rows, foot = column(client, "Số lần", quarter=asked, form="unilateral")
    assert (sorted(rows), foot) == (["1", "2"], "3")
    rows, foot = column(client, "Số lần", quarter=asked)
    assert (sorted(rows), foot) == (["1", "2", "3", "4"], "10")


def test_forms_of_patrols_sort_in_the_order_of_the_office(client, draft):
    forms = list(PatrolForm)
    for form in sorted(forms):
        made_patrol(draft, form=form, cleared_km=1, counterpart="Trạm Long Bang")
    with override("vi"):
        office = [str(form.label).partition(" (")[0] for form in forms]
    assert forms != sorted(forms)
    assert office != sorted(office)
    assert column(client, "Hình thức", sort="form")[0] == office
    assert column(client, "Hình thức", sort="-form")[0] == office[::-1]


@pytest.mark.parametrize("sort", ["times", "-times", "form", "-form", "date", "quarter", "counterpart"])
def test_pages_of_rows_that_are_equal_in_the_sorted_column_hold_every_row_once_newest_first(client, draft, sort):
    """Ending in the key, the order is the same for every page: on PostgreSQL equal rows else come as they like."""
    day = draft.quarter.first_day
    made = [Patrol(unit_return=draft, date=day, form="unilateral", participant_turns=n) for n in range(1, 61)]
    Patrol.objects.bulk_create(made)
    asked = {"sort": sort, "per_page": 25}
    pages = [column(client, "Lượt người tham gia", page=page, **asked)[0] for page in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [25, 25, 10]
    assert [int(turns) for rows in pages for turns in rows] == list(range(60, 0, -1))
