"""The figures that approving a return stores: written once, never changed."""

from django.db import models

from ..measures import tally


class FigureQuerySet(models.QuerySet["Figure"]):
    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise TypeError(Figure.NEVER)
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        raise TypeError(Figure.NEVER)

    def delete(self):
        raise TypeError(Figure.NEVER)


class Figure(models.Model):
    """One number of an approved return: of a measure, the whole (empty ``part``) or one part that is not 0."""

    NEVER = "Approved figures never change; a correction is a new version of the return."

    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, related_name="figures")
    measure = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=1)

    objects = FigureQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["unit_return", "measure", "part"], name="a_figure_stands_once"),
        ]
        indexes = [
            # Holds all that the charts read, so that they never touch the table.
            models.Index(fields=["unit_return", "part", "measure", "value"], name="figures_of_returns"),
            # What the footer of a list adds up: of a few measures the wholes of all returns.
            models.Index(
                fields=["measure", "unit_return", "value"], name="wholes_of_measures", condition=models.Q(part="")
            ),
        ]

    def __str__(self):
        return f"{self.measure} {self.part}: {self.value}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(self.NEVER)
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        raise TypeError(self.NEVER)


def store_figures(returns, return_ids=None):
    """Store the figures of ``returns`` (a queryset; ``return_ids`` are theirs, where they are known) as approved."""
    Figure.objects.bulk_create(
        [
            Figure(unit_return_id=pk, measure=measure, part=part, value=value)
            for pk, measure, part, value in tally(returns, return_ids)
        ],
        batch_size=2000,
    )
