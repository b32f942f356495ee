"""axe-core within the frame, in the states that a visitor meets, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from conversations.tests.attachments import files
from e2e.journeys.embed.conftest import Shop
from e2e.journeys.embed.test_attachments import FRAME_SEES
from e2e.journeys.test_memory import REMEMBERS
from fakes.live_voice import ROOM
from fakes.patience import wait_until
from fakes.scripts import Script
from fakes.voice import FakeVoice
from voice.tests.utterances import needs_models

pytestmark = pytest.mark.browser
ANSWER = ".message--assistant[data-status=complete]"
TELLS = """
from agents.models import Agent
from leads.models import LeadSettings
told = {"alert_addresses": "sales@shop.example"}
LeadSettings.objects.update_or_create(agent=Agent.objects.get(slug="ada"), defaults=told)
"""
TELLS_NOBODY = "from leads.models import LeadSettings; LeadSettings.objects.all().delete()"
# Of the agent that remembers: it stands on the shop too, a person may answer for it, and a program has a key.
IS_STAFFED = """
from access import keys
from agents.models import Agent
from django.contrib.auth import get_user_model
Agent.objects.filter(slug="memo").update(hosts={hosts!r})
get_user_model().objects.create_superuser("frame", password="a long password")
print(keys.create("Frame")[1])
"""
IS_NOT_STAFFED = """
from access.models import ApiKey
from django.contrib.auth import get_user_model
get_user_model().objects.filter(username="frame").delete()
ApiKey.objects.filter(name="Frame").delete()
"""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
LATER = {"error": "Service Unavailable", "detail": "No.", "fallback_message": "Speech is not available just now."}


@pytest.fixture
def selling_shop(shop):
    """Its agent takes contact details."""
    shop.site.shell(TELLS)
    wait_for_words(shop, "Leave your details")
    yield shop
    shop.site.shell(TELLS_NOBODY)


@pytest.fixture
def staffed_shop(shop):
    """Its agent remembers who lets it, and hands over to people; and the key by which a person takes over."""
    shop.site.shell(REMEMBERS)
    key = shop.site.shell(IS_STAFFED.format(hosts=[shop.host.url]))
    other = Shop(shop.host, shop.site, shop.visit, slug="memo")
    wait_for_words(other, "Remember this conversation?", "Talk to a person")
    yield other, key
    shop.site.shell(IS_NOT_STAFFED)


def wait_for_words(shop, *words):
    """Until the server knows what was switched on."""

    def are_there():
        text = shop.page.request.get(f"{shop.site.url}/chat/{shop.slug}/").text()
        return all(one in text for one in words)

    wait_until(are_there, pause_s=0.2)
    shop.visit.context.clear_cookies()


def open_chat(shop):
    shop.open("<main><h1>Lamps</h1></main>")
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()


def test_an_empty_chat_an_answer_and_one_that_failed(shop, upstream):
    upstream.then(Script(text="We sell **lamps**:\n\n- brass\n- glass"), Script(text="One two", cut_after_tokens=1))
    open_chat(shop)
    assert shop.axe_in_frame() == []

    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("lamps")
    assert shop.axe_in_frame() == []

    shop.chat.get_by_role("button", name="It did not help", exact=True).click()
    shop.chat.locator(".feedback__words").fill("Which ones?")
    assert shop.axe_in_frame() == []

    shop.ask("And what does it cost?")
    expect(shop.chat.get_by_role("button", name="Retry")).to_be_visible()
    assert shop.axe_in_frame() == []


def test_the_contact_form(selling_shop):
    shop = selling_shop
    open_chat(shop)
    shop.chat.get_by_role("link", name="Leave your details").first.click()
    form = shop.chat.get_by_role("dialog", name="Leave your details")
    expect(form).to_be_visible()
    assert shop.axe_in_frame() == []

    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Write an e-mail address or a telephone number")).to_be_visible()
    assert shop.axe_in_frame() == []


def test_lists_headings_and_tables_in_an_answer(shop, upstream):
    text = "## Prices\n\n- brass\n- glass\n\n| lamp | price |\n| --- | --- |\n| brass | 40 |\n\n`code`"
    upstream.then(Script(text=text))
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("brass")

    assert shop.axe_in_frame() == []
    expect(shop.chat.locator(".prose h2")).to_have_css("margin-top", "0px")  # nothing stands above it
    assert shop.chat.locator(".prose ul").evaluate("one => parseFloat(getComputedStyle(one).paddingInlineStart)") > 10


def test_what_waits_for_a_connection(shop, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="Forty dollars."))
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_have_count(1)
    shop.visit.context.set_offline(True)
    shop.ask("What do they cost?")
    expect(shop.chat.locator(".message--pending")).to_have_count(1)

    assert shop.axe_in_frame() == []

    shop.visit.context.set_offline(False)
    expect(shop.chat.locator(ANSWER)).to_have_count(2)
    shop.visit.complaints.clear()  # the browser's own words about the network


def test_a_conversation_that_was_deleted_in_another_tab(shop, upstream):
    upstream.then(Script(text="We sell lamps."))
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_have_count(1)
    other = shop.another_tab()
    other.open(path="/lamps")
    other.launcher.click()
    other.chat.locator("#session-delete").click()
    other.chat.get_by_role("button", name="Delete", exact=True).click()
    expect(shop.chat.locator("#session-state[data-state=deleted]")).to_have_count(1)
    expect(shop.chat.locator(".composer")).to_be_hidden()

    assert shop.axe_in_frame() == []


def test_files_before_and_after_they_are_sent(takes_files, shop, upstream):
    upstream.then(Script(text="A flag."))
    open_chat(shop)
    shop.chat.locator("#panel[data-files-started]").wait_for()
    picture = {"name": "a.png", "mimeType": "image/png", "buffer": files.picture("PNG")}
    shop.chat.locator("#files").set_input_files([picture])
    expect(shop.chat.locator(".tray__file[data-state=ready]")).to_have_count(1)
    broken = {**picture, "name": "broken.png", "buffer": b"no picture"}
    shop.chat.locator("#files").set_input_files([broken])
    expect(shop.chat.locator(".tray__file[data-state=refused]")).to_have_count(1)
    shop.page.route("**/attachments/", lambda route: route.abort())
    shop.chat.locator("#files").set_input_files([{**picture, "name": "lost.png"}])
    expect(shop.chat.get_by_role("button", name="Try lost.png again")).to_be_visible()
    assert shop.axe_in_frame() == []

    for name in ("broken.png", "lost.png"):
        shop.chat.get_by_role("button", name=f"Remove {name}").click()
    shop.ask("What is this?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("A flag.")
    shop.frame().wait_for_function(FRAME_SEES)
    assert shop.axe_in_frame() == []

    shop.chat.locator(".attached img").click()
    expect(shop.chat.get_by_role("dialog", name="Picture")).to_be_visible()
    assert shop.axe_in_frame() == []


def test_who_may_be_remembered_waits_for_a_person_and_talks_to_one(staffed_shop, upstream):
    shop, key = staffed_shop
    upstream.then(Script(text="It costs 40 euros."))
    open_chat(shop)
    shop.ask("How much is a lamp?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("40 euros")
    asked = shop.chat.get_by_role("form", name="Remember this conversation?")
    expect(asked).to_be_visible()
    found = [shop.axe_in_frame()]

    shop.chat.locator("#composer [data-action=ask-person]").click()
    speaker = shop.chat.locator("#speaker")
    expect(speaker).to_contain_text("The team was asked to join")
    found.append(shop.axe_in_frame())

    session = f"{shop.site.url}/api/sessions/{shop.chat.locator('#panel').get_attribute('data-session')}"
    headers = {"Authorization": f"Bearer {key}"}
    assert shop.page.request.post(f"{session}/takeover", headers=headers, data={"name": "Sam"}).ok
    expect(speaker).to_contain_text("You are talking to Sam")
    for content in (LONG, "How can I help?"):
        written = {"role": "staff", "content": content}
        assert shop.page.request.post(f"{session}/messages", headers=headers, data=written).ok
    expect(shop.chat.locator(".message--staff")).to_have_count(2)
    found.append(shop.axe_in_frame())

    shop.visit.context.clear_cookies()  # the frame itself says whose choice it is
    asked.get_by_role("button", name="Yes, remember").click()
    expect(shop.chat.get_by_role("button", name="What we remember of you")).to_be_focused()
    expect(asked).to_have_count(0)
    expect(shop.chat.locator(".message--staff")).to_have_count(2)
    found.append(shop.axe_in_frame())

    assert found == [[]] * 4


def test_a_recording_and_one_that_could_not_be_sent(speaking_shop):
    shop = speaking_shop
    voice = FakeVoice(shop.page, holds=True)
    voice.refusals.append((503, LATER))
    open_chat(shop)
    shop.chat.locator("#panel[data-voice-started]").wait_for()
    shop.chat.locator("#mic").click()
    expect(shop.chat.locator("#recording-state")).to_have_text("Listening")
    found = [shop.axe_in_frame()]

    shop.chat.locator("#mic").click()
    expect(shop.chat.locator("#recording-state")).to_contain_text("Sending")
    found.append(shop.axe_in_frame())

    voice.release()
    expect(shop.chat.locator("#voice-kept")).to_contain_text(LATER["fallback_message"])
    found.append(shop.axe_in_frame())

    assert found == [[]] * 3


def test_the_count_of_what_came_meanwhile(shop, upstream):
    upstream.then(Script(tokens=("We sell ", "lamps."), hold_after_tokens=1))
    open_chat(shop)
    shop.ask("What do you sell?")
    expect(shop.chat.locator(".message--assistant")).to_contain_text("We sell")
    shop.chat.locator("[data-action=minimise]").click()
    upstream.go_on()
    expect(shop.page.locator(".count")).to_have_text("1")

    assert shop.visit.axe_light_and_dark() == []


@needs_models
def test_a_live_conversation(speaking_shop):
    shop = speaking_shop
    shop.page.add_init_script(ROOM)
    shop.page.route("**/vendor/vad-web*/**", lambda route: route.abort())
    open_chat(shop)
    shop.chat.locator("#panel[data-voice-started]").wait_for()
    shop.chat.locator("#live-start").click()
    expect(shop.chat.locator("#live-state")).to_have_text("Listening")

    assert shop.axe_in_frame() == []
