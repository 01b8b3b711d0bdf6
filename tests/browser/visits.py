"""The browsers of people: signed in without the form of sign-in, and watched."""

from contextlib import contextmanager

from django.conf import settings
from django.test import Client

from activity.models import User

from .watch import Watch

DESK = {"width": 1366, "height": 768}
TELEPHONE = {"width": 390, "height": 844}


def sign_in(context, office, name):
    client = Client()
    client.force_login(User.objects.get(username=name))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": office}])


@contextmanager
def visits(new_context, office):
    """Yield `visit(name=None, **looks)`: a page of a browser of its own, signed in where a name is given.

    The browser wishes English, as Chromium does by itself. At the end of the block it is asked what it did: no other
    host, no error of a script, nothing that the policy refused.
    """
    contexts, watches = [], []

    def visit(name=None, **looks):
        context = new_context(**{"viewport": DESK, "locale": "en-US"} | looks)
        contexts.append(context)
        watches.append(Watch(context, office))
        if name:
            sign_in(context, office, name)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, faults
