"""Every address of the application with a sample of its parts, and what each answers to each role, line by line."""

from django.urls import URLPattern, get_resolver, reverse

from activity.converters import QuarterCode
from activity.kinds import BY_SLUG

ROLES = ("nobody", "staff", "head", "stranger", "checker", "commander", "admin_user")
# What each address answers to nobody, staff, head, stranger (the head of another unit), checker, commander and an
# administrator without a unit, while the return is a draft with a patrol. POST sends an empty form.
ANSWERS = {
    ("login", "GET"): (200, 302, 302, 302, 302, 302, 302),
    ("login", "POST"): (200, 302, 302, 302, 302, 302, 302),
    ("set_language", "GET"): (302, 302, 302, 302, 302, 302, 302),
    ("set_language", "POST"): (302, 302, 302, 302, 302, 302, 302),
    ("healthz", "GET"): (200, 200, 200, 200, 200, 200, 200),
    ("healthz", "POST"): (405, 405, 405, 405, 405, 405, 405),
    ("shown_again", "GET"): (302, 302, 302, 302, 302, 302, 302),
    ("shown_again", "POST"): (302, 302, 302, 302, 302, 302, 302),
    ("logout", "GET"): (302, 405, 405, 405, 405, 405, 405),
    ("logout", "POST"): (302, 302, 302, 302, 302, 302, 302),
    ("password_change", "GET"): (302, 200, 200, 200, 200, 200, 200),
    ("password_change", "POST"): (401, 200, 200, 200, 200, 200, 200),
    ("start", "GET"): (302, 200, 200, 200, 200, 200, 302),
    ("start", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("latest_dashboard", "GET"): (302, 200, 200, 200, 200, 200, 404),
    ("latest_dashboard", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("dashboard", "GET"): (302, 200, 200, 200, 200, 200, 404),
    ("dashboard", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("latest_summary", "GET"): (302, 403, 403, 403, 200, 200, 403),
    ("latest_summary", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("summary", "GET"): (302, 403, 403, 403, 200, 200, 403),
    ("summary", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("returns", "GET"): (302, 200, 200, 200, 200, 200, 404),
    ("returns", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("return", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("return", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("return_submit", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_submit", "POST"): (401, 403, 302, 404, 403, 403, 404),
    ("return_send_back", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_send_back", "POST"): (401, 403, 403, 404, 302, 302, 404),
    ("return_approve", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_approve", "POST"): (401, 403, 403, 404, 403, 302, 404),
    ("return_amend", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_amend", "POST"): (401, 403, 302, 404, 403, 302, 404),
    ("return_withdraw", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_withdraw", "POST"): (401, 403, 302, 404, 403, 302, 404),
    ("return_extend", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_extend", "POST"): (401, 403, 403, 404, 403, 422, 404),
    ("return_version", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("return_version", "POST"): (401, 405, 405, 405, 405, 405, 405),
    # Of a second version, opened to amend the first; that has none before it.
    ("return_difference", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("return_difference", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("return_history", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("return_history", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("record_history", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("record_history", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("return_check", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_check", "POST"): (401, 403, 403, 404, 302, 403, 404),
    ("return_nothing", "GET"): (302, 302, 302, 404, 302, 302, 404),
    ("return_nothing", "POST"): (401, 302, 302, 404, 403, 403, 404),
    ("indicators", "GET"): (302, 200, 200, 404, 403, 403, 404),
    ("indicators", "POST"): (401, 302, 302, 404, 403, 403, 404),
    ("record_add", "GET"): (302, 200, 200, 404, 403, 403, 404),
    ("record_add", "POST"): (401, 422, 422, 404, 403, 403, 404),
    ("record", "GET"): (302, 200, 200, 404, 200, 200, 404),
    ("record", "POST"): (401, 422, 422, 404, 403, 403, 404),
    ("record_delete", "GET"): (302, 200, 200, 404, 403, 403, 404),
    ("record_delete", "POST"): (401, 409, 409, 404, 403, 403, 404),
    ("records", "GET"): (302, 200, 200, 200, 200, 200, 404),
    ("records", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("completeness", "GET"): (302, 403, 403, 403, 200, 200, 403),
    ("completeness", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("completeness_export", "GET"): (302, 403, 403, 403, 200, 200, 403),
    ("completeness_export", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("inbox", "GET"): (302, 200, 200, 200, 200, 200, 200),
    ("inbox", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("inbox_open", "GET"): (302, 302, 302, 302, 302, 302, 302),
    ("inbox_open", "POST"): (401, 404, 404, 404, 404, 404, 404),
    ("inbox_read", "GET"): (302, 302, 302, 302, 302, 302, 302),
    ("inbox_read", "POST"): (401, 302, 302, 302, 302, 302, 302),
    ("admin_password", "GET"): (302, 403, 403, 403, 403, 403, 302),
    ("admin_password", "POST"): (401, 405, 405, 405, 405, 405, 405),
    ("admin_door", "GET"): (302, 403, 403, 403, 403, 403, 302),
    ("admin_door", "POST"): (401, 405, 405, 405, 405, 405, 405),
}
# What changes once the return is submitted, and once it is approved. Whose step it is, but too late, is led back
# to the return and told so.
SUBMITTED = {
    ("return_submit", "POST"): (401, 403, 302, 404, 403, 403, 404),
    ("return_send_back", "POST"): (401, 403, 403, 404, 422, 422, 404),
    ("return_extend", "POST"): (401, 403, 403, 404, 403, 302, 404),
    ("return_approve", "POST"): (401, 403, 403, 404, 403, 302, 404),
    ("return_nothing", "POST"): (401, 302, 302, 404, 403, 403, 404),
    ("record_add", "GET"): (302, 302, 302, 404, 403, 403, 404),
    ("indicators", "GET"): (302, 302, 302, 404, 403, 403, 404),
    ("record_delete", "GET"): (302, 302, 302, 404, 403, 403, 404),
    ("record_delete", "POST"): (401, 302, 302, 404, 403, 403, 404),
}
APPROVED = SUBMITTED | {
    ("return_amend", "POST"): (401, 403, 422, 404, 403, 422, 404),
    ("return_send_back", "POST"): (401, 403, 403, 404, 302, 302, 404),
    ("return_approve", "POST"): (401, 403, 403, 404, 403, 302, 404),
    ("latest_dashboard", "GET"): (302, 302, 302, 200, 302, 302, 404),
    ("latest_summary", "GET"): (302, 403, 403, 403, 302, 302, 403),
}


def patterns(resolver, names=()):
    """Every pattern below ``resolver`` as (full name, pattern); the admin's unnamed ones go by their route."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or str(pattern.pattern)]), pattern
        else:
            yield from patterns(pattern, [*names, *filter(None, [pattern.namespace])])


EVERY = dict(patterns(get_resolver()))
OURS = {name: pattern for name, pattern in EVERY.items() if not name.startswith("admin:")}
OF_A_UNIT = [name for name, pattern in OURS.items() if "unit" in pattern.pattern.converters]


def address(name, **values):
    """The address of that name about the patrol of the published quarter; KeyError for a part without a sample."""
    samples = {
        "unit": "tra-linh",
        "quarter": QuarterCode(2024, 1),
        "kind": BY_SLUG["patrols"],
        "pk": 1,
        "version": 2 if name == "return_difference" else 1,
    } | values
    return reverse(name, kwargs={part: samples[part] for part in OURS[name].pattern.converters})
