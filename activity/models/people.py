"""Who uses the system. The role is the only right a person has; `activity.permissions` says what it allows."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import Role
from .limits import AnswersAtFields, limit
from .units import Unit


class PeopleManager(UserManager["User"]):
    """People come with their unit and its command, which every page asks for."""

    def get_queryset(self):
        return super().get_queryset().select_related("unit__parent")

    def create_superuser(self, username, email=None, password=None, **extra_fields):
        """The first administrator, made by ``manage.py createsuperuser``."""
        return super().create_superuser(username, email, password, **extra_fields, role=Role.ADMIN)


class User(AnswersAtFields, AbstractUser):
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.STAFF)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("unit")
    )

    objects = PeopleManager()  # type: ignore[misc]

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

    def save(self, *args, **kwargs):
        self.is_staff = self.is_superuser = self.role == Role.ADMIN
        super().save(*args, **kwargs)

    def get_full_name(self):
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def sees_subtree(self):
        """Whether this person sees the command's whole subtree rather than one unit."""
        return self.role in {Role.CHECKER, Role.COMMANDER}
