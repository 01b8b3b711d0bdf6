"""Two people at one record: the second sees both values field by field and chooses; nothing is lost or doubled."""

import pytest
from django.db import connection, models
from django.urls import reverse

from activity.kinds import KINDS
from activity.models import Exhibit, History, Patrol, UnitReturn
from activity.models.choices import Status
from activity.models.history import Recorded, Stale, acting

from .factories import FACTORIES, changed_by, made_case, made_patrol, made_return, taken_to
from .reading import attribute, cells, elements, one, page, text
from .typed import address, exhibits, sent_of, shown, typed

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)


@pytest.fixture
def unit_return(client, head, quarter):
    """A draft of the unit whose head is signed in."""
    client.force_login(head)
    return made_return(head.unit, quarter)


@pytest.fixture
def patrol(unit_return):
    return made_patrol(unit_return)


def panel(response):
    """The rows of the table of differences: field, what stands, what was typed."""
    return {
        field: (theirs, mine)
        for field, theirs, mine in cells(one(page(response), "table", class_="choices records"))[1:]
    }


def choices(response):
    """Which value of each field is chosen on the page."""
    radios = [e for e in elements(page(response), "input") if attribute(e, "type") == "radio"]
    found = dict.fromkeys(attribute(e, "name").removeprefix("choose-") for e in radios)
    checked = [e for e in radios if "checked" in dict(e.attributes)]
    return found | {attribute(e, "name").removeprefix("choose-"): attribute(e, "value") for e in checked}


def again(response, **more):
    """All that a browser sends of the form that came back, with ``more`` chosen or typed."""
    return sent_of(one(page(response), "form", class_="record")) | more


# Two people at one record.


@EVERY_KIND
def test_a_stale_edit_is_refused_and_both_values_are_shown(client, unit_return, staff, kind):
    record = FACTORIES[kind.slug](unit_return)
    changed_by(staff, record, note="của đồng đội")
    response = client.post(address(unit_return, kind.slug, record), typed(kind.slug, note="của tôi"))
    theirs, mine = panel(response)["Ghi chú"]
    assert (theirs, mine) == ("của đồng đội (staff)", "của tôi")
    assert shown(response, "note") == "của tôi"
    assert "staff đã lưu dòng này lúc" in text(one(page(response), "h2", id="clash"))
    assert kind.model.objects.values_list("note", flat=True).get() == "của đồng đội"


def test_without_the_revision_in_the_update_the_other_value_would_be_lost(client, patrol, staff, monkeypatch):
    changed_by(staff, patrol, note="của đồng đội")
    monkeypatch.setattr(Recorded, "_do_update", models.Model._do_update)
    response = client.post(address(patrol.unit_return, "patrols", patrol), typed("patrols", note="của tôi"))
    assert response.status_code == 302
    assert Patrol.objects.get().note == "của tôi"


def test_a_form_without_a_revision_was_made_from_none(client, patrol):
    sent = typed("patrols", note="của tôi")
    for revision in ({}, {"revision": ""}, {"revision": "x"}, {"revision": "9" * 40}, {"revision": "-1"}):
        response = client.post(
            address(patrol.unit_return, "patrols", patrol),
            {n: v for n, v in sent.items() if n != "revision"} | revision,
        )
        assert response.status_code == 409
    assert Patrol.objects.get().note == ""


def test_a_value_that_one_person_changed_is_chosen_and_one_that_both_changed_is_asked_for(client, patrol, staff):
    changed_by(staff, patrol, times=3, participant_turns=9)
    # Typed over times 1, turns 6: the turns and the note are mine, the times are theirs.
    sent = typed("patrols", times="1", participant_turns="12", note="của tôi", date="15/12/2023")
    response = client.post(address(patrol.unit_return, "patrols", patrol), sent)
    assert panel(response).keys() == {"Số lần", "Lượt người tham gia", "Ghi chú"}
    assert choices(response) == {"times": "theirs", "participant_turns": None, "note": "mine"}
    # Nothing is saved while a choice is missing.
    response = client.post(address(patrol.unit_return, "patrols", patrol), again(response))
    assert choices(response)["participant_turns"] is None
    assert (Patrol.objects.get().times, Patrol.objects.get().note) == (3, "")
    # With it, what was chosen of both is saved.
    sent = again(response, **{"choose-participant_turns": "mine"})
    assert client.post(address(patrol.unit_return, "patrols", patrol), sent).status_code == 302
    saved = Patrol.objects.get()
    assert (saved.times, saved.participant_turns, saved.note) == (3, 12, "của tôi")


