"""What a question names and the quote does not say: a thing, what it does, or a price that is only another one's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from agents.llm.builtin.evidence.features import is_negated, label_of, stems_of, with_what_they_lean_on
from agents.llm.builtin.question.asks import asks_yes_or_no, has_kind, topic_words, wanted_kinds
from agents.llm.builtin.question.question import AskedQuestion
from language.blocks import Unit
from language.words import rarity, word_share, words

TELLS = 0.4  # rarity from which a word has to be covered: "airport" (0.42), not "start" (0.36)
MEANT = 0.5  # token similarity from which the passage means a word, though it does not say it
# What a visitor does with a thing, and how a question is tied together; pages need not say it.
_UNTOLD_WORDS = """
eat speak talk join cover help whether because via idea wonder thinking bother sorry happens happen max maximum
"""
_UNTOLD = frozenset(_UNTOLD_WORDS.split())

# What yes or no is asked with. A quote that lacks it is not sure, but nobody looks for "required" itself.
_ASKED_WITH_WORDS = """
required require need needed necessary mandatory compulsory obligatory essential possible permitted accepted acceptable
allowed available feasible advisable recommended optional
"""
_ASKED_WITH = frozenset(_ASKED_WITH_WORDS.split())


def things_of(unsaid: Sequence[str]) -> list[str]:
    """Those of the words that name what a visitor looks for: "airport", but not "required"."""
    return [word for word in unsaid if word not in _ASKED_WITH]


def uncovered(question: AskedQuestion, quoted: str, near: Mapping[str, float]) -> list[str]:
    """Telling words of the question that what is quoted with its headings neither says nor means."""
    held = stems_of(quoted)
    return [
        word
        for word in _telling(question)
        if word not in _UNTOLD and not word_share(word, held) and near.get(word, 0.0) < MEANT
    ]


def _telling(question: AskedQuestion) -> list[str]:
    topic = topic_words(question.last, question.wants)
    return [word for word in question.own if word in topic and rarity(word) >= TELLS]


_ALL_BUT = re.compile(r"\bnot (?:the|an?|for|your) (?P<thing>[a-z][\w'’-]*)\W*$", re.IGNORECASE)


def is_what_was_not_meant(question: str, quoted: str) -> bool:
    """Whether "the treatment, not the assessment" finds the assessment."""
    match = _ALL_BUT.search(question)
    return bool(match) and any(word in stems_of(quoted) for word in stems_of(match["thing"] if match else ""))


_PRICE_OF = re.compile(r"\b(?:fees?|prices?|costs?|charges?|charged|paid|payable|extra|included?)\b", re.IGNORECASE)


def is_priced_apart(question: AskedQuestion, others: Sequence[Unit]) -> bool:
    """Whether a price is asked of a thing that no sentence with an amount names, and another sentence says
    without an amount how that thing is paid: "the exam fee is paid to the institute" after what its course costs."""
    if "money" not in question.wants:
        return False
    own = [word for word in question.own if word in question.topic and not wanted_kinds(word)]
    whole = zip(others, with_what_they_lean_on(others), strict=True)
    with_amount = [stems_of(text) for unit, text in whole if has_kind("amount", unit.text)]
    unpriced = [
        stems_of(unit.text)
        for unit in others
        if _PRICE_OF.search(unit.text) and not has_kind("amount", unit.text) and unit.kind == "sentence"
    ]
    return any(
        any(word_share(word, held) == 1.0 for held in unpriced)
        and not any(word_share(word, held) for held in with_amount)
        for word in own
    )


NAMED_BY_A_NO = 0.5  # of what a question names, by how telling it is; a sentence that says no to less is about more


def says_no(question: AskedQuestion, best: Unit) -> bool:
    """Whether yes or no is asked and the sentence itself denies what the question names: "SMS is not offered"."""
    if not asks_yes_or_no(question.last) or not is_negated(best.text):
        return False
    own = [word for word in question.own if word in question.topic] or list(question.own)
    held = stems_of(f"{best.context} {best.text}")
    named = [word for word in own if word_share(word, held)]
    weight = sum(map(rarity, own))
    return max(own, key=rarity) in named and sum(map(rarity, named)) >= NAMED_BY_A_NO * weight


_PERSON = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)


def is_said_of_another(question: AskedQuestion, best: Unit, heading: str, others: Sequence[Unit]) -> bool:
    """Whether "can she do it in Polish" finds that somebody else speaks it, in another row or item than hers."""
    label = label_of(best)
    is_named = best.kind in ("row", "item") and any(word in question.topic for word in words(label))
    if not is_named or not _PERSON.search(question.last):
        return False
    rivals = [unit for unit in others if unit.block == best.block and unit.text != best.text]
    named = stems_of(" ".join(label_of(unit) for unit in rivals))
    own = stems_of(f"{heading} {best.context} {best.text}")
    lacking = [word for word in _telling(question) if not word_share(word, own) and not word_share(word, named)]
    return any(word_share(word, stems_of(unit.text)) for word in lacking for unit in rivals)


# What a thing does with an amount, as pages name it: "how much does it make in a year".
_DOINGS = (
    ("make makes produce produces generate generates yield yields", "make produce generate yield output kwh"),
    ("use uses consume consumes draw draws", "use consume draw consumption"),
    ("hold holds carry carries", "hold carry capacity volume load room fit litre liter"),
)
_HOW_MUCH = re.compile(r"\bhow much (?:\w+ )?(?:does|do|will|can|would|did) (?P<rest>[^?.!]+)", re.IGNORECASE)


def lacks_what_it_does(question: str, quoted: str) -> bool:
    """Whether it is asked how much a thing makes, uses or holds, and the quote speaks of no such amount."""
    match = _HOW_MUCH.search(question)
    said = set(words(match["rest"])) if match else set()
    held = stems_of(quoted)
    return any(said & set(asked.split()) and not stems_of(named) & held for asked, named in _DOINGS)
