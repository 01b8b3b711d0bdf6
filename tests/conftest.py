"""The cast of the tests, and a folder of their own for all that an installation keeps."""

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager

import django
import pytest

# Before the settings load: tests never touch the developer's own database, secret key and static files.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="tests-data-")
os.mkdir(os.path.join(os.environ["DATA_DIR"], "static"))  # collected or not, WhiteNoise looks for the folder
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from activity.models.choices import Role  # noqa: E402  the models want Django set up

from .factories import made_command, made_quarter, made_unit, made_user  # noqa: E402


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite in a file, as production has it: in memory there is one connection, and nobody ever waits for another."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "db.sqlite3")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """On PostgreSQL leave out what touches no database: it says the same on every one, and SQLite's run has it."""
    if connection.vendor == "sqlite":
        return
    config.hook.pytest_deselected(items=[item for item in items if not _touches_the_database(item)])
    items[:] = [item for item in items if _touches_the_database(item)]


def _touches_the_database(item) -> bool:
    """Whether a test asks for a database; to all others pytest-django refuses one."""
    asks = {"db", "transactional_db", "django_db_setup", "province"} & set(item.fixturenames)
    return bool(asks) or any(item.get_closest_marker(name) for name in ("django_db", "postgresql"))


@pytest.fixture(autouse=True)
def plain_settings(settings):
    """Passwords that cost nothing to make, static files that need no collecting."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def taken_back(django_db_setup, django_db_blocker):
    """A block for whose tests something is made once, and taken back at its end; it yields what was made."""

    @contextmanager
    def block(make):
        with django_db_blocker.unblock(), transaction.atomic():
            made = make()
            # Now, once: else PostgreSQL checks at the end of each test whether all these rows' keys lead to rows.
            connection.check_constraints()
            yield made
            transaction.set_rollback(True)

    return block


@pytest.fixture
def on(monkeypatch):
    """Let it be that day for the pages."""
    local = timezone.localdate

    def on(day):
        monkeypatch.setattr(timezone, "localdate", lambda *moment, **zone: local(*moment, **zone) if moment else day)

    return on


@pytest.fixture
def command(db):
    return made_command()


@pytest.fixture
def post(command):
    """The unit of `staff` and `head`."""
    return made_unit("tra-linh", name="Đồn Biên phòng Cửa khẩu Trà Lĩnh", short_name="Đồn BPCK Trà Lĩnh")


@pytest.fixture
def other_post(command, post):
    """The unit of `stranger`, the neighbour to the east."""
    return made_unit("ngoc-con", name="Đồn Biên phòng Ngọc Côn", short_name="Đồn BP Ngọc Côn")


@pytest.fixture
def quarter(db):
    """Quý I/2024: 15/12/2023 to 14/3/2024."""
    return made_quarter(2024, 1)


@pytest.fixture
def staff(post):
    return made_user(Role.STAFF, post, username="staff")


@pytest.fixture
def head(post):
    return made_user(Role.HEAD, post, username="head")


@pytest.fixture
def stranger(other_post):
    """The head of another post."""
    return made_user(Role.HEAD, other_post, username="stranger")


@pytest.fixture
def checker(command):
    return made_user(Role.CHECKER, command, username="checker")


@pytest.fixture
def commander(command):
    return made_user(Role.COMMANDER, command, username="commander")


@pytest.fixture
def admin_user(db):
    return made_user(Role.ADMIN, username="admin")
