"""Dates as the office writes them in lists and tables."""

import datetime


def short_date(day: datetime.date) -> str:
    """Return `05/01/2024`, `05/3/2024`, `28/12/2023`: a zero before days below 10 and before months 1 and 2 only.

    Source: Decree 30/2020, annex I, as DOMAIN section 5 applies it to short dates.
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
