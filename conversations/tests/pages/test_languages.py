"""A visitor's page speaks their language, and so does all that is added to it later."""

from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from access.visitors import COOKIE, new_visitor
from agents.models import Agent
from conversations.intake import announcing, turns
from conversations.languages import language_of_answer
from conversations.models import Message, Reply, Session
from conversations.pages.fragments import append_fragment
from conversations.replies.runs import runs
from conversations.tests.asking import answered, until
from salesagent.asgi import application
from voice.models import AgentVoice

pytestmark = pytest.mark.django_db(transaction=True)

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
YOUR_MESSAGE = {"en": "Your message", "de": "Ihre Nachricht"}


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [
        ({}, "", "en"),
        (GERMAN, "", "de"),
        ({"Accept-Language": "pl"}, "", "en"),
        ({"Accept-Language": "en"}, "?lang=de", "de"),
        (GERMAN, "?lang=en-GB", "en"),
        (GERMAN, "?lang=pl", "de"),
        ({**GERMAN, "X-Page-Language": "en"}, "", "en"),
    ],
)
@pytest.mark.parametrize("address", ["/", "/chat/ada/", "/embed/ada/", "/chat/ada/offline/", "/embed/ada/offline/"])
def test_a_page_is_in_the_language_asked_for(client, agent, address, headers, query, language):
    Agent.objects.update(hosts=["https://shop.example"])

    response = client.get(address + query, headers={"Referer": "https://shop.example/", **headers})

    assert f'<html lang="{language}" dir="ltr">' in response.content.decode()
    assert YOUR_MESSAGE[language] in response.content.decode()
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("address", ["/", "/chat/ada/", "/embed/ada/"])
@pytest.mark.parametrize(("accepts", "language"), [("pl", "de"), ("", "de"), ("en", "en")])
def test_who_asks_for_no_language_of_the_site_gets_the_agents(client, agent, address, accepts, language):
    Agent.objects.update(hosts=["https://shop.example"])
    AgentVoice.objects.create(agent=agent, language="de")
    headers = {"Referer": "https://shop.example/", **({"Accept-Language": accepts} if accepts else {})}

    response = client.get(address, headers=headers)

    assert f'<html lang="{language}"' in response.content.decode()
    assert response["Content-Language"] == language


def test_texts_in_another_language_than_the_page_are_marked(client, agent):
    Agent.objects.update(greeting="What would you like to know of the lamps that we have?")

    english = 'class="greeting prose" dir="auto" lang="en"'
    assert english in client.get("/chat/ada/", headers=GERMAN).content.decode()
    assert english not in client.get("/chat/ada/", headers={"Accept-Language": "en"}).content.decode()


def test_the_pages_that_follow_keep_the_language_of_the_first(client, agent):
    first = client.get("/chat/ada/?lang=de", headers={"Accept-Language": "en"})
    second = client.get("/privacy/", headers={"Accept-Language": "en"})

    assert first.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] == ""  # it ends with the browser's window
    assert '<html lang="de"' in second.content.decode()
    assert "Cookie" in second["Vary"]


@pytest.mark.parametrize("address", ["/embed/ada/", "/embed.js", "/api/health"])
def test_what_other_sites_load_does_not_depend_on_pages_seen_here(client, agent, address):
    client.get("/chat/ada/?lang=de")

    response = client.get(address, headers={"Accept-Language": "en"})

    assert response["Content-Language"] == "en"
    assert settings.LANGUAGE_COOKIE_NAME not in client.get(f"{address}?lang=de").cookies


def test_a_page_that_asks_for_no_language_sets_no_cookie(client, agent):
    assert settings.LANGUAGE_COOKIE_NAME not in client.get("/chat/ada/", headers=GERMAN).cookies


def test_pages_of_staff_are_whole_in_english(client, agent):
    page = client.get("/admin/login/?lang=de", headers=GERMAN)

    assert '<html lang="en' in page.content.decode()
    assert "Anmelden" not in page.content.decode()
    assert settings.LANGUAGE_COOKIE_NAME not in page.cookies


