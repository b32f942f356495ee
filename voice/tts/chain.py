"""Chooses the provider that speaks an answer: the first of TTS_PROVIDERS that works; it keeps the answer to its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from voice.errors import SpeechUnavailable
from voice.loading import load
from voice.providers import SPEECH_ERRORS, ProviderState
from voice.reading.clauses import Clauser
from voice.reading.normalise import SpokenAs, speakable
from voice.sound.rates import BYTES_PER_S
from voice.tts.cache import MAX_CHARS, SpeechCache, key_of, speech_cache
from voice.tts.health import ProviderHealth
from voice.tts.speaker import Speaker, Voice
from voice.tts.timely import Unspeakable

logger = logging.getLogger(__name__)

ORDER = ("smallest", "openai", "builtin", "espeak")
REQUEST_CHARS = 250  # the most that Smallest takes at once; a longer text, such as a table's, is sent in parts
KEPT_PIECE_BYTES = BYTES_PER_S // 5  # sound from the cache is given out in pieces of a fifth of a second
_Cause = SpeechUnavailable.Cause


class ProviderSpeaker(Speaker, Protocol):
    """A speaker with what the chain needs besides the sound."""

    def missing(self) -> str:
        """A translated sentence that tells staff what it lacks; "" if nothing."""
        ...

    def identity(self, voice: Voice) -> tuple[str, ...]:
        """Provider, server's host, model and voice. Speakers with equal identities make the same sound of a text."""
        ...


def providers() -> list[ProviderSpeaker]:
    """The ready providers, in the order of TTS_PROVIDERS, or of ORDER if that is empty."""
    return [provider for provider in _named() if provider.is_ready()]


def is_available() -> bool:
    """Whether any provider is ready. Cheap; makes no network call."""
    return any(provider.is_ready() for provider in _named())


def status() -> list[ProviderState]:
    """The state of each provider of the chain, for staff."""
    return [_state_of(provider) for provider in _named()]


def forget() -> None:
    """Forgets all failures of providers; for tests, and for staff who have just repaired something."""
    _health.forget()


def _state_of(provider: ProviderSpeaker) -> ProviderState:
    if missing := provider.missing():
        return ProviderState(provider.name, False, False, missing)
    worst = _health.worst_of(provider.name)
    if worst is None:
        return ProviderState(provider.name, True, True, _("Ready."))
    illness, left_s = worst
    why = {
        _Cause.NOT_CONFIGURED: _("It refused the key, the model or the voice."),
        _Cause.TIMED_OUT: _("It did not answer in time."),
        _Cause.RATE_LIMITED: _("It had too many requests."),
        _Cause.PROVIDER_ERROR: _("Its answer was an error."),
    }[illness.cause]
    again = _("It will be asked again in %(seconds)d s.") % {"seconds": max(1, round(left_s))}
    return ProviderState(provider.name, True, False, f"{why} {again}")


_health = ProviderHealth()


def _named() -> Iterator[ProviderSpeaker]:
    return (_provider(name) for name in dict.fromkeys(settings.TTS_PROVIDERS or ORDER))


@lru_cache(maxsize=len(ORDER))
def _provider(name: str) -> ProviderSpeaker:
    """Imports a provider when it is first needed, so that a start without speech loads no client and no model."""
    if name == "smallest":
        from voice.tts.smallest import SmallestSpeaker

        return SmallestSpeaker()
    if name == "openai":
        from voice.tts.openai_compatible import OpenAISpeaker

        return OpenAISpeaker()
    if name == "builtin":
        from voice.tts.builtin import BuiltinSpeaker

        return BuiltinSpeaker()
    from voice.tts.espeak import Espeak

    return Espeak()


class Narrator:
    """Speaks the clauses of one answer, one after the other, in one voice.

    `provider` is the name of the provider that began to speak, "" before that. No other provider takes over from it.
    """

    def __init__(self, voice: Voice, pronunciations: Sequence[SpokenAs] = ()):
        self._voice = voice
        self._pronunciations = tuple(pronunciations)
        self._speaker: _Speaking | None = None
        self.provider = ""

    async def speak(self, clause: str) -> AsyncGenerator[bytes, None]:
        """Yields the sound of a clause of Markdown in pieces of whole samples; no piece if there is nothing to say.

        Raises SpeechUnavailable if no provider can speak, or if the one that began fails. Closing it ends the request.
        """
        await load("voice.reading.english")
        text = speakable(clause, self._pronunciations, language=self._voice.language)
        for part in _parts(text):
            async with aclosing(self._say(part)) as pieces:
                async for piece in pieces:
                    yield piece

    async def _say(self, text: str) -> AsyncGenerator[bytes, None]:
        first_error: SpeechUnavailable | None = None
        for speaking in self._candidates():
            has_begun = False
            try:
                async with aclosing(speaking.stream(text)) as pieces:
                    async for piece in pieces:
                        has_begun = True
                        self._speaker, self.provider = speaking, speaking.name
                        yield piece
                return
            except SpeechUnavailable as error:
                if self._speaker is not None and isinstance(error, Unspeakable) and not has_begun:
                    return  # for example a word in another script; the answer goes on without it
                level = logging.DEBUG if isinstance(error, Unspeakable) else logging.WARNING
                if not isinstance(error, Unspeakable):
                    SPEECH_ERRORS.add("speaking", speaking.name, error.cause.value)
                logger.log(level, "%s did not speak: %s", speaking.name, error)
                if has_begun or (self._speaker is not None and error.cause is _Cause.NOT_CONFIGURED):
                    raise
                first_error = first_error or error
        raise first_error or SpeechUnavailable(_Cause.NOT_CONFIGURED, "no provider of speech is ready")

    def _candidates(self) -> Iterator[_Speaking]:
        """Yields whom to ask for the next part: the provider that began, twice; before that, all in order.

        Providers that failed recently are left out, except the last one if its failure may pass.
        """
        if self._speaker is not None:
            yield from (self._speaker, self._speaker)
            return
        ready = providers()
        for at, provider in enumerate(ready):
            # The voice's name belongs to the first provider. Others may refuse it, or have another voice of that name.
            voice = self._voice if at == 0 else replace(self._voice, name="")
            illness = _health.illness_of(provider.name, voice.name)
            if illness is None or (provider is ready[-1] and not illness.is_permanent):
                yield _Speaking(provider, voice, self._pronunciations)


