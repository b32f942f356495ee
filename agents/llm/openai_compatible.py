"""The chat model behind any OpenAI-compatible server: the official client asks, a parser of ours reads what comes.
What is asked, and differently after a refusal, is in `asking.py`; retries and fallbacks are the chain's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx2
import openai

from agents.llm.answer_filter import may_begin_within_thought
from agents.llm.asking import Asking, Memory, ServerRefusal
from agents.llm.failures import as_model_errors as as_model_errors
from agents.llm.figures import errors_counted, note_usage
from agents.llm.hearing import DEFAULT_LIMITS, Answer
from agents.llm.hearing import Limits as Limits
from agents.llm.request import ChatRequest, ModelError, ModelEvent, Started, Usage
from agents.llm.sse_chunks import ChunkParser
from lib.per_loop import PerLoop

logger = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
# An idle connection saves the next question a handshake. Most load balancers drop it after 60 s, the SDK after 5 s.
CONNECTIONS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=55.0)
SENT = ("temperature", "max_tokens", "max_completion_tokens")  # what an answer's receipt tells of the parameters
ERROR_BYTES = 65_536  # an error object has some hundred


class OpenAICompatible:
    """Answers by chat completions at `base_url`. `model` is for requests that name none; an empty key is not sent.

    What a server does not take is kept with the running loop's connections, or in `memories` (by model), for callers
    whose loop ends with each request.
    """

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: str = "",
        model: str = "",
        provider: str = "openai",
        limits: Limits = DEFAULT_LIMITS,
        memories: dict[str, Memory] | None = None,
    ):
        self.provider = provider
        self._base_url = base_url or OPENAI_URL
        self._api_key = api_key.strip()
        self._model = model
        self._limits = limits
        self._memories = memories

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Raises ModelError with no cause attached: the client's own exceptions hold the key and the prompt."""
        with errors_counted(self.provider):
            async with contextlib.aclosing(self._answer(request)) as events:
                async for event in events:
                    if isinstance(event, Usage):
                        note_usage(self.provider, event)
                    yield event

    async def _answer(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        model = request.model or self._model
        if not model:
            raise ModelError("not_configured", "no model is named")
        shared = _shared(self._base_url, self._api_key)
        memory = (shared.memory if self._memories is None else self._memories).setdefault(model, Memory())
        asking = Asking(request, model, memory)
        is_started = False
        asked_at = _now()
        while True:
            begins_within = memory.knows("begins within a thought")
            answer = Answer(
                self._limits,
                asked_at,
                within_thought=may_begin_within_thought(model) if begins_within is None else bool(begins_within),
                may_begin_anew=asking.may_begin_anew,
            )
            try:
                async with contextlib.aclosing(self._heard(asking, answer)) as events:
                    async for event in events:
                        if not isinstance(event, Started) or not is_started:
                            yield event
                        is_started = True
            except ServerRefusal as refusal:
                if answer.has_begun or not asking.mend(refusal):
                    raise refusal.error from None
                continue
            if answer.began_within_thought is not None:
                memory.learn("begins within a thought", answer.began_within_thought)
            return

    async def _heard(self, asking: Asking, answer: Answer) -> AsyncGenerator[ModelEvent, None]:
        """One try; raises ServerRefusal when the server does not take what it is asked."""
        with as_model_errors():
            async with contextlib.AsyncExitStack() as stack:
                parameters = asking.parameters()
                response = await self._open(parameters, answer, stack)
                yield Started(
                    self.provider,
                    str(parameters["model"]),
                    sent=asking.shortened,
                    parameters={name: parameters[name] for name in SENT if name in parameters},
                )
                async with contextlib.aclosing(_events(response, answer)) as events:
                    async for event in events:
                        asking.worked()
                        yield event
        for event in answer.closing():
            yield event

    async def _open(
        self, parameters: dict[str, Any], answer: Answer, stack: contextlib.AsyncExitStack
    ) -> httpx2.Response:
        timeout = httpx2.Timeout(None, connect=self._limits.connect_s, pool=self._limits.connect_s)
        # As they are: the client would look at each message's every field by its type, for a millisecond.
        said = {"messages": parameters["messages"]}
        asking = _shared(self._base_url, self._api_key).client.chat.completions.with_streaming_response.create(
            **{**parameters, "messages": []},
            timeout=timeout,
            extra_body=said,
            extra_headers=None if self._api_key else NO_KEY,
        )
        try:
            async with asyncio.timeout_at(answer.deadline):
                response = await stack.enter_async_context(asking)
        except openai.APIStatusError as exc:
            raise ServerRefusal.of_status(exc) from None
        if response.headers.get("content-type", "").startswith("text/html"):
            raise ModelError("not_configured", "the base URL answers with a web page")
        return response.http_response


async def _events(response: httpx2.Response, answer: Answer) -> AsyncGenerator[ModelEvent, None]:
    parser = ChunkParser()
    async with contextlib.aclosing(response.aiter_bytes()) as body:
        data: bytes | None = b""
        while data is not None and not answer.has_ended:
            data = await answer.next_of(body)
            for event in answer.take(parser.finish() if data is None else parser.feed(data)):
                yield event
            if answer.error is not None:
                raise answer.error


def _now() -> float:
    return asyncio.get_running_loop().time()


# --- Who is asked: one client, and so one pool of connections, per server, key and event loop --------------------
@dataclass(frozen=True, slots=True)
class _Shared:
    client: openai.AsyncOpenAI = field(repr=False)
    memory: dict[str, Memory] = field(default_factory=dict)  # by model


NO_KEY: Any = {"Authorization": openai.Omit()}  # typed as text by the SDK, which documents this all the same


@PerLoop
def _clients() -> dict[tuple[str, str], _Shared]:
    return {}  # by server and key


def _shared(base_url: str, api_key: str) -> _Shared:
    if not (api_key.isascii() and api_key.isprintable()):
        raise ModelError("not_configured", "the API key has characters that no key has")
    clients = _clients()
    if (base_url, api_key) not in clients:
        clients[base_url, api_key] = _Shared(_new_client(base_url, api_key))
    return clients[base_url, api_key]


def client_for(base_url: str, api_key: str) -> openai.AsyncOpenAI:
    """The running loop's client of this server and key, for speech as for chat; "" is OpenAI's own server.

    It never retries; without a key its requests need NO_KEY as extra headers. Raises ModelError for a key that cannot
    be one; what a request raises, `as_model_errors` makes safe to log.
    """
    return _shared(base_url or OPENAI_URL, api_key.strip()).client


def _new_client(base_url: str, api_key: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",  # never sent: an empty one would be refused, and None read from the environment
        max_retries=0,
        http_client=openai.DefaultAioHttpClient(
            limits=CONNECTIONS, verify=_trusted(), event_hooks={"response": [_shorten_error]}
        ),
    )


async def _shorten_error(response: httpx2.Response) -> None:
    """Cut the body of an error: the SDK would read it to its end, however long it is."""
    if response.is_error and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Beginning(response.stream)


class _Beginning(httpx2.AsyncByteStream):
    def __init__(self, whole: httpx2.AsyncByteStream):
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for data in self._whole:
            yield data[: ERROR_BYTES - seen]
            seen += len(data)
            if seen >= ERROR_BYTES:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()


@lru_cache
def _trusted() -> ssl.SSLContext:
    """The certificates; reading them takes 20 ms, in which nobody else's tokens move."""
    return httpx2.create_ssl_context()


async def close_clients() -> None:
    """Closes the connections of the running loop; for loops that end before the process, and for tests."""
    for shared in (_clients.forget() or {}).values():
        await shared.client.close()
