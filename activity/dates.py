"""Dates and quarters as the office writes them."""

import datetime

ROMAN = ("I", "II", "III", "IV")


def month(day: datetime.date) -> str:
    """Return the month: with a zero in January and February only (Decree 30/2020, annex I)."""
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def short_date(day: datetime.date) -> str:
    """Return `05/01/2024`, `05/3/2024`, `28/12/2023`: a zero before days below 10, and before months as in prose."""
    return f"{day.day:02d}/{month(day)}/{day.year}"


def quarter_name(year: int, number: int) -> str:
    """Return `quý I/2024`."""
    return f"quý {ROMAN[number - 1]}/{year}"
