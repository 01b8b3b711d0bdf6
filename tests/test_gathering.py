"""Figures of many returns in every state, against a slow reading of the same returns in plain Python."""

from collections import Counter
from decimal import Decimal

import pytest

from activity.figures import Basis
from activity.gathering import gather, period_of
from activity.measures import BY_SLUG, MEASURES
from activity.models import Quarter, Unit, UnitReturn
from activity.models.choices import PatrolForm, Status

from .factories import (
    made_case,
    made_event,
    made_patrol,
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


def _make():
    """Seven units and three quarters, their returns in every state, each with its own numbers."""
    units = [made_unit(f"u{n}") for n in range(7)]
    quarters = [made_quarter(2023, 1), made_quarter(2023, 4), made_quarter(2024, 1)]
    for at, quarter in enumerate(quarters):
        for n, unit in enumerate(units):
            status = STATES[(n + at) % 4]
            if status is not None:
                unit_return = made_return(unit, quarter, is_sample=n == at == 1)
                with_records(unit_return, 10 * at + n)
                taken_to(status, unit_return)


@pytest.fixture(scope="module", autouse=True)
def seven_units(taken_back):
    with taken_back(_make):
        yield


@pytest.fixture
def quarters(db):
    return list(Quarter.objects.order_by("first_day"))


@pytest.fixture
def units(db):
    return list(Unit.objects.filter(code__startswith="u").order_by("position"))


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
def test_every_figure_is_what_the_records_add_up_to(units, quarters, basis):
    figures = gather(units, quarters, basis=basis, in_parts=quarters)
    parts = {slug: ("", *figures.measure(slug).parts) for slug in READ}
    for quarter in quarters:
        for unit, name in zip(units, figures.units, strict=True):
            counted = handed_in(unit, quarter, basis)
            sums = counted and added_up(counted)
            found = {(m, part): figures.value(m, period_of(quarter), name, part) for m in READ for part in parts[m]}
            assert found == {key: None if sums is None else sums[key] for key in found}


@BASES
def test_totals_and_missing_units_follow_from_who_has_handed_in(units, quarters, basis):
    figures = gather(units, quarters, basis=basis)
    for quarter in quarters:
        counted = {unit.code: found for unit in units if (found := handed_in(unit, quarter, basis))}
        period = period_of(quarter)
        assert [unit.code for unit in figures.reported(period)] == list(counted)
        assert [u.code for u in figures.missing(period)] == [u.code for u in units if u.code not in counted]
        total = sum(added_up(each)["patrols", ""] for each in counted.values())
        assert figures.total("patrols", period) == (total if counted else None)


def test_whole_figures_are_whole_numbers_and_kilometres_have_one_place(units, quarters):
    figures = gather(units, quarters, basis=Basis.PROVISIONAL)
    kinds = {slug: type(value) for cell in figures.values.values() for (slug, _), value in cell.items()}
    assert kinds == {measure.slug: Decimal if measure.decimals else int for measure in MEASURES}
    kilometres = [cell["cleared_km", ""] for cell in figures.values.values()]
    assert {value.as_tuple().exponent for value in kilometres} == {-1}


@BASES
def test_parts_are_read_only_of_the_quarters_asked_for(units, quarters, basis):
    figures = gather(units, quarters, basis=basis, in_parts=quarters[2:])
    with_parts = {period for (period, _), cell in figures.values.items() if any(part for _, part in cell)}
    assert with_parts == {period_of(quarters[2])}


@BASES
def test_only_the_measures_and_parts_asked_for_are_read(units, quarters, basis):
    asked = {"measures": [BY_SLUG["patrols"], BY_SLUG["cases"]], "in_parts": quarters, "parts_of": ["cases"]}
    figures = gather(units, quarters, basis=basis, **asked)
    read = {(slug, bool(part)) for cell in figures.values.values() for slug, part in cell}
    assert read == {("patrols", False), ("cases", False), ("cases", True)}


def test_parts_stand_in_the_order_of_the_choices_and_add_up(units, quarters):
    figures = gather(units, quarters, basis=Basis.PROVISIONAL, in_parts=quarters)
    for period in figures.periods:
        parts = figures.parts("cases", period)
        assert list(parts) == ["drugs", "illegal_crossing"]
        assert sum(parts.values()) == figures.total("cases", period)


def test_periods_stand_in_time_and_units_in_the_order_given(units, quarters):
    figures = gather(units[::-1], [quarters[2], quarters[0], quarters[1]])
    assert [period.code for period in figures.periods] == ["2023Q1", "2023Q4", "2024Q1"]
    assert [unit.code for unit in figures.units] == [unit.code for unit in units[::-1]]


def test_a_quarter_with_a_counted_sample_return_is_marked(units, quarters):
    provisional = gather(units, quarters, basis=Basis.PROVISIONAL)
    assert [period.code for period in provisional.sample_periods] == ["2023Q4"]
    assert gather(units, quarters).sample_periods == frozenset()  # that return is only submitted


@pytest.mark.parametrize("few", [True, False], ids=["two units", "all units"])
@pytest.mark.parametrize(("basis", "queries"), [(Basis.APPROVED, 6), (Basis.PROVISIONAL, 7)])
def test_gathering_takes_the_same_queries_however_much_there_is(
    units, quarters, few, basis, queries, django_assert_num_queries
):
    # The two units: one whose return is submitted, one whose return is approved.
    chosen, looked_at = (units[2:4], quarters[:1]) if few else (units, quarters)
    with django_assert_num_queries(queries):
        gather(chosen, looked_at, basis=basis, in_parts=looked_at, named=looked_at)


@BASES
def test_what_there_is_nothing_to_report_of_is_what_the_returns_say(units, quarters, basis):
    figures = gather(units, quarters, basis=basis)
    for quarter in quarters:
        for unit, name in zip(units, figures.units, strict=True):
            counted = handed_in(unit, quarter, basis)
            marks = counted.marks.filter(nothing_to_report=True) if counted else ()
            for measure in MEASURES:
                said = measure.model.kind_slug in {mark.kind for mark in marks}
                assert figures.is_nothing(measure.slug, period_of(quarter), [name]) == said
    told = {figures.is_nothing("propaganda", p, [u]) for p in figures.periods for u in figures.reported(p)}
    assert told == {True, False}
