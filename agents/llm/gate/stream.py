"""Runs the stream of an answer through the gate."""

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

QUOTES_ONLY = "builtin"  # this provider only quotes the passages


async def checked(events: AsyncGenerator[ModelEvent, None], request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
    """The same events, but each sentence is held until it is complete, and only shown if it is allowed.

    The sources are read while the model begins. Text from before a model failed is checked and shown, too.
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
        self._is_free = False  # the answerer only quotes the passages

    async def take(self, event: ModelEvent) -> Iterable[ModelEvent]:
        """The events that can be sent now."""
        match event:
            case Text(text) if not self._is_free:
                if self._gate is None:
                    self._gate = Gate(self._request, await self._evidence)
                return self._gate.feed(text)
            case Started():
                self._is_free = event.provider == QUOTES_ONLY
                self._request = event.sent or self._request  # the model's numbers refer to the passages that were sent
            case TakenBack():
                self._gate = None
            case CutShort() | Usage():
                return (*self.rest(), event)
        return (event,)

    def rest(self) -> Iterable[ModelEvent]:
        """The rest of the held text, checked."""
        return self._gate.close() if self._gate else ()

    def end(self) -> Iterable[ModelEvent]:
        """The rest of a complete answer, and how its figures are supported."""
        return (*self.rest(), Checked(dict(self._gate.supported))) if self._gate else ()

    def stop(self) -> None:
        self._evidence.cancel()
