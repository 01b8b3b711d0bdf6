"""A row of every recorded model, and every way of writing it."""

import datetime
import json
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Value

from activity.models import (
    CriminalCase,
    Delegation,
    Descent,
    Exhibit,
    Extension,
    ForeignEvent,
    Indicator,
    IndicatorAnswer,
    OfficeSettings,
    Patrol,
    PropagandaSession,
    Quarter,
    Redefinition,
    ReturnKind,
    SectionDuty,
    SpecialProject,
    Succession,
    Unit,
    UnitReturn,
    User,
)
from activity.models.history import Recorded
from activity.models.quarters import proposed_dates

RECORDED = [model for model in apps.get_models() if issubclass(model, Recorded)]
DAY = datetime.date(2024, 3, 5)


def record(model, **fields):
    return lambda office: model(unit_return=office["return"], date=DAY, **fields)


# A new row of each model, not yet saved, and what is changed in it afterwards.
NEW = {
    Unit: lambda office: Unit(
        code="moi", name="Đồn mới", short_name="Đồn mới", kind="post", position=9, parent=office["post"]
    ),
    Succession: lambda office: Succession(kind="move", day=DAY, decision="Quyết định số 12"),
    Descent: lambda office: Descent(
        succession=Succession.objects.create(kind="merge", day=DAY, decision="Quyết định số 12"),
        predecessor=office["post"],
        successor=office["other"],
    ),
    User: lambda office: User(username="moi", role="staff", unit=office["post"], first_name="Bình"),
    Delegation: lambda office: Delegation(
        person=office["staff"], role="head", first_day=DAY, last_day=DAY, reason="Quyết định số 12"
    ),
    Quarter: lambda office: Quarter(
        year=2025, number=1, **dict(zip(("first_day", "last_day", "due_day"), proposed_dates(2025, 1), strict=True))
    ),
    Extension: lambda office: Extension(
        unit=office["post"],
        quarter=office["quarter"],
        last_day=datetime.date(2024, 3, 25),
        reason="Mưa lũ",
        granted_by=office["staff"],
    ),
    ReturnKind: lambda office: ReturnKind(unit_return=office["return"], kind="projects", nothing_to_report=True),
    SectionDuty: lambda office: SectionDuty(kind="cases", section=office["post"]),
    OfficeSettings: lambda office: OfficeSettings(pk=1, reason="Quyết định số 12"),
    UnitReturn: lambda office: UnitReturn(unit=office["other"], quarter=office["quarter"]),
    Patrol: record(Patrol, form="unilateral", participant_turns=6),
    PropagandaSession: record(PropagandaSession, form="concentrated", topic="border_law", listener_turns=40),
    CriminalCase: record(CriminalCase, category="drugs", role="lead", subjects=2, outcome="fined"),
    SpecialProject: record(SpecialProject, code="CL124", category="drugs", opened_on=DAY, stage="active"),
    ForeignEvent: record(ForeignEvent, event_type="meeting", level="post"),
    Indicator: lambda office: Indicator(name="Vũ khí thu gom", section="border", counted_in="khẩu"),
    Redefinition: lambda office: Redefinition(
        indicator=office["indicator"], quarter=office["quarter"], definition="Cả người qua lối mở", words="thêm lối mở"
    ),
    IndicatorAnswer: lambda office: IndicatorAnswer(
        unit_return=office["return"], date=DAY, indicator=office["indicator"], value=Decimal(12)
    ),
    Exhibit: lambda office: Exhibit(case=office["case"], name="Pháo nổ", quantity=Decimal("2.500"), unit="kg"),
}
CHANGED = {
    Unit: ("short_name", "Đồn BP Mới"),
    Succession: ("decision", "Quyết định số 13"),
    Descent: ("is_new", True),
    User: ("first_name", "An"),
    Delegation: ("last_day", datetime.date(2024, 3, 31)),
    Quarter: ("due_day", datetime.date(2025, 3, 20)),
    Extension: ("reason", "Mất liên lạc"),
    ReturnKind: ("nothing_to_report", False),
    SectionDuty: ("kind", "patrols"),
    OfficeSettings: ("approval_needs_checks", False),
    UnitReturn: ("reason", "Cộng sót một vụ"),
    Patrol: ("participant_turns", 12),
    PropagandaSession: ("topic", "drugs"),
    CriminalCase: ("fined_vnd", 5_000_000),
    SpecialProject: ("stage", "success"),
    ForeignEvent: ("times", 2),
    Indicator: ("name", "Người xuất, nhập cảnh"),
    Redefinition: ("words", "tính cả lối mở"),
    IndicatorAnswer: ("value", Decimal(13)),
    Exhibit: ("quantity", Decimal("3.250")),
}


def values(row):
    """What a new row is made of, as keywords."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.name: getattr(row, field.name) for field in fields}


def saved_with(row, name, value, **kwargs):
    setattr(row, name, value)
    row.save(**kwargs)


def bulk_updated(row, name, value):
    setattr(row, name, value)
    type(row).objects.bulk_update([row], [name])


def found(row):
    return type(row).objects.filter(pk=row.pk)


CREATE = {
    "save": lambda row: row.save(),
    "create": lambda row: type(row).objects.create(**values(row)),
    "bulk_create": lambda row: type(row).objects.bulk_create([row]),
    "get_or_create": lambda row: type(row).objects.get_or_create(**values(row)),
    "update_or_create": lambda row: type(row).objects.update_or_create(**values(row)),
}
CHANGE = {
    "save": saved_with,
    "save of one field": lambda row, name, value: saved_with(row, name, value, update_fields=[name]),
    "update": lambda row, name, value: found(row).update(**{name: value}),
    "update by an expression": lambda row, name, value: found(row).update(
        **{name: Value(value, output_field=row._meta.get_field(name))}
    ),
    "bulk_update": bulk_updated,
    "update_or_create": lambda row, name, value: type(row).objects.update_or_create({name: value}, pk=row.pk),
}
DELETE = {
    "delete": lambda row: row.delete(),
    "queryset": lambda row: found(row).delete(),
}
# A return changes by its steps, which write past `save`, and is never deleted.
REFUSED = {
    (UnitReturn, "save"),
    (UnitReturn, "save of one field"),
    (UnitReturn, "update_or_create"),
    (UnitReturn, "delete"),
    (UnitReturn, "queryset"),
}
# People come with their unit; PostgreSQL does not lock what is joined so, and says it loudly.
NOT_TRIED = {(User, "update_or_create")}


def table(ways):
    return [
        pytest.param(model, way, id=f"{model.__name__} {name}")
        for model in RECORDED
        for name, way in ways.items()
        if (model, name) not in NOT_TRIED and (ways is CREATE or (model, name) not in REFUSED)
    ]


def new(model, office):
    """KeyError where a new model has no sample."""
    return NEW[model](office)


def standing(model, office):
    row = new(model, office)
    row.save()
    return model.objects.get(pk=row.pk)


def stored(value):
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def every():
    """Every write of every model, as (model, a function that does it, whether to a row not yet saved)."""
    for model in RECORDED:
        for name, way in CREATE.items():
            if (model, name) in NOT_TRIED:
                continue
            yield pytest.param(model, way, True, id=f"{model.__name__} create: {name}")
        for name, way in (CHANGE | DELETE).items():
            if (model, name) not in REFUSED | NOT_TRIED:
                more = CHANGED[model] if name in CHANGE else ()
                yield pytest.param(
                    model, lambda row, way=way, more=more: way(row, *more), False, id=f"{model.__name__}: {name}"
                )


EVERY = list(every())
