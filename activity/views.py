"""Pages of entry and of reading: a unit's returns, one return, a record's form, lists of records."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from . import permissions
from .access import asked_quarter, begun_quarters, visible_record, visible_return, visible_units
from .filters import record_filter
from .forms import AmendForm, ExtensionForm, SendBackForm, record_form, rows_form
from .kinds import KINDS
from .models.record import ReturnLocked
from .models.returns import UnitReturn
from .return_page import return_context
from .states import rows
from .tables import CountedPages, read_back, record_table, totals

PAGE_SIZES = (25, 50, 100)


@require_safe
def returns(request):
    """The returns of a quarter, unit by unit; for people of one unit, their own, quarter by quarter."""
    units = visible_units(request.user)
    quarters = begun_quarters(request)
    by_unit = len(units) > 1
    quarter = asked_quarter(request)
    shown = [quarter] if by_unit and quarter else quarters
    listed = rows(units, shown, timezone.localdate(), progress=True)
    context = {
        "rows": listed,
        "by_unit": by_unit,
        "quarter": quarter,
        "is_sample": any(row.unit_return.is_sample for row in listed if row.unit_return),
    }
    return render(request, "activity/returns.html", context)


@require_safe
def return_page(request, unit, quarter):
    """One return: its kinds with totals and records, its steps, and how it came about."""
    return show_return(request, visible_return(request.user, unit, quarter, UnitReturn.objects.for_page(request.user)))


@require_safe
def return_version(request, unit, quarter, version):
    """One version of a return, to read: superseded ones stay for ever."""
    returns = UnitReturn.objects.for_page(request.user)
    return show_return(request, visible_return(request.user, unit, quarter, returns, version=version))


def show_return(request, unit_return, forms=None, status=200):
    """The page of a return; ``forms`` are those that come back with errors, by action."""
    context = return_context(request, unit_return)
    fresh = {"send_back": SendBackForm, "amend": AmendForm, "extend": ExtensionForm}
    forms = {action: (forms or {}).get(action) or form() for action, form in fresh.items()}
    return render(request, "activity/return.html", context | {"forms": forms}, status=status)


def record_add(request, unit, quarter, kind):
    """A form for a new record; ``?continue=0`` fills in the first of those that earlier quarters left open."""
    unit_return = visible_return(request.user, unit, quarter)
    record = kind.model(unit_return=unit_return)
    if request.method == "POST":
        return _save_record(request, kind, record)
    if refused := refused_entry(request, unit_return):
        return refused
    offered = {str(number): earlier for number, earlier in enumerate(kind.model.offered(unit_return))}
    record = offered.get(request.GET.get("continue", ""), record)
    form, form_rows = _forms(kind, record)
    return _show_form(request, kind, record, form, form_rows, offered=offered)


def record_edit(request, unit, quarter, kind, pk):
    """A record's form; for who may not edit it, the record to read."""
    record = visible_record(request.user, unit, quarter, kind, pk)
    if request.method == "POST":
        return _save_record(request, kind, record)
    return _show_form(request, kind, record, *_forms(kind, record))


def record_delete(request, unit, quarter, kind, pk):
    """Ask once, then delete."""
    record = visible_record(request.user, unit, quarter, kind, pk)
    unit_return = record.unit_return
    if refused := refused_entry(request, unit_return):
        return refused
    if request.method == "POST":
        try:
            record.delete()
        except ReturnLocked as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, _("Deleted: %(record)s.") % {"record": record})
        return redirect(unit_return)
    context = {"record": record, "kind": kind, "unit_return": unit_return, "is_sample": unit_return.is_sample}
    return render(request, "activity/record_delete.html", context)


def refused_entry(request, unit_return):
    """Lead back to a return that can no longer be entered, saying why; None where it can.

    Raises PermissionDenied for whoever never enters this unit's records.
    """
    if not permissions.has_part(request.user, "enter", unit_return):
        raise PermissionDenied
    if permissions.may(request.user, "enter", unit_return):
        return None
    if unit_return.is_open_for_entry:
        messages.error(request, _("This quarter has not begun."))
    else:
        messages.error(request, ReturnLocked(closed=unit_return.is_draft).messages[0])
    return redirect(unit_return)


def _forms(kind, record, data=None):
    form = record_form(kind)(data, instance=record)
    make_rows = rows_form(kind)
    return form, make_rows(data, instance=record, prefix="rows") if make_rows else None


