"""Limits of one row: constraints of the database, each answered at a field in the office's words."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def limit(name, condition, field, message):
    """A limit of one row, answered at ``field`` with ``message``."""
    return models.CheckConstraint(
        condition=condition, name=name, violation_error_code=field, violation_error_message=message
    )


def compared(constraint) -> set[str]:
    """The fields that a constraint looks at, for whoever says with which values it does not agree."""
    return set(getattr(constraint, "fields", ())) or constraint.condition.referenced_base_fields


def at_their_fields(refused: ValidationError) -> ValidationError:
    """Return the same refusals, each at the field that its constraint names in ``violation_error_code``."""
    by_field: dict[str, list[ValidationError]] = {}
    for error in refused.error_list if hasattr(refused, "error_list") else sum(refused.error_dict.values(), []):
        by_field.setdefault(error.code or NON_FIELD_ERRORS, []).append(error)
    return ValidationError(by_field)


class AnswersAtFields:
    """Mixed into a model: what a constraint refuses is answered at the field that the constraint names."""

    def validate_constraints(self, exclude=None):
        try:
            super().validate_constraints(exclude=exclude)
        except ValidationError as refused:
            raise at_their_fields(refused) from None


class CountField(models.PositiveIntegerField):
    """A count of things: as large as PostgreSQL holds, on every database, so that sums stay within bounds."""

    default_validators = [MaxValueValidator(2_147_483_647, _("At most 2.147.483.647."))]