class _Speaking:
    """A provider with the voice of one answer. It takes sound from the cache, and stores new sound there."""

    def __init__(self, provider: ProviderSpeaker, voice: Voice, pronunciations: tuple[SpokenAs, ...]):
        self._provider = provider
        self._voice = voice
        self._pronunciations = pronunciations
        self.name = provider.name

    async def stream(self, text: str) -> AsyncGenerator[bytes, None]:
        cache = speech_cache() if len(text) <= MAX_CHARS else None
        key = key_of(self._provider.identity(self._voice), self._voice, self._pronunciations, text)
        if cache is not None and (kept := await asyncio.to_thread(cache.read, key)):
            for at in range(0, len(kept), KEPT_PIECE_BYTES):
                yield kept[at : at + KEPT_PIECE_BYTES]
            return
        made: list[bytes] = []
        async with aclosing(self._made(text)) as pieces:
            async for piece in pieces:
                yield piece
                if cache is not None:
                    made.append(piece)
        await self._keep(cache, key, made)

    async def _made(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yields sound from the provider and notes whether it succeeded. Raises SpeechUnavailable for any exception.

        The log gets the traceback without values.
        """
        try:
            async with aclosing(self._provider.stream(text, self._voice)) as pieces:
                async for piece in pieces:
                    yield piece
        except SpeechUnavailable as error:
            _health.failed(self.name, self._voice.name, error)
            raise
        except Exception as exc:
            place = "".join(traceback.format_tb(exc.__traceback__))
            logger.error("%s broke: %s\n%s", self.name, type(exc).__name__, place)  # str(exc) may hold text
            broken = SpeechUnavailable(_Cause.PROVIDER_ERROR, f"{type(exc).__name__} in {self.name}")
            _health.failed(self.name, self._voice.name, broken)
            raise broken from None
        _health.spoke(self.name, self._voice.name)

    async def _keep(self, cache: SpeechCache | None, key: str, made: list[bytes]) -> None:
        if cache is not None:
            await asyncio.to_thread(cache.write, key, b"".join(made))


async def prepare(texts: Iterable[str], voice: Voice, pronunciations: Sequence[SpokenAs] = ()) -> None:
    """Makes the speech of texts that will be needed, such as a greeting, and stores it in the cache, clause by clause.

    A text that cannot be spoken now is tried again when it is needed. If the built-in voice comes first, it is loaded
    in any case.
    """
    await _warm_up()
    if speech_cache() is None:
        return
    for text in texts:
        clauser = Clauser()
        narrator = Narrator(voice, pronunciations)
        for clause in clauser.feed(text) + clauser.finish():
            try:
                async with aclosing(narrator.speak(clause)) as pieces:
                    async for _piece in pieces:
                        pass
            except SpeechUnavailable:  # logged where it happened
                continue


async def _warm_up() -> None:
    from voice.tts.builtin import BuiltinSpeaker

    first = next(iter(providers()), None)
    if isinstance(first, BuiltinSpeaker):
        with contextlib.suppress(SpeechUnavailable):
            await first.warm_up()


def _parts(text: str) -> Iterator[str]:
    """The text in parts of at most REQUEST_CHARS, cut at a sentence's end, a comma, a space, or else anywhere."""
    while len(text) > REQUEST_CHARS:
        head = text[:REQUEST_CHARS]
        ends = (max(head.rfind(mark + " ") for mark in marks) for marks in (".!?", ",;:"))
        cut = next((end + 1 for end in ends if end >= REQUEST_CHARS // 2), head.rfind(" "))
        cut = cut if cut > 0 else REQUEST_CHARS
        yield text[:cut].strip()
        text = text[cut:].strip()
    if text:
        yield text
