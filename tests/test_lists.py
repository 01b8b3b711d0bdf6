"""Lists of records: filtered, sorted, paged and summed, and only of the units that the person may see."""

import datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.db.models import DecimalField, IntegerField

from activity.figures import Basis
from activity.gathering import gather
from activity.kinds import BY_SLUG, KINDS
from activity.models import Patrol, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import PatrolForm, Status
from activity.models.successions import rename
from activity.tables import record_table
from reports.numbers import number

from . import reading
from .factories import FACTORIES, made_case, made_patrol, made_quarter, made_return, made_unit, taken_to
from .typed import address

pytestmark = pytest.mark.django_db

SORTABLE = [
    (kind, name)
    for kind in KINDS
    for name, column in record_table(kind).base_columns.items()
    if column.orderable is not False
]


def listed(client, kind="patrols", **asked):
    """The list's answer as (rows of cells by heading, footer by heading, tree of the page)."""
    tree = reading.page(client.get(f"/records/{kind}/", asked))
    head, *body = reading.cells(reading.one(tree, "table", class_="records"))
    heads = [words.rstrip(" ▲▼") for words in head]
    foot = dict(zip(heads, body.pop(), strict=True)) if BY_SLUG[kind].sums and len(body[-1]) > 1 else {}
    return [dict(zip(heads, row, strict=True)) for row in body if len(row) > 1], foot, tree


def column(rows, name):
    return [row[name] for row in rows]


def count(tree):
    """How many rows the page says that it found."""
    return int(reading.text(reading.one(tree, "p", class_="found")).split()[0])


@pytest.fixture
def other_quarter():
    return made_quarter(2023, 4)


@pytest.fixture
def three(post, other_post, quarter, other_quarter):
    """A draft of two patrols, a neighbour's of one, and one of the quarter before; they go 1, 2, 4 and 8 times."""
    own, other, earlier = (
        made_return(post, quarter),
        made_return(other_post, quarter),
        made_return(post, other_quarter),
    )
    made_patrol(own, times=1, participant_turns=10, counterpart="Trạm Long Bang")
    made_patrol(
        own, times=2, participant_turns=20, form=PatrolForm.BILATERAL, counterpart="Đồn Hòa Lục", marker_from="728/1"
    )
    made_patrol(other, times=4, participant_turns=40, note="Phối hợp dân quân xã Ngọc Côn")
    made_patrol(earlier, times=8, participant_turns=80)
    return own, other, earlier


