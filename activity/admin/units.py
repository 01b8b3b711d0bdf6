"""The life of units in the administration: what each was, became and holds, and the actions that change it."""

import hashlib
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_list_or_404, get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..changes import Change, change_of
from ..forms import Day
from ..kept import forget, typed_before
from ..models.history import History, Stale
from ..models.people import User
from ..models.quarters import Quarter
from ..models.returns import UnitReturn
from ..models.successions import Succession, SuccessionKind, take_back
from ..models.units import Unit
from ..reminders import settling_reminders
from .succession_forms import FORMS


def life_urls(site) -> list:
    """The addresses below those of the units' own admin; ``site`` closes them to all but administrators."""

    def closed(view):
        def page(request, **kwargs):
            return view(request, site, **kwargs)

        return site.admin_view(page)

    return [
        path("as-of/", closed(require_safe(units_on)), name="activity_unit_as_of"),
        path("<int:pk>/life/", closed(require_safe(life)), name="activity_unit_life"),
        path("<int:pk>/life/<slug:kind>/", closed(succession), name="activity_unit_succession"),
        path("take-back/<int:pk>/", closed(back), name="activity_unit_take_back"),
    ]


def life(request, site, pk):
    """A unit's states, successions, people and returns, and what can become of it."""
    unit = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    names = dict(Unit.objects.values_list("pk", "short_name"))
    found = Succession.objects.of([unit]).prefetch_related("descents__predecessor", "descents__successor")
    context = {
        "unit": unit,
        "states": [(*span, state, names.get(state.parent, "")) for *span, state in reversed(unit.states())],
        "successions": list(found),
        "people": unit.people.order_by("-is_active", "role", "last_name"),
        "returns": unit.returns.select_related("quarter").order_by("-quarter__first_day", "-version")[:12],
        "returns_count": unit.returns.count(),
        "kinds": [] if unit.closed_on else SuccessionKind.choices,
    }
    return _show(request, site, "admin/activity/unit_life.html", context, title=str(unit))


def succession(request, site, pk, kind):
    """Say what becomes of a unit: first a preview of all that will change, then the change itself."""
    unit = get_object_or_404(Unit.objects.select_related("parent"), pk=pk)
    if kind not in FORMS:
        raise Http404
    title = f"{SuccessionKind(kind).label}: {unit}"
    typed = _typed_before(request)
    form = FORMS[kind](typed or request.POST or None, unit=unit)
    preview = None
    if form.is_bound and form.is_valid():
        try:
            preview = _changes_by(request, lambda: form.act(request.user))
        except ValidationError as refused:
            form.refuse(refused)
        except Stale:
            # Somebody changed the unit between the look and the write: now the form says so.
            return succession(request, site, pk, kind)
        else:
            if preview.kept:
                forget(request)
                messages.success(request, _("Carried out: %(what)s.") % {"what": title})
                return redirect("admin:activity_unit_life", pk=pk)
    context = {"unit": unit, "form": form, "preview": preview, "kind": kind}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return _show(request, site, "admin/activity/succession.html", context, title=title, status=status)


class Preview(NamedTuple):
    """The changes that something makes to units, to who is to report in which quarters, and the units that end by it.

    With a mark by which they are known again, and whether they were kept.
    """

    changes: list[Change]
    quarters: list["Reporters"]
    ended: list["Ended"]
    seen: str
    kept: bool


class Reporters(NamedTuple):
    """A quarter of which other units are to make a return than before."""

    quarter: Quarter
    joins: list[str]
    leaves: list[str]


class Ended(NamedTuple):
    """A unit that ends: who still works in it, and which of its returns are open."""

    unit: Unit
    people: list[User]
    returns: list[UnitReturn]


def _there() -> set[int]:
    return set(Unit.objects.filter(closed_on=None).values_list("pk", flat=True))


def _ended(before) -> list[Ended]:
    """The units that were there before, and end now, with people or open returns."""
    units = Unit.objects.filter(pk__in=before - _there()).select_related("carried_on_by")
    returns = UnitReturn.objects.under_work().select_related("quarter")
    found = [Ended(u, list(u.people.filter(is_active=True)), list(returns.filter(unit=u))) for u in units]
    return [each for each in found if each.people or each.returns]


