"""The API's operations on sound. Whoever may read a conversation may hear it, a visitor's page by its cookie too."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Header, Path, Router

from access.callers import Caller, management_or_visitor_by_cookie
from lib.rest.openapi import also
from voice.files import serving
from voice.sound.kinds import KINDS

router = Router(tags=["Voice"], auth=management_or_visitor_by_cookie)
_may_listen = management_or_visitor_by_cookie.may("conversations.view_session")

AudioPath = Annotated[
    str, Path(description="Folder and name, as in `audio_url` and `tts_audio_url`.", examples=["spoken/5f0c….mp3"])
]

_TEXT = {"schema": {"type": "string"}}
_HEADERS = {"Accept-Ranges": _TEXT, "ETag": _TEXT, "Content-Length": {"schema": {"type": "integer"}}}
_SOUND = {kind.content_type: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS}
SOUND_ANSWER: dict[str, Any] = {
    "responses": {
        **also(416)["responses"],
        "200": {"description": "The whole file.", "headers": _HEADERS, "content": _SOUND},
        "206": {
            "description": "The part asked for.",
            "headers": {**_HEADERS, "Content-Range": _TEXT},
            "content": _SOUND,
        },
        "304": {"description": "What `If-None-Match` names is still right; a file never changes under its name."},
    }
}


@router.get(
    "/audio/{path:path}",
    auth=_may_listen,
    operation_id="get_audio",
    summary="Hear a recording",
    openapi_extra=SOUND_ANSWER,
)
async def get_audio(
    request: HttpRequest,
    path: AudioPath,
    range: Annotated[
        str | None, Header(alias="Range", description="One range, as `bytes=0-1023`; several answer the whole file.")
    ] = None,
    if_range: Annotated[
        str | None, Header(alias="If-Range", description="The `ETag` the range belongs to; another one: all of it.")
    ] = None,
) -> HttpResponseBase:
    """A visitor's recording or a spoken answer, for the conversation's visitor, by token or by the page's cookie, and
    for management. Also by HEAD."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    sound = await serving.find(path)
    serving.require_listener(caller, sound)
    return await serving.answer(request, sound)
