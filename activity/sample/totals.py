"""What the province adds up to in a quarter, and each unit's share of it.

Totals come first and are split over units and then over rows, so that rows always add up to them. How the
published totals split over units was not published: every split is made up.
"""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random

from ..models.choices import UnitKind

PUBLISHED_QUARTER = "2024Q1"
HALF_A_MILLION = 500_000  # fines are paid in multiples of so many đồng


@dataclass(frozen=True)
class Totals:
    """Numbers of one quarter, of the province or of one unit."""

    patrols: int
    patrol_turns: int
    cleared_hectometres: int
    sessions: int
    listeners: int
    cases: int
    subjects: int
    half_millions_paid: int
    events: int


# Cao Bằng, quý I/2024 (DOMAIN, section 4); 50,4 km and 1.034.500.000 đồng are the exact values taken for
# "trên 50 km" and "trên 1 tỷ đồng", and the number of events is made up.
PUBLISHED = Totals(412, 3_889, 504, 329, 15_749, 144, 1_421, 2_069, 130)

# How the quarters of a year differ from the first: rain keeps people at home, paths are cleared when it is dry.
SEASONS = {
    "patrols": (1.0, 0.97, 0.93, 1.05),
    "cleared_hectometres": (1.0, 0.95, 0.9, 1.06),
    "sessions": (1.0, 1.04, 0.94, 1.0),
    "cases": (1.0, 0.92, 0.95, 1.06),
    "subjects": (0.95, 0.88, 0.92, 1.02),
    "half_millions_paid": (1.0, 0.95, 0.95, 1.05),
    "events": (1.0, 0.95, 0.95, 1.05),
}
# How far a number strays from its season either way.
SWING = {"subjects": 0.2}
USUAL_SWING = 0.07
# Numbers that follow another one: so many a patrol, a session.
FOLLOWERS = {"patrol_turns": "patrols", "listeners": "sessions"}

# How much of a number falls to a unit of a kind, an ordinary post being 1. The command's staff enters cases and
# events of the province and neither patrols nor speaks.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    UnitKind.STAFF: {"patrols": 0, "sessions": 0, "cases": 1.2, "events": 1.5},
    UnitKind.POST: {"patrols": 1, "sessions": 1, "cases": 1, "events": 1},
    UnitKind.GATE_POST: {"patrols": 0.9, "sessions": 0.95, "cases": 1.6, "events": 2.6},
    UnitKind.INTL_GATE_POST: {"patrols": 0.85, "sessions": 0.95, "cases": 2, "events": 3.2},
    UnitKind.BATTALION: {"patrols": 0.55, "sessions": 0.6, "cases": 0.25, "events": 0},
}


def shares(total: int, weights: Sequence[float], least: Sequence[int] | None = None) -> list[int]:
    """Split ``total`` by ``weights`` into whole numbers that add up to it, none below its ``least``.

    Without any weight there is nobody to take a share, and everybody gets their least.
    """
    parts = list(least or [0] * len(weights))
    spare, weight = total - sum(parts), sum(weights)
    if spare < 0:
        raise ValueError(f"{total} is less than the least shares {parts} together")
    if not weight:
        return parts
    exact = [spare * w / weight for w in weights]
    parts = [part + math.floor(x) for part, x in zip(parts, exact, strict=True)]
    by_remainder = sorted(range(len(exact)), key=lambda i: math.floor(exact[i]) - exact[i])
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def province_totals(quarter, until: datetime.date) -> Totals:
    """Return what the province did in ``quarter`` up to and with the day ``until``."""
    if quarter.code == PUBLISHED_QUARTER:
        return PUBLISHED
    dice = Random(f"{quarter.code} province")  # noqa: S311  no secret
    factors = {}
    for field in fields(Totals):
        season = SEASONS.get(field.name, (1.0,) * 4)[quarter.number - 1]
        swing = SWING.get(field.name, USUAL_SWING)
        factors[field.name] = season * dice.uniform(1 - swing, 1 + swing)
    for follower, leader in FOLLOWERS.items():
        factors[follower] *= factors[leader]
    elapsed = ((until - quarter.first_day).days + 1) / ((quarter.last_day - quarter.first_day).days + 1)
    return Totals(**{name: round(getattr(PUBLISHED, name) * factor * elapsed) for name, factor in factors.items()})


def unit_totals(totals: Totals, quarter, units) -> dict[str, Totals]:
    """Split the province's totals over its reporting ``units``; returned by unit code."""
    patrols = shares(totals.patrols, _weights("patrols", quarter, units))
    sessions = shares(totals.sessions, _weights("sessions", quarter, units))
    cases = shares(totals.cases, _weights("cases", quarter, units))
    columns = {
        "patrols": patrols,
        "patrol_turns": shares(totals.patrol_turns, _strayed("turns", quarter, units, patrols), patrols),
        "cleared_hectometres": shares(totals.cleared_hectometres, _clearing_weights(quarter, units)),
        "sessions": sessions,
        "listeners": shares(totals.listeners, _strayed("listeners", quarter, units, sessions), sessions),
        "cases": cases,
        "subjects": shares(totals.subjects, _strayed("subjects", quarter, units, cases, 0.6), cases),
        "half_millions_paid": shares(totals.half_millions_paid, _strayed("paid", quarter, units, cases, 0.5), cases),
        "events": shares(totals.events, _weights("events", quarter, units)),
    }
    rows = zip(*columns.values(), strict=True)
    return {unit.code: Totals(**dict(zip(columns, row, strict=True))) for unit, row in zip(units, rows, strict=True)}


def _weights(name, quarter, units):
    """Weights by the kind of unit, by a lasting character of each unit, and by the luck of the quarter."""
    lasting = (Random(f"{unit.code} {name}").uniform(0.8, 1.2) for unit in units)  # noqa: S311  no secret
    by_kind = [WEIGHTS[unit.kind][name] * character for unit, character in zip(units, lasting, strict=True)]
    return _strayed(name, quarter, units, by_kind)


def _strayed(name, quarter, units, weights, swing=0.15):
    """Return ``weights``, each strayed by up to ``swing`` either way."""
    dice = [Random(f"{unit.code} {quarter.code} {name} weight") for unit in units]  # noqa: S311  no secret
    return [weight * die.uniform(1 - swing, 1 + swing) for weight, die in zip(weights, dice, strict=True)]


def _clearing_weights(quarter, units):
    """Only some posts clear their path in a quarter."""
    luck = [Random(f"{unit.code} {quarter.code} clears").random() for unit in units]  # noqa: S311  no secret
    posts = {UnitKind.POST, UnitKind.GATE_POST, UnitKind.INTL_GATE_POST}
    return [chance if unit.kind in posts and chance > 0.45 else 0 for unit, chance in zip(units, luck, strict=True)]
