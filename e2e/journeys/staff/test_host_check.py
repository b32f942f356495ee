"""Staff test whether a page may show the agent, by keyboard, and lose nothing that they have not saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_form_sections import section
from e2e.journeys.staff.test_look_preview import MAKE, SIZES
from e2e.journeys.staff.test_staff import admin  # noqa: F401 a fixture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("visit", SIZES, indirect=True, ids=["desktop", "phone"])
def test_by_keyboard_and_with_what_is_not_saved(admin, demo_site):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/{demo_site.shell(MAKE).split()[-1]}/change/")
    page.check("#id_is_active")
    section(page, "Other web sites").click()
    address = page.url
    page.fill("#id_hosts", "https://*.shop.example")
    told = page.locator("#host-check-told")

    page.locator("#id_hosts").press("Tab")
    expect(page.get_by_label("Address of a page to test")).to_be_focused()
    page.keyboard.type("https://shop.example/lamps")
    page.keyboard.press("Enter")

    expect(told).to_contain_text("https://*.shop.example stands for subdomains only")
    page.fill("#id_hosts", "https://*.shop.example\nhttps://shop.example")
    page.get_by_label("Address of a page to test").press("Tab")
    page.keyboard.press("Space")
    expect(told).to_contain_text("Yes: pages of https://shop.example may show this agent. Save the agent first")
    assert page.url == address
    expect(page.locator("#id_hosts")).to_have_value("https://*.shop.example\nhttps://shop.example")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.locator("#host-check").scroll_into_view_if_needed()
    assert admin.axe_light_and_dark() == []
