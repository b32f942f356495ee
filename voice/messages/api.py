"""The API's spoken turn: takes a recording; returns its words, the answer and the sound, at once or as a stream."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.decorators import decorate_view
from ninja.files import UploadedFile
from ninja.responses import Status

from access import connections
from access.callers import Caller, management_or_visitor, require_session
from conversations.intake import door, turns
from conversations.messages import reading
from conversations.messages.events import MessageData
from conversations.replies import following
from conversations.rest import sse
from conversations.rest.api import refusals
from conversations.rest.document import IdempotencyKey
from conversations.rest.schemas import TurnOut, turn_out
from lib.rest.problems import Problem
from voice.errors import InvalidAudio, NothingHeard, SpeechUnavailable
from voice.files.uploads import bounded_recording
from voice.messages import hearing
from voice.messages.document import VOICE_ANSWER
from voice.messages.stream import NDJSON, TurnStream
from voice.models import VoiceSettings
from voice.notices import not_heard
from voice.speaking.speech import Speech
from voice.speaking.speeches import speeches

router = Router(tags=["Voice"], auth=management_or_visitor)

ANSWER_WAIT_S = 55  # as for a typed message; most proxies end a request after 60 s


@router.post(
    "/sessions/{session_id}/voice",
    response={200: TurnOut, 202: TurnOut},
    auth=management_or_visitor.may("conversations.add_message"),
    operation_id="send_voice_message",
    summary="Send a spoken message",
    openapi_extra=VOICE_ANSWER,
)
@decorate_view(bounded_recording)
async def send_voice_message(
    request: HttpRequest,
    session_id: uuid.UUID,
    audio: Annotated[UploadedFile, File(description="WebM, Ogg, MP4 or M4A, MP3 or WAV; told by its content.")],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponseBase | Status[TurnOut]:
    """Returns both messages when the answer is written and spoken. Without a voice `tts_audio_url` is null.

    With `Accept: application/x-ndjson` or `text/event-stream` it streams transcript, text and sound.
    """
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by ninja
    require_session(caller, session_id)
    wanted = request.get_preferred_type(["application/json", NDJSON, sse.CONTENT_TYPE])
    with refusals(), voice_refusals():
        if wanted in {NDJSON, sse.CONTENT_TYPE}:
            connections.check(caller.address)
        turn, voice = await _turn(caller, session_id, audio, idempotency_key or "")
        speech = _spoken(turn, voice)
        if wanted in {NDJSON, sse.CONTENT_TYPE}:
            return TurnStream(turn, speech, caller, as_events=wanted == sse.CONTENT_TYPE)
        if turn.answer is None:
            return Status(202, turn_out(turn.question, None))
        return Status(200, turn_out(turn.question, await _ended(turn.answer, speech)))


@contextmanager
def voice_refusals() -> Iterator[None]:
    """Turns errors of speech into the problems that the API documents."""
    try:
        yield
    except InvalidAudio as error:
        raise Problem(400, "Invalid Audio", str(error), str(error)) from None
    except (NothingHeard, SpeechUnavailable) as error:
        detail = _("Nothing was understood and nothing is stored. Send the recording again, or the words as text.")
        raise Problem(422, "Transcription Failed", detail, not_heard(error)) from None


async def _turn(
    caller: Caller, session_id: uuid.UUID, audio: UploadedFile, client_id: str
) -> tuple[turns.Turn, VoiceSettings | None]:
    """Stores the turn. For a new one, also returns the agent's voice settings, which were needed for it."""
    if turn := await door.admit(caller, session_id, client_id, require=hearing.require_ear):
        return turn, None
    say = partial(door.say, caller, session_id, is_admitted=True)
    return await hearing.take(audio, await door.agent_of(session_id), client_id, say)


def _spoken(turn: turns.Turn, voice: VoiceSettings | None) -> Speech | None:
    """The answer's speech; None if it is stored already, there is no voice, or a person answers."""
    if turn.answer is None or turn.answer.tts_audio:
        return None
    try:
        return speeches().start(turn.answer, voice)
    except SpeechUnavailable:
        return None


async def _ended(begun: MessageData, speech: Speech | None) -> MessageData:
    """The answer with its sound, or its state after ANSWER_WAIT_S."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ANSWER_WAIT_S
    answer = await following.ended(begun, ANSWER_WAIT_S)
    if answer is None:
        raise reading.SessionMissing
    if speech is None or answer.is_running:
        return answer
    try:
        async with asyncio.timeout_at(until):
            await speech.over()
    except TimeoutError:
        return answer
    return await reading.message(answer.session_id, answer.id)
