"""What a client has seen of one answer: which tokens, when, and whether any was lost, doubled or out of order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Protocol

from bench.streaming.script import ARRIVED, STAMP, decoded, now_units, since_s, token_of


class Faults(NamedTuple):
    lost: int = 0
    doubled: int = 0
    reordered: int = 0

    def plus(self, other: Faults) -> Faults:
        return Faults(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def faults(positions: list[int], tokens: int) -> Faults:
    """What is wrong with an answer of `tokens` tokens that was seen as these positions."""
    different = len(set(positions))
    backwards = sum(later < earlier for earlier, later in pairwise(positions))
    return Faults(tokens - different, len(positions) - different, backwards)


class Document(Protocol):
    """What a client shows of an answer. Stamps are kept as they stand in the text, and read only once."""

    def take(self, frame: str) -> list[str]:
        """The stamps that are seen for the first time."""

    def faults(self, tokens: int) -> Faults: ...


class Plain:
    """A client that appends what comes: text or JSON, each token once."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def take(self, frame: str) -> list[str]:
        new = STAMP.findall(frame)
        self._seen += new
        return new

    def faults(self, tokens: int) -> Faults:
        return faults([token_of(letters).position for letters in self._seen], tokens)


# A fragment of the page's socket. No answer can hold one of these openings: it has no div and no article.
_FRAGMENT = re.compile(
    r'<div hx-swap-oob="beforeend:#m-[0-9a-f-]+-(?P<done>done)">'
    r'|<div id="m-[0-9a-f-]+-(?P<tail>tail)" hx-swap-oob="true"'
    r'|<article class="message message--(?P<role>user|assistant)" id="m-[0-9a-f-]+" data-seq="\d+" '
    r'data-status="(?P<status>[a-z]+)"'
)
_COPY_BUTTON = re.compile(r' data-text="[^"]*"')  # holds the answer's text a second time
_ENDED = re.compile(r'message--assistant" id="m-[0-9a-f-]+" data-seq="\d+" data-status="(complete|failed|stopped)"')


class Page:
    """A page that puts HTML fragments where they say: finished blocks, the open one in place of itself, at last all."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._tail: list[str] = []
        self._seen: list[str] = []
        self._broken_frames = 0

    def take(self, frame: str) -> list[str]:
        new: list[str] = []
        found = list(_FRAGMENT.finditer(frame))
        ends = [match.start() for match in found[1:]] + [len(frame)]
        for match, end in zip(found, ends, strict=True):
            self._put(match, frame[match.end() : end])
        if found:
            shown = self._done + self._tail
            known = len(self._seen)
            if shown[:known] != self._seen:  # something that was shown is gone, or stands elsewhere
                self._broken_frames += 1
            new = shown[known:]
            self._seen += new
        return new

    def _put(self, match: re.Match[str], html: str) -> None:
        if match["done"]:
            self._done += STAMP.findall(html)
            self._tail = []
        elif match["tail"]:
            self._tail = STAMP.findall(html)
        elif match["role"] == "assistant":
            done, _, tail = _COPY_BUTTON.sub("", html).partition('-tail" data-from')
            self._done, self._tail = STAMP.findall(done), STAMP.findall(tail)

    def faults(self, tokens: int) -> Faults:
        """Of the page as it stands in the end; what was doubled or moved only while the answer grew counts too."""
        shown = faults([token_of(letters).position for letters in self._done + self._tail], tokens)
        grown = faults([token_of(letters).position for letters in self._seen], tokens)
        return Faults(shown.lost, max(shown.doubled, grown.doubled), shown.reordered + self._broken_frames)


def ended_as(frame: str) -> str:
    """The terminal state of the answer that this frame of the page's socket ends, or ""."""
    found = _ENDED.search(frame) if "<article" in frame else None
    return found[1] if found else ""


@dataclass(slots=True)
class Transcript:
    """One turn as the client lived it. Times are in units of script.py, latencies in seconds."""

    tokens: int
    document: Document
    asked: int = 0
    first_sent: int | None = None
    last_seen: int = 0
    seen: int = 0
    latencies_s: list[float] = field(default_factory=list)
    first_word_s: float | None = None  # what the server added between question and first token, both ways together
    failure: str = ""

    def take(self, frame: str) -> None:
        at = now_units()
        for letters in self.document.take(frame):
            sent = token_of(letters).sent
            if self.first_sent is None:
                self.first_sent = sent
                self._first(frame, sent, at)
            self.latencies_s.append(since_s(sent, at))
            self.last_seen = at
            self.seen += 1

    def _first(self, frame: str, sent: int, at: int) -> None:
        if arrived := ARRIVED.search(frame):
            thinking_s = since_s(decoded(arrived[1]), sent)
            self.first_word_s = since_s(self.asked, at) - thinking_s

    def faults(self) -> Faults:
        return self.document.faults(self.tokens)
