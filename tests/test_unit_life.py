"""The life of units in the administration: a preview changes nothing, a second press carries it out."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Descent, History, Succession, Unit
from activity.models.amendment import amend
from activity.models.choices import Role, Status, UnitKind
from activity.models.successions import SuccessionKind, merge, rename, reparent, take_back

from . import reading
from .factories import made_patrol, made_quarter, made_return, made_unit, made_user, somebody, taken_to
from .test_session import signs_in

pytestmark = pytest.mark.django_db

DECIDED = {"day": "01/05/2024", "decision": "Quyết định số 45/QĐ-BTL"}
TYPED = {
    "rename": {"name": "Đồn Quốc tế", "short_name": "Đồn BPCKQT Trà Lĩnh", "kind": "intl_gate_post"},
    "merge": {
        "into": "new", "name": "Đồn Biên phòng Trùng Khánh", "short_name": "Đồn BP Trùng Khánh",
        "kind": "intl_gate_post",
    },
    "split": {
        "kind": "post",
        "name_1": "Đồn Biên phòng Nà Đoỏng", "short_name_1": "Đồn BP Nà Đoỏng",
        "name_2": "Đồn Biên phòng Nà Ráy", "short_name_2": "Đồn BP Nà Ráy",
    },
    "move": {"place": "Xã Quang Hán"},
    "reparent": {},
    "dissolve": {},
}  # fmt: skip


@pytest.fixture
def administrator(client, admin_user):
    client.force_login(admin_user)
    return client


def typed(kind, post, other_post):
    belongs = {"rename": {"parent": post.parent.pk}, "reparent": {"parent": other_post.pk}}
    others = {"others": [other_post.pk]} if kind == "merge" else {}
    return decided(post) | TYPED[kind] | belongs.get(kind, {}) | others


def decided(unit):
    return DECIDED | {"revision": Unit.objects.get(pk=unit.pk).revision}


def page(post, kind):
    return reverse("admin:activity_unit_succession", args=[post.pk, kind])


def facts():
    return list(Unit.objects.order_by("pk").values()), Succession.objects.count(), Descent.objects.count()


def confirmed(administrator, where, sent=None):
    """Look at the preview, then confirm it."""
    shown = administrator.post(where, sent) if sent else administrator.get(where)
    return administrator.post(
        where, {**(sent or {}), "confirm": "1", "seen": shown.context["preview"].seen}, follow=True
    )


def words(answer):
    return reading.text(reading.page(answer))


@pytest.mark.parametrize("kind", SuccessionKind.values)
def test_the_preview_says_what_will_change_and_changes_nothing(administrator, post, other_post, kind):
    before = facts(), History.objects.count()
    answer = administrator.post(page(post, kind), typed(kind, post, other_post))
    assert answer.status_code == 200
    assert "Những gì sẽ thay đổi" in words(answer)
    assert (facts(), History.objects.count()) == before


@pytest.mark.parametrize("kind", SuccessionKind.values)
def test_confirmed_it_is_carried_out_and_stands_in_the_life_of_the_unit(administrator, post, other_post, kind):
    answer = confirmed(administrator, page(post, kind), typed(kind, post, other_post))
    assert [made.kind for made in Succession.objects.of([post])] == [kind]
    assert DECIDED["decision"] in words(answer)
    assert answer.redirect_chain == [(reverse("admin:activity_unit_life", args=[post.pk]), 302)]


@pytest.mark.parametrize("kind", SuccessionKind.values)
def test_what_was_carried_out_and_taken_back_is_told(administrator, admin_user, post, other_post, kind):
    confirmed(administrator, page(post, kind), typed(kind, post, other_post))
    confirmed(administrator, reverse("admin:activity_unit_take_back", args=[Succession.objects.get().pk]))
    for model in ("succession", "descent"):
        told = History.objects.filter(model=model, by=admin_user, way="admin").values_list("action", flat=True)
        assert {"created", "deleted"} == set(told)


def test_the_life_of_a_unit_names_what_became_what_as_it_was_called_then(administrator, admin_user, post, other_post):
    later = {"day": datetime.date(2024, 6, 1), "decision": "Số 2", "by": admin_user}
    once, other = post.short_name, other_post.short_name
    confirmed(administrator, page(post, "rename"), typed("rename", post, other_post))
    merge([Unit.objects.get(pk=other_post.pk)], into=Unit.objects.get(pk=post.pk), **later)
    rename(Unit.objects.get(pk=post.pk), name="Đồn Ba", short_name="Đồn Ba", **later)
    said = words(administrator.get(reverse("admin:activity_unit_life", args=[post.pk])))
    for became in (f"{once} → Đồn BPCKQT Trà Lĩnh", f"{other} → Đồn Ba", "Đồn BPCKQT Trà Lĩnh → Đồn Ba"):
        assert became in said


@pytest.mark.parametrize(
    ("kind", "finished"),
    [
        ("merge", "Báo cáo quý I/2024 (Nháp): Đồn BP Trùng Khánh cũng làm tiếp được"),
        ("dissolve", "Báo cáo quý I/2024 (Nháp): chỉ người của chính đơn vị làm tiếp được"),
        ("rename", ""),
    ],
)
def test_the_preview_says_what_a_unit_that_ends_leaves_behind(
    administrator, post, other_post, quarter, head, kind, finished
):
    made_user(Role.STAFF, post, username="gone", is_active=False)
    made_return(post, quarter)
    said = words(administrator.post(page(post, kind), typed(kind, post, other_post)))
    assert ("Cần chuyển sang đơn vị khác: head (" in said) == bool(finished)
    assert finished in said and "gone" not in said


def test_what_changes_is_said_field_by_field(administrator, post, other_post):
    said = words(administrator.post(page(post, "rename"), typed("rename", post, other_post)))
    assert "Đồn BPCK Trà Lĩnh → Đồn BPCKQT Trà Lĩnh" in said


def test_a_new_unit_gets_an_address_of_its_own(administrator, post, other_post):
    for unit in (post, other_post):
        part = {"goes_on": "1", "kind": "post", "name_1": "Đồn BP Nà Ráy", "short_name_1": "Đồn BP Nà Ráy"}
        confirmed(administrator, page(unit, "split"), decided(unit) | part)
    assert set(Unit.objects.filter(ancestry__is_new=True).values_list("code", flat=True)) == {
        "don-bp-na-ray", "don-bp-na-ray-2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("rename", {"day": "31/02/2024"}, "day"),
        ("rename", {"decision": ""}, "decision"),
        ("merge", {"others": []}, "others"),
        ("merge", {"short_name": ""}, "short_name"),
        ("split", {"short_name_2": ""}, "short_name_2"),
        ("reparent", {"parent": ""}, "parent"),
    ],
)
def test_bad_input_is_answered_at_its_field_and_stays(administrator, post, other_post, kind, changed, field):
    before = facts()
    sent = typed(kind, post, other_post) | changed | {"confirm": "1"}
    answer = administrator.post(page(post, kind), sent)
    form = answer.context["form"]
    assert (answer.status_code, list(form.errors)) == (422, [field])
    assert form["decision"].value() == sent["decision"]
    assert facts() == before


def test_what_the_units_forbid_is_answered_at_the_day(administrator, post, other_post):
    made_return(post, made_quarter(2024, 3))
    answer = administrator.post(page(post, "dissolve"), decided(post) | {"confirm": "1"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["day"])


def test_only_the_last_succession_is_offered_to_be_taken_back_and_is(administrator, post, other_post):
    for day, kind in (("01/05/2024", "rename"), ("01/06/2024", "move")):
        confirmed(administrator, page(post, kind), typed(kind, post, other_post) | {"day": day})
    life = reading.page(administrator.get(reverse("admin:activity_unit_life", args=[post.pk])))
    links = [reading.attribute(link, "href") for link in reading.elements(life, "a")]
    (back,) = [link for link in links if "take-back" in link]
    confirmed(administrator, back)
    assert [made.kind for made in Succession.objects.of([post])] == ["rename"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("rename", "Đồn BPCKQT Trà Lĩnh → Đồn BPCK Trà Lĩnh"),
        ("merge", "Đơn vị: Đồn BP Trùng Khánh (như chưa từng có)"),
        ("dissolve", "30/4/2024 → (trống)"),
    ],
)
def test_to_take_back_is_asked_with_all_that_it_changes_and_a_look_changes_nothing(
    administrator, post, other_post, kind, told
):
    confirmed(administrator, page(post, kind), typed(kind, post, other_post))
    carried_out = facts()
    where = reverse("admin:activity_unit_take_back", args=[Succession.objects.get().pk])
    question = administrator.get(where)
    assert told in words(question)
    assert facts() == carried_out
    answer = administrator.post(where, {"confirm": "1", "seen": question.context["preview"].seen}, follow=True)
    assert answer.redirect_chain == [(reverse("admin:activity_unit_life", args=[post.pk]), 302)]
    assert not Succession.objects.exists()
    again = administrator.post(where, follow=True)
    assert "đã được hủy trước đó" in words(again)
    assert administrator.get(where.replace("take-back/", "take-back/9")).status_code == 404


def test_what_is_confirmed_is_what_was_shown_or_it_is_shown_again(administrator, post, other_post):
    """Another unit of a merger may have changed since; its revision is not that of the page's unit."""
    where, sent = page(post, "merge"), typed("merge", post, other_post)
    shown = administrator.post(where, sent).context["preview"].seen
    other_post.short_name = "Đồn BP Đổi Tên"
    other_post.save()
    before = facts()
    answer = administrator.post(where, sent | {"confirm": "1", "seen": shown})
    assert "Những gì sẽ thay đổi không còn như đồng chí đã xem" in words(answer)
    assert "Đồn BP Đổi Tên" in reading.text(reading.one(reading.page(answer), "div", id="preview"))
    assert facts() == before
    assert administrator.post(where, sent | {"confirm": "1"}).status_code == 200
    assert facts() == before
    administrator.post(where, sent | {"confirm": "1", "seen": answer.context["preview"].seen})
    assert Succession.objects.get().kind == "merge"


