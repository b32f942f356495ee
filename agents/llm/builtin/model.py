"""The built-in answerer as a chat model: the same request and the same stream as any other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable

from agents.llm import embeddings
from agents.llm.builtin.answering import BuiltAnswer, answer
from agents.llm.request import Certainty, ChatRequest, Cited, Judged, ModelError, ModelEvent, Started, Text

WORDS_PER_S = 60.0  # fast enough not to wait for, slow enough to be read as it comes
MODEL = "minilm-quotes"
MODEL_WORDS_ONLY = "word-quotes"
_CERTAINTY: dict[str, Certainty] = {"quote": "answered", "closest": "hedged", "none": "refused"}
_PIECE = re.compile(r"\s*\S+\s*")


class Builtin:
    """Answers from the passages of the request alone; never needs a network.

    With `strict`, what cannot be answered is a ModelError: it stands in for a model that may be back in a moment, and
    the visitor can ask that one again. `pace` waits between words (seconds given), so that tests need not.
    """

    provider = "builtin"

    def __init__(
        self,
        *,
        strict: bool = False,
        words_per_s: float = WORDS_PER_S,
        pace: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._strict = strict
        self._delay_s = 1 / words_per_s if words_per_s else 0.0
        self._pace = pace

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        found, model = await asyncio.to_thread(_answer, request)
        if self._strict and found.band == "none":
            raise ModelError("provider_error", "The built-in answerer found nothing in the passages.")
        yield Started(self.provider, model)
        if found.band in _CERTAINTY:
            yield Judged(_CERTAINTY[found.band])
        if found.cited:
            yield Cited(found.cited)
        for number, piece in enumerate(_PIECE.findall(found.text)):
            if number:
                await self._pace(self._delay_s)
            yield Text(piece)


def _answer(request: ChatRequest) -> tuple[BuiltAnswer, str]:
    encoder = embeddings.load() if embeddings.available() else None
    return answer(request, encoder), MODEL if encoder else MODEL_WORDS_ONLY
