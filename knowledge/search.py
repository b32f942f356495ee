"""Finds the passages of an agent's knowledge that belong to a question. The index of each agent stays in memory."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db.models import Count, Max

from agents.llm.builtin.question.wishes import QUERY
from agents.llm.offers import ways_in
from agents.llm.request import Passage
from knowledge.models import Chunk, Document
from knowledge.text.rank import Index
from language import embeddings
from lib.mapped_bytes import MappedBytes

log = logging.getLogger(__name__)

MAX_REACH_SEARCHED, MAX_REACH = 12, 2  # two pages of contact say all; a dozen hits hold them, if there are any
KEPT_INDEXES = 16  # an index of 500 passages takes some 10 MB, and 30 in its file
READ_AT_ONCE = 100  # passages, 60 kB each with their vectors

_indexes: OrderedDict[uuid.UUID, tuple[str, Index]] = OrderedDict()
_lock = threading.Lock()
_mapped: WeakKeyDictionary[Index, MappedBytes] = WeakKeyDictionary()
_reach: WeakKeyDictionary[Index, tuple[Passage, ...]] = WeakKeyDictionary()


def search(agent_id: uuid.UUID, query: str, limit: int) -> tuple[Passage, ...]:
    """At most `limit` passages, best first; more only where the question is about all members of a family."""
    return find(known_index(agent_id, knowledge_version(agent_id)) or build_index(agent_id), query, limit)


def known_index(agent_id: uuid.UUID, version: str) -> Index | None:
    """The agent's index as this process holds it, unless it is of another version; no query."""
    with _lock:
        known = _indexes.get(agent_id)
        if known is None or known[0] != version:
            return None
        _indexes.move_to_end(agent_id)
        return known[1]


def build_index(agent_id: uuid.UUID) -> Index:
    """Read the agent's passages into an index and keep it; seconds for hundreds of pages."""
    version = knowledge_version(agent_id)
    passages, mapped = _passages(agent_id)  # outside the lock: others need not wait; built twice at worst
    index = Index.build(passages)
    with _lock:
        _indexes[agent_id] = (version, index)
        if mapped:
            _mapped[index] = mapped
        _indexes.move_to_end(agent_id)
        while len(_indexes) > KEPT_INDEXES:
            _indexes.popitem(last=False)
    return index


def find(index: Index, query: str, limit: int) -> tuple[Passage, ...]:
    """The same as `search`, without the database; encoding the question takes some milliseconds."""
    if not query.strip() or not index.passages:
        return ()
    if mapped := _mapped.get(index):
        mapped.release()  # what earlier answers were weighed by
    hits = index.search(query, limit, encoder=encoder())
    return tuple(replace(hit.passage, score=hit.score) for hit in hits)


def ways_to_reach(index: Index) -> tuple[Passage, ...]:
    """The passages that name a telephone number or an e-mail address, those about contact first.

    Found once for each index.
    """
    with _lock:
        known = _reach.get(index)
    if known is None:
        found = find(index, QUERY, MAX_REACH_SEARCHED)
        known = tuple(passage for passage in found if ways_in([passage]))[:MAX_REACH]
        with _lock:
            _reach[index] = known
    return known


def knowledge_version(agent_id: uuid.UUID) -> str:
    """Changes whenever a document of the agent is added, changed, indexed or removed."""
    ready = Document.objects.filter(agent=agent_id, status=Document.Status.READY)
    found = ready.aggregate(count=Count("pk"), last=Max("updated_at"))
    return f"{found['count']}-{found['last'].isoformat() if found['last'] else ''}"


def has_knowledge() -> bool:
    """Whether any agent has something to search."""
    return Document.objects.filter(status=Document.Status.READY).exists()


def _passages(agent_id: uuid.UUID) -> tuple[list[Passage], MappedBytes | None]:
    """The agent's passages, and the file in which their vectors are: a language model needs none of them, and the
    built-in agent those of some passages for each answer."""
    try:
        return _in_file(agent_id, mapped := MappedBytes()), mapped
    except OSError as error:
        log.warning("the vectors of agent %s are kept in memory: %s", agent_id, error.strerror)
        return [_passage(chunk, _sentences(chunk, chunk.vectors)) for chunk in _chunks(agent_id)], None


def _in_file(agent_id: uuid.UUID, mapped: MappedBytes) -> list[Passage]:
    placed = []
    for chunk in _chunks(agent_id):
        placed.append((chunk, mapped.add(chunk.vectors or b"")))
        chunk.vectors = None
    vectors = mapped.read_only()
    found = [_passage(chunk, _sentences(chunk, vectors[begin:end], in_place=True)) for chunk, (begin, end) in placed]
    mapped.release()
    return found


def _chunks(agent_id: uuid.UUID) -> Iterator[Chunk]:
    chunks = Chunk.objects.filter(document__agent=agent_id, document__status=Document.Status.READY)
    ordered = chunks.select_related("document").order_by("document__name", "document_id", "position")
    return ordered.defer("document__text").iterator(chunk_size=READ_AT_ONCE)


def _passage(chunk: Chunk, sentences: tuple[embeddings.Sentence, ...]) -> Passage:
    return Passage(
        document_id=str(chunk.document_id),
        document=chunk.document.name,
        heading=chunk.heading,
        text=chunk.text,
        sentences=sentences,
    )


def _sentences(
    chunk: Chunk, vectors: bytes | memoryview | None, *, in_place: bool = False
) -> tuple[embeddings.Sentence, ...]:
    """The stored vectors; none where they cannot be read, which leaves the agent with full text search."""
    try:
        return embeddings.sentences_from_bytes(vectors, in_place=in_place) if vectors else ()
    except ValueError:
        log.warning("the vectors of chunk %s are damaged; index document %s again", chunk.pk, chunk.document_id)
        return ()


def encoder() -> embeddings.Encoder | None:
    """The embedding model of this process, or None where there is none."""
    try:
        return embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
    except embeddings.Unavailable:
        return None
