"""The indicators that real reports print: there from the first start, off until an administrator begins one."""

import pytest

from activity.measures import MEASURES, in_use
from activity.models import History, Indicator, UnitReturn

pytestmark = pytest.mark.django_db


def test_what_is_shipped_is_off_within_its_limits_and_told(quarter):
    shipped = list(Indicator.objects.all())
    assert len(shipped) == 11
    assert in_use() == MEASURES
    for indicator in shipped:
        indicator.full_clean()
        told = History.objects.get(model="indicator", row=indicator.pk)
        assert (told.action, told.said, told.by) == ("created", indicator.name, None)
        kept = {name: new for name, (_old, new) in told.changes.items()}
        for name, value in indicator.told().items():
            assert value is None or indicator._meta.get_field(name).to_python(kept[name]) == value, name
    assert [indicator.name for indicator in shipped if not indicator.adds_up] == [
        "Tổ tự quản đường biên, cột mốc và an ninh, trật tự xóm, bản"
    ]


def test_a_shipped_indicator_is_switched_on_by_its_first_quarter(post, quarter):
    houses = Indicator.objects.get(name__startswith="Nhà xây tặng")
    houses.first_quarter = quarter
    houses.full_clean()
    houses.save()
    assert [asked.name for asked in UnitReturn(unit=post, quarter=quarter).asked] == [houses.name]
