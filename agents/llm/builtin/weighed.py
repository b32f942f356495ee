"""What all answerers take (a question with the evidence in the passages) and return (an answer)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from agents.llm.builtin.evidence.features import is_stop_name, says_name
from agents.llm.builtin.evidence.rows import picked_by_number
from agents.llm.builtin.evidence.weighing import (
    AskedQuestion,
    Evidence,
    heading_of,
    read_together,
    weigh,
)
from agents.llm.builtin.question.asks import holds_exactly
from agents.llm.builtin.question.everyday import in_pages_words
from agents.llm.builtin.question.followups import Resolved, is_about_company
from agents.llm.builtin.shapes.quote import page_name
from agents.llm.request import ChatRequest, Passage
from language.embeddings import Encoder
from language.typos import Vocabulary, corrected
from language.words import words

Band = Literal["quote", "closest", "none", "talk", "ask"]
SHORT = 2  # words; if a shorter question has no sure answer, the agent asks what is meant
TOPICS = 3  # named when asking back
LIKELY = -0.7  # log odds; below this the closest passage seldom answers the question


@dataclass(frozen=True, slots=True)
class BuiltAnswer:
    """An answer. `cited` are places in the request's passages. `band` says how far to trust it: "quote" is sure,
    "closest" is not, "none" refuses, "talk" is small talk, "ask" asks the visitor what is meant.

    `answerer` (one of ANSWERERS) and `doubt` (the first reason not to be sure, if any) are for the receipt.
    """

    text: str
    cited: tuple[int, ...]
    band: Band
    confidence: float = 0.0
    answerer: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question and the evidence in the passages. Every answerer takes one."""

    question: AskedQuestion
    resolved: Resolved
    passages: Sequence[Passage]
    evidence: Evidence
    lone: bool  # no question was asked before


def weighed_up(request: ChatRequest, found: Resolved, encoder: Encoder | None, *, lone: bool) -> Weighed:
    passages = request.passages
    vocabulary = Vocabulary.of(word for p in passages for word in words(f"{p.heading}\n{p.text}"))
    text, last = corrected(found.query, vocabulary), corrected(found.question, vocabulary)
    message = corrected(in_pages_words(request.question), vocabulary)
    question = AskedQuestion.of(text, last, encoder, asked=request.question, message=message)
    evidence = holding_first(question, passages, weigh(question, passages))
    return Weighed(question, found, passages, read_together(question, passages, evidence), lone)


def named_by_stop_words(question: str, passages: Sequence[Passage]) -> list[int]:
    """Places of sections whose name consists of stop words, and which the question names: "how much is All In"."""
    owns = ((at, heading_of(passage)) for at, passage in enumerate(passages))
    return [at for at, own in owns if is_stop_name(own) and says_name(own, question)]


def holding_first(question: AskedQuestion, passages: Sequence[Passage], evidence: Evidence) -> Evidence:
    """Moves sentences to the front that have the only possible answer: a telephone number, an address, the section that
    is named, the row with the number asked for."""
    named = named_by_stop_words(question.last, passages)
    kinds = {"phone", "email", "place", "founded"} if is_about_company(question.last) else {"phone", "email"}
    wants = question.wants & kinds
    if named:
        holding = [found for found in evidence.scored if found.passage in named]
    elif picked := picked_by_number(question.last, evidence.scored) if evidence.scored else []:
        holding = picked
    else:
        scored = evidence.scored if wants else []
        holding = [found for found in scored if all(holds_exactly(kind, found.unit.text) for kind in wants)]
    rest = [found for found in evidence.scored if found not in holding]
    return replace(evidence, scored=[*holding, *rest])


def closest(text: str, *, likely: bool, unsaid: Sequence[str] = ()) -> str:
    """A hedged answer; `unsaid` are words of the question that nothing in it covers."""
    if unsaid:
        named = ", ".join(f"“{word}”" for word in unsaid)
        return _("I found nothing about %(words)s. The closest I found:") % {"words": named} + f"\n\n{text}"
    lead = _("The closest I found:") if likely else _("I have no clear answer to that. The closest I found:")
    return f"{lead}\n\n{text}"


def asked_back(passages: Sequence[Passage]) -> str:
    asked = _("Could you tell me a little more? A whole question helps me find the right page.")
    topics = list(dict.fromkeys(heading_of(passage) or page_name(passage.document) for passage in passages))[:TOPICS]
    if not topics:
        return asked
    return asked + " " + _("I could look under: %(topics)s.") % {"topics": ", ".join(topics)}


def refused() -> str:
    return _("I do not know: this company's pages say nothing that answers this.")
