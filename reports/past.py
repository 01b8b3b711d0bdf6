"""Earlier states of a quarter's figures: the moments until which they stood, and the one that an address asks for."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from activity.models.asked import Asked, asked_of
from activity.models.history import Action, History
from activity.models.indicators import Indicator
from activity.models.steps import ReturnStep, Step
from activity.models.successions import Descent, Succession
from activity.models.told import JSONList, json_in, list_in
from activity.models.units import Unit

# What says of a unit whether it makes a return.
NAMES = {"reports", "reports_from", "reports_until", "closed_on"}
EXPECTED_BY = [field for field in Unit._meta.fields if field.name in NAMES]


@dataclass(frozen=True)
class EarlierState:
    """How figures stood ``until`` a unit's amendment, or its first return after the close, was approved.

    ``compared`` names the quarter of that return where it is the one that the report compares with.
    """

    until: datetime.datetime
    unit: str
    is_amendment: bool
    compared: str = ""

    @property
    def as_of(self) -> str:
        """The last moment of this state, as it stands in an address."""
        last = self.until.astimezone(datetime.UTC) - datetime.timedelta(microseconds=1)
        return last.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def earlier_states(units, quarter, compared=()) -> list[EarlierState]:
    """The states of the report of ``quarter`` that later approvals replaced, newest first; one query.

    Also those of the quarters ``compared`` with it, once ``quarter`` had begun.
    """
    corrected = Q(unit_return__version__gt=1) | ~Q(unit_return__reason="")
    begun = timezone.make_aware(datetime.datetime.combine(quarter.first_day, datetime.time.min))
    told = Q(unit_return__quarter=quarter) | Q(unit_return__quarter__in=compared, at__gte=begun)
    approvals = ReturnStep.objects.filter(corrected, told, step=Step.APPROVED, unit_return__unit__in=units)
    by_pk, quarters = {unit.pk: unit for unit in units}, {each.pk: each for each in (*compared, quarter)}
    names = ("at", "unit_return__unit", "unit_return__quarter", "unit_return__version")

    def state(at, unit, of, version):
        name = by_pk[unit].on(quarters[of].last_day).short_name
        return EarlierState(at, name, version > 1, "" if of == quarter.pk else str(quarters[of]))

    return [state(*row) for row in approvals.order_by("-at", "-pk").values_list(*names)]


def as_known_at(moment, units: QuerySet) -> list[Any]:
    """``units`` as they were known at ``moment``, whatever was decided since; never to be saved.

    Those that began by a later decision are left out. One query.
    """
    since = Descent.objects.filter(successor=OuterRef("pk"), succession__in=Succession.objects.decided_after(moment))
    renamed = since.renaming().order_by().values("successor").annotate(times=Count("pk")).values("times")
    changes = _since(moment, "unit", Action.CHANGED)
    known = units.exclude(Exists(since.filter(is_new=True)))
    then = list(known.annotate(renamed_since=Subquery(renamed), changed_since=changes))
    for unit in then:
        for _once in range(unit.renamed_since or 0):
            unit.be_again()
        was = _before(unit.changed_since)
        for field in (field for field in EXPECTED_BY if field.name in was):
            setattr(unit, field.name, field.to_python(was[field.name]))
    return then


def asked_at(moment) -> list[Asked]:
    """The indicators that were in use at ``moment``, under the names that they had then; one query."""
    changes = _since(moment, "indicator", Action.CREATED, Action.CHANGED)
    told = Indicator.objects.with_facts().annotate(changed_since=changes)
    found = list(told.values_list("facts", "changed_since"))
    was = {facts["pk"]: _before(changed) for facts, changed in found}
    return [
        replace(asked, name=was[asked.pk].get("name", asked.name))
        for asked in asked_of(facts for facts, _changed in found)
        if was[asked.pk].get("first_quarter", asked) is not None
    ]


def _since(moment, model, *actions) -> Subquery:
    """What history tells of a row of ``model`` after ``moment``, as one value for `_before`."""
    later = History.objects.filter(model=model, row=OuterRef("pk"), at__gt=moment, action__in=actions)
    told = JSONList(JSONObject(pk="pk", changes="changes"))
    return Subquery(later.order_by().values("row").annotate(told=told).values("told"))


def _before(told) -> dict[str, Any]:
    """By field what stood in a row before all that history ``told`` of it."""
    was: dict[str, Any] = {}
    for change in sorted(list_in(told), key=lambda each: -each["pk"]):
        was |= {name: old for name, (old, _new) in json_in(change["changes"]).items()}
    return was


def asked_moment(text: str) -> datetime.datetime | None:
    """The moment of ``?as_of=``, None where none is asked for.

    Raises Http404 for what is no moment, or has not come yet: present figures would pass for others.
    """
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        if moment is not None and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        moment = moment and moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment > timezone.now():
        raise Http404
    return moment
