"""Every model × create, change, delete × way of writing: who, when, what → what, in the transaction of the change."""

import copy
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models, transaction
from django.urls import get_resolver

from activity.models import CriminalCase, Exhibit, History, Patrol, Unit, UnitReturn
from activity.models.choices import Role, Status
from activity.models.history import RecordedQuerySet, Way, acting

from .factories import (
    made_case,
    made_indicator,
    made_patrol,
    made_quarter,
    made_return,
    made_unit,
    made_user,
    past_the_rules,
    taken_to,
)
from .recorded import (
    CHANGE,
    CHANGED,
    CREATE,
    DELETE,
    EVERY,
    RECORDED,
    REFUSED,
    bulk_updated,
    new,
    saved_with,
    standing,
    stored,
    table,
)

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent

# Why the other models leave no history.
NOT_RECORDED = {
    "activity.history": "the history itself, which never changes",
    "activity.figure": "written once by the approval, which is recorded, and never changed",
    "activity.returnstep": "a record of who did what and when by itself, beside the change of the return",
    "activity.message": "says to somebody what is recorded elsewhere; that it was read is nobody's concern",
    "sessions.session": "who is signed in, no fact of the office",
    "admin.logentry": "Django's own log, which nothing writes",
    "auth.group": "not used: the role is the only right",
    "auth.permission": "Django's own, made by migrations; the role is the only right",
    "contenttypes.contenttype": "Django's own list of models, made by migrations",
}


def test_every_model_is_recorded_or_says_why_not():
    assert {model._meta.label_lower for model in apps.get_models() if model not in RECORDED} == NOT_RECORDED.keys()
    assert all(NOT_RECORDED.values())


def _make_office():
    post, other, quarter = made_unit("tra-linh"), made_unit("ngoc-con"), made_quarter(2024, 1)
    unit_return = made_return(post, quarter)
    return {
        "post": post,
        "other": other,
        "quarter": quarter,
        "staff": made_user(Role.STAFF, post, username="staff"),
        "return": unit_return,
        "case": made_case(unit_return),
        "indicator": made_indicator(first=quarter),
    }


@pytest.fixture(scope="module", autouse=True)
def made_once(taken_back):
    with taken_back(_make_office) as office:
        yield office


@pytest.fixture
def office(made_once, db):
    """What the rows below hang on, made before anything is watched; for each test in objects of its own."""
    return copy.deepcopy(made_once)


def _of_office(name, key):
    return pytest.fixture(name=name)(lambda office: office[key])


post, other_post = _of_office("post", "post"), _of_office("other_post", "other")
quarter, staff = _of_office("quarter", "quarter"), _of_office("staff", "staff")


@pytest.fixture
def by_staff(staff):
    """Everything below is done by the staff, on the pages."""
    with acting(staff, Way.PAGE):
        yield


def entry(model, action, since):
    """The one row of history about that model after ``since``, or None."""
    entries = History.objects.filter(pk__gt=since, model=model._meta.model_name, action=action)
    assert len(entries) < 2
    return entries.first()


def last():
    return History.objects.order_by("pk").last().pk


def keeps(told, staff):
    return told is not None and (told.by, told.way) == (staff, Way.PAGE)


@pytest.mark.parametrize(("model", "way"), table(CREATE))
def test_a_new_row_leaves_who_when_and_what(office, staff, by_staff, model, way):
    row, since = new(model, office), last()
    way(row)
    made = model.objects.order_by("pk").last()
    told = entry(model, "created", since)
    assert keeps(told, staff)
    assert (told.row, told.at is not None) == (made.pk, True)
    assert told.changes == {name: [None, value] for name, value in stored(made.told()).items()}
    assert (told.unit_return_id, told.lineage) == (made.return_id, made.of_record)


@pytest.mark.parametrize(("model", "way"), table(CHANGE))
def test_a_change_leaves_what_it_was_and_what_it_is(office, staff, by_staff, model, way):
    row, since = standing(model, office), last()
    name, value = CHANGED[model]
    old = stored(row.told()[name])
    way(row, name, value)
    now = model.objects.get(pk=row.pk)
    told = entry(model, "changed", since)
    assert keeps(told, staff)
    assert told.changes == {name: [old, stored(now.told()[name])]}
    assert stored(now.told()[name]) == stored(row._meta.get_field(name).to_python(value))
    assert (told.row, told.revision, now.revision) == (row.pk, 2, 2)


