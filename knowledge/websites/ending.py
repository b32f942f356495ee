"""Ends a reading of a website: stores its result, and when the next one is due."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from knowledge.models import Document, WebPage, Website
from knowledge.websites.addresses import key_of
from knowledge.websites.keeping import Lost
from lib.text import shorten

MAX_FAILURES = 10  # failed pages in a row: then the server is taken for down, and the reading ends


def is_away(website_id: uuid.UUID) -> bool:
    """Whether the server failed so often in a row that the reading should end."""
    return Website.objects.filter(pk=website_id, failures_in_a_row__gte=MAX_FAILURES).exists()


@transaction.atomic
def end(website_id: uuid.UUID, owner: str, error: str = "") -> None:
    """End the reading, with an error or ""; texts that were read before stay in use. Raises Lost."""
    website = Website.objects.select_for_update().filter(pk=website_id, lease_owner=owner).first()
    if website is None:
        raise Lost
    now = timezone.now()
    if not error:
        website.last_read_at = now
        error = _why_nothing(website)
    website.status = Website.Status.FAILED if error else Website.Status.READY
    website.error = shorten(error, 290)
    website.next_read_at = now + timedelta(hours=website.every_hours) if website.every_hours else None
    website.task_id, website.task_until = "", None
    website.lease_owner, website.lease_until = "", None
    website.save()


def _why_nothing(website: Website) -> str:
    """Why a finished reading left no document to answer from; "" if there are some."""
    kept = website.documents.filter(gone_at__isnull=True).exclude(status=Document.Status.FAILED)
    if kept.exists():
        return ""
    first = website.pages.filter(kind=WebPage.Kind.PAGE, key=key_of(website.url)).exclude(note="").first()
    return first.note if first else _("No page with text was found.")
