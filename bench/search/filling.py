"""Fills an agent with made-up pages by the product's own indexing, but with vectors made by chance."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from unittest import mock

import numpy as np

from agents.models import Agent
from bench.search.pages import pages
from knowledge.indexing import index_document
from knowledge.models import Chunk, Document
from language import embeddings
from language.embeddings import DIMENSIONS, PACKAGED, Encoded


class Chance:
    """An encoder whose vectors are random, of length one; the model would take hours for 100,000 passages."""

    key = PACKAGED  # as which they are stored

    def __init__(self) -> None:
        self._random = np.random.default_rng(1)

    def encode_tokens(self, texts: Sequence[str], *, threads: int = 1) -> list[Encoded]:
        vectors = self._random.standard_normal((len(texts), DIMENSIONS), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        one = np.zeros(1, np.uint16)  # token: those of a real sentence take 10 kB, which no search reads
        return [Encoded(vector, one, (0,), vector[None]) for vector in vectors]


def fill(passages: int) -> uuid.UUID:
    """The agent with about that many passages."""
    agent = Agent.objects.create(name="Ada", slug=f"bench-{passages}")
    with mock.patch.object(embeddings, "load", return_value=Chance()):
        for name, text in pages(passages):
            add(agent, name, text)
    return agent.pk


def add(agent: Agent, name: str, text: str) -> None:
    document = Document.objects.create(agent=agent, name=name, text=text)
    index_document(document)
    if document.status != Document.Status.READY:
        raise RuntimeError(document.error)


def stored_passages(agent_id: uuid.UUID) -> int:
    return Chunk.objects.filter(document__agent=agent_id).count()
