"""The form of a record says what each number is counted in, how far it may go, and what stood there last time."""

import datetime

import pytest
from django.db.models import CheckConstraint
from django.utils import translation

from activity.kinds import KINDS
from activity.models.amendment import amend
from activity.models.choices import PatrolForm, Role, Status

from . import reading
from .factories import made_patrol, made_quarter, made_return, somebody, taken_to
from .typed import add, address, refusal

pytestmark = pytest.mark.django_db

NUMBERS = [(kind, name) for kind in KINDS for name in kind.numbers]
MARCH = [datetime.date(2024, 3, day) for day in range(1, 11)]


@pytest.fixture
def unit_return(client, staff, quarter):
    """A draft of the unit whose staff is signed in."""
    client.force_login(staff)
    return made_return(staff.unit, quarter)


def field_of(answer, name):
    """The unit in the frame of a field and the help that describes it."""
    tree = reading.page(answer)
    field = reading.one(tree, "input", id=f"id_{name}")
    (frame,) = [e for e in reading.elements(tree, "span") if field in list(reading.elements(e, "input"))]
    helps = [e for e in reading.elements(tree, "div") if reading.attribute(e, "id") == f"id_{name}_helptext"]
    described = (reading.attribute(field, "aria-describedby") or "").split()
    assert [reading.attribute(e, "id") for e in helps] == [each for each in described if each.endswith("helptext")]
    return reading.text(frame), " ".join(reading.text(e) for e in helps)


def test_the_day_of_a_project_is_that_of_its_state(client, unit_return):
    _frame, told = field_of(client.get(address(unit_return, "projects")), "date")
    assert told == "Ngày đạt trạng thái này; nếu không có gì thay đổi thì ghi ngày cuối quý."


def last_time(answer, name):
    return field_of(answer, name)[1].partition("Lần trước: ")[2].rstrip(".")


