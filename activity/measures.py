"""What is counted: the report's table of contents. Every expression adds up over records and units.

`in_use` is the one list that every room reads: what is counted from records, and what administrators ask for besides.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Count, ExpressionWrapper, F, Field, Q, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .models import answers, cases, record, records
from .models.asked import Asked, Redefined
from .models.choices import (
    CaseRole,
    CaseStage,
    EventType,
    IndicatorNumber,
    PatrolForm,
    ProjectLevel,
    ProjectOwner,
    ProjectStage,
    PropagandaForm,
    ReportSection,
)
from .models.counted import (
    CASES,
    DONG,
    KILOMETRES,
    LEAFLETS,
    LISTENER_TURNS,
    PERSONS,
    PLANS,
    PROJECTS,
    SUBJECTS,
    TIMES,
    TURNS,
)
from .models.indicators import Indicator

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Rows that clear the path count only their kilometres (DOMAIN, section 3).
CLEARING = Q(form=PatrolForm.CLEARING)
BILATERAL_PATROL = Q(form__in=[PatrolForm.BILATERAL, PatrolForm.JOINT_LAW_ENFORCEMENT])

# A case that another border-guard unit leads enters no measure, or one case would count twice.
DETECTED = Q(stage=CaseStage.DETECTED)
LEAD = Q(role=CaseRole.LEAD) & DETECTED
SUPPORT = Q(role=CaseRole.SUPPORT) & DETECTED
CAUGHT = Q(role__in=[CaseRole.LEAD, CaseRole.SUPPORT]) & DETECTED
RECEIVED = Q(role=CaseRole.RECEIVED) & DETECTED
# Outcomes, fines and payments count at either stage, of every case but the internal ones.
COUNTED = ~Q(role=CaseRole.INTERNAL)

IN_WINDOW = Q(opened_on__gte=F("unit_return__quarter__first_day"), opened_on__lte=F("unit_return__quarter__last_day"))
OWN = Q(owner=ProjectOwner.OWN)
PROJECT = OWN & Q(level=ProjectLevel.PROJECT)
PLAN = OWN & Q(level=ProjectLevel.PLAN)
SUCCESS = Q(stage=ProjectStage.SUCCESS)

BORDER, PROPAGANDA, CRIME, FOREIGN = ReportSection
SECTIONS = dict(ReportSection.choices)


@dataclass(frozen=True)
class Measure:
    """One thing that is counted. ``split_by`` names the choice field whose values are its parts.

    ``asked`` says of whom it is asked by itself: then no row is no answer, while of the others it is 0. One that does
    not ``adds_up`` over quarters is a state at their end.
    """

    slug: str
    label: "StrOrPromise"
    model: type[record.ActivityRecord]
    expression: Combinable
    counted_in: "StrOrPromise"
    section: str
    decimals: int = 0
    split_by: str = ""
    tile: bool = False
    charted: bool = False
    is_money: bool = False
    adds_up: bool = True
    asked: Asked | None = None

    @property
    def parts(self) -> dict[str, str]:
        """The allowed parts in their order, each with its label; none for a measure that is not split."""
        return _choices(self.model, self.split_by) if self.split_by else {}

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount and no count: kilometres, tonnes, money."""
        return self.decimals > 0 or self.is_money

    @property
    def redefined(self) -> tuple[Redefined, ...]:
        """From when on it means something else, the oldest first."""
        return self.asked.redefined if self.asked else ()

    def is_asked(self, unit_kind: str, quarter) -> bool:
        """Whether units that are ``unit_kind`` on the last day of ``quarter`` are asked for it."""
        return self.asked is None or self.asked.of(unit_kind, quarter)


@cache
def _choices(model, field: str) -> dict[str, str]:
    """The values of a choice field with their labels; Django would flatten them at every look."""
    return dict(model._meta.get_field(field).flatchoices)


def _count(condition: Q) -> Count:
    return Count(Value(1), filter=condition)


