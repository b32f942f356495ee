"""What a written number means: "1.249,00", "1 249", "1,249", "twelve hundred", "zweihundertfünfzig".

A point or a comma before three digits may group thousands or begin decimals: such a number has both values.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Every step takes a character that no other could take: the time it needs is the text's length.
NUMERAL = re.compile(r"\d{1,3}(?: \d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,'’]\d+)*")
MAX_NUMERAL_CHARS = 40  # longer ones are no figures that anybody states
SCALES = {
    "k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "mila": 1e3, "duizend": 1e3,
    "million": 1e6, "millions": 1e6, "mio": 1e6, "millionen": 1e6, "mn": 1e6, "millones": 1e6, "milioni": 1e6,
    "billion": 1e9, "billions": 1e9, "milliarden": 1e9, "mrd": 1e9, "milliards": 1e9, "bn": 1e9,
}  # fmt: skip


@lru_cache(maxsize=4096)
def values_of(numeral: str) -> tuple[float, ...]:
    """What a number in digits may mean, the likelier value first; empty where it is none ("1.2.3")."""
    if len(numeral) > MAX_NUMERAL_CHARS:
        return ()
    digits = numeral.replace("’", "'")
    separators = re.findall(r"[.,' ]", digits)
    if not separators:
        return (float(digits),)
    kinds, last = set(separators), separators[-1]
    groups = re.split(r"[.,' ]", digits)
    if len(kinds) > 2 or (len(kinds) == 2 and separators.count(last) > 1):
        return ()
    if len(kinds) == 2:
        return (_joined(groups[:-1], groups[-1]),) if last in ".," and _are_thousands(groups[:-1]) else ()
    if len(separators) > 1 or last in "' ":
        return (_joined(groups),) if _are_thousands(groups) else ()
    decimal = _joined(groups[:-1], groups[-1])
    if not _are_thousands(groups) or groups[0].startswith("0"):
        return (decimal,)
    if groups[1] == "000":  # nobody writes three decimals that say nothing
        return (_joined(groups),)
    return (_joined(groups), decimal)


def _are_thousands(groups: list[str]) -> bool:
    """Also as in India: "1,00,000"."""
    first, *others = groups
    inner = all(len(each) == 3 for each in others) or (
        len(others) > 1 and len(others[-1]) == 3 and all(len(each) == 2 for each in others[:-1])
    )
    return 1 <= len(first) <= 3 and inner


def _joined(groups: list[str], decimals: str = "") -> float:
    return float("".join(groups) + (f".{decimals}" if decimals else ""))


# --- words ----------------------------------------------------------------------------------------------------------

# Without words that mean something else in another of these languages: "once", "sei", "die", "elf" stand alone rarely.
_ATOMS: dict[str, float] = {}
for _values, _words in (
    (range(21), "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
     " seventeen eighteen nineteen twenty"),
    (range(2, 21), "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
     " siebzehn achtzehn neunzehn zwanzig"),
    (range(2, 17), "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"),
    (range(2, 11), "dos tres cuatro cinco seis siete ocho nueve diez"),
    (range(12, 16), "doce trece catorce quince"),
    (range(2, 6), "due tre quattro cinque"),
    (range(7, 13), "sette otto nove dieci undici dodici"),
    (range(2, 13), "twee drie vier vijf zes zeven acht negen tien elf twaalf"),
    (range(2, 11), "dois três quatro cinco seis sete oito nove dez"),
    (range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety"),
    (range(20, 100, 10), "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"),
    (range(20, 70, 10), "vingt trente quarante cinquante soixante"),
    (range(20, 100, 10), "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
    (range(20, 100, 10), "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"),
    (range(20, 100, 10), "twintig dertig veertig vijftig zestig zeventig tachtig negentig"),
    (range(20, 100, 10), "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"),
):  # fmt: skip
    _ATOMS.update(zip(_words.split(), map(float, _values), strict=True))
_ATOMS |= {"dreissig": 30.0, "dozen": 12.0, "dutzend": 12.0, "douzaine": 12.0, "docena": 12.0, "dozzina": 12.0}
_HUNDREDS = {"hundred", "hundert", "honderd"}
_WHOLE_HUNDREDS = {"cien": 100.0, "ciento": 100.0, "cento": 100.0, "cem": 100.0, "doscientos": 200.0,
                   "trescientos": 300.0, "cuatrocientos": 400.0, "quinientos": 500.0, "duecento": 200.0,
                   "trecento": 300.0, "cinquecento": 500.0, "duzentos": 200.0, "quinhentos": 500.0}  # fmt: skip
_ALONE_TOO = {"thousand", "tausend", "mil", "mille", "duizend"}  # a thousand, without "one" in front
_JOINERS = {"and", "und", "y", "et", "e", "en"}
_ARTICLES = {"a", "an"}
MAX_SPELLED_WORDS = 12


def spelled(words: list[str]) -> tuple[float, int]:
    """The value of the number words that `words` (lower case) begin with, and how many they are; 0 where none do."""
    total = group = 0.0
    taken = 0
    has_atom = False
    for position, word in enumerate(words[:MAX_SPELLED_WORDS]):
        value = _ATOMS.get(word) or _WHOLE_HUNDREDS.get(word) or _compound(word)
        following = words[position + 1] if position + 1 < len(words) else ""
        if value and has_atom and not _is_one_more(words[position - 1], group, value):
            break
        if value:
            group, has_atom = group + value, True
        elif word in _HUNDREDS or (word in ("cent", "cents") and _goes_on(following)):
            group, has_atom = (group or 1) * 100, True
        elif word in SCALES and word != "k" and (has_atom or word in _ALONE_TOO):
            total, group, has_atom = total + (group or 1) * SCALES[word], 0.0, True
        elif word == "zero":
            return 0.0, 1
        elif not (word in _JOINERS and has_atom and _goes_on(following)) and not (
            word in _ARTICLES and not position and following in (_HUNDREDS | {"thousand", "million", "dozen"})
        ):
            break
        taken = position + 1
    return (total + group, taken) if has_atom else (0.0, 0)


def _is_one_more(before: str, group: float, value: float) -> bool:
    """Whether a further word adds to the same number, as in "hundred five", "twenty-five", and is not a list."""
    return group == 0 or (group % 100 == 0 and value < 100) or (group % 10 == 0 and value < 10) or before in _JOINERS


def _goes_on(word: str) -> bool:
    return bool(word in _ATOMS or word in _WHOLE_HUNDREDS or word in _AMOUNT_WORDS or _compound(word))


_AMOUNT_WORDS = {"euro", "euros", "dollars", "francs", "jours", "heures", "mois", "ans", "personnes"}


@lru_cache(maxsize=2048)
def _compound(word: str) -> float:
    """A German or Dutch number in one word, as "zweihundertfünfzig"; 0 for any other word."""
    if len(word) < 8 or len(word) > MAX_NUMERAL_CHARS:
        return 0.0
    return _compound_value(word)


def _compound_value(word: str) -> float:
    if word in _ATOMS:
        return _ATOMS[word]
    if word in ("ein", "eins", "een"):
        return 1.0
    for name, factor in (("tausend", 1000.0), ("duizend", 1000.0), ("hundert", 100.0), ("honderd", 100.0)):
        before, found, after = word.partition(name)
        if found:
            value = _compound_value(before) if before else 1.0
            rest = _compound_value(after.removeprefix("und")) if after else 0.0
            return value * factor + rest if value and (rest or not after) else 0.0
    for joiner in ("und", "ën", "en"):
        ones, found, tens = word.partition(joiner)
        if found and _ATOMS.get(tens, 0) >= 20 and (ones in ("ein", "een") or 0 < _ATOMS.get(ones, 0) < 10):
            return _ATOMS[tens] + (_ATOMS.get(ones) or 1.0)
    return 0.0
