"""The cells of the grid of returns."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string

register = template.Library()


@register.filter
@lru_cache(maxsize=1024)
def drawn(said):
    """What a cell says, with its marks. Hundreds of cells of a page say the same, and it is drawn once."""
    return render_to_string("activity/_cell.html", said._asdict())
