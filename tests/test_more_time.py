"""More time for one unit: given, corrected, ended by itself or with the close; and returns that come late."""

import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from activity.models import Extension, History, Quarter, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.models.steps import Step

from . import reading
from .factories import (
    made_extension,
    made_return,
    moved_to,
    past_the_rules,
    sent_back,
    somebody,
    taken_to,
    ticked,
)
from .test_deadlines import DUE, MORE, RETURN, close, extend, first_submitted, main
from .typed import sent_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(on):
    """Let it be so many days after the due day; the due day itself at first."""

    def after(days):
        on(DUE + datetime.timedelta(days=days))

    after(0)
    return after


@pytest.mark.parametrize("begun", [False, True])
def test_the_command_gives_a_unit_more_time_with_reason_and_last_day(client, commander, post, quarter, begun):
    if begun:
        made_return(post, quarter)
    answer = extend(client, commander)
    assert "Đã gia hạn Đồn BPCK Trà Lĩnh - quý I/2024 đến hết ngày 21/3/2024." in reading.text(reading.page(answer))
    given = Extension.objects.get()
    assert (given.unit, given.quarter, given.granted_by) == (post, quarter, commander)
    assert (given.last_day, given.reason) == (datetime.date(2024, 3, 21), "Mất liên lạc do mưa lũ")
    assert UnitReturn.objects.count() == begun


def test_a_button_pressed_twice_gives_more_time_once_and_says_twice_that_it_is_given(client, commander, post, quarter):
    said = [reading.text(reading.page(extend(client, commander))) for _press in range(2)]
    assert all("đến hết ngày 21/3/2024" in words for words in said)
    assert Extension.objects.count() == 1


def test_the_same_day_for_another_reason_is_said_to_be_given_and_not_dropped_in_silence(
    client, commander, post, quarter
):
    extend(client, commander)
    answer = extend(client, commander, **{"more-reason": "Đường sạt lở"})
    assert answer.status_code == 422
    assert "Đơn vị đã được gia hạn đến ngày này" in reading.text(reading.page(answer))
    assert "Đường sạt lở" in answer.content.decode()
    assert Extension.objects.get().reason == "Mất liên lạc do mưa lũ"


@pytest.mark.parametrize("day", ["25/3/2024", "19/3/2024"])
def test_more_time_given_again_corrects_what_was_given_and_the_history_keeps_both(
    client, commander, staff, post, quarter, on, day
):
    extend(client, commander)
    extend(client, commander, **{"more-last_day": day})
    on(1)
    for where in (RETURN, "/"):
        assert f"Gia hạn đến hết ngày {day}" in main(client, staff, where)
    assert History.objects.filter(model="extension", action="created").count() == 2


def test_a_day_that_was_corrected_can_be_given_again(client, commander, staff, post, quarter):
    for day in ("25/3/2024", "19/3/2024", "25/3/2024"):
        assert extend(client, commander, **{"more-last_day": day}).status_code == 200
    assert "Gia hạn đến hết ngày 25/3/2024" in main(client, staff, RETURN)


def test_more_time_ends_sixty_days_after_the_due_day_at_the_latest(client, commander, post, quarter):
    answer = extend(client, commander, **{"more-last_day": "20/3/2204"})
    assert answer.status_code == 422
    assert "Chọn ngày chậm nhất là 17/5/2024" in reading.text(reading.page(answer))
    assert not Extension.objects.exists()
    assert extend(client, commander, **{"more-last_day": "17/5/2024"}).status_code == 200
    assert Extension.objects.get().last_day == DUE + datetime.timedelta(days=60)


def test_time_that_somebody_else_gave_meanwhile_is_shown_first(client, commander, post, quarter):
    where = f"{RETURN}extend/"

    def form(answer):
        return sent_of(reading.one(reading.page(answer), "form", action=where)) | MORE

    client.force_login(commander)
    opened = form(client.get(RETURN))
    made_extension(post, quarter, days=10)
    answer = client.post(where, opened)
    assert answer.status_code == 422
    assert "được gia hạn đến hết ngày 28/3/2024" in reading.text(reading.page(answer))
    assert Extension.objects.count() == 1
    assert client.post(where, MORE).status_code == 422  # a form that says nothing of what it saw
    assert client.post(where, form(answer)).status_code == 302
    assert Extension.objects.count() == 2


@pytest.mark.parametrize("closed", [False, True])
def test_an_amendment_gets_no_more_time(client, commander, head, post, quarter, closed):
    made_return(post, quarter, status=Status.DRAFT if closed else Status.APPROVED)
    if closed:
        close(quarter)
    amend(UnitReturn.objects.get(), by=head, reason="Nhầm số km")
    words = reading.text(reading.page(extend(client, commander)))
    assert ("Quý đã khóa" if closed else "Phiên bản điều chỉnh không có hạn nộp") in words
    assert "Gia hạn thêm" not in words
    assert not Extension.objects.exists()


