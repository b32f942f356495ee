"""Transcription by an OpenAI-compatible server, over the client that the chat model uses."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from django.utils.translation import gettext as _

from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.stt.asking import CONNECT_S, TIMEOUT_S, Hiccup, answer_of, check_key, patiently
from voice.stt.certainty import code_of
from voice.stt.transcriber import Transcript, TranscriptCertainty, Utterance

Cause = SpeechUnavailable.Cause


class _Refused(SpeechUnavailable):
    """The server refused a request for `verbose_json`; it may accept plain `json`."""


class OpenAITranscriber:
    """Sends only fields that every compatible server knows, and the keywords as a prompt. An empty key is not sent.

    `timeout_s` covers everything, retry included.
    """

    name = "openai"

    def __init__(self, *, base_url: str = "", api_key: str = "", model: str = "", timeout_s: float = TIMEOUT_S):
        self._base_url = base_url
        self._api_key = api_key.strip()
        self._model = model
        self._timeout_s = timeout_s
        # OpenAI's newer models support only plain json. Whisper, which other servers run, tells how sure it is.
        self._asks_more = not model.startswith("gpt-")

    def lacks(self) -> str:
        """A translated sentence that tells staff what to do before it can be used; "" when it is set up."""
        if not (self._api_key or self._base_url):
            return _("Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.")
        return "" if self._model else _("Set OPENAI_WHISPER_MODEL to the name of a transcription model.")

    def is_ready(self) -> bool:
        return not self.lacks()

    def hears(self, language: str) -> bool:
        return language in {"", "en"} or not self._model.lower().endswith(".en")

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Returns the words, "" if there are none. Raises SpeechUnavailable. Cancelling it ends the request."""
        check_key(self._api_key)
        await load("voice.sound.audio")
        await load("agents.llm.openai_compatible")
        from voice.sound.audio import wav

        file = await asyncio.to_thread(wav, utterance.samples)
        answer = await patiently(lambda: self._answer(file, utterance), self._timeout_s)
        return Transcript(answer["text"], self.name, self._model, _certainty(answer))

    async def _answer(self, file: bytes, utterance: Utterance) -> dict[str, Any]:
        """Asks for `verbose_json`, which tells how sure the model is.

        If the server refuses that, uses `json` from then on.
        """
        if self._asks_more:
            try:
                return await self._ask(file, utterance, "verbose_json")
            except _Refused:
                answer = await self._ask(file, utterance, "json")
                self._asks_more = False
                return answer
        return await self._ask(file, utterance, "json")

    async def _ask(self, file: bytes, utterance: Utterance, form: Literal["json", "verbose_json"]) -> dict[str, Any]:
        import openai

        from agents.llm.openai_compatible import NO_KEY, as_model_errors, client_for
        from agents.llm.request import ModelError

        asking = client_for(self._base_url, self._api_key).audio.transcriptions.with_streaming_response.create(
            file=("speech.wav", file, "audio/wav"),
            model=self._model,
            language=utterance.language or openai.omit,
            response_format=form,
            prompt=", ".join(utterance.keywords) or openai.omit,
            timeout=openai.Timeout(None, connect=min(CONNECT_S, self._timeout_s)),
            extra_headers=None if self._api_key else NO_KEY,
        )
        try:
            with as_model_errors():
                async with asking as response:
                    if response.headers.get("content-type", "").startswith("text/html"):
                        raise SpeechUnavailable(Cause.NOT_CONFIGURED, "the base URL answers with a web page")
                    return await answer_of(response.iter_bytes(), "text")
        except ModelError as error:
            if form == "verbose_json" and not error.retryable and error.cause == "provider_error":
                raise _Refused(Cause.PROVIDER_ERROR, str(error)) from None
            kind = Hiccup if error.retryable and error.cause == "provider_error" else SpeechUnavailable
            raise kind(Cause(error.cause), str(error)) from None


def _certainty(answer: dict[str, Any]) -> TranscriptCertainty:
    """Reads how sure the model is from a verbose answer, in which any field may be missing or malformed."""
    languages = answer.get("languages")
    language = answer.get("language") or (languages[0] if isinstance(languages, list) and len(languages) == 1 else "")
    segments = [each for each in _list(answer.get("segments")) if isinstance(each, dict)]
    logprobs = [(_number(each.get("avg_logprob")), len(str(each.get("text", ""))) or 1) for each in segments]
    known = [(value, weight) for value, weight in logprobs if value is not None]
    compressions = [value for each in segments if (value := _number(each.get("compression_ratio"))) is not None]
    return TranscriptCertainty(
        code_of(language) if isinstance(language, str) else "",
        _number(answer.get("language_probability")),
        None,
        sum(value * weight for value, weight in known) / sum(weight for _, weight in known) if known else None,
        max(compressions, default=None),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
