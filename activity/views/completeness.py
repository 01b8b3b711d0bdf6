"""The page of who has handed in what, and the same facts as a file."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from ..access import asked_choice, begun_quarters, visible_units
from ..completeness import legend, make_grid, table
from ..csv_files import csv_file
from ..models.history import write_export
from ..permissions import RIGHTS, may_at_all
from ..states import rows

# Two years stand on the office's screen without crowding.
QUARTERS_SHOWN = 8
CHOICES = {"8": QUARTERS_SHOWN, "16": 2 * QUARTERS_SHOWN, "all": None}


@require_safe
def completeness(request):
    """Who has handed in what, unit by quarter: the last two years, or as many quarters as are asked for."""
    units, quarters, listed, asked = _asked(request)
    begun = len(begun_quarters(request))
    context = {
        "grid": make_grid(listed, units, quarters),
        "legend": legend(),
        "asked": asked,
        "choices": [code for code, most in CHOICES.items() if code == "8" or begun > (most or QUARTERS_SHOWN)],
        "is_sample": any(row.unit_return.is_sample for row in listed if row.unit_return),
    }
    return render(request, "activity/completeness.html", context)


@require_GET
def completeness_export(request):
    """The same facts as a CSV file; that they left is written down before they do."""
    units, quarters, listed, asked = _asked(request)
    span = f"{quarters[-1].code}-{quarters[0].code}" if quarters else ""
    with transaction.atomic():
        write_export(
            _("Completeness of returns"),
            quarters=span,
            units=len(units),
            as_deputy=request.user.deputises(None, *RIGHTS["read_completeness"].roles),
        )
        content = csv_file(table(listed, units, quarters))
    name = " ".join(filter(None, [_("Completeness of returns"), span]))
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=f"{name}.csv")}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request):
    """The units that the person sees, the quarters asked for (newest first), their rows, and what was asked.

    Raises PermissionDenied for who answers for one unit alone, Http404 for a span that is not offered.
    """
    if not may_at_all(request.user, "read_completeness"):
        raise PermissionDenied
    asked = asked_choice(request, "quarters", CHOICES) or "8"
    units, quarters = visible_units(request.user), begun_quarters(request)[: CHOICES[asked]]
    return units, quarters, rows(units, quarters, timezone.localdate()), asked
