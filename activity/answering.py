"""The answers of a return to the indicators that it is asked for: one form, and two people at it, answer by answer."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .changes import change_of
from .clash import MINE, THEIRS, Clash, Difference
from .echo import naming, quoted
from .fields import DecimalNumber, WholeNumber
from .kinds import INDICATORS
from .models.answers import IndicatorAnswer
from .models.asked import plain
from .models.history import History, Stale, together
from .models.indicators import row_of
from .models.returns import UnitReturn

# What an answer says, as a form carries it: nothing yet, nothing to report, or a number.
UNANSWERED, NOTHING = "", "nothing"


def said_by(answer: IndicatorAnswer | None) -> str:
    if answer is None:
        return UNANSWERED
    return NOTHING if answer.value is None else str(answer.value)


def in_words(said: str) -> tuple[str, ...]:
    """What an answer says, as a clash shows it."""
    if said == UNANSWERED:
        return ()
    return (str(pgettext_lazy("kind", "Nothing to report")) if said == NOTHING else plain(Decimal(said)),)


class AnswersForm(forms.Form):
    """For each indicator that a return is asked for a number, or the box “nothing to report”, or neither yet.

    Each answer carries what it said when the form was made (``-seen``): the revision of a row would not tell an answer
    that was taken back and given again. ``-shown`` is what stood beside what was typed where that was to be chosen.
    """

    def __init__(self, unit_return, data=None):
        super().__init__(data)
        self.unit_return = unit_return
        self.stands = {asked: said_by(unit_return.answers.get(asked.pk)) for asked in unit_return.asked}
        for asked, said in self.stands.items():
            number = DecimalNumber(decimal_places=1, max_digits=15) if asked.decimals else WholeNumber()
            number.label, number.required, number.suffix = asked.name, False, asked.counted_in
            number.initial = None if said in (UNANSWERED, NOTHING) else Decimal(said)
            nothing = forms.BooleanField(label=pgettext_lazy("kind", "nothing to report"), required=False)
            nothing.initial = said == NOTHING
            self.fields |= {f"{asked.code}-value": number, f"{asked.code}-nothing": nothing}
            for name in ("seen", "shown"):
                hidden = forms.CharField(widget=forms.HiddenInput, required=False, label=asked.name)
                self.fields[f"{asked.code}-{name}"] = hidden
            self.fields[f"{asked.code}-seen"].initial = said

    def rows(self):
        """What a page shows of each indicator: it, its definition in this quarter, and its fields."""
        for asked in self.unit_return.asked:
            names = ("value", "nothing", "seen", "shown")
            fields = {name: self[f"{asked.code}-{name}"] for name in names}
            yield {"asked": asked, "definition": asked.definition_in(self.unit_return.quarter)} | fields

    def add_error(self, field, error):
        """What is no number is quoted; the limits name the number themselves."""
        if getattr(error, "code", "") == "invalid" and field:
            error = naming(quoted(self[field].data or ""), error)
        super().add_error(field, error)

    def clean(self):
        for asked in self.unit_return.asked:
            name = f"{asked.code}-value"
            value = self.cleaned_data.get(name)
            if value is None:
                continue
            try:
                if self.cleaned_data.get(f"{asked.code}-nothing"):
                    raise ValidationError(_("Enter a number, 0 too, or tick “nothing to report”: one of the two."))
                # What stands was taken when it was typed; limits that were drawn in since do not reach it.
                if self.typed(asked) != self.stands[asked]:
                    asked.refuse(value)
            except ValidationError as refused:
                self.add_error(name, refused)

    def typed(self, asked) -> str:
        """What was typed of an indicator; of a valid form."""
        value = self.cleaned_data[f"{asked.code}-value"]
        if value is None:
            return NOTHING if self.cleaned_data[f"{asked.code}-nothing"] else UNANSWERED
        return str(int(value) if value == int(value) else value)

    def chosen(self, asked) -> str | None:
        """`mine` or `theirs`, of what was typed and what stands; None where both people changed it: see `clash`."""
        mine, theirs = self.typed(asked), self.stands[asked]
        seen, shown = (self.data.get(f"{asked.code}-{name}", "") for name in ("seen", "shown"))
        choice = self.data.get(f"choose-{asked.code}")
        if choice in {MINE, THEIRS} and shown == theirs:
            return choice
        if theirs in {seen, mine}:
            return MINE
        return THEIRS if mine == seen else None

    def clash(self) -> Clash | None:
        """The answers that two people changed, to choose from; None where nobody has to."""
        both = [asked for asked in self.stands if self.chosen(asked) is None]
        if not both:
            return None
        # What is shown now is what a choice is made from.
        self.data = {**self.data.dict(), **{f"{asked.code}-shown": self.stands[asked] for asked in both}}  # type: ignore[attr-defined]
        entries = History.objects.filter(model=INDICATORS.key, unit_return=self.unit_return.pk).newest_first()
        last = {entry.said: entry for entry in reversed(entries)}
        found = [self._difference(asked, last.get(asked.name)) for asked in both]
        newest = max((last[a.name] for a in both if a.name in last), key=lambda entry: entry.pk, default=None)
        return Clash(newest and change_of(newest), tuple(found), self.unit_return.revision)

    def _difference(self, asked, entry) -> Difference:
        who = change_of(entry).who if entry else ""
        theirs, mine = in_words(self.stands[asked]), in_words(self.typed(asked))
        return Difference(asked.code, asked.name, theirs, who, mine, chosen=None)

    def save(self) -> None:
        """Write what was typed and differs from what stands; Stale where that has changed since it was compared."""
        final = {asked: self.typed(asked) for asked in self.stands if self.chosen(asked) == MINE}
        changed = {asked: said for asked, said in final.items() if said != self.stands[asked]}
        if not changed:
            return
        with together():
            self.unit_return.begin()
            with UnitReturn.objects.written({self.unit_return.pk}, INDICATORS.slug):
                there = {answer.indicator_id: answer for answer in self.unit_return.records(INDICATORS)}
                if any(said_by(there.get(asked.pk)) != self.stands[asked] for asked in changed):
                    raise Stale
                self._write(changed, there)

    def _write(self, changed, there) -> None:
        gone: list[IndicatorAnswer] = []
        kept: list[IndicatorAnswer] = []
        new: list[IndicatorAnswer] = []
        for asked, said in changed.items():
            answer = there.get(asked.pk) or self._new(asked)
            answer.value = Decimal(said) if said not in (UNANSWERED, NOTHING) else None
            answer.nothing_to_report = said == NOTHING
            (gone if said == UNANSWERED else kept if answer.pk else new).append(answer)
        answers = IndicatorAnswer.objects
        if gone:
            answers.filter(pk__in=[answer.pk for answer in gone]).delete()
        if kept:
            answers.bulk_update(kept, ["value", "nothing_to_report"])
        if new:
            answers.bulk_create(new)

    def _new(self, asked) -> IndicatorAnswer:
        """A new answer, which stands for the whole quarter."""
        day = self.unit_return.quarter.last_day
        return IndicatorAnswer(unit_return=self.unit_return, date=day, indicator=row_of(asked))
