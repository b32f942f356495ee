"""The page of the API's documentation, in a real browser under the real policy (`visit` fails when it is broken)."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_the_operations_are_shown_and_can_be_opened(visit, demo_site, prefix):
    page = visit.page
    outside = []
    page.on("request", lambda request: outside.append(request.url) if demo_site.url not in request.url else None)

    page.goto(f"{demo_site.url}{prefix}/docs")
    operation = page.locator("#operations-Agents-create_agent")
    operation.locator("button").first.click()

    expect(operation).to_contain_text("Create an agent")
    expect(operation.locator(".response-col_status").filter(has_text="422").first).to_be_visible()
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def test_an_operation_can_be_tried_from_the_page(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/api/docs")
    operation = page.locator("#operations-Health-health")
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
