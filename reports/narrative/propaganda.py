"""Section 2 of the results: propaganda sessions, what they were mostly about, and leaflets."""

from activity.models.choices import PropagandaTopic

from ..numbers import pair, prose_count
from .clauses import Chapter, QuarterFigures, compared, joined

# Where more topics than this share the first place, there is none to name.
MOST_TOPICS = 3


def sessions(quarter: QuarterFigures) -> str:
    so = compared(quarter, ("propaganda", "lần"), ("listener_turns", "lượt người nghe"), nothing="không tổ chức")
    times = quarter.count("propaganda")
    if not times:
        return f"Trong quý, các đơn vị không tổ chức tuyên truyền, vận động quần chúng{so}."
    done = pair(times, "lần", quarter.count("listener_turns"), "lượt người nghe")
    return (
        f"Các đơn vị phối hợp với cấp ủy, chính quyền địa phương tổ chức tuyên truyền, vận động quần chúng {done}{so}."
    )


def topics_and_leaflets(quarter: QuarterFigures) -> str:
    leaflets = quarter.count("leaflets")
    return joined(_main_topic(quarter), f"đã phát {prose_count(leaflets)} tờ rơi" if leaflets else "")


def _main_topic(quarter: QuarterFigures) -> str:
    """The topic told most often, or the few that share that place; "other" is no topic to name."""
    topics = quarter.parts("propaganda")
    nameable = {topic: times for topic, times in topics.items() if topic != PropagandaTopic.OTHER}
    most = max(nameable.values(), default=0)
    labels = [quarter.label("propaganda", topic) for topic, times in nameable.items() if times == most]
    if not 0 < len(labels) <= MOST_TOPICS:
        return ""
    if len(topics) == 1:
        return f"nội dung tuyên truyền là {labels[0]}"
    each = "mỗi nội dung " if len(labels) > 1 else ""
    return f"nội dung nhiều nhất là {'; '.join(labels)} ({each}{prose_count(most)} lần)"


CHAPTER = Chapter(
    "Tuyên truyền, vận động quần chúng",
    (sessions, topics_and_leaflets),
    frozenset({"propaganda", "listener_turns", "leaflets"}),
)
