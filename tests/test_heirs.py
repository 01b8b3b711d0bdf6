"""What a merged unit left is its heir's: seen, entered, submitted and reminded of by the heir's people alone."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.like_for_like import origin_of
from activity.models import Message, Unit, UnitReturn
from activity.models.choices import Role, Status
from activity.models.successions import dissolve, merge, split, take_back
from activity.permissions import may
from activity.reminders import due_reminders

from .factories import made_patrol, made_quarter, made_return, made_unit, made_user, taken_to
from .reading import attribute, cells, elements, one, page, text
from .typed import typed

pytestmark = pytest.mark.django_db

# Inside quý I/2024, of which the merged units still make their returns.
DAY = datetime.date(2024, 2, 1)


@pytest.fixture
def decided(admin_user):
    return {"day": DAY, "decision": "Quyết định số 45", "by": admin_user}


@pytest.fixture
def open_return(post, quarter):
    """A draft of the post, of the quarter in which it ends."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return)
    return unit_return


def at(unit_return):
    return reverse("return", args=[unit_return.unit.code, unit_return.quarter])


@pytest.fixture
def heir(open_return, post, other_post, decided):
    """The neighbour, into which the post was merged."""
    merge([post, other_post], into=other_post, **decided)
    return Unit.objects.get(pk=other_post.pk)


@pytest.fixture
def head_of_heir(heir):
    return made_user(Role.HEAD, heir, username="heir")


def test_the_heir_s_people_finish_the_return_that_was_open(client, open_return, head_of_heir):
    taken_to(Status.SUBMITTED, made_return(head_of_heir.unit, open_return.quarter))
    client.force_login(head_of_heir)
    start = client.get("/").content.decode()
    assert "Đồn BPCK Trà Lĩnh - Báo cáo quý I/2024" in start
    added = client.post(f"{at(open_return)}patrols/add/", typed("patrols"))
    assert added.status_code == 302
    for kind in open_return.missing_kinds():
        open_return.mark_nothing_to_report(kind, nothing=True)
    open_return.refresh_from_db()
    sent = client.post(f"{at(open_return)}submit/", {"revision": str(open_return.revision)})
    assert sent.status_code == 302
    open_return.refresh_from_db()
    assert open_return.status == Status.SUBMITTED


def test_nobody_else_sees_or_enters_it(client, open_return, heir, decided):
    stranger = made_user(Role.HEAD, made_unit("co-ba"), username="stranger")
    client.force_login(stranger)
    assert client.get(at(open_return)).status_code == 404
    assert not may(stranger, "enter", open_return)


def test_without_the_merger_the_neighbour_sees_nothing(client, open_return, other_post):
    client.force_login(made_user(Role.HEAD, other_post, username="heir"))
    assert client.get(at(open_return)).status_code == 404


def test_a_merger_that_is_taken_back_takes_the_sight_with_it(client, open_return, heir, head_of_heir, decided):
    take_back(heir.ancestry.get().succession, by=decided["by"])
    client.force_login(head_of_heir)
    assert client.get(at(open_return)).status_code == 404


def test_an_heir_that_is_merged_again_hands_on_what_it_carried(client, open_return, heir, decided):
    last = made_unit("co-ba")
    second = merge([heir, last], into=last, **decided | {"day": DAY + datetime.timedelta(days=7)})
    client.force_login(made_user(Role.HEAD, last, username="last"))
    assert client.get(at(open_return)).status_code == 200
    take_back(second, by=decided["by"])
    assert client.get(at(open_return)).status_code == 404
    assert Unit.objects.get(pk=open_return.unit_id).carried_on_by == heir


@pytest.mark.parametrize("how", ["split", "dissolve"])
def test_what_a_split_or_dissolved_unit_left_is_no_other_unit_s(client, post, quarter, decided, how):
    unit_return = taken_to(Status.APPROVED, made_return(post, quarter))
    named = ({"code": code, "name": code, "short_name": code} for code in "ab")
    parts = [Unit(**names, kind=post.kind, parent=post.parent, position=9) for names in named]
    split(post, parts=parts, **decided) if how == "split" else dissolve(post, **decided)
    for unit in Unit.objects.filter(code__in="ab"):
        client.force_login(made_user(Role.HEAD, unit, username=f"of-{unit}"))
        assert client.get(at(unit_return)).status_code == 404


