"""The same pages in a cold Chromium, against a server started as `make run` starts it; and that server's memory."""

import os
import socket
import statistics
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from ..machine import chromium
from .pages import addresses, client_of, entry_address
from .province import Province

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 9

# Notes when the last SVG was put into the page and could be painted.
NOTE_LAST_CHART = """
    window.charts = 0;
    new MutationObserver(() => {
        const now = document.querySelectorAll("main svg").length;
        if (now > window.charts) {
            window.charts = now;
            requestAnimationFrame(() => { window.lastChart = performance.now(); });
        }
    }).observe(document, {childList: true, subtree: true});
"""
WHEN_SEEN = """() => Math.max(
    window.lastChart || 0, ...performance.getEntriesByName("first-contentful-paint").map(paint => paint.startTime)
)"""


def measure(province: Province):
    """Print what the live server sends, when the last chart stands, and what memory it takes."""
    with live_server() as (address, pid):
        if executable := chromium():
            _measure_in(executable, address, province)
        else:
            print('Left out: the pages in a cold browser; "apt install chromium" adds them.')
        rss = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607
        print(f"{'memory of the server':24}{int(rss) / 1024:>7.0f} MB")


@contextmanager
def live_server():
    """Serve the same database on a free port; yields the address and the process id."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = os.environ | {"HOST": "127.0.0.1", "PORT": str(port), "SAMPLE": "no"}
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            while (line := process.stdout.readline()) and not line.startswith("Serving on"):
                pass
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def _measure_in(executable, address, province):
    from playwright.sync_api import sync_playwright

    # Signed in beforehand: inside Playwright's loop Django refuses its own database calls.
    commander, staff = (_session(user) for user in (province.commander, province.staff))
    pages = addresses(province)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name in ("dashboard", "summary"):
            visits = [_first_visit(browser, commander, address, pages[name]) for _ in range(RUNS)]
            seen = statistics.median(visit["seen"] for visit in visits)
            print(f"{name + ', cold browser':24}{seen:>7.0f} ms  {visits[-1]['charts']} charts  {visits[-1]['kB']}")
        first, repeat = _two_visits(browser, staff, address, entry_address(province))
        print(f"{'entry form, first visit':24}{first}\n{'entry form, again':24}{repeat}")
        browser.close()


def _session(user):
    return client_of(user).cookies[settings.SESSION_COOKIE_NAME].value


def _opened(browser, session, address):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    context.add_init_script(NOTE_LAST_CHART)
    return context


def _visit(context, url) -> tuple[dict, str]:
    """Open ``url`` in a new page; returns when the last chart was seen, and what was transferred."""
    page = context.new_page()
    transferred = _Transferred(context.new_cdp_session(page))
    page.goto(url, wait_until="load")
    page.wait_for_timeout(100)
    seen = {"seen": page.evaluate(WHEN_SEEN), "charts": page.evaluate("window.charts")}
    page.close()
    return seen, str(transferred)


def _first_visit(browser, session, address, path):
    context = _opened(browser, session, address)
    seen, transferred = _visit(context, address + path)
    context.close()
    return seen | {"kB": transferred}


def _two_visits(browser, session, address, path):
    context = _opened(browser, session, address)
    first, repeat = (_visit(context, address + path)[1] for _ in range(2))
    context.close()
    return first, repeat


class _Transferred:
    """The bytes that a page's requests took on the wire: faces, Plotly's script, and all the rest."""

    def __init__(self, devtools):
        self._kinds, self._bytes = {}, {"page": 0, "faces": 0, "plotly": 0}
        devtools.on("Network.responseReceived", self._received)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.send("Network.enable")

    def _received(self, event):
        plotly = "/plotly.min." in event["response"]["url"]  # whether run or only fetched ahead
        self._kinds[event["requestId"]] = "plotly" if plotly else "faces" if event["type"] == "Font" else "page"

    def _finished(self, event):
        self._bytes[self._kinds.get(event["requestId"], "page")] += event["encodedDataLength"]

    def __str__(self):
        words = {"page": "besides the faces", "faces": "of faces", "plotly": "of Plotly"}
        return ", ".join(f"{self._bytes[kind] / 1000:.1f} kB {words[kind]}" for kind in words)
