"""Summarises the turns of a session: what was asked, and how the visitor reacted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from agents.llm.builtin.question.wishes import wants_person
from leads.dialogue.answers import answers, holds_contact, values
from leads.dialogue.phrases import Sign
from leads.dialogue.signs import MAX_CHARS, is_small_talk, signs_of, told
from leads.dialogue.state import PastTurn, Why
from leads.terms import KnownFact, QuestionData

MAX_ASKINGS = 2  # of one question, ever
MAX_DECLINES = 2  # in a session; then nothing more is asked
MAX_IGNORED = 3  # askings in a row
APART = 2  # turns between two askings of a question that was passed over


class Reaction(Enum):
    """How a message reacts to the question before it."""

    NOTHING_ASKED = auto()
    ANSWERED = auto()
    DECLINED = auto()
    DOES_NOT_KNOW = auto()
    ASKED_WHY = auto()
    IGNORED = auto()


@dataclass(slots=True)
class DialogueStanding:
    """The state after all turns; the last turn is the newest message."""

    asked: dict[str, list[int]] = field(default_factory=dict)  # key: the turns whose answers ended with it
    declined: set[str] = field(default_factory=set)  # keys; also those whose answer the visitor does not know
    declines: int = 0
    ignored: int = 0  # askings in a row that were passed over, up to now
    over: Why | None = None  # why nothing may be asked in this session again
    is_helped: bool = False  # something that the visitor said was answered, before the newest message
    reaction: Reaction = Reaction.NOTHING_ASKED  # of the newest message
    signs: frozenset[Sign] = frozenset()  # of the newest message
    leaves_contact: bool = False  # an e-mail address or a telephone number stands in the newest message
    last_asked: str = ""  # key of the question that stands before the newest message


_OVER = {  # the strongest first
    Sign.PERSON: Why.HANDOVER,
    Sign.ANGER: Why.ANGER,
    Sign.GOODBYE: Why.GOODBYE,
    Sign.CANCEL: Why.CANCELLED,
}


def standing_of(
    questions: Sequence[QuestionData], facts: Mapping[str, KnownFact], turns: Sequence[PastTurn]
) -> DialogueStanding:
    """Goes through the turns once, oldest first. `turns` has at least one."""
    by_key = {question.key: question for question in questions}
    declined_at = {fact.seq for fact in facts.values() if fact.is_declined}
    state = DialogueStanding()
    for at, turn in enumerate(turns):
        before = turns[at - 1] if at else None
        state.signs = signs_of(turn.said)
        if len(turn.said) <= MAX_CHARS and wants_person(turn.said):
            state.signs |= {Sign.PERSON}
        state.last_asked = before.asked if before else ""
        state.reaction = _reaction(by_key.get(state.last_asked), state.last_asked, turn, state.signs, facts)
        _count(state, turn, turn.seq in declined_at)
        if turn.asked and at < len(turns) - 1:
            state.asked.setdefault(turn.asked, []).append(at)
        if at < len(turns) - 1 and not state.is_helped:
            is_unjudged = turn.certainty == "" and not is_small_talk(turn.said, state.signs)
            state.is_helped = turn.certainty == "answered" or is_unjudged
    state.leaves_contact = holds_contact(turns[-1].said)
    return state


def _count(state: DialogueStanding, turn: PastTurn, has_declined_fact: bool) -> None:
    declines = state.reaction is Reaction.DECLINED or Sign.DECLINE in state.signs or has_declined_fact
    state.declines += declines
    if state.reaction in (Reaction.DECLINED, Reaction.DOES_NOT_KNOW):
        state.declined.add(state.last_asked)
    if state.reaction is Reaction.IGNORED:
        state.ignored += 1
    elif state.reaction is not Reaction.NOTHING_ASKED or turn.found:
        state.ignored = 0
    if state.over is None:
        state.over = next((why for sign, why in _OVER.items() if sign in state.signs), None)
    if state.over is None and state.declines >= MAX_DECLINES:
        state.over = Why.DECLINED_TWICE


def _reaction(
    question: QuestionData | None, key: str, turn: PastTurn, signs: frozenset[Sign], facts: Mapping[str, KnownFact]
) -> Reaction:
    if not key:
        return Reaction.NOTHING_ASKED
    fact = facts.get(key)
    if fact is not None and fact.seq == turn.seq:
        return Reaction.DECLINED if fact.is_declined else Reaction.ANSWERED
    if key in turn.found:
        return Reaction.ANSWERED
    if Sign.DECLINE in signs:
        return Reaction.DECLINED
    if Sign.WHY in signs:
        return Reaction.ASKED_WHY
    return _reaction_by_words(question, told(turn.said), signs)


def _reaction_by_words(question: QuestionData | None, said: str, signs: frozenset[Sign]) -> Reaction:
    if question is not None and Sign.CORRECTION not in signs and answers(question, said):
        is_known = not _knows_not(signs) or values(question.kind, said)
        return Reaction.ANSWERED if is_known else Reaction.DOES_NOT_KNOW
    if _knows_not(signs):
        return Reaction.DOES_NOT_KNOW
    return Reaction.DECLINED if Sign.SHORT_NO in signs else Reaction.IGNORED


def _knows_not(signs: frozenset[Sign]) -> bool:
    return not signs.isdisjoint({Sign.DOES_NOT_KNOW, Sign.NOT_SURE}) and Sign.QUESTION not in signs
