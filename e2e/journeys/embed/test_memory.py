"""Who lets an agent remember them in a frame on another site reads and deletes it in a tab beside the shop."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from access.visitors import COOKIE
from e2e.conftest import Visit
from e2e.journeys.embed.conftest import Shop
from e2e.journeys.embed.test_accessibility import open_chat, wait_for_words
from e2e.journeys.embed.test_on_a_shop import ANSWER
from e2e.journeys.test_memory import REMEMBERS, SUMMARISE, SUMMARY
from fakes.scripts import Script

pytestmark = pytest.mark.browser
STANDS = "from agents.models import Agent; Agent.objects.filter(slug='memo').update(hosts={hosts!r})"
NAME = "What we remember of you"


@pytest.fixture
def remembering_shop(shop):
    shop.site.shell(REMEMBERS)
    shop.site.shell(STANDS.format(hosts=[shop.host.url]))
    other = Shop(shop.host, shop.site, shop.visit, slug="memo")
    wait_for_words(other, "Remember this conversation?")
    return other


@pytest.mark.parametrize("are_blocked", [False, True], ids=["cookies", "no cookies in the frame"])
def test_it_is_allowed_read_and_deleted_and_the_frame_knows(remembering_shop, upstream, are_blocked):
    shop = remembering_shop
    upstream.then(*(Script(text=text) for text in ("It costs 40 euros.", "A red one.", "A blue one.")))
    open_chat(shop)
    shop.ask("How much is a lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("40 euros")
    if are_blocked:
        shop.visit.context.clear_cookies()
    shop.chat.get_by_role("button", name="Yes, remember").click()
    shop.site.shell(SUMMARISE)
    anew(shop)
    shop.ask("Which lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("A red one.")
    assert SUMMARY in last_asked(upstream)

    tab = opened(shop)

    assert tab.url == f"{shop.site.url}/chat/memo/memory/frame/"
    assert tab.evaluate("window.opener") is None
    expect(tab.get_by_text(SUMMARY)).to_be_visible()
    expect(tab.get_by_text("You have allowed it.")).to_be_visible()
    assert shop.axe_in_frame() + Visit(shop.visit.context, tab).axe_light_and_dark() == []
    ours = [cookie for cookie in shop.visit.context.cookies() if cookie["name"] == COOKIE]
    assert all(cookie.get("partitionKey") for cookie in ours)  # nobody became the visitor of our own pages
    tab.get_by_role("button", name=f"Delete: {SUMMARY}").click()
    expect(tab.get_by_text("Nothing is remembered of you in that chat.")).to_be_visible()
    tab.close()
    anew(shop)
    shop.ask("Which lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("A blue one.")
    assert SUMMARY not in last_asked(upstream)


def test_who_has_answered_is_not_asked_again_where_cookies_are_blocked(remembering_shop, upstream):
    shop = remembering_shop
    upstream.then(Script(text="It costs 40 euros."), Script(text="A red one."))
    open_chat(shop)
    shop.ask("How much is a lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("40 euros")
    shop.visit.context.clear_cookies()
    shop.chat.get_by_role("button", name="No", exact=True).click()
    expect(shop.chat.get_by_text(NAME)).to_be_visible()

    anew(shop)

    shop.ask("Which lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("A red one.")
    expect(shop.chat.get_by_text(NAME)).to_be_visible()
    expect(shop.chat.get_by_role("form", name="Remember this conversation?")).to_have_count(0)


def test_what_it_is_about_is_read_before_the_answer(remembering_shop, upstream):
    shop = remembering_shop
    upstream.then(Script(text="It costs 40 euros."))
    open_chat(shop)
    shop.ask("How much is a lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("40 euros")

    tab = opened(shop, "More about it")

    expect(tab.get_by_text("You have not answered yet; nothing is remembered.")).to_be_visible()
    tab.get_by_role("button", name="Yes, remember").click()
    expect(tab.get_by_text("You have allowed it.")).to_be_visible()
    shop.page.reload()
    expect(shop.chat.get_by_role("button", name=NAME)).to_be_visible()
    shop.visit.context.clear_cookies()
    tab.reload()
    expect(tab.get_by_text("Open it in that chat again.")).to_be_visible()
    assert Visit(shop.visit.context, tab).axe_light_and_dark() == []


def anew(shop):
    """A new conversation of the same visitor."""
    shop.chat.locator("[data-new]").first.click()
    expect(shop.chat.locator(".message")).to_have_count(0)
    shop.chat.locator("#panel[data-started]").wait_for()


def opened(shop, name=NAME):
    with shop.page.expect_popup() as popup:
        shop.chat.get_by_role("button", name=name).press("Enter")
    popup.value.wait_for_load_state()
    return popup.value


def last_asked(upstream) -> str:
    """What the model was given for the newest answer."""
    newest = [request.body for request in upstream.requests if request.body.get("stream")][-1]
    return json.dumps(newest, ensure_ascii=False)
