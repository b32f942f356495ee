"""Computes vectors of a new embedding model in the background, and then switches agents over to them.

A document has room for the vectors of two models. The old ones are used until all documents of the agent have new ones;
then the agent is switched over between two questions. Vectors are stored a few passages at a time, so that another
process can continue where one ended.
"""

from __future__ import annotations

import logging
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from knowledge import stored_parts, vectors
from knowledge.models import AgentVectors, Chunk, Document, DocumentQuerySet, EmbeddingModel
from knowledge.stored_passages import SLOTS, Slot, of_document
from knowledge.text.markdown_pages import only_title
from knowledge.text.split import PagePart, embed_parts
from language import embeddings

log = logging.getLogger(__name__)

SLICE_S = 5.0  # of one document, before one that waits to be indexed has its turn
STEP_PARTS = 8  # passages between two looks at the lease, and stored together; about half a second
CLEARED_AT_ONCE = 200  # passages whose old vectors are deleted together
MAX_TAKEOVERS = 3  # processes that ended without one step done: its text is likely to be what ends them


@dataclass(frozen=True, slots=True)
class Remaining:
    """The progress of the change to another model: how many of all documents have its vectors."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Work:
    """One document for which this process computes vectors, and the columns they go into."""

    document: Document
    owner: str
    slot: Slot

    @property
    def mine(self) -> DocumentQuerySet:
        return Document.objects.filter(pk=self.document.pk, lease_owner=self.owner, is_owed=False)


class _Interrupted(Exception):
    """The process ends, or the document was deleted, changed, or is to be indexed again."""


def embed_next(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Give the next document the vectors of the present model, or delete old ones. Returns False if nothing is left."""
    encoder = None if is_over() else vectors.set_up()
    if encoder is None or not vectors.leads(encoder):
        return False
    work = _claim(encoder.key, timezone.now())
    if work is None:
        return _switch_agents(encoder.key) or _clear_next(encoder.key, is_over)
    until = time.monotonic() + SLICE_S
    try:
        _embed(work, encoder, lambda: is_over() or time.monotonic() > until)
    except _Interrupted:
        pass
    except DatabaseError:  # nothing can be stored now; the lease ends by itself
        raise
    except Exception:  # the model has errors of its own
        log.exception("document %s could not be given the vectors of another model", work.document.pk)
        work.mine.update(takeovers=MAX_TAKEOVERS + 1)
    work.mine.update(lease_owner="", lease_until=None)
    return True


def remaining(agent_id: uuid.UUID | None = None) -> Remaining | None:
    """The progress of a change to another model, for one agent or all; None if there is none. Loads no model."""
    model = EmbeddingModel.objects.first()
    if model is None:
        return None
    documents = Document.objects.filter(status=Document.Status.READY)
    owed = _owed(model.key)
    if agent_id:
        documents, owed = documents.filter(agent=agent_id), owed.filter(agent=agent_id)
    number = owed.count()
    total = documents.count()
    return Remaining(total - number, total) if number else None


def _owed(key: str) -> DocumentQuerySet:
    """Documents that are searched, or may be again, and lack vectors of the model."""
    ready = Document.objects.filter(status=Document.Status.READY)
    return ready.exclude(vectors_of=key).exclude(other_vectors_of=key)


def _claim(key: str, at: datetime) -> _Work | None:
    owner = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
    with transaction.atomic():
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
        waiting = (
            _owed(key)
            .filter(free, is_owed=False, takeovers__lte=MAX_TAKEOVERS)
            .select_for_update(skip_locked=True, of=("self",))
        )
        # One that was begun first; then one agent after the other, so that each is done as soon as can be.
        document = waiting.order_by("-vectors_for", "agent", "pk").first()
        if document is None:
            return None
        document.takeovers += bool(document.lease_owner)  # its process died without giving it up
        document.lease_owner, document.lease_until = owner, at + Document.LEASE
        document.save(update_fields=["takeovers", "lease_owner", "lease_until"])
    stored = AgentVectors.objects.filter(agent=document.agent_id).values_list("key", flat=True).first()
    is_searched_by_first = bool(stored) and document.vectors_of == stored
    return _Work(document, owner, "other_vectors" if is_searched_by_first else "vectors")


