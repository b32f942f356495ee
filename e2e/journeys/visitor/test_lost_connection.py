"""What a visitor sees and keeps when the network or the server goes away."""

import re

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.browser

LONG = " ".join(f"word{n}" for n in range(1, 101))


@pytest.fixture(scope="module")
def site_of_its_own(tmp_path_factory, upstream_server):
    settings = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("mortal"), begun_with=MAKE_AGENT, **settings) as made:
        yield made


@pytest.fixture
def mortal_site(site_of_its_own):
    """A running site, to be killed; the next test starts it again where a test has not."""
    if site_of_its_own.process is None:
        site_of_its_own.start()
    return site_of_its_own


class Network:
    """The network of one tab; a browser context's own switch is for all of its tabs."""

    def __init__(self, context, page) -> None:
        self.devtools = context.new_cdp_session(page)
        self.devtools.send("Network.enable")

    def set_offline(self, offline: bool) -> None:
        conditions = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.devtools.send("Network.emulateNetworkConditions", conditions)


def questions(page) -> list[str]:
    return page.locator(".message--user .prose").all_inner_texts()


def test_messages_written_offline_outlive_their_tab_and_arrive_once_in_order(visit, scripted_site, upstream):
    upstream.then(*[Script(text=f"Answer {n}.") for n in range(4)])
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("zero")
    visit.finished()
    address = visit.page.url
    visit.context.set_offline(True)
    for text in ("one", "two", "three"):
        visit.ask(text)
    expect(visit.page.locator(".message--pending")).to_have_count(3)
    expect(visit.page.locator("#panel")).to_contain_text(re.compile("offline", re.I))
    visit.page.close()
    visit.context.set_offline(False)

    page = visit.context.new_page()
    page.goto(address)

    expect(page.locator(".message--assistant[data-status=complete]")).to_have_count(4)
    assert questions(page) == ["zero", "one", "two", "three"]
    page.reload()
    assert questions(page) == ["zero", "one", "two", "three"]
    assert len(upstream.requests) == 4


