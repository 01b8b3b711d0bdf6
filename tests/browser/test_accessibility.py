"""No page has a finding of axe that is serious or critical."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .pages import DRAFT, PAGES, Kind, opened

pytestmark = pytest.mark.browser

DASHBOARD = next(kind for kind in PAGES if kind.name == "dashboard of the command")
GRAVE = {"serious", "critical"}


def findings(page) -> list[str]:
    """What axe finds grave in a page, with the places."""
    found = Axe().run(page).response["violations"]
    return [
        f"{finding['id']} ({finding['impact']}): {', '.join(str(node['target']) for node in finding['nodes'][:5])}"
        for finding in found
        if finding["impact"] in GRAVE
    ]


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.name)
def test_a_page_is_accessible(visitor, kind):
    assert findings(opened(visitor, kind)) == []


def test_a_form_that_was_refused_is_accessible(visitor):
    page = opened(visitor, Kind("a case", "staff", f"{DRAFT}cases/add/"))
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert page.locator("#errors").is_visible()
    assert findings(page) == []


def test_a_dashboard_is_accessible_when_plotly_has_drawn(visitor):
    page = opened(visitor, DASHBOARD)
    page.locator("figure[data-chart]").first.hover()
    page.wait_for_selector("figure[data-state=live]")
    assert findings(page) == []


def test_a_dashboard_is_accessible_with_its_tables_unfolded(visitor):
    page = opened(visitor, DASHBOARD)
    for summary in page.locator(".chart-table > summary").all():
        summary.click()
    assert findings(page) == []


def test_a_field_without_a_label_would_be_found(visitor):
    page = opened(visitor, PAGES[0])
    page.evaluate("() => document.querySelector('label').remove()")
    assert [finding for finding in findings(page) if finding.startswith("label (critical)")]