MEASURES = (
    # Border
    Measure(
        "patrols", _("Patrols and controls"), records.Patrol, Sum("times", filter=~CLEARING),
        TIMES, BORDER, split_by="form", tile=True, charted=True,
    ),
    Measure(
        "patrol_turns", _("Participants in patrols"), records.Patrol, Sum("participant_turns", filter=~CLEARING),
        TURNS, BORDER, split_by="form",
    ),
    Measure(
        "partner_turns", _("Partner forces in patrols"), records.Patrol, Sum("partner_turns", filter=~CLEARING),
        TURNS, BORDER,
    ),
    Measure(
        "cleared_km", _("Patrol path cleared"), records.Patrol, Sum("cleared_km"),
        KILOMETRES, BORDER, decimals=1,
    ),
    # Propaganda
    Measure(
        "propaganda", _("Propaganda sessions"), records.PropagandaSession, Sum("times"),
        TIMES, PROPAGANDA, split_by="topic", tile=True, charted=True,
    ),
    Measure(
        "listener_turns", _("Listeners"), records.PropagandaSession, Sum("listener_turns"),
        LISTENER_TURNS, PROPAGANDA, split_by="topic",
    ),
    Measure(
        "leaflets", _("Leaflets handed out"), records.PropagandaSession, Sum("leaflets"),
        LEAFLETS, PROPAGANDA,
    ),
    # Crime
    Measure(
        "cases", _("Cases caught and handled"), cases.CriminalCase, Sum("cases", filter=CAUGHT),
        CASES, CRIME, split_by="category", tile=True, charted=True,
    ),
    Measure(
        "subjects", _("Subjects caught and handled"), cases.CriminalCase, Sum("subjects", filter=CAUGHT),
        SUBJECTS, CRIME, split_by="category",
    ),
    Measure(
        "lead_cases", _("Cases led"), cases.CriminalCase, Sum("cases", filter=LEAD),
        CASES, CRIME, split_by="category",
    ),
    Measure(
        "lead_subjects", _("Subjects of cases led"), cases.CriminalCase, Sum("subjects", filter=LEAD),
        SUBJECTS, CRIME, split_by="category",
    ),
    Measure(
        "support_cases", _("Cases supported"), cases.CriminalCase, Sum("cases", filter=SUPPORT),
        CASES, CRIME, split_by="category",
    ),
    Measure(
        "support_subjects", _("Subjects of cases supported"), cases.CriminalCase, Sum("subjects", filter=SUPPORT),
        SUBJECTS, CRIME, split_by="category",
    ),
    Measure(
        "ownerless", _("Cases without owner"), cases.CriminalCase, Sum("ownerless", filter=CAUGHT),
        CASES, CRIME,
    ),
    Measure(
        "outcome_cases", _("Cases by outcome"), cases.CriminalCase, Sum("cases", filter=COUNTED),
        CASES, CRIME, split_by="outcome",
    ),
    Measure(
        "outcome_subjects", _("Subjects by outcome"), cases.CriminalCase, Sum("subjects", filter=COUNTED),
        SUBJECTS, CRIME, split_by="outcome",
    ),
    Measure("fined_vnd", _("Fines"), cases.CriminalCase, Sum("fined_vnd", filter=COUNTED), DONG, CRIME, is_money=True),
    Measure(
        "paid_vnd", _("Paid to the state budget"), cases.CriminalCase, Sum("paid_vnd", filter=COUNTED),
        DONG, CRIME, tile=True, is_money=True,
    ),
    Measure(
        "received_cases", _("Cases received"), cases.CriminalCase, Sum("cases", filter=RECEIVED),
        CASES, CRIME,
    ),
    Measure(
        "received_subjects", _("Persons received"), cases.CriminalCase, Sum("subjects", filter=RECEIVED),
        PERSONS, CRIME,
    ),
    Measure(
        "projects_opened", _("Special projects opened"), records.SpecialProject, _count(PROJECT & IN_WINDOW),
        PROJECTS, CRIME, tile=True,
    ),
    Measure(
        "projects_succeeded", _("Special projects concluded"), records.SpecialProject, _count(PROJECT & SUCCESS),
        PROJECTS, CRIME,
    ),
    Measure(
        "plans_opened", _("Operational plans opened"), records.SpecialProject, _count(PLAN & IN_WINDOW),
        PLANS, CRIME,
    ),
    Measure(
        "plans_succeeded", _("Operational plans concluded"), records.SpecialProject, _count(PLAN & SUCCESS),
        PLANS, CRIME,
    ),
    # Foreign affairs
    Measure(
        "foreign_events", _("Foreign-affairs events"), records.ForeignEvent, Sum("times"),
        TIMES, FOREIGN, split_by="event_type", tile=True,
    ),
    Measure(
        "persons_handed", _("Persons handed over or received"), records.ForeignEvent,
        Sum("persons_handed", filter=Q(event_type=EventType.HANDOVER)), PERSONS, FOREIGN,
    ),
    Measure(
        "bilateral_patrols", _("Bilateral patrols"), records.Patrol, Sum("times", filter=BILATERAL_PATROL),
        TIMES, FOREIGN,
    ),
    Measure(
        "bilateral_propaganda", _("Bilateral propaganda"), records.PropagandaSession,
        Sum("times", filter=Q(form=PropagandaForm.BILATERAL)), TIMES, FOREIGN,
    ),
)  # fmt: skip

