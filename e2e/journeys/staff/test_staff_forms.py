"""Staff save, are told what is wrong where it is, follow the keyboard, and copy a new key."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin  # noqa: F401 a fixture

pytestmark = pytest.mark.browser
SIZES = [
    {"viewport": {"width": 1280, "height": 800}},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
]
# What of the ring of the focus lies outside a box that hides what stands out of it.
CUT_RINGS = """() => {
  const cut = [];
  for (const control of document.querySelectorAll("#content :is(a[href], button, input, select, textarea)")) {
    control.focus();
    if (document.activeElement !== control) continue;
    const style = getComputedStyle(control), box = control.getBoundingClientRect();
    const ring = Math.max(0, parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth));
    for (let above = control.parentElement; above !== document.body; above = above.parentElement) {
      if (getComputedStyle(above).overflow === "visible") continue;
      const edge = above.getBoundingClientRect();
      if (box.left - ring < edge.left || box.right + ring > edge.right || box.top - ring < edge.top
          || box.bottom + ring > edge.bottom) cut.push(`${control.id || control.textContent} in ${above.className}`);
    }
  }
  return cut;
}"""


@pytest.mark.parametrize("visit", SIZES, indirect=True)
def test_an_error_stands_under_its_field_and_saving_stays_on_the_page(admin, demo_site):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/add/")
    page.fill("#id_name", "Warbler")
    page.fill("#id_slug", f"warbler-{page.viewport_size['width']}")
    page.fill("#id_system_prompt", "You sell lamps.")
    page.fill("#id_accent", "#aa3355")
    page.fill("#id_temperature", "1")
    page.evaluate("document.querySelector('#id_max_tokens').removeAttribute('min')")
    page.fill("#id_max_tokens", "1")
    page.get_by_role("button", name="Save", exact=True).click()

    error = page.locator("#id_max_tokens_error")
    expect(error).to_be_visible()
    field, told = page.locator("#id_max_tokens").bounding_box(), error.bounding_box()
    assert field["y"] + field["height"] <= told["y"] <= field["y"] + field["height"] + 12
    assert abs(told["x"] - field["x"]) <= 2
    expect(page.locator("#id_max_tokens")).to_have_accessible_description(re.compile("greater than or equal to 16"))
    assert page.evaluate(CUT_RINGS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.fill("#id_max_tokens", "200")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    expect(page.locator("#id_name")).to_have_value("Warbler")
    if page.get_by_text("More to do").is_visible():  # on a phone
        page.get_by_text("More to do").click()
    page.get_by_role("link", name="Voice settings").click()
    expect(page.locator("#voice-group")).to_be_in_viewport()
    more = page.get_by_role("navigation", name="More about this agent")
    more.get_by_role("link", name="Knowledge", exact=True).click()
    page.get_by_role("navigation", name="Pages of Warbler").get_by_role("link", name="Warbler", exact=True).click()
    expect(page.locator("#id_name")).to_have_value("Warbler")
    assert admin.axe() == []


def test_a_new_key_is_copied_and_said_to_be(admin, demo_site):  # noqa: F811
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo_site.url)
    page = admin.page
    page.goto(f"{demo_site.url}/admin/access/apikey/add/")
    page.fill("#id_name", "CRM")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Copy the key").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    key = page.get_by_label("Key", exact=True).input_value()
    assert key.startswith("sak_")
    assert page.evaluate("navigator.clipboard.readText()") == key


def test_where_the_browser_keeps_its_clipboard_the_key_is_still_copied(admin, demo_site):  # noqa: F811
    page = admin.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{demo_site.url}/admin/access/apikey/add/")
    page.fill("#id_name", "CRM")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Copy the key").click()

    expect(page.get_by_role("status")).to_have_text("Copied")
    page.goto(f"{demo_site.url}/admin/access/apikey/?q=")
    page.locator("#searchbar").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#searchbar")).to_have_value(re.compile("^sak_"))
