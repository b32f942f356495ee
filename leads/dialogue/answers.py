"""Decides whether a message may contain the answer to a question, before its facts are read.

Facts are read by `leads.extraction`, in parallel with the reply. Here it is only decided what not to ask meanwhile.
"""

from __future__ import annotations

import re

from agents.llm.builtin.question.smalltalk import small_talk
from language.measures import measures
from language.phones import EMAIL, phones
from language.words import content_words, stem
from leads.dialogue.phrases import DATE_WORDS, NUMBER_WORDS, Sign
from leads.dialogue.signs import bounded, normalised, signs_of
from leads.terms import Kind, QuestionData

_SPAN = (
    r"days?|weeks?|months?|years?|quarters?|tage?n?|wochen?|monate?n?|jahre?n?|jours?|semaines?|mois|ans?|dias?|semanas?"
    r"|mes(?:es)?|anos?|trimestres?"
)
_DATE = re.compile(
    rf"\b(?:20\d\d-\d\d?(?:-\d\d?)?|\d{{1,2}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}}|\.)?|20[2-4]\d|\d+(?:st|nd|rd|th)"
    rf"|(?:\d+|next|this|coming|nachste[nrs]?|diese[nrs]?|kommende[nrs]?|prochaine?|proxim[oa]|end of|ende) (?:{_SPAN})"
    r"|(?:in )?may(?= \d|\W*$)|(?<=in )may)\b",
    re.IGNORECASE,
)
_LARGE = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:k|tsd|mio|m)\b|\b\d{1,3}(?:[.,' ]\d{3})+\b|\b[1-9]\d{3,}\b", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:my name(?:'s| is)|i am|i['’]?m|this is|it['’]?s|call me|name:|ich bin|ich hei(?:ß|ss)e|mein name"
    r"|je m['’]appelle|je suis|mon nom|me llamo|soy|mi nombre)\s+\w",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:gmbh|ag|ltd|limited|inc|llc|plc|corp|sarl|sas|company|firm|firma|unternehmen|entreprise|soci[ée]t[ée]|empresa"
    r"|(?:work|working|calling|writing) (?:at|for|from)|on behalf of|(?:i am|i['’]?m|we are|we['’]?re) (?:from|at|with)"
    r"|arbeite (?:bei|f[üu]r)|travaille (?:chez|pour)|trabajo en)\b",
    re.IGNORECASE,
)
MAX_NAME_WORDS = 6  # "Dr. Anna Maria van der Berg"
# Words that answer "do you have a machine already?", but not "what is your budget?".
_NO = {("no",), ("nope",), ("nah",), ("not", "yet"), ("not", "really"), ("nein",), ("non",)}
_DIGITS = re.compile(r"\d+")
_DIGITS_OF_A_PHONE = 6


def holds_contact(text: str) -> bool:
    """Whether the message contains an e-mail address or a telephone number."""
    return bool(EMAIL.search(text)) or bool(phones(text))


def values(kind: Kind, text: str) -> int:
    """How many values of that kind a text contains; 0 or 1 for kinds without a form of their own."""
    text = bounded(text)
    match kind:
        case Kind.EMAIL:
            return len(EMAIL.findall(text))
        case Kind.PHONE:
            return len(phones(text))
        case Kind.MONEY:
            return max(sum(each.dimension == "money" for each in measures(text)), len(_LARGE.findall(text)))
        case Kind.DATE:
            return len(_DATE.findall(text)) + sum(word in DATE_WORDS for word in normalised(text))
        case Kind.NUMBER:
            return _numbers(text)
        case Kind.NAME:
            return int(bool(_NAME.search(text)))
        case Kind.COMPANY:
            return int(bool(_COMPANY.search(text)))
    return 0


def _numbers(text: str) -> int:
    """Numbers that are not part of an address, a telephone number, a date or an amount of money."""
    for number in phones(text):
        text = text.replace(number, " ")
    for money in reversed([each for each in measures(text) if each.dimension == "money"]):
        text = f"{text[: money.start]} {text[money.end :]}"
    text = _DATE.sub(" ", EMAIL.sub(" ", text))
    return len(_DIGITS.findall(text)) + sum(word in NUMBER_WORDS for word in normalised(text))


def answers(question: QuestionData, text: str) -> bool:
    """Whether a text after a question, which asks nothing itself, probably answers it."""
    words = normalised(text)
    if not words:
        return False
    if values(question.kind, text):
        return True
    talk = small_talk(text)
    says_yes_or_no = talk == "ok" or words in _NO
    match question.kind:
        case Kind.MONEY | Kind.NUMBER:
            return bool(_DIGITS.search(text)) or any(word in NUMBER_WORDS for word in words)
        case Kind.PHONE:
            return sum(char.isdigit() for char in text) >= _DIGITS_OF_A_PHONE
        case Kind.NAME:
            is_short = len(words) <= MAX_NAME_WORDS and talk is None and Sign.SHORT_NO not in signs_of(text)
            return is_short and not any(word.isdigit() for word in words)
        case Kind.CHOICE:
            return _names_choice(question, words) or says_yes_or_no
        case Kind.COMPANY:
            return talk is None and Sign.SHORT_NO not in signs_of(text)
        case Kind.TEXT:
            return (talk is None and Sign.SHORT_NO not in signs_of(text)) or says_yes_or_no
    return False


def may_hold(question: QuestionData, text: str, told: str, answered: QuestionData | None) -> bool:
    """Whether the message may contain the answer, so that it would be odd to ask the question now.

    `told` are the sentences that ask nothing. `answered` is the question that the message answers; it uses one value.
    """
    words = normalised(text)
    if question.kind is Kind.CHOICE:
        return _names_choice(question, words)
    if question.kind is Kind.TEXT:
        return _speaks_of(question, told)
    taken = answered is not None and answered.kind is question.kind
    return values(question.kind, text) > int(taken)


def _names_choice(question: QuestionData, words: tuple[str, ...]) -> bool:
    said = f" {' '.join(words)} "
    return any(f" {' '.join(normalised(choice))} " in said for choice in question.choices if normalised(choice))


def _speaks_of(question: QuestionData, told: str) -> bool:
    """Whether the text has at least half of the label's words: "Current machine" and "We have an old machine"."""
    label = {stem(word) for word in content_words(question.label)}
    said = {stem(word) for word in content_words(bounded(told))}
    return bool(label) and 2 * len(label & said) >= len(label)
