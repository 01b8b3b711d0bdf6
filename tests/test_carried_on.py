"""A project that is still open goes on in the next return, with what was said of it."""

import pytest

from activity.kinds import BY_SLUG
from activity.models import SpecialProject, UnitReturn
from activity.models.choices import ProjectStage, Status

from .factories import made_project, made_quarter, made_return, taken_to

pytestmark = pytest.mark.django_db

# What each quarter says anew.
NEWS = {"date", "stage", "note"}


@pytest.fixture
def earlier(post, quarter):
    """The return of quý I/2024, still a draft."""
    return made_return(post, quarter)


@pytest.fixture
def later(post):
    """The return of the quarter after, which nobody has begun."""
    return UnitReturn(unit=post, quarter=made_quarter(2024, 2))


def test_a_project_is_offered_with_all_that_was_said_of_it(earlier, later):
    project = made_project(earlier, crime="Mua bán ma túy", level="plan", owner="higher", note="Đã họp.")
    taken_to(Status.APPROVED, earlier)
    (offered,) = SpecialProject.offered(later)
    kept = set(BY_SLUG["projects"].fields) - NEWS
    assert {name: getattr(offered, name) for name in kept} == {name: getattr(project, name) for name in kept}
    assert (offered.date, offered.stage, offered.note) == (later.quarter.last_day, ProjectStage.ACTIVE, "")
    assert offered.lineage != project.lineage


@pytest.mark.parametrize("stage", ProjectStage)
def test_only_open_projects_are_offered(earlier, later, stage):
    made_project(earlier, stage=stage)
    assert bool(SpecialProject.offered(later)) == (stage in {ProjectStage.OPENED, ProjectStage.ACTIVE})


def test_a_project_that_stands_in_the_return_is_not_offered_again(earlier, later):
    made_project(earlier, code="CB 324")
    later.begin()
    made_project(later, code="cb324")
    assert SpecialProject.offered(later) == []
