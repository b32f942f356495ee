"""A company pastes one line into its own site, and has its agent there: across two origins, in a real browser."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser
MAX_OPEN_BYTES = 40_000  # what docs/embedding.md promises
ANSWER = ".message--assistant[data-status=complete]"
# What a browser does to frames whose storage it blocks: https://privacycg.github.io/storage-access/
NO_STORAGE = """
const denied = () => new DOMException("The request was denied.", "SecurityError");
navigator.locks.request = async () => { throw denied() };
indexedDB.open = () => { throw denied() };
for (const storage of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, storage, { get() { throw denied() } });
}
"""
MANY_MESSAGES = """
from conversations.models import Message, Session
session = Session.objects.latest("created_at")
Message.objects.bulk_create(
    Message(session=session, seq=2 + number, role="user", content=f"text {number}") for number in range(1, 61)
)
Session.objects.update(last_seq=62)
"""
BRAND = """
from agents.models import Brand
Brand.objects.filter(agent__slug="ada").update(legal_url="https://shop.example/imprint", shows_powered_by=False,
    custom_css=".panel__name { letter-spacing: 9px } body { display: none }")
"""
STATE = "() => [document.cookie, localStorage.length, sessionStorage.length].join()"


def test_before_it_is_opened_it_keeps_nothing_and_asks_for_nothing(shop):
    asked = []
    shop.page.on("request", lambda request: asked.append(request.url))
    shop.open()

    assert [url for url in asked if not url.startswith(shop.host.url)] == [f"{shop.site.url}/embed.js"]
    assert shop.page.evaluate(STATE) == ",0,0"
    assert shop.visit.context.cookies() == []
    expect(shop.launcher).to_have_css("background-color", "rgb(170, 34, 0)")


def test_the_open_chat_is_small(demo_shop):
    """Before the first message, and no pointer on it; each file is compressed by itself."""
    shop, came = demo_shop, []
    shop.page.on("response", lambda response: came.append(response))
    shop.open()
    shop.launcher.press("Enter")
    shop.chat.locator("#panel[data-started]").wait_for()
    shop.page.wait_for_load_state("networkidle")

    ours = [response for response in came if response.url.startswith(shop.site.url)]
    assert sum(len(gzip.compress(response.body(), 9)) for response in ours) < MAX_OPEN_BYTES


def test_what_came_with_the_first_need_works_at_the_first_click(shop, upstream):
    """A click of a program comes without a pointer before it: nothing has been loaded for it yet."""
    upstream.then(Script(text="print(1)"))
    shop.site.shell("from voice.models import AgentVoice; AgentVoice.objects.all().delete()")
    shop.open()
    shop.launcher.press("Enter")
    shop.chat.locator("#panel[data-started]").wait_for()
    assert shop.chat.locator("#panel").get_attribute("data-voice-started") is None

    shop.chat.locator("#live-start").dispatch_event("click")

    shop.chat.locator("#panel[data-voice-started]").wait_for()
    shop.chat.locator("#live-end").dispatch_event("click")
    shop.ask("How?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("print(1)")
    shop.chat.locator("[data-action=copy]").last.dispatch_event("click")
    expect(shop.chat.locator("#notices")).to_have_text(re.compile("Cop(ied|ying)"))


def test_earlier_messages_are_there_for_who_asks(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.site.shell(MANY_MESSAGES)

    shop.page.reload()
    shop.chat.get_by_role("button", name="Load earlier messages").click()

    expect(shop.chat.get_by_text("What do you sell?")).to_have_count(1)


def test_a_visitor_asks_on_the_shop_and_goes_on_after_a_reload(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    shop.open(path="/lamps")
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    touch = shop.site.shell(
        "from conversations.models import Session; print(Session.objects.latest('created_at').first_touch)"
    )
    assert f"{shop.host.url}/lamps" in touch

    shop.page.reload()

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")  # it was open, so it is again
    shop.ask("What do they cost?")
    expect(shop.chat.locator(ANSWER).last).to_contain_text("40 dollars")
    expect(shop.chat.locator(".message--user")).to_have_count(2)


def test_where_the_cookie_is_blocked_the_kept_token_does(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.visit.context.clear_cookies()

    shop.page.reload()

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.visit.context.clear_cookies()
    shop.ask("What do they cost?")
    expect(shop.chat.locator(ANSWER).last).to_contain_text("40 dollars")


def test_where_the_browser_gives_a_frame_no_storage_and_no_locks(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.visit.context.add_init_script(NO_STORAGE)
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")

    shop.page.reload()
    shop.launcher.click()

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")  # by the partitioned cookie


def test_escape_and_the_button_close_it_and_the_count_tells_what_came(shop, upstream):
    upstream.then(Script(tokens=("We sell ", "lamps."), hold_after_tokens=1))
    shop.open()
    shop.launcher.focus()
    shop.page.keyboard.press("Enter")
    expect(shop.chat.locator("#message")).to_be_focused()
    shop.page.evaluate("window.heard = []; Salesagent('on', 'unread', (number) => heard.push(number))")
    shop.ask("What do you sell?")
    expect(shop.chat.locator(".message--assistant")).to_contain_text("We sell")
    shop.page.keyboard.press("Escape")
    expect(shop.launcher).to_be_focused()
    expect(shop.page.locator("iframe")).to_be_hidden()

    upstream.go_on()

    expect(shop.page.locator(".count")).to_have_text("1")
    expect(shop.launcher).to_have_attribute("aria-label", "1 new message")
    shop.launcher.click()
    expect(shop.page.locator(".count")).to_be_hidden()
    expect(shop.launcher).to_have_attribute("aria-label", "Open the chat with Ada")
    assert shop.page.evaluate("heard") == [1, 0]
    shop.chat.locator("[data-action=minimise]").click()
    expect(shop.launcher).to_be_focused()


def test_the_shop_s_scripts_call_it_before_it_came_and_hear_what_happens(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    stub = """<script>
      window.Salesagent = window.Salesagent || function () { (Salesagent.q = Salesagent.q || []).push(arguments) }
      window.heard = []
      for (const name of ["ready", "open", "close", "message"]) {
        Salesagent("on", name, (detail) => heard.push([name, detail?.role]))
      }
      Salesagent("identify", {id: "user-7", plan: "pro"})
      Salesagent("send", "What do you sell?")
    </script>"""
    shop.open(stub)

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.page.evaluate("Salesagent('close')")
    shop.page.wait_for_function("heard.some(([name]) => name === 'close')")
    heard = shop.page.evaluate("heard.map(String)")
    assert heard == ["open,", "ready,", "message,user", "message,assistant", "close,"]
    touch = shop.site.shell(
        "from conversations.models import Session; print(Session.objects.latest('created_at').first_touch)"
    )
    assert "'plan': 'pro'" in touch
    assert "'is_verified': False" in touch


def test_a_line_that_stands_there_twice_is_one_chat(shop):
    shop.open(f"<h1>Lamps</h1>{shop.line}")

    shop.launcher.first.click()

    shop.chat.locator("#panel[data-started]").wait_for()
    expect(shop.launcher).to_have_count(1)


def test_the_brand_is_worn_in_the_frame_and_kept_in_it(shop):
    shop.site.shell(BRAND)
    shop.open()
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()

    expect(shop.chat.locator("#panel-name")).to_have_css("letter-spacing", "9px")
    expect(shop.chat.locator("body")).not_to_have_css("display", "none")
    expect(shop.chat.get_by_role("link", name="Imprint")).to_have_attribute("href", "https://shop.example/imprint")
    expect(shop.chat.locator(".panel__powered")).to_have_count(0)


def test_a_site_that_is_not_listed_shows_no_chat(shop):
    shop.site.shell("from agents.models import Agent; Agent.objects.update(hosts=['https://other.example'])")
    shop.open()

    shop.launcher.click()

    expect(shop.launcher).to_have_count(0)
    refused = shop.site.shell("from embed.models import RefusedHost; print(*RefusedHost.objects.values_list('host'))")
    assert shop.host.url in refused


def test_the_browser_itself_refuses_a_site_that_lies_about_its_name(shop):
    shop.site.shell("from agents.models import Agent; Agent.objects.update(hosts=['https://other.example'])")
    lie = f'<iframe src="{shop.site.url}/embed/ada/?host=https://other.example"></iframe>'

    shop.page.goto(shop.host.page("/lie", lie))

    assert [frame.url for frame in shop.page.frames[1:]] == ["chrome-error://chromewebdata/"]


STRICT = (
    "default-src 'none'; script-src {site}; frame-src {site}; require-trusted-types-for 'script'; trusted-types 'none'"
)
WATCH_SHIFTS = """<script>
  window.moved = 0
  const add = (list) => list.getEntries().forEach((entry) => { moved += entry.value })
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true})
</script><p>Lamps</p>"""
HOSTILE = """<style>
  * {display: none !important; font-size: 80px !important; opacity: 0 !important; transform: scale(3) !important}
  html, body {display: block !important; opacity: 1 !important; transform: none !important}
  div {position: static !important; z-index: 0 !important; visibility: hidden !important}
