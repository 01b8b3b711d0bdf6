"""Section 1 of the results: patrols, their forms, and the patrol path that was cleared."""

from ..numbers import km_rough, pair, prose_count
from .clauses import KM, Chapter, QuarterFigures, compared, like_for_like


def patrols(quarter: QuarterFigures) -> str:
    so = compared(quarter, ("patrols", "lần"), ("patrol_turns", "lượt người"), nothing="không tổ chức")
    # The first comparison of the report names the units that all of them are over.
    so = (so + like_for_like(quarter)).replace(") (", "; ")
    times = quarter.count("patrols")
    if not times:
        return f"Trong quý, các đơn vị không tổ chức tuần tra, kiểm tra, kiểm soát{so}."
    done = pair(times, "lần", quarter.count("patrol_turns"), "lượt người tham gia")
    return f"Trong quý, các đơn vị tổ chức tuần tra, kiểm tra, kiểm soát {done}{so}."


def forms(quarter: QuarterFigures) -> str:
    times, turns = quarter.parts("patrols"), quarter.parts("patrol_turns")
    if len(times) == 1:
        return f"Hình thức: {quarter.label('patrols', *times)}."
    told = [
        f"{quarter.label('patrols', form)} {pair(count, 'lần', turns.get(form), 'lượt người')}"
        for form, count in times.items()
    ]
    return f"Trong đó: {'; '.join(told)}." if told else ""


def partner_forces(quarter: QuarterFigures) -> str:
    turns = quarter.count("partner_turns")
    return f"Lực lượng phối hợp tham gia {prose_count(turns)} lượt người." if turns else ""


def cleared_path(quarter: QuarterFigures) -> str:
    km = quarter.value("cleared_km")
    so = compared(quarter, ("cleared_km", KM), nothing="không phát quang")
    return f"Đã phát quang {km_rough(km)} đường tuần tra{so}." if km else f"Không phát quang đường tuần tra{so}."


CHAPTER = Chapter(
    "Quản lý, bảo vệ biên giới",
    (patrols, forms, partner_forces, cleared_path),
    frozenset({"patrols", "patrol_turns", "partner_turns", "cleared_km"}),
)
