"""Recognises a visitor who wants a person, or something from the company, and does not ask for a fact."""

from __future__ import annotations

import re

from language.words import words

MAX_WORDS = 20


QUERY = "contact us telephone phone e-mail address opening hours reach the team"


_SOMEONE = (
    r"(?:(?:a|an|any|some|the|your|one of (?:your|the)|real|live|actual|human|sales|support|service|customer|other) )*"
    r"(?:persons?|humans?|someone|somebody|anyone|anybody|agents?|rep(?:resentative)?s?|advis[eo]rs?|consultants?|sales"
    r"(?:man|woman|person|people)?|team|staff|colleagues?|operators?|managers?|support|service|people|employees?|boss)\b"
)


_WISH = re.compile(
    rf"\b(?:speak|talk|chat|connected?|put me through|transfer(?:red)?(?: me)?|hand me over|forward me|pass me on|"
    rf"get me|give me|want|need|prefer) (?:to |with |over to |directly to |on to )*{_SOMEONE}"
    r"(?!\s+(?:who|that|with|for|to (?:clean|fix|repair|install|come)))"
    rf"|\b{_SOMEONE} (?:that |who |whom )?(?:i|we) (?:can|could) "
    r"(?:ring|call|phone|speak|talk|e-?mail|write|contact|ask)\b"
    r"|\b(?:call|ring|phone|contact|e-?mail|text) me\b|\bcall ?-?backs?\b|\b(?:give|gimme) me a (?:call|ring)\b"
    r"|^\W*(?:(?:please|pls|plz|just|so|can you|could you|can u) )+(?:call|ring)"
    r"(?: (?:back|please|pls|plz|now|today|tomorrow|later|soon|asap|as soon as possible))*\W*$"
    r"|^\W*(?:call|ring)(?: (?:back|please|pls|plz|now|today|tomorrow|asap|as soon as possible))+\W*$"
    rf"|^\W*(?:(?:real|live) )?(?:human|person|agent|operator|representative)s?(?: please)?\W*$",
    re.IGNORECASE,
)


_ABOUT_US = re.compile(r"\b(?:am i|are you|is this|is it|who|do you (?:call|e-?mail|text|ring)|will you|why)\b", re.I)


def wants_person(message: str) -> bool:
    """Whether the message asks for a person or a call back, and not for a fact."""
    return len(words(message)) <= MAX_WORDS and bool(_WISH.search(message)) and not _ABOUT_US.search(message)


_NEEDS = re.compile(
    r"\b(?:need|want|looking for|interested in|would like|['’]d like|planning|organi[sz]ing)\b", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|never|nothing)\b|n['’]t\b", re.IGNORECASE)


def states_wish(message: str) -> bool:
    """Whether the message says what the visitor needs: "we need something for 120 children to sit on"."""
    return bool(_NEEDS.search(message)) and not _NOT.search(message)
