"""An agent that is switched off, on or deleted: open pages and sockets hear of it, new visitors read who is there."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import AsyncClient, Client

from access import keys
from access.visitors import COOKIE, new_visitor
from agents import editing
from agents.models import Agent, Brand
from agents.tests.factories import AgentFactory, SuperuserFactory
from conversations.intake import joining
from conversations.messages.events import AgentGone, AgentSwitched, SessionGone, from_wire, to_wire
from conversations.models import Reply
from conversations.replies.hub import hub
from conversations.tests.factories import ReplyFactory
from conversations.tests.socket.json_client import JsonClient
from fakes.patience import PATIENCE_S
from lib.database import in_database
from salesagent.asgi import application
from voice.tests.live.scripted import ScriptedEars, ScriptedNarrator
from voice.tests.live.voice_client import VoiceClient
from voice.tests.live.voice_client import application as voice_application

pytestmark = pytest.mark.django_db(transaction=True)
OFF, ON = 'data-state="inactive"', 'data-state=""'


@pytest.fixture
async def page(agent):
    """An open page with a conversation that is at rest."""
    value, visitor = new_visitor()
    session = (await in_database(joining.begin)(None, visitor)).conversation.session
    opened = []

    async def visit(query: str = "") -> WebsocketCommunicator:
        cookie = f"{COOKIE}={value}".encode()
        headers = [(b"cookie", cookie), (b"origin", b"http://testserver"), (b"host", b"testserver")]
        socket = WebsocketCommunicator(application, f"/ws/chat/{session.pk}/?{query}", headers)
        await socket.connect()
        opened.append(socket)
        return socket

    yield visit
    for socket in opened:
        await socket.disconnect()


async def switch(agent: Agent, is_active: bool) -> None:
    await in_database(editing.change)(agent.pk, {"is_active": is_active, "is_default": is_active})


async def listening(agent: Agent) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not hub().has_listeners(f"agent.{agent.pk}"):  # noqa: ASYNC110 the hub tells nobody
            await asyncio.sleep(0.01)


async def test_a_page_is_closed_and_opened_with_its_agent(page, agent):
    socket = await page()
    await listening(agent)

    await switch(agent, False)
    off = await socket.receive_from()
    await switch(agent, True)
    on = await socket.receive_from()

    assert OFF in off
    assert ON in on


async def test_a_change_of_something_else_is_no_news_to_the_page(page, agent):
    socket = await page()
    await listening(agent)

    await in_database(editing.change)(agent.pk, {"greeting": "Hi"})

    assert await socket.receive_nothing(timeout=0.2)


async def test_a_page_that_missed_it_is_told_when_it_comes_back(page, agent):
    await switch(agent, False)
    assert OFF in await (await page()).receive_from()
    assert await (await page("away=1")).receive_nothing(timeout=0.2)

    await switch(agent, True)

    assert ON in await (await page("away=1")).receive_from()


async def test_a_page_looks_for_itself_after_events_were_lost(page, agent):
    socket = await page()
    await listening(agent)
    await Agent.objects.filter(pk=agent.pk).aupdate(is_active=False)  # as another process whose word is lost

    hub().look_again()

    assert OFF in await socket.receive_from()


async def test_a_deleted_agent_closes_the_page(page, agent):
    socket = await page()
    await listening(agent)

    await in_database(editing.delete)(agent.pk)

    assert 'data-state="deleted"' in await socket.receive_from()
    assert (await socket.receive_output())["code"] == 4404


async def test_a_page_whose_conversation_went_unheard_is_closed_when_it_looks(page, agent, monkeypatch):
    socket = await page()
    await listening(agent)
    with monkeypatch.context() as deaf:
        deaf.setattr(hub(), "publish", lambda *args, **kwargs: None)  # another process's, which is not heard here
        await in_database(editing.delete)(agent.pk)

    hub().look_again()

    assert 'data-state="deleted"' in await socket.receive_from()
    assert (await socket.receive_output())["code"] == 4404


async def test_the_admin_tells_it_too(agent):
    client = AsyncClient()
    await client.aforce_login(await sync_to_async(SuperuserFactory)())

    async with hub().subscribe("a session", agent.pk) as subscription:
        await client.post(f"/admin/agents/agent/{agent.pk}/delete/", {"post": "yes"})
        async with asyncio.timeout(PATIENCE_S):
            events = await subscription.take()

    assert events == [AgentGone(str(agent.pk))]


async def test_who_follows_an_answer_of_a_deleted_agent_hears_its_end(agent):
    reply = await in_database(ReplyFactory)(session__agent=agent, state=Reply.State.RUNNING)
    session_id = str(reply.message.session_id)

    async with hub().subscribe(session_id) as subscription:
        await in_database(editing.delete)(agent.pk)
        async with asyncio.timeout(PATIENCE_S):
            events = await subscription.take()

    assert events == [SessionGone(session_id)]


async def test_the_json_socket_says_it_and_stays_open(agent):
    client = JsonClient()
    await client.open()
    await listening(agent)

    await switch(agent, False)
    off = await client.hear()
    refused = await client.ask({"type": "message", "client_id": "1", "content": "Hello"})
    await switch(agent, True)
    on = await client.hear()
    await in_database(editing.delete)(agent.pk)

    assert off == {"type": "status", "state": "unavailable"}
    assert refused["code"] == "refused"
    assert on == {"type": "status", "state": "available"}
    assert await client.closed() == 4404
    assert client.heard[-1] == {"type": "status", "state": "deleted"}
    await client.leave()


async def test_a_client_that_connects_to_an_agent_that_is_off_is_told(agent):
    _key, raw = await in_database(keys.create)("CRM")
    session = (await in_database(joining.begin)(None)).conversation.session
    await switch(agent, False)
    client = JsonClient()

    await client.open(key=raw, session_id=str(session.pk))

    assert await client.hear() == {"type": "status", "state": "unavailable"}
    await client.leave()


async def test_a_voice_conversation_ends_with_words(agent):
    client = VoiceClient(voice_application(ScriptedEars(takes_s=0), ScriptedNarrator(first_s=0, times_real_time=1000)))
    await client.open()
    await listening(agent)

    await switch(agent, False)

    assert (await client.hear_until("error"))["code"] == "agent_away"
    assert await client.closed() == 4403
    await client.leave()


@pytest.mark.parametrize("event", [AgentSwitched("1", False), AgentGone("1")])
def test_other_processes_understand_it(event):
    assert from_wire(to_wire(event)) == event


def test_new_visitors_of_an_agent_that_is_off_get_a_page_with_words_and_a_way_on(client, agent):
    AgentFactory(slug="bob", name="Bob", is_active=False)

    response = client.get("/chat/bob/?q=Is+anybody+there")
    html = response.content.decode()

    assert response.status_code == 404
    assert "Bob is not available at the moment" in html
    assert "Is anybody there" in html
    assert 'href="/chat/ada/"' not in html, "the two are not offered together"
    Brand.objects.update(family="One")
    assert 'href="/chat/ada/"' in client.get("/chat/bob/").content.decode()


def test_a_first_message_to_an_agent_that_is_off_is_given_back(client, agent):
    AgentFactory(slug="bob", name="Bob", is_active=False)

    page = client.post("/chat/bob/messages/", {"content": "A long thought"})
    fragment = client.post("/chat/bob/messages/", {"content": "A long thought"}, headers={"HX-Request": "true"})

    assert page.status_code == fragment.status_code == 404
    assert "A long thought" in page.content.decode()
    assert "Nobody takes messages" in fragment.json()["detail"]


def test_a_new_conversation_leads_to_somebody_who_is_there(client, agent):
    AgentFactory(slug="bob")
    off = AgentFactory(slug="off", is_active=False)

    assert client.get("/chat/?agent=bob").url == "/chat/bob/"
    assert client.get(f"/chat/?agent={off.slug}").status_code == 404, "nobody is offered with it"
    assert client.get("/chat/?agent=deleted").status_code == 404
    Brand.objects.filter(agent__in=[agent, off]).update(family="One")
    assert client.get(f"/chat/?agent={off.slug}").url == "/chat/ada/"
    assert client.get("/chat/?agent=%00").url == "/chat/ada/"


@pytest.mark.parametrize("path", ["/chat/", "/chat/?agent=x", "/chat/x/"])
def test_where_nobody_is_left_the_page_says_so(client: Client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "Nobody answers here" in response.content.decode()
