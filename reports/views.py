"""Start pages, the dashboard of a quarter, and its summary on paper."""

import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from activity.access import asked_choice, begun_quarters, visible_units
from activity.completeness import make_grid
from activity.figures import Basis
from activity.gathering import gather, period_of
from activity.like_for_like import by_present_unit, with_kin
from activity.measures import in_use
from activity.models.choices import UnitKind
from activity.models.messages import Message
from activity.models.quarters import Quarter
from activity.models.steps import Step
from activity.models.units import Unit
from activity.permissions import may_at_all
from activity.states import rows
from activity.waiting import missing_rows, waiting

from .dashboard import PARTS_SHOWN, dashboard_charts, dashboard_measures, revised_units
from .drawing import drawn, svg
from .past import as_known_at, asked_at, asked_moment, earlier_states
from .summary import Head, make_summary
from .tiles import LINE_LENGTH, compared_over, tile_measures, tiles

# A start page looks back two years; the grid of the command's shows one.
QUARTERS_SHOWN, QUARTERS_IN_GRID = 8, 4
MESSAGES_SHOWN = 3


@require_safe
def start(request):
    """Each role's own start."""
    user = request.user
    if may_at_all(user, "administer"):
        return redirect("admin:index")
    return _start_command(request) if user.sees_subtree else _start_unit(request)


def _start_unit(request):
    """The next thing to do: the oldest quarter that the unit has not submitted; below it the last quarters."""
    today = timezone.localdate()
    listed = rows(visible_units(request.user), begun_quarters(request), today, progress=True)
    to_do = _to_enter(listed)
    due, sent_back = to_do[-1] if to_do else None, None
    if due and due.unit_return and due.slug == "sent_back":
        sent_back = due.unit_return.steps.filter(step=Step.SENT_BACK).last()
    context = {
        "rows": listed[:QUARTERS_SHOWN],
        "several": any(row.unit != request.user.unit for row in listed[:QUARTERS_SHOWN]),
        "due": due,
        "locked": [row for row in reversed(listed) if row.is_open and not row.is_enterable],
        "sent_back": sent_back,
        "unread": _unread(request.user, sent_back),
        "is_complete": bool(due and due.unit_return and not due.missing_kinds),
        "days_left": due and (due.due_day - today).days,
        "may_enter": may_at_all(request.user, "enter"),
        "may_submit": may_at_all(request.user, "submit"),
        "is_sample": any(row.unit_return.is_sample for row in listed if row.unit_return),
    }
    return render(request, "reports/start_unit.html", context)


def _to_enter(listed):
    """The returns that wait for their unit, and can be entered."""
    return [row for row in listed if (row.is_open or row.slug in {"sent_back", "amending"}) and row.is_enterable]


def _unread(person, shown):
    """The last unread messages of steps, but the one ``shown``; what is due the page says anyway."""
    if not person.unread:
        return []
    unread = Message.objects.of(person).unread().exclude(step=None)
    return unread.exclude(step=shown)[:MESSAGES_SHOWN] if shown else unread[:MESSAGES_SHOWN]


def _start_command(request):
    """Who is late, what waits for me, how the last quarters stand; then the latest quarter's tiles.

    Who also enters for a unit, in their own right or as a deputy, is told what waits for that unit.
    """
    units, today = visible_units(request.user), timezone.localdate()
    quarters = begun_quarters(request)
    recent = quarters[:QUARTERS_SHOWN]
    # What waits is shown however old it is: an amendment may be of any quarter.
    waits_in = set(Quarter.objects.submitted(units).values_list("pk", flat=True))
    listed = rows(units, [quarter for quarter in quarters if quarter in recent or quarter.pk in waits_in], today)
    submitted = waiting(listed, request.user)
    missing = missing_rows([row for row in listed if row.quarter in recent])
    enters = may_at_all(request.user, "enter")
    context = {
        "missing": missing,
        "overdue": sum(row.late > 0 for row in missing),
        "mine": [each for each in submitted if each.is_mine],
        "to_enter": [row for row in _to_enter(listed) if enters and request.user.unit_id in row.unit.hands],
        "others": [each for each in submitted if not each.is_mine],
        "grid": make_grid(listed, units, quarters[:QUARTERS_IN_GRID]),
        "is_finished": all(row.slug in {"approved", "revised"} for row in listed),
        "is_sample": any(row.unit_return.is_sample for row in listed if row.unit_return),
    }
    in_force = [row.quarter for row in listed if row.is_in_force and row.quarter in recent]
    latest = max(in_force, key=lambda quarter: quarter.first_day, default=None)
    context |= _current(listed, quarters, today) | _latest_tiles(units, quarters, latest)
    return render(request, "reports/start_command.html", context)


