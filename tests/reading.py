"""A page as a tree of elements, and what may stand wrongly in it."""

import json
from functools import cache

from django.test.html import Element, parse_html

HEADINGS = {"h1", "h2", "h3"}
FIELDS = {"input", "select", "textarea"}
BREAK = "\N{ZERO WIDTH SPACE}"
UNLABELLED = {"hidden", "submit", "button"}


@cache
def parsed(html: str) -> Element:
    """A page as an element above all of its own."""
    root = Element("page", ())
    root.append(parse_html(html))
    return root


def page(response) -> Element:
    return parsed(response.content.decode())


def elements(root, *names):
    """All elements below ``root`` in the order of the page; only those of some ``names``, if any are given."""
    for child in root.children:
        if not isinstance(child, str):
            if not names or child.name in names:
                yield child
            yield from elements(child, *names)


def one(root, name, /, **attributes):
    """The one element of that name and those attributes (``class_`` for class)."""
    wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    (found,) = [e for e in elements(root, name) if wanted.items() <= dict(e.attributes).items()]
    return found


def attribute(element, name):
    """An attribute's value, None where it is absent."""
    return dict(element.attributes).get(name)


def text(element) -> str:
    """All text below an element, in single spaces."""
    pieces = (child if isinstance(child, str) else text(child) for child in element.children)
    # Where a word may break is no space in it.
    return BREAK if element.name == "wbr" else " ".join(" ".join(pieces).replace(f" {BREAK} ", "").split())


def cells(table):
    """The text of each row's cells, of head, body and foot."""
    return [[text(cell) for cell in elements(row, "th", "td")] for row in elements(table, "tr")]


def inline_code(root) -> list[str]:
    """What the policy of the page would refuse: scripts and styles that stand in the page itself."""
    found = [f"<{e.name}>" for e in elements(root, "style")]
    for script in elements(root, "script"):
        if attribute(script, "type") == "application/json":
            json.loads("".join(script.children))
        elif attribute(script, "src") is None:
            found.append("<script>")
    names = (name for e in elements(root) for name, _ in e.attributes)
    return found + [name for name in names if name == "style" or name.startswith("on")]


def other_hosts(root) -> list[str]:
    """The addresses of anything loaded or linked that lie outside this host."""
    loaded = (attribute(e, name) for e in elements(root) for name in ("src", "href", "action", "srcset"))
    return [address for address in loaded if address and (address[0] not in "/?#" or address.startswith("//"))]


def unlabelled_fields(root) -> list[str]:
    """The fields that nobody has told the name of."""
    told = {attribute(label, "for") for label in elements(root, "label") if text(label)}
    fields = [e for e in elements(root, *FIELDS) if attribute(e, "type") not in UNLABELLED]
    return [
        str(attribute(e, "name")) for e in fields if attribute(e, "id") not in told and not attribute(e, "aria-label")
    ]


def wrong_tables(root) -> list[str]:
    """The tables without a caption, and the heads of columns and rows that do not say which they are."""
    tables = list(elements(root, "table"))
    bare = ["no caption" for table in tables if not any(text(caption) for caption in elements(table, "caption"))]
    heads = [e for e in elements(root, "th") if attribute(e, "scope") not in {"col", "row", "colgroup", "rowgroup"}]
    return bare + [f"no scope: {text(head)}" for head in heads]


def double_ids(root) -> list[str]:
    ids = [found for e in elements(root) if (found := attribute(e, "id"))]
    return sorted({found for found in ids if ids.count(found) > 1})