def test_the_heir_s_people_are_reminded_of_it_and_read_that(client, open_return, head_of_heir, quarter):
    Message.objects.bulk_create(due_reminders(timezone.make_aware(datetime.datetime(2024, 3, 19, 7))))
    told = Message.objects.of(head_of_heir).filter(unit=open_return.unit)
    assert told.count() == 1
    assert type(head_of_heir).objects.get(pk=head_of_heir.pk).unread == 2  # of their own return, too
    client.force_login(head_of_heir)
    assert "Trà Lĩnh" in client.get("/inbox/").content.decode()


def approved(unit, quarter, times):
    unit_return = made_return(unit, quarter)
    made_patrol(unit_return, times=times, participant_turns=6 * times)
    return taken_to(Status.APPROVED, unit_return)


def totals_of_patrols(client, unit_return):
    return text(one(one(page(client.get(at(unit_return))), "section", id="patrols"), "p", class_="earlier"))


def test_a_return_is_compared_with_what_all_that_were_merged_reported(client, post, other_post, quarter, decided):
    for unit, times in ((post, 30), (other_post, 12)):
        approved(unit, quarter, times)
    after = made_quarter(2024, 2)
    merge([post, other_post], into=other_post, **decided | {"day": after.first_day})
    heir = Unit.objects.get(pk=other_post.pk)
    client.force_login(made_user(Role.HEAD, heir, username="heir"))
    assert "42 lần" in totals_of_patrols(client, UnitReturn(unit=heir, quarter=after))
    now = made_return(heir, after)
    assert "42 lần" in totals_of_patrols(client, now)
    assert f"số liệu của {post}" in client.get(at(now)).content.decode()
    # An old quarter is compared as it was.
    approved(heir, made_quarter(2023, 4), 5)
    assert "5 lần" in totals_of_patrols(client, heir.returns.get(quarter=quarter))


def test_who_was_merged_into_a_unit_by_others_is_known_by_the_quarter(post, other_post, quarter, decided):
    last, now, next_one = made_unit("co-ba"), made_quarter(2024, 2), made_quarter(2024, 3)
    merge([post, other_post], into=other_post, **decided)
    later = now.first_day + datetime.timedelta(days=7)
    merge([Unit.objects.get(pk=other_post.pk), last], into=last, **decided | {"day": later})
    assert origin_of(other_post, quarter).merged == ()
    assert origin_of(other_post, now).merged == (post,)
    assert origin_of(last, now).merged == ()
    assert set(origin_of(last, next_one).merged) == {post, other_post}
    assert origin_of(post, next_one).merged == ()


def test_the_heir_s_overview_is_of_one_unit_with_all_merged_into_it(client, post, other_post, quarter, decided):
    for unit, times in ((post, 30), (other_post, 12)):
        approved(unit, quarter, times)
    after = made_quarter(2024, 2)
    merge([post, other_post], into=other_post, **decided | {"day": after.first_day})
    heir = Unit.objects.get(pk=other_post.pk)
    approved(heir, after, 50)
    client.force_login(made_user(Role.HEAD, heir, username="heir"))
    overview = text(page(client.get("/dashboard/2024Q2/")))
    assert f"{heir} - Tổng quan" in overview and f"số liệu của {post}" in overview
    assert "▲ 8" in overview  # 50 against 30 and 12
    assert "theo đơn vị hiện nay" not in overview
    # The quarter before the merger is that of both.
    before = text(page(client.get("/dashboard/2024Q1/")))
    assert "2/2 đơn vị" in before and f"{heir} - Tổng quan" not in before


@pytest.fixture
def seen_by_present_unit(client, open_return, commander, heir):
    """The overview of the quarter in which the post ended: all have reported, the post has not."""
    third = made_unit("coc-pang", name="Đồn Biên phòng Cốc Pàng", short_name="Đồn BP Cốc Pàng")
    for unit in (heir, third):
        reported = made_return(unit, open_return.quarter)
        made_patrol(reported)
        taken_to(Status.APPROVED, reported)
    client.force_login(commander)
    return one(page(client.get("/dashboard/2024Q1/?units=present")), "main")


