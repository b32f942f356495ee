"""Turns a sound into words: checks the sound, asks the providers of STT_PROVIDERS in turn, then checks the words."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.providers import SPEECH_ERRORS, ProviderState
from voice.stt import builtin
from voice.stt.builtin import BuiltinTranscriber
from voice.stt.certainty import check_certainty
from voice.stt.openai_compatible import OpenAITranscriber
from voice.stt.smallest import SmallestTranscriber
from voice.stt.transcriber import Transcriber, Transcript, Utterance

logger = logging.getLogger(__name__)
Cause = SpeechUnavailable.Cause

ALL = ("openai", "smallest", "builtin")  # the order when STT_PROVIDERS is empty
REST_S = 15.0  # a provider is not asked for this long after a failure, so that not everybody waits for it
LONG_REST_S = 600.0  # after a failure that only staff can repair; short enough that no restart is needed


class ProviderTranscriber(Transcriber, Protocol):
    """A transcriber that keeps its own time limit and can say what it lacks."""

    def lacks(self) -> str:
        """A translated sentence that tells staff what to do before it can be used; "" when it is ready."""
        ...


@dataclass(frozen=True, slots=True)
class _Rest:
    """Until when, by the chain's clock, a provider is not asked, and the failure that caused this."""

    until_s: float
    cause: SpeechUnavailable.Cause

    @property
    def is_long(self) -> bool:
        return self.cause is Cause.NOT_CONFIGURED


class TranscriberChain:
    """Asks providers in order. One that failed is left out for a while. `clock` is for tests."""

    def __init__(self, providers: Sequence[ProviderTranscriber], *, clock: Callable[[], float] = time.monotonic):
        self.providers = tuple(providers)
        self._clock = clock
        self._rests: dict[str, _Rest] = {}

    async def transcribe(self, utterance: Utterance) -> Transcript:
        """Returns the checked words.

        Raises NothingHeard, or the SpeechUnavailable of the last provider that was asked.
        """
        await load("voice.stt.gate")
        from voice.stt import gate

        await asyncio.to_thread(gate.check_sound, utterance.samples)
        transcript = await self._first_of(utterance)
        text = gate.check_words(transcript.text)
        check_certainty(transcript, utterance)
        return replace(transcript, text=text)

    def is_available(self, language: str = "") -> bool:
        return bool(self._usable(language))

    def hears(self, language: str) -> bool:
        """Whether a provider that is set up understands this language; True if none is set up."""
        ready = [each for each in self.providers if each.is_ready()]
        return not ready or any(each.hears(language) for each in ready)

    def state_of(self, provider: ProviderTranscriber) -> ProviderState:
        lack, rest = provider.lacks(), self._rest_of(provider)
        return ProviderState(provider.name, not lack, not lack and rest is None, lack or (_why(rest) if rest else ""))

    async def _first_of(self, utterance: Utterance) -> Transcript:
        failure = SpeechUnavailable(Cause.NOT_CONFIGURED, "no provider is ready")
        if not self.hears(utterance.language):
            raise SpeechUnavailable(Cause.LANGUAGE, f"nobody understands {utterance.language}")
        usable = self._usable(utterance.language)
        for provider in usable:
            if self._rest_of(provider) is not None and provider is not usable[-1]:
                continue
            try:
                transcript = await _ask(provider, utterance)
            except SpeechUnavailable as error:
                logger.warning("%s did not transcribe: %s", provider.name, error)
                SPEECH_ERRORS.add("listening", provider.name, error.cause.value)
                rest_s = LONG_REST_S if error.cause is Cause.NOT_CONFIGURED else REST_S
                self._rests[provider.name] = _Rest(self._clock() + rest_s, error.cause)
                failure = error
            else:
                self._rests.pop(provider.name, None)
                return transcript
        raise failure

    def _usable(self, language: str) -> list[ProviderTranscriber]:
        """The ready providers that understand the language and do not wait for staff to repair them.

        `_first_of` asks the last of them even while it rests.
        """
        resting = {each.name for each in self.providers if (rest := self._rest_of(each)) and rest.is_long}
        ready = [each for each in self.providers if each.name not in resting and each.is_ready()]
        return [each for each in ready if each.hears(language)]

    def _rest_of(self, provider: ProviderTranscriber) -> _Rest | None:
        rest = self._rests.get(provider.name)
        return rest if rest is not None and rest.until_s > self._clock() else None


