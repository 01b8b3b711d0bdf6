"""Foreign-affairs events of one unit in one quarter, and the published ceremony."""

import datetime

from ..models.choices import EventLevel, EventType
from ..models.records import ForeignEvent
from .work import chosen

TYPES_OF_A_POST = {
    EventType.TALKS: 1,
    EventType.MEETING: 4,
    EventType.HANDOVER: 2,
    EventType.LETTER: 4,
    EventType.HOTLINE: 3,
    EventType.COURTESY: 1,
    EventType.EXCHANGE: 0.5,
}
TYPES_OF_THE_PROVINCE = {
    EventType.TALKS: 3,
    EventType.MEETING: 2,
    EventType.LETTER: 4,
    EventType.COURTESY: 1,
    EventType.EXCHANGE: 1,
}
# Of these several go into one row.
MANY = {EventType.LETTER: 5, EventType.HOTLINE: 4, EventType.MEETING: 2}
WITHOUT_PEOPLE = {EventType.LETTER, EventType.HOTLINE}
CEREMONY = (
    "Lễ công bố nâng cấp cửa khẩu Trà Lĩnh (Việt Nam) - Long Bang (Trung Quốc) thành cửa khẩu quốc tế, "
    "bao gồm lối thông quan Nà Đoỏng - Nà Ráy"
)


def events(work) -> list[ForeignEvent]:
    dice = work.dice("events")
    rows, left = ([ceremony()] if work.is_published and work.is_staff else []), work.totals.events
    while left:
        event_type = chosen(dice, TYPES_OF_THE_PROVINCE if work.is_staff else TYPES_OF_A_POST)
        times = min(left, dice.randint(1, MANY.get(event_type, 1)))
        rows.append(_event(work, dice, event_type, times))
        left -= times
    return rows


def _event(work, dice, event_type, times):
    meets = event_type not in WITHOUT_PEOPLE
    return ForeignEvent(
        date=work.day(dice),
        event_type=event_type,
        level=_level(work, dice),
        counterpart=f"Trạm Hội đàm, hội ngộ {work.place}"
        if not work.is_staff
        else "Chi đội Quản lý biên giới Bách Sắc",
        place=f"Cửa khẩu {work.place}" if meets and work.has_gate else "",
        times=times,
        our_people=times * dice.randint(4, 9) if meets else None,
        their_people=times * dice.randint(4, 9) if meets else None,
        persons_handed=dice.randint(1, 12) if event_type == EventType.HANDOVER else None,
    )


def _level(work, dice):
    if work.is_staff:
        return EventLevel.PROVINCE
    return EventLevel.STATION if work.has_gate and dice.random() < 0.3 else EventLevel.POST


def ceremony() -> ForeignEvent:
    """The ceremony of 28/12/2023, as published (DOMAIN, section 4)."""
    return ForeignEvent(
        date=datetime.date(2023, 12, 28),
        event_type=EventType.CEREMONY,
        level=EventLevel.ADVISE_UPC,
        title=CEREMONY,
        place="Cửa khẩu Trà Lĩnh",
        counterpart="Quảng Tây, Trung Quốc",
    )
