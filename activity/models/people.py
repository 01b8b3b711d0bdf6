"""Who uses the system: a person has one role, and as a deputy one more for a span of days (`activity.permissions`)."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .choices import ENTERS, OF_ONE_UNIT, Role
from .history import Recorded, RecordedQuerySet
from .limits import AnswersAtFields, limit
from .text import TextLine
from .units import Unit, of_unit


def _unread():
    """The number of unread messages of the person around it, about their present unit: no row for none."""
    messages = User._meta.get_field("messages").related_model._default_manager
    own = messages.filter(of_unit(OuterRef("unit")), person=OuterRef("pk"), read_at=None).order_by()
    return own.values("person").annotate(count=Count("pk")).values("count")


class PeopleManager(UserManager.from_queryset(RecordedQuerySet)):
    """People come with what every page asks for.

    That is their unit and its command, the role they deputise in today, and the number of their unread messages.
    """

    def get_queryset(self):
        today = Delegation.objects.on(timezone.localdate()).filter(person=OuterRef("pk")).order_by("pk")
        delegated = Subquery(today.values("role")[:1])
        people = super().get_queryset().select_related("unit__parent")
        return people.annotate(delegated_role=delegated, unread=Coalesce(Subquery(_unread()), 0))

    def create_superuser(self, username, email=None, password=None, **extra_fields):
        """The first administrator, made by ``manage.py createsuperuser``."""
        return super().create_superuser(username, email, password, **extra_fields, role=Role.ADMIN)


class User(AnswersAtFields, Recorded, AbstractUser):
    UNTOLD = Recorded.UNTOLD | {"last_login", "date_joined", "is_staff", "is_superuser"}

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.STAFF)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )

    objects = PeopleManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            limit(
                "only_an_administrator_has_no_unit",
                Q(role=Role.ADMIN) | Q(unit__isnull=False),
                "unit",
                _("Choose the unit; only an administrator may have none."),
            ),
            models.CheckConstraint(
                condition=Q(role=Role.ADMIN, is_staff=True) | (~Q(role=Role.ADMIN) & Q(is_staff=False)),
                name="only_an_administrator_enters_the_admin",
            ),
        ]

    def clean(self):
        super().clean()
        self._refuse_to_take_a_right_along()

    def save(self, *args, update_fields=None, **kwargs):
        self.is_staff = self.is_superuser = self.role == Role.ADMIN
        if update_fields is None or {"unit", "unit_id", "role"} & set(update_fields):
            self._refuse_to_take_a_right_along()
        super().save(*args, update_fields=update_fields, **kwargs)

    def _refuse_to_take_a_right_along(self):
        """Raise ValidationError where somebody with a deputy's right leaves its unit, or becomes an administrator."""
        given = Delegation.objects.filter(person=self.pk, last_day__gte=timezone.localdate())
        if self.pk and self.role == Role.ADMIN and given.exists():
            raise ValidationError({"role": Delegation.NEVER_AN_ADMINISTRATOR})
        if self.pk and given.exclude(person__unit=self.unit_id).exists():
            words = _("This person deputises in the present unit; end the deputy's right first.")
            raise ValidationError({"unit": words})

    def __str__(self):
        """`Nông Văn Bình (nvbinh)`, or the account alone."""
        name = self.get_full_name()
        return f"{name} ({self.username})" if name else self.username

    def get_full_name(self):
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()

    @cached_property
    def delegated_role(self) -> str | None:
        """The role that this person deputises in today, or None; read with the person by the manager."""
        return (
            Delegation.objects.on(timezone.localdate()).filter(person=self.pk).values_list("role", flat=True).first()
        )

    @cached_property
    def unread(self) -> int:
        """How many messages about their unit this person has not read; read with the person by the manager."""
        return self.messages.unread().filter(of_unit(self.unit_id)).count()

    def get_delegated_role_display(self) -> str:
        return str(Role(self.delegated_role).label) if self.delegated_role else ""

    def holds(self, *roles) -> bool:
        """Whether one of ``roles`` is this person's, in their own right or as a deputy today."""
        return self.role in roles or self.delegated_role in roles

    def deputises(self, unit, *roles) -> bool:
        """Whether of ``roles`` this person has, for a return of ``unit``, only the one that they deputise in."""
        reaches = self.role not in OF_ONE_UNIT or (unit is not None and self.unit_id in unit.hands)
        return self.delegated_role in roles and not (reaches and self.role in roles)

    @property
    def enters_as_deputy(self) -> bool:
        """Whether this person enters records under a deputy's right alone."""
        return self.deputises(self.unit, *ENTERS)

    @property
    def sees_subtree(self):
        """Whether this person sees the command's whole subtree rather than one unit."""
        return self.holds(Role.CHECKER, Role.COMMANDER)


class DelegationQuerySet(RecordedQuerySet):
    def on(self, day):
        """Those in force on ``day``: each ends by itself at the end of its last day."""
        return self.filter(first_day__lte=day, last_day__gte=day)

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for delegation in objs:
            delegation.refuse_by_other_rows()
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        if {"person", "person_id"} & values.keys():
            raise TypeError("A deputy's right stays that of its person.")
        return super().update(**values)


class Delegation(AnswersAtFields, Recorded):
    """A deputy's right: the role of a head or of the command, for a span of days."""

    NEVER_AN_ADMINISTRATOR = _("Who administers people and rights is nobody's deputy.")

    person = models.ForeignKey(User, models.PROTECT, related_name="delegations", verbose_name=_("deputy"))
    role = models.CharField(
        pgettext_lazy("delegation", "deputises as"),
        max_length=20,
        choices=[(role.value, role.label) for role in (Role.HEAD, Role.COMMANDER)],
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("The right ends by itself at the end of this day."))
    reason = TextLine(_("reason"), help_text=_("The order or decision, with its number."))

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_day", "pk"]
        verbose_name = _("deputy's right")
        verbose_name_plural = _("deputies' rights")
        constraints = [
            limit(
                "a_delegation_ends_after_it_begins",
                Q(last_day__gte=F("first_day")),
                "last_day",
                _("The last day lies before the first."),
            ),
            limit("a_delegation_has_a_reason", ~Q(reason=""), "reason", _("Write the order or decision.")),
        ]

    def __str__(self):
        return f"{self.person}: {self.get_role_display()}"

    def clean(self):
        if not (self.person_id and self.first_day and self.last_day):
            return
        if self.person.unit is None or (self.role == Role.HEAD and not self.person.unit.reports):
            raise ValidationError({"person": _("Choose somebody of the unit that they deputise in.")})
        self.refuse_by_other_rows()

    def save(self, *args, **kwargs):
        self.refuse_by_other_rows()
        super().save(*args, **kwargs)

    def refuse_by_other_rows(self):
        """Raise ValidationError for an administrator, and where another right holds on one of these days.

        Who gives rights would give themself all of them; and of a person's rights one a day counts.
        """
        if self.person.role == Role.ADMIN:
            raise ValidationError({"person": self.NEVER_AN_ADMINISTRATOR})
        others = Delegation.objects.exclude(pk=self.pk).filter(person=self.person_id)
        if others.filter(first_day__lte=self.last_day, last_day__gte=self.first_day).exists():
            raise ValidationError({"first_day": _("These days overlap another right of the same person.")})
