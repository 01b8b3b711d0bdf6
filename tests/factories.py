"""Rows for tests: plain functions with defaults, each called made_<what>."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from activity.models import (
    CriminalCase,
    Delegation,
    Extension,
    ForeignEvent,
    Indicator,
    IndicatorAnswer,
    Message,
    OfficeSettings,
    Patrol,
    PropagandaSession,
    Quarter,
    Redefinition,
    ReturnStep,
    SpecialProject,
    Unit,
    UnitReturn,
    User,
)
from activity.models.choices import (
    CaseCategory,
    CaseOutcome,
    CaseRole,
    EventLevel,
    EventType,
    PatrolForm,
    ProjectStage,
    PropagandaForm,
    PropagandaTopic,
    ReportSection,
    Role,
    Status,
    UnitKind,
)
from activity.models.history import acting
from activity.models.indicators import row_of
from activity.models.messages import Occasion
from activity.models.quarters import proposed_dates

PASSWORD = "một-hai-ba-bốn"


def past_the_rules(model) -> QuerySet:
    """The rows of a model as somebody writes them who goes round the application: no lock, no history."""
    return QuerySet(model)


def moved_to(at, **steps) -> None:
    """Give those steps that moment, which no clock has shown."""
    past_the_rules(ReturnStep).filter(**steps).update(at=at)


def made_command(**fields) -> Unit:
    """The command at the top: made once, however often it is asked for."""
    defaults = {"name": "Bộ Chỉ huy BĐBP tỉnh", "short_name": "Bộ Chỉ huy", "kind": UnitKind.COMMAND, "position": 0}
    return Unit.objects.get_or_create(code="cao-bang", defaults=defaults | fields)[0]


def made_unit(code="tra-linh", **fields) -> Unit:
    """A border post below the command that makes a return each quarter."""
    defaults = {
        "name": f"Đồn Biên phòng {code}",
        "short_name": f"Đồn BP {code}",
        "kind": UnitKind.POST,
        "position": Unit.objects.count() + 1,
        "reports": True,
    }
    if "parent" not in fields:
        defaults["parent"] = made_command()
    return Unit.objects.create(code=code, **(defaults | fields))


def made_quarter(year=2024, number=1, **fields) -> Quarter:
    """A quarter with the dates that are proposed for it; quý I/2024 unless said otherwise."""
    first_day, last_day, due_day = proposed_dates(year, number)
    defaults = {"first_day": first_day, "last_day": last_day, "due_day": due_day}
    return Quarter.objects.create(year=year, number=number, **(defaults | fields))


def made_user(role=Role.STAFF, unit=None, **fields) -> User:
    """A person of that role, called like it; checkers and commanders belong to the command."""
    if unit is None and role != Role.ADMIN:
        unit = made_command() if role in {Role.CHECKER, Role.COMMANDER} else made_unit()
    return User.objects.create_user(**({"username": str(role), "password": PASSWORD} | fields), role=role, unit=unit)


def made_return(unit=None, quarter=None, *, status=Status.DRAFT, by=None, **fields) -> UnitReturn:
    """A return without records: a draft, unless another state is asked for (see `taken_to`)."""
    unit_return = UnitReturn.objects.create(
        unit=unit or Unit.objects.filter(reports=True).first() or made_unit(),
        quarter=quarter or Quarter.objects.first() or made_quarter(),
        **fields,
    )
    return taken_to(status, unit_return, by=by)


def taken_to(status, unit_return, *, by=None) -> UnitReturn:
    """Take a draft through its steps to ``status``; kinds without a record are marked “nothing to report”.

    The last step is ``by``'s, those before it somebody else's: nobody approves what they submitted.
    """
    if status == Status.DRAFT:
        return unit_return
    nothing_else(unit_return)
    if status == Status.SUBMITTED:
        unit_return.submit(by=by or somebody(Role.HEAD, unit_return.unit))
        return unit_return
    unit_return.submit(by=somebody(Role.HEAD, unit_return.unit))
    ticked(unit_return).approve(by=by or somebody(Role.COMMANDER))
    return unit_return


def nothing_else(unit_return) -> None:
    """Say that there is nothing to report of whatever the return has said nothing of."""
    for kind in unit_return.missing_kinds():
        if kind.is_asked:
            for asked in UnitReturn.objects.get(pk=unit_return.pk).unanswered:
                made_answer(unit_return, row_of(asked))
        else:
            unit_return.mark_nothing_to_report(kind, nothing=True)


def ticked(unit_return, *, by=None) -> UnitReturn:
    """Tick every kind of a submitted return as checked."""
    for kind in unit_return.unchecked_kinds():
        unit_return.check_kind(kind, by=by or somebody(Role.CHECKER))
    return unit_return


def somebody(role, unit=None) -> User:
    """Somebody of that role (and unit), made where there is none."""
    people = User.objects.filter(role=role, **({"unit": unit} if unit else {}))
    return people.first() or made_user(role, unit, username=f"{role}-{User.objects.count()}", password=None)


def sent_back(unit_return, *, by, reason="Số km phát quang chưa khớp.") -> UnitReturn:
    """Submit a draft and send it back."""
    taken_to(Status.SUBMITTED, unit_return).send_back(by=by, reason=reason)
    return unit_return


def made_delegation(person, role=Role.HEAD, **fields) -> Delegation:
    """A deputy's right of ``person`` in March 2024."""
    defaults = {
        "first_day": datetime.date(2024, 3, 1),
        "last_day": datetime.date(2024, 3, 31),
        "reason": "Quyết định số 12/QĐ-BCH",
    }
    return Delegation.objects.create(person=person, role=role, **(defaults | fields))


