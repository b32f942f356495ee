"""The API's operations on an agent's knowledge; all of them are for management."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.files import UploadedFile
from ninja.responses import Status

from access import trace
from access.callers import management
from agents.models import Agent
from knowledge.ingestion import adding
from knowledge.ingestion.extract import MAX_BYTES, UnknownType, Unreadable
from knowledge.models import Document
from knowledge.search import search
from lib.rest import cursors
from lib.rest.fields import FilledLine, Line
from lib.rest.problems import Problem, invalid, not_found, problem
from lib.uploads import bounded_upload

router = Router(tags=["Knowledge"], auth=management)


class DocumentOut(Schema):
    """A document of an agent's knowledge; it is searched once its status is `ready`.

    One that is indexed again stays `ready`, and is searched as it was until the new passages are there.
    """

    id: uuid.UUID
    agent_id: uuid.UUID
    name: str
    status: Document.Status
    chunk_count: int = Field(description="How many passages it was split into.")
    progress: float = Field(ge=0, le=1, description="How much of it is indexed, from 0 to 1; ask again to see it grow.")
    error: str = Field(description="Why its status is `failed`; empty otherwise.")
    created_at: datetime
    updated_at: datetime


class DocumentList(Schema):
    documents: list[DocumentOut] = Field(description="Newest first.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")


class PassageOut(Schema):
    document_id: uuid.UUID
    document: str = Field(description="The document's name.")
    heading: str = Field(description="The headings above it, outermost first, joined by “ › ”.")
    text: str = Field(description="Markdown.")
    score: float = Field(description="Higher is better; to be compared within one answer only.")


class PassageList(Schema):
    passages: list[PassageOut] = Field(description="Best first.")


@router.get(
    "/agents/{agent_id}/documents",
    response=DocumentList,
    auth=management.may("knowledge.view_document"),
    operation_id="list_documents",
    summary="List an agent's documents",
)
def list_documents(
    request: HttpRequest,
    agent_id: uuid.UUID,
    limit: cursors.Limit = cursors.DEFAULT_LIMIT,
    cursor: cursors.Cursor = None,
) -> dict[str, Any]:
    _require_agent(agent_id)
    documents, next_cursor = cursors.page(_shown().filter(agent=agent_id), limit, cursor)
    total = Document.objects.filter(agent=agent_id).count()
    return {"documents": documents, "total": total, "next_cursor": next_cursor}


@router.post(
    "/agents/{agent_id}/documents",
    response={201: DocumentOut},
    auth=management.may("knowledge.add_document"),
    operation_id="add_document",
    summary="Upload a document",
)
@decorate_view(bounded_upload(MAX_BYTES))
def add_document(
    request: HttpRequest,
    agent_id: uuid.UUID,
    file: Annotated[UploadedFile, File(description="Plain text, Markdown or PDF of at most 20 MB.")],
    name: Line = Form("", max_length=200, description="Empty: the title in the text, or the file's name."),  # noqa: B008 ninja's way; in Annotated it loses the default
) -> Status[Document]:
    """It is read before the answer comes; a file without text is refused and nothing is stored. A short text is also
    indexed by then, its status `ready`; a longer one is `pending` and indexed in the background: ask for the document
    until it is `ready` or `failed`."""
    try:
        document = adding.add(agent_id, file, name)
    except UnknownType as error:
        raise problem(415, f"file: {error}") from None
    except Unreadable as error:
        raise invalid(f"file: {error}") from None
    if document is None:
        raise _no_agent()
    trace.added(request, document)
    return Status(201, _found(document.pk))


@router.get(
    "/documents/{document_id}",
    response=DocumentOut,
    auth=management.may("knowledge.view_document"),
    operation_id="get_document",
    summary="Read a document",
)
def get_document(request: HttpRequest, document_id: uuid.UUID) -> Document:
    """Its state, and how far its indexing is."""
    return _found(document_id)


@router.post(
    "/documents/{document_id}/index",
    response={202: DocumentOut},
    auth=management.may("knowledge.change_document"),
    operation_id="index_document",
    summary="Index a document again",
)
def index_document(request: HttpRequest, document_id: uuid.UUID) -> Status[Document]:
    """For one that failed, or was indexed without a model. Done in the background where it is long."""
    document = _found(document_id)
    adding.index_again(document)
    trace.changed(request, document, note=_("indexed again"))
    return Status(202, _found(document_id))


@router.delete(
    "/documents/{document_id}",
    response={204: None},
    auth=management.may("knowledge.delete_document"),
    operation_id="delete_document",
    summary="Delete a document for good",
)
def delete_document(request: HttpRequest, document_id: uuid.UUID) -> Status[None]:
    """Its passages and its file go with it; answers no longer use it from the next question on."""
    with transaction.atomic():
        trace.deleted(request, _found(document_id))
        if not adding.delete(document_id):
            raise _missing()
    return Status(204, None)


@router.get(
    "/agents/{agent_id}/search",
    response=PassageList,
    auth=management.may("knowledge.view_document"),
    operation_id="search_knowledge",
    summary="Search an agent's knowledge",
)
def search_knowledge(
    request: HttpRequest,
    agent_id: uuid.UUID,
    q: Annotated[FilledLine, Query(max_length=1000, description="A question, as a visitor would ask it.")],
    limit: Annotated[int, Query(ge=1, le=20)] = 6,
) -> dict[str, Any]:
    """The passages an answer to this question would be made from. `limit` is passed only to show all of a family."""
    _require_agent(agent_id)
    return {"passages": search(agent_id, q, limit)}


def _shown() -> QuerySet[Document]:
    """Documents as they are answered: each with its number of chunks, without its text of up to 2 MB."""
    chunks = Document.objects.filter(pk=OuterRef("pk")).annotate(count=Count("chunks")).values("count")
    return Document.objects.defer("text").annotate(chunk_count=Subquery(chunks))


def _found(document_id: uuid.UUID) -> Document:
    document = _shown().filter(pk=document_id).first()
    if document is None:
        raise _missing()
    return document


def _require_agent(agent_id: uuid.UUID) -> None:
    if not Agent.objects.filter(pk=agent_id).exists():
        raise _no_agent()


def _no_agent() -> Problem:
    return not_found(_("Agent not found"))


def _missing() -> Problem:
    return not_found(_("Document not found"))
