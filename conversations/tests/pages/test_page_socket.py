"""The page's socket: only for who holds the session, and complete after every reconnect."""

import asyncio
import json
import uuid
from dataclasses import replace

import pytest
from channels.testing import WebsocketCommunicator

from access import connections
from access.visitors import COOKIE, new_visitor
from conversations.deletion import sessions
from conversations.intake import announcing, feedback, turns
from conversations.models import Session
from conversations.replies.hub import hub
from conversations.replies.runs import runs
from conversations.tests.asking import answered, until
from fakes.scripts import Script
from salesagent.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = Script(text="one two three four five six seven eight", rate_per_s=20)


@pytest.fixture
def browser():
    value, visitor = new_visitor()
    return Browser(value, visitor)


class Browser:
    def __init__(self, cookie: str, visitor: str):
        self.cookie, self.visitor = cookie, visitor

    def socket(self, session_id: str, query: str = "", origin: str = "http://testserver") -> WebsocketCommunicator:
        headers = [
            (b"cookie", f"{COOKIE}={self.cookie}".encode()),
            (b"origin", origin.encode()),
            (b"host", b"testserver"),
        ]
        return WebsocketCommunicator(application, f"/ws/chat/{session_id}/?{query}", headers)

    async def ask(self, agent, text="Hello"):
        turn = await turns.begin(agent, self.visitor, text)
        announcing.announce(turn)
        return turn


async def read_until(socket, wanted: str) -> str:
    html = ""
    while wanted not in html:
        html += await socket.receive_from()
    return html


def complete(turn) -> str:
    return f'id="m-{turn.answer.id}" data-seq="2" data-status="complete"'


async def test_a_page_sees_the_answer_come(agent, upstream, browser):
    upstream.then(replace(SLOW, hold_after_tokens=4))
    turn = await browser.ask(agent)
    socket = browser.socket(turn.question.session_id)
    await socket.connect()

    html = await read_until(socket, f'id="m-{turn.answer.id}-tail" hx-swap-oob="true"')
    upstream.go_on()
    html += await read_until(socket, complete(turn))

    assert f'id="m-{turn.answer.id}-tail" hx-swap-oob="true"' in html
    assert f"<p>{SLOW.text}</p>" in html.split(complete(turn))[1]
    await socket.disconnect()


async def test_a_page_that_comes_back_gets_what_it_missed_and_no_more(agent, upstream, browser):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, f"after=2&open={turn.answer.id}")
    await socket.connect()

    html = await socket.receive_from()

    assert "The answer." in html
    assert f"m-{turn.question.id}" not in html
    await socket.disconnect()


async def test_a_page_that_missed_nothing_gets_nothing(agent, upstream, browser):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, "after=2")
    await socket.connect()

    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


async def test_a_page_that_comes_back_is_told_what_was_thought_of_answers(agent, upstream, browser):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    await feedback.give(uuid.UUID(turn.answer.id), "down", "Old")
    socket = browser.socket(turn.question.session_id, "after=2")
    await socket.connect()

    html = await socket.receive_from()
    assert f'id="feedback-{turn.answer.id}"' in html
    assert 'value="Old"' in html

    await feedback.give(uuid.UUID(turn.answer.id), "")
    assert "Old" not in await read_until(socket, f'id="feedback-{turn.answer.id}"')
    await socket.disconnect()


async def test_an_answer_goes_on_when_its_page_leaves_and_comes_back(agent, upstream, browser):
    upstream.then(replace(SLOW, hold_after_tokens=4))
    turn = await browser.ask(agent)
    leaving = browser.socket(turn.question.session_id)
    await leaving.connect()
    await until(lambda: (live := hub().live(turn.answer.id)) and live.length > 3)
    await leaving.disconnect()

    back = browser.socket(turn.question.session_id, f"after=1&open={turn.answer.id}")
    await back.connect()
    upstream.go_on()
    html = await read_until(back, complete(turn))

    assert "<p>one two three four five six seven eight</p>" in html
    assert len(upstream.requests) == 1
    await back.disconnect()


