"""What becomes of units: each decision is one action, rewrites nothing, and can be taken back."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from activity.gathering import gather, period_of
from activity.models import Descent, History, Succession, Unit, UnitReturn
from activity.models.choices import Role, Status, UnitKind
from activity.models.successions import dissolve, merge, move, rename, reparent, split, take_back

from .factories import made_indicator, made_patrol, made_quarter, made_return, made_unit, made_user, taken_to
from .typed import typed

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 5, 1)
BEFORE = datetime.date(2024, 4, 30)
DECISION = "Quyết định số 45/QĐ-BTL"


@pytest.fixture
def decided(admin_user):
    return {"day": DAY, "decision": DECISION, "by": admin_user}


def new_unit(post, code="moi", **fields):
    """A unit that is not saved yet, beside ``post``."""
    words = {"name": f"Đồn Biên phòng {code}", "short_name": f"Đồn BP {code}", "kind": UnitKind.POST, "position": 50}
    return Unit(code=code, parent=post.parent, reports=True, **(words | fields))


def renamed(post, **decided):
    return rename(post, name="Đồn Biên phòng Cửa khẩu quốc tế Trà Lĩnh", short_name="Đồn BPCKQT Trà Lĩnh", **decided)


def stored():
    """All that units are and were, as the database holds it."""
    return list(
        Unit.objects.order_by("pk").values("pk", "name", "kind", "parent", "past", "closed_on", "reports_from")
    )


def test_a_renamed_unit_is_called_by_the_name_of_the_day(post, decided):
    renamed(post, **decided)
    post = Unit.objects.get(pk=post.pk)
    assert [post.on(day).short_name for day in (BEFORE, DAY)] == ["Đồn BPCK Trà Lĩnh", "Đồn BPCKQT Trà Lĩnh"]


def test_each_of_several_states_is_found_on_its_days(post, decided):
    renamed(post, **decided)
    rename(post, name="C", short_name="C", **decided | {"day": DAY + datetime.timedelta(days=10)})
    days = [BEFORE, DAY, DAY + datetime.timedelta(days=9), DAY + datetime.timedelta(days=10)]
    names = ["Đồn BPCK Trà Lĩnh", "Đồn BPCKQT Trà Lĩnh", "Đồn BPCKQT Trà Lĩnh", "C"]
    assert [Unit.objects.get(pk=post.pk).on(day).short_name for day in days] == names


def test_an_old_quarter_calls_its_units_as_on_its_last_day(post, quarter, decided):
    later = made_quarter(2024, 2)
    for each in (quarter, later):
        taken_to(Status.APPROVED, made_return(post, each))
    renamed(post, **decided)
    figures = gather(Unit.objects.reporting(), [quarter, later])
    names = {each.code: [unit.short_name for unit in figures.reported(period_of(each))] for each in (quarter, later)}
    assert names == {"2024Q1": ["Đồn BPCK Trà Lĩnh"], "2024Q2": ["Đồn BPCKQT Trà Lĩnh"]}


def test_a_unit_that_is_put_below_another_belonged_to_its_first_parent_until_then(post, other_post, decided):
    first = post.parent.pk
    reparent(post, parent=other_post, **decided)
    assert [Unit.objects.get(pk=post.pk).on(day).parent for day in (BEFORE, DAY)] == [first, other_post.pk]


def test_a_move_changes_nothing_of_the_unit_but_is_kept(post, decided):
    before = stored()
    made = move(post, place="Xã Quang Hán", **decided)
    assert (stored(), made.note) == (before, "Xã Quang Hán")
    assert list(Succession.objects.of([post])) == [made]


def test_of_merged_units_one_goes_on_and_the_others_exist_until_the_day_before(post, other_post, decided):
    merge([post, other_post], into=post, **decided)
    assert Unit.objects.get(pk=other_post.pk).closed_on == BEFORE
    assert Unit.objects.get(pk=post.pk).closed_on is None


def test_units_merge_into_a_new_one_that_reports_from_that_day(post, other_post, decided):
    merge([post, other_post], into=new_unit(post), **decided)
    assert set(Unit.objects.filter(closed_on=BEFORE)) == {post, other_post}
    assert Unit.objects.get(code="moi").reports_from == DAY


def test_a_split_unit_ends_or_goes_on_as_what_is_left(post, other_post, decided):
    split(post, parts=[new_unit(post, "a"), new_unit(post, "b")], **decided)
    split(other_post, parts=[new_unit(post, "c")], goes_on=True, **decided)
    assert set(Unit.objects.filter(closed_on=BEFORE)) == {post}
    assert set(Descent.objects.filter(is_new=True).values_list("successor__code", flat=True)) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("year", "number", "expected"),
    [(2024, 1, True), (2024, 2, True), (2024, 3, False)],
)
def test_a_unit_that_ended_inside_a_quarter_still_reports_for_it(post, decided, year, number, expected):
    dissolve(post, **decided)
    assert post.is_expected(made_quarter(year, number)) is expected


def test_what_units_did_is_in_the_history_with_who_did_it(post, decided):
    renamed(post, **decided)
    entry = History.objects.about(post).last()
    assert (entry.by, entry.changes["short_name"]) == (
        decided["by"],
        ["Đồn BPCK Trà Lĩnh", "Đồn BPCKQT Trà Lĩnh"],
    )


# What is refused, and changes nothing.


def refused(act):
    """The words of a refusal after which all is as before."""
    before = stored(), Succession.objects.count(), Descent.objects.count()
    with pytest.raises(ValidationError) as raised:
        act()
    assert (stored(), Succession.objects.count(), Descent.objects.count()) == before
    return raised.value


@pytest.mark.parametrize("days", [0, 1])
def test_a_past_is_not_rewritten_by_a_decision_of_an_earlier_day(post, decided, days):
    renamed(post, **decided)
    earlier = decided | {"day": DAY - datetime.timedelta(days=days)}
    assert "day" in refused(lambda: reparent(Unit.objects.get(pk=post.pk), parent=post.parent, **earlier)).message_dict


def test_a_unit_that_has_ended_has_no_further_successions(post, decided):
    dissolve(post, **decided)
    refused(lambda: renamed(Unit.objects.get(pk=post.pk), **decided | {"day": DAY + datetime.timedelta(days=9)}))


def test_a_unit_does_not_end_before_a_quarter_of_which_it_has_a_return(post, decided):
    made_return(post, made_quarter(2024, 3))
    assert "day" in refused(lambda: dissolve(post, **decided)).message_dict


def test_a_unit_does_not_end_while_others_belong_to_it(post, decided):
    made_unit("tram", parent=post, kind=UnitKind.STATION)
    refused(lambda: dissolve(post, **decided))


@pytest.mark.parametrize("decision", ["", "  "])
def test_no_succession_without_a_decision(post, decided, decision):
    assert "decision" in refused(lambda: renamed(post, **decided | {"decision": decision})).message_dict


def test_no_unit_stands_above_itself_on_any_day_of_the_past_either(post, other_post, decided):
    Unit.objects.filter(pk=post.pk).update(parent=other_post)
    later = decided | {"day": DAY + datetime.timedelta(days=60)}
    reparent(Unit.objects.get(pk=post.pk), parent=other_post.parent, **later)
    other_post = Unit.objects.get(pk=other_post.pk)
    assert "parent" in refused(lambda: reparent(other_post, parent=post, **decided)).message_dict
    reparent(Unit.objects.get(pk=other_post.pk), parent=post, **later)


def test_no_succession_is_carried_out_before_its_day(post, decided):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert "day" in refused(lambda: renamed(post, **decided | {"day": tomorrow})).message_dict
    renamed(post, **decided | {"day": timezone.localdate()})


@pytest.mark.parametrize("existed", [{"reports_from": DAY + datetime.timedelta(days=1)}, {"closed_on": BEFORE}])
def test_no_unit_is_put_below_one_that_was_not_there_on_the_day(post, decided, existed):
    parent = made_unit("ban-chi-huy", **existed)
    assert "parent" in refused(lambda: reparent(post, parent=parent, **decided)).message_dict


def test_no_unit_ends_before_another_left_it(post, other_post, decided):
    parent = made_unit("ban-chi-huy")
    Unit.objects.filter(pk=post.pk).update(parent=parent)
    later = DAY + datetime.timedelta(days=60)
    reparent(Unit.objects.get(pk=post.pk), parent=other_post, **decided | {"day": later})
    assert "parent" in refused(lambda: dissolve(Unit.objects.get(pk=parent.pk), **decided)).message_dict
    dissolve(Unit.objects.get(pk=parent.pk), **decided | {"day": later})


def test_one_unit_alone_is_neither_merged_nor_split(post, decided):
    refused(lambda: merge([post], into=post, **decided))
    refused(lambda: split(post, parts=[new_unit(post)], **decided))


# Taking back.

DEEDS = {
    "rename": lambda post, other, decided: renamed(post, **decided),
    "reparent": lambda post, other, decided: reparent(post, parent=other, **decided),
    "move": lambda post, other, decided: move(post, place="Xã Quang Hán", **decided),
    "merge": lambda post, other, decided: merge([post, other], into=post, **decided),
    "merge into a new unit": lambda post, other, decided: merge([post, other], into=new_unit(post), **decided),
    "split": lambda post, other, decided: split(post, parts=[new_unit(post, "a"), new_unit(post, "b")], **decided),
    "split and go on": lambda post, other, decided: split(post, parts=[new_unit(post)], goes_on=True, **decided),
    "dissolve": lambda post, other, decided: dissolve(post, **decided),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_taken_back_it_is_as_if_it_had_never_been(post, other_post, decided, deed):
    before = stored()
    made = deed(post, other_post, decided)
    take_back(Succession.objects.get(pk=made.pk), by=decided["by"])
    assert stored() == before
    assert not Succession.objects.exists() and not Descent.objects.exists()


def test_what_another_was_built_on_is_not_taken_back(post, other_post, decided):
    first = renamed(post, **decided)
    reparent(post, parent=other_post, **decided | {"day": DAY + datetime.timedelta(days=1)})
    refused(lambda: take_back(first, by=decided["by"]))


def test_a_new_unit_with_a_return_keeps_its_beginning(post, other_post, decided):
    made = merge([post, other_post], into=new_unit(post), **decided)
    made_patrol(made_return(Unit.objects.get(code="moi"), made_quarter(2024, 2)))
    refused(lambda: take_back(made, by=decided["by"]))


def test_a_unit_to_which_others_once_belonged_is_not_deleted(post, other_post, decided):
    parent = made_unit("ban-chi-huy")
    Unit.objects.filter(pk=post.pk).update(parent=parent)
    reparent(Unit.objects.get(pk=post.pk), parent=other_post, **decided)
    for deletes in (parent.delete, Unit.objects.filter(pk=parent.pk).delete):
        with pytest.raises(ProtectedError):
            deletes()


@pytest.mark.parametrize("when", ["before it was carried out", "afterwards", "of a quarter before"])
def test_a_merger_is_not_taken_back_once_its_heir_has_handed_in(post, other_post, quarter, decided, when):
    later = made_quarter(2024, 2)
    handed_in = made_return(other_post, quarter if when == "of a quarter before" else later)
    if when == "before it was carried out":
        taken_to(Status.SUBMITTED, handed_in)
    merger = merge([post, other_post], into=other_post, **decided)
    if when != "before it was carried out":
        taken_to(Status.SUBMITTED, handed_in)
    if when == "afterwards":
        with pytest.raises(ValidationError, match="đã nộp sau khi"):
            take_back(merger, by=decided["by"])
    else:
        take_back(merger, by=decided["by"])


@pytest.mark.parametrize("same", [rename, reparent])
def test_a_decision_that_changes_nothing_is_refused(post, decided, same):
    names = {"name": post.name, "short_name": post.short_name} if same is rename else {}
    with pytest.raises(ValidationError, match="thay đổi"):
        same(post, parent=post.parent, **names, **decided)
    assert not Succession.objects.exists()


# What was handed in stays what it was.


@pytest.fixture
def asked_of_posts(post, quarter):
    """An indicator that posts are asked for, and a return of one that has answered it, handed in."""
    indicator = made_indicator(first=quarter, unit_kinds=[post.kind])
    return taken_to(Status.SUBMITTED, made_return(post, quarter)), indicator


@pytest.mark.parametrize(("days", "refused"), [(0, True), (1, False)], ids=["on its last day", "after it"])
def test_a_unit_becomes_of_another_kind_in_no_quarter_of_which_it_has_handed_in(
    post, quarter, asked_of_posts, decided, days, refused
):
    day = quarter.last_day + datetime.timedelta(days=days)
    names = {"name": post.name, "short_name": post.short_name, "kind": UnitKind.BATTALION}
    if refused:
        with pytest.raises(ValidationError, match="đã nộp") as error:
            rename(post, **names, **decided | {"day": day})
        assert list(error.value.error_dict) == ["day"]
    else:
        rename(post, **names, **decided | {"day": day})
    unit_return = UnitReturn.objects.get()
    assert unit_return.asked == unit_return.in_use


def test_a_name_alone_is_changed_in_a_quarter_that_was_handed_in(post, quarter, asked_of_posts, decided):
    renamed(post, **decided | {"day": quarter.first_day})
    assert UnitReturn.objects.get().asked


def test_a_unit_with_returns_leaves_its_command_by_ending_alone(post, quarter, command, decided):
    other = Unit.objects.create(code="khac", name="Khác", short_name="Khác", kind=UnitKind.COMMAND, position=90)
    names = {"name": post.name, "short_name": post.short_name}
    made_return(post, quarter)
    for leave in (reparent, lambda unit, **how: rename(unit, **names, **how)):
        with pytest.raises(ValidationError, match="Giải thể") as error:
            leave(Unit.objects.get(pk=post.pk), parent=other, **decided)
        assert list(error.value.error_dict) == ["parent"]
    section = made_unit("phong", kind=UnitKind.SECTION)
    reparent(Unit.objects.get(pk=post.pk), parent=section, **decided)


def test_a_unit_without_returns_may_leave(post, command, decided):
    other = Unit.objects.create(code="khac", name="Khác", short_name="Khác", kind=UnitKind.COMMAND, position=90)
    reparent(post, parent=other, **decided)
    assert Unit.objects.get(pk=post.pk).parent == other


@pytest.mark.parametrize("begins", [None, DAY + datetime.timedelta(days=1)])
def test_a_unit_that_began_by_a_succession_begins_on_no_other_day(post, other_post, decided, begins):
    merge([post, other_post], into=new_unit(post), **decided)
    began = Unit.objects.get(code="moi")
    began.reports_from = begins
    with pytest.raises(ValidationError) as error:
        began.full_clean()
    assert list(error.value.error_dict) == ["reports_from"]


@pytest.mark.parametrize("what", ["renamed", "ended", "reported"])
def test_a_unit_begins_no_later_than_what_is_known_of_it(post, quarter, decided, what):
    if what == "renamed":
        renamed(post, **decided)
    elif what == "ended":
        dissolve(post, **decided)
    else:
        made_return(post, quarter)
    last = quarter.last_day if what == "reported" else BEFORE
    unit = Unit.objects.get(pk=post.pk)
    unit.reports_from = last
    unit.full_clean()
    unit.reports_from = last + datetime.timedelta(days=1)
    with pytest.raises(ValidationError) as error:
        unit.full_clean()
    assert list(error.value.error_dict) == ["reports_from"]


def test_a_unit_that_has_ended_makes_no_return_of_a_later_quarter(client, post, quarter, decided):
    dissolve(post, **decided | {"day": quarter.first_day})
    unit = Unit.objects.get(pk=post.pk)
    ways = UnitReturn.objects.create, lambda **new: UnitReturn.objects.bulk_create([UnitReturn(**new)])
    for way in ways:
        with pytest.raises(ValidationError, match="chỉ tồn tại đến hết ngày"):
            way(unit=unit, quarter=quarter)
    client.force_login(made_user(Role.HEAD, unit, username="last-head"))
    where = f"/returns/{unit.code}/{quarter.code}/"
    assert "patrols/add/" not in client.get(where).content.decode()
    answer = client.post(f"{where}patrols/add/", typed("patrols"), follow=True)
    assert "chỉ tồn tại đến hết ngày 14/12/2023" in answer.content.decode()
    assert not UnitReturn.objects.exists()
