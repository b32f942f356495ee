"""Which of the agent's questions for money a sum answers. The visitor's own questions about prices hold no budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counts import counting
from leads.extraction.counts.counted import ALL_NOUNS
from leads.extraction.counts.nouns import is_bare, noun_behind
from leads.extraction.currencies import PERIODS
from leads.extraction.message import VisitorText
from leads.extraction.sums import lists, naming, words
from leads.terms import Kind, QuestionData

_LEAST_BY_MONTH = 20
# Confidence: to the question, "our budget is", between commas, in a sentence that says nothing else of the sum.
ANSWERED, SAID, ALONE, OWN = 0.95, 0.93, 0.85, 0.82


def money(
    message: VisitorText, found: Sequence[Amount], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """For each sum of the visitor's own: the question that it answers, the one that is named before the one asked."""
    of_kind = [each for each in questions if each.kind is Kind.MONEY]
    answers: list[Candidate] = []
    for amount in found if of_kind else ():
        is_answer = any(each.key == asked for each in of_kind)
        is_of_bill = any(each.key == asked and not naming.is_budget(each) for each in of_kind)  # a bill was paid before
        if not _is_said_as_fact(message, amount, is_asked=is_answer, may_be_past=is_of_bill):
            continue
        scored = [
            (
                naming.is_named(message, amount, each, of_kind),
                each.key == asked,
                _score(message, amount, each, of_kind, each.key == asked, not asked),
                -place,
            )
            for place, each in enumerate(of_kind)
        ]
        _, _, score, place = max((each for each in scored if each[2]), default=(False, False, 0, 0))
        if score:
            question = of_kind[-place]
            value = _for_each(message, _with_period(message, amount), question).money()
            key = question.key
            answers.append(Candidate(key, Kind.MONEY, value, amount.start_char, amount.end_char, score))
    return answers


def _is_said_as_fact(message: VisitorText, amount: Amount, *, is_asked: bool, may_be_past: bool) -> bool:
    start, end = amount.start_char, amount.end_char
    return not (
        certainty.is_negated(message, start, end)
        or (certainty.is_past(message, start, end) and not may_be_past)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start, is_asked=is_asked)
    )


def _with_period(message: VisitorText, amount: Amount) -> Amount:
    """The period where it stands before: "a monthly budget of 4,000"."""
    if amount.per:
        return amount
    after = message.plain[amount.end_char : amount.end_char + 40]
    behind = words.PERIOD_BEHIND.match(after) or words.WHOLE_PERIOD.match(after)
    match = words.PERIOD_BEFORE.search(message.before(amount.start_char, 60))
    if behind:
        return replace(amount, per=(behind[1],))
    if not match:
        match = words.ADVERB_BEFORE.search(certainty.clause_before(message, amount.start_char))
    if not match:
        return amount
    said = next(each for each in match.groups() if each)
    return replace(amount, per=(PERIODS.get(said, "month"),))


def _for_each(message: VisitorText, amount: Amount, question: QuestionData) -> Amount:
    """ "380 each" to "What can you spend per van?" is 380 a van, and for no person."""
    is_each = (
        message.plain[: amount.end_char].rpartition(" each")[2].isspace()
        or " each" in message.plain[amount.start_char : amount.end_char]
    )
    if not (is_each and words.PER_THING.search(f"{question.label} {question.ask}".lower())):
        return amount
    return replace(amount, per=tuple(each for each in amount.per if each != "person"))


