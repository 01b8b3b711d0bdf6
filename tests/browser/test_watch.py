"""The watch over all browser tests is awake: each thing that it forbids is noticed."""

import pytest

from .watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(new_context, office):
    """A page of a watched browser whose faults are not yet asked for, and its watch."""
    context = new_context()
    return context.new_page(), Watch(context, office)


def test_a_request_to_another_host_is_noticed(watched):
    page, watch = watched
    page.route("http://elsewhere.example/*", lambda route: route.fulfill(body="", content_type="image/png"))
    with page.expect_request("http://elsewhere.example/*"):
        page.set_content('<img src="http://elsewhere.example/picture.png">')
    assert "asked another host: http://elsewhere.example/picture.png" in watch.faults


def test_an_error_of_a_script_is_noticed(watched):
    page, watch = watched
    with page.context.expect_event("weberror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    assert [fault for fault in watch.faults if "broken" in fault]


def test_what_the_policy_refuses_is_noticed(watched):
    page, watch = watched

    def with_a_style(route):
        answer = route.fetch()
        body = answer.text().replace("</main>", '<p style="color: red">x</p></main>')
        route.fulfill(response=answer, body=body)

    page.route("**/sign-in/", with_a_style)
    with page.context.expect_console_message():
        page.goto("/sign-in/")
    assert [fault for fault in watch.faults if "Content Security Policy" in fault]


def test_a_static_file_that_is_missing_is_noticed(watched):
    page, watch = watched
    page.goto("/sign-in/")
    with page.context.expect_console_message():
        page.evaluate("() => fetch('/static/gone.css')")
    assert [fault for fault in watch.faults if "404" in fault]


def test_a_page_without_fault_has_none_noticed(watched):
    page, watch = watched
    page.goto("/sign-in/")
    assert watch.faults == []
    assert len(watch.requests) > 1


def test_a_page_that_answers_404_is_no_fault(watched):
    page, watch = watched
    with page.context.expect_console_message():
        assert page.goto("/static/gone.html").status == 404
    assert watch.faults == []
