"""Passages as they are stored: read for a part of the index, and for the few that belong to a question."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from django.db.models import BinaryField, Case, F, Q, QuerySet, Value, When

from agents.llm.request import Passage
from knowledge.models import Chunk
from knowledge.text.index_part import mark_of
from knowledge.text.rank import Stored
from language import embeddings
from language.embeddings import PACKAGED

log = logging.getLogger(__name__)

Slot = Literal["", "vectors", "other_vectors"]
SLOTS: dict[Slot, str] = {"vectors": "vectors_of", "other_vectors": "other_vectors_of"}  # and who says of what model
NO_VECTORS = Value(None, output_field=BinaryField(null=True))
READ_AT_ONCE = 100  # passages, 60 kB each with their vectors
REMEMBERED = 256  # passages that were found last, of each agent; some 15 MB


def of_document(document_id: uuid.UUID, slot: Slot = "") -> Iterator[tuple[int, Passage]]:
    """The passages of one document with their positions, in order, with the vectors in one of its slots; few of them
    are in memory at once."""
    vectors = F(slot) if slot else NO_VECTORS
    rows = _rows(Q(document=document_id), vectors).order_by("position")
    for _document_id, position, passage in map(_passage, rows.iterator(chunk_size=READ_AT_ONCE)):
        yield position, passage


class StoredPassages:
    """Reads passages of one agent by their places, and remembers the last ones; for one version of the knowledge.

    `key` is the model that the agent is searched by. Only the packaged one's vectors are read with a passage: answers
    are weighed with its tokens, and without vectors where another one searches.
    """

    def __init__(self, agent_id: uuid.UUID, key: str = PACKAGED) -> None:
        self.agent_id, self.key = agent_id, key
        self._vectors = _vectors_of(key) if key == PACKAGED else NO_VECTORS
        self._is_outdated = False
        self._remembered: OrderedDict[Stored, Passage] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, places: Sequence[Stored]) -> list[Passage | None]:
        """The passages in order; None for one that is gone."""
        with self._lock:
            found = {place: self._remembered[place] for place in places if place in self._remembered}
        if missing := [place for place in places if place not in found]:
            read, marks = _read(missing, self._vectors)
            self._is_outdated |= any(marks.get(place) != place.mark for place in missing)
            found |= read
        with self._lock:
            for place, passage in found.items():
                self._remembered[place] = passage
                self._remembered.move_to_end(place)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return [found.get(place) for place in places]

    def was_outdated(self) -> bool:
        """Whether a passage was gone, or another than when it was indexed; asked once."""
        was, self._is_outdated = self._is_outdated, False
        return was


def _read(places: Sequence[Stored], vectors: Any) -> tuple[dict[Stored, Passage], dict[Stored, int]]:
    """What stands at the places, and the marks of that."""
    wanted = (Q(document_id=place.document_id, position=place.position) for place in places)
    at = {(place.document_id, place.position): place for place in places}
    passages = {
        at[document_id, position]: passage
        for document_id, position, passage in map(_passage, _rows(Q(*wanted, _connector=Q.OR), vectors))
    }
    return passages, {place: mark_of(passage.heading, passage.text) for place, passage in passages.items()}


def _vectors_of(key: str) -> Any:
    """Those of a model, in whichever slot a document has them."""
    return Case(
        *(When(**{f"document__{named}": key}, then=F(slot)) for slot, named in SLOTS.items()),
        output_field=BinaryField(null=True),
    )


def _rows(wanted: Q, vectors: Any) -> QuerySet[Chunk, tuple[Any, ...]]:
    """Plain values, in no order: to make objects of rows takes as long again, and every question waits for it."""
    return (
        Chunk.objects.filter(wanted)
        .order_by()
        .annotate(made=vectors)
        .values_list(
            "pk", "document_id", "position", "document__name", "heading", "text", "page", "document__url", "made"
        )
    )


def _passage(row: tuple[Any, ...]) -> tuple[str, int, Passage]:
    """With its document's id and its position."""
    key, document_id, position, document, heading, text, page, url, vectors = row
    passage = Passage(
        document_id=str(document_id),
        document=document,
        heading=heading,
        text=text,
        page=page,
        sentences=_sentences(key, document_id, vectors),
        url=url,
    )
    return passage.document_id, position, passage


def _sentences(key: int, document_id: uuid.UUID, vectors: bytes | None) -> tuple[embeddings.Sentence, ...]:
    """The stored vectors; none where they cannot be read, which leaves the agent with full text search."""
    try:
        return embeddings.sentences_from_bytes(memoryview(vectors), in_place=True) if vectors else ()
    except ValueError:
        log.warning("the vectors of chunk %s are damaged; index document %s again", key, document_id)
        return ()
