"""Successions that follow each other, or meet returns: what is refused, and what stands outside a unit's life."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from activity.kinds import BY_SLUG
from activity.models import SectionDuty, Unit, UnitReturn
from activity.models.choices import Role, Status, UnitKind
from activity.models.record import ReturnLocked
from activity.models.successions import dissolve, merge, rename, reparent, split, take_back

from . import reading
from .factories import (
    made_answer,
    made_indicator,
    made_patrol,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    taken_to,
)
from .typed import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(admin_user):
    """By whom and when; the days of a chain follow each other."""

    def decided(day):
        return {"day": datetime.date(2024, 2, day), "decision": "Quyết định số 45", "by": admin_user}

    return decided


def fresh(unit):
    return Unit.objects.get(pk=unit.pk)


def facts():
    return list(Unit.objects.order_by("pk").values())


# What was taken back would leave no tree.


def test_what_was_put_below_a_unit_meanwhile_makes_no_circle_when_that_is_taken_back(
    command, post, other_post, admin_user, decided
):
    reparent(post, parent=other_post, **decided(1))
    back = reparent(fresh(post), parent=command, **decided(5))
    reparent(fresh(other_post), parent=fresh(post), **decided(9))
    before = facts()
    with pytest.raises(ValidationError, match="parent"):
        take_back(back, by=admin_user)
    assert facts() == before


def test_nobody_comes_back_below_a_unit_that_has_ended_since(command, post, admin_user, decided):
    section = made_unit("phong", kind=UnitKind.SECTION, reports=False)
    Unit.objects.filter(pk=post.pk).update(parent=section)
    away = reparent(fresh(post), parent=command, **decided(1))
    dissolve(fresh(section), **decided(5))
    before = facts()
    with pytest.raises(ValidationError):
        take_back(away, by=admin_user)
    assert facts() == before


def test_a_unit_stands_no_deeper_than_the_command_looks(command, commander, decided):
    chain = [made_unit(code) for code in "abcd"]
    for lower, upper, day in zip(chain[:2], chain[1:], (1, 2), strict=False):
        reparent(fresh(lower), parent=fresh(upper), **decided(day))
    assert set(chain) <= set(Unit.objects.visible_to(commander))
    with pytest.raises(ValidationError, match="parent"):
        reparent(fresh(chain[2]), parent=fresh(chain[3]), **decided(3))
    below = Unit(code="x", name="X", short_name="X", kind="post", position=9, parent=fresh(chain[0]))
    with pytest.raises(ValidationError, match="parent"):
        below.full_clean()


def test_a_new_unit_belongs_to_none_that_has_ended(post, decided):
    dissolve(post, **decided(1))
    below = Unit(code="x", name="X", short_name="X", kind="post", position=9, parent=fresh(post))
    with pytest.raises(ValidationError, match="parent"):
        below.full_clean()


# What returns have answered stays asked of them.


def became(post, kind, decided):
    return rename(fresh(post), name="Đồn A", short_name="Đồn A", kind=kind, **decided(1))


def test_another_kind_is_not_taken_back_over_what_was_answered_since(post, quarter, admin_user, decided):
    Unit.objects.filter(pk=post.pk).update(kind=UnitKind.POST)
    succession = became(post, UnitKind.GATE_POST, decided)
    made_answer(made_return(fresh(post), quarter), made_indicator(first=quarter, unit_kinds=["gate_post"]), 5)
    before = facts()
    with pytest.raises(ValidationError, match="day"):
        take_back(succession, by=admin_user)
    assert facts() == before


def test_a_draft_that_has_answered_keeps_its_unit_from_becoming_another_kind(post, quarter, decided):
    """Its answer would not be seen any more, and be counted all the same."""
    Unit.objects.filter(pk=post.pk).update(kind=UnitKind.GATE_POST)
    answer = made_answer(made_return(fresh(post), quarter), made_indicator(first=quarter, unit_kinds=["gate_post"]), 5)
    with pytest.raises(ValidationError, match="day"):
        became(post, UnitKind.POST, decided)
    answer.delete()
    assert became(post, UnitKind.POST, decided).pk


def made_part(post, decided, day=1):
    new = {"code": "phan", "name": "Đồn Biên phòng Phần", "short_name": "Đồn BP Phần", "position": 9, "reports": True}
    succession = split(post, parts=[Unit(**new, kind=post.kind, parent=post.parent)], goes_on=True, **decided(day))
    return succession, Unit.objects.get(code="phan")


def test_a_split_is_not_taken_back_once_what_is_left_has_handed_in(post, quarter, admin_user, decided):
    succession, _part = made_part(post, decided)
    taken_to(Status.SUBMITTED, made_return(fresh(post), quarter))
    with pytest.raises(ValidationError):
        take_back(succession, by=admin_user)


def test_a_rename_is_not_taken_back_once_a_return_was_handed_in_under_the_name(post, quarter, admin_user, decided):
    succession = rename(post, name="Đồn Mới", short_name="Đồn Mới", **decided(1))
    taken_to(Status.SUBMITTED, made_return(fresh(post), quarter))
    with pytest.raises(ValidationError):
        take_back(succession, by=admin_user)
    assert fresh(post).short_name == "Đồn Mới"


def test_a_split_is_not_taken_back_while_another_unit_once_belonged_to_a_part(
    client, admin_user, post, other_post, decided
):
    parent = other_post.parent
    succession, part = made_part(post, decided)
    reparent(other_post, parent=part, **decided(5))
    reparent(fresh(other_post), parent=parent, **decided(9))
    client.force_login(admin_user)
    answer = client.get(reverse("admin:activity_unit_take_back", args=[succession.pk]), follow=True)
    assert "Đồn BP Ngọc Côn" in reading.text(reading.one(reading.page(answer), "ul", class_="messagelist"))
    assert Unit.objects.filter(pk=part.pk).exists()


def test_who_carries_a_section_on_checks_what_it_checked(client, command, post, quarter, decided):
    sections = [made_unit(code, kind=UnitKind.SECTION, reports=False) for code in ("phong-a", "phong-b")]
    SectionDuty.objects.create(kind="patrols", section=sections[0])
    heir = Unit(code="phong-c", name="Phòng C", short_name="Phòng C", kind="section", parent=command, position=9)
    merge(sections, into=heir, **decided(1))
    unit_return = taken_to(Status.SUBMITTED, made_return(post, quarter))
    where = reverse("return_check", args=[post.code, quarter, BY_SLUG["patrols"]])

    def press(section):
        person = made_user(Role.CHECKER, section, username=f"của {section.code}")
        client.force_login(person)
        shown = client.get(unit_return.get_absolute_url()).content.decode()
        sent = {"checked": "1", "revision": UnitReturn.objects.get().revision}
        return where in shown, client.post(where, sent).status_code

    assert press(made_unit("phong-d", kind=UnitKind.SECTION, reports=False)) == (False, 403)
    assert press(Unit.objects.get(code="phong-c")) == (True, 302)


# Outside a unit's life.


@pytest.fixture
def part(post, decided):
    """A part of the post since 1/2/2024: quý IV/2023 was before it."""
    return made_part(post, decided)[1]


def test_nobody_enters_what_was_before_their_unit_began(client, part):
    before, _now = made_quarter(2023, 4), made_quarter(2024, 1)
    client.force_login(made_user(Role.HEAD, part, username="phan"))
    page = reading.page(client.get(reverse("return", args=["phan", before])))
    assert not [a for a in reading.elements(page, "a") if "/add/" in reading.attribute(a, "href")]
    answer = client.post("/returns/phan/2023Q4/patrols/add/", typed("patrols", date="05/12/2023"))
    assert answer.status_code == 409
    assert "bắt đầu từ ngày 01/02/2024" in answer.content.decode()
    assert not UnitReturn.objects.filter(unit=part).exists()
    assert client.post("/returns/phan/2024Q1/patrols/add/", typed("patrols")).status_code == 302


def test_without_the_day_on_which_it_began_a_part_would_hand_in_what_the_whole_did(part, monkeypatch):
    before = made_quarter(2023, 4)
    with pytest.raises(ReturnLocked):
        made_return(part, before)
    monkeypatch.setattr(Unit, "began_after", lambda *args: False)
    assert made_return(part, before).pk


@pytest.mark.parametrize("role", [Role.HEAD, Role.COMMANDER])
def test_a_quarter_outside_its_life_is_not_overdue(client, post, other_post, part, role, decided):
    before, after = made_quarter(2023, 4), made_quarter(2024, 2)
    merge([fresh(post), fresh(other_post)], into=fresh(other_post), **decided(9))
    client.force_login(made_user(role, part if role == Role.HEAD else None, username="ai"))
    for code, quarter in [("phan", before)] + [("tra-linh", after)] * (role == Role.COMMANDER):
        main = reading.one(reading.page(client.get(reverse("return", args=[code, quarter]))), "main")
        said = reading.text(main)
        assert "Không phải báo cáo" in said
        assert "Quá hạn" not in said
        assert not list(reading.elements(main, "form"))


# What a return's page shows of earlier quarters.


def earlier(client, code, quarter):
    """What stands of the patrols of the quarter before, on the page of a return."""
    page = reading.page(client.get(reverse("return", args=[code, quarter])))
    section = reading.one(page, "section", id="patrols")
    (found,) = [p for p in reading.elements(section, "p") if reading.attribute(p, "class") == "earlier"]
    return reading.text(found).split("Cùng kỳ")[0]


@pytest.mark.parametrize("begun", [False, True])
def test_what_the_whole_had_is_no_earlier_figure_of_what_is_left_of_it(client, commander, post, decided, begun):
    before, now, after = made_quarter(2023, 4), made_quarter(2024, 1), made_quarter(2024, 2)
    for quarter, times in ((before, 100), (now, 30)):
        unit_return = made_return(post, quarter)
        made_patrol(unit_return, times=times, participant_turns=1000)
        taken_to(Status.APPROVED, unit_return)
    if begun:
        made_return(post, after)
    client.force_login(commander)
    assert "100 lần" in earlier(client, "tra-linh", now)
    made_part(post, decided)
    assert "không so sánh được, Đồn BPCK Trà Lĩnh chia tách ngày 01/02/2024" in earlier(client, "tra-linh", now)
    assert "100 lần" not in earlier(client, "tra-linh", now)
    said = earlier(client, "tra-linh", after)
    # Quý I/2024 began before the split.
    assert "không so sánh được" in said
    assert "30 lần" not in said
    assert "không so sánh được" not in earlier(client, "tra-linh", made_quarter(2024, 3))


def test_an_heir_s_page_names_whose_figures_the_earlier_quarter_lacks(client, commander, post, other_post, decided):
    before, now = made_quarter(2024, 1), made_quarter(2024, 2)
    unit_return = made_return(other_post, before)
    made_patrol(unit_return, times=4, participant_turns=40)
    taken_to(Status.APPROVED, unit_return)
    merge([post, other_post], into=other_post, **decided(9))
    client.force_login(commander)
    assert "4 lần · 40 lượt người · 0 km (chưa có số liệu của Đồn BPCK Trà Lĩnh)" in earlier(client, "ngoc-con", now)
    late = made_return(fresh(post), before)
    taken_to(Status.APPROVED, late)
    assert "chưa có số liệu" not in earlier(client, "ngoc-con", now)


def approved(unit, quarter, times=100, answer=None):
    unit_return = made_return(unit, quarter)
    made_patrol(unit_return, times=times, participant_turns=1000)
    if answer:
        made_answer(unit_return, *answer)
    return taken_to(Status.APPROVED, unit_return)


def test_what_a_predecessor_had_before_it_was_split_is_no_earlier_figure_of_its_heir(
    client, commander, post, other_post, decided
):
    before, now = made_quarter(2024, 1), made_quarter(2024, 2)
    for unit in (post, other_post):
        approved(unit, before)
    made_part(post, decided)
    merge([fresh(post), other_post], into=other_post, **decided(9))
    client.force_login(commander)
    said = earlier(client, "ngoc-con", now)
    assert "không so sánh được, Đồn BPCK Trà Lĩnh chia tách ngày 01/02/2024" in said
    assert "lần" not in said
    assert "không so sánh được" not in earlier(client, "ngoc-con", made_quarter(2024, 3))


@pytest.mark.parametrize("page", ["", "indicators/"])
def test_the_indicators_too_say_why_an_earlier_quarter_compares_with_nothing(
    client, post, other_post, commander, decided, page
):
    before, _now = made_quarter(2024, 1), made_quarter(2024, 2)
    indicator = made_indicator(first=before)
    approved(other_post, before, answer=(indicator, 7))
    merge([post, other_post], into=other_post, **decided(9))
    client.force_login(made_user(Role.HEAD, fresh(other_post), username="heir"))

    def main():
        return reading.text(reading.one(reading.page(client.get(f"/returns/ngoc-con/2024Q2/{page}")), "main"))

    assert "Quý trước: chưa có số liệu của Đồn BPCK Trà Lĩnh" in main()
    approved(fresh(post), before, answer=(indicator, 5))
    assert "chưa có số liệu" not in main()
    made_part(fresh(other_post), decided, day=20)
    assert "Quý trước: không so sánh được, Đồn BP Ngọc Côn chia tách ngày 20/02/2024" in main()