BY_SLUG = {measure.slug: measure for measure in MEASURES}


def in_use(indicators=None) -> tuple[Measure, ...]:
    """All measures in the report's order, those of the indicators after the others of their section.

    One query, or none where the ``indicators`` in use are known.
    """
    of_indicators = map(_of_indicator, Indicator.objects.in_use() if indicators is None else indicators)
    return tuple(sorted([*MEASURES, *of_indicators], key=lambda measure: ORDER[measure.section]))


ORDER = {section: place for place, section in enumerate(SECTIONS)}


def _of_indicator(indicator: Asked) -> Measure:
    """The measure of an indicator: of each return at most one answer, where “nothing to report” counts 0."""
    return Measure(
        indicator.code,
        indicator.name,
        answers.IndicatorAnswer,
        Sum(Coalesce(F("value"), Value(Decimal(0))), filter=Q(indicator=indicator.pk)),
        indicator.counted_in,
        indicator.section,
        decimals=indicator.decimals,
        charted=indicator.charted,
        is_money=indicator.number == IndicatorNumber.MONEY,
        adds_up=indicator.adds_up,
        asked=indicator,
    )


def tally(returns, return_ids=None, measures=None):
    """Count ``returns`` (a queryset; ``return_ids`` are theirs, where they are known) from their records.

    Yields ``(return id, measure, part, value)``: for every return and measure the whole (empty part), 0 where
    there are no rows (nothing, where the measure is asked by itself), and each part that is not 0. One query, of each
    kind the records grouped by all that splits its measures: since every expression adds up, wholes and parts are sums
    over the same groups. ``measures`` are those `in_use`, where they are known.
    """
    if return_ids is None:
        return_ids = list(returns.values_list("pk", flat=True))
    if measures is None:
        measures = in_use()
    of_kinds: dict[str, list[Measure]] = {}
    for measure in measures:
        of_kinds.setdefault(measure.model.kind_slug, []).append(measure)
    sums = {(pk, m.slug, ""): exact(0, m) for pk in return_ids for m in measures if m.asked is None}
    for pk, kind, group, values in _grouped(returns, of_kinds):
        for measure, value in zip(of_kinds[kind], values, strict=False):
            if measure.asked is not None and value is None:
                continue
            value = exact(value, measure)
            sums[pk, measure.slug, ""] = sums.get((pk, measure.slug, ""), 0) + value
            if measure.split_by and value:
                part = pk, measure.slug, group[_splits(of_kinds[kind]).index(measure.split_by)]
                sums[part] = sums.get(part, 0) + value
    yield from ((*cell, value) for cell, value in sums.items())


def _splits(measures) -> tuple[str, ...]:
    """The fields by which the records of a kind are grouped."""
    return tuple(dict.fromkeys(measure.split_by for measure in measures if measure.split_by))


def _grouped(returns, of_kinds):
    """Yield ``(return id, kind, the group's values of splits, the value of each measure)`` from one query.

    The kinds stand below each other in as many columns as the widest one has; what a kind lacks is filled up.
    """
    splits = max(len(_splits(measures)) for measures in of_kinds.values())
    values = max(map(len, of_kinds.values()))
    first, *others = (_group(returns, kind, measures, splits, values) for kind, measures in of_kinds.items())
    for pk, kind, *row in first.union(*others, all=True):
        yield pk, kind, row[:splits], row[splits:]


def _group(returns, kind, measures, splits, values):
    """The records of one kind, grouped, in ``splits`` columns of what splits them and ``values`` columns of sums."""
    keys = _splits(measures)
    records = measures[0].model.objects.filter(unit_return__in=returns).order_by()
    # Of rows below each other Django reads a column as that of the first kind: as a number of no kind, none is cut.
    sums = {f"m_{m.slug}": ExpressionWrapper(m.expression, output_field=Field()) for m in measures}
    groups = records.values("unit_return_id", *keys).annotate(**sums)
    filled = {f"no_split_{n}": Value("") for n in range(splits - len(keys))}
    filled |= {f"no_value_{n}": Value(0, output_field=Field()) for n in range(values - len(measures))}
    return groups.annotate(kind=Value(kind), **filled).values_list(
        "unit_return_id",
        "kind",
        *keys,
        *(name for name in filled if name.startswith("no_split")),
        *(f"m_{measure.slug}" for measure in measures),
        *(name for name in filled if name.startswith("no_value")),
    )


def exact(value, measure: Measure):
    """Return a sum without SQLite's floating dust: 3 × 0,1 is 0,3. A sum over nothing is 0."""
    return round(Decimal(value or 0), measure.decimals) if measure.decimals else int(value or 0)
