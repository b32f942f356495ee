"""POST /sessions/{id}/messages: the answer as JSON and as a stream, once per key, and never lost."""

import asyncio
from dataclasses import replace

import pytest

from access import tokens
from access.callers import Caller
from conversations.models import Message, Reply, Session
from conversations.replies import following
from conversations.replies.following import Position
from conversations.replies.hub import hub
from conversations.rest import sse
from conversations.tests.asking import until
from conversations.tests.rest.conftest import Asking
from conversations.tests.rest.events import all_events, events, text_of, until_text
from conversations.tests.rest.sending import path, send, stored_answer
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from salesagent.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = Script(text="one two three four five six seven eight", rate_per_s=20)
HELD = replace(SLOW, hold_after_tokens=4)
STREAM = {"Accept": "text/event-stream"}
ANYBODY = Caller("open", None, "open", "x")


async def test_without_a_stream_both_messages_are_answered(upstream, session, visitor):
    upstream.then(Script(text="Hello there."))

    response = await send(visitor, session, "  Hello \n")

    assert response.status_code == 200
    body = response.json()
    assert body["user_message"] | {"role": "user", "content": "Hello", "status": "complete"} == body["user_message"]
    answer = body["assistant_message"]
    assert answer | {"role": "assistant", "content": "Hello there.", "status": "complete"} == answer
    assert set(answer) == {
        "id", "session_id", "role", "name", "content", "message_type", "attachments", "audio_url", "tts_audio_url",
        "created_at", "status",
        "audio_ms", "tts_audio_ms", "heard_content", "sources", "certainty", "cut", "withheld", "offers_contact",
        "feedback",
    }  # fmt: skip
    assert answer["created_at"].endswith("Z")


async def test_head_of_a_stream_has_its_headers_and_does_not_begin_it(upstream, session, visitor):
    upstream.then(HELD)
    sent = await send(visitor, session, **STREAM)
    await until_text(events(sent.streaming_content))

    head = await visitor.head(path(session, "stream"))

    upstream.go_on()
    assert (head.status_code, head["Content-Type"], head.content) == (200, "text/event-stream", b"")
    assert "Content-Length" not in head


async def test_a_stream_tells_each_piece_and_the_end(upstream, session, visitor):
    upstream.then(HELD)

    response = await send(visitor, session, **STREAM)
    stream = events(response.streaming_content)
    found = await until_text(stream)
    upstream.go_on()
    found += await _rest(stream)

    answer = await stored_answer(session)
    assert response["Content-Type"] == "text/event-stream"
    assert response["X-Accel-Buffering"] == "no"
    assert [event.name for event in found[-2:]] == ["token", "done"]
    assert len(found) > 2
    assert text_of(found) == SLOW.text
    assert found[-1].data == {
        "message_id": str(answer.pk), "full_content": SLOW.text, "sources": [], "status": "complete", "cut": None,
        "offers_contact": False,
    }  # fmt: skip
    assert found[-2].id == f"{answer.pk}:1:{len(SLOW.text)}"


async def test_a_promise_of_the_model_offers_the_contact_form(upstream, session, visitor):
    upstream.then(Script(text="Our team will call you tomorrow."), Script(text="Our team will call you tomorrow."))

    answered = (await send(visitor, session)).json()
    streamed = await all_events((await send(visitor, session, **STREAM)).streaming_content)

    assert answered["assistant_message"]["offers_contact"]
    assert not answered["user_message"]["offers_contact"]
    assert streamed[-1].data["offers_contact"]


async def test_the_same_key_answers_the_same_and_asks_no_model_again(upstream, session, visitor):
    upstream.then(Script(text="Once."))
    headers = {"Idempotency-Key": "first-try"}

    first = (await send(visitor, session, **headers)).json()
    again = (await send(visitor, session, **headers)).json()
    streamed = await all_events((await send(visitor, session, **headers, **STREAM)).streaming_content)

    assert again == first
    assert text_of(streamed) == streamed[-1].data["full_content"] == "Once."
    assert len(upstream.requests) == 1
    assert await Message.objects.acount() == 2


async def test_the_same_key_while_the_answer_runs_joins_it(upstream, session, visitor):
    upstream.then(SLOW)
    headers = {"Idempotency-Key": "twice", **STREAM}

    responses = await asyncio.gather(*(send(visitor, session, **headers) for _ in range(2)))
    found = await asyncio.gather(*(all_events(response.streaming_content) for response in responses))

    assert [text_of(each) for each in found] == [SLOW.text, SLOW.text]
    assert len(upstream.requests) == 1


