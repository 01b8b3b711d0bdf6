"""Figures of one return as they are gathered: in each state, amended, and what a report names."""

import datetime

import pytest
from django.db import connection

from activity.figures import Basis
from activity.gathering import gather
from activity.measures import MEASURES
from activity.models.choices import EventType, ProjectStage, Status

from .factories import (
    made_event,
    made_patrol,
    made_project,
    made_return,
    taken_to,
)

pytestmark = pytest.mark.django_db

BASES = pytest.mark.parametrize("basis", Basis, ids=lambda basis: basis.value)


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
