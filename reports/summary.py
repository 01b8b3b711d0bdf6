"""The quarter summary as one value: head, sentences, tables and charts, for the screen, the paper and every file."""

from dataclasses import dataclass

from activity.figures import Figures, Period

from . import tables
from .charts import Chart, by_category, by_unit, on_paper
from .narrative import Section, coverage, next_quarter, results, subject, window
from .numbers import roman


@dataclass(frozen=True)
class Head:
    """What stands over the report (Decree 30/2020, annex I); number and day stay blank until they are typed."""

    parent_body: str
    issuing_body: str
    symbol: str
    place: str
    signer: str


@dataclass(frozen=True)
class Summary:
    head: Head
    year: int
    subject: str
    window: str
    sections: tuple[Section, ...]
    coverage: str
    cases: tables.Table
    annexes: tuple[tuple[str, tables.Table], ...]
    charts_annex: str
    charts: tuple[Chart, ...]
    next_quarter: str


def make_summary(figures: Figures, period: Period, head: Head, annexed: Figures | None = None) -> Summary:
    """Return the summary of ``period``, in the language that is active: Vietnamese, for paper.

    ``figures`` hold the parts and names of ``period``, and the wholes of the same quarter last year; ``annexed`` are
    what the annexes show, where these are by present unit.
    """
    annexed = annexed or figures
    last_year = figures.period(*period.year_before)
    annexes = tables.by_unit(annexed, period)
    return Summary(
        head=head,
        year=period.year,
        subject=subject(period),
        window=window(period),
        sections=results(figures, period),
        coverage=coverage(figures, period),
        cases=tables.cases_by_category(figures, period),
        annexes=tuple((roman(at), table) for at, table in enumerate(annexes, start=1)),
        charts_annex=roman(len(annexes) + 1),
        charts=tuple(
            on_paper(chart)
            for chart in (
                by_unit(annexed, "patrols", period, last_year),
                by_unit(annexed, "cases", period, last_year),
                by_category(annexed, "cases", period, last_year),
            )
        ),
        next_quarter=next_quarter(period),
    )
