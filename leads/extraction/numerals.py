"""Numbers as people write and say them: "1,500", "2.5", "forty", "two hundred and fifty", "fünfundzwanzig"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from leads.extraction.currencies import SIGNS
from leads.extraction.message import VisitorText, word_set

MAX_DIGITS = 12  # what is longer is a code
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.'’]\d{3})+")
_DECIMAL = re.compile(r"\d+[.,]\d{1,2}")
_BOTH = re.compile(r"\d{1,3}(?:(?:,\d{3})+\.|(?:\.\d{3})+,|(?:['’]\d{3})+\.)\d{1,2}")  # "3,250.00", "3.250,00"
_WHOLE = re.compile(r"\d+")

_ONES = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen "
    "eighteen nineteen",
    "de": "null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
    "sechzehn siebzehn "
    "achtzehn neunzehn",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit "
    "dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis "
    "veintisiete veintiocho "
    "veintinueve",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
}
_MORE = {
    "en": {"fourty": 40, "fourtyfive": 45, "ninty": 90, "twelwe": 12, "fivteen": 15},
    "de": {
        "eins": 1, "eine": 1, "einen": 1, "einer": 1, "zwo": 2, "dreißig": 30, "fuenf": 5,
        "zwoelf": 12, "fuenfzig": 50, "fuenfzehn": 15,
    },
    "fr": {"une": 1, "septante": 70, "huitante": 80, "octante": 80, "nonante": 90},
    "es": {"un": 1, "una": 1, "veintiun": 21},
}  # fmt: skip
# "one" and its like stand for other things more often than for a number.
_WEAK = word_set("one a an ein eine einen einer eins un une uno una once")
_HUNDRED = {"hundred": "en", "hundert": "de", "cent": "fr", "cents": "fr", "cien": "es", "ciento": "es"}
_THOUSAND = word_set("thousand grand k tausend mille mil tsd")
_ALONE = {"hundert": "de", "tausend": "de", "cent": "fr", "mille": "fr", "cien": "es", "ciento": "es", "mil": "es"}
_MILLION = word_set("million millions millionen mio millon millones mn")
_INDIAN = {"lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "crore": 10_000_000, "crores": 10_000_000}
_JOINERS = word_set("and und et y")
# "Une vingtaine de personnes": about as many.
_DOZEN = {
    "dozen": 12,
    "dutzend": 12,
    "douzaine": 12,
    "docena": 12,
    "dizaine": 10,
    "vingtaine": 20,
    "trentaine": 30,
    "quarantaine": 40,
    "cinquantaine": 50,
    "soixantaine": 60,
    "centaine": 100,
    "decena": 10,
    "veintena": 20,
    "treintena": 30,
    "centenar": 100,
    "quinzaine": 15,
    "couple": 2,
    "pair": 2,
    "paire": 2,
    "par": 2,
}
_TIME_BEFORE = word_set("at by before until till from past half around after since")
_NOT_BEHIND_TENS = word_set("am pm o'clock odd and hundred thousand") | _THOUSAND
_OF_WHICH = word_set("of the our my those these us")
_PAIRS = word_set("couple pair paire par")  # fmt: skip
_MULTIPLIES = frozenset(_HUNDRED) | _THOUSAND | _MILLION | frozenset(_DOZEN)
_WELL_MEASURED = word_set("good full whole cool solid round gut gute guten")
_A = word_set("a an ein eine une una")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and where it ends: `end` is the index of the first token behind it."""

    value: Decimal
    end: int
    is_weak: bool = False  # "one", "a"
    is_scaled: bool = False  # with "k", "thousand", "million"
    is_digits: bool = True
    scale: int = 1000  # of "k" or "thousand", "lakh", "million", where it is scaled


