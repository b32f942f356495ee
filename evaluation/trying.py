"""Asks several rehearsals at once and passes their events on as they come; nothing is stored."""

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

ANSWER_S = 60.0  # staff wait for it on a page that says so
_SLOW = Outcome(Reply.State.FAILED, "", cause="timed_out")
_BROKEN = Outcome(Reply.State.FAILED, "", cause="provider_error")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and the answers of two prompts."""

    question: str
    published: str
    draft: str


def of_both(agent: Agent, draft: str, question: str, before: Sequence[Exchange] = ()) -> dict[str, Rehearsal]:
    """The rehearsals of the published prompt and the draft, each with its own conversation so far."""
    return {
        side: Rehearsal(agent, prompt, question, [turn for each in before for turn in _turns(each, side)])
        for side, prompt in (("published", agent.system_prompt), ("draft", draft))
    }


def _turns(exchange: Exchange, side: str) -> tuple[PastMessage, PastMessage]:
    return PastMessage("user", exchange.question), PastMessage("assistant", getattr(exchange, side))


async def answers(sides: Mapping[str, Rehearsal]) -> dict[str, Outcome]:
    """The outcomes of all rehearsals."""
    found: dict[str, Outcome] = {}
    async with aclosing(together(sides)) as batches:
        async for steps in batches:
            found |= {side: step for side, step in steps if isinstance(step, Outcome)}
    return found


async def together(sides: Mapping[str, Rehearsal]) -> AsyncGenerator[list[tuple[str, Step]], None]:
    """The steps of all sides as they come, several at a time; the last step of each side is its outcome.

    Closing this generator stops all of them.
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
    except Exception:  # an unexpected error fails this answer, and the page says so
        log.exception("agent %s: a rehearsal failed", rehearsal.agent.pk)
        steps.put_nowait((side, _BROKEN))
