"""What is asked of the returns of many units: which count, how they stand, what a page shows, and their lock."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from ..kinds import ALL_KINDS, KINDS
from ..measures import BY_SLUG
from .answers import IndicatorAnswer
from .choices import PAST, Status
from .extension import Extension
from .history import Action, History, RecordedQuerySet, together
from .indicators import Indicator
from .marks import ReturnKind, SectionDuty
from .office import OfficeSettings
from .quarters import Quarter
from .record import ReturnLocked
from .steps import MOVES, ReturnStep, Step
from .units import Unit

# Steps by which it becomes the unit's turn, or its return comes.
TURNS = [Step.AMENDED, Step.SUBMITTED]

# The returns and kinds whose records are being written at this moment, under the lock of their return.
_being_written: ContextVar[frozenset] = ContextVar("being_written", default=frozenset())


class UnitReturnQuerySet(RecordedQuerySet):
    def of_units(self, units):
        """The returns of ``units`` whose records are listed (see `RecordQuerySet.of_units`)."""
        amendment = Q(version__gt=1) & ~Q(status=Status.APPROVED)
        return self.filter(unit__in=units).exclude(Q(status__in=PAST) | amendment)

    def approved(self):
        """The versions in force: one at most for each unit and quarter."""
        return self.filter(status=Status.APPROVED)

    def not_in_force(self):
        """The versions whose figures are not stored, or stored for history only."""
        return self.exclude(status=Status.APPROVED)

    def handed_in(self):
        """What units have handed in: submitted, or approved and in force; drafts never."""
        return self.filter(status__in=[Status.APPROVED, Status.SUBMITTED])

    def under_work(self):
        """The versions that are not done with: drafts, and what waits for approval."""
        return self.filter(status__in=[Status.DRAFT, Status.SUBMITTED])

    def with_days(self):
        """Each return with the day its unit first submitted one for the quarter, and how it stands to other versions.

        And with its first turn: `AMENDED` where the quarter was closed before anything was handed in.

        A return that was sent back, or is amended later, was still on time.
        """
        versions = {"unit": OuterRef("unit"), "quarter": OuterRef("quarter")}
        of_versions = {f"unit_return__{name}": value for name, value in versions.items()}
        turns = ReturnStep.objects.filter(step__in=TURNS, **of_versions).order_by("at", "pk")
        return self.annotate(
            submitted_at=Subquery(turns.filter(step=Step.SUBMITTED).values("at")[:1]),
            first_turn=Subquery(turns.values("step")[:1]),
            was_sent_back=Exists(ReturnStep.objects.filter(step=Step.SENT_BACK, unit_return=OuterRef("pk"))),
            has_version_in_force=Exists(self.model.objects.approved().filter(**versions)),
        )

    def with_progress(self):
        """Each return with, for every kind, whether it has records and whether it has nothing to report."""
        return self.annotate(
            **{f"entered_{kind.key}": Exists(kind.model.objects.filter(unit_return=OuterRef("pk"))) for kind in KINDS},
            **{
                f"nothing_{kind.key}": Exists(
                    ReturnKind.objects.filter(unit_return=OuterRef("pk"), kind=kind.slug, nothing_to_report=True)
                )
                for kind in KINDS
            },
            answers_told=Subquery(IndicatorAnswer.objects.filter(unit_return=OuterRef("pk")).told_together()),
        )

    def with_indicators(self):
        """Each return with the indicators in use, for a page that asks for no rows of its own."""
        return self.annotate(indicators_told=Subquery(Indicator.objects.told_together()))

    def in_force_at(self, moment):
        """The versions that were in force at ``moment``: approved by then, and no later one of the same quarter."""
        approved = ReturnStep.objects.filter(step=Step.APPROVED, at__lte=moment)
        later = approved.filter(
            unit_return__unit=OuterRef("unit"),
            unit_return__quarter=OuterRef("quarter"),
            unit_return__version__gt=OuterRef("version"),
        )
        return self.filter(Exists(approved.filter(unit_return=OuterRef("pk"))), ~Exists(later))

    def submitted_at(self, moment):
        """The versions that were submitted at ``moment`` and waited for approval: their last move by then."""
        moves = ReturnStep.objects.filter(step__in=MOVES, at__lte=moment, unit_return=OuterRef("pk"))
        last = moves.order_by("-at", "-pk").values("step")[:1]
        return self.alias(last_move=Subquery(last)).filter(last_move=Step.SUBMITTED)

    def with_turn(self):
        """Each return with its ``last_turn``: whether it was last opened as an amendment, or submitted."""
        turns = ReturnStep.objects.filter(step__in=TURNS, unit_return=OuterRef("pk"))
        return self.annotate(last_turn=Subquery(turns.order_by("-at", "-pk").values("step")[:1]))

    def only_opened(self):
        """The amendments of which nothing was submitted yet."""
        return self.with_turn().filter(status=Status.DRAFT, last_turn=Step.AMENDED).exclude(reason="")

    def for_page(self, user):
        """With all that a return's own page shows of it to ``user``."""
        told = self.with_progress().with_totals().with_days().with_ticks(user).with_extensions().with_hand_of(user)
        told = told.with_turn().with_steps()
        descended = Unit.objects.filter(ancestry__succession__kind__in=["merge", "split"])
        return told.with_indicators().annotate(has_origin=Exists(descended.filter(pk=OuterRef("unit"))))

    def with_ticks(self, user):
        """Each return with, for every kind, whether it is checked, and whether that is another section's duty.

        And with whether it may be approved unchecked.
        """
        marks = ReturnKind.objects.checked().filter(unit_return=OuterRef("pk"))
        others = SectionDuty.objects.of_others(user.unit_id)
        return self.annotate(
            checks_are_advice=Exists(OfficeSettings.objects.making_checks_advice()),
            **{f"checked_{kind.key}": Exists(marks.filter(kind=kind.slug)) for kind in ALL_KINDS},
            **{f"others_{kind.key}": Exists(others.filter(kind=kind.slug)) for kind in ALL_KINDS},
        )

    def with_extensions(self):
        """Each return with what was granted to it (see `extension.granted_of`)."""
        granted = Extension.objects.filter(unit=OuterRef("unit"), quarter=OuterRef("quarter"))
        return self.annotate(extensions=Subquery(granted.told_together()))

    def with_steps(self):
        """Each return with the steps that it took (see `steps.taken_of`)."""
        return self.annotate(
            steps_told=Subquery(ReturnStep.objects.filter(unit_return=OuterRef("pk")).told_together())
        )

    def with_hand_of(self, person):
        """Each return with whether ``person`` entered records of a version of it, or submitted one."""
        versions = {"unit_return__unit": OuterRef("unit"), "unit_return__quarter": OuterRef("quarter")}
        records = [kind.key for kind in ALL_KINDS] + [kind.rows._meta.model_name for kind in KINDS if kind.rows]
        said = Q(changes__nothing_to_report__0=True) | Q(changes__nothing_to_report__1=True)
        wrote = Q(model__in=records) | Q(said, model="returnkind")
        entered = History.objects.filter(wrote, by=person.pk, **versions).exclude(action=Action.COPIED)
        submitted = ReturnStep.objects.filter(step=Step.SUBMITTED, by=person.pk, **versions)
        return self.annotate(has_hand_in=Exists(entered) | Exists(submitted))

    def with_totals(self):
        """Each return with the totals of its kinds (`Kind.totals`), counted live from its records."""
        measures = [BY_SLUG[slug] for kind in KINDS for slug in kind.totals]
        return self.annotate(**{f"total_{measure.slug}": _live_total(measure) for measure in measures})

    def update(self, **values):
        if {"unit", "unit_id", "quarter", "quarter_id", "version"} & values.keys():
            raise TypeError("A return stays the return of its unit and quarter.")
        if "status" in values:
            raise TypeError(self.model.BY_STEPS)
        return super().update(**values)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        if any(not unit_return.is_draft for unit_return in objs):
            raise TypeError(self.model.BY_STEPS)
        for unit_return in objs:
            unit_return.refuse_outside_its_life()
        return super().bulk_create(objs, *args, **kwargs)

    def moved(self, status) -> int:
        """Move these returns and say how many; for the steps, which ask and keep who, and for the sample."""
        return super().update(status=status)

    def delete(self):
        raise TypeError("A return is never deleted.")

    def lock_drafts(self, ids):
        """Lock the returns ``ids`` until the transaction ends and count the change; ReturnLocked if one is no draft.

        Of a closed quarter only amendments are open.
        """
        drafts = self.filter(pk__in=ids, status=Status.DRAFT)
        entered = drafts.exclude(quarter__in=Quarter.objects.closed(), reason="")
        if models.QuerySet.update(entered, revision=F("revision") + 1) != len(ids):
            raise ReturnLocked(closed=drafts.count() == len(ids))

    @contextmanager
    def written(self, ids, *kind_slugs: str):
        """Lock these drafts while records of kinds are written; what was said of a kind as a whole falls off.

        A record and its rows are written in one such block, and the blocks inside it add nothing.
        """
        writing = {(pk, slug) for pk in ids for slug in kind_slugs}
        if writing <= _being_written.get():
            yield
            return
        with together(self.db):
            self.lock_drafts(ids)
            token = _being_written.set(_being_written.get() | writing)
            try:
                yield
            finally:
                _being_written.reset(token)
            ReturnKind.objects.filter(unit_return__in=ids).clear(kind_slugs)


def _live_total(measure):
    """The whole of ``measure`` over the records of the return around it: NULL over no rows."""
    counted = measure.model.objects.filter(unit_return=OuterRef("pk")).order_by().values("unit_return")
    return Subquery(counted.annotate(total=measure.expression).values("total"))
