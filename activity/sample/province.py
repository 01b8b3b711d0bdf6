"""The sample province's units, quarters and people."""

import datetime
import json
from itertools import count
from pathlib import Path

from django.contrib.auth.hashers import make_password

from ..models.choices import Role
from ..models.marks import SectionDuty
from ..models.people import User
from ..models.quarters import Quarter, proposed_dates
from ..models.units import Unit

UNITS_FILE = Path(__file__).resolve().parent.parent / "data" / "cao_bang.json"
FIRST_YEAR = 2022
HEADS_UNIT = "tra-linh"

# Who can sign in: name, role, unit, and the two words that the screen shows.
ACCOUNTS = (
    ("staff", Role.STAFF, HEADS_UNIT, "Cán bộ nhập số liệu", "Trà Lĩnh"),
    ("head", Role.HEAD, HEADS_UNIT, "Đồn trưởng", "Trà Lĩnh"),
    ("checker", Role.CHECKER, "phong-tham-muu", "Trợ lý", "Phòng Tham mưu"),
    ("checker-chinh-tri", Role.CHECKER, "phong-chinh-tri", "Trợ lý", "Phòng Chính trị"),
    ("checker-nghiep-vu", Role.CHECKER, "phong-nghiep-vu", "Trợ lý", "Phòng Nghiệp vụ"),
    ("commander", Role.COMMANDER, "cao-bang", "Chỉ huy", "BĐBP tỉnh"),
    ("admin", Role.ADMIN, None, "Quản trị", "hệ thống"),
)

# Answers for cases and projects until `successions` make the section of the accounts.
BEFORE_THE_CRIME_SECTION = "phong-ma-tuy-toi-pham"

# Who checks which kind: operations, political, crime (DOMAIN, section 1).
DUTIES = {
    "patrols": "checker",
    "foreign-affairs": "checker",
    "propaganda": "checker-chinh-tri",
    "cases": "checker-nghiep-vu",
    "projects": "checker-nghiep-vu",
}


def made_units() -> dict[str, Unit]:
    """Make the units of the data file, in its order (border order), and return them by code."""
    units: dict[str, Unit] = {}
    for position, row in enumerate(json.loads(UNITS_FILE.read_text(encoding="utf-8"))):
        parent = units[row.pop("parent")] if row["parent"] else row.pop("parent")
        units[row["code"]] = Unit.objects.create(position=position, parent=parent, **row)
    return units


def made_quarters(today: datetime.date, first_year: int = FIRST_YEAR) -> list[Quarter]:
    """Make the quarters from quý I of ``first_year`` to the one that holds ``today``; oldest first."""
    quarters: list[Quarter] = []
    for n in count():
        year, number = first_year + n // 4, n % 4 + 1
        first_day, last_day, due_day = proposed_dates(year, number)
        if first_day > today:
            return Quarter.objects.bulk_create(quarters)
        quarters.append(Quarter(year=year, number=number, first_day=first_day, last_day=last_day, due_day=due_day))
    raise AssertionError("time ends")


def made_people(units: dict[str, Unit], password: str) -> dict[str, User]:
    """Make the sample accounts, and a head of each other unit who cannot sign in; returned by user name."""
    shared = make_password(password)  # made once: each one costs 0,2 s
    people = [
        User(
            username=name,
            role=role,
            unit=units.get(unit, units[BEFORE_THE_CRIME_SECTION]) if unit else None,
            first_name=first_name,
            last_name=last_name,
            password=shared,
            is_staff=role == Role.ADMIN,
            is_superuser=role == Role.ADMIN,
        )
        for name, role, unit, last_name, first_name in ACCOUNTS
    ]
    people += [_head_without_account(unit) for unit in units.values() if unit.reports and unit.code != HEADS_UNIT]
    return {user.username: user for user in User.objects.bulk_create(people)}


def made_duties(people: dict[str, User]) -> None:
    """Say which section answers for which kind."""
    SectionDuty.objects.bulk_create(SectionDuty(kind=kind, section=people[name].unit) for kind, name in DUTIES.items())


def head_name(unit: Unit) -> str:
    return "head" if unit.code == HEADS_UNIT else f"head-{unit.code}"


def _head_without_account(unit):
    """Somebody submitted the unit's returns; the history names them."""
    return User(
        username=head_name(unit),
        role=Role.HEAD,
        unit=unit,
        last_name="Chỉ huy",
        first_name=unit.short_name,
        password=make_password(None),
        is_active=False,
    )
