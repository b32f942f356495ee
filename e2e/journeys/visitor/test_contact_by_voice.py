"""Behind a language model, typed or spoken to: what it promises is kept by the form or taken back; details that are
spoken, or left by the form while people talk, reach staff with their proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.conftest import LET_DICTATE, MAKE_AGENT
from e2e.journeys.visitor.test_contact import MAKE, found_by_staff
from fakes.live_voice import Talk
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.site import Site, site
from fakes.transcription import Heard
from voice.tests.utterances import needs_models

pytestmark = pytest.mark.browser

PROMISE = "Great! Our team will call you tomorrow."
SPOKEN = "my name is Ray Moon and my e-mail address is ray at moon dot example"


@pytest.fixture(scope="module")
def selling_site(tmp_path_factory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    scripted = {"OPENAI_MODEL": "scripted", "OPENAI_TTS_MODEL": "scripted", "RATE_LIMITS": "off"}
    folder, url = tmp_path_factory.mktemp("selling"), upstream_server.base_url
    with site(folder, begun_with=MAKE + LET_DICTATE, OPENAI_BASE_URL=url, **scripted) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def unwatched_site(tmp_path_factory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    """Without staff, whom other journeys make on the site that they share."""
    scripted = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("unwatched"), begun_with=MAKE_AGENT, **scripted) as made:
        made.start()
        yield made


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 700}}, {}], indirect=True)
def test_a_promise_of_the_model_is_turned_into_the_form(visit, selling_site, upstream):
    upstream.then(Script(text=PROMISE))
    page = visit.page
    page.goto(f"{selling_site.url}/chat/ada/")
    visit.ask("I want a lamp")
    assert PROMISE in visit.finished()

    expect(page.locator(".message__unkept")).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text(f"Ada says: {PROMISE}")
    page.locator(".message--assistant").get_by_role("link", name="Leave your details").click()

    expect(page.get_by_role("dialog", name="Leave your details")).to_be_visible()
    assert visit.complaints == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_script_too(visit, selling_site, upstream):
    upstream.then(Script(text=PROMISE))
    page = visit.page
    page.goto(f"{selling_site.url}/chat/ada/")
    page.get_by_role("textbox").fill("I want a lamp")
    page.get_by_role("button", name="Send", exact=True).click()
    answer = page.locator(".message--assistant", has_text="Our team will call you")
    for _reload in range(200):
        if answer.count():
            break
        page.wait_for_timeout(500)
        page.reload()

    answer.get_by_role("link", name="Leave your details").click()

    expect(page.get_by_role("heading", name="Leave your details")).to_be_visible()


def test_where_nobody_is_told_a_promise_is_taken_back(visit, unwatched_site, upstream):
    upstream.then(Script(text=PROMISE))
    page = visit.page
    page.goto(f"{unwatched_site.url}/chat/ada/")
    visit.ask("I want a lamp")
    visit.finished()

    expect(page.locator(".message__unkept")).to_contain_text("Nobody is told of what is written here")
    expect(page.locator(".message__unkept")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Nobody is told of what is written here")
    expect(page.get_by_role("link", name="Leave your details")).to_have_count(0)
    assert visit.axe() == []


@needs_models  # who speaks into the microphone is our own voice
def test_spoken_details_reach_staff_with_their_words(speaking_visit, selling_site, upstream):
    upstream.hear(*[Heard(SPOKEN)] * 9)
    talk = Talk(speaking_visit.page).open(selling_site).start()
    talk.say(SPOKEN)
    expect(talk.page.locator(".message--user .prose")).to_have_text(SPOKEN)
    speaking_visit.finished()
    talk.page.get_by_role("button", name="End the voice conversation").click()

    found_by_staff(speaking_visit, selling_site, "Ray Moon")
    expect(talk.page.locator("mark").filter(has_text="ray at moon dot example")).to_have_count(1)
    expect(talk.page.get_by_role("row", name="ray@moon.example")).to_have_count(1)


@needs_models
def test_the_form_is_filled_in_while_people_talk(speaking_visit, selling_site, upstream):
    upstream.then(Script(text="A lamp costs 40 dollars."))
    talk = Talk(speaking_visit.page).open(selling_site).start()
    page = talk.page
    talk.say("what do you sell")
    speaking_visit.finished()
    page.get_by_role("link", name="Leave your details").first.click()
    form = page.get_by_role("dialog", name="Leave your details")
    form.get_by_label("Name").fill("Mia Sun")
    form.get_by_label("E-mail").fill("mia@sun.example")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()

    expect(form).to_be_hidden()
    expect(page.locator(".message--assistant").last).to_contain_text("Saved for the team: mia@sun.example.")
    assert speaking_visit.complaints == []
    found_by_staff(speaking_visit, selling_site, "Mia Sun")
    expect(page.locator("mark").filter(has_text="mia@sun.example")).to_have_count(1)
