"""Staff see the chat beside the form of its agent, with what they have not saved yet."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_form_sections import section
from e2e.journeys.staff.test_staff import admin  # noqa: F401 a fixture

pytestmark = pytest.mark.browser
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
LOGO = {"name": "logo.png", "mimeType": "image/png", "buffer": PIXEL}
MAKE = """
from agents.models import Agent
looks = {"name": "Looks", "greeting": "Hello.", "is_active": False}
agent, made = Agent.objects.get_or_create(slug="looks", defaults=looks)
agent.publish("You sell lamps.")
print(agent.pk)
"""
SIZES = [
    {"viewport": {"width": 1280, "height": 900}},
    {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
]


@pytest.fixture
def form(admin, demo_site):  # noqa: F811
    """The form of an agent that is off, with its preview."""
    admin.page.goto(f"{demo_site.url}/admin/agents/agent/{demo_site.shell(MAKE).split()[-1]}/change/")
    section(admin.page, "Welcome and look").click()
    expect(admin.page.frame_locator("#look-preview iframe").locator("#panel-name")).to_be_visible()
    return admin


@pytest.mark.parametrize("visit", SIZES, indirect=True, ids=["desktop", "phone"])
def test_what_is_not_saved_is_seen_at_once(form):
    page, chat = form.page, form.page.frame_locator("#look-preview iframe")
    root, send = chat.locator(":root"), chat.locator(".composer__send")

    section(page, "Agent and prompt").click()
    page.fill("#id_name", "Wren")
    section(page, "Welcome and look").click()
    page.fill("#id_brand-0-company", "Tarnfield")
    page.fill("#id_greeting", "Good day.\n\nAsk me.")
    page.fill("#id_starter_questions", "What is new?\nWhat is it?")
    page.fill("#id_accent", "#ffe100")
    page.fill("#id_brand-0-accent_dark", "#00aa88")
    page.select_option("#id_brand-0-radius", "none")
    page.fill("#id_brand-0-custom_css", ".greeting { letter-spacing: 3px } body { display: none }")
    page.set_input_files("#id_brand-0-logo", LOGO)

    expect(chat.locator("#panel-name")).to_have_text("Wren")
    expect(chat.locator("#message")).to_have_attribute("placeholder", "Ask Wren a question")
    expect(chat.locator(".greeting p")).to_have_text(["Good day.", "Ask me."])
    expect(chat.locator(".greeting")).to_have_css("letter-spacing", "3px")
    expect(chat.locator(".starter")).to_have_text(["What is new?", "What is it?"])
    expect(chat.locator("img.brand__logo")).to_have_attribute("src", re.compile("^data:image/png"))
    expect(chat.locator(".brand__name")).to_have_text("Tarnfield")
    expect(chat.locator("body")).not_to_have_css("display", "none")
    expect(send).to_have_css("background-color", "rgb(255, 225, 0)")
    expect(page.locator("#id_accent_helptext")).to_contain_text("Corrected so that text can be read: text in the light")
    assert root.evaluate("one => getComputedStyle(one).getPropertyValue('--radius-panel')") == "0px"

    page.get_by_role("button", name="Dark").click()
    expect(send).to_have_css("background-color", "rgb(0, 170, 136)")
    page.fill("#id_brand-0-custom_css", "@import '/x.css';")
    expect(page.locator(".look-preview__told")).to_contain_text("cannot be used here")


@pytest.mark.parametrize("visit", SIZES, indirect=True, ids=["desktop", "phone"])
def test_it_is_as_wide_as_a_phone_or_a_window_and_fits_its_place(form):
    page, chat = form.page, form.page.frame_locator("#look-preview iframe")
    side_bar = chat.locator("#sidebar")
    expect(side_bar).to_be_hidden()

    page.get_by_role("button", name="Desktop").click()

    expect(side_bar).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    small = "[...document.querySelectorAll('.look-preview button')].filter(one => one.offsetHeight < 44).length"
    assert page.evaluate(small) == 0
    assert form.axe_light_and_dark() == []


def test_what_is_saved_is_what_was_seen(form, demo_site):
    page = form.page
    page.fill("#id_accent", "#aa1100")
    page.select_option("#id_brand-0-radius", "large")
    page.set_input_files("#id_brand-0-logo", LOGO)
    section(page, "Agent and prompt").click()
    page.check("#id_is_active")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")

    page.goto(f"{demo_site.url}/chat/looks/")

    expect(page.locator(".starter, .avatar--letter").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')") == "#aa1100"
    expect(page.locator(".brand__logo")).to_be_visible()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_scripts_the_form_is_there_and_the_preview_is_not(admin, demo_site):  # noqa: F811
    admin.page.goto(f"{demo_site.url}/admin/agents/agent/{demo_site.shell(MAKE).split()[-1]}/change/")

    expect(admin.page.locator("#id_brand-0-company")).to_be_visible()
    expect(admin.page.locator("#look-preview")).to_be_hidden()
