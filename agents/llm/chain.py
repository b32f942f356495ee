"""Tries one model after the other until one answers: the model with retries, the fallback model, the built-in one.

Another model is tried only before the first word, and for 30 s at most, not counting the time that a model thinks. The
last second is the built-in model's, if there is one. If there is a fallback model, the first model has two thirds of
the rest. So the first model has 29 s alone, or 19.3 s before a fallback model, which has what is left of 29 s; without
a built-in model it is 20 s, and what is left of 30 s.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from agents.llm.blanks import is_blank
from agents.llm.figures import MODEL_ERRORS
from agents.llm.request import ChatModel, ChatRequest, ModelError, ModelEvent, Started, Text, Thinking

logger = logging.getLogger(__name__)

UNREACHABLE_NOTICE = _(
    "Our AI model cannot be reached right now. This answer is taken straight from the company’s own pages."
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the chain waits before the first word, and how it tries again."""

    first_token_s: float = 30.0  # the design's limit; for text, or for thinking to begin
    thinking_s: float = 120.0  # of one model, before its first word; MAX_THINKING_S
    built_in_s: float = 1.0  # it answers in well under 100 ms; ten times that on a loaded machine
    wished_share: float = 2 / 3  # of the time, when there is a fallback model: 10 s are enough for a small one
    retries: int = 2  # a third failure in a row is an outage, and the next answerer is closer
    retry_after_most_s: float = 10.0  # after a longer wait than that, another model answers sooner
    backoff_s: float = 0.25  # before the first retry, doubled for the next: hiccups are over within a second
    jitter: float = 0.5  # up to half as much again, so that visitors who failed together do not return together


DEFAULT_PATIENCE = Patience()


