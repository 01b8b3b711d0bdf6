"""The units of a command: its staff, sections, posts and battalion, in border order from west to east."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .choices import UnitKind
from .history import Recorded, RecordedQuerySet
from .limits import AnswersAtFields, limit
from .text import TextLine


class UnitQuerySet(RecordedQuerySet):
    def visible_to(self, user):
        """The units whose figures ``user`` may see: the one rule of sight, through which everything filters.

        Checkers and command see the command's whole subtree, others their own unit. The tree is three
        levels deep (command, post, station), and no DISTINCT stands in the way of locking rows.
        """
        if user.unit is None:
            return self.none()
        if not user.sees_subtree:
            return self.filter(pk=user.unit_id)
        top = user.unit.command.pk
        return self.filter(Q(pk=top) | Q(parent=top) | Q(parent__parent=top) | Q(parent__parent__parent=top))

    def reporting(self):
        """The units that make returns, or once made one: old quarters keep them. In border order."""
        returns = self.model._meta.get_field("returns").related_model.objects
        return self.filter(Q(reports=True) | Exists(returns.filter(unit=OuterRef("pk"))))


class Unit(AnswersAtFields, Recorded):
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

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            limit(
                "a_unit_without_parent_is_a_command",
                Q(parent__isnull=False) | Q(kind=UnitKind.COMMAND),
                "parent",
                _("Only a command stands at the top; choose the unit this one belongs to."),
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

    def is_expected(self, quarter) -> bool:
        """Whether a return of this unit is expected for ``quarter``."""
        return self.reports and (self.reports_from is None or self.reports_from <= quarter.last_day)

    def clean(self):
        above = self.parent
        while above is not None:
            if above == self:
                raise ValidationError({"parent": _("A unit cannot stand above itself.")})
            above = above.parent