def test_by_present_unit_the_overview_still_names_who_was_to_report_and_has_not(seen_by_present_unit):
    title = text(one(seen_by_present_unit, "div", class_="title-line"))
    assert "2/3 đơn vị" in title
    assert "chưa nộp: Đồn BPCK Trà Lĩnh" in title
    assert "chưa đủ số liệu của các đơn vị đã sáp nhập vào Đồn BP Ngọc Côn" in text(seen_by_present_unit)


def test_by_present_unit_the_figures_of_an_heir_lead_to_the_returns_of_the_quarter(client, seen_by_present_unit):
    """Those of its own return are fewer."""
    rows = [a for th in elements(seen_by_present_unit, "th") for a in elements(th, "a")]
    assert {text(link): attribute(link, "href") for link in rows} == {
        "Đồn BP Ngọc Côn": "/returns/?quarter=2024Q1",
        "Đồn BP Cốc Pàng": "/returns/coc-pang/2024Q1/",
    }
    assert client.get("/returns/?quarter=2024Q1").status_code == 200


@pytest.fixture
def merged_within(client, open_return, commander, heir):
    """A quarter in which the post was merged into its neighbour; both have reported, 1 patrol and 4."""
    taken_to(Status.APPROVED, open_return)
    approved(heir, open_return.quarter, 4)
    client.force_login(commander)
    return "/summary/2024Q1/"


def sheets(client, where):
    return list(elements(page(client.get(where)), "article"))


def test_the_annexes_can_add_up_the_merged_and_the_report_stays_as_it_is(client, merged_within):
    reported, present = (sheets(client, f"{merged_within}{asked}") for asked in ("", "?units=present"))
    assert text(present[0]) == text(reported[0])
    rows = [{words[0]: words[1] for words in cells(sheet) if len(words) > 1} for sheet in (reported[1], present[1])]
    posts = ("Đồn BPCK Trà Lĩnh", "Đồn BP Ngọc Côn")
    assert [[each.get(post) for post in posts] for each in rows] == [["1", "4"], [None, "5"]]
    for annex, as_reported in zip(present[1:], reported[1:], strict=True):
        assert "Theo đơn vị hiện nay" in text(annex)
        assert "Theo đơn vị hiện nay" not in text(as_reported)
        assert posts[0] not in text(annex)


def test_an_earlier_state_of_the_report_keeps_the_choice_of_its_annexes(client, merged_within):
    """What was printed by present unit can be printed so again."""
    where = f"{merged_within}?as_of={timezone.now().isoformat().replace('+00:00', 'Z')}"
    aside = one(page(client.get(where)), "aside")
    (by_present,) = [attribute(a, "href") for a in elements(aside, "a") if text(a) == "theo đơn vị hiện nay"]
    shown = page(client.get(merged_within + by_present))
    assert "Theo đơn vị hiện nay" in text(list(elements(shown, "article"))[1])
    leads = [attribute(link, "href") for link in elements(one(shown, "main"), "a")]
    assert f"{merged_within}?units=present" in leads


@pytest.mark.parametrize("where", ["dashboard", "summary"])
def test_a_merger_on_the_first_day_of_a_quarter_changes_nothing_of_the_one_before(
    client, commander, post, other_post, quarter, decided, where
):
    for unit, times in ((post, 30), (other_post, 12)):
        approved(unit, quarter, times)
    client.force_login(commander)
    before = text(one(page(client.get(f"/{where}/2024Q1/")), "main"))
    merge([post, other_post], into=other_post, **decided | {"day": made_quarter(2024, 2).first_day})
    after = text(one(page(client.get(f"/{where}/2024Q1/")), "main"))
    # It can be read by present unit from now on.
    choice = {
        "dashboard": " · Theo báo cáo theo đơn vị hiện nay",
        "summary": " Phụ lục Theo báo cáo · theo đơn vị hiện nay",
    }[where]
    assert choice in after
    assert after.replace(choice, "") == before
