"""What is counted, against a slow and obvious count of the same rows by the rules of DOMAIN, section 3."""

import datetime
import random
from collections import Counter
from decimal import Decimal

import pytest

from activity.kinds import KINDS
from activity.measures import MEASURES, tally
from activity.models import (
    CriminalCase,
    ForeignEvent,
    Patrol,
    PropagandaSession,
    SpecialProject,
    UnitReturn,
)  # fmt: skip

from .factories import made_patrol, made_quarter, made_return, made_unit

pytestmark = pytest.mark.django_db

LIVE = {"concentrated", "small_group", "mobile", "school", "contest", "integrated", "bilateral"}


def any_choice(dice, model, field):
    return dice.choice([value for value, _ in model._meta.get_field(field).choices])


def any_day(dice, quarter):
    days = (quarter.last_day - quarter.first_day).days
    return quarter.first_day + datetime.timedelta(days=dice.randint(0, days))


def some_patrol(dice, quarter):
    times = dice.randint(1, 4)
    turns = times + dice.randint(0, 30)
    form = any_choice(dice, Patrol, "form")
    km = Decimal(dice.randint(0, 2000)) / 10 if form == "clearing" or dice.random() < 0.2 else None
    partners = dice.choice([None, 0, dice.randint(0, turns)])
    counterpart = "Trạm Long Bang"
    return {"form": form, "times": times, "participant_turns": turns, "partner_turns": partners,
            "cleared_km": km, "counterpart": counterpart}  # fmt: skip


def some_session(dice, quarter):
    times = dice.randint(1, 4)
    form = any_choice(dice, PropagandaSession, "form")
    return {
        "form": form,
        "topic": any_choice(dice, PropagandaSession, "topic"),
        "times": times,
        "listener_turns": dice.randint(times if form in LIVE else 0, 200),
        "leaflets": dice.choice([None, 0, 300]),
    }


def some_case(dice, quarter):
    cases = dice.randint(1, 3)
    ownerless = dice.randint(0, cases)
    return {
        "category": any_choice(dice, CriminalCase, "category"),
        "role": any_choice(dice, CriminalCase, "role"),
        "stage": any_choice(dice, CriminalCase, "stage"),
        "outcome": any_choice(dice, CriminalCase, "outcome"),
        "cases": cases,
        "ownerless": ownerless,
        "subjects": 0 if ownerless == cases else dice.randint(0, 9),
        "fined_vnd": dice.choice([None, 0, dice.randint(1, 5_000_000_000)]),
        "paid_vnd": dice.choice([None, 0, dice.randint(1, 5_000_000_000)]),
    }


def some_project(dice, quarter):
    seams = [quarter.first_day - datetime.timedelta(days=1), quarter.first_day]
    return {
        "date": quarter.last_day,
        "code": f"CL{dice.random()}",
        "level": any_choice(dice, SpecialProject, "level"),
        "owner": any_choice(dice, SpecialProject, "owner"),
        "category": any_choice(dice, SpecialProject, "category"),
        "stage": any_choice(dice, SpecialProject, "stage"),
        "opened_on": dice.choice([*seams, any_day(dice, quarter), quarter.last_day]),
    }


def some_event(dice, quarter):
    event_type = any_choice(dice, ForeignEvent, "event_type")
    return {
        "event_type": event_type,
        "level": any_choice(dice, ForeignEvent, "level"),
        "title": "Lễ công bố",
        "times": dice.randint(1, 4),
        "persons_handed": dice.choice([None, 0, 5]) if event_type == "handover" else None,
    }


SOME = {
    Patrol: some_patrol,
    PropagandaSession: some_session,
    CriminalCase: some_case,
    SpecialProject: some_project,
    ForeignEvent: some_event,
}


def counted(record) -> dict[str, tuple[object, str]]:
    """What one record adds: by measure its value, and the part it stands in."""
    return {
        Patrol: counted_patrol,
        PropagandaSession: counted_session,
        CriminalCase: counted_case,
        SpecialProject: counted_project,
        ForeignEvent: counted_event,
    }[type(record)](record)


def counted_patrol(r):
    adds = {"cleared_km": (r.cleared_km or 0, "")}
    if r.form != "clearing":
        adds["patrols"] = (r.times, r.form)
        adds["patrol_turns"] = (r.participant_turns, r.form)
        adds["partner_turns"] = (r.partner_turns or 0, "")
    if r.form in ("bilateral", "joint_law_enforcement"):
        adds["bilateral_patrols"] = (r.times, "")
    return adds


def counted_session(r):
    return {
        "propaganda": (r.times, r.topic),
        "listener_turns": (r.listener_turns, r.topic),
        "leaflets": (r.leaflets or 0, ""),
        "bilateral_propaganda": (r.times if r.form == "bilateral" else 0, ""),
    }


