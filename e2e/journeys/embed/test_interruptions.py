"""What goes on in the frame when tabs are opened, the page is loaded anew, the network goes or the server dies."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.conftest import Shop, listed
from fakes.scripts import Script
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.browser

ANSWER = ".message--assistant[data-status=complete]"
LONG = " ".join(f"word{n}" for n in range(1, 101))


@pytest.fixture
def mortal_shop(windows, shop_host, upstream_server, upstream, tmp_path):
    """The same with a site of its own, to be killed."""
    settings = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path, begun_with=MAKE_AGENT, **settings) as made:
        made.start()
        with listed(shop_host, made):
            yield Shop(shop_host, made, windows())


def questions(shop):
    return shop.chat.locator(".message--user .prose").all_inner_texts()


def words(shop):
    return shop.chat.locator(".message--assistant .prose").inner_text().split()


def test_two_tabs_of_one_visitor_show_one_conversation(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    other = shop.another_tab()
    other.open(path="/lamps")
    other.launcher.click()
    expect(other.chat.locator(ANSWER)).to_contain_text("We sell lamps.")

    other.ask("What do they cost?")

    for tab in (shop, other):
        expect(tab.chat.locator(ANSWER)).to_have_count(2)
        assert questions(tab) == ["What do you sell?", "What do they cost?"]
    assert len(upstream.requests) == 2


def test_what_is_written_offline_is_sent_once_when_the_network_is_back(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="Yes, in brass."), Script(text="Forty dollars."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_have_count(1)
    shop.visit.context.set_offline(True)
    shop.ask("In brass?")
    shop.ask("What do they cost?")
    expect(shop.chat.locator(".message--pending")).to_have_count(2)
    expect(shop.chat.locator("#panel")).to_contain_text(re.compile("offline", re.I))

    shop.visit.context.set_offline(False)

    expect(shop.chat.locator(ANSWER)).to_have_count(3)
    expect(shop.chat.locator(".message--pending")).to_have_count(0)
    assert questions(shop) == ["What do you sell?", "In brass?", "What do they cost?"]
    assert len(upstream.requests) == 3
    shop.visit.complaints.clear()  # the browser's own words about the network


def test_an_answer_goes_on_after_the_page_of_the_shop_was_loaded_anew(shop, upstream):
    upstream.then(Script(tokens=("We sell ", "lamps ", "of brass."), hold_after_tokens=1))
    shop.open()
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(".message--assistant .prose")).to_contain_text("We sell")

    shop.page.reload()

    expect(shop.chat.locator(".message--assistant[data-status=running] .prose")).to_contain_text("We sell")
    upstream.go_on()
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps of brass.")
    assert len(upstream.requests) == 1


def test_a_server_killed_in_mid_answer_finishes_it_in_the_frame_after_its_restart(mortal_shop, upstream):
    shop = mortal_shop
    upstream.then(Script(text=LONG, rate_per_s=10), Script(text=LONG, rate_per_s=200))
    shop.open()
    shop.launcher.click()
    shop.ask("Tell me")
    expect(shop.chat.locator(".message--assistant .prose")).to_contain_text("word5 ")
    shop.site.kill()
    expect(shop.chat.locator("#status")).to_contain_text(re.compile("reconnect", re.I))

    shop.site.start()

    expect(shop.chat.locator(ANSWER)).to_have_count(1)
    assert words(shop) == LONG.split()
    expect(shop.chat.locator("#status")).to_have_attribute("data-state", "open")
    shop.visit.complaints.clear()  # the browser's own words about the dead server
