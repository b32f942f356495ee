"""Reads from the text of an answer whether it asked the visitor something, and which things it was about."""

from __future__ import annotations

import re

from agents.llm.builtin.question.families import chooses, extreme, limit
from language.blocks import plain, table_cells
from language.days import with_small_times
from language.words import STOP_WORDS, plain_word, stem, stems, words

MAX_NAMES = 4  # an answer that lists more is about none of them in particular
_ASKED = re.compile(
    r"\?[\"')*\s]*$|\b(?:tell me|let me know|could you say|please (?:say|give|name|enter|type)|may i (?:ask|have))\b"
    r"[^.?!]*[.?!:]?\s*$",
    re.IGNORECASE,
)
_LED = re.compile(r"^\s*(?:[-*+•] |\d+[.)] )?(?:The |Our )?\*\*(?P<name>[^*\n]{1,60}?):?\*\*(?=[^\n]*\w)", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?P<name>[^*\n]{1,60}?):?\*\*")
_CAPITAL = re.compile(r"(?<=[a-z,;:] )[A-Z][\w'’-]*(?: (?:[A-Z][\w'’-]*|\d[\w-]*))*")


# The German, French and Spanish words are from our own sentences in locale/.
_OFFERS = re.compile(
    r"\b(?:shall i|should i|would you like|do you want|want me to|anything else|what would you like|how can i help|"
    r"what can i|not what you meant|"
    r"was möchten sie wissen|möchten sie (?:noch|mehr)|nicht das, was sie meinten|"
    r"souhaitez-vous (?:en )?savoir|ce n’est pas ce que vous cherchiez|"
    r"desea saber|no es lo que buscaba)\b[^?]*\?[^?]*$",
    re.IGNORECASE,
)


def asks_visitor(said: str) -> bool:
    """Whether an answer ends by asking for a detail: "How many people drink coffee?". Offers do not count."""
    return bool(_ASKED.search(said.strip())) and not _OFFERS.search(said)


def without_offer(said: str) -> str:
    """Removes a last paragraph that only offers more: "Would you like to know more, or how to get it?"."""
    before, _gap, last = said.rpartition("\n\n")
    return before if before and last.rstrip().endswith("?") and _OFFERS.match(last) else said


def names_in(said: str, question: str) -> tuple[str, ...]:
    """Names of the things an answer was about, the likeliest first; empty if there are none or more than MAX_NAMES.

    A name is bold at the start of a line, or the first cell of a row. In running text it begins with a capital, and
    counts only if the question asked "which".
    """
    lines = [line for line in said.splitlines() if not re.fullmatch(r"\s*\*\*[^*]+\*\*\s*", line)]  # headings
    text = "\n".join(lines)
    found = [plain(match["name"]) for match in _LED.finditer(text)] or [plain(m["name"]) for m in _BOLD.finditer(text)]
    asked = {stem(word) for word in words(question)}
    picks = bool(extreme(question) or limit(question) or chooses(question))
    named = [name for name in found or _first_cells(lines) if _is_name(name) and set(stems(name)) <= asked]
    if named and not picks:
        return (max(named, key=lambda name: len(words(name))),)
    found = [name for name in found or _first_cells(lines) if not {stem(word) for word in words(name)} <= asked]
    if not found and (picks or re.match(r"\W*(?:which|what|who)\b", question, re.IGNORECASE)):
        capitals = [match.group() for match in _CAPITAL.finditer(with_small_times(plain(text)))]
        found = [name for name in capitals if not {stem(plain_word(word)) for word in words(name)} <= asked]
    names = tuple(dict.fromkeys(name.strip() for name in found if _is_name(name)))
    return names if picks or len(names) <= MAX_NAMES else ()


def leaves_open(said: str, question: str) -> bool:
    """Whether an answer is a table of several things of which neither it nor the question picks one."""
    if extreme(question) or limit(question) or chooses(question) or _LED.search(said):
        return False
    rows = [name for name in _first_cells(said.splitlines()) if _is_name(name)]
    asked = {stem(word) for word in words(question)}
    return len(rows) > 1 and not any(set(stems(name)) <= asked for name in rows)


def _first_cells(lines: list[str]) -> list[str]:
    rows = [table_cells(line) for line in lines if line.lstrip().startswith("|")]
    return [plain(row[0]) for row in rows[2:] if row and row[0]]


def _is_name(text: str) -> bool:
    return any(word not in STOP_WORDS for word in words(text))
