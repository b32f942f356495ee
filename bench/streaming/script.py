"""What the scripted model says: tokens that carry the time they were sent, so that a client can tell all about them.

A stamp is made of letters only, since a digit may be Markdown and would change what rendering costs.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import NamedTuple, Self

# No X: it opens a stamp. "X", two letters for the token's position, five for the time in 10 us (it wraps after 57
# minutes); the first token also has "XX" and the time at which the request came in.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWYZabcdefghijklmnopqrstuvwxyz"
UNITS_PER_S = 100_000
BASE = len(LETTERS)
WRAP = BASE**5
MAX_TOKENS = BASE**2
STAMP = re.compile(rf"\bX([{LETTERS}]{{2}}[{LETTERS}]{{5}})\b")
ARRIVED = re.compile(rf"\bXX([{LETTERS}]{{5}})\b")

_PAIRS = [first + second for first in LETTERS for second in LETTERS]
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}


class Token(NamedTuple):
    """One token as it was seen: its position in the answer, and when it was sent in units of 10 us."""

    position: int
    sent: int


def encoded(at_s: float) -> str:
    rest, low = divmod(int(at_s * UNITS_PER_S) % WRAP, BASE * BASE)
    high, middle = divmod(rest, BASE * BASE)
    return LETTERS[high] + _PAIRS[middle] + _PAIRS[low]


def decoded(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * BASE + _VALUES[letter]
    return value


def stamp(position: int, at_s: float) -> str:
    return f"X{_PAIRS[position]}{encoded(at_s)}"


def token_of(letters: str) -> Token:
    """From what STAMP captures."""
    return Token(decoded(letters[:2]), decoded(letters[2:]))


def since_s(earlier: int, later: int) -> float:
    """Seconds between two times in units; they lie less than half an hour apart."""
    return ((later - earlier + WRAP // 2) % WRAP - WRAP // 2) / UNITS_PER_S


def now_units() -> int:
    return int(time.monotonic() * UNITS_PER_S) % WRAP


# What stands around the stamps, by position in a stretch of 150 tokens: two paragraphs, a list and a closing word, with
# about as much Markdown as a chat answer has. The first 40 tokens are words alone. There is no figure and no address,
# which no page would bear out: a sentence that is withheld would count as lost tokens.
STRETCH = 150
_BEFORE = {
    40: "\n\n",
    45: " **",
    75: "\n\n- ",
    85: "\n- **",
    95: "\n- ",
    105: "\n- ",
    115: "\n\n",
    120: " `",
}
_AFTER = {46: "**", 60: " (on request)", 86: "**:", 90: " each", 120: "`", 128: " - or less", 149: "."}


def around(position: int) -> tuple[str, str]:
    """The text before and after the stamp of a token."""
    place = position % STRETCH
    before = _BEFORE.get(place) or (" " if place else "\n\n" if position else "")
    return before, _AFTER.get(place, "." if place % 13 == 12 else "," if place % 13 == 6 else "")


TOKENS = 150  # an answer of three seconds, about a hundred words
RATE_PER_S = 50.0


@dataclass(frozen=True, slots=True)
class Script:
    """How a question is to be answered: that many tokens at that rate, the first at `at_s` on the monotonic clock."""

    tokens: int = TOKENS
    rate_per_s: float = RATE_PER_S
    at_s: float = 0.0

    def question(self, asked: str = "Tell me about it") -> str:
        """Numbers alone: a word that no page knows costs a search more than a question does."""
        return f"{asked} [[{self.tokens} {self.rate_per_s:.3f} {self.at_s:.4f}]]"

    @classmethod
    def of(cls, body: bytes) -> Self:
        """The script in the question that a request ends with; the usual one where that has none."""
        found = _MARK.search(_question(body))
        if not found:
            return cls()
        tokens, rate_per_s, at_s = found.groups()
        return cls(int(tokens), float(rate_per_s), float(at_s))


def _question(body: bytes) -> str:
    content = json.loads(body)["messages"][-1]["content"]
    return content if isinstance(content, str) else json.dumps(content)


_MARK = re.compile(r"\[\[(\d+) ([\d.]+) ([\d.]+)\]\]")

_ASKED = ("demo", "everyday", "clinic", "guesthouse", "leisure", "saas")  # those about the demo's own pages first


def real_questions() -> list[str]:
    """What visitors ask of the agent, each question once: searching and encoding it is part of what an answer costs.

    Without those for a person, which no model is asked.
    """
    from inbox.wishes import wants_person  # not at the top: the upstream needs none of it

    folder = Path(__file__).resolve().parents[1] / "answers" / "questions"
    files = [file for name in _ASKED for file in folder.glob(f"*/{name}.jsonl")]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines() if line]
    asked = dict.fromkeys(str(json.loads(line)["q"]) for line in lines)
    return [question for question in asked if not wants_person(question)]


def asked_in_turn() -> cycle[str]:
    return cycle(real_questions())
