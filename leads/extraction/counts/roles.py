"""What a number does in its sentence, whatever words it is made of: the sum of what was told, the predicate of what is
counted, a second number beside the first. `counting` asks here where no noun and no frame says what is counted."""

from __future__ import annotations

import re

from language.words import stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.counts.counted import ALL_NOUNS, PEOPLE, counted, deeds, fits, words_of
from leads.extraction.counts.frames import AT_WORK, HAVE_BEFORE, OPEN, SENT
from leads.extraction.counts.nouns import is_bare
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word
from leads.terms import QuestionData

_SHORT_ANSWER = 4  # words
_BEFORE = 100  # characters in which what a number counts may have been named
_AMOUNTS_TO = any_of(
    "is|are|will be|would be|totals?|totalling|numbers?|reach(?:es|ed)?",
    "(?:stands?|sits?|sitting|settled|hovers?|remains?|peaks?|lies?|runs?)(?: \\w+)? (?:at|around|about)",
    "(?:comes?|amounts?|adds? up|grown|grew|risen|rose|down|up|shrunk|dropped|fallen|cut|increased) to",
)
_PREDICATE = re.compile(rf"\b(?:{_AMOUNTS_TO})(?: {OPEN}){{0,3}} $")
_INSTEAD = re.compile(
    rf"\b(?:it's|it is|we're at|now|these days|today|more like|closer to|realistically)(?:,? {OPEN}){{0,3}} $"
)
_IN_ALL = re.compile(r",? (?:in total|in all|altogether|all told|all together|overall|insgesamt|en tout|en total)\b")
_THEREFORE = re.compile(rf"\b(?:so|that's|that is|makes|that makes|making|makes it)(?: {OPEN}){{0,2}} $")
_WHO_ARE_THERE = re.compile(
    r" (?:of them |of us )?who (?!(?:do not|don't|dont|never|hate|aren't|are not|can't|won't)\b)"
)
_THERE_ARE = re.compile(rf"\b(?:it's|it is|there's|there are|we have|only)(?: {OPEN}){{0,3}} $")
_WILL = r"(?:'d|'ll| would| will| are going to| need to| have to| should)"
_USE = any_of(
    r"log(?:ging)? (?:in|on)|us(?:e|ing) (?:it|this|that|the \w+)|work(?:ing)? (?:with|in) (?:it|this|the \w+)",
    r"need(?:ing)? (?:access|it|an? (?:login|account|licen[cs]e|seat|user))|access it|access to",
)
_USES_IT = re.compile(rf"(?:-odd)?(?: [a-z]+){{0,3}}?(?: (?:who|that))?{_WILL}?(?: \w+)? (?:{_USE})\b")
_ANOTHER = re.compile(r"[^.;!?]{0,40}?\b(?:and|plus|&)(?: then)? (?:another|a further|an extra|an additional) ?$")
_EACH_OF = re.compile(r" (?P<groups>[a-z]+s) of (?:about |around |up to |roughly )?$")
_BUT_ONLY = re.compile(
    rf"\b(?:but|though|although|however|of (?:whom|which|them|those|us))\b[^.;!?]{{0,12}}\bonly(?: {OPEN}){{0,2}} $|"
    rf"\bof (?:which|whom)(?: {OPEN}){{0,2}} $"
)
_USING = frozenset(map(stem, ("use", "log", "access")))
_OF_OURS = re.compile(r" of (?:my|our) [a-z]+\b")
_IS_YOURS = re.compile(r"\b(?:with you|at yours?|already|since|loved?)\b")  # who is a customer joins no more
_TAKE_PART = any_word("join attend enrol register learn train participate come sign-?up")


