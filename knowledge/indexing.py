"""Makes a document searchable: split into chunks, and with vectors for each sentence where a model is there."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.llm import embeddings
from knowledge.models import Chunk, Document
from knowledge.text.split import Part, embed_parts, split_page

log = logging.getLogger(__name__)

MOST_CHARS = 400_000  # about 4,000 passages; what is larger is a book, and belongs in several documents


def index_document(document: Document) -> None:
    """(Re)build the chunks of a document and set its state; a failure is kept on the document, not raised."""
    try:
        if len(document.text) > MOST_CHARS:
            raise ValueError(_("The text is longer than %(most)s characters; split it.") % {"most": f"{MOST_CHARS:,}"})
        parts = split_page(document.text)
        if not parts:
            raise ValueError(_("There is no text in it."))
        vectors = _vectors(parts)
    except ValueError as error:
        _end(document, Document.Status.FAILED, str(error))
        return
    except Exception:  # the embedding model has errors of its own
        log.exception("document %s could not be indexed", document.pk)
        _end(document, Document.Status.FAILED, _("It could not be indexed. Try it again; the log has the cause."))
        return
    with transaction.atomic():
        if not Document.objects.select_for_update().filter(pk=document.pk).exists():
            return  # it was deleted meanwhile
        document.chunks.all().delete()
        Chunk.objects.bulk_create(
            Chunk(document=document, position=position, heading=part.heading[:500], text=part.text, vectors=packed)
            for position, (part, packed) in enumerate(zip(parts, vectors, strict=True))
        )
        _end(document, Document.Status.READY)


def reindex_stale() -> int:
    """Index every document that waits, or has no vectors although a model is there now; returns how many."""
    stale = Document.objects.filter(status=Document.Status.PENDING)
    if embeddings.available(settings.EMBEDDING_MODEL_DIR or None):
        stale |= Document.objects.filter(status=Document.Status.READY, chunks__vectors__isnull=True)
    documents = list(stale.distinct())
    for document in documents:
        index_document(document)
    return len(documents)


def _vectors(parts: list[Part]) -> list[bytes | None]:
    try:
        encoder = embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
    except embeddings.Unavailable as reason:
        log.info("indexed for full text search only: %s", reason)
        return [None] * len(parts)
    return [embeddings.sentences_to_bytes(sentences) for sentences in embed_parts(encoder, parts)]


def _end(document: Document, status: Document.Status, error: str = "") -> None:
    document.status, document.error, document.updated_at = status, error[:300], timezone.now()
    values = {"status": document.status, "error": document.error, "updated_at": document.updated_at}
    Document.objects.filter(pk=document.pk).update(**values)  # nothing when it was deleted meanwhile
