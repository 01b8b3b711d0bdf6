"""A session that runs out while somebody types loses nothing, and nothing is done before they have signed in again."""

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse

from activity import kept
from activity.kinds import KINDS
from activity.models import Exhibit, Patrol, Unit
from activity.models.amendment import amend
from activity.models.choices import Role, Status
from activity.permissions import AMENDING

from .addresses import ANSWERS
from .addresses import address as address_of
from .factories import PASSWORD, changed_by, made_indicator, made_patrol, made_return, somebody, taken_to
from .reading import attribute, elements, one, page, text
from .test_stale_forms import everything
from .typed import address, coming, exhibits, sent_of, shown, typed

pytestmark = pytest.mark.django_db

# Forms into which something is typed: who types what, in which state of the return; the other addresses are buttons.
TYPED = {
    "record_add": ("staff", Status.DRAFT, typed("patrols", note="đã gõ xong")),
    "record": ("staff", Status.DRAFT, typed("patrols", note="đã gõ xong")),
    "indicators": ("staff", Status.DRAFT, {"ct-nguoi-value": "1.200"}),
    "return_send_back": ("checker", Status.SUBMITTED, {"back-reason": "Thiếu một lượt", "back-kinds": "patrols"}),
    "return_amend": ("head", Status.APPROVED, {"amend-reason": "Sổ trực ghi khác"}),
    "return_withdraw": ("head", AMENDING, {"withdraw-reason": "Mở nhầm quý"}),
    "return_extend": ("commander", Status.DRAFT, {"more-last_day": coming(), "more-reason": "Mưa lũ"}),
}
BUTTONS = {
    "record_delete": ("staff", Status.DRAFT),
    "return_nothing": ("staff", Status.DRAFT),
    "return_submit": ("head", Status.DRAFT),
    "return_check": ("checker", Status.SUBMITTED),
    "return_approve": ("commander", Status.SUBMITTED),
    "inbox_read": ("staff", Status.DRAFT),
    "password_change": ("staff", Status.DRAFT),
}


@pytest.fixture
def patrol(post, quarter, staff, head, checker, commander):
    return made_patrol(made_return(post, quarter))


def brought_to(state, unit_return):
    """The return in a state in which something is typed, or a button pressed."""
    if state != AMENDING:
        return taken_to(state, unit_return)
    return amend(taken_to(Status.APPROVED, unit_return), by=somebody(Role.HEAD, unit_return.unit), reason="Sót")


def signs_in(client, response, name, password=PASSWORD):
    """Fill in the sign-in page that a form was answered with."""
    form = one(page(response), "form", action=reverse("login"))
    return client.post(reverse("login"), sent_of(form) | {"username": name, "password": password})


def carried_by(response):
    """What a page carries, opened."""
    return signing.loads(attribute(one(page(response), "input", name="typed"), "value"), salt=kept.SALT)


def test_every_address_that_takes_something_of_people_is_a_form_or_a_button():
    takes = {name for (name, how), told in ANSWERS.items() if how == "POST" and set(told[1:]) - {404, 405, 403}}
    assert takes - kept.NEVER == TYPED.keys() | BUTTONS.keys()


@pytest.mark.parametrize("name", TYPED)
def test_what_was_typed_is_there_again_unsaved_after_signing_in(client, patrol, name):
    role, status, sent = TYPED[name]
    if name == "indicators":
        made_indicator("Người", first=patrol.unit_return.quarter)
    brought_to(status, patrol.unit_return)
    before = everything()
    response = client.post(address_of(name, pk=patrol.pk), sent)
    assert response.status_code == 401
    assert "nội dung đã gõ vẫn còn" in response.content.decode()
    assert not Session.objects.exists(), "something is stored for nobody"
    response = signs_in(client, response, role)
    assert response.url == f"{address_of(name, pk=patrol.pk)}?typed"
    for _reloaded in range(2):
        again = client.get(response.url)
        assert again.status_code == 200
        assert "Chưa" in text(one(page(again), "ul", class_="messages"))
        found = [sent_of(form) for form in elements(one(page(again), "main"), "form")]
        of_form = {field: value for field, value in sent.items() if not field.startswith("rows-")}
        assert any(of_form.items() <= form.items() for form in found)
    assert _without_sign_in(everything()) == _without_sign_in(before)