def _score(
    message: VisitorText,
    amount: Amount,
    question: QuestionData,
    of_kind: Sequence[QuestionData],
    is_asked: bool,
    is_free: bool,
) -> float:
    before = certainty.clause_before(message, amount.start_char)
    is_scaled = amount.is_scaled and not _counts_things(message, amount)
    looks_like_money = bool(amount.currency or amount.per or amount.is_each or is_scaled)
    sentence = message.sentence_at(amount.start_char)
    is_question = sentence.is_question and not (is_asked and sentence.is_hesitant)
    is_named = naming.is_named(message, amount, question, of_kind)
    has_value = looks_like_money or (is_bare(message, amount) and noun_behind(message, amount) not in ALL_NOUNS)
    if amount.unit and not amount.currency and not amount.per:
        return 0
    if not looks_like_money and counting.is_headcount(message, amount):
        return 0
    is_other = bool(words.OTHER_SUM.search(before)) and not (is_named and not naming.is_budget(question))
    is_only_budget = len(of_kind) == 1 and naming.is_budget(question)
    if is_question:
        is_own = is_named and re.search(r"\b(?:my|our|we|i|us|budget)\b", before)
        is_sum = bool(amount.currency) or (amount.is_scaled and bool(re.search(r"\bbudget of [a-z ]{0,12}$", before)))
        if is_own and is_sum and not is_other:
            return SAID
        return OWN if is_only_budget and looks_like_money and not is_other and _is_enough(message, amount) else 0
    has_value = has_value or (is_asked and bool(words.FOR_EACH.match(message.plain, amount.end_char)))
    if is_asked and has_value and (not is_other or naming.names(question, before)):
        return ANSWERED if looks_like_money or not amount.is_weak else 0
    if is_named and has_value and not (is_other and words.OTHER_SUM.search(before.replace("price range", ""))):
        return SAID
    is_only = len([each for each in of_kind if naming.is_budget(each) or len(of_kind) == 1]) == 1
    is_for_this = naming.is_budget(question) or len(of_kind) == 1
    if is_only and is_for_this and looks_like_money and not is_other and words.BUDGET_OF_SUM.search(before):
        return SAID
    if is_only and is_for_this and looks_like_money and _is_had(message, amount, before):
        return SAID
    is_only = len(of_kind) == 1
    is_sum = bool(amount.currency or amount.is_each) or _is_by_month(amount)
    if is_only and (is_sum or is_scaled) and lists.is_alone(message, amount, is_free):
        return ALONE
    is_sum = is_sum or (is_scaled and amount.low is None)  # "1k max"
    is_of_budget = looks_like_money and bool(words.BUDGET.search(message.before(amount.start_char, 60)))
    return OWN if is_only and not is_other and (is_sum or is_of_budget) and _is_own_sum(message, amount) else 0


def _is_enough(message: VisitorText, amount: Amount) -> bool:
    """ "What can we get for 500 a month?", "Would 1,100 euros get us anywhere?"."""
    before, after = message.before(amount.start_char, 60), message.after(amount.end_char, 40)
    return bool(words.GET_FOR.search(before)) or bool(words.WOULD_IT_DO.search(before) and words.GETS_US.match(after))


def _is_own_sum(message: VisitorText, amount: Amount) -> bool:
    """Whether the sentence is about the visitor, and nothing in it says that the sum is of another kind."""
    sentence = message.sentence_at(amount.start_char)
    said = message.plain[sentence.start : sentence.end]
    before, after = message.before(amount.start_char, 80), message.after(amount.end_char, 40)
    is_other = any(map(words.OTHER_SUM.search, (before, after))) or words.NO_BUDGET.search(said)
    return bool(words.OURS.search(said)) and not (is_other or words.THING_BEHIND.match(after))


def _counts_things(message: VisitorText, amount: Amount) -> bool:
    """ "20k users", "two thousand people": a noun behind a number that is scaled."""
    noun = re.match(r"[ -](?:of )?([a-z]{3,})", message.plain[amount.end_char : amount.end_char + 24])
    return bool(noun) and (noun[1] if noun else "") in ALL_NOUNS


def _is_by_month(amount: Amount) -> bool:
    """ "380 each per month" in a list: no count is told by the month or the year."""
    least = amount.low if amount.low is not None else amount.high
    return bool({"month", "year"} & set(amount.per)) and least is not None and least >= _LEAST_BY_MONTH


def _is_had(message: VisitorText, amount: Amount, before: str) -> bool:
    """ "We have about 5,000 euros", "we have 5 grand for this"; but not "we have 300 euros left on the card"."""
    has = words.HAVE.search(before) and re.search(r"\b(?:we|i)\b", before)
    return bool(has) and bool(words.FOR_THIS.match(message.plain[amount.end_char : amount.end_char + 40]))
