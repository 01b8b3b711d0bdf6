"""The life of units in the administration: what each was, became and holds, and the actions that change it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..changes import change_of
from ..forms import Day
from ..models.history import History, Stale
from ..models.successions import Succession, SuccessionKind, take_back
from ..models.units import Unit
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
    form = FORMS[kind](request.POST or None, unit=unit)
    preview = None
    if request.method == "POST" and form.is_valid():
        confirmed = "confirm" in request.POST
        try:
            preview = _changes_by(lambda: form.act(request.user), keep=confirmed)
        except ValidationError as refused:
            form.refuse(refused)
        except Stale:
            # Somebody changed the unit between the look and the write: now the form says so.
            return succession(request, site, pk, kind)
        else:
            if confirmed:
                messages.success(request, _("Carried out: %(what)s.") % {"what": title})
                return redirect("admin:activity_unit_life", pk=pk)
    context = {"unit": unit, "form": form, "preview": preview, "kind": kind}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return _show(request, site, "admin/activity/succession.html", context, title=title, status=status)


def _changes_by(act, *, keep):
    """Do something to units and return the changes that it made; unless to ``keep`` it, nothing stays."""
    with transaction.atomic():
        last = History.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        act()
        made = History.objects.filter(pk__gt=last).exclude(model__in=["succession", "descent"]).order_by("pk")
        changes = [change_of(entry) for entry in made.select_related("by__unit")]
        transaction.set_rollback(not keep)
    return changes


def back(request, site, pk):
    """Take a succession back: first a preview of all that will change, then the change itself."""
    taken = get_object_or_404(Succession, pk=pk)
    unit, words = Unit.objects.filter(descents__succession=taken)[0], str(taken)
    confirmed = request.method == "POST"
    try:
        preview = _changes_by(lambda: take_back(taken, by=request.user), keep=confirmed)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("admin:activity_unit_life", pk=unit.pk)
    if confirmed:
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
    shown = [(unit, unit.on(day), names.get(unit.on(day).parent, "")) for unit in units if unit.existed_on(day)]
    context = {"day": day, "refusal": refusal, "shown": shown, "typed": request.GET.get("day", "")}
    return _show(request, site, "admin/activity/units_on.html", context, title=_("Units as of a day"))


def _show(request, site, template, context, *, title, status=200):
    context = site.each_context(request) | {"title": title, "opts": Unit._meta} | context
    return TemplateResponse(request, template, context, status=status)
