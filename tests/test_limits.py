"""Every limit of a row: the database refuses what breaks it, and the form answers at its field in Vietnamese."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Subquery
from django.utils.translation import override

from activity.kinds import KINDS
from activity.models import (
    Delegation,
    Descent,
    Exhibit,
    Extension,
    Figure,
    Indicator,
    IndicatorAnswer,
    Message,
    OfficeSettings,
    Quarter,
    Redefinition,
    ReturnKind,
    ReturnStep,
    SectionDuty,
    SpecialProject,
    Succession,
    Unit,
    UnitReturn,
    User,
)
from activity.models.choices import Status, UnitKind
from activity.models.steps import Step

from .factories import (
    FACTORIES,
    checks_are_advice,
    made_answer,
    made_case,
    made_delegation,
    made_extension,
    made_indicator,
    made_message,
    made_project,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    past_the_rules,
)
from .typed import ADMIN_FORMS, add, exhibits, refusal, sent_to_admin, shown

pytestmark = pytest.mark.django_db


def made_exhibit(**fields):
    return Exhibit.objects.create(case=made_case(), name="Pháo hoa nổ", quantity=5, unit="kg", **fields)


def made_new_unit(**fields):
    return made_unit(f"post-{Unit.objects.count()}", **fields)


def made_new_quarter(**fields):
    count = Quarter.objects.count()
    return made_quarter(2024 + count // 4, count % 4 + 1, **fields)


def made_new_message():
    """A reminder, and a step that it might have been of."""
    person = MAKERS[User]()
    ReturnStep.objects.create(unit_return=MAKERS[UnitReturn](), step=Step.APPROVED, by=person)
    return made_message(person, made_new_quarter())


def made_new_project(**fields):
    return made_project(code=f"CL{SpecialProject.objects.count()}", **fields)


MAKERS = {
    **{kind.model: FACTORIES[kind.slug] for kind in KINDS},
    SpecialProject: made_new_project,
    Exhibit: made_exhibit,
    Quarter: made_new_quarter,
    Unit: made_new_unit,
    User: lambda: made_user(username=f"user-{User.objects.count()}", unit=made_new_unit()),
    Succession: lambda: Succession.objects.create(
        kind="move", day=datetime.date(2024, 5, 1), decision="Quyết định số 45/QĐ-BTL"
    ),
    Descent: lambda: Descent.objects.create(
        succession=MAKERS[Succession](), predecessor=made_new_unit(), successor=made_new_unit()
    ),
    UnitReturn: lambda: made_return(made_new_unit(), made_new_quarter()),
    ReturnKind: lambda: ReturnKind.objects.create(unit_return=MAKERS[UnitReturn](), kind="patrols"),
    Delegation: lambda: made_delegation(MAKERS[User]()),
    OfficeSettings: checks_are_advice,
    Extension: lambda: made_extension(made_new_unit(), made_new_quarter()),
    Message: made_new_message,
    Indicator: lambda: made_new_quarter() and made_indicator(f"Chỉ tiêu {Indicator.objects.count()}"),
    IndicatorAnswer: lambda: made_answer(MAKERS[UnitReturn](), MAKERS[Indicator](), 1),
    Redefinition: lambda: Redefinition.objects.create(
        indicator=MAKERS[Indicator](), quarter=made_new_quarter(), definition="Cả lối mở", words="thêm lối mở"
    ),
    Figure: lambda: Figure.objects.create(unit_return=MAKERS[UnitReturn](), measure="cases", value=1),
}
BY_MODEL = {kind.model: kind for kind in KINDS}
CONSTRAINTS = [
    (model, constraint)
    for model in apps.get_app_config("activity").get_models()
    for constraint in model._meta.constraints
]
CHECKS = [pair for pair in CONSTRAINTS if isinstance(pair[1], models.CheckConstraint)]
UNIQUES = [pair for pair in CONSTRAINTS if isinstance(pair[1], models.UniqueConstraint)]

# What breaks a limit in a row as its factory makes it, and nothing else in that row.
BREAKS = {
    "a_tick_names_who_and_when": {"checked_at": datetime.datetime(2024, 3, 20, tzinfo=datetime.UTC)},
    "a_delegation_ends_after_it_begins": {"last_day": datetime.date(2024, 2, 1)},
    "a_delegation_has_a_reason": {"reason": ""},
    "the_settings_stand_once": {"id": 2},
    "the_settings_have_a_reason": {"reason": ""},
    "an_extension_has_a_reason": {"reason": ""},
    "an_indicator_is_not_negative": {"least": -1},
    "the_most_of_an_indicator_is_above_its_least": {"least": 5, "most": 4},
    "an_indicator_is_counted_in_something": {"counted_in": ""},
    "an_indicator_ends_after_it_begins": {"last_quarter": Subquery(Quarter.objects.values("pk")[:1])},
    "an_answer_is_a_number_or_nothing_to_report": {"nothing_to_report": True},
    "a_succession_has_a_decision": {"decision": ""},
    "a_message_is_of_a_due_day_or_a_step": {"due_day": None},
    "patrol_stands_for_at_least_one": {"times": 0},
    "a_patrol_has_people": {"times": 7},
    "partners_are_among_the_participants": {"partner_turns": 7},
    "cleared_km_from_0_to_200": {"cleared_km": 201},
    "clearing_has_kilometres": {"form": "clearing"},
    "a_bilateral_patrol_has_a_counterpart": {"form": "bilateral"},
    "propaganda_stands_for_at_least_one": {"times": 0},
    "a_live_session_has_listeners": {"times": 41},
    "leaflets_up_to_20000": {"leaflets": 20_001},
    "a_case_row_holds_a_case": {"cases": 0, "subjects": 0},
    "ownerless_cases_are_among_the_cases": {"ownerless": 2, "subjects": 0},
    "cases_without_owner_have_no_subjects": {"ownerless": 1},
    "fine_up_to_five_billion": {"fined_vnd": 5_000_000_001},
    "payment_up_to_five_billion": {"paid_vnd": 5_000_000_001},
    "an_exhibit_has_a_quantity": {"quantity": 0},
    "a_project_opens_before_it_moves": {"opened_on": datetime.date(2024, 3, 6)},
    "event_stands_for_at_least_one": {"times": 0},
    "a_ceremony_has_a_title": {"event_type": "ceremony"},
    "up_to_500_of_our_people": {"our_people": 501},
    "up_to_500_of_their_people": {"their_people": 501},
    "only_a_handover_hands_over_persons": {"persons_handed": 1},
    "a_year_has_four_quarters": {"number": 5},
    "a_quarter_ends_after_it_begins": {"last_day": datetime.date(2023, 12, 14)},
    "a_quarter_is_due_after_it_ends": {"due_day": datetime.date(2024, 3, 13)},
    "a_unit_without_parent_is_a_command": {"parent": None},
    "a_unit_makes_returns_until_a_day_after_the_first": {
        "reports_from": datetime.date(2024, 3, 15),
        "reports_until": datetime.date(2024, 3, 14),
    },
    "only_an_administrator_has_no_unit": {"unit": None},
    "only_an_administrator_enters_the_admin": {"is_staff": True},
}
OF_A_STEP = {"due_day": None, "occasion": "approved", "step": Subquery(ReturnStep.objects.values("pk")[:1])}
# What two rows need besides equal fields to meet in a unique constraint, and in no other one.
MEETINGS = {
    "a_file_number_stands_once_a_stage": ({"code": "HS 01"}, {}),
    "a_step_is_told_once": (OF_A_STEP, OF_A_STEP),
    "a_version_stands_once": ({"status": Status.SUPERSEDED}, {"status": Status.SUPERSEDED}),
    "one_approved_version": ({"status": Status.APPROVED}, {"status": Status.APPROVED, "version": 2}),
    "one_open_version": ({"status": Status.SUBMITTED}, {"status": Status.DRAFT, "version": 2}),
}
# No form can break these: the choices hold four quarters, saving a person sets the flag by the role, a second row of
# settings is made by no form, and the field itself asks for a reason.
OUT_OF_REACH = {
    # The form has a list to choose from: tests/test_indicators.py.
    "an_indicator_ends_after_it_begins",
    "a_year_has_four_quarters",
    "only_an_administrator_enters_the_admin",
    "a_delegation_has_a_reason",
    "the_settings_have_a_reason",
    "the_settings_stand_once",
}


def over(pairs):
    return pytest.mark.parametrize(
        ("model", "constraint"), pairs, ids=[f"{model.__name__}.{c.name}" for model, c in pairs]
    )


def with_form(pairs, wanted):
    return over([(model, c) for model, c in pairs if model in wanted and c.name not in OUT_OF_REACH])


def written(row, fields):
    """Write to a row past every rule of the code: only the database itself can refuse."""
    return past_the_rules(type(row)).filter(pk=row.pk).update(**fields)


def breaking(model, constraint):
    """A row within the limits, and what must not be written to it."""
    if isinstance(constraint, models.CheckConstraint):
        return MAKERS[model](), BREAKS[constraint.name]
    first_fields, second_fields = MEETINGS.get(constraint.name, ({}, {}))
    first, second = MAKERS[model](), MAKERS[model]()
    written(first, first_fields)
    first.refresh_from_db()
    return second, second_fields | {name: getattr(first, name) for name in constraint.fields}


def in_vietnamese(constraint):
    """The words of a constraint, which must not be the English ones."""
    with override("en"):
        source = str(constraint.violation_error_message)
    with override("vi"):
        words = str(constraint.violation_error_message)
    assert words != source
    return words


def test_every_limit_has_a_row_here_that_breaks_it():
    assert {constraint.name for _, constraint in CHECKS} == BREAKS.keys()


def test_every_limit_of_a_record_names_a_field_that_its_form_asks_for():
    models_with_fields = {kind.model: set(kind.fields) for kind in KINDS} | {Exhibit: {"name", "quantity", "unit"}}
    astray = [
        c.name for model, c in CHECKS for fields in [models_with_fields.get(model)] if fields
        if c.violation_error_code not in fields
    ]  # fmt: skip
    assert astray == []


@over(CHECKS)
def test_the_database_refuses_a_row_that_breaks_a_limit(model, constraint):
    row, fields = breaking(model, constraint)
    with pytest.raises(IntegrityError, match=constraint.name), transaction.atomic():
        written(row, fields)


@over(UNIQUES)
def test_the_database_refuses_a_second_row_of_what_stands_once(model, constraint):
    row, fields = breaking(model, constraint)
    with pytest.raises(IntegrityError, match="(?i)unique"), transaction.atomic():
        written(row, fields)


@pytest.mark.postgresql
@over(CONSTRAINTS)
def test_without_its_constraint_the_same_row_is_written(model, constraint):
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    assert written(*breaking(model, constraint)) == 1


@with_form(CHECKS, {kind.model for kind in KINDS})
def test_the_form_of_a_record_answers_a_limit_at_its_field_and_keeps_what_was_typed(
    client, head, quarter, model, constraint
):
    client.force_login(head)
    fields = {name: written_out(value) for name, value in BREAKS[constraint.name].items()}
    response = add(client, made_return(head.unit, quarter), model.kind_slug, **fields)
    said, field = refusal(response, constraint.violation_error_code), constraint.violation_error_code
    assert said.endswith(in_vietnamese(constraint))
    assert said.startswith("Đồng chí nhập ") == bool(shown(response, field)), "the value is not named"
    for number in constraint.condition.referenced_base_fields & {*BY_MODEL[model].numbers}:
        assert not shown(response, number) or shown(response, number) in said.replace(".", "")
    assert {name: shown(response, name) for name in fields} == fields
    assert not model.objects.exists()


def written_out(value):
    return value.strftime("%d/%m/%Y") if isinstance(value, datetime.date) else str(value)


@pytest.mark.parametrize("quantity", ["0", "-2", "0,000"])
def test_the_line_of_an_exhibit_answers_a_quantity_that_is_none(client, head, quarter, quantity):
    client.force_login(head)
    row = {"name": "Pháo hoa nổ", "quantity": quantity, "unit": "kg"}
    response = add(client, made_return(head.unit, quarter), "cases", **exhibits(row))
    assert refusal(response, "rows-0-quantity") == f"Đồng chí nhập {quantity.partition(',')[0]}. Phải lớn hơn 0."
    assert {name: shown(response, f"rows-0-{name}") for name in row} == row
    assert not Exhibit.objects.exists()


@with_form(CHECKS, ADMIN_FORMS)
def test_the_admin_answers_a_limit_at_its_field(client, admin_user, head, model, constraint):
    client.force_login(admin_user)
    breaks = BREAKS[constraint.name]
    fields = {n: written_out(v) for n, v in breaks.items() if v is not None}
    belongs = {Delegation: {"person": head.pk}, Unit: {"parent": head.unit.parent_id}}.get(model, {})
    belongs = {name: value for name, value in belongs.items() if name not in breaks}
    form = sent_to_admin(client, model, **fields, **belongs).context["adminform"].form
    assert form.errors == {constraint.violation_error_code: [in_vietnamese(constraint)]}
    assert {name: form[name].value() for name in fields} == fields


@pytest.mark.parametrize("model", ADMIN_FORMS)
def test_the_admin_takes_a_row_within_the_limits(client, admin_user, head, model):
    client.force_login(admin_user)
    section = made_unit("phong-tham-muu", kind=UnitKind.SECTION)
    belongs = {
        Unit: {"parent": section.parent.pk},
        User: {"unit": section.pk},
        Delegation: {"person": head.pk},
        SectionDuty: {"section": section.pk},
        Redefinition: {
            "indicator": made_indicator(first=made_quarter(2023, 3)).pk,
            "quarter": made_quarter(2023, 4).pk,
        },
    }
    assert sent_to_admin(client, model, **belongs.get(model, {})).status_code == 302


def test_the_admin_answers_a_quarter_that_exists_at_its_number(client, admin_user):
    made_quarter(2024, 1, first_day=datetime.date(2024, 1, 1), last_day=datetime.date(2024, 1, 31))
    client.force_login(admin_user)
    days = {"first_day": "01/02/2024", "last_day": "14/03/2024"}
    form = sent_to_admin(client, Quarter, **days).context["adminform"].form
    assert form.errors == {"number": ["Quý này đã có."]}
