"""Asks side by side what a visitor asked or might ask, and hands on what comes while it comes; nothing is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from agents.llm.request import PastMessage
from agents.models import Agent
from conversations.models import Reply
from conversations.replies.leases import Outcome
from conversations.replies.rehearsing import Rehearsal, Step, follow

log = logging.getLogger(__name__)

ANSWER_S = 60.0  # a person waits for it, and looks at a page that says so
_SLOW = Outcome(Reply.State.FAILED, "", cause="timed_out")
_BROKEN = Outcome(Reply.State.FAILED, "", cause="provider_error")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and what each of two prompts answered."""

    question: str
    published: str
    draft: str


def of_both(agent: Agent, draft: str, question: str, before: Sequence[Exchange] = ()) -> dict[str, Rehearsal]:
    """The published prompt and the draft, each in the conversation it has had itself."""
    return {
        side: Rehearsal(agent, prompt, question, [turn for each in before for turn in _turns(each, side)])
        for side, prompt in (("published", agent.system_prompt), ("draft", draft))
    }


def _turns(exchange: Exchange, side: str) -> tuple[PastMessage, PastMessage]:
    return PastMessage("user", exchange.question), PastMessage("assistant", getattr(exchange, side))


async def answers(sides: Mapping[str, Rehearsal]) -> dict[str, Outcome]:
    """How each ended, once all have."""
    found: dict[str, Outcome] = {}
    async with aclosing(together(sides)) as batches:
        async for steps in batches:
            found |= {side: step for side, step in steps if isinstance(step, Outcome)}
    return found


async def together(sides: Mapping[str, Rehearsal]) -> AsyncGenerator[list[tuple[str, Step]], None]:
    """What the sides say, all that has come since the last time; the last step of each is how it ended.

    Who closes this stops them all.
    """
    steps: asyncio.Queue[tuple[str, Step]] = asyncio.Queue()
    tasks = [asyncio.create_task(_told(side, rehearsal, steps)) for side, rehearsal in sides.items()]
    owed = len(tasks)
    try:
        while owed:
            batch = [await steps.get()]
            while not steps.empty():
                batch.append(steps.get_nowait())
            owed -= sum(isinstance(step, Outcome) for _side, step in batch)
            yield batch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _told(side: str, rehearsal: Rehearsal, steps: asyncio.Queue[tuple[str, Step]]) -> None:
    try:
        async with asyncio.timeout(ANSWER_S), aclosing(follow(rehearsal)) as found:
            async for step in found:
                steps.put_nowait((side, step))
    except TimeoutError:
        steps.put_nowait((side, _SLOW))
    except Exception:  # a fault of ours costs this answer, and the page says so
        log.exception("agent %s: a rehearsal failed", rehearsal.agent.pk)
        steps.put_nowait((side, _BROKEN))
