"""Rows told as one value, with what a page shows of them: for a page that asks for no rows of its own."""

import datetime
import json
from dataclasses import dataclass

from django.db import models
from django.db.models import Aggregate, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.utils import timezone


class JSONList(Aggregate):
    """All values of a group as one, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def json_in(told):
    """What stands inside a JSON value: SQLite gives it as text."""
    return json.loads(told) if isinstance(told, str) else told


def list_in(told) -> list:
    """A list inside a JSON value; empty for none."""
    return json_in(told) or []


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What somebody did, when and why; ``of_unit`` is their unit as it was called on that day."""

    at: datetime.datetime
    by: str
    of_unit: str | None
    as_deputy: bool
    reason: str


def facts_of_deed(by: str, at: str) -> dict:
    """What `deed_of` needs to be told of rows that keep who did it and when in the fields ``by`` and ``at``."""
    name = Trim(Concat(f"{by}__last_name", Value(" "), f"{by}__first_name"))
    return {
        "pk": "pk",
        "at": at,
        "by": Coalesce(NullIf(name, Value("")), f"{by}__username"),
        "of_unit": f"{by}__unit__short_name",
        "past": f"{by}__unit__past",
        "as_deputy": "as_deputy",
        "reason": "reason",
    }


def deed_of(*, at, of_unit, past, as_deputy, pk, **told) -> dict:
    """The fields of a `Deed` from what was told of its row."""
    moment = datetime.datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)  # SQLite keeps moments without a zone
    day = timezone.localdate(moment).isoformat()
    once = (former["short_name"] for former in list_in(past) if day <= former["until"])
    return {"at": moment, "of_unit": next(once, of_unit), "as_deputy": bool(as_deputy), **told}
