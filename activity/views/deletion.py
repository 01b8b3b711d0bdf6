"""The question before a record is deleted, and who has deleted one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .. import permissions
from ..access import refused_entry, visible_record, visible_return
from ..changes import change_of
from ..fields import Revision
from ..models.history import Action, History, Stale
from ..models.record import ReturnLocked


def record_delete(request, unit, quarter, kind, pk):
    """Ask once, then delete; what was changed since the question was asked is shown, and asked about again."""
    try:
        record = visible_record(request.user, unit, quarter, kind, pk)
    except Http404:
        return _deleted_before(request, visible_return(request.user, unit, quarter), kind, pk)
    unit_return = record.unit_return
    if refused := refused_entry(request, unit_return):
        return refused
    more, status = {}, 200
    if request.method == "POST":
        record.revision = Revision().clean(request.POST.get("revision"))
        try:
            record.delete()
        except ReturnLocked as refused:
            messages.error(request, refused.messages[0])
            return redirect(unit_return)
        except Stale:
            record = visible_record(request.user, unit, quarter, kind, pk)
            more, status = {"is_stale": True, "changed": _last_change(record)}, 409
        else:
            messages.success(request, _("Deleted: %(record)s.") % {"record": record})
            return redirect(unit_return)
    context = {"record": record, "kind": kind, "unit_return": unit_return, "is_sample": unit_return.is_sample}
    return render(request, "activity/record_delete.html", context | more, status=status)


def _last_change(record):
    """The last change that history knows of; None for a record from before history was kept."""
    newest = History.objects.filter(lineage=record.lineage).newest_first().first()
    return newest and change_of(newest)


def _deleted_before(request, unit_return, kind, pk):
    """Lead back to the return, saying who has deleted the record; the same press sent twice is done."""
    deletion = deletion_of(request, unit_return, kind, pk)
    if deletion.by == request.user:
        messages.success(request, _("Deleted: %(record)s.") % {"record": deletion.said})
    else:
        words = _("%(who)s has deleted this row already: %(record)s.")
        messages.warning(request, words % {"who": change_of(deletion).who, "record": deletion.said})
    return redirect(unit_return)


def deletion_of(request, unit_return, kind, pk) -> History:
    """Who deleted that record of the return; Http404 where nobody did, PermissionDenied for who enters none."""
    of_the_row = History.objects.filter(model=kind.key, row=pk, action=Action.DELETED)
    deletion = of_the_row.filter(unit_return=unit_return.pk).newest_first().first() if unit_return.pk else None
    if deletion is None:
        raise Http404
    if not permissions.has_part(request.user, "enter", unit_return):
        raise PermissionDenied
    return deletion
