"""What of a prompt must survive a rewriting and what it must not bring in: links, addresses, numbers, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from language.blocks import sentence_spans

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'“”]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\d+(?:[.,:/’'\u202f\xa0]\d+)*")
_ORDINAL = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)  # of a list
_NAME = re.compile(r"(?<=[^\W\d_][ ,])(?:[A-ZÀ-ÖØ-ÞЀ-Я][\w’'-]{2,})")
_PRICED = re.compile(r"(?:[$€£¥]|USD|EUR|GBP)\s*(\d[\d.,]*\d|\d)|(\d[\d.,]*\d|\d)\s*(?:[$€£¥%]|percent|USD|EUR|GBP)")
_SMALL = 10  # “ask two or 3 questions” is how to behave and no fact


def lost(before: str, after: str) -> list[str]:
    """The sentences and lines of `before` with a link, address, number or name that `after` has nowhere."""
    kept, said = _certain(after) | _numbers(after), after.casefold()
    found = []
    for sentence in _sentences(before):
        names = {name.casefold() for name in _NAME.findall(sentence)}
        if not (_certain(sentence) | _numbers(sentence)) <= kept or any(name not in said for name in names):
            found.append(sentence)
    return found


def without_invented(after: str, given: str) -> tuple[str, list[str]]:
    """`after` without the lines with a link, address, price or number that `given` has not; and what those were."""
    known = _certain(given) | _numbers(given)
    lines: list[str] = []
    invented: list[str] = []
    for line in after.splitlines():
        new = sorted(one for one in _certain(line) | _claimed(line) if one not in known)
        if new:
            invented += new
        else:
            lines.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), invented


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from sentence_spans(line)


def _certain(text: str) -> set[str]:
    links = {link.rstrip(".,;:!?").casefold() for link in _LINK.findall(text)}
    return links | {address.rstrip(".").casefold() for address in _MAIL.findall(text)}


def _numbers(text: str) -> set[str]:
    bare = _MAIL.sub(" ", _LINK.sub(" ", _ORDINAL.sub(" ", text)))
    return {_digits(number) for number in _NUMBER.findall(bare)}


def _claimed(text: str) -> set[str]:
    bare = _MAIL.sub(" ", _LINK.sub(" ", _ORDINAL.sub(" ", text)))
    priced = {_digits(first or second) for first, second in _PRICED.findall(bare)}
    return priced | {number for number in _numbers(text) if len(number) > 1 and number != str(_SMALL)}


def _digits(number: str) -> str:
    """2,400 and 2 400 and 2400 are one number."""
    return re.sub(r"\D", "", number)
