"""The forms by which an administrator says what becomes of a unit; each carries it out with `act`."""

from itertools import chain, count

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..fields import Revision
from ..forms import Day
from ..models import successions
from ..models.choices import NEVER_ANOTHER, UnitKind
from ..models.successions import Succession, SuccessionKind
from ..models.text import folded
from ..models.units import Unit
from .nothing_lost import refused_if_overtaken

# A unit is split into no more new ones at a time.
PARTS = 4


class DecidedForm(forms.Form):
    """What every succession has; ``unit`` is the one from whose page it was opened."""

    day = Day(label=_("In force from"), help_text=_("The first day on which it holds."))
    decision = forms.CharField(
        label=_("Decision"), max_length=200, help_text=_("The order or decision, with its number.")
    )
    revision = Revision()

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["revision"].initial = unit.revision
        self.start()
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.widget.attrs["class"] = "vTextField"

    def start(self):
        """Propose what is known already."""

    def clean_revision(self):
        return refused_if_overtaken(self, self.unit)

    def act(self, by) -> Succession:
        """Carry out what was typed; ValidationError where the units forbid it."""
        decided = {"day": self.cleaned_data["day"], "decision": self.cleaned_data["decision"], "by": by}
        return self.carry_out(decided)

    def carry_out(self, decided) -> Succession:
        return successions.dissolve(self.unit, **decided)

    def refuse(self, refused: ValidationError):
        """Show a refusal at the fields that it names, where this form has them."""
        named = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
        for field, errors in named.items():
            self.add_error(field if field in self.fields else None, errors)

    def new_unit(self, name, short_name) -> Unit:
        """A unit of the kind that was chosen, with the parent and place of this one; not saved yet."""
        unit = Unit(code=_free_code(short_name), name=name, short_name=short_name, parent=self.unit.parent)
        unit.kind, unit.position, unit.reports = self.cleaned_data["kind"], self.unit.position, self.unit.reports
        return unit

    def offer_kinds(self):
        """The kinds that this unit, or a new one in its place, can be of; that of this unit is proposed."""
        stays = self.unit.kind in NEVER_ANOTHER
        offered = [kind for kind in UnitKind if (kind == self.unit.kind if stays else kind not in NEVER_ANOTHER)]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered]  # type: ignore[attr-defined]
        self.initial["kind"] = self.unit.kind


def _free_code(short_name) -> str:
    """A code for the addresses of a new unit's pages, made from its short name."""
    code = slugify(folded(short_name))[:36] or "unit"
    taken = set(Unit.objects.filter(code__startswith=code).values_list("code", flat=True))
    codes = chain([code], (f"{code}-{n}" for n in count(2)))
    return next(each for each in codes if each not in taken)


class RenameForm(DecidedForm):
    name = forms.CharField(label=_("New name"), max_length=120)
    short_name = forms.CharField(label=_("New short name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=UnitKind.choices)
    parent = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Unit.objects.filter(closed_on=None), required=False
    )

    def start(self):
        for name in ("name", "short_name", "parent"):
            self.initial[name] = getattr(self.unit, name)
        self.fields["parent"].required = self.unit.parent is not None
        self.offer_kinds()

    def carry_out(self, decided):
        names = ("name", "short_name", "kind", "parent")
        return successions.rename(self.unit, **{name: self.cleaned_data[name] for name in names}, **decided)


class ReparentForm(DecidedForm):
    parent = forms.ModelChoiceField(label=_("Belongs from then on to"), queryset=Unit.objects.filter(closed_on=None))

    def carry_out(self, decided):
        return successions.reparent(self.unit, parent=self.cleaned_data["parent"], **decided)


class MoveForm(DecidedForm):
    place = forms.CharField(label=_("New place"), max_length=300)

    def carry_out(self, decided):
        return successions.move(self.unit, place=self.cleaned_data["place"], **decided)


class MergeForm(DecidedForm):
    others = forms.ModelMultipleChoiceField(
        label=_("Merged with"),
        queryset=Unit.objects.filter(closed_on=None),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least two units.")},
    )
    into = forms.ChoiceField(
        label=_("Carried on by"),
        choices=[
            ("this", _("this unit; the others end")),
            ("other", _("the one chosen above; this unit ends")),
            ("new", _("a new unit; all of them end")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Name of the new unit"), max_length=120, required=False)
    short_name = forms.CharField(label=_("Short name of the new unit"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind of the new unit"))

    def start(self):
        self.offer_kinds()
        same = Unit.objects.filter(closed_on=None, reports=self.unit.reports).exclude(pk=self.unit.pk)
        self.fields["others"].queryset = same  # type: ignore[attr-defined]

    def clean(self):
        into, others = self.cleaned_data.get("into"), self.cleaned_data.get("others") or ()
        if into == "other" and len(others) > 1:
            self.add_error("others", _("Choose the one unit that carries this one on."))
        if into == "new":
            for name in ("name", "short_name"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, _("A new unit needs it."))

    def carry_out(self, decided):
        told, others = self.cleaned_data, list(self.cleaned_data["others"])
        heirs = {"this": lambda: self.unit, "other": lambda: others[0], "new": self._new}
        return successions.merge([self.unit, *others], into=heirs[told["into"]](), **decided)

    def _new(self):
        return self.new_unit(self.cleaned_data["name"], self.cleaned_data["short_name"])


class SplitForm(DecidedForm):
    goes_on = forms.BooleanField(
        label=_("This unit goes on"), required=False, help_text=_("As what is left of it; else it ends.")
    )
    kind = forms.ChoiceField(label=_("Kind of the new units"))

    def start(self):
        self.offer_kinds()
        for n in range(1, PARTS + 1):
            words = {"n": n}
            self.fields[f"name_{n}"] = forms.CharField(
                label=_("Name of new unit %(n)s") % words, max_length=120, required=False
            )
            self.fields[f"short_name_{n}"] = forms.CharField(
                label=_("Short name of new unit %(n)s") % words, max_length=60, required=False
            )

    def clean(self):
        for n in range(1, PARTS + 1):
            pair = [f"name_{n}", f"short_name_{n}"]
            given = [name for name in pair if self.cleaned_data.get(name)]
            if len(given) == 1:
                (lacks,) = set(pair) - set(given)
                self.add_error(lacks, _("A new unit needs it."))

    def carry_out(self, decided):
        told = self.cleaned_data
        named = [n for n in range(1, PARTS + 1) if told[f"name_{n}"]]
        parts = [self.new_unit(told[f"name_{n}"], told[f"short_name_{n}"]) for n in named]
        return successions.split(self.unit, parts=parts, goes_on=told["goes_on"], **decided)


FORMS: dict[str, type[DecidedForm]] = {
    SuccessionKind.RENAME: RenameForm,
    SuccessionKind.MERGE: MergeForm,
    SuccessionKind.SPLIT: SplitForm,
    SuccessionKind.MOVE: MoveForm,
    SuccessionKind.REPARENT: ReparentForm,
    SuccessionKind.DISSOLVE: DecidedForm,
}
