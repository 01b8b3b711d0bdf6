"""Every word of the screen is there in Vietnamese: ours, and those that Django and the packages leave open."""

import re
from html.parser import HTMLParser

import polib
import pytest
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.views.i18n import JavaScriptCatalog

from activity.kinds import KINDS
from tests import catalogue
from tests.catalogue import Message

EVERY_CATALOGUE = pytest.mark.parametrize(
    "file", catalogue.CATALOGUES, ids=["ours", "libraries", "scripts of the admin"]
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}")
# Tones of the new style, and letters that only look right: DOMAIN section 5 asks for hòa, túy, ủy, NFC and Đ.
NEW_TONES = re.compile(r"o[àáảãạ]\b|o[èéẻẽẹ]\b|(?<!q)u[ỳýỷỹỵ]\b", re.IGNORECASE)


def translations(file):
    """The translated entries of a catalogue, each with its translation."""
    for entry in polib.pofile(file).translated_entries():
        yield entry, entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr


@EVERY_CATALOGUE
def test_a_catalogue_holds_exactly_the_texts_that_are_asked_for(file):
    held = [catalogue.message_of(entry) for entry in polib.pofile(file)]
    wanted = catalogue.wanted(file).keys()
    assert wanted - set(held) == set(), "missing; python -m tests.catalogue adds them"
    assert set(held) - wanted == set(), "no longer asked for; python -m tests.catalogue drops them"
    assert len(held) == len({(context, msgid) for context, msgid, _plural in held}), "a text stands twice"


@EVERY_CATALOGUE
def test_every_text_is_translated_and_none_is_fuzzy(file):
    assert [entry.msgid for entry in polib.pofile(file) if not entry.translated()] == []


@EVERY_CATALOGUE
def test_a_translation_takes_the_same_values_as_its_text(file):
    """A language without plural takes what the plural form of the source takes."""
    for entry, text in translations(file):
        source = PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)
        assert sorted(PLACEHOLDER.findall(text)) == sorted(source), entry.msgid


@EVERY_CATALOGUE
def test_a_translation_begins_and_ends_as_its_text(file):
    """Space at an end joins a text to its neighbour; a stop belongs to a sentence."""
    for entry, text in translations(file):
        assert entry.msgid[:1].isspace() == text[:1].isspace(), entry.msgid
        assert entry.msgid[-1:].isspace() == text[-1:].isspace(), entry.msgid
        if file == catalogue.OURS:
            assert entry.msgid.endswith(".") == text.endswith("."), entry.msgid


@EVERY_CATALOGUE
def test_translations_are_spelt_the_offices_way(file):
    for _entry, text in translations(file):
        assert not NEW_TONES.search(text), text
        assert not re.search("[\u0300-\u036f\u00d0]|đ/c|  ", text), text


@pytest.mark.parametrize(("new", "old"), [("hoà", "hòa"), ("ma tuý", "ma túy"), ("uỷ", "ủy"), ("Thuỷ", "quý")])
def test_the_check_of_spelling_tells_new_tones_from_old(new, old):
    assert NEW_TONES.search(new)
    assert not NEW_TONES.search(old)


@EVERY_CATALOGUE
def test_the_compiled_catalogue_is_that_of_the_written_one(file):
    assert file.with_suffix(".mo").read_bytes() == polib.pofile(file).to_binary()


@pytest.mark.parametrize("file", [catalogue.LIBRARIES, catalogue.ADMIN_SCRIPTS], ids=["pages", "scripts"])
def test_the_libraries_leave_no_text_open_that_people_can_meet(file):
    ours = {catalogue.message_of(entry) for entry in polib.pofile(file)}
    texts = catalogue.library_messages(file.stem).keys()
    assert texts - catalogue.translated_by_libraries(file.stem) - ours == set()


def test_every_library_is_read():
    read = {package for packages in catalogue.library_messages("django").values() for package in packages}
    assert read == set(catalogue.PACKAGES)


def test_python_is_read_with_contexts_plurals_and_the_names_of_imports():
    source = """
from django.utils.translation import gettext as say, gettext_lazy as _, npgettext
from django.utils import translation
LATE = _("Late "
         "return")
say("Saved.")
npgettext("return", "%(days)s day", "%(days)s days", 3)
translation.pgettext("unit", "Post")
print("not a text of the screen")
"""
    assert list(catalogue.python_messages(source, "here")) == [
        Message(None, "Late return", ""),
        Message(None, "Saved.", ""),
        Message("return", "%(days)s day", "%(days)s days"),
        Message("unit", "Post", ""),
    ]


