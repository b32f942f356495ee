"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "ok"
    DOUBTFUL = "warning"  # it runs, and somebody should know
    BROKEN = "error"  # something that the site needs does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is in words, and what to do where something is to be done."""

    about: str
    grade: Grade
    words: str
    mend: str = ""

    def line(self) -> str:
        return f"{self.grade.value.upper():<8}{self.about}: {self.words}{f' {self.mend}' if self.mend else ''}"


def good(about: str, words: str) -> Finding:
    return Finding(about, Grade.GOOD, words)


def doubtful(about: str, words: str, mend: str) -> Finding:
    return Finding(about, Grade.DOUBTFUL, words, mend)


def broken(about: str, words: str, mend: str = "") -> Finding:
    return Finding(about, Grade.BROKEN, words, mend)
