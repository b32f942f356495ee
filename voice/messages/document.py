"""The parts of the OpenAPI document about a spoken turn that ninja cannot find out by itself."""

from __future__ import annotations

from typing import Any

from lib.rest.openapi import also

EVENTS = """\
As `application/x-ndjson` each line is an object with a `type`; as `text/event-stream` the type is the event's name.
`transcript`: `{"message", "assistant_message_id"}`, what was understood, stored, and the id to stop the answer by.
`token`: `{"content"}`, the text that comes next. `clause`: `{"i", "text", "start_ms"}`, what is spoken next and when
in the sound. `audio`: `{"format": "mp3", "content"}`, base64; all pieces in order are one MP3 file.
`audio_unavailable`: there is no sound, the text is whole. `restart`: the answer begins anew, drop its text so far.
`status`: `state` is `thinking` while the model thinks.
Last comes `done`: `{"user_message", "assistant_message"}`, or `error`: `{"error", "fallback_message", "message_id"}`.
An empty object or a comment every 15 seconds keeps proxies awake. A client that goes away stops nothing: read the
session, or send the same again under the same `Idempotency-Key`."""

LINES = """\
{"type": "transcript", "message": {"id": "5b0c…", "role": "user", "content": "Which lamp is brightest?"}}
{"type": "token", "content": "The Pharos 2"}
{"type": "clause", "i": 0, "text": "The Pharos 2 is our brightest lamp.", "start_ms": 0}
{"type": "audio", "format": "mp3", "content": "//NExAAA…"}
{"type": "token", "content": " is our brightest lamp."}
{"type": "done", "user_message": {"id": "5b0c…"}, "assistant_message": {"id": "6f0f…"}}
"""

INVALID_AUDIO: dict[str, Any] = {
    "description": (
        "`Invalid Audio`: no type that is taken, empty, undecodable, larger than MAX_AUDIO_SIZE or longer than"
        " MAX_AUDIO_DURATION; `detail` says which, and the limit."
    ),
    "content": {
        "application/json": {
            "schema": {"$ref": "#/components/schemas/Error"},
            "example": {
                "error": "Invalid Audio",
                "detail": "The recording is longer than 120 seconds. Please record a shorter one.",
                "fallback_message": "The recording is longer than 120 seconds. Please record a shorter one.",
            },
        }
    },
}
VOICE_ANSWER: dict[str, Any] = {
    "responses": {
        **also(409)["responses"],
        "400": INVALID_AUDIO,
        "200": {
            "description": f"Both messages, or the turn as it comes. {EVENTS}",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/TurnOut"}},
                "application/x-ndjson": {"schema": {"type": "string"}, "example": LINES},
                "text/event-stream": {"schema": {"type": "string"}},
            },
        },
    }
}
