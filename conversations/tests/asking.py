"""Short ways to put a question and to wait for what becomes of it."""

from __future__ import annotations

import asyncio

from agents.models import Agent
from conversations.intake import announcing, turns
from conversations.intake.turns import Turn
from conversations.messages.events import MessageData
from conversations.models import Message, Reply
from conversations.replies import following
from fakes.patience import PATIENCE_S


async def ask(agent: Agent, text: str = "How much is the lamp?", visitor: str = "visitor") -> Turn:
    """Store a question in a new session and have it answered, as the page does."""
    turn = await turns.begin(agent, visitor, text)
    announcing.announce(turn)
    return turn


async def answered(turn: Turn, timeout_s: float = PATIENCE_S) -> MessageData:
    message = await following.ended(turn.answer, timeout_s)
    assert message is not None, "the answer was deleted"
    assert not message.is_running, "the answer did not end in time"
    return message


async def reply_of(turn: Turn) -> Reply:
    return await Reply.objects.select_related("message", "prompt_version").aget(message=turn.answer.id)


async def text_of(turn: Turn) -> str:
    return (await Message.objects.aget(pk=turn.answer.id)).content


async def until(condition, timeout_s: float = PATIENCE_S):  # type: ignore[no-untyped-def]
    """Wait until `condition()`, plain or awaitable, is true."""
    async with asyncio.timeout(timeout_s):
        while True:
            result = condition()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return result
            await asyncio.sleep(0.01)
