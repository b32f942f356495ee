"""The contract of hand-over, takeover, staff messages and release, for visitors, staff and programs."""

import json
import uuid
from unittest.mock import ANY

import pytest
from django.contrib.admin.models import LogEntry
from django.test import AsyncClient
from limits import parse

from access import keys
from conversations.models import Message, Reply, Session
from conversations.replies.hub import hub
from conversations.tests.asking import until
from conversations.tests.rest.conftest import Asking, async_visitor_of
from fakes.scripts import Script
from inbox.availability import ANSWER
from inbox.tests.factories import StaffFactory
from lib.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(agent):
    return Session.objects.create(agent=agent, visitor="somebody")


@pytest.fixture
def visitor(session) -> Asking:
    return async_visitor_of(session.pk)


@pytest.fixture
def program(db) -> Asking:
    return Asking(keys.create("tests")[1])


@pytest.fixture
def sam(db):
    return StaffFactory(first_name="Sam", may=[ANSWER, "conversations.add_message", "conversations.view_session"])


async def signed_in(user) -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(user)
    return client


async def post(client, session, rest, body=None, **headers):
    path = f"/api/sessions/{session.pk}/{rest}"
    return await client.post(path, json.dumps(body or {}), content_type="application/json", headers=headers)


async def test_a_visitor_asks_and_asks_again_and_is_waited_for_once(visitor, session, sam):
    first = await post(visitor, session, "handover")
    again = await post(visitor, session, "handover", {"reason": "A large order"})

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["speaker"] == again.json()["speaker"] == "waiting"
    assert first.json()["waiting_since"] == again.json()["waiting_since"]
    assert await Message.objects.filter(session=session).acount() == 1


async def test_the_reason_is_there_for_the_team(visitor, session, sam):
    await post(visitor, session, "handover", {"reason": "A large order"})

    assert [note.text async for note in session.notes.all()] == ["A large order"]


async def test_where_no_person_may_answer_none_can_be_asked_for(visitor, session):
    response = await post(visitor, session, "handover")

    assert response.status_code == 409
    assert response.json()["error"] == "Conflict"


async def test_a_person_takes_over_writes_and_gives_back(visitor, session, sam, upstream):
    staff = await signed_in(sam)

    taken = await post(staff, session, "takeover")
    said = await post(visitor, session, "messages", {"content": "Hello?"}, Accept="text/event-stream")
    written = await post(staff, session, "messages", {"content": "I am Sam.", "role": "staff"})
    released = await post(staff, session, "release")

    assert (taken.status_code, taken.json()["speaker"], taken.json()["speaker_name"]) == (200, "staff", "Sam")
    assert said.status_code == 202
    assert said.json() == {"user_message": ANY, "assistant_message": None}
    assert written.status_code == 201
    assert written.json() | {"role": "staff", "name": "Sam", "content": "I am Sam."} == written.json()
    assert (released.status_code, released.json()["speaker"], released.json()["speaker_name"]) == (200, "agent", None)
    assert not upstream.requests


async def test_a_visitor_never_sees_a_login_name(session):
    staff = await signed_in(
        await in_database(StaffFactory)(username="root-7", may=[ANSWER, "conversations.add_message"])
    )

    taken = await post(staff, session, "takeover")
    written = await post(staff, session, "messages", {"content": "Hi.", "role": "staff"})

    assert taken.json()["speaker_name"] == written.json()["name"] == "The team"


async def test_the_same_key_again_is_the_same_message_of_a_person(session, sam):
    staff = await signed_in(sam)
    await post(staff, session, "takeover")

    first, again = [
        await post(staff, session, "messages", {"content": "Hi.", "role": "staff"}, **{"Idempotency-Key": "k"})
        for _ in range(2)
    ]

    assert first.json()["id"] == again.json()["id"]


async def test_a_program_takes_over_under_a_name(program, session):
    nameless = await post(program, session, "takeover")
    named = await post(program, session, "takeover", {"name": "Kim"})

    assert nameless.status_code == 409
    assert nameless.json()["detail"].startswith("name:")
    assert named.json()["speaker_name"] == "Kim"