def is_predicate(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "The number of coffee drinkers here has settled at 45": what is counted is the subject."""
    before = certainty.clause_before(message, amount.start_char)
    verb = _PREDICATE.search(before)
    return bool(verb) and is_bare(message, amount) and _names(before[: verb.start() if verb else 0], question)


def is_instead(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "We had 30 people before the merger, now it's 55": another number of what was counted before."""
    before = message.plain[max(0, amount.start_char - _BEFORE) : amount.start_char]
    is_second = bool(re.search(r"\d", before))
    return is_second and bool(_INSTEAD.search(before)) and is_bare(message, amount) and _names(before, question)


def _names(said: str, question: QuestionData) -> bool:
    return any(fits(word, question) for word in words_of(said))


def is_whole(message: VisitorText, amount: Amount) -> bool:
    """ "3 vets, 9 nurses and 4 on reception, so 16 in total"."""
    before = message.before(amount.start_char, 40)
    return bool(_IN_ALL.match(message.plain, amount.end_char)) and bool(_THEREFORE.search(before))


def is_conclusion(message: VisitorText, amount: Amount) -> bool:
    """ "Family alone is 40, then friends, so maybe 75"."""
    return bool(_THEREFORE.search(message.before(amount.start_char, 40)))


def are_persons(message: VisitorText, amount: Amount) -> bool:
    """ "It's more like 35 who show up": only people are "who"."""
    is_there = _THERE_ARE.search(message.before(amount.start_char, 40))
    return bool(is_there) and bool(_WHO_ARE_THERE.match(message.plain, amount.end_char))


def is_only_part(message: VisitorText, amount: Amount, question: QuestionData) -> bool:
    """ "There are 55 of us but only thirty or so are in and drink coffee"."""
    if not (is_bare(message, amount) or _does_behind(message, amount)):
        return False
    if not _BUT_ONLY.search(message.before(amount.start_char, 40)):
        return False
    done = deeds(question) | (_USING if counted(question) & {stem("users")} else frozenset())
    return bool({stem(word) for word in words_of(message.after(amount.end_char, 80))} & done)


def _does_behind(message: VisitorText, amount: Amount) -> bool:
    """ "Of which 90 work at a screen": the word behind is no noun that is counted."""
    return bool(
        re.match(r" (?:work|sit|use|need|drink|log|are|do|will|would)\b", message.plain[amount.end_char :][:12])
    )


def are_at_work(message: VisitorText, amount: Amount) -> bool:
    """ "We've 35 in the office"."""
    has = HAVE_BEFORE.search(message.before(amount.start_char, 40))
    return bool(has) and bool(AT_WORK.match(message.plain, amount.end_char))


def is_whole_answer(message: VisitorText, amount: Amount, noun: str) -> bool:
    """ "12 engineers", "10 doubles": all that is said, so what is counted was asked for."""
    said = re.findall(r"[a-z0-9'-]+", message.plain)
    return len(said) <= _SHORT_ANSWER and len(re.findall(r"\d+", message.plain)) <= 1 and noun not in ALL_NOUNS


def are_users(message: VisitorText, amount: Amount) -> bool:
    """ "Fifty people logging in", "6 in marketing that'd use it"."""
    return bool(_USES_IT.match(message.plain, amount.end_char))


def are_ours_who_join(message: VisitorText, amount: Amount, noun: str, question: QuestionData) -> bool:
    """ "My two daughters want to learn Spanish", "eighteen of our nurses will attend"."""
    is_ours = re.search(r"\b(?:my|our) $", message.before(amount.start_char, 12)) and noun.endswith("s")
    is_part = _OF_OURS.match(message.plain, amount.end_char)
    if not (is_ours or is_part) or (noun and noun not in PEOPLE and fits(noun, question)):
        return False
    if _IS_YOURS.search(message.after(amount.end_char, 60)):
        return False
    if is_part and SENT.search(message.before(amount.start_char, 40)):
        return True
    verbs = words_of(message.after(amount.end_char, 60))
    return bool({stem(word) for word in verbs} & deeds(question)) or any(
        re.fullmatch(_TAKE_PART, each) for each in verbs
    )


def added(message: VisitorText, first: Amount, second: Amount) -> bool:
    """ "20 on the ground floor and another 15 upstairs"."""
    return bool(_ANOTHER.fullmatch(message.plain[first.end_char : second.start_char]))


def multiplied(message: VisitorText, first: Amount, second: Amount, question: QuestionData) -> bool:
    """ "12 tables of eight", "two teams of six"."""
    said = _EACH_OF.fullmatch(message.plain[first.end_char : second.start_char])
    return bool(said) and not fits(said["groups"] if said else "", question) and bool(counted(question))
