"""Pages that stop clicks on their way down, to count them or to keep a window of theirs open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.conftest import SETTINGS

pytestmark = pytest.mark.browser
STOPPED = {
    "at the document": "document.addEventListener('click', event => event.stopPropagation(), true)",
    "at the document, whole": """document.addEventListener('click', event => {
      event.stopImmediatePropagation()
      event.preventDefault()
    }, true)""",
    "at the window, before us": "addEventListener('click', event => event.stopImmediatePropagation(), true)",
    "all of a press": """
    for (const kind of ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'click', 'keydown', 'keyup'])
      addEventListener(kind, event => event.stopImmediatePropagation(), true)""",
}
stopped = pytest.mark.parametrize("script", STOPPED.values(), ids=STOPPED)


@stopped
def test_the_button_opens_and_closes_the_chat_once_a_press(shop, script):
    shop.host.script("/stops.js", script)
    shop.open("<h1>Lamps</h1><script src='/stops.js'></script>")

    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()
    expect(shop.page.locator("iframe")).to_be_visible()
    shop.page.evaluate("Salesagent('close')")
    shop.launcher.press("Enter")

    expect(shop.page.locator("iframe")).to_be_visible()
    expect(shop.launcher).to_have_attribute("aria-expanded", "true")


@stopped
def test_a_greeting_can_be_sent_away(shop, script):
    shop.site.shell(SETTINGS.format(values={"greeting": "Looking for a lamp?", "greet_after_s": 0}))
    shop.host.script("/stops.js", script)
    shop.open("<h1>Lamps</h1><script src='/stops.js'></script>")

    shop.page.get_by_role("button", name="Do not show this again").click()

    expect(shop.page.locator(".greet")).to_have_count(0)
    assert shop.page.locator("iframe").count() == 0