def checks_are_advice() -> OfficeSettings:
    """The settings of the office, by which a return may be approved unchecked."""
    return OfficeSettings.objects.create(approval_needs_checks=False, reason="Quyết định số 3/QĐ-BCH")


def made_extension(unit, quarter, *, days=3, **fields) -> Extension:
    """Three more days for one unit's return, granted when the quarter has ended."""
    defaults = {
        "last_day": quarter.due_day + datetime.timedelta(days=days),
        "reason": "Mất liên lạc do mưa lũ",
        "granted_at": datetime.datetime.combine(quarter.last_day, datetime.time(8), timezone.get_current_timezone()),
    }
    granted_by = fields.pop("granted_by", None) or somebody(Role.COMMANDER)
    return Extension.objects.create(unit=unit, quarter=quarter, granted_by=granted_by, **(defaults | fields))


def made_message(person, quarter, **fields) -> Message:
    """Seven days before the return of the person's unit is due; said at the moment."""
    defaults = {"unit": person.unit, "occasion": Occasion.IN_SEVEN_DAYS, "due_day": quarter.due_day}
    return Message.objects.create(person=person, quarter=quarter, **(defaults | fields))


def changed_by(person, record, **values):
    """The record as ``person`` saves it with other values, while it is open elsewhere."""
    now = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(now, name, value)
    with acting(person, "page"):
        now.save()
    return now


def _made_record(model, unit_return, defaults, fields):
    """A record of ``unit_return`` (else of a draft at hand, else of a new one) on the quarter's first day."""
    unit_return = unit_return or UnitReturn.objects.filter(status=Status.DRAFT).first() or made_return()
    return model.objects.create(
        unit_return=unit_return, **({"date": unit_return.quarter.first_day} | defaults | fields)
    )


def made_patrol(unit_return=None, **fields) -> Patrol:
    """A unilateral patrol of six on the quarter's first day."""
    return _made_record(Patrol, unit_return, {"form": PatrolForm.UNILATERAL, "participant_turns": 6}, fields)


def made_propaganda(unit_return=None, **fields) -> PropagandaSession:
    """An assembly of forty about the Border Guard Law."""
    defaults = {"form": PropagandaForm.CONCENTRATED, "topic": PropagandaTopic.BORDER_LAW, "listener_turns": 40}
    return _made_record(PropagandaSession, unit_return, defaults, fields)


def made_case(unit_return=None, **fields) -> CriminalCase:
    """A case of illegal crossing with two subjects, led by the unit and fined."""
    defaults = {
        "category": CaseCategory.ILLEGAL_CROSSING,
        "role": CaseRole.LEAD,
        "subjects": 2,
        "outcome": CaseOutcome.FINED,
    }
    return _made_record(CriminalCase, unit_return, defaults, fields)


def made_project(unit_return=None, **fields) -> SpecialProject:
    """A drug project of our own, opened long before the quarter and under way."""
    defaults = {
        "code": "CL124",
        "category": CaseCategory.DRUGS,
        "opened_on": datetime.date(2020, 1, 1),
        "stage": ProjectStage.ACTIVE,
    }
    return _made_record(SpecialProject, unit_return, defaults, fields)


def made_event(unit_return=None, **fields) -> ForeignEvent:
    """A meeting of the post with the other side."""
    defaults = {"event_type": EventType.MEETING, "level": EventLevel.POST, "counterpart": "Trạm Long Bang"}
    return _made_record(ForeignEvent, unit_return, defaults, fields)


def made_indicator(name="Người qua cửa khẩu", first=None, **fields) -> Indicator:
    """A number of all units, asked from the quarter ``first`` on; off without one."""
    defaults = {"section": ReportSection.BORDER, "counted_in": "lượt người"}
    return Indicator.objects.create(name=name, first_quarter=first, **(defaults | fields))


def made_redefinition(indicator=None, quarter=None) -> Redefinition:
    """From quý II/2024 on, the second quarter of an indicator, it means something else."""
    indicator = indicator or made_indicator(first=Quarter.objects.last() or made_quarter())
    quarter = quarter or made_quarter(2024, 2)
    return Redefinition.objects.create(
        indicator=indicator, quarter=quarter, definition="Cả người qua lối mở", words="thêm lối mở"
    )


def made_answer(unit_return, indicator, value=None) -> IndicatorAnswer:
    """The answer of a return: a number, else that there is nothing to report."""
    said = {"value": value, "nothing_to_report": value is None}
    day = unit_return.quarter.last_day
    return IndicatorAnswer.objects.create(unit_return=unit_return, indicator=indicator, date=day, **said)


FACTORIES = {
    "patrols": made_patrol,
    "propaganda": made_propaganda,
    "cases": made_case,
    "projects": made_project,
    "foreign-affairs": made_event,
}
