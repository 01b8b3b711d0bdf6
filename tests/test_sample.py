"""The sample province: quý I/2024 as published, everything else plausible, all of it the same each time."""

import datetime
from decimal import Decimal

import pytest

from activity.gathering import gather
from activity.kinds import KINDS
from activity.measures import tally
from activity.models import (
    CriminalCase,
    Exhibit,
    Figure,
    ForeignEvent,
    Patrol,
    PropagandaSession,
    Quarter,
    ReturnKind,
    ReturnStep,
    SpecialProject,
    Unit,
    UnitReturn,
    User,
)
from activity.models.choices import Role, Status
from activity.models.steps import Step
from activity.sample.load import load_province
from activity.sample.totals import shares
from activity.states import rows

TODAY = datetime.date(2026, 11, 24)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


@pytest.fixture(scope="module")
def province(taken_back):
    """The whole sample, loaded once for this module and taken back after it."""
    with taken_back(lambda: load_province(TODAY, "mật khẩu của mẫu")):
        yield


@pytest.fixture
def published():
    return Quarter.objects.get(year=2024, number=1)


def of(model, quarter):
    return model.objects.filter(unit_return__quarter=quarter)


def gathered(quarter):
    figures = gather(Unit.objects.reporting(), [quarter], in_parts=[quarter], named=[quarter])
    return figures, figures.periods[0]


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("patrols", 412),
        ("patrol_turns", 3_889),
        ("cleared_km", Decimal("50.4")),
        ("propaganda", 329),
        ("listener_turns", 15_749),
        ("cases", 144),
        ("subjects", 1_421),
        ("paid_vnd", 1_034_500_000),
        ("projects_opened", 1),
        ("projects_succeeded", 1),
    ],
)
def test_the_published_quarter_adds_up_to_its_published_totals(published, measure, value):
    figures, period = gathered(published)
    assert figures.total(measure, period) == value


def test_the_records_of_the_published_quarter_add_up_the_slow_way_too(published):
    patrols = [p for p in of(Patrol, published) if p.form != "clearing"]
    sessions = list(of(PropagandaSession, published))
    counted = [c for c in of(CriminalCase, published) if c.role != "internal"]
    caught = [c for c in counted if c.role in {"lead", "support"} and c.stage == "detected"]
    assert (sum(p.times for p in patrols), sum(p.participant_turns for p in patrols)) == (412, 3_889)
    assert sum(p.cleared_km or 0 for p in of(Patrol, published)) == Decimal("50.4")
    assert (sum(s.times for s in sessions), sum(s.listener_turns for s in sessions)) == (329, 15_749)
    assert (sum(c.cases for c in caught), sum(c.subjects for c in caught)) == (144, 1_421)
    assert sum(c.paid_vnd or 0 for c in counted) == 1_034_500_000


def test_every_unit_has_reported_the_published_quarter(published):
    figures, period = gathered(published)
    assert len(figures.reported(period)) == 17


def test_the_published_project_and_ceremony_are_entered_by_the_commands_staff(published):
    figures, _ = gathered(published)
    (project,) = figures.projects
    (ceremony,) = figures.ceremonies
    assert (project.code, project.category, project.opened_in_quarter) == ("CB324", "organising_crossing", True)
    assert project.crime == "Tổ chức, môi giới cho người khác nhập cảnh trái phép"
    assert (ceremony.date, ceremony.level) == (datetime.date(2023, 12, 28), "advise_upc")
    assert ceremony.title == (
        "Lễ công bố nâng cấp cửa khẩu Trà Lĩnh (Việt Nam) - Long Bang (Trung Quốc) thành cửa khẩu quốc tế, "
        "bao gồm lối thông quan Nà Đoỏng - Nà Ráy"
    )
    assert project.unit.code == ceremony.unit.code == "cqbch"


def test_every_sentence_of_the_report_has_figures_in_the_published_quarter(published):
    figures, period = gathered(published)
    assert set(figures.parts("patrols", period)) == {
        "unilateral", "joint_domestic", "bilateral", "joint_law_enforcement", "local_control",
    }  # fmt: skip
    assert {"verifying", "prosecuted", "transferred", "fined"} <= set(figures.parts("outcome_cases", period))
    assert {"talks", "meeting", "letter", "handover"} <= set(figures.parts("foreign_events", period))
    for measure in (
        "partner_turns", "leaflets", "lead_cases", "support_cases", "ownerless", "received_cases",
        "received_subjects", "persons_handed", "bilateral_patrols", "bilateral_propaganda",
    ):  # fmt: skip
        assert figures.total(measure, period) > 0, measure