def test_a_choice_can_be_turned_round_and_what_was_typed_be_mended(client, patrol, staff):
    changed_by(staff, patrol, note="của đồng đội")
    sent = typed("patrols", note="của tôi", date="15/12/2023", times="4")
    response = client.post(address(patrol.unit_return, "patrols", patrol), sent)
    sent = again(response, **{"choose-note": "theirs", "participant_turns": "40"})
    assert client.post(address(patrol.unit_return, "patrols", patrol), sent).status_code == 302
    saved = Patrol.objects.get()
    assert (saved.note, saved.times, saved.participant_turns) == ("của đồng đội", 4, 40)


def test_who_is_overtaken_while_choosing_is_asked_again(client, patrol, staff):
    changed_by(staff, patrol, note="thứ nhất")
    response = client.post(address(patrol.unit_return, "patrols", patrol), typed("patrols", note="của tôi"))
    changed_by(staff, patrol, note="thứ hai")
    sent = again(response, **{"choose-note": "mine"})
    response = client.post(address(patrol.unit_return, "patrols", patrol), sent)
    assert panel(response)["Ghi chú"] == ("thứ hai (staff)", "của tôi")
    assert Patrol.objects.get().note == "thứ hai"
    assert client.post(address(patrol.unit_return, "patrols", patrol), again(response)).status_code == 302
    assert Patrol.objects.get().note == "của tôi"


def test_a_chosen_whole_that_cannot_be_comes_back_at_its_field(client, patrol, staff):
    changed_by(staff, patrol, times=5, participant_turns=9)
    response = client.post(
        address(patrol.unit_return, "patrols", patrol), typed("patrols", times="1", participant_turns="4")
    )
    sent = again(response, **{"choose-participant_turns": "mine"})
    response = client.post(address(patrol.unit_return, "patrols", patrol), sent)
    assert response.status_code == 422
    assert (shown(response, "times"), shown(response, "participant_turns")) == ("5", "4")
    # What is mended is saved over what was shown.
    sent = again(response, participant_turns="50")
    assert client.post(address(patrol.unit_return, "patrols", patrol), sent).status_code == 302


def test_an_edit_that_is_sent_again_is_saved_once_and_said_to_be_saved(client, patrol):
    sent = typed("patrols", note="của tôi")
    for _ in range(10):
        response = client.post(address(patrol.unit_return, "patrols", patrol), sent, follow=True)
        assert "Đã lưu" in response.content.decode()
    assert History.objects.about(patrol).count() == 2  # made, and changed once


def test_a_form_in_which_nothing_was_typed_leaves_checks_and_revision_as_they_are(client, patrol):
    before = UnitReturn.objects.get().revision
    sent = again(client.get(address(patrol.unit_return, "patrols", patrol)))
    assert client.post(address(patrol.unit_return, "patrols", patrol), sent).status_code == 302
    assert (Patrol.objects.get().revision, UnitReturn.objects.get().revision) == (1, before)


def test_a_stale_edit_of_a_return_that_was_submitted_meanwhile_says_that_first(client, patrol, staff):
    changed_by(staff, patrol, note="của đồng đội")
    taken_to(Status.SUBMITTED, patrol.unit_return)
    response = client.post(address(patrol.unit_return, "patrols", patrol), typed("patrols", note="của tôi"))
    assert response.status_code == 409
    assert "không còn là bản nháp" in text(one(page(response), "div", id="errors"))
    assert shown(response, "note") == "của tôi"


# Exhibits: the revision of their case stands for them.


@pytest.fixture
def case(unit_return):
    case = made_case(unit_return)
    Exhibit.objects.create(case=case, name="Pháo", quantity=1, unit="kg")
    return case


def rows_of(case):
    return [row.said() for row in Exhibit.objects.filter(case=case)]


def form_of(client, case):
    return again(client.get(address(case.unit_return, "cases", case)))


def add_a_row(client, case, name):
    """Add an exhibit in the form of the case, as another person would."""
    sent = form_of(client, case)
    n = sent["rows-INITIAL_FORMS"]
    return client.post(
        address(case.unit_return, "cases", case),
        sent | {f"rows-{n}-name": name, f"rows-{n}-quantity": "2", f"rows-{n}-unit": "kg"},
    )