def _current(listed, quarters, today):
    """How the returns of the newest quarter stand, and how long they have."""
    if not quarters:
        return {}
    counts = _counts([row for row in listed if row.quarter == quarters[0]])
    left = (quarters[0].due_day - today).days
    return {"current_quarter": quarters[0], "counts": counts, "days_left": left if left >= 0 else None}


def _latest_tiles(units, quarters, latest):
    """The tiles of the latest quarter with an approved return, and how many units are in them.

    ``latest`` is that quarter where it is known.
    """
    shown = latest or Quarter.objects.approved(units).first()
    if shown is None:
        return {}
    figures, period = gather(units, _look_back(quarters, shown), measures=tile_measures()), period_of(shown)
    figures = with_kin(figures, units)
    return {
        "quarter": shown,
        "period": period,
        "figures": figures,
        "tiles": tiles(figures, period),
        "compared_over": compared_over(figures, period),
        "revised": revised_units(figures, period),
        "reported": figures.reported(period),
        "expected": figures.expected(period),
    }


def _look_back(quarters, shown, length=LINE_LENGTH):
    """The last quarters up to ``shown``, as many as a small line shows; the same quarter last year is among them."""
    return [quarter for quarter in quarters if quarter.first_day <= shown.first_day][:length]


def _counts(listed):
    """How many units stand in each state, in the order in which states first appear."""
    counts: dict[str, int] = {}
    for row in listed:
        counts[row.words] = counts.get(row.words, 0) + 1
    return counts.items()


@require_safe
def latest_dashboard(request):
    return _latest(request, "dashboard")


@require_safe
def latest_summary(request):
    if not may_at_all(request.user, "read_summary"):
        raise PermissionDenied
    return _latest(request, "summary")


def _latest(request, page):
    """Lead to the page of the latest quarter with an approved return; say so where there is none yet.

    For an administrator without a unit there is no such page.
    """
    if request.user.unit is None:
        raise Http404
    shown = Quarter.objects.approved(Unit.objects.visible_to(request.user)).first()
    if shown is None:
        return render(request, "reports/nothing_yet.html")
    return redirect(page, shown)


@require_safe
def dashboard(request, quarter):
    """The tiles and charts of a quarter, over the units that the person may see."""
    shown = _begun_or_404(request, quarter)
    units = visible_units(request.user)
    basis = Basis(asked_choice(request, "basis", [each.value for each in Basis]) or Basis.APPROVED)
    looked_at = _look_back(begun_quarters(request), shown, LINE_LENGTH + 1)
    figures = gather(
        units, looked_at, basis=basis, measures=dashboard_measures(in_use()), in_parts=looked_at, parts_of=PARTS_SHOWN
    )
    period = period_of(shown)
    choice = _choice_of_units(request, units)
    reported = with_kin(figures, units, until=choice.until)
    figures, by_unit = _by_unit(request, reported, shown, choice)
    # Who is missing is said of the units that were to report, whoever carries them on.
    waiting = reported.waiting(period)
    context = by_unit | {
        "quarter": shown,
        "period": period,
        "figures": figures,
        "alone": figures.called(figures.units[0], period) if len(figures.units) == 1 else None,
        "provisional": basis is Basis.PROVISIONAL,
        "reported": reported.reported(period),
        "expected": reported.expected(period),
        "waiting": waiting,
        "missing": [unit for unit in reported.missing(period) if unit not in waiting],
        "revised": revised_units(figures, period),
        "tiles": tiles(figures, period),
        "compared_over": compared_over(figures, period),
        "charts": [drawn(chart, width=640) for chart in dashboard_charts(figures, period)] if figures.values else [],
        "is_sample": bool(figures.sample_periods),
        "is_running": shown.is_running(timezone.localdate()),
    }
    return render(request, "reports/dashboard.html", context)


