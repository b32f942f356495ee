"""Errors of requests to models: the cause and whether to ask again, without any text of the request."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import aiohttp
import httpx2
import openai

from agents.llm.request import Cause, ModelError
from agents.llm.sse_chunks import error_code

UPSTREAM_FAILURES = (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError, OSError)  # OSError has TimeoutError
_LOGGABLE = re.compile(r"[A-Za-z_]{1,50}|\d{3}")  # has no room for a key
_NO_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"}
_RATE = re.compile(r"rate_?limit|too_many_requests|resource_exhausted|quota")
_WRONG_SETTING = {"invalid_api_key", "model_not_found", "invalid_model", "authentication_error", "permission_error"}


@contextlib.contextmanager
def as_model_errors() -> Iterator[None]:
    """Turns exceptions of the client and its transport into ModelError, without key or text in them."""
    try:
        yield
    except openai.APIStatusError as exc:
        raise error_of_status(exc) from None
    except UPSTREAM_FAILURES as exc:
        # The transport calls a closed connection a timeout, too; the wrapped exception tells them apart.
        causes = list(_causes(exc))
        if any(isinstance(cause, TimeoutError) for cause in causes):
            raise ModelError("timed_out", "no response in time", retryable=True) from None
        raise ModelError("provider_error", f"no connection: {type(causes[-1]).__name__}", retryable=True) from None


def error_of_status(exc: openai.APIStatusError) -> ModelError:
    """The error for a status and the code in its body."""
    code = code_of(exc)
    return _error_of(exc.status_code, code, "HTTP", _retry_after_s(exc.response.headers))


def error_of_code(code: str) -> ModelError:
    """The error in an event of a stream, or in a body with status 200."""
    is_status = code.isdecimal() and len(code) == 3
    return _error_of(int(code) if is_status else 500, code, "in the stream, taken as")


def code_of(exc: openai.APIStatusError) -> str:
    """The machine-readable code of a refusal, "" without one."""
    return error_code(exc.body) or str(exc.code or exc.type or "")


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__


def _error_of(status: int, code: str, where: str, retry_after_s: float | None = None) -> ModelError:
    """The error by status and code. An unknown 4xx is not worth a retry."""
    cause: Cause = "provider_error"
    is_retryable = status >= 500 or status == 409
    word = code.lower()
    if word in _NO_QUOTA or status == 402:
        cause, is_retryable = "rate_limited", False  # more requests do not fill an empty account
    elif status == 429 or _RATE.search(word):
        cause, is_retryable = "rate_limited", True
    elif status in (401, 403, 404) or word in _WRONG_SETTING:
        cause, is_retryable = "not_configured", False
    elif status in (408, 504) or "timeout" in word:
        cause, is_retryable = "timed_out", True
    detail = f"{where} {status} {code if _LOGGABLE.fullmatch(code) else ''}".rstrip()
    return ModelError(cause, detail, retryable=is_retryable, retry_after_s=retry_after_s)


def _retry_after_s(headers: httpx2.Headers) -> float | None:
    """Seconds or a date (RFC 9110, 10.2.3), or OpenAI's milliseconds; None for anything else."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
            return float(value) * unit_s
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
