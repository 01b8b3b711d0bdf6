"""A real browser at a server as `make run` has it: hashed static files, strict policy, the sample province.

The province is loaded once and outlives a test; a test that writes asks for `changing_province`, which puts it back.
"""

import datetime
import fcntl
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.test.utils import setup_databases, teardown_databases

from activity.models import Indicator, Quarter, Unit, User
from activity.models.choices import Role
from activity.sample.load import load_province

from ..factories import PASSWORD
from ..machine import chromium
from .visits import visits

# Quý I/2024 is due and all but Đồn BP Cô Ba have reported it; quý II/2024 has begun.
TODAY, FIRST_YEAR = datetime.date(2024, 3, 20), 2023
CHEAP_PASSWORDS = ["django.contrib.auth.hashers.MD5PasswordHasher", *django_settings.PASSWORD_HASHERS]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """Mark the tests that write."""
    for item in items:
        if "changing_province" in getattr(item, "fixturenames", ()):
            item.add_marker("writes")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {"executable_path": chromium(), "args": FLAGS}


@pytest.fixture(scope="session")
def province(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """The sample province in a database of its own."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        _load()
        yield
        teardown_databases(made, verbosity=0)


def _load():
    """Load the province, with two people of Đồn BP Cô Ba, and from quý II/2024 on with what gate posts are asked."""
    with override_settings(PASSWORD_HASHERS=CHEAP_PASSWORDS):
        load_province(TODAY, PASSWORD, FIRST_YEAR)
        asked = Indicator.objects.exclude(unit_kinds=[])
        asked.update(first_quarter=Quarter.objects.get(year=2024, number=2))
        unit, password = Unit.objects.get(code="co-ba"), make_password(PASSWORD)
    for name, role in (("co-ba-staff", Role.STAFF), ("co-ba-head", Role.HEAD)):
        User.objects.create(username=name, role=role, unit=unit, password=password)


@pytest.fixture
def changing_province(province):
    """For a test that writes: the province stands as before when it is done."""
    yield
    call_command("flush", verbosity=0, interactive=False)
    _load()


@pytest.fixture(scope="session")
def office(province):
    """The address of the application, with its static files collected and served by whitenoise alone."""
    _collect_static_files()
    # The identity as handler of static files: Django's own would look for them by names without a hash.
    thread = LiveServerThread("127.0.0.1", static_handler=lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def _collect_static_files():
    """Once for all processes of a run, which share the folder: who comes second waits and finds them."""
    static = Path(django_settings.STATIC_ROOT)
    with open(static.with_name("static.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (static / "staticfiles.json").exists():
            call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture(scope="session")
def base_url(office):
    """Every browser of pytest-playwright opens our addresses; its own fixture of this name warns under pytest 9."""
    return office


@pytest.fixture(autouse=True)
def as_in_production(plain_settings, settings):
    """Hashed names again: here the files are collected."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }


@pytest.fixture
def visitor(new_context, office):
    """Return `visit(name=None, **looks)`, see `visits`."""
    with visits(new_context, office) as visit:
        yield visit


@pytest.fixture(scope="module")
def long_visitor(browser, office):
    """The same, for pages that several tests of a module look at and none changes."""
    with visits(lambda **looks: browser.new_context(base_url=office, **looks), office) as visit:
        yield visit
