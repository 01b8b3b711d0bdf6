"""What buttons on a return's page do: nothing to report, submit, check, send back, approve, amend, more time."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import permissions
from ..access import refused_entry, visible_return
from ..dates import short_date
from ..fields import carried_number
from ..forms import AmendForm, ExtensionForm, SendBackForm, WithdrawForm
from ..kept import forget, typed_before
from ..models.amendment import amend, withdraw
from ..models.extension import Extension
from ..models.history import Stale, together
from ..models.marks import SectionDuty
from ..models.record import ReturnLocked
from ..models.returns import Incomplete, SameHand, Unchecked, UnitReturn, WrongStatus
from ..models.steps import Step
from ..reminders import settling_reminders
from .returns import show_return


def step(view):
    """A page that only takes a press of a button; who reloads its address is led to the return."""

    @wraps(view)
    def page(request, unit, quarter, **kwargs):
        if request.method != "POST":
            return _not_pressed(request, unit, quarter)
        return view(request, unit, quarter, **kwargs)

    return require_http_methods(["GET", "HEAD", "POST"])(page)


def _not_pressed(request, unit, quarter):
    """Lead to the return; with the reason that was typed before the person had to sign in again, still unsent."""
    unit_return = visible_return(request.user, unit, quarter, UnitReturn.objects.for_page(request.user))
    typed = typed_before(request)
    if typed is None:
        return redirect(unit_return)
    messages.warning(request, _("Not done yet: you had to sign in again. Look at it once more, then press again."))
    action = request.resolver_match.url_name.removeprefix("return_")
    if action not in REASONED:
        return redirect(unit_return)
    more = {"instance": _extension(request, unit_return)} if action == "extend" else {}
    form = REASONED[action](typed, **more)
    if permissions.may(request.user, action, unit_return):
        return show_return(request, unit_return, {action: form})
    _give_back(request, form)
    return redirect(unit_return)


# The steps that ask for a written reason.
REASONED: dict[str, type[BaseForm]] = {
    "send_back": SendBackForm,
    "amend": AmendForm,
    "withdraw": WithdrawForm,
    "extend": ExtensionForm,
}


@step
def return_nothing(request, unit, quarter, kind):
    """Say, or take back, that there is nothing to report of a kind."""
    unit_return = visible_return(request.user, unit, quarter)
    if refused := refused_entry(request, unit_return):
        return refused
    nothing, back = "nothing" in request.POST, redirect(f"{unit_return.get_absolute_url()}#{kind.slug}")
    try:
        with together():
            unit_return.begin()
            unit_return.mark_nothing_to_report(kind, nothing=nothing, seen=_seen(request))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return back
    except Stale:
        if not _stands_already(unit_return, kind, nothing=nothing):
            messages.error(request, _changed_meanwhile(unit_return))
            return back
    said = _("Nothing to report: %(kind)s."), _("Taken back that there is nothing to report: %(kind)s.")
    messages.success(request, said[not nothing] % {"kind": kind.label})
    return back


def _stands_already(unit_return, kind, *, nothing) -> bool:
    """Whether what was pressed stands: the button was pressed twice."""
    return unit_return.marks.filter(kind=kind.slug, nothing_to_report=True).exists() == nothing


@step
def return_submit(request, unit, quarter):
    done = _("Submitted: %(return)s.")
    return _take(request, unit, quarter, Step.SUBMITTED, lambda r, seen: r.submit(by=request.user, seen=seen), done)


@step
def return_check(request, unit, quarter, kind):
    """Tick a kind as checked, or take the tick back."""
    unit_return = visible_return(request.user, unit, quarter)
    if SectionDuty.objects.of_others(request.user.unit_id).filter(kind=kind.slug).exists():
        raise PermissionDenied
    checked = "checked" in request.POST
    done = _("Checked: %(kind)s of %(return)s.") if checked else _("Check taken back: %(kind)s of %(return)s.")
    return _take(
        request,
        unit_return.unit.code,
        quarter,
        Step.CHECKED if checked else Step.UNCHECKED,
        lambda r, seen: r.check_kind(kind, by=request.user, checked=checked, seen=seen),
        done,
        kind=kind,
    )


@step
def return_approve(request, unit, quarter):
    done = _("Approved: %(return)s.")
    return _take(request, unit, quarter, Step.APPROVED, lambda r, seen: r.approve(by=request.user, seen=seen), done)


@step
def return_send_back(request, unit, quarter):
    form = SendBackForm(request.POST)
    if not form.is_valid() and (refused := _shown_again(request, unit, quarter, "send_back", form)):
        return refused
    told = form.cleaned_data
    return _take(
        request,
        unit,
        quarter,
        Step.SENT_BACK,
        lambda r, seen: r.send_back(by=request.user, reason=told["reason"], kinds=told["kinds"], seen=seen),
        _("Sent back: %(return)s."),
        form=form,
    )


@step
def return_amend(request, unit, quarter):
    """Open a new version of an approved return, for a written reason."""
    done = _("Opened for amendment: %(return)s.")
    return _take_for_a_reason(request, unit, quarter, Step.AMENDED, amend, done, "amend", AmendForm(request.POST))


@step
def return_withdraw(request, unit, quarter):
    """Withdraw an amendment that was opened by mistake, for a written reason."""
    done, form = _("Withdrawn: the amendment of %(return)s."), WithdrawForm(request.POST)
    return _take_for_a_reason(request, unit, quarter, Step.WITHDRAWN, withdraw, done, "withdraw", form)


def _take_for_a_reason(request, unit, quarter, taken, verb, done, action, form):
    """Take a step whose form asks for the reason alone."""
    if not form.is_valid() and (refused := _shown_again(request, unit, quarter, action, form)):
        return refused
    reason = form.cleaned_data.get("reason", "")
    return _take(
        request,
        unit,
        quarter,
        taken,
        lambda r, seen: verb(r, by=request.user, reason=reason, seen=seen),
        done,
        form=form,
    )


@step
def return_extend(request, unit, quarter):
    """Give a unit more time for one quarter."""
    unit_return = visible_return(request.user, unit, quarter, UnitReturn.objects.for_page(request.user))
    form = ExtensionForm(request.POST, instance=_extension(request, unit_return))
    if not permissions.has_part(request.user, "extend", unit_return):
        return _refused(request, unit_return, form)
    if not permissions.may(request.user, "extend", unit_return):
        messages.error(request, _too_late_to_extend(unit_return))
        _give_back(request, form)
        return redirect(unit_return)
    if form.is_valid():
        try:
            with together(), settling_reminders():
                form.instance.grant(seen=_seen(request, "given"))
        except ValidationError as refused:
            form.add_error(None, refused)
    if not form.is_valid():
        return show_return(request, unit_return, {"extend": form}, status=422)
    forget(request)
    day = short_date(form.cleaned_data["last_day"])
    messages.success(
        request, _("More time for %(return)s: until the end of %(day)s.") % {"return": unit_return, "day": day}
    )
    return redirect(unit_return)


def _too_late_to_extend(unit_return):
    if unit_return.is_draft and unit_return.quarter.closed:
        return ReturnLocked(closed=True).messages[0]
    if unit_return.is_draft and unit_return.is_amendment:
        return _("An amendment has no due day. Nothing was changed.")
    return WrongStatus(unit_return).words if unit_return.pk else unit_return.why_not_begun


def _extension(request, unit_return):
    return Extension(unit=unit_return.unit, quarter=unit_return.quarter, granted_by=request.user)


# The action of `permissions` that each step is.
ACTIONS = {
    Step.SUBMITTED: "submit",
    Step.CHECKED: "check",
    Step.UNCHECKED: "check",
    Step.SENT_BACK: "send_back",
    Step.APPROVED: "approve",
    Step.AMENDED: "amend",
    Step.WITHDRAWN: "withdraw",
}


def _take(request, unit, quarter, step, act, done, form=None, **words):
    """Take one step of a return and say what became of it.

    Not this person's step: 403. Theirs, but the return has moved meanwhile: they are told where it is now, and what
    they typed is still there where the step can yet be taken; pressed twice with the same words, that it is done.
    """
    unit_return = visible_return(request.user, unit, quarter)
    if not permissions.has_part(request.user, ACTIONS[step], unit_return):
        return _refused(request, unit_return, form)
    if unit_return.pk is None and step != Step.AMENDED:
        messages.error(request, _("Nobody has begun %(return)s yet. Nothing was changed.") % {"return": unit_return})
        _give_back(request, form)
        return redirect(unit_return)
    said = done % ({"return": unit_return} | {name: word.label for name, word in words.items()})
    told = form.cleaned_data if form else {}
    try:
        act(unit_return, _seen(request))
    except (WrongStatus, Stale) as refused:
        last = unit_return.last_step()
        if last and last.is_press_of(step, request.user, told.get("reason", ""), told.get("kinds", words.values())):
            messages.success(request, said)
        else:
            messages.error(request, _not_taken(unit_return, last, step, refused))
            if form and (shown := _shown_again(request, unit, quarter, ACTIONS[step], form, status=409)):
                return shown
            _give_back(request, form)
    except (Incomplete, SameHand, Unchecked) as refused:
        messages.error(request, refused.words)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        _give_back(request, form)
    else:
        forget(request)
        messages.success(request, said)
    return redirect(unit_return)


def _shown_again(request, unit, quarter, action, form, status=422):
    """The return's page with what was typed and what is wrong with it; None where the step cannot be taken anyway."""
    unit_return = visible_return(request.user, unit, quarter, UnitReturn.objects.for_page(request.user))
    if permissions.may(request.user, action, unit_return):
        return show_return(request, unit_return, {action: form}, status=status)
    form.cleaned_data.setdefault("reason", "")
    form.cleaned_data.setdefault("kinds", [])
    return None


