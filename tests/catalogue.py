"""The words of the screen: those the code asks for, those the libraries leave open, and the catalogues that hold them.

``python -m tests.catalogue`` brings every catalogue up to date and compiles it; no machine needs gettext for that.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / "config/locale/vi/LC_MESSAGES/django.po"
LIBRARIES = ROOT / "config/locale/libraries/vi/LC_MESSAGES/django.po"
ADMIN_SCRIPTS = LIBRARIES.with_name("djangojs.po")
CATALOGUES = (OURS, LIBRARIES, ADMIN_SCRIPTS)

# The packages whose words people meet. Sites, flat pages, maps and the like are not installed.
PACKAGES = (
    "django.conf",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_tables2",
    "django_filters",
)
# Of those, what nobody here can meet: the names of ninety other languages, and the page of an empty project.
UNSEEN = {"conf/global_settings.py", "views/templates/default_urlconf.html"}

HEADER = "The Vietnamese words. `python -m tests.catalogue` adds new texts, drops old ones and compiles."
HEAD = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "vi",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}

# The arguments of gettext's functions, which Django also has as `…_lazy` and `…_noop`.
ARGUMENTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}


class Message(NamedTuple):
    """A text to be translated: its context (None: none), the text, and its plural (empty: none)."""

    context: str | None
    msgid: str
    plural: str


# A text and the places that use it, in the order of the sources.
Messages = dict[Message, list[str]]


def our_messages() -> Messages:
    """The texts that our code and templates ask to be translated; ValueError where one is no plain text."""
    found: Messages = {}
    python = sorted(file for folder in ("config", "activity", "reports") for file in (ROOT / folder).rglob("*.py"))
    for file in [*python, *sorted((ROOT / "templates").rglob("*.html"))]:
        place = file.relative_to(ROOT).as_posix()
        messages = python_messages if file.suffix == ".py" else template_messages
        for message in messages(file.read_text(), place):
            places = found.setdefault(message, [])
            if place not in places:
                places.append(place)
    return found


def python_messages(source: str, place: str) -> Iterator[Message]:
    """Yield the texts in the calls of gettext's functions, under whatever name the module imported them."""
    tree = ast.parse(source)
    names = {name: name for stem in ARGUMENTS for name in (stem, f"{stem}_lazy", f"{stem}_noop")}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names.update({alias.asname: alias.name for alias in node.names if alias.asname and alias.name in names})
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = names.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
        if name is not None:
            yield _message(name, call.args, f"{place}:{call.lineno}")


CALL = re.compile(r"""\b(_|n?p?gettext)\(((?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|count|,|\s)+)\)""")


def template_messages(source: str, place: str) -> Iterator[Message]:
    """Yield the texts of ``{% translate %}``, ``{% blocktranslate %}`` and ``_("…")`` as Django looks them up."""
    for name, arguments in CALL.findall(templatize(source, place)):
        call = ast.parse(f"f({arguments})", mode="eval").body
        assert isinstance(call, ast.Call)
        yield _message("gettext" if name == "_" else name, call.args, place)


def _message(function: str, arguments: list[ast.expr], place: str) -> Message:
    """Return the text that a call of gettext's ``function`` names; ValueError if it is no plain text."""
    wanted = ARGUMENTS[re.sub("_(lazy|noop)$", "", function)]
    given = dict(zip(wanted, arguments, strict=False))
    texts = {name: getattr(node, "value", None) for name, node in given.items()}
    if len(texts) < len(wanted) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"{place}: {function} needs plain text to be translated.")
    return Message(**{"context": None, "plural": "", **texts})


def library_catalogue(package: str, domain: str, language: str) -> list[polib.POEntry]:
    """The entries of an installed package's own catalogue, or none where it has none."""
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    file = Path(spec.submodule_search_locations[0]) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    return [entry for entry in polib.pofile(file) if not entry.obsolete] if file.exists() else []


def library_messages(domain: str) -> Messages:
    """The texts of the packages that people can meet, each with the package.

    They are read from a package's English catalogue, or from its German one where it has no English one.
    """
    found: Messages = {}
    for package in PACKAGES:
        for entry in library_catalogue(package, domain, "en") or library_catalogue(package, domain, "de"):
            if not all(place in UNSEEN for place, _line in entry.occurrences):
                found.setdefault(message_of(entry), []).append(package)
    return found


def translated_by_libraries(domain: str) -> set[Message]:
    """The texts that the packages' own Vietnamese catalogues translate."""
    entries = (entry for package in PACKAGES for entry in library_catalogue(package, domain, "vi"))
    return {message_of(entry) for entry in entries if entry.translated()}


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgctxt, entry.msgid, entry.msgid_plural)


def wanted(file: Path) -> Messages:
    """The texts that a catalogue has to hold: ours, or what the libraries leave open and what is corrected there."""
    if file == OURS:
        return our_messages()
    corrected = {message_of(entry) for entry in read(file)}
    done = translated_by_libraries(file.stem) - corrected
    return {message: where for message, where in library_messages(file.stem).items() if message not in done}


def read(file: Path) -> polib.POFile:
    return polib.pofile(file) if file.exists() else polib.POFile()


def refreshed(catalogue: Iterable[polib.POEntry], messages: Messages) -> polib.POFile:
    """Return a catalogue of ``messages`` in their order, with the translations that ``catalogue`` has of them."""
    kept = {message_of(entry): entry for entry in catalogue if not entry.obsolete}
    result = polib.POFile(wrapwidth=110)
    result.header, result.metadata = HEADER, HEAD
    for message, places in messages.items():
        entry = polib.POEntry(msgctxt=message.context, msgid=message.msgid, msgid_plural=message.plural)
        entry.occurrences = [(place, "") for place in places]
        if message in kept:
            entry.msgstr, entry.msgstr_plural = kept[message].msgstr, kept[message].msgstr_plural
        elif message.plural:
            entry.msgstr_plural = {0: ""}
        result.append(entry)
    return result


def main() -> int:
    """Bring the catalogues up to date, compile them, and print what is still to be translated."""
    still_open = 0
    for file in CATALOGUES:
        catalogue = refreshed(read(file), wanted(file))
        file.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(file))
        file.with_suffix(".mo").write_bytes(catalogue.to_binary())
        for entry in catalogue.untranslated_entries():
            print(f"{file.relative_to(ROOT)}: {entry.msgctxt or ''} {entry.msgid!r} ({entry.occurrences[0][0]})")
            still_open += 1
    return 1 if still_open else 0


if __name__ == "__main__":
    sys.exit(main())
