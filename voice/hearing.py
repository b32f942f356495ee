"""Takes in a spoken message, the same for page and API: decoded, transcribed, and stored with its recording once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from conversations.turns import Turn
from salesagent.lib.database import in_database
from voice import recordings
from voice.audio import Recording, decode
from voice.models import VoiceSettings, settings_of
from voice.stt import chain
from voice.stt.transcriber import Transcript, Utterance

Accept = Callable[[str, str], Turn]  # words and name of the stored recording; what `turns` raises, this may raise


async def take(upload: UploadedFile, agent_id: uuid.UUID, accept: Accept) -> Turn:
    """Store what was said in `upload` as a turn; nothing is stored when there is nothing to understand.

    Raises InvalidAudio, NothingHeard, SpeechUnavailable, and what `accept` raises.
    """
    recording, transcript = await hear(cast(BinaryIO, upload), await in_database(settings_of)(agent_id))
    upload.seek(0)
    name = await asyncio.to_thread(recordings.store, upload, recording.kind)
    is_kept = False
    try:
        turn = await in_database(accept)(transcript.text, name)
        is_kept = turn.question.audio == name  # a repeat has its own recording already
        return turn
    finally:
        if not is_kept:
            await asyncio.to_thread(recordings.discard, name)


async def hear(file: BinaryIO, voice: VoiceSettings) -> tuple[Recording, Transcript]:
    """The sound and its words. Raises InvalidAudio, NothingHeard, SpeechUnavailable."""
    recording = await asyncio.to_thread(decode, file, longest_s=settings.MAX_AUDIO_DURATION)
    utterance = Utterance(recording.samples, voice.voice.language, keywords=tuple(p.word for p in voice.pronunciations))
    return recording, await chain.transcribe(utterance)
