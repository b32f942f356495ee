"""The chat model behind any OpenAI-compatible server: the official client asks, a parser of ours reads the stream.
No retries and no fallback in here: those are the chain's."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import aiohttp
import httpx2
import openai

from agents.llm.prompt import to_messages
from agents.llm.request import Cause, ChatRequest, ModelError, ModelEvent, Started, Text, Usage
from agents.llm.sse_chunks import Chunk, ChunkParser, Piece, Sign, StreamError

OPENAI_URL = "https://api.openai.com/v1"
TAIL_S = 2.0  # after the finish reason only the token count is missing: not worth a visitor's wait
DRAIN_S = 0.1  # after [DONE] only the body's end is missing; reading it lets the connection be used again (as the SDK)
# An idle connection saves the next question a handshake. Most load balancers drop it after 60 s, the SDK after 5 s.
CONNECTIONS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=55.0)
ERROR_BYTES = 65_536  # an error object has some hundred
MAX_MALFORMED = 3  # one broken event is a hiccup of a proxy; more is another protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an answer may be. Only text counts as a sign of life, keep-alive lines do not."""

    connect_s: float = 5.0  # a server that is there accepts within one lost packet or two (1 s, then 2 s)
    first_token_s: float = 30.0  # what a visitor waits at most, says the design
    between_tokens_s: float = 15.0  # the slowest pause seen while a model writes is a few seconds
    answer_chars: int = 60_000  # about 15,000 tokens, a hundred times a chat answer: a model that runs away


DEFAULT_LIMITS = Limits()


class OpenAICompatible:
    """Answers by chat completions at `base_url`; with no key none is sent. `model` is for requests that name none."""

    def __init__(
        self,
        *,
        base_url: str = "",
        api_key: str = "",
        model: str = "",
        provider: str = "openai",
        limits: Limits = DEFAULT_LIMITS,
    ):
        self.provider = provider
        self._base_url = base_url or OPENAI_URL
        self._api_key = api_key.strip()
        self._model = model
        self._limits = limits

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Raises ModelError with no cause attached: the client's own exceptions hold the key and the prompt."""
        model = request.model or self._model
        if not model:
            raise ModelError("not_configured", "no model is named")
        answer = _Answer(self._limits)
        with as_model_errors():
            async with contextlib.AsyncExitStack() as stack:
                response = await self._open(request, model, answer, stack)
                yield Started(self.provider, model)
                async with contextlib.aclosing(_texts(response, answer)) as texts:
                    async for text in texts:
                        yield Text(text)
        if answer.usage is not None:
            yield Usage(*answer.usage)

    async def _open(
        self, request: ChatRequest, model: str, answer: _Answer, stack: contextlib.AsyncExitStack
    ) -> httpx2.Response:
        """Asks again without what the server refuses by name, so that one setting fits servers old and new."""
        shared = _shared(self._base_url, self._api_key)
        refused = shared.refused.setdefault(model, set())
        while True:
            parameters = _parameters(request, model, refused)
            timeout = httpx2.Timeout(None, connect=self._limits.connect_s, pool=self._limits.connect_s)
            asking = shared.client.chat.completions.with_streaming_response.create(
                **parameters, timeout=timeout, extra_headers=None if self._api_key else NO_KEY
            )
            try:
                async with asyncio.timeout_at(answer.deadline):
                    response = await stack.enter_async_context(asking)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as exc:
                name = _refused_parameter(exc, parameters)
                if name is None:
                    raise
                refused.add(name)
                continue
            if response.headers.get("content-type", "").startswith("text/html"):
                raise ModelError("not_configured", "the base URL answers with a web page")
            return response.http_response


async def _texts(response: httpx2.Response, answer: _Answer) -> AsyncGenerator[str, None]:
    parser = ChunkParser()
    async with contextlib.aclosing(response.aiter_bytes()) as body:
        data: bytes | None = b""
        while data is not None:
            data = await answer.next_of(body)
            if text := answer.take(parser.finish() if data is None else parser.feed(data)):
                yield text
            if answer.error is not None:
                raise answer.error
    answer.check_whole()


