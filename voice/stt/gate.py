"""What never reaches the agent: sounds without words, and the words that models make up over them.

First the sound is looked at, before any provider is asked; then the words that came back.
"""

from __future__ import annotations

import importlib.util
import itertools
import logging
import re
import threading
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voice.errors import NothingHeard
from voice.sound.rates import LISTENING_RATE
from voice.stt.phantoms import PHANTOMS, POLITE, SAID_REPEATEDLY

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

SHORTEST_S = 0.25  # "No" alone takes 0.3 s; what is shorter is a slip on the button
WINDOW = LISTENING_RATE * 30 // 1000  # about one phoneme; the loudest one is what counts
LOUD_RMS = 0.01  # -40 dBFS: a voice at arm's length is ten times that, an open microphone in a quiet room a tenth
# A quiet microphone: 12 dB over its own noise floor, where the floor is what its softest tenth has. Below -66 dBFS a
# 16 bit sample is rounding noise.
ABOVE_FLOOR = 4.0
QUIETEST_RMS = 0.0005
# The VAD hears nothing at -80 dBFS and takes overdriven noise for speech (measured), so it gets one level.
LISTENING_RMS = 0.1
MAX_GAIN = 300.0
LOUDEST = 5  # windows: the shortest word lasts as long, and a single click does not

# One stretch of speech, not their sum: a minute of noise has many false ones of 0.1 s. "Hi" alone has 0.32 s, measured.
LEAST_SPEECH_MS = 200
SPEECH_GAP_MS = 100  # plosives are silences of up to 80 ms within a word
# Speech near the beginning ends the search: people begin within a second or two, and each second takes 1.2 ms.
FIRST_PIECE = LISTENING_RATE * 5 // 2
PIECE = LISTENING_RATE * 10
OVERLAP = LISTENING_RATE // 2  # a stretch across the border of two pieces is whole in one of them

# What a model says of a segment. Over noise and silence tiny.en gives 0.58 to 0.95, over single clear words at most
# 0.37 (measured): a phrase that people say too is a phantom above this.
DOUBTFUL_NO_SPEECH = 0.5
STUCK = 8  # times the same word in a row, which nobody says; digits are numbers somebody reads out
# How often something has to come, with nothing beside it, to be a loop: one word; a phrase, which an impatient person
# may say three times; letters in scripts without spaces.
LOOPS_OF_A_WORD = 3
LOOPS_OF_A_PHRASE = 4
LOOPS_OF_LETTERS = 5
MAX_SAID = 5  # times that a person says "no"; a model that loops goes on to its limit
PHRASE_WORDS = 8
PHRASE_LETTERS = 20


def check_sound(samples: NDArray[np.float32]) -> None:
    """Raises NothingHeard for mono `samples` at LISTENING_RATE in which nobody speaks. Takes milliseconds of CPU.

    Without faster-whisper's voice detector the level alone decides, and steady noise is all it can tell from speech.
    """
    if len(samples) < SHORTEST_S * LISTENING_RATE:
        raise NothingHeard(NothingHeard.Reason.SHORT)
    sound = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32)
    sound -= sound.mean()  # the offset of a cheap microphone is no sound
    levels = _levels(sound)
    floor = float(np.percentile(levels, 10))
    above_floor = (levels >= QUIETEST_RMS) & (levels >= ABOVE_FLOOR * floor)
    if not ((levels >= LOUD_RMS) | above_floor).any():
        raise NothingHeard(NothingHeard.Reason.SILENCE)
    if not (_detected(sound, levels) if _has_detector() else _rises(above_floor)):
        raise NothingHeard(NothingHeard.Reason.NOISE)


def warm() -> None:
    """Loads the voice detector where there is one, so that the first speaker need not wait for it."""
    if _has_detector():
        silence = np.zeros(LISTENING_RATE, np.float32)
        _detected(silence, _levels(silence))


def _levels(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    windows = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)
    levels: NDArray[np.float32] = np.sqrt(np.square(windows).mean(axis=1))
    return levels


def _rises(above_floor: NDArray[np.bool_]) -> bool:
    return bool(above_floor.sum() * WINDOW * 1000 >= LEAST_SPEECH_MS * LISTENING_RATE)


def _has_detector() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("faster_whisper", "onnxruntime"))


_first_use = threading.Lock()  # the detector is made on first use, and two threads would make two


def _detected(sound: NDArray[np.float32], levels: NDArray[np.float32]) -> bool:
    """Whether somebody speaks; a detector that breaks hears everybody, as the model behind it may still."""
    try:
        return _has_speech(sound, levels)
    except Exception:  # the libraries below have errors of their own, outside any hierarchy
        logger.exception("The voice detector broke")
        return True


