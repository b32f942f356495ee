"""The visitor's own words as the answer to a question for text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language import phones
from language.words import STOP_WORDS
from leads.extraction.candidate import Candidate
from leads.extraction.counts.counted import PEOPLE
from leads.extraction.message import TextSentence, VisitorText, word_set
from leads.extraction.patterns import any_of, any_word
from leads.terms import Kind, QuestionData

ANSWERED = 0.85
_SMALL_TALK = any_of(
    any_word("hi hello hey hallo hola bonjour thanks thx ty cheers ok okay k great cool nice fine good perfect"),
    any_word("alright right sure yes yeah yep no nope nah hm+ um+ uh+ er+ lol haha\\w* wow please danke merci gracias"),
    any_word("ja nein oui non si there bye goodbye sorry what huh pardon wait moment"),
    "thank you|one moment|hang on|just a second|give me a (?:second|minute|moment)",
    "let me (?:check|see|think)(?: (?:that|about it))?",
)
_NO_ANSWER = re.compile(rf"\W*(?:(?:{_SMALL_TALK})\W*){{1,4}}")
_YES_OR_NO = re.compile(
    r"\s{0,3}(?:is|are|do|does|did|have|has|can|could|would|will|anything|gibt|haben|avez|y a|hay|tienen)\b"
)
_PLAIN_ANSWER = re.compile(r"\W*(?:yes|yeah|yep|no|nope|nothing|none|ja|nein|oui|non|si)\W*")
_NOT_UNDERSTOOD = re.compile(
    r"\b(?:(?:don't|do not|didn't) (?:understand|get (?:it|that|what)|know what you)|what do you mean|"
    r"why do you (?:want|need|ask)|not sure what you)\b"
)
_LEAD = re.compile(r"\s{0,3}(?:(?:well|oh|um+|uh+|er+|so|ok|okay|hm+|yeah|yes|sure|hi|hello)[, ]+){0,3}")
# What may stand beside the answer to another question, without answering this one: "80 people please", "buffet pls".
_BESIDE = word_set("please pls plz thx thanks guests persons pax total altogether approx circa next this about")
_VALUES = frozenset((Kind.DATE, Kind.NUMBER, Kind.MONEY, Kind.CHOICE))


def text_answer(message: VisitorText, question: QuestionData, facts: Sequence[Candidate] = ()) -> Candidate | None:
    """The first sentences that neither ask something nor hold contact details; None where nothing is said.

    `facts` answer other questions: a sentence of nothing else is no answer, and behind the first sentence they end it.
    """
    said = message.plain
    if _NOT_UNDERSTOOD.search(said):
        return None
    if _PLAIN_ANSWER.fullmatch(said) and (_YES_OR_NO.match(VisitorText(question.ask).plain) or said.strip()[:1] == "n"):
        return _candidate(message, question, 0, len(message.text))
    if _NO_ANSWER.fullmatch(said[:200]):
        return None
    kept = _statements(message, facts)
    return _candidate(message, question, kept[0].start, kept[-1].end) if kept else None


def _statements(message: VisitorText, facts: Sequence[Candidate]) -> list[TextSentence]:
    kept: list[TextSentence] = []
    for sentence in message.sentences:
        said = message.plain[sentence.start : sentence.end]
        is_answer = not (
            sentence.is_question
            or phones.EMAIL.search(said)
            or phones.NUMBER.search(said)
            or not said.strip()
            or _NO_ANSWER.fullmatch(said[:200])
            or (kept and any(sentence.start <= each.start < sentence.end for each in facts))
            or _is_of_others(message, sentence, facts)
        )
        if is_answer:
            kept.append(sentence)
        elif kept:
            break
    return kept


def _is_of_others(message: VisitorText, sentence: TextSentence, facts: Sequence[Candidate]) -> bool:
    """Whether the sentence only answers other questions: "30th of May next year", "buffet please"."""
    held = [
        (each.start, each.end)
        for each in facts
        if each.kind in _VALUES and sentence.start <= each.start < sentence.end and not each.is_declined
    ]
    if not held:
        return False
    rest = (
        token.plain.partition("'")[0]
        for token in message.tokens
        if sentence.start <= token.start < sentence.end
        and token.is_word
        and not any(start < token.end and token.start < end for start, end in held)
    )
    return all(word in STOP_WORDS or word in _BESIDE or word in PEOPLE for word in rest)


def _candidate(message: VisitorText, question: QuestionData, start: int, end: int) -> Candidate | None:
    lead = _LEAD.match(message.plain, start, end)
    first = lead.end() if lead and lead.end() < end else start
    while first < end and not message.text[first].isalnum():
        first += 1
    while end > first and not (message.text[end - 1].isalnum() or message.text[end - 1] in ")%\"'”"):
        end -= 1
    return Candidate(question.key, Kind.TEXT, message.text[first:end], first, end, ANSWERED) if end > first else None