def times(client, **asked):
    return sorted(int(value) for value in column(listed(client, **asked)[0], "Số lần"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [1, 2, 4, 8]),
        ({"unit": "tra-linh"}, [1, 2, 8]),
        ({"unit": "ngoc-con"}, [4]),
        ({"quarter": "2024Q1"}, [1, 2, 4]),
        ({"quarter": "2023Q4"}, [8]),
        ({"unit": "ngoc-con", "quarter": "2023Q4"}, []),
        ({"form": "bilateral"}, [2]),
        ({"form": "clearing"}, []),
        ({"text": "long bang"}, [1]),
        ({"text": "TRẠM"}, [1]),
        ({"text": "hoa luc"}, [2]),
        ({"text": "hoà"}, [2]),
        ({"text": "Đon hòa"}, [2]),
        ({"text": "728/1"}, [2]),
        ({"text": "quan dan"}, [4]),
        ({"text": "quân sự"}, []),
        ({"text": "  "}, [1, 2, 4, 8]),
        ({"unit": "tra-linh", "quarter": "2024Q1", "form": "unilateral", "text": "tram"}, [1]),
    ],
    ids=str,
)
def test_the_list_shows_what_its_filters_leave(client, commander, three, asked, found):
    client.force_login(commander)
    assert times(client, **asked) == found
    assert count(listed(client, **asked)[2]) == len(found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_list_says_which_of_its_rows_add_nothing_to_its_sums(client, commander, three, kind):
    client.force_login(commander)
    paragraphs = reading.elements(reading.page(client.get(f"/records/{kind.slug}/")), "p")
    notes = [reading.text(each) for each in paragraphs if reading.attribute(each, "class") == "note"]
    assert notes == [str(kind.left_out)] * bool(kind.left_out)
    assert bool(kind.left_out) is (kind.slug in {"patrols", "cases", "projects"})


def nothing_listed(client, **asked):
    """The page of a list that says what it could not read; none of its records is on it, and no number of them."""
    tree = reading.page(client.get("/records/patrols/", asked))
    assert not list(reading.elements(tree, "table"))
    assert not [e for e in reading.elements(tree, "p") if reading.attribute(e, "class") == "found"]
    assert "Không liệt kê dòng nào" in reading.text(reading.one(tree, "p", role="alert"))
    return tree


@pytest.mark.parametrize(
    ("name", "value"),
    [("unit", "nonsense"), ("quarter", "2030Q1"), ("form", "nonsense"), ("form", "<b>"), ("text", "700\x00")],
)
def test_a_filter_that_means_nothing_is_named_beside_it_and_kept_and_nothing_is_listed(
    client, commander, three, name, value
):
    client.force_login(commander)
    tree = nothing_listed(client, **{"unit": "tra-linh"} | {name: value})
    error = reading.text(reading.one(tree, "span", id=f"id_{name}_error"))
    if name == "text":
        assert error
    else:
        assert error == f"“{value}” không có trong danh sách; hãy chọn lại."
        options = reading.elements(reading.one(tree, "select", name=name), "option")
        assert [reading.attribute(option, "value") for option in options if chosen_in(option)] == [value]


def test_a_filter_that_there_is_none_of_is_named_and_nothing_is_listed(client, commander, three):
    client.force_login(commander)
    tree = nothing_listed(client, unit="tra-linh", uint="tra-linh")
    assert "Danh sách này không có bộ lọc “uint”." in reading.text(reading.one(tree, "p", role="alert"))


def test_a_unit_may_ask_for_itself_and_is_told_that_there_is_no_other(client, staff, three):
    client.force_login(staff)
    assert times(client, unit="tra-linh") == [1, 2, 8]
    error = reading.one(nothing_listed(client, unit="ngoc-con"), "span", id="id_unit_error")
    assert "“ngoc-con” không có trong danh sách" in reading.text(error)


@pytest.mark.parametrize("asked", [{}, {"text": "ngoc con"}, {"sort": "unit"}], ids=str)
def test_a_unit_sees_its_own_records_only_whatever_it_asks_for(client, staff, three, asked):
    client.force_login(staff)
    assert 4 not in (found := times(client, **asked))
    assert count(listed(client, **asked)[2]) == len(found)


def test_a_unit_is_offered_neither_a_filter_nor_a_column_of_units(client, staff, three):
    client.force_login(staff)
    rows, _, tree = listed(client)
    assert "Đơn vị" not in rows[0]
    assert [reading.attribute(e, "name") for e in reading.elements(tree, "select")] == ["quarter", "form", "per_page"]


def test_the_filters_offer_units_in_border_order_and_the_newest_quarter_first(client, commander, three):
    client.force_login(commander)
    tree = listed(client)[2]
    offered = {
        name: [reading.text(option) for option in reading.elements(reading.one(tree, "select", name=name), "option")]
        for name in ("unit", "quarter")
    }
    assert offered["unit"] == ["Tất cả đơn vị", "Đồn BPCK Trà Lĩnh", "Đồn BP Ngọc Côn"]
    assert offered["quarter"] == ["Tất cả các quý", "quý I/2024", "quý IV/2023"]


def test_a_filtered_list_keeps_what_was_asked_for(client, commander, three):
    client.force_login(commander)
    tree = listed(client, unit="tra-linh", text="Trạm")[2]
    assert reading.attribute(reading.one(tree, "input", name="text"), "value") == "Trạm"
    chosen = [e for e in reading.elements(reading.one(tree, "select", name="unit"), "option") if chosen_in(e)]
    assert [reading.attribute(option, "value") for option in chosen] == ["tra-linh"]


def chosen_in(option):
    return "selected" in dict(option.attributes)


@pytest.mark.parametrize(("kind", "name"), SORTABLE, ids=lambda value: getattr(value, "slug", value))
def test_the_list_sorts_by_each_column_both_ways(client, commander, post, other_post, quarter, kind, name):
    for at, unit in enumerate((post, other_post)):
        for n in range(2):
            FACTORIES[kind.slug](
                made_return(unit, quarter) if not n else unit.returns.get(),
                date=quarter.first_day + datetime.timedelta(days=2 * at + n),
                note=f"{at}{n}",
                **({"code": f"X{3 * at + n}"} if kind.slug == "projects" else {}),
            )
    client.force_login(commander)
    label = str(record_table(kind).base_columns[name].verbose_name)
    label = label[:1].upper() + label[1:]
    up, down = (column(listed(client, kind.slug, sort=sort)[0], label) for sort in (name, f"-{name}"))
    assert up == down[::-1]
    assert len(up) == 4
    if name == "date":
        assert up == ["15/12/2023", "16/12/2023", "17/12/2023", "18/12/2023"]


@pytest.mark.parametrize(("sort", "said"), [("times", "ascending"), ("-times", "descending")])
def test_the_column_that_a_list_is_sorted_by_says_so_to_those_who_hear_it(client, commander, three, sort, said):
    client.force_login(commander)
    tree = listed(client, sort=sort)[2]
    sorted_by = {reading.text(head): reading.attribute(head, "aria-sort") for head in reading.elements(tree, "th")}
    assert {head.rstrip(" ▲▼"): order for head, order in sorted_by.items() if order} == {"Số lần": said}


def test_units_sort_in_border_order_and_quarters_by_time(client, commander, three):
    client.force_login(commander)
    units = column(listed(client, sort="unit")[0], "Đơn vị")
    assert units == ["Đồn BPCK Trà Lĩnh"] * 3 + ["Đồn BP Ngọc Côn"]  # not by the alphabet
    assert column(listed(client, sort="quarter")[0], "Quý")[0] == "quý IV/2023"


def test_without_a_wish_the_newest_day_comes_first(client, commander, three):
    client.force_login(commander)
    assert column(listed(client)[0], "Ngày") == ["15/12/2023"] * 3 + ["15/9/2023"]


@pytest.fixture
def sixty(post, quarter):
    """Sixty patrols, one more time each, so that the sum of all is 1.830."""
    unit_return = made_return(post, quarter)
    for n in range(1, 61):
        made_patrol(unit_return, times=n, participant_turns=n, cleared_km=Decimal("0.1"))
    return unit_return


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, 25),
        ({"page": 2}, 25),
        ({"page": 3}, 10),
        ({"page": 999}, 10),
        ({"page": "abc"}, 25),
        ({"per_page": 50}, 50),
    ],
    ids=str,
)
def test_the_list_is_cut_into_pages(client, staff, sixty, asked, rows):
    client.force_login(staff)
    assert len(listed(client, **asked)[0]) == rows


