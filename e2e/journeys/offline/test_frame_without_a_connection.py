"""The same on another web site, for who has written there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.conftest import LIST, Shop
from fakes.scripts import Script
from fakes.websites.host import host

pytestmark = pytest.mark.browser
ANSWER = ".message--assistant[data-status=complete]"
KEPT = """async () => {
  while (!await caches.match('/embed/ada/offline/')) await new Promise(done => setTimeout(done, 50))
}"""
MESSAGES = (
    "from conversations.models import Message; print(*Message.objects.filter(role='user').values_list('content'))"
)


@pytest.fixture
def shop(windows, kept_site) -> Iterator[Shop]:
    with host() as made:
        kept_site.shell(LIST.format(hosts=[made.url]))
        yield Shop(made, kept_site, windows())


def test_what_is_written_in_a_frame_without_a_connection_goes_out_once(shop, kept_site, upstream):
    upstream.then(Script(text="We sell lamps."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    shop.page.frames[1].evaluate(KEPT)
    kept_site.stop()

    shop.page.reload()  # it was open, so it is again
    shop.chat.locator("#panel[data-offline][data-started]").wait_for()
    shop.ask("What do they cost?")
    expect(shop.chat.locator(".message--user .message__mark")).to_have_text("Waiting for connection")
    upstream.then(Script(text="They cost 40 dollars."))
    kept_site.start()

    expect(shop.chat.locator(ANSWER).last).to_contain_text("40 dollars")
    expect(shop.chat.locator(".message--user")).to_have_count(2)
    assert kept_site.shell(MESSAGES).count("What do they cost?") == 1
