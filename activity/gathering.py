"""The way of figures out of the database: read once into a plain value (see `figures`)."""

import datetime
from collections.abc import Iterable
from itertools import chain

from django.db.models import ExpressionWrapper, F, Field, OuterRef, Subquery, Sum, Value
from django.utils import timezone

from .figures import Amended, Basis, Cell, Ceremony, Figures, Number, Period, ProjectName, UnitName
from .measures import Measure, exact, in_use, tally
from .models.answers import IndicatorAnswer
from .models.choices import EventType, ProjectLevel, ProjectOwner, ProjectStage, Status
from .models.figure import Figure
from .models.marks import ReturnKind
from .models.quarters import Quarter
from .models.records import ForeignEvent, SpecialProject
from .models.returns import UnitReturn
from .models.told import JSONList, list_in
from .models.units import Unit, UnitState


def period_of(quarter: Quarter) -> Period:
    return Period(quarter.year, quarter.number, quarter.first_day, quarter.last_day, quarter.due_day)


def gather(
    units,
    quarters,
    *,
    basis: Basis = Basis.APPROVED,
    measures: Iterable[Measure] | None = None,
    in_parts: Iterable[Quarter] = (),
    parts_of: Iterable[str] | None = None,
    named: Iterable[Quarter] = (),
    as_of: datetime.datetime | None = None,
) -> Figures:
    """Read the figures of ``units`` in ``quarters`` (rows, in border order and any order) into a plain value.

    ``measures`` are those to read: all in use, unless given. Parts are read only of the quarters ``in_parts`` (and of
    the measures ``parts_of``, unless of all); the projects and ceremonies that a report names, of those ``named``.
    ``as_of`` reads them as they stood at that moment: of each return the version that was in force then.
    At most six queries, whatever the number of units, quarters and records; a
    provisional basis adds the tally of the submitted returns, ``as_of`` the returns that waited for approval.
    """
    names = {unit.pk: name_of(unit, unit.state) for unit in units}
    periods = {quarter.pk: period_of(quarter) for quarter in sorted(quarters, key=lambda q: q.first_day)}
    measures = in_use() if measures is None else tuple(measures)
    read = _counted(UnitReturn.objects.filter(unit__in=names, quarter__in=periods), measures)
    counted, waiting = _returns(read, basis) if as_of is None else _returns_at(read, as_of)
    former_names = _former_names(units, names, periods)

    def cell_of(row) -> Cell:
        cell = periods[row.quarter_id], names[row.unit_id]
        return cell[0], former_names.get(cell, cell[1])

    cells = {row.pk: cell_of(row) for row in counted}
    waiting_cells = frozenset(cell_of(row) for row in waiting)
    handed_in = waiting_cells.union(cells.values())
    live = [row.pk for row in counted if row.status == Status.SUBMITTED]
    slugs = [measure.slug for measure in measures]
    split_quarters, told_quarters = {quarter.pk for quarter in in_parts}, {quarter.pk for quarter in named}
    split = {row.pk for row in counted if row.quarter_id in split_quarters}
    told = [row.pk for row in counted if row.quarter_id in told_quarters]
    return Figures(
        units=tuple(names.values()),
        periods=tuple(periods.values()),
        basis=basis,
        as_of=as_of or timezone.now(),
        values=_values(cells, live, measures, slugs, split, slugs if parts_of is None else list(parts_of)),
        provisional_cells=frozenset(cells[pk] for pk in live),
        waiting_cells=waiting_cells,
        revised_cells={cells[row.pk]: (Amended(cells[row.pk][1], row.version),) for row in counted if row.version > 1},
        nothing={cells[row.pk]: frozenset(list_in(row.nothing) + list_in(row.nothing_asked)) for row in counted},
        former_names=former_names,
        not_expected=frozenset(
            cell
            for unit in units
            for quarter in quarters
            if not unit.is_expected(quarter) and (cell := (periods[quarter.pk], names[unit.pk])) not in handed_in
        ),
        not_asked=_not_asked(measures, units, names, periods),
        sample_periods=frozenset(periods[row.quarter_id] for row in counted if row.is_sample),
        projects=_projects(told, cells) if told else (),
        ceremonies=_ceremonies(told, cells) if told else (),
        measures=measures,
    )


def _not_asked(measures, units, names, periods) -> dict[str, frozenset[Cell]]:
    """Of measures that are asked by themselves the cells whose units are not asked."""
    asked = [measure for measure in measures if measure.asked is not None]
    cells = [(period, unit) for unit in units if asked for period in periods.values()]
    kinds = [(period, names[unit.pk], unit.on(period.last_day).kind) for period, unit in cells]
    return {
        measure.slug: frozenset((period, unit) for period, unit, kind in kinds if not measure.is_asked(kind, period))
        for measure in asked
    }


def name_of(unit: Unit, state: UnitState) -> UnitName:
    """A unit (row) as figures know it, under what it was called in ``state``."""
    return UnitName(unit.code, state.name, state.short_name)