def _without_sign_in(rows):
    return rows | {"User": [{name: v for name, v in row.items() if name != "last_login"} for row in rows["User"]]}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_not_pressed_by_signing_in(client, patrol, name):
    role, status = BUTTONS[name]
    for kind in patrol.unit_return.missing_kinds():
        patrol.unit_return.mark_nothing_to_report(kind, nothing=True)
    brought_to(status, patrol.unit_return)
    before = everything()
    response = client.post(address_of(name, pk=patrol.pk), {"revision": "1", "checked": "1", "nothing": "1"})
    assert response.status_code == 401
    answer = client.get(signs_in(client, response, role).url, follow=True)
    assert answer.status_code == 200
    assert _without_sign_in(everything()) == _without_sign_in(before)
    if name.startswith("return_"):
        assert "Chưa thực hiện" in text(one(page(answer), "ul", class_="messages"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_form_that_is_saved_after_signing_in_again_is_one_record(client, patrol, kind):
    sent = typed(kind.slug, note="đã gõ xong", code="HS 01")
    where = address(patrol.unit_return, kind.slug)
    client.login(username="staff", password=PASSWORD)
    client.post(where, sent)  # saved, but the answer was lost, and the session with it
    client.logout()
    again = client.get(signs_in(client, client.post(where, sent), "staff").url)
    form = sent_of(one(page(again), "form", class_="record"))
    assert form["lineage"] == sent["lineage"]
    assert client.post(where, form).status_code == 302
    assert kind.model.objects.filter(note="đã gõ xong").count() == 1
    assert client.session["typed"] == {}


def test_exhibits_come_back_too(client, patrol):
    rows = exhibits(
        {"name": "Pháo", "quantity": "1,5", "unit": "kg"}, {"name": "Tiền", "quantity": "2", "unit": "dong"}
    )
    where = address(patrol.unit_return, "cases")
    again = client.get(signs_in(client, client.post(where, typed("cases", **rows)), "staff").url)
    assert [shown(again, f"rows-{n}-name") for n in (0, 1)] == ["Pháo", "Tiền"]
    client.post(where, sent_of(one(page(again), "form", class_="record")))
    assert [row.name for row in Exhibit.objects.all()] == ["Pháo", "Tiền"]


def test_a_wrong_password_loses_nothing(client, patrol):
    response = client.post(address(patrol.unit_return, "patrols"), typed("patrols", note="đã gõ xong"))
    response = signs_in(client, response, "staff", "sai")
    assert response.status_code == 200
    assert shown(client.get(signs_in(client, response, "staff").url), "note") == "đã gõ xong"


def test_what_somebody_saved_meanwhile_is_shown_beside_it(client, patrol, head):
    where = address(patrol.unit_return, "patrols", patrol)
    response = client.post(where, typed("patrols", note="đã gõ xong"))
    changed_by(head, patrol, note="của đồng đội")
    again = client.get(signs_in(client, response, "staff").url)
    response = client.post(where, sent_of(one(page(again), "form", class_="record")))
    assert response.status_code == 409
    assert Patrol.objects.get().note == "của đồng đội"


def test_what_was_typed_into_a_row_that_is_gone_is_offered_as_a_new_one(client, patrol):
    response = client.post(address(patrol.unit_return, "patrols", patrol), typed("patrols", note="đã gõ xong"))
    patrol.delete()
    again = client.get(signs_in(client, response, "staff").url)
    assert again.status_code == 409
    assert shown(again, "note") == "đã gõ xong"


def test_what_was_typed_is_shown_where_the_return_was_submitted_meanwhile(client, patrol):
    response = client.post(address(patrol.unit_return, "patrols"), typed("patrols", note="đã gõ xong"))
    taken_to(Status.SUBMITTED, patrol.unit_return)
    again = client.get(signs_in(client, response, "staff").url)
    assert shown(again, "note") == "đã gõ xong"
    assert "không còn là bản nháp" in text(one(page(again), "div", id="errors"))


# Who may see it.


@pytest.mark.parametrize(("name", "status"), [("head", 200), ("stranger", 404), ("checker", 403), ("commander", 403)])
@pytest.mark.parametrize("what", ["record", "record_add"])
def test_who_may_not_enter_the_return_can_copy_what_was_typed_and_outside_the_unit_it_is_not_there(
    client, patrol, stranger, name, status, what
):
    response = client.post(address_of(what, pk=patrol.pk), typed("patrols", note="đã gõ xong"))
    again = client.get(signs_in(client, response, name).url)
    assert again.status_code == status
    words = again.content.decode()
    assert ("đã gõ xong" in words, 'name="save"' in words) == (status != 404, status == 200)


def test_a_password_is_never_carried(client, patrol):
    sent = {"old_password": PASSWORD, "new_password1": "mới-mới-mới", "new_password2": "mới-mới-mới", "password": "x"}
    response = client.post(reverse("password_change"), sent)
    assert carried_by(response) == [reverse("password_change"), []]
    response = client.post(reverse("login"), {"username": "staff", "password": "sai"})
    assert not [e for e in elements(page(response), "input") if attribute(e, "name") == "typed"]


def test_what_is_longer_than_any_form_is_not_carried(client, patrol):
    response = client.post(address(patrol.unit_return, "patrols"), typed("patrols", note="x" * kept.MOST_LETTERS))
    assert response.url == f"{reverse('login')}?next={address(patrol.unit_return, 'patrols')}"


def test_the_longest_form_fits(client, patrol):
    """A case with a hundred exhibits, every line of text filled to its end."""
    line = {"name": "ễ" * 120, "quantity": "123.456.789.012,345", "unit": "dong", "id": "1234567", "case": "1234567"}
    sent = typed("cases", **exhibits(*[line] * 100), note="ễ" * 500, code="ễ" * 60, project="ễ" * 30)
    response = client.post(address(patrol.unit_return, "cases"), sent | {"rows-seen": "ễ" * 160 * 100})
    assert response.status_code == 401
    again = client.get(signs_in(client, response, "staff").url)
    assert shown(again, "rows-99-name") == "ễ" * 120


def test_of_many_forms_the_last_ones_come_back(client, staff):
    client.force_login(staff)
    there = [f"/returns/tra-linh/2024Q1/patrols/{number}/" for number in range(kept.MOST_FORMS + 2)]
    for where in there:
        client.post(reverse("shown_again"), {"typed": signing.dumps([where, []], salt=kept.SALT)})
    assert list(client.session["typed"]) == there[2:]


NOT_OURS = {
    "nothing": "",
    "a word": "x",
    "no signature": "a:b:c",
    "another's": signing.dumps(["/", []], salt="another"),
}


@pytest.mark.parametrize("blob", NOT_OURS.values(), ids=NOT_OURS)
def test_what_is_not_of_our_making_leads_to_the_start(client, staff, blob):
    sent = {"username": "staff", "password": PASSWORD, "typed": blob}
    assert client.post(reverse("login"), sent).url == reverse("start")
    assert client.post(reverse("shown_again"), {"typed": blob}).url == reverse("start")


def test_without_the_page_that_carries_it_what_was_typed_would_be_lost(client, patrol, monkeypatch):
    monkeypatch.setattr("config.middleware.carried", lambda request: "")
    response = client.post(address(patrol.unit_return, "patrols"), typed("patrols", note="đã gõ xong"))
    assert response.status_code == 302
    response = client.post(response.url, {"username": "staff", "password": PASSWORD}, follow=True)
    assert shown(response, "note") == ""


# A tab that was open before somebody signed in again in another: its token is not the browser's any more.


@pytest.fixture
def window():
    """A client that is asked for its token like a browser."""
    return Client(enforce_csrf_checks=True)


def enters(window, name="staff"):
    """Sign in as a person does."""
    form = one(page(window.get(reverse("login"))), "form", action=reverse("login"))
    assert window.post(reverse("login"), sent_of(form) | {"username": name, "password": PASSWORD}).status_code == 302


def old_tab(window, where, **fields):
    """The form at ``where``, opened before the person signs in anew."""
    enters(window)
    sent = sent_of(one(page(window.get(where)), "form", class_="record")) | typed("patrols", **fields)
    window.post(reverse("logout"), {"csrfmiddlewaretoken": sent["csrfmiddlewaretoken"]})
    enters(window)
    return sent


def test_the_form_of_an_old_tab_is_opened_again_with_what_was_typed(window, patrol):
    where = address(patrol.unit_return, "patrols")
    response = window.post(where, old_tab(window, where, note="đã gõ xong"))
    assert response.status_code == 403
    assert Patrol.objects.count() == 1
    form = one(page(response), "form", action=reverse("shown_again"))
    again = window.get(window.post(reverse("shown_again"), sent_of(form)).url)
    assert shown(again, "note") == "đã gõ xong"
    assert Patrol.objects.count() == 1
    assert window.post(where, sent_of(one(page(again), "form", class_="record"))).status_code == 302
    assert Patrol.objects.filter(note="đã gõ xong").count() == 1


def test_the_form_of_a_browser_that_forgot_everything_is_carried_over_the_sign_in_page(window, patrol):
    where = address(patrol.unit_return, "patrols")
    response = window.post(where, typed("patrols", note="đã gõ xong"))
    assert response.status_code == 403
    assert shown(window.get(signs_in(window, response, "staff").url), "note") == "đã gõ xong"


def test_a_sign_in_page_of_an_old_tab_hands_on_what_it_carries(window, patrol):
    where = address(patrol.unit_return, "patrols")
    response = window.post(where, typed("patrols", note="đã gõ xong"))
    enters(window)  # in another tab
    response = signs_in(window, response, "staff")
    assert response.status_code == 403
    form = one(page(response), "form", action=reverse("shown_again"))
    assert shown(window.get(window.post(reverse("shown_again"), sent_of(form)).url), "note") == "đã gõ xong"


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_form_from_another_site_does_nothing_and_is_not_handed_on(window, patrol, origin):
    enters(window)
    before = everything()
    response = window.post(
        address(patrol.unit_return, "patrols", patrol), typed("patrols", note="giả"), headers={"origin": origin}
    )
    assert response.status_code == 403
    assert "giả" not in response.content.decode()
    assert not [e for e in elements(page(response), "input") if attribute(e, "name") == "typed"]
    assert everything() == before


def test_two_tabs_are_both_opened_again(window, patrol):
    new, old = address(patrol.unit_return, "patrols"), address(patrol.unit_return, "patrols", patrol)
    token = {"csrfmiddlewaretoken": "x" * 64}
    tabs = {where: window.post(where, token | typed("patrols", note=where)) for where in (new, old)}
    first = signs_in(window, tabs[new], "staff").url
    form = one(page(signs_in(window, tabs[old], "staff")), "form", action=reverse("shown_again"))
    second = window.post(reverse("shown_again"), sent_of(form)).url
    assert [shown(window.get(url), "note") for url in (first, second)] == [new, old]


# The administrator's forms.


@pytest.mark.parametrize("action", ["add", "change"])
def test_a_form_of_the_admin_comes_back_unsaved(client, admin_user, command, action):
    where = reverse(f"admin:activity_unit_{action}", args=[command.pk] if action == "change" else [])
    sent = {
        "name": "Đồn Biên phòng Quang Long",
        "short_name": "Đồn BP Quang Long",
        "code": "quang-long",
        "kind": "post",
        "parent": command.pk,
        "position": "12",
        "reports": "on",
        "revision": "1",
    }
    response = client.post(where, sent)
    again = client.get(signs_in(client, response, "admin").url)
    assert again.status_code == 200
    assert shown(again, "name") == "Đồn Biên phòng Quang Long"
    assert "Chưa lưu" in again.content.decode()
    assert not Unit.objects.filter(code="quang-long").exists()
