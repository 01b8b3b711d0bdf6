"""Section II of the report in Vietnamese sentences, and the lines around it: functions of the figures (DOMAIN 10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from activity.dates import ROMAN, short_date
from activity.figures import Figures, Period
from activity.measures import BORDER, CRIME, FOREIGN, PROPAGANDA, SECTIONS, Measure

from ..numbers import prose_count
from . import border, crime, foreign, propaganda
from .clauses import (
    Chapter,
    QuarterFigures,
    amount,
    capital,
    compared,
    last_year,
    like_for_like,
    unit_names,
    vietnamese,
)

CHAPTERS: dict[str, Chapter] = {
    BORDER: border.CHAPTER,
    PROPAGANDA: propaganda.CHAPTER,
    CRIME: crime.CHAPTER,
    FOREIGN: foreign.CHAPTER,
}
NO_FIGURES = "Chưa có số liệu (chưa đơn vị nào nộp báo cáo)."
NONE_APPROVED = "Chưa có số liệu (báo cáo đã nộp đang chờ duyệt)."


@dataclass(frozen=True)
class Section:
    """One numbered part of section II, of `activity.measures.SECTIONS`."""

    slug: str
    number: int
    heading: str
    sentences: tuple[str, ...]


def results(figures: Figures, period: Period) -> tuple[Section, ...]:
    """Tell what ``period`` brought, compared with the same quarter last year.

    ``figures`` hold the parts and names of ``period``, and the wholes of the same quarter last year. That there is
    nothing to compare with is said once, at the end; of how many units the figures are, `coverage` says.
    """
    quarter = QuarterFigures(figures, period)
    return tuple(
        Section(slug, number, CHAPTERS[slug].heading, tuple(_sentences(slug, quarter)))
        for number, slug in enumerate(SECTIONS, start=1)
    )


def _sentences(slug: str, quarter: QuarterFigures) -> Iterator[str]:
    if not quarter.reported:
        yield NONE_APPROVED if quarter.figures.waiting(quarter.period) else NO_FIGURES
        return
    yield from filter(None, (sentence(quarter) for sentence in CHAPTERS[slug].sentences))
    yield from _plain_sentences(slug, quarter)
    if slug == list(SECTIONS)[-1] and not quarter.compares:
        yield f"Chưa có số liệu {last_year(quarter.period)} để so sánh."


def _plain_sentences(slug: str, quarter: QuarterFigures) -> Iterator[str]:
    """A sentence for each measure of the section that no written one tells, and one for all that nobody reported."""
    unreported = []
    for measure in quarter.figures.measures:
        told = measure.section != slug or measure.slug in CHAPTERS[slug].measures
        if told or not quarter.figures.is_asked(measure.slug, quarter.period):
            continue
        if not quarter.figures.reported(quarter.period, measure.slug):
            unreported.append(vietnamese(measure.label))
            continue
        unit = vietnamese(measure.counted_in)
        so = compared(quarter, (measure.slug, unit))
        # The units that the comparisons are over are named once, and here where these are others.
        over = like_for_like(quarter, measure.slug)
        so += over if over != like_for_like(quarter) else ""
        yield f"{capital(vietnamese(measure.label))}: {_amount(quarter, measure, unit)}{so}."
    if unreported:
        yield f"Chưa có số liệu (chưa đơn vị nào báo cáo): {'; '.join(unreported)}."


def _amount(quarter: QuarterFigures, measure: Measure, unit: str) -> str:
    """How much there was of a measure that somebody reported."""
    value = quarter.value(measure.slug)
    if not measure.adds_up:
        return f"{amount(value, unit)} tính đến cuối quý"
    return amount(value, unit) if value else "không phát sinh"


def subject(period: Period) -> str:
    """The subject of the paper; that of quarter IV carries both years."""
    year, number = period.after
    own_year = "" if year == period.year else f" năm {period.year}"
    return (
        f"Kết quả công tác biên phòng quý {ROMAN[period.number - 1]}{own_year} "
        f"và phương hướng, nhiệm vụ quý {ROMAN[number - 1]} năm {year}"
    )


def next_quarter(period: Period) -> str:
    """The quarter of the last part of the paper: `II`; after quarter IV with its year, `I năm 2025`."""
    year, number = period.after
    return ROMAN[number - 1] + ("" if year == period.year else f" năm {year}")


def window(period: Period) -> str:
    """The line below the subject: ``(Số liệu tính từ ngày 15/12/2023 đến ngày 14/3/2024)``."""
    return f"(Số liệu tính từ ngày {short_date(period.first_day)} đến ngày {short_date(period.last_day)})"


def coverage(figures: Figures, period: Period) -> str:
    """Say of how many units the figures are, and name those that are missing and those whose figures were amended.

    Of units whose return waits for approval it would be untrue to say that they have not submitted.
    """
    reported, missing, waiting = figures.reported(period), figures.missing(period), figures.waiting(period)
    parts = [f"Số liệu tổng hợp từ {prose_count(len(reported))}/{prose_count(len(figures.expected(period)))} đơn vị"]
    for units, state in (
        ([unit for unit in missing if unit in waiting], "đã nộp, chờ duyệt"),
        ([unit for unit in missing if unit not in waiting], "chưa nộp"),
        (figures.revised(period), "có số liệu đã điều chỉnh"),
    ):
        if units:
            parts.append(f"{prose_count(len(units))} đơn vị {state}: {unit_names(units)}")
    then = figures.period(*period.year_before)
    if then and (revised := figures.revised(then)):
        state = f"có số liệu {last_year(period)} đã điều chỉnh"
        parts.append(f"{prose_count(len(revised))} đơn vị {state}: {unit_names(revised)}")
    return "; ".join(parts) + "."
