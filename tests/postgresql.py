"""A PostgreSQL server of the tests' own: in a temporary folder, reached through a socket in it, gone afterwards."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from .machine import postgresql_programs

# Nothing here outlives the tests, so nothing needs to reach the disk.
CAREFREE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield its DATABASE_URL; it is stopped and its folder removed however the block ends."""
    programs = postgresql_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed.")
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        log = folder / "log"
        as_owner = _not_root(folder)

        def run(program, *arguments):
            command = [programs / program, "-D", folder / "data", *arguments]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **as_owner)

        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        try:
            run("pg_ctl", "start", "-w", "-l", log, "-o", f"-k {folder} -c listen_addresses='' {CAREFREE}")
            yield f"postgres://postgres@{quote(name, safe='')}/postgres"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")


def _not_root(folder: Path) -> dict:
    """Return how a subprocess becomes the owner of ``folder``: where we are root, somebody else."""
    if os.geteuid():
        return {}
    # PostgreSQL refuses to be run by root.
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = names.get("postgres") or names["nobody"]
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
