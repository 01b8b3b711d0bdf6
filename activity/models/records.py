"""Patrols, propaganda sessions, special projects, foreign-affairs events (DOMAIN, section 3); cases stand beside."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import choices
from .counted import KILOMETRES, LEAFLETS, LISTENER_TURNS, PERSONS, TIMES, TIMES_OR_LETTERS, TURNS
from .limits import CountField, limit
from .record import ActivityRecord
from .text import DerivedLine, TextLine, code_key

AT_LEAST_1 = _("At least 1.")
UP_TO_500 = _("From 0 to 500.")


def at_least_one(table):
    return limit(f"{table}_stands_for_at_least_one", Q(times__gte=1), "times", AT_LEAST_1)


class Patrol(ActivityRecord):
    kind_slug = "patrols"
    COUNTED_IN = {"times": TIMES, "participant_turns": TURNS, "partner_turns": TURNS, "cleared_km": KILOMETRES}
    SOMETIMES_REQUIRED = {"cleared_km", "counterpart"}

    form = models.CharField(pgettext_lazy("patrol", "form"), max_length=30, choices=choices.PatrolForm)
    times = CountField(_("times"), default=1, help_text=AT_LEAST_1)
    participant_turns = CountField(_("participant turns"), help_text=_("At least as many as the patrols."))
    partner_turns = CountField(
        _("of which partner forces"), null=True, blank=True, help_text=_("At most the participant turns.")
    )
    marker_from = TextLine(_("from marker"), max_length=30, blank=True)
    marker_to = TextLine(_("to marker"), max_length=30, blank=True)
    cleared_km = models.DecimalField(
        _("patrol path cleared (km)"),
        max_digits=9,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("From 0 to 200 km, one decimal place; required for clearing."),
    )
    counterpart = TextLine(
        _("unit of the other side"),
        blank=True,
        help_text=_("Required for bilateral and joint law-enforcement patrols."),
    )

    class Meta(ActivityRecord.Meta):
        verbose_name = _("patrol")
        verbose_name_plural = pgettext_lazy("kind", "Patrols")
        constraints = [
            *ActivityRecord.Meta.constraints,
            at_least_one("patrol"),
            limit(
                "a_patrol_has_people",
                Q(participant_turns__gte=F("times")),
                "participant_turns",
                _("Fewer participant turns than patrols."),
            ),
            limit(
                "partners_are_among_the_participants",
                Q(partner_turns__isnull=True) | Q(partner_turns__lte=F("participant_turns")),
                "partner_turns",
                _("More partner turns than participant turns."),
            ),
            limit(
                "cleared_km_from_0_to_200",
                Q(cleared_km__isnull=True) | Q(cleared_km__gte=0, cleared_km__lte=200),
                "cleared_km",
                _("Between 0 and 200 km; write the decimal with a comma: 24,3."),
            ),
            limit(
                "clearing_has_kilometres",
                ~Q(form=choices.PatrolForm.CLEARING) | Q(cleared_km__isnull=False),
                "cleared_km",
                _("Enter the kilometres that were cleared."),
            ),
            limit(
                "a_bilateral_patrol_has_a_counterpart",
                ~Q(form__in=[choices.PatrolForm.BILATERAL, choices.PatrolForm.JOINT_LAW_ENFORCEMENT])
                | ~Q(counterpart=""),
                "counterpart",
                _("Enter the unit of the other side."),
            ),
        ]


class PropagandaSession(ActivityRecord):
    kind_slug = "propaganda"
    COUNTED_IN = {"times": TIMES, "listener_turns": LISTENER_TURNS, "leaflets": LEAFLETS}

    form = models.CharField(pgettext_lazy("propaganda", "form"), max_length=30, choices=choices.PropagandaForm)
    topic = models.CharField(_("topic"), max_length=30, choices=choices.PropagandaTopic)
    times = CountField(_("times"), default=1, help_text=AT_LEAST_1)
    listener_turns = CountField(
        _("listener turns"),
        help_text=_("At least as many as the sessions, except for broadcasts, leaflets and social networks."),
    )
    leaflets = CountField(_("leaflets handed out"), null=True, blank=True, help_text=_("From 0 to 20.000."))
    partner = TextLine(_("together with"), blank=True)

    class Meta(ActivityRecord.Meta):
        verbose_name = _("propaganda session")
        verbose_name_plural = pgettext_lazy("kind", "Propaganda")
        constraints = [
            *ActivityRecord.Meta.constraints,
            at_least_one("propaganda"),
            limit(
                "a_live_session_has_listeners",
                ~Q(form__in=choices.LIVE_FORMS) | Q(listener_turns__gte=F("times")),
                "listener_turns",
                _("Fewer listener turns than sessions; a session held in person has a listener."),
            ),
            limit(
                "leaflets_up_to_20000",
                Q(leaflets__isnull=True) | Q(leaflets__lte=20_000),
                "leaflets",
                _("At most 20.000 leaflets in a row."),
            ),
        ]


STILL_OPEN = {choices.ProjectStage.OPENED, choices.ProjectStage.ACTIVE}


class SpecialProject(ActivityRecord):
    kind_slug = "projects"

    date = models.DateField(
        _("day"), help_text=_("The day on which the state was reached; if nothing moved, the last day of the quarter.")
    )
    code = TextLine(_("project code"), max_length=30, help_text=_("Spaces and capitals make no difference."))
    code_key = DerivedLine(max_length=90)  # capitals may be three letters for one
    level = models.CharField(
        pgettext_lazy("project", "level"),
        max_length=20,
        choices=choices.ProjectLevel,
        default=choices.ProjectLevel.PROJECT,
    )
    owner = models.CharField(
        pgettext_lazy("project", "led by"),
        max_length=20,
        choices=choices.ProjectOwner,
        default=choices.ProjectOwner.OWN,
    )
    category = models.CharField(_("category of crime"), max_length=30, choices=choices.CaseCategory)
    crime = TextLine(_("crime"), blank=True, help_text=_("As the report names it; empty: its category."))
    opened_on = models.DateField(_("opened on"), help_text=_("May lie before the quarter."))
    stage = models.CharField(pgettext_lazy("project", "state"), max_length=20, choices=choices.ProjectStage)

    class Meta(ActivityRecord.Meta):
        verbose_name = _("special project")
        verbose_name_plural = pgettext_lazy("kind", "Special projects")
        constraints = [
            *ActivityRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit_return", "code_key"],
                name="a_project_stands_once_in_a_return",
                violation_error_code="code",
                violation_error_message=_("This project stands in this return already."),
            ),
            limit(
                "a_project_opens_before_it_moves",
                Q(opened_on__lte=F("date")),
                "opened_on",
                _("The project opens after the day of its state."),
            ),
        ]

    def derive(self, field_name):
        return code_key(self.code) if field_name == "code_key" else super().derive(field_name)

    def clean(self):
        self.code_key = code_key(self.code)
        super().clean()
        newly_opened = self.stage == choices.ProjectStage.OPENED
        if newly_opened and self.opened_on and not self.unit_return.quarter.contains(self.opened_on):
            raise ValidationError({"opened_on": _("A newly opened project opens inside the quarter.")})

    def warnings(self):
        """The same project in another unit's return of the quarter: only the unit that leads it enters it."""
        quarter, unit = self.unit_return.quarter_id, self.unit_return.unit_id
        others = SpecialProject.objects.filter(code_key=self.code_key, unit_return__quarter=quarter)
        others = others.exclude(unit_return__unit=unit).exclude(unit_return__status__in=choices.PAST)
        if not others.exists():
            return []
        words = _("Project %(code)s stands in another unit's return of this quarter too; only who leads it enters it.")
        return [words % {"code": self.code}]

    @classmethod
    def offered(cls, unit_return):
        """Projects still open at the unit's last return before this one, and not in this one yet."""
        quarter = unit_return.quarter
        earlier = cls.objects.filter(
            unit_return__unit=unit_return.unit, unit_return__quarter__first_day__lt=quarter.first_day
        ).exclude(unit_return__status__in=choices.PAST)
        here = cls.objects.filter(unit_return=unit_return.pk).values("code_key")
        latest = {}
        for project in earlier.exclude(code_key__in=here).order_by("date", "pk"):
            latest[project.code_key] = project
        return [
            cls(
                unit_return=unit_return,
                date=quarter.last_day,
                code=project.code,
                level=project.level,
                owner=project.owner,
                category=project.category,
                crime=project.crime,
                opened_on=project.opened_on,
                stage=choices.ProjectStage.ACTIVE,
            )
            for project in latest.values()
            if project.stage in STILL_OPEN
        ]

    def may_lie_ahead(self):
        # A project in which nothing moved carries the last day of its quarter, once that has begun.
        quarter = self.unit_return.quarter
        unmoved = self.stage == choices.ProjectStage.ACTIVE and self.date == quarter.last_day
        return unmoved and quarter.has_begun(timezone.localdate())


