"""Lists of records: choices in the office's order, and equal rows in one order on every page."""

import pytest
from django.utils.translation import override

from activity.models import Patrol
from activity.models.choices import PatrolForm

from . import reading
from .factories import made_patrol, made_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client, staff, quarter):
    """A draft of the unit whose staff is signed in."""
    client.force_login(staff)
    return made_return(staff.unit, quarter)


def column(client, name, **asked):
    """A column of the list of patrols, from top to bottom."""
    table = reading.one(reading.page(client.get("/records/patrols/", asked)), "table", class_="records")
    head, *body, _foot = reading.cells(table)
    place = [heading.rstrip(" ▲▼") for heading in head].index(name)
    return [row[place] for row in body]


def test_forms_of_patrols_sort_in_the_order_of_the_office(client, draft):
    forms = list(PatrolForm)
    for form in sorted(forms):
        made_patrol(draft, form=form, cleared_km=1, counterpart="Trạm Long Bang")
    with override("vi"):
        office = [str(form.label).partition(" (")[0] for form in forms]
    assert forms != sorted(forms)
    assert office != sorted(office)
    assert column(client, "Hình thức", sort="form") == office
    assert column(client, "Hình thức", sort="-form") == office[::-1]


@pytest.mark.parametrize("sort", ["times", "-times", "form", "-form", "date", "quarter", "counterpart"])
def test_pages_of_rows_that_are_equal_in_the_sorted_column_hold_every_row_once_newest_first(client, draft, sort):
    """Ending in the key, the order is the same for every page: on PostgreSQL equal rows else come as they like."""
    day = draft.quarter.first_day
    made = [Patrol(unit_return=draft, date=day, form="unilateral", participant_turns=n) for n in range(1, 61)]
    Patrol.objects.bulk_create(made)
    asked = {"sort": sort, "per_page": 25}
    pages = [column(client, "Lượt người tham gia", page=page, **asked) for page in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [25, 25, 10]
    assert [int(turns) for rows in pages for turns in rows] == list(range(60, 0, -1))