def _expected(quarters) -> list[dict[int, str]]:
    """By quarter the units that are to make a return for it, by key, as they are called on its last day."""
    units = list(Unit.objects.reporting())
    return [
        {unit.pk: unit.on(quarter.last_day).short_name for unit in units if unit.is_expected(quarter)}
        for quarter in quarters
    ]


def _other_reporters(quarters, before, after) -> list[Reporters]:
    def names(of, others):
        return [name for pk, name in of.items() if pk not in others]

    found = (
        Reporters(quarter, names(then, once), names(once, then))
        for quarter, once, then in zip(quarters, before, after, strict=True)
    )
    return [each for each in found if each.joins or each.leaves]


def _changes_by(request, act) -> Preview:
    """Do something to units; it is kept where somebody confirms just the changes that they were shown."""
    quarters = list(Quarter.objects.begun(timezone.localdate()))
    with transaction.atomic():
        before, there = _expected(quarters), _there()
        last = History.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with settling_reminders():
            act()
        made = History.objects.filter(pk__gt=last).exclude(model__in=["succession", "descent"]).order_by("pk")
        changes = [change_of(entry) for entry in made.select_related("by__unit")]
        reporters = _other_reporters(quarters, before, _expected(quarters))
        ended = _ended(there)
        told = [(change.what, change.action, change.lines) for change in changes]
        seen = hashlib.sha256(repr(told).encode()).hexdigest()
        kept = request.method == "POST" and "confirm" in request.POST and request.POST.get("seen") == seen
        transaction.set_rollback(not kept)
    if request.method == "POST" and "confirm" in request.POST and not kept:
        messages.warning(request, _("Not done yet: what will change is not what you were shown. Look at it again."))
    return Preview(changes, reporters, ended, seen, kept)


def _typed_before(request):
    typed = typed_before(request)
    if typed is not None:
        messages.warning(request, _("Not done yet: you had to sign in again. Look at it once more, then press again."))
    return typed


def back(request, site, pk):
    """Take a succession back: first a preview of all that will change, then the change itself."""
    _typed_before(request)
    taken = Succession.objects.filter(pk=pk).first()
    if taken is None:
        get_list_or_404(History, model="succession", row=pk)
        messages.info(request, _("It was taken back already."))
        return redirect("admin:activity_unit_changelist")
    unit, words = Unit.objects.filter(descents__succession=taken)[0], str(taken)
    try:
        preview = _changes_by(request, lambda: take_back(taken, by=request.user))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("admin:activity_unit_life", pk=unit.pk)
    except Stale:
        # Somebody changed the unit between the look and the write: what stands now is shown.
        return back(request, site, pk)
    if preview.kept:
        forget(request)
        messages.success(request, _("Taken back: %(succession)s.") % {"succession": words})
        return redirect("admin:activity_unit_life", pk=unit.pk)
    title = _("Take back: %(succession)s") % {"succession": words}
    return _show(request, site, "admin/activity/take_back.html", {"unit": unit, "preview": preview}, title=title)


def units_on(request, site):
    """All units as they were on a day."""
    try:
        day = Day().clean(request.GET.get("day") or timezone.localdate())
        refusal = ""
    except ValidationError as refused:
        day, refusal = timezone.localdate(), refused.messages[0]
    units = list(Unit.objects.all())
    names = {unit.pk: unit.on(day).short_name for unit in units}
    there = [(unit, unit.on(day)) for unit in units if unit.existed_on(day)]
    shown = [(unit, state, names.get(state.parent, ""), unit.makes_returns_on(day)) for unit, state in there]
    context = {"day": day, "refusal": refusal, "shown": shown, "typed": request.GET.get("day", "")}
    return _show(request, site, "admin/activity/units_on.html", context, title=_("Units as of a day"))


def _show(request, site, template, context, *, title, status=200):
    context = site.each_context(request) | {"title": title, "opts": Unit._meta} | context
    return TemplateResponse(request, template, context, status=status)
