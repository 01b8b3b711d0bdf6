"""CSV files as the office's Excel opens them at a double click."""

import csv
import io
from collections.abc import Iterable

# Excel splits at the list separator of the machine: the semicolon where, as in Vietnam, the comma is the decimal sign.
SEPARATOR = ";"
# Without it Excel takes the letters for another alphabet; a line "sep=;" would make it forget this mark.
BYTE_ORDER_MARK = "\ufeff"
FORMULAS_BEGIN_WITH = ("=", "+", "-", "@", "\t", "\r")


def csv_file(lines: Iterable[Iterable]) -> bytes:
    """Return ``lines`` of texts, numbers and days (written 2024-03-20, a day in every Excel) as a file in UTF-8."""
    written = io.StringIO(BYTE_ORDER_MARK, newline="")
    written.seek(0, io.SEEK_END)
    csv.writer(written, delimiter=SEPARATOR).writerows([_cell(value) for value in line] for line in lines)
    return written.getvalue().encode()


def _cell(value):
    """A text that Excel would take for a formula gets an apostrophe before it; numbers and days stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS_BEGIN_WITH) else value