@pytest.mark.parametrize(("granted", "late"), [(1, ""), (3, "Nộp muộn 2 ngày")])
@pytest.mark.parametrize("end", ["submitted again", "amended"])
def test_more_time_that_was_given_after_a_return_first_came_makes_no_late_one_timely(
    client, commander, head, checker, post, quarter, on, granted, late, end
):
    unit_return = made_return(post, quarter)
    on(5)
    sent_back(unit_return, by=checker)
    first_submitted(2)
    at = datetime.datetime.combine(DUE + datetime.timedelta(days=granted), datetime.time(8))
    made_extension(post, quarter, days=9, granted_at=timezone.make_aware(at))
    assert "Gia hạn đến hết ngày 27/3/2024" in main(client, commander, RETURN)
    if end == "submitted again":
        unit_return.submit(by=head)
    else:
        amend(taken_to(Status.APPROVED, unit_return), by=head, reason="Nhầm số km")
    for where in (RETURN, "/returns/?quarter=2024Q1", "/completeness/"):
        shown = main(client, commander, where).replace("Nộp muộn N ngày", "")  # the legend
        assert ("Nộp muộn" in shown) == bool(late), where
        assert late in shown


def test_time_that_was_given_before_its_moment_was_kept_has_the_moment_of_its_history(post, quarter):
    given, untold = made_extension(post, quarter), made_extension(post, quarter, days=4)
    past_the_rules(History).filter(model="extension", row=untold.pk).delete()
    import_module("activity.migrations.0010_when_more_time_was_given").forwards(apps, None)
    moved, stayed = Extension.objects.all()
    assert moved.granted_at == History.objects.get(model="extension", row=given.pk).at != given.granted_at
    assert stayed.granted_at == untold.granted_at


def test_more_time_ends_no_earlier_than_today(client, commander, post, quarter, on):
    on(4)
    answer = extend(client, commander)
    assert answer.status_code == 422
    assert "Đồng chí nhập 21/3/2024. Ngày này đã qua. Chọn hôm nay hoặc ngày sau" in reading.text(reading.page(answer))
    assert not Extension.objects.exists()
    on(3)
    assert extend(client, commander).status_code == 200
    assert Extension.objects.get().last_day == DUE + datetime.timedelta(days=3)


def test_a_return_that_is_long_overdue_gets_more_time_from_today(client, commander, post, quarter, on):
    on(90)
    answer = extend(client, commander, **{"more-last_day": "16/8/2024"})
    assert "Chọn ngày chậm nhất là 15/8/2024" in reading.text(reading.page(answer))
    assert extend(client, commander, **{"more-last_day": "15/8/2024"}).status_code == 200
    assert Extension.objects.get().last_day == DUE + datetime.timedelta(days=90 + 60)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"more-last_day": "18/3/2024"}, "Đồng chí nhập 18/3/2024. Chọn ngày sau hạn nộp"),
        ({"more-reason": " "}, "lý do"),
        ({"more-last_day": ""}, "Đến hết ngày"),
    ],
)
def test_more_time_without_a_reason_or_a_later_day_is_refused_and_what_was_typed_stays(
    client, commander, post, quarter, typed, words
):
    answer = extend(client, commander, **typed)
    assert answer.status_code == 422
    tree = reading.page(answer)
    errors = reading.text(reading.one(tree, "div", id="errors"))
    assert words.lower() in errors.lower()
    kept = MORE["more-reason"] if "more-reason" not in typed else "21/3/2024"
    assert kept in answer.content.decode()
    assert not Extension.objects.exists()


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.APPROVED])
def test_what_is_in_needs_no_more_time(client, commander, post, quarter, status):
    made_return(post, quarter, status=status)
    extend(client, commander)
    assert not Extension.objects.exists()


@pytest.mark.parametrize("where", [RETURN, "/completeness/"])
def test_more_time_of_what_is_still_open_ends_with_the_close(client, commander, post, quarter, where, on):
    made_extension(post, quarter, days=9)
    on(3)
    words = main(client, commander, where)
    assert ("27/3/2024" in words, "Quá hạn 3 ngày" in words) == (True, False)
    Quarter.objects.update(closed=True)
    # The extension itself is told in the timeline of the return.
    words = main(client, commander, where).split("Quá trình xử lý")[0]
    assert ("27/3/2024" in words, "Quá hạn 3 ngày" in words) == (False, True)


def test_more_time_that_ended_with_the_close_makes_nothing_timely_that_is_handed_in_after_it(
    client, commander, head, post, quarter, on
):
    made_extension(post, quarter, days=9)
    Quarter.objects.update(closed=True)
    on(5)
    opened = amend(UnitReturn(unit=post, quarter=Quarter.objects.get()), by=commander, reason="Mất liên lạc")
    taken_to(Status.SUBMITTED, opened)
    first_submitted(5)
    moved_to(timezone.make_aware(datetime.datetime.combine(DUE, datetime.time(8))), step=Step.AMENDED)
    for where in (RETURN, "/completeness/"):
        assert "Nộp muộn 5 ngày" in main(client, commander, where)
    assert "Đúng hạn 0/1" in main(client, commander, "/completeness/")
    # Nor does a later version.
    ticked(opened).approve(by=commander)
    second = amend(UnitReturn.objects.get(), by=head, reason="Nhầm số km")
    for where in (second.get_absolute_url(), "/completeness/"):
        assert "Nộp muộn 5 ngày" in main(client, commander, where)


