"""The page of entry of the other indicators: all that a return is asked for, in one form."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .. import permissions
from ..access import begun_quarters, refused_entry, visible_return
from ..answering import AnswersForm
from ..forms import refuse_stranger
from ..kept import forget, typed_before
from ..kinds import INDICATORS
from ..like_for_like import origin_of
from ..models.history import Stale
from ..models.record import ReturnLocked
from ..models.returns import UnitReturn
from ..sections import answer_lines, earlier_of


def indicators(request, unit, quarter):
    """For each indicator that the return is asked for a number, or that there is nothing to report."""
    unit_return = visible_return(request.user, unit, quarter, UnitReturn.objects.with_progress().with_indicators())
    if not unit_return.asked:
        raise Http404
    typed = request.POST if request.method == "POST" else typed_before(request)
    if typed is not None and not permissions.has_part(request.user, "enter", unit_return):
        return _show_refused(request, AnswersForm(unit_return, typed))
    if request.method == "POST":
        return _save(request, unit_return)
    if typed is None and (refused := refused_entry(request, unit_return)):
        return refused
    if typed is not None:
        messages.warning(request, _("Not saved yet: look through what you typed, then press “Save”."))
    return _show(request, AnswersForm(unit_return, typed))


def _save(request, unit_return):
    """Save what was typed; whatever refuses it, the form comes back with all of it."""
    form = AnswersForm(unit_return, request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    if clash := form.clash():
        return _show(request, form, status=409, clash=clash)
    try:
        form.save()
    except ReturnLocked as refused:
        form.add_error(None, refused.messages[0])
        return _show(request, form, status=409)
    except Stale:
        # Somebody saved between the look and the write: now it is compared with that.
        return indicators(request, unit_return.unit.code, unit_return.quarter)
    forget(request)
    now = visible_return(request.user, unit_return.unit.code, unit_return.quarter)
    told = {"done": len(now.asked) - len(now.unanswered), "all": len(now.asked)}
    messages.success(request, _("Saved: %(done)s of %(all)s indicators are answered.") % told)
    return redirect(f"{unit_return.get_absolute_url()}#{INDICATORS.slug}")


def _show_refused(request, form):
    """What was typed by somebody who has no right to save it, or none any more: to be read and copied."""
    return _show(request, form, status=403, **refuse_stranger(form))


def _show(request, form, status=200, **more):
    unit_return = form.unit_return
    origin = origin_of(unit_return.unit, unit_return.quarter)
    before, last_year = earlier_of(unit_return, origin, begun_quarters(request))
    lines = answer_lines(unit_return, (before, last_year))
    context = {
        "kind": INDICATORS,
        "form": form,
        "rows": [row | {"line": line} for row, line in zip(form.rows(), lines, strict=True)],
        "before": before,
        "last_year": last_year,
        "unit_return": unit_return,
        "is_sample": unit_return.is_sample,
    }
    return render(request, "activity/indicators.html", context | more, status=status)
