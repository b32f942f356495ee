"""Describes errors in the OpenAPI document. The usual ones are added to every operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


def component(status: int) -> str:
    """The name an error has in the document: 404 -> "NotFound"."""
    return "".join(word.capitalize() for word in HTTPStatus(status).name.split("_"))


def also(*statuses: int) -> dict[str, Any]:
    """`openapi_extra` for an operation with additional errors: `openapi_extra=also(409)`."""
    return {"responses": {str(status): {"$ref": f"#/components/responses/{component(status)}"} for status in statuses}}