def _former_names(units, names, periods) -> dict[Cell, UnitName]:
    """What units were called on the last days of the periods before they were renamed."""
    return {
        (period, names[unit.pk]): name_of(unit, unit.on(period.last_day))
        for unit in units
        if unit.past
        for period in periods.values()
    }


def _values(cells, live, measures, slugs, split, split_slugs) -> dict[Cell, dict[tuple[str, str], Number]]:
    """The numbers of each cell: wholes of ``slugs``, and of the returns ``split`` the parts of ``split_slugs``.

    Those of the returns ``live`` are counted now, the others were stored when they were approved.
    """
    numbers: dict[int, dict[tuple[str, str], Number]] = {pk: {} for pk in cells}
    by_slug = {measure.slug: measure for measure in measures}
    # A tally counts everything; what was not asked for would stand beside stored figures that lack it.
    counted_now = (
        row
        for row in (tally(UnitReturn.objects.filter(pk__in=live), live, measures) if live else ())
        if (row[1] in split_slugs and row[0] in split if row[2] else row[1] in slugs)
    )
    stored = chain(_stored(cells, slugs, part=""), _stored(split, split_slugs, part__gt=""))
    for pk, measure, part, value in chain(stored, counted_now):
        numbers[pk][measure, part] = exact(value, by_slug[measure])
    return {cells[pk]: of_return for pk, of_return in numbers.items()}


# What is read of a return that counts.
COUNTED = ("pk", "unit_id", "quarter_id", "version", "status", "is_sample", "nothing", "nothing_asked")


def _counted(returns, measures):
    """Add to ``returns`` what there is nothing to report of: kinds, and indicators where ``measures`` has some."""
    marks = ReturnKind.objects.filter(unit_return=OuterRef("pk"), nothing_to_report=True).order_by()
    answers = IndicatorAnswer.objects.filter(unit_return=OuterRef("pk"), nothing_to_report=True).order_by()
    of_answers = answers.values("unit_return").annotate(said=JSONList("indicator__code")).values("said")
    return returns.annotate(
        nothing=Subquery(marks.values("unit_return").annotate(said=JSONList("kind")).values("said")),
        nothing_asked=Subquery(of_answers) if any(measure.asked for measure in measures) else Value("[]"),
    )


def _returns(returns, basis):
    """The return that counts for each unit and quarter, and those that are submitted but do not count.

    Provisionally a submitted version stands before the approved one that it is to replace.
    """
    counted, waiting = {}, []
    for row in returns.handed_in().order_by("version").values_list(*COUNTED, named=True):
        if row.status == Status.APPROVED or basis is Basis.PROVISIONAL:
            counted[row.unit_id, row.quarter_id] = row
        else:
            waiting.append(row)
    return list(counted.values()), waiting


def _returns_at(returns, moment):
    """The returns in force at ``moment``, and those that were submitted then and waited for approval."""
    rows = returns.order_by()
    waiting = rows.submitted_at(moment).annotate(waits=Value(True)).values_list(*COUNTED, "waits", named=True)
    in_force = rows.in_force_at(moment).annotate(waits=Value(False)).values_list(*COUNTED, "waits", named=True)
    found = list(in_force.union(waiting, all=True))
    return [row for row in found if not row.waits], [row for row in found if row.waits]


def _stored(return_ids, slugs, **part):
    """The stored figures of some returns and measures, as (return id, measure, part, value)."""
    if not return_ids:
        return ()
    rows = Figure.objects.filter(unit_return__in=list(return_ids), measure__in=slugs, **part)
    # As the number that the database gives, a third of the time of Django's decimals; `exact` restores the last place.
    value = ExpressionWrapper(F("value"), output_field=Field())
    return rows.values_list("unit_return_id", "measure", "part", value)


def stored_totals(returns, slugs: Iterable[str]) -> dict[str, Number]:
    """What approved ``returns`` (a queryset) add up to, by measure; one query, no record read."""
    rows = Figure.objects.filter(unit_return__in=returns, measure__in=slugs, part="").order_by()
    return dict(rows.values_list("measure").annotate(total=Sum("value")))


def _projects(return_ids, cells):
    rows = SpecialProject.objects.filter(
        unit_return__in=return_ids, owner=ProjectOwner.OWN, level=ProjectLevel.PROJECT, stage=ProjectStage.SUCCESS
    )
    return tuple(
        ProjectName(period, unit, row.code, row.category, row.crime, opened_in_quarter=period.holds(row.opened_on))
        for row in rows.order_by("date", "pk")
        for period, unit in [cells[row.unit_return_id]]
    )


def _ceremonies(return_ids, cells):
    rows = ForeignEvent.objects.filter(unit_return__in=return_ids, event_type=EventType.CEREMONY)
    return tuple(
        Ceremony(period, unit, row.date, row.title, row.place, row.counterpart, row.level)
        for row in rows.order_by("date", "pk")
        for period, unit in [cells[row.unit_return_id]]
    )