class _Answer:
    """How far one answer has come: how long it may still take, what it counted, whether it is whole."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._chars = 0
        self._malformed = 0
        self._is_finished = False
        self.usage: tuple[int, int] | None = None
        self.error: ModelError | None = None
        self.deadline = _now() + limits.first_token_s

    async def next_of(self, body: AsyncGenerator[bytes, None]) -> bytes | None:
        """The next bytes, or None at the end. What goes wrong after the finish reason is an end, and not an error."""
        try:
            async with asyncio.timeout_at(self.deadline):
                return await anext(body, None)
        except _UPSTREAM_FAILURES as exc:
            if self._is_finished:
                return None
            if isinstance(exc, TimeoutError):
                raise ModelError("timed_out", f"silent after {self._chars} characters", retryable=True) from None
            raise

    def take(self, pieces: Iterable[Piece]) -> str:
        """The text in these pieces; sets `error` when the answer cannot go on after it."""
        text = "".join([self._text_of(piece) for piece in pieces if self.error is None])
        self._chars += len(text)
        if self._chars > self._limits.answer_chars and self.error is None:
            self.error = ModelError("provider_error", f"an answer of more than {self._limits.answer_chars} characters")
        if text and not self._is_finished:
            self.deadline = _now() + self._limits.between_tokens_s
        return text

    def _text_of(self, piece: Piece) -> str:
        match piece:
            case Chunk(text, finish_reason, usage):
                self.usage = usage or self.usage
                if finish_reason is not None:
                    self._finish(TAIL_S)
                return text
            case StreamError(code):
                self.error = _error_of(
                    int(code) if code.isdecimal() and len(code) == 3 else 500, code, "in the stream, taken as"
                )
            case Sign.DONE:
                self._finish(DRAIN_S)
            case Sign.MALFORMED:
                self._malformed += 1
                if self._malformed > MAX_MALFORMED:
                    self.error = ModelError("provider_error", "the stream is no chat completion", retryable=True)
        return ""

    def _finish(self, wait_s: float) -> None:
        self._is_finished = True
        self.deadline = _now() + wait_s

    def check_whole(self) -> None:
        if not self._is_finished:
            raise ModelError("provider_error", f"cut after {self._chars} characters", retryable=True)
        if not self._chars:
            raise ModelError("provider_error", "finished without a word", retryable=True)


def _now() -> float:
    return asyncio.get_running_loop().time()


# --- What is asked ----------------------------------------------------------------------------------------------
# The newer name first; servers that do not know it get the older one, and then none.
_ANSWER_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")
_OPTIONAL = ("temperature", "stream_options", *_ANSWER_LIMIT_NAMES)
_REFUSAL = re.compile(
    r"unsupported|not supported|not support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed", re.I
)


def _parameters(request: ChatRequest, model: str, refused: set[str]) -> dict[str, Any]:
    optional: dict[str, Any] = {"temperature": request.temperature, "stream_options": {"include_usage": True}}
    limit_name = next((name for name in _ANSWER_LIMIT_NAMES if name not in refused), None)
    if limit_name is not None:
        optional[limit_name] = request.max_tokens
    asked = {name: value for name, value in optional.items() if value is not None and name not in refused}
    return {"model": model, "messages": to_messages(request), "stream": True, **asked}


def _refused_parameter(exc: openai.APIStatusError, parameters: dict[str, Any]) -> str | None:
    """Which of our optional parameters the server does not take. A value out of range is no such refusal."""
    told = f"{exc.param} {exc.code} {exc.body}"
    if not _REFUSAL.search(told):
        return None
    sent = [name for name in _OPTIONAL if name in parameters]
    by_name = [name for name in sent if (exc.param or "").startswith(name)]
    return next((name for name in by_name or sent if re.search(rf"\b{name}\b", told)), None)


# --- Who is asked: one client, and so one pool of connections, per server, key and event loop --------------------
@dataclass(frozen=True, slots=True)
class _Shared:
    client: openai.AsyncOpenAI = field(repr=False)
    refused: dict[str, set[str]] = field(default_factory=dict)  # by model


NO_KEY: Any = {"Authorization": openai.Omit()}  # typed as text by the SDK, which documents this all the same
_shared_by_loop: dict[asyncio.AbstractEventLoop, dict[tuple[str, str], _Shared]] = {}


def _shared(base_url: str, api_key: str) -> _Shared:
    if not (api_key.isascii() and api_key.isprintable()):
        raise ModelError("not_configured", "the API key has characters that no key has")
    loop = asyncio.get_running_loop()
    if loop not in _shared_by_loop:
        for ended in [each for each in list(_shared_by_loop) if each.is_closed()]:  # a copy: threads have loops too
            _shared_by_loop.pop(ended, None)
    clients = _shared_by_loop.setdefault(loop, {})
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
    """The SDK reads the body of an error to its end, however long that is; its first page says it all."""
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
    for shared in _shared_by_loop.pop(asyncio.get_running_loop(), {}).values():
        await shared.client.close()


# --- What went wrong --------------------------------------------------------------------------------------------
_UPSTREAM_FAILURES = (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError, OSError)  # OSError has TimeoutError
_LOGGABLE = re.compile(r"[a-z_]{1,50}|\d{3}")  # has no room for a key
_NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_WRONG_SETTING = {"invalid_api_key", "model_not_found", "invalid_model"}


@contextlib.contextmanager
def as_model_errors() -> Iterator[None]:
    """Turns what the client and its transport raise into ModelError, with neither key nor text in it."""
    try:
        yield
    except openai.APIStatusError as exc:
        code = exc.code or exc.type or ""
        raise _error_of(exc.status_code, code, "HTTP", _retry_after_s(exc.response.headers)) from None
    except _UPSTREAM_FAILURES as exc:
        # The transport calls a server that hangs up a timeout; what it wrapped says which it was.
        causes = list(_causes(exc))
        if any(isinstance(cause, TimeoutError) for cause in causes):
            raise ModelError("timed_out", "no response in time", retryable=True) from None
        raise ModelError("provider_error", f"no connection: {type(causes[-1]).__name__}", retryable=True) from None


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__


def _error_of(status: int, code: str, where: str, retry_after_s: float | None = None) -> ModelError:
    """Told from status and code; a 4xx that nothing below names would be refused again."""
    cause: Cause = "provider_error"
    is_retryable = status >= 500 or status == 409
    if code in _NO_QUOTA:
        cause, is_retryable = "rate_limited", False  # more requests do not fill an empty account
    elif status == 429 or "rate_limit" in code:
        cause, is_retryable = "rate_limited", True
    elif status in (401, 403, 404) or code in _WRONG_SETTING:
        cause, is_retryable = "not_configured", False
    elif status in (408, 504) or "timeout" in code:
        cause, is_retryable = "timed_out", True
    detail = f"{where} {status} {code if _LOGGABLE.fullmatch(code) else ''}".rstrip()
    return ModelError(cause, detail, retryable=is_retryable, retry_after_s=retry_after_s)


def _retry_after_s(headers: httpx2.Headers) -> float | None:
    """Seconds or a date (RFC 9110, 10.2.3), or OpenAI's milliseconds; nothing when it is none of them."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
            return float(value) * unit_s
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
