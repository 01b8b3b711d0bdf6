"""Which units a quarter expects: one that stops or begins to report changes no quarter before it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from activity.gathering import gather, period_of
from activity.models import Quarter, Unit
from activity.models.choices import Role, Status
from activity.models.units import UnitQuerySet
from activity.states import rows
from reports.charts import by_unit
from reports.narrative import coverage

from . import reading
from .factories import made_patrol, made_quarter, made_return, made_unit, made_user, taken_to
from .made_figures import made_figures, made_period, made_units

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2024, 7, 1)


@pytest.fixture
def posts(commander, quarter):
    """Three posts with approved returns of quý I/2024: 1, 2 and 4 patrols."""
    made = [made_unit(code) for code in ("soc-giang", "tra-linh", "ta-lung")]
    for unit, times in zip(made, (1, 2, 4), strict=True):
        unit_return = made_return(unit, quarter)
        made_patrol(unit_return, times=times)
        taken_to(Status.APPROVED, unit_return)
    return made


@pytest.fixture
def later(posts):
    """Quý II/2024, of which nobody has begun a return."""
    return made_quarter(2024, 2)


def stops(unit):
    Unit.objects.filter(pk=unit.pk).update(reports=False)


def standing(quarter):
    """The patrols of a quarter, who is expected in it, and who has reported."""
    figures, period = gather(Unit.objects.reporting(), [quarter]), period_of(quarter)
    return (
        figures.total("patrols", period),
        [unit.code for unit in figures.expected(period)],
        [unit.code for unit in figures.reported(period)],
    )


def missing(quarter):
    return [unit.code for unit in gather(Unit.objects.reporting(), [quarter]).missing(period_of(quarter))]


def in_states(quarter):
    return [row.unit.code for row in rows(list(Unit.objects.reporting()), [quarter], TODAY)]


def in_chart(quarter):
    chart = by_unit(gather(Unit.objects.reporting(), [quarter]), "patrols", period_of(quarter))
    return list(chart.categories)


def words(client, user, address):
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return reading.text(reading.one(reading.page(answer), "main"))


ALL = ["soc-giang", "tra-linh", "ta-lung"]


# A unit stops to report.


def test_a_unit_that_stops_leaves_old_quarters_as_they_were(posts, quarter):
    before = standing(quarter)
    assert before == (7, ALL, ALL)
    stops(posts[1])
    assert standing(quarter) == before


def test_without_the_old_returns_a_unit_that_stops_would_leave_its_figures_out(posts, quarter, monkeypatch):
    monkeypatch.setattr(UnitQuerySet, "reporting", lambda units: units.filter(reports=True))
    stops(posts[1])
    assert standing(quarter) == (5, ["soc-giang", "ta-lung"], ["soc-giang", "ta-lung"])


def test_the_return_of_a_unit_that_stopped_still_opens_for_its_head(client, posts, quarter):
    head = made_user(Role.HEAD, posts[1])
    stops(posts[1])
    assert "Đã duyệt" in words(client, head, "/returns/tra-linh/2024Q1/")


@pytest.mark.parametrize(
    ("shown", "said"), [("dashboard", "3/3 đơn vị"), ("summary", "Số liệu tổng hợp từ 03/03 đơn vị")]
)
def test_the_pages_of_an_old_quarter_count_a_unit_that_stopped(client, commander, posts, shown, said):
    stops(posts[1])
    told = words(client, commander, f"/{shown}/2024Q1/")
    assert said in told
    assert "chưa nộp" not in told.lower()


def test_a_unit_that_stopped_is_looked_for_in_no_later_quarter(posts, later):
    stops(posts[1])
    still = ["soc-giang", "ta-lung"]
    assert standing(later) == (None, still, [])
    assert missing(later) == still
    assert in_states(later) == still
    assert in_chart(later) == ["Đồn BP soc-giang", "Đồn BP ta-lung"]


def test_without_the_rule_a_unit_that_stopped_would_be_missing_for_ever(posts, later, monkeypatch):
    monkeypatch.setattr(Unit, "is_expected", lambda *_: True)
    stops(posts[1])
    assert missing(later) == in_states(later) == ALL
    assert "Đồn BP tra-linh" in in_chart(later)


def test_a_late_return_of_a_unit_that_stopped_counts(posts, later):
    unit_return = made_return(posts[1], later)
    made_patrol(unit_return, times=6)
    taken_to(Status.APPROVED, unit_return)
    stops(posts[1])
    assert standing(later) == (6, ALL, ["tra-linh"])


# Until which day it makes returns is written down: then old quarters keep those that are missing, too.


@pytest.mark.parametrize(("days", "expected"), [(-1, False), (0, True), (1, True)])
def test_a_unit_is_expected_until_the_quarter_in_which_its_last_day_lies(posts, later, days, expected):
    Unit.objects.filter(pk=posts[1].pk).update(reports_until=later.first_day + datetime.timedelta(days=days))
    assert ("tra-linh" in missing(later)) is ("tra-linh" in in_states(later)) is expected


def test_a_quarter_that_a_unit_missed_before_it_stopped_still_names_it(posts, later):
    Unit.objects.filter(pk=posts[1].pk).update(reports_until=later.last_day)
    assert missing(later) == ALL
    assert missing(made_quarter(2024, 3)) == ["soc-giang", "ta-lung"]


def sent(unit, **changed):
    facts = {
        "name": unit.name,
        "short_name": unit.short_name,
        "position": 3,
        "reports": "on",
        "revision": unit.revision,
    }
    return facts | changed


def test_a_unit_that_has_made_returns_is_given_a_last_day_instead_of_being_unticked(
    client, admin_user, posts, later, on
):
    on(datetime.date(2024, 4, 1))
    client.force_login(admin_user)
    where, unit = f"/admin/activity/unit/{posts[1].pk}/change/", Unit.objects.get(pk=posts[1].pk)
    told = sent(unit)
    told.pop("reports")
    refused = client.post(where, told)
    assert "Đơn vị đã có báo cáo" in reading.text(reading.one(reading.page(refused), "form", id="unit_form"))
    assert missing(later) == ALL
    assert client.post(where, sent(unit, reports_until="14/3/2024")).status_code == 302
    assert missing(later) == ["soc-giang", "ta-lung"]


def test_a_last_day_takes_nobody_out_of_a_quarter_that_has_ended(client, admin_user, posts, later, on):
    """Else who was missing in it would not be named any more."""
    on(datetime.date(2024, 7, 1))
    client.force_login(admin_user)
    where, unit = f"/admin/activity/unit/{posts[1].pk}/change/", Unit.objects.get(pk=posts[1].pk)
    refused = client.post(where, sent(unit, reports_until="14/3/2024"))
    assert refused.context["adminform"].form.errors == {
        "reports_until": ["quý II/2024 đã kết thúc và giữ nguyên: chọn từ ngày 15/3/2024 trở đi."]
    }
    assert missing(later) == ALL
    assert client.post(where, sent(unit, reports_until="15/3/2024")).status_code == 302
    assert missing(later) == ALL


def test_a_new_unit_is_missing_in_no_quarter_before_somebody_says_so(client, admin_user, posts, later):
    unit = Unit(code="moi", name="Đồn Mới", short_name="Đồn Mới", kind="post", parent=posts[0].parent, position=9)
    unit.full_clean()  # it makes no returns
    unit.reports = True
    with pytest.raises(ValidationError) as refused:
        unit.full_clean()
    assert list(refused.value.error_dict) == ["reports_from"]
    unit.reports_from = later.first_day
    unit.full_clean()


def test_a_unit_that_never_made_a_return_can_be_unticked(client, admin_user, posts, later):
    client.force_login(admin_user)
    unit = made_unit("nham")
    told = sent(unit)
    told.pop("reports")
    assert client.post(f"/admin/activity/unit/{unit.pk}/change/", told).status_code == 302
    assert missing(later) == ALL


# A unit begins to report.


def test_a_unit_that_begins_later_changes_no_quarter_before(client, commander, posts, quarter, later):
    before = standing(quarter)
    made_unit("can-yen", reports_from=later.first_day)
    assert standing(quarter) == before
    assert "3/3 đơn vị" in words(client, commander, "/dashboard/2024Q1/")
    assert "can-yen" not in in_states(quarter)


def test_without_its_first_day_a_new_unit_would_be_missing_in_old_quarters(posts, quarter):
    made_unit("can-yen", reports_from=None)
    assert missing(quarter) == ["can-yen"]


def test_a_unit_is_expected_from_its_first_quarter_on(posts, later):
    made_unit("can-yen", reports_from=later.first_day)
    for quarter in (later, made_quarter(2024, 3)):
        assert missing(quarter) == in_states(quarter) == [*ALL, "can-yen"]


@pytest.mark.parametrize(("days", "expected"), [(-1, True), (0, True), (1, False)])
def test_a_unit_is_expected_in_a_quarter_that_ends_on_its_first_day_or_after(posts, quarter, days, expected):
    made_unit("can-yen", reports_from=quarter.last_day + datetime.timedelta(days=days))
    assert ("can-yen" in standing(quarter)[1]) is expected


def test_a_unit_that_hands_in_before_its_first_day_is_counted(posts, quarter, later):
    unit = made_unit("can-yen", reports_from=later.first_day)
    made_return(unit, quarter, status=Status.SUBMITTED)
    assert missing(quarter) == ["can-yen"]
    assert len(standing(quarter)[1]) == 4


# The admin proposes from when a new unit reports.


def proposed(client):
    page = reading.page(client.get("/admin/activity/unit/add/"))
    return reading.attribute(reading.one(page, "input", id="id_reports_from"), "value")


def test_a_new_unit_is_proposed_to_report_from_the_newest_quarter_that_has_begun(client, admin_user, quarter):
    made_quarter(2024, 2)
    made_quarter(2199, 1)
    client.force_login(admin_user)
    assert proposed(client) == "15/03/2024"


def test_without_a_quarter_no_day_is_proposed(client, admin_user):
    client.force_login(admin_user)
    assert not Quarter.objects.exists()
    assert not proposed(client)


# Figures made by hand.

Q1 = made_period(2024, 1)
A, B, C = made_units("A", "B", "C")


@pytest.fixture
def by_hand():
    """Of A, B and C only A has reported, and C makes no return."""
    return made_figures({(2024, 1, "A"): {"patrols": 3}}, not_expected=frozenset({(Q1, C)}))


def test_a_unit_that_is_not_expected_is_not_missing(by_hand):
    assert by_hand.expected(Q1) == (A, B)
    assert by_hand.missing(Q1) == (B,)
    assert made_figures({(2024, 1, "A"): {"patrols": 3}}).missing(Q1) == (B, C)


def test_the_report_says_how_many_of_those_expected_it_is_of(by_hand):
    with override("vi"):
        assert coverage(by_hand, Q1) == "Số liệu tổng hợp từ 01/02 đơn vị; 01 đơn vị chưa nộp: Đồn BP B."
