"""The administration, and the door: tables say what their heads are for, and errors lead to their fields."""

import pytest
from django.contrib import admin
from django.urls import reverse

from activity.models import Extension, History, Quarter, SectionDuty, Unit, User

from . import reading
from .factories import checks_are_advice, made_delegation, made_extension, made_redefinition
from .typed import ADMIN_FORMS, sent_to_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, admin_user):
    """A client of the administrator."""
    client.force_login(admin_user)
    return client


@pytest.fixture
def rows(staff, quarter):
    """A row of each room."""
    checks_are_advice()
    made_redefinition()
    made_delegation(staff)
    made_extension(staff.unit, quarter, granted_by=staff)
    SectionDuty.objects.create(kind="cases", section=staff.unit)


def summed_up(answer) -> dict[str, str]:
    """What the summary of errors says, by the address to which each line leads; that stands on the page."""
    tree = reading.page(answer)
    ids = {reading.attribute(e, "id") for e in reading.elements(tree)}
    lines = {}
    for line in reading.elements(reading.one(tree, "div", id="errors"), "li"):
        where = [reading.attribute(link, "href") for link in reading.elements(line, "a")]
        lines["".join(where)] = reading.text(line).partition(": ")[2] if where else reading.text(line)
    assert {where[1:] for where in lines if where} <= ids
    return lines


@pytest.mark.parametrize("model", [*ADMIN_FORMS, Extension, History], ids=lambda model: model.__name__)
def test_the_list_of_a_room_has_a_caption_and_says_what_its_heads_are_for(office, rows, model):
    assert model in admin.site._registry
    tree = reading.page(office.get(reverse(f"admin:activity_{model._meta.model_name}_changelist")))
    table = reading.one(tree, "table", id="result_list")
    assert reading.wrong_tables(tree) == []
    (row, *_others) = reading.elements(reading.one(table, "tbody"), "tr")
    assert [reading.attribute(head, "scope") for head in reading.elements(row, "th")] == ["row"]


def test_the_caption_of_a_list_is_what_its_rows_are_called(office, rows):
    tree = reading.page(office.get(reverse("admin:activity_quarter_changelist")))
    assert reading.text(reading.one(reading.one(tree, "table", id="result_list"), "caption")) == "Quý"


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Unit, {"code": "", "position": ""}),
        (Quarter, {"first_day": "hôm qua", "due_day": "01/01/2024"}),
        (User, {"username": "", "role": "head"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_errors_of_a_room_lead_to_their_fields(office, model, wrong):
    answer = sent_to_admin(office, model, **wrong)
    errors = answer.context["adminform"].form.errors
    assert len(errors) >= 2
    assert summed_up(answer) == {f"#id_{name}": said[0] for name, said in errors.items()}


def test_the_errors_of_a_succession_lead_to_their_fields(office, post):
    answer = office.post(reverse("admin:activity_unit_succession", args=[post.pk, "rename"]), {"day": "hôm qua"})
    assert {"#id_day", "#id_decision"} <= summed_up(answer).keys()


def test_the_errors_of_a_new_password_lead_to_its_field(office, staff):
    where = reverse("admin:auth_user_password_change", args=[staff.pk])
    sent = {"revision": str(staff.revision), "usable_password": "true", "password1": "một", "password2": "hai"}
    assert list(summed_up(office.post(where, sent))) == ["#id_password2"]


def test_a_day_that_is_none_leads_to_the_field_of_the_day(office):
    tree = reading.page(office.get(reverse("admin:activity_unit_as_of"), {"day": "hôm qua"}))
    alert = reading.one(tree, "p", role="alert")
    assert reading.attribute(reading.one(alert, "a"), "href") == "#id_day"
    assert "“hôm qua” không phải là ngày" in reading.text(alert)


def test_the_error_of_the_sign_in_leads_to_the_password(client, staff):
    answer = client.post("/sign-in/", {"username": "staff", "password": "sai rồi"})
    (said,) = summed_up(answer).items()
    assert said[0] == "#id_password"
    assert said[1].startswith("Hãy nhập đúng tên đăng nhập và mật khẩu.")
    assert reading.attribute(reading.one(reading.page(answer), "input", name="username"), "value") == "staff"


def led_to(office) -> list[str]:
    """Where the links of the bar lead in the end."""
    bar = reading.one(reading.page(office.get(reverse("admin:index"))), "div", id="user-tools")
    links = [reading.attribute(link, "href") for link in reading.elements(bar, "a")]
    return [office.get(link, follow=True).wsgi_request.path for link in links]


def test_the_bar_leads_to_the_other_pages_whoever_has_any_and_never_back(office, admin_user, post):
    assert led_to(office) == [reverse("password_change")]
    admin_user.unit = post
    admin_user.save()
    assert led_to(office) == [reverse("latest_dashboard"), reverse("password_change")]


def test_the_administration_is_read_in_the_language_that_is_chosen_there(office):
    bar = reading.one(reading.page(office.get(reverse("admin:index"))), "div", id="user-tools")
    (form,) = [form for form in reading.elements(bar, "form") if reading.attribute(form, "class") == "language"]
    assert "English" in reading.text(form)
    office.post(reading.attribute(form, "action"), {"language": "en", "next": reverse("admin:index")})
    assert "Sign out" in office.get(reverse("admin:index")).content.decode()