def test_there_are_rows_that_enter_no_total(published):
    assert {role for (role,) in CriminalCase.objects.values_list("role")} == {
        "lead",
        "support",
        "received",
        "internal",
    }
    assert CriminalCase.objects.filter(stage="follow_up").exists()
    assert of(Patrol, published).filter(form="clearing").exists()


def test_a_case_of_the_published_project_names_it(published):
    assert of(CriminalCase, published).filter(project="CB324").exists()


@pytest.mark.parametrize(
    ("measure", "swing"),
    [
        ("patrols", 20),
        ("patrol_turns", 20),
        ("propaganda", 20),
        ("listener_turns", 20),
        ("cases", 20),
        ("subjects", 35),
    ],
)
def test_other_quarters_lie_near_the_published_one(measure, swing):
    figures = gather(Unit.objects.reporting(), Quarter.objects.filter(last_day__lt="2026-06-15"))
    published = figures.total(measure, figures.period(2024, 1))
    totals = [figures.total(measure, period) for period in figures.periods]
    assert all(abs(total - published) * 100 <= swing * published for total in totals)
    assert len(set(totals)) > len(totals) // 2


def test_the_quarters_run_from_2022_to_today():
    codes = [quarter.code for quarter in Quarter.objects.order_by("first_day")]
    assert (codes[0], codes[-1], len(codes)) == ("2022Q1", "2026Q4", 20)


