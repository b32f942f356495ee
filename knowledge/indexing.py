"""Makes a document searchable: split into chunks, and with vectors for each sentence where a model is there.

Who works on a document is decided by its row. The process's own indexer, which works through what is owed, is in
indexer.py.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.models import Chunk, Document, DocumentQuerySet
from knowledge.packaged_vectors import shipped
from knowledge.text.split import PagePart, embed_parts, split_page
from language import embeddings

log = logging.getLogger(__name__)

MAX_CHARS = 400_000  # about 4,000 passages; what is larger is a book, and belongs in several documents
MAX_CHUNKS = 8_000  # twice what MAX_CHARS of prose makes: a list of one-word headings makes more, and is no knowledge
MAX_INDEX_S = 900  # MAX_CHARS take some two minutes of a core; a busy machine may need a few times that
MAX_TAKEOVERS = 3  # a document that has outlived so many processes is likely to be what kills them
TEXT_FORMAT = 3  # of what is split and read by the model; raise it with either, and all that is stored is made anew
STEP_PARTS = 8  # passages between two looks at the clock and the lease; about half a second


class Refused(ValueError):
    """The document cannot be indexed as it is; `str()` says what to do."""


class Interrupted(Exception):
    """The work is given up unfinished: the process ends, or the lease is another's."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at one document, and the text it is made from."""

    document_id: uuid.UUID
    owner: str
    name: str
    text: str
    is_hopeless: bool


def claim(at: datetime, document_id: uuid.UUID | None = None) -> Claim | None:
    """Take the document that has waited longest, or the one named; None when nothing is owed or somebody is at it."""
    with transaction.atomic():
        waiting = Document.objects.unattended(at).select_for_update(skip_locked=True, of=("self",))
        if document_id:
            waiting = waiting.filter(pk=document_id)
        document = waiting.order_by("updated_at", "pk").first()
        if document is None:
            return None
        document.takeovers += bool(document.lease_owner)  # whoever held it died without giving it up
        document.lease_owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        document.lease_until = at + Document.LEASE
        document.save(update_fields=["takeovers", "lease_owner", "lease_until"])
    is_hopeless = document.takeovers > MAX_TAKEOVERS
    return Claim(document.pk, document.lease_owner, document.name, document.text, is_hopeless)


