"""Keeps two things from the agent: sounds without speech, and words that models make up for such sounds.

`check_sound` runs before a provider is asked, `check_words` on the words that come back.
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

SHORTEST_S = 0.25  # "No" alone takes 0.3 s; anything shorter is a button pressed by mistake
WINDOW = LISTENING_RATE * 30 // 1000  # samples; about one phoneme. The level of each window is measured
LOUD_RMS = 0.01  # -40 dBFS: a voice at arm's length has ten times that, an open microphone in a quiet room a tenth
# For quiet microphones: a window counts if it is 12 dB above the noise floor, the level that the quietest tenth of the
# windows stay below. Below -66 dBFS a 16-bit sample is only rounding noise.
ABOVE_FLOOR = 4.0
QUIETEST_RMS = 0.0005
# The voice detector hears nothing at -80 dBFS and takes overdriven noise for speech (measured), so every sound is
# brought to this level first, with at most MAX_GAIN.
LISTENING_RMS = 0.1
MAX_GAIN = 300.0
LOUDEST = 5  # the level is that of the fifth loudest window: the shortest word lasts that long, a single click does not

# The least length of one stretch of speech. Not of all together: a minute of noise has many false stretches of 0.1 s.
# "Hi" alone has 0.32 s (measured).
LEAST_SPEECH_MS = 200
SPEECH_GAP_MS = 100  # plosives are silences of up to 80 ms within a word
# The beginning is searched first, because people begin to speak within a second or two. Each second takes 1.2 ms.
FIRST_PIECE = LISTENING_RATE * 5 // 2
PIECE = LISTENING_RATE * 10
OVERLAP = LISTENING_RATE // 2  # so that speech across the border of two pieces is whole in one of them

# A model's probability that a segment has no speech. For noise and silence tiny.en gives 0.58 to 0.95, for single clear
# words at most 0.37 (measured). Above this value a phrase that people really say also counts as made up.
DOUBTFUL_NO_SPEECH = 0.5
STUCK = 8  # nobody says the same word this often in a row; digits do not count, as people read numbers out
# A transcript is a loop if it is nothing but one thing repeated this often: a word; a phrase, which an impatient person
# may say three times; letters in scripts without spaces.
LOOPS_OF_A_WORD = 3
LOOPS_OF_A_PHRASE = 4
LOOPS_OF_LETTERS = 5
MAX_SAID = 5  # a person says "no" at most this often in a row; a looping model goes on to its limit
PHRASE_WORDS = 8
PHRASE_LETTERS = 20


def check_sound(samples: NDArray[np.float32]) -> None:
    """Raises NothingHeard if nobody speaks in mono `samples` at LISTENING_RATE. Takes milliseconds of CPU.

    Without faster-whisper's voice detector only the level decides, which refuses steady noise but no other noise.
    """
    if len(samples) < SHORTEST_S * LISTENING_RATE:
        raise NothingHeard(NothingHeard.Reason.SHORT)
    sound = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32)
    sound -= sound.mean()  # cheap microphones add a constant offset
    levels = _levels(sound)
    floor = float(np.percentile(levels, 10))
    above_floor = (levels >= QUIETEST_RMS) & (levels >= ABOVE_FLOOR * floor)
    if not ((levels >= LOUD_RMS) | above_floor).any():
        raise NothingHeard(NothingHeard.Reason.SILENCE)
    if not (_detected(sound, levels) if _has_detector() else _rises(above_floor)):
        raise NothingHeard(NothingHeard.Reason.NOISE)


def warm() -> None:
    """Loads the voice detector, if it is installed, so that the first speaker need not wait for it."""
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


_first_use = threading.Lock()  # the detector is made on first use; without a lock two threads would make two


def _detected(sound: NDArray[np.float32], levels: NDArray[np.float32]) -> bool:
    """Whether somebody speaks. True if the detector breaks: the transcription model may still work."""
    try:
        return _has_speech(sound, levels)
    except Exception:  # the libraries below raise errors without a common base class
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
# Used only to see whether anything else is there: a person's words may stand in round brackets too, and (555) may
# begin a telephone number.
_ASIDE = re.compile(r"\([^()\d]{1,60}\)|\*[^*\d]{1,60}\*")
_ALIKE = str.maketrans({"'": None, "’": None, "ı": "i"})
_YEAR = re.compile(r" (19|20)\d\d$")  # as in "Untertitel im Auftrag des ZDF, 2017"


def check_words(text: str) -> str:
    """Returns the transcript without a model's marks. Raises NothingHeard(PHANTOM) if nobody said it.

    A known phrase or a loop must be the whole transcript; a word that comes STUCK times in a row may be a part of it.
    """
    text = _tidied(text)
    words = _plain(text)
    is_known = words in _PHANTOMS or _YEAR.sub("", words) in _PHANTOMS
    if is_known or not _plain(_ASIDE.sub(" ", text)) or _is_loop(words.split()) or _is_stuck(words.split()):
        raise NothingHeard(NothingHeard.Reason.PHANTOM)
    return text


def is_made_up(segment: str, no_speech_prob: float) -> bool:
    """Whether a segment is a known phrase (also a polite one), and the model itself doubts that it heard speech."""
    words = _plain(_tidied(segment))
    is_known = words in _PHANTOMS or _YEAR.sub("", words) in _PHANTOMS or words in _POLITE
    return no_speech_prob > DOUBTFUL_NO_SPEECH and is_known


def _tidied(text: str) -> str:
    while (without := _NOISE.sub(" ", _TOKEN.sub(" ", text))) != text:  # removing one mark may make another appear
        text = without
    kept = (each for each in text if each.isspace() or unicodedata.category(each) not in ("Cc", "Cn", "Co", "Cs"))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", "".join(kept)).strip())


def _plain(text: str) -> str:
    """In lower case, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_ALIKE)
    return re.sub(r"[\W_]+", " ", "".join(each for each in letters if not unicodedata.combining(each))).strip()


def _is_stuck(words: list[str]) -> bool:
    """Whether the model began to repeat one word after real words; the rest of the recording is lost then."""
    return any(len(list(run)) >= STUCK and not word.isdecimal() for word, run in itertools.groupby(words))


def _is_loop(words: list[str]) -> bool:
    """Whether the words are nothing but one word or phrase, repeated by a model that got stuck.

    People do say "no, no, no" or "five five five", so digits and the words in SAID_REPEATEDLY may come up to MAX_SAID
    times. Any other word that comes three times is far more often noise; a mistake costs one "I could not hear that".
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
