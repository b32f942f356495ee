"""Models are loaded, and what is said often is spoken ahead, when somebody reaches for the microphone: not before.

A process without voice needs none of that memory; loading takes about as long as the first question.
"""

from __future__ import annotations

import asyncio
import logging
import uuid

from knowledge.search import search
from lib.database import with_fresh_connection
from lib.heap import give_back
from voice.models import settings_of
from voice.stt import chain as ears
from voice.tts import chain as voices

log = logging.getLogger(__name__)

ANY_QUESTION = "What do you offer?"  # it builds the agent's index and loads what encodes questions

_warming: dict[uuid.UUID, asyncio.Task[None]] = {}


def warm_up(agent_id: uuid.UUID) -> None:
    """Get ready for a spoken question to this agent; returns at once, and may be called any time."""
    task = _warming.get(agent_id)
    if task is None or task.done():
        _warming[agent_id] = task = asyncio.create_task(_warm_up(agent_id), name=f"voice of {agent_id}")
        task.add_done_callback(lambda _task: _warming.pop(agent_id, None))


async def _warm_up(agent_id: uuid.UUID) -> None:
    try:
        voice = await settings_of(agent_id)
        await asyncio.gather(
            ears.warm(),
            voices.prepare([voice.greeting], voice.voice, voice.pronunciations),
            asyncio.to_thread(with_fresh_connection(search), agent_id, ANY_QUESTION, 1),
        )
        await asyncio.to_thread(give_back)  # loading takes twice what stays
    except Exception as error:  # the question itself will meet it again, and tell the visitor
        log.warning("the voice could not be warmed up: %s", type(error).__name__)
