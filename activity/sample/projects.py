"""Special projects: each is opened in a quarter, goes on for up to two more, and ends."""

import datetime
from dataclasses import dataclass

from ..models.choices import CaseCategory, ProjectLevel, ProjectOwner, ProjectStage, UnitKind
from ..models.records import SpecialProject
from .totals import PUBLISHED_QUARTER
from .work import GATES, chosen, day_between, dice_of

CATEGORIES = {
    CaseCategory.DRUGS: 5,
    CaseCategory.ORGANISING_CROSSING: 4,
    CaseCategory.PROHIBITED_GOODS: 2,
    CaseCategory.HUMAN_TRAFFICKING: 1,
    CaseCategory.SMUGGLING: 1,
}
ENDS = {
    ProjectStage.SUCCESS: 8,
    ProjectStage.SUSPENDED: 1,
    ProjectStage.CLOSED: 0.5,
    ProjectStage.HANDED_OVER: 0.5,
}
LASTS = {0: 5, 1: 4, 2: 2}
# What was opened just before the published quarter ended in time: it knows of one project only.
JUST_BEFORE_THE_PUBLISHED = {"2023Q3", "2023Q4"}


@dataclass(frozen=True)
class Project:
    """A project: ``lasts`` counts the quarters it goes on after its first one.

    It ends when the part ``ends_after`` (0 to 1) of the days that are left of its last quarter has passed.
    """

    code: str
    category: str
    crime: str
    level: str
    owner: str
    opened_on: datetime.date
    lasts: int
    ends_after: float
    end: str

    def ended_on(self, last_quarter) -> datetime.date:
        start = max(self.opened_on, last_quarter.first_day)
        return start + datetime.timedelta(days=int((last_quarter.last_day - start).days * self.ends_after))


CB324 = Project(
    code="CB324",
    category=CaseCategory.ORGANISING_CROSSING,
    crime="Tổ chức, môi giới cho người khác nhập cảnh trái phép",
    level=ProjectLevel.PROJECT,
    owner=ProjectOwner.OWN,
    opened_on=datetime.date(2024, 3, 1),
    lasts=0,
    ends_after=0.8,
    end=ProjectStage.SUCCESS,
)


def projects(work) -> list[SpecialProject]:
    """A row for each of the unit's projects that moved in the quarter or is under way."""
    quarters = (work.quarter, *work.before[: max(LASTS)])
    opened = [(age, _opened(work.unit, quarter)) for age, quarter in enumerate(quarters)]
    rows = [_row(work, project, age) for age, project in opened if project and project.lasts >= age]
    return [row for row in rows if row.opened_on <= work.until]


def _row(work, project, age):
    ended_on = project.ended_on(work.quarter)
    if project.lasts == age and ended_on <= work.until:
        date, stage = ended_on, project.end
    elif age == 0:
        date, stage = project.opened_on, ProjectStage.OPENED
    else:
        date, stage = work.until, ProjectStage.ACTIVE
    return SpecialProject(
        date=date,
        code=project.code,
        level=project.level,
        owner=project.owner,
        category=project.category,
        crime=project.crime,
        opened_on=project.opened_on,
        stage=stage,
    )


def _opened(unit, quarter) -> Project | None:
    """The project that ``unit`` opened in ``quarter``, if any."""
    if quarter.code == PUBLISHED_QUARTER and unit.kind == UnitKind.STAFF:
        return CB324
    dice = dice_of(unit, quarter, "project")
    level = _level_opened(unit, quarter, dice)
    if level is None:
        return None
    opened_on = day_between(dice, quarter.first_day, quarter.last_day)
    return Project(
        code=f"{_initials(unit)}{opened_on.month}{opened_on:%y}",
        category=chosen(dice, CATEGORIES),
        crime="",
        level=level,
        owner=ProjectOwner.HIGHER if level == ProjectLevel.PROJECT and dice.random() < 0.1 else ProjectOwner.OWN,
        opened_on=opened_on,
        lasts=0 if quarter.code in JUST_BEFORE_THE_PUBLISHED else chosen(dice, LASTS),
        ends_after=dice.random(),
        end=chosen(dice, ENDS),
    )


def _level_opened(unit, quarter, dice):
    """Projects are mostly the staff's; a post leads one now and then, and a plan more often."""
    luck = dice.random()
    if unit.kind == UnitKind.BATTALION:
        return None
    if luck < (0.85 if unit.kind == UnitKind.STAFF else 0.08 if unit.kind in GATES else 0.04):
        return None if quarter.code == PUBLISHED_QUARTER else ProjectLevel.PROJECT
    return ProjectLevel.PLAN if 0.85 < luck < 0.95 else None


def _initials(unit):
    """CB for the staff (of Cao Bằng), else the first letters of the unit's place: TL for Trà Lĩnh."""
    return "CB" if unit.kind == UnitKind.STAFF else "".join(word[0] for word in unit.short_name.split()[-2:]).upper()
