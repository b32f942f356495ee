"""Sales questions, spoken by two voices, and how many of their words the built-in transcriber gets wrong."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voice.errors import NothingHeard
from voice.sound.audio import decode
from voice.stt import chain
from voice.stt.transcriber import Utterance
from voice.tests.utterances import silence

SENTENCES = (
    "How much is the cheapest machine you sell?",
    "Which machine suits an office of thirty people?",
    "Can I return a machine if we don't like it?",
    "Do you deliver and install in my state?",
    "What does a bean plan cost per month?",
    "How long is the warranty, and what does it cover?",
    "How many cups a day can the larger machine make?",
    "Is there a discount if we order five machines?",
    "How long does delivery usually take?",
    "Do you make a machine for oat milk?",
    "Who do I call when the machine leaks?",
    "Can we pay by invoice, or only by card?",
    "What happens if I cancel the plan early?",
    "How loud is it when it grinds the beans?",
    "Do I need a water line to install it?",
    "Could somebody show us the machine next Tuesday?",
    "Are the cups and filters recyclable?",
    "Does the price include service and repairs?",
    "I would like an offer for twenty people, please.",
    "How often does the machine have to be cleaned?",
)
MAX_DURATION_S = 300  # of a spoken answer
ESPEAK = "espeak-ng"


@dataclass(slots=True)
class WordErrors:
    """Edits needed to make what was heard of what was said, over the words that were said."""

    texts: int = 0
    words: int = 0
    edits: int = 0
    worst: float = 0.0  # the rate of the worst text: a model that repeats itself spoils one text, not all
    unheard: int = 0  # texts of which nothing was understood: all their words count as edits

    @property
    def rate(self) -> float:
        return self.edits / self.words if self.words else 0.0

    def add(self, said: str, heard: str) -> None:
        wanted, found = _normal(said), _normal(heard)
        self.texts += 1
        self.words += len(wanted)
        edits = _distance(wanted, found)
        self.edits += edits
        self.worst = max(self.worst, edits / max(1, len(wanted)))
        self.unheard += not found


async def heard_in(sounds: Sequence[tuple[str, np.ndarray]]) -> WordErrors:
    """Each text with its sound, understood as a visitor's question is: gate, model, gate."""
    texts = await asyncio.gather(*(_heard(samples) for _, samples in sounds))
    errors = WordErrors()
    for (said, _), found in zip(sounds, texts, strict=True):
        errors.add(said, found)
    return errors


_two_at_once = asyncio.Semaphore(2)  # as many as the transcriber has workers


async def _heard(samples: np.ndarray) -> str:
    async with _two_at_once:
        try:
            return (await chain.transcribe(Utterance(samples, "en"))).text
        except NothingHeard:
            return ""


def espeak(text: str) -> np.ndarray | None:
    """The text spoken by the program, None where it is not installed."""
    if (program := shutil.which(ESPEAK)) is None:
        return None
    wav = subprocess.run(
        [program, "--stdin", "--stdout", "-v", "en-us"], input=text.encode(), capture_output=True, check=True
    )
    return np.concatenate([silence(0.5), sound_of(wav.stdout), silence(0.5)])


def sound_of(file: bytes) -> np.ndarray:
    return decode(io.BytesIO(file), longest_s=MAX_DURATION_S).samples


# --- words as they are compared -----------------------------------------------------------------------------------
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_FROM_TWENTY = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES, _TENS = _BELOW_TWENTY.split(), ["", "", *_FROM_TWENTY.split()]
_MONEY = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)")
_NUMBER = re.compile(r"\d+")


def _normal(text: str) -> list[str]:
    """Lower case, numbers and money in words, without punctuation: "$1,250" is one thousand two hundred fifty dollars.

    A word more or less in how a number is said ("and", "oh") counts as an error, so rates of answers full of prices
    are on the high side.
    """
    text = _MONEY.sub(r"\1 dollars", text.lower().replace("’", "'"))
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text).replace("%", " percent").replace("°", " degrees ")
    text = re.sub(r"(\d+)\.(\d+)", r"\1 point \2", text)
    text = _NUMBER.sub(lambda found: f" {_spelled(int(found[0]))} ", text)
    return re.findall(r"[a-z]+", text.replace("'", ""))


def _spelled(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if size <= number < size * 1000:
            rest = f" {_spelled(number % size)}" if number % size else ""
            return f"{_spelled(number // size)} {name}{rest}"
    return " ".join(_ONES[int(digit)] for digit in str(number))


def _distance(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Levenshtein's, in words."""
    before = list(range(len(found) + 1))
    for row, word in enumerate(wanted, 1):
        line = [row]
        for column, other in enumerate(found, 1):
            line.append(min(before[column] + 1, line[-1] + 1, before[column - 1] + (word != other)))
        before = line
    return before[-1]
