"""The second sample history, made up and marked so: two posts merge, one splits, and no total changes."""

import datetime

import pytest
from django.core.management import call_command
from django.db import transaction

from activity.figures import gather
from activity.like_for_like import breaks, by_present_unit, kin_of
from activity.models import Quarter, Succession, Unit
from activity.sample.load import load_province

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

MERGED, HEIR = {"xuan-truong", "can-yen"}, "bao-lac"
SPLIT, PART = "tong-cot", "ha-quang"


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    """Five quarters, loaded once for this module and taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_province(datetime.date(2025, 4, 1), "mật khẩu của mẫu", 2024, invented=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def figures():
    return gather(Unit.objects.reporting(), Quarter.objects.all())


def reported(figures, year, number):
    return {unit.code for unit in figures.reported(figures.period(year, number))}


def test_it_is_marked_as_invented():
    invented = Succession.objects.filter(day=datetime.date(2024, 12, 15))
    assert [succession.kind for succession in invented] == ["merge", "split"]
    assert all("giả định" in succession.decision for succession in invented)
    assert all("(giả định)" in unit.name for unit in Unit.objects.filter(code__in=[HEIR, PART]))


def test_each_quarter_has_the_returns_of_the_units_that_it_had(figures):
    before, after = reported(figures, 2024, 4), reported(figures, 2025, 1)
    assert MERGED | {SPLIT} <= before and not {HEIR, PART} & before
    assert {HEIR, SPLIT, PART} <= after and not MERGED & after


def test_the_published_quarter_is_as_published(figures):
    assert figures.total("patrols", figures.period(2024, 1)) == 412
    assert figures.total("cases", figures.period(2024, 1)) == 144


def test_no_total_changes_by_present_unit_and_the_split_is_named(figures):
    kin = kin_of(Unit.objects.reporting())
    present = by_present_unit(figures, kin)
    for period in figures.periods:
        assert present.total("patrols", period) == figures.total("patrols", period) is not None
    (heir,) = [unit for unit in present.units if unit.code == HEIR]
    then = figures.period(2024, 4)
    merged = [unit for unit in figures.units if unit.code in MERGED]
    assert present.value("patrols", then, heir) == sum(figures.value("patrols", then, unit) for unit in merged)
    assert {each.unit.code for each in breaks(figures, kin)} == {SPLIT, PART}


def test_it_is_sound(capsys):
    call_command("self_check")
