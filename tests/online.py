"""People at a real server: each with a session of their own, pressing buttons of pages that they have opened."""

import threading
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from .factories import PASSWORD
from .reading import attribute, elements, one, parsed, text

# Nobody waits longer, whatever goes wrong.
SECONDS = 30


@dataclass(frozen=True)
class Form:
    """A form as it stood in a page: where it goes, and what it holds."""

    address: str
    fields: dict


@dataclass(frozen=True)
class Answer:
    """What came of a request: its status, and the page that it ended on."""

    status: int
    html: str

    @property
    def page(self):
        return parsed(self.html)

    @property
    def told(self) -> list[str]:
        """The kinds of the messages on the page: success, error, warning."""
        lists = [e for e in elements(self.page, "ul") if attribute(e, "class") == "messages"]
        return [attribute(item, "class") for found in lists for item in elements(found, "li")]

    @property
    def said(self) -> str:
        return text(one(self.page, "main"))


class Person:
    """Somebody who has signed in over the wire."""

    def __init__(self, live_server, user):
        self.address, self.cookies = ("127.0.0.1", live_server.thread.port), {}
        signing_in = self.opens("/sign-in/", "")
        _answer, self.cookies = self._ask(signing_in, username=user.username, password=PASSWORD)
        assert "sessionid" in self.cookies

    def reads(self, path) -> Answer:
        return self._request("GET", path, dict(self.cookies))

    def opens(self, path, action) -> Form:
        """Open a page and take from it the form whose address ends so; an empty one is the page's own."""
        answer = self.reads(path)
        forms = elements(answer.page, "form")
        (found,) = [form for form in forms if (attribute(form, "action") or path).endswith(action or path)]
        return Form(attribute(found, "action") or path, dict(_fields(found)))

    def sends(self, form, /, **typed) -> Answer:
        """Send a form with what was typed into it, and look at where that leads."""
        return self._ask(form, **typed)[0]

    def presses(self, path, action, /, **typed) -> Answer:
        return self.sends(self.opens(path, action), **typed)

    def _ask(self, form, /, **typed):
        # A copy: requests sent at once do not read each other's messages.
        cookies = dict(self.cookies)
        answer = self._request("POST", form.address, cookies, urlencode(form.fields | typed, doseq=True))
        return answer, cookies

    def _request(self, method, path, cookies, body=None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(*self.address, timeout=SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            html = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", ()):
            cookies |= {name: morsel.coded_value for name, morsel in SimpleCookie(line).items()}
            self.cookies.setdefault("csrftoken", cookies.get("csrftoken", ""))
        if response.status == 302:
            led_to = urlsplit(response.headers["Location"])
            return Answer(302, self._request("GET", led_to.path, cookies).html)
        return Answer(response.status, html)


def _fields(form):
    """The name and value of each field of a form, as a browser would send them; of buttons none."""
    for field in elements(form, "input", "select", "textarea"):
        name, kind = attribute(field, "name"), attribute(field, "type")
        if field.name == "textarea":
            yield name, text(field)
        elif field.name == "select":
            chosen = [e for e in elements(field, "option") if "selected" in dict(e.attributes)]
            yield name, attribute(chosen[0], "value") if chosen else ""
        elif name and (kind not in {"checkbox", "radio"} or "checked" in dict(field.attributes)):
            yield name, attribute(field, "value") or ""


def at_once(*acts):
    """Let each act run in a thread of its own and return what each gave."""
    gave: list = [None] * len(acts)

    def run(place, act):
        gave[place] = act()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * SECONDS)
    assert None not in gave, "somebody got no answer"
    return gave


def meeting(monkeypatch, owner, name, people):
    """Make who calls ``name`` of ``owner`` wait until ``people`` do: all have read before any of them writes."""
    call, all_there = getattr(owner, name), threading.Event()
    gate = threading.Barrier(people, action=all_there.set, timeout=SECONDS)

    def meet(*args, **kwargs):
        if not all_there.is_set():
            gate.wait()
        return call(*args, **kwargs)

    monkeypatch.setattr(owner, name, meet)


class Pause:
    """Hold who first calls ``name`` of ``owner`` until `go_on`."""

    def __init__(self, monkeypatch, owner, name):
        self.reached, self.go_on = threading.Event(), threading.Event()
        call = getattr(owner, name)

        def held(*args, **kwargs):
            self.reached.set()
            assert self.go_on.wait(SECONDS)
            return call(*args, **kwargs)

        monkeypatch.setattr(owner, name, held)

    def during(self, act, meanwhile):
        """Begin ``act``, do ``meanwhile`` while it is held, let it go on, and return what it gave."""

        def interrupts():
            try:
                assert self.reached.wait(SECONDS)
                meanwhile()
            finally:
                self.go_on.set()
            return True

        return at_once(act, interrupts)[0]
