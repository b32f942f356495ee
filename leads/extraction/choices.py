"""Which choice of a question a visitor names: any of its words when asked, the whole of it when it is unmistakable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.candidate import Candidate
from leads.extraction.message import Message, word_set
from leads.terms import Kind, QuestionData

WHOLE, PARTLY, UNASKED = 0.96, 0.9, 0.88  # confidence
_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|sure|definitely|absolutely|of course|certainly|please do|we do|i do|"
    r"correct|right|ja|klar|oui|bien sur|si|claro|y|ok|okay|ye|yess)\b"
)
_NO = re.compile(r"\W*(?:no|nope|nah|not really|not needed|definitely not|we don't|i don't|nein|non|n|not)\b")
_YES_WORDS, _NO_WORDS = word_set("yes ja oui si"), frozenset(["no", "nein", "non"])
_WISH = re.compile(
    r"\b(?:want|need|like|love|prefer|go for|go with|going for|going with|choose|take|interested in|"
    r"looking for|looking at|planning|plan|book|booking|organis\w+|organiz\w+|thinking of|"
    r"order|upgrade to|mochten|wollen|nehmen|brauchen|voulons|prefer\w*|queremos)\b[^.;!?]{0,40}$"
)
_WISH_FOR_ONE = re.compile(
    r"\b(?:prefer|go for|go with|going for|going with|choose|take|interested in|planning|organis\w+|"
    r"organiz\w+|booking|upgrade to|celebrating|having)(?: for)? (?:a|an|the|our|my|your)?\s?$"
)
_PLACES = ("first", "second", "third", "fourth", "fifth")


@lru_cache(maxsize=1024)
def _stems_of(choice: str) -> tuple[str, ...]:
    words = [word for word in re.findall(r"[^\W_]+", Message(choice).plain) if word not in STOP_WORDS]
    return tuple(stem(word) for word in words) or tuple(re.findall(r"[^\W_]+", Message(choice).plain))


def choices(message: Message, questions: Sequence[QuestionData], asked: str) -> list[Candidate]:
    """One candidate for each question of which exactly one choice is named."""
    found: list[Candidate] = []
    for question in questions:
        if question.kind is not Kind.CHOICE:
            continue
        named = _asked(message, question) if question.key == asked else _unasked(message, question)
        if named:
            found.append(named)
    return found


def _asked(message: Message, question: QuestionData) -> Candidate | None:
    if message.text.rstrip().endswith("?"):
        return None
    answer = _yes_or_no(message, question)
    if answer:
        return answer
    whole = _mentions(message, question, is_whole=True)
    parts = whole or _mentions(message, question, is_whole=False)
    if len({choice for choice, _, _ in parts}) == 1:
        choice, start, end = parts[0]
        return Candidate(question.key, Kind.CHOICE, choice, start, end, WHOLE if whole else PARTLY)
    return None if parts else _by_place(message, question)


def _yes_or_no(message: Message, question: QuestionData) -> Candidate | None:
    for pattern, words in ((_YES, _YES_WORDS), (_NO, _NO_WORDS)):
        meant = [choice for choice in question.choices if Message(choice).plain in words]
        match = pattern.match(message.plain)
        if meant and match and match.group().strip(" ,.!"):
            start = match.end() - len(match.group().lstrip(" \n\t,.!-"))
            return Candidate(question.key, Kind.CHOICE, meant[0], start, match.end(), WHOLE)
    return None


def _mentions(message: Message, question: QuestionData, *, is_whole: bool) -> list[tuple[str, int, int]]:
    """Choices that are named and not denied, with where their words stand."""
    words = [token for token in message.tokens if token.plain[0].isalnum()]
    said = [stem(token.plain) for token in words]
    shared = _shared(question)
    found: list[tuple[str, int, int]] = []
    for choice in question.choices:
        needed = [each for each in _stems_of(choice) if is_whole or each not in shared]
        for place in range(len(words)):
            run = _run(said, place, needed) if is_whole else int(said[place] in needed)
            if run and not certainty.is_negated(message, words[place].start, words[place + run - 1].end):
                found.append((choice, words[place].start, words[place + run - 1].end))
                break
    longest = [each for each in found if not any(other[1] <= each[1] and each[2] < other[2] for other in found)]
    return longest


def _shared(question: QuestionData) -> frozenset[str]:
    """Stems that several choices have: they tell none from another."""
    every = [each for choice in question.choices for each in set(_stems_of(choice))]
    return frozenset(each for each in every if every.count(each) > 1)


def _run(said: list[str], place: int, needed: Sequence[str]) -> int:
    """How many words from a place on make up a whole choice, small words between them skipped; 0 where they do not."""
    at = place
    if not needed or said[place] != needed[0]:
        return 0
    for each in needed:
        while at < len(said) and at - place < 2 * len(needed) and said[at] != each and said[at] in STOP_WORDS:
            at += 1
        if at >= len(said) or said[at] != each:
            return 0
        at += 1
    return at - place


def _by_place(message: Message, question: QuestionData) -> Candidate | None:
    match = re.search(
        r"\bthe (first|second|third|fourth|fifth|last|former|latter)(?: (?:one|option|choice))?\b", message.plain
    )
    if not match:
        return None
    said = {"former": "first", "latter": "second"}.get(match[1], match[1])
    place = len(question.choices) - 1 if said == "last" else _PLACES.index(said)
    if place >= len(question.choices) or certainty.is_negated(message, match.start(), match.end()):
        return None
    return Candidate(question.key, Kind.CHOICE, question.choices[place], match.start(), match.end(), PARTLY)


def _unasked(message: Message, question: QuestionData) -> Candidate | None:
    named = [each for each in _mentions(message, question, is_whole=True) if _is_unmistakable(message, question, each)]
    if len(named) != 1:
        return None
    choice, start, end = named[0]
    return Candidate(question.key, Kind.CHOICE, choice, start, end, UNASKED)


def _is_unmistakable(message: Message, question: QuestionData, named: tuple[str, int, int]) -> bool:
    choice, start, end = named
    if (
        message.sentence_at(start).is_question
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start)
    ):
        return False
    before, after = message.before(start, 60), message.plain[end : end + 30]
    own = {
        stem(word)
        for word in re.findall(r"[a-z]+", f"{question.key} {question.label}".replace("_", " ").lower())
        if word not in STOP_WORDS and len(word) > 2
    }
    following = re.match(r"[\s-]([a-z]+)", after)
    if _WISH.search(before) and following and stem(following[1]) in own:
        return True
    if len(_stems_of(choice)) > 1:
        return bool(_WISH.search(before))
    return (
        bool(_WISH_FOR_ONE.search(before))
        and bool(re.match(r"\s?(?:[.,!]|$|for|with|on|in|and|at|party|next|this)", after))
        and len(choice) > 3
    )
