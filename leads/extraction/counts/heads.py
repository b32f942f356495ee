"""People who are told one by one or in parts: "me and my mum", "2 adults, 1 child", "both of us", "zu dritt"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from language.words import stem
from leads.extraction import certainty
from leads.extraction.candidate import Candidate
from leads.extraction.counts.counted import counted, counts_guests, counts_people, deeds, role_stems
from leads.extraction.message import VisitorText, word_set
from leads.extraction.numerals import numbers_in_a_word
from leads.terms import Kind, QuestionData

ADDED, TOLD = 0.97, 0.9  # confidence: above what a part of the sum gives alone; a count that has one meaning only
_MAX_PLACES = 6  # of one message
_NUMBERS = {
    word: value
    for language in ("en", "de", "fr", "es")
    for word, value in numbers_in_a_word(language).items()
    if value and (value <= 12 or language == "en")
}
_COUNT = rf"(?:\d{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_ONE = (
    r"(?:wife|husband|partner|girlfriend|boyfriend|fiancee?|spouse|mum|mom|mother|dad|father|son|daughter|brother|"
    r"sister|"
    r"kid|child|baby|toddler|boy|girl|friend|mate|colleague|coworker|co-worker|boss|assistant|apprentice|intern|"
    r"trainee|"
    r"flatmate|housemate|roommate|nan|gran|grandma|grandmother|grandad|grandfather|cousin|aunt|uncle|niece|nephew|"
    r"neighbou?r|frau|mann|freundin|freund|sohn|tochter|kind|mutter|vater|schwester|bruder|kollege|kollegin|"
    r"femme|mari|copine|copain|fils|fille|mere|pere|soeur|frere|collegue|mujer|marido|novia|novio|hijo|hija|madre|"
    r"padre|hermana|hermano|pareja|companero|companera)"
)
_SEVERAL = (
    r"(?:adults?|grown-?ups|kids?|child(?:ren)?|babies|toddlers?|boys?|girls?|sons?|daughters?|friends?|mates?|"
    r"colleagues?|coworkers?|others|more|employees?|staff|people|ppl|persons?|guys|lads|apprentices?|interns?|"
    r"trainees?|partners?|m[uo]ms|dads|brothers?|sisters?|siblings?|nieces?|nephews?|cousins?|aunts?|uncles?|interns|"
    r"(?:flat|house|room|team)mates?|neighbou?rs|teens?|teenagers?|seniors?|pensioners?|erwachsene|kinder|kollegen|freunde|mitarbeiter|leute|personen|"
    r"adultes?|enfants?|collegues?|amis|personnes?|adultos?|ninos?|ninas?|hijos?|companeros?|amigos?|personas?)"
)
_MY = r"(?:my|our|the|an?|her|his|mein\w{0,2}|unser\w{0,2}|ma|mon|mes|notre|mi|mis|nuestr[oa])"
_JOIN = r"(?:,? (?:and|plus|und|et|y) |, | ?[+&] ?)"
_ME = r"(?:me|myself|i|ich|moi|yo)"
_PART = re.compile(
    rf"(?P<me>{_ME})(?![\w'])|(?:the )?(?P<us>{_COUNT}) of us\b|"
    rf"(?:{_MY} )?(?P<count>{_COUNT}) (?:{_MY} |other |more |small |young |little |grown-?up )*(?P<nouns>{_SEVERAL})\b|"
    rf"(?:{_MY} (?:[a-z]+ )?|(?={_ONE}(?:,| and| &| ?\+)))(?P<one>{_ONE})\b|"
    r"(?:my|our|the) (?P<parents>parents|twins)\b|"
    rf"(?:an?|the|my|our) (?:[a-z]{{3,12}} )?(?P<pet>dogs?|cats?|puppy)\b|(?:{_COUNT} )(?P<pets>dogs?|cats?)\b|"
    rf"(?P<bare>{_COUNT})(?! ?(?:[.,:/%€$£]\d|[€$£%]|[a-z]))"
)
_BETWEEN = re.compile(_JOIN)
_AND_ME = re.compile(r"(?: (?:and|plus|und|et|y) | ?[+&] ?)(?:me|myself|ich|moi|yo)\b")  # "12 + me"
_LEAD = re.compile(
    r"(?:^|[.!?;:\n,]|\b(?:it's|its|it is|it'd be|it would be|that's|that would be|there's|there is|there are|"
    r"there'd be|"
    r"we are|we're|we'd be|we have|just|only|so|well|um|uh|yes|yeah|ok|hi|hello|for|with|wir sind|on est|"
    r"nous sommes|somos|nur|seulement|solo|about|around|and))[\s,]{0,3}$"
)
_IS_ALL = re.compile(r"\b(?:just|only)[\s,]{1,2}$")  # "just me, my brother and the two girls in accounts"
_BOTH = re.compile(
    r"\b(?:both of us|us two|we two|the (?:pair|two) of us|two of us|wir beide[n]?|wir zwei|nous deux|nosotros dos|"
    r"los dos|las dos|toutes? les deux|tous les deux)\b"
)
_TOGETHER = {
    "zweit": 2, "dritt": 3, "viert": 4, "funft": 5, "sechst": 6, "siebt": 7, "acht": 8, "neunt": 9, "zehnt": 10,
    "elft": 11, "zwolft": 12,
}  # fmt: skip
_AS_MANY = re.compile(rf"\bzu (?P<many>{'|'.join(_TOGETHER)})\b")
_ALONE = re.compile(
    r"\b(?:i live (?:here )?(?:alone|by myself|on my own|all alone)|i'm (?:alone|on my own|by myself) here|"
    r"it's (?:just|only) me(?! ?(?:and|plus|&|\+|,))(?: here| living here| at home| in the (?:house|flat))?|"
    r"ich (?:wohne|lebe) (?:\w+ )?allein|je (?:vis|suis) (?:tout )?seule?|vivo sol[oa])\b"
)
# What those who join, live or take part say of themselves; other questions need more than "my sister and I want".
_JOINING = word_set("join sign enrol enroll register learn attend take part live living come train participate wanna")


def heads(
    message: VisitorText, found: Sequence[Candidate], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """The count that a message tells in parts or in a word of its own, to the one question for people that it answers.

    `found`: the counts that were read already; one of them may be the first part of a sum.
    """
    question = _question(questions, asked)
    if question is None:
        return []
    is_asked = question.key == asked
    told = next(_sums(message, found, question, is_asked), None) or _in_a_word(message, question, is_asked)
    if not told or not _is_own(message, *told[1:3]):
        return []
    many, start, end, confidence = told
    return [Candidate(question.key, Kind.NUMBER, str(many), start, end, confidence)]


def _question(questions: Sequence[QuestionData], asked: str) -> QuestionData | None:
    """The question for people that was asked, else the only one."""
    of_people = [each for each in questions if each.kind is Kind.NUMBER and _is_of_people(each)]
    if asked and any(each.key == asked for each in questions if each.kind is Kind.NUMBER):
        return next((each for each in of_people if each.key == asked), None)
    direct = [each for each in of_people if counts_people(each)] or of_people
    return direct[0] if len(direct) == 1 else None


@lru_cache(maxsize=512)
def _is_of_people(question: QuestionData) -> bool:
    held = counted(question)
    return bool(counts_people(question) or counts_guests(question) or held & (role_stems() | {stem("users")}))


def _is_own(message: VisitorText, start: int, end: int) -> bool:
    sentence = message.sentence_at(start)
    return not (
        sentence.is_question
        or certainty.is_negated(message, start, end)
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
    )


def _sums(
    message: VisitorText, found: Sequence[Candidate], question: QuestionData, is_asked: bool
) -> Iterator[tuple[int, int, int, float]]:
    """Number, start, end and confidence of each sum of people in the message."""
    counts = {each.start for each in found if each.key == question.key}
    place = tries = 0
    while tries < _MAX_PLACES and (first := _PART.search(message.plain, place)):
        tries += 1
        total, end, parts, has_self = _added(message, first)
        place = max(end, first.end())
        begins = _LEAD.search(message.plain[max(0, first.start() - 30) : first.start()])
        extends = any(first.start() <= each < first.end() for each in counts)
        if parts < 2 or not begins or not _is_whole(message, first.start()):
            continue
        is_all = _IS_ALL.search(message.plain[max(0, first.start() - 20) : first.start()])
        joins = not counts and has_self and (is_all or _says_deed(message, first.start(), question))
        if is_asked or extends or joins:
            yield total, first.start(), end, ADDED


def _added(message: VisitorText, first: re.Match[str]) -> tuple[int, int, int, bool]:
    """What the parts from here on add up to, where they end, how many they are, and whether the visitor is one."""
    total = parts = 0
    end, has_self, part = first.start(), False, first
    while part:
        if (part["bare"] and not has_self and not _AND_ME.match(message.plain, part.end())) or (
            part["us"] and parts
        ):  # "…, twelve of us altogether" is the sum
            break
        is_self = bool(part["me"] or part["us"])
        total += _people_of(part)
        parts, has_self, end = parts + 1, has_self or is_self, part.end()
        between = _BETWEEN.match(message.plain, end)
        following = _PART.match(message.plain, between.end()) if between else None
        part = following if following and not (following["me"] and has_self) else None  # type: ignore[assignment]
    return total, end, parts, has_self


def _people_of(part: re.Match[str]) -> int:
    said = part["us"] or part["count"] or part["bare"]
    if said:
        return int(said) if said.isdecimal() else _NUMBERS[said]
    return 0 if part["pet"] or part["pets"] else 2 if part["parents"] else 1


def _is_whole(message: VisitorText, start: int) -> bool:
    return not message.plain[start - 1 : start].isalnum()


def _says_deed(message: VisitorText, start: int, question: QuestionData) -> bool:
    """Whether the sentence says that they do what the question asks of them."""
    if counts_guests(question):
        return False  # who invites is no guest
    sentence = message.sentence_at(start)
    said = set(re.findall(r"[a-z]+", message.plain[sentence.start : sentence.end]))
    asked = set(re.findall(r"[a-z]+", f"{question.ask} {question.label}".lower()))
    is_joining = bool(asked & (_JOINING | {"learners", "participants", "members"})) and bool(said & _JOINING)
    return is_joining or bool({stem(word) for word in said} & deeds(question) - {stem("like"), stem("would")})


def _in_a_word(message: VisitorText, question: QuestionData, is_asked: bool) -> tuple[int, int, int, float] | None:
    both = _BOTH.search(message.plain) if is_asked else None
    if both:
        return 2, both.start(), both.end(), TOLD
    together = _AS_MANY.search(message.plain)
    if together:
        return _TOGETHER[together["many"]], together.start(), together.end(), TOLD
    alone = _ALONE.search(message.plain)
    lives = alone and (is_asked or deeds(question) & {stem("live"), stem("home"), stem("household")})
    return (1, alone.start(), alone.end(), TOLD) if alone and lives else None