def test_the_pages_together_hold_every_row_once(client, staff, sixty):
    client.force_login(staff)
    found = [value for page in (1, 2, 3) for value in column(listed(client, page=page, sort="times")[0], "Số lần")]
    assert found == [str(n) for n in range(1, 61)]


def test_the_page_size_is_remembered(client, staff, sixty):
    client.force_login(staff)
    listed(client, per_page=50)
    assert len(listed(client)[0]) == len(listed(client, page=1)[0]) == 50
    assert len(listed(client, per_page=100)[0]) == len(listed(client)[0]) == 60


@pytest.mark.parametrize("size", ["7", "1000000", "-25", "0", "abc"])
def test_no_other_page_size_can_be_asked_for(client, staff, sixty, size):
    client.force_login(staff)
    assert len(listed(client, per_page=size)[0]) == 25
    client.cookies["per_page"] = size
    assert len(listed(client)[0]) == 25


def test_page_and_order_and_filter_go_together(client, staff, sixty):
    client.force_login(staff)
    tree = listed(client, quarter="2024Q1", sort="-times")[2]
    later = reading.attribute(reading.one(tree, "a", rel="next"), "href")
    assert {"quarter=2024Q1", "sort=-times", "page=2"} == set(later.lstrip("?").split("&"))


def test_the_footer_sums_all_rows_and_not_those_of_the_page(client, staff, sixty):
    client.force_login(staff)
    rows, foot, _ = listed(client)
    assert sum(int(value) for value in column(rows, "Số lần")) != 1830
    assert (foot["Số lần"], foot["Phát quang đường tuần tra (km)"]) == ("1.830", "6,0")