def index(
    claim: Claim,
    is_over: Callable[[], bool] = lambda: False,
    *,
    max_s: float = MAX_INDEX_S,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Make the chunks of a claimed document and set its state; a failure is kept on the document, not raised.

    Once `is_over` says so the work stops within a step, and the document is another process's to take at once.
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

    try:
        parts = _split(claim)
        _store(claim, parts, _vectors(parts, step))
    except Interrupted:
        release(claim)
    except Refused as error:
        _end(claim, Document.Status.FAILED, str(error))
    except DatabaseError:  # nothing can be kept on the row now; its lease ends by itself
        raise
    except Exception:  # the embedding model has errors of its own
        log.exception("document %s could not be indexed", claim.document_id)
        _end(claim, Document.Status.FAILED, _("It could not be indexed. Try it again; the log has the cause."))


def index_document(document: Document) -> None:
    """Index a stored document in this thread, whatever it takes, and read its state back."""
    owe(document)
    if claimed := claim(timezone.now(), document.pk):
        index(claimed)
    read_state(document)


def owe(document: Document) -> None:
    """Store that a document is to be indexed again. Until that is done a ready one is searched as it was."""
    stored = Document.objects.filter(pk=document.pk)
    stored.filter(status=Document.Status.FAILED).update(status=Document.Status.PENDING, error="")
    stored.update(is_owed=True, progress=0, takeovers=0, lease_owner="", lease_until=None)
    read_state(document)


def read_state(document: Document) -> None:
    """Set the document's state as it is stored; nothing when it was deleted meanwhile."""
    stored = Document.objects.filter(pk=document.pk).values(*_STATE, "is_owed").first()
    for name, value in (stored or {}).items():
        setattr(document, name, value)


def release(claim: Claim) -> None:
    """Give a claim up unfinished, so that another process may take it at once, before its lease ends."""
    _mine(claim).update(lease_owner="", lease_until=None)


def owe_stale() -> int:
    """Store that ready documents are to be indexed again that were indexed before the text format was changed, or
    without a model although one is there now; returns how many. They are searched as they were until then."""
    ready = Document.objects.filter(status=Document.Status.READY, is_owed=False)
    if not ready.exists():  # whether a model is there is known only once it is loaded
        return 0
    stale = ready.exclude(text_format=TEXT_FORMAT)
    if embeddings.available(settings.EMBEDDING_MODEL_DIR or None):
        stale |= ready.filter(Exists(Chunk.objects.filter(document=OuterRef("pk"), vectors__isnull=True)))
    else:  # vectors are worth keeping for a process that can use them
        stale = stale.exclude(Exists(Chunk.objects.filter(document=OuterRef("pk"), vectors__isnull=False)))
    return Document.objects.filter(pk__in=list(stale.values_list("pk", flat=True)), is_owed=False).update(
        is_owed=True, progress=0, takeovers=0, lease_owner="", lease_until=None
    )


def reindex_stale() -> int:
    """Index, in this thread, every document that waits or is stale; returns how many."""
    owe_stale()
    documents = list(Document.objects.unattended(timezone.now()))
    for document in documents:
        index_document(document)
    return len(documents)


_STATE = ("status", "error", "progress", "updated_at")


def _mine(claim: Claim) -> DocumentQuerySet:
    return Document.objects.filter(pk=claim.document_id, lease_owner=claim.owner)


def _renew(claim: Claim, progress: float) -> None:
    """Say how far it is and keep the lease; raises Interrupted when it is lost: another text, or it was deleted."""
    if not _mine(claim).update(progress=progress, lease_until=timezone.now() + Document.LEASE):
        raise Interrupted


def _split(claim: Claim) -> list[PagePart]:
    if claim.is_hopeless:
        raise Refused(_("The server ended several times while it was indexed. Split it into several documents."))
    if len(claim.text) > MAX_CHARS:
        raise Refused(_("The text is longer than %(most)s characters; split it.") % {"most": f"{MAX_CHARS:,}"})
    parts = split_page(claim.text, claim.name)
    if not parts:
        raise Refused(_("There is no text in it."))
    if len(parts) > MAX_CHUNKS:
        words = _("It makes %(number)s passages, and at most %(most)s can be searched; split it.")
        raise Refused(words % {"number": f"{len(parts):,}", "most": f"{MAX_CHUNKS:,}"})
    return parts


def _vectors(parts: list[PagePart], step: Callable[[int, int], None]) -> list[bytes | None]:
    step(0, len(parts))
    try:
        encoder = embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
    except embeddings.Unavailable as reason:
        log.info("indexed for full text search only: %s", reason)
        return [None] * len(parts)
    vectors = [shipped(part, TEXT_FORMAT) for part in parts]
    missing = [at for at, packed in enumerate(vectors) if packed is None]
    for start in range(0, len(missing), STEP_PARTS):
        some = missing[start : start + STEP_PARTS]
        for at, sentences in zip(some, embed_parts(encoder, [parts[at] for at in some]), strict=True):
            vectors[at] = embeddings.sentences_to_bytes(sentences)
        step(len(parts) - len(missing) + start + len(some), len(parts))
    return vectors


@transaction.atomic
def _store(claim: Claim, parts: list[PagePart], vectors: list[bytes | None]) -> None:
    """Put the new chunks in the place of the old, if the claim still holds."""
    if not _mine(claim).select_for_update().exists():
        raise Interrupted
    Chunk.objects.filter(document=claim.document_id).delete()
    Chunk.objects.bulk_create(
        (
            Chunk(
                document_id=claim.document_id, position=at, heading=part.heading[:500], text=part.text, vectors=packed
            )
            for at, (part, packed) in enumerate(zip(parts, vectors, strict=True))
        ),
        batch_size=500,  # a book's vectors are some 200 MB
    )
    _end(claim, Document.Status.READY)


def _end(claim: Claim, status: Document.Status, error: str = "") -> None:
    """Give the claim back with its outcome. A ready document whose text is the same stays ready when making it anew
    fails: it is searched as it was, and not tried again before the next format."""
    was_ready = _mine(claim).filter(status=Document.Status.READY).exists()
    if was_ready and status == Document.Status.FAILED:
        log.warning("document %s stays as it was indexed before: %s", claim.document_id, error)
        status, error = Document.Status.READY, ""
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
