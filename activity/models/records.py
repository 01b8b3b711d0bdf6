"""The five kinds of record, and the exhibits of a case (DOMAIN, section 3)."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import choices
from .record import ActivityRecord, at_their_fields, limit
from .text import DerivedLine, TextLine, code_key


def at_least_one(table):
    return limit(f"{table}_stands_for_at_least_one", Q(times__gte=1), "times", _("At least 1."))


class Patrol(ActivityRecord):
    kind_slug = "patrols"

    form = models.CharField(pgettext_lazy("patrol", "form"), max_length=30, choices=choices.PatrolForm)
    times = models.PositiveIntegerField(_("times"), default=1, validators=[MinValueValidator(1)])
    participant_turns = models.PositiveIntegerField(_("participant turns"))
    partner_turns = models.PositiveIntegerField(_("of which partner forces"), null=True, blank=True)
    marker_from = TextLine(_("from marker"), max_length=30, blank=True)
    marker_to = TextLine(_("to marker"), max_length=30, blank=True)
    cleared_km = models.DecimalField(
        _("patrol path cleared (km)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(200)],
        help_text=_("One decimal place, at most 200 km."),
    )
    counterpart = TextLine(_("unit of the other side"), blank=True)

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
                _("Between 0 and 200 km."),
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

    form = models.CharField(pgettext_lazy("propaganda", "form"), max_length=30, choices=choices.PropagandaForm)
    topic = models.CharField(_("topic"), max_length=30, choices=choices.PropagandaTopic)
    times = models.PositiveIntegerField(_("times"), default=1, validators=[MinValueValidator(1)])
    listener_turns = models.PositiveIntegerField(_("listener turns"))
    leaflets = models.PositiveIntegerField(
        _("leaflets handed out"), null=True, blank=True, validators=[MaxValueValidator(20_000)]
    )
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


MOST_MONEY = 5_000_000_000


class CriminalCase(ActivityRecord):
    kind_slug = "cases"

    code = TextLine(_("file number"), max_length=60, blank=True)
    category = models.CharField(_("category of the case"), max_length=30, choices=choices.CaseCategory)
    role = models.CharField(pgettext_lazy("case", "role"), max_length=20, choices=choices.CaseRole)
    stage = models.CharField(
        pgettext_lazy("case", "counted as"),
        max_length=20,
        choices=choices.CaseStage,
        default=choices.CaseStage.DETECTED,
    )
    cases = models.PositiveIntegerField(
        _("number of cases"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("More than 1 only for a row that sums up several cases."),
    )
    subjects = models.PositiveIntegerField(_("number of subjects"))
    ownerless = models.PositiveIntegerField(_("cases without owner"), default=0)
    outcome = models.CharField(_("outcome"), max_length=20, choices=choices.CaseOutcome)
    fined_vnd = models.PositiveBigIntegerField(
        _("fine (đồng)"), null=True, blank=True, validators=[MaxValueValidator(MOST_MONEY)]
    )
    paid_vnd = models.PositiveBigIntegerField(
        _("paid to the state budget (đồng)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MONEY)],
        help_text=_("May be more than the fine (goods sold)."),
    )
    project = TextLine(_("part of project"), max_length=30, blank=True, help_text=_("The project's code."))

    class Meta(ActivityRecord.Meta):
        verbose_name = pgettext_lazy("case", "case")
        verbose_name_plural = pgettext_lazy("kind", "Cases")
        constraints = [
            *ActivityRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit_return", "code", "stage"],
                condition=~Q(code=""),
                name="a_file_number_stands_once_a_stage",
                violation_error_code="code",
                violation_error_message=_("This file number stands in this return already."),
            ),
            limit("a_case_row_holds_a_case", Q(cases__gte=1), "cases", _("At least 1.")),
            limit(
                "ownerless_cases_are_among_the_cases",
                Q(ownerless__lte=F("cases")),
                "ownerless",
                _("More cases without owner than cases."),
            ),
            limit(
                "cases_without_owner_have_no_subjects",
                Q(ownerless__lt=F("cases")) | Q(subjects=0),
                "subjects",
                _("All cases of this row are without owner, so there are no subjects."),
            ),
            limit(
                "fine_up_to_five_billion",
                Q(fined_vnd__isnull=True) | Q(fined_vnd__lte=MOST_MONEY),
                "fined_vnd",
                _("At most 5.000.000.000 đồng in a row."),
            ),
            limit(
                "payment_up_to_five_billion",
                Q(paid_vnd__isnull=True) | Q(paid_vnd__lte=MOST_MONEY),
                "paid_vnd",
                _("At most 5.000.000.000 đồng in a row."),
            ),
        ]

    def clean(self):
        self.project = code_key(self.project)
        super().clean()

    def warnings(self):
        """The same file number among the unit's detected cases of the year (DOMAIN, section 3)."""
        if not self.code or self.stage != choices.CaseStage.DETECTED:
            return []
        unit, year = self.unit_return.unit_id, self.unit_return.quarter.year
        twins = CriminalCase.objects.filter(
            code=self.code, stage=self.stage, unit_return__unit=unit, unit_return__quarter__year=year
        )
        twin = twins.exclude(unit_return=self.unit_return).select_related("unit_return__quarter").first()
        if twin is None:
            return []
        words = _("File number %(code)s stands already in the return of %(quarter)s. If it is the same case, mend it.")
        return [words % {"code": self.code, "quarter": twin.unit_return.quarter}]


