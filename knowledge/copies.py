"""Documents of an agent with the same text, however they were added: one of them is used, the others are its copies.

A copy is indexed like any other document. It is used as soon as the original is deleted, gone or changed: nothing is
stored about being a copy except the hash of each text.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, OuterRef

from knowledge.models import Document, DocumentQuerySet

BATCH = 500  # hashes in one query


def hash_of_words(text: str) -> str:
    """A hash that is the same for texts that differ only in white space."""
    return hashlib.blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def copies(agent_id: uuid.UUID, among: Collection[str] | None = None) -> dict[uuid.UUID, uuid.UUID]:
    """The agent's copies, each with its original; only those with these text hashes, if any are given.

    The original is a web page, because it can be linked and is read again; else the oldest document. Two web pages are
    the same only if their titles are, because the title may be the only difference between two products.
    """
    found: dict[uuid.UUID, uuid.UUID] = {}
    originals: dict[str, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for key, text_hash, url, content_hash in _alike(agent_id, among):
        title = content_hash if url else ""
        known = (one for one, theirs in originals[text_hash] if not title or not theirs or title == theirs)
        original = next(known, None)
        if original is None:
            originals[text_hash].append((key, title))
        else:
            found[key] = original
    return found


def answering_for(agent_id: uuid.UUID, document_ids: Iterable[str]) -> dict[str, str]:
    """By the id of each of these documents, that of the one which is answered from: of a copy, what it is a copy of."""
    found = {str(copy): str(original) for copy, original in copies(agent_id).items()}
    return {each: found.get(each, each) for each in document_ids}


def said_once(agent_id: uuid.UUID) -> DocumentQuerySet:
    """The documents that the agent uses, without copies."""
    return Document.objects.answering().filter(agent=agent_id).exclude(pk__in=copies(agent_id))


def original_of(document: Document) -> Document | None:
    """The document that is used instead of this one, which has the same text."""
    if not document.text_hash:
        return None
    found = copies(document.agent_id, [document.text_hash]).get(document.pk)
    return Document.objects.defer("text").filter(pk=found).first() if found else None


def has_alike() -> Exists:
    """A query expression: whether another document of the same agent has the same text."""
    others = Document.objects.answering().filter(agent=OuterRef("agent"), text_hash=OuterRef("text_hash"))
    return Exists(others.exclude(text_hash="").exclude(pk=OuterRef("pk")))


def _alike(agent_id: uuid.UUID, among: Collection[str] | None) -> list[tuple[uuid.UUID, str, str, str]]:
    """Documents that share their text with another one, those that are used first."""
    mine = Document.objects.answering().filter(agent=agent_id)
    if among is None:
        several = mine.exclude(text_hash="").order_by().values("text_hash").annotate(number=Count("pk"))
        among = list(several.filter(number__gt=1).values_list("text_hash", flat=True))
    rows = []
    hashes = list(among)
    for start in range(0, len(hashes), BATCH):
        some = mine.filter(text_hash__in=hashes[start : start + BATCH])
        rows += list(some.values_list("created_at", "pk", "text_hash", "url", "content_hash"))
    rows.sort(key=lambda row: (not row[3], row[0], row[1]))
    return [row[1:] for row in rows]
