"""Hosts that draw their pages anew, change addresses without loading, stand in frames themselves, or are printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.conftest import LIST
from fakes.scripts import Script

pytestmark = pytest.mark.browser
ANSWER = ".message--assistant[data-status=complete]"
LAMPS = "document.title = 'All lamps'; history.pushState(null, '', '/lamps/red')"
# How frameworks draw a page: React and Vue fill the body again, Turbo and htmx's hx-boost put another one in its place,
# and what renders the whole document takes out whatever it does not know.
REDRAWS = {
    "its content": "document.body.replaceChildren(document.createElement('main'))",
    "the body": "document.body = document.createElement('body')",
    "the document": "document.documentElement.replaceChildren(document.head, document.createElement('body'))",
}


def open_chat(shop):
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()


@pytest.mark.parametrize("redraw", REDRAWS.values(), ids=REDRAWS)
def test_the_chat_outlives_a_page_that_is_drawn_anew(shop, upstream, redraw):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    shop.open()
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")

    shop.page.evaluate(redraw)

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.ask("What do they cost?")
    expect(shop.chat.locator(ANSWER).last).to_contain_text("40 dollars")
    shop.chat.locator("[data-action=minimise]").click()
    expect(shop.launcher).to_be_visible()


def test_an_htmx_of_the_shop_may_swap_the_body(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.host.page("/two", "<h1>Two</h1>")
    script = f'<script src="{shop.site.url}/static/django_htmx/htmx-2.min.js"></script>'
    shop.open(f'{script}<div hx-boost="true"><a href="/two">Two</a></div>')
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.page.evaluate("window.isStill = true")

    shop.page.get_by_role("link", name="Two").click()

    expect(shop.page.get_by_role("heading", name="Two")).to_be_visible()
    assert shop.page.evaluate("isStill")  # it was swapped, not loaded
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    expect(shop.chat.locator("#panel")).to_have_attribute("data-page", f"{shop.host.url}/two")


def test_the_first_message_tells_of_the_page_that_the_visitor_went_on_to(shop, upstream):
    upstream.then(Script(text="In red."))
    shop.open(path="/about")
    open_chat(shop)
    shop.chat.locator("#message").focus()

    shop.page.evaluate(LAMPS)  # a script of the page, while the frame has the focus

    expect(shop.chat.locator("#panel")).to_have_attribute("data-page", f"{shop.host.url}/lamps/red")
    shop.ask("In which colours?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("In red.")
    touch = shop.first_touch()
    assert f"'{shop.host.url}/lamps/red'" in touch
    assert "'page_title': 'All lamps'" in touch


def test_a_greeting_follows_the_path_of_a_page_that_is_not_loaded_anew(shop):
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0, greet_on="/lamps*")
    greeting = shop.page.locator(".greet")
    shop.open(path="/about")
    expect(greeting).to_have_count(0)

    shop.page.evaluate(LAMPS)
    expect(greeting).to_contain_text("Looking for a lamp?")
    shop.page.evaluate("history.pushState(null, '', '/about')")

    expect(greeting).to_have_count(0)


@pytest.mark.parametrize("lists_both", [True, False], ids=["both are listed", "the outer one is not"])
def test_a_shop_in_a_frame_needs_the_site_around_it_to_be_listed(shop, lists_both):
    outer = f"http://127.0.0.1:{shop.host.port}"
    shop.site.shell(LIST.format(hosts=[shop.host.url, *([outer] if lists_both else [])]))
    inner = shop.host.page("/inner", f"<h1>Lamps</h1>{shop.line}")
    shop.host.page("/outer", f'<iframe src="{inner}" width="900" height="700"></iframe>')
    shop.page.goto(f"{outer}/outer")
    page = shop.page.frame_locator("iframe")
    launcher = page.locator(".launch")

    launcher.click()

    if lists_both:
        page.frame_locator("iframe").locator("#panel[data-started]").wait_for()
        expect(launcher).to_be_hidden()
    else:
        expect(page.locator("iframe")).to_be_visible()  # with the browser's own words
        launcher.click()  # which can be closed
        expect(page.locator("iframe")).to_be_hidden()
    shop.visit.complaints.clear()  # the browser's own words about the frame it refused


def test_neither_button_nor_chat_is_printed(shop):
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0)
    shop.open()
    shop.page.locator(".greet").wait_for()
    shop.page.emulate_media(media="print")
    expect(shop.launcher).to_be_hidden()
    expect(shop.page.locator(".greet")).to_be_hidden()
    shop.page.emulate_media(media="screen")

    open_chat(shop)
    shop.page.emulate_media(media="print")

    expect(shop.page.locator("iframe")).to_be_hidden()
    expect(shop.page.get_by_role("heading", name="Lamps")).to_be_visible()


def test_at_twice_the_size_all_of_it_can_be_reached(shop, upstream):
    upstream.then(Script(text="We sell lamps of brass and of glass. " * 20))
    shop.page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200 %
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0, launcher_text="Ask us anything you like")
    shop.open()
    for one in (shop.launcher, shop.page.locator(".greet")):
        box = one.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 640
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps")

    frame = shop.page.locator("iframe").bounding_box()
    assert frame["y"] >= 0
    assert frame["y"] + frame["height"] <= 400
    for selector in ("#message", ".composer__send", "[data-action=minimise]"):
        box = shop.chat.locator(selector).bounding_box()
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert shop.chat.locator("#log").bounding_box()["height"] >= 60  # some lines to read in, and it scrolls


def test_whoever_wants_no_motion_sees_none(shop, upstream):
    upstream.then(Script(tokens=("We sell ", "lamps."), hold_after_tokens=1))
    shop.page.emulate_media(reduced_motion="reduce")
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0)
    shop.open()
    shop.page.locator(".greet").wait_for()
    longest = """() => Math.max(0, ...[document, ...document.querySelectorAll('*')]
      .flatMap((one) => [...(one.getAnimations?.({subtree: true}) ?? []), ...(one.shadowRoot?.getAnimations() ?? [])])
      .map((one) => one.effect.getComputedTiming().activeDuration))"""
    assert shop.page.evaluate(longest) == 0
    open_chat(shop)

    shop.ask("What do you sell?")
    expect(shop.chat.locator(".message--assistant .prose")).to_contain_text("We sell")

    assert shop.page.evaluate(longest) == 0
    assert shop.frame().evaluate(longest) <= 1  # ms: what ends at once only tells scripts that it did
    upstream.go_on()
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
