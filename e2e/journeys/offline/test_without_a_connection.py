"""The chat opens without a connection for who has been there before, and what is written then is sent once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.offline.conftest import next_version
from fakes.scripts import Script

pytestmark = pytest.mark.browser
ANSWER = ".message--assistant[data-status=complete]"
SHELL = "#panel[data-offline][data-started]"
IS_KEPT = "async () => Boolean(await caches.match('/chat/ada/offline/'))"
CACHES = "async () => (await caches.keys()).sort()"
VERSION = "getComputedStyle(document.body).getPropertyValue('--version')"
KEPT = """async () => {
  const all = []
  for (const name of await caches.keys()) {
    for (const {url} of await (await caches.open(name)).keys()) all.push(new URL(url).pathname)
  }
  return all
}"""
WAITS = "async () => Boolean((await navigator.serviceWorker.getRegistration('/chat/')).waiting)"
IS_SETTLED = "async () => !(await navigator.serviceWorker.getRegistration('/chat/')).waiting"
IS_GONE = "async () => !(await navigator.serviceWorker.getRegistrations()).length && !(await caches.keys()).length"
MESSAGES = (
    "from conversations.models import Message; print(*Message.objects.filter(role='user').values_list('content'))"
)


def until(page, claim):
    """Playwright's own wait takes a promise for its fulfilment."""
    look = f"async () => {{ while (!await ({claim})()) await new Promise(done => setTimeout(done, 50)) }}"
    page.evaluate(look)


@pytest.fixture
def page(visit, kept_site, upstream):
    """A visitor who has asked one thing, and whose browser has kept what it is to keep."""
    upstream.then(Script(text="We sell lamps."))
    visit.page.goto(f"{kept_site.url}/chat/ada/")
    visit.ask("What do you sell?")
    expect(visit.page.locator(ANSWER)).to_contain_text("We sell lamps.")
    until(visit.page, IS_KEPT)
    return visit.page


def test_what_is_written_without_a_connection_goes_out_once(page, visit, kept_site, upstream):
    kept_site.stop()
    page.reload()
    page.locator(SHELL).wait_for()
    expect(page.get_by_text("There is no connection at the moment.")).to_be_visible()
    expect(page.locator(".chat-page")).to_have_css("display", "grid")  # it has its style

    visit.ask("What do they cost?")

    expect(page.locator(".message--user .message__mark")).to_have_text("Waiting for connection")
    upstream.then(Script(text="They cost 40 dollars."))
    kept_site.start()
    expect(page.locator(ANSWER).last).to_contain_text("40 dollars")
    expect(page.locator(".message--user")).to_have_count(2)
    assert kept_site.shell(MESSAGES).count("What do they cost?") == 1


def test_a_new_conversation_begins_without_a_connection(page, visit, kept_site, upstream):
    kept_site.stop()
    page.goto(f"{kept_site.url}/chat/ada/")
    page.locator(SHELL).wait_for()
    visit.ask("Do you deliver?")
    page.reload()
    expect(page.locator(".message--user")).to_contain_text("Do you deliver?")

    upstream.then(Script(text="We do."))
    kept_site.start()

    expect(page.locator(ANSWER)).to_contain_text("We do.")
    assert kept_site.shell(MESSAGES).count("Do you deliver?") == 1


def test_a_draft_survives_the_way_back(page, kept_site):
    kept_site.stop()
    page.reload()
    page.locator(SHELL).wait_for()
    page.locator("#message").press_sequentially("And the")

    kept_site.start()

    page.locator("#panel:not([data-offline])[data-started]").wait_for()
    expect(page.locator("#message")).to_have_value("And the")


def test_nothing_of_a_visitor_is_kept(page):
    kept = page.evaluate(KEPT)

    assert "/chat/ada/offline/" in kept
    assert [
        path for path in kept if not path.startswith(("/static/", "/chat/ada/offline/", "/chat/ada/theme.css"))
    ] == []
    shell = page.evaluate("async () => (await caches.match('/chat/ada/offline/')).text()")
    assert "What do you sell?" not in shell
    assert page.url.rstrip("/").rsplit("/", 1)[-1] not in shell


def test_a_new_version_takes_the_place_of_the_old_one_whole(page, visit, kept_site, tmp_path):
    before = page.evaluate(CACHES)
    next_version(kept_site, tmp_path)

    other = visit.context.new_page()
    other.goto(f"{kept_site.url}/chat/ada/")
    until(other, WAITS)

    assert other.evaluate(VERSION) == "2"  # a new page by the old worker
    page.locator("#session-delete").click()  # an old page, for which this is still to be loaded
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    page.close()
    other.close()
    last = visit.context.new_page()
    last.goto(kept_site.url)  # beside the chat's pages, of which none is open
    until(last, IS_SETTLED)
    last.goto(f"{kept_site.url}/chat/ada/")
    until(last, IS_KEPT)
    after = last.evaluate(CACHES)
    assert len(after) == len(before) == 1
    assert after != before
    kept_site.stop()
    last.reload()
    last.locator(SHELL).wait_for()
    assert last.evaluate(VERSION) == "2"


def test_switched_off_it_goes_from_browsers_that_have_it(page, kept_site):
    kept_site.stop()
    kept_site.environment["SERVICE_WORKER"] = "off"
    kept_site.start()

    page.goto(f"{kept_site.url}/chat/ada/")

    until(page, IS_GONE)
    page.reload()
    page.locator("#panel[data-started]").wait_for()
    until(page, IS_GONE)