class Chain:
    """A chat model that asks `model`, then the same server for `fallback_model`, then `last`, the built-in one.

    The built-in model's answer begins with a notice. If all fail, the first ModelError is raised: it has the cause.
    `clock`, `sleep` and `chance` (0 to 1) are for tests.
    """

    provider = "chain"

    def __init__(
        self,
        model: ChatModel,
        *,
        fallback_model: str = "",
        last: ChatModel | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ):
        self._model = model
        self._fallback_model = fallback_model
        self._last = last
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        begun: _Begun | None = None
        async with aclosing(self._begin(request)) as heard:
            async for found in heard:
                if isinstance(found, _Begun):
                    begun = found
                else:
                    yield found
        if begun is None:
            raise AssertionError("neither an answer nor an error")
        async with aclosing(begun.events):
            for event in begun.opening:
                yield event
            async for event in begun.events:
                yield event

    async def _begin(self, request: ChatRequest) -> _Beginning:
        """Yields signs that a model thinks, then the first answer that has begun. Raises ModelError if none does."""
        until = _Until(self._clock() + self._patience.first_token_s)
        built_in_s = self._patience.built_in_s if self._last is not None else 0.0
        try:
            async with aclosing(self._from_models(request, until.earlier(built_in_s))) as heard:
                async for found in heard:
                    yield found
            return
        except ModelError as error:
            if self._last is None:
                raise
            first_error = error
        try:
            left = _Until(max(until.at, self._clock() + self._patience.built_in_s))
            async with aclosing(self._open(self._last, request, left)) as heard:
                async for found in heard:
                    yield found.with_notice(str(UNREACHABLE_NOTICE)) if isinstance(found, _Begun) else found
        except ModelError as error:
            logger.warning("%s did not answer: %s (%s)", self._last.provider, error.cause, error)
            raise first_error from None

    async def _from_models(self, request: ChatRequest, until: _Until) -> _Beginning:
        if not self._fallback_model or request.model == self._fallback_model:
            async with aclosing(self._try(request, until)) as heard:
                async for found in heard:
                    yield found
            return
        now = self._clock()
        share = until.earlier((until.at - now) * (1 - self._patience.wished_share))
        try:
            async with aclosing(self._try(request, share)) as heard:
                async for found in heard:
                    yield found
            return
        except ModelError as error:
            first_error = error
        try:
            async with aclosing(self._try(replace(request, model=self._fallback_model), until)) as heard:
                async for found in heard:
                    yield found
        except ModelError:
            raise first_error from None

    async def _try(self, request: ChatRequest, until: _Until) -> _Beginning:
        retry = 0
        while True:
            try:
                async with aclosing(self._open(self._model, request, until)) as heard:
                    async for found in heard:
                        yield found
                return
            except ModelError as error:
                wait_s = self._wait_s(error, retry)
                if wait_s is not None and self._clock() + wait_s >= until.at:
                    wait_s = None
                then = "giving up" if wait_s is None else f"again in {wait_s:.2f} s"
                logger.warning("%s did not answer: %s (%s), %s", self._model.provider, error.cause, error, then)
                if wait_s is None:
                    raise
            retry += 1
            await self._sleep(wait_s)

    def _wait_s(self, error: ModelError, retry: int) -> float | None:
        """Seconds to wait before the next try, or None if another try makes no sense."""
        patience = self._patience
        if not error.retryable or retry >= patience.retries:
            return None
        spread_s = patience.backoff_s * 2**retry * patience.jitter * self._chance()
        if error.retry_after_s is None:
            return patience.backoff_s * 2**retry + spread_s
        return error.retry_after_s + spread_s if error.retry_after_s <= patience.retry_after_most_s else None

    async def _open(self, model: ChatModel, request: ChatRequest, until: _Until) -> _Beginning:
        """Read an answer up to its first word. The stream is closed if that does not come."""
        if until.at <= self._clock():
            raise ModelError("timed_out", "no time left")
        events = _only_model_errors(model, request)
        begun: _Begun | None = None
        opening: list[ModelEvent] = []
        thinks_since: float | None = None
        try:
            while begun is None:
                event = await self._next(model, events, until, thinks_since)
                if isinstance(event, Thinking):
                    thinks_since = self._clock() if thinks_since is None else thinks_since
                    yield event
                    continue
                opening.append(event)
                if isinstance(event, Text) and not is_blank(event.text):
                    begun = _Begun(opening, events)
        finally:
            if thinks_since is not None:
                until.add(self._clock() - thinks_since)
            if begun is None:
                await events.aclose()
        yield begun

    async def _next(
        self,
        model: ChatModel,
        events: AsyncGenerator[ModelEvent, None],
        until: _Until,
        thinks_since: float | None,
    ) -> ModelEvent:
        """The next event; raises ModelError if it does not come in time, or the stream has ended."""
        ends_at = until.at if thinks_since is None else thinks_since + self._patience.thinking_s
        most_s = ends_at - self._clock()
        try:
            async with asyncio.timeout(most_s):
                event = await anext(events, None)
        except TimeoutError:
            MODEL_ERRORS.add(model.provider, "timed_out")
            why = "first word" if thinks_since is None else "end of its thinking"
            raise ModelError("timed_out", f"no {why} within {most_s:.1f} s") from None
        if event is None:
            MODEL_ERRORS.add(model.provider, "provider_error")
            raise ModelError("provider_error", "ended without a word")
        return event


@dataclass(frozen=True, slots=True)
class _Begun:
    """An answer that has begun: the events up to its first word, and the stream of the rest."""

    opening: list[ModelEvent]
    events: AsyncGenerator[ModelEvent, None]

    def with_notice(self, notice: str) -> _Begun:
        opening = [replace(event, notice=notice) if isinstance(event, Started) else event for event in self.opening]
        return _Begun(opening, self.events)


_Beginning = AsyncGenerator[Thinking | _Begun, None]


@dataclass(slots=True)
class _Until:
    """The deadline of a first word. The time that a model thinks is added to it, and to those of the next models."""

    at: float
    later: _Until | None = None

    def earlier(self, by_s: float) -> _Until:
        return _Until(self.at - by_s, later=self)

    def add(self, thought_s: float) -> None:
        self.at += thought_s
        if self.later is not None:
            self.later.add(thought_s)


async def _only_model_errors(model: ChatModel, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
    """Turn any other exception into a ModelError, so that the next model answers; log the place but no values."""
    events: AsyncIterator[ModelEvent] = model.stream(request)
    try:
        async for event in events:
            yield event
    except ModelError:
        raise
    except Exception as exc:
        place = "".join(traceback.format_tb(exc.__traceback__))
        logger.error("%s broke: %s\n%s", model.provider, type(exc).__name__, place)  # str(exc) may hold text
        MODEL_ERRORS.add(model.provider, "provider_error")
        raise ModelError("provider_error", f"{type(exc).__name__} in {model.provider}") from None
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
