"""The inbox: who may open it, what it lists and shows, and what is done in it."""

import json

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from conversations.intake import announcing, turns
from conversations.models import Message, Session, SpeakerChange
from conversations.speakers import changes
from conversations.speakers.announcing import announce, announce_message
from conversations.speakers.changes import Notice, Person
from conversations.tests.asking import answered, ask
from conversations.tests.factories import MessageFactory, SessionFactory
from inbox.availability import ANSWER, somebody_is_here
from inbox.desk import sockets
from inbox.models import CannedReply, Note, Seen
from inbox.people import key_of
from inbox.tests.factories import StaffFactory
from leads.tests.factories import FactFactory
from lib.database import in_database
from salesagent.asgi import application

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def desk(sam):
    client = AsyncClient()
    await client.aforce_login(sam)
    return client


def act(session, name):
    return reverse(f"inbox_{name}", args=[session.pk])


def open_socket(client, path) -> WebsocketCommunicator:
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    headers = [(b"cookie", cookie.encode()), (b"origin", b"http://testserver"), (b"host", b"testserver")]
    return WebsocketCommunicator(application, path, headers)


async def heard_until(socket, wanted):
    told = ""
    while wanted not in told:
        told += await socket.receive_from()
    return told


# --- who may come in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["inbox", "inbox_list"])
def test_nobody_else_opens_it(name, db):
    stranger, colleague = Client(), Client()
    colleague.force_login(StaffFactory(may=["conversations.view_session"]))

    assert stranger.get(reverse(name)).status_code == 302
    assert colleague.get(reverse(name)).status_code == 403


def test_nobody_else_acts_in_it(agent):
    session, colleague = SessionFactory(agent=agent), Client()
    colleague.force_login(StaffFactory(may=["conversations.change_session"]))

    for name in ("take", "release", "close", "write", "note", "pass"):
        assert colleague.post(act(session, name)).status_code == 403
    session.refresh_from_db()
    assert session.speaker == Session.Speaker.AGENT


async def test_its_sockets_are_closed_to_others(agent, sam):
    other = AsyncClient()
    await other.aforce_login(await _staff())
    session = await _session(agent)

    for path in ("/ws/inbox/", f"/ws/inbox/{session.pk}/"):
        socket = open_socket(other, path)
        await socket.connect()
        closed = await socket.receive_output()
        assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


async def _staff():

    return await in_database(StaffFactory)()


async def _session(agent):
    session = await Session.objects.acreate(agent=agent, last_seq=1)
    await Message.objects.acreate(session=session, seq=1, role="user", content="Hello")
    return session


# --- what it shows ------------------------------------------------------------------------------------------------


def test_who_waits_longest_stands_first(client, agent):
    sessions = [MessageFactory(session__agent=agent, content=f"Question {n}").session for n in range(3)]
    for session in (sessions[2], sessions[0]):
        changes.hand_over.sync(session.pk, SpeakerChange.Reason.WISH, 60, Notice())

    html = client.get(reverse("inbox")).content.decode()

    assert html.index("Question 2") < html.index("Question 0")
    assert "Question 1" not in html
    assert "(2) " in html[html.index("<title>") : html.index("</title>")]


def test_a_conversation_shows_messages_facts_notes_and_canned_replies(client, agent, sam):
    fact = FactFactory(lead__session__agent=agent, value="40", words="about 40", label="People")
    session = fact.lead.session
    Note.objects.create(session=session, author=sam, author_name="Sam", text="Wants a quote")
    CannedReply.objects.create(shortcut="hello", text="Hello, how can I help?")
    CannedReply.objects.create(shortcut="other", text="Of another agent", agent=SessionFactory().agent)

    html = client.get(reverse("inbox_session", args=[session.pk])).content.decode()

    for wanted in ("about 40", "People", "Wants a quote", "/hello"):
        assert wanted in html
    assert "Of another agent" not in html
    assert Seen.objects.get(session=session, user=sam).seq == session.last_seq


def test_the_knowledge_is_searched(client, agent):
    session = SessionFactory(agent=agent)
    agent.documents.create(name="Prices")

    html = client.get(act(session, "search"), {"q": "price"}).content.decode()

    assert "says nothing" in html


def test_a_conversation_that_is_not_there_is_404(client):
    address = reverse("inbox_session", args=["00000000-0000-0000-0000-000000000000"])
    assert client.get(address).status_code == 404


# --- what is done in it -------------------------------------------------------------------------------------------


async def test_a_person_takes_over_writes_and_gives_back(desk, agent, sam):
    session = await _session(agent)

    taken = await desk.post(act(session, "take"))
    written = await desk.post(act(session, "write"), {"content": "I am Sam.", "client_id": "1"})
    again = await desk.post(act(session, "write"), {"content": "I am Sam.", "client_id": "1"})
    await desk.post(act(session, "release"))

    assert {taken.status_code, written.status_code, again.status_code} == {302}
    message = await Message.objects.aget(session=session, role="staff")
    assert (message.author, message.content) == ("Sam", "I am Sam.")
    await session.arefresh_from_db()
    assert session.speaker == Session.Speaker.AGENT