def _has_speech(sound: NDArray[np.float32], levels: NDArray[np.float32]) -> bool:
    from faster_whisper.vad import VadOptions, get_speech_timestamps, get_vad_model  # not at the top: 0.2 s and 60 MB

    with _first_use:
        get_vad_model()
    options = VadOptions(min_speech_duration_ms=LEAST_SPEECH_MS, min_silence_duration_ms=SPEECH_GAP_MS, speech_pad_ms=0)
    loudest = float(np.partition(levels, -LOUDEST)[-LOUDEST])
    level_sound = sound * np.float32(min(LISTENING_RMS / max(loudest, 1e-9), MAX_GAIN))
    starts = range(0, max(len(sound) - OVERLAP, 1), PIECE)
    pieces = [level_sound[start : start + PIECE + OVERLAP] for start in starts]
    if len(sound) > FIRST_PIECE:
        pieces.insert(0, level_sound[:FIRST_PIECE])
    return any(get_speech_timestamps(piece, options) for piece in pieces)


# --- Words ------------------------------------------------------------------------------------------------------
_TOKEN = re.compile(r"<\|[^<>|]{0,40}\|>")  # a model's own marks, like <|nospeech|>
_NOISE = re.compile(r"\[[^\[\]\d]{1,60}\]|♪[^♪]*♪|[♪♫]")  # [Music], [BLANK_AUDIO]
_SPACE = re.compile(r"\s+")
# Only when nothing else is there: people's words may stand in round brackets too, and (555) begins a telephone number.
_ASIDE = re.compile(r"\([^()\d]{1,60}\)|\*[^*\d]{1,60}\*")
_ALIKE = str.maketrans({"'": None, "’": None, "ı": "i"})
_YEAR = re.compile(r" (19|20)\d\d$")  # Untertitel im Auftrag des ZDF, 2017


def check_words(text: str) -> str:
    """The transcript, tidied; raises NothingHeard(PHANTOM) for one that nobody said.

    A known phrase or a repeated word counts only when it is the whole transcript; a word STUCK times running always.
    """
    text = _tidied(text)
    words = _plain(text)
    is_known = words in _PHANTOMS or _YEAR.sub("", words) in _PHANTOMS
    if is_known or not _plain(_ASIDE.sub(" ", text)) or _is_loop(words.split()) or _is_stuck(words.split()):
        raise NothingHeard(NothingHeard.Reason.PHANTOM)
    return text


def is_made_up(segment: str, no_speech_prob: float) -> bool:
    """Whether a part of a transcript is a known phrase, polite ones too, where the model itself heard no speech."""
    words = _plain(_tidied(segment))
    is_known = words in _PHANTOMS or _YEAR.sub("", words) in _PHANTOMS or words in _POLITE
    return no_speech_prob > DOUBTFUL_NO_SPEECH and is_known


def _tidied(text: str) -> str:
    while (without := _NOISE.sub(" ", _TOKEN.sub(" ", text))) != text:  # what one leaves may be another
        text = without
    kept = (each for each in text if each.isspace() or unicodedata.category(each) not in ("Cc", "Cn", "Co", "Cs"))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", "".join(kept)).strip())


def _plain(text: str) -> str:
    """In lower case, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_ALIKE)
    return re.sub(r"[\W_]+", " ", "".join(each for each in letters if not unicodedata.combining(each))).strip()


def _is_stuck(words: list[str]) -> bool:
    """Whether the model went round in circles after words that were said: the rest of the recording is lost in it."""
    return any(len(list(run)) >= STUCK and not word.isdecimal() for word, run in itertools.groupby(words))


def _is_loop(words: list[str]) -> bool:
    """Whether a model got stuck: something again and again, and nothing else.

    People do say "no, no, no" and spell out "five five five", and that is an answer: words known for it, and digits,
    may come up to MAX_SAID times. An unknown word three times over is far more often a model on noise, and the price
    of an error is one "I could not hear that".
    """
    if len(words) == 1:
        letters = words[0]
        sizes = range(1, min(PHRASE_LETTERS, len(letters) // LOOPS_OF_LETTERS) + 1)
        return not letters.isdecimal() and any(_repeats(letters, size) for size in sizes)
    if len(words) >= LOOPS_OF_A_WORD and _repeats(words, 1):
        can_be_said = words[0].isdecimal() or words[0] in _SAID_REPEATEDLY
        return not can_be_said or len(words) > MAX_SAID
    return any(_repeats(words, size) for size in range(2, min(PHRASE_WORDS, len(words) // LOOPS_OF_A_PHRASE) + 1))


def _repeats(sequence: Sequence[str], size: int) -> bool:
    return all(sequence[at] == sequence[at - size] for at in range(size, len(sequence)))


_PHANTOMS = frozenset(_plain(phrase) for phrase in PHANTOMS)
_POLITE = frozenset(_plain(phrase) for phrase in POLITE)
_SAID_REPEATEDLY = frozenset(_plain(word) for word in SAID_REPEATEDLY)
