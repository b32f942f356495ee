"""The landing page's one conversation: where it stands, and what leads to it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOW = {"viewport": {"width": 640, "height": 400}}  # a laptop's window at 200 %


def stands_in_the_hero(page):
    return page.locator("#panel:not(.is-floating)")


@pytest.mark.parametrize("visit", [{}, PHONE, LOW], indirect=True, ids=["desktop", "phone", "low"])
def test_the_first_click_on_ask_leaves_a_visible_conversation_where_it_is(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    page.locator("#panel").evaluate("panel => panel.scrollIntoView({block: 'center'})")

    page.locator(".site-header__action").click()

    expect(page.get_by_role("textbox")).to_be_focused()
    expect(stands_in_the_hero(page)).to_have_count(1)
    expect(page.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    expect(page.locator("#chat-away")).to_be_hidden()


def test_ask_brings_the_conversation_along_where_it_is_out_of_view(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    page.locator(".site-footer").scroll_into_view_if_needed()

    page.locator(".site-header__action").click()

    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()


@pytest.mark.parametrize("visit", [{}, PHONE], indirect=True, ids=["desktop", "phone"])
def test_the_launcher_is_there_only_while_no_conversation_is_on_the_screen(visit, demo_site):
    page = visit.page
    launcher = page.locator("#launcher-button")
    page.goto(demo_site.url)
    expect(page.locator("#launcher.is-watching")).to_have_count(1)
    page.locator("#panel").scroll_into_view_if_needed()
    expect(launcher).to_be_hidden()

    page.locator(".site-footer").scroll_into_view_if_needed()
    expect(launcher).to_be_visible()
    launcher.click()

    expect(page.get_by_role("dialog")).to_be_visible()
    expect(launcher).to_be_hidden()


@pytest.mark.parametrize("visit", [{}, PHONE, LOW], indirect=True, ids=["desktop", "phone", "low"])
def test_the_launcher_lies_over_no_button_that_leads_to_the_conversation(visit, demo_site):
    page = visit.page
    launcher = page.locator("#launcher-button")
    page.goto(demo_site.url)
    expect(page.locator("#launcher.is-watching")).to_have_count(1)
    expect(page.locator("main a[data-focus-chat]")).to_be_in_viewport()
    expect(launcher).to_be_hidden()

    page.locator(".site-footer").scroll_into_view_if_needed()
    expect(launcher).to_be_visible()
    launcher.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")


def test_minimised_where_its_place_is_in_view_the_conversation_keeps_the_focus(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    page.locator(".site-footer").scroll_into_view_if_needed()
    page.locator("#launcher-button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")

    page.get_by_role("button", name="Minimise the conversation").click()

    expect(stands_in_the_hero(page)).to_have_count(1)
    expect(page.get_by_role("textbox")).to_be_focused()
    expect(page.locator("#launcher-button")).to_be_hidden()


@pytest.mark.parametrize("path", ["/", "/chat/"])
@pytest.mark.parametrize("visit", [LOW], indirect=True)
def test_a_first_visit_in_a_low_window_begins_at_the_greeting(visit, demo_site, path):
    page = visit.page
    page.goto(demo_site.url + path)
    page.evaluate("document.documentElement.style.fontSize = '130%'")  # so that the greeting needs more than there is
    page.locator("#panel").dispatch_event("pointerenter")
    expect(page.locator("#panel[data-started]")).to_have_count(1)
    visit.at_rest()
    page.set_viewport_size({"width": 640, "height": 380})  # what grows or shrinks does not lead away either
    visit.at_rest()

    log = page.locator("#log")
    assert log.evaluate("log => log.scrollHeight > log.clientHeight")
    assert log.evaluate("log => log.scrollTop") == 0
    expect(page.locator("#jump")).to_be_hidden()


def test_selecting_all_takes_no_hidden_text_along(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    visit.ask("hello there")
    visit.finished()

    page.locator("#log").evaluate("log => getSelection().selectAllChildren(log)")
    copied = page.evaluate("getSelection().toString()")

    assert "hello there" in copied
    assert "You:" not in copied
    assert "Answer:" not in copied
