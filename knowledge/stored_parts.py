"""Stores the parts of the search index when a document is indexed, and loads them for a search."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from agents.llm.request import Passage
from knowledge import stored_passages
from knowledge.copies import said_once
from knowledge.models import Chunk, Document, StoredPart
from knowledge.stored_passages import SLOTS, Slot
from knowledge.text.index_part import PART_FORMAT, IndexPart, parts_of
from knowledge.text.rank import Loaded
from language.embeddings import PACKAGED

log = logging.getLogger(__name__)

LOADED_AT_ONCE = 200  # parts named in one statement, which takes at most 999 values on an old SQLite
BATCH_BYTES = 64_000_000  # of parts that are put into an index together; they are in memory twice meanwhile


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored part that is up to date, without its data."""

    key: int
    document_id: uuid.UUID
    document: str
    number: int
    has_vectors: bool  # of the model that is searched by

    @property
    def order(self) -> tuple[Any, ...]:
        return self.document, str(self.document_id), self.number


def packed(document: Iterable[tuple[int, Passage]]) -> Iterator[bytes]:
    """The parts of one document, from its passages, as they are stored."""
    for part in parts_of(document):
        yield part.to_bytes()


def put(document_id: uuid.UUID, name: str, key: str, parts: Iterable[bytes | memoryview]) -> None:
    """Store the parts of a document with the vectors of one model, in the place of others with those; within the
    transaction that stores its passages or their vectors."""
    mine = {"document_id": document_id, "vectors_of": key}
    StoredPart.objects.filter(**mine).delete()
    for number, data in enumerate(parts):
        StoredPart.objects.create(**mine, number=number, format=PART_FORMAT, name=name, data=data)


def forget(document_id: uuid.UUID) -> None:
    """Delete all parts of a document, of whatever model."""
    StoredPart.objects.filter(document=document_id).delete()


def listed(agent_id: uuid.UUID, key: str = PACKAGED) -> list[Listed]:
    """What an agent is searched by whose model is `key`: the parts of its documents, in order, without copies. Those of
    this format that are missing are made first; a document without that model's vectors is found by its words."""
    make_missing(agent_id)
    of_document: dict[uuid.UUID, dict[str, list[Listed]]] = {}
    rows = _current(agent_id).values_list("pk", "document_id", "name", "number", "vectors_of")
    for pk, document_id, name, number, of in rows:
        each = Listed(pk, document_id, name, number, has_vectors=of == key)
        of_document.setdefault(each.document_id, {}).setdefault(of, []).append(each)
    chosen = (made.get(key) or made[min(made)] for made in of_document.values())
    return sorted(chain.from_iterable(chosen), key=lambda each: each.order)


def loaded(parts: Collection[Listed]) -> Iterator[list[Loaded]]:
    """The parts with their data, some at a time; one that was removed meanwhile is left out."""
    batch: list[Loaded] = []
    size = 0
    of_key = {each.key: each for each in parts}
    keys = list(of_key)
    for start in range(0, len(keys), LOADED_AT_ONCE):
        some = keys[start : start + LOADED_AT_ONCE]
        data = _data(some)
        for key in some:
            if key not in data:
                continue
            each = of_key[key]
            part = IndexPart.from_bytes(data[key])
            part = part if each.has_vectors else replace(part, has_vectors=False)
            batch.append(Loaded(key, str(each.document_id), each.document, each.order, part))
            size += len(data.pop(key))
            if size > BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def make_missing(agent_id: uuid.UUID | None = None, is_over: Callable[[], bool] = lambda: False) -> int:
    """Make the parts of documents that have none, or only some of an older format or name; returns of how many.

    Needed only after an upgrade: indexing a document stores its parts too.
    """
    made = 0
    for document_id in list(_lacking(agent_id).values_list("pk", flat=True)):
        if is_over():
            break
        made += _made(document_id)
    return made


def _made(document_id: uuid.UUID) -> bool:
    """Make the parts of a document outside a transaction: it takes 2 ms a passage; dropped if it changed since."""
    made_of = Document.objects.filter(pk=document_id).values_list("name", *SLOTS.values())
    known = made_of.first()
    if known is None:
        return False
    name, *keys = known
    before = _chunks_of(document_id)
    whole: list[tuple[str, Slot]] = [(key, slot) for key, slot in zip(keys, SLOTS, strict=True) if key]
    made = [
        (key, list(packed(stored_passages.of_document(document_id, slot)))) for key, slot in whole or [("", "vectors")]
    ]
    with transaction.atomic():
        if made_of.select_for_update(of=("self",)).first() != known or _chunks_of(document_id) != before:
            return False
        for key, parts in made:
            put(document_id, name, key, parts)
    return True


def _chunks_of(document_id: uuid.UUID) -> Mapping[str, Any]:
    return Chunk.objects.filter(document=document_id).aggregate(number=Count("pk"), last=Max("pk"))


def _current(agent_id: uuid.UUID) -> Any:
    return StoredPart.objects.filter(document__in=said_once(agent_id), format=PART_FORMAT, name=F("document__name"))


def _lacking(agent_id: uuid.UUID | None) -> Any:
    current = StoredPart.objects.filter(document=OuterRef("pk"), format=PART_FORMAT, name=OuterRef("name"))
    first = ~Exists(current.filter(vectors_of=OuterRef("vectors_of")))
    other = ~Exists(current.filter(vectors_of=OuterRef("other_vectors_of")))
    has_first, has_other = ~Q(vectors_of=""), ~Q(other_vectors_of="")
    documents = Document.objects.answering().filter((has_first | ~has_other) & first | has_other & other)
    return documents.filter(agent=agent_id) if agent_id else documents


def _data(keys: Collection[int]) -> dict[int, bytes]:
    found = StoredPart.objects.filter(pk__in=keys).values_list("pk", "data")
    if connection.vendor != "postgresql":
        return {key: bytes(data) for key, data in found}
    sql, values = found.query.sql_with_params()
    import psycopg  # not at the top: it is not needed with SQLite

    # In binary: bytes as text are twice as long, and reading them took most of a first question. Django's own cursors
    # put the values into the statement, and take text alone.
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, binary=True)
        return dict(cursor.fetchall())
