"""Makes a document searchable: splits it into chunks, and computes vectors for each sentence if there is a model.

The row of a document decides which process works on it. The indexer of a process is in indexer.py.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import PurePath

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.llm.request import Passage
from knowledge import stored_parts, vectors
from knowledge.copies import hash_of_words
from knowledge.ingestion.extract import GivenUp, Unreadable, read
from knowledge.models import Chunk, Comparison, Document, DocumentQuerySet
from knowledge.packaged_vectors import shipped
from knowledge.text.markdown_pages import HEADING_CHARS, page_title
from knowledge.text.split import PagePart, embed_parts, split_page
from language import embeddings
from lib.mapped_bytes import MappedBytes
from lib.text import shorten

log = logging.getLogger(__name__)

Place = tuple[int, int]  # begin and end within a spool

NAME_CHARS = 80  # of a name taken from the text; a longer one can be given
MAX_INDEX_S = 3600  # a list of 20,000 rows takes some ten minutes of a core; a busy machine may need a few times that
READ_S = 300.0  # for its file, in the background; a PDF of 1,000 complicated pages
MAX_TAKEOVERS = 3  # a document during which so many processes died probably kills them
TEXT_FORMAT = 3  # raise it when texts are split otherwise, or the model changes: all documents are indexed again
STEP_PARTS = 8  # passages between two looks at the clock and the lease; about half a second
STORED_AT_ONCE = 200  # chunks in one statement, some 12 MB with their vectors


class Refused(ValueError):
    """The document cannot be indexed as it is. `str()` tells staff what to do."""


class Interrupted(Exception):
    """The work is given up unfinished: the process ends, or another process has the lease."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at one document, and the text it is made from."""

    document_id: uuid.UUID
    agent_id: uuid.UUID
    owner: str
    name: str
    text: str
    is_hopeless: bool
    is_unread: bool = False  # its text is still in its file


def claim(at: datetime, document_id: uuid.UUID | None = None) -> Claim | None:
    """Take the document that has waited longest, or the one named. None if it is not owed or another works on it."""
    with transaction.atomic():
        waiting = Document.objects.unattended(at).select_for_update(skip_locked=True, of=("self",))
        if document_id:
            waiting = waiting.filter(pk=document_id)
        document = waiting.order_by("updated_at", "pk").first()
        if document is None:
            return None
        document.takeovers += bool(document.lease_owner)  # its process died without giving it up
        document.lease_owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        document.lease_until = at + Document.LEASE
        document.save(update_fields=["takeovers", "lease_owner", "lease_until"])
    is_hopeless = document.takeovers > MAX_TAKEOVERS
    return Claim(
        document.pk,
        document.agent_id,
        document.lease_owner,
        document.name,
        document.text,
        is_hopeless,
        is_unread=document.is_unread,
    )


def index(
    claim: Claim,
    is_over: Callable[[], bool] = lambda: False,
    *,
    max_s: float = MAX_INDEX_S,
    clock: Callable[[], float] = time.monotonic,
    told: Callable[[float], None] = lambda share: None,
) -> None:
    """Make the chunks of a claimed document and set its state. A failure is stored on the document, not raised.

    When `is_over` returns True the work stops within a step, and another process can take the document at once. `told`
    is called with how far it is, from 0 to 1.
    """
    until = clock() + max_s

    def step(done: int, of: int) -> None:
        if is_over():
            raise Interrupted
        if clock() > until:
            minutes = round(max_s / 60)
            raise Refused(
                _("It was not done after %(minutes)s minutes. Split it into several documents.") % {"minutes": minutes}
            )
        _renew(claim, done / of)
        told(done / of)

    def goes_on() -> bool:
        _renew(claim, 0)
        return not is_over()

    try:
        if claim.is_unread and not claim.is_hopeless:
            claim = _read(claim, goes_on)
        _make(claim, step)
    except (Interrupted, GivenUp):
        release(claim)
    except Refused as error:
        _end(claim, Document.Status.FAILED, str(error))
    except DatabaseError:  # nothing can be stored on the row now; its lease ends by itself
        raise
    except Exception:  # the embedding model has errors of its own
        log.exception("document %s could not be indexed", claim.document_id)
        _end(claim, Document.Status.FAILED, _("It could not be indexed. Try it again; the log has the cause."))


def index_document(document: Document) -> None:
    """Index a stored document in this thread, however long it takes, and read its state back."""
    owe(document)
    if claimed := claim(timezone.now(), document.pk):
        index(claimed)
    read_state(document)


