"""Pages of what was changed: of one record in all versions of its return, and of a whole return."""

from functools import reduce

from django.core.paginator import Paginator
from django.db.models import Q, Value
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..access import asked_choice, visible_record, visible_return
from ..changes import change_of
from ..kinds import ALL_KINDS, BY_SLUG
from ..models.extension import Extension
from ..models.history import Action, History
from ..models.returns import UnitReturn

PER_PAGE = 50


@require_safe
def record_history(request, unit, quarter, kind, pk):
    """All that happened to a record and its rows, in all versions of its return."""
    record = visible_record(request.user, unit, quarter, kind, pk)
    versions = _versions(record.unit_return)
    found = History.objects.filter(lineage=record.lineage, unit_return__in=versions)
    context = {"kind": kind, "record": record} | _page(request, found, versions)
    return _show(request, record.unit_return, context)


@require_safe
def return_history(request, unit, quarter):
    """All that happened to a return and its records, also to those that are gone; ``?kind=`` leaves one kind.

    The copies that a new version begins with are told by each record's own history: here they would bury the rest.
    """
    unit_return = visible_return(request.user, unit, quarter)
    versions = {version.pk: version for version in unit_return.versions}
    given = Extension.objects.filter(unit=unit_return.unit, quarter=unit_return.quarter)
    found = History.objects.filter(Q(unit_return__in=versions) | Q(model="extension", row__in=given.values("pk")))
    found = found.exclude(action=Action.COPIED)
    kind = BY_SLUG.get(asked_choice(request, "kind", BY_SLUG))
    if kind:
        found = found.filter(model__in=[kind.key, *([kind.rows._meta.model_name] if kind.rows else [])])
    page = _page(request, found, versions, linked=True)
    return _show(request, unit_return, {"kinds": ALL_KINDS, "asked": kind, "has_copies": len(versions) > 1} | page)


def _versions(unit_return):
    versions = UnitReturn.objects.filter(unit=unit_return.unit, quarter=unit_return.quarter)
    return {version.pk: version for version in versions}


def _page(request, found, versions, *, linked=False) -> dict:
    """A page of ``found`` as changes; ``linked`` ones lead to the history of the record that they are of."""
    page = Paginator(found.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    records = _records_of(page.object_list, versions) if linked else {}
    changes = [
        change_of(
            entry,
            version=versions[entry.unit_return_id].version if len(versions) > 1 and entry.unit_return_id else None,
            address=records.get(entry.lineage),
        )
        for entry in page.object_list
    ]
    return {"page": page, "changes": changes}


def _records_of(entries, versions) -> dict:
    """The address of the history of each record that still stands in some version, by its lineage; one query."""
    lineages = {entry.lineage for entry in entries if entry.lineage}
    if not lineages:
        return {}
    standing = [
        kind.model.objects.filter(unit_return__in=versions, lineage__in=lineages)
        .order_by()
        .values_list("lineage", "pk", "unit_return", Value(kind.slug))
        for kind in ALL_KINDS
    ]
    rows = reduce(lambda found, more: found.union(more, all=True), standing)
    newest_last = sorted(rows, key=lambda row: row[1])
    return {
        lineage: _address(versions[unit_return], BY_SLUG[slug], pk) for lineage, pk, unit_return, slug in newest_last
    }


def _address(unit_return, kind, pk) -> str:
    return reverse("record_history", args=[unit_return.unit.code, unit_return.quarter, kind, pk])


def _show(request, unit_return, context):
    context |= {"unit_return": unit_return, "is_sample": unit_return.is_sample}
    return render(request, "activity/history.html", context)
