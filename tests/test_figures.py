"""Figures as they are gathered, against a slow reading of the same returns in plain Python."""

import datetime
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from activity.figures import Basis
from activity.gathering import gather, period_of
from activity.measures import BY_SLUG, MEASURES
from activity.models import UnitReturn
from activity.models.choices import EventType, PatrolForm, ProjectStage, Status

from .factories import (
    made_case,
    made_event,
    made_patrol,
    made_project,
    made_propaganda,
    made_quarter,
    made_return,
    made_unit,
    taken_to,
)

pytestmark = pytest.mark.django_db

STATES = (None, Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
BASES = pytest.mark.parametrize("basis", Basis, ids=lambda basis: basis.value)
READ = ("patrols", "patrol_turns", "cleared_km", "propaganda", "cases", "subjects", "paid_vnd", "foreign_events")


@pytest.fixture
def quarters():
    return [made_quarter(2023, 1), made_quarter(2023, 4), made_quarter(2024, 1)]


@pytest.fixture
def returns(command, commander, quarters):
    """Seven units and three quarters, their returns in every state, each with its own numbers."""
    units = [made_unit(f"u{n}") for n in range(7)]
    for at, quarter in enumerate(quarters):
        for n, unit in enumerate(units):
            status = STATES[(n + at) % 4]
            if status is not None:
                unit_return = made_return(unit, quarter, is_sample=n == at == 1)
                with_records(unit_return, 10 * at + n)
                taken_to(status, unit_return, by=commander)
    return units


def with_records(unit_return, n):
    made_patrol(unit_return, times=n + 1, participant_turns=7 * n + 9, cleared_km=Decimal(n) / 10)
    made_patrol(unit_return, form=PatrolForm.CLEARING, participant_turns=99, cleared_km=Decimal("0.1"))
    if n % 3:
        made_propaganda(unit_return, times=n)
        made_case(unit_return, cases=n, subjects=2 * n, paid_vnd=1_000_000 * n)
        made_case(unit_return, category="drugs", subjects=1)
    made_event(unit_return, times=n + 2)


def handed_in(unit, quarter, basis):
    """The return that counts, found the slow way."""
    wanted = {Status.APPROVED, Status.SUBMITTED} if basis is Basis.PROVISIONAL else {Status.APPROVED}
    found = [r for r in UnitReturn.objects.all() if (r.unit, r.quarter) == (unit, quarter) and r.status in wanted]
    return max(found, key=lambda r: r.version, default=None)


def added_up(unit_return):
    """What its records say, by measure and part."""
    sums = Counter()
    for r in unit_return.patrol_records.all():
        sums["cleared_km", ""] += r.cleared_km or 0
        if r.form != PatrolForm.CLEARING:
            for part in ("", r.form):
                sums["patrols", part] += r.times
                sums["patrol_turns", part] += r.participant_turns
    for r in unit_return.propagandasession_records.all():
        for part in ("", r.topic):
            sums["propaganda", part] += r.times
    for r in unit_return.criminalcase_records.all():
        sums["paid_vnd", ""] += r.paid_vnd or 0
        for part in ("", r.category):
            sums["cases", part] += r.cases
            sums["subjects", part] += r.subjects
    for r in unit_return.foreignevent_records.all():
        for part in ("", r.event_type):
            sums["foreign_events", part] += r.times
    return sums


@BASES
def test_every_figure_is_what_the_records_add_up_to(returns, quarters, basis):
    figures = gather(returns, quarters, basis=basis, in_parts=quarters)
    parts = {slug: ("", *figures.measure(slug).parts) for slug in READ}
    for quarter in quarters:
        for unit, name in zip(returns, figures.units, strict=True):
            counted = handed_in(unit, quarter, basis)
            sums = counted and added_up(counted)
            found = {(m, part): figures.value(m, period_of(quarter), name, part) for m in READ for part in parts[m]}
            assert found == {key: None if sums is None else sums[key] for key in found}


@BASES
def test_totals_and_missing_units_follow_from_who_has_handed_in(returns, quarters, basis):
    figures = gather(returns, quarters, basis=basis)
    for quarter in quarters:
        counted = {unit.code: found for unit in returns if (found := handed_in(unit, quarter, basis))}
        period = period_of(quarter)
        assert [unit.code for unit in figures.reported(period)] == list(counted)
        assert [u.code for u in figures.missing(period)] == [u.code for u in returns if u.code not in counted]
        total = sum(added_up(each)["patrols", ""] for each in counted.values())
        assert figures.total("patrols", period) == (total if counted else None)


def test_whole_figures_are_whole_numbers_and_kilometres_have_one_place(returns, quarters):
    figures = gather(returns, quarters, basis=Basis.PROVISIONAL)
    kinds = {slug: type(value) for cell in figures.values.values() for (slug, _), value in cell.items()}
    assert kinds == {measure.slug: Decimal if measure.decimals else int for measure in MEASURES}
    kilometres = [cell["cleared_km", ""] for cell in figures.values.values()]
    assert {value.as_tuple().exponent for value in kilometres} == {-1}


@pytest.fixture
def one(post, quarter, commander):
    """The post's return as the first draft, with ten patrols."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=10, participant_turns=60)
    return unit_return


def gathered(one, **asked):
    """The figures of that one return's cell: (figures, period, unit)."""
    figures = gather([one.unit], [one.quarter], **asked)
    return figures, figures.periods[0], figures.units[0]


@BASES
def test_a_draft_is_no_figure(one, basis):
    figures, period, unit = gathered(one, basis=basis)
    assert figures.value("patrols", period, unit) is None
    assert figures.total("patrols", period) is None


def test_a_submitted_return_waits_where_the_basis_is_what_is_approved(one):
    taken_to(Status.SUBMITTED, one)
    figures, period, unit = gathered(one)
    assert (figures.value("patrols", period, unit), figures.waiting(period)) == (None, (unit,))


def test_a_submitted_return_counts_provisionally_and_is_marked_so(one):
    taken_to(Status.SUBMITTED, one)
    figures, period, unit = gathered(one, basis=Basis.PROVISIONAL)
    assert (figures.value("patrols", period, unit), figures.waiting(period)) == (10, ())
    assert figures.provisional_cells == {(period, unit)}


def test_an_approved_return_is_never_provisional(one):
    taken_to(Status.APPROVED, one)
    figures, period, unit = gathered(one, basis=Basis.PROVISIONAL)
    assert (figures.provisional_cells, figures.waiting_cells) == (frozenset(), frozenset())


def test_an_approved_return_with_nothing_to_report_is_zero(post, quarter, commander):
    figures, period, unit = gathered(made_return(post, quarter, status=Status.APPROVED))
    assert [figures.value(measure.slug, period, unit) for measure in MEASURES] == [0] * len(MEASURES)


def test_approved_figures_are_read_from_where_they_were_stored(one):
    taken_to(Status.APPROVED, one)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activity_figure SET value = 777 WHERE measure = 'patrols' AND part = ''")
    figures, period, unit = gathered(one)
    assert figures.value("patrols", period, unit) == 777


@pytest.fixture
def amended(one):
    """The first version, approved, and a second one of twelve patrols as a draft."""
    taken_to(Status.APPROVED, one)
    second = made_return(one.unit, one.quarter, version=2)
    made_patrol(second, times=12, participant_turns=60)
    return second


@pytest.mark.parametrize(
    ("status", "basis", "patrols"),
    [
        (Status.DRAFT, Basis.APPROVED, 10),
        (Status.DRAFT, Basis.PROVISIONAL, 10),
        (Status.SUBMITTED, Basis.APPROVED, 10),
        (Status.SUBMITTED, Basis.PROVISIONAL, 12),
        (Status.APPROVED, Basis.APPROVED, 12),
        (Status.APPROVED, Basis.PROVISIONAL, 12),
    ],
)
def test_an_amendment_replaces_what_it_amends_and_is_never_added(amended, status, basis, patrols):
    taken_to(status, amended)
    figures, period, unit = gathered(amended, basis=basis)
    assert figures.total("patrols", period) == patrols
    assert figures.waiting(period) == ()  # the unit has figures: those of the version in force


@BASES
def test_parts_are_read_only_of_the_quarters_asked_for(returns, quarters, basis):
    figures = gather(returns, quarters, basis=basis, in_parts=quarters[2:])
    with_parts = {period for (period, _), cell in figures.values.items() if any(part for _, part in cell)}
    assert with_parts == {period_of(quarters[2])}


@BASES
def test_only_the_measures_and_parts_asked_for_are_read(returns, quarters, basis):
    asked = {"measures": [BY_SLUG["patrols"], BY_SLUG["cases"]], "in_parts": quarters, "parts_of": ["cases"]}
    figures = gather(returns, quarters, basis=basis, **asked)
    read = {(slug, bool(part)) for cell in figures.values.values() for slug, part in cell}
    assert read == {("patrols", False), ("cases", False), ("cases", True)}


def test_parts_stand_in_the_order_of_the_choices_and_add_up(returns, quarters):
    figures = gather(returns, quarters, basis=Basis.PROVISIONAL, in_parts=quarters)
    for period in figures.periods:
        parts = figures.parts("cases", period)
        assert list(parts) == ["drugs", "illegal_crossing"]
        assert sum(parts.values()) == figures.total("cases", period)


def test_periods_stand_in_time_and_units_in_the_order_given(returns, quarters):
    figures = gather(returns[::-1], [quarters[2], quarters[0], quarters[1]])
    assert [period.code for period in figures.periods] == ["2023Q1", "2023Q4", "2024Q1"]
    assert [unit.code for unit in figures.units] == [unit.code for unit in returns[::-1]]


def test_a_quarter_with_a_counted_sample_return_is_marked(returns, quarters):
    provisional = gather(returns, quarters, basis=Basis.PROVISIONAL)
    assert [period.code for period in provisional.sample_periods] == ["2023Q4"]
    assert gather(returns, quarters).sample_periods == frozenset()  # that return is only submitted


def test_a_report_names_concluded_projects_of_our_own_and_no_open_one(one):
    day, first = one.quarter.last_day, one.quarter.first_day
    success = {"date": day, "stage": ProjectStage.SUCCESS}
    made_project(one, code="CB324", opened_on=first, crime="Mua bán ma túy", **success)
    made_project(one, code="CB123", opened_on=first - datetime.timedelta(days=1), **success)
    made_project(one, code="HIGHER", owner="higher", **success)
    made_project(one, code="PLAN", level="plan", **success)
    for stage in set(ProjectStage) - {ProjectStage.SUCCESS}:
        made_project(one, code=stage.upper(), date=day, stage=stage, opened_on=first)
    taken_to(Status.APPROVED, one)
    figures, _, unit = gathered(one, named=[one.quarter])
    assert [(p.code, p.unit, p.crime, p.opened_in_quarter) for p in figures.projects] == [
        ("CB324", unit, "Mua bán ma túy", True),
        ("CB123", unit, "", False),
    ]


def test_a_report_names_ceremonies_in_the_order_of_their_days(one):
    days = [one.quarter.last_day, one.quarter.first_day]
    for day in days:
        made_event(one, event_type=EventType.CEREMONY, title=f"Lễ {day}", date=day)
    made_event(one)
    taken_to(Status.APPROVED, one)
    figures, _, _ = gathered(one, named=[one.quarter])
    assert [(found.date, found.title) for found in figures.ceremonies] == [(day, f"Lễ {day}") for day in days[::-1]]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED])
def test_nothing_is_named_that_does_not_count(one, status):
    made_event(one, event_type=EventType.CEREMONY, title="Lễ công bố")
    made_project(one, stage=ProjectStage.SUCCESS)
    taken_to(status, one)
    figures, _, _ = gathered(one, named=[one.quarter])
    assert (figures.ceremonies, figures.projects) == ((), ())


def test_nothing_is_named_of_a_quarter_that_was_not_asked_for(one):
    made_event(one, event_type=EventType.CEREMONY, title="Lễ công bố")
    taken_to(Status.APPROVED, one)
    assert gathered(one)[0].ceremonies == ()


@pytest.mark.parametrize("few", [True, False], ids=["two units", "all units"])
@pytest.mark.parametrize(("basis", "queries"), [(Basis.APPROVED, 6), (Basis.PROVISIONAL, 7)])
def test_gathering_takes_the_same_queries_however_much_there_is(
    returns, quarters, few, basis, queries, django_assert_num_queries
):
    # The two units: one whose return is submitted, one whose return is approved.
    units, looked_at = (returns[2:4], quarters[:1]) if few else (returns, quarters)
    with django_assert_num_queries(queries):
        gather(units, looked_at, basis=basis, in_parts=looked_at, named=looked_at)
