"""The units of a command, in border order from west to east, and what they were in earlier days.

The columns of a unit are what it is since its last change; its ``past`` is what it was until the end of each day on
which it changed. So its states can neither overlap nor leave a gap, and come with every unit that is read.
"""

import datetime
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from graphlib import CycleError, TopologicalSorter

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..dates import short_date
from .choices import UnitKind
from .history import Recorded, RecordedQuerySet, together
from .limits import AnswersAtFields, limit
from .quarters import Quarter
from .text import TextLine

ABOVE_ITSELF = _("A unit cannot stand above itself.")
# So many levels below the command `UnitQuerySet.visible_to` looks down: post, station, and one to spare.
DEEPEST = 3


def too_deep(unit) -> ValidationError:
    words = _("%(unit)s would stand more than %(levels)s levels below the command, where nobody sees its figures.")
    return ValidationError({"parent": words % {"unit": unit, "levels": DEEPEST}})


def of_unit(unit, field="unit") -> Q:
    """Of rows that have a unit: those of ``unit`` (also an expression), and of what was merged into it."""
    return Q(**{field: unit}) | Q(**{f"{field}__carried_on_by": unit})


class UnitQuerySet(RecordedQuerySet):
    def visible_to(self, user):
        """The units whose figures ``user`` may see: the one rule of sight, through which everything filters.

        Checkers and command see the command's whole subtree, others their own unit and what was merged into it. The
        tree is three levels deep (command, post, station), and no DISTINCT stands in the way of locking rows.
        """
        if user.unit is None:
            return self.none()
        if not user.sees_subtree:
            return self.filter(Q(pk=user.unit_id) | Q(carried_on_by=user.unit_id))
        top = user.unit.command.pk
        return self.filter(Q(pk=top) | Q(parent=top) | Q(parent__parent=top) | Q(parent__parent__parent=top))

    def update(self, **values):
        with together(self.db):
            changed = super().update(**values)
            if values.keys() & {"parent", "parent_id"}:
                self.model.objects.refuse_circles()
        return changed

    def refuse_circles(self):
        """Raise ValidationError where one of these units stands above itself; one query."""
        above = {pk: [parent] for pk, parent in self.filter(parent__isnull=False).values_list("pk", "parent")}
        try:
            TopologicalSorter(above).prepare()
        except CycleError:
            raise ValidationError({"parent": ABOVE_ITSELF}) from None

    def delete(self):
        self.refuse_if_remembered()
        return super().delete()

    def once_below(self) -> "list[Unit]":
        """The units that belonged to one of these in earlier days."""
        above = {unit.pk for unit in self}
        return [unit for unit in Unit.objects.exclude(past=[]) if above & {was["parent"] for was in unit.past}]

    def refuse_if_remembered(self):
        """Raise ProtectedError where another unit once belonged to one of these."""
        if others := self.once_below():
            raise models.ProtectedError("Other units once belonged to this one.", set(others))

    def reporting(self):
        """The units that make returns, or once made one: old quarters keep them. In border order."""
        returns = self.model._meta.get_field("returns").related_model.objects
        return self.filter(Q(reports=True) | Exists(returns.filter(unit=OuterRef("pk"))))


@dataclass(frozen=True)
class UnitState:
    """What a unit was on some day; ``parent`` is the primary key of the unit above it."""

    name: str
    short_name: str
    kind: str
    parent: int | None

    def __str__(self):
        return self.short_name

    @property
    def kind_label(self):
        return UnitKind(self.kind).label


STATE = tuple(field.name for field in fields(UnitState))


