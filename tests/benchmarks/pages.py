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
        "record list": "/records/patrols/",
        "record list, searched": f"/records/patrols/?q=700&quarter={province.approved.pk}",
    }


def entry_address(province: Province) -> str:
    return f"/returns/{province.current.unit.code}/{province.current.quarter.code}/patrols/add/"


def measure(province: Province):
    """Print one line a page."""
    print(f"{'':24}{'median':>10}{'slowest':>10}{'queries':>9}{'kB':>8}{'kB gzip':>9}")
    commander = client_of(province.commander)
    for name, address in addresses(province).items():
        _print_line(name, lambda address=address: commander.get(address), lambda: None)
    staff, entry = client_of(province.staff), entry_address(province)
    _print_line("entry form", lambda: staff.get(entry), lambda: None)
    before = Patrol.objects.count()
    _print_line("saving a record", lambda form: staff.post(entry, form), lambda: _filled(staff, entry, province))
    saved = Patrol.objects.count() - before
    assert saved == WARM_UP + RUNS + 1, f"Of {WARM_UP + RUNS + 1} records {saved} were saved."


def _print_line(name, ask, prepare):
    """``ask`` is timed with what ``prepare``, which is not, has made (or without, where that is None)."""

    def answer():
        made = prepare()
        start = time.perf_counter()
        response = ask(made) if made else ask()
        return response, (time.perf_counter() - start) * 1000

    for _ in range(WARM_UP):
        response, _ = answer()
    assert response.status_code in (200, 302), f"{name}: the answer was {response.status_code}."
    times = [answer()[1] for _ in range(RUNS)]
    made = prepare()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = ask(made) if made else ask()
    body = response.content
    raw = gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body
    print(
        f"{name:24}{statistics.median(times):>7.1f} ms{max(times):>7.1f} ms{len(queries):>9}"
        f"{len(raw) / 1000:>8.1f}{len(body) / 1000:>9.1f}"
    )


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
