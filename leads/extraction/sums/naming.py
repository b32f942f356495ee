"""Whether the words around a sum name the question that it answers: "our budget is", "we pay 140 a month for power"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.message import VisitorText
from leads.extraction.sums import words
from leads.terms import QuestionData

_FAR = 100  # characters before a sum in which it may be named


def is_named(message: VisitorText, amount: Amount, question: QuestionData, of_kind: Sequence[QuestionData]) -> bool:
    """Whether the words around the sum say that it is what the question asks for."""
    before, after = _before(message, amount), message.after(amount.end_char, 60)
    if names(question, before) or _is_answered_by_self(message, amount, question):
        return True
    if not is_budget(question) and any(is_budget(each) for each in of_kind):
        return _is_own_bill(message, amount, question)
    return bool(words.BUDGET.search(before)) or bool(words.SPEND_AFTER.match(after))


def _before(message: VisitorText, amount: Amount) -> str:
    """The clause before a sum; what stands before its comma too where it says nothing, or is a second sum of the same:
    "our bill is high, about 260 a month", "last winter we paid 210 for power, now it's 175"."""
    clause, sentence = certainty.clause_before(message, amount.start_char), message.before(amount.start_char, _FAR)
    is_same = words.ONLY_ABOUT.fullmatch(clause) or words.NOW_INSTEAD.search(sentence)
    return sentence if is_same else clause


def _is_answered_by_self(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "Budget? About 4,000." """
    asked = words.OWN_QUESTION.search(message.plain[max(0, amount.start_char - 60) : amount.start_char])
    return bool(asked) and names(question, asked["said"] if asked else "")


def _is_own_bill(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "We pay 140 a month for electricity", "130 € electricity", to "What do you pay for electricity each month?"."""
    noun = re.match(r" ([a-z]{3,20})\b", message.plain[amount.end_char : amount.end_char + 30])
    if noun and amount.currency and stem(noun[1]) in _own_stems(f"{question.label} {question.ask}"):
        return True
    behind = re.match(
        r"[^,.;!?]{0,12}(?:\b(?:for|on|fur|pour|por|de)(?: (?:our|the|my|la|l))? |\bd'|\bl')([a-z]{3,20})",
        message.after(amount.end_char, 50),
    )
    before = certainty.clause_before(message, amount.start_char)
    is_paid = re.search(r"\b(?:we|i|'re|'m|our)\b.*\b(?:pay|paying|spend|spending|is|comes? to)\b", before)
    is_paid = is_paid or re.search(r"\b(?:zahlen?|paie|paye|payons|pago|pagamos)\b", before)
    is_paid = is_paid or re.match(
        r" (?:is what )?(?:(?:we|i) pay|goes|go)\b", message.plain[amount.end_char : amount.end_char + 20]
    )
    if not behind and is_paid and amount.per and "pay" in question.ask.lower():
        return True
    return bool(behind and is_paid) and stem(behind[1] if behind else "") in _own_stems(
        f"{question.label} {question.ask}"
    )


@lru_cache(maxsize=512)
def is_budget(question: QuestionData) -> bool:
    """Whether the question asks what the visitor would spend, and not for a sum of another kind."""
    return bool(words.ASKS_BUDGET.search(f"{question.key.replace('_', ' ')} {question.label} {question.ask}".lower()))


def names(question: QuestionData, before: str) -> bool:
    """Whether a word of the question's own name stands before the sum: "our budget is"."""
    named = _own_stems(f"{question.key.replace('_', ' ')} {question.label}")
    return bool(named & {stem(word) for word in re.findall(r"[a-z]+", before)})


# What the visitor pays for is called otherwise than in the question.
_OTHER_WORDS = {
    "electricity": "electric leccy power energy current strom luz electricite electricidad",
    "heating": "gas oil heizung chauffage calefaccion",
    "bill": "rechnung stromrechnung abschlag facture factura",
    "rent": "lease miete loyer alquiler",
}


@lru_cache(maxsize=512)
def _own_stems(text: str) -> frozenset[str]:
    said = {word for word in re.findall(r"[a-z]+", text.lower()) if word not in STOP_WORDS and len(word) > 3}
    said |= {other for word, others in _OTHER_WORDS.items() if word in said for other in others.split()}
    return frozenset(map(stem, said)) - frozenset(map(stem, ("month", "monthly", "year", "yearly", "person", "each")))
