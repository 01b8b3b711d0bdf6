"""`python -m tests`, behind `make test`: style, types and templates, then every test that this machine can run.

Arguments go to pytest, and then pytest alone runs. What had to be left out is said at the end with the command
that adds it; under CI=true nothing may be left out.
"""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import postgresql
from .machine import chromium, postgresql_programs

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5


def main(arguments: list[str]) -> int:
    lacks = left_out()
    if lacks and os.environ.get("CI") == "true":
        print("Under CI=true nothing may be left out.", *lacks, sep="\n")
        return 1
    # An interrupted run stops its server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as data:
        # Neither the tests nor mypy, which reads the settings, touch the database and key of `make run`.
        environment = {**os.environ, "DATA_DIR": data}
        environment.pop("DATABASE_URL", None)
        failed = [] if arguments else check_style(environment)
        failed += run_tests(arguments, environment)
    for sentence in [*lacks, *(f"Failed: {name}." for name in failed)]:
        print(sentence)
    return 1 if failed else 0


def left_out() -> list[str]:
    """Return a sentence for each part that this machine cannot run."""
    sentences = []
    if not postgresql_programs():
        sentences.append('Left out: the tests on PostgreSQL; "apt install postgresql" adds them.')
    if not chromium():
        sentences.append('Left out: the tests in a browser; "apt install chromium" adds them.')
    return sentences


def check_style(environment) -> list[str]:
    """Run the checks that need no database and return the names of those that failed."""
    templates = [str(path) for path in sorted(ROOT.glob("templates/**/*.html"))]
    checks = {
        "lint": ["ruff", "check", "--quiet"],
        "format": ["ruff", "format", "--check", "--quiet"],
        "types": ["mypy"],
        "template style": ["djade", "--check", "--target-version", "5.2", *templates],
    }
    return [name for name, command in checks.items() if not succeeds(name, command, environment)]


def run_tests(arguments: list[str], environment) -> list[str]:
    """Run pytest on each database, without and with a browser, and return the names of the runs that failed."""
    runs = {"tests on SQLite": ("not browser and not postgresql", {})}
    if browser := chromium():
        # Playwright keeps an event loop in the thread of the tests; hence a run of its own.
        extra = {"CHROMIUM": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
        runs["tests in a browser"] = ("browser", extra)
    with ExitStack() as stack:
        if postgresql_programs():
            url = stack.enter_context(postgresql.server())
            runs["tests on PostgreSQL"] = ("not browser", {"DATABASE_URL": url})
            if browser:
                # How a page looks does not hang on the database; what is written through it may.
                on_postgresql = extra | {"DATABASE_URL": url}
                runs["tests that write in a browser, on PostgreSQL"] = ("browser and writes", on_postgresql)
        return [
            name
            for name, (marks, extra) in runs.items()
            if not succeeds(name, _pytest(marks, arguments), environment | extra, chosen=bool(arguments))
        ]


def _pytest(marks: str, arguments: list[str]) -> list[str]:
    """The command of one run: on all cores, chosen tests on one. A browser stays with the tests of a file."""
    by = "worksteal" if "not browser" in marks else "loadfile"
    spread = [] if arguments else ["--numprocesses=auto", f"--dist={by}"]
    return ["pytest", "-m", marks, *spread, *arguments]


def succeeds(name: str, command: list[str], environment, *, chosen=False) -> bool:
    """Run a program of this environment. Of tests that were ``chosen``, a run may hold none."""
    print(f"== {name}", flush=True)
    program = Path(sys.executable).with_name(command[0])
    code = subprocess.run([program, *command[1:]], cwd=ROOT, env=environment).returncode
    return code == 0 or (chosen and code == NOTHING_COLLECTED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
