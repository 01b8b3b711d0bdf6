"""What pages say: of a step that comes too late, of what was saved, of sample data, of a quarter that still runs."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.kinds import BY_SLUG, KINDS
from activity.models import CriminalCase, Exhibit, Patrol, UnitReturn
from activity.models.amendment import amend
from activity.models.choices import Role, Status

from . import reading
from .factories import made_patrol, made_project, made_quarter, made_return, made_user, sent_back, taken_to, ticked
from .typed import address, exhibits, shown, typed

pytestmark = pytest.mark.django_db

SAMPLE = "Số liệu minh họa"
RUNNING = "Quý chưa kết thúc (đến 14/3/2024)"
NO_QUARTER = "Chưa có quý nào bắt đầu"
NO_DRAFT = "Báo cáo này không còn là bản nháp nên không sửa được số liệu. Chưa lưu gì."


def words(answer):
    """All that stands on a page."""
    assert answer.status_code == 200
    return reading.text(reading.one(reading.page(answer), "body"))


def messages(answer):
    """What the page says of what was just done."""
    return reading.text(reading.one(reading.page(answer), "ul", class_="messages"))


def step(unit_return, name, *more):
    return reverse(name, args=[unit_return.unit.code, unit_return.quarter, *more])


# A step that comes too late.


def pressed_late(client, user, unit_return, name, *more, **sent):
    """Press a button of a page that is out of date: the return is shown, and what it says."""
    client.force_login(user)
    sent.setdefault("revision", unit_return.revision)
    answer = client.post(step(unit_return, name, *more), sent, follow=True)
    assert [status for _address, status in answer.redirect_chain] == [302]
    assert answer.request["PATH_INFO"] == unit_return.get_absolute_url()
    return messages(answer)


@pytest.mark.parametrize(
    ("who", "name", "more"),
    [
        ("head", "return_submit", []),
        ("checker", "return_check", [KINDS[0]]),
        ("commander", "return_approve", []),
        ("commander", "return_send_back", []),
    ],
)
def test_a_step_of_a_return_that_nobody_has_begun_says_so(request, client, post, quarter, who, name, more):
    person, none_yet = request.getfixturevalue(who), UnitReturn(unit=post, quarter=quarter)
    said = pressed_late(client, person, none_yet, name, *more, **{"back-reason": "Thiếu một vụ"})
    assert f"Chưa ai bắt đầu lập báo cáo {none_yet}. Chưa có gì thay đổi." in said
    assert ("Thiếu một vụ" in said) == (name == "return_send_back")
    assert not UnitReturn.objects.exists()


def test_nothing_to_report_that_is_refused_begins_no_return(client, head, post, quarter):
    none_yet = UnitReturn(unit=post, quarter=quarter)
    said = pressed_late(client, head, none_yet, "return_nothing", KINDS[0], nothing="1", revision="7")
    assert "đã thay đổi từ lúc mở trang" in said
    assert not UnitReturn.objects.exists()


def test_an_amendment_that_a_rule_refuses_gives_back_its_reason(client, head, post, quarter):
    quarter.closed, post.reports_from = True, quarter.last_day + datetime.timedelta(days=1)
    quarter.save(), post.save()
    none_yet, reason = UnitReturn(unit=post, quarter=quarter), "Sót một vụ"
    said = pressed_late(client, head, none_yet, "return_amend", **{"amend-reason": reason})
    assert "không phải báo cáo quý này" in said
    assert f"“{reason}”" in said


@pytest.fixture
def submitted(post, quarter, head, commander):
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    return taken_to(Status.SUBMITTED, unit_return)


def test_who_approves_a_return_that_was_sent_back_is_told_that_it_is_a_draft(client, commander, post, quarter):
    unit_return = sent_back(made_return(post, quarter), by=commander)
    assert "hiện ở trạng thái “Nháp”" in pressed_late(client, commander, unit_return, "return_approve")
    assert UnitReturn.objects.get().status == Status.DRAFT


def test_who_submits_what_another_has_submitted_is_told_so(client, head, submitted):
    other = made_user(Role.HEAD, submitted.unit, username="other-head")
    assert "hiện ở trạng thái “Đã nộp”" in pressed_late(client, other, submitted, "return_submit")
    assert submitted.steps.count() == 1


def test_who_says_twice_that_there_is_nothing_is_told_that_it_stands(client, head, quarter):
    unit_return = made_return(head.unit, quarter)
    client.force_login(head)
    where = reverse("return_nothing", args=[unit_return.unit.code, unit_return.quarter, KINDS[1]])
    sent = {"nothing": "1", "revision": str(unit_return.revision)}
    for _ in range(2):
        assert messages(client.post(where, sent, follow=True)) == f"Đã đánh dấu không phát sinh: {KINDS[1].label}."
    # The opposite, from the page of before, is another thing.
    told = client.post(where, {"revision": sent["revision"]}, follow=True)
    assert "đã thay đổi" in told.content.decode()
    assert unit_return.marks.filter(nothing_to_report=True).count() == 1


def test_who_presses_twice_is_told_that_it_is_done(client, head, submitted):
    assert submitted.steps.get().by == head
    said = pressed_late(client, head, submitted, "return_submit")
    assert said == f"Đã nộp: {submitted}."
    assert submitted.steps.count() == 1


def saved(client, unit_return, kind, **changes):
    """Save a new row: all that is said of it."""
    return messages(client.post(address(unit_return, kind), typed(kind, **changes), follow=True))


@pytest.mark.parametrize(("turns", "asked"), [("2.400", True), ("2.399", False), ("20", False)])
def test_a_figure_a_hundred_times_the_last_one_is_asked_about(client, head, quarter, turns, asked):
    unit_return = made_return(head.unit, quarter)
    made_patrol(unit_return, participant_turns=24)
    client.force_login(head)
    said = saved(client, unit_return, "patrols", participant_turns=turns)
    words = f"Lượt người tham gia: {turns}, lần trước 24. Nếu gõ nhầm, sửa lại dòng này."
    assert (words in said) is asked


def test_a_row_just_like_another_of_the_return_is_asked_about(client, head, quarter):
    unit_return = made_return(head.unit, quarter)
    client.force_login(head)
    assert "giống hệt" not in saved(client, unit_return, "patrols", note="Mốc 741")
    assert "giống hệt" in saved(client, unit_return, "patrols", note="Mốc 741")
    assert "giống hệt" not in saved(client, unit_return, "patrols", note="Mốc 742")


@pytest.mark.parametrize(("code", "elsewhere"), [(" cb  926", True), ("CB927", False)])
def test_a_project_that_another_unit_has_entered_too_is_asked_about(
    client, head, other_post, quarter, code, elsewhere
):
    made_project(made_return(other_post, quarter), code="CB926")
    unit_return = made_return(head.unit, quarter)
    client.force_login(head)
    said = saved(client, unit_return, "projects", code=code)
    assert ("đã có trong báo cáo quý này của đơn vị khác" in said) is elsewhere
    assert other_post.short_name not in said


FIRST, ANOTHER = "Chưa khớp sổ trực.", "Thiếu số km phát quang."


@pytest.mark.parametrize("who", ["checker", "commander"])
def test_who_sends_back_for_another_reason_is_told_who_did_it_already_and_why(
    request, client, checker, submitted, who
):
    submitted.send_back(by=checker, reason=FIRST)
    person = request.getfixturevalue(who)
    said = pressed_late(client, person, submitted, "return_send_back", **{"back-reason": ANOTHER})
    assert said == (
        f"{submitted}: Đã trả lại trước đó, người thực hiện checker, lý do “{FIRST}”. Lần này chưa có gì thay đổi. "
        f"Nội dung đồng chí đã gõ: Lý do trả lại: “{ANOTHER}”."
    )
    assert [step.reason for step in submitted.steps.filter(step="sent_back")] == [FIRST]


@pytest.mark.parametrize("kinds", [[], ["patrols"]])
def test_who_sends_back_twice_for_one_reason_is_told_that_it_is_done_where_it_names_the_same_kinds(
    client, checker, submitted, kinds
):
    submitted.send_back(by=checker, reason=FIRST, kinds=[BY_SLUG["patrols"]])
    sent = {"back-reason": FIRST, "back-kinds": kinds}
    said = pressed_late(client, checker, submitted, "return_send_back", **sent)
    assert (said == f"Đã trả lại: {submitted}.") is bool(kinds)


@pytest.mark.parametrize("reason", [FIRST, ANOTHER])
def test_who_opens_an_amendment_twice_is_told_that_it_is_done_where_the_reason_is_one(
    client, head, commander, submitted, reason
):
    ticked(submitted).approve(by=commander)
    amend(submitted, by=head, reason=FIRST)
    said = pressed_late(client, head, submitted, "return_amend", **{"amend-reason": reason})
    assert ("trước đó, người thực hiện head" in said) is (reason == ANOTHER)
    assert ("Đã mở" in said.partition(":")[0]) is (reason == FIRST)


def test_who_sends_back_an_approved_return_is_told_that_it_is_approved(client, checker, commander, submitted):
    ticked(submitted).approve(by=commander)
    said = pressed_late(client, checker, submitted, "return_send_back", **{"back-reason": "Chưa khớp."})
    assert "hiện ở trạng thái “Đã duyệt”" in said
    assert UnitReturn.objects.get().status == Status.APPROVED


def test_who_sends_back_an_approved_return_without_a_reason_is_told_the_same(client, checker, commander, submitted):
    ticked(submitted).approve(by=commander)
    assert "“Đã duyệt”" in pressed_late(client, checker, submitted, "return_send_back")


def test_who_marks_a_kind_of_a_submitted_return_is_told_that_it_is_no_draft(client, staff, submitted):
    said = pressed_late(client, staff, submitted, "return_nothing", BY_SLUG["cases"])
    assert said == NO_DRAFT


def test_who_deletes_from_a_submitted_return_is_told_that_it_is_no_draft(client, staff, submitted):
    patrol = Patrol.objects.get()
    assert pressed_late(client, staff, submitted, "record_delete", BY_SLUG["patrols"], patrol.pk) == NO_DRAFT
    assert Patrol.objects.get() == patrol


def test_who_asks_for_a_new_row_of_a_submitted_return_is_told_that_it_is_no_draft(client, staff, submitted):
    client.force_login(staff)
    answer = client.get(address(submitted, "patrols"), follow=True)
    assert answer.redirect_chain == [(submitted.get_absolute_url(), 302)]
    assert messages(answer) == NO_DRAFT


@pytest.mark.parametrize("name", ["return_submit", "return_approve", "return_send_back", "return_nothing"])
def test_who_reloads_the_address_of_a_step_is_led_to_the_return(client, head, submitted, name):
    client.force_login(head)
    more = [BY_SLUG["cases"]] if name == "return_nothing" else []
    answer = client.get(step(submitted, name, *more))
    assert (answer.status_code, answer.headers["Location"]) == (302, submitted.get_absolute_url())


# What was saved is read back.


@pytest.fixture
def draft(client, staff, quarter):
    """A draft of the unit whose staff is signed in."""
    client.force_login(staff)
    return made_return(staff.unit, quarter)


def read_back(client, unit_return, slug, **fields):
    return messages(client.post(address(unit_return, slug), typed(slug, **fields), follow=True))


def test_the_numbers_of_a_patrol_are_read_back(client, draft):
    said = read_back(client, draft, "patrols", times="2", participant_turns="3.889", cleared_km="1,5")
    assert "Đã lưu" in said
    assert "Số lần 2, Lượt người tham gia 3.889, Phát quang đường tuần tra (km) 1,5" in said


def test_a_project_is_read_back_by_what_a_list_shows_of_it(client, draft):
    said = read_back(client, draft, "projects", code="CL126")
    assert "CL126" in said and "()" not in said
    assert "Đang đấu tranh" in said or "đang đấu tranh" in said


@pytest.mark.parametrize("quantity", ["24.325", "346,433", "0,5", "2"])
def test_the_exhibits_of_a_case_are_read_back_as_they_were_understood(client, draft, quantity):
    row = exhibits({"name": "Hêrôin", "quantity": quantity, "unit": "gam"})
    said = read_back(client, draft, "cases", fined_vnd="5.000.000", **row)
    assert f"Hêrôin {quantity} gam" in said
    assert "5.000.000" in said


def test_twenty_four_thousand_are_stored_where_they_are_read_back(client, draft):
    read_back(client, draft, "cases", **exhibits({"name": "Hêrôin", "quantity": "24.325", "unit": "gam"}))
    assert BY_SLUG["cases"].rows.objects.get().quantity == 24325


@pytest.mark.parametrize("slug", [kind.slug for kind in KINDS])
def test_a_form_that_is_sent_again_is_read_back_again(client, draft, slug):
    sent = typed(slug)
    first, again = (messages(client.post(address(draft, slug), sent, follow=True)) for _ in range(2))
    assert "Đã lưu" in first
    assert again == first


def test_a_case_with_exhibits_that_is_sent_again_is_read_back_without_fail(client, draft):
    sent = typed("cases", **exhibits({"name": "Pháo", "quantity": "1,5", "unit": "kg"}))
    client.post(address(draft, "cases"), sent)
    assert "Đã lưu" in messages(client.post(address(draft, "cases"), sent, follow=True))
    assert BY_SLUG["cases"].rows.objects.count() == 1


# Sample data is called so.


@pytest.mark.parametrize("asked", ["", "?quarter=2024Q1", "?form=unilateral"], ids=["all", "a quarter", "by a choice"])
@pytest.mark.parametrize(("is_sample", "entered"), [(True, True), (True, False), (False, True)])
def test_a_list_is_marked_where_it_holds_sample_records(client, staff, quarter, is_sample, entered, asked):
    unit_return = made_return(staff.unit, quarter, is_sample=is_sample)
    if entered:
        made_patrol(unit_return)
    client.force_login(staff)
    assert (SAMPLE in words(client.get(f"/records/patrols/{asked}"))) is (is_sample and entered)


@pytest.mark.parametrize("is_sample", [True, False])
@pytest.mark.parametrize("earlier", [(2023, 4), (2023, 1)])
def test_a_return_that_nobody_has_begun_says_whether_it_is_compared_with_sample_data(
    client, staff, quarter, commander, earlier, is_sample
):
    made_return(staff.unit, made_quarter(*earlier), status=Status.APPROVED, is_sample=is_sample)
    client.force_login(staff)
    assert (SAMPLE in words(client.get("/returns/tra-linh/2024Q1/"))) is is_sample


@pytest.mark.parametrize("asked", [{}, {"text": "tuần tra"}, {"form": "unilateral"}], ids=str)
@pytest.mark.parametrize("is_sample", [True, False])
def test_a_page_of_real_rows_says_that_the_list_holds_sample_rows(client, staff, quarter, is_sample, asked):
    made_patrol(made_return(staff.unit, made_quarter(2023, 4), is_sample=is_sample), counterpart="minh họa")
    unit_return = made_return(staff.unit, quarter)
    for _ in range(25):
        made_patrol(unit_return)
    client.force_login(staff)
    answer = client.get("/records/patrols/", asked)
    assert "quý IV/2023" not in reading.text(reading.one(reading.page(answer), "tbody"))
    assert (SAMPLE in words(answer)) is is_sample


@pytest.mark.parametrize("asked", [{"quarter": "2024Q1"}, {"text": "dân quân"}, {"form": "clearing"}], ids=str)
def test_sample_rows_that_the_filters_leave_out_do_not_mark_the_list(client, staff, quarter, asked):
    made_patrol(made_return(staff.unit, made_quarter(2023, 4), is_sample=True))
    made_patrol(made_return(staff.unit, quarter), note="Cùng dân quân")
    client.force_login(staff)
    assert SAMPLE not in words(client.get("/records/patrols/", asked))


# A quarter that still runs.


@pytest.fixture
def entered(post, quarter, commander):
    """A draft with everything entered."""
    unit_return = made_return(post, quarter)
    for kind in KINDS:
        unit_return.mark_nothing_to_report(kind, nothing=True)
    return unit_return


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("head", "/returns/tra-linh/2024Q1/"),
        ("head", "/dashboard/2024Q1/"),
        ("commander", "/dashboard/2024Q1/"),
        ("commander", "/summary/2024Q1/"),
    ],
)
@pytest.mark.parametrize(
    ("day", "runs"),
    [(datetime.date(2023, 12, 15), True), (datetime.date(2024, 3, 14), True), (datetime.date(2024, 3, 15), False)],
)
def test_a_quarter_is_said_to_run_until_its_last_day_is_over(
    client, request, entered, monkeypatch, who, where, day, runs
):
    user = request.getfixturevalue(who)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    client.force_login(user)
    assert (RUNNING in words(client.get(where))) is runs


# Before the first quarter.


@pytest.mark.parametrize("who", ["staff", "head", "checker", "commander"])
def test_a_start_page_without_a_quarter_says_so(client, request, post, who):
    client.force_login(request.getfixturevalue(who))
    said = words(client.get("/"))
    assert NO_QUARTER in said
    assert "Các báo cáo đều đã nộp" not in said


FIREWORKS = {"name": "Pháo", "quantity": "1,5", "unit": "kg"}


def test_the_exhibits_of_a_case_that_is_sent_again_are_read_back_again(client, draft):
    sent = typed("cases", **exhibits(FIREWORKS))
    first, again = (messages(client.post(address(draft, "cases"), sent, follow=True)) for _ in range(2))
    assert "Pháo 1,5 kg" in first
    assert again == first


@pytest.mark.parametrize("rows", [[FIREWORKS | {"quantity": "2,5"}], [FIREWORKS, FIREWORKS], []], ids=len)
def test_a_saved_form_gone_back_to_with_other_exhibits_asks_what_is_meant(client, draft, rows):
    sent = typed("cases", **exhibits(FIREWORKS))
    client.post(address(draft, "cases"), sent)
    answer = client.post(address(draft, "cases"), sent | exhibits(*rows))
    assert answer.status_code == 422
    again = client.post(address(draft, "cases"), sent | exhibits(*rows) | {"lineage": shown(answer, "lineage")})
    assert again.status_code == 302
    assert (CriminalCase.objects.count(), Exhibit.objects.count()) == (2, 1 + len(rows))