async def _ask(provider: ProviderTranscriber, utterance: Utterance) -> Transcript:
    """Asks one provider, and turns any unexpected exception into SpeechUnavailable, so that the next one is asked.

    The log gets the traceback without values.
    """
    try:
        return await provider.transcribe(utterance)
    except SpeechUnavailable:
        raise
    except Exception as exc:
        place = "".join(traceback.format_tb(exc.__traceback__))
        logger.error("%s broke: %s\n%s", provider.name, type(exc).__name__, place)  # str(exc) may hold words
        raise SpeechUnavailable(Cause.PROVIDER_ERROR, f"{type(exc).__name__} in {provider.name}") from None


def _why(rest: _Rest) -> str:
    if rest.cause is Cause.NOT_CONFIGURED:
        return ngettext(
            "It refused the key, the address or the model. Mend the setting and restart; it is asked again after"
            " %(minutes)d minute.",
            "It refused the key, the address or the model. Mend the setting and restart; it is asked again after"
            " %(minutes)d minutes.",
            int(LONG_REST_S // 60),
        ) % {"minutes": LONG_REST_S // 60}
    if rest.cause is Cause.RATE_LIMITED:
        return _("It has too many requests, or the account is used up. Look at its limits, or add another provider.")
    if rest.cause is Cause.TIMED_OUT:
        return _("It does not answer in time. It is asked again in a moment; the next provider answers until then.")
    return _("It failed. It is asked again in a moment; the next provider answers until then.")


# --- The providers of the settings ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Setup:
    """The settings that a chain is made of. When one changes, a new chain is made."""

    order: tuple[str, ...]
    openai: tuple[str, str, str] = field(repr=False)
    smallest: tuple[str, str] = field(repr=False)
    model_dir: str

    @classmethod
    def of_settings(cls) -> _Setup:
        return cls(
            tuple(settings.STT_PROVIDERS),
            (settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY, settings.OPENAI_WHISPER_MODEL),
            (settings.SMALLEST_BASE_URL, settings.SMALLEST_API_KEY),
            settings.STT_MODEL_DIR,
        )


@lru_cache(maxsize=1)
def _chain_of(setup: _Setup) -> TranscriberChain:
    """Makes the chain. Without an order it has all providers; those that are not ready are never asked."""
    base_url, api_key, model = setup.openai
    smallest_url, smallest_key = setup.smallest
    made: dict[str, ProviderTranscriber] = {
        "openai": OpenAITranscriber(base_url=base_url, api_key=api_key, model=model),
        "smallest": SmallestTranscriber(base_url=smallest_url, api_key=smallest_key),
        "builtin": BuiltinTranscriber(model_dir=setup.model_dir),
    }
    return TranscriberChain([made[name] for name in dict.fromkeys(setup.order or ALL)])


def _chain() -> TranscriberChain:
    return _chain_of(_Setup.of_settings())


def forget() -> None:
    """Forgets all failures of providers; for tests."""
    _chain_of.cache_clear()
    builtin.forget_faults()


async def transcribe(utterance: Utterance) -> Transcript:
    """Returns the words from the first provider of STT_PROVIDERS that answers.

    Raises NothingHeard, SpeechUnavailable.
    """
    return await _chain().transcribe(utterance)


def providers() -> tuple[ProviderTranscriber, ...]:
    """The providers that are set up, in the order in which they are asked."""
    return tuple(each for each in _chain().providers if each.is_ready())


def is_available(language: str = "") -> bool:
    """Whether a provider could transcribe this language now ("" for any language). Cheap; makes no network call."""
    return _chain().is_available(language)


def hears(language: str) -> bool:
    """Whether a provider that is set up understands this language; True if none is set up."""
    return _chain().hears(language)


def is_wanted() -> bool:
    """Whether the site is meant to listen: a provider is named, has a key or address, or its package is installed.

    If this is true and `is_available` is false, something is broken.
    """
    asked = _chain().providers
    return bool(settings.STT_PROVIDERS) or any(
        each.is_wanted if isinstance(each, BuiltinTranscriber) else each.is_ready() for each in asked
    )


def status() -> list[ProviderState]:
    """The state of each provider in STT_PROVIDERS, or of all providers when it is empty; for staff."""
    chain = _chain()
    return [chain.state_of(each) for each in chain.providers]


async def warm() -> None:
    """Loads the models now, so that the first speaker need not wait. Failures go to `status()` and to the log."""
    await load("voice.stt.gate")
    from voice.stt import gate

    await asyncio.to_thread(gate.warm)
    for provider in providers():
        if isinstance(provider, BuiltinTranscriber):
            try:
                await provider.warm()
            except SpeechUnavailable as error:
                logger.warning("The built-in speech model is not warm: %s", error)
