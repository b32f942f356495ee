"""What proxies, firewalls and logins in between answer is not taken for the application's own."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

PAGE = {"content_type": "text/html", "body": "<html><body><article class='message'>Go away</article></body></html>"}
JSON = {"content_type": "application/json", "body": '{"error": "Not Found", "detail": "no Route matched"}'}
# One that looks like success, one like a refusal; e2e/scripts/outbox.test.mjs has the scripts take every other one.
ANSWERS = [{"status": 200, **PAGE}, {"status": 404, **JSON}]


def first(page, pattern, answer, times=2):
    """Answers the first `times` posts to an address in the application's place; a refused token is tried twice."""
    left = [times]

    def meet(route):
        if route.request.method != "POST" or not left[0]:
            return route.continue_()
        left[0] -= 1
        return route.fulfill(**answer)

    page.route(pattern, meet)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['status']}-{answer['content_type'][-4:]}")
def test_a_message_goes_out_when_what_stood_in_between_is_gone(visit, scripted_site, upstream, answer):
    upstream.then(Script(text="Here I am."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    first(page, "**/chat/ada/messages/", answer)

    visit.ask("Are you there?")

    assert "Here I am." in visit.finished()
    expect(page.locator(".message--user")).to_have_count(1)
    expect(page.locator("#composer")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.get_by_text("Go away")).to_have_count(0)


def test_a_conversation_under_way_survives_too(visit, scripted_site, upstream):
    upstream.then(Script(text="One."), Script(text="Two."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("First?")
    visit.finished()
    first(page, "**/messages/", {"status": 403, **PAGE})

    visit.ask("Second?")

    assert "Two." in visit.finished(2)
    expect(page.locator("#session-state")).to_have_attribute("data-state", "")


def test_a_deleted_conversation_still_ends(visit, scripted_site, upstream):
    upstream.then(Script(text="One."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("First?")
    visit.finished()
    page.route("**/ws/**", lambda route: route.abort())
    scripted_site.shell("from conversations.models import Session; Session.objects.all().delete()")

    visit.ask("Second?")

    expect(page.locator("#session-state")).to_have_attribute("data-state", "deleted")
    expect(page.locator("#composer")).to_be_hidden()
