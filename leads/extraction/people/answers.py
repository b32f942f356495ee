"""The whole of a short answer to a question for a name or a company: "jo smith", "it's Acme"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from language.words import STOP_WORDS
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of
from leads.extraction.people.words import CONTRACTION, NOT_NAMES, PARTICLES, TITLES, is_verb

SAID, SHOWN, GUESSED = 0.97, 0.9, 0.8  # confidence: "my name is", "I'm Jo", an answer in small letters
_POLITE = r"hm+|sure|yes|yeah|ok|okay|of course|hi|hello|well|oh|um|uh|er|so|ja|klar|oui|si|claro|thanks|sorry|no"
_IT_IS = any_of(
    "(?:it's |it is |its |it would be |that's |this is )?for(?: my company| our company)?",
    "(?:you can |just )?(?:use|call me)|(?:you can |just )?put (?:me |it )?down(?: as)?",
    "it's|it is|its|i'm|i am|im|that's|that is|that would be|this is|we're|we are|just|called",
    "(?:the |our |my )?(?:company|firm|business)(?:'?s| is)(?: name is| called)?",
    "we're called|it's called|its called|we are called|the name is|name's|name is|my name is|my name's|it's just",
    "from|i'm from|i'm with|i work for|i work at|we work for|we're from",
    "das ist|ich bin|wir sind|c'est|es|soy|somos|nous sommes",
)
_ASKED_LEAD = re.compile(
    rf"\s{{0,3}}(?:(?:{_POLITE}|(?:my |the )?name\?)[ ,!.]{{1,3}}){{0,3}}"
    rf"(?:(?:{_IT_IS})\s)?(?:just |called |the company )?"
)


_SPELT = re.compile(r"(?:[a-z][-. ]){2,30}[a-z][,.:] ?(?=[a-z])")  # "S-i-o-b-h-a-n, Siobhan"


@dataclass(frozen=True, slots=True)
class Named:
    """A name and where it stands, in characters."""

    start: int
    end: int
    confidence: float


def answered(message: VisitorText, most_words: int, *, is_company: bool) -> Iterator[Named]:
    """The whole of a short answer: "jo smith", "it's Acme"."""
    lead = _ASKED_LEAD.match(message.plain)
    place = lead.end() if lead else 0
    spelt = _SPELT.match(message.plain, place)
    place = spelt.end() if spelt else place
    match = re.compile(r"[^,;:!?\n()@]{1,60}").match(message.text, place)
    if not match or message.sentence_at(place).is_question or message.text.count(" ") > 14:
        return
    place, said = _without_lead(message, place, match.group(), is_company=is_company)
    said = re.split(
        r"(?<=\w\w)\.(?=\s|$)| - | (?:in|and|from|at|based|near|aus|et|y) (?!sons|fils|sohne|söhne|"
        r"co\b|hijos|associes|associés|partner)",
        said,
        maxsplit=1,
        flags=re.IGNORECASE,
    )[0]
    said = said.rstrip(" .")
    words = VisitorText(said).plain.split()
    if not words or len(words) > most_words or not said[0].isalnum():
        return
    if any(CONTRACTION.search(word) for word in words):
        return
    is_capital = all(
        word[0].isupper() for word in said.split() if word[0].isalpha() and word.casefold() not in PARTICLES
    )
    inner = {"of", "the", "and", "for", "&"} if is_company else PARTICLES
    if any(
        word in STOP_WORDS | NOT_NAMES and word not in inner and not (is_capital and is_company and len(words) > 1)
        for word in words
    ):
        return
    if is_company or (not any(letter.isdecimal() for letter in said) and not is_verb(words[0], 0, is_capital)):
        yield Named(place, place + len(said), SHOWN if is_capital else GUESSED)


def _without_lead(message: VisitorText, place: int, said: str, *, is_company: bool) -> tuple[int, str]:
    """The answer and its place without a title ("Mrs. Jo Smith") or an article ("the Riverside Clinic")."""
    pattern = r"the\s{1,2}" if is_company else rf"(?i:{'|'.join(TITLES)})\.?\s{{1,2}}"  # "The Daily Grind" is called so
    lead = re.match(pattern, said)
    return (place + lead.end(), said[lead.end() :]) if lead else (place, said)
