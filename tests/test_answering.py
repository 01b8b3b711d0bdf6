"""The page of entry of the other indicators: one form, and two people at it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from activity.answering import AnswersForm
from activity.kinds import INDICATORS
from activity.models import IndicatorAnswer, UnitReturn
from activity.models.choices import Status
from activity.models.history import Stale

from .factories import made_answer, made_indicator, made_quarter, made_return, nothing_else, taken_to
from .reading import attribute, elements, one, page, text
from .typed import sent_of

pytestmark = pytest.mark.django_db

WHERE = "/returns/tra-linh/2024Q1/indicators/"


@pytest.fixture
def people(quarter):
    return made_indicator("Người qua cửa khẩu", first=quarter, most=5000, definition="Cả hai chiều")


@pytest.fixture
def goods(quarter, people):
    return made_indicator("Hàng hóa", first=quarter, number="decimal", counted_in="tấn")


@pytest.fixture
def at_work(client, staff, people, goods):
    client.force_login(staff)
    return client


def form_of(response):
    return one(page(response), "form", class_="indicators record")


def opened(client):
    """What a browser would send of the page as it stands."""
    return sent_of(form_of(client.get(WHERE)))


def said():
    return {answer.indicator.name: answer.said for answer in IndicatorAnswer.objects.select_related("indicator")}


def choices(response):
    """The names of the answers to choose from."""
    names = {attribute(each, "name") or "" for each in elements(page(response), "input")}
    return {name.removeprefix("choose-") for name in names if name.startswith("choose-")}


def test_one_form_takes_a_number_zero_and_nothing_to_report(at_work, people, goods):
    sent = opened(at_work) | {f"{people.code}-value": "0", f"{goods.code}-nothing": "on"}
    assert at_work.post(WHERE, sent).url == "/returns/tra-linh/2024Q1/#indicators"
    assert said() == {"Người qua cửa khẩu": "0", "Hàng hóa": "Không phát sinh"}
    assert UnitReturn.objects.get().unanswered == []


def test_numbers_are_read_as_the_office_writes_them(at_work, people, goods):
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "3.889", f"{goods.code}-value": "1.024,5"})
    assert {answer.value for answer in IndicatorAnswer.objects.all()} == {3889, Decimal("1024.5")}
    shown = opened(at_work)
    assert (shown[f"{people.code}-value"], shown[f"{goods.code}-value"]) == ("3.889", "1.024,5")


def test_what_is_left_empty_is_not_reported_and_what_is_emptied_is_taken_back(at_work, people, goods):
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "7"})
    assert said() == {"Người qua cửa khẩu": "7"}
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": ""})
    assert said() == {}


def test_looking_at_the_page_begins_no_return(at_work):
    assert at_work.get(WHERE).status_code == 200
    at_work.post(WHERE, opened(at_work))
    assert not UnitReturn.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": "5001"}, "5.001 lớn hơn 5.000, mức cao nhất được nhận ở chỉ tiêu này."),
        ({"value": "-1"}, "-1 nhỏ hơn 0, mức thấp nhất được nhận ở chỉ tiêu này."),
        ({"value": "12,5"}, "Đồng chí nhập “12,5”. Cần ghi số nguyên, ví dụ 3.889."),
        ({"value": "nhiều"}, "Đồng chí nhập “nhiều”. Cần ghi số nguyên, ví dụ 3.889."),
        ({"value": "3", "nothing": "on"}, "Nhập một số (kể cả số 0) hoặc đánh dấu “Không phát sinh”"),
    ],
    ids=["above", "below", "decimal", "word", "both"],
)
def test_a_refusal_stands_at_its_field_and_what_was_typed_is_kept(at_work, people, goods, typed, words):
    sent = opened(at_work) | {f"{people.code}-{name}": value for name, value in typed.items()}
    response = at_work.post(WHERE, sent | {f"{goods.code}-value": "8"})
    assert response.status_code == 422
    assert words in text(one(page(response), "p", id=f"id_{people.code}-value_error"))
    kept = sent_of(form_of(response))
    assert {name: kept[f"{people.code}-{name}"] for name in typed} == typed
    assert kept[f"{goods.code}-value"] == "8"
    assert not IndicatorAnswer.objects.exists()


def test_a_form_sent_twice_makes_one_answer(at_work, people):
    sent = opened(at_work) | {f"{people.code}-value": "7"}
    for _ in range(2):
        assert at_work.post(WHERE, sent).status_code == 302
    assert said() == {"Người qua cửa khẩu": "7"}
    assert IndicatorAnswer.objects.get().revision == 1


def test_two_people_at_different_answers_both_save(at_work, people, goods):
    first, second = opened(at_work), opened(at_work)
    at_work.post(WHERE, first | {f"{people.code}-value": "7"})
    at_work.post(WHERE, second | {f"{goods.code}-value": "8"})
    assert said() == {"Người qua cửa khẩu": "7", "Hàng hóa": "8"}


@pytest.mark.parametrize(("choice", "stands"), [("mine", "9"), ("theirs", "8")])
def test_two_people_at_one_answer_choose_and_nothing_is_written_until_then(at_work, people, choice, stands):
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "7"})
    mine = opened(at_work) | {f"{people.code}-value": "9"}
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "8"})
    asked = at_work.post(WHERE, mine)
    assert asked.status_code == 409
    assert choices(asked) == {people.code}
    shown = text(one(page(asked), "section", class_="clash"))
    assert "đã lưu dòng này lúc" in shown and "8" in shown and "9" in shown
    again = sent_of(form_of(asked))
    assert again[f"{people.code}-value"] == "9"
    assert at_work.post(WHERE, again).status_code == 409
    assert said()["Người qua cửa khẩu"] == "8"
    assert at_work.post(WHERE, again | {f"choose-{people.code}": choice}).status_code == 302
    assert said()["Người qua cửa khẩu"] == stands


def test_a_choice_is_asked_again_where_somebody_saved_once_more(at_work, people):
    mine = opened(at_work) | {f"{people.code}-value": "9"}
    for value in ("7", "8"):
        other = opened(at_work) | {f"{people.code}-value": value}
        at_work.post(WHERE, other)
        asked = at_work.post(WHERE, mine)
        assert asked.status_code == 409
        mine = sent_of(form_of(asked)) | ({f"choose-{people.code}": "mine"} if value == "7" else {})
    assert said()["Người qua cửa khẩu"] == "8"


def test_an_answer_that_somebody_took_back_and_gave_again_is_no_old_state(at_work, people):
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "7"})
    mine = opened(at_work) | {f"{people.code}-value": "9"}
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": ""})
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-value": "8"})
    assert IndicatorAnswer.objects.get().revision == 1
    assert at_work.post(WHERE, mine).status_code == 409
    assert said()["Người qua cửa khẩu"] == "8"


def test_what_changes_between_the_look_and_the_write_is_not_written_over(post, quarter, people):
    unit_return = made_return(post, quarter)
    form = AnswersForm(unit_return, {f"{people.code}-value": "9"})
    assert form.is_valid()
    made_answer(unit_return, people, Decimal(8))
    with pytest.raises(Stale):
        form.save()
    assert said() == {"Người qua cửa khẩu": "8"}


def test_a_return_that_is_no_draft_takes_no_answer(at_work, post, quarter, people):
    sent = opened(at_work) | {f"{people.code}-value": "9"}
    taken_to(Status.SUBMITTED, made_return(post, quarter))
    response = at_work.post(WHERE, sent)
    assert response.status_code == 409
    assert sent_of(form_of(response))[f"{people.code}-value"] == "9"
    assert said()["Người qua cửa khẩu"] == "Không phát sinh"


def test_a_write_takes_the_tick_of_the_kind_back(at_work, post, quarter, people, goods):
    unit_return = made_return(post, quarter)
    nothing_else(unit_return)
    at_work.post(WHERE, opened(at_work) | {f"{people.code}-nothing": "", f"{people.code}-value": "3"})
    assert said() == {"Người qua cửa khẩu": "3", "Hàng hóa": "Không phát sinh"}


@pytest.mark.parametrize("to", ["add", "answer"])
def test_the_pages_of_one_answer_lead_to_the_page_of_all(at_work, post, quarter, people, to):
    answer = made_answer(made_return(post, quarter), people, Decimal(3))
    args = ["tra-linh", quarter, INDICATORS]
    there = reverse("record_add", args=args) if to == "add" else reverse("record", args=[*args, answer.pk])
    assert at_work.get(there).url == WHERE


def test_there_is_no_page_where_nothing_is_asked(client, staff, quarter):
    client.force_login(staff)
    assert client.get(WHERE).status_code == 404


@pytest.mark.parametrize(
    ("answer", "said"), [(Decimal(0), "1 dòng số liệu: 0 lượt người"), (None, "1 dòng số liệu ·")]
)
def test_a_list_of_one_indicator_tells_0_from_nothing_to_report(at_work, post, quarter, people, answer, said):
    made_answer(made_return(post, quarter), people, answer)
    assert said in text(page(at_work.get("/records/indicators/", {"indicator": people.code})))


def test_the_definition_stands_beside_the_field(at_work, people):
    assert "Cả hai chiều" in text(form_of(at_work.get(WHERE)))


def test_an_answer_is_one_click_from_its_history(at_work, post, quarter, people, goods):
    answer = made_answer(made_return(post, quarter), people, Decimal(3889))
    where = f"/returns/tra-linh/2024Q1/indicators/{answer.pk}/history/"
    links = [attribute(link, "href") for link in elements(form_of(at_work.get(WHERE)), "a")]
    assert [link for link in links if link.endswith("/history/")] == [where]
    assert at_work.get(where).status_code == 200


def test_the_page_of_the_return_lists_what_is_asked_and_what_is_answered(at_work, post, quarter, people, goods):
    made_answer(made_return(post, quarter), people, Decimal(3889))
    shown = text(one(page(at_work.get("/returns/tra-linh/2024Q1/")), "section", id="indicators"))
    assert "3.889" in shown and "Hàng hóa" in shown and "Chưa nhập" in shown


def test_the_list_of_all_returns_shows_the_answers(at_work, post, quarter, people, goods):
    made_answer(made_return(post, quarter), people, Decimal(3889))
    at_work.post(WHERE, opened(at_work) | {f"{goods.code}-nothing": "on"})
    shown = text(page(at_work.get("/records/indicators/")))
    assert "3.889" in shown and "Không phát sinh" in shown
    filtered = text(one(page(at_work.get(f"/records/indicators/?indicator={people.code}")), "table"))
    assert "3.889" in filtered and "Hàng hóa" not in filtered


@pytest.mark.parametrize(
    ("adds_up", "quarter_asked", "said"),
    [
        (True, "", "2 dòng số liệu: 3.900 lượt người"),
        (False, "", None),
        (False, "2024Q1", "1 dòng số liệu: 3.889 lượt người"),
    ],
)
def test_a_list_of_one_indicator_says_what_its_rows_add_up_to(
    at_work, post, quarter, people, goods, adds_up, quarter_asked, said
):
    """A state is not summed over quarters."""
    people.adds_up = adds_up
    people.save()
    for each, number in ((quarter, 3889), (made_quarter(2024, 2), 11)):
        made_answer(made_return(post, each), people, Decimal(number))
    words = text(page(at_work.get("/records/indicators/", {"indicator": people.code, "quarter": quarter_asked})))
    assert (said in words) if said else "dòng số liệu:" not in words
    assert "dòng số liệu:" not in text(page(at_work.get("/records/indicators/")))