class Unit(AnswersAtFields, Recorded):
    UNTOLD = Recorded.UNTOLD | {"past"}

    code = models.SlugField(_("code"), max_length=40, unique=True, help_text=_("Stands in addresses of pages."))
    name = TextLine(_("name"), max_length=120)
    short_name = TextLine(_("short name"), max_length=60)
    kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    position = models.PositiveSmallIntegerField(
        _("place in border order"), help_text=_("Staff and sections first, then posts from west to east.")
    )
    reports = models.BooleanField(_("makes a quarterly return"), default=False)
    reports_from = models.DateField(
        _("makes returns from"),
        null=True,
        blank=True,
        help_text=_("Not expected in quarters that ended before this day; empty: in every quarter."),
    )
    reports_until = models.DateField(
        _("makes returns until"),
        null=True,
        blank=True,
        help_text=_("Not expected in quarters that begin after this day; empty: in every quarter."),
    )

    # [{"until": "2026-01-20", "name": …, "short_name": …, "kind": …, "parent": primary key}], the oldest first;
    # written by `become` alone.
    past = models.JSONField(default=list, editable=False)
    closed_on = models.DateField(
        pgettext_lazy("unit", "existed until the end of"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Still makes the return of the quarter in which this day lies."),
    )
    # Whose people see and make what this unit left: of a merger the successor, of its merger that one's.
    carried_on_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="carries_on",
        verbose_name=_("carried on by"),
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            limit(
                "a_unit_without_parent_is_a_command",
                Q(parent__isnull=False) | Q(kind__in=[UnitKind.COMMAND, UnitKind.SUPERIOR]),
                "parent",
                _("Only a command or a body above it stands at the top; choose the unit this one belongs to."),
            ),
            limit(
                "a_unit_makes_returns_until_a_day_after_the_first",
                Q(reports_from__isnull=True) | Q(reports_until__isnull=True) | Q(reports_until__gte=F("reports_from")),
                "reports_until",
                _("The last day lies before the first."),
            ),
        ]

    def __str__(self):
        return self.short_name

    @property
    def command(self):
        """The command this unit belongs to, or the unit itself where none stands above it."""
        unit = self
        while unit.kind != UnitKind.COMMAND and unit.parent is not None:
            unit = unit.parent
        return unit

    @property
    def hands(self) -> set[int | None]:
        """The primary keys of the units whose people make this unit's returns: itself, and who carries it on."""
        return {self.pk, self.carried_on_by_id} - {None}

    @property
    def state(self) -> UnitState:
        """What this unit is since its last change."""
        return UnitState(self.name, self.short_name, self.kind, self.parent_id)

    def on(self, day: datetime.date) -> UnitState:
        """What this unit was on ``day``: an old quarter is shown as on its last day."""
        iso = day.isoformat()
        former = next((each for each in self.past if iso <= each["until"]), None)
        return UnitState(**{name: former[name] for name in STATE}) if former else self.state

    def states(self) -> list[tuple[datetime.date | None, datetime.date | None, UnitState]]:
        """All that this unit was, the oldest first, each with its first and last day (None: not known, still so)."""
        ends = [datetime.date.fromisoformat(former["until"]) for former in self.past]
        starts = [self.reports_from, *(end + datetime.timedelta(days=1) for end in ends)]
        return list(zip(starts, [*ends, self.closed_on], [*map(self.on, ends), self.state], strict=True))

    def changes(self) -> list[datetime.date]:
        """The days from which this unit was something else, or was no more."""
        lasts = [*(datetime.date.fromisoformat(former["until"]) for former in self.past), self.closed_on]
        return [last + datetime.timedelta(days=1) for last in lasts if last]

    def began_or_ended_in(self, first_day, last_day) -> bool:
        """Whether the unit began or ended between two days: then quarters about them do not compare as they are.

        Of one that existed until the end of a day, it is the next day on which it is no more.
        """
        gone = self.closed_on and self.closed_on + datetime.timedelta(days=1)
        return any(day and first_day < day <= last_day for day in (self.reports_from, gone))

    def existed_on(self, day: datetime.date) -> bool:
        begun = self.reports_from is None or self.reports_from <= day
        return begun and (self.closed_on is None or day <= self.closed_on)

    def makes_returns_on(self, day: datetime.date) -> bool:
        over = self.reports_until is not None and self.reports_until < day
        return self.reports and self.existed_on(day) and not over

    def become(self, day: datetime.date, **new):
        """Be something else from ``day`` on; what this unit was until then is kept. It is not saved yet."""
        until = (day - datetime.timedelta(days=1)).isoformat()
        self.past = [*self.past, {"until": until, **asdict(self.state)}]
        for name, value in new.items():
            setattr(self, name, value)

    def be_again(self):
        """Be what this unit was before its last change. It is not saved yet."""
        *self.past, last = self.past
        self.name, self.short_name, self.kind, self.parent_id = (last[name] for name in STATE)

    @contextmanager
    def guarded(self, before):
        with super().guarded(before):
            yield
            if before is not None and before.parent_id != self.parent_id:
                Unit.objects.refuse_circles()

    def delete(self, *args, **kwargs):
        Unit.objects.filter(pk=self.pk).refuse_if_remembered()
        return super().delete(*args, **kwargs)

    def exists_in(self, quarter) -> bool:
        """Whether the unit existed on a day of ``quarter``: it is not closed before it."""
        return self.closed_on is None or self.closed_on >= quarter.first_day

    @property
    def ended_words(self):
        """What is said to who acts for a unit that has ended as if it were still there; empty for one that has not."""
        day = self.closed_on and short_date(self.closed_on)
        return day and _("%(unit)s existed until %(day)s.") % {"unit": self, "day": day}

    def began_after(self, quarter) -> bool:
        """Whether the unit began by a succession after ``quarter``, whose figures are its predecessors'; one query."""
        later = self.reports_from is not None and self.reports_from > quarter.last_day
        return later and self.ancestry.filter(is_new=True).exists()

    @property
    def began_words(self):
        day = self.reports_from and short_date(self.reports_from)
        return day and _("%(unit)s began on %(day)s.") % {"unit": self, "day": day}

    def is_expected(self, quarter) -> bool:
        """Whether a return of this unit is expected for ``quarter``."""
        begun = self.reports_from is None or self.reports_from <= quarter.last_day
        over = self.reports_until is not None and self.reports_until < quarter.first_day
        return self.reports and begun and not over and self.exists_in(quarter)

    def clean(self):
        above, levels = self.parent, 1
        while above is not None:
            if above == self:
                raise ValidationError({"parent": ABOVE_ITSELF})
            if above.kind == UnitKind.COMMAND and levels > DEEPEST:
                raise too_deep(self)
            above, levels = above.parent, levels + 1
        if not self.pk and self.parent is not None and self.parent.ended_words:
            raise ValidationError({"parent": self.parent.ended_words})
        if not self.pk and self.reports and not self.reports_from and Quarter.objects.ended(timezone.localdate()):
            words = _("Say from which day it makes returns: old quarters would name it as missing.")
            raise ValidationError({"reports_from": words})
        if self.pk:
            self._refuse_other_beginning()
            self._refuse_other_end()

    def _refuse_other_beginning(self):
        """Raise ValidationError where another first day would leave a gap, an overlap, or a return without a unit."""
        stored = Unit.objects.get(pk=self.pk)
        if self.reports_from == stored.reports_from:
            return
        if self.ancestry.filter(is_new=True).exists():
            raise ValidationError({"reports_from": _("It began by a succession; take that back to change the day.")})
        changed = min(self.changes(), default=None)
        first = self.returns.order_by("quarter__first_day").values_list("quarter__last_day", flat=True).first()
        latest = min(filter(None, [changed and changed - datetime.timedelta(days=1), first]), default=None)
        if self.reports_from and latest and self.reports_from > latest:
            words = _("Choose a day until %(day)s: it has a return of that time, or became something else afterwards.")
            raise ValidationError({"reports_from": words % {"day": short_date(latest)}})

    def _refuse_other_end(self):
        """Raise ValidationError where old quarters would no longer expect a unit that has made returns."""
        if not self.reports and self.returns.exists():
            words = _("It has made returns. Say until which day it makes them: old quarters stay as they were.")
            raise ValidationError({"reports": words})
        stored = Unit.objects.get(pk=self.pk)
        ended = Quarter.objects.ended(timezone.localdate()) if self.reports_until != stored.reports_until else ()
        if changed := next((each for each in ended if stored.is_expected(each) != self.is_expected(each)), None):
            words = _("%(quarter)s has ended and stays as it was: choose a day from %(day)s on.")
            raise ValidationError(
                {"reports_until": words % {"quarter": changed, "day": short_date(changed.first_day)}}
            )
