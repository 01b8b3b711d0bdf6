"""What people type into the form of a record, and what the page answers."""

import datetime
import uuid

from django.urls import reverse
from django.utils import timezone

from activity.kinds import BY_SLUG
from activity.models import Delegation, Indicator, OfficeSettings, Quarter, Redefinition, SectionDuty, Unit, User
from activity.models.choices import Role

from .reading import attribute, elements, one, page, text


def coming(days=9):
    """A day that lies so many days ahead, as it is typed."""
    return f"{timezone.localdate() + datetime.timedelta(days=days):%d/%m/%Y}"


# The least that a form of each kind asks for, in quý I/2024.
VALID = {
    "patrols": {"date": "05/03/2024", "form": "unilateral", "times": "1", "participant_turns": "6"},
    "propaganda": {
        "date": "05/03/2024",
        "form": "concentrated",
        "topic": "border_law",
        "times": "1",
        "listener_turns": "40",
    },
    "cases": {
        "date": "05/03/2024",
        "category": "illegal_crossing",
        "role": "lead",
        "stage": "detected",
        "cases": "1",
        "subjects": "2",
        "ownerless": "0",
        "outcome": "fined",
    },
    "projects": {
        "date": "05/03/2024",
        "code": "CL124",
        "level": "project",
        "owner": "own",
        "category": "drugs",
        "opened_on": "01/01/2020",
        "stage": "active",
    },
    "foreign-affairs": {"date": "05/03/2024", "event_type": "meeting", "level": "post", "times": "1"},
}


def exhibits(*rows, there=0):
    """The lines of exhibits below a case, of which the first ``there`` are in the database."""
    sent = {"rows-TOTAL_FORMS": str(len(rows)), "rows-INITIAL_FORMS": str(there)}
    for number, row in enumerate(rows):
        sent |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return sent


def typed(slug, **fields):
    """All that a browser sends of a form filled in with ``fields`` and else with the least."""
    return {"lineage": str(uuid.uuid4()), "revision": "1"} | exhibits() | VALID[slug] | fields


def address(unit_return, slug, record=None):
    """Where the form of a new record, or of one that exists, is sent."""
    where = [unit_return.unit.code, unit_return.quarter, BY_SLUG[slug]]
    return reverse("record", args=[*where, record.pk]) if record else reverse("record_add", args=where)


def add(client, unit_return, slug, **fields):
    """Send the form of a new record."""
    return client.post(address(unit_return, slug), typed(slug, **fields))


def refusal(response, field) -> str:
    """What a refused form says at ``field``; the summary above says the same and links to it."""
    assert response.status_code == 422, f"saved: {response}"
    root = page(response)
    at_field = text(one(root, "p", id=f"id_{field}_error"))
    summary = one(root, "div", id="errors")
    linked = [text(line) for line in elements(summary, "li") if f"#id_{field}" in links(line)]
    assert [line.partition(": ")[2] for line in linked] == [at_field], "the summary says something else"
    return at_field


def links(element):
    return [attribute(link, "href") for link in elements(element, "a")]


def shown(response, field) -> str:
    """What stands in a field of the page: the text of an input, or the value that is chosen."""
    (found,) = [e for e in elements(page(response), "input", "select") if attribute(e, "id") == f"id_{field}"]
    if found.name == "input":
        return attribute(found, "value") or ""
    return next(attribute(option, "value") for option in elements(found, "option") if chosen(option))


def chosen(option):
    return any(name == "selected" for name, _ in option.attributes)


# The least that the forms of the admin ask for.
ADMIN_FORMS = {
    OfficeSettings: {"reason": "Quyết định số 3"},
    Quarter: {
        "year": "2024",
        "number": "1",
        "first_day": "15/12/2023",
        "last_day": "14/03/2024",
        "due_day": "18/03/2024",
    },
    Unit: {
        "name": "Đồn Biên phòng Ngọc Côn",
        "short_name": "Đồn BP Ngọc Côn",
        "code": "ngoc-con",
        "kind": "post",
        "position": "3",
        "reports": "on",
        "reports_from": "15/12/2023",
    },
    User: {"username": "nam", "role": Role.STAFF, "usable_password": "false"},
    Delegation: {
        "role": Role.HEAD,
        "first_day": "05/03/2024",
        "last_day": "15/03/2024",
        "reason": "Quyết định số 12/QĐ-BCH",
    },
    SectionDuty: {"kind": "cases"},
    Indicator: {
        "name": "Vũ khí thu gom",
        "section": "border",
        "counted_in": "khẩu",
        "number": "whole",
        "least": "0",
        "position": "20",
    },
    Redefinition: {"definition": "Cả súng tự chế", "words": "cả súng tự chế"},
}


def sent_to_admin(client, model, **fields):
    name = f"admin:activity_{model._meta.model_name}_add"
    return client.post(reverse(name), ADMIN_FORMS[model] | fields)


def sent_of(form) -> dict:
    """What a browser sends of a form on a page: the value of each field; of buttons none."""
    sent = {}
    for field in elements(form, "input", "select", "textarea"):
        name, sort = attribute(field, "name"), attribute(field, "type")
        if "__prefix__" in (name or ""):
            continue  # of the line that a script would add
        ticked = any(key == "checked" for key, _ in field.attributes)
        if field.name == "textarea":
            sent[name] = text(field)
        elif field.name == "select":
            sent[name] = next((attribute(e, "value") for e in elements(field, "option") if chosen(e)), "")
        elif name and (sort not in {"checkbox", "radio"} or ticked):
            sent[name] = attribute(field, "value") or ("on" if sort == "checkbox" else "")
    return sent
