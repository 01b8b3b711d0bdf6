"""Cases, and the exhibits seized in them (DOMAIN, section 3)."""

import uuid
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import choices
from .counted import CASES, DONG, SUBJECTS
from .history import Recorded, RecordedQuerySet
from .limits import CountField, limit
from .record import ActivityRecord, RecordQuerySet
from .text import CodeLine, DerivedLine, TextLine, folded
from .told import JSONList

MOST_MONEY = 5_000_000_000
TOO_MUCH_MONEY = _("At most 5.000.000.000 đồng in a row.")


class CaseQuerySet(RecordQuerySet):
    def with_rows(self):
        exhibits = Exhibit.objects.filter(case=OuterRef("pk"))
        return self.annotate(rows_told=Subquery(exhibits.told_together()))


class CriminalCase(ActivityRecord):
    kind_slug = "cases"
    COUNTED_IN = {"cases": CASES, "subjects": SUBJECTS, "ownerless": CASES, "fined_vnd": DONG, "paid_vnd": DONG}

    code = TextLine(_("file number"), max_length=60, blank=True)
    category = models.CharField(_("category of the case"), max_length=30, choices=choices.CaseCategory)
    role = models.CharField(pgettext_lazy("case", "role"), max_length=20, choices=choices.CaseRole)
    stage = models.CharField(
        pgettext_lazy("case", "counted as"),
        max_length=20,
        choices=choices.CaseStage,
        default=choices.CaseStage.DETECTED,
    )
    cases = CountField(
        _("number of cases"),
        default=1,
        help_text=_("At least 1; more only for a row that sums up several cases."),
    )
    subjects = CountField(
        _("number of subjects"),
        help_text=_("May be fewer than the cases; 0 where all of them are without owner."),
    )
    ownerless = CountField(_("cases without owner"), default=0, help_text=_("At most the number of cases."))
    outcome = models.CharField(_("outcome"), max_length=20, choices=choices.CaseOutcome)
    fined_vnd = models.PositiveBigIntegerField(
        _("fine (đồng)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MONEY, TOO_MUCH_MONEY)],
        help_text=_("From 0 to 5.000.000.000."),
    )
    paid_vnd = models.PositiveBigIntegerField(
        _("paid to the state budget (đồng)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MONEY, TOO_MUCH_MONEY)],
        help_text=_("From 0 to 5.000.000.000; may be more than the fine (goods sold)."),
    )
    project = CodeLine(_("part of project"), max_length=30, blank=True, help_text=_("The project's code."))

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

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
                TOO_MUCH_MONEY,
            ),
            limit(
                "payment_up_to_five_billion",
                Q(paid_vnd__isnull=True) | Q(paid_vnd__lte=MOST_MONEY),
                "paid_vnd",
                TOO_MUCH_MONEY,
            ),
        ]

    def warnings(self):
        """The same file number among the unit's detected cases of the year (DOMAIN, section 3)."""
        if not self.code or self.stage != choices.CaseStage.DETECTED:
            return []
        unit, quarter = self.unit_return.unit_id, self.unit_return.quarter
        twins = CriminalCase.objects.filter(
            code=self.code, stage=self.stage, unit_return__unit=unit, unit_return__quarter__year=quarter.year
        )
        # The other versions of this return hold the same case, and what is past holds none that counts.
        twins = twins.exclude(unit_return__quarter=quarter).exclude(unit_return__status__in=choices.PAST)
        twin = twins.select_related("unit_return__quarter").first()
        if twin is None:
            return []
        words = _("File number %(code)s stands already in the return of %(quarter)s. If it is the same case, mend it.")
        return [words % {"code": self.code, "quarter": twin.unit_return.quarter}]


class ExhibitQuerySet(RecordedQuerySet):
    """Exhibits are written while the return of their case is a draft, like the case itself."""

    def told_together(self):
        """Those of each case as one value (see `Exhibit.from_told`), for a page that asks for no rows of its own."""
        facts = JSONObject(pk="pk", name="name", quantity="quantity", unit="unit")
        return self.order_by().values("case").annotate(told=JSONList(facts)).values("told")

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        with self._written({exhibit.case.unit_return_id for exhibit in objs}):
            return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        if {"case", "case_id"} & values.keys():
            raise TypeError("Exhibits stay with their case.")
        with self._written(self._return_ids()):
            return super().update(**values)

    def delete(self):
        with self._written(self._return_ids()):
            return super().delete()

    def _return_ids(self):
        return set(self.order_by().values_list("case__unit_return_id", flat=True))

    def _written(self, return_ids):
        return CriminalCase.objects.returns().written(return_ids, CriminalCase.kind_slug)


MORE_THAN_0 = _("More than 0.")


class Exhibit(Recorded):
    """One thing that was seized; it comes and goes with its case."""

    UNTOLD = Recorded.UNTOLD | {"case", "lineage", "search_text"}
    SAID_WITH = ("case",)

    case = models.ForeignKey(CriminalCase, models.CASCADE, related_name="exhibits")
    # Kept by the copies in later versions of the return.
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    name = TextLine(_("exhibit"), max_length=120)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=15,
        decimal_places=3,
        validators=[MinValueValidator(Decimal("0.001"), MORE_THAN_0)],
    )
    unit = models.CharField(pgettext_lazy("quantity", "unit"), max_length=20, choices=choices.ExhibitUnit)
    search_text = DerivedLine(max_length=120)

    objects = ExhibitQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        constraints = [
            limit("an_exhibit_has_a_quantity", Q(quantity__gt=0), "quantity", MORE_THAN_0),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def from_told(cls, told) -> "list[Exhibit]":
        """What `ExhibitQuerySet.told_together` told of one case, in the order of entry."""
        rows = [cls(**each | {"quantity": Decimal(str(each["quantity"]))}) for each in told or ()]
        return sorted(rows, key=lambda row: row.pk)

    def derive(self, field_name):
        """The name, folded: what a search for cases looks in besides their own text."""
        return folded(self.name)

    def said(self):
        """`Hêrôin 346,433 gam`"""
        return f"{self.name} {localize(Decimal(f'{self.quantity.normalize():f}'))} {self.get_unit_display()}"

    def validate_constraints(self, exclude=None):
        """Nothing: the validator of the quantity says the same, without a query for each line of a form."""

    @property
    def return_id(self):
        return self.case.unit_return_id

    @property
    def of_record(self):
        return self.case.lineage

    @contextmanager
    def guarded(self, before):
        """The return of this exhibit's case (and of the case it belonged to before) is locked and must be a draft."""
        cases = {self.case_id} | ({before.case_id} if before else set())
        returns = CriminalCase.objects.filter(pk__in=cases).values_list("unit_return_id", flat=True)
        with Exhibit.objects.all()._written(set(returns)):
            yield
