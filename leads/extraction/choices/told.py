"""Which choice of a question a visitor names: any of its words when asked, the whole of it when it is unmistakable."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from language.words import STOP_WORDS, stem
from leads.extraction import certainty, needs
from leads.extraction.candidate import Candidate
from leads.extraction.choices.evidence import LEAST, chance, evidence, is_excluded
from leads.extraction.choices.names import mentions
from leads.extraction.corrections import Cue
from leads.extraction.message import Token, VisitorText, word_set
from leads.terms import Kind, QuestionData

WHOLE, PARTLY, UNASKED = 0.96, 0.9, 0.88  # confidence
_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|sure|definitely|absolutely|of course|certainly|please do|we do|i do|"
    r"correct|right|ja|klar|oui|bien sur|si|claro|y|ok|okay|ye|yess)\b"
)
_NO = re.compile(r"\W*(?:no|nope|nah|not really|not needed|definitely not|we don't|i don't|nein|non|n|not)\b")
_YES_WORDS, _NO_WORDS = word_set("yes ja oui si"), frozenset(["no", "nein", "non"])
# Between commas, slashes or lines, as one of several facts; a bullet or a number may stand before it.
_SEGMENT_BEGINS = re.compile(r"(?:^|[,;/|\n])\s{0,3}(?:[-*•]\s{1,2}|\d{1,2}[.)]\s{1,2})?(?:an?|the)?\s?$")
_NOTHING_MORE = re.compile(r"\s?(?:[,;/|\n.!]|$|(?:is )?(?:needed|required|necessary|please|thanks)\b)")
_NEAR_CUE = 40  # characters behind a word of correction in which the new choice stands
_SEVERAL = 2
_MAX_PLACES = 10  # of one question in one message
_IN_WORDS = frozenset((Kind.TEXT, Kind.CHOICE))  # kinds that the name of a choice may answer
_NOT = word_set("no not without never kein keine ohne")
_REST_OF_LABEL = re.compile(r"-[a-z]{2,4}\b")  # "sign-on"
_IS_NEEDED = re.compile(r" (?:is |would be )?(?:needed|required|necessary|a must|a must-have|essential)\b")
_WITH_MIDDLE = 3  # choices
_PLACES = ("first", "second", "third", "fourth", "fifth")


class NamedChoice(NamedTuple):
    """Where a message names a choice, in characters."""

    question: QuestionData
    choice: str
    start: int
    end: int
    evidence: Mapping[str, bool]


def choices(
    message: VisitorText,
    questions: Sequence[QuestionData],
    asked: str,
    known: Collection[str] = (),
    cues: Sequence[Cue] = (),
    *,
    tells_more: bool = False,
) -> list[Candidate]:
    """One candidate for each question of which exactly one choice is named, or one behind a word of correction.

    `tells_more`: the message holds other facts.
    """
    found: list[Candidate] = []
    named = named_unasked(message, questions, asked, tells_more=tells_more)
    for question in questions:
        if question.kind is not Kind.CHOICE:
            continue
        if question.key == asked:
            chosen = _asked(message, question)
        else:
            chosen = _unasked(message, question, [each for each in named if each.question is question])
        chosen = _taken_back(message, question, cues, is_open=question.key == asked or question.key in known) or chosen
        if chosen:
            found.append(chosen)
    return found


def named_unasked(
    message: VisitorText, questions: Sequence[QuestionData], asked: str, *, tells_more: bool
) -> list[NamedChoice]:
    """Every choice that the message names and that nobody asked for, with what speaks for its being meant."""
    answers_other = any(each.key == asked and each.kind in _IN_WORDS for each in questions)
    named = [
        (question, place)
        for question in questions
        if question.kind is Kind.CHOICE and question.key != asked and not _is_yes_or_no(question)
        for place in mentions(message, question, is_whole=True, is_each=True)[:_MAX_PLACES]
        if not is_excluded(message, question, *place[1:])
    ]
    is_alone = not tells_more and len({question.key for question, _ in named}) < _SEVERAL
    return [
        NamedChoice(
            question, *place,
            evidence(message, question, *place[1:], answers_other=answers_other, is_alone=is_alone),
        )
        for question, place in named
    ]  # fmt: skip


def _asked(message: VisitorText, question: QuestionData) -> Candidate | None:
    if message.text.rstrip().endswith("?"):
        return None
    answer = _yes_or_no(message, question)
    if answer:
        return answer
    whole = mentions(message, question, is_whole=True, is_asked=True)
    parts = whole or mentions(message, question, is_whole=False, is_asked=True)
    if len({choice for choice, _, _ in parts}) == 1:
        choice, start, end = parts[0]
        return Candidate(question.key, Kind.CHOICE, choice, start, end, WHOLE if whole else PARTLY)
    return None if parts else _by_place(message, question)


def _taken_back(
    message: VisitorText, question: QuestionData, cues: Sequence[Cue], *, is_open: bool
) -> Candidate | None:
    """ "Capsules, no, sorry, filter": the one choice that is named behind the last word of correction."""
    if not (cues and is_open) or message.text.rstrip().endswith("?"):
        return None
    every = mentions(message, question, is_whole=True, is_each=True)
    last = max((cue.end for cue in cues if any(start >= cue.end for _, start, _ in every)), default=-1)
    if not every:  # "beans rather than filter"
        every = mentions(message, question, is_whole=False, is_each=True)
        last = max((cue.end for cue in cues if any(start >= cue.end for _, start, _ in every)), default=-1)
    behind = [each for each in every if each[1] >= last]
    named = {VisitorText(choice).plain for choice, _, _ in behind}
    if last < 0 or len(named) != 1 or named & (_YES_WORDS | _NO_WORDS) or behind[0][1] > last + _NEAR_CUE:
        return None
    choice, start, end = behind[0]
    is_told = not (certainty.is_past(message, start, end) or certainty.is_of_others(message, start))
    return Candidate(question.key, Kind.CHOICE, choice, start, end, PARTLY) if is_told else None


def _yes_or_no(message: VisitorText, question: QuestionData) -> Candidate | None:
    for pattern, words in ((_YES, _YES_WORDS), (_NO, _NO_WORDS)):
        meant = [choice for choice in question.choices if VisitorText(choice).plain in words]
        match = pattern.match(message.plain)
        if meant and match and match.group().strip(" ,.!"):
            start = match.end() - len(match.group().lstrip(" \n\t,.!-"))
            return Candidate(question.key, Kind.CHOICE, meant[0], start, match.end(), WHOLE)
    return None


def _by_place(message: VisitorText, question: QuestionData) -> Candidate | None:
    match = re.search(
        r"\bthe (first|second|third|fourth|fifth|last|former|latter|middle|mid)(?: (?:one|option|choice))?\b",
        message.plain,
    )
    if not match:
        return None
    said = {"former": "first", "latter": "second"}.get(match[1], match[1])
    if said in {"middle", "mid"}:
        said = "second" if len(question.choices) == _WITH_MIDDLE else ""
    place = len(question.choices) - 1 if said == "last" else _PLACES.index(said) if said else len(question.choices)
    if place >= len(question.choices) or certainty.is_negated(message, match.start(), match.end()):
        return None
    return Candidate(question.key, Kind.CHOICE, question.choices[place], match.start(), match.end(), PARTLY)


def _is_yes_or_no(question: QuestionData) -> bool:
    """Whether its choices answer no other way: "no, Tuesday" says no to nothing."""
    return any(VisitorText(choice).plain in _YES_WORDS | _NO_WORDS for choice in question.choices)


def _unasked(message: VisitorText, question: QuestionData, named: Sequence[NamedChoice]) -> Candidate | None:
    told = _labelled(message, question) or _told_need(message, question)
    if told:
        return told
    theirs = [each for each in named if chance(each.evidence) > LEAST]
    if len({each.choice for each in theirs}) != 1:
        return None
    return Candidate(question.key, Kind.CHOICE, theirs[0].choice, theirs[0].start, theirs[0].end, UNASKED)


def _told_need(message: VisitorText, question: QuestionData) -> Candidate | None:
    """ "We need single sign-on" to a question that is answered by yes or no."""
    answers = {
        is_yes: next((each for each in question.choices if VisitorText(each).plain in words), "")
        for is_yes, words in ((True, _YES_WORDS), (False, _NO_WORDS))
    }
    said = needs.needed(message, question) if all(answers.values()) else None
    if not said:
        return None
    is_needed, start, end = said
    return Candidate(question.key, Kind.CHOICE, answers[is_needed], start, end, PARTLY)


def _own_words(question: QuestionData) -> frozenset[str]:
    """Stems of the words by which the question is called."""
    said = re.findall(r"[a-z]+", f"{question.key} {question.label}".replace("_", " ").lower())
    return frozenset(stem(word) for word in said if word not in STOP_WORDS and len(word) > 2)


def _labelled(message: VisitorText, question: QuestionData) -> Candidate | None:
    """ "Plan: Enterprise", "SSO = no", "sso yes", "no SSO"."""
    own = _own_words(question)
    words = [token for token in message.tokens if token.plain[0].isalnum()]
    for place, token in enumerate(words):
        if stem(token.plain) not in own or message.sentence_at(token.start).is_question:
            continue
        behind = message.plain[token.end : token.end + 80]
        match = re.match(r"\s?[:=]\s{0,2}([^,;\n.!?]{1,60})", behind) or re.match(r"\s{1,2}(yes|no)\b", behind)
        if not match and place and words[place - 1].plain in {"my", "our"}:  # "my level is intermediate"
            match = re.match(
                r" (?:is|would be) (?:about |probably |still |only )?([a-z -]{2,30}?)(?=[.,!;\n]|$)", behind
            )
        if match and (choice := _choice_in(match[1], question)):
            start = token.end + match.start(1)
            return Candidate(question.key, Kind.CHOICE, choice, start, start + len(match[1].rstrip()), WHOLE)
        no = next((each for each in question.choices if VisitorText(each).plain in _NO_WORDS), "")
        bare = _bare_choice(message, question, token)
        if bare:
            return bare
        yes = next((each for each in question.choices if VisitorText(each).plain in _YES_WORDS), "")
        rest = _REST_OF_LABEL.match(message.plain, token.end)
        is_needed = bool(yes) and bool(_IS_NEEDED.match(message.plain, rest.end() if rest else token.end))
        is_needed = is_needed and not (place and words[place - 1].plain in _NOT)
        first = next((at for at in range(place, 0, -1) if stem(words[at - 1].plain) not in own), 0)
        if is_needed and _SEGMENT_BEGINS.search(message.plain[: words[first].start]):
            return Candidate(question.key, Kind.CHOICE, yes, words[first].start, token.end, PARTLY)
        is_no = no and place and words[place - 1].plain == "no" and _NOTHING_MORE.match(message.plain, token.end)
        if is_no and _SEGMENT_BEGINS.search(message.plain[: words[place - 1].start]):
            return Candidate(question.key, Kind.CHOICE, no, words[place - 1].start, token.end, PARTLY)
    return None


def _bare_choice(message: VisitorText, question: QuestionData, label: Token) -> Candidate | None:
    """ "Machine bean to cup" between commas: the question's word, then a choice, and no more."""
    if not _SEGMENT_BEGINS.search(message.plain[: label.start]):
        return None
    match = re.match(r"\s{1,2}([^,;\n.!?]{2,40})(?=[,;\n.!]|$)", message.plain[label.end : label.end + 60])
    said = match[1].strip() if match else ""
    choice = next((each for each in question.choices if VisitorText(each).plain.replace("-", " ") == said), "")
    start = label.end + (match.start(1) if match else 0)
    return Candidate(question.key, Kind.CHOICE, choice, start, start + len(said), PARTLY) if choice else None


def _choice_in(said: str, question: QuestionData) -> str:
    named = {choice for choice, _, _ in mentions(VisitorText(said), question, is_whole=True)}
    return named.pop() if len(named) == 1 else ""
