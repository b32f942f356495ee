"""The form of an agent shows a section at a time, and nothing that was written or is wrong is out of sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin  # noqa: F401 a fixture

pytestmark = pytest.mark.browser
SPOKEN = "#id_voice-0-spoken_greeting"


@pytest.fixture
def form(admin, demo_site):  # noqa: F811
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Wren", exact=True).first.click()
    expect(page.locator("#id_system_prompt")).to_be_visible()
    return page


def section(page, name):
    return page.get_by_role("navigation", name="Sections of this form").get_by_role("link", name=name)


def test_one_section_is_shown_and_the_way_back_leads_to_the_one_before(form):
    section(form, "Voice").click()

    expect(form.locator(SPOKEN)).to_be_visible()
    expect(form.locator("#id_system_prompt")).to_be_hidden()
    expect(section(form, "Voice")).to_have_attribute("aria-current", "true")

    form.go_back()
    expect(form.locator("#id_system_prompt")).to_be_visible()


def test_the_settings_of_an_agent_are_titled_once_and_their_labels_take_one_line(form):
    section(form, "Questions and leads").click()
    label = form.locator("label", has_text="Country of telephone numbers").first

    expect(form.get_by_role("heading", name="Lead settings")).to_have_count(1)
    expect(form.get_by_role("heading", name="People who drink coffee")).to_be_visible()  # one of several
    assert label.evaluate("label => label.offsetHeight < 2 * parseFloat(getComputedStyle(label).lineHeight)")


def test_what_was_written_in_two_sections_is_saved_and_the_section_stays(form):
    section(form, "Welcome and look").click()
    greeting = form.locator("#id_greeting")
    greeting.fill("Hello from two sections.")
    section(form, "Voice").click()
    form.locator(SPOKEN).fill("Hello, spoken.")

    form.get_by_role("button", name="Save", exact=True).click()

    expect(form.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(form.locator(SPOKEN)).to_be_visible()
    expect(form.locator(SPOKEN)).to_have_value("Hello, spoken.")
    section(form, "Welcome and look").click()
    expect(greeting).to_have_value("Hello from two sections.")


def test_a_section_with_an_error_is_opened_and_named(form):
    section(form, "People").click()
    form.evaluate("document.querySelector('#id_max_tokens').value = '1'")

    form.get_by_role("button", name="Save", exact=True).click()

    expect(form.locator("#id_max_tokens_error")).to_be_visible()
    expect(section(form, "Agent and prompt")).to_contain_text("to correct")


@pytest.mark.parametrize("address", ["#voice-group", "#handover_settings-group", "#questions-group"])
def test_an_address_of_something_within_a_section_opens_it(form, address):
    form.goto(form.url.split("#")[0] + address)

    expect(form.locator(address)).to_be_in_viewport()


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_phone_the_shown_section_is_in_view_and_nothing_overflows(form):
    section(form, "Other web sites").click()

    expect(section(form, "Other web sites")).to_be_in_viewport()
    assert form.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_on_a_phone_one_row_leads_on_and_the_form_begins_on_the_first_screen(form):
    assert form.evaluate("scrollY") == 0
    expect(form.locator("#id_name")).to_be_in_viewport()
    expect(form.locator("div.breadcrumbs")).to_be_hidden()
    places = form.get_by_role("navigation", name="Pages of Wren").get_by_role("link")
    assert len({place.bounding_box()["y"] for place in places.all()}) == 1
    expect(form.get_by_role("button", name="Duplicate")).to_be_hidden()

    form.get_by_text("More to do").press("Enter")
    expect(form.get_by_role("button", name="Duplicate")).to_be_visible()
    expect(form.get_by_role("navigation", name="More about this agent")).to_be_visible()
    assert form.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_desk_what_can_be_done_is_unfolded_and_reached_by_keyboard(form):
    expect(form.get_by_role("button", name="Duplicate")).to_be_visible()
    expect(form.get_by_text("More to do")).to_be_hidden()
    form.locator(".object-tools a").first.focus()
    form.keyboard.press("Tab")
    expect(form.get_by_role("button", name="Duplicate")).to_be_focused()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_every_section_stands_below_the_other(form):
    expect(form.locator("#id_system_prompt")).to_be_visible()
    expect(form.locator(SPOKEN)).to_be_visible()
