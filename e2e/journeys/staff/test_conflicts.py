"""Staff see what two documents say differently, mend the one that is wrong, and dismiss what may stay."""

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin as admin

pytestmark = pytest.mark.browser

DOCUMENTS = """
from agents.models import Agent
from knowledge.models import Document
from knowledge.conflicts.comparing import compare_next
from knowledge.indexing import index_document
agent = Agent.objects.create(slug="differs", name="Differs")
texts = {"Bikes": "The Zephyr costs $1,249.", "Price list": "Zephyr: $1,199", "Leaflet": "Zephyr: $1,099"}
for name, text in texts.items():
    index_document(Document.objects.create(agent=agent, name=name, text=text))
while compare_next():
    pass
"""
COMPARED = "from knowledge.conflicts.comparing import compare_next\nwhile compare_next(): pass"


def test_a_price_that_differs_is_mended_and_another_dismissed(admin, demo_site):
    demo_site.shell(DOCUMENTS)
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("link", name="Differs", exact=True).click()
    links = page.locator(".agent-links")
    expect(links).to_contain_text("3 conflicts between documents")
    links.get_by_role("link", name="Conflicts", exact=True).click()
    cards = page.locator(".conflict")
    expect(cards).to_have_count(3)
    expect(cards.first.locator("mark")).to_have_count(2)

    dismissed = cards.filter(has_text="$1,249").filter(has_text="$1,099")
    dismissed.get_by_label("Why it may stay").select_option("known")
    dismissed.get_by_label("Note (optional)").fill("The leaflet is printed.")
    dismissed.get_by_role("button", name="Dismiss").click()
    expect(page.locator(".messagelist")).to_contain_text("Dismissed.")
    expect(cards).to_have_count(2)

    wrong = cards.filter(has_text="$1,249").get_by_role("region", name="Bikes")
    wrong.get_by_role("link", name="This one is right").click()
    expect(page.locator("#id_name")).to_have_value("Price list")
    page.fill("#id_text", "Zephyr: $1,249")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Price list")
    demo_site.shell(COMPARED)

    page.goto(f"{demo_site.url}/admin/knowledge/conflict/?state__exact=open&q=Zephyr")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Leaflet")
    page.goto(f"{demo_site.url}/admin/knowledge/conflict/?state__exact=dismissed")
    expect(cards).to_contain_text("The leaflet is printed.")
    demo_site.shell("from agents.models import Agent\nAgent.objects.get(slug='differs').delete()")
