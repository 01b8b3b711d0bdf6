"""Server time, queries and bytes of the pages that people wait for: medians over a warm application."""

import gzip
import statistics
import time
from html.parser import HTMLParser

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Patrol, User

from .province import Province

WARM_UP, RUNS = 3, 21


def client_of(user: User) -> Client:
    """Somebody signed in, whose browser takes compressed answers."""
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    client.force_login(user)
    return client


def addresses(province: Province) -> dict[str, str]:
    """Each page that a commander waits for, by its name."""
    code = province.approved.code
    return {
        "dashboard": f"/dashboard/{code}/",
        "summary": f"/summary/{code}/",
        "completeness, 40 quarters": "/completeness/?quarters=all",
        "return": f"/returns/{province.current.unit.code}/{code}/",
        "record list": "/records/patrols/",
        "record list, searched": f"/records/patrols/?text=700&quarter={code}",
    }


def entry_address(province: Province) -> str:
    return f"/returns/{province.current.unit.code}/{province.current.quarter.code}/patrols/add/"


def measure(province: Province):
    """Print one line a page."""
    read(province)
    staff, entry = client_of(province.staff), entry_address(province)
    _print_line("entry form", lambda: staff.get(entry))
    # Each form is a new record; filling them in is not part of the time.
    forms = [_filled(staff, entry, province) for _ in range(WARM_UP + RUNS + 1)]
    to_send, before = iter(forms), Patrol.objects.count()
    _print_line("saving a record", lambda: staff.post(entry, next(to_send)))
    saved = Patrol.objects.count() - before
    if saved != len(forms):
        raise SystemExit(f"Of {len(forms)} records {saved} were saved.")


def read(province: Province):
    """Print one line for each page that a commander waits for."""
    print(f"{'':24}{'median':>10}{'slowest':>10}{'queries':>9}{'kB':>8}{'kB gzip':>9}")
    commander = client_of(province.commander)
    for name, address in addresses(province).items():
        _print_line(name, lambda address=address: commander.get(address))


def _print_line(name: str, ask):
    """Print what ``ask``, which sends one request, takes and brings."""
    for _ in range(WARM_UP):
        ask()
    times = [_milliseconds(ask) for _ in range(RUNS)]
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    if response.status_code not in (200, 302):
        raise SystemExit(f"{name}: the answer was {response.status_code}.")
    sent = response.content
    page = gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent
    print(
        f"{name:24}{statistics.median(times):>7.1f} ms{max(times):>7.1f} ms{len(queries):>9}"
        f"{len(page) / 1000:>8.1f}{len(sent) / 1000:>9.1f}"
    )


def _milliseconds(ask) -> float:
    start = time.perf_counter()
    ask()
    return (time.perf_counter() - start) * 1000


class _HiddenFields(HTMLParser):
    """The hidden fields of a page's forms, by name."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attrs):
        field = dict(attrs)
        if tag == "input" and field.get("type") == "hidden":
            self.found[field["name"]] = field.get("value", "")


def _filled(client, entry, province) -> dict[str, str]:
    """A new form for a patrol, filled in: with the hidden fields that the page sent."""
    page = client.get(entry, headers={"accept-encoding": "identity"})
    hidden = _HiddenFields()
    hidden.feed(page.content.decode())
    day = f"{province.current.quarter.first_day:%d/%m/%Y}"
    return hidden.found | {"date": day, "form": "unilateral", "times": "2", "participant_turns": "1.024"}
