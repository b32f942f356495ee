"""Speech from any server with OpenAI's `POST /audio/speech`. OpenAI shuts down its own speech models on 2027-01-06, so
there is no default model; setting OPENAI_TTS_MODEL switches this provider on.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.tts.sound import SampleStream
from voice.tts.speaker import Voice
from voice.tts.timely import GAP_S, eager, timely

FIRST_PIECE_S = 5.0  # hosted models take under 1 s, a larger one on the operator's own CPU up to 5 s


class OpenAISpeaker:
    """Uses the server and key of the settings, and the voice's name or else OPENAI_TTS_VOICE."""

    name = "openai"

    def missing(self) -> str:
        """A translated sentence that tells staff which setting is missing; "" if none."""
        if not settings.OPENAI_TTS_MODEL:
            return _("Set OPENAI_TTS_MODEL to a speech model.")
        if not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
            return _("Set OPENAI_API_KEY or OPENAI_BASE_URL.")
        return ""

    def is_ready(self) -> bool:
        return not self.missing()

    def identity(self, voice: Voice) -> tuple[str, ...]:
        host = urlsplit(settings.OPENAI_BASE_URL).netloc
        return self.name, host, settings.OPENAI_TTS_MODEL, voice.name or settings.OPENAI_TTS_VOICE

    def stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """See Speaker."""
        return eager(timely(_ask(text, voice), text, voice, first_piece_s=FIRST_PIECE_S))


async def _ask(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    if not OpenAISpeaker().is_ready():
        raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED, "no model, or neither key nor base URL")
    await load("agents.llm.openai_compatible")
    from agents.llm.openai_compatible import as_model_errors
    from agents.llm.request import ModelError

    try:
        with as_model_errors():
            async with aclosing(_sound(text, voice)) as sound:
                async for piece in sound:
                    yield piece
    except ModelError as error:
        raise SpeechUnavailable(SpeechUnavailable.Cause(error.cause), str(error)) from None


async def _sound(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    import openai

    from agents.llm.openai_compatible import NO_KEY, client_for

    key = settings.OPENAI_API_KEY
    asking = client_for(settings.OPENAI_BASE_URL, key).audio.speech.with_streaming_response.create(
        input=text,
        model=settings.OPENAI_TTS_MODEL,
        voice=voice.name or settings.OPENAI_TTS_VOICE,
        response_format="pcm",
        speed=voice.speed if voice.speed != 1.0 else openai.omit,  # not every server knows this field
        extra_headers=None if key else NO_KEY,
        timeout=FIRST_PIECE_S + GAP_S,  # a fallback; `timely` has the stricter limits
    )
    async with asking as response:
        if response.headers.get("content-type", "").startswith(("text/", "application/json")):
            raise SpeechUnavailable(SpeechUnavailable.Cause.PROVIDER_ERROR, "the answer is text, not sound")
        sound = SampleStream()
        async with aclosing(response.http_response.aiter_bytes()) as body:
            async for data in body:
                yield sound.feed(data)
        yield sound.finish()
