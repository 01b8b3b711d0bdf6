"""Quarters are rows whose windows tile without gap; their dates are frozen once they have a return."""

import datetime
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from activity.models import Quarter
from activity.models.quarters import QuarterQuerySet, proposed_dates, working_days_after

from .factories import made_quarter, made_return

DAY = datetime.timedelta(days=1)
TWENTY_YEARS = [(year, number) for year in range(2015, 2035) for number in (1, 2, 3, 4)]
# Days on both sides of each seam, with the quarter they belong to (DOMAIN, section 2).
SEAMS = [
    ("2023-12-14", "2023Q4"),
    ("2023-12-15", "2024Q1"),
    ("2023-12-28", "2024Q1"),
    ("2023-12-31", "2024Q1"),
    ("2024-01-01", "2024Q1"),
    ("2024-02-29", "2024Q1"),
    ("2024-03-14", "2024Q1"),
    ("2024-03-15", "2024Q2"),
    ("2024-06-14", "2024Q2"),
    ("2024-06-15", "2024Q3"),
    ("2024-09-14", "2024Q3"),
    ("2024-09-15", "2024Q4"),
    ("2024-12-14", "2024Q4"),
    ("2024-12-15", "2025Q1"),
    ("2025-02-28", "2025Q1"),
]
CHANGES = {
    "year": 2030,
    "number": 3,
    "first_day": datetime.date(2023, 12, 16),
    "last_day": datetime.date(2024, 3, 13),
    "due_day": datetime.date(2024, 3, 20),
}


def test_the_proposed_windows_tile_twenty_years_without_gap_or_overlap():
    windows = [proposed_dates(*quarter)[:2] for quarter in TWENTY_YEARS]
    assert [after[0] - before[1] for before, after in pairwise(windows)] == [DAY] * (len(windows) - 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "code"), SEAMS)
def test_a_day_at_a_seam_lies_in_exactly_one_quarter(day, code):
    quarters = [made_quarter(year, number) for year, number in TWENTY_YEARS if 2023 <= year <= 2025]
    day = datetime.date.fromisoformat(day)
    assert [quarter.code for quarter in Quarter.objects.all() if quarter.contains(day)] == [code]
    assert [quarter.code for quarter in quarters if quarter.contains(day)] == [code]


@pytest.mark.parametrize(
    ("number", "first_day", "last_day"),
    [(1, "2023-12-15", "2024-03-14"), (2, "2024-03-15", "2024-06-14"),
     (3, "2024-06-15", "2024-09-14"), (4, "2024-09-15", "2024-12-14")],
)  # fmt: skip
def test_the_windows_of_2024_are_those_of_the_decree(number, first_day, last_day):
    assert [day.isoformat() for day in proposed_dates(2024, number)[:2]] == [first_day, last_day]


@pytest.mark.parametrize(
    ("year", "number", "due_day"),
    [
        (2024, 1, "2024-03-18"),  # Thursday the 14th: Friday, Monday
        (2024, 2, "2024-06-18"),  # Friday the 14th
        (2024, 3, "2024-09-17"),  # Saturday the 14th
        (2025, 3, "2025-09-16"),  # Sunday the 14th
        (2022, 4, "2022-12-16"),  # Wednesday the 14th
    ],
)
def test_the_proposed_due_day_is_two_working_days_after_the_last(year, number, due_day):
    assert proposed_dates(year, number)[2].isoformat() == due_day


@pytest.mark.parametrize("count", range(1, 12))
def test_working_days_are_counted_as_one_would_on_the_fingers(count):
    for start in (datetime.date(2024, 3, 11) + n * DAY for n in range(7)):
        after = (start + n * DAY for n in range(1, 30))
        working = [day for day in after if day.strftime("%a") not in {"Sat", "Sun"}]
        assert working_days_after(start, count) == working[count - 1]


@pytest.mark.parametrize(
    ("asked", "moved"),
    [("2024-03-15", "2024-03-15"), ("2024-03-16", "2024-03-18"), ("2024-03-17", "2024-03-18")],
)
@pytest.mark.django_db
def test_a_due_day_at_a_weekend_moves_to_the_next_working_day(asked, moved):
    first_day, last_day, _ = proposed_dates(2024, 1)
    quarter = Quarter(year=2024, number=1, first_day=first_day, last_day=last_day)
    quarter.due_day = datetime.date.fromisoformat(asked)
    quarter.clean()
    assert quarter.due_day.isoformat() == moved


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        ("2024-03-14", "2024-06-14"),  # its first day is the other's last
        ("2023-10-01", "2023-12-15"),  # its last day is the other's first
        ("2024-01-01", "2024-01-31"),  # within
        ("2023-01-01", "2024-12-31"),  # around
    ],
)
def test_a_quarter_that_overlaps_another_is_refused(quarter, first_day, last_day):
    days = {"first_day": first_day, "last_day": last_day, "due_day": last_day}
    other = Quarter(year=2030, number=2, **{n: datetime.date.fromisoformat(d) for n, d in days.items()})
    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    assert refused.value.message_dict == {"first_day": ["Khoảng ngày này trùng với quý I/2024."]}


