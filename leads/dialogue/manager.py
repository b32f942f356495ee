"""The dialogue manager decides what a reply asks, if anything. Pure functions of plain values; no model, no database.

A session is guided turn by turn. The caller passes the stage of the previous guidance, and stores with each answer the
question that it really ended with. `replay` does the same from the stored turns and facts alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leads.dialogue import wording
from leads.dialogue.answers import may_hold
from leads.dialogue.phrases import Sign
from leads.dialogue.signs import is_small_talk, normalised, told
from leads.dialogue.stages import ALLOWED, Circumstances, steps
from leads.dialogue.standing import APART, MAX_ASKINGS, MAX_IGNORED, DialogueStanding, Reaction, standing_of
from leads.dialogue.state import PastTurn, Repair, TurnGuidance, Why, latest
from leads.terms import CONTACT_KEYS, Kind, KnownFact, QuestionData, Stage

_WAYS = (Kind.EMAIL, Kind.PHONE)
REFUSED_IN_A_ROW = 2  # unknown answers in a row; then the agent does not ask on


def guide(
    questions: Sequence[QuestionData], facts: Mapping[str, KnownFact], turns: Sequence[PastTurn], *, stage: Stage
) -> TurnGuidance:
    """The guidance for the answer to the last of `turns`.

    `questions` are in the order of staff, `facts` by key (with those of the newest message if they are read already),
    and `stage` is the one before this message. The words of `closing` are in the active language.
    """
    if not turns:
        return TurnGuidance(None, Why.NOTHING_TO_ANSWER, Repair.NONE, stage)
    standing = standing_of(questions, facts, turns)
    newest = turns[-1]
    left = [question for question in questions if _is_left(question, questions, facts, standing)]
    taken = steps(stage, _circumstances(questions, facts, standing, newest, left))
    stage = taken[-1].target if taken else stage
    repair = _repair(facts, standing, turns)
    why, ask = _choice(questions, left, standing, turns, stage)
    return TurnGuidance(
        ask=ask,
        why=why,
        repair=repair,
        stage=stage,
        instruction=wording.instruction(ask, why, repair, stage, questions, facts),
        closing=_closing(ask, why, questions, standing),
        is_answer=standing.reaction is Reaction.ANSWERED and Sign.QUESTION not in standing.signs,
        moved=tuple(step.when for step in taken),
    )


def replay(
    questions: Sequence[QuestionData], history: Iterable[KnownFact], turns: Sequence[PastTurn]
) -> tuple[TurnGuidance, ...]:
    """The guidance of all turns, with the facts of each message. The last one has the present stage.

    `history` has all facts of the session, including corrected ones.
    """
    facts = sorted(history, key=lambda fact: fact.seq)
    found: list[TurnGuidance] = []
    stage = Stage.DISCOVER
    for at, turn in enumerate(turns):
        known = latest(fact for fact in facts if fact.seq <= turn.seq)
        found.append(guide(questions, known, turns[: at + 1], stage=stage))
        stage = found[-1].stage
    return tuple(found)


def is_known(question: QuestionData, questions: Sequence[QuestionData], facts: Mapping[str, KnownFact]) -> bool:
    """Whether the answer to a question is known or was declined.

    The fact has the question's key. For the first question for a name, e-mail address or telephone number, it may also
    have the key of such facts that nobody asked for.
    """
    if question.key in facts:
        return True
    if question.kind not in (*_WAYS, Kind.NAME) or CONTACT_KEYS[question.kind] not in facts:
        return False
    return next(each for each in questions if each.kind is question.kind).key == question.key


def _is_left(
    question: QuestionData,
    questions: Sequence[QuestionData],
    facts: Mapping[str, KnownFact],
    standing: DialogueStanding,
) -> bool:
    """Whether the question may still be asked, now or later."""
    is_open = question.key not in standing.declined and len(standing.asked.get(question.key, ())) < MAX_ASKINGS
    return is_open and not is_known(question, questions, facts) and _applies(question, facts)


def _applies(question: QuestionData, facts: Mapping[str, KnownFact]) -> bool:
    key, _, value = (part.strip() for part in question.when.partition("="))
    if not key:
        return True
    fact = facts.get(key)
    if fact is None or fact.is_declined:
        return False
    return not value or fact.value.strip().casefold() == value.casefold()


def _circumstances(
    questions: Sequence[QuestionData],
    facts: Mapping[str, KnownFact],
    standing: DialogueStanding,
    newest: PastTurn,
    left: Sequence[QuestionData],
) -> Circumstances:
    told_facts = {key: fact for key, fact in facts.items() if not fact.is_declined}
    required = [question for question in questions if question.is_required and _applies(question, facts)]
    signs = standing.signs
    has_contact = any(fact.kind in _WAYS for fact in told_facts.values()) or standing.leaves_contact
    return Circumstances(
        has_fact=bool(told_facts or newest.found or has_contact),
        has_required=bool(required) and all(is_known(each, questions, told_facts) for each in required),
        has_contact=has_contact,
        has_nothing_left=not left,
        asks_offer=Sign.ASKS_OFFER in signs,
        doubts=_doubts(standing),
        wants_to_buy=Sign.BUYING in signs,
        leaves=Sign.GOODBYE in signs,
    )


def _doubts(standing: DialogueStanding) -> bool:
    """Whether the visitor has doubts. "Not sure" directly after a question is its answer and no doubt."""
    is_unsure = Sign.NOT_SURE in standing.signs and standing.reaction is Reaction.NOTHING_ASKED
    return Sign.DOUBT in standing.signs or (is_unsure and Sign.QUESTION not in standing.signs)


def _repair(facts: Mapping[str, KnownFact], standing: DialogueStanding, turns: Sequence[PastTurn]) -> Repair:
    """The repair pattern of the message; of several, the one that changes the reply most."""
    newest, signs = turns[-1], standing.signs
    found = {*newest.found, *(fact.key for fact in facts.values() if fact.seq == newest.seq)}
    found_before = {key for turn in turns[:-1] for key in turn.found}
    is_corrected = bool(found & found_before) or (Sign.CORRECTION in signs and Sign.QUESTION not in signs)
    patterns = (
        (Repair.HANDOVER, Sign.PERSON in signs),
        (Repair.CANCEL, Sign.CANCEL in signs),
        (Repair.DECLINE, Sign.DECLINE in signs or standing.reaction is Reaction.DECLINED),
        (Repair.CLARIFICATION, standing.reaction is Reaction.ASKED_WHY),
        (Repair.CANNOT_HANDLE, _is_not_understood(standing, turns)),
        (Repair.CORRECTION, is_corrected and bool(facts or found)),
        (Repair.SEVERAL_ANSWERS, len(found) > 1),
        (Repair.LATE_ANSWER, any(key in standing.asked and key != standing.last_asked for key in found)),
        (Repair.DIGRESSION, standing.reaction is Reaction.IGNORED and signs.isdisjoint({Sign.ANGER, Sign.GOODBYE})),
    )
    return next((repair for repair, is_so in patterns if is_so), Repair.NONE)


def _is_not_understood(standing: DialogueStanding, turns: Sequence[PastTurn]) -> bool:
    """Whether there is no word in the message, the visitor says so, or two answers in a row were unknown."""
    if not normalised(turns[-1].said) or Sign.MISUNDERSTOOD in standing.signs:
        return True
    past = turns[-1 - REFUSED_IN_A_ROW : -1]
    return len(past) == REFUSED_IN_A_ROW and all(turn.certainty == "refused" for turn in past)


def _choice(
    questions: Sequence[QuestionData],
    left: Sequence[QuestionData],
    standing: DialogueStanding,
    turns: Sequence[PastTurn],
    stage: Stage,
) -> tuple[Why, QuestionData | None]:
    """The reason, and the question if one is asked."""
    forbidden = _forbidden(standing, turns, stage)
    if forbidden is not None:
        return forbidden, None
    if standing.reaction is Reaction.ASKED_WHY:
        again = next((each for each in left if each.key == standing.last_asked), None)
        return Why.CLARIFY, again if ALLOWED[stage].may_ask else None
    if not ALLOWED[stage].may_ask:
        return Why.STAGE, None
    ask = _next(questions, left, standing, turns)
    if ask is None:
        return (Why.LATER if left else Why.NOTHING_LEFT), None
    if not standing.is_helped:
        return Why.FIRST_REPLY, ask
    if Sign.QUESTION in standing.signs:
        return Why.VISITOR_ASKS, ask
    return (Why.ASKED_AGAIN if ask.key in standing.asked else Why.NEXT_QUESTION), ask


def _forbidden(standing: DialogueStanding, turns: Sequence[PastTurn], stage: Stage) -> Why | None:
    """Why nothing may be asked in this reply; None if something may."""
    newest, signs, reaction = turns[-1], standing.signs, standing.reaction
    is_taken = reaction in (Reaction.ANSWERED, Reaction.ASKED_WHY)
    reasons = (
        (standing.over, standing.over is not None),
        (Why.NOTHING_TO_ANSWER, not normalised(newest.said)),
        (Why.DECLINED, Sign.DECLINE in signs or reaction is Reaction.DECLINED),
        (Why.IGNORED, standing.ignored >= MAX_IGNORED),
        (Why.CONTACT_LEFT, standing.leaves_contact),
        (Why.NOT_UNDERSTOOD, _is_not_understood(standing, turns)),
        (Why.DOUBT, _doubts(standing)),
        (Why.ASKED_LAST_TURN, reaction is not Reaction.NOTHING_ASKED and not is_taken),
        (Why.SMALL_TALK, not is_taken and is_small_talk(newest.said, signs)),
    )
    return next((why for why, is_so in reasons if is_so), None)


def _next(
    questions: Sequence[QuestionData],
    left: Sequence[QuestionData],
    standing: DialogueStanding,
    turns: Sequence[PastTurn],
) -> QuestionData | None:
    """The first question that is left and that this message cannot have answered; required ones come first."""
    newest = turns[-1]
    is_answered = standing.reaction is Reaction.ANSWERED
    answered = next((each for each in questions if each.key == standing.last_asked and is_answered), None)
    said = told(newest.said)
    for question in sorted(left, key=lambda each: not each.is_required):
        asked_at = standing.asked.get(question.key)
        is_too_soon = asked_at is not None and len(turns) - 1 - asked_at[-1] < APART
        is_told = question.key in newest.found or may_hold(question, newest.said, said, answered)
        if not is_too_soon and not is_told:
            return question
    return None


def _closing(ask: QuestionData | None, why: Why, questions: Sequence[QuestionData], standing: DialogueStanding) -> str:
    if why is not Why.CLARIFY:
        return ask.ask if ask else ""
    kind = next((each.kind for each in questions if each.key == standing.last_asked), Kind.TEXT)
    return f"{wording.reason(kind)} {ask.ask}" if ask else wording.reason(kind)
