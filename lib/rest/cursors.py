"""Pages of a list, newest first, that stay correct while rows come and go, even for rows with the same time."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query

from lib.rest.problems import invalid

M = TypeVar("M", bound=Model)

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
PATTERN = r"^[0-9]{1,16}-[0-9a-f]{32}$"  # microseconds since 1970, and an id; every match is a valid cursor
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.")]
Cursor = Annotated[str | None, Query(pattern=PATTERN, description="The `next_cursor` of the page before.")]


def page(rows: QuerySet[M], limit: int, cursor: str | None) -> tuple[list[M], str | None]:
    """At most `limit` rows after `cursor`, and the cursor of the next page (None on the last one).

    For models with `created_at` and a UUID `id`. Declare the arguments of an operation as Limit and Cursor.
    """
    if cursor is not None:
        created_at, key = _read(cursor)
        after = Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=key)
        rows = rows.filter(after, created_at__lte=created_at)  # repeated, because the OR alone uses no index
    found: list[Any] = list(rows.order_by("-created_at", "-pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], _write(last.created_at, last.pk) if last else None


def _write(created_at: datetime, key: uuid.UUID) -> str:
    return f"{(created_at - EPOCH) // timedelta(microseconds=1)}-{key.hex}"


def _read(cursor: str) -> tuple[datetime, uuid.UUID]:
    if not re.fullmatch(PATTERN, cursor):  # an operation that declares Cursor has refused it already
        raise invalid(_("cursor: is no cursor that was given out here; leave it out to begin anew."))
    microseconds, key = cursor.split("-")
    return EPOCH + timedelta(microseconds=int(microseconds)), uuid.UUID(hex=key)
