"""Features of a sentence as the answer to a question, from 0 to about 1. Vectors are not used here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agents.llm.builtin.question.asks import asks_scope, has_kind, is_exclusion, is_special, names_kind, share_of_kinds
from agents.llm.builtin.question.question import TRAIL, AskedQuestion, heading_of
from agents.llm.request import Passage
from language.blocks import Unit, plain, units
from language.words import STOP_WORDS, codes, stem, word_share, words

_USUAL = "new standard normal usual regular general"
_UNSAID = frozenset(_USUAL.split())
PREFACE = 0.5  # text directly below a page's title is seldom the answer: "Here is how returns work."
_LABEL = re.compile(r"^\W*(?P<name>[^:.–!?]{2,50})(?::| – )")
_CLAUSE = re.compile(r"\b(?:is|are|was|were|we|you|it|they|can|will|must|may|do|does|has|have)\b", re.IGNORECASE)
_BOLD = re.compile(r"^\W*(?:The |Our )?\*\*(?P<name>[^*]{2,50})\*\*")


@lru_cache(maxsize=20_000)
def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def coverage(words_asked: Sequence[str], weights: dict[str, float], text: str) -> float:
    """The share (0 to 1) of the weight of the question's words that the text has, literally or as synonyms."""
    total = sum(weights.get(word, 1.0) for word in words_asked)
    if not total:
        return 0.0
    held = stems_of(text)
    return sum(weights.get(word, 1.0) * word_share(word, held) for word in words_asked) / total


def is_stop_name(name: str) -> bool:
    """Whether every word of a name is a stop word: "All In". A question must say such a name word for word."""
    said = words(name)
    return len(said) > 1 and all(word in STOP_WORDS for word in said)


def says_name(name: str, asked: str) -> bool:
    """Whether a question says a name word for word."""
    return f" {' '.join(words(name))} " in f" {' '.join(words(asked))} "


@lru_cache(maxsize=20_000)
def precision(text: str, asked: str) -> float:
    """The share (0 to 1) of a heading's or label's words that the question names.

    Words such as "new" do not count, because the question need not say them; "used" does.
    """
    own = [word for word in words(text) if word == "used" or not (word in STOP_WORDS or word in _UNSAID)]
    if not own:
        return float(is_stop_name(text) and says_name(text, asked))
    held = stems_of(asked)
    return sum(word_share(word, held) for word in own) / len(own)


@lru_cache(maxsize=20_000)
def label_of(unit: Unit) -> str:
    """The name that a sentence begins with: the first cell of a row, the words before a colon, or bold words."""
    if unit.cells:
        return unit.cells[0]
    match = _BOLD.match(unit.source) or _LABEL.match(plain(unit.source))
    name = plain(match["name"]) if match else ""
    return "" if _CLAUSE.search(name) else name


_NEGATED = re.compile(r"\b(?:not|never|no|cannot|without|exclu\w+|except\w*)\b|n['’]t\b", re.IGNORECASE)


_ASIDE = re.compile(r"\b(?:if|because|when|since|though|although|instead)\b.*", re.IGNORECASE | re.DOTALL)


def is_negated(text: str) -> bool:
    """Whether a question or sentence is negative; a condition such as "if we don't like it" is not."""
    return bool(_NEGATED.search(_ASIDE.sub("", text)))


@dataclass(frozen=True, slots=True)
class AboutPassage:
    """Features that all sentences of a passage share."""

    trail: float  # share of the topic that the page's name and headings have
    heading: float  # share of the topic that the section's own heading has
    named: float  # share of the heading's words that the question says
    kinds: float  # share of the kinds of fact asked for that it has
    topic: float  # share of the topic that is anywhere in it
    announced: float  # whether its headings announce the kind of fact asked for
    special: float  # whether its page is about a special case that was not asked for

    @property
    def match(self) -> float:
        """1 if page and section have exactly the name of what is asked for: "Warranty › What is not covered"."""
        return (self.trail if self.heading else 0.0) * self.named

    @classmethod
    def of(cls, question: AskedQuestion, passage: Passage) -> AboutPassage:
        heading = heading_of(passage) or passage.document
        trail = f"{passage.document} {passage.heading}"
        return cls(
            trail=coverage(question.topic, question.weights, trail),
            heading=coverage(question.topic, question.weights, heading),
            named=precision(heading, question.text),
            kinds=share_of_kinds(question.wants, passage.text),
            topic=coverage(question.topic, question.weights, f"{trail} {passage.text}"),
            announced=0.5 * names_kind(question.wants, heading) + 0.5 * names_kind(question.wants, trail),
            special=float(is_special(trail.removesuffix(heading), question.text)),
        )