async def test_what_cannot_be_done_is_told_in_words(desk, agent):
    session = await _session(agent)
    script = {"HX-Request": "true"}

    unclaimed = await desk.post(act(session, "write"), {"content": "Hi"}, headers=script)
    await changes.take(session.pk, Person("Kim", "staff 99"), 60)
    taken = await desk.post(act(session, "take"), headers=script)
    plain = await desk.post(act(session, "take"))
    empty = await desk.post(act(session, "note"), {"text": " "}, headers=script)

    assert (unclaimed.status_code, taken.status_code, plain.status_code, empty.status_code) == (409, 409, 409, 422)
    assert "Take this conversation over" in unclaimed.json()["detail"]
    assert "Kim" in taken.json()["detail"]
    assert "Kim" in plain.content.decode()
    forced = await desk.post(act(session, "take"), {"force": "1"}, headers=script)
    assert forced.status_code == 204


async def test_it_is_passed_to_a_colleague_who_may_answer(desk, agent, sam):

    kim = await in_database(StaffFactory)(first_name="Kim", may=[ANSWER])
    lee = await in_database(StaffFactory)(first_name="Lee")
    session = await _session(agent)
    await desk.post(act(session, "take"))

    await desk.post(act(session, "pass"), {"to": str(kim.pk)})
    await session.arefresh_from_db()
    assert (session.speaker_name, session.speaker_key) == ("Kim", key_of(kim.pk))

    refused = await desk.post(act(session, "pass"), {"to": str(lee.pk)}, headers={"HX-Request": "true"})
    assert refused.status_code == 422


async def test_a_closed_one_is_open_again_when_the_visitor_writes(desk, agent, sam):
    session = await _session(agent)
    await desk.post(act(session, "take"))
    await desk.post(act(session, "write"), {"content": "All done, bye."})
    await desk.post(act(session, "close"))

    assert "closed" in (await desk.get(reverse("inbox_list"), {"tab": "all"})).content.decode()
    await session.arefresh_from_db()
    assert session.speaker == Session.Speaker.AGENT
    await turns.accept(session.pk, "One more thing")
    assert "closed" not in (await desk.get(reverse("inbox_list"), {"tab": "all"})).content.decode()


# --- what arrives by itself ---------------------------------------------------------------------------------------


async def test_an_open_inbox_hears_of_what_happens_and_says_that_somebody_is_here(desk, agent, sam):

    session = await _session(agent)
    socket = open_socket(desk, "/ws/inbox/")
    assert (await socket.connect())[0]
    await socket.receive_from()

    announce(await changes.hand_over(session.pk, SpeakerChange.Reason.WISH, 60, Notice()))

    assert json.loads(await socket.receive_from()) == {"type": "changed", "sessions": [str(session.pk)]}
    assert await in_database(somebody_is_here)(timezone.now())
    await socket.disconnect()


async def test_an_open_conversation_shows_both_sides(desk, agent, sam, upstream):
    turn = await ask(agent)
    await answered(turn)
    session_id = turn.question.session_id
    socket = open_socket(desk, f"/ws/inbox/{session_id}/?after=2")
    assert (await socket.connect())[0]

    announce(await changes.take(session_id, Person("Sam", key_of(sam.pk)), 60))
    assert "data-mine" in await heard_until(socket, "Give back")
    said = await turns.accept(session_id, "Are you there?")
    announcing.announce(said)
    await heard_until(socket, "Are you there?")
    message = await changes.write(session_id, Person("Sam", key_of(sam.pk)), "Yes.")
    announce_message(message)
    assert "message--staff" in await heard_until(socket, "Yes.")
    await socket.send_to(text_data=json.dumps({"type": "seen", "seq": 4}))
    await socket.send_to(text_data='{"type": "ping"}')
    await heard_until(socket, "pong")
    assert (await Seen.objects.aget(user=sam, session=session_id)).seq == 4
    await socket.disconnect()


async def test_who_loses_the_right_loses_the_socket(desk, agent, sam):
    session = await _session(agent)
    socket = open_socket(desk, f"/ws/inbox/{session.pk}/")
    assert (await socket.connect())[0]

    await sam.user_permissions.aclear()

    while (output := await socket.receive_output())["type"] != "websocket.close":
        pass
    assert output["code"] == 4403


@pytest.mark.parametrize("path", ["/ws/inbox/", "/ws/inbox/{}/"])
async def test_who_signs_out_in_another_tab_hears_no_more(desk, path, monkeypatch):
    monkeypatch.setattr(sockets, "LOOK_S", 0.05)
    session = await in_database(SessionFactory)()
    socket = open_socket(desk, path.format(session.pk))
    await socket.connect()

    await desk.alogout()

    while (said := await socket.receive_output())["type"] != "websocket.close":
        pass
    assert said["code"] == sockets.FORBIDDEN
