"""What several numbers make together: "20 here and another 15 upstairs", "12 tables of eight", "4 vans with one driver
each", "ten doubles and four singles"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counts import roles
from leads.extraction.counts.counted import PEOPLE, counts_guests, fits
from leads.extraction.counts.nouns import is_bare, noun_behind
from leads.extraction.message import VisitorText, word_set
from leads.extraction.numerals import digits_of
from leads.terms import Kind, QuestionData

SURE = 0.97  # confidence: above what a part of the sum gives alone
_YOUNG = word_set("kids children kinder enfants ninos babies toddlers teenagers teens")
_WHOLE = word_set("guests people persons attendees staff employees")  # what is counted behind a comma is a part of them
_AND = r"(?:,? (?:and|plus) |,? ?[+&] ?)(?:about |around |another |a further )?"
_WHERE = r"(?P<where>for|in|at|on|from)"
_PARALLEL = re.compile(rf"(?: [a-z]+){{0,2}} {_WHERE} (?:[a-z]+ ){{0,2}}[a-z]+(?:{_AND}|, )$")
_COORDINATED = re.compile(rf"(?: [a-z-]+){{1,3}}(?P<join>{_AND}|, )$")
_EACH_BEFORE = re.compile(
    r"\b(?:each|every|per)\b(?! of (?:our|the|my|us)\b)(?: [a-z]+){1,4} (?:about |around |up to )?$"
)
_EACH_OF_OURS = re.compile(r"(?: [a-z-]+){0,2} (?:for )?each of (?:our|my|the)\b")
_EACH_BEHIND = re.compile(
    r"(?: [a-z-]+){0,2} (?:each|apiece|per [a-z]+)(?=\s{0,2}(?:[,.;!?]|$| (?:and|so|in total)\b))"
)


def reckoned(
    message: VisitorText, found: Sequence[Amount], of_kind: Sequence[QuestionData], answers: list[Candidate], asked: str
) -> Iterator[Candidate]:
    """Products of two numbers and sums of several, each to the question that one of them answers."""
    keys = {each.start: each.key for each in answers}
    exact = [each for each in found if each.low is not None and each.low == each.high and not each.currency]
    exact = [each for each in exact if not message.sentence_at(each.start_char).is_question]
    for first, second in pairwise(exact):
        told = _of_each(message, first, second, of_kind, keys) or _product(message, first, second, of_kind, keys, asked)
        if told:
            yield told
    yield from _sums(message, exact, of_kind, keys, asked)


def _sums(
    message: VisitorText,
    exact: Sequence[Amount],
    of_kind: Sequence[QuestionData],
    keys: Mapping[int, str],
    asked: str,
) -> Iterator[Candidate]:
    """Runs of numbers that are added: "6 for design, 3 for law and 9 for sales"."""
    place = 0
    while place < len(exact):
        key = keys.get(exact[place].start_char) or next(
            (keys[each.start_char] for each in exact[place + 1 : place + 2] if each.start_char in keys), asked
        )
        question = next((each for each in of_kind if each.key == key), None)
        run = _run(message, exact[place:], question, keys) if question else exact[place : place + 1]
        parts = [each.low or Decimal(0) for each in run]
        is_told = question is not None and _is_told_before(message, run[0], question, keys)
        if question and len(run) > 1 and not is_told and parts[0] != sum(parts[1:]):
            value = digits_of(sum(parts, Decimal(0)))
            yield Candidate(question.key, Kind.NUMBER, value, run[0].start_char, run[-1].end_char, SURE)
        place += len(run)


def _is_told_before(message: VisitorText, first: Amount, question: QuestionData, keys: Mapping[int, str]) -> bool:
    """ "60 guests, about 20 adults and 40 kids": the sum is told before its parts."""
    begin = message.sentence_at(first.start_char).start
    return any(key == question.key and begin <= place < first.start_char for place, key in keys.items())


def _run(
    message: VisitorText, amounts: Sequence[Amount], question: QuestionData, keys: Mapping[int, str]
) -> list[Amount]:
    run = [amounts[0]]
    is_open = False  # the last sign was a comma: an "and" has to follow
    for first, second in pairwise(amounts):
        is_own = len(run) > 1 or keys.get(first.start_char) == question.key
        join = _joined(message, first, second, question, keys, is_own=is_own)
        if not join:
            break
        run.append(second)
        is_open = join.strip() == ","
    return run[:1] if is_open else run


def _joined(
    message: VisitorText,
    first: Amount,
    second: Amount,
    question: QuestionData,
    keys: Mapping[int, str],
    *,
    is_own: bool,
) -> str:
    """The word or sign that adds the second number to the first, "" where none does."""
    between = message.plain[first.end_char : second.start_char]
    if is_own and roles.added(message, first, second):
        return "and"
    parallel = _PARALLEL.fullmatch(between)
    if parallel and is_own and is_bare(message, second):
        is_same = message.plain[second.end_char :].startswith(f" {parallel['where']} ")
        return ("," if between.endswith(", ") else "and") if is_same else ""
    coordinated = _COORDINATED.fullmatch(between)
    join = (coordinated["join"].strip() or "and") if coordinated else ""
    if join and not (join == "," and noun_behind(message, first) in _WHOLE):
        return join if _are_parts(message, first, second, question, keys, is_own=is_own) else ""
    return ""


def _are_parts(
    message: VisitorText,
    first: Amount,
    second: Amount,
    question: QuestionData,
    keys: Mapping[int, str],
    *,
    is_own: bool,
) -> bool:
    """Whether what both count is what the question counts: "40 adults plus 12 children", "3 admins and 20 agents need a
    login"."""
    one, other = noun_behind(message, first), noun_behind(message, second)
    if not one or not other or one == other:
        return False
    if is_own:
        is_young = other in _YOUNG and counts_guests(question)
        return is_young or (
            fits(one, question) and fits(other, question) and other not in PEOPLE - {"adults", "ladies"}
        )
    is_of_second = keys.get(second.start_char) == question.key and first.start_char not in keys
    return is_of_second and one.endswith("s") and roles.are_users(message, second)