async def test_somebody_else_has_it(program, session, sam):
    staff = await signed_in(sam)
    await post(program, session, "takeover", {"name": "Kim"})

    refused = await post(staff, session, "takeover")
    not_theirs = await post(staff, session, "messages", {"content": "Hi.", "role": "staff"})
    not_released = await post(staff, session, "release")
    forced = await post(staff, session, "takeover", {"force": True})

    assert [refused.status_code, not_theirs.status_code, not_released.status_code] == [409, 409, 409]
    assert "Kim" in refused.json()["detail"]
    assert forced.json()["speaker_name"] == "Sam"


async def test_a_takeover_is_noted_in_the_log(session, sam):
    await post(await signed_in(sam), session, "takeover")

    assert await LogEntry.objects.filter(object_id=str(session.pk), change_message__contains="taken over").aexists()


async def test_staff_without_the_permission_do_not_take_over(session):
    other = await in_database(StaffFactory)(may=["conversations.add_message", "conversations.change_session"])

    response = await post(await signed_in(other), session, "takeover")

    assert response.status_code == 403
    assert ANSWER in response.json()["detail"]


async def test_a_visitor_neither_takes_over_nor_writes_as_staff(visitor, session, sam):
    taken = await post(visitor, session, "takeover", {"name": "Me"})
    written = await post(visitor, session, "messages", {"content": "Hi.", "role": "staff"})

    assert (taken.status_code, written.status_code) == (403, 403)


async def test_a_visitor_who_waits_goes_on_with_the_agent(visitor, session, sam, upstream):
    upstream.then(Script(text="It costs 40 dollars."))
    await post(visitor, session, "handover")
    await post(visitor, session, "messages", {"content": "How much is the lamp?"})

    response = await post(visitor, session, "release")

    assert response.json()["speaker"] == "agent"
    reply = await until(lambda: Reply.objects.filter(question__session=session, state="complete").afirst())
    assert (await Message.objects.aget(pk=reply.message_id)).content == "It costs 40 dollars."


async def test_a_visitor_who_calls_people_again_and_again_is_slowed_down(visitor, session, sam, monkeypatch):
    monkeypatch.setattr("access.rates.PER_VISITOR", parse("3/minute"))

    answers = [await post(visitor, session, path) for path in ("handover", "release", "handover", "release")]

    assert [answer.status_code for answer in answers] == [202, 200, 202, 429]
    assert int(answers[-1]["Retry-After"]) > 0


async def test_a_visitor_does_not_end_what_a_person_does(visitor, session, sam):
    await post(await signed_in(sam), session, "takeover")

    assert (await post(visitor, session, "release")).json()["speaker"] == "staff"


async def test_another_visitor_asks_for_nobody_here(agent, session, sam):
    other = async_visitor_of((await Session.objects.acreate(agent=agent, visitor="other")).pk)

    for rest in ("handover", "release"):
        assert (await post(other, session, rest)).status_code == 403


async def test_a_session_that_is_not_there_is_404(program):
    for rest in ("handover", "takeover", "release"):
        response = await post(program, Session(pk=uuid.uuid4()), rest, {"name": "Kim"} if rest == "takeover" else None)
        assert (response.status_code, response.json()["detail"]) == (404, "Session not found")


async def test_a_stream_tells_who_answers_and_ends(visitor, program, session, upstream):
    upstream.then(Script(text="one two three four", hold_after_tokens=2))
    response = await post(visitor, session, "messages", {"content": "Hello"}, Accept="text/event-stream")
    parts = []
    taken = None
    async for part in response:
        parts.append(part.decode())
        if "two" in parts[-1] and taken is None:
            taken = await post(program, session, "takeover", {"name": "Kim"})
            upstream.go_on()

    told = "".join(parts)
    assert told.index("event: speaker") < told.index("event: done")
    assert '"name": "Kim"' in told
    assert "event: token" not in told[told.index("event: speaker") :]
    assert "three" not in told
    assert '"status": "stopped"' in told
    assert hub().live("x") is None
