"""Dates, labels and values of records as templates write them."""

import re

from django import template
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..dates import short_date as write_short_date

register = template.Library()


@register.filter
def short_date(day):
    """`05/3/2024`, or nothing for no day."""
    return write_short_date(day) if day else ""


@register.filter
def unbroken(sentence):
    """The sentence with each number kept on one line with the word that it counts; two counts may part."""
    kept = re.sub(r"(?<=[0-9]) (?=[^\W\d])", "\u00a0", escape(sentence))
    return mark_safe(re.sub(r"(?<=[^\W\d]/)(?=[0-9])", "<wbr>", kept))  # noqa: S308  it was escaped


@register.filter
def whole_names(body):
    """The name of a body as it is parted in the head of a paper: never inside its arm, its rank or its province."""
    return re.sub(r"Quân sự|Bộ đội Biên phòng|tỉnh .+", lambda name: name[0].replace(" ", "\u00a0"), body)


@register.filter
def model_label(model):
    """What a model's rows are called."""
    label = model._meta.verbose_name_plural
    return label[:1].upper() + label[1:]


@register.filter(is_safe=True)
def with_heads(table, caption):
    """The table of a change list as Django makes it, with what it lacks: a caption, and what heads a row."""
    words = format_html('<caption class="visually-hidden">{}</caption>', capfirst(caption))
    return table.replace('<table id="result_list">', f'<table id="result_list">{words}').replace(
        "<th class=", '<th scope="row" class='
    )


@register.filter
def facts(record, fields):
    """(label, value) of the fields of a record that are not empty, as people read them."""
    for name in fields:
        field = record._meta.get_field(name)
        value = getattr(record, f"get_{name}_display")() if field.choices else getattr(record, name)
        if value is False or value in (None, ""):
            continue
        if value is True:
            value = _("yes")
        yield field.verbose_name, write_short_date(value) if hasattr(value, "weekday") else localize(value)


@register.filter
def local_short_date(moment):
    """The day of a moment at the command's clock, as `05/3/2024`."""
    return write_short_date(timezone.localtime(moment).date()) if moment else ""
