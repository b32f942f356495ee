"""Which of the agent's questions for a number an amount answers: by what is counted in the message and in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.words import stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counts import frames, roles
from leads.extraction.counts.counted import (
    PEOPLE,
    PROFESSIONS,
    counted,
    counts_guests,
    counts_people,
    deeds,
    fits,
    role_stems,
    words_of,
)
from leads.extraction.counts.nouns import is_bare, noun_behind
from leads.extraction.counts.reckoned import is_for_each, reckoned
from leads.extraction.message import VisitorText, word_set
from leads.terms import Kind, QuestionData

_LEAST_YEAR = 1900
_WISHED = re.compile(r"\b(?:want|would like|'d like|join|sign up|take part|enrol|book|looking for)\b")
_AGE_BEFORE = re.compile(
    r"\b(?:aged?|youngest|oldest|eldest|turn(?:s|ing|ed)|i'm)(?: (?:is|are|was|about|only|just))? $"
)
_AGE_BEHIND = re.compile(r" ?-?(?:years?[ -]old|yo\b|y/o)")
_YOUNG = word_set("kids children kinder kindern enfants ninos")
# Confidence: "40 people", "we are 40", "40", "for 40 people?", "40 engineers" where people were asked for
NAMED, FRAMED, ANSWERED, IN_QUESTION, LOOSELY = 0.95, 0.88, 0.95, 0.85, 0.82


def only_one(message: VisitorText, questions: Sequence[QuestionData], asked: str) -> list[Candidate]:
    """ "Just me", where the agent asked how many people there are, and "none", where it asked for things."""
    question = next((each for each in questions if each.key == asked and each.kind is Kind.NUMBER), None)
    if question and not _is_of_persons(question) and frames.NONE.fullmatch(message.plain):
        return [Candidate(question.key, Kind.NUMBER, "0", 0, len(message.text.rstrip()), ANSWERED)]
    match = frames.JUST_ME.fullmatch(message.plain)
    if not (question and match and (_is_of_persons(question) or "user" in asked)):
        return []
    return [Candidate(question.key, Kind.NUMBER, "1", match.start(1), match.end(1), ANSWERED)]


def _is_of_persons(question: QuestionData) -> bool:
    return counts_people(question) or counts_guests(question) or bool(counted(question) & role_stems())


def numbers(
    message: VisitorText, found: Sequence[Amount], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """For each amount that is a count: the question that it answers."""
    of_kind = [each for each in questions if each.kind is Kind.NUMBER]
    answers: list[Candidate] = []
    is_wanted = any(_is_more(message, each) for each in found)
    for amount in found if of_kind else ():
        if frames.OF_SO_MANY.search(message.before(amount.start_char, 20)):  # "replacing 6 of our 20 vans"
            continue
        if frames.BESIDES.search(message.before(amount.start_char, 40)):
            continue
        if is_for_each(message, amount) or frames.THAN_SAID.match(message.plain, amount.end_char):
            continue
        if is_wanted and frames.HAD.search(message.before(amount.start_char, 60)):  # "we have 9 vans and need 2 more"
            continue
        if amount.currency or not _is_said_as_fact(
            message, amount, is_asked=any(each.key == asked for each in of_kind)
        ):
            continue
        scored = [
            (_score(message, amount, each, of_kind, each.key == asked), each.key == asked, each) for each in of_kind
        ]
        score, _, question = max(scored, key=lambda each: each[:2])
        if score:
            answers.append(
                Candidate(question.key, Kind.NUMBER, amount.written(), amount.start_char, amount.end_char, score)
            )
    return [*answers, *reckoned(message, found, of_kind, answers, asked)]


def _is_more(message: VisitorText, amount: Amount) -> bool:
    """Whether so many are wanted beside those that are there."""
    is_added = frames.MORE_WANTED.search(message.before(amount.start_char, 60)) and is_bare(message, amount)
    return bool(is_added or frames.MORE_BEHIND.match(message.plain, amount.end_char))


def _is_said_as_fact(message: VisitorText, amount: Amount, *, is_asked: bool) -> bool:
    start, end = amount.start_char, amount.end_char
    return not (
        certainty.is_negated(message, start, end)
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start, is_asked=is_asked)
    )


def _score(
    message: VisitorText, amount: Amount, question: QuestionData, others: Sequence[QuestionData], is_asked: bool
) -> float:
    """How sure an amount answers a question, 0 where it does not."""
    noun = noun_behind(message, amount)
    is_fitting = fits(noun, question) or _fits_loosely(noun, question, others, message, amount, is_asked)
    has_rival = any(fits(noun, other) for other in others if other is not question)
    sentence = message.sentence_at(amount.start_char)
    is_question = sentence.is_question and not (is_asked and sentence.is_hesitant)
    if frames.MORE_BEHIND.match(message.plain, amount.end_char) and counts_people(question) and not is_asked:
        return 0  # "two more colleagues" is not how many they are
    if _AGE_BEFORE.search(message.before(amount.start_char, 30)) or _AGE_BEHIND.match(message.plain, amount.end_char):
        return 0
    if is_fitting and not has_rival and not amount.unit:
        named = _named_score(message, amount, is_question, is_asked)
        return named + 0.01 if named and _will_take_part(message, amount) else named  # before "240 employees"
    if amount.unit or has_rival or (amount.low is not None and amount.low % 1):
        return 0
    if not is_question and _is_labelled(message, amount, question):
        return NAMED
    if not is_question and (
        _does(message, amount, question)
        or _is_part_that_counts(message, amount, question, is_asked)
        or roles.is_only_part(message, amount, question)
    ):
        return NAMED + 0.01
    if not is_question and _is_said_of_users(message, amount, question):
        return FRAMED
    if noun in PROFESSIONS and counts_people(question) and frames.FOR.search(message.before(amount.start_char, 40)):
        return IN_QUESTION if is_question else FRAMED  # "a machine for thirty barristers"
    if not is_question and (
        _counts_mentioned(message, amount, question) or _is_told_by_its_role(message, amount, noun, question, others)
    ):
        return FRAMED
    if amount.is_weak:
        return ANSWERED if is_asked and is_bare(message, amount) else 0
    if _may_be_framed(message, amount, question, others, is_asked):
        framed = _framed(message, amount, noun, question, is_asked)
        if framed and not (is_question and frames.LIMIT_ASKED.search(message.before(amount.start_char, 30))):
            return framed
    if not is_asked or is_question:
        return 0
    if is_bare(message, amount):
        is_last_word = roles.is_conclusion(message, amount) or frames.IS_EXPECTED.match(message.plain, amount.end_char)
        return ANSWERED + (0.01 if is_last_word else 0)
    return LOOSELY if not amount.per and roles.is_whole_answer(message, amount, noun) else 0


def _is_told_by_its_role(
    message: VisitorText, amount: Amount, noun: str, question: QuestionData, others: Sequence[QuestionData]
) -> bool:
    """Whether the place of the number in its sentence says that it counts what the question counts."""
    if roles.is_predicate(message, amount, question) or roles.is_instead(message, amount, question):
        return True
    is_of_persons = roles.is_whole(message, amount) or roles.are_persons(message, amount)
    if counts_people(question) and (is_of_persons or roles.are_at_work(message, amount)):
        return True
    is_of_people = counts_people(question) or bool(counted(question) & role_stems())
    return (
        is_of_people
        and not any(fits(noun, other) for other in others)
        and roles.are_ours_who_join(message, amount, noun, question)
    )


def _may_be_framed(
    message: VisitorText, amount: Amount, question: QuestionData, others: Sequence[QuestionData], is_asked: bool
) -> bool:
    """Whether "we are 40" and "there would be six of us" may answer the question."""
    if counts_people(question) or is_asked:
        return True
    if any(map(counts_people, others)):
        return False
    users = sum(bool(counted(each) & {stem("users")}) for each in others)
    if counted(question) & {stem("users")} and users == 1:
        return bool(frames.WHO_USE.match(message.plain, amount.end_char))
    is_to_come = bool(re.search(r"\b(?:would|will|'d|'ll) be\b", message.before(amount.start_char, 40)))
    is_to_come = is_to_come or bool(re.search(r"\b(?:group|class|course) of ", message.before(amount.start_char, 20)))
    is_to_come = is_to_come or (
        bool(frames.FRAME_AFTER.match(message.plain, amount.end_char)) and bool(_WISHED.search(message.plain))
    )
    is_only = sum(bool(counted(each) & role_stems()) or counts_guests(each) for each in others) == 1
    return counts_guests(question) or (is_to_come and is_only and bool(counted(question) & role_stems()))


def _named_score(message: VisitorText, amount: Amount, is_question: bool, is_asked: bool) -> float:
    before = message.before(amount.start_char, 40)
    if not is_question:
        return NAMED if is_asked or _is_own_count(message, amount) else 0
    after = message.plain[amount.end_char : amount.end_char + 40]
    is_priced = re.search(r"\b(?:would|do|does|will|for)(?: (?:about|around|our|my|all))? $", before) and re.match(
        r"(?: \w+){1,2} (?:cost|be|come to|pay)\b", after
    )
    is_wished = frames.ASKED_FOR.search(before) or (
        re.match(r"\W{0,3}(?:would|will|are|is)\b", before)
        and re.search(r"\b(?:possible|ok|okay|fine|fit|work)\b", message.after(amount.end_char, 60))
    )
    is_for = frames.FOR.search(before) or frames.FOR_GROUP.search(before) or is_priced or is_wished
    is_of_offer = frames.LIMIT_ASKED.search(before) or frames.OFFER_COPES.search(before)
    return IN_QUESTION if is_for and not is_of_offer else 0


def _is_own_count(message: VisitorText, amount: Amount) -> bool:
    """Whether the clause speaks of the visitor's own; "it has 3 people on the picture", "3 people told me" does not."""
    after = message.plain[amount.end_char : amount.end_char + 60]
    before = certainty.clause_before(message, amount.start_char)
    is_for = before.endswith("for ") or _will_take_part(message, amount)
    is_of_ours = before.rstrip().endswith("all") or (is_for and frames.SOME_OF_OURS.match(after))
    if frames.COUNT_OF_OTHERS.match(after) or (frames.PART_OF.match(after) and not is_of_ours):
        return False
    if frames.OF_PROVIDER.search(before):
        return False
    if frames.BESIDE_ME.search(message.before(amount.start_char, 30)) or before.endswith(" limited to "):
        return False
    return not frames.SUBJECT_OF_OTHERS.search(before)


