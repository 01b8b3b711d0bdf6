"""Figures with indicators against a slow oracle in plain Python, and the rooms that show them."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.comparison import compare
from activity.gathering import gather
from activity.like_for_like import by_present_unit
from activity.management.commands.self_check import differences
from activity.measures import MEASURES, Measure
from activity.models import Indicator, IndicatorAnswer, Redefinition
from activity.models.asked import Asked, Redefined
from activity.models.choices import Role, Status, UnitKind
from reports.charts import by_unit, over_quarters
from reports.narrative import results
from reports.tables import by_unit as annexes

from .factories import made_answer, made_indicator, made_quarter, made_return, made_unit, made_user, taken_to
from .made_figures import made_figures, made_period
from .reading import page, text
from .test_like_for_like import histories, slow_heir
from .test_query_counts import queries

PERIODS = [made_period(2023 + n // 4, n % 4 + 1) for n in range(6)]
CODES = ("A", "B", "C", "D")


def gates(redefined=(), adds_up=True, last_day=None) -> Measure:
    """The measure of an indicator that is asked from quý II/2023 on."""
    asked = Asked(
        1, 1, "ct-gates", "Người qua cửa khẩu", "border", "lượt người", "whole", "", Decimal(0), None, adds_up, True,
        frozenset(), PERIODS[1].first_day, last_day, tuple(redefined),
    )  # fmt: skip
    return Measure(
        asked.code, asked.name, IndicatorAnswer, None, asked.counted_in, "border",
        asked=asked, adds_up=adds_up, charted=True,
    )  # fmt: skip


@st.composite
def answered(draw):
    """What units reported: no return, a return without an answer, or an answer; and a change of the definition."""
    places = [(period.year, period.number, code) for period in PERIODS for code in CODES]
    said = st.sampled_from([None, {}, *({"ct-gates": number} for number in (0, 1, 7, 40))])
    numbers = draw(st.lists(said, min_size=len(places), max_size=len(places)))
    cells = {place: number for place, number in zip(places, numbers, strict=True) if number is not None}
    at = draw(st.none() | st.sampled_from(PERIODS[1:]))
    redefined = (Redefined(at.first_day, "thêm lối mở", "Cả lối mở"),) if at else ()
    return cells, redefined


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answered())
def test_figures_of_an_indicator_are_what_counting_by_hand_gives(history):
    cells, redefined = history
    measure = gates(redefined)
    figures = made_figures(cells, units=CODES, measures=(*MEASURES, measure))

    def by_hand(period):
        found = {code: cells.get((period.year, period.number, code), {}).get("ct-gates") for code in CODES}
        return {code: number for code, number in found.items() if number is not None}

    for now in figures.periods:
        numbers = by_hand(now)
        assert figures.total("ct-gates", now) == (sum(numbers.values()) if numbers else None)
        assert [unit.code for unit in figures.reported(now, "ct-gates")] == list(numbers)
        assert [unit.code for unit in figures.missing(now, "ct-gates")] == [c for c in CODES if c not in numbers]
        for then in figures.periods:
            if then.first_day >= now.first_day:
                continue
            both = [code for code in numbers if code in by_hand(then)]
            crossed = any(then.first_day < each.first_day <= now.first_day for each in redefined)
            found = compare(figures, "ct-gates", now, then)
            if crossed or not both:
                assert found is None
            else:
                assert found.value == sum(numbers[code] for code in both)
                assert found.base == sum(by_hand(then)[code] for code in both)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_an_indicator_is_carried_on_by_present_unit_like_any_measure(history):
    figures, kin = history
    measure = gates()
    # What the patrols were is what the gates answered, where there were some.
    values = {
        cell: {("ct-gates", ""): numbers["patrols", ""]} if numbers.get(("patrols", "")) else {}
        for cell, numbers in figures.values.items()
    }
    figures = replace(figures, values=values, measures=(measure,))
    present = by_present_unit(figures, kin)
    for period in figures.periods:
        assert present.total("ct-gates", period) == figures.total("ct-gates", period)
        for unit in present.units:
            summed = [figures.value("ct-gates", period, u) for u in figures.units if slow_heir(u, kin) == unit]
            known = [number for number in summed if number is not None]
            assert present.value("ct-gates", period, unit) == (sum(known) if known else None)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_gathered_figures_of_indicators_are_what_was_answered(command, seed):
    dice = random.Random(seed)
    quarters = [made_quarter(2023, number) for number in range(1, 4)]
    units = [
        made_unit(f"u{n}", kind=dice.choice([UnitKind.POST, UnitKind.GATE_POST, UnitKind.BATTALION])) for n in range(4)
    ]
    for number in range(3):
        made_indicator(
            f"Chỉ tiêu {number}",
            first=dice.choice(quarters),
            unit_kinds=dice.choice([[], ["post"], ["gate_post", "battalion"]]),
            number="decimal" if number == 1 else "whole",
        )
    rows = {row.code: row for row in Indicator.objects.exclude(first_quarter=None)}
    told = {}
    for quarter in quarters:
        for unit in units:
            unit_return = made_return(unit, quarter)
            for row in rows.values():
                kinds = row.unit_kinds or [unit.kind]
                if row.first_quarter.first_day <= quarter.first_day and unit.kind in kinds:
                    value = dice.choice(
                        [None, Decimal(0), Decimal(dice.randint(1, 900)) / (10 if row.decimals else 1)]
                    )
                    made_answer(unit_return, row, value)
                    told[quarter.code, unit.code, row.code] = value or 0
            taken_to(Status.APPROVED, unit_return)
    figures = gather(units, quarters)
    for period, quarter in zip(figures.periods, quarters, strict=True):
        for unit in figures.units:
            for code in rows:
                assert figures.value(code, period, unit) == told.get((quarter.code, unit.code, code))
        for code in rows:
            by_hand = [value for (q, _u, c), value in told.items() if (q, c) == (quarter.code, code)]
            assert figures.total(code, period) == (sum(by_hand) if by_hand else None)


# The rooms


def over(cells, **named):
    return made_figures(cells, units=("A", "B"), measures=(*MEASURES, gates(**named)))


def numbers(*values):
    """One number a quarter of unit A, from quý I/2023 on."""
    at = zip(PERIODS, values, strict=False)
    return {(period.year, period.number, "A"): {"ct-gates": value} for period, value in at}


def test_a_changed_definition_breaks_the_chart_with_its_words():
    changed = [Redefined(PERIODS[3].first_day, "thêm lối mở", "Cả lối mở")]
    chart = over_quarters(over(numbers(0, 3, 5, 7, 9), redefined=changed), ("ct-gates",))
    assert [(mark.at, mark.label) for mark in chart.breaks] == [(3, "thêm lối mở")]
    assert over_quarters(over(numbers(0, 3, 5, 7, 9)), ("ct-gates",)).breaks == ()


def test_a_chart_by_unit_shows_no_value_of_before_the_change():
    changed = [Redefined(PERIODS[4].first_day, "thêm lối mở", "Cả lối mở")]
    cells = numbers(0, 3, 5, 7, 9, 11)
    assert by_unit(over(cells, redefined=changed), "ct-gates", PERIODS[5], PERIODS[1]).compared == ()
    assert by_unit(over(cells), "ct-gates", PERIODS[5], PERIODS[1]).compared


def test_a_state_is_the_value_of_its_quarter_and_is_never_summed():
    figures = over(numbers(0, 3, 5, 7), adds_up=False)
    chart = over_quarters(figures, ("ct-gates",))
    assert chart.series[0].values == (0, 3, 5, 7)
    assert [figures.total("ct-gates", period) for period in figures.periods] == [0, 3, 5, 7]
    assert "số hiện có cuối quý" in chart.subtitle
    (sentence,) = [s for s in results(figures, PERIODS[3])[0].sentences if s.startswith("Người qua cửa khẩu")]
    assert sentence.startswith("Người qua cửa khẩu: 07 lượt người tính đến cuối quý")


def test_the_report_says_an_indicator_in_its_section_and_lists_it_by_unit():
    figures = over(numbers(0, 3, 5, 7, 9, 11))
    (sentence,) = [s for s in results(figures, PERIODS[5])[0].sentences if s.startswith("Người qua cửa khẩu")]
    assert sentence == "Người qua cửa khẩu: 11 lượt người, tăng 08 lượt người so với cùng kỳ năm 2023."
    column = ("Người qua cửa khẩu", "lượt người")
    (annex,) = [table for table in annexes(figures, PERIODS[5]) if column in table.columns]
    assert annex.total.cells[annex.columns.index(column)] == "11"


def test_below_the_column_of_an_indicator_stands_of_how_many_of_the_units_that_are_asked_the_total_is():
    now = PERIODS[5]
    cells = {(now.year, now.number, code): {"ct-gates": 3} if code == "A" else {} for code in "ABC"}
    c = made_figures(cells).units[2]
    asked_of = {"not_asked": {"ct-gates": frozenset({(now, c)})}}
    figures = made_figures(cells, measures=(*MEASURES, gates()), **asked_of)
    column = ("Người qua cửa khẩu", "lượt người")
    (annex,) = [table for table in annexes(figures, now) if column in table.columns]
    assert annex.total.label == "Tổng cộng (3/3 đơn vị)"
    assert annex.total.cells[annex.columns.index(column)] == "3 (1/2)"
    assert [cell for cell in annex.total.cells if "/" in cell] == ["3 (1/2)"]
    assert annex.note.endswith("(n/m) Số đơn vị đã báo cáo trên số đơn vị phải báo cáo chỉ tiêu.")
    everybody = made_figures({cell: {"ct-gates": 3} for cell in cells}, measures=(*MEASURES, gates()))
    assert not any("/" in cell for table in annexes(everybody, now) for cell in table.total.cells)
    assert not any("(n/m)" in table.note for table in annexes(everybody, now))


def test_indicators_that_nobody_reported_are_named_in_one_sentence():
    vehicles = replace(gates(), slug="ct-vehicles", label="Phương tiện qua cửa khẩu")

    def sentences(cell):
        quarter = (PERIODS[1].year, PERIODS[1].number, "A")
        figures = made_figures({quarter: cell}, units=("A",), measures=(*MEASURES, gates(), vehicles))
        return [told for told in results(figures, PERIODS[1])[0].sentences if "cửa khẩu" in told]

    assert sentences({}) == [
        "Chưa có số liệu (chưa đơn vị nào báo cáo): Người qua cửa khẩu; Phương tiện qua cửa khẩu.",
    ]
    assert sentences({"ct-gates": 4}) == [
        "Người qua cửa khẩu: 04 lượt người.",
        "Chưa có số liệu (chưa đơn vị nào báo cáo): Phương tiện qua cửa khẩu.",
    ]


# Twenty at once


@pytest.fixture
def twenty(db, command):
    """A province with twenty indicators on, all answered."""
    quarters = [made_quarter(2023, 4), made_quarter(2024, 1)]
    posts = [made_unit("tra-linh"), made_unit("other")]
    for role in Role:
        made_user(role, posts[0] if role in {Role.STAFF, Role.HEAD} else None, password=None)
    rows = [made_indicator(f"Chỉ tiêu {n}", first=quarters[0]) for n in range(20)]
    for row in rows[:5]:
        Redefinition.objects.create(indicator=row, quarter=quarters[1], definition="Cả lối mở", words="thêm lối mở")
    for quarter in quarters:
        for post in posts:
            unit_return = made_return(post, quarter)
            IndicatorAnswer.objects.bulk_create(
                IndicatorAnswer(unit_return=unit_return, indicator=row, date=quarter.last_day, value=Decimal(n))
                for n, row in enumerate(rows)
            )
            if quarter == quarters[0]:
                taken_to(Status.APPROVED, unit_return)
    return rows


# As many as without any, see tests/test_query_counts.py; the list of answers reads the indicators to choose from.
COSTS = {
    "/": ("head", 8),
    "/returns/": ("staff", 7),
    "/returns/tra-linh/2024Q1/": ("head", 6),
    "/returns/tra-linh/2023Q4/": ("commander", 4),
    "/returns/tra-linh/2024Q1/indicators/": ("staff", 7),
    "/records/indicators/": ("commander", 8),
    "/dashboard/2023Q4/": ("commander", 8),
    "/summary/2023Q4/": ("commander", 11),
}


@pytest.mark.django_db
@pytest.mark.parametrize("where", COSTS)
def test_a_page_takes_no_more_queries_with_twenty_indicators(client, twenty, where, django_user_model):
    role, expected = COSTS[where]
    client.force_login(django_user_model.objects.get(username=role))
    assert expected <= 12
    with queries(expected):
        answer = client.get(where)
    assert answer.status_code == 200


def test_every_room_shows_all_twenty(client, twenty, django_user_model):
    client.force_login(django_user_model.objects.get(username="commander"))
    for where in ("/returns/tra-linh/2024Q1/", "/records/indicators/", "/dashboard/2023Q4/", "/summary/2023Q4/"):
        shown = text(page(client.get(where)))
        assert all(f"Chỉ tiêu {n}" in shown for n in range(20)), where


@pytest.mark.django_db
def test_a_stored_figure_of_an_indicator_is_its_recount(twenty):
    assert list(differences()) == []