def _embed(work: _Work, encoder: embeddings.Encoder, is_over: Callable[[], bool]) -> None:
    document = work.document

    def step(**changes: object) -> None:
        if is_over() or not work.mine.update(lease_until=timezone.now() + Document.LEASE, takeovers=0, **changes):
            raise _Interrupted

    if document.vectors_for != encoder.key:
        step(vectors_for="", **{SLOTS[work.slot]: ""})
        _clear(document.pk, work.slot, step)
        step(vectors_for=encoder.key)
    title = only_title(document.text) or document.name
    lacking = Chunk.objects.filter(document=document, **{f"{work.slot}__isnull": True}).order_by("position")
    while some := list(lacking.only("heading", "text", "page")[:STEP_PARTS]):
        parts = [PagePart(chunk.heading, chunk.text, title, chunk.page) for chunk in some]
        made = [embeddings.sentences_to_bytes(each) for each in embed_parts(encoder, parts)]
        with transaction.atomic():
            step()
            for chunk, data in zip(some, made, strict=True):
                Chunk.objects.filter(pk=chunk.pk).update(**{work.slot: data})
    found = list(stored_parts.packed(of_document(document.pk, work.slot)))
    with transaction.atomic():
        is_searched_by = vectors.searched_by(document.agent_id, encoder.key) == encoder.key
        changed = {"updated_at": timezone.now()} if is_searched_by else {}  # then searches take them at once
        step(vectors_for="", **{SLOTS[work.slot]: encoder.key}, **changed)
        stored_parts.put(document.pk, document.name, encoder.key, found)
        kept = document.vectors_of if work.slot == "other_vectors" else document.other_vectors_of
        document.parts.exclude(vectors_of__in=[encoder.key, *filter(None, [kept])]).delete()
    _switch(document.agent_id, encoder.key)


def _switch_agents(key: str) -> bool:
    """Switch an agent over whose last document without the new vectors was deleted."""
    waiting = AgentVectors.objects.exclude(key=key).values_list("agent", flat=True)
    return any(_switch(agent_id, key) for agent_id in list(waiting))


@transaction.atomic
def _switch(agent_id: uuid.UUID, key: str) -> bool:
    """Search the agent by the model with this key if all of its documents have the vectors.

    Returns whether that is a change.
    """
    stored = AgentVectors.objects.select_for_update(of=("self",)).filter(agent=agent_id).exclude(key=key).first()
    if stored is None or _owed(key).filter(agent=agent_id).exists():
        return False
    stored.key = key
    stored.save()
    # This is a change of the knowledge: all processes see it by documents' times (search.knowledge_version).
    last = Document.objects.answering().filter(agent=agent_id).order_by("-updated_at").values_list("pk", flat=True)
    Document.objects.filter(pk__in=list(last[:1])).update(updated_at=timezone.now())
    log.info("agent %s is searched by the vectors of another embedding model from now on", agent_id)
    return True


def _clear_next(key: str, is_over: Callable[[], bool]) -> bool:
    """Delete the old vectors of one document whose agent was switched over; returns whether there was one."""
    done = Document.objects.filter(status=Document.Status.READY, is_owed=False, agent__searched_by__key=key)
    for slot, other in (("vectors", "other_vectors"), ("other_vectors", "vectors")):
        named = SLOTS[slot]  # type: ignore[index]
        mine = done.filter(**{SLOTS[other]: key})  # type: ignore[index]
        document = mine.filter(~Q(**{named: ""}) | ~Q(vectors_for="")).defer("text").first()
        if document is None:
            continue
        before = getattr(document, named) or document.vectors_for
        with transaction.atomic():  # from here on it has some of them at most, as if they were being made
            Document.objects.filter(pk=document.pk).update(vectors_for=before, **{named: ""})
            document.parts.filter(vectors_of=before).delete()

        def step() -> None:
            if is_over():
                raise _Interrupted

        try:
            _clear(document.pk, slot, step)  # type: ignore[arg-type]
            Document.objects.filter(pk=document.pk, vectors_for=before).update(vectors_for="")
        except _Interrupted:
            return False
        return True
    return False


def _clear(document_id: uuid.UUID, slot: Slot, step: Callable[[], None]) -> None:
    """Delete vectors, some at a time, because they are the largest part of a document."""
    filled = Chunk.objects.filter(document=document_id, **{f"{slot}__isnull": False}).order_by("position")
    while some := list(filled.values_list("pk", flat=True)[:CLEARED_AT_ONCE]):
        step()
        Chunk.objects.filter(pk__in=some).update(**{slot: None})