def _fits_loosely(
    noun: str,
    question: QuestionData,
    others: Sequence[QuestionData],
    message: VisitorText,
    amount: Amount,
    is_asked: bool,
) -> bool:
    """People for guests and users, where no question counts people; for users only when asked or "for 40 people"."""
    is_young = noun in _YOUNG and not any(counted(each) & {stem("children")} for each in others)
    is_of_role = stem(noun) in role_stems() and _will_take_part(message, amount)
    if not (noun in PEOPLE or is_young or is_of_role) or any(counts_people(each) for each in others):
        return False
    is_for = bool(frames.FOR.search(message.before(amount.start_char, 40)))
    is_users = bool(counted(question) & {stem("users")})
    is_role = is_users or bool(counted(question) & role_stems())
    is_ours = re.search(r"\b(?:have|'ve|got|our|my|are)\b[^,.;]*$", message.before(amount.start_char, 30))
    if noun in _YOUNG and not (is_asked or (is_for and not is_ours) or _begins_list(message, amount)):
        return False
    is_only = sum(counts_guests(each) or bool(counted(each) & (role_stems() | {stem("users")})) for each in others) == 1
    if (
        is_role
        and is_only
        and (
            is_asked
            or is_for
            or _begins_list(message, amount)
            or _will_take_part(message, amount)
            or roles.is_conclusion(message, amount)
        )
    ):
        return True
    return counts_guests(question) and not counts_people(question)