def test_the_sums_of_all_rows_are_said_above_them_too(client, staff, sixty):
    client.force_login(staff)
    _, foot, tree = listed(client)
    above = reading.text(reading.one(tree, "p", class_="found"))
    assert f"60 dòng số liệu: {foot['Số lần']} lần" in above
    assert f"{foot['Phát quang đường tuần tra (km)']} km" in above
    assert f"Lượt người tham gia tuần tra: {foot['Lượt người tham gia']}" in above


def test_sums_of_money_say_so_and_no_unit_is_said_twice(client, commander, post, quarter):
    unit_return = made_return(post, quarter)
    made_case(unit_return, fined_vnd=2_500, paid_vnd=1_500)
    made_patrol(unit_return)
    client.force_login(commander)
    cases, patrols = (
        reading.text(reading.one(listed(client, kind)[2], "p", class_="found")) for kind in ("cases", "patrols")
    )
    assert "1 vụ · 2 đối tượng · Số tiền phạt: 2.500 đồng · Thu nộp ngân sách nhà nước: 1.500 đồng" in cases
    assert "Lượt người tham gia tuần tra: 6 · " in patrols


def test_where_no_row_is_left_no_sum_is_said_above(client, staff, sixty):
    client.force_login(staff)
    found = reading.one(listed(client, text="zzz")[2], "p", class_="found")
    assert reading.text(found).startswith("0 dòng số liệu ·")


def test_the_footer_sums_what_the_filters_leave(client, commander, three):
    client.force_login(commander)
    sums = [listed(client, **asked)[1]["Số lần"] for asked in ({}, {"unit": "ngoc-con"}, {"text": "tram long"})]
    assert sums == ["15", "4", "1"]
    # Where no row is left, a sum of 0 would say that there was none.
    assert listed(client, text="nothing")[1] == {}


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.APPROVED])
def test_the_footer_counts_as_the_report_does(client, commander, post, quarter, status):
    unit_return = made_return(post, quarter)
    made_case(unit_return, cases=3, subjects=5)
    made_case(unit_return, cases=100, subjects=100, role="internal", paid_vnd=900)
    made_case(unit_return, cases=10, subjects=10, stage="follow_up", paid_vnd=1_500)
    taken_to(status, unit_return)
    client.force_login(commander)
    foot = listed(client, "cases")[1]
    assert (foot["Số vụ"], foot["Số đối tượng"]) == ("3", "5")
    assert foot["Đã thu nộp ngân sách nhà nước (đồng)"] == "1.500"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.sums], ids=lambda kind: kind.slug)
@pytest.mark.parametrize("asked", [{}, {"quarter": "2024Q1"}, {"unit": "tra-linh"}, {"text": ""}], ids=str)
def test_the_footer_is_what_the_dashboard_says_plus_what_is_not_approved(
    client, commander, post, other_post, quarter, other_quarter, kind, asked
):
    for unit, in_quarter in ((post, quarter), (other_post, quarter), (post, other_quarter)):
        unit_return = made_return(unit, in_quarter)
        FACTORIES[kind.slug](unit_return)
        taken_to(Status.APPROVED if unit == post else Status.SUBMITTED, unit_return)
    client.force_login(commander)
    units = [post] if asked.get("unit") else [post, other_post]
    quarters = [quarter] if asked.get("quarter") else [quarter, other_quarter]
    figures = gather(units, quarters, basis=Basis.PROVISIONAL)
    foot = listed(client, kind.slug, **asked)[1]
    for name, slug in kind.sums:
        label, measure = str(kind.field(name).verbose_name), figures.measure(slug)
        total = number(sum(figures.total(slug, period) or 0 for period in figures.periods), measure.decimals)
        named = not isinstance(kind.field(name), IntegerField | DecimalField)
        assert foot[label[:1].upper() + label[1:]] == (f"{measure.label}: {total}" if named else total)


