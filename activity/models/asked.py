"""What units are asked for as a plain value: an indicator in use, told by one query and below it never read again."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from .choices import IndicatorNumber
from .told import list_in


class TakesNumbers:
    """What is asked of the number itself, by an indicator and by its plain value alike."""

    number: str
    least: Decimal
    most: Decimal | None

    @property
    def decimals(self) -> int:
        return 1 if self.number == IndicatorNumber.DECIMAL else 0

    def refuse(self, value: Decimal) -> None:
        """Raise ValidationError where a number is none that this indicator takes."""
        if not self.decimals and value != int(value):
            raise ValidationError(_("Enter a whole number, for example 3.889."), code="whole")
        if value < self.least:
            words = _("%(value)s lies below %(least)s, the least that is taken here.")
            raise ValidationError(words % {"value": plain(value), "least": plain(self.least)}, code="limits")
        if self.most is not None and value > self.most:
            words = _("%(value)s lies above %(most)s, the most that is taken here.")
            raise ValidationError(words % {"value": plain(value), "most": plain(self.most)}, code="limits")


@dataclass(frozen=True, order=True)
class Redefined:
    """From the quarter that begins on ``first_day`` a number means something else: ``words`` say in short what."""

    first_day: datetime.date
    words: str
    definition: str


@dataclass(frozen=True)
class Asked(TakesNumbers):
    """An indicator in use as a plain value: what it is, of which kinds of units it is asked, and in which quarters.

    These are the quarters that begin from ``first_day`` to ``last_day``; no ``unit_kinds`` are all of them.
    """

    pk: int
    position: int
    code: str
    name: str
    section: str
    counted_in: str
    number: str
    definition: str
    least: Decimal
    most: Decimal | None
    adds_up: bool
    charted: bool
    unit_kinds: frozenset[str]
    first_day: datetime.date
    last_day: datetime.date | None
    redefined: tuple[Redefined, ...] = ()

    def __str__(self):
        return self.name

    def of(self, unit_kind: str, quarter) -> bool:
        """Whether units that are ``unit_kind`` on the last day of ``quarter`` are asked."""
        if quarter.first_day < self.first_day or (self.last_day and quarter.first_day > self.last_day):
            return False
        return not self.unit_kinds or unit_kind in self.unit_kinds

    def definition_in(self, quarter) -> str:
        """What is counted in ``quarter``."""
        since = [each.definition for each in self.redefined if each.first_day <= quarter.first_day]
        return since[-1] if since else self.definition


def asked_among(in_use, unit, quarter) -> list[Asked]:
    """Those of the indicators ``in_use`` that the return of ``unit`` for ``quarter`` is asked for."""
    kind = unit.on(quarter.last_day).kind
    return [asked for asked in in_use if asked.of(kind, quarter)]


def asked_of(told) -> list[Asked]:
    """What `IndicatorQuerySet.told_together` told, in the office's order."""
    return sorted((_asked(**each) for each in told or ()), key=lambda asked: (asked.position, asked.pk))


def _asked(*, least, most, unit_kinds, first_day, last_day, redefined, adds_up, charted, **told) -> Asked:
    later = ((datetime.date.fromisoformat(each["since"]), each["words"], each["now"]) for each in list_in(redefined))
    return Asked(
        least=Decimal(str(least)),
        most=None if most is None else Decimal(str(most)),
        unit_kinds=frozenset(list_in(unit_kinds)),
        first_day=datetime.date.fromisoformat(first_day),
        last_day=last_day and datetime.date.fromisoformat(last_day),
        redefined=tuple(sorted(Redefined(*each) for each in later)),
        adds_up=bool(adds_up),
        charted=bool(charted),
        **told,
    )


def plain(value: Decimal) -> str:
    """A number as it is read: `1.234`, `12,5`; a whole one without a decimal."""
    return localize(int(value) if value == int(value) else value)
