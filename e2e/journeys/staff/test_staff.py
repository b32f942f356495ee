"""Staff shape an agent in the admin, and the visitor meets it so."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGE = "# Opening hours\n\n## Workshop\n\nThe lamp workshop is open on Saturdays from 10 to 14."
BOSS = """
from django.contrib.auth import get_user_model
get_user_model().objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
"""


def sign_in(visit, site):
    """As one who may do anything."""
    site.shell(BOSS)
    visit.sign_in(site, "boss")
    return visit


@pytest.fixture
def admin(visit, demo_site):
    return sign_in(visit, demo_site)


def test_a_new_agent_with_a_page_of_knowledge_answers_from_it(admin, demo_site):
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/add/")
    page.locator("#id_name").press_sequentially("Lumen")
    expect(page.locator("#id_slug")).to_have_value("lumen")
    page.fill("#id_system_prompt", "You sell lamps.")
    page.fill("#id_greeting", "Welcome to the lamp shop.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Lumen")
    page.goto(f"{demo_site.url}/admin/knowledge/document/add/")
    page.select_option("#id_agent", label="Lumen")
    page.fill("#id_name", "Hours")
    page.fill("#id_text", PAGE)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("Hours")

    page.goto(f"{demo_site.url}/chat/lumen/")
    expect(page.locator(".greeting")).to_have_text("Welcome to the lamp shop.")
    admin.ask("When is the lamp workshop open?")

    assert "Saturdays from 10 to 14" in admin.finished()


def test_a_changed_prompt_is_a_new_version_that_can_be_compared_and_taken_back(admin, demo_site):
    demo_site.shell(
        "from agents.models import Agent\n"
        "a, made = Agent.objects.get_or_create(slug='prompted', defaults={'name': 'Prompted'})\n"
        "a.publish('Be short.', note='First')"
    )
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Prompted", exact=True).click()
    page.fill("#id_system_prompt", "Be short and kind.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Version 2 of the prompt is published.")
    page.get_by_role("link", name="Prompt versions").first.click()

    expect(page.locator("#content")).to_contain_text("First")
    page.get_by_role("link", name=re.compile("Compare with")).first.click()
    expect(page.locator("#content")).to_contain_text("Be short and kind.")
    page.go_back()
    page.get_by_role("button", name="Restore version 1").click()

    said = demo_site.shell(
        "from agents.models import Agent\n"
        "v = Agent.objects.get(slug='prompted').published_prompt\nprint(v.number, v.text, v.author)"
    )
    assert said == "3 Be short. boss"


def test_a_prompt_is_refined_looked_at_edited_and_published(admin, demo_site):
    demo_site.shell(
        "from agents.models import Agent\n"
        "a, made = Agent.objects.get_or_create(slug='refined', defaults={'name': 'Refined'})\n"
        "a.publish('You sell lamps. Delivery takes 3 days.')"
    )
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Refined", exact=True).click()
    page.get_by_role("link", name="Refine with AI").click()
    page.get_by_label("What should be better?").fill("Never promise a discount.")
    page.get_by_role("button", name="Propose a better prompt").click()
    expect(page.locator(".diff")).to_contain_text("Never promise a discount.")
    page.get_by_label("Proposal").fill("You sell lamps.\nDelivery takes 3 days.\nNever promise a discount.")
    page.get_by_role("button", name="Show the changes again").click()
    expect(page.locator(".diff .added")).to_have_count(3)
    page.get_by_role("button", name="Publish as a new version").click()

    expect(page.locator(".messagelist")).to_contain_text("Version 2 of the prompt is published.")
    assert (
        demo_site.shell(
            "from agents.models import Agent\nprint(Agent.objects.get(slug='refined').published_prompt.note)"
        )
        == "Never promise a discount."
    )


def test_a_conversation_is_read_as_it_was_had(admin, demo_site):
    admin.page.goto(f"{demo_site.url}/chat/demo/")
    admin.ask("hello from the transcript test")
    admin.finished()
    page = admin.page
    page.goto(f"{demo_site.url}/admin/conversations/session/?q=transcript+test")
    page.locator("#result_list tbody th a").first.click()

    expect(page.locator("#content")).to_contain_text("hello from the transcript test")
    expect(page.locator("#content")).to_contain_text("version 1")
    assert page.locator("#content textarea, #content input[type=text]").count() == 0