def shape_features(
    question: AskedQuestion, passage: Passage, unit: Unit, at: int, about: AboutPassage, subject: str
) -> dict[str, float]:
    """Features of one sentence at its place in the passage. `subject` is the name of its paragraph."""
    heading = heading_of(passage)
    full = f"{passage.heading} {unit.context} {unit.text}"
    label = label_of(unit) or subject
    named = precision(label, question.text) if label else 0.0
    topic = coverage(question.topic, question.weights, f"{full} {subject}")
    is_preface = TRAIL not in passage.heading and unit.kind == "sentence"
    match = about.match * (PREFACE if is_preface else 1.0)
    return {
        **_kind_features(question, unit, topic),
        **_negation_features(question, unit, heading),
        "words_covered": coverage(question.content, question.weights, full),
        "bare_words_covered": coverage(question.content, question.weights, unit.text),
        "topic_covered": topic,
        "question_heading_match": coverage(question.content, question.weights, heading)
        if heading.endswith("?")
        else 0.0,
        "heading_match": match,
        "opens_matching_section": match * (at == 0),
        "label_match": coverage(question.topic, question.weights, label) * (0.5 + 0.5 * named) if label else 0.0,
        "label_named": named,
        "heading_announces_kind": about.announced,
        "special_case": float(is_special(f"{heading} {unit.context} {unit.text}", question.text)) + about.special,
        "member_of_set": float(bool(question.set_of) and unit.kind in ("row", "item")),
        "is_row": float(unit.kind == "row"),
        "is_short": float(len(unit.text.split()) < 4),
        "is_question": float(unit.kind == "question"),
        "leads_in": float(unit.kind in ("lead", "code")),
        "holds_code": float(bool(question.codes & codes(full))),
        "length": min(len(unit.text.split()), 30) / 30,
    }


def _kind_features(question: AskedQuestion, unit: Unit, topic: float) -> dict[str, float]:
    kinds = share_of_kinds(question.wants, unit.text)
    holds = any(has_kind(kind, unit.text) for kind in question.wants)
    return {
        "holds_kind": float(holds),
        "lacks_kind": float(bool(question.wants) and not holds),
        "share_of_kinds": kinds,
        "kinds_on_topic": kinds * topic,
    }


def _negation_features(question: AskedQuestion, unit: Unit, heading: str) -> dict[str, float]:
    asks_negated = is_negated(question.last)
    leaves_out = is_exclusion(unit.text) or is_negated(heading)
    return {
        "both_negated": float(asks_negated and is_negated(f"{heading} {unit.text}")),
        "is_exclusion": float(leaves_out and not asks_scope(question.last) and not asks_negated),
    }


def unit_features(question: AskedQuestion, passage: Passage) -> list[tuple[Unit, dict[str, float]]]:
    """Every sentence of a passage with its features."""
    about = AboutPassage.of(question, passage)
    names = subjects(passage.text)
    return [
        (unit, shape_features(question, passage, unit, at, about, names[unit.block]))
        for at, unit in enumerate(units(passage.text))
    ]


@lru_cache(maxsize=4096)
def subjects(text: str) -> dict[int, str]:
    """The name of each paragraph: "**The Heron** is lighter. It costs €900." Lists and tables have none."""
    found: dict[int, str] = {}
    for unit in units(text):
        found.setdefault(unit.block, "" if unit.kind in ("item", "row") else label_of(unit))
    return found


_LEANS_BACK = re.compile(r"^(?:it|its|they|their|this|these|those|both|each|he|she|his|her|all|one)\b", re.IGNORECASE)


def with_what_they_lean_on(told: Sequence[Unit]) -> Iterator[str]:
    """Each sentence with its lead-in and its label, or that of its paragraph; one that begins with "it" with the
    sentence before, too."""
    before, label, block = "", "", -1
    for unit in told:
        if unit.block != block or unit.kind != "sentence":
            label, block = label_of(unit), unit.block
        text = f"{label} {unit.context} {unit.text}"
        before = f"{before} {text}" if _LEANS_BACK.match(unit.text) else text
        yield before