@pytest.mark.parametrize(("model", "way"), table(DELETE))
def test_a_deleted_row_leaves_what_it_was(office, staff, by_staff, model, way):
    row, since = standing(model, office), last()
    was, pk = stored(row.told()), row.pk
    way(row)
    told = entry(model, "deleted", since)
    assert keeps(told, staff)
    assert (told.row, told.changes) == (pk, {name: [value, None] for name, value in was.items()})
    assert not model.objects.filter(pk=pk).exists()


@pytest.mark.parametrize(("model", "name"), sorted(REFUSED, key=str))
def test_what_would_leave_none_is_refused(office, model, name):
    row = standing(model, office)
    before = model.objects.values().get(pk=row.pk)
    with pytest.raises(TypeError):
        CHANGE[name](row, *CHANGED[model]) if name in CHANGE else DELETE[name](row)
    assert model.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize("way", DELETE.values(), ids=DELETE)
def test_what_goes_with_a_case_leaves_its_own(office, by_staff, way):
    case, since = standing(CriminalCase, office), last()
    case.exhibits.create(name="Pháo nổ", quantity=1, unit="kg")
    case.exhibits.create(name="Hêrôin", quantity=2, unit="gam")
    way(CriminalCase.objects.get(pk=case.pk))
    gone = History.objects.filter(pk__gt=since, model="exhibit", action="deleted")
    assert {told.changes["name"][0] for told in gone} == {"Pháo nổ", "Hêrôin"}
    assert {told.lineage for told in gone} == {case.lineage}


@pytest.mark.parametrize("relation", [r for m in RECORDED for r in m._meta.related_objects], ids=str)
def test_nothing_is_deleted_unsaid_with_a_recorded_row(relation):
    """Database or Django delete along no other relation than from a case to its exhibits."""
    theirs = relation.related_model
    if relation.on_delete is models.CASCADE and theirs._meta.label_lower not in NOT_RECORDED:
        assert (relation.model, theirs) == (CriminalCase, Exhibit)
    assert relation.on_delete not in {models.SET_NULL, models.SET_DEFAULT}


def test_what_was_set_but_not_written_is_not_told(staff):
    staff.email, staff.first_name = "binh@example.vn", "Bình"
    staff.save(update_fields=["email"])
    assert History.objects.about(staff).last().changes == {"email": [None, "binh@example.vn"]}


def test_a_relation_that_was_written_alone_is_told_by_either_name(staff, other_post):
    old = str(staff.unit)
    staff.unit, staff.first_name = other_post, "Bình"
    staff.save(update_fields=["unit_id"])
    assert History.objects.about(staff).last().changes == {"unit": [old, str(other_post)]}


@pytest.mark.parametrize(
    "write", [lambda rows: rows.update(position=9), lambda rows: rows.delete()], ids=["update", "delete"]
)
def test_a_row_that_begins_to_match_between_the_look_and_the_write_is_not_written(command, monkeypatch, write):
    first, late = made_unit("mot", reports=True), made_unit("hai", reports=False)
    real = RecordedQuerySet._locked

    def and_then_somebody_else(rows):
        locked = real(rows)
        past_the_rules(Unit).filter(pk=late.pk).update(reports=True)
        return locked

    monkeypatch.setattr(RecordedQuerySet, "_locked", and_then_somebody_else)
    before = Unit.objects.values("position").get(pk=late.pk)
    write(Unit.objects.filter(reports=True, code__in=["mot", "hai"]))
    assert Unit.objects.values("position").get(pk=late.pk) == before
    assert [told.action for told in History.objects.about(late)] == ["created"]
    assert History.objects.about(first).count() == 2


class Fallen(Exception):
    pass


def rows(model):
    return list(model.objects.order_by("pk").values())


@pytest.mark.parametrize(("model", "write", "is_new"), EVERY)
def test_a_transaction_that_fails_leaves_neither_the_change_nor_its_history(office, model, write, is_new):
    row = new(model, office) if is_new else standing(model, office)
    before, since = rows(model), last()
    with pytest.raises(Fallen), transaction.atomic():
        write(row)
        assert last() > since
        raise Fallen
    assert (rows(model), last()) == (before, since)


@pytest.mark.parametrize(("model", "write", "is_new"), EVERY)
def test_a_change_whose_history_cannot_be_written_is_not_made(office, monkeypatch, model, write, is_new):
    row = new(model, office) if is_new else standing(model, office)
    before = rows(model)

    def fall(*args):
        raise Fallen

    monkeypatch.setattr("activity.models.history.write", fall)
    with pytest.raises(Fallen), transaction.atomic():
        write(row)
    assert rows(model) == before


