"""An agent's knowledge while its vectors change, as tests look at it."""

from __future__ import annotations

from knowledge import search
from knowledge.indexing import index_document
from knowledge.models import AgentVectors, Document
from knowledge.reembedding import embed_next

QUESTION = "What does the brass lamp cost?"
LAMPS = "# Lamps\n\n## Prices\n\nThe brass lamp costs 40 euros.\n\n## Care\n\nWipe it with a dry cloth."
RUGS = "# Rugs\n\n## Prices\n\nThe wool rug costs 90 euros."


def add(agent, name: str, text: str) -> Document:
    document = Document.objects.create(agent=agent, name=name, text=text)
    index_document(document)
    return document


def found(agent) -> list[tuple[str, float]]:
    """What is found, and how near it is by words and vectors."""
    return [(passage.text, passage.score) for passage in search.search(agent.pk, QUESTION, 3)]


def searched_by(agent) -> str:
    return AgentVectors.objects.get(agent=agent).key.strip("-")


def finish() -> int:
    steps = 0
    while embed_next():
        steps += 1
    return steps
