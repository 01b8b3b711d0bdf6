"""Due days: what the close of a quarter leaves open. More time for one unit is in `test_more_time`."""

import datetime

import pytest
from django.utils import timezone

from activity.kinds import BY_SLUG, KINDS
from activity.models import Extension, Patrol, Quarter, Unit, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Status
from activity.models.record import ReturnLocked
from activity.models.steps import Step

from . import reading
from .factories import (
    made_patrol,
    made_quarter,
    made_return,
    moved_to,
    sent_back,
    taken_to,
)
from .typed import typed

pytestmark = pytest.mark.django_db

# Quý I/2024 ends on 14/3/2024 and is due on 18/3/2024.
DUE = datetime.date(2024, 3, 18)
RETURN = "/returns/tra-linh/2024Q1/"
MORE = {"more-last_day": "21/3/2024", "more-reason": "Mất liên lạc do mưa lũ"}


@pytest.fixture(autouse=True)
def on(on):
    """Let it be so many days after the due day; the due day itself at first."""

    def after(days):
        on(DUE + datetime.timedelta(days=days))

    after(0)
    return after


def first_submitted(after):
    day = DUE + datetime.timedelta(days=after)
    time = datetime.datetime.combine(day, datetime.time(8), tzinfo=timezone.get_current_timezone())
    moved_to(time, step=Step.SUBMITTED)


def main(client, user, where):
    client.force_login(user)
    answer = client.get(where)
    assert answer.status_code == 200
    return reading.text(reading.one(reading.page(answer), "main"))


def extend(client, commander, **typed):
    client.force_login(commander)
    seen = {"given": Extension.objects.count()}
    return client.post(f"{RETURN}extend/", MORE | seen | typed, follow=True)


def close(quarter):
    Quarter.objects.filter(pk=quarter.pk).update(closed=True)
    quarter.refresh_from_db()


@pytest.fixture
def closed(quarter):
    close(quarter)
    return quarter


def test_an_administrator_closes_a_quarter_that_has_returns(client, admin_user, post, quarter):
    made_return(post, quarter)
    client.force_login(admin_user)
    where = f"/admin/activity/quarter/{quarter.pk}/change/"
    form = client.get(where).context["adminform"].form
    sent = {form.add_prefix(name): form[name].value() for name in form.fields} | {"closed": "on"}
    days = ("first_day", "last_day", "due_day")
    sent |= {name: f"{getattr(quarter, name):%d/%m/%Y}" for name in days}
    answer = client.post(where, {name: value for name, value in sent.items() if value is not None})
    quarter.refresh_from_db()
    assert (answer.status_code, quarter.closed) == (302, True)


def test_after_the_close_nothing_is_entered_marked_or_submitted(client, head, post, quarter):
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    for kind in KINDS[1:]:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    unit_return.refresh_from_db()
    close(quarter)
    client.force_login(head)
    seen = {"revision": unit_return.revision}
    assert client.post(f"{RETURN}patrols/add/", typed("patrols")).status_code == 409
    for step in ("submit/", "patrols/nothing/"):
        client.post(f"{RETURN}{step}", seen)
    with pytest.raises(ReturnLocked):
        unit_return.submit(by=head)
    unit_return.refresh_from_db()
    assert (unit_return.status, Patrol.objects.count()) == (Status.DRAFT, 1)


def test_after_the_close_no_more_time_is_given(client, commander, post, closed):
    extend(client, commander)
    assert not Extension.objects.exists()
    assert "Gia hạn thêm" not in main(client, commander, RETURN)


@pytest.mark.parametrize("begun", [False, True])
def test_after_the_close_the_first_version_is_an_amendment_with_a_reason_and_late(
    client, head, commander, post, closed, begun, on
):
    if begun:
        Quarter.objects.update(closed=False)
        made_return(post, closed)
        Quarter.objects.update(closed=True)
    on(30)
    client.force_login(head)
    client.post(f"{RETURN}amend/", {"amend-reason": "Nộp sau khi khóa", "revision": "1"})
    opened = UnitReturn.objects.get()
    assert (opened.version, opened.reason) == (1, "Nộp sau khi khóa")
    assert client.post(f"{RETURN}patrols/add/", typed("patrols")).status_code == 302
    taken_to(Status.APPROVED, UnitReturn.objects.get(), by=commander)
    first_submitted(30)
    assert "Đã duyệt Nộp muộn 30 ngày" in main(client, commander, RETURN)


@pytest.mark.parametrize("who", ["head", "commander"])
def test_after_the_close_no_return_is_begun_of_a_unit_that_is_not_expected(request, client, post, closed, who):
    Unit.objects.update(reports_from=closed.last_day + datetime.timedelta(days=1))
    person = request.getfixturevalue(who)
    assert "Mở bản điều chỉnh" not in main(client, person, RETURN)
    answer = client.post(f"{RETURN}amend/", {"amend-reason": "Nộp sau khi khóa", "revision": "1"}, follow=True)
    assert "Đơn vị không phải báo cáo quý này" in reading.text(reading.page(answer))
    assert not UnitReturn.objects.exists()


def test_after_the_close_an_approved_return_is_amended_as_before(client, head, post, quarter):
    made_return(post, quarter, status=Status.APPROVED)
    close(quarter)
    second = amend(UnitReturn.objects.get(), by=head, reason="Nhầm số km")
    second.mark_nothing_to_report(BY_SLUG["patrols"], nothing=False)
    made_patrol(second)
    taken_to(Status.APPROVED, second)
    assert UnitReturn.objects.approved().get().version == 2


def test_the_unit_s_start_says_what_was_closed_before_it_was_in_and_goes_on_with_the_next_quarter(
    client, head, post, closed
):
    running = made_quarter(2024, 2)
    words = main(client, head, "/")
    assert f"Báo cáo {running}: còn" in words
    assert "Quý đã khóa khi chưa có báo cáo, nộp bằng cách điều chỉnh số liệu: quý I/2024" in words


def test_the_unit_s_start_of_a_closed_quarter_alone_does_not_say_that_all_is_submitted(client, head, post, closed):
    words = main(client, head, "/")
    assert "Không còn việc gì chờ xử lý" not in words
    assert "Quý đã khóa khi chưa có báo cáo" in words


def test_the_unit_s_start_leads_to_an_amendment_that_was_sent_back(client, head, checker, post, quarter, on):
    made_return(post, quarter, status=Status.APPROVED)
    on(20)
    first_submitted(0)
    sent_back(amend(UnitReturn.objects.get(), by=head, reason="Nhầm số km"), by=checker, reason="Chưa khớp sổ trực.")
    words = main(client, head, "/")
    assert "Báo cáo quý I/2024: Đã trả lại bản điều chỉnh" in words
    assert "Chưa khớp sổ trực." in words
    assert "Quá hạn" not in words
