"""What waits for whom: for a section, for the command, for nobody whose own hand is in it; and the start pages."""

import pytest

from activity import states
from activity.kinds import KINDS
from activity.models import Quarter, SectionDuty, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Role, Status, UnitKind
from activity.models.history import acting
from activity.waiting import missing_rows, waiting

from . import reading
from .factories import (
    checks_are_advice,
    made_delegation,
    made_extension,
    made_patrol,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    taken_to,
    ticked,
)
from .test_completeness import DUE, days, seen, submitted

pytestmark = pytest.mark.django_db


def of(person, *returns):
    listed = states.rows([each.unit for each in returns], Quarter.objects.all(), DUE)
    return [(each.row.unit, each.own, each.to_approve) for each in waiting(listed, person)]


@pytest.fixture
def duties(command):
    """Operations answer for patrols, another section for the rest."""
    sections = [made_unit(code, kind=UnitKind.SECTION, parent=command, reports=False) for code in ("tham-muu", "khac")]
    SectionDuty.objects.bulk_create(
        SectionDuty(kind=kind.slug, section=sections[kind.slug != "patrols"]) for kind in KINDS
    )
    return [made_user(Role.CHECKER, section, username=section.code) for section in sections]


def test_a_return_waits_for_each_section_until_it_has_ticked_its_kinds_and_then_for_the_command(
    post, quarter, duties, commander
):
    unit_return = submitted(post, quarter)
    operations, others = duties
    assert of(operations, unit_return) == [(post, (KINDS[0],), False)]
    assert of(commander, unit_return) == [(post, (), False)]
    unit_return.check_kind(KINDS[0], by=operations)
    assert of(operations, unit_return) == [(post, (), False)]
    assert of(others, unit_return) == [(post, tuple(KINDS[1:]), False)]
    ticked(unit_return, by=others)
    assert of(commander, unit_return) == [(post, (), True)]
    taken_to(Status.APPROVED, made_return(made_unit("khac-2"), quarter))
    unit_return.approve(by=commander)
    assert of(commander, unit_return) == []


def test_where_ticks_are_advice_a_submitted_return_waits_for_the_command_at_once(post, quarter, duties, commander):
    checks_are_advice()
    assert of(commander, submitted(post, quarter)) == [(post, (), True)]


def test_a_return_does_not_wait_for_the_hand_that_made_it(post, quarter, duties, commander):
    checks_are_advice()
    unit_return = made_return(post, quarter)
    with acting(commander, "page"):
        made_patrol(unit_return)
    taken_to(Status.SUBMITTED, unit_return)
    another = made_user(Role.COMMANDER, username="another")
    assert of(commander, unit_return) == [(post, (), False)]
    assert of(another, unit_return) == [(post, (), True)]


def test_late_units_come_first_and_the_most_days_before_all(quarter):
    made_quarter(2024, 2)
    units = [made_unit(code) for code in ("extended", "one-day", "many-days")]
    made_extension(units[0], quarter, days=30)
    made_extension(units[1], quarter, days=9)
    listed = states.rows(units, Quarter.objects.all(), DUE + days(10))
    assert [(row.unit.code, row.late) for row in missing_rows(listed)] == [
        ("many-days", 10),
        ("one-day", 1),
        ("extended", 0),
    ]


def sections_of_start(client, user):
    sections = reading.elements(seen(client, user, "/"), "section")
    return {reading.attribute(section, "class"): reading.text(section) for section in sections}


@pytest.fixture
def quarter_that_is_due(post, other_post, quarter, duties, on):
    """Three days after the due day: one unit waits for approval, one for a section, one is missing."""
    on(DUE + days(3))
    third = made_unit("dam-thuy", short_name="Đồn BP Đàm Thủy")
    ticked(submitted(post, quarter))
    submitted(other_post, quarter, after=1)
    return third