@pytest.mark.parametrize(("model", "write", "is_new"), EVERY)
def test_without_the_writing_of_history_there_would_be_none(office, monkeypatch, model, write, is_new):
    row, since = new(model, office) if is_new else standing(model, office), last()
    monkeypatch.setattr("activity.models.history.write", lambda *args: None)
    write(row)
    assert not History.objects.filter(pk__gt=last(), model=model._meta.model_name).exists()
    assert since


# The history itself.


@pytest.mark.parametrize(
    "rewrite",
    {
        "save": lambda told: saved_with(told, "said", "khác"),
        "save of one field": lambda told: saved_with(told, "said", "khác", update_fields=["said"]),
        "delete": lambda told: told.delete(),
        "update": lambda told: History.objects.filter(pk=told.pk).update(said="khác"),
        "bulk_update": lambda told: bulk_updated(told, "said", "khác"),
        "update_or_create": lambda told: History.objects.update_or_create({"said": "khác"}, pk=told.pk),
        "delete of a queryset": lambda told: History.objects.filter(pk=told.pk).delete(),
        "bulk_create over it": lambda told: History.objects.bulk_create(
            [told], update_conflicts=True, unique_fields=["id"], update_fields=["said"]
        ),
        "related manager": lambda told: told.unit_return.history.update(said="khác"),
    }.values(),
)
def test_history_is_never_changed(office, rewrite):
    told = History.objects.filter(unit_return__isnull=False).first()
    before = rows(History)
    with pytest.raises(TypeError), transaction.atomic():
        rewrite(told)
    assert rows(History) == before


def addresses(resolver, above=""):
    for pattern in resolver.url_patterns:
        where = f"{above}{pattern.pattern}"
        yield from addresses(pattern, where) if hasattr(pattern, "url_patterns") else [where]


@pytest.mark.parametrize("where", [a for a in addresses(get_resolver()) if "history" in a])
def test_no_address_writes_history(client, office, admin_user, head, where):
    before = rows(History)
    path = "/" + where.replace("<slug:unit>", "tra-linh").replace("<quarter:quarter>", "2024Q1")
    path = path.replace("<kind:kind>", "cases").replace("<int:pk>", str(office["case"].pk))
    path = path.replace("<path:object_id>", str(before[0]["id"]))
    for person in (admin_user, head):
        client.force_login(person)
        for method in (client.post, client.put, client.delete):
            method(path, {"said": "khác", "post": "yes", "_save": "1", "action": "delete_selected"})
    assert rows(History) == before


def test_a_row_that_is_moved_from_its_other_end_leaves_history_or_is_refused(office, post, other_post, quarter, staff):
    """`unit.people.add(person)` writes by the base manager of the people."""
    approved = office["return"]
    patrol = made_patrol(approved)
    taken_to(Status.APPROVED, approved)
    other_post.people.add(staff)
    moved = History.objects.latest("pk")
    assert (moved.model, moved.row, moved.changes) == ("user", staff.pk, {"unit": [str(post), str(other_post)]})
    before = rows(Patrol), rows(UnitReturn)
    with pytest.raises(TypeError):
        made_return(other_post, quarter).patrol_records.add(patrol)
    with pytest.raises(TypeError):
        made_quarter(2024, 2).returns.add(approved)
    assert (rows(Patrol), rows(UnitReturn)[:1]) == before


# What writes past the models, as it would stand in the code; and where it stands rightly.
PAST_THE_MODELS = re.compile(
    r"_raw_delete|QuerySet\.(update|delete|bulk_create)\(|\._update\(|\.raw\(|cursor\(\)"
    r"|_base_manager.*\.(update|delete|create|bulk_create)\("
)
RIGHTLY = {
    "activity/models/history.py",  # the bulk methods themselves, over the rows that they have locked
    "activity/models/return_rows.py",  # the count of a return's revision while its records are written
    "config/views.py",  # asks whether the database answers
}


def test_nothing_writes_past_the_models():
    sources = [path for app in ("activity", "reports", "config") for path in (ROOT / app).rglob("*.py")]
    past = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if "migrations" not in path.parts and PAST_THE_MODELS.search(path.read_text())
    }
    assert past == RIGHTLY
