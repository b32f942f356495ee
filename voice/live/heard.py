"""What of a spoken answer was heard when it was cut short, told from when each clause began and how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHARS_PER_S = 15  # 150 words a minute of six characters: for a clause whose sound is not all made yet


@dataclass(slots=True)
class Spoken:
    """One clause and its place in the sound of the answer. `made_ms` grows until `is_whole`."""

    text: str
    start_ms: int
    made_ms: int = 0
    is_whole: bool = False

    @property
    def duration_ms(self) -> float:
        """Its length; an estimate, no shorter than what there is, while the sound is still made."""
        return self.made_ms if self.is_whole else max(self.made_ms, len(self.text) / CHARS_PER_S * 1000)


def heard_text(clauses: Sequence[Spoken], played_ms: int, sent_ms: int) -> str:
    """The text of the first `played_ms` of the sound, cut back to a whole word.

    `played_ms` is what a client says and counts up to `sent_ms`. Clauses are in their order.
    """
    played_ms = min(max(played_ms, 0), sent_ms)
    heard = []
    for clause in clauses:
        into_ms = played_ms - clause.start_ms
        if into_ms <= 0:
            break
        if clause.is_whole and into_ms >= clause.made_ms:
            heard.append(clause.text.strip())
            continue
        heard.append(_words(clause.text, into_ms / clause.duration_ms if clause.duration_ms else 1.0))
        break
    return " ".join(text for text in heard if text)


def _words(text: str, part: float) -> str:
    """The words that end within a part of a text, by its characters."""
    text = text.strip()
    end = int(len(text) * min(max(part, 0.0), 1.0))
    if end >= len(text) or text[end].isspace() or _has_no_spaces(text):
        return text[:end].rstrip()
    cut = max((position for position in range(end) if text[position].isspace()), default=0)
    return text[:cut].rstrip()


def _has_no_spaces(text: str) -> bool:
    """Whether it is in a script that sets none between words, such as Chinese, Japanese or Thai."""
    return any("\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff" for character in text)
