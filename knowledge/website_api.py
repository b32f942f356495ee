"""The API's operations on the websites an agent learns from; all of them are for management."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.responses import Status
from pydantic import BeforeValidator

from access import trace
from access.callers import management
from agents.models import Agent
from knowledge.models import Website
from knowledge.websites import adding, schedule
from lib.domain_names import ascii_address
from lib.rest import cursors
from lib.rest.fields import Body, Line, Whole
from lib.rest.openapi import also
from lib.rest.problems import Problem, conflict, invalid, not_found

router = Router(tags=["Knowledge"], auth=management)

Address = Annotated[str, Field(max_length=adding.MAX_URL_CHARS, pattern=adding.ADDRESS), BeforeValidator(ascii_address)]
StatusName = Literal["pending", "reading", "ready", "failed"]
Pattern = Annotated[Line, Field(max_length=200)]
Patterns = Annotated[
    list[Pattern],
    Field(
        max_length=adding.MAX_PATTERNS,
        description="Beginnings of paths as in robots.txt: `/products`, `*?print=`, `/blog/$`.",
    ),
]


class WebsiteIn(Body):
    url: Address = Field(description="The first page of the site, or a sitemap; http or https, on the usual ports.")
    include: Patterns = Field([], description="Only pages that match one of these are read; none: all pages.")
    exclude: Patterns = Field([], description="Pages that match one of these are left out.")
    every_hours: Annotated[int, Whole] = Field(
        24, ge=0, le=adding.MAX_HOURS, description="When it is read again; 0: only when asked to."
    )
    max_pages: Annotated[int, Whole] = Field(1000, ge=1, le=adding.MAX_PAGES)


class WebsiteOut(Schema):
    """A site that is read page by page into documents. What was read is searched while it is read again, and also when
    that fails."""

    id: uuid.UUID
    agent_id: uuid.UUID
    url: str
    include: list[str]
    exclude: list[str]
    every_hours: int
    max_pages: int
    status: StatusName
    error: str = Field(description="Why its status is `failed`; empty otherwise.")
    pages: int = Field(description="Addresses that are known.")
    ready: int = Field(description="Documents made of them that are searched.")
    failed: int = Field(description="Pages that could not be read or indexed; the admin shows why.")
    last_read_at: datetime | None
    next_read_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, website: Any) -> WebsiteOut:
        return cls(
            id=website.pk,
            agent_id=website.agent_id,
            url=website.url,
            include=website.include.splitlines(),
            exclude=website.exclude.splitlines(),
            every_hours=website.every_hours,
            max_pages=website.max_pages,
            status=website.status,
            error=website.error,
            pages=website.page_count,
            ready=website.ready_count,
            failed=website.failed_count,
            last_read_at=website.last_read_at,
            next_read_at=website.next_read_at,
            created_at=website.created_at,
        )


class WebsiteList(Schema):
    websites: list[WebsiteOut] = Field(description="Newest first.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")


@router.get(
    "/agents/{agent_id}/websites",
    response=WebsiteList,
    auth=management.may("knowledge.view_website"),
    operation_id="list_websites",
    summary="List the websites an agent learns from",
)
def list_websites(
    request: HttpRequest,
    agent_id: uuid.UUID,
    limit: cursors.Limit = cursors.DEFAULT_LIMIT,
    cursor: cursors.Cursor = None,
) -> WebsiteList:
    if not Agent.objects.filter(pk=agent_id).exists():
        raise _no_agent()
    mine = Website.objects.filter(agent=agent_id)
    websites, next_cursor = cursors.page(mine.with_counts(), limit, cursor)
    return WebsiteList(websites=[WebsiteOut.of(each) for each in websites], total=mine.count(), next_cursor=next_cursor)


@router.post(
    "/agents/{agent_id}/websites",
    response={201: WebsiteOut},
    auth=management.may("knowledge.add_website"),
    operation_id="add_website",
    summary="Have a website read",
    openapi_extra=also(409),
)
def add_website(request: HttpRequest, agent_id: uuid.UUID, body: WebsiteIn) -> Status[WebsiteOut]:
    """It is read in the background, page after page, as its robots.txt allows: ask for it to see how far it is. Each
    page becomes a document."""
    try:
        website = adding.add(
            agent_id,
            body.url,
            include="\n".join(body.include),
            exclude="\n".join(body.exclude),
            every_hours=body.every_hours,
            max_pages=body.max_pages,
        )
    except adding.CannotAdd as error:
        raise invalid(f"{error.field}: {error}") from None
    except adding.Already:
        raise conflict(_("url: this agent reads that website already.")) from None
    if website is None:
        raise _no_agent()
    trace.added(request, website)
    return Status(201, _found(website.pk))


@router.get(
    "/websites/{website_id}",
    response=WebsiteOut,
    auth=management.may("knowledge.view_website"),
    operation_id="get_website",
    summary="Read how far a website is read",
)
def get_website(request: HttpRequest, website_id: uuid.UUID) -> WebsiteOut:
    return _found(website_id)


@router.post(
    "/websites/{website_id}/read",
    response={202: WebsiteOut},
    auth=management.may("knowledge.change_website"),
    operation_id="read_website",
    summary="Read a website again now",
)
def read_website(request: HttpRequest, website_id: uuid.UUID) -> Status[WebsiteOut]:
    """In the background; nothing happens where it is being read already. Pages that did not change stay as they are."""
    website = Website.objects.filter(pk=website_id).first()
    if website is None:
        raise _missing()
    if schedule.read_now(website_id):
        trace.changed(request, website, note=_("read again"))
    return Status(202, _found(website_id))


@router.delete(
    "/websites/{website_id}",
    response={204: None},
    auth=management.may("knowledge.delete_website"),
    operation_id="delete_website",
    summary="Delete a website for good",
)
def delete_website(request: HttpRequest, website_id: uuid.UUID) -> Status[None]:
    """All documents that were read of it go with it; answers no longer use them from the next question on."""
    with transaction.atomic():
        website = Website.objects.filter(pk=website_id).first()
        if website is None:
            raise _missing()
        trace.deleted(request, website)
        adding.delete(website_id)
    return Status(204, None)


def _found(website_id: uuid.UUID) -> WebsiteOut:
    website = Website.objects.with_counts().filter(pk=website_id).first()
    if website is None:
        raise _missing()
    return WebsiteOut.of(website)


def _no_agent() -> Problem:
    return not_found(_("Agent not found"))


def _missing() -> Problem:
    return not_found(_("Website not found"))
