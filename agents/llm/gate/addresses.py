"""Web and e-mail addresses in an answer, also in links: only those in the model's sources are allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from language.markdown import parse
from language.phones import EMAIL

# Each alternative is bounded, so that the time grows only with the length of the text.
_WEB = re.compile(
    r"(?<![a-z0-9])(?:(?:[a-z][a-z0-9+-]{1,15}:)?//|www\.|(?:mailto|javascript|vbscript|data|file|tel|sms):)[^\s<>\"`]{1,2000}",
    re.IGNORECASE,
)
_TOP_LEVEL = (
    "com|net|org|info|biz|shop|store|online|site|app|dev|ai|io|co|me|tv|eu|de|at|ch|fr|es|it|nl|be|uk|ie|us|ca|au|nz|pt"
    "|pl|cz|se|no|dk|fi|ru|ua|jp|cn|in|br|mx|example|test|invalid|xyz|top|click|link|live|cloud|tech|agency"
)
_DOMAIN = re.compile(
    rf"(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_TOP_LEVEL})(?![\w-])(?:/[^\s<>\"`]{{0,2000}})?",
    re.IGNORECASE,
)
_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,400})\]\(([^()\n]{0,2000})\)")
_TARGET = re.compile(r"\]\(\s*<?([^\s()<>]{1,2000})")
_DEFINITION = re.compile(r"\](?=\(|:(?!\s*$))")  # what a link's words, or a link's name, would end with
REMEMBERED = 512  # texts: passages and prompts are given again and again
_TRAILING = ".,;:!?)]}'\"*_~»”’"


class Addresses:
    """The addresses in some texts, in a normal form."""

    def __init__(self, texts: Iterable[str]):
        self._webs: set[str] = set()
        self._hosts: set[str] = set()
        self._mails: set[str] = set()
        for text in texts:
            mails, webs = _held(text)
            self._mails |= mails
            self._webs |= webs
            self._hosts.update(web.split("/")[0].split("?")[0] for web in webs)

    def hold(self, address: str) -> bool:
        """Whether this address is known: the same page, the front page of a known site, or the same mailbox."""
        address = address.strip().strip("<>")
        mail = address.casefold().removeprefix("mailto:").rstrip(_TRAILING)
        if EMAIL.fullmatch(mail):
            return mail in self._mails
        if address.casefold().startswith("tel:"):
            return True  # the number is checked as a figure
        web = _one_spelling(address)
        return bool(web) and (web in self._webs or ("/" not in web and web in self._hosts))


@lru_cache(REMEMBERED)
def _held(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The e-mail addresses and web addresses in one text."""
    written = [*(text[start:end] for start, end in spans(text)), *(match[1] for match in _TARGET.finditer(text))]
    return frozenset(mail.casefold() for mail in EMAIL.findall(text)), frozenset(map(_one_spelling, written))


def _one_spelling(address: str) -> str:
    address = address.strip().casefold().split("#")[0].rstrip(_TRAILING)
    address = re.sub(r"^(?:https?:)?//", "", address).removeprefix("www.")
    return address.rstrip("/") or ("/" if address else "")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """The positions of web addresses in a text; some may come twice."""
    if ":" in text or "//" in text or "www." in text.casefold():
        yield from (match.span() for match in _WEB.finditer(text))
    if "." in text:
        yield from (match.span() for match in _DOMAIN.finditer(text))


def without_addresses(text: str) -> str:
    """The text with blanks instead of addresses, because their digits are not figures."""
    found = [*spans(text), *(match.span() for match in EMAIL.finditer(text))] if "." in text or ":" in text else []
    for start, end in found:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def without_foreign_links(sentence: str, known: Addresses) -> tuple[str, bool]:
    """The sentence without foreign links and pictures, but with their words; and whether there were any."""
    if "](" not in sentence and "]:" not in sentence:
        return sentence, False
    removed = False
    parts: list[str] = []
    at = 0
    for match in _LINK.finditer(sentence):
        is_own = all(known.hold(target) for target in _targets(match[0])) and known.hold(_written_target(match[3]))
        parts.append(_unlinked(sentence[at : match.start()]))
        parts.append(match[0] if is_own else ("" if match[1] else match[2]))
        removed = removed or not is_own
        at = match.end()
    parts.append(_unlinked(sentence[at:]))
    return "".join(parts), removed


def _unlinked(text: str) -> str:
    """The text without half a link that another sentence could complete."""
    return _DEFINITION.sub("] ", text)


def _written_target(inner: str) -> str:
    words = inner.split(None, 1)
    return words[0].strip("<>") if words else ""


def _targets(markdown: str) -> Iterator[str]:
    """The targets of links and pictures, as the page would read them."""
    for event, _place in parse(markdown):
        start: Any = event.get("Start") if isinstance(event, dict) else None
        if isinstance(start, dict):
            for kind, value in start.items():
                if kind in ("Link", "Image"):
                    yield value["dest_url"]


def foreign(sentence: str, known: Addresses) -> list[tuple[int, int]]:
    """The positions of unknown addresses."""
    found = [(start, end) for start, end in spans(sentence) if not known.hold(sentence[start:end])]
    mails = (match.span() for match in EMAIL.finditer(sentence) if not known.hold(match[0]))
    return sorted({*found, *mails})


def without(text: str, spans_to_leave: list[tuple[int, int]]) -> str:
    """The text with "[…]" at these positions."""
    for start, end in sorted(spans_to_leave, reverse=True):
        text = f"{text[:start]}[…]{text[end:]}"
    return text