def test_a_change_of_exhibits_alone_counts_the_case_up(client, case):
    assert add_a_row(client, case, "Rượu").status_code == 302
    case.refresh_from_db()
    assert case.revision == 2


@pytest.mark.parametrize("chosen", ["mine", "theirs"])
def test_two_lists_of_exhibits_are_shown_whole_and_one_is_chosen(client, case, chosen):
    mine = form_of(client, case) | {
        "rows-0-quantity": "7",
        "rows-1-name": "Tiền",
        "rows-1-quantity": "3",
        "rows-1-unit": "dong",
    }
    add_a_row(client, case, "Rượu")
    response = client.post(address(case.unit_return, "cases", case), mine)
    assert panel(response)["Tang vật"] == ("Pháo 1 kg Rượu 2 kg (head)", "Pháo 7 kg Tiền 3 đồng")
    assert choices(response) == {"rows": None}
    assert rows_of(case) == ["Pháo 1 kg", "Rượu 2 kg"]
    sent = again(response, **{"choose-rows": chosen})
    assert client.post(address(case.unit_return, "cases", case), sent).status_code == 302
    whole = {"mine": ["Pháo 7 kg", "Tiền 3 đồng"], "theirs": ["Pháo 1 kg", "Rượu 2 kg"]}
    assert rows_of(case) == whole[chosen]


def test_exhibits_that_only_the_other_changed_stay_theirs(client, case):
    mine = form_of(client, case) | {"note": "của tôi"}
    add_a_row(client, case, "Rượu")
    response = client.post(address(case.unit_return, "cases", case), mine)
    assert choices(response) == {"note": "mine", "rows": "theirs"}
    assert client.post(address(case.unit_return, "cases", case), again(response)).status_code == 302
    assert rows_of(case) == ["Pháo 1 kg", "Rượu 2 kg"]


def test_an_exhibit_that_somebody_deleted_can_still_be_chosen(client, case):
    mine = form_of(client, case) | {"rows-0-quantity": "7"}
    theirs = form_of(client, case) | {"rows-0-DELETE": "on"}
    assert client.post(address(case.unit_return, "cases", case), theirs).status_code == 302
    response = client.post(address(case.unit_return, "cases", case), mine)
    assert panel(response)["Tang vật"] == ("(trống) (head)", "Pháo 7 kg")
    sent = again(response, **{"choose-rows": "mine"})
    assert client.post(address(case.unit_return, "cases", case), sent).status_code == 302
    assert rows_of(case) == ["Pháo 7 kg"]


def test_without_the_revision_of_the_case_a_list_of_exhibits_would_be_overwritten(client, case, monkeypatch):
    mine = form_of(client, case) | {"rows-0-quantity": "7"}
    theirs = form_of(client, case) | {"rows-0-quantity": "9"}
    assert client.post(address(case.unit_return, "cases", case), theirs).status_code == 302
    monkeypatch.setattr(Recorded, "_do_update", models.Model._do_update)
    assert client.post(address(case.unit_return, "cases", case), mine).status_code == 302
    assert rows_of(case) == ["Pháo 7 kg"]


def test_a_case_that_is_sent_again_with_its_exhibits_and_for_another_row_is_made_once(client, unit_return):
    rows = exhibits(
        {"name": "Pháo", "quantity": "1,5", "unit": "kg"}, {"name": "Tiền", "quantity": "2", "unit": "dong"}
    )
    sent = typed("cases", **rows, another="")
    answers = [client.post(address(unit_return, "cases"), sent) for _ in range(10)]
    case = unit_return.criminalcase_records.get()
    assert {answer.url for answer in answers} == {f"{address(unit_return, 'cases')}?after={case.pk}"}
    assert (unit_return.criminalcase_records.count(), Exhibit.objects.count()) == (1, 2)


# Deleted meanwhile, and deleting what was changed meanwhile.