def test_only_one_of_several_tabs_sends_what_waits(visit, scripted_site, upstream):
    upstream.then(*[Script(text=f"Answer {n}.") for n in range(3)])
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("zero")
    visit.finished()
    others = [visit.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(visit.page.url)
    visit.context.set_offline(True)
    visit.ask("one")
    visit.ask("two")
    visit.context.set_offline(False)

    for page in (visit.page, *others):
        expect(page.locator(".message--assistant[data-status=complete]")).to_have_count(3)
        assert questions(page) == ["zero", "one", "two"]
    assert len(upstream.requests) == 3


def test_a_first_message_written_offline_begins_the_conversation_later(visit, scripted_site, upstream):
    upstream.then(Script(text="Here I am."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.page.get_by_role("textbox").focus()
    visit.context.set_offline(True)
    visit.ask("anybody there?")
    expect(visit.page.locator(".message--pending")).to_have_count(1)
    visit.context.set_offline(False)

    assert "Here I am." in visit.finished()
    assert questions(visit.page) == ["anybody there?"]


@pytest.mark.parametrize("back_first", [0, 1], ids=["the writer of the first message", "the writer of the second"])
def test_first_messages_of_two_new_tabs_written_offline_become_one_conversation(
    visit, scripted_site, upstream, back_first
):
    upstream.then(Script(text="Here I am."), Script(text="Still here."))
    tabs = [visit.page, visit.context.new_page()]
    networks = [Network(visit.context, tab) for tab in tabs]
    for tab in tabs:
        tab.goto(f"{scripted_site.url}/chat/ada/")
        tab.get_by_role("textbox").focus()
    for network in networks:
        network.set_offline(True)
    for tab, text in zip(tabs, ("one", "two"), strict=True):
        tab.get_by_role("textbox").fill(text)
        tab.keyboard.press("Enter")
        expect(tab.locator(".message--pending", has_text=text)).to_have_count(1)

    networks[back_first].set_offline(False)
    expect(tabs[back_first].locator(".message--assistant[data-status=complete]")).to_have_count(2)
    networks[1 - back_first].set_offline(False)

    for tab in tabs:
        expect(tab.locator(".message--assistant[data-status=complete]")).to_have_count(2)
        expect(tab.locator(".message--pending")).to_have_count(0)
        assert questions(tab) == ["one", "two"]
    assert len(upstream.requests) == 2


CLOSES_UNTOLD = """
window.sockets = []
window.WebSocket = class extends WebSocket {
  constructor(...of) { super(...of); window.sockets.push(this) }
  set onclose(told) {}
}"""


def test_a_socket_that_the_browser_closed_without_a_word_is_opened_again(visit, scripted_site, upstream):
    """As Safari may close those of a page that was asleep."""
    visit.page.add_init_script(CLOSES_UNTOLD)
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("zero")
    visit.finished()
    visit.page.evaluate("new Promise(done => { sockets[0].addEventListener('close', done); sockets[0].close() })")
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    visit.page.wait_for_function("() => sockets.length === 2 && sockets[1].readyState === WebSocket.OPEN")
    other = visit.context.new_page()
    other.goto(visit.page.url)
    other.get_by_role("textbox").fill("one")
    other.keyboard.press("Enter")

    visit.finished(2)
    assert questions(visit.page) == ["zero", "one"]


def test_an_answer_that_another_tab_asked_for_anew_is_seen_after_the_network_was_away(visit, scripted_site, upstream):
    upstream.then(Script(text="One two three", cut_after_tokens=1), Script(text="At last."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Tell me")
    visit.finished()
    other = visit.context.new_page()
    other.goto(visit.page.url)
    expect(other.locator(".message--assistant[data-status=failed]")).to_have_count(1)
    network = Network(visit.context, other)
    network.set_offline(True)
    expect(other.locator("#status")).to_contain_text(re.compile("offline", re.I))
    visit.page.get_by_role("button", name="Retry").click()
    expect(visit.page.locator(".message--assistant[data-status=complete]")).to_have_count(1)
    network.set_offline(False)

    expect(other.locator(".message--assistant[data-status=complete]")).to_contain_text("At last.")


def test_an_answer_goes_on_after_the_network_was_away_without_a_doubled_word(visit, scripted_site, upstream):
    upstream.then(Script(text=LONG, rate_per_s=25))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Tell me")
    expect(visit.page.locator(".message--assistant .prose")).to_contain_text("word5 ")
    visit.context.set_offline(True)
    visit.page.wait_for_timeout(700)
    visit.context.set_offline(False)

    visit.finished()

    assert visit.page.locator(".message--assistant .prose").inner_text().split() == LONG.split()
    assert len(upstream.requests) == 1


def test_a_server_killed_in_mid_answer_finishes_it_after_its_restart_by_itself(visit, mortal_site, upstream):
    upstream.then(Script(text=LONG, rate_per_s=10), Script(text=LONG, rate_per_s=200))
    page = visit.page
    page.goto(f"{mortal_site.url}/chat/ada/")
    visit.ask("Tell me")
    expect(page.locator(".message--assistant .prose")).to_contain_text("word5 ")
    mortal_site.kill()
    expect(page.locator("#status")).to_contain_text(re.compile("reconnect", re.I))
    mortal_site.start()

    whole = page.locator(".message--assistant[data-status=complete]")
    expect(whole).to_have_count(1)
    assert page.locator(".message--assistant .prose").inner_text().split() == LONG.split()
    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    visit.complaints.clear()  # the browser's own words about the dead server


def test_a_message_sent_while_the_server_is_away_arrives_when_it_is_back(visit, mortal_site, upstream):
    upstream.then(Script(text="First."), Script(text="Second."))
    visit.page.goto(f"{mortal_site.url}/chat/ada/")
    visit.ask("one")
    visit.finished()
    mortal_site.kill()
    visit.ask("two")
    expect(visit.page.locator(".message--pending")).to_have_count(1)
    mortal_site.start()

    expect(visit.page.locator(".message--assistant[data-status=complete]")).to_have_count(2)
    assert questions(visit.page) == ["one", "two"]
    visit.complaints.clear()


def test_a_server_stopped_in_good_order_ends_its_answer_first(visit, mortal_site, upstream):
    upstream.then(Script(text=LONG, rate_per_s=40))
    visit.page.goto(f"{mortal_site.url}/chat/ada/")
    visit.ask("Tell me")
    expect(visit.page.locator(".message--assistant .prose")).to_contain_text("word5 ")

    mortal_site.stop()

    expect(visit.page.locator(".message--assistant[data-status=complete]")).to_have_count(1)
    mortal_site.start()
    visit.page.reload()
    assert visit.page.locator(".message--assistant .prose").inner_text().split() == LONG.split()
    assert len(upstream.requests) == 1
    visit.complaints.clear()
