"""Who sees which units, and that the tree of units stays a tree."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from activity.models import Unit
from activity.models.choices import Role, UnitKind

from .factories import made_command, made_unit, made_user
from .typed import ADMIN_FORMS, sent_to_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(post, other_post):
    """A command with a section, two posts and a station below one of them; beside it another command."""
    made_unit("tham-muu", kind=UnitKind.SECTION, reports=False)
    made_unit("ban-giop", kind=UnitKind.STATION, parent=post)
    neighbour = made_command_of("lang-son")
    made_unit("chi-ma", parent=neighbour)


def made_command_of(code):
    return Unit.objects.create(code=code, name=code, short_name=code, kind=UnitKind.COMMAND, position=90)


OURS = {"cao-bang", "tham-muu", "tra-linh", "ngoc-con", "ban-giop"}


def seen(role, unit_code):
    unit = unit_code and Unit.objects.get(code=unit_code)
    user = made_user(role, unit) if unit else made_user(role)
    return set(Unit.objects.visible_to(user).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("role", "unit", "codes"),
    [
        (Role.STAFF, "tra-linh", {"tra-linh"}),
        (Role.HEAD, "tra-linh", {"tra-linh"}),
        (Role.HEAD, "ban-giop", {"ban-giop"}),
        (Role.HEAD, "cao-bang", {"cao-bang"}),
        (Role.CHECKER, "tham-muu", OURS),
        (Role.CHECKER, "cao-bang", OURS),
        (Role.CHECKER, "tra-linh", OURS),
        (Role.CHECKER, "ban-giop", OURS),
        (Role.COMMANDER, "cao-bang", OURS),
        (Role.COMMANDER, "lang-son", {"lang-son", "chi-ma"}),
        (Role.ADMIN, None, set()),
        (Role.ADMIN, "tra-linh", {"tra-linh"}),
    ],
)
def test_a_person_sees_the_own_unit_or_the_whole_of_the_own_command(province, role, unit, codes):
    assert seen(role, unit) == codes


def test_sight_takes_one_query_and_no_distinct(province, commander, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        assert len(Unit.objects.visible_to(commander)) == 5
    assert "DISTINCT" not in asked[0]["sql"]


@pytest.mark.parametrize("code", ["tham-muu", "tra-linh", "ban-giop", "cao-bang"])
def test_every_unit_knows_its_command(province, code):
    assert Unit.objects.get(code=code).command.code == "cao-bang"


def test_only_units_that_report_are_asked_for_a_return_and_in_border_order(province):
    Unit.objects.filter(code="ngoc-con").update(position=1)
    codes = list(Unit.objects.reporting().values_list("code", flat=True))
    assert codes[0] == "ngoc-con"
    assert "tham-muu" not in codes


@pytest.mark.parametrize("above", ["tra-linh", "ban-giop"])
def test_a_unit_cannot_stand_above_itself_however_many_steps_away(province, above):
    unit = Unit.objects.get(code="tra-linh")
    unit.parent = Unit.objects.get(code=above)
    with pytest.raises(ValidationError) as refused:
        unit.full_clean()
    assert refused.value.message_dict == {"parent": ["Đơn vị không thể trực thuộc chính mình."]}


def test_a_unit_may_move_below_another(province):
    station = Unit.objects.get(code="ban-giop")
    station.parent = Unit.objects.get(code="ngoc-con")
    station.full_clean()


@pytest.mark.parametrize("name", ["Đồn  Biên phòng Ngọc Co\u0302n ", "\u00d0ồn Biên phòng Ngọc Côn"])
def test_the_name_of_a_unit_is_kept_in_its_normal_form(client, admin_user, name):
    client.force_login(admin_user)
    sent_to_admin(client, Unit, name=name, parent=made_command().pk)
    assert Unit.objects.get(code=ADMIN_FORMS[Unit]["code"]).name == "Đồn Biên phòng Ngọc Côn"


def test_no_unit_stands_above_itself_whichever_way_it_is_written(command, post, other_post):
    below = made_unit("tram", parent=post, kind=UnitKind.STATION)

    def as_a_row():
        unit = Unit.objects.get(pk=post.pk)
        unit.parent = below
        unit.save()

    def in_bulk():
        unit = Unit.objects.get(pk=post.pk)
        unit.parent = below
        Unit.objects.bulk_update([unit], ["parent"])

    for write in (as_a_row, in_bulk, lambda: Unit.objects.filter(pk=post.pk).update(parent=below)):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            write()
        assert "parent" in refused.value.message_dict
        assert Unit.objects.get(pk=post.pk).parent == command
    below.parent = other_post
    below.save()
    Unit.objects.filter(pk=post.pk).update(parent=below)
