"""Transcription by any OpenAI-compatible server, asked through the client that the chat model uses."""

from __future__ import annotations

import asyncio

from django.utils.translation import gettext as _

from voice import openai_client
from voice.audio import wav
from voice.errors import SpeechUnavailable
from voice.stt.asking import CONNECT_S, TIMEOUT_S, Hiccup, check_key, patiently, text_of
from voice.stt.transcriber import Transcript, Utterance

Cause = SpeechUnavailable.Cause


class OpenAITranscriber:
    """Sends the fields that every compatible server knows; with no key none is sent. `timeout_s` is for everything."""

    name = "openai"

    def __init__(self, *, base_url: str = "", api_key: str = "", model: str = "", timeout_s: float = TIMEOUT_S):
        self._base_url = base_url
        self._api_key = api_key.strip()
        self._model = model
        self._timeout_s = timeout_s

    def lacks(self) -> str:
        """What staff have to do before it can be asked, translated; "" when it is set up."""
        if not (self._api_key or self._base_url):
            return _("Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.")
        return "" if self._model else _("Set OPENAI_WHISPER_MODEL to the name of a transcription model.")

    def is_ready(self) -> bool:
        return not self.lacks()

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """The words, "" where there are none. Raises SpeechUnavailable; cancelling it ends the request."""
        check_key(self._api_key)
        file = await asyncio.to_thread(wav, utterance.samples)
        await openai_client.load()
        text = await patiently(lambda: self._ask(file, utterance.language), self._timeout_s)
        return Transcript(text, self.name, self._model)

    async def _ask(self, file: bytes, language: str) -> str:
        import openai

        from agents.llm.openai_compatible import NO_KEY, as_model_errors, client_for
        from agents.llm.request import ModelError

        asking = client_for(self._base_url, self._api_key).audio.transcriptions.with_streaming_response.create(
            file=("speech.wav", file, "audio/wav"),
            model=self._model,
            language=language or openai.omit,
            response_format="json",
            timeout=openai.Timeout(None, connect=min(CONNECT_S, self._timeout_s)),
            extra_headers=None if self._api_key else NO_KEY,
        )
        try:
            with as_model_errors():
                async with asking as response:
                    if response.headers.get("content-type", "").startswith("text/html"):
                        raise SpeechUnavailable(Cause.NOT_CONFIGURED, "the base URL answers with a web page")
                    return await text_of(response.iter_bytes(), "text")
        except ModelError as error:
            kind = Hiccup if error.retryable and error.cause == "provider_error" else SpeechUnavailable
            raise kind(Cause(error.cause), str(error)) from None
