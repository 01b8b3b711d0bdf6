"""The tables of the summary: figures by category and by unit, every cell a finished text."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from activity.figures import Figures, Period
from activity.measures import BORDER, CRIME, FOREIGN, PROPAGANDA, Measure

from .narrative.clauses import unit_names
from .numbers import MISSING, STAR, number

# These stand by category or by outcome in the body of the report, not by unit in its annex.
IN_THE_BODY = {
    "lead_cases",
    "lead_subjects",
    "support_cases",
    "support_subjects",
    "outcome_cases",
    "outcome_subjects",
}
NOT_REPORTED, WAITING = "chưa nộp", "đã nộp, chờ duyệt"
# A unit said so; a 0 is what its records add up to.
NOTHING = "KPS"
# As many columns as a sheet across holds.
MOST_COLUMNS = 12
# The two annexes by unit: which sections of the measures each shows.
ANNEXES = (
    ("KẾT QUẢ QUẢN LÝ, BẢO VỆ BIÊN GIỚI, TUYÊN TRUYỀN VÀ ĐỐI NGOẠI THEO ĐƠN VỊ", (BORDER, PROPAGANDA, FOREIGN)),
    ("KẾT QUẢ ĐẤU TRANH PHÒNG, CHỐNG MA TÚY VÀ TỘI PHẠM THEO ĐƠN VỊ", (CRIME,)),
)


@dataclass(frozen=True)
class Row:
    """A line of a table; ``cells`` is empty where ``missing`` says that nothing was reported."""

    label: str
    cells: tuple[str, ...]
    missing: str = ""


@dataclass(frozen=True)
class Table:
    """``columns`` are (heading, counted in); ``total`` closes the table, and under it stands the ``note``."""

    title: str
    first_column: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    total: Row
    note: str = ""


def cases_by_category(figures: Figures, period: Period) -> Table:
    """Cases and subjects by category and role, the categories in their own order; those without a case left out."""
    measures = [
        figures.measure(slug)
        for slug in ("lead_cases", "lead_subjects", "support_cases", "support_subjects", "cases", "subjects")
    ]
    parts = {measure.slug: figures.parts(measure.slug, period) for measure in measures}
    rows = tuple(
        Row(str(label), tuple(number(parts[measure.slug].get(part, 0)) for measure in measures))
        for part, label in measures[0].parts.items()
        if parts["cases"].get(part) or parts["subjects"].get(part)
    )
    return Table(
        title="Vụ việc bắt giữ, xử lý theo loại và vai trò",
        first_column="Loại vụ việc",
        columns=tuple((heading, str(m.counted_in)) for heading, m in zip(_ROLES, measures, strict=True)),
        rows=rows,
        total=_total(figures, period, measures),
        note=f"Có số liệu đã điều chỉnh của {unit_names(revised)}." if (revised := figures.revised(period)) else "",
    )


_ROLES = ("Chủ trì", "Chủ trì", "Phối hợp", "Phối hợp", "Cộng", "Cộng")


def by_unit(figures: Figures, period: Period) -> tuple[Table, ...]:
    """The annexes: every measure of a section by unit in border order, and the sum; wide ones go on in another."""
    return tuple(table for title, sections in ANNEXES for table in _annex(figures, period, title, sections))


def _annex(figures, period, title, sections) -> Iterator[Table]:
    measures = [
        measure
        for section in sections
        for measure in figures.measures
        if measure.section == section and measure.slug not in IN_THE_BODY and figures.is_asked(measure.slug, period)
    ]
    tables = ceil(len(measures) / MOST_COLUMNS)
    for part in range(tables):
        shown = measures[part * len(measures) // tables : (part + 1) * len(measures) // tables]
        yield _of_measures(figures, period, title + " (tiếp theo)" * bool(part), shown)


def _of_measures(figures, period, title, measures) -> Table:
    rows = tuple(_of_unit(figures, period, unit, measures) for unit in figures.expected(period))
    total = _total(figures, period, measures)
    return Table(
        title=title,
        first_column="Đơn vị",
        columns=tuple((str(measure.label), str(measure.counted_in)) for measure in measures),
        rows=rows,
        total=total,
        note=" ".join(_annex_notes(figures, period, measures, rows, total)),
    )


def _annex_notes(figures, period, measures, rows, total) -> Iterator[str]:
    if any(NOTHING in row.cells for row in rows):
        yield f"{NOTHING}: Không phát sinh."
    if figures.revised(period):
        yield f"{STAR} Số liệu đã điều chỉnh."
    if partial := figures.partial(period):
        yield f"Chưa đủ số liệu của các đơn vị đã sáp nhập vào {unit_names(partial)}."
    if any(figures.not_asked.get(measure.slug) for measure in measures):
        yield f"{MISSING} Đơn vị không phải báo cáo chỉ tiêu này."
    if any("/" in cell for cell in total.cells):
        yield "(n/m) Số đơn vị đã báo cáo trên số đơn vị phải báo cáo chỉ tiêu."


def _of_unit(figures, period, unit, measures) -> Row:
    if (period, unit) not in figures.values:
        return Row(unit.short_name, (), WAITING if unit in figures.waiting(period) else NOT_REPORTED)
    values = (
        NOTHING
        if figures.is_nothing(measure.slug, period, [unit])
        else number(figures.value(measure.slug, period, unit), measure.decimals)
        for measure in measures
    )
    return Row(unit.short_name + STAR * ((period, unit) in figures.revised_cells), tuple(values))


def _total(figures, period, measures: list[Measure]) -> Row:
    of_all = _of_units(figures, period)
    values = (
        (
            NOTHING
            if figures.is_nothing(measure.slug, period)
            else number(figures.total(measure.slug, period), measure.decimals)
        )
        + ("" if (of := _of_units(figures, period, measure.slug)) == of_all else f" ({of})")
        for measure in measures
    )
    return Row(f"Tổng cộng ({of_all} đơn vị)", tuple(values))


def _of_units(figures, period, measure="") -> str:
    """Of how many of the units that are to report a total is: `14/17`."""
    return f"{len(figures.reported(period, measure))}/{len(figures.expected(period, measure))}"