@pytest.mark.parametrize("kind", SuccessionKind.values)
def test_what_was_typed_before_a_session_ran_out_is_shown_again_with_its_preview(
    client, administrator, admin_user, post, other_post, kind
):
    where, sent = page(post, kind), typed(kind, post, other_post) | {"confirm": "1"}
    before = facts()
    client.logout()
    answer = client.post(where, sent)
    assert answer.status_code == 401
    again = client.get(signs_in(client, answer, "admin").url)
    assert again.request["PATH_INFO"] == where
    assert DECIDED["decision"] in again.content.decode()
    assert "Chưa thực hiện" in words(again)
    assert reading.one(reading.page(again), "div", id="preview") is not None
    assert facts() == before


def test_nothing_is_taken_back_by_signing_in_again_and_the_page_says_so(
    client, administrator, admin_user, post, other_post
):
    confirmed(administrator, page(post, "merge"), typed("merge", post, other_post))
    where = reverse("admin:activity_unit_take_back", args=[Succession.objects.get().pk])
    seen = administrator.get(where).context["preview"].seen
    client.logout()
    answer = client.post(where, {"confirm": "1", "seen": seen})
    assert answer.status_code == 401
    again = client.get(signs_in(client, answer, "admin").url)
    assert again.request["PATH_INFO"] == where
    assert "Chưa thực hiện vì phiên làm việc đã hết" in words(again)
    assert Succession.objects.exists()
    client.post(where, {"confirm": "1", "seen": again.context["preview"].seen})
    assert not Succession.objects.exists()
    assert client.session["typed"] == {}


