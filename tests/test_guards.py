"""What stands may not be overwritten: records of handed-in returns, approved figures, returns; codes have one form."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from activity.kinds import KINDS
from activity.models import CriminalCase, Exhibit, Figure, Patrol, Quarter, ReturnKind, ReturnStep, UnitReturn
from activity.models.choices import Status
from activity.models.marks import ReturnKindQuerySet
from activity.models.record import ActivityRecord, ReturnLocked
from activity.models.return_rows import UnitReturnQuerySet

from .factories import FACTORIES, made_case, made_patrol, made_quarter, made_return, made_unit, taken_to
from .typed import address, typed

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("slug", FACTORIES)


@pytest.fixture
def approved(post, quarter):
    """An approved return with three patrols."""
    unit_return = made_return(post, quarter)
    made_patrol(unit_return, times=3)
    return taken_to(Status.APPROVED, unit_return)


@pytest.fixture
def draft(approved, other_post, quarter):
    """A draft of the neighbour."""
    return made_return(other_post, quarter)


def whole(unit_return):
    """How many patrols were stored when the return was approved."""
    return Figure.objects.get(unit_return=unit_return, measure="patrols", part="")


# A record cannot be drawn out of an approved return under its own key.


@EVERY_KIND
def test_a_record_built_with_the_key_of_an_approved_one_cannot_be_saved(slug, other_post, post, quarter, commander):
    closed = made_return(post, quarter)
    there = FACTORIES[slug](closed)
    taken_to(Status.APPROVED, closed)
    here = FACTORIES[slug](made_return(other_post, quarter))
    here.pk, here._state.adding = there.pk, True
    with pytest.raises(ReturnLocked):
        here.save()
    there.refresh_from_db()
    assert there.unit_return == closed


def test_without_a_look_at_where_it_stood_the_record_would_be_drawn_out(approved, draft, monkeypatch):
    @contextmanager
    def own_return_only(record, before):
        UnitReturn.objects.lock_drafts([record.unit_return_id])
        yield

    there = Patrol.objects.get(unit_return=approved)
    monkeypatch.setattr(ActivityRecord, "guarded", own_return_only)
    Patrol(pk=there.pk, unit_return=draft, date=there.date, form=there.form, participant_turns=6).save()
    there.refresh_from_db()
    assert there.unit_return == draft


# Rows that stand are not overwritten in bulk.


@pytest.mark.parametrize("model", [*(kind.model for kind in KINDS), Exhibit, Quarter, Figure])
def test_a_bulk_write_over_rows_that_stand_is_refused(model):
    with pytest.raises(TypeError):
        model.objects.bulk_create([], update_conflicts=True, update_fields=["id"], unique_fields=["id"])


def overwritten(patrol, write):
    """Write four times over a patrol of once with ``write``, a ``bulk_create`` by any name."""
    patrol.times = 4
    write([patrol], update_conflicts=True, update_fields=["times"], unique_fields=["id"])


def test_a_patrol_that_stands_is_not_overwritten_in_bulk(draft):
    patrol = made_patrol(draft)
    with pytest.raises(TypeError, match="changed by saving"):
        overwritten(patrol, Patrol.objects.bulk_create)
    patrol.refresh_from_db()
    assert patrol.times == 1


def test_without_the_refusal_an_approved_patrol_would_be_overwritten_in_bulk(approved):
    patrol = Patrol.objects.get(unit_return=approved)
    overwritten(patrol, lambda *rows, **how: QuerySet.bulk_create(Patrol.objects.all(), *rows, **how))
    patrol.refresh_from_db()
    assert patrol.times == 4


# Approved figures.

WRITES_OF_A_FIGURE = {
    "save": lambda figure: figure.save(),
    "delete": lambda figure: figure.delete(),
    "update": lambda figure: Figure.objects.filter(pk=figure.pk).update(value=99),
    "delete in bulk": lambda figure: Figure.objects.filter(pk=figure.pk).delete(),
    "bulk_update": lambda figure: Figure.objects.bulk_update([figure], ["value"]),
    "update_or_create": lambda figure: Figure.objects.update_or_create(pk=figure.pk, defaults={"value": 99}),
    "from the return": lambda figure: made_return(made_unit("khac"), figure.unit_return.quarter).figures.add(figure),
    "over it": lambda figure: Figure.objects.bulk_create(
        [figure], update_conflicts=True, update_fields=["value"], unique_fields=["id"]
    ),
}


@pytest.mark.parametrize("write", WRITES_OF_A_FIGURE.values(), ids=WRITES_OF_A_FIGURE)
def test_an_approved_figure_refuses_every_write_and_stays(approved, write):
    figure = whole(approved)
    figure.value = Decimal(99)
    with pytest.raises(TypeError, match="never change"), transaction.atomic():
        write(figure)
    assert whole(approved).value == 3


def test_a_new_figure_with_the_key_of_a_stored_one_does_not_replace_it(approved):
    with pytest.raises(IntegrityError):
        Figure(pk=whole(approved).pk, unit_return=approved, measure="patrols", value=99).save()


def test_without_the_refusal_a_figure_would_be_overwritten(approved, monkeypatch):
    figure = whole(approved)
    figure.value = Decimal(99)
    monkeypatch.setattr(Figure, "save", Model.save)
    figure.save()
    assert whole(approved).value == 99


# The steps of a return.

WRITES_OF_A_STEP = {
    "save": lambda step: step.save(),
    "delete": lambda step: step.delete(),
    "update": lambda step: ReturnStep.objects.filter(pk=step.pk).update(reason="đổi"),
    "delete in bulk": lambda step: step.unit_return.steps.all().delete(),
    "bulk_update": lambda step: ReturnStep.objects.bulk_update([step], ["reason"]),
    "from the return": lambda step: made_return(made_unit("khac"), step.unit_return.quarter).steps.add(step),
    "over it": lambda step: ReturnStep.objects.bulk_create(
        [step], update_conflicts=True, update_fields=["reason"], unique_fields=["id"]
    ),
}


@pytest.mark.parametrize("write", WRITES_OF_A_STEP.values(), ids=WRITES_OF_A_STEP)
def test_a_step_that_was_taken_refuses_every_write_and_stays(approved, write):
    step = approved.last_step()
    step.reason = "đổi"
    with pytest.raises(TypeError, match="as it was taken"), transaction.atomic():
        write(step)
    stored = approved.last_step()
    assert (stored.unit_return, stored.reason, stored.step) == (approved, "", "approved")


# Returns.


@pytest.mark.parametrize("status", [Status.DRAFT, Status.APPROVED])
def test_a_return_that_stands_cannot_be_saved(post, quarter, commander, status):
    unit_return = made_return(post, quarter, status=status)
    unit_return.status = Status.SUBMITTED
    with pytest.raises(TypeError, match="by its steps"):
        unit_return.save()
    unit_return.refresh_from_db()
    assert unit_return.status == status


def updated_state(unit_return):
    UnitReturn.objects.filter(pk=unit_return.pk).update(status=Status.APPROVED)


def updated_state_in_bulk(unit_return):
    unit_return.status = Status.APPROVED
    UnitReturn.objects.bulk_update([unit_return], ["status"])


def begun_approved(unit_return):
    UnitReturn.objects.create(unit=unit_return.unit, quarter=made_quarter(2024, 2), status=Status.APPROVED)


def begun_approved_in_bulk(unit_return):
    begun = UnitReturn(unit=unit_return.unit, quarter=made_quarter(2024, 2), status=Status.APPROVED)
    UnitReturn.objects.bulk_create([begun])


PAST_THE_STEPS = [updated_state, updated_state_in_bulk, begun_approved, begun_approved_in_bulk]


@pytest.mark.parametrize("write", PAST_THE_STEPS)
def test_no_write_past_the_steps_makes_an_approved_return(post, quarter, write):
    with pytest.raises(TypeError, match="by its steps"), transaction.atomic():
        write(made_return(post, quarter))
    assert not UnitReturn.objects.approved().exists()


@pytest.mark.parametrize("write", PAST_THE_STEPS)
def test_without_the_refusal_each_of_them_would(post, quarter, write, monkeypatch):
    monkeypatch.setattr(UnitReturnQuerySet, "update", QuerySet.update)
    monkeypatch.setattr(UnitReturnQuerySet, "bulk_create", QuerySet.bulk_create)
    monkeypatch.setattr(UnitReturn, "save", Model.save)
    write(made_return(post, quarter))
    assert UnitReturn.objects.approved().exists()


# A tick.


def made_ticked(mark, person):
    ReturnKind.objects.create(unit_return=mark.unit_return, kind="cases", checked_by=person, checked_at=timezone.now())


def made_ticked_in_bulk(mark, person):
    ReturnKind.objects.bulk_create(
        [ReturnKind(unit_return=mark.unit_return, kind="cases", checked_by=person, checked_at=timezone.now())]
    )


def saved_ticked(mark, person):
    mark.checked_by, mark.checked_at = person, timezone.now()
    mark.save()


def updated_ticked(mark, person):
    ReturnKind.objects.filter(pk=mark.pk).update(checked_by=person, checked_at=timezone.now())


def updated_ticked_in_bulk(mark, person):
    mark.checked_by, mark.checked_at = person, timezone.now()
    ReturnKind.objects.bulk_update([mark], ["checked_by", "checked_at"])


PAST_THE_CHECK = [made_ticked, made_ticked_in_bulk, saved_ticked, updated_ticked, updated_ticked_in_bulk]


@pytest.fixture
def mark(draft):
    return ReturnKind.objects.create(unit_return=draft, kind="patrols")


@pytest.mark.parametrize("write", PAST_THE_CHECK)
def test_no_write_past_the_check_ticks_a_kind(mark, commander, write):
    with pytest.raises(TypeError, match="check_kind"), transaction.atomic():
        write(mark, commander)
    assert not ReturnKind.objects.filter(unit_return=mark.unit_return).checked().exists()


@pytest.mark.parametrize("write", PAST_THE_CHECK)
def test_without_the_refusal_each_of_them_would_tick_it(mark, commander, write, monkeypatch):
    monkeypatch.setattr(ReturnKindQuerySet, "update", QuerySet.update)
    monkeypatch.setattr(ReturnKindQuerySet, "bulk_create", QuerySet.bulk_create)
    monkeypatch.setattr(ReturnKind, "save", Model.save)
    write(mark, commander)
    assert ReturnKind.objects.filter(unit_return=mark.unit_return).checked().exists()


# Whose a return is.


def moves(unit_return, other_unit):
    """The columns that say whose return it is, each with another value."""
    later = made_quarter(2024, 2)
    return [
        {"unit": other_unit},
        {"unit_id": other_unit.pk},
        {"quarter": later},
        {"quarter_id": later.pk},
        {"version": 2},
    ]


def test_a_return_stays_the_return_of_its_unit_and_quarter(approved, other_post):
    for move in moves(approved, other_post):
        with pytest.raises(TypeError, match="its unit and quarter"):
            UnitReturn.objects.filter(pk=approved.pk).update(**move)
    assert UnitReturn.objects.get() == approved
    assert (UnitReturn.objects.get().unit, UnitReturn.objects.get().version) == (approved.unit, 1)


def test_without_the_refusal_a_return_would_move_to_another_unit(approved, other_post, monkeypatch):
    monkeypatch.setattr(UnitReturnQuerySet, "update", QuerySet.update)
    for move in moves(approved, other_post):
        assert UnitReturn.objects.filter(pk=approved.pk).update(**move) == 1
    assert UnitReturn.objects.get().unit == other_post


# The code of a case's project has one form.


def saved(case):
    case.project = "cb 3 24"
    case.save()


def updated(case):
    CriminalCase.objects.filter(pk=case.pk).update(project="cb 3 24")


def updated_in_bulk(case):
    case.project = "cb 3 24"
    CriminalCase.objects.bulk_update([case], ["project"])


@pytest.mark.parametrize("write", [saved, updated, updated_in_bulk])
def test_the_project_of_a_case_is_stored_as_it_is_compared(draft, write):
    write(made_case(draft))
    assert CriminalCase.objects.values_list("project", flat=True).get() == "CB324"


def test_the_project_of_a_case_made_in_bulk_is_stored_as_it_is_compared(draft):
    case = made_case(draft)
    case.delete()
    case.project = "cb 3 24"
    CriminalCase.objects.bulk_create([case])
    assert CriminalCase.objects.values_list("project", flat=True).get() == "CB324"


def test_a_case_is_found_by_its_project_however_that_is_typed(draft):
    made_case(draft, project="CB324")
    assert CriminalCase.objects.filter(project="cb 3 24").exists()


# An edit that the database refuses is not said to be saved.


@pytest.fixture
def refused_once(monkeypatch):
    """The database refuses the next patrol, as where somebody was faster."""
    real = Patrol.save

    def save(record, *args, **kwargs):
        monkeypatch.setattr(Patrol, "save", real)
        raise IntegrityError

    return lambda: monkeypatch.setattr(Patrol, "save", save)


def test_an_edit_that_the_database_refuses_comes_back_and_is_not_called_saved(client, stranger, draft, refused_once):
    client.force_login(stranger)
    patrol = made_patrol(draft, times=1)
    refused_once()
    sent = typed("patrols", times="5", lineage=str(patrol.lineage))
    answer = client.post(address(draft, "patrols", patrol), sent)
    patrol.refresh_from_db()
    assert (answer.status_code, patrol.times) == (422, 1)
    assert "Đã lưu" not in answer.content.decode()
    assert "Đã lưu" not in client.get(draft.get_absolute_url()).content.decode()


def test_the_same_edit_that_the_database_takes_is_called_saved(client, stranger, draft):
    client.force_login(stranger)
    patrol = made_patrol(draft, times=1)
    answer = client.post(address(draft, "patrols", patrol), typed("patrols", times="5"), follow=True)
    assert "Đã lưu" in answer.content.decode()