async def test_a_key_is_not_taken_for_another_text(upstream, session, visitor):
    upstream.then(Script(text="Once."))
    await send(visitor, session, "One", **{"Idempotency-Key": "k"})

    response = await send(visitor, session, "Two", **{"Idempotency-Key": "k"})

    assert response.status_code == 409
    assert "Idempotency-Key" in response.json()["detail"]
    assert await Message.objects.acount() == 2


async def test_who_goes_away_does_not_stop_the_answer(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    await anext(stream)
    await stream.aclose()
    upstream.go_on()

    await until(lambda: _has_ended(session))

    answer = await stored_answer(session)
    assert (answer.content, answer.reply.state) == (SLOW.text, Reply.State.COMPLETE)


async def test_a_stream_goes_on_where_it_broke_off(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    read = await until_text(stream)
    await stream.aclose()

    response = await visitor.get(path(session, "stream"), headers={"Last-Event-ID": read[-1].id})
    upstream.go_on()
    rest = await all_events(response.streaming_content)

    assert text_of(read + rest) == SLOW.text
    assert rest[-1].data["full_content"] == SLOW.text
    assert len(upstream.requests) == 1


async def test_a_stream_whose_answer_has_ended_meanwhile_brings_the_rest(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    read = [await anext(stream)]
    await stream.aclose()
    upstream.go_on()
    await until(lambda: _has_ended(session))

    response = await visitor.get(path(session, "stream"), headers={"Last-Event-ID": read[-1].id})
    rest = await all_events(response.streaming_content)

    assert text_of(read + rest) == SLOW.text
    assert [event.name for event in rest] == ["token", "done"]


async def test_what_was_read_of_an_attempt_that_was_given_up_is_dropped(upstream, session, visitor):
    upstream.then(Script(text="The whole answer."))
    await send(visitor, session)
    answer = await stored_answer(session)
    await Reply.objects.filter(message=answer).aupdate(attempt=2)

    response = await visitor.get(path(session, "stream"), headers={"Last-Event-ID": f"{answer.pk}:1:9"})
    found = await all_events(response.streaming_content)

    assert [event.name for event in found] == ["restart", "token", "done"]
    assert text_of(found) == "The whole answer."


async def test_a_second_stream_without_an_id_has_the_running_answer_from_its_start(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    await anext(stream)

    response = await visitor.get(path(session, "stream"))
    upstream.go_on()
    found = await all_events(response.streaming_content)

    assert text_of(found) == SLOW.text
    await stream.aclose()


async def test_a_reader_of_the_end_is_sent_away(upstream, session, visitor):
    upstream.then(Script(text="Done."))
    found = await all_events((await send(visitor, session, **STREAM)).streaming_content)

    with_id = await visitor.get(path(session, "stream"), headers={"Last-Event-ID": found[-1].id})
    without = await visitor.get(path(session, "stream"))

    assert (with_id.status_code, without.status_code) == (204, 204)


async def test_stop_ends_the_answer_and_keeps_what_was_said(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    await anext(stream)
    answer = await stored_answer(session)

    response = await visitor.post(path(session, f"replies/{answer.pk}/stop"))
    rest = [event async for event in stream]

    assert (response.status_code, response.json()["status"]) == (202, "running")
    assert rest[-1].name == "done"
    assert rest[-1].data["status"] == "stopped"
    assert SLOW.text.startswith(rest[-1].data["full_content"])


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (Script(text="The lamp is bright", fail_after_tokens=3), "Provider Error"),
        (Script(text="The lamp", error_object_after=2, error={"code": "rate_limit_exceeded"}), "Rate Limited"),
    ],
)
async def test_a_model_that_fails_is_told_with_a_text_for_the_visitor(upstream, session, visitor, script, error):
    upstream.then(script)

    found = await all_events((await send(visitor, session, **STREAM)).streaming_content)

    answer = await stored_answer(session)
    last = found[-1]
    assert last.name == "error"
    assert last.data["message_id"] == str(answer.pk)
    assert last.data["error"] == error
    assert last.data["fallback_message"]
    assert answer.content.endswith(last.data["fallback_message"])
    assert text_of(found) == answer.content.removesuffix(last.data["fallback_message"]).strip()


async def test_a_model_that_fails_answers_200_as_json(upstream, session, visitor):
    upstream.then(Script(text="The lamp is bright", fail_after_tokens=3))

    response = await send(visitor, session)

    assert response.status_code == 200
    assert response.json()["assistant_message"]["status"] == "failed"
    assert response.json()["assistant_message"]["content"]


async def test_silence_is_filled_with_comments(upstream, session, visitor):
    upstream.then(Script(text="Late.", hold_after_tokens=0))
    await send(visitor, session, **STREAM)
    answer = await stored_answer(session)

    body = b""
    async for part in sse.stream(str(session.pk), Position(str(answer.pk)), ANYBODY, heartbeat_s=0.05):
        body += part
        if body.count(b": still here\n\n") == 3:
            upstream.go_on()

    assert b"event: done" in body


async def test_an_answer_made_where_nobody_hears_it_is_found_in_the_database(upstream, session, visitor, monkeypatch):
    monkeypatch.setattr(following, "QUIET_S", 0.05)
    upstream.then(Script(stall_after_tokens=0))
    await send(visitor, session, **STREAM)
    answer = await stored_answer(session)
    stream = events(sse.stream(str(session.pk), Position(str(answer.pk)), ANYBODY))

    async def end() -> None:
        await asyncio.sleep(0.15)
        await Message.objects.filter(pk=answer.pk).aupdate(content="From elsewhere.")
        await Reply.objects.filter(message=answer).aupdate(state=Reply.State.COMPLETE)

    _, found = await asyncio.gather(end(), asyncio.wait_for(_rest(stream), PATIENCE_S))

    assert text_of(found) == "From elsewhere."
    assert found[-1].name == "done"


async def test_a_deleted_session_ends_its_streams(upstream, session, visitor, key):
    upstream.then(Script(stall_after_tokens=0))
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    following_it = asyncio.create_task(_rest(stream))
    await until(lambda: hub().has_listeners(str(session.pk)))

    response = await Asking(key).delete(f"/api/sessions/{session.pk}")

    assert response.status_code == 204
    ended = await asyncio.wait_for(following_it, PATIENCE_S)
    assert [(event.name, event.data["error"]) for event in ended] == [("error", "Not Found")]


async def test_a_stopping_server_ends_its_streams_without_an_end(upstream, session, visitor):
    upstream.then(HELD)
    stream = events((await send(visitor, session, **STREAM)).streaming_content)
    await anext(stream)

    hub().dismiss()

    assert "done" not in {event.name for event in await _rest(stream)}


@pytest.mark.parametrize("is_slow", [False, True])
async def test_nothing_stays_behind_of_a_client_that_is_gone(upstream, session, is_slow):
    upstream.then(HELD)
    client = AsgiClient(path(session), tokens.issue(session.pk), reads=3 if is_slow else 100)
    serving = asyncio.create_task(application(client.scope, client.receive, client.send))
    await until(lambda: b"event: token" in client.body)
    assert hub().has_listeners(str(session.pk))

    client.leave()
    await asyncio.wait_for(serving, PATIENCE_S)

    await until(lambda: not hub().has_listeners(str(session.pk)))
    upstream.go_on()
    await until(lambda: _has_ended(session))


class AsgiClient:
    """What a server sees of a client that reads so many parts of the answer, then no more."""

    def __init__(self, path: str, token: str, reads: int):
        headers = {"content-type": "application/json", "accept": "text/event-stream", "host": "testserver"}
        headers["authorization"] = f"Bearer {token}"
        self.scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": path, "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "client": ("1.2.3.4", 1),
        }  # fmt: skip
        self.body = b""
        self._reads = reads
        self._incoming = [{"type": "http.request", "body": b'{"content": "Hello"}'}]
        self._gone = asyncio.Event()

    async def receive(self) -> dict:
        if self._incoming:
            return self._incoming.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        self.body += message.get("body", b"")
        self._reads -= 1
        if self._reads <= 0:
            await asyncio.Event().wait()

    def leave(self) -> None:
        self._gone.set()


async def _rest(stream) -> list:
    return [event async for event in stream]


async def _has_ended(session: Session) -> bool:
    return not await Reply.objects.running().filter(message__session=session).aexists()
