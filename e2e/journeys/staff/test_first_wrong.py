"""A form that comes back with errors has the focus on the first wrong field, wherever that hides."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin  # noqa: F401 a fixture

pytestmark = pytest.mark.browser


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def test_on_a_new_row_though_django_goes_to_the_first_field(admin, demo_site):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/add/")
    page.fill("#id_name", "Robin")
    page.fill("#id_slug", "robin")
    page.fill("#id_system_prompt", "You sell lamps.")
    page.fill("#id_max_tokens", "1")
    save(page)

    expect(page.locator("#id_max_tokens_error")).to_be_visible()
    expect(page.locator("#id_max_tokens")).to_be_focused()
    expect(page.locator("#id_max_tokens")).to_be_in_viewport()


@pytest.mark.parametrize("field", ["#id_voice-0-language", "#id_handover_settings-0-hours"])
def test_in_a_section_that_was_not_shown(admin, demo_site, field):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Wren", exact=True).first.click()
    expect(page.locator("#id_system_prompt")).to_be_visible()
    page.evaluate(
        """selector => { const field = document.querySelector(selector);
        if (field.matches("select")) field.add(new Option("?", "?", true, true)); else field.value = "?"; }""",
        field,
    )
    save(page)

    expect(page.locator(f"{field}[aria-invalid=true]")).to_be_focused()
    expect(page.locator(field)).to_be_in_viewport()


def test_in_a_form_of_our_own(admin, demo_site):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/knowledge/document/page/")
    page.select_option("#id_agent", label="Wren")
    page.evaluate("document.querySelector('#id_url').type = 'text'")
    page.fill("#id_url", "no address")
    page.get_by_role("button", name="Read the page").click()

    expect(page.locator("#id_url[aria-invalid=true]")).to_be_focused()
