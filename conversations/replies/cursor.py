"""How far a reader has read an answer. Pages, sockets and streams use it to find the text that they still lack."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.messages.events import Delta
from conversations.replies.hub import LiveText


class MissedPieces(Exception):
    """Text before this piece was missed; it is in the text so far, or in the database."""


@dataclass(slots=True)
class Cursor:
    """One reader's place in one answer: the attempt that is read, the characters read of it, whether it has ended.

    Text of an older attempt, or after the end, is ignored.
    """

    attempt: int = 0
    offset: int = 0
    has_ended: bool = False
    is_thinking: bool = False  # the reader was told that the model thinks, and has read no text since

    def is_past(self, attempt: int) -> bool:
        """True if this attempt is to be ignored: it is an older one, or it has ended."""
        return attempt < self.attempt or (self.has_ended and attempt == self.attempt)

    def turn_to(self, attempt: int) -> bool:
        """Go to the start of another attempt. Returns True if text of an unfinished one was read, which is void now."""
        if attempt == self.attempt and not self.has_ended:
            return False
        is_void = self.offset > 0 and not self.has_ended
        self.attempt, self.offset, self.has_ended, self.is_thinking = attempt, 0, False, False
        return is_void

    def next_of(self, delta: Delta) -> str:
        """The unread part of a piece, "" if all was read. Raises MissedPieces if there is a gap before the piece."""
        if self.is_past(delta.attempt):
            return ""
        if delta.attempt > self.attempt or delta.offset > self.offset:
            raise MissedPieces
        return self._read(delta.text[self.offset - delta.offset :])

    def rest_of(self, text: str) -> str:
        """The unread part of `text`, which is the whole text of the attempt so far."""
        return self._read(text[self.offset :])

    def catch_up(self, live: LiveText | None) -> str:
        """The unread part of a running answer, "" if this process does not know the attempt that is read."""
        return self.rest_of(live.text) if live and live.attempt == self.attempt and live.length > self.offset else ""

    def end(self, attempt: int) -> bool:
        """Note that an attempt has ended. Returns False if that was known."""
        if self.has_ended and attempt <= self.attempt:
            return False
        self.attempt, self.has_ended, self.is_thinking = attempt, True, False
        return True

    def _read(self, text: str) -> str:
        self.offset += len(text)
        self.is_thinking = self.is_thinking and not text
        return text
