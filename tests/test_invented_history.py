"""The second sample history, made up and marked so: two posts merge, one splits, and no total changes."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from activity.gathering import gather
from activity.like_for_like import breaks, by_present_unit, kin_of
from activity.models import History, Quarter, Succession, Unit, User, successions
from activity.sample.load import load_province

from . import reading
from .factories import past_the_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

MERGED, HEIR = {"xuan-truong", "can-yen"}, "bao-lac"
SPLIT, PART = "tong-cot", "ha-quang"


@pytest.fixture(scope="module")
def province(taken_back):
    """Five quarters, loaded once for this module and taken back after it."""
    with taken_back(lambda: load_province(datetime.date(2025, 4, 1), "mật khẩu của mẫu", 2024, invented=True)):
        yield


@pytest.fixture
def figures():
    return gather(Unit.objects.reporting(), Quarter.objects.all())


def reported(figures, year, number):
    return {unit.code for unit in figures.reported(figures.period(year, number))}


def test_it_is_marked_as_invented():
    invented = Succession.objects.filter(day=datetime.date(2024, 12, 15))
    assert [succession.kind for succession in invented] == ["merge", "split"]
    assert all("giả định" in succession.decision for succession in invented)
    assert all("(giả định)" in unit.name for unit in Unit.objects.filter(code__in=[HEIR, PART]))


def test_each_quarter_has_the_returns_of_the_units_that_it_had(figures):
    before, after = reported(figures, 2024, 4), reported(figures, 2025, 1)
    assert MERGED | {SPLIT} <= before and not {HEIR, PART} & before
    assert {HEIR, SPLIT, PART} <= after and not MERGED & after


def test_the_published_quarter_is_as_published(figures):
    assert figures.total("patrols", figures.period(2024, 1)) == 412
    assert figures.total("cases", figures.period(2024, 1)) == 144


def test_no_total_changes_by_present_unit_and_the_split_is_named(figures):
    kin = kin_of(Unit.objects.reporting(), figures.periods[-1].last_day)
    present = by_present_unit(figures, kin)
    for period in figures.periods:
        assert present.total("patrols", period) == figures.total("patrols", period) is not None
    (heir,) = [unit for unit in present.units if unit.code == HEIR]
    then = figures.period(2024, 4)
    merged = [unit for unit in figures.units if unit.code in MERGED]
    assert present.value("patrols", then, heir) == sum(figures.value("patrols", then, unit) for unit in merged)
    assert {each.unit.code for each in breaks(figures, kin)} == {SPLIT, PART}


def not_compared(client, as_of=None):
    """The units that the paper of quý I/2025 says it leaves out of its comparisons."""
    client.force_login(User.objects.get(username="commander"))
    asked = {"as_of": as_of.isoformat().replace("+00:00", "Z")} if as_of else {}
    paper = reading.text(reading.page(client.get("/summary/2025Q1/", asked)))
    (found,) = set(re.findall(r"không so sánh: ([^)]*)\)", paper))
    return found


def test_the_paper_after_it_compares_those_that_merged_and_parted_with_what_they_were(client, figures):
    (late,) = figures.missing(figures.period(2025, 1))
    assert not_compared(client) == late.short_name


def test_the_paper_as_of_a_moment_before_it_was_decided_reads_as_it_did(client):
    """Here after the returns were approved; the sample's own decisions stand in history on their day."""
    moments = History.objects.filter(model="succession").values_list("at", flat=True)
    assert {timezone.localdate(at) for at in moments} == {datetime.date(2024, 12, 15)}
    decided = timezone.now()
    past_the_rules(History).filter(model__in=["succession", "unit"]).update(at=decided)
    assert not_compared(client, decided) == not_compared(client)
    assert "Đồn BP Xuân Trường" in not_compared(client, decided - datetime.timedelta(days=1))


def test_who_takes_one_choice_of_the_overview_back_keeps_the_other(client):
    client.force_login(User.objects.get(username="commander"))
    where = "/dashboard/2025Q1/"
    tree = reading.page(client.get(f"{where}?basis=provisional&units=present"))
    links = reading.elements(reading.one(tree, "main"), "a")
    assert {reading.text(a): reading.attribute(a, "href") for a in links}.items() >= {
        "chỉ báo cáo đã duyệt": f"{where}?units=present",
        "theo báo cáo": f"{where}?basis=provisional",
    }.items()


