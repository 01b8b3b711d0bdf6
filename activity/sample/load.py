"""Loading the sample province, all of it or nothing."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from itertools import chain
from random import Random

from django.db import transaction
from django.utils import timezone

from ..kinds import KINDS
from ..models.cases import CriminalCase, Exhibit
from ..models.choices import Status
from ..models.figure import store_figures
from ..models.marks import ReturnKind
from ..models.messages import tell_makers
from ..models.people import User
from ..models.quarters import Quarter, proposed_dates
from ..models.record import ActivityRecord
from ..models.returns import UnitReturn
from ..models.steps import ReturnStep
from ..models.units import Unit
from . import cases, events, patrols, projects, propaganda, successions
from .province import DUTIES, FIRST_YEAR, made_duties, made_people, made_quarters, made_units
from .steps import KINDS_DONE_IN_THE_DRAFT, States
from .totals import province_totals, unit_totals
from .work import Work

Records = dict[str, Sequence[ActivityRecord]]


@transaction.atomic
def load_province(
    today: datetime.date, password: str, first_year: int = FIRST_YEAR, *, invented: bool = False
) -> None:
    """Fill an empty database: units, quarters to the one holding ``today``, people, records, returns, figures.

    All accounts get ``password``. With an ``invented`` history two posts merge and one splits.
    """
    with successions.written_down_on(proposed_dates(first_year, 1)[0]):
        units = made_units()
    if invented:
        successions.invent(units)
    successions.take_place(units, today)
    people = made_people(units, password)
    made_duties(people)
    quarters = made_quarters(today, first_year)
    states = States(today, tuple(quarters))
    reporting = [unit for unit in units.values() if unit.reports]
    returns = _made_returns(states, reporting)
    records = _all_records(states, reporting, returns)
    _save_records(records)
    _mark_kinds(states, records, people)
    _take_steps(states, returns.values(), people)


def _made_returns(states: States, units) -> dict[tuple[Quarter, Unit], UnitReturn]:
    """Make a draft for each quarter and unit that has a return at all."""
    returns = UnitReturn.objects.bulk_create(
        UnitReturn(unit=unit, quarter=quarter, is_sample=True)
        for quarter in states.quarters
        for unit in units
        if states.of(unit, quarter)
    )
    return {(unit_return.quarter, unit_return.unit): unit_return for unit_return in returns}


def _all_records(states: States, units, returns) -> dict[UnitReturn, Records]:
    """The records of every return, not yet saved; of a draft only those of the kinds its unit has come to."""
    records = {}
    for number, quarter in enumerate(states.quarters):
        before, until = states.quarters[:number][::-1], states.until(quarter)
        expected = [unit for unit in units if unit.is_expected(quarter)]
        totals = unit_totals(province_totals(quarter, until), quarter, expected)
        for unit in units:
            if unit_return := returns.get((quarter, unit)):
                rows = _records(Work(unit, quarter, until, totals[unit.code], before), unit_return)
                is_draft = states.of(unit, quarter) == Status.DRAFT
                records[unit_return] = _unfinished(rows) if is_draft else rows
    return records


def _records(work: Work, unit_return: UnitReturn) -> Records:
    """The records of one return by kind, not yet saved."""
    own_projects = projects.projects(work)
    records: Records = {
        "patrols": patrols.patrols(work),
        "propaganda": propaganda.propaganda(work),
        "cases": cases.cases(work, own_projects),
        "projects": own_projects,
        "foreign-affairs": events.events(work),
    }
    dice = work.dice("lineage")
    for record in chain.from_iterable(records.values()):
        record.unit_return = unit_return
        record.lineage = uuid.UUID(int=dice.getrandbits(128), version=4)
    return records


def _unfinished(rows: Records) -> Records:
    return {slug: rows_of_kind if slug in KINDS_DONE_IN_THE_DRAFT else [] for slug, rows_of_kind in rows.items()}


def _save_records(records: dict[UnitReturn, Records]) -> None:
    for kind in KINDS:
        saved = kind.model.objects.bulk_create(record for rows in records.values() for record in rows[kind.slug])
        if kind.model is CriminalCase:
            dice = Random("exhibits")  # noqa: S311  no secret
            Exhibit.objects.bulk_create(exhibit for case in saved for exhibit in cases.exhibits(case, dice))


def _mark_kinds(states: States, records: dict[UnitReturn, Records], people: dict[str, User]) -> None:
    """Say “nothing to report” of every kind without a record that its unit has come to; tick what is approved."""
    marks = []
    for unit_return, rows in records.items():
        status = states.of(unit_return.unit, unit_return.quarter)
        for slug, rows_of_kind in rows.items():
            nothing = not rows_of_kind and (slug in KINDS_DONE_IN_THE_DRAFT or status != Status.DRAFT)
            if nothing or status == Status.APPROVED:
                mark = ReturnKind(unit_return=unit_return, kind=slug, nothing_to_report=nothing)
                if status == Status.APPROVED:
                    mark.checked_by, mark.checked_at = people[DUTIES[slug]], timezone.now()
                marks.append(mark)
    ReturnKind.objects.create_ticked(marks)


def _take_steps(states: States, returns: Iterable[UnitReturn], people: dict[str, User]) -> None:
    """Put each return where it stands, with its history, and store the figures of the approved ones."""
    steps = [step for unit_return in returns for step in states.steps(unit_return, people)]
    ReturnStep.objects.bulk_create(steps)
    for status in (Status.SUBMITTED, Status.APPROVED):
        there = [r.pk for r in returns if states.of(r.unit, r.quarter) == status]
        UnitReturn.objects.filter(pk__in=there).moved(status)
    tell_makers(step for step in steps if step.unit_return.quarter in states.quarters[-2:])
    store_figures(UnitReturn.objects.approved())
