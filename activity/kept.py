"""What was typed into a form that could not be taken: carried by the next page, then by the session of who signs in.

Nothing is stored for people who have not signed in, and nothing is saved: the form is shown again with all of it.
"""

from django.core import signing
from django.http import QueryDict

SALT, MOST_DAYS = "typed", 7
# Twice what a case with a hundred exhibits holds; what is longer is not carried.
MOST_LETTERS = 60_000
# Forms shown again at one sign-in: the last ones.
MOST_FORMS = 5
# Of these forms nothing is to be shown again.
NEVER = {"login", "logout", "set_language", "shown_again"}


def carried(request) -> str:
    """What was typed, signed, with the address it was sent to: the value of one hidden field; empty for nothing.

    Passwords are never in it. A page that carries something already hands that on.
    """
    if before := request.POST.get("typed", ""):
        return before if _read(before) else ""
    if request.resolver_match.url_name in NEVER:
        return ""
    typed = [(name, values) for name, values in request.POST.lists() if not _is_secret(name)]
    if sum(len(name) + sum(map(len, values)) for name, values in typed) > MOST_LETTERS:
        return ""
    return signing.dumps([request.path, typed], salt=SALT, compress=True)


def _is_secret(name) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name


def shown_at(request, carried: str) -> str | None:
    """Put what a page carried into the session and return the address that shows it; None where it is not ours."""
    found = _read(carried)
    if found is None:
        return None
    path, typed = found
    others = {there: form for there, form in request.session.get("typed", {}).items() if there != path}
    request.session["typed"] = dict([*others.items(), (path, typed)][-MOST_FORMS:])
    return f"{path}?typed"


def typed_before(request) -> QueryDict | None:
    """What is to be shown again at this address, as a form would send it; None for a plain look."""
    typed = request.session.get("typed", {}).get(request.path) if "typed" in request.GET else None
    if typed is None or request.method == "POST":
        return None
    again = QueryDict(mutable=True)
    for name, values in typed:
        again.setlist(name, values)
    return again


def forget(request) -> None:
    """Drop what was kept for this address: it has been saved."""
    if request.session.get("typed", {}).pop(request.path, None) is not None:
        request.session.modified = True


def _read(carried: str):
    try:
        return signing.loads(carried, salt=SALT, max_age=MOST_DAYS * 86_400)
    except signing.BadSignature:
        return None
