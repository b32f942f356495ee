"""What a visitor asks in a message that also leaves contact details: "How much is it? My number is 020 7946 0123"."""

from __future__ import annotations

import re

from language.phones import EMAIL, phones
from language.words import stem, words

MAX_NAME_WORDS = 4  # a name and a company, beside contact details

_LEAVING = """
my name is am i'm this it it's its number phone telephone mobile cell email mail address contact details call ring text
write reach me us back at on under or and so please thanks thank you u can could just to via by whatsapp send from the
best time way would like i regards hi hello hey here
"""
_LEAVING_WORDS = frozenset(stem(word) for word in _LEAVING.split())
_DETAIL = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for each detail
# The end of a clause, or the beginning of one that says how to reach the visitor.
_CLAUSE_END = re.compile(
    r"((?<=[.;:!?])\s+|\s*\n\s*|\s+[-–—]\s+|,\s*"
    r"|\s+(?:(?:and|or|so|please|just|you|u|can|could|to) )*"
    r"(?=(?:my|call|ring|text|reach|e-?mail|mail|write|contact)\b))",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:what|which|who|when|where|why|how|do you|are you|is there|can (?:i|we|you))\b", re.IGNORECASE
)
# Wishes for the team, which no page answers.
_WISHES = re.compile(
    r"\b(?:can|could|would|will) (?:you|u|someone|somebody|anyone|they) (?:please |just |also |maybe )*(?:send|mail|"
    r"e-?mail|call|ring|phone|text|contact|reach|get|give|let|book|arrange|forward|pass|write|quote|make|put|set|add)\b",
    re.IGNORECASE,
)


def beside_contact(message: str) -> str:
    """What a message asks or says beside contact details; "" if there is nothing else, or it has no details."""
    return " ".join(_beside(message).replace(_DETAIL, " ").split())


def apart_from_contact(message: str) -> str:
    """Like `beside_contact`; "" also if a detail may be what is asked about: "is a@b.example still right?"."""
    said = _beside(message)
    return "" if _DETAIL in said else said


def asks_pages(message: str) -> bool:
    """Whether the message asks, beside contact details, for something that the company's pages may say."""
    said = apart_from_contact(message)
    return bool(_ASKS.search(said)) and not _WISHES.search(said)


def _beside(message: str) -> str:
    rest = EMAIL.sub(_DETAIL, message)
    for number in phones(rest):
        rest = rest.replace(number, _DETAIL)
    if _DETAIL not in rest:
        return ""
    clauses = _CLAUSE_END.split(rest.strip())
    kept = [at for at in range(0, len(clauses), 2) if _other_words(clauses[at])]
    between = {at: clauses[at + 1] for at in kept if at + 2 in kept}  # the text between a clause and the next
    said = " ".join("".join(clauses[at] + between.get(at, " ") for at in kept).split()).strip(" ,;:-–—")
    return said if _ASKS.search(said) or len(_other_words(said)) > MAX_NAME_WORDS else ""


def _other_words(text: str) -> list[str]:
    return [word for word in words(text) if stem(word) not in _LEAVING_WORDS]
