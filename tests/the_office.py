"""An office of two units and two quarters, what stands in it, and what may come of an act: plain rules, written anew.

Nothing here asks the application what is right; it reads rows and compares them.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.test import Client

from activity.kinds import KINDS
from activity.models import Exhibit, Figure, History, Quarter, ReturnKind, ReturnStep, SectionDuty, UnitReturn
from activity.models.choices import Role, UnitKind

from .factories import made_command, made_delegation, made_quarter, made_unit, made_user
from .test_tally import slow_count

UNITS, QUARTERS = ("tra-linh", "ngoc-con"), ("2024Q1", "2024Q2")
PLACES = [(unit, quarter) for unit in UNITS for quarter in QUARTERS]
DAYS = {"2024Q1": "05/03/2024", "2024Q2": "05/06/2024"}
SLUGS = [kind.slug for kind in KINDS]
MODELS = [kind.model for kind in KINDS] + [Exhibit]

# Who may do what, and at which unit's returns: None stands for all. Nobody answers for cases and projects: all check.
OWN, OF_A_CHECKER = {"enter", "submit", "amend", "withdraw"}, {"send_back", "check cases", "check projects"}
OF_THE_COMMAND = {"send_back", "approve", "amend", "withdraw", "extend"}
RIGHTS = {
    "staff": {"tra-linh": {"enter"}},
    "head": {"tra-linh": OWN},
    "deputy-head": {"tra-linh": OWN},
    "stranger": {"ngoc-con": OWN},
    "operations": {None: OF_A_CHECKER | {"check patrols", "check foreign-affairs"}},
    "political": {None: OF_A_CHECKER | {"check propaganda"}},
    "commander": {None: OF_THE_COMMAND},
    "deputy-commander": {None: OF_THE_COMMAND, "tra-linh": {"enter"}},
}
MOVES = {
    ("draft", "submitted"): "submit",
    ("submitted", "draft"): "send_back",
    ("submitted", "approved"): "approve",
    ("approved", "superseded"): "approve",
    ("draft", "withdrawn"): "withdraw",
}
STEPS = {
    "submit": "submitted",
    "send_back": "sent_back",
    "approve": "approved",
    "amend": "amended",
    "withdraw": "withdrawn",
}


def made_office() -> dict:
    """Make units, quarters, duties and people, and return by name a client that has signed in, and the person."""
    command = made_command()
    for code in UNITS:
        made_unit(code)
    made_quarter(2024, 1), made_quarter(2024, 2)
    sections = {
        name: made_unit(name, kind=UnitKind.SECTION, reports=False, parent=command)
        for name in ("operations", "political")
    }
    for slug in ("patrols", "foreign-affairs"):
        SectionDuty.objects.create(kind=slug, section=sections["operations"])
    SectionDuty.objects.create(kind="propaganda", section=sections["political"])
    return {name: _signed_in(name, command, sections) for name in RIGHTS}


def _signed_in(name, command, sections):
    roles = {"head": Role.HEAD, "stranger": Role.HEAD, "commander": Role.COMMANDER} | dict.fromkeys(
        sections, Role.CHECKER
    )
    here = next(iter(RIGHTS[name])) or "tra-linh"
    unit = sections.get(name) or (command if name == "commander" else _unit(here))
    person = made_user(roles.get(name, Role.STAFF), unit, username=name)
    if name.startswith("deputy-"):
        days = {"first_day": datetime.date(2024, 1, 1), "last_day": datetime.date(2999, 12, 31)}
        made_delegation(person, Role.HEAD if name == "deputy-head" else Role.COMMANDER, **days)
    client = Client()
    client.force_login(person)
    return client, person


def _unit(code):
    return UnitReturn.unit.field.related_model.objects.get(code=code)


def has_right(person, verb, unit) -> bool:
    return any(verb in verbs for where, verbs in RIGHTS[person].items() if where in {None, unit})


@dataclass(frozen=True)
class Act:
    """What somebody tried; ``way`` is the page, or past the pages the models."""

    verb: str
    person: str = ""
    place: tuple = ()
    fresh: bool = True
    way: str = "page"


class Standing:
    """All that stands in the office at a moment."""

    def __init__(self):
        rows = UnitReturn.objects.select_related("unit", "quarter")
        self.returns = {row.pk: row for row in rows}
        self.places = {row.pk: (row.unit.code, row.quarter.code) for row in rows}
        self.closed = set(Quarter.objects.closed().values_list("pk", flat=True))
        self.figures = _by_return(Figure.objects.order_by("pk").values_list("unit_return_id", "pk", *_FIGURE))
        self.steps = list(ReturnStep.objects.order_by("pk").values_list("unit_return_id", "step", "by__username"))
        marks = list(ReturnKind.objects.all())
        self.nothing = {(mark.unit_return_id, mark.kind) for mark in marks if mark.nothing_to_report}
        self.ticks = {(mark.unit_return_id, mark.kind) for mark in marks if mark.checked_by_id}
        self.records: dict = defaultdict(dict)
        for model in MODELS:
            for row in model.objects.select_related("case") if model is Exhibit else model.objects.all():
                kind = "cases" if model is Exhibit else row.kind_slug
                self.records[row.return_id, kind][model, row.pk] = (row.revision, row.told())

    def said(self, pk):
        """What a return holds: its records and what is marked, without revisions."""
        of_kinds = {slug: _values(self.records.get((pk, slug), {})) for slug in SLUGS}
        return of_kinds, {slug for slug in SLUGS if (pk, slug) in self.nothing}

    def status(self, pk):
        return self.returns[pk].status if pk in self.returns else None


_FIGURE = ("measure", "part", "value")


def _by_return(rows):
    found = defaultdict(list)
    for pk, *row in rows:
        found[pk].append(tuple(row))
    return dict(found)


def _values(records):
    return {key: values for key, (_revision, values) in records.items()}


def check_standing(now):
    """What holds at every moment, whatever came before."""
    for status in ({"approved"}, {"draft", "submitted"}):
        places = [now.places[pk] for pk, row in now.returns.items() if row.status in status]
        assert len(places) == len(set(places)), f"two versions are {status}"
    in_force = {pk for pk, row in now.returns.items() if row.status in {"approved", "superseded"}}
    assert set(now.figures) == in_force, "figures are stored of what was approved, and of nothing else"


def check_act(before, now, act, hands):
    """What one act may have made of ``before``; ``hands`` holds who had a hand in each place, and is brought on."""
    assert before.returns.keys() <= now.returns.keys(), "a return is gone"
    for pk, figures in before.figures.items():
        assert now.figures[pk] == figures, "approved figures have changed"
    for pk in now.returns:
        _check_move(before, now, act, pk, hands)
        _check_records(before, now, act, pk, hands)
        _check_ticks(before, now, act, pk)
        _check_withdrawal(before, now, act, pk)
    _check_steps(before, now, act)


def _check_move(before, now, act, pk, hands):
    was, status, row = before.status(pk), now.status(pk), now.returns[pk]
    if was == status:
        return
    if was is None:
        assert status == "draft", "a return begins as a draft"
        assert act.verb == "amend" or row.version == 1, "a version begins by an amendment"
        assert act.way == "models" or has_right(act.person, act.verb, row.unit.code)
        return
    verb = MOVES.get((was, status))
    assert (act.verb, act.place) == (verb, now.places[pk]), f"{was} became {status} by {act}"
    assert has_right(act.person, verb, row.unit.code), f"{act} is nobody's right"
    assert act.fresh or status == "superseded", f"{act} was made from a page that was no longer true"
    if verb == "submit":
        empty = [s for s in SLUGS if not now.records.get((pk, s)) and (pk, s) not in now.nothing]
        assert not empty, f"submitted without {empty}"
        assert row.reason or row.quarter_id not in before.closed, "submitted after the close"
        hands[now.places[pk]].add(act.person)
    if (was, status) == ("submitted", "approved"):
        assert act.person not in hands[now.places[pk]], f"{act.person} approved what they entered"
        assert all((pk, slug) in before.ticks for slug in SLUGS), "approved unchecked"
        counted = {(measure, part): value for _, measure, part, value in now.figures[pk]}
        assert counted == slow_count(row), "the figures are not those of the records"


def _check_records(before, now, act, pk, hands):
    if act.verb == "amend" and pk not in before.returns:
        return
    was, says = (before.said(pk), now.said(pk))
    revision = before.returns[pk].revision if pk in before.returns else 0
    assert now.returns[pk].revision >= revision
    if was != says or before.status(pk) != now.status(pk):
        assert now.returns[pk].revision > revision, "the return has changed and its revision has not"
    if was == says:
        return
    row = now.returns[pk]
    assert act.verb == "enter", f"{act} changed records"
    assert before.status(pk) in {None, "draft"}, f"{act} changed a return that is {before.status(pk)}"
    assert row.reason or row.quarter_id not in before.closed, "records of a closed quarter have changed"
    assert act.way == "models" or has_right(act.person, "enter", row.unit.code), f"{act} is nobody's right"
    if was[0] != says[0] or says[1] - was[1]:
        hands[now.places[pk]].add(act.person)
    for slug in SLUGS:
        _check_revisions(before.records.get((pk, slug), {}), now.records.get((pk, slug), {}))


def _check_revisions(was, now):
    for key in was.keys() & now.keys():
        assert now[key][0] > was[key][0] or now[key] == was[key], f"{key} has changed and its revision has not"


def _check_ticks(before, now, act, pk):
    for slug in SLUGS:
        if (pk, slug) not in now.ticks:
            continue
        if (pk, slug) in before.ticks:
            unchanged = before.records.get((pk, slug)) == now.records.get((pk, slug))
            assert unchanged, f"{slug} is still ticked and has changed"
            continue
        assert before.status(pk) == "submitted", f"{slug} was ticked of a return that was not handed in"
        assert has_right(act.person, f"check {slug}", now.returns[pk].unit.code), f"{act} is nobody's right"
        assert act.verb == f"check {slug}"
        assert act.fresh


def _check_withdrawal(before, now, act, pk):
    was = before.returns.get(pk)
    closed_again = was and was.reason and not now.returns[pk].reason
    if was is None or not (closed_again or now.status(pk) == "withdrawn" != was.status):
        return
    assert (act.verb, act.place, act.fresh) == ("withdraw", now.places[pk], True), f"withdrawn by {act}"
    assert has_right(act.person, "withdraw", was.unit.code), f"{act} is nobody's right"
    turns = [step for of, step, _by in before.steps if of == pk and step in {"amended", "submitted"}]
    assert (was.status, turns[-1]) == ("draft", "amended"), "withdrawn after it was submitted"
    assert was.version == 1 or now.status(pk) == "withdrawn", "an amendment has lost its reason"


def _check_steps(before, now, act):
    """Every move has its step, by who took it, and no step stands without a move."""
    assert now.steps[: len(before.steps)] == before.steps, "the timeline was rewritten"
    new = [step for step in now.steps[len(before.steps) :] if step[1] not in {"checked", "unchecked"}]
    moved = [pk for pk in now.returns if _has_moved(before, now, act, pk)]
    assert new == [(pk, STEPS[act.verb], act.person) for pk in moved], f"{act} moved {moved} and left {new}"


def _has_moved(before, now, act, pk):
    was, status = before.status(pk), now.status(pk)
    if act.verb in {"amend", "withdraw"}:
        reason = before.returns[pk].reason if pk in before.returns else ""
        return now.returns[pk].reason != reason or was != status == "withdrawn"
    return was is not None and was != status and status != "superseded"


def check_history(now):
    """Told from its beginning, the history ends in the rows that stand."""
    told: dict = {}
    models = {model._meta.model_name: model for model in MODELS}
    for entry in History.objects.filter(model__in=models).order_by("pk"):
        row = told.setdefault((models[entry.model], entry.row), {})
        row |= {field: new for field, (_old, new) in entry.changes.items()}
        if entry.action == "deleted":
            del told[models[entry.model], entry.row]
    stands = {key: values for kind in now.records.values() for key, (_revision, values) in kind.items()}
    assert told.keys() == stands.keys(), "the history tells of other rows than those that stand"
    for key, values in stands.items():
        said = {field: _plain(told[key].get(field), value) for field, value in values.items()}
        assert said == values | {field: str(value) for field, value in values.items() if _is_text(value)}, (
            f"the history of {key} ends elsewhere"
        )


def _plain(told, value):
    """What was told of a field, as numbers where it is one: `3` was stored as `3.000`."""
    if told is not None and isinstance(value, Decimal):
        return Decimal(told)
    return str(told) if _is_text(value) else told


def _is_text(value):
    return value is not None and not isinstance(value, Decimal | int)
