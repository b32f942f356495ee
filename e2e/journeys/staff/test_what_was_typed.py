"""What staff type is sent once, and not lost: by a second click, by leaving the page, by signing in elsewhere."""

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import admin as admin

pytestmark = pytest.mark.browser

MADE = """
from agents.models import Agent
agent, made = Agent.objects.get_or_create(slug="typed", defaults={"name": "Typed"})
if made:
    agent.publish("You sell lamps.")
print(agent.pk)
"""

# Presses the button twice, and tells of each time whether the browser goes on to send the form.
TWICE = """button => {
  const went = []
  addEventListener("submit", event => went.push(!event.defaultPrevented))
  for (const time of [1, 2]) button.form.requestSubmit(button)
  return went
}"""


@pytest.fixture
def agent_page(admin, demo_site):
    """The address of an agent's page."""
    return f"{demo_site.url}/admin/agents/agent/{demo_site.shell(MADE)}/change/"


@pytest.fixture
def asked(admin):
    """What the page asked before it was left; it is not left."""
    found = []
    admin.page.on("dialog", lambda dialog: (found.append(dialog.type), dialog.dismiss()))
    return found


@pytest.mark.parametrize(
    ("path", "fields", "button", "counted"),
    [
        (
            "knowledge/document/add/",
            {"#id_name": "Twice", "#id_text": "A lamp is mended for $12."},
            "Save",
            "from knowledge.models import Document as Made\nprint(Made.objects.filter(name='Twice').count())",
        ),
        (
            "inbox/cannedreply/add/",
            {"#id_shortcut": "twice", "#id_text": "Thank you."},
            "Save",
            "from inbox.models import CannedReply as Made\nprint(Made.objects.filter(shortcut='twice').count())",
        ),
    ],
)
def test_a_form_that_is_on_its_way_is_not_sent_again(admin, demo_site, agent_page, path, fields, button, counted):
    page = admin.page
    page.goto(f"{demo_site.url}/admin/{path}")
    if page.locator("#id_agent").count():
        page.select_option("#id_agent", label="Typed")
    for field, text in fields.items():
        page.fill(field, text)

    went = page.get_by_role("button", name=button, exact=True).evaluate(TWICE)

    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    assert went == [True, False]
    assert demo_site.shell(counted) == "1"


def test_a_page_with_unsaved_text_asks_before_it_is_left_and_not_once_it_is_saved(admin, agent_page, asked):
    page = admin.page
    page.goto(agent_page)
    page.fill("#id_system_prompt", "You sell lamps. Be kind.")
    page.get_by_role("navigation", name="Pages of Typed").get_by_role("link", name="Knowledge").click()

    expect(page.locator("#id_system_prompt")).to_have_value("You sell lamps. Be kind.")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    page.get_by_role("navigation", name="Pages of Typed").get_by_role("link", name="Knowledge").click()
    expect(page.locator("h1")).to_have_text("Documents")
    assert asked == ["beforeunload"]


def test_what_is_tried_in_another_tab_is_still_not_saved(admin, agent_page, asked):
    page = admin.page
    page.goto(agent_page)
    page.fill("#id_system_prompt", "You sell lamps. Be brief.")
    with admin.context.expect_page():
        page.get_by_role("button", name="Try this text").click()

    page.get_by_role("navigation", name="Pages of Typed").get_by_role("link", name="Knowledge").click()

    assert asked == ["beforeunload"]


def test_choosing_rows_and_searching_is_nothing_to_ask_about(admin, demo_site, agent_page, asked):
    page = admin.page
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.get_by_role("checkbox").nth(1).check()
    page.locator("[name=action]").select_option(index=1)
    page.get_by_role("link", name="Typed", exact=True).click()

    expect(page.locator("h1")).to_have_text("Typed")
    assert asked == []


def test_a_form_that_was_open_while_somebody_signed_in_again_is_saved(admin, agent_page):
    page = admin.page
    page.goto(agent_page)
    page.fill("#id_name", "Typed")
    admin.context.clear_cookies(name="csrftoken")  # a new one comes with the next page, as with each login
    other = admin.context.new_page()
    other.goto(agent_page)
    other.close()

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
