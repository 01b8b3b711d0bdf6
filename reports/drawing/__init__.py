"""Two hands that draw a chart: SVG, in the page at once, and Plotly, laid over it when somebody looks closer."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from .chart import Chart, table
from .plotly import plotly
from .svg import svg

# What could end a script element, or begin another thing in it, as JSON writes it otherwise. Django's `json_script`
# looks at every letter, which took a twentieth of a dashboard's time.
ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"}

# A drawing follows from its chart alone, and the same quarter is looked at again and again: so many charts, those of
# some twenty overviews, are kept drawn by each process.
KEPT = 128

# What a telephone of 390 pixels leaves between its gutters.
NARROW = 358


@dataclass(frozen=True)
class Drawn:
    """A chart as `reports/_chart.html` wants it: both drawings, wide and narrow, and the same numbers as a table."""

    chart: Chart
    wide: SafeString
    narrow: SafeString
    plotly: dict
    table: SafeString

    @property
    def id(self) -> str:
        return f"chart-{self.chart.slug}"

    @property
    def data_id(self) -> str:
        return f"{self.id}-data"

    @cached_property
    def data(self) -> SafeString:
        """What Plotly draws, as JSON that may stand in a ``<script>``."""
        text = json.dumps(self.plotly, ensure_ascii=False, separators=(",", ":"))
        for letter, escape in ESCAPES.items():
            text = text.replace(letter, escape)
        return mark_safe(text)  # noqa: S308  nothing is left in it that a page would read as its own


@lru_cache(maxsize=KEPT)
def drawn(chart: Chart, width: int = 600, height: int = 300) -> Drawn:
    """Draw ``chart`` ``width`` pixels wide, and once more for a telephone; bars become as high as their rows need.

    ``plotly`` holds ``data`` and ``config``, and under ``wide`` and ``narrow`` the layout of each drawing.
    """
    wide, narrow = plotly(chart, width, height), plotly(chart, NARROW, height)
    header, rows = table(chart)
    return Drawn(
        chart=chart,
        wide=svg(chart, width, height),
        narrow=svg(chart, NARROW, height),
        plotly={
            "data": wide["data"],
            "config": wide["config"],
            "wide": wide["layout"],
            "narrow": narrow["layout"],
        },
        table=render_to_string("reports/_chart_table.html", {"chart": chart, "header": header, "rows": rows}),
    )
