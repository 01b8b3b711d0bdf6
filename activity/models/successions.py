"""What became of units by one decision: renamed, merged, split, moved, put below another, dissolved.

Each is one action with its day. It rewrites nothing: what a unit was stays in its `past`, a unit that ends keeps its
returns, and `take_back` undoes the last one while nothing was built on it.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..dates import short_date
from .answers import IndicatorAnswer
from .asked import asked_among
from .choices import NEVER_ANOTHER, Status, UnitKind
from .history import Action, History, Recorded, RecordedQuerySet, acting
from .indicators import Indicator
from .limits import AnswersAtFields, limit
from .steps import ReturnStep, Step
from .text import TextLine
from .units import ABOVE_ITSELF, DEEPEST, Unit, too_deep


class SuccessionKind(models.TextChoices):
    RENAME = "rename", pgettext_lazy("succession", "Rename")
    MERGE = "merge", pgettext_lazy("succession", "Merge")
    SPLIT = "split", pgettext_lazy("succession", "Split")
    MOVE = "move", pgettext_lazy("succession", "Move")
    REPARENT = "reparent", pgettext_lazy("succession", "Reparent")
    DISSOLVE = "dissolve", pgettext_lazy("succession", "Dissolve")


class SuccessionQuerySet(RecordedQuerySet):
    def of(self, units):
        """The successions in which one of ``units`` had a part, the oldest first."""
        involved = Descent.objects.filter(Q(predecessor__in=units) | Q(successor__in=units))
        return self.filter(pk__in=involved.values("succession"))

    def decided_after(self, moment):
        """Those that were carried out after ``moment``, whichever day they are in force from."""
        since = History.objects.filter(model="succession", action=Action.CREATED, row__isnull=False, at__gt=moment)
        return self.filter(pk__in=since.values("row"))


class Succession(AnswersAtFields, Recorded):
    """One decision about units, in force from ``day`` on."""

    kind = models.CharField(_("what becomes of it"), max_length=20, choices=SuccessionKind)
    day = models.DateField(_("in force from"))
    decision = TextLine(_("decision"), max_length=200, help_text=_("The order or decision, with its number."))
    note = TextLine(_("note"), max_length=300, blank=True)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("succession of units")
        verbose_name_plural = _("successions of units")
        constraints = [
            limit(
                "a_succession_has_a_decision", ~Q(decision=""), "decision", _("Write the decision, with its number.")
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {short_date(self.day)}"

    @property
    def day_before(self) -> datetime.date:
        """The last day of what was before."""
        return self.day - datetime.timedelta(days=1)


class DescentQuerySet(RecordedQuerySet):
    def merged(self):
        """Those of mergers: the predecessor lives on in the successor alone."""
        return self.filter(succession__kind=SuccessionKind.MERGE)

    def renaming(self):
        """Those by which a unit became something else: what it was is the last of its `past`."""
        return self.filter(succession__kind__in=[SuccessionKind.RENAME, SuccessionKind.REPARENT])

    def mergers_and_splits(self):
        """Those by which the figures of a unit became others."""
        return self.filter(succession__kind__in=[SuccessionKind.MERGE, SuccessionKind.SPLIT])


class Descent(Recorded):
    """What ``predecessor`` was lives on in ``successor``: in itself, in another unit, or (None) in none."""

    succession = models.ForeignKey(
        Succession, models.PROTECT, related_name="descents", verbose_name=_("succession of units")
    )
    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="descents", verbose_name=_("predecessor"))
    successor = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="ancestry", verbose_name=_("successor")
    )
    # Whether the successor began with this succession.
    is_new = models.BooleanField(_("the successor is new"), default=False)

    objects = DescentQuerySet.as_manager()

    class Meta:
        ordering = ["succession__day", "pk"]
        verbose_name = _("descent of a unit")
        verbose_name_plural = _("descents of units")
        constraints = [
            models.UniqueConstraint(fields=["succession", "predecessor", "successor"], name="a_descent_stands_once"),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor or '–'}"

    @property
    def in_words(self) -> str:
        """What became what, under the short names of that time; one name where it stayed."""
        was = self.predecessor.on(self.succession.day_before).short_name
        became = self.successor.on(self.succession.day).short_name if self.successor else "–"
        return was if became == was else f"{was} → {became}"


# The verbs. All take ``day``, ``decision`` and ``by``, return the succession, and raise ValidationError, naming the
# field, where what the units were, are or hold forbids it; then nothing is changed.


def rename(unit, *, name, short_name, kind=None, parent=None, **decided) -> Succession:
    """Give ``unit`` another name, and where it says so by the same decision another kind and parent."""
    with _deciding(SuccessionKind.RENAME, **decided) as succession:
        new = {"name": name, "short_name": short_name, "kind": kind or unit.kind, "parent": parent or unit.parent}
        _becomes(unit, succession, **new)
    return succession


def reparent(unit, *, parent, **decided) -> Succession:
    """Put ``unit`` below another unit."""
    with _deciding(SuccessionKind.REPARENT, **decided) as succession:
        _becomes(unit, succession, parent=parent)
    return succession


def move(unit, *, place, **decided) -> Succession:
    """Keep that ``unit`` moved to another place; nothing else of it changes."""
    with _deciding(SuccessionKind.MOVE, note=place, **decided) as succession:
        _refuse_out_of_order(unit, succession)
        _descend(succession, unit, unit)
    return succession


def merge(units, *, into, **decided) -> Succession:
    """Merge ``units`` into one of them, into another, or into a new one (not saved yet); the others end."""
    ending = [unit for unit in units if unit is not into and unit != into]
    if len(ending) + (into in units or into.pk is not None) < 2:
        raise ValidationError({"units": _("Choose at least two units.")})
    with _deciding(SuccessionKind.MERGE, **decided) as succession:
        is_new = _takes_over(into, succession)
        for unit in ending:
            unit.carried_on_by = into
            _ends(unit, succession)
            _descend(succession, unit, into, is_new=is_new)
        _name_heirs()
    return succession


def split(unit, *, parts, goes_on=False, **decided) -> Succession:
    """Split ``unit`` into new units; it ends, unless it ``goes_on`` as what is left of it."""
    if len(parts) + goes_on < 2:
        raise ValidationError({"parts": _("Name at least two parts.")})
    with _deciding(SuccessionKind.SPLIT, **decided) as succession:
        for part in parts:
            _descend(succession, unit, part, is_new=_takes_over(part, succession))
        if goes_on:
            _refuse_out_of_order(unit, succession)
            _descend(succession, unit, unit)
        else:
            _ends(unit, succession)
    return succession


def dissolve(unit, **decided) -> Succession:
    """End ``unit``; no other carries it on."""
    with _deciding(SuccessionKind.DISSOLVE, **decided) as succession:
        _ends(unit, succession)
        _descend(succession, unit, None)
    return succession


def take_back(succession: Succession, *, by) -> None:
    """Undo a succession; ValidationError where something was built on it."""
    with transaction.atomic(), acting(by):
        descents = list(succession.descents.select_related("predecessor", "successor"))
        asked = {each.predecessor: _asked_of_handed_in(each.predecessor, succession.day) for each in descents}
        began = {descent.successor for descent in descents if descent.successor and descent.is_new}
        _refuse_built_on(succession, descents, began)
        for unit in {descent.predecessor for descent in descents}:
            _undo(unit, succession)
            _refuse_to_ask_others(asked[unit], unit, succession.day)
        for descent in descents:
            descent.delete()
        _name_heirs()
        for unit in began:
            unit.delete()
        day = succession.day
        succession.delete()
        _refuse_broken_tree(day)


@contextmanager
def _deciding(kind, *, day, decision, by, note="") -> Iterator[Succession]:
    with transaction.atomic(), acting(by):
        if day > timezone.localdate():
            raise ValidationError({"day": _("This day has not come. Carry it out on the day, or afterwards.")})
        succession = Succession(kind=kind, day=day, decision=decision, note=note)
        succession.full_clean()
        succession.save()
        yield succession
        _refuse_broken_tree(day)


def _descend(succession, predecessor, successor, *, is_new=False):
    Descent.objects.create(succession=succession, predecessor=predecessor, successor=successor, is_new=is_new)


def _becomes(unit, succession, **new):
    """Let ``unit`` be something else from the day on; what it was until then is kept."""
    _refuse_out_of_order(unit, succession)
    if all(getattr(unit, name) == value for name, value in new.items()):
        raise ValidationError(_("Nothing of the unit would change."))
    if new.get("kind", unit.kind) != unit.kind and NEVER_ANOTHER & {unit.kind, new["kind"]}:
        words = _("The command and the body above it stay of their kind, and no other unit becomes one.")
        raise ValidationError({"kind": words})
    asked = _asked_of_handed_in(unit, succession.day)
    unit.become(succession.day, **new)
    unit.full_clean()
    _refuse_to_leave(unit)
    _refuse_to_ask_others(asked, unit, succession.day)
    unit.save()
    _descend(succession, unit, unit)


def _refuse_to_leave(unit):
    """Raise ValidationError where a unit that has returns would no longer belong to its command.

    Old quarters are seen through the command: they would lose what the unit reported.
    """
    before = Unit.objects.select_related("parent__parent").get(pk=unit.pk)
    if unit.returns.exists() and unit.command != before.command:
        words = _("%(unit)s has returns in %(command)s. A unit that leaves it ends there: use “Dissolve”.")
        raise ValidationError({"parent": words % {"unit": unit, "command": before.command}})


def _asked_of_handed_in(unit, day):
    """By quarter, of those that end on ``day`` or later, what is asked of the returns that ``unit`` has answered.

    Handed-in ones have, and drafts with an answer, which would not be seen any more but counted.
    """
    in_use = Indicator.objects.in_use()
    answered = Exists(IndicatorAnswer.objects.filter(unit_return=OuterRef("pk")))
    told = unit.returns.filter(~Q(status=Status.DRAFT) | answered)
    handed_in = told.filter(quarter__last_day__gte=day).select_related("quarter")
    return {each.quarter: asked_among(in_use, unit, each.quarter) for each in handed_in}


def _refuse_to_ask_others(before, unit, day):
    """Raise ValidationError where a return that has answered would have been asked other indicators."""
    now = _asked_of_handed_in(unit, day)
    for quarter, asked in before.items():
        if now[quarter] != asked:
            words = _("The return of %(quarter)s has answered, and another kind of unit is asked other indicators.")
            raise ValidationError({"day": words % {"quarter": quarter}})


def _takes_over(unit, succession) -> bool:
    """Let ``unit`` be there from the day on; return whether it begins with it."""
    if unit.pk is not None:
        _refuse_out_of_order(unit, succession)
        return False
    unit.reports_from = succession.day
    unit.full_clean()
    unit.save()
    return True


def _ends(unit, succession):
    """Let ``unit`` exist until the day before."""
    _refuse_out_of_order(unit, succession)
    below = unit.children.filter(closed_on=None)
    if below.exists():
        words = _("Units still belong to %(unit)s: %(below)s. Put them below another one first.")
        raise ValidationError(words % {"unit": unit, "below": ", ".join(str(each) for each in below)})
    later = unit.returns.filter(quarter__first_day__gte=succession.day).select_related("quarter").first()
    if later:
        words = _("%(unit)s has a return of %(quarter)s, which begins after that day.")
        raise ValidationError({"day": words % {"unit": unit, "quarter": later.quarter}})
    unit.closed_on = succession.day_before
    unit.save()


def _name_heirs():
    """Let each unit know who carries it on now: of a merger its successor, and of that one's merger the next."""
    heirs = dict(Descent.objects.merged().values_list("predecessor", "successor"))
    for unit in Unit.objects.all():
        heir = heirs.get(unit.pk)
        while heir in heirs:
            heir = heirs[heir]
        if unit.carried_on_by_id != heir:
            unit.carried_on_by_id = heir
            unit.save()


