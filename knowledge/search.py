"""Finds the passages of an agent's knowledge for a question. The index of each agent stays in memory."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict, defaultdict
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db.models import Count, Max, Q, QuerySet, UUIDField
from django.utils import timezone

from agents.llm.builtin.question.wishes import QUERY
from agents.llm.offers import ways_in
from agents.llm.request import Passage
from knowledge import stored_parts, vectors
from knowledge.models import Document
from knowledge.stored_passages import StoredPassages
from knowledge.text.rank import Index
from language import embeddings
from lib import prepared
from lib.prepared import Given

MAX_REACH_SEARCHED, MAX_REACH = 12, 2  # two pages of contact say all; a dozen hits hold them, if there are any
KEPT_INDEXES = 16  # an index of 1,000 passages takes some 4 MB, and as much in its file
MAX_TRIES = 5  # to load an index between two changes; a change of one document takes the fraction of a second
SECOND = timedelta(seconds=1)
MIN_GAPS = 1_000  # passages that are gone; from so many on an index is loaded anew once they are the larger half

_indexes: OrderedDict[uuid.UUID, tuple[str, Index]] = OrderedDict()
_lock = threading.Lock()
_building: defaultdict[uuid.UUID, threading.Lock] = defaultdict(threading.Lock)
_readers: WeakKeyDictionary[Index, StoredPassages] = WeakKeyDictionary()
_reach: WeakKeyDictionary[Index, tuple[Passage, ...]] = WeakKeyDictionary()


def search(agent_id: uuid.UUID, query: str, limit: int) -> tuple[Passage, ...]:
    """At most `limit` passages, best first; more only if the question is about all members of a family."""
    return find(known_index(agent_id, knowledge_version(agent_id)) or build_index(agent_id), query, limit)


def known_index(agent_id: uuid.UUID, version: str) -> Index | None:
    """The agent's index in this process, if it has the right version. Makes no query."""
    with _lock:
        known = _indexes.get(agent_id)
        if known is None or known[0] != version:
            return None
        _indexes.move_to_end(agent_id)
        return known[1]


def build_index(agent_id: uuid.UUID, outdated: Index | None = None) -> Index:
    """The agent's present index: changed documents are loaded, the others are taken from the previous index.

    The index of this process is used if it has the right version, unless it is the one that was found `outdated`.
    """
    with _lock:
        turn = _building[agent_id]
    with turn:  # whoever waited here finds it done
        version = knowledge_version(agent_id)
        held = known_index(agent_id, version)
        if held is not None and held is not outdated:
            return held
        with _lock:
            before = _indexes.get(agent_id)
        key = vectors.answering_key(agent_id)
        is_same_model = before is not None and _readers[before[1]].key == key
        index = _brought_up_to_date(agent_id, key, before[1] if before and is_same_model else None)
        with _lock:
            _indexes[agent_id] = (version, index)
            _indexes.move_to_end(agent_id)
            while len(_indexes) > KEPT_INDEXES:
                _indexes.popitem(last=False)
    return index


def _brought_up_to_date(agent_id: uuid.UUID, key: str, before: Index | None) -> Index:
    """The index with vectors of the model `key` only; vectors of two models cannot be compared."""
    reader = StoredPassages(agent_id, key)
    index = before or Index(reader)
    for _try in range(MAX_TRIES):
        parts = stored_parts.listed(agent_id, key)
        wanted = {each.key for each in parts}
        gone = index.keys - wanted
        if index.gaps_without(gone) > max(MIN_GAPS, len(index)):
            index, gone = Index(reader), set()
        index = index.changed((), gone, reader)
        for some in stored_parts.loaded([each for each in parts if each.key not in index.keys]):
            index = index.changed(some, ())
        if wanted == index.keys:
            break  # otherwise a document was indexed again meanwhile, and would be there only half
    _readers[index] = reader
    return index


def find(index: Index, query: str, limit: int) -> tuple[Passage, ...]:
    """Like `search`, for a known version. Passages that were not found lately are read from the database."""
    if not query.strip() or not len(index):
        return ()
    reader = _readers.get(index)
    hits = index.search(query, limit, encoder=vectors.encoder_of(reader.key) if reader else encoder())
    if reader and reader.was_outdated():  # a document was indexed again just now
        newer = build_index(reader.agent_id, outdated=index)
        hits = newer.search(query, limit, encoder=vectors.encoder_of(_readers[newer].key))
    return tuple(hit.passage for hit in hits)


def ways_to_reach(index: Index) -> tuple[Passage, ...]:
    """The passages with a telephone number or an e-mail address, those about contact first. Cached by index."""
    with _lock:
        known = _reach.get(index)
    if known is None:
        found = find(index, QUERY, MAX_REACH_SEARCHED)
        known = tuple(passage for passage in found if ways_in([passage]))[:MAX_REACH]
        with _lock:
            _reach[index] = known
    return known


def knowledge_version(agent_id: uuid.UUID, at: datetime | None = None) -> str:
    """A text that changes whenever a document of the agent is added, changed, indexed or removed.

    While a website is read, it changes only once a second for all its documents together. Each change costs the next
    question some 60 ms at 1,000 documents, and a reading changes several documents a second for minutes.
    """
    found = _changes(agent=agent_id)
    own, last, of_sites, last_of_sites = found[0][1:] if found else (0, None, 0, None)
    return f"{own}-{_written(last)}/{_version_of_sites(of_sites, last_of_sites, at or timezone.now())}"


@prepared.rows(agent=UUIDField())
def _changes(agent: Given) -> QuerySet[Document, Any]:
    """How many documents the agent has, and when the last one changed: its own and those of websites."""
    is_of_site = Q(website__isnull=False)
    documents = Document.objects.answering().filter(agent=agent).order_by().values("agent")  # a row for the agent
    return documents.annotate(
        own=Count("updated_at", filter=~is_of_site),  # of columns that are all in one index
        last=Max("updated_at", filter=~is_of_site),
        of_sites=Count("updated_at", filter=is_of_site),
        last_of_sites=Max("updated_at", filter=is_of_site),
    ).values_list("agent", "own", "last", "of_sites", "last_of_sites")


def _version_of_sites(count: int, last: datetime | None, at: datetime) -> str:
    """The present second, until a whole second has passed without a change.

    So all processes see the changes of one second in the next one, even if the process that made them died.
    """
    second = at.replace(microsecond=0)
    if last is not None and second - SECOND <= last:
        return _written(second)
    return f"{count}-{_written(last)}"


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def has_knowledge() -> bool:
    """Whether any agent has something to search."""
    return Document.objects.answering().exists()


def encoder() -> embeddings.Encoder | None:
    """The packaged embedding model, with which nearness was measured; None if vectors are switched off."""
    return vectors.encoder_of(embeddings.PACKAGED)
