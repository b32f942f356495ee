"""How far a reader has read an answer: the one rule by which pages, sockets and streams know what they still lack."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.messages.events import Delta
from conversations.replies.hub import LiveText


class Gap(Exception):
    """Something between was not heard; the text so far has it, or the database."""


@dataclass(slots=True)
class Cursor:
    """One reader's place in one answer: the attempt that is read, the characters read of it, whether it has ended.

    What belongs to an older attempt than the one that is read, or comes after its end, is not read any more.
    """

    attempt: int = 0
    offset: int = 0
    has_ended: bool = False
    is_thinking: bool = False  # the reader was told that the model thinks, and has read no text since

    def is_past(self, attempt: int) -> bool:
        """Whether nothing of this attempt is to be read any more."""
        return attempt < self.attempt or (self.has_ended and attempt == self.attempt)

    def turn_to(self, attempt: int) -> bool:
        """Read another attempt, from its start; whether text of an unfinished one was read, which is void now."""
        if attempt == self.attempt and not self.has_ended:
            return False
        is_void = self.offset > 0 and not self.has_ended
        self.attempt, self.offset, self.has_ended, self.is_thinking = attempt, 0, False, False
        return is_void

    def next_of(self, delta: Delta) -> str:
        """What a piece of the answer adds to what was read, "" for nothing; raises Gap where it does not follow."""
        if self.is_past(delta.attempt):
            return ""
        if delta.attempt > self.attempt or delta.offset > self.offset:
            raise Gap
        return self._read(delta.text[self.offset - delta.offset :])

    def rest_of(self, text: str) -> str:
        """What is still to be read of the attempt's text, of which `text` is all there is."""
        return self._read(text[self.offset :])

    def catch_up(self, live: LiveText | None) -> str:
        """The same of an answer that is being made, where this process knows the attempt that is read."""
        return self.rest_of(live.text) if live and live.attempt == self.attempt and live.length > self.offset else ""

    def end(self, attempt: int) -> bool:
        """Whether this end is news."""
        if self.has_ended and attempt <= self.attempt:
            return False
        self.attempt, self.has_ended, self.is_thinking = attempt, True, False
        return True

    def _read(self, text: str) -> str:
        self.offset += len(text)
        self.is_thinking = self.is_thinking and not text
        return text
