"""Creates and checks management keys. The key itself is never stored or logged."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from access.models import ApiKey

log = logging.getLogger(__name__)

MARK = "sak_"  # makes a key recognisable wherever it turns up by mistake
SHOWN_CHARS = len(MARK) + 6
USE_NOTED_EVERY = timedelta(minutes=5)  # a write for each request would cost more than the request


def create(
    name: str, scopes: Iterable[str] = tuple(ApiKey.Scope), expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Store a new key. Returns it with the raw key, which can be shown only now."""
    raw = MARK + secrets.token_urlsafe(32)
    # 256 random bits need no slow hash: there are too many to try out.
    key = ApiKey(name=name, prefix=raw[:SHOWN_CHARS], digest=_digest(raw), expires_at=expires_at)
    key.scopes = [str(scope) for scope in ApiKey.Scope if scope in set(scopes)]
    key.save()
    return key, raw


def find(raw: str, at: datetime | None = None) -> ApiKey | None:
    """The valid key for `raw`, which may be the key of the settings; None if it is wrong, revoked or expired."""
    digest = _digest(raw)  # hashes are compared, so the time this takes reveals nothing about a key
    if settings.API_KEY and constant_time_compare(digest, _digest(settings.API_KEY)):
        return ApiKey(name="API_KEY", scopes=[str(scope) for scope in ApiKey.Scope])
    if not raw.startswith(MARK):
        return None
    key = ApiKey.objects.valid(at).filter(digest=digest).first()
    if key is None or not constant_time_compare(key.digest, digest):
        return None
    _note_use(key, at or timezone.now())
    return key


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at and at - key.last_used_at < USE_NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
    try:
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=at)
    except OperationalError:  # a busy database: the request is more important than this note
        log.warning("the use of API key %s could not be noted", key.pk)
