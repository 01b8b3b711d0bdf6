"""Rows that are written once: no way of the application changes or deletes them afterwards."""

from typing import Any

from django.db import models


class WrittenOnceQuerySet(models.QuerySet[Any]):
    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise TypeError(self.model.NEVER)
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **values):
        raise TypeError(self.model.NEVER)

    def delete(self):
        raise TypeError(self.model.NEVER)


class WrittenOnce(models.Model):
    """A row that raises TypeError with its ``NEVER`` on every write after the first, in bulk and from related rows."""

    NEVER: str

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True
        # Nor are such rows moved from another row: `unit_return.figures.add(figure)`.
        base_manager_name = "objects"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(self.NEVER)
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        raise TypeError(self.NEVER)
