"""Other indicators: what is asked, what is answered, and what the figures make of it."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from activity.comparison import quarter_before
from activity.figures import Basis
from activity.gathering import gather, period_of
from activity.kinds import INDICATORS
from activity.measures import MEASURES, in_use, tally
from activity.models import Figure, Indicator, Redefinition, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Role, Status, UnitKind
from activity.models.returns import Incomplete

from .factories import (
    made_answer,
    made_indicator,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    nothing_else,
    somebody,
    taken_to,
)
from .reading import one, page, text
from .typed import sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(quarter):
    return made_quarter(2024, 2)


@pytest.fixture
def people(quarter):
    """People through the gates, asked of all units from quý I/2024 on."""
    return made_indicator(first=quarter)


def approved_with(unit, quarter, indicator, value):
    unit_return = made_return(unit, quarter)
    made_answer(unit_return, indicator, value)
    return taken_to(Status.APPROVED, unit_return)


def refused_at(field, call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        call(*args, **kwargs)
    return " ".join(refused.value.message_dict[field])


# What is asked


def test_an_indicator_without_a_first_quarter_is_off(quarter):
    made_indicator()
    assert Indicator.objects.in_use() == []
    assert in_use() == MEASURES


def test_an_indicator_is_asked_of_its_kinds_of_units_from_its_first_quarter_to_its_last(post, quarter, later):
    third = made_quarter(2024, 3)
    gate = made_unit("gate", kind=UnitKind.GATE_POST)
    made_indicator(first=quarter, last_quarter=later, unit_kinds=["gate_post"])
    asked = [
        (unit, each) for unit in (post, gate) for each in (quarter, later, third) if made_return(unit, each).asked
    ]
    assert asked == [(gate, quarter), (gate, later)]


def test_an_indicator_in_use_is_read_with_all_that_it_is(quarter, later):
    row = made_indicator(
        "Hàng hóa", first=quarter, number="decimal", counted_in="tấn", least=1, most=Decimal("900.5"), adds_up=False,
        unit_kinds=["gate_post"], last_quarter=later, definition="Cả hai chiều", position=3, charted=False,
    )  # fmt: skip
    Redefinition.objects.create(indicator=row, quarter=later, definition="Một chiều", words="chỉ tính nhập khẩu")
    (asked,) = Indicator.objects.in_use()
    names = ("pk", "position", "code", "name", "section", "counted_in", "number", "definition", "least", "most")
    assert [getattr(asked, name) for name in names] == [getattr(row, name) for name in names]
    assert (asked.adds_up, asked.charted, asked.unit_kinds) == (False, False, frozenset({"gate_post"}))
    assert (asked.first_day, asked.last_day) == (quarter.first_day, later.first_day)
    assert [asked.definition_in(each) for each in (quarter, later)] == ["Cả hai chiều", "Một chiều"]
    assert asked.redefined[0].words == "chỉ tính nhập khẩu"


def test_a_return_that_is_read_for_its_page_knows_what_is_asked_and_answered(post, quarter, people, later):
    made_indicator("Nhà", first=later)
    unit_return = made_return(post, quarter)
    made_answer(unit_return, people, Decimal(7))
    plain = UnitReturn.objects.get(pk=unit_return.pk)
    read = UnitReturn.objects.with_progress().with_indicators().get(pk=unit_return.pk)
    for each in (plain, read):
        assert [asked.name for asked in each.asked] == ["Người qua cửa khẩu"]
        (answer,) = each.answers.values()
        assert (str(answer), answer.value, answer.said) == ("Người qua cửa khẩu", 7, "7")


def test_each_indicator_has_a_code_of_its_own():
    codes = [made_indicator("Nhà tình nghĩa").code for _ in range(3)]
    assert codes == ["ct-nha-tinh-nghia", "ct-nha-tinh-nghia-2", "ct-nha-tinh-nghia-3"]


# What may not change


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_an_indicator_begins_in_no_quarter_that_was_handed_in(post, quarter, later, status):
    made_return(post, quarter, status=status)
    indicator = made_indicator()
    indicator.first_quarter = quarter
    assert "đã nộp" in refused_at("first_quarter", indicator.full_clean)
    indicator.first_quarter = later
    indicator.full_clean()


@pytest.mark.parametrize(
    "change",
    [{"first_quarter": None}, {"unit_kinds": ["battalion"]}, {"first_quarter": "later"}],
    ids=["off", "others", "later"],
)
def test_an_indicator_that_was_answered_stays_asked_there(post, quarter, later, people, change):
    made_answer(made_return(post, quarter), people, Decimal(3))
    ((name, value),) = change.items()
    setattr(people, name, later if value == "later" else value)
    assert "đã được hỏi" in refused_at(name, people.full_clean)


def test_two_indicators_are_told_apart_by_their_names(people):
    assert refused_at("name", Indicator(name="  NGƯỜI qua cua khau", section="border", counted_in="người").full_clean)
    people.full_clean()


@pytest.mark.parametrize(("number", "refused"), [("whole", True), ("decimal", False)])
def test_the_limits_of_whole_numbers_are_whole(quarter, number, refused):
    indicator = Indicator(name="Hàng hóa", section="border", counted_in="tấn", number=number, least=Decimal("1.5"))
    if refused:
        assert refused_at("least", indicator.full_clean)
    else:
        indicator.full_clean()


@pytest.mark.parametrize("field", Indicator.KEPT)
def test_what_stored_figures_stand_on_is_kept(post, quarter, people, field):
    made_answer(made_return(post, quarter), people, Decimal(3))
    others = {"section": "crime", "counted_in": "xe", "number": "decimal", "adds_up": False}
    setattr(people, field, others[field])
    assert refused_at(field, people.full_clean)


def test_an_indicator_ends_after_it_begins(quarter, later):
    indicator = made_indicator(first=later)
    indicator.last_quarter = quarter
    assert refused_at("last_quarter", indicator.full_clean)


def test_an_indicator_that_is_off_has_no_last_quarter(quarter):
    indicator = made_indicator()
    indicator.last_quarter = quarter
    assert refused_at("last_quarter", indicator.full_clean) == "Chọn cả quý bắt đầu báo cáo."


def test_money_is_counted_in_dong(quarter):
    indicator = Indicator(name="Quỹ vì người nghèo", section="propaganda", number="money")
    indicator.full_clean()
    assert indicator.counted_in == "đồng"


def test_a_definition_changes_after_the_first_quarter(quarter, later, people):
    early = Redefinition(indicator=people, quarter=quarter, definition="Cả lối mở", words="thêm lối mở")
    assert refused_at("quarter", early.full_clean)
    Redefinition(indicator=people, quarter=later, definition="Cả lối mở", words="thêm lối mở").full_clean()


def test_a_definition_does_not_change_in_a_quarter_that_was_handed_in(post, quarter, later, people):
    approved_with(post, later, people, Decimal(3))
    late = Redefinition(indicator=people, quarter=later, definition="Cả lối mở", words="thêm lối mở")
    assert refused_at("quarter", late.full_clean)


@pytest.fixture
def changed(post, quarter, later, people):
    """What people came to mean in the later quarter, of which the post has handed in."""
    redefinition = Redefinition.objects.create(
        indicator=people, quarter=later, definition="Cả lối mở", words="thêm lối mở"
    )
    approved_with(post, later, people, Decimal(3))
    return redefinition


def test_a_definition_that_was_answered_is_mended_in_its_words_and_never_deleted(changed):
    changed.words = "kể cả lối mở"
    changed.full_clean()
    changed.quarter = made_quarter(2024, 3)
    assert refused_at("quarter", changed.full_clean)
    for delete in (changed.delete, Redefinition.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()
    assert Redefinition.objects.exists()


@pytest.mark.parametrize("after", [0, 1])
def test_an_indicator_begins_before_its_definition_changes(quarter, later, people, after):
    Redefinition.objects.create(indicator=people, quarter=later, definition="Cả lối mở", words="lối mở")
    people.first_quarter = (later, made_quarter(2024, 3))[after]
    with pytest.raises(ValidationError, match="quý II/2024") as refused:
        people.full_clean()
    assert list(refused.value.error_dict) == ["first_quarter"]
    people.first_quarter = None
    people.full_clean()  # it is switched off


def test_a_change_of_definition_stays_that_of_its_indicator(client, admin_user, changed, quarter):
    other = made_indicator("Hàng hóa", first=quarter)
    moved = Redefinition.objects.get()
    moved.indicator = other
    with pytest.raises(ValidationError) as refused:
        moved.full_clean()
    assert list(refused.value.error_dict) == ["indicator"]
    client.force_login(admin_user)
    where = f"/admin/activity/redefinition/{moved.pk}/change/"
    assert "indicator" not in client.get(where).context["adminform"].form.fields


def test_a_definition_of_which_nothing_was_handed_in_is_deleted(quarter, later, people):
    changed = Redefinition.objects.create(indicator=people, quarter=later, definition="Cả lối mở", words="lối mở")
    changed.delete()
    assert not Redefinition.objects.exists()


def test_the_administration_says_why_a_definition_stays(client, changed, admin_user):
    client.force_login(admin_user)
    where = reverse("admin:activity_redefinition_delete", args=[changed.pk])
    answer = client.get(where)
    assert "Đã có báo cáo nộp theo định nghĩa từ quý II/2024." in answer.content.decode()
    client.post(where, {"post": "yes"})
    assert Redefinition.objects.exists()


@pytest.mark.parametrize(("answered", "refused"), [("3", False), ("4", True), ("150", False)])
def test_limits_that_are_drawn_in_reach_no_answer_that_stands(client, post, quarter, people, head, answered, refused):
    approved = approved_with(post, quarter, people, Decimal(3))
    Indicator.objects.update(least=150, most=160)
    opened = amend(approved, by=head, reason="Cộng sót một vụ.")
    client.force_login(head)
    where = reverse("indicators", args=[post.code, quarter])
    form = one(page(client.get(where)), "form", class_="indicators record")
    sent = sent_of(form) | {f"{people.code}-value": answered}
    assert client.post(where, sent).status_code == (422 if refused else 302)
    assert opened.records(INDICATORS).get().value == (3 if refused else Decimal(answered))


# What is answered


@pytest.mark.parametrize(("value", "nothing"), [(None, False), (Decimal(3), True)], ids=["neither", "both"])
def test_an_answer_is_a_number_or_nothing_to_report(post, quarter, people, value, nothing):
    unit_return = made_return(post, quarter)
    with pytest.raises(IntegrityError), transaction.atomic():
        people.answers.create(unit_return=unit_return, date=quarter.last_day, value=value, nothing_to_report=nothing)


@pytest.mark.parametrize("write", ["save", "bulk_create", "update"])
@pytest.mark.parametrize(("value", "fits"), [("4", False), ("5", True), ("10", True), ("11", False)])
def test_an_answer_lies_within_the_limits_whichever_way_it_is_written(post, quarter, write, value, fits):
    indicator = made_indicator(first=quarter, least=5, most=10)
    unit_return = made_return(post, quarter)
    answer = indicator.answers.model(
        unit_return=unit_return, indicator=indicator, date=quarter.last_day, value=Decimal(value)
    )
    written = {
        "save": lambda: answer.save(),
        "bulk_create": lambda: indicator.answers.model.objects.bulk_create([answer]),
        "update": lambda: (
            made_answer(unit_return, indicator, Decimal(7))
            and unit_return.indicatoranswer_records.update(value=Decimal(value))
        ),
    }[write]
    if fits:
        written()
        return
    with pytest.raises(ValidationError, match="được nhận"), transaction.atomic():
        written()
    assert not unit_return.indicatoranswer_records.filter(value=Decimal(value)).exists()


def test_a_return_answers_only_what_it_is_asked_for(post, quarter, later):
    indicator = made_indicator(first=later)
    day = quarter.last_day
    answer = indicator.answers.model(unit_return=made_return(post, quarter), indicator=indicator, date=day, value=3)
    assert "không phải báo cáo" in refused_at("indicator", answer.full_clean)
    answer.unit_return = made_return(post, later)
    answer.full_clean()


def test_indicators_are_answered_one_by_one_and_not_marked_together(post, quarter, people):
    with pytest.raises(ValidationError, match="trả lời riêng"):
        made_return(post, quarter).mark_nothing_to_report(INDICATORS, nothing=True)


def test_a_return_is_not_submitted_while_an_indicator_is_unanswered(post, quarter, people):
    houses = made_indicator("Nhà", first=quarter)
    unit_return = made_return(post, quarter)
    made_answer(unit_return, people, Decimal(0))
    for kind in unit_return.missing_kinds():
        if not kind.is_asked:
            unit_return.mark_nothing_to_report(kind, nothing=True)
    with pytest.raises(Incomplete, match="Chỉ tiêu khác"):
        unit_return.submit(by=somebody(Role.HEAD, post))
    made_answer(unit_return, houses)
    unit_return.submit(by=somebody(Role.HEAD, post))
    assert UnitReturn.objects.get().status == Status.SUBMITTED


def test_a_return_that_is_asked_for_nothing_has_the_five_kinds_alone(post, quarter, later):
    made_indicator(first=later)
    unit_return = made_return(post, quarter)
    assert len(unit_return.kinds) == 5
    nothing_else(unit_return)
    unit_return.submit(by=somebody(Role.HEAD, post))


# What the figures make of it


def test_zero_nothing_and_not_reported_stay_apart(post, other_post, quarter, people):
    third = made_unit("third")
    approved_with(post, quarter, people, Decimal(0))
    approved_with(other_post, quarter, people, None)
    figures, period = gather([post, other_post, third], [quarter]), period_of(quarter)
    code = people.code
    assert [figures.value(code, period, unit) for unit in figures.units] == [0, 0, None]
    assert [unit.code for unit in figures.missing(period, code)] == ["third"]
    answers = [each.answers[people.pk] for each in UnitReturn.objects.order_by("pk")]
    assert [answer.said for answer in answers] == ["0", "Không phát sinh"]


def test_approval_stores_the_answer_and_an_amendment_copies_it(post, quarter, people):
    first = approved_with(post, quarter, people, Decimal(12))
    assert Figure.objects.get(unit_return=first, measure=people.code).value == 12
    second = amend(first, by=somebody(Role.HEAD, post), reason="Đếm thiếu")
    assert second.answers[people.pk].value == 12
    second.records(INDICATORS).update(value=Decimal(15))
    taken_to(Status.APPROVED, UnitReturn.objects.get(pk=second.pk))
    figures = gather([post], [quarter])
    assert figures.total(people.code, period_of(quarter)) == 15
    assert Figure.objects.get(unit_return=first, measure=people.code).value == 12


def test_old_quarters_are_untouched_when_an_indicator_is_added(post, quarter, later):
    made_return(post, quarter, status=Status.APPROVED)
    before = gather([post], [quarter])
    stored = list(Figure.objects.values())
    indicator = made_indicator(first=later)
    after = gather([post], [quarter])
    assert list(Figure.objects.values()) == stored
    assert after.values == before.values
    assert not after.is_asked(indicator.code, period_of(quarter))
    assert after.expected(period_of(quarter), indicator.code) == ()


def test_units_that_are_not_asked_are_neither_counted_nor_missing(post, quarter):
    gate = made_unit("gate", kind=UnitKind.GATE_POST)
    indicator = made_indicator(first=quarter, unit_kinds=["gate_post"])
    made_return(post, quarter, status=Status.APPROVED)
    figures, period = gather([post, gate], [quarter]), period_of(quarter)
    assert [unit.code for unit in figures.expected(period, indicator.code)] == ["gate"]
    assert [unit.code for unit in figures.missing(period, indicator.code)] == ["gate"]
    assert figures.total(indicator.code, period) is None


def test_nothing_compares_across_a_change_of_the_definition(post, quarter, later, people):
    third = made_quarter(2024, 3)
    Redefinition.objects.create(indicator=people, quarter=later, definition="Cả lối mở", words="thêm lối mở")
    for each, value in ((quarter, 5), (later, 9), (third, 12)):
        approved_with(post, each, people, Decimal(value))
    figures = gather([post], [quarter, later, third])
    assert quarter_before(figures, people.code, period_of(later)) is None
    assert quarter_before(figures, people.code, period_of(third)).difference == 3


def test_a_provisional_figure_is_counted_from_the_answer(post, quarter, people):
    unit_return = made_return(post, quarter)
    made_answer(unit_return, people, Decimal(4))
    assert (unit_return.pk, people.code, "", 4) in set(tally(UnitReturn.objects.all()))
    taken_to(Status.SUBMITTED, unit_return)
    figures = gather([post], [quarter], basis=Basis.PROVISIONAL)
    assert figures.total(people.code, period_of(quarter)) == 4


def test_a_quarter_after_the_last_is_not_asked(post, quarter, later):
    indicator = made_indicator(first=quarter, last_quarter=quarter)
    assert Indicator.objects.in_use()[0].of(UnitKind.POST, quarter)
    assert not Indicator.objects.in_use()[0].of(UnitKind.POST, later)
    assert indicator.first_quarter.first_day == datetime.date(2023, 12, 15)


def test_answers_that_a_return_is_not_asked_for_are_not_ticked(client, commander, post, quarter):
    unit_return = taken_to(Status.SUBMITTED, made_return(post, quarter))
    checker = made_user(Role.CHECKER)
    client.force_login(checker)
    where = reverse("return_check", args=[post.code, quarter, INDICATORS])
    answer = client.post(where, {"checked": "1", "revision": unit_return.revision}, follow=True)
    assert "không có chỉ tiêu nào phải báo cáo" in text(page(answer))
    assert not unit_return.marks.filter(kind=INDICATORS.slug).exists()
    assert not unit_return.steps.filter(step="checked").exists()
    back = reverse("return_send_back", args=[post.code, quarter])
    sent = {"back-reason": "Thiếu", "back-kinds": INDICATORS.slug, "revision": unit_return.revision}
    assert "không có chỉ tiêu nào phải báo cáo" in text(page(client.post(back, sent, follow=True)))
    assert not unit_return.steps.filter(step="sent_back").exists()


@pytest.mark.parametrize("role", [Role.STAFF, Role.HEAD, Role.CHECKER, Role.COMMANDER])
def test_the_page_of_an_answer_is_read_by_who_cannot_enter_it(client, post, quarter, people, role):
    goods = made_indicator("Hàng hóa", first=quarter)
    unit_return = made_return(post, quarter)
    answers = made_answer(unit_return, people, 5), made_answer(unit_return, goods)
    taken_to(Status.SUBMITTED, unit_return)
    client.force_login(made_user(role, post if role in {Role.STAFF, Role.HEAD} else None, username="ai"))
    number, nothing = (
        text(one(page(client.get(reverse("record", args=[post.code, quarter, INDICATORS, answer.pk]))), "main"))
        for answer in answers
    )
    assert "Người qua cửa khẩu" in number
    assert "Không phát sinh" not in number
    assert "Không phát sinh có" in nothing


def test_the_list_of_one_indicator_says_of_how_many_of_the_units_that_are_asked_for_it(
    client, commander, post, other_post, quarter, people
):
    gates = made_indicator("Qua cửa khẩu quốc tế", first=quarter, unit_kinds=["intl_gate_post"])
    type(post).objects.filter(pk=post.pk).update(kind=UnitKind.INTL_GATE_POST)
    for unit in (post, other_post):
        made_answer(made_return(unit, quarter), people, 5)
    client.force_login(commander)

    def said():
        where = reverse("records", args=[INDICATORS])
        shown = one(page(client.get(where, {"indicator": gates.code})), "p", class_="found")
        return text(shown)

    assert "số liệu của 0/1 đơn vị" in said()
    made_answer(UnitReturn.objects.get(unit=post), gates, 7)
    assert "7 lượt người" in said()
    assert "số liệu của 1/1 đơn vị" in said()