def counted_case(r):
    if r.role == "internal":
        return {}
    adds = {
        "outcome_cases": (r.cases, r.outcome),
        "outcome_subjects": (r.subjects, r.outcome),
        "fined_vnd": (r.fined_vnd or 0, ""),
        "paid_vnd": (r.paid_vnd or 0, ""),
    }
    if r.stage == "follow_up":
        return adds
    if r.role == "received":
        return adds | {"received_cases": (r.cases, ""), "received_subjects": (r.subjects, "")}
    adds |= {f"{r.role}_cases": (r.cases, r.category), f"{r.role}_subjects": (r.subjects, r.category)}
    return adds | {
        "cases": (r.cases, r.category),
        "subjects": (r.subjects, r.category),
        "ownerless": (r.ownerless, ""),
    }


def counted_project(r):
    if r.owner != "own":
        return {}
    what = "projects" if r.level == "project" else "plans"
    quarter = r.unit_return.quarter
    opened = quarter.first_day <= r.opened_on <= quarter.last_day
    return {f"{what}_opened": (int(opened), ""), f"{what}_succeeded": (int(r.stage == "success"), "")}


def counted_event(r):
    handed = (r.persons_handed or 0) if r.event_type == "handover" else 0
    return {"foreign_events": (r.times, r.event_type), "persons_handed": (handed, "")}


def slow_count(unit_return) -> Counter:
    """The figures of one return by measure and part: wholes, 0 too, and the parts that are not 0."""
    figures = Counter({(measure.slug, ""): 0 for measure in MEASURES})
    for kind in KINDS:
        for record in kind.model.objects.filter(unit_return=unit_return):
            for measure, (value, part) in counted(record).items():
                for where in {"", part}:
                    figures[measure, where] += value
    return {key: value for key, value in figures.items() if value or not key[1]}


def random_return(dice, unit, quarter, rows=40):
    unit_return = made_return(unit, quarter)
    for model, some in SOME.items():
        made = [
            {"unit_return": unit_return, "date": any_day(dice, quarter)} | some(dice, quarter) for _ in range(rows)
        ]
        model.objects.bulk_create(model(**fields) for fields in made)
    return unit_return


def tallied(*returns):
    """The figures of each return, as `tally` counts them together."""
    figures = {unit_return.pk: {} for unit_return in returns}
    for pk, measure, part, value in tally(UnitReturn.objects.filter(pk__in=figures)):
        assert (measure, part) not in figures[pk], "counted twice"
        figures[pk][measure, part] = value
    return figures


@pytest.mark.parametrize("seed", range(5))
def test_the_tally_agrees_with_a_slow_count(quarter, seed):
    dice = random.Random(seed)
    later = made_quarter(2024, 2)
    units = [made_unit(code) for code in ("coc-pang", "co-ba")]
    returns = [random_return(dice, unit, q) for unit in units for q in (quarter, later)]
    figures = tallied(*returns)
    assert figures == {unit_return.pk: slow_count(unit_return) for unit_return in returns}


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_add_up_to_the_whole(post, quarter, seed):
    (figures,) = tallied(random_return(random.Random(seed), post, quarter)).values()
    for measure in MEASURES:
        parts = [value for (slug, part), value in figures.items() if slug == measure.slug and part]
        assert not parts if not measure.split_by else sum(parts) == figures[measure.slug, ""]


def test_random_rows_reach_every_measure_and_every_part(post, quarter):
    """Else the slow count would say nothing about some of them."""
    (figures,) = tallied(random_return(random.Random("all"), post, quarter, rows=1500)).values()
    parts = {(measure.slug, part) for measure in MEASURES for part in ["", *measure.parts]}

    never = {("patrols", "clearing"), ("patrol_turns", "clearing")}  # only their kilometres count
    assert parts - {key for key, value in figures.items() if value} == never


def test_a_return_without_records_counts_zero_and_no_parts(post, quarter):
    (figures,) = tallied(made_return(post, quarter)).values()
    assert figures == dict.fromkeys([(measure.slug, "") for measure in MEASURES], 0)


def test_three_times_a_tenth_of_a_kilometre_is_three_tenths(post, quarter):
    """SQLite alone would say 0.30000000000000004."""
    unit_return = made_return(post, quarter)
    for _ in range(3):
        made_patrol(unit_return, form="clearing", cleared_km=Decimal("0.1"))
    value = tallied(unit_return)[unit_return.pk]["cleared_km", ""]
    assert (value, str(value)) == (Decimal("0.3"), "0.3")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_tally_asks_as_many_queries_for_one_return_as_for_many(quarter, rows, django_assert_num_queries):
    dice = random.Random(rows)
    returns = [random_return(dice, made_unit(f"post-{n}"), quarter, rows=2) for n in range(rows)]
    # The returns, the indicators in use, and the records.
    with django_assert_num_queries(1 + 1 + 1):
        tallied(*returns)