def owe(document: Document) -> None:
    """Store that a document is to be indexed again. Until then, a document that was ready is searched as it was."""
    stored = Document.objects.filter(pk=document.pk)
    stored.filter(status=Document.Status.FAILED).update(status=Document.Status.PENDING)
    stored.update(error="", is_owed=True, progress=0, takeovers=0, lease_owner="", lease_until=None)
    read_state(document)


def read_state(document: Document) -> None:
    """Set the document's state as it is stored; nothing when it was deleted meanwhile."""
    stored = Document.objects.filter(pk=document.pk).values(*_STATE, "is_owed").first()
    for name, value in (stored or {}).items():
        setattr(document, name, value)


def release(claim: Claim) -> None:
    """Give up a claim unfinished, so that another process can take it before its lease ends."""
    _mine(claim).update(lease_owner="", lease_until=None)


def owe_stale() -> int:
    """Store which ready documents are to be indexed again; returns how many. Until then they are searched as they were.

    Stale are those of an older text format. Those without vectors of the model get them otherwise (reembedding.py).
    """
    ready = Document.objects.filter(status=Document.Status.READY, is_owed=False)
    if not ready.exists():  # whether a model is there is known only once it is loaded
        return 0
    stale = ready.exclude(text_format=TEXT_FORMAT)
    if vectors.set_up() is None:  # vectors are worth keeping for a process that can use them
        stale = stale.filter(vectors_of="", other_vectors_of="")
    return Document.objects.filter(pk__in=list(stale.values_list("pk", flat=True)), is_owed=False).update(
        is_owed=True, progress=0, takeovers=0, lease_owner="", lease_until=None
    )


_STATE = ("status", "error", "progress", "updated_at")


def _mine(claim: Claim) -> DocumentQuerySet:
    return Document.objects.filter(pk=claim.document_id, lease_owner=claim.owner)


def _renew(claim: Claim, progress: float) -> None:
    """Store the progress and renew the lease. Raises Interrupted if the lease is lost: it changed, or is gone."""
    if not _mine(claim).update(progress=progress, lease_until=timezone.now() + Document.LEASE):
        raise Interrupted


def _read(claim: Claim, goes_on: Callable[[], bool]) -> Claim:
    """The claim with the text of the document's file, which is stored, so that no later process reads the file again.

    Raises Refused, GivenUp, or Interrupted.
    """
    document = Document.objects.get(pk=claim.document_id)
    name = PurePath(str(document.file.name)).name
    try:
        with document.file.open("rb") as file:
            found = read(file, name, seconds=READ_S, goes_on=goes_on)
    except FileNotFoundError:
        raise Refused(_("Its file is gone. Upload it again.")) from None
    except Unreadable as error:
        raise Refused(str(error)) from None
    changed = {"text": found.text, "is_unread": False}
    if document.name == document.file_title and (title := shorten(found.title or page_title(found.text), NAME_CHARS)):
        changed["name"] = title
    if not _mine(claim).update(**changed):
        raise Interrupted
    return replace(claim, text=found.text, name=str(changed.get("name", claim.name)), is_unread=False)


def _split(claim: Claim) -> list[PagePart]:
    if claim.is_hopeless:
        raise Refused(_("The server ended several times while it was indexed. Split it into several documents."))
    most = settings.MAX_DOCUMENT_CHARACTERS
    if len(claim.text) > most:
        raise Refused(_("The text is longer than %(most)s characters; split it.") % {"most": f"{most:,}"})
    parts = split_page(claim.text, claim.name)
    if not parts:
        raise Refused(_("There is no text in it."))
    most = settings.MAX_DOCUMENT_PASSAGES
    if len(parts) > most:
        words = _("It makes %(number)s passages, and at most %(most)s can be searched; split it.")
        raise Refused(words % {"number": f"{len(parts):,}", "most": f"{most:,}"})
    return parts


