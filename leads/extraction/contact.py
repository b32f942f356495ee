"""E-mail addresses and phone numbers of the visitor, written or spoken; those of others are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from language import phones
from leads.extraction import certainty
from leads.extraction.message import VisitorText, word_set
from leads.extraction.numerals import numbers_in_a_word
from leads.extraction.patterns import any_of, any_word

MAX_CALLS = 10  # numbers of one message that the library looks at, a millisecond each
MAX_CONTACTS = 20  # of one message: each is checked by a library
AS_WRITTEN = 0.7  # confidence: it looks like a number to call
POSSIBLE, VALID = 0.85, 0.97  # the length fits; the numbering plan has it
_SPOKEN_DOT = r"(?:dot|punkt|point|punto)"
_SPOKEN_AT = r"(?:at|arobase|arroba|ät|klammeraffe)"
# "m a r k", "mark", "mark.twain"; single letters are read from the first of them, or each of many would be a begin
_PART = r"(?:(?<! [a-z0-9] )(?:[a-z0-9] ){1,20}[a-z0-9](?![a-z0-9])|[a-z0-9][a-z0-9-]{0,40}(?:\.[a-z0-9-]{1,40}){0,3})"
_OBSCURED = re.compile(
    r"(?<![\w.@+-])(?P<local>[\w+-]{1,40}(?:\.[\w+-]{1,40}){0,3})\s?[\[(<{]\s?(?:at|@)\s?[\])>}]\s?"
    r"(?P<domain>[\w-]{1,40}(?:\s?(?:\.|[\[(<{]\s?(?:dot|\.)\s?[\])>}])\s?[\w-]{2,20}){1,3})(?!\w)"
)
_SAID_NUMBERS = {word: str(value) for word, value in numbers_in_a_word("en").items()}
_SAID_NUMBER = "|".join(_SAID_NUMBERS)
_SPOKEN = re.compile(
    rf"(?<![\w@'.])(?!(?:me|us|you|him|her|them|it|is|are|be|look|find|here|address)\s)"
    rf"(?P<local>{_PART}(?: (?:{_SPOKEN_DOT}|underscore|hyphen|dash|minus|plus) {_PART}| (?:{_SAID_NUMBER})){{0,4}})"
    rf" (?:{_SPOKEN_AT}|@) (?P<domain>{_PART}(?: {_PART}){{0,2}}?(?: {_SPOKEN_DOT} [a-z]{{2,12}}){{1,3}})\b"
)
_SPELT = re.compile(r"[a-z0-9](?:-[a-z0-9]){2,30}")  # "n-a-d-i-a"
_JOINS = {
    "underscore": "_",
    "hyphen": "-",
    "dash": "-",
    "minus": "-",
    "plus": "+",
    **dict.fromkeys(["dot", "punkt", "point", "punto"], "."),
}
_MAIL_SAID = re.compile(
    r"\b(?:e-?mail|mail|courriel|correo|address|adresse|direccion|write|reach|contact|schreib\w*|send|at|"
    r"it's|its|it is)\b"
)
_SMALL_TALK = re.compile(r"\W*(?:(?:yes|yeah|sure|ok|okay|so|um+|uh+|er+|well|right|hi|hello)\W{1,3}){0,3}")
_NO_LOCAL = word_set(
    "me us you him her them it look looked looking find found us see seen meet work works working worked is are "
    "be was available shop buy bought visit here there site website page online not and or arrive arrived order "
    "ordered one read info_"
)
_ON_PAPER = "on (?:your|{the}) (?:site|website|page|invoice|card|flyer|van|poster)"
_KEEP_OUT = "don't|do not|never|stop|please don't|remove|unsubscribe|delete|nicht|ne pas|no me"
_OUTDATED = "no longer|instead of|rather than|old|previous|former|used to (?:be|have)"
_HEARD_FROM = any_of(
    any_word("called rang phoned emailed tried dialled dialed mailed"),
    "wrote to|written to|(?<!be )(?<!get )contacted",
    "(?:calls?|texts?|messages?|sms|e-?mails?|mails?|letters?) from",
)
_NOT_THEIRS = re.compile(
    rf"\b(?:{any_of(_KEEP_OUT, _OUTDATED, _HEARD_FROM, _ON_PAPER.format(the='the'))})\b[^.;!?]{{0,40}}$"
)
_FAILS = any_of(
    "bounces?|bounced|doesn't work|does not work|didn't work|isn't working|is not working|no longer|rings out",
    "is (?:down|wrong|dead|invalid|old|your)|does not exist|doesn't exist|never (?:answers?|replies)|is always",
    "wrote|emailed|called|rang",
)
_IS_DEAD = re.compile(rf"(?: \w+){{0,3}}? (?:{_FAILS}|{_ON_PAPER.format(the='the|this')})\b")
_OF_OFFICE = re.compile(
    r"\b(?:our|the|my) (?:accounts|billing|finance|legal|hr|it|accounting)"
    r"(?: (?:dept|department|team|people|address))? (?:is|are|at)\b"
)
_ASKS_ABOUT = re.compile(
    r"^\W*(?:(?:and|so|but|hi|hello)[ ,]+)?(?:is|was|are|does|did|who|whose|what|why)\b(?![^?]* (?:my|our|me)\b)"
)
_CALL = any_word("call ring phone text reach whatsapp mobile cell tel telephone telefon handy portable movil")
_PHONE_SAID = re.compile(
    rf"\b(?:{_CALL}|number(?: is|:|'s)|me (?:at|on|under)|nummer|rufnummer|numero|telefono)\b[^.;!?]{{0,30}}$"
)
_CALL_SAID = re.compile(rf"\b(?:{_CALL})\b")
_CODED = any_word(
    "order invoice customer ref reference ticket tracking parcel serial iban account vat tax article item product part "
    "model case card contract policy booking isbn ean sku hrb company registration "
    "bestell\\w* rechnung\\w* kunden\\w* ust\\w* commande facture pedido factura"
)
_CODE_SAID = re.compile(rf"\b(?:{_CODED})\b[^.;!?,]{{0,25}}$")
_ENGLISH = "zero one two three four five six seven eight nine"
_GERMAN = "null eins zwei drei vier funf sechs sieben acht neun"
_DIGIT_WORDS = {
    **{said: str(value) for words in (_ENGLISH, _GERMAN) for value, said in enumerate(words.split())},
    "oh": "0", "o": "0", "nought": "0", "zwo": "2",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3, "doppel": 2}
_BEGINS_NUMBER = frozenset((*_DIGIT_WORDS, *_TIMES, "plus"))
_MIN_DIGITS = 7
# Beside a run of digits they are a part of the number, and nobody knows whether "twenty seven" is 27 or 20 and 7.
_TENS = word_set(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty "
    "seventy eighty ninety"
)


@dataclass(frozen=True, slots=True)
class FoundContact:
    """An address or a number: as it is stored, and where its words stand, in characters."""

    value: str
    start: int
    end: int
    confidence: float
    is_theirs: bool  # of the visitor, as far as the words tell


def emails(message: VisitorText, *, is_asked: bool = False) -> list[FoundContact]:
    """All addresses, each with whether it is the visitor's own."""
    found: list[FoundContact] = []
    for start, end, written in _addresses(message, is_asked):
        if any(start < each.end and each.start < end for each in found):
            continue
        value = _checked(written)
        if value:
            found.append(FoundContact(value, start, end, VALID, _is_theirs(message, start, end)))
        if len(found) == MAX_CONTACTS:
            break
    return sorted(found, key=lambda each: each.start)


