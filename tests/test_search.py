"""The words of choices are found like those that were typed, in rows from before they were too."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from activity.kinds import BY_SLUG, KINDS
from activity.models import Exhibit, ForeignEvent
from activity.models.choices import Status
from activity.models.text import TextLine, folded, folded_words, normal

from .factories import FACTORIES, made_case, made_event, made_patrol, made_return, past_the_rules, taken_to
from .reading import cells, one, page

pytestmark = pytest.mark.django_db

EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
MIGRATION = import_module("activity.migrations.0003_search_the_words_of_choices")
EXHIBITS = import_module("activity.migrations.0022_search_for_exhibits")
# What the limits ask of some choices.
FULL = {"patrols": {"cleared_km": 1, "counterpart": "Trạm Long Bang"}, "foreign-affairs": {"title": "Lễ công bố"}}


@pytest.fixture
def unit_return(post, quarter):
    return made_return(post, quarter)


def found(client, slug, text):
    table = client.get(f"/records/{slug}/", {"text": text}).context["table"]
    return {row.record for row in table.page.object_list}


def choices_of(kind):
    return [field for field in kind.model._meta.concrete_fields if field.choices]


def typed_text(record):
    """What was searched before choices were."""
    lines = [f.value_from_object(record) for f in record._meta.concrete_fields if isinstance(f, TextLine)]
    return folded(" ".join(lines))


@pytest.mark.parametrize("text", ["ma tuy", "Ma túy", "MA TUÝ", "tuý chủ trì", "khởi tố", "nguyên ma túy"])
def test_a_case_is_found_by_the_words_of_its_choices(client, staff, unit_return, text):
    drugs = made_case(unit_return, category="drugs", outcome="prosecuted", note="Nguyên liệu")
    made_case(unit_return, category="smuggling", role="support")
    client.force_login(staff)
    assert found(client, "cases", text) == {drugs}


def test_explanations_in_brackets_which_the_list_does_not_show_are_not_searched(client, staff, unit_return):
    led = made_case(unit_return, role="lead")
    made_case(unit_return, role="support")
    client.force_login(staff)
    assert found(client, "cases", "chủ trì") == {led}


def test_a_record_that_was_mended_is_found_by_its_new_words_only(client, staff, unit_return):
    record = made_case(unit_return, category="drugs")
    record.category = "smuggling"
    record.save()
    client.force_login(staff)
    assert (found(client, "cases", "buôn lậu"), found(client, "cases", "ma túy")) == ({record}, set())


def test_the_words_are_vietnamese_whatever_the_language_of_the_screen(unit_return):
    folded_words.cache_clear()
    with override("en"):
        record = made_case(unit_return, category="drugs", role="lead", outcome="fined")
    assert record.search_text == "ma tuy chu tri vu phat hien trong ky xu phat vi pham hanh chinh"


# What was seized.


@pytest.fixture
def seized(unit_return):
    """A case of which fireworks and heroin were seized, beside one with neither."""
    case = made_case(unit_return, category="smuggling")
    made_case(unit_return, category="smuggling").exhibits.create(name="Đường kính", quantity=2, unit="kg")
    case.exhibits.create(name="Pháo hoa nổ", quantity=12, unit="kg")
    case.exhibits.bulk_create([Exhibit(case=case, name="Hêrôin", quantity=1, unit="kg")])
    return case


@pytest.mark.parametrize("text", ["phao hoa", "PHÁO", "heroin", "buôn lậu heroin", "pháo hêrôin"])
def test_a_case_is_found_by_its_exhibits_and_by_both_together(client, staff, seized, text):
    client.force_login(staff)
    assert found(client, "cases", text) == {seized}


@pytest.mark.parametrize("where", ["/records/cases/", "/returns/tra-linh/2024Q1/"])
def test_list_and_return_show_what_was_seized_in_the_order_of_entry(client, staff, seized, where):
    seized.exhibits.create(name="Ma túy tổng hợp", quantity=Decimal("346.433"), unit="gam")
    client.force_login(staff)
    table = one(page(client.get(where)), "table", class_="records")
    shown = [line[-1] for line in cells(table)]
    assert shown[0] == "Tang vật, chi tiết khác"
    assert shown[1:3] == ["Đường kính 2 kg", "Pháo hoa nổ 12 kg; Hêrôin 1 kg; Ma túy tổng hợp 346,433 gam"]


def test_an_exhibit_that_was_mended_is_found_by_its_new_name_only(client, staff, seized):
    exhibit = seized.exhibits.first()
    exhibit.name = "Pin điện thoại"
    exhibit.save()
    client.force_login(staff)
    assert (found(client, "cases", "pin dien"), found(client, "cases", "pháo")) == ({seized}, set())


def test_exhibits_from_before_are_found_after_the_migration(client, staff, seized):
    saved = set(Exhibit.objects.values_list("pk", "search_text"))
    past_the_rules(Exhibit).update(search_text="")
    client.force_login(staff)
    assert found(client, "cases", "pháo") == set()
    migrate(EXHIBITS, "add_names")
    assert found(client, "cases", "pháo") == {seized}
    assert set(Exhibit.objects.values_list("pk", "search_text")) == saved


# The column has room for them.


@EVERY_KIND
def test_the_longest_texts_with_the_longest_words_have_room(kind):
    texts = [field.max_length for field in kind.model._meta.concrete_fields if isinstance(field, TextLine)]
    words = [max(len(text) for text in folded_words(field).values()) for field in choices_of(kind)]
    room = kind.model._meta.get_field("search_text").max_length
    assert sum(texts) + sum(words) + len(texts) + len(words) <= room


@given(st.text())
def test_folding_makes_no_text_longer(text):
    assert len(folded(text)) <= len(normal(text))


def test_letters_that_fall_into_three_are_put_together_again(unit_return):
    """Without that the longest texts of an event in Korean would not fit, and PostgreSQL would refuse the row."""
    long = {name: "각" * ForeignEvent._meta.get_field(name).max_length for name in ("note", "title", "place")}
    assert len(made_event(unit_return, **long).search_text) < 2000


# Rows from before.


@EVERY_KIND
def test_the_migration_writes_what_saving_writes(kind, unit_return):
    """A choice whose words change later needs a migration of its own; this test is then for that one."""
    values = [(field.name, value) for field in choices_of(kind) for value, _ in field.flatchoices]
    for number, (name, value) in enumerate(values):
        more = {"code": f"CL {number}"} if kind.slug == "projects" else {"note": "Ghi chú" * (number % 2)}
        FACTORIES[kind.slug](unit_return, **{name: value} | FULL.get(kind.slug, {}) | more)
    saved = set(kind.model.objects.values_list("pk", "search_text"))
    taken_to(Status.APPROVED, unit_return)
    as_before(kind.model)
    migrate()
    assert set(kind.model.objects.values_list("pk", "search_text")) == saved


def test_without_the_migration_rows_from_before_are_not_found(client, staff, unit_return):
    record = made_patrol(unit_return)
    as_before(BY_SLUG["patrols"].model)
    client.force_login(staff)
    assert found(client, "patrols", "đơn phương") == set()
    migrate()
    assert found(client, "patrols", "đơn phương") == {record}


def as_before(model):
    for record in model.objects.all():
        past_the_rules(model).filter(pk=record.pk).update(search_text=typed_text(record))


def migrate(migration=MIGRATION, step="add_words"):
    state = MigrationLoader(connection).project_state(("activity", migration.__name__.rpartition(".")[2]))
    getattr(migration, step)(state.apps, None)