def _vectors(
    parts: list[PagePart], spool: MappedBytes, step: Callable[[int, int], None], encoder: embeddings.Encoder | None
) -> list[Place | None]:
    """Compute the vectors of each part into the spool; returns their places there, or None for each without a model.

    The vectors of a book are some hundred megabytes, too much for memory.
    """
    step(0, len(parts))
    if encoder is None:
        log.info("indexed for full text search only: %s", vectors.missing_because())
        return [None] * len(parts)
    places: list[Place | None] = []
    for start in range(0, len(parts), STEP_PARTS):
        some = parts[start : start + STEP_PARTS]
        packed = [shipped(part, TEXT_FORMAT) if encoder.key == embeddings.PACKAGED else None for part in some]
        missing = [at for at, vectors in enumerate(packed) if vectors is None]
        for at, sentences in zip(missing, embed_parts(encoder, [some[at] for at in missing]), strict=True):
            packed[at] = embeddings.sentences_to_bytes(sentences)
        places += [spool.add(vectors or b"") for vectors in packed]
        step(start + len(some), len(parts))
    return places


def _make(claim: Claim, step: Callable[[int, int], None]) -> None:
    """Split the text, and store the passages with what they are searched by."""
    parts = _split(claim)
    answering = vectors.answering_key(claim.agent_id)
    # By the same model as the agent's other passages; the vectors of a new model come later (reembedding.py).
    encoder = vectors.encoder_of(answering) or vectors.set_up()
    with contextlib.closing(MappedBytes()) as spool, contextlib.closing(MappedBytes()) as searched:
        places = _vectors(parts, spool, step, encoder)
        made = spool.read_only()
        in_searched: list[Place] = []
        for data in stored_parts.packed(_passages(claim, parts, places, made)):
            in_searched.append(searched.add(data))
            spool.release()
            step(len(parts), len(parts))
        index = searched.read_only()

        def chunks() -> Iterator[Chunk]:
            for at, (part, place) in enumerate(zip(parts, places, strict=True)):
                yield _chunk(claim, at, part, bytes(made[slice(*place)]) if place else None)
                spool.release()

        found = (bytes(index[slice(*place)]) for place in in_searched)
        _store(claim, chunks(), found, answering, encoder.key if encoder else "")


def _passages(
    claim: Claim, parts: list[PagePart], places: list[Place | None], made: memoryview
) -> Iterator[tuple[int, Passage]]:
    """The passages in the form in which they are searched, with their positions."""
    for at, (part, place) in enumerate(zip(parts, places, strict=True)):
        sentences = embeddings.sentences_from_bytes(made[slice(*place)], in_place=True) if place else ()
        yield at, Passage(str(claim.document_id), claim.name, part.heading[:HEADING_CHARS], part.text, 0.0, sentences)


@transaction.atomic
def _store(claim: Claim, chunks: Iterator[Chunk], index: Iterator[bytes], answering: str, key: str) -> None:
    """Replace the old chunks by the new ones in one transaction, if the claim still holds, and the agent is searched by
    the same model as when their vectors were begun. `key` is the model that made them, "" without one."""
    if not _mine(claim).select_for_update().exists():
        raise Interrupted
    if key and vectors.searched_by(claim.agent_id, key) != (answering or key):
        raise Interrupted  # begun anew with the new one's
    Chunk.objects.filter(document=claim.document_id).delete()
    while some := list(islice(chunks, STORED_AT_ONCE)):
        Chunk.objects.bulk_create(some)
    stored_parts.forget(claim.document_id)
    stored_parts.put(claim.document_id, claim.name, key, index)
    Comparison.objects.owe(claim.document_id)
    of = {"vectors_of": key, "other_vectors_of": "", "vectors_for": ""}
    _mine(claim).update(text_hash=hash_of_words(claim.text), **of)
    _end(claim, Document.Status.READY)


def _chunk(claim: Claim, at: int, part: PagePart, vectors: bytes | None) -> Chunk:
    heading = part.heading[:HEADING_CHARS]
    return Chunk(
        document_id=claim.document_id, position=at, heading=heading, text=part.text, page=part.page, vectors=vectors
    )


def _end(claim: Claim, status: Document.Status, error: str = "") -> None:
    """End the claim with its outcome. A document that was ready stays ready if indexing it again fails: it is searched
    as it was, shows the error, and is not tried again before the next text format."""
    was_ready = _mine(claim).filter(status=Document.Status.READY).exists()
    if was_ready and status == Document.Status.FAILED:
        log.warning("document %s stays as it was indexed before: %s", claim.document_id, error)
        status = Document.Status.READY
    is_ready = status == Document.Status.READY
    _mine(claim).update(
        status=status,
        error=error[:300],
        progress=1 if is_ready else 0,
        text_format=TEXT_FORMAT if is_ready else 0,
        is_owed=False,
        takeovers=0,
        lease_owner="",
        lease_until=None,
        updated_at=timezone.now(),
    )
