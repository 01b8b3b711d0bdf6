"""A unit's return for a quarter, the steps it takes, and the figures that approving it stores."""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..kinds import INDICATORS, Kind, kinds_of
from .answers import IndicatorAnswer, answers_of
from .asked import Asked, asked_among, asked_of
from .choices import PAST, Status
from .figure import store_figures
from .history import Recorded, Stale, acting, together
from .indicators import Indicator
from .marks import ReturnKind
from .messages import settle_what_is_done, tell_makers
from .office import OfficeSettings
from .quarters import Quarter
from .record import ReturnLocked
from .return_rows import UnitReturnQuerySet
from .steps import MOVES, TAKEN_BY, ReturnStep, Step
from .units import Unit, UnitState


class WrongStatus(Exception):
    """A step was asked of a return that is no longer where the step starts."""

    def __init__(self, unit_return):
        self.words = _("%(return)s is now “%(status)s”; somebody was faster. Nothing was changed.") % {
            "return": unit_return,
            "status": unit_return.get_status_display(),
        }
        super().__init__(self.words)


class Incomplete(Exception):
    """A return was to be submitted while kinds had neither a record nor the mark “nothing to report”."""

    def __init__(self, kinds):
        self.kinds = kinds
        self.words = _("Still without a record or the mark “nothing to report”: %(kinds)s.") % {
            "kinds": ", ".join(str(kind.label) for kind in kinds)
        }
        super().__init__(self.words)


class Unchecked(Exception):
    """A return was to be approved while sections had not ticked all its kinds."""

    def __init__(self, kinds):
        self.words = _("Not checked yet: %(kinds)s. Nothing was changed.") % {
            "kinds": ", ".join(str(kind.label) for kind in kinds)
        }
        super().__init__(self.words)


class SameHand(Exception):
    """Who entered or submitted a return was to approve it."""

    words = _("You entered or submitted this return yourself; somebody else approves it. Nothing was changed.")


