"""The cells of the grid of returns."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def drawn(cells):
    """The cells of a line. A page has eight hundred: one by one in a template's loop they took a third of its time."""
    return mark_safe("\n".join(map(_cell, cells)))  # noqa: S308  each of them is escaped


def _cell(cell):
    said = _said(cell.said)
    if cell.address:
        return format_html('<td class="{}"><a href="{}">{}</a></td>', cell.marks, cell.address, said)
    return format_html('<td class="{}">{}</td>', cell.marks, said)


@lru_cache(maxsize=1024)
def _said(said):
    """What a cell says, with its marks. Hundreds of cells of a page say the same, and it is drawn once."""
    return render_to_string("activity/_cell.html", said._asdict())
