"""Who follows an answer gets each character once, whatever is told twice or comes late."""

import asyncio
from contextlib import aclosing

import pytest

from conversations.messages.events import Delta
from conversations.models import Message, Session
from conversations.replies.following import BrokenOff, Piece, Position, ended, follow
from conversations.replies.hub import hub
from conversations.tests.asking import ask, until
from fakes.scripts import Script

pytestmark = pytest.mark.django_db(transaction=True)


async def test_what_was_heard_already_is_left_out_of_a_piece_that_overlaps_it(agent, upstream):
    upstream.then(Script(text="never said", stall_after_tokens=0))
    turn = await ask(agent)
    message_id, session_id = turn.answer.id, turn.answer.session_id
    heard = []

    async def listen():
        async with aclosing(follow(session_id, Position(message_id))) as steps:
            async for step in steps:
                if isinstance(step, Piece):
                    heard.append(step.text)

    listener = asyncio.create_task(listen())
    await until(lambda: hub().has_listeners(session_id))
    for offset, text in ((0, "abc"), (1, "bcd"), (0, "ab"), (4, "e")):
        hub().publish(session_id, Delta(message_id, 1, offset, text))
    await until(lambda: heard and heard[-1].endswith("e"))

    assert "".join(heard) == "abcde"
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)


@pytest.mark.parametrize("what", ["session", "answer"])
async def test_an_answer_that_was_deleted_before_it_is_followed_is_broken_off(agent, upstream, what):
    upstream.then(Script(text="never said", stall_after_tokens=0))
    turn = await ask(agent)
    rows = Session.objects.filter(pk=turn.answer.session_id)
    await (rows if what == "session" else Message.objects.filter(pk=turn.answer.id)).adelete()

    steps = [step async for step in follow(turn.answer.session_id, Position(turn.answer.id))]

    assert steps == [BrokenOff(is_gone=True)]
    assert await ended(turn.answer, 5) is None