def _product(
    message: VisitorText,
    first: Amount,
    second: Amount,
    of_kind: Sequence[QuestionData],
    keys: Mapping[int, str],
    asked: str,
) -> Candidate | None:
    question = next((each for each in of_kind if each.key == keys.get(first.start_char, asked)), None)
    if not question or not roles.multiplied(message, first, second, question):
        return None
    is_told = question.key == asked or keys.get(second.start_char)
    value = digits_of((first.low or Decimal(0)) * (second.low or Decimal(0)))
    where = (first.start_char, second.end_char)
    return Candidate(question.key, Kind.NUMBER, value, *where, SURE) if is_told else None


def _of_each(
    message: VisitorText, first: Amount, second: Amount, of_kind: Sequence[QuestionData], keys: Mapping[int, str]
) -> Candidate | None:
    """ "4 vans with two drivers each": eight drivers, to their own question."""
    told, each = (second, first) if is_for_each(message, first) else (first, second)
    if not is_for_each(message, each) or is_for_each(message, told) or told.start_char not in keys:
        return None
    noun = noun_behind(message, each)
    question = next((one for one in of_kind if fits(noun, one) and one.key != keys[told.start_char]), None)
    if not question:
        return None
    value = digits_of((told.low or Decimal(0)) * (each.low or Decimal(0)))
    return Candidate(question.key, Kind.NUMBER, value, each.start_char, each.end_char, SURE)


def is_for_each(message: VisitorText, amount: Amount) -> bool:
    """Whether so many are told of each thing: "each van has two drivers", "2 per van"."""
    before = message.before(amount.start_char, 60)
    is_behind = any(each.match(message.plain, amount.end_char) for each in (_EACH_BEHIND, _EACH_OF_OURS))
    return is_behind or bool(_EACH_BEFORE.search(before))
