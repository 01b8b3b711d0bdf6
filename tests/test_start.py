"""`make run` and `make test`: what a start makes, what it says, and what the test runner leaves out."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError

from activity.management.commands import serve
from tests import __main__ as runner

from .factories import made_user

ROOT = Path(__file__).resolve().parent.parent
NOBODY = "Nobody can sign in yet. Make the first administrator: .venv/bin/python manage.py createsuperuser"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def started(data, **environment):
    """Run `manage.py serve` as `make run` does; yields its address and the lines it wrote before."""
    port = free_port()
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PORT": str(port)} | environment
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = []
            while (line := process.stdout.readline()) and not line.startswith("Serving on"):
                lines.append(line.rstrip())
            assert line == f"Serving on http://127.0.0.1:{port}/ (Ctrl-C ends it)\n"
            yield f"http://127.0.0.1:{port}", lines
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def status_of(address):
    with urllib.request.urlopen(address) as answer:
        return answer.status


def test_a_first_start_makes_all_it_needs_and_a_later_one_finds_it(tmp_path):
    with started(tmp_path, SAMPLE="no") as (address, lines):
        assert status_of(f"{address}/healthz") == 200
    assert [re.sub(r"\d+", "N", line) for line in lines] == [
        "Bringing the database up to date (N migrations) ...",
        "Collecting the static files ...",
        NOBODY,
    ]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    with started(tmp_path) as (address, lines):  # the sample is for a database that was just made
        assert status_of(f"{address}/healthz") == 200
    assert lines == [NOBODY]


def test_the_first_start_of_all_loads_the_sample_and_a_later_one_does_not(tmp_path):
    with started(tmp_path) as (_, first):
        pass
    with started(tmp_path) as (_, later):
        pass
    assert any(line.lstrip().startswith("commander") for line in first)
    assert later == [f"The password of the sample accounts is in {tmp_path}/sample_password"]
    assert stat.S_IMODE((tmp_path / "sample_password").stat().st_mode) == 0o600


@pytest.mark.postgresql
def test_a_new_postgresql_database_gets_no_sample(tmp_path):
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as to_server:
        to_server.execute("DROP DATABASE IF EXISTS first_start")
        to_server.execute("CREATE DATABASE first_start")
    url = f"{server.rpartition('/')[0]}/first_start"
    with started(tmp_path, DATABASE_URL=url) as (address, lines):
        assert status_of(f"{address}/healthz") == 200
    assert lines[-1] == NOBODY
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_port_in_use_is_said_in_one_sentence_and_nothing_is_touched(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": str(port)}
        command = [sys.executable, "manage.py", "serve"]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"CommandError: Port {port} is in use by another program; choose another")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_host_that_this_machine_does_not_have_is_said_in_one_sentence():
    with pytest.raises(CommandError, match=r"192\.0\.2\.1 is no address of this machine; name one that is"):
        serve.listen("192.0.2.1", 8000)


@pytest.mark.parametrize("neighbours", [set(), {"db.sqlite3.backup", "db.sqlite3-2024", "db2.sqlite3"}], ids=len)
def test_a_first_start_that_is_interrupted_leaves_no_half_made_database(tmp_path, monkeypatch, neighbours):
    start = serve.Command(stdout=StringIO())
    file = tmp_path / "db.sqlite3"
    for name in neighbours:
        (tmp_path / name).touch()
    monkeypatch.setattr(
        serve, "connection", SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(file)}, close=print)
    )

    def interrupted():
        file.touch()
        (tmp_path / "db.sqlite3-wal").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "migrate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        start.prepare()
    assert {left.name for left in tmp_path.iterdir()} == neighbours


def test_a_later_start_that_is_interrupted_keeps_the_database(tmp_path, monkeypatch):
    start = serve.Command(stdout=StringIO())
    file = tmp_path / "db.sqlite3"
    file.touch()
    monkeypatch.setattr(serve, "connection", SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(file)}))
    monkeypatch.setattr(start, "migrate", lambda: sys.exit(0))
    with pytest.raises(SystemExit):
        start.prepare()
    assert file.exists()


def words_of_who_can_sign_in():
    said = StringIO()
    serve.Command(stdout=said).say_who_can_sign_in()
    return said.getvalue()


def test_the_start_names_the_command_that_makes_the_first_administrator(db):
    assert words_of_who_can_sign_in() == f"{NOBODY}\n"


def test_the_start_names_the_place_of_the_sample_password_while_it_is_kept(db, settings, tmp_path):
    made_user()
    settings.SAMPLE_PASSWORD_FILE = tmp_path / "sample_password"
    assert words_of_who_can_sign_in() == ""
    settings.SAMPLE_PASSWORD_FILE.touch()
    assert words_of_who_can_sign_in() == f"The password of the sample accounts is in {tmp_path}/sample_password\n"


def test_static_files_are_collected_again_when_one_of_them_changes(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    before = serve.static_fingerprint()
    assert serve.static_fingerprint() == before
    (tmp_path / "site.css").write_text("body {}")
    assert serve.static_fingerprint() != before


# The commands of the Makefile.


def made(folder, *arguments):
    """Run `make` on this Makefile in an empty folder."""
    shutil.copy(ROOT / "Makefile", folder)
    return subprocess.run(["make", "--silent", *arguments], cwd=folder, capture_output=True, text=True)


def fake_python(folder, code):
    """A program that stands for Python: it succeeds unless it is asked for ``code``."""
    program = folder / "python"
    program.write_text(f'#!/bin/sh\ncase "$*" in *{code}*) exit 1;; esac\n')
    program.chmod(0o755)
    return program


def test_a_python_that_is_too_old_is_said_in_one_sentence(tmp_path):
    ended = made(tmp_path, "run", f"PYTHON={fake_python(tmp_path, 'version_info')}")
    assert ended.returncode != 0
    assert "Python 3.11 or newer is needed" in ended.stderr
    assert "apt install python3" in ended.stderr


def test_a_python_without_venv_is_said_in_one_sentence_with_the_command(tmp_path):
    ended = made(tmp_path, "run", f"PYTHON={fake_python(tmp_path, 'ensurepip')}")
    assert ended.returncode != 0
    assert 'The Python module "venv" is missing: install it with "apt install python3-venv".' in ended.stderr


def pinned(lock):
    """The packages of a lock, each with its version and hashes (but not for which platforms it is)."""
    packages = re.sub(r"^#.*\n| ; .*(?= \\)", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return set(re.split(r"\n(?=\w)", packages.strip()))


def test_the_packages_of_the_tests_hold_those_of_the_application_in_the_same_versions():
    assert pinned("requirements.txt") < pinned("requirements-dev.txt")


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_locked_by_hash_and_comes_from_no_named_address(lock):
    packages = pinned(lock)
    assert all("==" in package and "--hash=sha256:" in package for package in packages)
    assert not any("://" in package for package in packages)


# The test runner.


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine with neither PostgreSQL nor Chromium, on which nothing is run."""
    ran = []
    monkeypatch.setattr(runner, "postgresql_programs", lambda: None)
    monkeypatch.setattr(runner, "chromium", lambda: None)
    monkeypatch.setattr(runner, "succeeds", lambda name, *args, **kwargs: ran.append(name) or name != "types")
    monkeypatch.delenv("CI", raising=False)
    return ran


def test_what_is_left_out_is_said_with_the_command_that_adds_it(bare_machine, capsys):
    runner.main(["tests/test_start.py"])
    assert bare_machine == ["tests on SQLite"]
    assert capsys.readouterr().out.splitlines() == [
        'Left out: the tests on PostgreSQL; "apt install postgresql" adds them.',
        'Left out: the tests in a browser; "apt install chromium" adds them.',
    ]


def test_nothing_may_be_left_out_in_ci(bare_machine, capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert runner.main([]) == 1
    assert bare_machine == []
    assert "Under CI=true nothing may be left out." in capsys.readouterr().out


def test_one_part_that_fails_fails_the_whole_and_the_others_still_run(bare_machine, capsys):
    assert runner.main([]) == 1
    assert bare_machine == ["lint", "format", "types", "template style", "tests on SQLite"]
    assert capsys.readouterr().out.endswith("Failed: types.\n")
