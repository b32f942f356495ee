"""Staff try a prompt beside the published one, and ask again what a visitor asked: both are shown as they are made."""

import pytest
from playwright.sync_api import expect

from fakes.patience import wait_until
from fakes.scripts import Script

pytestmark = pytest.mark.browser
COUNTS = (
    "from conversations.models import Message, Reply, Session\n"
    "print(Session.objects.count(), Message.objects.count(), Reply.objects.count())"
)
NEW_AGENT = """
from django.contrib.auth import get_user_model as g
from agents.models import Agent
u, _ = g().objects.get_or_create(username='boss', is_staff=True, is_superuser=True)
u.set_password('a long password'); u.save()
a, made = Agent.objects.get_or_create(slug='tried', defaults={'name': 'Tried', 'checks_answers': False})
if made:
    a.publish('You sell lamps.'); a.publish('You sell lamps, kindly.')
print(a.pk)
"""


@pytest.fixture
def tried(visit, scripted_site, upstream):
    """An agent's id; staff are signed in."""
    agent_id = scripted_site.shell(NEW_AGENT).strip()
    page = visit.page
    page.goto(f"{scripted_site.url}/admin/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", "a long password")
    page.keyboard.press("Enter")
    expect(page.locator("#site-name")).to_be_visible()
    return agent_id


def side(page, name):
    return page.locator(f"[data-side={name}]").last


def test_both_answers_are_shown_while_they_are_made_over_several_turns(visit, scripted_site, upstream, tried):
    page = visit.page
    before = scripted_site.shell(COUNTS)
    for _ in range(2):
        upstream.then(Script(text="**Forty** euros. And that is all.", hold_after_tokens=3))
    page.goto(f"{scripted_site.url}/admin/evaluation/evaluation/try/{tried}/")
    page.locator("#id_system_prompt").fill("Be loud.")
    page.locator("#id_question").fill("How much is the lamp?")
    page.get_by_role("button", name="Ask both").click()

    for name in ("published", "draft"):
        expect(side(page, name).locator("strong")).to_have_text("Forty")
        expect(side(page, name)).not_to_contain_text("that is all")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    upstream.go_on()
    expect(page.get_by_role("status")).to_have_text("Both have answered.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(side(page, "draft")).to_contain_text("Forty euros. And that is all.")
    expect(side(page, "draft")).to_contain_text("scripted")

    upstream.then(Script(text="Fifty."), Script(text="Fifty."))
    expect(page.locator("#id_question")).to_be_focused()
    page.keyboard.type("And the other?")
    page.keyboard.press("Enter")
    expect(page.locator(".tried__exchange")).to_have_count(2)
    expect(side(page, "draft")).to_contain_text("Fifty.")
    said = [message["content"] for message in upstream.requests[-1].body["messages"]]
    assert said[-3:-1] == ["How much is the lamp?", "**Forty** euros. And that is all."]
    assert visit.axe_light_and_dark() == []
    assert scripted_site.shell(COUNTS) == before


def test_stop_stops_both_models_and_the_next_question_does_not_build_on_it(visit, scripted_site, upstream, tried):
    page = visit.page
    for _ in range(2):
        upstream.then(Script(text="Forty euros. And that is all.", hold_after_tokens=3))
    page.goto(f"{scripted_site.url}/admin/evaluation/evaluation/try/{tried}/")
    page.locator("#id_question").fill("How much is the lamp?")
    page.keyboard.press("Enter")
    expect(side(page, "draft")).to_contain_text("Forty euros.")
    expect(side(page, "published")).to_contain_text("Forty euros.")

    page.get_by_role("button", name="Stop").click()

    expect(side(page, "draft")).to_contain_text("Stopped.")
    wait_until(lambda: all(request.gone_at for request in upstream.requests))  # both models were left
    upstream.go_on()
    upstream.then(Script(text="Fifty."), Script(text="Fifty."))
    page.get_by_role("button", name="Ask both").click()
    expect(side(page, "draft")).to_contain_text("Fifty.")
    assert "Forty" not in str(upstream.requests[-1].body["messages"])


def test_what_cannot_be_asked_is_said_and_who_was_signed_out_too(visit, scripted_site, upstream, tried):
    page = visit.page
    page.goto(f"{scripted_site.url}/admin/evaluation/evaluation/try/{tried}/")
    page.locator("#id_system_prompt").fill(" ")
    page.locator("#id_question").fill("How much?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("This field is required.")

    visit.context.clear_cookies(name="salesagent_session")
    visit.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Ask both").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out. Sign in again in another tab")


def test_an_answer_is_asked_again_from_the_transcript_and_what_differs_is_shown(visit, scripted_site, upstream, tried):
    page = visit.page
    upstream.then(Script(text="The lamp costs forty euros."))
    page.goto(f"{scripted_site.url}/chat/tried/")
    visit.ask("How much is the lamp?")
    visit.finished()
    before = scripted_site.shell(COUNTS)
    page.goto(f"{scripted_site.url}/admin/conversations/session/?q=How+much+is+the+lamp")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Ask again").click()
    expect(page.get_by_label("Prompt")).to_contain_text("Version 2 (published, of this answer)")
    upstream.then(Script(text="The lamp costs fifty euros. Come in.", hold_after_tokens=6))
    page.get_by_label("Prompt").select_option(label="Version 1")
    page.get_by_role("button", name="Ask again").click()

    expect(side(page, "now")).to_contain_text("fifty euros.")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    upstream.go_on()
    expect(page.locator("[data-result]")).to_contain_text("What differs")
    expect(page.locator("[data-result] tr.added mark")).to_have_text(["fifty", "Come in."])
    expect(page.get_by_role("row", name="Prompt version")).to_contain_text("1")
    assert "You sell lamps." in upstream.requests[-1].body["messages"][0]["content"]
    assert visit.axe_light_and_dark() == []
    assert scripted_site.shell(COUNTS) == before
    page.get_by_role("link", name="Back to the conversation").click()
    expect(page.locator(".transcript")).to_contain_text("The lamp costs forty euros.")