async def test_a_second_tab_sees_the_same(agent, upstream, browser):
    upstream.then(SLOW)
    turn = await browser.ask(agent)
    tabs = [browser.socket(turn.question.session_id) for _ in range(2)]
    for tab in tabs:
        await tab.connect()

    ends = [(await read_until(tab, complete(turn))).split(complete(turn))[1] for tab in tabs]

    assert ends[0] == ends[1]
    for tab in tabs:
        await tab.disconnect()


@pytest.mark.parametrize("stranger", [True, False])
async def test_a_stranger_and_a_missing_session_are_told_the_same(agent, browser, stranger):
    turn = await browser.ask(agent)
    session_id = turn.question.session_id if stranger else str(uuid.uuid4())
    socket = Browser(*new_visitor()).socket(session_id)
    await socket.connect()

    closed = await socket.receive_output()

    assert (closed["type"], closed["code"]) == ("websocket.close", 4404)


async def test_a_page_of_another_site_is_refused(agent, browser):
    turn = await browser.ask(agent)
    connected, _ = await browser.socket(turn.question.session_id, origin="https://evil.example").connect()

    assert not connected


async def test_a_deleted_session_closes_its_pages(agent, upstream, browser):
    upstream.then(Script(text="ok"))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, "after=2")
    await socket.connect()
    await until(lambda: hub().has_listeners(turn.question.session_id))

    await sessions.delete(await Session.objects.aget(pk=turn.question.session_id))

    assert 'data-state="deleted"' in await socket.receive_from()
    assert (await socket.receive_output())["code"] == 4404


@pytest.mark.parametrize(
    "query", ["after=x&open=nonsense", "after=-1", "after=99999999999999", "open=" + "a," * 500, "%ff"]
)
async def test_a_broken_question_gets_everything(agent, upstream, browser, query):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, query)
    await socket.connect()

    assert "The answer." in await socket.receive_from()
    await socket.disconnect()


async def test_a_server_that_is_stopping_tells_its_pages_to_come_back(agent, upstream, browser):
    upstream.then(Script(text="ok"))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, "after=2")
    await socket.connect()
    await until(lambda: hub().has_listeners(turn.question.session_id))

    hub().dismiss()

    assert (await socket.receive_output())["code"] == 4012


async def test_a_ping_is_answered_and_noise_is_not(agent, upstream, browser):
    upstream.then(Script(text="ok"))
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id, "after=2")
    await socket.connect()

    for noise in ("{", "x" * 10_000, '{"type":"drop tables"}'):
        await socket.send_to(text_data=noise)
    await socket.send_to(bytes_data=b"\x00")
    await socket.send_to(text_data='{"type":"ping"}')

    assert await socket.receive_from() == "pong"
    await socket.disconnect()


async def test_a_page_finds_what_it_could_not_hear_when_it_is_told_to_look(agent, upstream, browser):
    upstream.then(Script(text="First."), Script(text="Unheard."))
    first = await browser.ask(agent)
    await answered(first)
    socket = browser.socket(first.question.session_id)
    await socket.connect()
    await read_until(socket, complete(first))
    turn = await turns.accept(first.question.session_id, "Said elsewhere", visitor=browser.visitor)
    runs().start(first.question.session_id)

    hub().look_again()
    html = await read_until(socket, f'id="m-{turn.answer.id}" data-seq="4" data-status="complete"')
    html += "" if "Said elsewhere" in html else await read_until(socket, "Said elsewhere")

    assert "Unheard." in html
    assert "First." not in html
    await socket.disconnect()