def _will_take_part(message: VisitorText, amount: Amount) -> bool:
    """ "All 400 of our employees would need a login"."""
    after = message.plain[amount.end_char : amount.end_char + 60]
    return bool(
        re.match(
            r"(?: of (?:our|the|my))? \w+(?: who)? (?:would|will|'ll|are going to|need|use|should|attend|join)\b", after
        )
        or frames.SENT.search(message.before(amount.start_char, 40))
    )


def _begins_list(message: VisitorText, amount: Amount) -> bool:
    """ "8 people online please, start in January": the first of several facts, without a verb of its own."""
    begins = re.search(r"(?:^|[,;(\n])\s{0,3}(?:about |around |hi |hello )?$", message.plain[: amount.start_char][-30:])
    return bool(begins) and not re.match(
        r" \w+ (?:are|is|were|work\w*|have|has|said|told|live|use)\b", message.plain[amount.end_char :][:40]
    )


def _is_labelled(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "People: 18", "the number of users is 30"."""
    match = re.search(
        rf"([a-z']+)(?:\s?[:=]|\s?-\s| (?:is|are|would be|will be|should be|being)(?: {frames.OPEN}){{0,2}})\s{{1,2}}$",
        message.before(amount.start_char, 60),
    )
    alone = re.search(r"(?:^|[,;/|\n])\s{0,3}(?:[-*•]\s)?([a-z']+)\s{1,2}$", message.plain[: amount.start_char][-40:])
    if alone and not re.match(r"\s{0,2}(?:[,;/|\n]|$)", message.plain[amount.end_char : amount.end_char + 4]):
        alone = None
    match = match or alone
    if counts_people(question) and frames.SIZE.search(message.before(amount.start_char, 40)):
        return True
    return bool(match) and fits(match[1] if match else "", question) and not noun_behind(message, amount)


def _does(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "12 drink coffee", "about 30 of them drink it"."""
    behind = re.match(
        r"(?: of (?:us|them|those|these|our \w+|the \w+))?(?: (?:who|that|actually|really|regularly|"
        r"will|would|do|might))* ([a-z]+)",
        message.plain[amount.end_char : amount.end_char + 60],
    )
    return (
        bool(behind)
        and stem(behind[1] if behind else "") in deeds(question)
        and _looks_like_deed(behind[1] if behind else "", question)
    )


def _looks_like_deed(word: str, question: QuestionData) -> bool:
    asked = words_of(question.ask)
    place = next((at for at, each in enumerate(asked) if each == word or stem(each) == stem(word)), 0)
    return place > 0 and stem(asked[place - 1]) in counted(question) | {
        stem("who"),
        stem("that"),
        stem("would"),
        stem("will"),
    }


def _is_part_that_counts(message: VisitorText, amount: Amount, question: QuestionData, is_asked: bool) -> bool:
    """ "There are 40 of us but only 30 drink it", "of 50 people 35 would use it": people were counted before."""
    if not (frames.PART_THAT_COUNTS.match(message.plain, amount.end_char) and counts_people(question)):
        return False
    before = re.findall(r"[a-z]+", message.before(amount.start_char, 60))
    return is_asked or any(word in PEOPLE or word == "us" for word in before)


def _is_said_of_users(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "Licences for 35", "used by 18 people", "9 reps need access"."""
    if not counted(question) & {stem("users")} or amount.unit:
        return False
    before = message.before(amount.start_char, 40)
    noun = noun_behind(message, amount)
    is_for = (frames.FOR_USERS.search(before) and is_bare(message, amount)) or (
        frames.USED_BY.search(before) and noun in PEOPLE
    )
    uses_it = noun.endswith("s") and frames.USES_IT.match(message.plain, amount.end_char)
    return bool(is_for or uses_it or ((not noun or noun in PEOPLE) and roles.are_users(message, amount)))


def _counts_mentioned(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "About the vans: we need seven of them", "vans x3"."""
    words = words_of(message.plain[max(0, amount.start_char - 80) : amount.start_char])
    is_more = _is_more(message, amount) and frames.NEEDED.search(message.before(amount.start_char, 60))
    if is_more or frames.OF_THEM.match(message.plain, amount.end_char):
        return any(fits(word, question) for word in words)
    is_times = bool(frames.TIMES.search(message.plain[: amount.start_char][-4:]))
    return is_times and bool(words[:-1]) and fits(words[-2], question)


def _framed(message: VisitorText, amount: Amount, noun: str, question: QuestionData, is_asked: bool) -> float:
    before, after = message.before(amount.start_char, 60), message.plain[amount.end_char : amount.end_char + 24]
    if frames.FRAME_AFTER.match(after):
        return FRAMED
    if noun and not (is_asked and noun in PEOPLE):
        return 0
    is_expected = frames.EXPECTED.search(before) and is_bare(message, amount)
    if counts_guests(question) and (is_expected or frames.WILL_COME.match(after)):
        return FRAMED
    is_small = amount.high is not None and amount.high < _LEAST_YEAR
    if frames.WHAT_FOR.search(before) and is_small and is_bare(message, amount):
        return FRAMED
    if frames.FRAME_BEFORE.search(before) and is_bare(message, amount):
        is_there = re.search(r"\b(?:there|we have got|were)\b[^.,;]{0,20}$", before)
        return 0 if is_there and not is_asked else FRAMED
    return 0


def is_headcount(message: VisitorText, amount: Amount) -> bool:
    """Whether the words before say that people are counted: "we are 40", whatever was asked."""
    return bool(frames.FRAME_BEFORE.search(message.before(amount.start_char, 60)))
