"""Pages of entry: the form of a record, and what comes back of it."""

import copy
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from .. import permissions
from ..access import refused_entry, visible_record, visible_return
from ..changes import as_read, change_of
from ..clash import as_new, as_sent, chosen_data, clash_of, over_what_stands
from ..fields import Revision, carried_number
from ..forms import record_form, refuse_stranger, rows_form
from ..kept import forget, typed_before
from ..models.history import Stale, together
from ..models.record import ReturnLocked, last_of_each
from ..models.returns import UnitReturn
from ..tables import difference_address, read_back
from .deletion import deletion_of


def record_add(request, unit, quarter, kind):
    """A form for a new record; ``?continue=0`` fills in the first of those that earlier quarters left open.

    ``?after=`` a record of this return it begins with what the kind repeats of that.
    """
    unit_return = visible_return(request.user, unit, quarter)
    if kind.is_asked:
        return redirect("indicators", unit, quarter)
    record = kind.model(unit_return=unit_return)
    if request.method == "POST":
        return _save_record(request, kind, record)
    if (typed := typed_before(request)) is not None:
        return _show_again(request, kind, record, typed)
    if refused := refused_entry(request, unit_return):
        return refused
    offered = {str(number): earlier for number, earlier in enumerate(kind.model.offered(unit_return))}
    record = offered.get(request.GET.get("continue", ""), record)
    _repeat(kind, record, carried_number(request.GET.get("after")))
    form, form_rows = _forms(kind, record)
    return _show_form(request, kind, record, form, form_rows, offered=offered)


def _repeat(kind, record, after):
    """Let a new record begin with what its kind repeats of the record ``after`` which it comes; 0 is none."""
    before = record.unit_return.records(kind).filter(pk=after).first() if after else None
    for name in kind.repeated if before else ():
        setattr(record, name, getattr(before, name))


def record_edit(request, unit, quarter, kind, pk):
    """A record's form; for who may not edit it, the record to read."""
    typed = request.POST if request.method == "POST" else typed_before(request)
    try:
        record = visible_record(request.user, unit, quarter, kind, pk)
    except Http404:
        if typed is None:
            raise
        return _show_gone(request, visible_return(request.user, unit, quarter), kind, pk, typed)
    if kind.is_asked and permissions.may(request.user, "enter", record.unit_return):
        return redirect("indicators", unit, quarter)
    if request.method == "POST":
        return _save_record(request, kind, record)
    if typed is not None:
        return _show_again(request, kind, record, typed)
    return _show_form(request, kind, record, *_forms(kind, record))


def _forms(kind, record, data=None):
    if data is not None and record.pk and Revision().clean(data.get("revision")) != record.revision:
        data = over_what_stands(kind, data, record)
    form = record_form(kind)(data, instance=record)
    make_rows = rows_form(kind)
    return form, make_rows(data, instance=record, prefix="rows") if make_rows else None


def _save_record(request, kind, record):
    """Save what was typed; whatever refuses it, the form comes back with all of it."""
    if not permissions.has_part(request.user, "enter", record.unit_return):
        return _show_refused(request, kind, record, request.POST)
    stored = copy.copy(record) if record.pk else None
    form, form_rows = _forms(kind, record, request.POST)
    if stored and "shown" in request.POST:
        clash = _clash(stored, form, form_rows)
        if clash.is_open:
            return _show_form(request, kind, stored, form, form_rows, status=409, clash=clash)
        record = copy.copy(stored)
        form, form_rows = _forms(kind, record, chosen_data(form.data, clash, as_sent(kind, stored)))
    if status := _refused(record, form, form_rows):
        return _show_form(request, kind, record, form, form_rows, status=status)
    if stored and not _differs(stored, record, form_rows):
        # Sent again, or nothing was typed: there is nothing to write, whoever has written meanwhile.
        return _done(request, kind, record, form_rows)
    try:
        _write(kind, record, form, form_rows)
    except ReturnLocked as refused:
        form.add_error(None, refused.messages[0])
        return _show_form(request, kind, record, form, form_rows, status=409)
    except Stale:
        return _show_clash(request, kind, record)
    except IntegrityError:
        # Somebody was faster: with this very form, sent twice at once, or with the same code.
        if record.pk or not record.unit_return.records(kind).filter(lineage=record.lineage).exists():
            form, form_rows = _forms(kind, record, request.POST)
            if form.is_valid():
                form.add_error(None, _("Somebody saved at the same moment. Nothing was saved; save again."))
            return _show_form(request, kind, record, form, form_rows, status=422)
    return _done(request, kind, record, form_rows)


def _write(kind, record, form, form_rows):
    """Write the record, then its rows: the revision of the record stands for them too."""
    with together():
        record.unit_return.begin()
        if not record.made_before:
            with UnitReturn.objects.written({record.unit_return.pk}, kind.slug):
                form.save()
                if form_rows is not None:
                    form_rows.save()


def _refused(record, form, form_rows) -> int | None:
    """The status of an answer to a form that is not to be saved; None for one that is."""
    if not all([form.is_valid(), form_rows is None or form_rows.is_valid()]):
        return 409 if form.has_error(NON_FIELD_ERRORS, "locked") else 422
    if record.made_before and form_rows is not None and form_rows.differ_from(record.made_before):
        form.ask_what_is_meant()
        return 422
    return None


