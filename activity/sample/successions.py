"""What became of the sample's units: they went under the military command, and a gate post got a new name.

A second history, which is invented and says so, lets two posts merge and one split.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from ..models import successions
from ..models.choices import UnitKind
from ..models.history import together
from ..models.units import Unit

UNDER_THE_MILITARY_COMMAND = datetime.date(2025, 7, 1)
GATE_POST_RENAMED = datetime.date(2026, 1, 21)  # day assumed
# The first day of quý I/2025.
INVENTED = datetime.date(2024, 12, 15)


@contextmanager
def written_down_on(day: datetime.date) -> Iterator[None]:
    """Let history say that what the block does was done on the morning of ``day``: the sample's past is told then."""
    with together() as entries:
        yield
        for entry in entries:
            entry.at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(7)))


def take_place(units: dict[str, Unit], today: datetime.date) -> None:
    """Carry out, on ``units`` by code, what was decided until ``today``."""
    if today >= UNDER_THE_MILITARY_COMMAND:
        with written_down_on(UNDER_THE_MILITARY_COMMAND):
            _go_under_the_military_command(
                units, day=UNDER_THE_MILITARY_COMMAND, decision="Tổ chức lại lực lượng từ ngày 01/7/2025", by=None
            )
    if today >= GATE_POST_RENAMED:
        with written_down_on(GATE_POST_RENAMED):
            successions.rename(
                units["tra-linh"],
                name="Đồn Biên phòng Cửa khẩu quốc tế Trà Lĩnh",
                short_name="Đồn BPCKQT Trà Lĩnh",
                kind=UnitKind.INTL_GATE_POST,
                day=GATE_POST_RENAMED,
                decision="Quyết định đổi tên đồn (ngày giả định)",
                by=None,
            )


def invent(units: dict[str, Unit]) -> None:
    """Merge two posts into a new one, and split a third, which goes on: made up, so that it can be tried out."""
    decided = {"day": INVENTED, "decision": "Lịch sử giả định, chỉ để minh họa", "by": None}
    heir = _new_post(units["xuan-truong"], "bao-lac", "Bảo Lạc")
    part = _new_post(units["tong-cot"], "ha-quang", "Hà Quảng")
    with written_down_on(INVENTED):
        successions.merge([units["xuan-truong"], units["can-yen"]], into=heir, **decided)
        successions.split(units["tong-cot"], parts=[part], goes_on=True, **decided)
    units |= {unit.code: unit for unit in (heir, part)}


def _new_post(beside: Unit, code: str, place: str) -> Unit:
    names = {"code": code, "name": f"Đồn Biên phòng {place} (giả định)", "short_name": f"Đồn BP {place} (giả định)"}
    return Unit(**names, kind=beside.kind, parent=beside.parent, position=beside.position, reports=True)


def _go_under_the_military_command(units, **decided):
    command = units["cao-bang"]
    successions.rename(
        command,
        name="Ban Chỉ huy Bộ đội Biên phòng tỉnh Cao Bằng",
        short_name=command.short_name,
        parent=units["quan-su-tinh"],
        **decided,
    )
    merged = [units["phong-trinh-sat"], units["phong-ma-tuy-toi-pham"]]
    section = Unit(
        code="phong-nghiep-vu",
        name="Phòng Nghiệp vụ",
        short_name="Phòng Nghiệp vụ",
        kind=UnitKind.SECTION,
        parent=command,
        position=merged[0].position,
    )
    successions.merge(merged, into=section, **decided)
    units[section.code] = section
