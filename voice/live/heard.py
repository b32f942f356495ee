"""Works out which words of an answer were heard before it was cut short, from the start and length of each clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHARS_PER_S = 15  # 150 words of six characters a minute; an estimate for clauses whose sound is not complete


@dataclass(slots=True)
class Spoken:
    """A clause and its place in the sound of the answer. `made_ms` grows until `is_whole` is true."""

    text: str
    start_ms: int
    made_ms: int = 0
    is_whole: bool = False

    @property
    def duration_ms(self) -> float:
        """The length of the sound. While it is still made, an estimate that is at least `made_ms`."""
        return self.made_ms if self.is_whole else max(self.made_ms, len(self.text) / CHARS_PER_S * 1000)


def heard_text(clauses: Sequence[Spoken], played_ms: int, sent_ms: int) -> str:
    """The text of the first `played_ms` of the sound, cut back to a whole word.

    `played_ms` is reported by the client, and limited to `sent_ms`. `clauses` are in order.
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
    """The words that end within the first `part` (0 to 1) of the text's characters."""
    text = text.strip()
    end = int(len(text) * min(max(part, 0.0), 1.0))
    if end >= len(text) or text[end].isspace() or _has_no_spaces(text):
        return text[:end].rstrip()
    cut = max((position for position in range(end) if text[position].isspace()), default=0)
    return text[:cut].rstrip()


def _has_no_spaces(text: str) -> bool:
    """Whether the script has no spaces between words, as Chinese, Japanese or Thai."""
    return any("\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff" for character in text)