def _addresses(message: VisitorText, is_asked: bool) -> Iterator[tuple[int, int, str]]:
    if "@" in message.text:
        for match in phones.EMAIL.finditer(message.text):
            yield match.start(), match.end(), match.group()
    for match in _OBSCURED.finditer(message.small):
        domain = re.sub(r"\s?[\[(<{]?\s?(?:dot|\.)\s?[\])>}]?\s?", ".", match["domain"])
        yield match.start(), match.end(), f"{match['local']}@{domain}"
    for match in _SPOKEN.finditer(message.small):
        before = message.before(match.start(), 50)
        is_said = is_asked or bool(_MAIL_SAID.search(before)) or bool(_SMALL_TALK.fullmatch(before))
        if is_said and match["local"].split()[0] not in _NO_LOCAL:
            yield match.start(), match.end(), f"{_joined(match['local'])}@{_joined(match['domain'])}"


def _joined(said: str) -> str:
    words = said.split()
    joined = [words[0], *(_JOINS.get(word) or _SAID_NUMBERS.get(word, word) for word in words[1:])]
    # "Eighty eight" is 88, and no 808.
    told = re.sub(r"(?<=[2-9])0 ([1-9])(?!\d)", r"\1", " ".join(joined)).replace(" ", "")
    return told.replace("-", "") if _SPELT.fullmatch(told) else told


