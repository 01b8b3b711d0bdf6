"""The figures that approving a return stores: written once, never changed."""

from django.db import models

from ..measures import tally
from .written_once import WrittenOnce


class Figure(WrittenOnce):
    """One number of an approved return: of a measure, the whole (empty ``part``) or one part that is not 0."""

    NEVER = "Approved figures never change; a correction is a new version of the return."

    unit_return = models.ForeignKey("activity.UnitReturn", models.PROTECT, related_name="figures")
    measure = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=1)

    class Meta:
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


def store_figures(returns, return_ids=None):
    """Store the figures of ``returns`` (a queryset; ``return_ids`` are theirs, where they are known) as approved."""
    Figure.objects.bulk_create(
        [
            Figure(unit_return_id=pk, measure=measure, part=part, value=value)
            for pk, measure, part, value in tally(returns, return_ids)
        ],
        batch_size=2000,
    )
