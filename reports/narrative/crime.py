"""Section 3 of the results: special projects, cases and what became of them, fines, cases received."""

from collections.abc import Iterable, Sequence

from activity.figures import ProjectName
from activity.models.choices import CaseCategory, CaseOutcome

from ..numbers import money_rough, pair, prose_count
from .clauses import DONG, Chapter, QuarterFigures, compared, inside, joined


def projects(quarter: QuarterFigures) -> str:
    """Projects opened and concluded. The codes are those of concluded projects; no other code is known here."""
    opened, succeeded = quarter.count("projects_opened"), quarter.count("projects_succeeded")
    concluded = [project for project in quarter.figures.projects if project.period == quarter.period]
    names = _names(quarter, concluded) if len(concluded) == succeeded else ""
    if opened and opened == succeeded == sum(project.opened_in_quarter for project in concluded):
        return f"Xác lập và đấu tranh thành công {prose_count(opened)} chuyên án{names}{_both_compared(quarter)}."

    first = f"xác lập {prose_count(opened)} chuyên án" if opened else "không xác lập chuyên án mới"
    first += compared(quarter, ("projects_opened", "chuyên án"))
    second = f"đấu tranh thành công {prose_count(succeeded)} chuyên án{names}"
    if not succeeded:
        second = "không có chuyên án đấu tranh thành công" if quarter.had_last_year("projects_succeeded") else ""
    if opened and second and not quarter.compares:
        return joined(f"{first}, {second}")
    return joined(first, second and second + compared(quarter, ("projects_succeeded", "chuyên án")))


def _names(quarter: QuarterFigures, concluded: Sequence[ProjectName]) -> str:
    """`` (bí số CB324) về …``: the codes, and what the projects were about where that is one thing."""
    if not concluded:
        return ""
    topic = _shared(inside(project.crime.rstrip(".")) for project in concluded)
    category = _shared(project.category for project in concluded)
    if not topic and category and category != CaseCategory.OTHER:
        topic = quarter.label("cases", category)
    codes = ", ".join(project.code for project in concluded)
    return f" (bí số {codes}){topic and f' về {topic}'}"


def _shared(texts: Iterable[str]) -> str:
    """The one text that all of them are; empty where they differ."""
    first, *others = set(texts)
    return "" if others else first


def _both_compared(quarter: QuarterFigures) -> str:
    """One clause for projects opened and concluded alike; each is named where last year they differed."""
    opened, succeeded = (quarter.against_last_year(f"projects_{step}") for step in ("opened", "succeeded"))
    if opened and succeeded and (opened.value, opened.base) != (succeeded.value, succeeded.base):
        return compared(
            quarter,
            ("projects_opened", "chuyên án xác lập"),
            ("projects_succeeded", "chuyên án đấu tranh thành công"),
        )
    return compared(quarter, ("projects_opened", "chuyên án"))


def plans(quarter: QuarterFigures) -> str:
    return joined(
        *(
            f"{done} {prose_count(count)} kế hoạch nghiệp vụ{compared(quarter, (measure, 'kế hoạch'))}"
            for measure, done in (("plans_opened", "xác lập"), ("plans_succeeded", "đấu tranh thành công"))
            if (count := quarter.count(measure))
        )
    )


def cases(quarter: QuarterFigures) -> str:
    count, ownerless = quarter.count("cases"), quarter.count("ownerless")
    so = compared(quarter, ("cases", "vụ"), ("subjects", "đối tượng"))
    if not count:
        return f"Trong quý, không phát sinh vụ việc{so}."
    caught = pair(count, "vụ", quarter.count("subjects"), "đối tượng")
    actor, details = _roles(quarter)
    if ownerless == count:
        caught = f"{prose_count(count)} vụ vô chủ"
    elif ownerless:
        details.append(f"có {prose_count(ownerless)} vụ vô chủ")
    of_these = f"; trong đó {', '.join(details)}" if details else ""
    return f"{actor} bắt giữ, xử lý {caught}{so}{of_these}."


def _roles(quarter: QuarterFigures) -> tuple[str, list[str]]:
    """Who caught: led, supported or both; where both, also how many cases each."""
    lead, support = (
        pair(count, "vụ", quarter.count(f"{role}_subjects"), "đối tượng")
        if (count := quarter.count(f"{role}_cases"))
        else ""
        for role in ("lead", "support")
    )
    if lead and not support:
        return "Chủ trì", []
    if support and not lead:
        return "Phối hợp với các lực lượng", []
    details = [f"chủ trì {lead}", f"phối hợp {support}"] if lead else []
    return "Chủ trì, phối hợp với các lực lượng", details


def outcomes(quarter: QuarterFigures) -> str:
    """What became of the cases, those still being verified last."""
    counts, subjects = quarter.parts("outcome_cases"), quarter.parts("outcome_subjects")
    told = []
    for outcome in sorted(counts, key=lambda outcome: outcome == CaseOutcome.VERIFYING):
        unit = "bị can" if outcome == CaseOutcome.PROSECUTED else "đối tượng"
        people = None if outcome == CaseOutcome.VERIFYING else subjects.get(outcome)
        told.append(f"{quarter.label('outcome_cases', outcome)} {pair(counts[outcome], 'vụ', people, unit)}")
    new = quarter.count("cases") or quarter.count("received_cases")
    of_what = "" if new else " các vụ đã báo cáo"
    if 0 < quarter.count("cases") < sum(counts.values()):
        # Received cases and those reported before have outcomes too: the reader must not add up to the number above.
        of_what = " (kể cả vụ tiếp nhận và vụ đã báo cáo kỳ trước)"
    return f"Kết quả xử lý{of_what}: {'; '.join(told)}." if told else ""


def fines(quarter: QuarterFigures) -> str:
    """What was paid; the fines themselves where they are another amount."""
    fined, paid = quarter.value("fined_vnd"), quarter.value("paid_vnd")
    so = compared(quarter, ("paid_vnd", DONG))
    if not paid and not fined:
        return f"Không phát sinh thu nộp ngân sách nhà nước{so}." if quarter.had_last_year("paid_vnd") else ""
    if not paid:
        so = compared(quarter, ("fined_vnd", DONG))
        return f"Xử phạt vi phạm hành chính {money_rough(fined)}{so}; chưa thu nộp ngân sách nhà nước."
    if not fined:
        return f"Thu nộp ngân sách nhà nước {money_rough(paid)}{so}."
    differs = money_rough(fined) != money_rough(paid)
    return joined(
        f"xử phạt vi phạm hành chính và thu nộp ngân sách nhà nước {money_rough(paid)}{so}",
        f"tổng số tiền phạt {money_rough(fined)}" if differs else "",
    )


def received(quarter: QuarterFigures) -> str:
    count = quarter.count("received_cases")
    taken_over = pair(count, "vụ", quarter.count("received_subjects"), "người")
    beside = "Ngoài số trên, đã" if quarter.count("cases") else "Chỉ"
    return f"{beside} tiếp nhận {taken_over} do phía bạn, cơ quan khác bàn giao." if count else ""


CHAPTER = Chapter(
    "Đấu tranh phòng, chống ma túy và tội phạm",
    (projects, plans, cases, outcomes, fines, received),
    frozenset(
        {
            *("projects_opened", "projects_succeeded", "plans_opened", "plans_succeeded"),
            *("cases", "subjects", "lead_cases", "lead_subjects", "support_cases", "support_subjects", "ownerless"),
            *("outcome_cases", "outcome_subjects", "fined_vnd", "paid_vnd", "received_cases", "received_subjects"),
        }
    ),
)