def _refused(request, unit_return, form):
    """403; who typed something, as while their right as a deputy ended, finds it on the page of the return."""
    if not _typed(form):
        raise PermissionDenied
    messages.error(request, _("You have no right to this, or have it no longer. Nothing was changed."))
    _give_back(request, form)
    of_page = UnitReturn.objects.for_page(request.user)
    shown = visible_return(request.user, unit_return.unit.code, unit_return.quarter, of_page)
    return show_return(request, shown, status=403)


def _give_back(request, form):
    """Say what was typed into a form that has no place any more, so that it can be used elsewhere."""
    if typed := _typed(form):
        words = "; ".join(f"{label}: “{said}”" for label, said in typed.items())
        messages.warning(request, _("You had typed: %(typed)s.") % {"typed": words})


def _typed(form) -> dict[str, str]:
    """What stands in a form that was sent, by label; of boxes to tick, the words beside those that were."""
    typed = {}
    for bound in form.visible_fields() if form else ():
        value = bound.value() or ""
        if isinstance(value, list):
            value = ", ".join(str(label) for choice, label in bound.field.choices if choice in value)
        if value.strip():
            typed[str(bound.label)] = value.strip()
    return typed


def _not_taken(unit_return, last, step, refused):
    """Why a step was not taken: it was already, for another reason, or the return has moved or changed."""
    if last is None or last.step != step or not last.reason:
        return getattr(refused, "words", None) or _changed_meanwhile(unit_return)
    words = _("%(return)s: %(step)s already, by %(who)s: “%(reason)s”. Nothing was changed now.")
    who = last.by.get_full_name() or last.by.username
    return words % {"return": unit_return, "step": last.get_step_display(), "who": who, "reason": last.reason}


def _seen(request, name="revision") -> int:
    """The counter that the form was made from, of the return's revisions or of another; none where it lacks it."""
    return carried_number(request.POST.get(name))


def _changed_meanwhile(unit_return):
    words = _("%(return)s has changed since you opened its page. Look at it again; nothing was changed now.")
    return words % {"return": unit_return}
