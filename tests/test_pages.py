"""What holds on every page: one heading, the language, the strict policy, named fields, tables to be read aloud."""

import pytest
from django.conf import settings as current
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse

from activity.kinds import KINDS
from activity.models import UnitReturn
from activity.models.choices import EventType, Role, Status

from . import reading
from .factories import (
    FACTORIES,
    made_case,
    made_event,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    sent_back,
    taken_to,
)  # fmt: skip

IN_RETURN = "/returns/tra-linh/2024Q1/"
# Who looks at which page; "approved" and "draft" are the last two quarters' states.
PAGES = {
    "sign in": (None, "/sign-in/"),
    "not found": ("staff", "/nothing/"),
    "not found by nobody": (None, "/nothing/"),
    "not allowed": ("staff", "/summary/2024Q1/"),
    "password": ("staff", "/password/"),
    "start of the unit": ("head", "/"),
    "start of the command": ("commander", "/"),
    "returns of the unit": ("staff", "/returns/"),
    "returns of the command": ("checker", "/returns/"),
    "a draft": ("head", "/returns/tra-linh/2024Q2/"),
    "a submitted return": ("commander", "/returns/ngoc-con/2024Q2/"),
    "an approved return": ("staff", IN_RETURN),
    "a return that nobody has begun": ("staff", "/returns/tra-linh/2024Q3/"),
    "the history of a return": ("commander", f"{IN_RETURN}history/"),
    "a history in which nothing is": ("staff", "/returns/tra-linh/2024Q3/history/"),
    **{f"a new row of {kind.slug}": ("staff", f"/returns/tra-linh/2024Q2/{kind.slug}/add/") for kind in KINDS},
    **{f"the list of {kind.slug}": ("commander", f"/records/{kind.slug}/") for kind in KINDS},
    "the unit's own list": ("staff", "/records/patrols/?per_page=50&sort=-times"),
    "a list without rows": ("staff", "/records/patrols/?text=nothing"),
    "dashboard": ("commander", "/dashboard/2024Q1/"),
    "provisional dashboard": ("commander", "/dashboard/2024Q2/?basis=provisional"),
    "dashboard of the unit": ("head", "/dashboard/2024Q1/"),
    "summary": ("checker", "/summary/2024Q1/"),
}


def made_office():
    """Three quarters: approved ones with a row of each kind, then a draft sent back and a submitted one, then none."""
    post, other_post = made_unit("tra-linh"), made_unit("ngoc-con")
    people = {role: made_user(role, post) for role in (Role.STAFF, Role.HEAD)}
    people |= {role: made_user(role) for role in (Role.CHECKER, Role.COMMANDER)}
    first, second, _third = (made_quarter(2024, number) for number in (1, 2, 3))
    for unit in (post, other_post):
        for quarter in (first, second):
            unit_return = made_return(unit, quarter, is_sample=unit == post)
            for made in FACTORIES.values():
                made(unit_return)
            made_event(unit_return, event_type=EventType.CEREMONY, title="Lễ công bố")
            case = made_case(unit_return, paid_vnd=1_500_000)
            case.exhibits.create(name="Pháo nổ", quantity="2.5", unit="kg")
            if quarter == first:
                taken_to(Status.APPROVED, unit_return)
    sent_back(UnitReturn.objects.get(unit=post, quarter=second), by=people["commander"])
    taken_to(Status.SUBMITTED, UnitReturn.objects.get(unit=other_post, quarter=second))
    return people


@pytest.fixture(scope="module")
def answers(taken_back):
    """Every page's answer to a browser that asks for English, made once for this module."""
    plain = current.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    found = {}
    with taken_back(made_office) as people, override_settings(STORAGES=plain):
        for name, (role, address) in PAGES.items():
            client = Client(headers={"Accept-Language": "en-US,en;q=0.9"})
            if role:
                client.force_login(people[role])
            found[name] = client.get(address)
    return found


@pytest.fixture(params=PAGES)
def answer(request, answers):
    return answers[request.param]


def test_the_pages_are_those_that_were_meant(answers):
    statuses = {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200}
    assert statuses == {"not found": 404, "not found by nobody": 404, "not allowed": 403}