def test_what_came_in_time_and_was_sent_back_stays_timely_when_the_close_comes_between(
    client, commander, head, checker, post, quarter
):
    made_extension(post, quarter, days=9, granted_at=timezone.make_aware(datetime.datetime(2024, 3, 18, 7)))
    unit_return = made_return(post, quarter)
    sent_back(unit_return, by=checker)
    first_submitted(5)
    close(quarter)
    opened = amend(UnitReturn.objects.get(), by=head, reason="Mở lại để sửa")
    for status in (Status.SUBMITTED, Status.APPROVED):
        if status == Status.SUBMITTED:
            opened.submit(by=head)
        else:
            ticked(opened).approve(by=somebody(Role.COMMANDER))
        for where in (RETURN, "/completeness/"):
            assert "Nộp muộn" not in main(client, commander, where).replace("Nộp muộn N ngày", ""), where
    assert "Đúng hạn 1/1" in main(client, commander, "/completeness/")


@pytest.mark.parametrize("where", [RETURN, "/"])
def test_the_unit_sees_its_extension_and_after_its_end_by_how_much_it_is_overdue(
    client, staff, post, quarter, where, on
):
    made_extension(post, quarter, days=3)
    on(3)
    words = main(client, staff, where)
    assert "Gia hạn đến hết ngày 21/3/2024" in words
    assert "Quá hạn" not in words
    on(4)
    assert "Quá hạn 1 ngày, chưa nộp" in main(client, staff, where)


def test_the_return_s_page_names_who_gave_more_time_and_why(client, staff, post, quarter):
    made_extension(post, quarter)
    words = main(client, staff, RETURN)
    assert "Mất liên lạc do mưa lũ" in words
    assert "hạn nộp 21/3/2024" in words


@pytest.mark.parametrize("begun", [False, True])
def test_the_timeline_names_every_extension_with_who_gave_it_and_why(client, staff, commander, post, quarter, begun):
    if begun:
        taken_to(Status.SUBMITTED, made_return(post, quarter))
    made_extension(post, quarter, reason="Mưa lũ", granted_by=commander)
    later = datetime.datetime(2024, 3, 15, 8, tzinfo=datetime.UTC)
    made_extension(
        post, quarter, days=5, reason="Mưa lũ kéo dài", granted_by=commander, as_deputy=True, granted_at=later
    )
    client.force_login(staff)
    timeline = reading.one(reading.page(client.get(RETURN)), "ol", class_="timeline")
    first, second, *steps = [reading.text(line) for line in reading.elements(timeline, "li")]
    assert "Gia hạn đến hết ngày 21/3/2024 commander, Bộ Chỉ huy Mưa lũ" in first
    assert "Gia hạn đến hết ngày 23/3/2024 commander, Bộ Chỉ huy (theo ủy quyền) Mưa lũ kéo dài" in second
    assert [("Đã nộp" in words) for words in steps] == [True] * begun


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (-1, "còn 4 ngày đến hạn nộp (21/3/2024)"),
        (2, "còn 1 ngày đến hạn nộp (21/3/2024)"),
        (3, "đến hạn nộp hôm nay"),
    ],
)
def test_the_unit_s_start_counts_the_days_to_the_end_of_the_extension(client, staff, post, quarter, after, words, on):
    made_extension(post, quarter, days=3)
    on(after)
    assert words in main(client, staff, "/")


def test_the_list_of_returns_shows_the_later_due_day_of_the_unit_that_has_one(
    client, commander, post, other_post, quarter
):
    made_extension(post, quarter, days=3)
    client.force_login(commander)
    rows = reading.cells(reading.one(reading.page(client.get("/returns/?quarter=2024Q1")), "table"))
    assert [row[2] for row in rows[1:]] == ["21/3/2024 gia hạn", "18/3/2024"]


# Late.


@pytest.mark.parametrize(
    ("more", "after", "words"), [(0, 2, "Nộp muộn 2 ngày"), (3, 3, ""), (3, 5, "Nộp muộn 2 ngày")]
)
def test_a_late_return_is_taken_and_marked_against_its_own_due_day(
    client, commander, head, post, quarter, on, more, after, words
):
    if more:
        made_extension(post, quarter, days=more)
    unit_return = made_return(post, quarter)
    on(after)
    taken_to(Status.SUBMITTED, unit_return, by=head)
    first_submitted(after)
    for status in (Status.SUBMITTED, Status.APPROVED):
        if status == Status.APPROVED:
            ticked(unit_return).approve(by=commander)
        for where in (RETURN, "/returns/?quarter=2024Q1", "/completeness/"):
            shown = main(client, commander, where).replace("Nộp muộn N ngày", "")  # the legend
            assert ("Nộp muộn" in shown) == bool(words), where
            assert words in shown