def test_the_units_stand_in_border_order():
    codes = [unit.code for unit in Unit.objects.reporting()]
    assert codes == [
        "cqbch", "coc-pang", "co-ba", "xuan-truong", "can-yen", "soc-giang", "lung-nam", "tong-cot", "tra-linh",
        "ngoc-con", "dam-thuy", "ly-van", "quang-long", "thi-hoa", "ta-lung", "duc-long", "tieu-doan",
    ]  # fmt: skip
    assert {unit.command.code for unit in Unit.objects.exclude(kind="superior")} == {"cao-bang"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_records_pass_their_own_rules(kind, monkeypatch):
    monkeypatch.setattr("activity.models.record.timezone.localdate", lambda: TODAY)
    records = list(kind.model.objects.select_related("unit_return__quarter").order_by("pk"))
    for record in records[:: max(1, len(records) // 100)]:
        record.unit_return.status = Status.DRAFT  # as it was entered
        record.full_clean()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_no_record_lies_in_the_future_or_outside_its_quarter(kind):
    assert not kind.model.objects.filter(date__gt=TODAY).exists()
    assert not kind.model.objects.strays().exists()


def test_exhibits_pass_their_own_rules():
    for exhibit in Exhibit.objects.select_related("case").order_by("pk")[:100]:
        exhibit.full_clean()


def test_a_file_number_stands_once_in_a_units_year():
    codes = CriminalCase.objects.exclude(code="").values_list(
        "unit_return__unit", "unit_return__quarter__year", "code"
    )
    assert len(codes) == len(set(codes)) > 0


def test_one_return_is_a_draft_one_submitted_one_missing_and_the_others_approved():
    expected = {(unit, quarter) for unit in Unit.objects.reporting() for quarter in Quarter.objects.all()}
    states = {(r.unit, r.quarter): r.status for r in UnitReturn.objects.select_related("unit", "quarter")}
    exceptions = {
        (unit.code, quarter.code, states.get((unit, quarter)))
        for unit, quarter in expected
        if states.get((unit, quarter)) != Status.APPROVED
    }
    assert exceptions == {
        ("tra-linh", "2026Q4", "draft"), ("ly-van", "2026Q4", "submitted"), ("co-ba", "2026Q3", None),
    }  # fmt: skip


def test_the_draft_has_three_of_five_kinds():
    draft = UnitReturn.objects.get(status=Status.DRAFT)
    assert [kind.slug for kind in draft.missing_kinds()] == ["projects", "foreign-affairs"]
    assert not draft.steps.exists()


def test_no_other_return_leaves_a_kind_open():
    assert not any(unit_return.missing_kinds() for unit_return in UnitReturn.objects.exclude(status=Status.DRAFT))


def test_nothing_to_report_is_said_only_where_there_are_no_records():
    models = {kind.slug: kind.model for kind in KINDS}
    marks = ReturnKind.objects.filter(nothing_to_report=True)
    assert marks.exists()
    assert not any(models[mark.kind].objects.filter(unit_return=mark.unit_return_id).exists() for mark in marks)


def test_the_stored_figures_are_those_of_the_records():
    returns = UnitReturn.objects.filter(quarter__year=2025, status=Status.APPROVED)
    stored = Figure.objects.filter(unit_return__in=returns).values_list("unit_return_id", "measure", "part", "value")
    assert sorted(stored) == sorted(tally(returns))


def test_every_return_is_marked_as_sample():
    assert not UnitReturn.objects.filter(is_sample=False).exists()


def test_the_last_step_of_a_return_is_its_state_and_none_lies_ahead():
    for unit_return in UnitReturn.objects.exclude(status=Status.DRAFT).prefetch_related("steps"):
        assert list(unit_return.steps.all())[-1].step == unit_return.status
    assert not ReturnStep.objects.filter(at__date__gt=TODAY).exists()


def test_a_few_returns_came_late_and_one_was_sent_back():
    late = [row.late for row in rows(Unit.objects.reporting(), Quarter.objects.all(), TODAY) if row.submitted_on]
    assert 0 < sum(1 for days in late if days) < len(late) / 10
    assert max(late) <= 3
    sent_back = ReturnStep.objects.get(step=Step.SENT_BACK)
    assert sent_back.reason and sent_back.by.role == Role.CHECKER
    steps = [step.step for step in sent_back.unit_return.steps.all()]
    assert steps == ["submitted", "sent_back", "submitted", "checked", "checked", "checked", "approved"]


def test_seven_accounts_can_sign_in():
    people = {user.username: user for user in User.objects.filter(is_active=True)}
    units = {name: user.unit.code if user.unit else None for name, user in people.items()}
    assert units == {
        "staff": "tra-linh", "head": "tra-linh", "checker": "phong-tham-muu", "checker-chinh-tri": "phong-chinh-tri",
        "checker-nghiep-vu": "phong-nghiep-vu", "commander": "cao-bang", "admin": None,
    }  # fmt: skip
    assert all(user.role == name.partition("-")[0] for name, user in people.items())
    assert len({user.password for user in people.values()}) == 1
    assert people["staff"].check_password("mật khẩu của mẫu")
    assert people["admin"].is_superuser and not people["commander"].is_staff


def test_heads_who_stand_in_the_history_only_cannot_sign_in():
    others = User.objects.filter(is_active=False)
    assert len(others) == 16
    assert not any(user.has_usable_password() for user in others)


def test_the_staff_of_the_command_enters_neither_patrols_nor_sessions():
    staff = {"unit_return__unit__code": "cqbch"}
    assert not Patrol.objects.filter(**staff).exists()
    assert not PropagandaSession.objects.filter(**staff).exists()


def test_posts_with_a_gate_meet_the_other_side_more_often(published):
    def events(code):
        return sum(event.times for event in of(ForeignEvent, published).filter(unit_return__unit__code=code))

    assert events("ta-lung") > 2 * events("coc-pang") > 0
    assert events("tieu-doan") == 0


def test_no_project_is_named_under_way_before_it_opened():
    for project in SpecialProject.objects.all():
        assert project.opened_on <= project.date


@pytest.mark.parametrize(
    ("total", "weights", "least", "parts"),
    [
        (10, [1, 1, 1], None, [4, 3, 3]),
        (10, [3, 1, 0], None, [8, 2, 0]),
        (10, [0, 1], [4, 1], [4, 6]),
        (7, [0, 0], None, [0, 0]),
    ],
)
def test_shares_add_up(total, weights, least, parts):
    assert shares(total, weights, least) == parts


def test_shares_refuse_a_total_below_the_least_of_all():
    with pytest.raises(ValueError, match="less than"):
        shares(1, [1, 1], [1, 1])