def _save_record(request, kind, record):
    """Save what was typed; whatever refuses it, the form comes back with all of it."""
    unit_return = record.unit_return
    if not permissions.has_part(request.user, "enter", unit_return):
        raise PermissionDenied
    form, form_rows = _forms(kind, record, request.POST)
    if status := _refused(record, form, form_rows):
        return _show_form(request, kind, record, form, form_rows, status=status)
    try:
        with transaction.atomic():
            unit_return.begin()
            if not record.made_before:
                with UnitReturn.objects.written({unit_return.pk}, kind.slug):
                    form.save()
                    if form_rows is not None:
                        form_rows.save()
    except ReturnLocked as refused:
        form.add_error(None, refused.messages[0])
        return _show_form(request, kind, record, form, form_rows, status=409)
    except IntegrityError:
        # Somebody was faster: with this very form, sent twice at once, or with the same code.
        if record.pk or not unit_return.records(kind).filter(lineage=record.lineage).exists():
            form, form_rows = _forms(kind, record, request.POST)
            if form.is_valid():
                form.add_error(None, _("Somebody saved at the same moment. Nothing was saved; save again."))
            return _show_form(request, kind, record, form, form_rows, status=422)
    _say_what_was_saved(request, kind, record, form_rows.kept() if form_rows else ())
    if "another" in request.POST:
        return redirect("record_add", unit_return.unit.code, unit_return.quarter, kind)
    return redirect(f"{unit_return.get_absolute_url()}#{kind.slug}")


def _refused(record, form, form_rows) -> int | None:
    """The status of an answer to a form that is not to be saved; None for one that is."""
    if not all([form.is_valid(), form_rows is None or form_rows.is_valid()]):
        return 409 if form.has_error(NON_FIELD_ERRORS, "locked") else 422
    if record.made_before and form_rows is not None and form_rows.differ_from(record.made_before):
        form.ask_what_is_meant()
        return 422
    return None


def _say_what_was_saved(request, kind, record, rows):
    """Read the figures back as they were understood, and say what looks odd about them."""
    if record.pk is None:  # sent again: the record that was saved before
        record = record.unit_return.records(kind).get(lineage=record.lineage)
    done = _("Saved: %(record)s (%(figures)s).")
    messages.success(request, done % {"record": record, "figures": read_back(kind, record, rows)})
    for words in record.warnings():
        messages.warning(request, words)


def _show_form(request, kind, record, form, form_rows, status=200, offered=None):
    unit_return = record.unit_return
    context = {
        "kind": kind,
        "record": record,
        "form": form,
        "rows": form_rows,
        "offered": offered,
        "unit_return": unit_return,
        # What was typed is shown again even where it came too late.
        "may_edit": form.is_bound or permissions.may(request.user, "enter", unit_return),
        "is_sample": unit_return.is_sample,
    }
    return render(request, "activity/record.html", context, status=status)


@require_safe
def records(request, kind):
    """All records of a kind that the person may see: filtered, sorted, paged, summed."""
    units = visible_units(request.user)
    visible = kind.model.objects.of_units(units)
    found = record_filter(kind)(request.GET, visible, units=units, quarters=begun_quarters(request))
    listed = found.qs.select_related("unit_return__unit", "unit_return__quarter")
    returns = None
    if found.whole_returns is not None:
        returns = UnitReturn.objects.of_units(units).filter(**found.whole_returns)
    whole = totals(kind, found.qs, returns)
    table = record_table(kind)(listed, sums=whole.sums, exclude=() if len(units) > 1 else ("unit",))
    RequestConfig(request, paginate=False).configure(table)
    # Rows that are equal in the sorted column keep one order from page to page.
    table.data.data = table.data.data.order_by(*table.data.data.query.order_by, "-date", "-pk")
    size = _page_size(request)
    table.paginate(CountedPages, per_page=size, count=whole.count)
    table.page = table.paginator.get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "kinds": KINDS,
        "filter": found,
        "table": table,
        "page_sizes": PAGE_SIZES,
        "page_size": size,
        "is_sample": whole.has_sample,
    }
    response = render(request, "activity/records.html", context)
    if "per_page" in request.GET:
        response.set_cookie("per_page", str(size), max_age=31_536_000, samesite="Lax")
    return response


def _page_size(request):
    """The page size asked for, else the one remembered, else the smallest."""
    asked = request.GET.get("per_page") or request.COOKIES.get("per_page")
    return next((size for size in PAGE_SIZES if str(size) == asked), PAGE_SIZES[0])
