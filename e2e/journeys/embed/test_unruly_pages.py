"""Pages that move, enlarge or cover what stands on them: the button and the chat stay in the window, and above."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.conftest import SETTINGS

pytestmark = pytest.mark.browser
LONG = "<h1>Lamps</h1>" + "<p>A lamp of brass.</p>" * 200
# What a page does to its own root, which counts for all that stands in it.
ROOTS = {
    "moved": "html { transform: translateZ(0) }",
    "announced": "html { will-change: transform }",
    "in perspective": "html { perspective: 500px }",
    "contained": "html { contain: paint }",
    "enlarged": "html { zoom: 1.5 }",
    "made small": "html { zoom: 0.6 }",
    "faint": "html { opacity: 0.4; filter: blur(4px) }",
}
COVER = """() => {
  const cover = document.createElement("div")
  cover.style = "position: fixed; inset: 0; z-index: 2147483647; background: #fffc"
  document.documentElement.append(cover)
}"""
IS_ABOVE = """one => {
  const box = one.getBoundingClientRect()
  const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
  return found?.shadowRoot?.contains(one) ?? false
}"""

IS_IN_FRAME = """one => {
  const box = one.getBoundingClientRect()
  return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth
}"""


def is_in_window(shop, found) -> bool:
    box, window = found.bounding_box(), shop.page.viewport_size
    is_down = box["y"] >= 0 and box["y"] + box["height"] <= window["height"]
    return is_down and box["x"] >= 0 and box["x"] + box["width"] <= window["width"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("style", ROOTS.values(), ids=ROOTS)
def test_button_and_chat_stand_in_the_window(shop, style, width):
    shop.page.set_viewport_size({"width": width, "height": 700})
    shop.open(f"<style>{style}</style>{LONG}")
    assert is_in_window(shop, shop.launcher)

    shop.page.evaluate("Salesagent('open')")
    shop.chat.locator("#panel[data-started]").wait_for()

    assert is_in_window(shop, shop.page.locator("iframe"))
    assert shop.chat.locator("[data-action=minimise]").evaluate(IS_IN_FRAME)
    shop.chat.locator("[data-action=minimise]").press(
        "Enter"
    )  # where a pointer would be is not told in a page with zoom
    expect(shop.page.locator("iframe")).to_be_hidden()


def test_nothing_that_the_page_adds_later_lies_above_it(shop):
    shop.site.shell(SETTINGS.format(values={"greeting": "Looking for a lamp?", "greet_after_s": 0}))
    shop.open(LONG)
    shop.page.locator(".greet").wait_for()

    shop.page.evaluate(COVER)

    assert shop.launcher.evaluate(IS_ABOVE)
    assert shop.page.locator(".greet button").first.evaluate(IS_ABOVE)
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()
    assert shop.page.locator("iframe").evaluate(IS_ABOVE)


def test_it_is_above_again_on_a_page_that_was_drawn_anew(shop):
    shop.open(LONG)
    shop.page.evaluate("document.documentElement.replaceChildren(document.head, document.createElement('body'))")
    expect(shop.launcher).to_be_visible()

    shop.page.evaluate(COVER)

    assert shop.launcher.evaluate(IS_ABOVE)
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()


def test_a_question_that_the_page_asks_first_is_answered_first(shop):
    """What is modal on the page, a notice on cookies for one, lies above the chat, which waits."""
    shop.open(f"{LONG}<dialog><button>Agree</button></dialog>")

    shop.page.evaluate("document.querySelector('dialog').showModal()")
    shop.page.get_by_role("button", name="Agree").click()
    shop.page.evaluate("document.querySelector('dialog').close()")

    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()
