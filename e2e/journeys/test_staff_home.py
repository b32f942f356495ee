"""Staff begin at what to do now, and come from an agent to each of its places and back in one click."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
FILL = """
from django.contrib.auth import get_user_model as g
from agents.models import Agent
from conversations.models import Message, Reply, Session
from leads.models import Lead
u, _ = g().objects.get_or_create(username="home", is_staff=True, is_superuser=True)
u.set_password("a long password"); u.save()
agent = Agent.objects.get(slug="demo")
session = Session.objects.create(agent=agent, title="Do you sell tea?", last_seq=2)
question = Message.objects.create(session=session, seq=1, role="user", content="Do you sell tea?")
answer = Message.objects.create(session=session, seq=2, role="assistant", content="I do not know.")
Reply.objects.create(
    message=answer, question=question, state="complete", certainty="refused", first_token_ms=120,
    prompt_version=agent.published_prompt,
)
Lead.objects.create(session=session, agent=agent, name="Jo Home")
"""
PLACES = ("Settings", "Knowledge", "Conversations", "Leads", "Questions")


@pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_from_what_waits_to_it_and_from_an_agent_to_its_places(visit, demo_site):
    demo_site.shell(FILL)
    page = visit.page
    page.goto(f"{demo_site.url}/admin/")
    page.fill("#id_username", "home")
    page.fill("#id_password", "a long password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()
    expect(page.get_by_role("img", name="Conversations")).to_be_visible()
    assert visit.axe_light_and_dark() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    page.get_by_role("link", name="nobody has seen").click()
    expect(page.get_by_role("link", name="Jo Home").first).to_be_visible()
    for place in PLACES:
        page.goto(f"{demo_site.url}/admin/")
        page.get_by_role("link", name=place).filter(has_text=place).and_(page.locator(".agent-card a")).first.click()
        bar = page.locator(".agent-bar")
        expect(bar.get_by_role("link", name="Try it out")).to_be_visible()
        bar.locator(".agent-bar__name").click()
        expect(page.locator("#id_name")).to_be_visible()
    page.goto(f"{demo_site.url}/admin/administration/")
    expect(page.get_by_role("link", name="Groups")).to_be_visible()
    assert visit.axe_light_and_dark() == []
