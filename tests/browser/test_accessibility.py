"""Pages that somebody has done something to are as accessible as those just opened (see test_pages)."""

import pytest

from .measuring import findings
from .pages import DRAFT

pytestmark = pytest.mark.browser


@pytest.fixture
def dashboard(visitor):
    page = visitor("commander")
    page.goto("/dashboard/2024Q1/")
    return page


def test_a_form_that_was_refused_is_accessible(visitor):
    page = visitor("staff")
    page.goto(f"{DRAFT}cases/add/")
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert page.locator("#errors").is_visible()
    assert findings(page) == []


def test_a_dashboard_is_accessible_when_plotly_has_drawn(dashboard):
    dashboard.locator("figure[data-chart]").first.hover()
    dashboard.wait_for_selector("figure[data-state=live]")
    assert findings(dashboard) == []


def test_a_dashboard_is_accessible_with_its_tables_unfolded(dashboard):
    for summary in dashboard.locator(".chart-table > summary").all():
        summary.click()
    assert findings(dashboard) == []


def test_a_list_of_quarters_unfolded_is_accessible(dashboard):
    dashboard.locator(".picker summary").click()
    assert findings(dashboard) == []


def test_a_field_without_a_label_would_be_found(visitor):
    page = visitor()
    page.goto("/sign-in/")
    page.evaluate("() => document.querySelector('label').remove()")
    assert [finding for finding in findings(page) if finding.startswith("label (critical)")]
