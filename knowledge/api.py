"""The API's operations on an agent's knowledge; all of them are for management."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.responses import Status

from access import trace
from access.callers import management
from agents.models import Agent
from knowledge import adding
from knowledge.api_bodies import BODIES, DocumentOut, DocumentsAdded, PageIn, files_of_form, text_of_body
from knowledge.copies import has_alike
from knowledge.ingestion.refusals import UnknownType, Unreadable
from knowledge.models import Document
from knowledge.search import search
from knowledge.websites import asked_pages
from knowledge.websites.adding import CannotAdd
from lib.rest import cursors
from lib.rest.fields import FilledLine
from lib.rest.problems import Problem, invalid, not_found, problem
from lib.uploads import bounded_upload

MAX_TOLD = 5  # files named in one detail
MAX_BYTES = settings.MAX_DOCUMENT_SIZE  # of all files of a request together

router = Router(tags=["Knowledge"], auth=management)


class DocumentList(Schema):
    documents: list[DocumentOut] = Field(description="Newest first.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")


class PassageOut(Schema):
    document_id: uuid.UUID
    document: str = Field(description="The document's name.")
    heading: str = Field(description="The headings above it, outermost first, joined by “ › ”.")
    page: int | None = Field(None, description="The page it begins on; null for documents without pages.")
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
    response={200: DocumentOut, 201: DocumentOut | DocumentsAdded},
    auth=management.may("knowledge.add_document"),
    operation_id="add_document",
    summary="Add a document, or several",
    openapi_extra=BODIES,
)
@decorate_view(bounded_upload(MAX_BYTES))
def add_document(request: HttpRequest, agent_id: uuid.UUID) -> Status[Any]:
    """A form with a file, or JSON with a text. A small file is read before the answer comes and refused where it holds
    no text; a short text is also indexed by then, its status `ready`. A longer one is `pending`, and a large file is
    read in the background, too: ask for the document until it is `ready` or `failed`. Content that the agent has
    already is answered with 200 and the document that holds it.

    Or JSON with the address of a web page: the answer comes at once, with the status `pending`, and the page is read in
    the background, and again every so many hours. While its server has an error or cannot be reached it is tried again
    a few times within half an hour, and its `error` says why it waits; one that cannot be read becomes `failed`, with
    the reason. A known address is answered with its
    document, which is searched as it was until the page is read again: then its `progress` is 1.

    A form with several files answers with `documents`, and `refused` for those that made none."""
    pasted = text_of_body(request)
    if isinstance(pasted, PageIn):
        return Status(201, _page(request, agent_id, pasted))
    files, name = ([], "") if pasted else files_of_form(request)
    if len(files) > 1:
        return Status(201, _several(request, agent_id, files))
    try:
        added = adding.add_text(agent_id, pasted.text, pasted.name) if pasted else adding.add(agent_id, files[0], name)
    except UnknownType as error:
        raise problem(415, f"file: {error}") from None
    except Unreadable as error:
        raise invalid(f"{'text' if pasted else 'file'}: {error}") from None
    if added is None:
        raise _no_agent()
    if added.is_new:
        trace.added(request, added.document)
    return Status(201 if added.is_new else 200, found_document(added.document.pk))


def _page(request: HttpRequest, agent_id: uuid.UUID, page: PageIn) -> Document:
    try:
        document = asked_pages.add(agent_id, page.url, page.name, every_hours=page.every_hours)
    except CannotAdd as error:
        raise invalid(f"{error.field}: {error}") from None
    if document is None:
        raise _no_agent()
    trace.added(request, document)
    return found_document(document.pk)


def _several(request: HttpRequest, agent_id: uuid.UUID, files: list[UploadedFile]) -> dict[str, Any]:
    _require_agent(agent_id)
    results = adding.add_several(agent_id, files)
    for result in results:
        if result.added and result.added.is_new:
            trace.added(request, result.added.document)
    refused = [{"name": result.name, "detail": result.refusal} for result in results if not result.added]
    if len(refused) == len(results):
        raise invalid(" ".join(f"{one['name']}: {one['detail']}" for one in refused[:MAX_TOLD]))
    return {"documents": [found_document(one.added.document.pk) for one in results if one.added], "refused": refused}


@router.get(
    "/documents/{document_id}",
    response=DocumentOut,
    auth=management.may("knowledge.view_document"),
    operation_id="get_document",
    summary="Read a document",
)
def get_document(request: HttpRequest, document_id: uuid.UUID) -> Document:
    """Its state, and how far its indexing is."""
    return found_document(document_id)


@router.post(
    "/documents/{document_id}/index",
    response={202: DocumentOut},
    auth=management.may("knowledge.change_document"),
    operation_id="index_document",
    summary="Index a document again",
)
def index_document(request: HttpRequest, document_id: uuid.UUID) -> Status[Document]:
    """For one that failed, or was indexed without a model. Done in the background where it is long; a web page is read
    again in the background, and keeps its last text where it cannot be."""
    document = found_document(document_id)
    if document.is_single_page:
        asked_pages.read_again(document)
    else:
        adding.index_again(document)
    trace.changed(request, document, note=_("indexed again"))
    return Status(202, found_document(document_id))


@router.delete(
    "/documents/{document_id}",
    response={204: None},
    auth=management.may("knowledge.delete_document"),
    operation_id="delete_document",
    summary="Delete a document for good",
)
def delete_document(request: HttpRequest, document_id: uuid.UUID) -> Status[None]:
    """Its passages and its file go with it; answers no longer use it from the next question on, or, while a website is
    read, from the next second on."""
    with transaction.atomic():
        trace.deleted(request, found_document(document_id))
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
    return Document.objects.defer("text").annotate(chunk_count=Subquery(chunks), has_alike=has_alike())


def found_document(document_id: uuid.UUID) -> Document:
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
