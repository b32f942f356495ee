"""A model that thinks: everybody is told that it does, and nobody reads, hears or sends back what."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agents.models import Agent
from conversations.deletion import sessions
from conversations.messages.events import Delta, MessageStored, Thinks
from conversations.models import Message, Reply
from conversations.pages.fragments import PageFeed
from conversations.replies import following
from conversations.replies.hub import hub
from conversations.socket.feed import JsonFeed
from conversations.tests.asking import ask, reply_of, until
from conversations.tests.pages.test_page_feed import RUNNING
from conversations.tests.rest.conftest import async_visitor_of, new_session
from conversations.tests.rest.events import all_events, events, text_of, until_text
from conversations.tests.rest.sending import send
from conversations.tests.socket.json_client import JsonClient
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "SECRET"
THOUGHT = ("They ", f"ask {SECRET} ", "things. ")
ANSWER = "It costs 40 dollars."
THINKING: dict[str, dict[str, Any]] = {
    "reasoning_content": {"thinking": THOUGHT, "text": ANSWER, "rate_per_s": 30},
    "reasoning": {"thinking": THOUGHT, "thinking_as": "reasoning", "text": ANSWER, "rate_per_s": 30},
    "think": {"tokens": ("<thi", "nk>", *THOUGHT, "</think>", "\n\n", ANSWER), "rate_per_s": 30},
    "channels": {
        "tokens": ("<|channel|>", "analysis", "<|message|>", *THOUGHT, "<|end|>", "<|start|>assistant", "<|channel|>",
                   "final", "<|message|>", ANSWER, "<|return|>"), "rate_per_s": 30,
    },
    "parts": {
        "deltas": (
            *({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": part}]}]} for part in THOUGHT),
            {"content": [{"type": "text", "text": ANSWER}]},
        ),
        "rate_per_s": 30,
    },
}  # fmt: skip
CLOSED_ONLY = Script(tokens=(*THOUGHT, "</think>", ANSWER), rate_per_s=20)


@pytest.fixture(params=THINKING)
def script(request) -> Script:
    return Script(**THINKING[request.param])


async def events_of(turn) -> list[Any]:
    """All that happens until the answer has ended."""
    async with hub().subscribe(turn.answer.session_id) as subscription:
        found: list[Any] = []
        async for event in subscription:
            found.append(event)
            if type(event).__name__ == "MessageFinished":
                return found
    raise AssertionError("no end")


async def test_the_page_says_that_the_agent_thinks_and_then_shows_the_answer(agent, upstream, script):
    upstream.then(script)
    turn = await ask(agent)
    feed = PageFeed()
    fragments = [feed.show(turn.answer)]

    for event in await events_of(turn):
        fragments.append(feed.fragment(event))

    html = "".join(fragments)
    assert "Ada is thinking…" in html
    assert html.index("Ada is thinking…") < html.index("40 dollars")
    assert SECRET not in html
    assert await stored(turn) == ANSWER


async def stored(turn) -> str:
    return (await Message.objects.aget(pk=turn.answer.id)).content


async def test_the_json_socket_says_that_the_agent_thinks_once(agent, upstream, script):
    upstream.then(script)
    client = JsonClient()
    await client.open()

    await client.say({"type": "message", "client_id": "c1", "content": "Hello"})
    final = await client.final()
    await client.leave()

    assert final["content"] == client.texts[final["id"]] == ANSWER
    status = [frame for frame in client.heard if frame["type"] == "status"]
    assert status == [{"type": "status", "state": "thinking", "message_id": final["id"]}]
    assert SECRET not in str(client.heard)


async def test_a_stream_says_that_the_agent_thinks(agent, upstream, script):
    upstream.then(before_its_answer(script))
    session = await new_session()
    visitor = async_visitor_of(session.pk)

    stream = events((await send(visitor, session, Accept="text/event-stream")).streaming_content)
    found = [await anext(stream)]
    upstream.go_on()
    found += [event async for event in stream]

    assert found[0].name == "status"
    assert found[0].data["state"] == "thinking"
    assert found[0].id.endswith(":0")
    assert text_of(found) == found[-1].data["full_content"] == ANSWER
    assert SECRET not in str(found)


def before_its_answer(script: Script) -> Script:
    """Held there, until whoever comes to see it think is there."""
    words = script.tokens or script.deltas
    return replace(script, hold_after_tokens=words.index(ANSWER) if ANSWER in words else max(len(words) - 1, 0))


async def test_an_answer_as_json_holds_no_thought(agent, upstream, script):
    upstream.then(script)
    session = await new_session()

    response = await send(async_visitor_of(session.pk), session)

    assert response.json()["assistant_message"]["content"] == ANSWER
    assert SECRET not in response.content.decode()


async def test_no_thought_goes_back_to_the_model(agent, upstream, script):
    upstream.then(script, Script(text="Rye is 5."))
    session = await new_session()
    visitor = async_visitor_of(session.pk)

    await send(visitor, session, "Wheat?")
    await send(visitor, session, "And rye?")

    sent = upstream.requests[1].body["messages"]
    assert [message["content"] for message in sent[1:]] == ["Wheat?", ANSWER, "And rye?"]


async def test_a_thought_without_an_opening_tag_is_taken_back_everywhere(agent, upstream):
    upstream.then(CLOSED_ONLY)
    turn = await ask(agent)
    page, client = PageFeed(), JsonFeed()
    page.show(turn.answer)
    frames, fragments = [], []

    for event in await events_of(turn):
        fragments.append(page.fragment(event))
        frames += client.frames(event)

    reply = await reply_of(turn)
    begun_anew = [frame for frame in frames if frame["type"] == "token" and not frame["content"]]
    assert await stored(turn) == ANSWER
    assert reply.attempt == 2
    assert reply.state == Reply.State.COMPLETE
    assert [frame["offset"] for frame in begun_anew] == [0]
    assert SECRET not in fragments[-1]


async def test_a_stream_begins_anew_where_a_thought_is_taken_back(agent, upstream):
    upstream.then(replace(CLOSED_ONLY, hold_after_tokens=2), CLOSED_ONLY)
    session = await new_session()
    visitor = async_visitor_of(session.pk)

    stream = events((await send(visitor, session, Accept="text/event-stream")).streaming_content)
    first = await until_text(stream)
    upstream.go_on()
    first += [event async for event in stream]
    second = await all_events((await send(visitor, session, Accept="text/event-stream")).streaming_content)

    assert "restart" in [event.name for event in first]
    assert text_of(first) == first[-1].data["full_content"] == ANSWER
    assert SECRET not in str(second)  # from then on it is known how this model begins
    assert text_of(second) == ANSWER


def test_a_page_that_joins_while_the_agent_thinks_is_told_and_one_that_knows_is_not():
    feed = PageFeed()
    feed.show(RUNNING)
    thinks = Thinks(RUNNING.id, 1, "Ada <b>")

    assert "Ada &lt;b&gt; is thinking" in feed.fragment(thinks)
    assert feed.fragment(thinks) == ""
    assert "is writing" in feed.fragment(Delta(RUNNING.id, 1, 0, "It"))
    assert "thinking" in feed.fragment(thinks)
    assert "thinking" not in feed.fragment(MessageStored(RUNNING))


@pytest.mark.parametrize(
    ("script", "cut"),
    [
        (Script(text=ANSWER, finish_reason="length"), "length"),
        (Script(text=ANSWER, finish_reason="content_filter"), "filtered"),
        (Script(text=ANSWER, finish_reason="tool_calls"), "ended"),
        (Script(tokens=("It costs 1", "00", ".50 EUR"), malformed_at=(2,), rate_per_s=50), "hole"),
        (Script(text=ANSWER), None),
    ],
)
async def test_a_cut_answer_is_marked_in_every_transport(agent, upstream, script, cut):
    upstream.then(script, script)
    session = await new_session()
    visitor = async_visitor_of(session.pk)

    streamed = await all_events((await send(visitor, session, Accept="text/event-stream")).streaming_content)
    answer = (await send(visitor, session)).json()["assistant_message"]

    assert streamed[-1].name == "done"
    assert streamed[-1].data["cut"] == answer["cut"] == cut
    stored_cuts = [reply.cut async for reply in Reply.objects.filter(message__session=session)]
    assert stored_cuts == [cut or ""] * 2


@pytest.mark.parametrize("what", ["session", "agent"])
async def test_deleting_what_streams_ends_the_stream_with_an_error(agent, upstream, what, monkeypatch):
    monkeypatch.setattr(following, "QUIET_S", 3600)  # at once, and not when somebody looks into the database
    upstream.then(Script(text="one two three", hold_after_tokens=2))
    session = await new_session()
    response = await send(async_visitor_of(session.pk), session, Accept="text/event-stream")
    reading = asyncio.create_task(all_events(response.streaming_content))
    await until(lambda: hub().has_listeners(str(session.pk)) and upstream.requests)

    await (sessions.delete(session) if what == "session" else in_database(Agent.objects.filter(pk=agent.pk).delete)())

    found = await asyncio.wait_for(reading, PATIENCE_S)
    assert found[-1].name == "error"
    assert found[-1].data["error"] == "Not Found"
    assert found[-1].data["message_id"]