class UnitReturn(Recorded):
    UNTOLD = Recorded.UNTOLD | {"is_sample"}
    BY_STEPS = "A return begins as a draft and changes by its steps alone."

    # Whether its unit may have come from mergers or splits; read with it by `for_page`.
    has_origin = True

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="returns", verbose_name=_("unit"))
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="returns", verbose_name=_("quarter"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    status = models.CharField(_("state"), max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    # Why this version was opened after an approval, or after the close of its quarter; empty for an ordinary one.
    reason = models.TextField(_("reason"), blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = UnitReturnQuerySet.as_manager()

    # The versions of this return, the newest first, where a page read them with it (`activity.access`).
    versions: "list[UnitReturn]"

    class Meta:
        ordering = ["-quarter__first_day", "unit__position", "-version"]
        verbose_name = pgettext_lazy("unit", "return")
        verbose_name_plural = pgettext_lazy("unit", "returns")
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter", "version"], name="a_version_stands_once"),
            models.UniqueConstraint(
                fields=["unit", "quarter"], condition=Q(status=Status.APPROVED), name="one_approved_version"
            ),
            models.UniqueConstraint(
                fields=["unit", "quarter"],
                condition=Q(status__in=[Status.DRAFT, Status.SUBMITTED]),
                name="one_open_version",
            ),
        ]

    def __str__(self):
        return f"{self.unit_then} - {self.quarter}"

    def get_absolute_url(self):
        return reverse("return", args=[self.unit.code, self.quarter])

    def save(self, *args, **kwargs):
        if not (self._state.adding and self.is_draft):
            raise TypeError(self.BY_STEPS)
        self.refuse_outside_its_life()
        super().save(*args, **kwargs)

    def refuse_outside_its_life(self):
        """Raise ReturnLocked where its unit was not there any more in its quarter, or not yet: it began later."""
        if not self.unit.exists_in(self.quarter):
            raise ReturnLocked(self.unit.ended_words)
        if self.unit.began_after(self.quarter):
            raise ReturnLocked(self.unit.began_words)

    def delete(self, *args, **kwargs):
        raise TypeError("A return is never deleted.")

    @property
    def unit_then(self) -> UnitState:
        """What its unit was on the last day of the quarter: so it is called wherever this return is shown."""
        return self.unit.on(self.quarter.last_day)

    @property
    def return_id(self):
        return self.pk

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_superseded(self) -> bool:
        return self.status == Status.SUPERSEDED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def is_past(self) -> bool:
        """Whether this version is kept to be read alone: it was replaced or withdrawn."""
        return self.status in PAST

    @property
    def corrects(self) -> "UnitReturn | None":
        """Of the versions read with it the one that this one corrects, in force when it was opened."""
        return next((each for each in self.versions if each.version < self.version and not each.is_withdrawn), None)

    @property
    def is_amendment(self) -> bool:
        """Whether this version was opened with a written reason, after an approval or the close of the quarter."""
        return bool(self.reason)

    @property
    def is_open_for_entry(self) -> bool:
        """Whether records can be written: a draft, and of a closed quarter an amendment."""
        return self.is_draft and (self.is_amendment or not self.quarter.closed)

    @cached_property
    def last_turn(self) -> str | None:
        """Whether it was last opened as an amendment or submitted; read with it by `with_turn`."""
        return UnitReturn.objects.with_turn().filter(pk=self.pk).values_list("last_turn", flat=True).first()

    @property
    def is_only_opened(self) -> bool:
        """Whether this is an amendment of which nothing was submitted yet."""
        return self.is_draft and self.is_amendment and self.last_turn == Step.AMENDED

    @cached_property
    def in_use(self) -> list[Asked]:
        """All indicators in use, as they came with this return, else read now."""
        return asked_of(self.indicators_told) if hasattr(self, "indicators_told") else Indicator.objects.in_use()

    @cached_property
    def asked(self) -> list[Asked]:
        """The indicators that it is asked for."""
        return asked_among(self.in_use, self.unit, self.quarter)

    @cached_property
    def answers(self) -> dict[int, IndicatorAnswer]:
        """Its answers by the key of their indicator, as they came with this return, else read now."""
        if self.pk is None:
            return {}
        told = self.answers_told if hasattr(self, "answers_told") else self._read_answers()
        return answers_of(self, told)

    def _read_answers(self):
        return next(iter(self.records(INDICATORS).told_together().values_list("told", flat=True)), ())

    @property
    def unanswered(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.pk not in self.answers]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that it has: that of the indicators only where it is asked for some."""
        return kinds_of(self.asked)

    def records(self, kind):
        """The records of one kind in this return; none for a return that nobody has begun."""
        return kind.model.objects.filter(unit_return=self.pk)

    def mark_nothing_to_report(self, kind, *, nothing: bool, seen: int | None = None):
        """Say (or take back) that there is nothing to report of a kind; ValidationError if it has records."""
        with together():
            UnitReturn.objects.lock_drafts([self.pk])
            if seen is not None and not UnitReturn.objects.filter(pk=self.pk, revision=seen + 1).exists():
                raise Stale
            if kind.is_asked:
                raise ValidationError(_("Each indicator is answered by itself."))
            if nothing and self.records(kind).exists():
                raise ValidationError(_("There are records of this kind; delete them first."))
            said = {"nothing_to_report": nothing, "checked_by": None, "checked_at": None}
            ReturnKind.objects.update_or_create(unit_return=self, kind=kind.slug, defaults=said)

    def begin(self):
        """Make this return where nobody has begun it: the first write does, never a look at the page.

        Raises ReturnLocked for a quarter that has not begun, and for a unit that makes no return for it.
        """
        if self.pk is None:
            if words := self.why_not_begun:
                raise ReturnLocked(words)
            begun, _created = UnitReturn.objects.get_or_create(
                unit=self.unit, quarter=self.quarter, version=self.version
            )
            self.pk, self.status, self.revision = begun.pk, begun.status, begun.revision
            self._state.adding = False

    @property
    def why_not_begun(self):
        """In words, why nobody can begin this return; nothing where somebody can."""
        if not self.quarter.has_begun(timezone.localdate()):
            return _("This quarter has not begun.")
        if self.unit.is_expected(self.quarter):
            return ""
        if self.unit.began_after(self.quarter):
            return self.unit.began_words
        return self.unit.ended_words or _("%(unit)s makes no return for this quarter.") % {"unit": self.unit}

    def kind_state(self, kind) -> str:
        """`entered`, `nothing` (to report) or `empty`; asks for a return read `with_progress`."""
        if kind.is_asked:
            return "empty" if self.unanswered else "entered"
        if getattr(self, f"entered_{kind.key}", False):
            return "entered"
        return "nothing" if getattr(self, f"nothing_{kind.key}", False) else "empty"

    def is_checked(self, kind) -> bool:
        """Whether a section has ticked this kind; asks for a return read `with_ticks`."""
        return getattr(self, f"checked_{kind.key}", False)

    def missing_kinds(self):
        """The kinds with neither a record nor the mark: while there are any, the return cannot be submitted."""
        now = UnitReturn.objects.with_progress().select_related("unit", "quarter").get(pk=self.pk)
        return [kind for kind in now.kinds if now.kind_state(kind) == "empty"]

    def last_step(self) -> ReturnStep | None:
        """The last step that a version of this return took."""
        versions = {"unit_return__unit": self.unit_id, "unit_return__quarter": self.quarter_id}
        return ReturnStep.objects.filter(**versions).select_related("by").last()

    def unchecked_kinds(self):
        """The kinds that no section has ticked."""
        checked = set(ReturnKind.objects.filter(unit_return=self.pk).checked().values_list("kind", flat=True))
        return [kind for kind in self.kinds if kind.slug not in checked]

    def was_entered_by(self, person) -> bool:
        """Whether ``person`` entered records of a version of this return, or submitted one."""
        return UnitReturn.objects.with_hand_of(person).filter(pk=self.pk, has_hand_in=True).exists()

    # The steps. The filter in `_moving` is the lock: of two people pressing the button, one moves the return.
    # ``seen`` is the revision of the return that the person had before them, where that is known.

    def submit(self, *, by, seen: int | None = None):
        with self._moving(Step.SUBMITTED, by, seen=seen):
            if not self.is_amendment and Quarter.objects.closed().filter(pk=self.quarter_id).exists():
                raise ReturnLocked(closed=True)
            if missing := self.missing_kinds():
                raise Incomplete(missing)
            settle_what_is_done(self)

    def check_kind(self, kind, *, by, checked: bool = True, seen: int | None = None):
        """Tick one kind of a submitted return as checked, or take the tick back."""
        self._refuse_unasked([kind])
        step = Step.CHECKED if checked else Step.UNCHECKED
        with together(), self.stepping(step, by):
            there = UnitReturn.objects.filter(pk=self.pk, status=Status.SUBMITTED, **as_seen(seen))
            if not there.select_for_update(no_key=True).exists():
                raise self.why_not(Status.SUBMITTED)
            if ReturnKind.objects.filter(unit_return=self, kind=kind.slug).checked().exists() == checked:
                return  # pressed twice
            if checked:
                ReturnKind.objects.tick(self, kind.slug, by=by)
            else:
                ReturnKind.objects.filter(unit_return=self).untick([kind.slug])
            self.keep_step(step, by, kinds=[kind])

    def _refuse_unasked(self, kinds):
        if any(kind.is_asked for kind in kinds) and not self.asked:
            raise ValidationError(_("This return is asked for no indicators."))

    def send_back(self, *, by, reason: str, kinds=(), seen: int | None = None):
        """Make a submitted return a draft again, for a written reason; the ticks of ``kinds`` fall off."""
        self._refuse_unasked(kinds)
        with self._moving(Step.SENT_BACK, by, reason=reason, kinds=kinds, seen=seen):
            if not reason.strip():
                raise ValidationError({"reason": _("Write the reason, so that the unit knows what to mend.")})
            ReturnKind.objects.filter(unit_return=self).untick([kind.slug for kind in kinds])

    def approve(self, *, by, seen: int | None = None):
        """Approve: the figures are stored in the same transaction and never change again.

        Raises SameHand for whoever entered or submitted the return; Unchecked while a kind lacks its tick, unless
        the settings of the office make ticks advice.
        """
        with together(), self.stepping(Step.APPROVED, by):
            if self.version > 1:
                versions = UnitReturn.objects.filter(unit=self.unit_id, quarter=self.quarter_id)
                versions.approved().exclude(pk=self.pk).moved(Status.SUPERSEDED)
            with self._moving(Step.APPROVED, by, seen=seen):
                if self.was_entered_by(by):
                    raise SameHand
                unchecked = self.unchecked_kinds()
                if unchecked and not OfficeSettings.objects.making_checks_advice().exists():
                    raise Unchecked(unchecked)
                store_figures(UnitReturn.objects.filter(pk=self.pk), [self.pk])

    @contextmanager
    def _moving(self, step, by, *, reason="", kinds=(), seen=None):
        """Move the return and keep who did it, together with what the block does; WrongStatus if it has moved."""
        start, end = MOVES[step]
        with together(), self.stepping(step, by):
            if not UnitReturn.objects.filter(pk=self.pk, status=start, **as_seen(seen)).moved(end):
                raise self.why_not(start)
            self.keep_step(step, by, reason=reason, kinds=kinds)
            yield
        self.status = end

    def stepping(self, step, by):
        """A block in which ``by`` takes the step: history keeps who, and whether as a deputy."""
        return acting(by, as_deputy=by.deputises(self.unit, *TAKEN_BY[step]))

    def keep_step(self, step, by, *, reason="", kinds=()):
        kept = ReturnStep.objects.create(
            unit_return=self,
            step=step,
            by=by,
            as_deputy=by.deputises(self.unit, *TAKEN_BY[step]),
            reason=reason,
            kinds=[kind.slug for kind in kinds],
        )
        tell_makers([kept])

    def why_not(self, start):
        """The refusal of a step: the return has moved, or it stands where it stood with other figures."""
        self.refresh_from_db(fields=["status", "revision"])
        return Stale() if self.status == start else WrongStatus(self)


def as_seen(seen):
    return {} if seen is None else {"revision": seen}