class ExhibitQuerySet(models.QuerySet):
    """Exhibits are written row by row, through their case's return."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with CriminalCase.objects.drafts_only({exhibit.case.unit_return_id for exhibit in objs}):
            return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        with CriminalCase.objects.drafts_only(set(self.order_by().values_list("case__unit_return_id", flat=True))):
            return super().update(**values)

    def delete(self):
        with CriminalCase.objects.drafts_only(set(self.order_by().values_list("case__unit_return_id", flat=True))):
            return super().delete()


class Exhibit(models.Model):
    """One thing that was seized; it comes and goes with its case."""

    case = models.ForeignKey(CriminalCase, models.CASCADE, related_name="exhibits")
    name = TextLine(_("exhibit"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=20, choices=choices.ExhibitUnit)

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        constraints = [
            limit("an_exhibit_has_a_quantity", Q(quantity__gt=0), "quantity", _("More than 0.")),
        ]

    def __str__(self):
        return self.name

    def validate_constraints(self, exclude=None):
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as refused:
            raise at_their_fields(refused) from None

    def save(self, *args, **kwargs):
        with self.case.draft_only():
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with self.case.draft_only():
            return super().delete(*args, **kwargs)


STILL_OPEN = {choices.ProjectStage.OPENED, choices.ProjectStage.ACTIVE}


class SpecialProject(ActivityRecord):
    kind_slug = "projects"

    code = TextLine(_("project code"), max_length=30, help_text=_("Spaces and capitals make no difference."))
    code_key = DerivedLine(max_length=30)
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

    @classmethod
    def offered(cls, unit_return):
        """Projects still open at the unit's last return before this one, and not in this one yet."""
        quarter = unit_return.quarter
        earlier = cls.objects.filter(
            unit_return__unit=unit_return.unit, unit_return__quarter__first_day__lt=quarter.first_day
        ).exclude(unit_return__status=choices.Status.SUPERSEDED)
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
                opened_on=project.opened_on,
                stage=choices.ProjectStage.ACTIVE,
            )
            for project in latest.values()
            if project.stage in STILL_OPEN
        ]

    def may_lie_ahead(self):
        # A project in which nothing moved carries the quarter's last day.
        return self.stage == choices.ProjectStage.ACTIVE and self.date == self.unit_return.quarter.last_day


class ForeignEvent(ActivityRecord):
    kind_slug = "foreign-affairs"

    event_type = models.CharField(pgettext_lazy("event", "type of activity"), max_length=20, choices=choices.EventType)
    level = models.CharField(pgettext_lazy("event", "level"), max_length=20, choices=choices.EventLevel)
    title = TextLine(pgettext_lazy("event", "title"), max_length=300, blank=True)
    place = TextLine(_("place"), blank=True)
    counterpart = TextLine(_("the other side"), blank=True)
    times = models.PositiveIntegerField(_("times or letters"), default=1, validators=[MinValueValidator(1)])
    our_people = models.PositiveIntegerField(
        _("people on our side"), null=True, blank=True, validators=[MaxValueValidator(500)]
    )
    their_people = models.PositiveIntegerField(
        _("people on their side"), null=True, blank=True, validators=[MaxValueValidator(500)]
    )
    persons_handed = models.PositiveIntegerField(
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
