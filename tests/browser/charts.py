"""What stands in a chart as a browser shows it: words, marks with their places, and the table under it."""

import re

# Every line of text of a picture.
WORDS = """picture => [...picture.querySelectorAll("text")].flatMap(text => {
    const lines = [...text.querySelectorAll("tspan")];
    return (lines.length ? lines : [text]).map(line => line.textContent.trim());
}).sort()"""
CIRCLES = "svg => [...svg.querySelectorAll('circle')].map(c => [c.cx, c.cy].map(at => at.baseVal.value).concat(5, 5))"
# The paths of bars; their stripes, where provisional, lie over them.
PATHS = "svg => [...svg.querySelectorAll('path:not([fill^=url])')].map(path => path.getAttribute('d'))"
CROSS = re.compile(r"M([\d.]+) ([\d.]+)l7 7m0 -7l-7 7")
BOX = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v(-?[\d.]+)h")
# Bars and points of Plotly, measured from the corner of its picture; a bar of nothing has no width.
MARKS = """live => {
    const corner = live.getBoundingClientRect();
    return [...live.querySelectorAll(".bars .point > path, .scatterlayer path.point")]
        .filter(mark => !mark.getAttribute("d").startsWith("M0,0Z"))
        .map(mark => mark.getBoundingClientRect())
        .filter(box => box.width > 0.1 && box.height > 0.1)
        .map(box => [box.x - corner.x, box.y - corner.y, box.width, box.height]);
}"""
TABLE = """figure => [...figure.querySelectorAll("tbody tr")]
    .map(row => [...row.cells].map(cell => cell.textContent.trim()))"""
HEADS = "figure => [...figure.querySelectorAll('thead th')].map(cell => cell.textContent.trim())"
HOVERS = "live => live.data.flatMap(trace => trace.hovertext ?? [])"


class Shown:
    """One chart of a page: its drawing (SVG), its table, and once it is looked at Plotly's picture."""

    def __init__(self, figure):
        self.figure = figure
        self.drawing = figure.locator("[data-layout=wide] > svg")
        self.live = figure.locator(".chart-live")

    @property
    def table(self) -> list[list[str]]:
        return self.figure.evaluate(TABLE)

    @property
    def drawn_marks(self) -> list[list[float]]:
        """Bars and points of the drawing: left, top, width, height."""
        paths = self.drawing.evaluate(PATHS)
        boxes = [map(float, box) for path in paths for box in BOX.findall(path)]
        crosses = [[*map(float, corner), 7, 7] for path in paths for corner in CROSS.findall(path)]
        # The pieces of a column are drawn from below upwards.
        upright = [[x, min(y, y + height), width, abs(height)] for x, y, width, height in boxes]
        return upright + crosses + [[x - 2.5, y - 2.5, w, h] for x, y, w, h in self.drawing.evaluate(CIRCLES)]

    def hover(self):
        """Look closer, and wait until Plotly has drawn."""
        self.figure.locator("figcaption").hover()
        self.figure.and_(self.figure.page.locator("[data-state=live]")).wait_for()

    def told(self) -> list[str]:
        """What the table says, as Plotly should say it when a category is hovered."""
        heads = self.figure.evaluate(HEADS)[1:]
        return [
            "<br>".join([label, *(f"{head}: {cell}" for head, cell in zip(heads, cells, strict=True))])
            for label, *cells in self.table
        ]


def shown(page) -> list[Shown]:
    """The charts of a page, from top to bottom."""
    return [Shown(figure) for figure in page.locator("figure[data-chart]").all()]