def test_the_preview_says_who_is_to_report_in_which_quarter(administrator, post, other_post, quarter):
    made_quarter(2024, 2)
    shown = administrator.post(page(post, "merge"), typed("merge", post, other_post) | {"day": "15/3/2024"})
    told = reading.text(reading.one(reading.page(shown), "div", id="preview"))
    (listed,) = re.findall("Đơn vị phải báo cáo từng quý (.*) Báo cáo, số liệu", told)
    assert re.sub(" ([:;])", r"\1", listed) == (
        "Quý II/2024: thêm Đồn BP Trùng Khánh; không còn Đồn BPCK Trà Lĩnh, Đồn BP Ngọc Côn"
    )
    assert "Đơn vị phải báo cáo" not in words(administrator.post(page(post, "move"), typed("move", post, other_post)))


def test_a_new_unit_is_of_the_kind_that_was_chosen(administrator, post, other_post):
    confirmed(administrator, page(post, "merge"), typed("merge", post, other_post))
    assert Unit.objects.get(code="don-bp-trung-khanh").kind == "intl_gate_post"


def test_one_decision_merges_into_a_unit_and_gives_it_a_name(post, other_post, admin_user):
    decided = {"day": datetime.date(2024, 5, 1), "decision": "Số 1", "by": admin_user}
    merge([post, other_post], into=other_post, **decided)
    second = rename(Unit.objects.get(pk=other_post.pk), name="Đồn Gộp", short_name="Đồn Gộp", **decided)
    with pytest.raises(ValidationError):  # not twice on one day
        rename(Unit.objects.get(pk=other_post.pk), name="Khác", short_name="Khác", **decided)
    heir, before = Unit.objects.get(pk=other_post.pk), decided["day"] - datetime.timedelta(days=1)
    assert [heir.on(day).short_name for day in (decided["day"], before)] == ["Đồn Gộp", other_post.short_name]
    for succession in (second, Succession.objects.get(kind="merge")):
        take_back(succession, by=admin_user)
    assert Unit.objects.get(pk=post.pk).closed_on is None
    assert Unit.objects.get(pk=other_post.pk).past == []


