"""Imports go down only: the floors of the house, read from the code with `ast`."""

import ast
from fnmatch import fnmatchcase
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the top; a module may import its own floor and those below. A pattern with a star takes in a whole package.
FLOORS = (
    {"config", "config.*"},
    {"reports", "reports.apps", "reports.frame", "reports.past", "reports.views", "reports.urls"},
    {"reports.exports", "reports.exports.*"},
    {"reports.dashboard", "reports.summary"},
    {"reports.narrative", "reports.narrative.*", "reports.tables", "reports.tiles"},
    {"reports.charts"},
    {"reports.drawing", "reports.drawing.*"},
    {"reports.numbers"},
    # Above this line: how figures are shown. Below: what happened; it knows nothing of reports.
    {
        "activity.views",
        "activity.views.*",
        "activity.urls",
        "activity.admin",
        "activity.admin.*",
        "activity.management",
        "activity.management.*",
    },
    {
        "activity.completeness",
        "activity.coverage",
        "activity.mail",
        "activity.reminders",
        "activity.return_page",
        "activity.sample",
        "activity.sample.*",
        "activity.waiting",
    },
    {
        "activity.access",
        "activity.answering",
        "activity.clash",
        "activity.difference",
        "activity.kept",
        "activity.sections",
        "activity.states",
        "activity.templatetags",
        "activity.templatetags.*",
    },
    {
        "activity.changes",
        "activity.echo",
        "activity.fields",
        "activity.forms",
        "activity.tables",
        "activity.filters",
        "activity.converters",
        "activity.permissions",
    },
    {"activity.comparison", "activity.like_for_like"},
    {"activity.gathering"},
    {"activity.figures"},
    {"activity", "activity.apps", "activity.migrations", "activity.migrations.*", "activity.models"},
    {"activity.models.amendment", "activity.models.successions"},
    {"activity.models.returns"},
    {"activity.models.return_rows"},
    {
        "activity.models.extension",
        "activity.models.figure",
        "activity.models.marks",
        "activity.models.messages",
        "activity.models.steps",
    },
    {"activity.kinds", "activity.measures"},
    {"activity.models.answers", "activity.models.cases", "activity.models.record", "activity.models.records"},
    {"activity.models.indicators"},
    {"activity.models.people"},
    {"activity.models.office", "activity.models.units", "activity.models.quarters"},
    {"activity.models.history"},
    {
        "activity.csv_files",
        "activity.dates",
        "activity.models.asked",
        "activity.models.choices",
        "activity.models.counted",
        "activity.models.limits",
        "activity.models.text",
        "activity.models.told",
        "activity.models.written_once",
    },
)

# What is made from figures alone: no query, no request, no model. It may know the words of activity, not its rows.
PURE = (
    "activity.comparison",
    "activity.figures",
    "reports.charts",
    "reports.dashboard",
    "reports.drawing",
    "reports.drawing.*",
    "reports.exports",
    "reports.exports.*",
    "reports.narrative",
    "reports.narrative.*",
    "reports.numbers",
    "reports.summary",
    "reports.tables",
    "reports.tiles",
)
PURE_MAY_IMPORT = (
    "activity.comparison",
    "activity.dates",
    "activity.figures",
    "activity.measures",
    "activity.models.asked",
    "activity.models.choices",
)
NOT_FOR_PURE = ("django.db", "django.http", "django.shortcuts", "django.contrib")


def matches(module, patterns):
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def floor(module):
    """The floor of a module, counted from the top; None where the table has no place for it."""
    return next((number for number, patterns in enumerate(FLOORS) if matches(module, patterns)), None)


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path for app in ("config", "activity", "reports") for path in ROOT.glob(f"{app}/**/*.py")
}


def imports_of(source, package, modules):
    """Yield what ``source``, a module of ``package``, imports: the module where a name is one, else its package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield inner if inner in modules else origin


def imports_in(path):
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    return set(imports_of(path.read_text(), package, MODULES))


def rising(module, imported):
    """The modules of the project among ``imported`` that stand on a higher floor than ``module``."""
    return {name for name in imported if name in MODULES and (floor(name) or 0) < (floor(module) or 0)}


def impure(imported):
    """What a pure module may not import."""
    ours = {name for name in imported if matches(name, ("activity", "activity.*"))}
    theirs = {name for name in imported if matches(name, (p + end for p in NOT_FOR_PURE for end in ("", ".*")))}
    return theirs | (ours - set(PURE_MAY_IMPORT))


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_floor(module):
    assert floor(module) is not None, f"{module} has no place in FLOORS of {__name__}"


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down_only(module):
    assert rising(module, imports_in(MODULES[module])) == set()


@pytest.mark.parametrize("module", [module for module in MODULES if matches(module, PURE)])
def test_what_is_made_from_figures_knows_no_row_and_no_request(module):
    assert impure(imports_in(MODULES[module])) == set()


def test_no_module_imports_itself_in_a_circle():
    TopologicalSorter({module: imports_in(path) - {module} for module, path in MODULES.items()}).prepare()


# The guards themselves, shown what they are to stop.


def test_an_import_that_rises_is_seen_wherever_it_stands():
    source = "def late():\n    from ..urls import urlpatterns\n    from . import returns\n    import config.settings\n"
    imported = set(imports_of(source, "activity.models", MODULES))
    assert imported == {"activity.urls", "activity.models.returns", "config.settings"}
    assert rising("activity.models.units", imported) == imported


def test_a_name_of_a_package_is_not_taken_for_a_module():
    assert set(imports_of("from .models import Unit, units", "activity", MODULES)) == {
        "activity.models",
        "activity.models.units",
    }


def test_a_row_and_a_request_are_seen_in_what_is_made_from_figures():
    imported = {"activity.figures", "activity.models", "activity.models.returns", "django.http", "django.db.models"}
    assert impure(imported) == imported - {"activity.figures"}


def test_a_module_without_a_floor_is_seen():
    assert floor("activity.services") is None
    assert floor("activity.models.signals") is None