def _checked(written: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # heavy: the start of a server does not pay for it

    try:
        return validate_email(written.rstrip(".-"), check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def _is_theirs(message: VisitorText, start: int, end: int) -> bool:
    is_refused = _NOT_THEIRS.search(message.before(start, 70)) or _IS_DEAD.match(message.plain[end : end + 60])
    is_asked_about = message.sentence_at(start).is_question and _ASKS_ABOUT.search(message.before(start, 70))
    return not (
        is_refused
        or is_asked_about
        or _OF_OFFICE.search(message.before(start, 50))
        or certainty.is_of_others(message, start)
        or certainty.is_negated(message, start, end)
    )


def phone_numbers(message: VisitorText, country: str, *, is_asked: bool = False) -> list[FoundContact]:
    """All numbers, each with whether it is the visitor's own.

    In E.164; one that no numbering plan has, or whose country nobody named, as it would be dialled. The visitor is told
    that it is saved (`agents.llm.offers.contact_left`), so it is.
    """
    found: list[FoundContact] = []
    written = phones.phones(message.text)
    for tries, (start, end, digits) in enumerate(_candidates(message, is_asked)):
        if tries == MAX_CALLS:
            break
        before = message.before(start, 60)
        if _is_code(before):
            continue
        is_national = (
            digits.startswith("0") and digits in written
        )  # in groups, and with the zero of a call within a country
        checked = _dialled(digits, country, is_sure=is_asked or is_national or bool(_PHONE_SAID.search(before)))
        if not checked and digits in written:
            checked = phones.dialled(digits), AS_WRITTEN
        if checked and not any(start < each.end and each.start < end for each in found):
            found.append(FoundContact(checked[0], start, end, checked[1], _is_theirs(message, start, end)))
    return sorted(found, key=lambda each: each.start)


def _is_code(before: str) -> bool:
    """Whether the words before a number say that it is none to call: "my order number is"."""
    code = _CODE_SAID.search(before)
    return bool(code) and not _CALL_SAID.search(before[code.start() if code else 0 :])


def _candidates(message: VisitorText, is_asked: bool) -> Iterator[tuple[int, int, str]]:
    for match in phones.find_phones(message.text):
        yield match.start(), match.end(), match.group()
    if is_asked:
        for match in phones.NUMBER.finditer(message.text):
            yield match.start(), match.end(), match.group()
    yield from _spoken_numbers(message)


def _spoken_numbers(message: VisitorText) -> Iterator[tuple[int, int, str]]:
    """Runs of digits that are said one by one: "oh seven double nine …", with "plus" before them."""
    tokens, index = message.tokens, 0
    while index < len(tokens):
        if tokens[index].plain not in _BEGINS_NUMBER:
            index += 1
            continue
        digits, end, words = _said_digits(message, index)
        beside = {tokens[index - 1].plain if index else "", tokens[end].plain if end < len(tokens) else ""}
        if not beside & _TENS and words >= _MIN_DIGITS - 2 and len(digits) - digits.startswith("+") >= _MIN_DIGITS:
            yield tokens[index].start, tokens[end - 1].end, digits
        index = max(end, index + 1)


def _said_digits(message: VisitorText, index: int) -> tuple[str, int, int]:
    tokens, digits, end, words = message.tokens, "", index, 0
    if tokens[index].plain == "plus":
        digits, end = "+", index + 1
    last = end
    while end < len(tokens):
        word = tokens[end].plain
        following = tokens[end + 1].plain if end + 1 < len(tokens) else ""
        if word in _TIMES and following in _DIGIT_WORDS:
            digits += _DIGIT_WORDS[following] * _TIMES[word]
            end += 2
        elif word in _DIGIT_WORDS:
            digits += _DIGIT_WORDS[word]
            end += 1
        elif word == "hundred" and words:
            digits += "00"
            end += 1
        elif word in {",", "-"} and following in (_DIGIT_WORDS | _TIMES):
            end += 1
            continue
        else:
            break
        words, last = words + 1, end
    return digits, max(last, index), words


def _dialled(digits: str, country: str, *, is_sure: bool) -> tuple[str, float] | None:
    """In E.164. A number that the numbering plan lacks is taken only where the words say that it is one."""
    import phonenumbers  # heavy: the start of a server does not pay for it

    leniency = phonenumbers.Leniency.POSSIBLE if is_sure else phonenumbers.Leniency.VALID
    for match in phonenumbers.PhoneNumberMatcher(digits, country or None, leniency=leniency):
        is_valid = phonenumbers.is_valid_number(match.number)
        written = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        return written, VALID if is_valid else POSSIBLE
    return None
