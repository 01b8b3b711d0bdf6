"""The five kinds of record: for each its model, the fields a form asks for, and the columns a list shows.

One list page and one form page serve all kinds; a sixth kind is a model and one entry here. The answers to other
indicators are one more, with a page of entry of its own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import DecimalField, Field, IntegerField, Model
from django.utils.translation import gettext_lazy as _

from .models import answers, cases, record, records

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


@dataclass(frozen=True)
class Kind:
    """A kind of record: ``slug`` in addresses, ``fields`` in the order of the office's log book."""

    model: type[record.ActivityRecord]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    # The field by which the list is filtered, beside unit, quarter and text.
    filtered_by: str
    # What a row entered after another begins with: that of the one before.
    repeated: tuple[str, ...]
    # Measures that make the kind's line of totals in a return.
    totals: tuple[str, ...]
    # The columns that a list sums up in its footer, each with the measure that it adds up to; where the column is no
    # number, the footer names the measure.
    sums: tuple[tuple[str, str], ...] = ()
    # Which rows add nothing to which totals, where some do not.
    left_out: "StrOrPromise" = ""
    # Whether a return has this kind only where indicators are asked of it, and then an answer to each.
    is_asked: bool = False
    # The model of rows that belong to one record, entered on its form.
    rows: type[Model] | None = None

    @property
    def slug(self) -> str:
        return self.model.kind_slug

    @property
    def key(self) -> str:
        """The kind as it stands inside names of Python."""
        return self.model._meta.model_name or ""

    @property
    def rows_name(self) -> str:
        """The name by which a record knows its rows."""
        (relation,) = (each for each in self.model._meta.related_objects if each.related_model is self.rows)
        return str(relation.get_accessor_name())

    @property
    def related(self) -> tuple[str, ...]:
        """The columns that name a row of another table."""
        return tuple(name for name in self.columns if self.field(name).is_relation)

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The fields that a form asks for and no column of their own shows."""
        return tuple(name for name in self.fields if name not in self.columns)

    def field(self, name: str) -> Field:
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The fields that hold a number."""
        return tuple(name for name in self.fields if isinstance(self.field(name), IntegerField | DecimalField))

    @property
    def label(self):
        return self.model._meta.verbose_name_plural

    @property
    def one(self):
        return self.model._meta.verbose_name


KINDS = (
    Kind(
        records.Patrol,
        fields=(
            "date",
            "form",
            "times",
            "participant_turns",
            "partner_turns",
            "marker_from",
            "marker_to",
            "cleared_km",
            "counterpart",
            "note",
        ),
        columns=(
            "date",
            "form",
            "times",
            "participant_turns",
            "partner_turns",
            "marker_from",
            "marker_to",
            "cleared_km",
            "counterpart",
        ),
        filtered_by="form",
        repeated=("date", "form"),
        totals=("patrols", "patrol_turns", "cleared_km"),
        sums=(
            ("times", "patrols"),
            ("participant_turns", "patrol_turns"),
            ("partner_turns", "partner_turns"),
            ("cleared_km", "cleared_km"),
        ),
        left_out=_("Path clearing adds its kilometres alone, no times and no turns."),
    ),
    Kind(
        records.PropagandaSession,
        fields=("date", "form", "topic", "times", "listener_turns", "leaflets", "partner", "note"),
        columns=("date", "form", "topic", "times", "listener_turns", "leaflets", "partner"),
        filtered_by="form",
        repeated=("date", "form", "topic"),
        totals=("propaganda", "listener_turns", "leaflets"),
        sums=(("times", "propaganda"), ("listener_turns", "listener_turns"), ("leaflets", "leaflets")),
    ),
    Kind(
        cases.CriminalCase,
        fields=(
            "date",
            "code",
            "category",
            "role",
            "stage",
            "cases",
            "subjects",
            "ownerless",
            "outcome",
            "fined_vnd",
            "paid_vnd",
            "project",
            "note",
        ),
        columns=(
            "date",
            "code",
            "category",
            "role",
            "stage",
            "cases",
            "subjects",
            "outcome",
            "fined_vnd",
            "paid_vnd",
        ),
        filtered_by="category",
        repeated=("date", "category"),
        totals=("cases", "subjects", "paid_vnd"),
        sums=(
            ("cases", "cases"),
            ("subjects", "subjects"),
            ("fined_vnd", "fined_vnd"),
            ("paid_vnd", "paid_vnd"),
        ),
        left_out=_(
            "Cases and subjects are counted in the quarter of detection, where the unit led or supported; internal "
            "support adds no money either."
        ),
        rows=cases.Exhibit,
    ),
    Kind(
        records.SpecialProject,
        fields=("date", "code", "level", "owner", "category", "crime", "opened_on", "stage", "note"),
        columns=("date", "code", "level", "owner", "category", "opened_on", "stage"),
        filtered_by="stage",
        repeated=("date",),
        totals=("projects_opened", "projects_succeeded"),
        sums=(("opened_on", "projects_opened"), ("stage", "projects_succeeded")),
        left_out=_("Counted are our own special projects, not plans nor those led by others."),
    ),
    Kind(
        records.ForeignEvent,
        fields=(
            "date",
            "event_type",
            "level",
            "title",
            "place",
            "counterpart",
            "times",
            "our_people",
            "their_people",
            "persons_handed",
            "note",
        ),
        columns=("date", "event_type", "level", "title", "counterpart", "times", "persons_handed"),
        filtered_by="event_type",
        repeated=("date", "event_type", "level"),
        totals=("foreign_events", "persons_handed"),
        sums=(("times", "foreign_events"), ("persons_handed", "persons_handed")),
    ),
)

# The answers to other indicators: a kind of those returns alone that are asked for some.
INDICATORS = Kind(
    answers.IndicatorAnswer,
    fields=("indicator", "value", "nothing_to_report"),
    columns=("date", "indicator", "value", "nothing_to_report"),
    filtered_by="indicator",
    repeated=(),
    totals=(),
    is_asked=True,
)
ALL_KINDS = (*KINDS, INDICATORS)


def kinds_of(asked) -> tuple[Kind, ...]:
    """The kinds of a return that is ``asked`` for these indicators."""
    return ALL_KINDS if asked else KINDS


BY_SLUG = {kind.slug: kind for kind in ALL_KINDS}
