"""The tiles of a dashboard: one for each measure marked so, with what is counted beside it and two comparisons."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext, pgettext

from activity.comparison import Comparison, quarter_before, same_quarter_last_year
from activity.figures import Figures, Period
from activity.measures import BY_SLUG, MEASURES, Measure

from . import numbers
from .charts import marks
from .drawing.svg import sparkline

# What stands beside the value of a tile: the other half of a pair, and what goes with it.
BESIDE = {
    "patrols": ("patrol_turns", "cleared_km"),
    "propaganda": ("listener_turns",),
    "cases": ("subjects",),
    "projects_opened": ("projects_succeeded",),
}
LINE_LENGTH = 8


@dataclass(frozen=True)
class Change:
    """What a comparison says in a line: with what, a sign of direction, and by how much."""

    against: str
    sign: str
    words: str


@dataclass(frozen=True)
class Tile:
    slug: str
    label: str
    value: str
    counted_in: str
    beside: tuple[str, ...]
    changes: tuple[Change, ...]
    line: str


def tiles(figures: Figures, period: Period) -> tuple[Tile, ...]:
    """The tiles of ``period``; ``figures`` hold the eight quarters up to it and the same quarter last year."""
    return tuple(_tile(figures, measure, period) for measure in figures.measures if measure.tile)


def compared_over(figures: Figures, period: Period) -> str:
    """Say over which units the tiles compare, where these are not all that reported; nothing otherwise."""
    slug = next(measure.slug for measure in figures.measures if measure.tile)
    told = []
    for comparison in (quarter_before(figures, slug, period), same_quarter_last_year(figures, slug, period)):
        if comparison is not None and comparison.left_out:
            units = ngettext("%(n)s unit", "%(n)s units", len(comparison.units)) % {"n": len(comparison.units)}
            left_out = ", ".join(unit.short_name for unit in comparison.left_out)
            words = gettext("with %(quarter)s %(units)s, without %(left_out)s")
            told.append(words % {"quarter": numbers.quarter(comparison.against), "units": units, "left_out": left_out})
    words = gettext("Compared over the units that reported in both: %(how)s.")
    return words % {"how": "; ".join(told)} if told else ""


def tile_measures() -> list[Measure]:
    """The measures that tiles read."""
    shown = [measure for measure in MEASURES if measure.tile]
    return [*shown, *(BY_SLUG[beside] for measure in shown for beside in BESIDE.get(measure.slug, ()))]


def _tile(figures, measure, period):
    slug = measure.slug
    periods = [each for each in figures.periods if each <= period][-LINE_LENGTH:]
    lifted = {mark.at for mark in marks(figures, periods, figures.units, measure)}
    return Tile(
        slug=slug,
        label=str(measure.label),
        value=_value(measure, figures.total(slug, period)),
        counted_in="" if measure.is_money else str(measure.counted_in),
        beside=(gettext("nothing to report"),)
        if figures.is_nothing(slug, period)
        else tuple(_beside(figures, other, period) for other in BESIDE.get(slug, ())),
        changes=(
            _change(quarter_before(figures, slug, period), pgettext("tile", "Quarter before")),
            _change(same_quarter_last_year(figures, slug, period), pgettext("tile", "Last year")),
        ),
        line=sparkline([figures.total(slug, each) for each in periods], lifted),
    )


def _value(measure: Measure, value):
    return numbers.money_short(value) if measure.is_money and value else numbers.number(value, measure.decimals)


def _beside(figures, slug, period):
    measure = figures.measure(slug)
    value = numbers.number(figures.total(slug, period), measure.decimals)
    if slug == "projects_succeeded":
        return f"{value} {pgettext('tile', 'concluded')}"
    return f"{value} {measure.counted_in}"


def _change(comparison: Comparison | None, against: str) -> Change:
    if comparison is None:
        return Change(against, "", gettext("no figures"))
    size, percent = abs(comparison.difference), comparison.percent
    if not size:
        return Change(against, "=", gettext("unchanged"))
    sign = "▲" if comparison.difference > 0 else "▼"
    return Change(
        against, sign, _value(comparison.measure, size) + (f" ({numbers.percent(percent)})" if percent else "")
    )