@pytest.mark.django_db
def test_quarters_that_only_touch_are_taken(quarter):
    for year, number in [(2023, 4), (2024, 2)]:
        first_day, last_day, due_day = proposed_dates(year, number)
        Quarter(year=year, number=number, first_day=first_day, last_day=last_day, due_day=due_day).full_clean()


def changed(quarter, field):
    setattr(quarter, field, CHANGES[field])
    return quarter


# The ways to change one field of a quarter.
WAYS = {
    "clean": lambda quarter, field: changed(quarter, field).clean(),
    "save": lambda quarter, field: changed(quarter, field).save(),
    "update": lambda quarter, field: Quarter.objects.filter(pk=quarter.pk).update(**{field: CHANGES[field]}),
    "bulk_update": lambda quarter, field: Quarter.objects.bulk_update([changed(quarter, field)], [field]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("way", WAYS)
def test_the_dates_of_a_quarter_with_a_return_cannot_change(post, quarter, way, field):
    made_return(post, quarter)
    before = Quarter.objects.values().get()
    with pytest.raises(ValidationError), transaction.atomic():
        WAYS[way](quarter, field)
    assert Quarter.objects.values().get() == before


@pytest.mark.django_db
@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("way", WAYS)
def test_the_dates_of_a_quarter_without_a_return_can_change(quarter, way, field):
    WAYS[way](quarter, field)
    if way != "clean":
        assert getattr(Quarter.objects.get(), field) == CHANGES[field]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "update", "bulk_update"])
def test_without_the_guard_the_dates_of_a_quarter_with_a_return_would_change(post, quarter, way, monkeypatch):
    made_return(post, quarter)
    monkeypatch.setattr(Quarter, "_refuse_new_dates", lambda self: None)
    monkeypatch.delattr(QuarterQuerySet, "update")
    WAYS[way](quarter, "due_day")
    assert Quarter.objects.get().due_day == CHANGES["due_day"]


@pytest.mark.django_db
def test_saving_a_quarter_with_a_return_unchanged_is_harmless(post, quarter):
    made_return(post, quarter)
    quarter.clean()
    quarter.save()


@pytest.mark.django_db
def test_the_admin_reads_the_dates_of_a_quarter_with_a_return_and_cannot_change_them(
    client, admin_user, post, quarter
):
    client.force_login(admin_user)
    address = reverse("admin:activity_quarter_change", args=[quarter.pk])
    sent = {
        "year": "2024",
        "number": "1",
        "first_day": "15/12/2023",
        "last_day": "14/03/2024",
        "due_day": "20/03/2024",
    }
    asked = {"closed", "revision"}
    assert client.get(address).context["adminform"].form.fields.keys() == sent.keys() | asked
    made_return(post, quarter)
    assert client.get(address).context["adminform"].form.fields.keys() == asked
    client.post(address, sent)
    assert Quarter.objects.get().due_day == datetime.date(2024, 3, 18)


@pytest.mark.django_db
@pytest.mark.parametrize(("last", "proposed"), [((2024, 4), (2025, 1)), ((2024, 1), (2024, 2)), (None, (2024, 2))])
def test_the_admin_proposes_the_quarter_after_the_last(client, admin_user, monkeypatch, last, proposed):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: datetime.date(2024, 5, 1))
    if last:
        made_quarter(*last)
    client.force_login(admin_user)
    form = client.get(reverse("admin:activity_quarter_add")).context["adminform"].form
    days = dict(zip(("first_day", "last_day", "due_day"), proposed_dates(*proposed), strict=True))
    asked = {"year": proposed[0], "number": proposed[1]} | days
    assert {name: form[name].value() for name in asked} == asked


def test_a_quarter_is_written_as_the_office_writes_it():
    assert [str(Quarter(year=2024, number=number)) for number in (1, 2, 3, 4)] == [
        "quý I/2024", "quý II/2024", "quý III/2024", "quý IV/2024"
    ]  # fmt: skip
