"""The OpenAPI document: what ninja reads from the handlers, and what is true for all operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from access import visitors
from lib.rest.openapi import component
from lib.rest.problems import TITLES

Part = dict[str, Any]

DESCRIPTION = """\
Agents, their knowledge, and conversations with them.

**Who may ask.** Send `Authorization: Bearer <management key>`; keys are made in the admin. A visitor's token, from
`POST /chat/init`, opens that visitor's own conversation and nothing else. It holds for 24 hours; an answer to one that
is in use brings a fresh one in `X-Visitor-Token`. Staff who are signed in to the admin count as a key; what changes
something needs their CSRF token in `X-CSRFToken`.

**Errors** always have the same shape: `error`, `detail`, `fallback_message`. `detail` says what to do;
`fallback_message` is for the visitor, where one waits. An address that does not take a method answers 405 and names in
`Allow` what it takes.

**Versions.** The same operations are under `/api` and `/api/v1`. What will go is announced in the headers `Deprecation`
and `Sunset`.
"""
SECURITY_SCHEMES: Part = {
    "managementKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A management key. Reading needs its scope `read`, everything else `write`.",
    },
    "visitorToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of one conversation, from `POST /chat/init`; good for 24 hours, renewed while used.",
    },
    "staffSession": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    "visitorCookie": {"type": "apiKey", "in": "cookie", "name": visitors.COOKIE},
    "csrfToken": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
}
ERROR_SCHEMA: Part = {
    "type": "object",
    "title": "Error",
    "required": ["error", "detail", "fallback_message"],
    "properties": {
        "error": {"type": "string", "description": "What kind of error it is; stays the same, whatever the language."},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "fallback_message": {"type": ["string", "null"], "description": "A text for the visitor, where one waits."},
    },
}
WAIT = {"Retry-After": {"description": "Seconds until it is worth trying again.", "schema": {"type": "integer"}}}
HEADERS: dict[int, Part] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    405: {"Allow": {"schema": {"type": "string"}}},
    416: {"Content-Range": {"description": "How long the file is.", "schema": {"type": "string"}}},
    429: WAIT,
    500: {"X-Request-Id": {"description": "Under which the log has the cause.", "schema": {"type": "string"}}},
    503: WAIT,
}
VISITORS = {"ManagementOrVisitor", "ManagementOrVisitorByCookie"}  # of access.callers
RENEWED = {
    "X-Visitor-Token": {
        "description": "A fresh token for the same conversation, when the one that was sent is more than an hour old.",
        "schema": {"type": "string"},
    }
}
EXAMPLES: dict[int, tuple[str, str | None]] = {
    401: ("Send a valid key or token as “Authorization: Bearer …”.", None),
    403: ("This token is for another conversation.", None),
    404: ("Agent not found", None),
    405: ("This address takes GET, POST.", None),
    409: ("slug: another agent has this slug; choose another one.", None),
    413: ("The request is too large; at most 2,621,440 bytes are taken.", None),
    415: ("Send the body as application/json and say so in Content-Type.", None),
    416: ("The range lies beyond the end of the file, which has 48,211 bytes.", None),
    422: ("name: is required.", None),
    429: (
        "Too many requests. Try again in 12 seconds.",
        "That was a lot at once. Please wait a moment and try again.",
    ),
    500: (
        "Something went wrong here. Ask the operator to look for request 5f0c…e1 in the log.",
        "Something went wrong on our side. Please try again in a moment.",
    ),
    503: (
        "The database does not answer. Try again in a moment.",
        "We cannot answer just now. Please try again in a moment.",
    ),
}


@cache
def document(api: NinjaAPI) -> Part:
    """The whole document, with paths relative to /api and /api/v1."""
    found: Part = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    found["info"]["description"] = DESCRIPTION
    found["servers"] = [{"url": "/api"}, {"url": "/api/v1"}]
    components = found["components"]
    components["schemas"]["Error"] = ERROR_SCHEMA
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["securitySchemes"] = SECURITY_SCHEMES
    components["responses"] = {component(status): _error(status) for status in EXAMPLES}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method)
    return found


def _complete(operation: Part, path: str, method: str) -> None:
    """Add to an operation who may call it, and all its responses."""
    callers = {name for way in operation.get("security", []) for name in way}
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _never_null(parameter["schema"])
        parameter.pop("examples", None)  # a list, which only the schema may have; generators refuse the document for it
    operation["security"] = _security(callers, is_safe=method == "get")
    responses = operation["responses"]
    for status in _errors(operation, path, needs_caller=bool(callers)):
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{component(status)}"})
    if callers & VISITORS:
        for status in [status for status in responses if status < "300"]:
            responses[status].setdefault("headers", {}).update(RENEWED)
    operation["responses"] = dict(sorted(responses.items()))


def _never_null(schema: Part) -> Part:
    """Remove null from the schema of an optional parameter: it can be left out, but a URL or header has no null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    return {**kinds[0], **rest}


def _security(callers: set[str], *, is_safe: bool) -> list[Part]:
    if not callers:
        return []
    staff: Part = {"staffSession": []} if is_safe else {"staffSession": [], "csrfToken": []}
    visitor: list[Part] = [{"visitorToken": []}] if callers & VISITORS else []
    cookie: list[Part] = [{"visitorCookie": []}] if "ManagementOrVisitorByCookie" in callers else []
    return [{"managementKey": []}, *visitor, staff, *cookie]


def _errors(operation: Part, path: str, *, needs_caller: bool) -> Iterator[int]:
    if operation["operationId"] == "health":
        return  # it is not rate limited and has its own 503
    yield from (429, 500, 503)
    if needs_caller:
        yield from (401, 403)
    if "{" in path:
        yield 404
    if "requestBody" in operation:
        yield from (413, 415)
    if "requestBody" in operation or any(one["in"] != "path" for one in operation.get("parameters", [])):
        yield 422


def _error(status: int) -> Part:
    detail, fallback = EXAMPLES[status]
    example = {"error": TITLES[status], "detail": detail, "fallback_message": fallback}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}, "example": example}}
    response: Part = {"description": TITLES[status], "content": content}
    return response | ({"headers": HEADERS[status]} if status in HEADERS else {})