def test_what_cannot_be_taken_back_is_not_asked_about(administrator, post, other_post):
    confirmed(administrator, page(post, "merge"), typed("merge", post, other_post))
    made_user(Role.STAFF, Unit.objects.get(code="don-bp-trung-khanh"))
    answer = administrator.get(
        reverse("admin:activity_unit_take_back", args=[Succession.objects.get().pk]), follow=True
    )
    assert "đã có người dùng, đơn vị trực thuộc hoặc báo cáo" in words(answer)
    assert answer.redirect_chain


@pytest.mark.parametrize(
    ("whose", "kind", "offered"),
    [("command", "post", {"command"}), ("post", "command", None), ("post", "superior", None)],
)
def test_the_command_stays_the_command_and_no_post_becomes_one(administrator, post, other_post, whose, kind, offered):
    unit = {"command": post.parent, "post": post}[whose]
    sent = decided(unit) | TYPED["rename"] | {"kind": kind, "parent": unit.parent_id or "", "confirm": "1"}
    answer = administrator.post(page(unit, "rename"), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["kind"])
    kinds = {value for value, _label in answer.context["form"].fields["kind"].choices}
    assert kinds == (offered or set(UnitKind) - {"command", "superior"})
    before = facts()
    with pytest.raises(ValidationError, match="kind"):
        rename(
            unit,
            name="X",
            short_name="X",
            kind=kind,
            day=datetime.date(2024, 5, 1),
            decision="Số 1",
            by=somebody(Role.ADMIN),
        )
    assert facts() == before


