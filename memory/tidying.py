"""Deletes old data of the memory: requests after a day, and choices of visitors who have not been here for long."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.visitors import MAX_AGE_S
from conversations.models import Session
from memory.models import LinkRequest, SessionSummary, VisitorChoice, VisitorLink

# By then the cookie is gone by which a browser is known, unless its visitor has been here since.
CHOICE_KEPT = timedelta(seconds=MAX_AGE_S)


def tidy(now: datetime) -> int:
    """Returns how many rows were deleted. A choice stays as long as other data of its visitor."""
    requests, _models = _old_requests(now).delete()
    choices, _models = _choices_of_nobody(now).delete()
    return requests + choices


def count(now: datetime) -> int:
    """How many rows that would be now."""
    return _old_requests(now).count() + _choices_of_nobody(now).count()


def _old_requests(now: datetime) -> QuerySet[LinkRequest]:
    return LinkRequest.objects.filter(created_at__lt=now - LinkRequest.KEPT)


def _choices_of_nobody(now: datetime) -> QuerySet[VisitorChoice]:
    own = {"visitor": OuterRef("visitor")}
    links = VisitorLink.objects.filter(Q(**own) | Q(earlier=OuterRef("visitor")))
    left = Exists(Session.objects.filter(**own)) | Exists(SessionSummary.objects.filter(**own)) | Exists(links)
    return VisitorChoice.objects.filter(~left, decided_at__lt=now - CHOICE_KEPT)
