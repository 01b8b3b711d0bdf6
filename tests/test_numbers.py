"""Numbers, money, dates and quarters as Vietnamese text."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activity.dates import short_date
from reports import numbers
from tests.made_figures import made_period

COUNTS = st.integers(min_value=0, max_value=10**13)
KILOMETRES = st.decimals(min_value=0, max_value=10_000, places=1)


def read(text: str) -> Decimal:
    """The number that a Vietnamese reader sees in ``text``."""
    return Decimal(text.replace("−", "-").replace(".", "").replace(",", "."))


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (9, 0, "9"),
        (999, 0, "999"),
        (3889, 0, "3.889"),
        (1_034_500_000, 0, "1.034.500.000"),
        (-1234, 0, "−1.234"),
        (Decimal("50.4"), 1, "50,4"),
        (50, 1, "50,0"),
        (Decimal("333.125"), 3, "333,125"),
        (Decimal("1234.5"), 1, "1.234,5"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("-0.04"), 1, "0"),
        (None, 0, "–"),
        (None, 1, "–"),
    ],
)
def test_thousands_have_a_point_and_decimals_a_comma(value, decimals, text):
    assert numbers.number(value, decimals) == text


@settings(deadline=None)
@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_a_written_number_reads_back(value):
    assert read(numbers.number(value)) == value


@settings(deadline=None)
@given(KILOMETRES)
def test_a_written_decimal_reads_back_with_and_without_closing_zeros(value):
    assert read(numbers.number(value, 1)) == read(numbers.plain(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("50.0"), "50"), (Decimal("50.40"), "50,4"), (1200, "1.200"), (0, "0"), (None, "–")],
)
def test_a_plain_number_has_no_closing_zeros(value, text):
    assert numbers.plain(value) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (412, "412"), (3889, "3.889"), (None, "–")]
)
def test_a_count_below_ten_has_a_leading_zero_in_prose(count, text):
    assert numbers.prose_count(count) == text


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((412, "lần", 3889, "lượt người"), "412 lần/3.889 lượt người"),
        ((2, "vụ", 3, "đối tượng"), "02 vụ/03 đối tượng"),
        ((1, "vụ", 0, "đối tượng"), "01 vụ"),
        ((1, "vụ", None, "đối tượng"), "01 vụ"),
    ],
)
def test_two_counts_stand_together_without_spaces(counts, text):
    assert numbers.pair(*counts) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("32.1"), "32,1%"), (Decimal("50.0"), "50%"), (Decimal("1250.04"), "1.250%"), (None, "–")],
)
def test_a_per_cent_has_at_most_one_decimal(value, text):
    assert numbers.percent(value) == text


@pytest.mark.parametrize(
    ("vnd", "whole", "short", "rough"),
    [
        (0, "0 đồng", "0 đồng", "0 đồng"),
        (850_000, "850.000 đồng", "850.000 đồng", "850.000 đồng"),
        (853_500, "853.500 đồng", "854.000 đồng", "trên 850.000 đồng"),
        (999_600, "999.600 đồng", "1 triệu đồng", "gần 1 triệu đồng"),
        (120_000_000, "120.000.000 đồng", "120 triệu đồng", "120 triệu đồng"),
        (119_999_999, "119.999.999 đồng", "120 triệu đồng", "gần 120 triệu đồng"),
        (999_600_000, "999.600.000 đồng", "1 tỷ đồng", "gần 1 tỷ đồng"),
        (1_000_000_000, "1.000.000.000 đồng", "1 tỷ đồng", "1 tỷ đồng"),
        (1_034_500_000, "1.034.500.000 đồng", "1,03 tỷ đồng", "trên 1 tỷ đồng"),
        (1_250_000_000, "1.250.000.000 đồng", "1,25 tỷ đồng", "trên 1,2 tỷ đồng"),
        (1_250_000_001, "1.250.000.001 đồng", "1,25 tỷ đồng", "gần 1,3 tỷ đồng"),
        (None, "–", "–", "–"),
    ],
)
def test_money_is_written_whole_in_tables_short_on_tiles_and_rough_in_prose(vnd, whole, short, rough):
    assert numbers.money(vnd) == whole
    assert numbers.money_short(vnd) == short
    assert numbers.money_rough(vnd) == rough


@pytest.mark.parametrize(
    ("km", "text"),
    [
        ("50.4", "trên 50 km"),
        ("50.5", "trên 50 km"),
        ("50.6", "gần 51 km"),
        ("50", "50 km"),
        ("4.2", "4,2 km"),
        ("0.4", "0,4 km"),
        ("99.6", "gần 100 km"),
        ("333.1", "trên 330 km"),
    ],
)
def test_kilometres_in_prose_have_two_significant_digits(km, text):
    assert numbers.km_rough(Decimal(km)) == text


def test_kilometres_that_were_not_reported_are_a_dash():
    assert numbers.km_rough(None) == "–"


def truthful(value: Decimal, written: Decimal, text: str) -> bool:
    if text.startswith("trên "):
        return value > written
    return value < written if text.startswith("gần ") else value == written


@settings(deadline=None)
@given(KILOMETRES)
def test_the_qualifier_of_kilometres_is_truthful_and_close(km):
    text = numbers.km_rough(km)
    written = read(text.removeprefix("trên ").removeprefix("gần ").removesuffix(" km"))
    assert truthful(km, written, text)
    assert abs(km - written) <= km / 20


@settings(deadline=None)
@given(COUNTS)
def test_the_qualifier_of_money_is_truthful_and_close(vnd):
    text = numbers.money_rough(vnd)
    amount, *scale = text.removeprefix("trên ").removeprefix("gần ").removesuffix(" đồng").split()
    written = read(amount) * {(): 1, ("triệu",): 10**6, ("tỷ",): 10**9}[tuple(scale)]
    assert truthful(vnd, written, text)
    assert abs(vnd - written) <= Decimal(vnd) / 20


@pytest.mark.parametrize(("number", "name"), [(1, "quý I/2024"), (4, "quý IV/2024")])
def test_a_quarter_has_a_roman_number(number, name):
    assert numbers.quarter(made_period(2024, number)) == name


def test_whatever_has_a_year_and_a_number_is_a_quarter():
    assert numbers.quarter(SimpleNamespace(year=2025, number=3)) == "quý III/2025"


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        ((2024, 1, 5), "05/01/2024", "ngày 05 tháng 01 năm 2024"),
        ((2024, 2, 29), "29/02/2024", "ngày 29 tháng 02 năm 2024"),
        ((2024, 3, 5), "05/3/2024", "ngày 05 tháng 3 năm 2024"),
        ((2023, 12, 28), "28/12/2023", "ngày 28 tháng 12 năm 2023"),
    ],
)
def test_only_small_days_and_the_first_two_months_carry_a_zero(day, short, long):
    assert short_date(datetime.date(*day)) == short
    assert numbers.date_long(datetime.date(*day)) == long
