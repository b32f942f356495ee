"""A visitor is asked whether they may be remembered, and decides on a page of their own; also without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import MAKE_AGENT
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.site import Site, site

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SUMMARY = "They want a lamp for a hotel."
REMEMBERS = """
from agents.models import Agent
from memory.models import MemorySettings
agent, made = Agent.objects.get_or_create(slug="memo", defaults={"name": "Memo", "checks_answers": False})
agent.publish("You sell lamps.")
MemorySettings.objects.update_or_create(agent=agent, defaults={"is_on": True})
"""
SUMMARISE = f"""
from agents.models import Agent
from conversations.models import Session
from memory.models import SessionSummary
newest = Session.objects.filter(agent__slug="memo").order_by("-created_at").first()
SessionSummary.objects.update_or_create(
    session=newest, defaults={{"agent": newest.agent, "visitor": newest.visitor, "text": "{SUMMARY}", "by": "facts"}}
)
"""
# Somebody was here before in another browser, and the newest visitor has left the same address.
REQUEST = f"""
import uuid
from conversations.models import Session
from leads.models import Lead
from memory import linking
from memory.models import LinkRequest, SessionSummary
from memory.switch import decide
newest = Session.objects.filter(agent__slug="memo").order_by("-created_at").first()
earlier = Session.objects.create(agent=newest.agent, visitor=uuid.uuid4().hex * 2)
decide(earlier.visitor, newest.agent.brand, True)
SessionSummary.objects.create(session=earlier, agent=newest.agent, visitor=earlier.visitor, text="{SUMMARY}")
address = uuid.uuid4().hex + "@x.example"
Lead.objects.create(agent=newest.agent, session=earlier, email=address)
lead, made = Lead.objects.update_or_create(session=newest, defaults={{"agent": newest.agent, "email": address}})
request = LinkRequest.objects.create(
    agent=newest.agent, visitor=newest.visitor, earlier=earlier.visitor, lead=lead,
    earlier_lead=earlier.lead, address=linking.hash_of(address),
)
print(linking.token_of(request))
"""


@pytest.fixture(scope="module")
def memo_site(tmp_path_factory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    """One that begins with its agent's memory switched on: a site that runs notices that within five seconds."""
    scripted = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("memory"), begun_with=MAKE_AGENT + REMEMBERS, **scripted) as made:
        made.start()
        yield made


def opened_beside(page: Page) -> Page:
    """The page of what is remembered, which leaves the chat where it is."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="What we remember of you").click()
    return opened.value


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_a_visitor_is_asked_once_remembered_and_forgotten(visit, memo_site, upstream):
    upstream.then(Script(text="It costs 40 euros."), Script(text="Welcome back."))
    page = visit.page
    page.goto(f"{memo_site.url}/chat/memo/")
    asked = page.get_by_role("form", name="Remember this conversation?")
    expect(asked).to_be_hidden()
    visit.ask("How much is a lamp for a hotel?")
    visit.finished()
    expect(asked).to_be_visible()
    assert visit.axe_light_and_dark() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    asked.get_by_role("button", name="Yes, remember").click()
    expect(page.get_by_role("link", name="What we remember of you")).to_be_visible()
    expect(asked).to_have_count(0)
    assert "It costs 40 euros." in visit.finished()
    memo_site.shell(SUMMARISE)
    visit.ask("Hello again")
    visit.finished(2)
    page = visit.page = opened_beside(page)
    expect(page.get_by_text(SUMMARY)).to_be_visible()
    assert visit.axe_light_and_dark() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.get_by_role("button", name=f"Delete: {SUMMARY}").click()
    expect(page.get_by_text("Nothing is remembered of you in this browser.")).to_be_visible()


@pytest.mark.parametrize("visit", [{**DESKTOP, "java_script_enabled": False}], indirect=True, ids=["no script"])
def test_it_works_without_javascript(visit, memo_site, upstream):
    upstream.then(Script(text="It costs 40 euros."))
    page = visit.page
    page.goto(f"{memo_site.url}/chat/memo/")
    page.get_by_role("textbox").fill("How much?")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Yes, remember").click()
    memo_site.shell(SUMMARISE)
    page = opened_beside(page)
    expect(page.get_by_text(SUMMARY)).to_be_visible()

    page.get_by_role("button", name="Remember nothing, and delete all").click()

    expect(page.get_by_text("You have said no; nothing is remembered.")).to_be_visible()
    expect(page.get_by_text(SUMMARY)).to_have_count(0)


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_a_link_sent_by_email_is_confirmed_by_a_button(visit, memo_site, upstream):
    upstream.then(Script(text="It costs 40 euros."))
    page = visit.page
    page.goto(f"{memo_site.url}/chat/memo/")
    visit.ask("How much is a lamp?")
    visit.finished()
    page.get_by_role("button", name="Yes, remember").click()
    expect(page.get_by_role("link", name="What we remember of you")).to_be_visible()
    token = memo_site.shell(REQUEST).split()[-1]

    page.goto(f"{memo_site.url}/privacy/memory/link/{token}/")
    button = page.get_by_role("button", name="Yes, it was me")
    expect(button).to_be_visible()
    assert visit.axe_light_and_dark() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    button.click()

    expect(page.get_by_text(SUMMARY)).to_be_visible()
    expect(page.get_by_text("From another browser of yours")).to_be_visible()
    page.goto(f"{memo_site.url}/privacy/memory/link/{token}/")
    expect(page.get_by_text("This link no longer works")).to_be_visible()
    assert visit.axe_light_and_dark() == []