@EVERY_KIND
def test_what_was_typed_into_a_row_that_somebody_deleted_can_be_saved_as_a_new_one(client, unit_return, staff, kind):
    record = FACTORIES[kind.slug](unit_return)
    with acting(staff, "page"):
        kind.model.objects.get(pk=record.pk).delete()
    response = client.post(address(unit_return, kind.slug, record), typed(kind.slug, note="của tôi"))
    assert response.status_code == 409
    assert "staff đã xóa dòng này lúc" in text(one(page(response), "div", id="gone"))
    assert shown(response, "note") == "của tôi"
    assert not kind.model.objects.exists()
    form = one(page(response), "form", class_="record")
    assert client.post(attribute(form, "action"), sent_of(form)).status_code == 302
    made = kind.model.objects.get()
    assert (made.note, made.lineage == record.lineage) == ("của tôi", False)


def test_a_case_that_somebody_deleted_is_offered_with_its_exhibits(client, case):
    mine, where = form_of(client, case) | {"rows-0-quantity": "7"}, address(case.unit_return, "cases", case)
    case.delete()
    response = client.post(where, mine)
    form = one(page(response), "form", class_="record")
    assert client.post(attribute(form, "action"), sent_of(form)).status_code == 302
    assert [row.said() for row in Exhibit.objects.all()] == ["Pháo 7 kg"]


def test_a_row_that_is_deleted_between_look_and_write_is_not_made_anew(patrol):
    mine = Patrol.objects.get()
    Patrol.objects.get().delete()
    mine.note = "của tôi"
    with pytest.raises(Stale):
        mine.save()
    mine.revision = 9
    with pytest.raises(Stale):
        mine.save()
    assert not Patrol.objects.exists()


def test_a_stale_delete_shows_what_the_row_says_now_and_asks_again(client, patrol, staff):
    where = reverse(
        "record_delete", args=[patrol.unit_return.unit.code, patrol.unit_return.quarter, KINDS[0], patrol.pk]
    )
    sent = sent_of(forms(client.get(where))[-1])
    changed_by(staff, patrol, note="của đồng đội")
    response = client.post(where, sent)
    assert response.status_code == 409
    assert "của đồng đội" in response.content.decode()
    assert "staff đã sửa dòng này lúc" in text(one(page(response), "div", id="errors"))
    assert Patrol.objects.exists()
    assert client.post(where, sent_of(forms(response)[-1])).status_code == 302
    assert not Patrol.objects.exists()


def forms(response):
    """The forms of a page's content."""
    return list(elements(one(page(response), "main"), "form"))


def test_a_delete_that_is_sent_again_is_done_and_one_that_comes_late_is_told_who_was_faster(client, patrol, staff):
    where = reverse(
        "record_delete", args=[patrol.unit_return.unit.code, patrol.unit_return.quarter, KINDS[0], patrol.pk]
    )
    for _ in range(2):
        response = client.post(where, {"revision": "1"}, follow=True)
        assert "Đã xóa: " in text(one(page(response), "ul", class_="messages"))
    client.force_login(staff)
    response = client.post(where, {"revision": "1"}, follow=True)
    assert "head đã xóa dòng này trước đó" in text(one(page(response), "ul", class_="messages"))


def test_without_the_revision_a_row_would_be_deleted_unseen(client, patrol, staff, monkeypatch):
    changed_by(staff, patrol, note="của đồng đội")
    monkeypatch.setattr("activity.views.deletion.Revision.clean", lambda self, value: Patrol.objects.get().revision)
    where = reverse(
        "record_delete", args=[patrol.unit_return.unit.code, patrol.unit_return.quarter, KINDS[0], patrol.pk]
    )
    assert client.post(where, {"revision": "1"}).status_code == 302
    assert not Patrol.objects.exists()


def test_a_count_of_exhibits_that_is_none_is_answered_like_none(client, unit_return):
    case = made_case(unit_return)
    sent = typed("cases", revision="0") | {"rows-TOTAL_FORMS": "9" * 5000}
    assert client.post(address(unit_return, "cases", case), sent).status_code in {302, 409, 422}


def test_a_stale_deletion_of_a_record_from_before_history_was_kept_is_refused_in_plain_words(client, patrol):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM activity_history")
    where = reverse(
        "record_delete", args=[patrol.unit_return.unit.code, patrol.unit_return.quarter, KINDS[0], patrol.pk]
    )
    response = client.post(where)
    assert response.status_code == 409
    assert "Chưa xóa: nội dung này đã thay đổi" in text(one(page(response), "div", id="errors"))
    assert Patrol.objects.exists()