async def test_a_page_that_floods_is_closed_with_a_reason(agent, browser, upstream):
    turn = await browser.ask(agent)
    await answered(turn)
    socket = browser.socket(turn.question.session_id)
    await socket.connect()

    for _ in range(100):
        await socket.send_to(text_data='{"type":"ping"}')
    while (output := await socket.receive_output())["type"] != "websocket.close":
        pass

    assert output["code"] == 4429
    await socket.disconnect()


async def test_an_address_has_so_many_pages_open_and_no_more(agent, browser, upstream, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("access.connections.MAX_PER_ADDRESS", 1)
    turn = await browser.ask(agent)
    first, second = browser.socket(turn.question.session_id), browser.socket(turn.question.session_id)
    await first.connect()

    await second.connect()

    assert await second.receive_output() == {"type": "websocket.close", "code": 4429}
    await first.disconnect()
    await second.disconnect()


async def test_a_socket_that_is_cancelled_gives_its_place_back(agent, browser, upstream):
    turn = await browser.ask(agent)
    socket = browser.socket(turn.question.session_id)
    await socket.connect()
    held = connections._open.total()

    socket.future.cancel()
    await asyncio.wait([socket.future])

    assert (held, connections._open.total()) == (1, 0)


@pytest.mark.parametrize(
    ("origin", "proto", "is_welcome"),
    [
        ("http://testserver", "", True),
        ("http://testserver:80", "", True),
        ("https://testserver", "", False),
        ("http://testserver:8080", "", False),
        ("https://testserver", "https", True),
        ("http://testserver", "https", False),
        ("https://testserver:8443", "https", False),
        ("https://chat.shop.example", "https", True),
        ("http://chat.shop.example", "https", False),
        ("https://named.example", "https", False),
        ("null", "", False),
        ("", "", False),
    ],
)
async def test_scheme_and_port_of_a_page_count_as_its_name_does(
    agent, browser, upstream, settings, origin, proto, is_welcome
):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if proto else None
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.shop.example"]
    settings.CORS_ORIGINS = ["https://named.example"]  # may call the API with a token, and has no page of ours
    turn = await browser.ask(agent)
    socket = browser.socket(turn.question.session_id, origin=origin)
    socket.scope["headers"].append((b"x-forwarded-proto", proto.encode()))

    connected, _ = await socket.connect()

    assert connected == is_welcome
    if connected:
        await socket.disconnect()


def _visitor_frame(token: str) -> str:
    return json.dumps({"type": "visitor", "token": token})


async def test_a_frame_on_another_site_says_who_it_is_first(agent, upstream, browser):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    frame = Browser("", "").socket(turn.question.session_id, f"after=0&open={turn.answer.id}&says-who=1")
    await frame.connect()
    await frame.send_to(text_data='{"type": "ping"}')
    assert await frame.receive_from() == "pong"
    assert await frame.receive_nothing(timeout=0.2)

    await frame.send_to(text_data=_visitor_frame(browser.cookie))

    assert "The answer." in await read_until(frame, complete(turn))
    await frame.disconnect()


@pytest.mark.parametrize("token", ["", "forged", new_visitor()[0]], ids=["nobody", "forged", "another visitor"])
async def test_a_frame_of_somebody_else_sees_nothing(agent, upstream, browser, token):
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    await answered(turn)
    frame = browser.socket(turn.question.session_id, "after=0&says-who=1")  # its cookie would do, but it says otherwise
    await frame.connect()

    await frame.send_to(text_data=_visitor_frame(token))

    assert await frame.receive_output() == {"type": "websocket.close", "code": 4404}


async def test_a_frame_that_never_says_who_it_is_is_closed(agent, upstream, browser, monkeypatch):
    monkeypatch.setattr("conversations.pages.socket.NAMED_S", 0.05)
    upstream.then(Script(text="The answer."))
    turn = await browser.ask(agent)
    frame = browser.socket(turn.question.session_id, "after=0&says-who=1")
    await frame.connect()

    assert await frame.receive_output() == {"type": "websocket.close", "code": 4404}
