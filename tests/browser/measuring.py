"""What a browser measures in a page: how wide it is, what sticks out, which names are cut, what axe finds."""

from axe_playwright_python.sync_playwright import Axe

GRAVE = {"serious", "critical"}
WIDTH = "document.documentElement.scrollWidth"
# What sticks out at the right, to name the culprit; inside a frame that scrolls it may.
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5)
    .filter(element => !element.parentElement.closest(".scroll, .chart-scroll, .unseen, caption"))
    .map(element => element.outerHTML.slice(0, 80))"""
# Elements with a unit's name of their own that is wider than they are.
CUT = """() => [...document.querySelectorAll("main :is(a, th, td, option, p, li, h1, span)")]
    .filter(element => [...element.childNodes].some(child => /Đồn BP|Tiểu đoàn/.test(child.data)))
    .filter(element => element.clientWidth > 1 && element.scrollWidth > element.clientWidth)
    .map(element => element.textContent.trim())"""
# Words of a drawing that lie outside of it.
CUT_IN_DRAWINGS = """() => [...document.querySelectorAll("main svg")].flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < frame.left - 0.5 || box.right > frame.right + 0.5;
    }).map(text => text.textContent);
})"""


def findings(page) -> list[str]:
    """What axe finds grave in a page, with the places."""
    # Run through the debugger's door, so that the page's policy stays as it is.
    found = Axe().run(page).response["violations"]
    return [
        f"{finding['id']} ({finding['impact']}): {', '.join(str(node['target']) for node in finding['nodes'][:5])}"
        for finding in found
        if finding["impact"] in GRAVE
    ]
