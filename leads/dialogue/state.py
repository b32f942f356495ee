"""The input and output of the dialogue manager, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from leads.terms import KnownFact, QuestionData, Stage


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A visitor's message with the answer to it; the last turn of a session is the one to be answered now."""

    seq: int  # the number of the visitor's message in the session
    said: str  # by the visitor
    answered: str = ""  # by the agent; "" in the turn that is to be answered now
    asked: str = ""  # key of the question that this answer ended with; "" for none
    certainty: str = ""  # of the answer: "answered", "hedged", "refused"; "" where nobody judged it
    found: tuple[str, ...] = ()  # keys of the facts in the visitor's message; may still be empty in the newest


class Why(StrEnum):
    """Why a reply asks something or nothing; staff read it beside the message."""

    # These ask.
    NEXT_QUESTION = "next_question"  # the moment is right
    VISITOR_ASKS = "visitor_asks"  # only behind an answer that answers what the visitor asks
    FIRST_REPLY = "first_reply"  # the same, of the first reply that says more than hello
    ASKED_AGAIN = "asked_again"  # it was asked before and passed over
    CLARIFY = "clarify"  # "why do you ask?": explained, and asked again unless it was asked twice
    # These do not.
    NOTHING_TO_ANSWER = "nothing_to_answer"  # no message, or one without a word
    HANDOVER = "handover"
    ANGER = "anger"
    GOODBYE = "goodbye"
    CANCELLED = "cancelled"
    DECLINED = "declined"  # just now
    DECLINED_TWICE = "declined_twice"
    IGNORED = "ignored"  # three askings in a row were passed over
    CONTACT_LEFT = "contact_left"
    DOUBT = "doubt"
    NOT_UNDERSTOOD = "not_understood"
    SMALL_TALK = "small_talk"
    ASKED_LAST_TURN = "asked_last_turn"  # and not answered
    STAGE = "stage"  # at which nothing is asked
    LATER = "later"  # what is left may stand in this very message, or was asked in the last but one
    NOTHING_LEFT = "nothing_left"


class Repair(StrEnum):
    """How a message departs from question and answer; the patterns are those of Rasa CALM."""

    NONE = ""
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    DECLINE = "decline"
    DIGRESSION = "digression"
    CANCEL = "cancel"
    HANDOVER = "handover"
    CANNOT_HANDLE = "cannot_handle"
    SEVERAL_ANSWERS = "several_answers"
    LATE_ANSWER = "late_answer"  # to a question of two or more turns ago


@dataclass(frozen=True, slots=True)
class TurnGuidance:
    """What one reply should do.

    `instruction` is for a language model: English, under 200 tokens, "" for none. `closing` is what the built-in agent
    adds to a good answer: the question in staff's words, after the reason if the visitor asked for one. `is_answer`:
    the message answers the agent's question, so if nothing was found in the pages, the reply may be `closing` alone.
    """

    ask: QuestionData | None
    why: Why
    repair: Repair
    stage: Stage  # after this message
    instruction: str = ""
    closing: str = ""
    is_answer: bool = False
    moved: tuple[Promise, ...] = ()  # why the stage changed with this message, one for each step; for staff


def latest(history: Iterable[KnownFact]) -> dict[str, KnownFact]:
    """The newest fact of each key: a correction replaces the fact of an earlier message.

    Of two facts in one message, the later one in `history` counts.
    """
    facts: dict[str, KnownFact] = {}
    for fact in history:
        if fact.key not in facts or fact.seq >= facts[fact.key].seq:
            facts[fact.key] = fact
    return facts
