"""The lines of the two big tables: cell by cell in a template's loop they took a third of the time of their pages."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def rows(table):
    """The rows of a table of records: the day leads to the record, the star behind the quarter to the difference."""
    return format_html_join("\n", '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>', map(_row, table.lines()))


def _row(line):
    address, day, cells, difference = line
    star = render_to_string("activity/_star.html", {"difference": difference}).strip() if difference else ""
    return address, day, mark_safe("".join(_field(css, words, star) for css, words in cells))  # noqa: S308  escaped


def _field(css, words, star):
    looks = f' class="{css}"' if css else ""
    return f"<td{looks}>{escape(words)}{star if css == 'whole quarter' else ''}</td>"


@register.filter
def cells(line):
    """The cells of one line of the grid of returns; a page has eight hundred."""
    return mark_safe("\n".join(map(_cell, line.cells)))  # noqa: S308  each of them is escaped


def _cell(cell):
    said = _said(cell.said)
    if cell.address:
        return format_html('<td class="{}"><a href="{}">{}</a></td>', cell.marks, cell.address, said)
    return format_html('<td class="{}">{}</td>', cell.marks, said)


@lru_cache(maxsize=1024)
def _said(said):
    """What a cell says, with its marks. Hundreds of cells of a page say the same, and it is drawn once."""
    return render_to_string("activity/_cell.html", said._asdict())
