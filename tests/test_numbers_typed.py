"""Numbers and days as people here type them: read the Vietnamese way, or refused at the field, never guessed."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from activity.fields import plain_number
from activity.kinds import KINDS
from activity.models import CriminalCase, Exhibit, Patrol
from reports import numbers

from .factories import made_patrol, made_return
from .typed import add, address, exhibits, refusal, shown, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit_return(client, head, quarter):
    """A draft of the unit whose head is signed in."""
    client.force_login(head)
    return made_return(head.unit, quarter)


@pytest.mark.parametrize(
    "text",
    ["05/03/2024", "5/3/2024", "05-03-2024", "5-3-2024", "05.03.2024", "5.3.2024", " 5/3/24 ", "5-3-24", "5.3.24"],
)
def test_a_day_is_read_day_first(client, unit_return, text):
    assert add(client, unit_return, "patrols", date=text).status_code == 302
    assert Patrol.objects.get().date == datetime.date(2024, 3, 5)


@pytest.mark.parametrize(
    "text", ["30/02/2024", "29/02/2023", "3/13/2024", "31/2", "hôm qua", "2024", "5/3/2024\x00", "05/3/0024"]
)
def test_what_is_no_day_is_refused_and_stays_typed(client, unit_return, text):
    response = add(client, unit_return, "patrols", date=text)
    assert refusal(response, "date") == f"“{text}” không phải là ngày: ghi theo mẫu 05/3/2024."
    assert shown(response, "date") == text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/12", datetime.date(2023, 12, 15)),
        ("31-12", datetime.date(2023, 12, 31)),
        (" 1.1 ", datetime.date(2024, 1, 1)),
        ("29/2", datetime.date(2024, 2, 29)),
        ("14/03", datetime.date(2024, 3, 14)),
    ],
)
def test_without_its_year_a_day_is_that_of_the_quarter(client, unit_return, text, day):
    """Quý I/2024 begins on 15/12/2023 and ends on 14/3/2024: what lies outside it is no day of it."""
    assert add(client, unit_return, "patrols", date=text).status_code == 302
    assert Patrol.objects.get().date == day


@pytest.mark.parametrize("text", ["15/3", "14/12", "31.10"])
def test_without_its_year_a_day_outside_the_quarter_is_told_so(client, unit_return, text):
    response = add(client, unit_return, "patrols", date=text)
    assert "Ngày phải từ 15/12/2023 đến 14/3/2024" in refusal(response, "date")
    assert shown(response, "date") == text


def test_the_day_of_a_record_comes_back_as_the_office_writes_it(client, unit_return):
    record = made_patrol(unit_return, date=datetime.date(2024, 3, 5))
    assert shown(client.get(address(unit_return, "patrols", record)), "date") == "05/3/2024"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_the_next_row_begins_with_the_day_and_the_sort_of_the_one_before(client, unit_return, kind):
    answer = add(client, unit_return, kind.slug, another="")
    assert answer.status_code == 302
    plain = f"{address(unit_return, kind.slug)}?after=99999"
    again, empty = client.get(answer.url), client.get(plain)
    sent = {name: value for name, value in typed(kind.slug).items() if name in kind.fields}
    assert kind.repeated[0] == "date"
    for name, value in sent.items():
        before = "05/3/2024" if name == "date" else value
        assert shown(again, name) == (before if name in kind.repeated else shown(empty, name)), name


WHOLE = [
    ("3.889", 3889),
    ("3889", 3889),
    ("3 889", 3889),
    ("3\u00a0889", 3889),
    ("3\u202f889", 3889),
    (" 12 ", 12),
    ("1.034.500", 1_034_500),
    ("2.147.483.647", 2_147_483_647),
    ("3.889 lượt người", 3889),  # as the field says
    ("3889 Lượt Người ", 3889),
]


@pytest.mark.parametrize(("text", "number"), WHOLE)
def test_a_whole_number_is_read_with_its_thousands(client, unit_return, text, number):
    assert add(client, unit_return, "patrols", participant_turns=text).status_code == 302
    assert Patrol.objects.get().participant_turns == number


def test_money_is_read_with_its_thousands_and_comes_back_so(client, unit_return):
    assert add(client, unit_return, "cases", paid_vnd="1.034.500.000").status_code == 302
    record = CriminalCase.objects.get()
    assert record.paid_vnd == 1_034_500_000
    assert shown(client.get(address(unit_return, "cases", record)), "paid_vnd") == "1.034.500.000"


NO_WHOLE_NUMBER = "Đồng chí nhập “{}”. Cần ghi số nguyên, ví dụ 3.889."
NO_NUMBER = "Đồng chí nhập “{}”. Cần ghi một số, ví dụ 24,3."
UNCLEAR_WHOLE = "“{}” không rõ: ô này ghi số nguyên, hàng nghìn viết 24.300."
UNCLEAR = "“{}” không rõ: phần thập phân viết sau dấu phẩy: {}; dấu chấm chỉ ngăn hàng nghìn, ví dụ 3.889."
TOO_LARGE = "Đồng chí nhập {}. Tối đa 2.147.483.647."
TOO_SMALL = "Đồng chí nhập {} lượt người. Giá trị phải lớn hơn hoặc bằng 0."
REFUSED = [
    ("3,000", NO_WHOLE_NUMBER.format("3,000")),  # Django would read 3
    ("3,5", NO_WHOLE_NUMBER.format("3,5")),
    ("12 lần", NO_WHOLE_NUMBER.format("12 lần")),
    ("mười", NO_WHOLE_NUMBER.format("mười")),
    ("1e3", NO_WHOLE_NUMBER.format("1e3")),
    ("9" * 5000, NO_WHOLE_NUMBER.format("9" * 30 + "…")),
    ("12\x003", NO_WHOLE_NUMBER.format("12\x003")),
    ("3.88", UNCLEAR_WHOLE.format("3.88")),
    ("3.8890", UNCLEAR_WHOLE.format("3.8890")),
    ("0.500", UNCLEAR_WHOLE.format("0.500")),
    ("12 5", UNCLEAR_WHOLE.format("12 5")),
    ("1.2.3", UNCLEAR_WHOLE.format("1.2.3")),
    ("2.147.483.648", TOO_LARGE.format("2.147.483.648 lượt người")),
    ("9223372036854775808", TOO_LARGE.format("9.223.372.036.854.775.808 lượt người")),
    ("9" * 40, TOO_LARGE.format("“" + "9" * 30 + "…”")),
    ("-5", TOO_SMALL.format("-5")),
    ("-3.889", TOO_SMALL.format("-3.889")),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_a_number_that_is_none_or_not_clear_or_too_large_is_refused_and_stays_typed(client, unit_return, text, words):
    response = add(client, unit_return, "patrols", participant_turns=text)
    assert refusal(response, "participant_turns") == words
    assert shown(response, "participant_turns") == text
    assert not Patrol.objects.exists()


WHOLE_FIELDS = [
    (kind.slug, name)
    for kind in KINDS
    for name in kind.fields
    if "Integer" in kind.model._meta.get_field(name).get_internal_type()
]


@pytest.mark.parametrize(("slug", "field"), WHOLE_FIELDS)
@pytest.mark.parametrize("text", ["5.000.000.001", "9" * 19, "9" * 40])
def test_no_whole_number_of_any_kind_goes_over_what_the_database_holds(client, unit_return, slug, field, text):
    response = add(client, unit_return, slug, **{field: text})
    assert ". Tối đa " in refusal(response, field)
    assert shown(response, field) == text


KILOMETRES = [
    ("24,3", "24.3"),
    ("24", "24.0"),
    ("0", "0.0"),
    ("200", "200.0"),
    ("0,1", "0.1"),
    ("24,0", "24.0"),
    ("24,30", "24.3"),
    ("24,3 km", "24.3"),
    ("24,3KM", "24.3"),
]
TOO_FAR = "Đồng chí nhập {} km. Từ 0 đến 200 km; viết phần thập phân sau dấu phẩy: 24,3."


@pytest.mark.parametrize(("text", "value"), KILOMETRES)
def test_kilometres_are_read_with_a_comma(client, unit_return, text, value):
    assert add(client, unit_return, "patrols", form="clearing", cleared_km=text).status_code == 302
    assert str(Patrol.objects.get().cleared_km) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("24.325", TOO_FAR.format("24.325")),  # 24 thousand
        ("24.3", UNCLEAR.format("24.3", "24,3")),
        ("0.3", UNCLEAR.format("0.3", "0,3")),
        ("24.35", UNCLEAR.format("24.35", "24,35")),
        ("1.2.3", UNCLEAR.format("1.2.3", "24,3")),
        ("201", TOO_FAR.format("201")),
        ("200,1", TOO_FAR.format("200,1")),
        ("24,35", "Đồng chí nhập 24,35 km. Chỉ được tối đa 1 chữ số thập phân."),
        ("khoảng 24", NO_NUMBER.format("khoảng 24")),
        ("24 m", NO_NUMBER.format("24 m")),  # counted in something else
        ("km", NO_NUMBER.format("km")),
        ("24.3 km", UNCLEAR.format("24.3", "24,3")),
        ("NaN", NO_NUMBER.format("NaN")),
        ("Infinity", NO_NUMBER.format("Infinity")),
        ("1,2,3", NO_NUMBER.format("1,2,3")),
        ("-1", TOO_FAR.format("-1")),
    ],
)
def test_kilometres_that_are_not_clear_or_out_of_bounds_are_refused_and_stay_typed(client, unit_return, text, words):
    response = add(client, unit_return, "patrols", form="clearing", cleared_km=text)
    assert refusal(response, "cleared_km") == words
    assert shown(response, "cleared_km") == text


@pytest.mark.parametrize(("value", "text"), [("24.3", "24,3"), ("24.0", "24"), ("100.0", "100"), ("0.0", "0")])
def test_kilometres_come_back_as_people_write_them(client, unit_return, value, text):
    record = made_patrol(unit_return, cleared_km=Decimal(value))
    assert shown(client.get(address(unit_return, "patrols", record)), "cleared_km") == text


@pytest.mark.parametrize(
    ("typed_in", "value", "text"),
    [
        ("346,433", "346.433", "346,433"),
        ("2", "2.000", "2"),
        ("1.034.500.000", "1034500000.000", "1.034.500.000"),
        ("0,5", "0.500", "0,5"),
    ],
)
def test_a_quantity_goes_in_and_comes_back(client, unit_return, typed_in, value, text):
    row = {"name": "Ma túy", "quantity": typed_in, "unit": "gam"}
    assert add(client, unit_return, "cases", **exhibits(row)).status_code == 302
    assert str(Exhibit.objects.get().quantity) == value
    page = client.get(address(unit_return, "cases", CriminalCase.objects.get()))
    assert shown(page, "rows-0-quantity") == text


def test_a_quantity_that_looks_like_a_point_before_decimals_is_not_guessed(client, unit_return):
    row = {"name": "Ma túy", "quantity": "0.500", "unit": "gam"}
    response = add(client, unit_return, "cases", **exhibits(row))
    assert refusal(response, "rows-0-quantity") == UNCLEAR.format("0.500", "0,500")
    # The summary says of which row.
    assert "Tang vật 1, Số lượng" in response.content.decode()
    assert shown(response, "rows-0-quantity") == "0.500"


@given(st.integers(0, 10**12))
def test_every_whole_number_that_we_write_is_read_back(number):
    assert int(plain_number(numbers.number(number))) == number


@given(st.decimals(0, 10**8, places=3))
def test_every_decimal_that_we_write_is_read_back(number):
    assert Decimal(plain_number(f"{number:,}".translate(str.maketrans(",.", ".,")))) == number


@given(st.text(alphabet="0123456789., -\u00a0", max_size=12))
def test_whatever_is_read_is_written_the_same_way_but_for_thousands(text):
    """Nothing is dropped but separators of thousands, and those stand in threes."""
    try:
        plain = plain_number(text)
    except ValidationError:
        return
    whole = text.strip().partition(",")[0]
    if plain.partition(".")[0] != whole:
        assert all(len(group) == 3 for group in whole.replace(" ", ".").replace("\u00a0", ".").split(".")[1:])