def _undo(unit, succession):
    """Let ``unit`` be, or be there, as before the succession."""
    ended = succession.day_before
    if unit.past and unit.past[-1]["until"] == ended.isoformat():
        unit.be_again()
    if unit.closed_on == ended:
        unit.closed_on = unit.carried_on_by = None
    unit.save()


def _refuse_out_of_order(unit, succession):
    """Raise ValidationError where the unit has ended, begins later, or had a later succession."""
    if unit.closed_on is not None:
        raise ValidationError(unit.ended_words)
    if _names_an_heir(unit, succession):
        return
    last = Succession.objects.of([unit]).exclude(pk=succession.pk).last()
    begins = [last and last.day, unit.reports_from]
    if (latest := max(filter(None, begins), default=None)) and succession.day <= latest:
        words = _("Choose a day after %(day)s, since which %(unit)s is what it is.")
        raise ValidationError({"day": words % {"unit": unit, "day": short_date(latest)}})


def _names_an_heir(unit, succession) -> bool:
    """Whether it gives a unit a name on the very day on which others were merged into it: one decision says both."""
    others = Succession.objects.of([unit]).filter(day__gte=succession.day).exclude(pk=succession.pk)
    if succession.kind != SuccessionKind.RENAME or unit.reports_from == succession.day or not others:
        return False
    return all((each.kind, each.day) == (SuccessionKind.MERGE, succession.day) for each in others)