def test_all_units_are_shown_as_of_a_day(administrator, post, other_post, admin_user):
    rename(post, name="Đồn Mới", short_name="Đồn Mới", day=datetime.date(2024, 5, 1), decision="Số 1", by=admin_user)
    address = reverse("admin:activity_unit_as_of")
    said = {day: words(administrator.get(address, {"day": day})) for day in ("30/4/2024", "01/5/2024")}
    found = [("Đồn Mới" in each, "Đồn BPCK Trà Lĩnh" in each) for each in said.values()]
    assert found == [(False, True), (True, False)]
    assert administrator.get(address, {"day": "nonsense"}).status_code == 200


def test_a_unit_makes_returns_until_its_day_on_the_page_of_all_units(administrator, post):
    Unit.objects.filter(pk=post.pk).update(reports_until=datetime.date(2024, 5, 1))
    address = reverse("admin:activity_unit_as_of")
    for day, said in (("01/5/2024", "có"), ("02/5/2024", "không")):
        (*_others, table) = reading.elements(reading.page(administrator.get(address, {"day": day})), "table")
        rows = reading.cells(table)
        assert next(row[-1] for row in rows if row[0] == post.short_name) == said


def test_a_unit_that_there_is_changes_its_parent_by_a_succession_alone(administrator, post, other_post):
    change = reverse("admin:activity_unit_change", args=[post.pk])
    form = administrator.get(change).context["adminform"].form
    assert {"kind", "parent"} & form.fields.keys() == set()


def test_an_old_quarter_keeps_the_names_of_its_last_day_on_every_page(
    client, commander, post, other_post, quarter, admin_user
):
    made_patrol(unit_return := made_return(post, quarter))
    taken_to(Status.APPROVED, unit_return)
    later = made_quarter(2024, 2)
    taken_to(Status.APPROVED, made_return(post, later))
    client.force_login(commander)
    addresses = ["/returns/?quarter={}", "/returns/tra-linh/{}/", "/dashboard/{}/", "/summary/{}/"]
    addresses += ["/records/patrols/?quarter={}"]
    before = {each: words(client.get(each.format("2024Q1"))) for each in addresses}
    day = datetime.date(2024, 5, 1)
    rename(post, name="Đồn Mới", short_name="Đồn Mới", day=day, decision="Số 1", by=admin_user)
    for each in addresses:
        after = words(client.get(each.format("2024Q1")))
        assert "Đồn BPCK Trà Lĩnh" in before[each] and "Đồn BPCK Trà Lĩnh" in after
    assert "Đồn Mới" in words(client.get("/returns/tra-linh/2024Q2/"))
    assert "Đồn Mới" in words(client.get("/summary/2024Q2/"))


def test_the_words_above_the_list_of_an_old_quarter_call_its_units_as_then(
    client, commander, post, quarter, admin_user
):
    later = made_quarter(2024, 2)
    day = datetime.date(2024, 5, 1)
    rename(post, name="Đồn Mới", short_name="Đồn Mới", day=day, decision="Số 1", by=admin_user)
    client.force_login(commander)
    lists = [reading.page(client.get(f"/records/patrols/?quarter={each.code}")) for each in (quarter, later)]
    old, new = (reading.text(reading.one(each, "p", class_="found")) for each in lists)
    assert "chưa nộp: Đồn BPCK Trà Lĩnh" in old
    assert "chưa nộp: Đồn Mới" in new


def test_the_paper_carries_the_names_of_the_bodies_on_the_last_day(client, commander, command, quarter, admin_user):
    above = Unit.objects.create(code="a", name="Bộ Tư lệnh BĐBP", short_name="BTL", kind="superior", position=90)
    below = Unit.objects.create(code="b", name="Bộ CHQS tỉnh", short_name="BCHQS", kind="superior", position=91)
    Unit.objects.filter(pk=command.pk).update(parent=above)
    later = made_quarter(2024, 2)
    rename(
        Unit.objects.get(pk=command.pk), name="Ban Chỉ huy BĐBP tỉnh", short_name="BĐBP tỉnh", parent=below,
        day=datetime.date(2024, 5, 1), decision="Số 1", by=admin_user,
    )  # fmt: skip
    client.force_login(commander)
    old, new = (words(client.get(f"/summary/{each.code}/")) for each in (quarter, later))
    assert "Bộ Tư lệnh BĐBP" in old and "Bộ Chỉ huy BĐBP tỉnh" in old and "Bộ CHQS" not in old
    assert "Bộ CHQS tỉnh" in new and "Ban Chỉ huy BĐBP tỉnh" in new


