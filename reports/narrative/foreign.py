"""Section 4 of the results: ceremonies, talks, letters and handovers with the other side."""

from activity.figures import Ceremony
from activity.models.choices import EventLevel, EventType

from ..numbers import date_long, pair, prose_count
from .clauses import Chapter, QuarterFigures, capital, compared, joined

# In the order in which the report tells them, each with its own counting word.
EVENTS = {
    EventType.TALKS: "hội đàm {} cuộc",
    EventType.MEETING: "gặp gỡ, làm việc {} lần",
    EventType.LETTER: "trao đổi {} thư",
    EventType.HANDOVER: "trao trả, tiếp nhận {}",
    EventType.HOTLINE: "liên lạc đường dây nóng {} lần",
    EventType.COURTESY: "thăm, chúc mừng {} lần",
    EventType.EXCHANGE: "giao lưu hữu nghị, kết nghĩa {} lần",
    EventType.CEREMONY: "tổ chức {} lễ công bố, khai trương",
}


def ceremonies(quarter: QuarterFigures) -> str:
    return " ".join(
        f"{capital(date_long(ceremony.date))}, {_host(ceremony)} tổ chức {ceremony.title.rstrip('.')}."
        for ceremony in _ceremonies(quarter)
    )


def _ceremonies(quarter: QuarterFigures) -> list[Ceremony]:
    return [ceremony for ceremony in quarter.figures.ceremonies if ceremony.period == quarter.period]


def _host(ceremony: Ceremony) -> str:
    if ceremony.level == EventLevel.ADVISE_UPC:
        return "BĐBP tỉnh tham mưu, phối hợp với Ủy ban nhân dân tỉnh"
    return "BĐBP tỉnh" if ceremony.level == EventLevel.PROVINCE else ceremony.unit.name


def events(quarter: QuarterFigures) -> str:
    """How many events of each type; ceremonies that are named need no count."""
    counts = quarter.parts("foreign_events")
    if _ceremonies(quarter):
        counts.pop(EventType.CEREMONY, None)
    said = {event_type: prose_count(count) for event_type, count in counts.items()}
    if handovers := counts.get(EventType.HANDOVER):
        said[EventType.HANDOVER] = pair(handovers, "lần", quarter.count("persons_handed"), "người")
    told = [words.format(said[event_type]) for event_type, words in EVENTS.items() if event_type in said]
    return f"Trong quý, đã {', '.join(told)}." if told else ""


def bilateral(quarter: QuarterFigures) -> str:
    """What was done together with the other side and is counted in a section of its own."""
    return joined(
        *(
            f"{what} {prose_count(count)} lần (đã tính tại mục {section})"
            for measure, what, section in (
                ("bilateral_patrols", "tuần tra song phương, liên hợp chấp pháp", 1),
                ("bilateral_propaganda", "tuyên truyền song phương", 2),
            )
            if (count := quarter.count(measure))
        )
    )


def no_events(quarter: QuarterFigures) -> str:
    if quarter.count("foreign_events"):
        return ""
    so = compared(quarter, ("foreign_events", "lần"))
    if bilateral(quarter):
        return f"Không phát sinh hoạt động đối ngoại khác{so}."
    return f"Trong quý, không phát sinh hoạt động đối ngoại biên phòng{so}."


CHAPTER = Chapter(
    "Đối ngoại biên phòng",
    (ceremonies, events, bilateral, no_events),
    frozenset({"foreign_events", "persons_handed", "bilateral_patrols", "bilateral_propaganda"}),
)
