"""Whether this process can serve requests: a cheap check, which calls no provider."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.responses import Status

from lib.rest.problems import unavailable

router = Router(tags=["Health"], auth=None)


class Health(Schema):
    """What there is to answer with."""

    status: Literal["ok"] = "ok"
    version: str = Field(examples=["1.0.0"])
    database: Literal["ok"] = "ok"
    openai: Literal["configured", "not_configured"] = Field(description="Whether a model is set up; it is not called.")


class Unhealthy(Schema):
    """The same and the shape of every error."""

    status: Literal["unavailable"] = "unavailable"
    version: str
    database: Literal["unavailable"] = "unavailable"
    openai: Literal["configured", "not_configured"]
    error: str
    detail: str
    fallback_message: str | None


@router.get("/health", response={200: Health, 503: Unhealthy}, operation_id="health", summary="Is it up?")
def health(request: HttpRequest) -> Status[dict[str, Any]]:
    """200 while the database answers, 503 when it does not. No key is needed, and no provider is called."""
    openai = "configured" if settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL else "not_configured"
    body = {"version": settings.VERSION, "openai": openai}
    if _database_answers():
        return Status(200, body)
    problem = unavailable(_("The database does not answer."))
    return Status(503, {**body, **problem.body()})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