def test_the_overview_adds_up_predecessors_when_asked(client, commander, post, other_post, quarter, admin_user):
    for unit, times in ((post, 2), (other_post, 4)):
        made_patrol(unit_return := made_return(unit, quarter), times=times, participant_turns=9)
        taken_to(Status.APPROVED, unit_return)
    later = made_quarter(2024, 2)
    day = datetime.date(2024, 5, 1)
    merge([post, other_post], into=post, day=day, decision="Số 1", by=admin_user)
    made_patrol(unit_return := made_return(Unit.objects.get(pk=post.pk), later), times=9, participant_turns=9)
    taken_to(Status.APPROVED, unit_return)
    client.force_login(commander)
    address = f"/dashboard/{later.code}/"
    assert "theo đơn vị hiện nay" in words(client.get(address))
    figures = {asked: client.get(address, asked and {"units": asked}).context["figures"] for asked in ("", "present")}
    before = {asked: each.value("patrols", each.periods[0], each.units[0]) for asked, each in figures.items()}
    assert before == {"": 2, "present": 6}


def test_without_a_merger_there_is_nothing_to_choose(client, commander, post, quarter):
    taken_to(Status.APPROVED, made_return(post, quarter))
    client.force_login(commander)
    assert "theo đơn vị hiện nay" not in words(client.get(f"/dashboard/{quarter.code}/"))


def test_the_admin_says_why_a_unit_to_which_others_once_belonged_stays(administrator, post, other_post, admin_user):
    once = Unit.objects.create(code="cum", name="Cụm", short_name="Cụm", kind="post", parent=post.parent, position=7)
    Unit.objects.filter(pk=post.pk).update(parent=once)
    moved = Unit.objects.get(pk=post.pk)
    reparent(moved, parent=other_post, day=datetime.date(2024, 5, 1), decision="Số 1", by=admin_user)
    where = reverse("admin:activity_unit_delete", args=[once.pk])
    assert "Từng trực thuộc: Đồn BPCK Trà Lĩnh" in words(administrator.get(where))
    administrator.post(where, {"post": "yes", "revision": once.revision})
    assert Unit.objects.filter(pk=once.pk).exists()


def test_revised_figures_and_earlier_states_name_the_unit_as_it_was_called(
    client, commander, post, quarter, admin_user
):
    first = taken_to(Status.APPROVED, made_return(post, quarter))
    taken_to(Status.APPROVED, amend(first, by=somebody(Role.HEAD, post), reason="Cộng sót"))
    rename(post, name="Đồn Mới", short_name="Đồn Mới", day=datetime.date(2024, 5, 1), decision="Số 1", by=admin_user)
    client.force_login(commander)
    for address in ("/dashboard/2024Q1/", "/summary/2024Q1/"):
        said = words(client.get(address))
        assert "Đồn BPCK Trà Lĩnh" in said and "Đồn Mới" not in said


def test_to_ask_whether_many_units_are_to_go_costs_no_more_than_to_ask_of_two(administrator, command):
    units = [made_unit(f"u{n}", name=f"Đồn {n}", short_name=f"Đồn {n}") for n in range(12)]
    where = reverse("admin:activity_unit_changelist")
    asked = []
    for chosen in (units[:2], units):
        sent = {"action": "delete_selected", "_selected_action": [unit.pk for unit in chosen]}
        with CaptureQueriesContext(connection) as queries:
            assert administrator.post(where, sent).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