def _differs(stored, record, form_rows) -> bool:
    return stored.told() != record.told() or (form_rows is not None and form_rows.differ_from(stored))


def _done(request, kind, record, form_rows):
    forget(request)
    if record.pk is None:  # sent again: the record that was saved before
        record = record.unit_return.records(kind).get(lineage=record.lineage)
    _say_what_was_saved(request, kind, record, form_rows.kept() if form_rows else ())
    unit_return = record.unit_return
    if "another" in request.POST:
        add = reverse("record_add", args=[unit_return.unit.code, unit_return.quarter, kind])
        return redirect(f"{add}?after={record.pk}")
    return redirect(f"{unit_return.get_absolute_url()}#{kind.slug}")


# A figure of that many times the last one is asked about.
SLIP = 100


def _say_what_was_saved(request, kind, record, rows):
    """Read the figures back as they were understood, and say what looks odd about them."""
    done = _("Saved: %(record)s (%(figures)s).")
    messages.success(request, done % {"record": record, "figures": read_back(kind, record, rows)})
    before = kind.model.objects.entered_before(record) if kind.numbers else []
    for words in [*record.warnings(), *_slips(kind, record, before), *_twins(record, before)]:
        messages.warning(request, words)


def _slips(kind, record, before):
    """What is asked about a figure that is so many times the one that the unit entered last."""
    last = last_of_each(before, record, kind.numbers, kind.filtered_by) if before else {}
    words = _("%(label)s: %(now)s, last time %(last)s. If that is a slip, mend the row.")
    for name, row in last.items():
        now, value, field = getattr(record, name), getattr(row, name), kind.field(name)
        if (now or 0) >= SLIP * value > 0:
            told = {"now": as_read(field, now), "last": as_read(field, value)}
            yield words % {"label": field.verbose_name, **told}


def _twins(record, before):
    if any(each.facts == record.facts for each in before):
        yield _("The return has another row just like this one. If it was entered twice, delete one of them.")


def _clash(stored, form, form_rows):
    form.is_valid(), form_rows is None or form_rows.is_valid()
    return clash_of(stored, form, form_rows)


def _show_clash(request, kind, record):
    """The form with a choice for each field in which it differs from what somebody saved meanwhile."""
    records = kind.model.objects.select_related("unit_return__unit", "unit_return__quarter")
    stored = records.filter(pk=record.pk).first()
    if stored is None:
        return _show_gone(request, record.unit_return, kind, record.pk, request.POST)
    record = copy.copy(stored)
    form, form_rows = _forms(kind, record, request.POST)
    clash = _clash(stored, form, form_rows)
    if not clash.differences:
        return _done(request, kind, record, form_rows)
    return _show_form(request, kind, stored, form, form_rows, status=409, clash=clash)


def _show_gone(request, unit_return, kind, pk, typed):
    """What was typed into a record that somebody has deleted, as a form for a new row."""
    deletion = deletion_of(request, unit_return, kind, pk)
    record = kind.model(unit_return=unit_return)
    form, form_rows = _forms(kind, record, as_new(kind, typed))
    return _show_form(request, kind, record, form, form_rows, status=409, gone=change_of(deletion))


def _show_again(request, kind, record, typed):
    """What was typed before the person had to sign in again: shown, not saved."""
    if not permissions.has_part(request.user, "enter", record.unit_return):
        return _show_refused(request, kind, record, typed)
    messages.warning(request, _("Not saved yet: look through what you typed, then press “Save”."))
    return _show_form(request, kind, record, *_forms(kind, record, typed))


def _show_refused(request, kind, record, typed):
    """What was typed by somebody who has no right to save it, or none any more: to be read and copied."""
    form, form_rows = _forms(kind, record, typed)
    return _show_form(request, kind, record, form, form_rows, status=403, **refuse_stranger(form, form_rows or ()))


def _list_before(request) -> str:
    """The address of the list from which this page was opened, with its filters; empty where it was not from one."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
        name = resolve(before.path).url_name
    except (ValueError, Resolver404):
        return ""
    is_list = before.netloc == request.get_host() and name == "records"
    return urlunsplit(("", "", before.path, before.query, "")) if is_list else ""


def _show_form(request, kind, record, form, form_rows, status=200, **more):
    unit_return = record.unit_return
    # What was typed is shown again even where it came too late.
    may_edit = form.is_bound or permissions.may(request.user, "enter", unit_return)
    if may_edit and kind.numbers:
        before = kind.model.objects.entered_before(record)
        last = last_of_each(before, record, kind.numbers, kind.filtered_by)
        form.tell_last({name: (getattr(row, name), difference_address(row.unit_return)) for name, row in last.items()})
    context = {
        "kind": kind,
        "record": record,
        "form": form,
        "rows": form_rows,
        "unit_return": unit_return,
        "may_edit": may_edit,
        "is_sample": unit_return.is_sample,
        "list_before": _list_before(request),
    }
    return render(request, "activity/record.html", context | more, status=status)
