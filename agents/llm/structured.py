"""Asks a chat model for JSON, and reads what comes with tolerance: many servers know no schema, many models a fence."""

from __future__ import annotations

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.llm.configured import configured
from agents.llm.figures import MODEL_ERRORS
from agents.llm.request import ChatModel, ChatRequest, ModelError, Started, TakenBack, Text, Usage

if TYPE_CHECKING:
    from agents.llm.asking import Memory

MAX_CHARS = 20_000  # of an answer that is read; what was asked for has some hundred
MAX_OBJECTS = 100
# An object without another one in it. What is longer, or nested, was not asked for.
_OBJECT = re.compile(r"\{[^{}]{0,2000}\}")


@dataclass(frozen=True, slots=True)
class Structured:
    """What a model answered: the innermost JSON objects of its text in their order, and what it cost."""

    objects: tuple[dict[str, Any], ...]
    model: str = ""
    usage: Usage | None = None


def ask_in_task(request: ChatRequest, memories: dict[str, Memory], *, within_s: float) -> Structured:
    """Ask the configured model from a task, which has no event loop. `memories` are what the caller keeps between two
    requests of what the server does not take. Raises ModelError."""
    return asyncio.run(_asked(request, memories, within_s))


async def _asked(request: ChatRequest, memories: dict[str, Memory], within_s: float) -> Structured:
    from agents.llm.openai_compatible import Limits, close_clients  # the client takes a second to import

    limits = Limits(first_token_s=within_s, thinking_s=within_s, between_tokens_s=5.0, answer_chars=10_000)
    try:
        async with asyncio.timeout(within_s):
            return await ask(configured(limits, memories), request)
    except TimeoutError:
        MODEL_ERRORS.add("openai", "timed_out")
        raise ModelError("timed_out", f"no whole answer within {within_s:.0f} s", retryable=True) from None
    finally:
        await close_clients()


async def ask(model: ChatModel, request: ChatRequest) -> Structured:
    """Raises ModelError. An answer that is cut keeps the objects that are whole; prose holds none."""
    texts: list[str] = []
    name, usage = "", None
    async with aclosing(model.stream(request)) as events:
        async for event in events:
            match event:
                case Started(model=answering):
                    name = answering
                case Text(text):
                    texts.append(text)
                case TakenBack():
                    texts.clear()
                case Usage():
                    usage = event
    return Structured(tuple(objects("".join(texts))), name, usage)


def objects(text: str) -> Iterator[dict[str, Any]]:
    """The innermost objects in a text, whatever stands around them; what is no object is passed over."""
    for count, match in enumerate(_OBJECT.finditer(text[:MAX_CHARS])):
        if count == MAX_OBJECTS:
            return
        found = _object(match[0])
        if found:
            yield found


def _object(text: str) -> dict[str, Any] | None:
    """JSON, JSON with a comma too many, or a dictionary as Python writes it."""
    for read, written in (
        (json.loads, text),
        (json.loads, re.sub(r",\s{0,20}\}$", "}", text)),
        (ast.literal_eval, text),
    ):
        try:
            found = read(written)
        # A SystemError is Python's own (before 3.11.9), where garbage is collected in the middle of reading.
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError, SystemError):
            continue
        if isinstance(found, dict):
            return found
    return None