def test_a_page_has_one_main_heading(answer):
    (heading,) = reading.elements(reading.page(answer), "h1")
    assert reading.text(heading)


def test_a_page_has_a_title_of_its_own(answer):
    title = next(reading.elements(reading.page(answer), "title"))
    assert len(reading.text(title).partition(" – ")[0]) > 2


def test_a_page_is_vietnamese_whatever_the_browser_asks_for(answer):
    assert reading.attribute(reading.one(reading.page(answer), "html"), "lang") == "vi"
    assert answer.headers["Content-Language"] == "vi"


@pytest.mark.django_db
def test_a_page_is_english_for_who_chose_it(client, commander, post, other_post):
    made_quarter(2024, 3)
    client.cookies[current.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(commander)
    answer = client.get("/returns/")
    assert reading.attribute(reading.one(reading.page(answer), "html"), "lang") == "en"
    assert "Unit returns of quý III/2024" in reading.text(reading.one(reading.page(answer), "h1"))


def test_the_switch_of_language_works_before_signing_in_and_leads_back(db, client):
    chosen = client.post(reverse("set_language"), {"language": "en", "next": "/sign-in/?next=/returns/"})
    assert (chosen.status_code, chosen.url) == (302, "/sign-in/?next=/returns/")
    assert "Sign in" in reading.text(reading.page(client.get(chosen.url)))
    client.post(reverse("set_language"), {"language": "vi"})
    assert "Đăng nhập" in reading.text(reading.page(client.get(chosen.url)))


def test_a_page_allows_itself_nothing_from_elsewhere(answer):
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_a_page_holds_no_code_of_its_own(answer):
    assert reading.inline_code(reading.page(answer)) == []


def test_a_page_asks_nothing_of_another_host(answer):
    assert reading.other_hosts(reading.page(answer)) == []


def test_every_field_has_its_name(answer):
    assert reading.unlabelled_fields(reading.page(answer)) == []


def test_every_table_has_a_caption_and_says_what_its_heads_are_for(answer):
    assert reading.wrong_tables(reading.page(answer)) == []


def test_no_id_stands_twice(answer):
    assert reading.double_ids(reading.page(answer)) == []


def test_the_levels_of_headings_have_no_gap(answer):
    levels = [int(heading.name[1]) for heading in reading.elements(reading.page(answer), "h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html"])
def test_a_page_of_failure_needs_neither_request_nor_database(name):
    tree = reading.parsed(render_to_string(name))
    assert len(list(reading.elements(tree, "h1"))) == 1
    assert reading.inline_code(tree) == []


@pytest.mark.parametrize(
    ("check", "html", "found"),
    [
        (reading.inline_code, "<script>alert(1)</script>", ["<script>"]),
        (reading.inline_code, "<style>p { color: red }</style>", ["<style>"]),
        (reading.inline_code, '<p style="color: red">x</p>', ["style"]),
        (reading.inline_code, '<button onclick="x()">x</button>', ["onclick"]),
        (reading.inline_code, '<script type="application/json">{"a": 1}</script><script src="/x.js"></script>', []),
        (reading.other_hosts, '<link href="//fonts.example/x.css">', ["//fonts.example/x.css"]),
        (
            reading.other_hosts,
            '<img src="https://example.org/x.png"><a href="/x">x</a>',
            ["https://example.org/x.png"],
        ),
        (reading.unlabelled_fields, '<label for="b">B</label><input id="b" name="b"><input id="a" name="a">', ["a"]),
        (reading.unlabelled_fields, '<label for="a"></label><select id="a" name="a"></select>', ["a"]),
        (reading.wrong_tables, "<table><caption>x</caption><tr><th>Day</th></tr></table>", ["no scope: Day"]),
        (reading.wrong_tables, '<table><caption></caption><tr><th scope="col">Day</th></tr></table>', ["no caption"]),
        (reading.double_ids, '<p id="a">x</p><p id="a">y</p><p id="b">z</p>', ["a"]),
    ],
)
def test_what_is_wrong_on_a_page_would_be_found(check, html, found):
    assert check(reading.parsed(html)) == found
