"""Takes a spoken message, for page and API: decodes it, transcribes it, and stores it once with its recording.

Work that does not need the transcript runs during transcription, so that nobody waits for it afterwards.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from conversations.intake.door import Said
from conversations.intake.turns import StoredRecording, Turn
from conversations.models import Message
from language.of_site import in_thread
from voice.errors import SpeechUnavailable
from voice.files import recordings
from voice.loading import load
from voice.models import VoiceSettings, settings_of
from voice.stt import chain
from voice.stt.transcriber import Transcript, Utterance

if TYPE_CHECKING:
    from voice.sound.audio import Recording

Say = Callable[[Said], Awaitable[Turn]]  # `intake.say` or `intake.begin`, for one session


async def require_ear(agent_id: uuid.UUID) -> None:
    """Raises SpeechUnavailable if no provider understands the agent's language. Called before anything is counted."""
    voice = (await settings_of(agent_id)).voice
    if not chain.hears(voice.language):
        raise SpeechUnavailable(SpeechUnavailable.Cause.LANGUAGE, voice.language)


async def take(upload: UploadedFile, agent_id: uuid.UUID, client_id: str, say: Say) -> tuple[Turn, VoiceSettings]:
    """Store the words in `upload` as a turn. Nothing stays stored if there are none.

    Also returns the agent's voice settings, for speaking the answer. Raises InvalidAudio, NothingHeard,
    SpeechUnavailable, and what `say` raises.
    """
    await load("voice.sound.audio")
    from voice.sound.audio import decode

    decoding = in_thread(decode, cast(BinaryIO, upload), longest_s=settings.MAX_AUDIO_DURATION)
    recording, voice = await asyncio.gather(decoding, settings_of(agent_id))
    upload.seek(0)
    storing = asyncio.create_task(asyncio.to_thread(recordings.store, upload, recording.kind))
    try:
        transcript = await _transcribed(recording, voice)
        name = await asyncio.shield(storing)
    except BaseException:
        await _remove(storing)
        raise
    try:
        stored = StoredRecording(name, round(recording.duration_s * 1000))
        turn = await say(Said(transcript.text, client_id, Message.Type.VOICE, stored))
    except Exception:  # a cancellation keeps the file, because the message may still be stored with its name
        await _remove(storing)
        raise
    if turn.question.audio != name:  # a repeated message is stored with its first recording
        await _remove(storing)
    return turn, voice


async def _transcribed(recording: Recording, voice: VoiceSettings) -> Transcript:
    return await chain.transcribe(Utterance(recording.samples, voice.voice.language, keywords=voice.names))


async def _remove(storing: asyncio.Task[str]) -> None:
    """Wait until a file is stored, then remove it; the upload must stay open until then."""
    with suppress(Exception):
        name = await asyncio.shield(storing)
        await asyncio.to_thread(recordings.discard, name)
