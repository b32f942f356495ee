"""Speaks a short text, for staff who choose a voice."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from django.utils.translation import gettext as _

from lib.text import shorten
from voice.loading import load
from voice.models import VoiceSettings
from voice.tts.chain import Narrator

MAX_CHARS = 300  # some 20 s: enough to judge a voice, and little to pay for


async def sample(settings: VoiceSettings) -> bytes:
    """The greeting, or a sentence of ours, as an MP3. Raises SpeechUnavailable."""
    text = settings.greeting or _("Hello. This is how I sound. What would you like to know?")
    await load("voice.sound.audio")
    from voice.sound.audio import Mp3Encoder

    narrator, encoder = Narrator(settings.voice, settings.pronunciations), Mp3Encoder()
    mp3 = bytearray()
    async with aclosing(narrator.speak(shorten(text, MAX_CHARS))) as pieces:
        async for pcm in pieces:
            mp3 += await asyncio.to_thread(encoder.encode, pcm)
    return bytes(mp3 + await asyncio.to_thread(encoder.finish))
