"""The built-in answerer as a chat model: the same request and the same stream as any other."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator

from agents.llm.builtin.answering import answer
from agents.llm.builtin.weighed import BuiltAnswer
from agents.llm.request import Certainty, ChatRequest, Cited, Judged, ModelError, ModelEvent, Started, Text
from language import embeddings
from language.of_site import in_thread

log = logging.getLogger(__name__)

MODEL = "minilm-quotes"
MODEL_WORDS_ONLY = "word-quotes"
_CERTAINTY: dict[str, Certainty] = {"quote": "answered", "closest": "hedged", "none": "refused"}


class BuiltinModel:
    """Answers from the passages of the request alone; never needs a network.

    With `strict`, what cannot be answered is a ModelError: it stands in for a model that may be back in a moment, and
    the visitor can ask that one again.
    """

    provider = "builtin"

    def __init__(self, *, strict: bool = False):
        self._strict = strict

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        found, model = await in_thread(_answer, request)
        if self._strict and found.band == "none":
            raise ModelError("provider_error", "The built-in answerer found nothing in the passages.")
        yield Started(self.provider, model)
        if found.band in _CERTAINTY:
            yield Judged(_CERTAINTY[found.band])
        if found.cited:
            yield Cited(found.cited)
        yield Text(found.text)  # whole: what exists already is not held back


def _answer(request: ChatRequest) -> tuple[BuiltAnswer, str]:
    encoder = embeddings.load() if embeddings.available() else None
    found = answer(request, encoder)
    log.debug("built-in answer: %s by %s, doubt: %s", found.band, found.answerer or "-", found.doubt or "-")
    return found, MODEL if encoder else MODEL_WORDS_ONLY