def numbers_in_a_word(language: str) -> dict[str, int]:
    """The words for 0 to 19 and for the tens of a language, spelt without accents, each with its number."""
    ones, tens = _ONES[language].split(), _TENS[language].split()
    first_ten = -(-len(ones) // 10) * 10
    return {word: value for value, word in enumerate(ones)} | {
        word: first_ten + 10 * place for place, word in enumerate(tens)
    }


Phrases = dict[str, list[tuple[tuple[str, ...], int]]]


@lru_cache(maxsize=64)
def small_numbers(languages: tuple[str, ...]) -> Phrases:
    """Numbers below 100 (German: below 1,000) by their first word, the longest first; words without hyphens."""
    phrases: Phrases = {}
    for language in languages:
        for value, said in _counted(language):
            parts = tuple(said.replace("-", " ").split())
            phrases.setdefault(parts[0], []).append((parts, value))
    for known in phrases.values():
        known.sort(key=lambda each: -len(each[0]))
    return phrases


def number_begins(languages: tuple[str, ...]) -> frozenset[str]:
    """The words at which a number may begin."""
    return frozenset((*small_numbers(languages), *_A, *_ALONE, *_PAIRS, "half", "dozen"))


def _counted(language: str) -> list[tuple[int, str]]:
    if language not in _ONES:
        return []
    ones, tens = _ONES[language].split(), _TENS[language].split()
    found = list(enumerate(ones)) + [(value, said) for said, value in _MORE[language].items()]
    first_ten = 30 if language == "es" else 20
    for place, ten in enumerate(tens):
        value = first_ten + 10 * place
        found.append((value, ten))
        found += [(value + one, _joined(language, ten, one, ones)) for one in range(1, 10)]
    if language == "fr":
        found += _french(ones)
    if language == "de":
        found += [(1, "ein")]
        found += [(hundred * 100, f"{ones[hundred]}hundert") for hundred in range(1, 10)]
        found += [(1000 * many, f"{said}tausend") for many, said in list(found) if many]
    return found


def _joined(language: str, ten: str, one: int, ones: list[str]) -> str:
    if language == "de":
        return f"{ones[one]}und{ten}"
    if language == "es":
        return f"{ten} y {ones[one]}"
    return f"{ten} et un" if language == "fr" and one == 1 else f"{ten} {ones[one]}"


def _french(ones: list[str]) -> list[tuple[int, str]]:
    seventies = [(60 + many, f"soixante {ones[many]}") for many in range(10, 20)] + [(71, "soixante et onze")]
    return [*seventies, (80, "quatre vingts"), (80, "quatre vingt")] + [
        (80 + many, f"quatre vingt {ones[many]}") for many in range(1, 20)
    ]


def numeral_at(message: VisitorText, index: int, languages: Sequence[str]) -> Numeral | None:
    """The number that begins with this token, or None."""
    if message.tokens[index].is_number:
        return _scaled(message, _digits(message, index, "fr" in languages), languages)
    return _scaled(message, _spoken(message, index, tuple(languages)), languages)


def _digits(message: VisitorText, index: int, is_french: bool) -> Numeral | None:
    value = written_value(message.tokens[index].plain)
    if value is None:
        return None
    end = index + 1
    while value < 10**9 and _is_group_of_thousand(message, end, is_french):
        value, end = value * 1000 + int(message.tokens[end].plain), end + 1
    return Numeral(value, end)


def _is_group_of_thousand(message: VisitorText, index: int, is_french: bool) -> bool:
    """ "1 000", in French and with a space that does not break "1 500" too."""
    if index >= len(message.tokens):
        return False
    token, before = message.tokens[index], message.tokens[index - 1]
    is_group = token.is_number and len(token.plain) == 3 and token.plain.isdecimal() and len(before.plain) <= 3
    is_close = message.text[before.end : token.start] in {"\u00a0", "\u202f"}
    return (
        is_group
        and (is_french or is_close or token.plain == "000")
        and token.start == before.end + 1
        and before.plain.isdecimal()
    )


def written_value(written: str) -> Decimal | None:
    """What "1,500", "1.500", "2,5" or "40" stand for; None for a code such as "007" and for what is too long."""
    is_code = len(written) > 1 and written[:2].isdecimal() and written[0] == "0"
    if is_code or sum(letter.isdecimal() for letter in written) > MAX_DIGITS:
        return None
    if _THOUSANDS.fullmatch(written) and written[0] != "0":
        return Decimal("".join(letter for letter in written if letter.isdecimal()))
    if _BOTH.fullmatch(written):
        return Decimal(re.sub(r"\D", "", written[:-3]) + "." + written[-2:]) if written[-3] in ".," else None
    if _DECIMAL.fullmatch(written):
        return Decimal(written.replace(",", "."))
    return Decimal(written) if _WHOLE.fullmatch(written) else None


def _spoken(message: VisitorText, index: int, languages: tuple[str, ...]) -> Numeral | None:
    word, tokens = message.tokens[index].plain, message.tokens
    following = tokens[index + 1].plain if index + 1 < len(tokens) else ""
    if word in _A and (following in _MULTIPLIES) and following != "k":
        if following in _DOZEN:
            return _several(message, index + 1)
        return Numeral(Decimal(1), index + 1, is_digits=False)
    behind = tokens[index + 2].plain if index + 2 < len(tokens) else ""
    if word in _A and following in _WELL_MEASURED and behind in _MULTIPLIES - {"k"} - frozenset(_DOZEN):
        return Numeral(Decimal(1), index + 2, is_digits=False)  # "a good hundred"
    if word in _A and following == "single":
        return Numeral(Decimal(1), index + 2, is_weak=True, is_digits=False)
    if word == "half" and following in _A and index + 2 < len(tokens) and tokens[index + 2].plain in _DOZEN:
        return Numeral(Decimal(6), index + 3, is_digits=False)
    if word == "half" and following in _A and behind in _THOUSAND | _MILLION - {"k"}:
        return Numeral(Decimal("0.5"), index + 2, is_digits=False)
    if word == "half" and (half := _half_of(message, index, languages)):
        return half
    if word == "dozen" or (word in _PAIRS and following in {"of", "dozen", "hundred", "thousand"}):
        return _several(message, index)  # "our dozen drivers", "couple of grand"
    if _ALONE.get(word) in languages:
        return Numeral(Decimal(1), index, is_digits=False)
    found = small_at(message, index, languages)
    if not found:
        return None
    value, end = _with_hundreds_left_out(message, index, *found)
    is_weak = end == index + 1 and word in _WEAK
    return Numeral(Decimal(value), end, is_weak=is_weak, is_digits=False)


def _half_of(message: VisitorText, index: int, languages: tuple[str, ...]) -> Numeral | None:
    """ "Half of the 30 people", "half our 12 vans"."""
    at = index + 1
    while at < min(len(message.tokens), index + 4) and message.tokens[at].plain in _OF_WHICH:
        at += 1
    is_number = index + 1 < at < len(message.tokens) and message.tokens[at].plain != "half"  # no half of a half
    whole = numeral_at(message, at, languages) if is_number else None
    is_even = whole is not None and whole.value % 2 == 0
    return Numeral(whole.value / 2, whole.end) if whole and is_even else None


def _with_hundreds_left_out(message: VisitorText, index: int, value: int, end: int) -> tuple[int, int]:
    """ "Two fifty" and "two-fifty" are 250, but "at seven thirty" is a time."""
    before = message.tokens[index - 1].plain if index else ""
    if not 0 < value < 10 or before in _TIME_BEFORE:
        return value, end
    is_joined = end < len(message.tokens) and message.tokens[end].plain == "-" and message.is_glued(end)
    rest = small_at(message, end + is_joined, ("en",))
    is_tens = rest is not None and rest[0] >= 20
    behind = message.tokens[rest[1]].plain if rest and rest[1] < len(message.tokens) else ""
    if not rest or not is_tens or behind in _NOT_BEHIND_TENS:
        return value, end
    return value * 100 + rest[0], rest[1]


def _several(message: VisitorText, index: int) -> Numeral:
    """ "A dozen", "a couple of vans", "a couple of dozen"."""
    word, following = (message.tokens[at].plain if at < len(message.tokens) else "" for at in (index, index + 1))
    end = index + 2 if word in _PAIRS and following in {"of", "de"} else index + 1
    return Numeral(Decimal(_DOZEN[word]), end, is_digits=False)


def small_at(message: VisitorText, index: int, languages: tuple[str, ...]) -> tuple[int, int] | None:
    """The longest number word below 100 that begins here: its value and the index behind it."""
    tokens = message.tokens
    if index >= len(tokens):
        return None
    for parts, value in small_numbers(languages).get(tokens[index].plain, ()):
        end = index
        for part in parts:
            if end > index and end < len(tokens) and tokens[end].plain == "-" and message.is_glued(end):
                end += 1
            if end >= len(tokens) or tokens[end].plain != part:
                break
            end += 1
        else:
            return value, end
    return None


def _scaled(message: VisitorText, numeral: Numeral | None, languages: Sequence[str]) -> Numeral | None:
    """With what multiplies it: "two hundred and fifty", "10k", "1.5 million", "three dozen"."""
    if numeral is None:
        return None
    tokens, value, end, is_scaled = message.tokens, numeral.value, numeral.end, False
    if not numeral.is_digits or (numeral.value % 1 == 0 and 10 < numeral.value < 100):  # "15 hundred"
        value, end = _hundreds(message, value, end, languages)
    following = [token.plain for token in tokens[end : end + 4]]
    if following[:2] in (["-", "ish"], ["-", "odd"]) and following[2:] and following[2] in _THOUSAND | _MILLION:
        end += 2  # "2-ish thousand"
    elif following[:1] in (["ish"], ["odd"]) and following[1:] and following[1] in _THOUSAND | _MILLION:
        end += 1
    if following[:3] == ["and", "a", "half"] and following[3:] and following[3] in _THOUSAND | _MILLION:
        value, end = value + Decimal("0.5"), end + 3  # "two and a half thousand"
    word = tokens[end].plain if end < len(tokens) else ""
    scale = _INDIAN.get(word, 1000)
    if word in _INDIAN:
        value, end, is_scaled = value * scale, end + 1, True
    elif word == "k" and numeral.is_digits and message.is_glued(end) and _is_hundreds_behind(message, end + 1):  # "1k5"
        value, end, is_scaled = value * 1000 + 100 * int(tokens[end + 1].plain), end + 2, True
    elif word in _THOUSAND and (word != "k" or numeral.is_digits or not message.is_glued(end)):
        value, end, is_scaled = value * 1000, end + 1, True
        if [token.plain for token in tokens[end : end + 3]] == ["and", "a", "half"]:  # "a grand and a half"
            value, end = value + 500, end + 3
        elif not numeral.is_digits or word == "thousand":
            value, end = _rest_of_thousand(message, value, end, languages)
    elif word in _MILLION or (word == "m" and message.is_glued(end) and _is_million(message, numeral.end, end)):
        scale = 1_000_000
        value, end, is_scaled = value * scale, end + 1, True
    elif word in _DOZEN and word not in _PAIRS:
        value, end = value * _DOZEN[word], end + 1
    elif word == "(" and _is_said_again(message, value, end):  # "five (5) vans"
        end += 3
    is_weak = numeral.is_weak and end == numeral.end
    return Numeral(value, end, is_weak, is_scaled, numeral.is_digits, scale)


def _is_hundreds_behind(message: VisitorText, index: int) -> bool:
    said = message.tokens[index].plain if index < len(message.tokens) else ""
    return len(said) == 1 and said.isdecimal() and message.is_glued(index)


def _is_million(message: VisitorText, behind: int, index: int) -> bool:
    """Whether an "m" stands for a million: "1M", "£1m"; a metre else."""
    is_paid = behind > 1 and message.tokens[behind - 2].plain in SIGNS
    return message.text[message.tokens[index].start] == "M" or is_paid


def _is_said_again(message: VisitorText, value: Decimal, index: int) -> bool:
    """Whether the same number stands in brackets behind its word."""
    inside = [token.plain for token in message.tokens[index + 1 : index + 3]]
    return len(inside) == 2 and inside[1] == ")" and inside[0][0].isdecimal() and written_value(inside[0]) == value


def _hundreds(message: VisitorText, value: Decimal, end: int, languages: Sequence[str]) -> tuple[Decimal, int]:
    tokens = message.tokens
    is_hundred = end < len(tokens) and _HUNDRED.get(tokens[end].plain) in languages and value < 100
    return _and_more(message, value * 100, end + 1) if is_hundred else (value, end)


def _and_more(message: VisitorText, value: Decimal, end: int) -> tuple[Decimal, int]:
    at = end + 1 if end < len(message.tokens) and message.tokens[end].plain in _JOINERS else end
    rest = small_at(message, at, ("en", "de", "fr", "es"))
    return (
        (value + rest[0], rest[1]) if rest and rest[0] < 100 and message.tokens[at].plain not in _WEAK else (value, end)
    )


def _rest_of_thousand(message: VisitorText, value: Decimal, end: int, languages: Sequence[str]) -> tuple[Decimal, int]:
    rest = small_at(message, end, ("en", "de", "fr", "es"))
    if rest and rest[1] < len(message.tokens) and _HUNDRED.get(message.tokens[rest[1]].plain) in languages:
        more, end = _hundreds(message, Decimal(rest[0]), rest[1], languages)
        return value + more, end
    return value, end


def digits_of(value: Decimal) -> str:
    """As decimal digits without an exponent: "40", "2.5"."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
