"""What buttons on a return's page do: say that nothing happened, submit, send back, approve."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from . import permissions
from .access import visible_return
from .forms import ReasonForm
from .models.returns import Incomplete, UnitReturn, WrongStatus
from .views import refused_entry, show_return


def step(view):
    """A page that only takes a press of a button; who reloads its address is led to the return."""

    @wraps(view)
    def page(request, unit, quarter, **kwargs):
        if request.method != "POST":
            return redirect(visible_return(request.user, unit, quarter))
        return view(request, unit, quarter, **kwargs)

    return require_http_methods(["GET", "HEAD", "POST"])(page)


@step
def return_nothing(request, unit, quarter, kind):
    """Say, or take back, that there is nothing to report of a kind."""
    unit_return = visible_return(request.user, unit, quarter)
    if refused := refused_entry(request, unit_return):
        return refused
    try:
        unit_return.begin()
        unit_return.mark_nothing_to_report(kind, nothing="nothing" in request.POST)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(f"{unit_return.get_absolute_url()}#{kind.slug}")


@step
def return_submit(request, unit, quarter):
    done = _("Submitted: %(return)s.")
    return _take(request, unit, quarter, permissions.submits, lambda r: r.submit(by=request.user), done)


@step
def return_approve(request, unit, quarter):
    done = _("Approved: %(return)s.")
    return _take(request, unit, quarter, permissions.approves, lambda r: r.approve(by=request.user), done)


@step
def return_send_back(request, unit, quarter):
    form = ReasonForm(request.POST)
    if not form.is_valid():
        unit_return = visible_return(request.user, unit, quarter, UnitReturn.objects.for_page())
        if permissions.may_send_back(request.user, unit_return):
            return show_return(request, unit_return, form, status=422)
    reason, done = form.cleaned_data.get("reason", ""), _("Sent back: %(return)s.")
    return _take(
        request, unit, quarter, permissions.checks, lambda r: r.send_back(by=request.user, reason=reason), done
    )


def _take(request, unit, quarter, is_for, act, done):
    """Take one step of a return and say what became of it.

    Not this person's step: 403. Theirs, but the return has moved meanwhile: they are told where it is now.
    """
    unit_return = visible_return(request.user, unit, quarter)
    if not is_for(request.user, unit_return):
        raise PermissionDenied
    if unit_return.pk is None:
        raise Http404
    try:
        act(unit_return)
    except (WrongStatus, Incomplete) as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, done % {"return": unit_return})
    return redirect(unit_return)
