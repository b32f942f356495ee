"""What the OpenAPI document says about streams, which ninja cannot find out by itself."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Header

from conversations.intake.turns import MAX_CLIENT_ID_CHARS
from lib.rest.openapi import also

ID_TEXT = r"^[\x21-\x7e]+$"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_CLIENT_ID_CHARS,
        pattern=ID_TEXT,
        description="The same key again answers the same, without a second call of the model.",
    ),
]

EXAMPLE = """\
retry: 1000

event: token
id: 6f0f3b0e-8d3f-4d3c-9d0a-0d9f9a1f7c11:1:12
data: {"content": "The Pharos 2"}

: still here

event: done
id: 6f0f3b0e-8d3f-4d3c-9d0a-0d9f9a1f7c11:1:26:end
data: {"message_id": "6f0f3b0e-8d3f-4d3c-9d0a-0d9f9a1f7c11", "full_content": "The Pharos 2 is brightest.", \
"sources": [], "status": "complete", "cut": null}

"""
EVENTS = """\
Server-sent events. `token`: `{"content"}`, the text that comes next. `done`: `{"message_id", "full_content", "sources",
"status", "cut"}`; `cut` says why the text is not the whole answer, and is null where it is. `error`: `{"error",
"fallback_message", "message_id"}`; the fallback is stored as the agent's message. `restart`: `{"message_id"}`, the
answer begins anew: drop its text so far. `status`: `{"state", "message_id"}`, `thinking` while the model thinks. The
`id` names message, attempt and how many characters were read: send the last one as `Last-Event-ID`. A stream that ends
without `done` or `error` broke off: come back with it. A comment line every 15 seconds keeps proxies awake."""
_STREAM = {"schema": {"type": "string"}, "example": EXAMPLE}

EVENT_STREAM: dict[str, Any] = {
    "responses": {
        "200": {"description": EVENTS, "content": {"text/event-stream": _STREAM}},
        "204": {"description": "No reply is running."},
    }
}
MESSAGE_ANSWER: dict[str, Any] = {
    "responses": {
        **also(409)["responses"],
        "200": {
            "description": f"Both messages, or the answer as it comes. {EVENTS}",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/TurnOut"}},
                "text/event-stream": _STREAM,
            },
        },
    }
}
