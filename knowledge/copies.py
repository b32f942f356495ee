"""Documents of an agent that say the same, whichever way each came in: one of them answers, the others are its copies.

A copy is indexed like any other. It answers by itself as soon as the one before it is deleted, gone, or says something
else: nothing is stored about it but the hash of each text.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef

from knowledge.models import Document, DocumentQuerySet

BATCH = 500  # hashes a query names


def hash_of_words(text: str) -> str:
    """The same for texts that differ in white space alone."""
    return hashlib.blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def copies(agent_id: uuid.UUID, among: Collection[str] | None = None) -> dict[uuid.UUID, uuid.UUID]:
    """Which documents of the agent are copies, and of which; of these text hashes alone where some are named.

    Of several that say the same a web page answers, as it leads to where it is from and is read again; else the oldest.
    Two pages count as the same only with the same title: that may be all in which two products differ.
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


def said_once(agent_id: uuid.UUID) -> DocumentQuerySet:
    """The documents that the agent answers from, without copies."""
    return Document.objects.answering().filter(agent=agent_id).exclude(pk__in=copies(agent_id))


def original_of(document: Document) -> Document | None:
    """The document that answers in the place of this one, which says the same."""
    if not document.text_hash:
        return None
    found = copies(document.agent_id, [document.text_hash]).get(document.pk)
    return Document.objects.defer("text").filter(pk=found).first() if found else None


def has_alike() -> Exists:
    """Of a document, in a query: whether another one of its agent has the same text."""
    others = Document.objects.answering().filter(agent=OuterRef("agent"), text_hash=OuterRef("text_hash"))
    return Exists(others.exclude(text_hash="").exclude(pk=OuterRef("pk")))


def _alike(agent_id: uuid.UUID, among: Collection[str] | None) -> list[tuple[uuid.UUID, str, str, str]]:
    """Documents whose text another one has, those first that answer before others."""
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
