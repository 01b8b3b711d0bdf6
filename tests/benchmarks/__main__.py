"""`python -m tests.benchmarks`, behind `make bench`: the province of ten years on each database of this machine.

Every database has a process of its own, since Django knows one; it is called with the word `here`.
"""

import gc
import os
import subprocess
import sys
import tempfile
import time

from .. import postgresql
from ..machine import postgresql_programs


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        code = _measured("SQLite", {"DATA_DIR": data})
    if not postgresql_programs():
        print('Left out: PostgreSQL; "apt install postgresql" adds it.')
        return code
    with tempfile.TemporaryDirectory() as data, postgresql.server() as url:
        return _measured("PostgreSQL", {"DATA_DIR": data, "DATABASE_URL": url}) or code


def _measured(name: str, environment: dict[str, str]) -> int:
    print(f"== {name}", flush=True)
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.benchmarks", "here"]
    return subprocess.run(command, env={**inherited, "SAMPLE": "no", **environment}).returncode


def measure_here():
    """Build the province in the database that the environment names, and measure it."""
    import django
    from django.core.management import call_command
    from django.db import connection, connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from . import browser, pages, province

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    start = time.perf_counter()
    built = province.built()
    print(f"{'building the province':24}{time.perf_counter() - start:>8.1f} s")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what a running server does by itself within minutes
    # A server holds nothing of the building: no garbage to be looked through, no log of SQLite to be read past.
    connections.close_all()
    gc.collect()
    gc.freeze()
    pages.measure(built)
    made = province.with_successions(built)
    print(f"with {made} successions of units")
    pages.read(built)
    print(f"and {province.with_indicators()} indicators")
    pages.read(built)
    browser.measure(built)


if __name__ == "__main__":
    sys.exit(measure_here() if sys.argv[1:] == ["here"] else main())
