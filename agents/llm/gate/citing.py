"""Removes the numbers with which a model cites passages from its text, and remembers them."""

from __future__ import annotations

import re

_NUMBERS = r"[ \t]?\[\^?(\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,9})\]"
_MARKER = re.compile(rf"{_NUMBERS}(?:(?=\[)|(?![(:\[\w]))")  # "[1](…)" is a link, "[1]: …" names one
_FULL_WIDTH = re.compile(r"[ \t]?【(\d{1,3})[^】\n]{0,40}】")  # as OpenAI's models write them
_NUMBER = re.compile(r"\d{1,3}")


class Markers:
    """The citations of one answer that got so many passages. `cited` are the cited ones, by index, in order."""

    def __init__(self, passages: int):
        self._passages = passages
        self._cited: dict[int, None] = {}

    @property
    def cited(self) -> tuple[int, ...]:
        return tuple(self._cited)

    def taken_out(self, text: str) -> tuple[str, tuple[int, ...]]:
        """The text without markers, and the cited passages. Numbers without a passage are dropped."""
        found: list[int] = []

        def take(match: re.Match[str]) -> str:
            found.extend(int(number) for number in _NUMBER.findall(match[1]))
            return ""

        if "[" in text:
            text = _MARKER.sub(take, text)
        if "【" in text:
            text = _FULL_WIDTH.sub(take, text)
        return text, tuple(number - 1 for number in found if 1 <= number <= self._passages)

    def cite(self, passages: tuple[int, ...]) -> None:
        """Record the citations of a sentence that was shown."""
        self._cited.update(dict.fromkeys(passages))
