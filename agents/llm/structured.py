"""Asks a chat model for JSON, and reads what comes with tolerance: many servers know no schema, many models a fence."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from agents.llm.request import ChatModel, ChatRequest, Started, TakenBack, Text, Usage

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
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
        if isinstance(found, dict):
            return found
    return None