@pytest.mark.parametrize("page", ["dashboard/2024Q4", "dashboard/2024Q1", "summary/2024Q4", "summary/2024Q1"])
def test_every_old_quarter_can_be_read_by_present_unit(client, page):
    client.force_login(User.objects.get(username="commander"))
    reported, present = (
        reading.text(reading.page(client.get(f"/{page}/{query}"))) for query in ("", "?units=present")
    )
    names = ["Đồn BP Xuân Trường", "Đồn BP Cần Yên", "Đồn BP Bảo Lạc (giả định)"]
    assert [name in reported for name in names] == [True, True, False]
    assert [name in present for name in names] == [False, False, True]


# On 15/3/2025 quý II/2025 begins: what becomes of units in it is later than all these pages.
OLD = [f"/{page}/{year}Q{number}/" for page in ("dashboard", "summary", "returns/tong-cot") for year, number in
       [(2024, 1), (2024, 2), (2024, 3), (2024, 4), (2025, 1)]]  # fmt: skip
LATER = {"day": datetime.date(2025, 3, 20), "decision": "Quyết định số 9", "by": None}


def renamed(code):
    unit = Unit.objects.get(code=code)
    return successions.rename(unit, name=f"Đồn Biên phòng ZZ {code}", short_name=f"ZZ {code}", **LATER)


def merged(*codes, into=None):
    units = [Unit.objects.get(code=code) for code in codes]
    heir = units[0] if into is None else successor(units[0], into)
    return successions.merge(units, into=heir, **LATER)


def successor(unit, code):
    names = {"code": code, "name": f"Đồn Biên phòng {code}", "short_name": f"Đồn BP {code}"}
    return Unit(**names, kind=unit.kind, parent=unit.parent, position=unit.position, reports=True)


def parted(code, *, goes_on):
    unit = Unit.objects.get(code=code)
    parts = [successor(unit, f"phan-{number}") for number in range(2 - goes_on)]
    return successions.split(unit, parts=parts, goes_on=goes_on, **LATER)


LATER_SUCCESSIONS = {
    "the command is renamed": lambda: renamed("cao-bang"),
    "a unit that reported is renamed": lambda: renamed("tra-linh"),
    "the late unit is renamed": lambda: renamed("co-ba"),
    "what was split is renamed": lambda: renamed(SPLIT),
    "a part is renamed": lambda: renamed(PART),
    "an heir is renamed": lambda: renamed(HEIR),
    "two merge into a new one": lambda: merged("tra-linh", "soc-giang", into="moi"),
    "two merge into one of them": lambda: merged("tra-linh", "soc-giang"),
    "an heir is merged again": lambda: merged(HEIR, "co-ba"),
    "a part is merged": lambda: merged("tra-linh", PART),
    "a unit is split": lambda: parted("tra-linh", goes_on=False),
    "a unit is split and goes on": lambda: parted("tra-linh", goes_on=True),
    "what was split is split again": lambda: parted(SPLIT, goes_on=True),
    "a unit is dissolved": lambda: successions.dissolve(Unit.objects.get(code="tra-linh"), **LATER),
}


# Who carries a unit on sees its quarters beside their own from then on.
WIDEN_THE_SIGHT_OF_THE_HEAD = {"two merge into one of them", "a part is merged"}


@pytest.fixture
def read_old_pages(client):
    """What the old pages say, to the command and to the head of a unit."""

    def read():
        found = {}
        for name in ("commander", "head"):
            client.force_login(User.objects.get(username=name))
            for where in OLD:
                answer = client.get(where)
                if answer.status_code == 200:
                    found[name, where] = reading.text(reading.one(reading.page(answer), "main"))
        return found

    return read


@pytest.fixture(scope="module")
def read_once():
    return {}


@pytest.fixture
def before(read_once, read_old_pages):
    """What the old pages said before; read once for all that happens later, since each test is taken back."""
    if not read_once:
        read_once.update(read_old_pages())
    return dict(read_once)


@pytest.mark.parametrize("happens", LATER_SUCCESSIONS)
def test_an_old_quarter_s_pages_do_not_change_by_what_becomes_of_units_later(before, read_old_pages, happens):
    assert len(before) == 20
    LATER_SUCCESSIONS[happens]()
    after = read_old_pages()
    if happens in WIDEN_THE_SIGHT_OF_THE_HEAD:
        before, after = ({key: words for key, words in each.items() if key[0] != "head"} for each in (before, after))
    assert {where: words for where, words in after.items() if before.get(where) != words} == {}
    assert after.keys() == before.keys()


def test_it_is_sound(capsys):
    call_command("self_check")
