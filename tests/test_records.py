"""A record's day lies in its quarter and its return is a draft, whichever way it is written."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from activity.kinds import BY_SLUG, KINDS
from activity.models import CriminalCase, Exhibit, Patrol, SpecialProject, UnitReturn
from activity.models.choices import ProjectStage, Status
from activity.models.quarters import Quarter
from activity.models.record import OutsideQuarter, RecordQuerySet, ReturnLocked
from activity.models.return_rows import UnitReturnQuerySet

from .factories import (
    FACTORIES,
    made_case,
    made_patrol,
    made_project,
    made_quarter,
    made_return,
    past_the_rules,
    taken_to,
)

pytestmark = pytest.mark.django_db

BEFORE, FIRST = datetime.date(2023, 12, 14), datetime.date(2023, 12, 15)
LAST, AFTER = datetime.date(2024, 3, 14), datetime.date(2024, 3, 15)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
LOCKED = pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])


@pytest.fixture
def unit_return(post, quarter):
    return made_return(post, quarter)


def made(kind, unit_return, **fields):
    return FACTORIES[kind.slug](unit_return, **fields)


def copied(record, **fields):
    """A record not yet saved, alike but with a lineage of its own."""
    names = [name for name in BY_SLUG[record.kind_slug].fields if name not in fields]
    return type(record)(
        **{"unit_return": record.unit_return} | {name: getattr(record, name) for name in names} | fields
    )


def noted(record, **fields):
    for name, value in fields.items():
        setattr(record, name, value)
    return record


# The ways in: each changes, adds or deletes one record. ``fields`` are what it writes.
WAYS = {
    "save": lambda record, **fields: noted(record, **fields).save(),
    "save some fields": lambda record, **fields: noted(record, **fields).save(update_fields=list(fields)),
    "create": lambda record, **fields: copied(record, **different(record) | fields).save(),
    "bulk_create": lambda record, **fields: type(record).objects.bulk_create(
        [copied(record, **different(record) | fields)]
    ),
    "update": lambda record, **fields: type(record).objects.filter(pk=record.pk).update(**fields),
    "bulk_update": lambda record, **fields: type(record).objects.bulk_update([noted(record, **fields)], list(fields)),
    "update_or_create": lambda record, **fields: type(record).objects.update_or_create(fields, pk=record.pk),
    "delete": lambda record, **fields: record.delete(),
    "delete by query": lambda record, **fields: type(record).objects.filter(pk=record.pk).delete(),
}
WAYS_OF_WRITING = [way for way in WAYS if not way.startswith("delete")]


def different(record):
    """A project stands once in a return, so a second one has another code."""
    return {"code": "QT925.3"} if isinstance(record, SpecialProject) else {}


def rows(model):
    return list(model.objects.order_by("pk").values("pk", "date", "note"))


@LOCKED
@EVERY_KIND
@pytest.mark.parametrize("way", WAYS)
def test_a_record_of_a_return_that_is_no_draft_cannot_be_written(unit_return, kind, way, status):
    record = made(kind, unit_return)
    taken_to(status, unit_return)
    before = rows(kind.model)
    with pytest.raises(ReturnLocked), transaction.atomic():
        WAYS[way](record, note="sửa sau khi nộp")
    assert rows(kind.model) == before


@LOCKED
@EVERY_KIND
def test_clean_refuses_a_record_of_a_return_that_is_no_draft(unit_return, kind, status):
    record = made(kind, unit_return)
    record.full_clean()
    taken_to(status, unit_return)
    record.unit_return.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        record.full_clean()
    assert refused.value.error_dict["__all__"][0].code == "locked"


@pytest.mark.parametrize("way", WAYS)
def test_without_the_lock_every_way_would_write(unit_return, way, monkeypatch):
    record = made_patrol(unit_return)
    taken_to(Status.APPROVED, unit_return)
    before = rows(Patrol)
    monkeypatch.setattr(UnitReturnQuerySet, "lock_drafts", lambda self, ids: None)
    WAYS[way](record, note="sửa sau khi nộp")
    assert rows(Patrol) != before


@pytest.mark.parametrize("way", WAYS)
def test_a_record_of_a_draft_is_written(unit_return, way):
    record = made_patrol(unit_return)
    before = rows(Patrol)
    WAYS[way](record, note="còn là bản nháp")
    assert rows(Patrol) != before


@pytest.mark.parametrize("day", [BEFORE, AFTER], ids=["the day before", "the day after"])
@EVERY_KIND
@pytest.mark.parametrize("way", WAYS_OF_WRITING)
def test_a_day_outside_the_quarter_is_refused(unit_return, kind, way, day):
    record = made(kind, unit_return, date=FIRST)
    before = rows(kind.model)
    with pytest.raises(OutsideQuarter) as refused, transaction.atomic():
        WAYS[way](record, date=day)
    assert refused.value.message_dict == {"date": ["Ngày phải từ 15/12/2023 đến 14/3/2024 (quý I/2024)."]}
    assert rows(kind.model) == before


@pytest.mark.parametrize("way", WAYS_OF_WRITING)
def test_without_the_rule_of_the_window_every_way_would_write(unit_return, way, monkeypatch):
    record = made_patrol(unit_return, date=FIRST)
    before = rows(Patrol)
    monkeypatch.setattr(Quarter, "contains", lambda self, day: True)
    monkeypatch.setattr(RecordQuerySet, "strays", lambda self: self.none())
    WAYS[way](record, date=AFTER)
    assert rows(Patrol) != before


@pytest.mark.parametrize("day", [FIRST, datetime.date(2023, 12, 31), datetime.date(2024, 2, 29), LAST])
@EVERY_KIND
@pytest.mark.parametrize("way", WAYS_OF_WRITING)
def test_the_first_and_the_last_day_lie_in_the_quarter(unit_return, kind, way, day):
    record = made(kind, unit_return, date=datetime.date(2024, 1, 1))
    WAYS[way](record, date=day)
    assert kind.model.objects.filter(date=day).exists()


@pytest.mark.parametrize("day", [BEFORE, AFTER])
@EVERY_KIND
def test_clean_refuses_a_day_outside_the_quarter(unit_return, kind, day):
    with pytest.raises(OutsideQuarter):
        noted(made(kind, unit_return), date=day).clean()


def test_a_batch_with_one_stray_leaves_nothing_behind(unit_return):
    inside, outside = (
        Patrol(unit_return=unit_return, date=d, form="unilateral", participant_turns=6) for d in (LAST, AFTER)
    )
    with pytest.raises(OutsideQuarter):
        Patrol.objects.bulk_create([inside, outside])
    assert not Patrol.objects.exists()


def test_a_batch_for_a_draft_and_a_locked_return_leaves_nothing_behind(unit_return, other_post):
    record = made_patrol(unit_return)
    locked = made_return(other_post, unit_return.quarter, status=Status.SUBMITTED)
    with pytest.raises(ReturnLocked), transaction.atomic():
        Patrol.objects.bulk_create([copied(record), copied(record, unit_return=locked)])
    assert Patrol.objects.count() == 1


@LOCKED
def test_a_record_cannot_be_moved_out_of_a_locked_return_nor_into_one(unit_return, other_post, status):
    locked = made_return(other_post, unit_return.quarter)
    fixed, free = made_patrol(locked), made_patrol(unit_return)
    taken_to(status, locked)
    for record, target in ((fixed, unit_return), (free, locked)):
        with pytest.raises(ReturnLocked), transaction.atomic():
            noted(record, unit_return=target).save()
    assert Patrol.objects.get(pk=fixed.pk).unit_return == locked
    assert Patrol.objects.get(pk=free.pk).unit_return == unit_return


def test_no_query_moves_records_to_another_return(unit_return, other_post):
    record = made_patrol(unit_return)
    elsewhere = made_return(other_post, unit_return.quarter)
    with pytest.raises(TypeError, match="stay in their return"), transaction.atomic():
        Patrol.objects.update(unit_return=elsewhere)
    with pytest.raises(TypeError, match="stay in their return"), transaction.atomic():
        Patrol.objects.bulk_update([noted(record, unit_return=elsewhere)], ["unit_return"])
    assert Patrol.objects.get().unit_return == unit_return


# Exhibits come and go with their case, and are locked with it.
EXHIBIT_WAYS = {
    "save": lambda exhibit: noted(exhibit, quantity=9).save(),
    "create": lambda exhibit: Exhibit.objects.create(case=exhibit.case, name="Pháo", quantity=9, unit="kg"),
    "bulk_create": lambda exhibit: Exhibit.objects.bulk_create(
        [Exhibit(case=exhibit.case, name="Pháo", quantity=9, unit="kg")]
    ),
    "update": lambda exhibit: Exhibit.objects.update(quantity=9),
    "bulk_update": lambda exhibit: Exhibit.objects.bulk_update([noted(exhibit, quantity=9)], ["quantity"]),
    "delete": lambda exhibit: exhibit.delete(),
    "delete by query": lambda exhibit: Exhibit.objects.all().delete(),
    "delete the case": lambda exhibit: exhibit.case.delete(),
    "delete the case by query": lambda exhibit: CriminalCase.objects.all().delete(),
}


@pytest.fixture
def exhibit(unit_return):
    return Exhibit.objects.create(case=made_case(unit_return), name="Ma túy", quantity=1, unit="gam")


def exhibit_rows():
    return list(Exhibit.objects.values_list("case", "name", "quantity"))


@LOCKED
@pytest.mark.parametrize("way", EXHIBIT_WAYS)
def test_an_exhibit_of_a_return_that_is_no_draft_cannot_be_written(exhibit, unit_return, way, status):
    taken_to(status, unit_return)
    before = exhibit_rows()
    with pytest.raises(ReturnLocked), transaction.atomic():
        EXHIBIT_WAYS[way](exhibit)
    assert exhibit_rows() == before


@pytest.mark.parametrize("way", EXHIBIT_WAYS)
def test_an_exhibit_of_a_draft_is_written(exhibit, way):
    before = exhibit_rows()
    EXHIBIT_WAYS[way](exhibit)
    assert exhibit_rows() != before


def test_an_exhibit_cannot_leave_the_case_of_a_locked_return(exhibit, unit_return, other_post):
    taken_to(Status.SUBMITTED, unit_return)
    elsewhere = made_case(made_return(other_post, unit_return.quarter))
    with pytest.raises(ReturnLocked), transaction.atomic():
        noted(exhibit, case=elsewhere).save()
    with pytest.raises(TypeError, match="stay with their case"):
        Exhibit.objects.update(case=elsewhere)
    assert Exhibit.objects.get().case.unit_return == unit_return


# Days that have not come.


@pytest.fixture
def today(monkeypatch):
    """Thursday, 1 February 2024, in the middle of quý I/2024."""
    day = datetime.date(2024, 2, 1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    return day


@EVERY_KIND
def test_a_day_that_has_not_come_is_refused_and_today_is_not(unit_return, kind, today):
    record = made(kind, unit_return, date=today)
    record.clean()
    with pytest.raises(ValidationError) as refused:
        noted(record, date=today + datetime.timedelta(days=1)).clean()
    assert refused.value.message_dict == {"date": ["Ngày này chưa đến."]}


def test_a_project_in_which_nothing_moved_carries_the_last_day_of_its_quarter(unit_return, today):
    made_project(unit_return, date=LAST, stage=ProjectStage.ACTIVE).clean()


@pytest.mark.parametrize("stage", [stage for stage in ProjectStage if stage != ProjectStage.ACTIVE])
def test_a_project_that_moved_carries_no_day_that_has_not_come(unit_return, today, stage):
    with pytest.raises(ValidationError, match="Ngày này chưa đến"):
        made_project(unit_return, date=LAST, stage=stage, opened_on=FIRST).clean()


def test_a_project_under_way_carries_no_other_day_that_has_not_come(unit_return, today):
    with pytest.raises(ValidationError, match="Ngày này chưa đến"):
        made_project(unit_return, date=LAST - datetime.timedelta(days=1)).clean()


def test_a_project_cannot_be_entered_for_a_quarter_that_has_not_begun(post, today):
    later = made_return(post, made_quarter(2024, 2))
    with pytest.raises(ValidationError, match="Ngày này chưa đến"):
        made_project(later, date=later.quarter.last_day).clean()


@pytest.mark.parametrize("opened_on", [BEFORE, AFTER])
def test_a_newly_opened_project_opens_inside_the_quarter(unit_return, opened_on):
    with pytest.raises(ValidationError) as refused:
        noted(made_project(unit_return, date=LAST), stage=ProjectStage.OPENED, opened_on=opened_on).clean()
    assert refused.value.message_dict.keys() == {"opened_on"}


def test_strays_are_found_when_somebody_wrote_past_the_rules(unit_return):
    record = made_patrol(unit_return)
    assert not Patrol.objects.strays().exists()
    past_the_rules(Patrol).filter(pk=record.pk).update(date=AFTER)
    assert Patrol.objects.strays().get() == record


def test_a_return_cannot_be_deleted(unit_return):
    made_patrol(unit_return)
    for delete in (unit_return.delete, UnitReturn.objects.all().delete):
        with pytest.raises(TypeError, match="never deleted"):
            delete()
    assert UnitReturn.objects.exists()
