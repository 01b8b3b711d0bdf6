"""The second sample history, made up and marked so: two posts merge, one splits, and no total changes."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from activity.gathering import gather
from activity.like_for_like import breaks, by_present_unit, kin_of
from activity.models import History, Quarter, Succession, Unit, User
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
    kin = kin_of(Unit.objects.reporting())
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


def test_the_annexes_can_add_up_the_merged_and_the_report_stays_as_it_is(client, figures):
    client.force_login(User.objects.get(username="commander"))
    reported, present = (
        list(reading.elements(reading.page(client.get(address)), "article"))
        for address in ("/summary/2024Q4/", "/summary/2024Q4/?units=present")
    )
    assert reading.text(present[0]) == reading.text(reported[0])
    then = figures.period(2024, 4)
    merged = [unit for unit in figures.units if unit.code in MERGED]
    patrols = sum(figures.value("patrols", then, unit) for unit in merged)
    rows = {words[0]: words[1] for words in reading.cells(present[1]) if len(words) > 1}
    assert rows["Đồn BP Bảo Lạc (giả định)"] == str(patrols)
    for annex, as_reported in zip(present[1:], reported[1:], strict=True):
        assert "Theo đơn vị hiện nay" in reading.text(annex)
        assert "Theo đơn vị hiện nay" not in reading.text(as_reported)
        assert not any(unit.short_name in reading.text(annex) for unit in merged)


def test_an_earlier_state_of_the_report_keeps_the_choice_of_its_annexes(client):
    """What was printed by present unit can be printed so again."""
    client.force_login(User.objects.get(username="commander"))
    where = f"/summary/2024Q4/?as_of={timezone.now().isoformat().replace('+00:00', 'Z')}"
    aside = reading.one(reading.page(client.get(where)), "aside")
    (by_present,) = [
        reading.attribute(link, "href")
        for link in reading.elements(aside, "a")
        if reading.text(link) == "theo đơn vị hiện nay"
    ]
    shown = reading.page(client.get("/summary/2024Q4/" + by_present))
    assert "Theo đơn vị hiện nay" in reading.text(list(reading.elements(shown, "article"))[1])
    leads = [reading.attribute(link, "href") for link in reading.elements(reading.one(shown, "main"), "a")]
    assert "/summary/2024Q4/?units=present" in leads


def test_who_takes_one_choice_of_the_overview_back_keeps_the_other(client):
    client.force_login(User.objects.get(username="commander"))
    where = "/dashboard/2024Q4/"
    tree = reading.page(client.get(f"{where}?basis=provisional&units=present"))
    links = reading.elements(reading.one(tree, "main"), "a")
    assert {reading.text(a): reading.attribute(a, "href") for a in links}.items() >= {
        "chỉ báo cáo đã duyệt": f"{where}?units=present",
        "theo báo cáo": f"{where}?basis=provisional",
    }.items()


def test_it_is_sound(capsys):
    call_command("self_check")
