"""Figures by present unit: over any history the sum over predecessors is the successor's, and no total changes."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from activity.comparison import compare
from activity.figures import Figures, Kin
from activity.gathering import gather
from activity.like_for_like import Break, breaks, by_present_unit, kin_of, with_kin
from activity.measures import MEASURES
from activity.models import Quarter, Unit
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.successions import merge, split
from reports.charts import by_unit, over_quarters, table
from reports.tables import by_unit as annexes

from .factories import made_case, made_quarter, made_return, made_unit, made_user, somebody, taken_to
from .made_figures import made_figures, made_period, made_units

PERIODS = [made_period(2023 + n // 4, n % 4 + 1) for n in range(8)]


def day_in(period):
    return period.first_day + datetime.timedelta(days=10)


@st.composite
def histories(draw):
    """Figures of units that merge and split over eight quarters, and how they descend; all report, or at random."""
    alive, codes, kin, cells, there = ["A", "B", "C", "D"], ["A", "B", "C", "D"], [], {}, set()
    all_report = draw(st.booleans())
    for number, period in enumerate(PERIODS):
        for code in alive:
            there.add((period, code))
            if all_report or draw(st.booleans()):
                numbers = {measure.slug: draw(st.integers(0, 50)) for measure in MEASURES[:3]}
                cells[period.year, period.number, code] = numbers | {("cases", "drugs"): draw(st.integers(0, 9))}
        deed = draw(st.sampled_from(["nothing", "merge", "merge into new", "split", "split and go on"]))
        if deed.startswith("merge") and len(alive) > 1:
            first, second = draw(st.permutations(alive))[:2]
            heir = f"M{number}" if deed == "merge into new" else first
            ending = {first, second} - {heir}
            kin += [(unit, heir, period, False) for unit in sorted(ending)]
            alive = [code for code in alive if code not in ending and code != heir] + [heir]
        elif deed.startswith("split") and alive:
            whole = draw(st.sampled_from(alive))
            parts = [f"S{number}a", f"S{number}b"]
            kin += [(whole, part, period, True) for part in parts]
            alive = [code for code in alive if deed == "split and go on" or code != whole] + parts
        codes += [code for code in alive if code not in codes]
    figures = made_figures(cells or {(2023, 1, "A"): {}}, units=codes)
    names = {unit.code: unit for unit in figures.units}
    gone = {(p, u) for p in figures.periods for u in figures.units if (p, u.code) not in there}
    figures = replace(figures, not_expected=frozenset(gone))
    return figures, tuple(Kin(names[old], names[new], day_in(at), part) for old, new, at, part in kin)


def slow_heir(unit, kin):
    """Who carries a unit on, step by step."""
    for each in kin:
        if each.predecessor == unit and not each.is_part:
            return slow_heir(each.successor, kin)
    return unit


@given(histories())
def test_the_sum_over_predecessors_is_the_successors(history):
    figures, kin = history
    present = by_present_unit(figures, kin)
    for period in figures.periods:
        for unit in present.units:
            for slug, part in [(measure.slug, "") for measure in MEASURES[:3]] + [("cases", "drugs")]:
                summed = [figures.value(slug, period, u, part) for u in figures.units if slow_heir(u, kin) == unit]
                known = [number for number in summed if number is not None]
                assert present.value(slug, period, unit, part) == (sum(known) if known else None)


@given(histories())
def test_the_total_is_the_same_in_both_views(history):
    figures, kin = history
    present = by_present_unit(figures, kin)
    for period in figures.periods:
        for measure in MEASURES:
            assert present.total(measure.slug, period) == figures.total(measure.slug, period)
            assert present.parts(measure.slug, period) == figures.parts(measure.slug, period)


@given(histories())
def test_where_everybody_reported_a_comparison_is_of_the_totals_whatever_happened_between(history):
    figures, kin = history
    figures = replace(figures, kin=kin)
    present = by_present_unit(figures, kin)
    whole = [period for period in figures.periods if figures.reported(period) and not figures.missing(period)]
    for at, period in enumerate(whole):
        for against in whole[:at]:
            totals = tuple(figures.total("patrols", each) for each in (period, against))
            for found in (compare(figures, "patrols", period, against), compare(present, "patrols", period, against)):
                assert (found.value, found.base, found.left_out) == (*totals, ())


def test_by_present_unit_who_lacks_a_predecessor_does_not_compare():
    figures = made_figures({(2024, 1, "A"): {"patrols": 5}, (2023, 1, "A"): {"patrols": 3}}, units=("A", "B"))
    a, b = figures.units
    now, then = made_period(2024, 1), made_period(2023, 1)
    merger = (Kin(b, a, day_in(then), False),)
    figures = replace(figures, not_expected=frozenset({(now, b)}))
    assert compare(by_present_unit(figures, ()), "patrols", now, then).base == 3
    assert compare(by_present_unit(figures, merger), "patrols", now, then) is None


def test_by_present_unit_who_lacks_a_predecessor_is_named_below_charts_and_annexes():
    figures = made_figures({(2024, 1, "A"): {"patrols": 5}, (2023, 1, "A"): {"patrols": 3}, (2023, 1, "B"): {}})
    a, b, c = figures.units
    now, then = made_period(2024, 1), made_period(2023, 1)
    present = by_present_unit(figures, [Kin(b, a, made_period(2025, 1).first_day, is_part=False)])
    assert (present.partial(now), present.partial(then)) == ((a,), ())
    lacking = "quý I/2024: chưa đủ số liệu của các đơn vị đã sáp nhập vào Đồn BP A"
    with translation.override("vi"):
        for chart in (by_unit(present, "patrols", now), over_quarters(present, ["patrols"])):
            assert lacking in chart.note.replace("Quý", "quý")
        assert "sáp nhập" not in by_unit(present, "patrols", then).note
        assert lacking in by_unit(present, "patrols", made_period(2024, 1), now).note
        assert "sáp nhập" not in over_quarters(present, ["patrols"], units=[c]).note
    (annex, *_more) = annexes(present, now)
    assert annex.note == "Chưa đủ số liệu của các đơn vị đã sáp nhập vào Đồn BP A."
    assert not annexes(present, then)[0].note


def test_by_present_unit_there_is_nothing_to_report_where_no_predecessor_had_anything():
    cells = {(2024, 1, code): {} for code in "ABC"}
    now = made_period(2024, 1)
    a, b, c = made_figures(cells).units
    merger = [Kin(b, a, made_period(2025, 1).first_day, is_part=False)]
    for nothing, is_nothing in (({a, b}, True), ({a}, False), ({b}, False), (set(), False)):
        figures = made_figures(cells, nothing={(now, unit): frozenset({"patrols"}) for unit in nothing})
        present = by_present_unit(figures, merger)
        assert present.is_nothing("patrols", now, [a]) == is_nothing
        assert present.is_nothing("propaganda", now, [a]) is present.is_nothing("patrols", now, [c]) is False


@given(histories())
def test_the_cells_that_carry_others_on_are_those_in_which_another_unit_was_to_report(history):
    figures, kin = history
    present = by_present_unit(figures, kin)
    assert present.carried_cells == {
        (period, slow_heir(unit, kin))
        for period in figures.periods
        for unit in figures.expected(period)
        if slow_heir(unit, kin) != unit
    }


@given(histories())
def test_whoever_is_carried_on_is_no_present_unit_and_nobody_else_is_lost(history):
    figures, kin = history
    ended = {each.predecessor for each in kin if not each.is_part}
    assert set(by_present_unit(figures, kin).units) == set(figures.units) - ended


@given(histories())
def test_a_later_history_leaves_the_figures_as_reported(history):
    figures, kin = history
    before = replace(figures, values={cell: dict(numbers) for cell, numbers in figures.values.items()})
    by_present_unit(figures, kin)
    assert figures == before


@given(histories())
def test_every_part_of_a_split_is_named_with_a_break(history):
    figures, kin = history
    first, last = figures.periods[0].first_day, figures.periods[-1].last_day
    parted = [k for k in kin if k.is_part and first < k.first_day <= last]
    figures = replace(figures, breaks=breaks(figures, kin))
    assert set(figures.breaks) == {Break(k.successor, k.predecessor, k.first_day) for k in parted}
    present = by_present_unit(figures, kin)
    assert set(present.breaks) == {Break(slow_heir(k.successor, kin), k.predecessor, k.first_day) for k in parted}


@given(histories())
def test_a_later_merger_changes_no_chart_of_an_old_quarter(history):
    figures, kin = history
    heir, *others = figures.units
    later = [Kin(each, heir, figures.periods[-1].last_day + datetime.timedelta(days=9), False) for each in others]
    before, after = (replace(figures, kin=of, breaks=breaks(figures, of)) for of in (kin, (*kin, *later)))
    for period in figures.periods:
        against = figures.period(*period.year_before)
        assert by_unit(before, "patrols", period, against) == by_unit(after, "patrols", period, against)
    for unit in figures.units:
        assert over_quarters(before, ["patrols"], units=[unit]) == over_quarters(after, ["patrols"], units=[unit])


def two_merged() -> tuple[Figures, tuple[Kin, ...]]:
    """A and B until they merged into C within quý II/2024."""
    cells = {(2024, 1, "A"): {"patrols": 3}, (2024, 1, "B"): {"patrols": 4}, (2024, 3, "C"): {"patrols": 6}}
    a, b, c = made_units("A", "B", "C")
    day = datetime.date(2024, 5, 1)
    return made_figures(cells), (Kin(a, c, day, False), Kin(b, c, day, False))


def test_predecessors_are_added_up_into_their_successor():
    figures, kin = two_merged()
    present = by_present_unit(figures, kin)
    (unit,) = present.units
    assert [present.value("patrols", period, unit) for period in present.periods] == [7, 6]


def test_a_successor_waits_for_nothing_before_it_was_there():
    figures, kin = two_merged()
    a, b, c = figures.units
    first, last = figures.periods
    figures = replace(figures, not_expected=frozenset({(first, c), (last, a), (last, b)}))
    assert [by_present_unit(figures, kin).missing(period) for period in figures.periods] == [(), ()]


@pytest.mark.django_db
def test_how_units_descend_is_read_in_one_query(post, other_post, admin_user, django_assert_num_queries):
    day, third = datetime.date(2024, 5, 1), made_unit("c")
    decided = {"day": day, "decision": "Quyết định số 1", "by": admin_user}
    merge([post, other_post], into=post, **decided)
    part = Unit(code="d", name="D", short_name="D", kind="post", parent=post.parent, position=9, reports=True)
    split(third, parts=[part], goes_on=True, **decided)
    units = list(Unit.objects.all())
    with django_assert_num_queries(1):
        kin = kin_of(units, timezone.localdate())
    assert [(k.predecessor.code, k.successor.code, k.is_part) for k in kin] == [
        (other_post.code, post.code, False),
        ("c", "d", True),
        ("c", "c", True),
    ]


@pytest.fixture
def split_post(post, quarter, admin_user):
    """A post with approved returns of two quarters, between which a part of it became a post of its own."""
    for each in (made_quarter(2023, 4), quarter):
        unit_return = made_return(post, each)
        made_case(unit_return)
        taken_to(Status.APPROVED, unit_return)
    named = {"code": "phan", "name": "Đồn Biên phòng Phần", "short_name": "Đồn BP Phần"}
    part = Unit(**named, kind=post.kind, parent=post.parent, position=9, reports=True)
    split(post, parts=[part], goes_on=True, day=quarter.first_day, decision="Quyết định số 1", by=admin_user)
    return post


@pytest.mark.django_db
def test_who_reads_a_unit_that_was_split_sees_the_break_in_its_lines(client, split_post, head):
    client.force_login(head)
    page = client.get("/dashboard/2024Q1/").content.decode()
    assert page.count(">tách ngày 15/12/2023</text>") == 4  # the lines and the columns, each wide and narrow
    assert "không so sánh được qua ngày 15/12/2023" in page


@pytest.mark.django_db
def test_the_sum_of_all_units_has_no_break_where_one_was_split(client, split_post, commander):
    client.force_login(commander)
    page = client.get("/dashboard/2024Q1/").content.decode()
    assert "Đồn BP Phần" in page
    assert ">tách ngày" not in page
    assert "theo đơn vị hiện nay" not in page  # it would change nothing


@pytest.mark.django_db
def test_the_head_of_a_unit_that_was_split_is_told_no_change_against_the_whole(client, split_post, head):
    client.force_login(head)
    assert changes(client, "/dashboard/2024Q1/") == {"chưa có số liệu"}
    units = [Unit.objects.get(pk=split_post.pk)]
    figures = with_kin(gather(units, Quarter.objects.all()), units)
    now, then = figures.periods[1], figures.periods[0]
    assert figures.value("cases", then, figures.units[0]) == figures.value("cases", now, figures.units[0]) == 1
    assert compare(figures, "cases", now, then) is None


@pytest.mark.django_db
def test_the_whole_stands_behind_no_bar_of_what_is_left_of_it(split_post):
    units = list(Unit.objects.reporting())
    figures = with_kin(gather(units, Quarter.objects.all()), units)
    now, then = figures.periods[1], figures.periods[0]
    rows = table(by_unit(figures, "cases", now, then))[1]
    assert [row.cells for row in rows if row.label == split_post.short_name] == [("1", "–")]


@pytest.mark.parametrize("into_new", [False, True])
@pytest.mark.parametrize("all_reported", [True, False])
def test_behind_the_bar_of_an_heir_stands_what_all_that_were_merged_into_it_had(all_reported, into_new):
    """The same as the tile compares with: a merger of two is no growth."""
    then, now = made_period(2023, 1), made_period(2024, 1)
    heir = "C" if into_new else "B"
    reports = {(2023, 1, "A"): 31, (2023, 1, "B"): 13, (2024, 1, heir): 50}
    if not all_reported:
        del reports[2023, 1, "A"]
    a, b, c = made_units("A", "B", "C")
    gone = {(now, a), (then, c), *([(now, b)] if into_new else [(now, c)])}
    figures = made_figures({cell: {"patrols": n} for cell, n in reports.items()}, not_expected=frozenset(gone))
    ended = [a, b] if into_new else [a]
    kin = [Kin(each, c if into_new else b, now.first_day, is_part=False) for each in ended]
    figures = replace(figures, kin=tuple(kin))
    chart = by_unit(figures, "patrols", now, then)
    assert [row.cells for row in table(chart)[1]] == [("50", "44" if all_reported else "–")]
    assert ("đã sáp nhập" in chart.note) is all_reported
    base = compare(figures, "patrols", now, then)
    assert (base and base.base) == (44 if all_reported else None)


@pytest.mark.django_db
def test_no_star_stands_where_the_figures_of_a_split_unit_are_left_out(split_post):
    first = split_post.returns.get(quarter__year=2023)
    second = amend(first, by=somebody(Role.HEAD, split_post), reason="Sót một vụ")
    made_case(second)
    taken_to(Status.APPROVED, second)
    units = list(Unit.objects.reporting())
    figures = with_kin(gather(units, Quarter.objects.all()), units)
    now, then = figures.periods[1], figures.periods[0]
    chart = by_unit(figures, "cases", now, then)
    assert [row.cells for row in table(chart)[1] if row.label == split_post.short_name] == [("1", "–")]
    assert chart.revisions == ()
    assert [each.label for each in by_unit(figures, "cases", then).revisions] == [split_post.short_name]


def changes(client, where):
    """What the tiles of an overview say against the quarter before."""
    return {tile.changes[0].words for tile in client.get(where).context["tiles"]}


def test_a_split_is_named_in_no_quarter_before_it():
    figures = made_figures({(2024, 1, "A"): {}, (2024, 2, "A"): {}}, units=("A",))
    (a,) = figures.units
    day = figures.periods[-1].last_day
    for later in (0, 1):
        kin = (Kin(a, a, day + datetime.timedelta(days=later), True),)
        assert bool(breaks(figures, kin)) is (later == 0)


@pytest.mark.django_db
def test_an_heir_is_not_compared_with_itself_alone_while_what_was_merged_is_missing(
    client, post, other_post, quarter, admin_user
):
    """The merged unit still makes its return of the quarter, and has not."""
    before = made_quarter(2023, 4)
    for unit, each in ((post, before), (other_post, before), (other_post, quarter)):
        unit_return = made_return(unit, each)
        made_case(unit_return)
        taken_to(Status.APPROVED, unit_return)
    day = quarter.first_day + datetime.timedelta(days=30)
    merge([post, other_post], into=other_post, day=day, decision="Quyết định số 1", by=admin_user)
    heir = Unit.objects.get(pk=other_post.pk)
    client.force_login(made_user(Role.HEAD, heir, username="heir"))
    assert changes(client, "/dashboard/2024Q1/") == {"chưa có số liệu"}
