"""Several rows as one value, for a query that asks for no rows of its own."""

from django.db import models
from django.db.models import Aggregate


class JSONList(Aggregate):
    """All values of a group as one, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)