def _refuse_broken_tree(day):
    """Raise ValidationError where from ``day`` on a unit would stand above itself, or below one that is not there."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    for on in sorted({day, *(change for unit in units.values() for change in unit.changes() if change > day)}):
        there = {pk: unit for pk, unit in units.items() if unit.existed_on(on)}
        above = {pk: unit.on(on).parent for pk, unit in there.items()}
        for pk, parent in above.items():
            if parent is not None and parent not in there:
                words = _("%(unit)s would belong to %(parent)s on %(day)s, which was not there then.")
                told = {"unit": there[pk], "parent": units[parent], "day": short_date(on)}
                raise ValidationError({"parent": words % told})
            seen, at = {pk}, parent
            while at is not None:
                if at in seen:
                    raise ValidationError({"parent": ABOVE_ITSELF})
                seen.add(at)
                at = above[at]
            if _levels_below_the_command(pk, above, units, on) > DEEPEST:
                raise too_deep(there[pk])


def _levels_below_the_command(pk, above, units, on) -> int:
    levels = 0
    while pk is not None and units[pk].on(on).kind != UnitKind.COMMAND:
        pk, levels = above[pk], levels + 1
    return levels


def _refuse_built_on(succession, descents, began):
    """Raise ValidationError where a later succession, or a row of a unit that began with it, stands on it."""
    units = {unit for descent in descents for unit in (descent.predecessor, descent.successor) if unit}
    later = Succession.objects.of(units).filter(
        Q(day__gt=succession.day) | Q(day=succession.day, pk__gt=succession.pk)
    )
    if follower := later.first():
        raise ValidationError(_("Take back first what followed: %(succession)s.") % {"succession": follower})
    for unit in began:
        held = [unit.returns, unit.people, unit.children, unit.duties, unit.extensions]
        if any(rows.exists() for rows in held):
            raise ValidationError(_("%(unit)s has people, units or returns already.") % {"unit": unit})
    if once := Unit.objects.filter(pk__in=[unit.pk for unit in began]).once_below():
        raise ValidationError(_("Once belonged to it: %(unit)s") % {"unit": once[0]})
    others = {SuccessionKind.MERGE, SuccessionKind.SPLIT, SuccessionKind.RENAME}
    if succession.kind in others and (handed_in := _handed_in_since(succession, units)):
        words = _("%(return)s was handed in after it was carried out.")
        raise ValidationError(words % {"return": handed_in})


def _handed_in_since(succession, units):
    """A return of ``units`` that was handed in since the succession was carried out, of a quarter that it touches."""
    carried_out = History.objects.filter(model="succession", row=succession.pk, action=Action.CREATED)
    steps = ReturnStep.objects.filter(step=Step.SUBMITTED, unit_return__unit__in=units)
    since = steps.filter(at__gte=carried_out.values("at")[:1])
    touched = since.filter(unit_return__quarter__last_day__gte=succession.day)
    step = touched.select_related("unit_return__unit", "unit_return__quarter").first()
    return step and step.unit_return
