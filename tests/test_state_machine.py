"""Any sequence of acts by anybody, on the pages and past them: what was approved stands, states move by their verbs.

The rules are in `the_office`. Each guard has a control: with it off, a walk meets what it prevents.
"""

import os
from collections import defaultdict
from contextlib import contextmanager, suppress

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from activity.kinds import BY_SLUG
from activity.management.commands.self_check import differences, strays
from activity.models import Exhibit, Figure, History, Quarter, UnitReturn, history
from activity.models import returns as returns_module
from activity.models.choices import Status
from activity.models.history import RecordedQuerySet, acting
from activity.models.marks import ReturnKindQuerySet
from activity.models.record import ReturnLocked
from activity.models.returns import UnitReturnQuerySet
from activity.models.written_once import WrittenOnceQuerySet

from .the_office import (
    DAYS,
    PLACES,
    RIGHTS,
    SLUGS,
    Act,
    Standing,
    check_act,
    check_history,
    check_standing,
    has_right,
    made_office,
)
from .typed import coming, exhibits, typed

pytestmark = pytest.mark.django_db

WALK = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    database=None,
    # The same walks at each run of CI; elsewhere others each time.
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
# For a control the first failure is enough.
CONTROL = settings(WALK, derandomize=True, max_examples=40, phases=[Phase.generate], print_blob=False)

people, slugs = st.sampled_from(sorted(RIGHTS)), st.sampled_from(SLUGS)
# Most happens in one place, so that much happens to it.
places = st.sampled_from([PLACES[0], PLACES[0], PLACES[0], *PLACES])
buttons = st.sampled_from(["nothing", "submit", "check", "send back", "approve", "amend", "withdraw", "extend"])
# Most people press what they see; some a page that they opened earlier.
fresh = st.sampled_from([True, True, True, False])
numbers = {"patrols": "participant_turns", "propaganda": "listener_turns", "cases": "subjects"}