def test_the_launcher_on_another_site_speaks_the_language_of_its_script(client, agent):
    asked = client.get("/embed.js?lang=de", headers={"Accept-Language": "en"}).content.decode()

    assert "Den Chat öffnen" in asked
    assert "Den Chat öffnen" in client.get("/embed.js", headers=GERMAN).content.decode()
    assert "Open the chat" in client.get("/embed.js", headers={"Accept-Language": "en"}).content.decode()


def test_what_is_refused_is_said_in_the_language_of_the_page(client, agent):
    url = reverse("first_message", args=["ada"])

    refused = client.post(url, {"content": " "}, headers={"HX-Request": "true", "X-Page-Language": "de"})

    assert refused.json()["detail"] == "Schreiben Sie zuerst eine Nachricht."


def test_the_api_says_what_is_wrong_in_the_language_of_the_program(client, agent):
    answer = client.post("/api/chat/init", {"agent": 3}, content_type="application/json", headers=GERMAN)

    assert answer.status_code == 422
    assert answer.json()["error"] == "Validation Failed"
    assert "muss Text sein" in answer.json()["detail"]


@pytest.fixture
def browser():
    value, visitor = new_visitor()
    headers = [(b"cookie", f"{COOKIE}={value}".encode()), (b"origin", b"http://testserver"), (b"host", b"testserver")]
    return visitor, headers


async def test_two_pages_of_one_conversation_each_get_their_own_language(agent, browser):
    visitor, headers = browser
    turn = await turns.begin(agent, visitor, "Hello")
    address = f"/ws/chat/{turn.question.session_id}/?after=0"
    german = WebsocketCommunicator(application, f"{address}&lang=de", headers)
    english = WebsocketCommunicator(application, address, [*headers, (b"accept-language", b"en")])
    await german.connect()
    await english.connect()

    announcing.announce(turn)
    await answered(turn)

    assert "Kopieren" in await _whole(german, turn)
    assert "Copy" in await _whole(english, turn)
    await german.disconnect()
    await english.disconnect()


async def _whole(socket, turn):
    html = ""
    while f'id="m-{turn.answer.id}" data-seq="2" data-status="complete"' not in html:
        html += await socket.receive_from()
    return html


async def test_a_message_drawn_for_one_language_is_not_shown_in_another(agent):
    turn = await turns.begin(agent, "someone", "Hello")

    drawn = {}
    for language in ("de", "en", "de"):
        with translation.override(language):
            drawn[language] = await append_fragment(turn.question)

    assert "Kopieren" in drawn["de"]
    assert "Copy" in drawn["en"]


@pytest.mark.parametrize(
    ("question", "began_with", "language"),
    [
        ("Was kostet die Lampe und wie viel der Versand?", "en", "de"),
        ("What does the lamp cost?", "de", "en"),
        ("Xylophon?", "de-CH", "de"),
        ("Xylophon?", "", "en"),
        ("Xylophon?", "pl", "en"),
        ("Quanto costa la lampada e il suo paralume?", "de", "de"),
    ],
)
def test_an_answer_is_in_the_language_of_its_question_or_of_the_conversation(agent, question, began_with, language):
    session = Session(agent=agent, first_touch={"locale": began_with} if began_with else {})

    assert language_of_answer(question, session) == language


async def test_what_is_stored_does_not_depend_on_who_is_looked_after_meanwhile(agent):
    """The process that answers may have been started by a visitor with another language."""
    with translation.override("en"):
        runs().watch()
        turn = await turns.begin(agent, "someone", "Xylophon?", first_touch={"locale": "de"})
        announcing.announce(turn)
        answer = await answered(turn)

    assert answer.content.startswith("Können Sie mir etwas mehr sagen?")


async def test_a_conversation_keeps_the_language_of_the_page_that_began_it(async_client, agent):
    url = reverse("first_message", args=["ada"])

    await async_client.post(url, {"content": "Xylophon?"}, headers={"HX-Request": "true", "X-Page-Language": "de"})
    await until(_is_answered)

    assert (await Session.objects.aget()).first_touch["locale"] == "de"
    assert "etwas mehr" in (await Message.objects.aget(role="assistant")).content


async def _is_answered():
    return await Reply.objects.filter(state=Reply.State.COMPLETE).aexists()
