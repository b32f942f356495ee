"""The built-in answerer as a chat model, with the same request and stream as any other model."""

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

    With `strict` it raises ModelError if it has no answer. It then replaces a model that may be back in a moment, which
    the visitor can ask again.
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
        yield Text(found.text)  # all at once, because the text is complete


def _answer(request: ChatRequest) -> tuple[BuiltAnswer, str]:
    encoder = embeddings.load() if embeddings.available() else None
    found = answer(request, encoder)
    log.debug("built-in answer: %s by %s, doubt: %s", found.band, found.answerer or "-", found.doubt or "-")
    return found, MODEL if encoder else MODEL_WORDS_ONLY
