"""Stores the parts of the search index when a document is indexed, and loads them for a search."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef

from agents.llm.request import Passage
from knowledge import stored_passages
from knowledge.copies import said_once
from knowledge.models import Chunk, Document, StoredPart
from knowledge.text.index_part import PART_FORMAT, IndexPart, parts_of
from knowledge.text.rank import Loaded

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

    @property
    def order(self) -> tuple[Any, ...]:
        return self.document, str(self.document_id), self.number


def packed(document: Iterable[tuple[int, Passage]]) -> Iterator[bytes]:
    """The parts of one document, from its passages, as they are stored."""
    for part in parts_of(document):
        yield part.to_bytes()


def put(document_id: uuid.UUID, name: str, parts: Iterable[bytes | memoryview]) -> None:
    """Store the parts of a document in the place of others; within the transaction that stores its passages."""
    StoredPart.objects.filter(document=document_id).delete()
    for number, data in enumerate(parts):
        StoredPart.objects.create(document_id=document_id, number=number, format=PART_FORMAT, name=name, data=data)


def listed(agent_id: uuid.UUID) -> list[Listed]:
    """The parts of an agent's documents, in order, without copies. Of a document without parts of this format they are
    made first."""
    make_missing(agent_id)
    found = _current(agent_id).values_list("pk", "document_id", "name", "number")
    return sorted((Listed(*row) for row in found), key=lambda each: each.order)


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
            batch.append(Loaded(key, str(each.document_id), each.document, each.order, IndexPart.from_bytes(data[key])))
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
    name = Document.objects.filter(pk=document_id).values_list("name", flat=True).first()
    if name is None:
        return False
    before = _chunks_of(document_id)
    parts = list(packed(stored_passages.of_document(document_id)))
    with transaction.atomic():
        locked = Document.objects.select_for_update(of=("self",)).filter(pk=document_id)
        if locked.values_list("name", flat=True).first() != name or _chunks_of(document_id) != before:
            return False
        put(document_id, name, parts)
    return True


def _chunks_of(document_id: uuid.UUID) -> Mapping[str, Any]:
    return Chunk.objects.filter(document=document_id).aggregate(number=Count("pk"), last=Max("pk"))


def _current(agent_id: uuid.UUID) -> Any:
    return StoredPart.objects.filter(document__in=said_once(agent_id), format=PART_FORMAT, name=F("document__name"))


def _lacking(agent_id: uuid.UUID | None) -> Any:
    current = StoredPart.objects.filter(document=OuterRef("pk"), format=PART_FORMAT, name=OuterRef("name"))
    documents = Document.objects.answering().filter(~Exists(current))
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
