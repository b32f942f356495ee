"""The one door: what is refused is not counted, what is repeated neither, and every way in goes through the same."""

from __future__ import annotations

import uuid

import pytest
from limits import parse

from access import rates
from access.callers import of_session, of_visitor
from conversations.intake import door, turns
from conversations.intake.door import Said
from conversations.messages import reading
from conversations.models import Message, Reply, Session
from conversations.replies.runs import runs
from conversations.tests.asking import answered, until
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)

VISITOR = of_visitor("ada's visitor", "192.0.2.1")


@pytest.fixture
def one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor may send one message a minute."""
    monkeypatch.setattr(rates, "PER_VISITOR", parse("1/minute"))


async def test_a_message_that_comes_again_is_not_counted(agent, upstream, one_message):
    upstream.then(Script(text="Forty."))
    first = await door.begin(VISITOR, agent, Said("How much?", "c1"))

    again = await door.begin(VISITOR, agent, Said("How much?", "c1"))
    session_id = uuid.UUID(first.question.session_id)
    in_its_session = await door.say(VISITOR, session_id, Said("How much?", "c1"))

    assert [turn.question.id for turn in (again, in_its_session)] == [first.question.id] * 2
    with pytest.raises(rates.RateLimited):
        await door.say(VISITOR, session_id, Said("And now?", "c2"))


async def test_a_repeat_of_a_session_s_first_message_does_not_count_as_a_session(agent, upstream, monkeypatch):
    monkeypatch.setattr(rates, "NEW_SESSIONS_PER_ADDRESS", parse("1/hour"))
    upstream.then(Script(text="Forty."))
    for _ in range(3):
        await door.begin(VISITOR, agent, Said("How much?", "c1"))

    with pytest.raises(rates.RateLimited):
        await door.begin(VISITOR, agent, Said("How much?", "c2"))
    assert await Session.objects.acount() == 1


@pytest.mark.parametrize("said", [Said("  "), Said("x" * (turns.MAX_CHARS + 1)), Said("Hi", "ü")])
async def test_what_cannot_be_taken_is_not_counted(agent, upstream, one_message, said):
    upstream.then(Script(text="Forty."))
    with pytest.raises(turns.TurnRefused):
        await door.begin(VISITOR, agent, said)

    assert (await door.begin(VISITOR, agent, Said("How much?", "c1"))).is_new


async def test_what_speaks_against_a_new_message_is_asked_before_it_is_counted(agent, upstream, one_message):
    upstream.then(Script(text="Forty."))

    async def nobody_hears(agent_id: uuid.UUID) -> None:
        assert agent_id == agent.pk
        raise LookupError

    with pytest.raises(LookupError):
        await door.admit_first(VISITOR, agent, "c1", require=nobody_hears)
    taken = await door.begin(VISITOR, agent, Said("How much?", "c1"))

    repeated = await door.admit_first(VISITOR, agent, "c1", require=nobody_hears)
    assert repeated is not None
    assert repeated.question.id == taken.question.id


async def test_a_repeat_gets_its_answer_though_nobody_makes_it_any_more(agent, upstream):
    upstream.then(Script(text="Forty."))
    turn = await door.begin(VISITOR, agent, Said("How much?", "c1"))
    await answered(turn)
    upstream.then(Script(text="Forty, again."))
    await Message.objects.filter(pk=turn.answer.id).aupdate(content="")
    # Last: from here on whoever looks for answers that nobody makes may take it up.
    await Reply.objects.aupdate(state=Reply.State.RUNNING, lease_owner="", lease_until=None)

    await door.admit(VISITOR, uuid.UUID(turn.question.session_id), "c1")

    await until(lambda: Reply.objects.filter(state=Reply.State.COMPLETE).aexists())
    assert (await Message.objects.aget(pk=turn.answer.id)).content == "Forty, again."


@pytest.mark.parametrize("visitor", ["", "somebody else"])
async def test_another_visitor_s_session_is_not_there(agent, upstream, visitor):
    upstream.then(Script(text="Forty."))
    turn = await door.begin(VISITOR, agent, Said("How much?", "c1"))
    session_id, answer_id = uuid.UUID(turn.question.session_id), uuid.UUID(turn.answer.id)
    stranger = of_visitor(visitor, "192.0.2.2")

    for taking in (
        door.say(stranger, session_id, Said("And now?")),
        door.say(stranger, session_id, Said("How much?", "c1")),
        door.again(stranger, session_id, answer_id),
    ):
        with pytest.raises(reading.SessionMissing):
            await taking
    assert await Message.objects.acount() == 2


async def test_the_same_client_id_with_another_text_is_refused_by_every_door(agent, upstream):
    upstream.then(Script(text="Forty."))
    turn = await door.begin(VISITOR, agent, Said("How much?", "c1"))
    session_id = uuid.UUID(turn.question.session_id)

    for caller in (VISITOR, of_session(session_id, "192.0.2.1")):
        with pytest.raises(door.ClientIdReused):
            await door.say(caller, session_id, Said("How many?", "c1"))


async def test_an_answer_that_is_whole_is_not_made_anew_and_not_counted(agent, upstream, one_message):
    upstream.then(Script(text="Forty."))
    turn = await door.begin(VISITOR, agent, Said("How much?", "c1"))
    await answered(turn)
    rates.forget()

    for _ in range(3):
        answer = await door.again(VISITOR, uuid.UUID(turn.question.session_id), uuid.UUID(turn.answer.id))

    assert (answer.content, answer.status) == ("Forty.", "complete")
    assert len(upstream.requests) == 1


async def test_a_server_that_stops_takes_nothing_at_any_door(agent, upstream):
    await runs().drain()
    session = await Session.objects.acreate(agent=agent, visitor=VISITOR.visitor)

    for taking in (
        door.begin(VISITOR, agent, Said("How much?")),
        door.say(VISITOR, session.pk, Said("How much?")),
        door.again(VISITOR, session.pk, uuid.uuid4()),
    ):
        with pytest.raises(turns.ServerDraining):
            await taking
    assert not await Message.objects.aexists()


async def test_what_was_let_in_before_a_stop_is_stored_and_left_to_another_process(agent, upstream):
    session = await Session.objects.acreate(agent=agent, visitor=VISITOR.visitor)
    await door.admit(VISITOR, session.pk, "c1")
    await runs().drain()

    await door.say(VISITOR, session.pk, Said("How much?", "c1"), is_admitted=True)

    reply = await Reply.objects.aget()
    assert (reply.state, reply.lease_owner) == (Reply.State.RUNNING, "")