def test_the_start_of_the_command_says_who_is_late_what_waits_for_me_and_how_the_rest_stands(
    client, commander, quarter_that_is_due
):
    shown = sections_of_start(client, commander)
    assert list(shown) == ["missing", "mine", "others", "standing"]
    assert "Chưa nộp: 1 báo cáo, 1 quá hạn" in shown["missing"]
    assert "Đồn BP Đàm Thủy quý I/2024 Quá hạn 3 ngày, chưa nộp" in shown["missing"]
    assert "Đồn BPCK Trà Lĩnh quý I/2024 chờ duyệt" in shown["mine"]
    assert "Đồn BP Ngọc Côn quý I/2024 chưa kiểm tra mục nào Nộp muộn 1 ngày" in shown["others"]
    assert "2/3 đơn vị" in shown["standing"]


def test_the_start_of_a_checker_names_the_kinds_of_their_own_section(client, duties, quarter_that_is_due):
    shown = sections_of_start(client, duties[0])
    assert "Đồn BP Ngọc Côn quý I/2024 cần kiểm tra: Tuần tra, kiểm tra, kiểm soát Nộp muộn 1 ngày" in shown["mine"]
    assert "Đồn BPCK Trà Lĩnh quý I/2024 đã kiểm tra, chờ duyệt" in shown["others"]


@pytest.mark.parametrize(
    ("role", "deputised"), [(Role.STAFF, Role.COMMANDER), (Role.HEAD, Role.COMMANDER), (Role.CHECKER, Role.HEAD)]
)
def test_who_stands_in_for_another_beside_their_own_role_sees_what_waits_for_both(
    client, quarter_that_is_due, role, deputised
):
    person = made_user(role, quarter_that_is_due, username="both")
    made_delegation(person, deputised, first_day=DUE, last_day=DUE + days(9))
    shown = sections_of_start(client, person)
    assert "Đơn vị tôi cần nhập: 1 báo cáo" in shown["to-enter"]
    assert "Đồn BP Đàm Thủy quý I/2024 Chưa nộp · Quá hạn 3 ngày, chưa nộp" in shown["to-enter"]
    assert "Ngọc Côn" not in shown["to-enter"]
    assert ("Đồn BPCK Trà Lĩnh quý I/2024 chờ duyệt" in shown["mine"]) is (deputised == Role.COMMANDER)
    assert "Đồn BP Ngọc Côn quý I/2024 chưa kiểm tra mục nào" in shown["others"]


def test_who_enters_for_no_unit_is_told_of_none_to_enter(client, commander, duties, quarter_that_is_due):
    assert "to-enter" not in sections_of_start(client, commander)
    assert "to-enter" not in sections_of_start(client, duties[0])


def test_an_amendment_of_an_old_quarter_waits_in_sight(client, commander, head, post, quarter, duties, on):
    on(DUE)
    older = [made_quarter(year, number) for year in (2021, 2022, 2023) for number in range(1, 5)]
    made_unit("khac-2")
    submitted(post, older[0], status=Status.APPROVED)
    taken_to(Status.SUBMITTED, amend(UnitReturn.objects.get(), by=head, reason="Nhầm số km"))
    shown = sections_of_start(client, commander)
    assert "Đồn BPCK Trà Lĩnh quý I/2021 chưa kiểm tra mục nào" in shown["others"]
    assert "quý I/2021 cần kiểm tra" in sections_of_start(client, duties[0])["mine"]
    # What is missing is of the last two years alone.
    assert "quý II/2022" in shown["missing"]
    assert "2021" not in shown["missing"]


def test_the_tiles_come_last_while_a_quarter_is_open_and_first_once_all_are_approved(
    client, commander, post, quarter, on
):
    on(DUE)
    older = made_quarter(2023, 4)
    submitted(post, older, after=-92, status=Status.APPROVED)
    assert list(sections_of_start(client, commander))[-1] == "of-the-quarter"
    submitted(post, quarter, status=Status.APPROVED)
    shown = sections_of_start(client, commander)
    assert list(shown)[0] == "of-the-quarter"
    assert "Tổng quan quý I/2024 1/1 đơn vị" in shown["of-the-quarter"]
