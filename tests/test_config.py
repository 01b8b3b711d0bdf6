"""The settings' helpers, what every answer carries, and static files taken from packages."""

import os
import runpy
import socket
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as current
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.http.request import validate_host
from django.utils import translation

from config.middleware import chosen_language, content_security_policy
from config.settings import env_flag, env_list, env_port, kept_secret
from config.staticfiles import package_file

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("word", "value"), [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("off", False)]
)
def test_a_switch_is_read_in_the_words_people_type(monkeypatch, word, value):
    monkeypatch.setenv("SAMPLE", word)
    assert env_flag("SAMPLE", default=not value) is value


def test_a_switch_that_is_neither_yes_nor_no_stops_the_start(monkeypatch):
    monkeypatch.setenv("SAMPLE", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SAMPLE must be yes or no, not 'maybe'"):
        env_flag("SAMPLE", default=True)


def test_a_list_is_read_without_its_spaces_and_empty_places(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example , b.example ,")
    assert env_list("ALLOWED_HOSTS", "") == ["a.example", "b.example"]


@pytest.mark.parametrize("word", ["http", "0", "65536", "-1", "80.0"])
def test_what_is_no_port_stops_the_start(monkeypatch, word):
    monkeypatch.setenv("PORT", word)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a port"):
        env_port("PORT", 8000)


def test_an_empty_port_is_the_usual_one(monkeypatch):
    monkeypatch.setenv("PORT", "")
    assert env_port("PORT", 8000) == 8000


def callers_allowed(monkeypatch, host):
    """The names by which people may call a server that listens on ``host``."""
    monkeypatch.setenv("HOST", host)
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    return runpy.run_path(str(current.BASE_DIR / "config" / "settings.py"))["ALLOWED_HOSTS"]


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("0.0.0.0", True), ("::", True), ("127.0.0.1", False), ("::1", False), ("", False)],  # noqa: S104
)
def test_who_listens_on_every_address_answers_to_every_name(monkeypatch, host, allowed):
    assert validate_host("border.example", callers_allowed(monkeypatch, host)) is allowed


@pytest.mark.parametrize(
    ("host", "called"),
    [("2001:db8::1", "[2001:db8::1]"), ("192.0.2.1", "192.0.2.1"), ("post.example", "post.example")],
)
def test_a_server_answers_to_the_address_that_it_listens_on_as_browsers_write_it(monkeypatch, host, called):
    assert validate_host(called, callers_allowed(monkeypatch, host))


def test_who_has_signed_in_and_asks_for_the_sign_in_page_is_led_to_the_start(client, staff):
    client.force_login(staff)
    answer = client.get("/sign-in/?next=/sign-in/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path):
    secret = kept_secret(tmp_path / "secret_key")
    assert len(secret) >= 50
    assert kept_secret(tmp_path / "secret_key") == secret
    assert kept_secret(tmp_path / "another") != secret
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def answered(middleware, request):
    """The language and the answer that a request gets from one middleware."""
    languages = []

    def view(request):
        languages.append(translation.get_language())
        return HttpResponse()

    return middleware(view)(request), languages[0]


def test_every_answer_says_that_all_comes_from_this_host(rf):
    answer, _ = answered(content_security_policy, rf.get("/"))
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "http" not in answer.headers["Content-Security-Policy"]


def test_a_policy_that_a_page_has_set_itself_stays(rf):
    answer = content_security_policy(lambda request: HttpResponse(headers={"Content-Security-Policy": "sandbox"}))
    assert answer(rf.get("/")).headers["Content-Security-Policy"] == "sandbox"


def test_the_policy_is_on_whether_debug_is_on_or_not():
    assert "config.middleware.content_security_policy" in current.MIDDLEWARE


@pytest.mark.parametrize(
    ("cookie", "language"), [(None, "vi"), ("en", "en"), ("vi", "vi"), ("fr", "vi"), ("../en", "vi")]
)
def test_the_language_is_vietnamese_unless_the_person_chose_english(rf, cookie, language):
    request = rf.get("/", headers={"Accept-Language": "en-US,en"})
    if cookie:
        request.COOKIES[current.LANGUAGE_COOKIE_NAME] = cookie
    answer, spoken = answered(chosen_language, request)
    assert (spoken, request.LANGUAGE_CODE, answer.headers["Content-Language"]) == (language, language, language)


def test_the_language_of_one_request_does_not_reach_the_next(rf):
    before = translation.get_language()
    request = rf.get("/")
    request.COOKIES[current.LANGUAGE_COOKIE_NAME] = "en"
    answered(chosen_language, request)
    assert translation.get_language() == before


@pytest.mark.parametrize("address", current.STATICFILES_PACKAGE_FILES)
def test_single_files_of_packages_are_found_under_their_address(address):
    package, name = current.STATICFILES_PACKAGE_FILES[address]
    assert finders.find(address) == str(package_file(package, name))
    assert package_file(package, name).is_file()


def test_the_other_files_of_a_package_stay_out():
    served = [path for finder in finders.get_finders() for path, _ in finder.list([])]
    assert "vendor/plotly.min.js" in served
    assert [path for path in served if "plotly" in path and path.startswith("vendor/")] == ["vendor/plotly.min.js"]
    assert finders.find("vendor/datasets/gapminder.csv.gz") is None


def test_a_package_that_is_missing_is_named():
    with pytest.raises(ImproperlyConfigured, match="not_there is not installed"):
        package_file("not_there", "x.js")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "DATABASE_URL",
            "postgres://u:p@127.0.0.1:1/x",
            "The database does not answer; start it, or mend",
        ),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with postgres://"),
        ("PORT", "abc", "PORT must be a port between 1 and 65535, not 'abc'."),
    ],
)
def test_a_start_that_cannot_be_says_why_in_one_line(tmp_path, name, value, words):
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SAMPLE": "no", "PORT": str(free_port()), name: value}
    command = [sys.executable, "manage.py", "serve"]
    started = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert started.returncode == 1
    (line,) = started.stderr.splitlines()
    assert words in line
    assert "u:p" not in line


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.django_db
def test_the_styles_come_to_people_who_have_not_signed_in(client, settings):
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    with closing(client.get("/static/site.css")) as answer:
        assert answer.status_code == 200
