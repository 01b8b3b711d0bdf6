"""A sixth kind of record: each step that could be forgotten is named here by the test that fails."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from activity.filters import record_filter
from activity.forms import record_form
from activity.kinds import ALL_KINDS, BY_SLUG, INDICATORS, KINDS
from activity.measures import BY_SLUG as MEASURE_BY_SLUG
from activity.measures import MEASURES, SECTIONS
from activity.models.record import ActivityRecord
from activity.tables import record_table

from . import reading
from .factories import FACTORIES, made_quarter, made_return, taken_to
from .typed import VALID

EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
EVERY_MEASURE = pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.slug)
NUMBER = models.IntegerField | models.DecimalField
BASE = {"id", "unit_return", "lineage", "search_text"}


def of_kind(kind):
    return [measure for measure in MEASURES if measure.model is kind.model]


def concrete(model):
    return {field.name: field for field in model._meta.concrete_fields}


# kinds.py


def test_every_model_of_a_record_is_a_kind():
    found = {model for model in apps.get_models() if issubclass(model, ActivityRecord)}
    assert found == {kind.model for kind in ALL_KINDS}


def test_every_kind_has_an_address_and_a_name_of_its_own():
    assert list(BY_SLUG.values()) == list(ALL_KINDS)
    assert len({kind.key for kind in ALL_KINDS}) == len({str(kind.label) for kind in ALL_KINDS}) == len(ALL_KINDS)


@EVERY_KIND
def test_the_form_asks_for_every_field_of_the_model(kind):
    editable = {name for name, field in concrete(kind.model).items() if field.editable} - BASE
    assert set(kind.fields) == editable
    assert list(record_form(kind).base_fields) == [*kind.fields, "revision", "lineage"]


@EVERY_KIND
def test_the_list_shows_fields_of_the_model_beginning_with_the_day(kind):
    assert set(kind.columns) <= set(kind.fields)
    assert kind.columns[0] == kind.fields[0] == "date"
    assert set(record_table(kind).base_columns) == {*kind.columns, "details", "unit", "quarter"}
    assert ("rows_told" in kind.model.objects.with_rows().query.annotations) == bool(kind.rows)


@EVERY_KIND
def test_the_list_says_what_was_typed_into_every_field_that_its_form_asks_for(kind, client, head, quarter):
    """Who checks a list needs not open each record."""
    made = FACTORIES[kind.slug](made_return(head.unit, quarter), **({"subjects": 0} if kind.slug == "cases" else {}))
    texts = {name for name in kind.unlisted if not kind.field(name).choices}
    filled = {name: 1 if name in kind.numbers else f"CHỮ{name.upper()}" for name in texts}
    kind.model.objects.filter(pk=made.pk).update(**filled)
    client.force_login(head)
    row = reading.cells(reading.one(reading.page(client.get(f"/records/{kind.slug}/")), "table"))[1]
    for name in texts:
        label = str(kind.field(name).verbose_name)
        said = filled[name] if name == "note" else f"{label[:1].upper()}{label[1:]} {filled[name]}"
        assert said in row[-1]


@EVERY_KIND
def test_the_field_by_which_the_list_is_filtered_is_a_choice(kind):
    assert concrete(kind.model)[kind.filtered_by].choices
    assert kind.filtered_by in kind.columns
    assert list(record_filter(kind).base_filters) == ["unit", "quarter", kind.filtered_by, "text"]


@EVERY_KIND
def test_a_kind_s_line_of_totals_is_made_of_its_own_measures(kind):
    assert kind.totals
    assert {MEASURE_BY_SLUG[slug].model for slug in kind.totals} == {kind.model}


@EVERY_KIND
def test_a_footer_sums_columns_by_measures_of_the_kind(kind):
    assert kind.sums
    for column, slug in kind.sums:
        assert column in kind.columns
        assert MEASURE_BY_SLUG[slug].model is kind.model


@EVERY_KIND
def test_every_column_of_numbers_has_its_sum_in_the_footer(kind):
    numbers = {n for n in kind.columns if isinstance(concrete(kind.model)[n], NUMBER)}
    # Of a kind without numbers the footer names what it counts.
    assert {column for column, _ in kind.sums} == numbers or not numbers


@EVERY_KIND
def test_the_rows_of_a_record_belong_to_it_and_go_with_it(kind):
    if kind.rows is not None:
        (owner,) = [field for field in kind.rows._meta.concrete_fields if field.related_model is kind.model]
        assert owner.remote_field.on_delete is models.CASCADE


# records.py


@EVERY_KIND
def test_every_kind_keeps_the_constraints_and_indexes_of_the_base(kind):
    names = {constraint.name for constraint in kind.model._meta.constraints}
    assert f"{kind.key}_stands_once_in_a_return" in names
    assert ["unit_return", "date"] in [index.fields for index in kind.model._meta.indexes]
    assert kind.model._meta.get_field("unit_return").remote_field.on_delete is models.PROTECT


@EVERY_KIND
def test_every_choice_has_words_of_its_own(kind):
    for name, field in concrete(kind.model).items():
        labels = [str(label) for _, label in field.choices or ()]
        assert len(labels) == len(set(labels)), name


@EVERY_KIND
def test_every_number_says_what_it_is_counted_in(kind):
    assert set(kind.model.COUNTED_IN) == set(kind.numbers)
    assert all(kind.model.COUNTED_IN.values())


@EVERY_KIND
def test_two_fields_of_a_form_are_never_called_alike(kind):
    labels = [str(concrete(kind.model)[name].verbose_name) for name in kind.fields]
    assert len(labels) == len(set(labels))


# measures.py


@EVERY_KIND
def test_every_kind_is_counted_and_stands_on_a_tile_or_in_a_line_of_totals(kind):
    assert any(measure.tile or measure.slug in kind.totals for measure in of_kind(kind))


@EVERY_KIND
def test_every_kind_has_a_measure_on_a_tile(kind):
    assert any(measure.tile for measure in of_kind(kind))


@EVERY_MEASURE
def test_a_measure_counts_a_kind_in_a_section_of_the_report(measure):
    assert measure.model in {kind.model for kind in KINDS}
    assert measure.section in SECTIONS
    assert measure.label and measure.counted_in
    assert measure.decimals <= 1, "a figure is stored with one decimal"


@EVERY_MEASURE
def test_a_measure_is_split_by_a_choice_field_of_its_model(measure):
    if measure.split_by:
        assert concrete(measure.model)[measure.split_by].choices
        assert all(len(part) <= 40 for part in measure.parts)


def test_measures_have_names_and_words_of_their_own():
    assert len(MEASURE_BY_SLUG) == len({str(measure.label) for measure in MEASURES}) == len(MEASURES)


def test_every_section_of_the_report_has_a_measure():
    assert {measure.section for measure in MEASURES} == set(SECTIONS)


# factories.py and typed.py


def test_every_kind_has_a_factory_and_a_form_filled_in():
    assert FACTORIES.keys() == VALID.keys() == BY_SLUG.keys() - {INDICATORS.slug}


@pytest.mark.django_db
@EVERY_KIND
def test_a_factory_makes_a_record_that_keeps_every_rule(kind):
    record = FACTORIES[kind.slug]()
    assert isinstance(record, kind.model)
    record.full_clean()


@pytest.mark.django_db
@EVERY_KIND
def test_one_record_of_a_kind_shows_in_the_figures(kind, commander):
    record = FACTORIES[kind.slug]()
    if kind.slug == "projects":  # under way is a list, not a measure
        kind.model.objects.update(stage="success")
    unit_return = taken_to("approved", record.unit_return)
    counted = unit_return.figures.filter(measure__in=[measure.slug for measure in of_kind(kind)], value__gt=0)
    assert counted.exists()


# The pages serve a kind without knowing it.


@pytest.mark.django_db
@EVERY_KIND
def test_every_kind_has_its_pages(client, head, kind):
    unit_return = made_return(head.unit, made_quarter())
    record = FACTORIES[kind.slug](unit_return)
    client.force_login(head)
    where = [head.unit.code, unit_return.quarter, kind]
    addresses = [
        reverse("record_add", args=where),
        reverse("record", args=[*where, record.pk]),
        reverse("record_delete", args=[*where, record.pk]),
        reverse("records", args=[kind]),
        unit_return.get_absolute_url(),
    ]
    pages = [client.get(address) for address in addresses]
    assert [page.status_code for page in pages] == [200] * 5
    assert str(kind.label) in pages[3].content.decode()
    assert f'id="{kind.slug}"' in pages[4].content.decode()