class ChoiceOfUnits(NamedTuple):
    """Whether figures can be read by present unit, and the day until which mergers count where they are."""

    is_there: bool
    until: datetime.date | None


def _choice_of_units(request, units) -> ChoiceOfUnits:
    """As reported or by present unit: a choice in every quarter, old ones too, once units have been merged."""
    is_there = request.user.sees_subtree and any(unit.carried_on_by_id for unit in units)
    by_present = asked_choice(request, "units", ["present"]) and is_there
    return ChoiceOfUnits(is_there, timezone.localdate() if by_present else None)


def _by_unit(request, figures, quarter, choice):
    """The figures as reported or by present unit.

    Who answers for one unit reads what was merged into it until ``quarter`` as their own: there is no choice for them.
    """
    merged = [each for each in figures.kin if not each.is_part]
    if not request.user.sees_subtree:
        own = [each for each in merged if each.first_day <= quarter.first_day]
        shown = by_present_unit(figures, own) if own else figures
        return shown, {"merged": [each.predecessor for each in own]}
    shown = by_present_unit(figures, merged) if choice.until else figures
    return shown, {"may_be_by_present": choice.is_there, "by_present": bool(choice.until)}


@require_safe
def summary(request, quarter):
    """The quarter summary: the command's paper, in Vietnamese whatever the language of the screen.

    ``?as_of=`` shows it as it read at that moment, from the versions of the returns that were in force then.
    """
    if not may_at_all(request.user, "read_summary"):
        raise PermissionDenied
    shown = _begun_or_404(request, quarter)
    period = period_of(shown)
    compared = {(shown.year, shown.number), period.year_before}
    quarters = [each for each in begun_quarters(request) if (each.year, each.number) in compared]
    as_of = asked_moment(request.GET.get("as_of", ""))
    units, bodies = _units_and_bodies(request.user, as_of)
    choice = _choice_of_units(request, units)
    measures = in_use(asked_at(as_of)) if as_of else None
    figures = gather(units, quarters, measures=measures, in_parts=quarters, named=[shown], as_of=as_of)
    figures = with_kin(figures, units, as_of, until=choice.until)
    annexed, by_unit = _by_unit(request, figures, shown, choice)
    with translation.override("vi"):
        head = Head(**settings.PAPER | _issued_by(request.user.unit.command, shown.last_day, bodies))
        paper = make_summary(figures, period, head, annexed)
    context = by_unit | {
        "quarter": shown,
        "period": period,
        "paper": paper,
        "charts": [(chart, svg(chart)) for chart in paper.charts],
        "figures": figures,
        "reported": figures.reported(period),
        "expected": figures.expected(period),
        "as_of": as_of,
        "earlier_states": earlier_states(units, shown, [each for each in quarters if each != shown]),
        "revised": revised_units(figures, period),
        "is_sample": bool(figures.sample_periods),
        "is_running": shown.is_running(timezone.localdate()),
    }
    return render(request, "reports/summary.html", context)


def _units_and_bodies(user, as_of):
    """The reporting units that ``user`` sees, and by key all bodies that issue the report or stand above; one query.

    As they were known at the moment ``as_of``, where one is given.
    """
    if user.unit is None:
        raise Http404
    seen = Unit.objects.visible_to(user).reporting().values("pk")
    bodies = Q(kind=UnitKind.SUPERIOR) | Q(pk=user.unit.command.pk)
    wanted = Unit.objects.annotate(is_seen=Q(pk__in=seen)).filter(Q(is_seen=True) | bodies)
    found = list(wanted) if as_of is None else as_known_at(as_of, wanted)
    return [unit for unit in found if unit.is_seen], {unit.pk: unit for unit in found}


def _issued_by(command, day, bodies):
    """The issuing body and the one above it, as they were called on ``day``; the latter may be a setting alone."""
    then = bodies[command.pk].on(day)
    parent = then.parent and (bodies.get(then.parent) or Unit.objects.get(pk=then.parent))
    return {"issuing_body": then.name} | ({"parent_body": parent.on(day).name} if parent else {})


def _begun_or_404(request, code):
    for quarter in begun_quarters(request):
        if (quarter.year, quarter.number) == (code.year, code.number):
            return quarter
    raise Http404