@pytest.mark.parametrize("call", ['_(f"quý {number}")', "_(word)", "_()", 'npgettext("return", "day")'])
def test_a_text_that_cannot_be_read_is_refused(call):
    source = f"from django.utils.translation import gettext as _, npgettext\n{call}"
    with pytest.raises(ValueError, match="here:2"):
        list(catalogue.python_messages(source, "here"))


def test_templates_are_read_as_django_looks_them_up():
    source = """{% translate "Saved." %}{% translate 'Post' context "unit" as post %}
{% include "_part.html" with title=_("Sent (back)") %}{{ reason|default:_("none") }}
{% blocktranslate trimmed with days=late.days %}
  Late by 5% or
  {{ days }} days
{% endblocktranslate %}
{% blocktranslate context "return" count n=2 %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
{% comment %}{% translate "never" %}{% endcomment %}gettext(word)"""
    assert list(catalogue.template_messages(source, "here")) == [
        Message(None, "Saved.", ""),
        Message("unit", "Post", ""),
        Message(None, "Sent (back)", ""),
        Message(None, "none", ""),
        Message(None, "Late by 5%% or %(days)s days", ""),
        Message("return", "%(n)s day", "%(n)s days"),
    ]


# The paper is Vietnamese in every language, as is the page for a server that has failed; languages name themselves.
ONE_LANGUAGE = {"500.html", "_language.html", "reports/_by_present.html", "reports/summary.html"}


class ShownText(HTMLParser):
    """Collects what a page shows or reads out."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def handle_starttag(self, tag, attrs):
        self.texts += [
            value for name, value in attrs if name in {"alt", "aria-label", "placeholder", "title"} and value
        ]

    def handle_data(self, data):
        self.texts.append(data)


def own_words(source):
    """The words of a template that stand outside of its tags, untranslated."""
    blocks = re.sub(
        r"{% (blocktranslate|comment|block main_class).*?{% end(\1|block)\b.*?%}", "", source, flags=re.DOTALL
    )
    page = ShownText()
    page.feed("".join(token.contents for token in Lexer(blocks).tokenize() if token.token_type == TokenType.TEXT))
    return re.findall(r"[^\W\d_]{2,}", " ".join(page.texts))


def test_templates_hold_no_words_that_are_not_translated():
    templates = catalogue.ROOT / "templates"
    pages = {file.relative_to(templates).as_posix(): file.read_text() for file in templates.rglob("*.html")}
    assert {
        name: own_words(page) for name, page in pages.items() if name not in ONE_LANGUAGE and own_words(page)
    } == {}


def test_a_word_that_is_not_translated_is_found():
    page = '<p title="Late">{% translate "Saved" %} now {{ day }}{% blocktranslate %}no{% endblocktranslate %}</p>'
    assert own_words(page) == ["Late", "now"]


def test_refreshing_keeps_translations_adds_what_is_new_and_drops_what_is_gone():
    kept = polib.POEntry(msgid="Saved.", msgstr="Đã lưu.")
    gone = polib.POEntry(msgid="Gone.", msgstr="Đã bỏ.")
    new = Message("return", "%(n)s day", "%(n)s days")
    result = catalogue.refreshed([gone, kept], {new: ["b.py"], Message(None, "Saved.", ""): ["a.py", "c.html"]})
    assert [(entry.msgid, entry.msgstr, entry.msgstr_plural) for entry in result] == [
        ("%(n)s day", "", {0: ""}),
        ("Saved.", "Đã lưu.", {}),
    ]
    assert result[1].occurrences == [("a.py", ""), ("c.html", "")]


def test_django_speaks_the_corrected_words():
    """The catalogue of the libraries is one that Django looks into, before its own."""
    with translation.override("vi"):
        assert translation.gettext("Password reset unsuccessful") == "Đặt lại mật khẩu không thành công"
        assert translation.ngettext("%(num)d day", "%(num)d days", 3) == "%(num)d ngày"


def test_the_scripts_of_the_admin_speak_them_too(rf):
    with translation.override("vi"):
        answer = JavaScriptCatalog.as_view(packages=["django.contrib.admin"])(rf.get("/admin/jsi18n/"))
    assert '"Monday": "Th\\u1ee9 Hai"' in answer.text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_the_labels_of_a_kinds_fields_are_vietnamese_and_begin_with_a_capital(kind):
    with translation.override("vi"):
        for name in kind.fields:
            label = str(kind.model._meta.get_field(name).verbose_name)
            assert label[0].isupper(), f"{name}: {label}"