class Walk(RuleBasedStateMachine):
    office: dict

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now, self.hands = Standing(), defaultdict(set)

    def teardown(self):
        try:
            self.ends()
        finally:
            self.undo()

    def ends(self):
        check_history(self.now)
        assert [*differences(), *strays()] == [], "figures are not those of their records"

    def undo(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @invariant()
    def stands(self):
        check_standing(self.now)

    @contextmanager
    def acts(self, act):
        yield
        before, self.now = self.now, Standing()
        check_act(before, self.now, act, self.hands)

    def current(self, place):
        """What a person at work means by the return of a place, as it stands; None where nobody has begun it."""
        past = {"superseded", "withdrawn"}
        versions = [pk for pk, at in self.now.places.items() if at == place and self.now.status(pk) not in past]
        return self.now.returns[max(versions)] if versions else None

    def press(self, person, place, action, verb, *, fresh=True, **fields):
        """Press a button of a return's page and say whether the answer leads on."""
        client = self.office[person][0]
        there = self.current(place)
        revision = there.revision if there else 1
        with self.acts(Act(verb, person, place, fresh)):
            sent = fields | {"revision": revision if fresh else revision - 1}
            answer = client.post(f"/returns/{place[0]}/{place[1]}/{action}", sent)
            assert answer.status_code in {302, 403, 404, 409, 422}
            assert has_right(person, verb, place[0]) or answer.status_code in {403, 404}
            client.cookies.pop("messages", None)

    # On the pages.

    @rule(person=people, place=places, slug=slugs, number=st.integers(1, 9))
    def adds(self, person, place, slug, number):
        self.press(person, place, f"{slug}/add/", "enter", **self.filled(place, slug, number))

    @rule(person=people, place=places, slug=slugs, number=st.integers(1, 9), which=st.integers(0, 9), fresh=fresh)
    def edits(self, person, place, slug, number, which, fresh):
        if record := self.record(place, slug, which):
            revision = str(record.revision if fresh else record.revision - 1)
            fields = self.filled(place, slug, number) | {"lineage": str(record.lineage)}
            with self.acts(Act("enter", person, place, fresh)):
                self.post(person, place, f"{slug}/{record.pk}/", fields | {"revision": revision})

    @rule(person=people, place=places, slug=slugs, which=st.integers(0, 9))
    def deletes(self, person, place, slug, which):
        if record := self.record(place, slug, which):
            with self.acts(Act("enter", person, place)):
                self.post(person, place, f"{slug}/{record.pk}/delete/", {"revision": str(record.revision)})

    def post(self, person, place, action, fields):
        client = self.office[person][0]
        answer = client.post(f"/returns/{place[0]}/{place[1]}/{action}", fields)
        assert answer.status_code in {200, 302, 403, 404, 409, 422}
        client.cookies.pop("messages", None)

    def filled(self, place, slug, number):
        fields = {"date": DAYS[place[1]], numbers.get(slug, "note"): str(number)}
        if slug == "projects":
            fields["code"] = f"CL{number}24"
        if slug == "cases":
            fields |= exhibits({"name": "Hêrôin", "quantity": str(number), "unit": "gam"})
        return typed(slug, **fields)

    def record(self, place, slug, which):
        """One of the records of a place, in whichever version; None where there is none."""
        unit, quarter = place[0], {"year": int(place[1][:4]), "number": int(place[1][5])}
        found = BY_SLUG[slug].model.objects.filter(unit_return__unit__code=unit).order_by("pk")
        found = list(found.filter(**{f"unit_return__quarter__{name}": value for name, value in quarter.items()}))
        return found[which % len(found)] if found else None

    @rule(person=people, place=places, button=buttons, slug=slugs, on=st.booleans(), kinds=st.sets(slugs), fresh=fresh)
    def presses(self, person, place, button, slug, on, kinds, fresh):
        """Any button of a return's page, whether it stands there for this person or not."""
        action, verb, fields = {
            "nothing": (f"{slug}/nothing/", "enter", {"nothing": "1"} if on else {}),
            "submit": ("submit/", "submit", {}),
            "check": (f"{slug}/check/", f"check {slug}", {"checked": "1"} if on else {}),
            "send back": ("send-back/", "send_back", {"back-reason": "Chưa khớp", "back-kinds": sorted(kinds)}),
            "approve": ("approve/", "approve", {}),
            "amend": ("amend/", "amend", {"amend-reason": "Sót"}),
            "withdraw": ("withdraw/", "withdraw", {"withdraw-reason": "Mở nhầm"}),
            "extend": ("extend/", "extend", {"more-last_day": coming(), "more-reason": "Mưa lũ"}),
        }[button]
        self.press(person, place, action, verb, fresh=fresh, **fields)

    # The rightful next step: a walk that only stumbles comes nowhere.

    @rule(place=places, approver=st.sampled_from(["commander", "deputy-commander"]), fresh=st.booleans())
    def goes_on(self, place, approver, fresh):
        there = self.current(place)
        head = "head" if place[0] == "tra-linh" else "stranger"
        if there is None or there.status == "draft":
            self.is_handed_in(place, head, fresh)
        elif there.status == "submitted":
            for slug in SLUGS:
                if (there.pk, slug) not in self.now.ticks:
                    checker = "political" if slug == "propaganda" else "operations"
                    self.press(checker, place, f"{slug}/check/", f"check {slug}", checked="1")
            self.presses_last(approver, place, "approve/", "approve", fresh)
            assert (self.current(place).status == "approved") == (approver not in self.hands[place])
        else:
            last = max(row.version for pk, row in self.now.returns.items() if self.now.places[pk] == place)
            self.press(head, place, "amend/", "amend", **{"amend-reason": "Sót"})
            assert self.current(place).version == last + 1

    def presses_last(self, person, place, action, verb, fresh):
        """Press a button, where not ``fresh`` first on a page that is no longer true."""
        if not fresh:
            self.press(person, place, action, verb, fresh=False)
        self.press(person, place, action, verb)

    def is_handed_in(self, place, head, fresh):
        year, number = int(place[1][:4]), int(place[1][5])
        there, quarter = self.current(place), Quarter.objects.get(year=year, number=number)
        if quarter.closed and not (there and there.reason):
            self.press(head, place, "amend/", "amend", **{"amend-reason": "Sót"})
        for slug in SLUGS:
            there = self.current(place)
            if there is None or not (self.now.records.get((there.pk, slug)) or (there.pk, slug) in self.now.nothing):
                self.press(head, place, f"{slug}/nothing/", "enter", nothing="1")
        self.presses_last(head, place, "submit/", "submit", fresh)
        assert self.current(place).status == "submitted"

    # Past the pages.

    @rule(number=st.integers(1, 2))
    def closes_or_opens(self, number):
        quarter = Quarter.objects.get(number=number)
        quarter.closed = not quarter.closed
        with self.acts(Act("close")):
            quarter.save()

    @rule(person=people, place=places, slug=slugs, which=st.integers(0, 9), write=st.sampled_from(["save", "update",
          "delete", "bulk_create", "bulk_update", "exhibits"]))  # fmt: skip
    def writes(self, person, place, slug, which, write):
        if record := self.record(place, slug, which):
            act, by = Act("enter", person, place, way="models"), self.office[person][1]
            with self.acts(act), acting(by), suppress(ReturnLocked, IntegrityError), transaction.atomic():
                WRITES[write](record)

    @rule(place=places, attack=st.integers(0, 9))
    def attacks(self, place, attack):
        """What nobody may do at all, on each version that stands."""
        for pk in [pk for pk, at in self.now.places.items() if at == place]:
            unit_return = UnitReturn.objects.get(pk=pk)
            with self.acts(Act("attack")), suppress(TypeError, IntegrityError), transaction.atomic():
                ATTACKS[attack % len(ATTACKS)](unit_return)


def as_copy(record):
    copy = type(record).objects.get(pk=record.pk)
    copy.pk, copy._state.adding = None, True
    copy.lineage, copy.revision = type(record)._meta.get_field("lineage").get_default(), 1
    return copy


def saved(record):
    record.note += "."
    record.save()


def updated_in_bulk(record):
    record.note += "."
    type(record).objects.bulk_update([record], ["note"])


def alone(record):
    return type(record).objects.filter(pk=record.pk)


WRITES = {
    "save": saved,
    "update": lambda record: alone(record).update(note="!"),
    "delete": lambda record: alone(record).delete(),
    "bulk_create": lambda record: type(record).objects.bulk_create([as_copy(record)]),
    "bulk_update": updated_in_bulk,
    "exhibits": lambda record: Exhibit.objects.filter(case=record.pk).update(quantity=7),
}


def with_status(unit_return):
    unit_return.status = Status.APPROVED
    return unit_return


def of(unit_return):
    return Figure.objects.filter(unit_return=unit_return)


ATTACKS = [
    lambda unit_return: UnitReturn.objects.filter(pk=unit_return.pk).update(status=Status.DRAFT),
    lambda unit_return: UnitReturn.objects.filter(pk=unit_return.pk).update(status=Status.APPROVED),
    lambda unit_return: with_status(unit_return).save(),
    lambda unit_return: UnitReturn.objects.bulk_update([with_status(unit_return)], ["status"]),
    lambda unit_return: UnitReturn.objects.filter(pk=unit_return.pk).delete(),
    lambda unit_return: of(unit_return).update(value=99),
    lambda unit_return: of(unit_return).delete(),
    lambda unit_return: of(unit_return).first() and of(unit_return).first().save(),
    lambda unit_return: History.objects.filter(unit_return=unit_return).delete(),
    lambda unit_return: History.objects.filter(unit_return=unit_return).update(changes={}),
]


@pytest.fixture
def office(monkeypatch):
    monkeypatch.setattr(Walk, "office", made_office(), raising=False)


def test_whatever_anybody_does_what_was_approved_stands_and_states_move_by_their_verbs(office):
    run_state_machine_as_test(Walk, settings=WALK)


def counted_and_not_locked(returns, ids):
    QuerySet.update(returns.filter(pk__in=ids), revision=F("revision") + 1)


def written_of_rows_that_come_and_go(action, rows, befores=None, write=history.write):
    return write(action, rows) if befores is None else None


# What is switched off, and what the rules then say.
GUARDS = {
    "changed a return that is submitted": (UnitReturnQuerySet, "lock_drafts", counted_and_not_locked),
    "still ticked": (ReturnKindQuerySet, "clear", lambda self, slug: None),
    "approved what they entered": (UnitReturn, "was_entered_by", lambda self, person: False),
    "approved unchecked": (UnitReturn, "unchecked_kinds", lambda self: []),
    "no longer true": (returns_module, "as_seen", lambda seen: {}),
    "ends elsewhere": (history, "write", written_of_rows_that_come_and_go),
    "approved figures have changed": (WrittenOnceQuerySet, "update", QuerySet.update),
    "withdrawn after it was submitted": (UnitReturnQuerySet, "only_opened", lambda self: self),
    "became draft": (UnitReturnQuerySet, "update", RecordedQuerySet.update),
}


def led(walk):
    """One walk that meets every guard."""
    here, nothing = PLACES[0], {"on": True, "kinds": (), "fresh": True}
    walk.adds("deputy-commander", here, "cases", 3)
    walk.adds("staff", here, "patrols", 6)
    walk.goes_on(here, "commander", fresh=False)
    walk.writes("staff", here, "patrols", 0, "update")
    walk.presses("operations", here, "check", "patrols", **nothing)
    walk.presses("commander", here, "approve", "patrols", **nothing)
    walk.presses("commander", here, "send back", "patrols", **nothing)
    walk.edits("staff", here, "patrols", 7, 0, fresh=True)
    walk.goes_on(here, "commander", fresh=True)
    walk.goes_on(here, "deputy-commander", fresh=False)
    walk.goes_on(here, "commander", fresh=False)
    walk.edits("staff", here, "patrols", 8, 0, fresh=True)
    for attack in range(len(ATTACKS)):
        walk.attacks(here, attack)
    for _amended in range(2):
        walk.goes_on(here, "commander", fresh=True)
        walk.presses("commander", here, "withdraw", "patrols", **nothing)
    for _amended_submitted in range(2):
        walk.goes_on(here, "commander", fresh=False)
    walk.presses("commander", here, "send back", "patrols", **nothing)
    walk.presses("commander", here, "withdraw", "patrols", **nothing)
    for _submitted_approved in range(2):
        walk.goes_on(here, "commander", fresh=False)
        walk.stands()


def test_a_walk_that_meets_every_guard_ends_with_the_fourth_version_in_force(office):
    walk = Walk()
    try:
        led(walk)
        versions = {row.version: row.status for row in walk.now.returns.values()}
        assert versions == {1: "superseded", 2: "withdrawn", 3: "withdrawn", 4: "approved"}
    finally:
        walk.teardown()


@pytest.mark.parametrize("failure", GUARDS)
def test_without_a_guard_that_walk_meets_what_it_prevents(office, monkeypatch, failure):
    monkeypatch.setattr(*GUARDS[failure])
    walk = Walk()
    try:
        with pytest.raises(AssertionError, match=failure):
            led(walk)
            walk.ends()
    finally:
        walk.undo()


def test_without_the_lock_of_the_draft_walks_at_random_find_a_failure(office, monkeypatch):
    monkeypatch.setattr(UnitReturnQuerySet, "lock_drafts", lambda self, ids: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Walk, settings=CONTROL)