IN_THE_FRAME = {
    "patrols": {
        "times": "lần",
        "participant_turns": "lượt người",
        "partner_turns": "lượt người",
        "cleared_km": "km",
    },
    "propaganda": {"times": "lần", "listener_turns": "lượt người nghe", "leaflets": "tờ"},
    "cases": {
        "cases": "vụ",
        "subjects": "đối tượng",
        "ownerless": "vụ",
        "fined_vnd": "đồng",
        "paid_vnd": "đồng",
    },
    "projects": {},
    "foreign-affairs": {
        "times": "lần/thư",
        "our_people": "người",
        "their_people": "người",
        "persons_handed": "người",
    },
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_every_number_has_what_it_is_counted_in_within_its_frame(client, unit_return, kind):
    answer = client.get(address(unit_return, kind.slug))
    assert {name: field_of(answer, name)[0] for name in kind.numbers} == IN_THE_FRAME[kind.slug]


@pytest.mark.parametrize(("kind", "name"), NUMBERS, ids=lambda value: getattr(value, "slug", value))
def test_a_number_with_a_limit_says_so_before_anything_is_typed(client, unit_return, kind, name):
    limits = [
        each for each in kind.model._meta.constraints
        if isinstance(each, CheckConstraint) and each.violation_error_code == name
    ]  # fmt: skip
    assert limits or name in {"cases", "subjects"}, "no number is without a limit"
    assert field_of(client.get(address(unit_return, kind.slug)), name)[1]


def test_limits_are_told_in_the_words_of_the_office(client, unit_return):
    answer = client.get(address(unit_return, "patrols"))
    assert field_of(answer, "partner_turns")[1] == "Không lớn hơn lượt người tham gia."
    assert field_of(answer, "cleared_km")[1].startswith("Từ 0 đến 200 km, một chữ số thập phân")


def test_the_form_says_what_the_unit_entered_last_in_each_field(client, unit_return, other_post, quarter):
    made_patrol(unit_return, date=MARCH[1], times=2, participant_turns=1_200, cleared_km="3.5")
    made_patrol(unit_return, date=MARCH[4], times=3, participant_turns=9)
    made_patrol(made_return(other_post, quarter), date=MARCH[8], times=8, participant_turns=80)
    answer = client.get(address(unit_return, "patrols"))
    assert last_time(answer, "times") == "3"
    assert last_time(answer, "participant_turns") == "9"
    assert last_time(answer, "cleared_km") == "3,5"
    assert last_time(answer, "partner_turns") == ""


def test_the_last_values_reach_back_into_earlier_quarters_and_leave_out_what_was_superseded(client, unit_return):
    earlier = made_return(unit_return.unit, made_quarter(2023, 4))
    made_patrol(earlier, date=datetime.date(2023, 11, 1), participant_turns=700, times=70)
    taken_to(Status.APPROVED, earlier)
    second = amend(earlier, by=somebody(Role.HEAD, earlier.unit), reason="Đếm thiếu")
    for patrol in second.records(KINDS[0]):
        patrol.participant_turns = 800
        patrol.save()
    taken_to(Status.APPROVED, second)
    shown = client.get(address(unit_return, "patrols"))
    assert last_time(shown, "participant_turns").startswith("800")
    help_text = reading.one(reading.page(shown), "div", id="id_participant_turns_helptext")
    links = [reading.attribute(link, "href") for link in reading.elements(help_text, "a")]
    assert links == ["/returns/tra-linh/2023Q4/versions/2/difference/"]


def test_where_the_form_of_patrol_is_known_the_last_of_that_form_counts(client, unit_return):
    made_patrol(unit_return, date=MARCH[1], form=PatrolForm.UNILATERAL, participant_turns=11)
    made_patrol(unit_return, date=MARCH[3], form=PatrolForm.LOCAL_CONTROL, participant_turns=22)
    assert last_time(client.get(address(unit_return, "patrols")), "participant_turns") == "22"
    refused = add(client, unit_return, "patrols", form="unilateral", participant_turns="mười")
    assert last_time(refused, "participant_turns") == "11"


def test_a_record_that_stands_is_compared_with_those_before_it(client, unit_return):
    made_patrol(unit_return, date=MARCH[1], participant_turns=11)
    record = made_patrol(unit_return, date=MARCH[3], participant_turns=22)
    made_patrol(unit_return, date=MARCH[5], participant_turns=33)
    assert last_time(client.get(address(unit_return, "patrols", record)), "participant_turns") == "11"


def test_a_record_of_an_amendment_is_not_compared_with_what_it_is_a_copy_of(client, unit_return):
    made_patrol(unit_return, date=MARCH[1], participant_turns=11)
    made_patrol(unit_return, date=MARCH[3], participant_turns=22)
    taken_to(Status.APPROVED, unit_return)
    second = amend(unit_return, by=somebody(Role.HEAD, unit_return.unit), reason="Đếm thiếu")
    copy = second.records(KINDS[0]).get(date=MARCH[3])
    assert last_time(client.get(address(second, "patrols", copy)), "participant_turns") == "11"


@pytest.mark.parametrize(
    ("slug", "typed", "field", "words"),
    [
        ("patrols", {"times": "7"}, "participant_turns", "Đồng chí nhập 6 lượt người (số lần: 7). "),
        (
            "patrols",
            {"partner_turns": "1.007"},
            "partner_turns",
            "Đồng chí nhập 1.007 lượt người (lượt người tham gia: 6). ",
        ),
        (
            "propaganda",
            {"times": "1.041"},
            "listener_turns",
            "Đồng chí nhập 40 lượt người nghe (hình thức: Tập trung; số lần: 1.041). ",
        ),
        ("cases", {"ownerless": "3", "subjects": "0"}, "ownerless", "Đồng chí nhập 3 vụ (số vụ: 1). "),
        ("cases", {"ownerless": "1"}, "subjects", "Đồng chí nhập 2 đối tượng (số vụ: 1; số vụ vô chủ: 1). "),
        ("cases", {"fined_vnd": "5.000.000.001"}, "fined_vnd", "Đồng chí nhập 5.000.000.001 đồng. "),
        ("projects", {"opened_on": "6/3/2024"}, "opened_on", "Đồng chí nhập 06/3/2024 (ngày: 05/3/2024). "),
        (
            "foreign-affairs",
            {"persons_handed": "4"},
            "persons_handed",
            "Đồng chí nhập 4 người (loại hoạt động: Gặp gỡ, làm việc). ",
        ),
        ("patrols", {"date": "15/3/2024"}, "date", "Đồng chí nhập 15/3/2024. "),
    ],
    ids=str,
)
def test_a_refusal_names_every_value_that_was_compared(client, unit_return, slug, typed, field, words):
    assert refusal(add(client, unit_return, slug, **typed), field).startswith(words)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"participant_turns": ""}, "participant_turns"), ({"form": "clearing"}, "cleared_km")],
    ids=str,
)
def test_what_was_left_empty_is_not_said_to_have_been_entered(client, unit_return, typed, field):
    assert "Đồng chí nhập" not in refusal(add(client, unit_return, "patrols", **typed), field)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_field_is_called_optional_where_no_row_must_have_it(client, unit_return, kind):
    answer = client.get(address(unit_return, kind.slug))
    labels = {reading.attribute(e, "for"): reading.text(e) for e in reading.elements(reading.page(answer), "label")}
    optional = {name for name in kind.fields if "(không bắt buộc)" in labels.get(f"id_{name}", "")}
    with translation.override("vi"):
        told = {name for name in kind.fields if "bắt buộc" in str(kind.field(name).help_text).lower()}
    assert told == kind.model.SOMETIMES_REQUIRED
    assert optional == {name for name in kind.fields if kind.field(name).blank} - told