@pytest.mark.parametrize("asked", [{}, {"quarter": "2024Q1"}, {"form": "unilateral"}, {"text": "tram"}], ids=str)
def test_a_superseded_version_is_neither_listed_nor_counted(client, staff, post, quarter, asked):
    for version, times in ((1, 3), (2, 5)):
        unit_return = made_return(post, quarter, version=version)
        made_patrol(unit_return, times=times, counterpart="Trạm Long Bang")
        taken_to(Status.APPROVED, unit_return)
    client.force_login(staff)
    rows, foot, tree = listed(client, **asked)
    assert (column(rows, "Số lần"), foot["Số lần"]) == (["5"], "5")
    assert count(tree) == 1


def test_each_row_leads_to_its_record(client, commander, three):
    client.force_login(commander)
    tree = listed(client, unit="ngoc-con")[2]
    (patrol,) = three[1].patrol_records.all()
    (link,) = reading.elements(next(reading.elements(tree, "tbody")), "a")
    assert reading.attribute(link, "href") == f"/returns/ngoc-con/2024Q1/patrols/{patrol.pk}/"


def test_the_records_of_many_units_are_those_of_each_whichever_way_they_are_asked_for(
    post, other_post, quarter, three, head
):
    first = taken_to(Status.APPROVED, UnitReturn.objects.get(unit=other_post))
    made_patrol(amend(first, by=head, reason="Sót một lượt"))
    made_patrol(made_return(made_unit("khac"), quarter))
    units = [post, other_post]
    among = Patrol.objects.among(UnitReturn.objects.of_units(units))
    assert sorted(among.values_list("pk")) == sorted(Patrol.objects.of_units(units).values_list("pk"))
    assert (among.count(), Patrol.objects.count()) == (4, 7)


def test_the_units_to_choose_from_are_called_as_in_the_quarter_that_is_asked_for(
    client, commander, admin_user, post, other_post, quarter, other_quarter
):
    once = post.short_name
    decided = {"day": quarter.first_day, "decision": "Số 1", "by": admin_user}
    rename(post, name="Đồn Mới", short_name="Đồn Mới", **decided)
    client.force_login(commander)
    for asked, name in ((other_quarter, once), (quarter, "Đồn Mới")):
        tree = reading.page(client.get("/records/patrols/", {"quarter": asked.code}))
        assert name in reading.text(reading.one(tree, "select", name="unit"))
    tree = reading.page(client.get("/records/patrols/"))
    assert "Đồn Mới" in reading.text(reading.one(tree, "select", name="unit"))


def test_a_record_that_was_opened_from_a_list_leads_back_to_it_with_its_filters(client, commander, three):
    client.force_login(commander)
    patrol = Patrol.objects.first()
    where = address(patrol.unit_return, "patrols", patrol)
    listed_at = "/records/patrols/?quarter=2024Q1&text=mốc&page=2"
    for before, back in {
        f"http://testserver{quote(listed_at, safe='/?=&')}": [quote(listed_at, safe="/?=&")],
        "http://testserver/returns/": [],
        "http://elsewhere/records/patrols/": [],
        "http://testserver/nothing/": [],
        "http://[": [],
        "": [],
    }.items():
        tree = reading.page(client.get(where, headers={"referer": before} if before else {}))
        crumbs = reading.elements(reading.one(tree, "p", class_="crumbs"), "a")
        leads = [reading.attribute(link, "href") for link in crumbs if "danh sách" in reading.text(link)]
        assert leads == back
