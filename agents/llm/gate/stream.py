"""Puts the gate into the stream of an answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from agents.llm.gate.checking import Gate
from agents.llm.gate.evidence import StatedEvidence
from agents.llm.request import (
    ChatRequest,
    Checked,
    CutShort,
    ModelError,
    ModelEvent,
    Started,
    TakenBack,
    Text,
    Usage,
)

log = logging.getLogger(__name__)

QUOTES_ONLY = "builtin"  # the provider that says nothing but what stands in the passages


async def checked(events: AsyncGenerator[ModelEvent, None], request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
    """The same events; a sentence is held back until it is over, and said only if it may be.

    The evidence is read while the model begins. Text that a model wrote before it failed is judged as well, and said.
    """
    checking = _Checking(request)
    try:
        async with aclosing(events):
            async for event in events:
                for judged in await checking.take(event):
                    yield judged
    except ModelError:
        for judged in checking.rest():
            yield judged
        raise
    finally:
        checking.stop()
    for judged in checking.end():
        yield judged


class _Checking:
    """One answer on its way through the gate."""

    def __init__(self, request: ChatRequest):
        self._request = request
        self._evidence = asyncio.get_running_loop().run_in_executor(None, StatedEvidence.of, request)
        self._gate: Gate | None = None
        self._is_free = False  # what answers says nothing but what stands in the passages

    async def take(self, event: ModelEvent) -> Iterable[ModelEvent]:
        """The events that may go out now."""
        match event:
            case Text(text) if not self._is_free:
                if self._gate is None:
                    self._gate = Gate(self._request, await self._evidence)
                return self._gate.feed(text)
            case Started():
                self._is_free = event.provider == QUOTES_ONLY
                self._request = event.sent or self._request  # the numbers of its passages are those that were sent
            case TakenBack():
                self._gate = None
            case CutShort() | Usage():
                return (*self.rest(), event)
        return (event,)

    def rest(self) -> Iterable[ModelEvent]:
        """The text that was held back, judged."""
        return self._gate.close() if self._gate else ()

    def end(self) -> Iterable[ModelEvent]:
        """The rest of an answer that is whole, and the figures of all of it."""
        return (*self.rest(), Checked(dict(self._gate.supported))) if self._gate else ()

    def stop(self) -> None:
        self._evidence.cancel()
