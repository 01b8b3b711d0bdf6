"""`manage.py serve`, behind `make run`: bring database and static files up to date, then serve.

The sample province is loaded only into a database file that this start has just made.
"""

import errno
import hashlib
import signal
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from waitress.server import create_server

MAKE_ADMINISTRATOR = ".venv/bin/python manage.py createsuperuser"


class Command(BaseCommand):
    help = "Brings database and static files up to date and serves the application on HOST and PORT."

    def handle(self, **options):
        # Ends as Ctrl-C does: the server finishes the answers it has begun.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            # The port first: where another start has it, nothing else is touched.
            with listen(settings.HOST, settings.PORT) as listener:
                self.prepare()
                self.serve(listener)
        except KeyboardInterrupt:
            sys.exit(0)
        except OperationalError as refused:
            reason = str(refused).strip().splitlines()[0]
            raise CommandError(f"The database does not answer; start it, or mend DATABASE_URL. ({reason})") from None

    def prepare(self):
        """Bring database and static files up to date, and say who can sign in."""
        file = Path(connection.settings_dict["NAME"])
        makes_file = connection.vendor == "sqlite" and not file.exists()
        try:
            self.migrate()
            self.collect_static()
            if makes_file and settings.SAMPLE:
                call_command("load_sample", stdout=self.stdout)
            else:
                self.say_who_can_sign_in()
        except BaseException:
            # A first start that was interrupted leaves no half-made database: the next one is the first again.
            if makes_file:
                connection.close()
                for ending in ("", "-wal", "-shm", "-journal"):
                    Path(f"{file}{ending}").unlink(missing_ok=True)
            raise

    def migrate(self):
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"Bringing the database up to date ({len(plan)} migrations) ...")
            call_command("migrate", interactive=False, verbosity=0)

    def collect_static(self):
        """Collect and compress the static files, unless none has changed since that was last done."""
        stamp, print_now = settings.DATA_DIR / "static_fingerprint", static_fingerprint()
        collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists() and stamp.exists()
        if not collected or stamp.read_text() != print_now:
            self.stdout.write("Collecting the static files ...")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(print_now)

    def say_who_can_sign_in(self):
        if not get_user_model().objects.exists():
            self.stdout.write(f"Nobody can sign in yet. Make the first administrator: {MAKE_ADMINISTRATOR}")
        elif settings.SAMPLE_PASSWORD_FILE.exists():
            self.stdout.write(f"The password of the sample accounts is in {settings.SAMPLE_PASSWORD_FILE}")

    def serve(self, listener):
        server = create_server(
            get_internal_wsgi_application(),
            sockets=[listener],
            ident=None,
            # With HTTPS=yes the proxy in front says in a header that the person came by TLS.
            clear_untrusted_proxy_headers=not settings.HTTPS,
        )
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        self.stdout.write(f"Serving on http://{host}:{settings.PORT}/ (Ctrl-C ends it)")
        self.stdout.flush()
        server.run()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; CommandError in one sentence where it cannot."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as refused:
        if isinstance(refused, socket.gaierror) or refused.errno == errno.EADDRNOTAVAIL:
            words = f"{host} is no address of this machine; name one that is, as in: make run HOST=127.0.0.1"
        else:
            reasons = {errno.EADDRINUSE: "in use by another program", errno.EACCES: "not open to you"}
            reason = reasons.get(refused.errno or 0, refused.strerror)
            words = f"Port {port} is {reason}; choose another, as in: make run PORT={max(port, 8000) % 65535 + 1}"
        raise CommandError(words) from None


def static_fingerprint() -> str:
    """Return a digest that changes with every static file, its place in a package, and the way files are stored."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(repr((path, storage.path(path), state.st_size, state.st_mtime_ns)).encode())
    return digest.hexdigest()
