"""Texts as people here type them: stored in one form, found with and without diacritics, refused in words."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activity.kinds import BY_SLUG, KINDS
from activity.models import CriminalCase, ForeignEvent, SpecialProject
from activity.models.text import code_key, folded, normal

from .factories import made_event, made_patrol, made_return
from .typed import add, address, refusal, shown, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit_return(client, head, quarter):
    """A draft of the unit whose head is signed in."""
    client.force_login(head)
    return made_return(head.unit, quarter)


@pytest.mark.parametrize("field", ["note", "marker_from", "counterpart"])
def test_a_text_too_long_is_refused_and_stays_typed(client, unit_return, field):
    text = "đ" * 5000
    response = add(client, unit_return, "patrols", **{field: text})
    assert "5000" in refusal(response, field)
    assert shown(response, field) == text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_no_browser_cuts_what_is_pasted(client, unit_return, kind):
    assert 'maxlength="' not in client.get(f"{unit_return.get_absolute_url()}{kind.slug}/add/").content.decode()


@pytest.mark.parametrize(
    ("slug", "field"), [("patrols", "note"), ("cases", "code"), ("projects", "code"), ("foreign-affairs", "title")]
)
def test_a_nul_character_is_refused_in_words(client, unit_return, slug, field):
    response = add(client, unit_return, slug, **{field: "a\x00b"})
    assert refusal(response, field) == "Không được nhập ký tự rỗng (null)."


def test_a_nul_character_in_the_form_s_own_mark_is_refused(client, unit_return):
    assert add(client, unit_return, "patrols", lineage="\x00").status_code == 422


@pytest.mark.parametrize("text", ["\x00", "a\x00", "đ" * 5000, "%", "_", "'"])
def test_any_text_can_be_searched_for(client, unit_return, text):
    made_patrol(unit_return, note="đường mòn")
    response = client.get(reverse("records", args=[BY_SLUG["patrols"]]), {"text": text})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "text", ["Đồn Ngọc Côn", "\u00d0ồn  Ngọc Co\u0302n ", " Đồn\tNgọc\u00a0Côn", "Đồn\r\nNgọc Côn"]
)
def test_texts_are_stored_in_one_form(client, unit_return, text):
    assert add(client, unit_return, "foreign-affairs", title=text).status_code == 302
    assert ForeignEvent.objects.get().title == "Đồn Ngọc Côn"


@pytest.mark.parametrize("words", ["hòa", "hoà", "hoa", "HÒA", "Hòa bình", "binh hoa", "ho\u0300a"])
def test_a_search_finds_with_and_without_diacritics_and_with_either_place_of_the_tone(client, unit_return, words):
    found = made_event(unit_return, title="Gặp gỡ vì hoà bình")
    made_event(unit_return, title="Trao trả người")
    response = client.get(reverse("records", args=[BY_SLUG["foreign-affairs"]]), {"text": words})
    assert [row.record for row in response.context["table"].page.object_list] == [found]


def test_a_search_finds_what_was_saved_in_bulk_and_what_was_mended(unit_return):
    event = ForeignEvent(unit_return=unit_return, date=unit_return.quarter.first_day, title="Hội đàm Đàm Thủy")
    (record,) = ForeignEvent.objects.bulk_create([event])
    assert ForeignEvent.objects.filter(search_text__contains="dam thuy").get() == record
    record.title = "Hội đàm Tà Lùng"
    record.save()
    assert not ForeignEvent.objects.filter(search_text__contains="dam thuy").exists()


@pytest.mark.parametrize(
    ("code", "key"), [("cb 324", "CB324"), (" QT 925.3", "QT925.3"), ("NA 424p", "NA424P"), ("\u00d0b724", "ĐB724")]
)
def test_a_project_s_code_is_kept_as_typed_and_compared_without_spaces_and_case(client, unit_return, code, key):
    assert add(client, unit_return, "projects", code=code).status_code == 302
    project = SpecialProject.objects.get()
    assert (project.code, project.code_key) == (normal(code), key)


def test_a_code_whose_capitals_are_longer_than_itself_is_kept(client, unit_return):
    assert add(client, unit_return, "projects", code="ŉ" * 30).status_code == 302


def test_a_case_names_its_project_in_the_compared_form(client, unit_return):
    assert add(client, unit_return, "cases", project="cb 324").status_code == 302
    assert CriminalCase.objects.get().project == code_key("CB324")


@given(st.text())
def test_the_normal_form_of_a_text_is_its_own_normal_form(text):
    assert normal(normal(text)) == normal(text)
    assert folded(folded(text)) == folded(text)


def test_a_form_filled_in_with_the_least_is_saved_for_every_kind(client, unit_return):
    answers = {kind.slug: client.post(address(unit_return, kind.slug), typed(kind.slug)).status_code for kind in KINDS}
    assert answers == {kind.slug: 302 for kind in KINDS}