class ForeignEvent(ActivityRecord):
    kind_slug = "foreign-affairs"
    COUNTED_IN = {
        "times": TIMES_OR_LETTERS,
        "our_people": PERSONS,
        "their_people": PERSONS,
        "persons_handed": PERSONS,
    }
    SOMETIMES_REQUIRED = {"title"}

    event_type = models.CharField(pgettext_lazy("event", "type of activity"), max_length=20, choices=choices.EventType)
    level = models.CharField(pgettext_lazy("event", "level"), max_length=20, choices=choices.EventLevel)
    title = TextLine(
        pgettext_lazy("event", "title"), max_length=300, blank=True, help_text=_("Required for a ceremony.")
    )
    place = TextLine(_("place"), blank=True)
    counterpart = TextLine(_("the other side"), blank=True)
    times = CountField(_("times or letters"), default=1, help_text=AT_LEAST_1)
    our_people = CountField(_("people on our side"), null=True, blank=True, help_text=UP_TO_500)
    their_people = CountField(_("people on their side"), null=True, blank=True, help_text=UP_TO_500)
    persons_handed = CountField(
        _("persons handed over or received"), null=True, blank=True, help_text=_("For handovers only.")
    )

    class Meta(ActivityRecord.Meta):
        verbose_name = _("foreign-affairs event")
        verbose_name_plural = pgettext_lazy("kind", "Foreign affairs")
        constraints = [
            *ActivityRecord.Meta.constraints,
            at_least_one("event"),
            limit(
                "a_ceremony_has_a_title",
                ~Q(event_type=choices.EventType.CEREMONY) | ~Q(title=""),
                "title",
                _("Enter the title of the ceremony."),
            ),
            limit(
                "up_to_500_of_our_people",
                Q(our_people__isnull=True) | Q(our_people__lte=500),
                "our_people",
                _("At most 500 people."),
            ),
            limit(
                "up_to_500_of_their_people",
                Q(their_people__isnull=True) | Q(their_people__lte=500),
                "their_people",
                _("At most 500 people."),
            ),
            limit(
                "only_a_handover_hands_over_persons",
                Q(persons_handed__isnull=True) | Q(event_type=choices.EventType.HANDOVER),
                "persons_handed",
                _("Only for handovers."),
            ),
        ]