</style>
<script>window.htmx = {version: 1}; window.React = {}; Array.prototype.extra = 1; Object.prototype.more = 1</script>"""


def test_a_strict_policy_needs_two_sources_only(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.open(Content_Security_Policy=STRICT.format(site=shop.site.url))

    shop.launcher.click()
    shop.ask("What do you sell?")

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    expect(shop.launcher).to_be_hidden()
    assert shop.visit.complaints == []


def test_a_hostile_sheet_and_other_libraries_change_nothing(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.open(HOSTILE)
    box = shop.launcher.bounding_box()
    assert (round(box["width"]), round(box["height"])) == (56, 56)

    shop.launcher.click()
    shop.ask("What do you sell?")

    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")


def test_a_greeting_comes_once_and_never_over_a_decision(shop):
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0, greet_on="/lamps*")
    greeting = shop.page.locator(".greet")
    shop.open(path="/about")
    shop.open(path="/lamps/red")
    expect(greeting).to_contain_text("Looking for a lamp?")
    shop.page.get_by_role("button", name="Do not show this again").click()
    expect(greeting).to_have_count(0)

    shop.page.reload()
    shop.launcher.wait_for()
    shop.page.evaluate("new Promise((done) => setTimeout(done))")  # after the greeting's own, which was set before

    expect(greeting).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_on_every_screen_and_moves_nothing(shop, width):
    shop.page.set_viewport_size({"width": width, "height": 700})
    shop.open(WATCH_SHIFTS)
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()

    box = shop.page.locator("iframe").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert (box["width"] == width) is (width < 480)
    assert shop.chat.locator("html").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert shop.page.evaluate("moved") == 0
    shop.chat.locator("[data-action=minimise]").click()
    expect(shop.launcher).to_be_visible()


def test_a_conversation_is_deleted_and_a_new_one_begun_in_the_frame(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="Hello again."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.visit.context.clear_cookies()

    shop.chat.locator("#session-delete").click()
    shop.chat.get_by_role("button", name="Delete", exact=True).click()

    expect(shop.chat.locator(".message")).to_have_count(0)
    shop.ask("Hello?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("Hello again.")
    asked = shop.site.shell("from conversations.models import Message; print(*Message.objects.values_list('content'))")
    assert "Hello?" in asked
    assert "What do you sell?" not in asked


def test_the_launcher_and_the_open_chat_have_no_barriers(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0, launcher_text="Ask us")
    shop.open("<main><h1>Lamps</h1></main>")
    shop.page.locator(".greet").wait_for()
    assert shop.visit.axe_light_and_dark() == []

    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")

    assert shop.visit.axe_light_and_dark() == []
