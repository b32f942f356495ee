"""Words as the built-in answerer compares them: split, stemmed, weighted, with the near synonyms of the trade."""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from functools import cache, lru_cache

from language.embeddings import TOKENIZER_FILE

WORD = re.compile(r"[^\W_]+(?:(?:['’.\-]|(?<=\d),(?=\d))[^\W_]+)*(?:\+\+|[#+](?![\w]))?")
# Chinese, Japanese and Thai are written without spaces: each character counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")

_STOP_WORDS = """
a about above after again all also am an and any anybody anyone anything are aren't around as ask at away back be
been before being below between bit both but by can can't cannot could couldn't did didn't do does doesn't doing
don't done down during each either else even ever every exactly few for from further get gets getting give go goes
going got had has hasn't have haven't having he hello her here hers hey hi him his how hows i i'd i'll i'm i've if
im in into is isn't it it's its itself ive just know let let's like lot lots make many may maybe me might mine more
most much must my myself need needs neither no nor not now of off ok on once one ones only onto or other our ours
out over own per please pls possible really say says see shall she should so some somebody someone something still
such sure take takes tell than thank thanks that that's the their theirs them then there there's these they thing
things this those though through til till to too u under until up upon us use used using very want wants was we
we're well were what what's whats when where which while who who's whom whose why will with within without won't
would yes yet you you'd you're your yours yourself ya yeah hw wat ur lol guys folks currently right
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# Words of sales talk that stand for each other in questions and pages. General English, no product words.
_SYNONYMS = """
price cost fee charge rate expensive cheap pricing pay
refund reimburse moneyback
return send-back
deliver ship delivery shipping dispatch arrive postage send post mail
buy purchase order
cancel terminate quit leave
phone telephone call number ring
email e-mail mail write
address located location based situated
hours open opening close shut closing
guarantee warranty warrantied
repair fix mend broken fault faulty
discount reduction rebate offer
free complimentary gratis
job hire hiring vacancy career recruit
staff team employee people
customer client
begin start
fast quick quickest fastest rapid
large big
small little
child kid children son daughter boy girl toddler
car vehicle parking park
weigh weight heavy light
loud noise noisy quiet silent sound
owner own founder
lead leader head manager boss
colour color shade
size dimension wide tall high deep width height depth
delete remove erase
store keep retain hold
login sign-in signin log-in
password passcode
appointment visit session slot
book booking reserve reservation
senior pensioner pensioners oap oaps concession
cheque check
yearly annual annually year
monthly month
minimum least lowest
maximum most highest limit
instalment installment
pick-up collect collection pickup fetch
pause freeze suspend hold
pet animal
pet dog
pet cat
change swap switch
invoice bill billing
trial try test
access accessible wheelchair step-free
latest newest recent
server hosting host
reach contact
rent rental rented renting hire lease
upgrade switch downgrade
photo picture image
movie video
"""

# Letters then digits, or four digits and more; "50mb" and "2nd" are amounts.
_CODE = re.compile(r"[A-Za-z]+[-.]?\d[\w.-]*|\d{4,}|\d+-\d{2,}[\w-]*")
_SUFFIXES = (
    ("fulness", "ful"), ("iveness", "ive"), ("izations", "ize"), ("isations", "ize"), ("ization", "ize"),
    ("isation", "ize"), ("ations", ""), ("ation", ""), ("ments", ""), ("ment", ""), ("ingly", ""), ("ities", ""),
    ("ness", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("edly", ""), ("ed", ""), ("ers", ""), ("er", ""),
    ("est", ""), ("ility", "le"), ("ity", ""), ("ally", "al"), ("ly", ""),
    ("ions", ""), ("ion", ""), ("sses", "ss"), ("es", ""), ("s", ""),
)  # fmt: skip
_LONG_STUMPS = ("ion", "ions")  # "connection" is "connect", "option" is not "opt"
_KEEP_END = ("ss", "us", "is")


def plain_word(word: str) -> str:
    """Lower case, without accents, possessive endings and inner dots; numbers keep their point."""
    word = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    word = "".join(letter for letter in word if not unicodedata.combining(letter))
    word = word.removesuffix("'s")
    return word.replace(",", "") if word[:1].isdigit() else word.replace(".", "")


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[str, ...]:
    """Plain words in order. Hyphenated words come whole and in parts, unspaced scripts by character."""
    found: list[str] = []
    for match in WORD.finditer(text):
        word = plain_word(match.group())
        if _UNSPACED.search(word):
            found.extend(word)
        elif "-" in word:
            found.extend([word.replace("-", ""), *(part for part in word.split("-") if len(part) > 1)])
        elif word:
            found.append(word)
    return tuple(map(sys.intern, found))  # an index holds each word a thousand times


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A light English stem: inflections go, the word stays recognisable. Short and non-English words are left alone."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    # Twice, so that "covered" comes to what "cover" comes to.
    return _stripped(_stripped(word))


def _stripped(word: str) -> str:
    if len(word) < 4:
        return word
    for suffix, put in _SUFFIXES:
        if not word.endswith(suffix) or (suffix == "s" and word.endswith(_KEEP_END)):
            continue
        stump = word[: -len(suffix)] + put
        if len(stump) >= (5 if suffix in _LONG_STUMPS else 3) and any(vowel in stump for vowel in "aeiouy"):
            word = stump
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    if len(word) > 3 and word[-1] in "ey":
        word = word[:-1]
    return word


def stems(text: str) -> list[str]:
    """Stems of all words, stop words included."""
    return [stem(word) for word in words(text)]


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """The words that carry a question, in order, each once."""
    return tuple(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


@cache
def _synonym_groups() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for line in _SYNONYMS.split("\n"):
        group = frozenset(stem(word.replace("-", "")) for word in line.split())
        for word in group:
            groups[word] = groups.get(word, frozenset()) | group
    return groups


def synonyms(stemmed: str) -> frozenset[str]:
    """Stems that may stand for this one; without itself."""
    return _synonym_groups().get(stemmed, frozenset()) - {stemmed}


SYNONYM_SHARE = 0.6  # a synonym, or a word with the same beginning, counts as most of a match


def word_share(word: str, held: set[str] | frozenset[str]) -> float:
    """How far a set of stems holds a word: 1 itself, SYNONYM_SHARE a synonym or relative, else 0."""
    stemmed = stem(word)
    if stemmed in held:
        return 1.0
    if synonyms(stemmed) & held:
        return SYNONYM_SHARE
    if len(stemmed) >= 5 and any(
        other.startswith(stemmed) or stemmed.startswith(other) for other in held if len(other) >= 5
    ):
        return SYNONYM_SHARE
    return 0.0


@cache
def _vocabulary() -> dict[str, int]:
    # WordPiece vocabularies list whole words by falling frequency from "the" (1996) on: a frequency table for free.
    return dict(json.loads(TOKENIZER_FILE.read_text("utf-8"))["model"]["vocab"])


_FIRST_WORD = 1996
_RARE = math.log(8)  # rank 16,000 and beyond: words like "warranty" that say what a question is about


@lru_cache(maxsize=20_000)
def rarity(word: str) -> float:
    """How much a word says, 0.1 to 1: rare English words, names and numbers weigh most."""
    if word in STOP_WORDS:
        return 0.1
    place = _vocabulary().get(word)
    if place is None or place < _FIRST_WORD:
        return 1.0 if len(word) > 1 or word.isdigit() else 0.3
    return min(1.0, max(0.25, 0.25 + 0.75 * math.log(place / _FIRST_WORD) / _RARE))


def codes(text: str) -> frozenset[str]:
    """Part numbers, error codes, norms ("F-102", "27001"): what has to match to the letter. Amounts are none."""
    found = (match.group() for match in WORD.finditer(text))
    return frozenset(plain_word(word).replace("-", "") for word in found if _CODE.fullmatch(word))


def is_english_word(word: str) -> bool:
    """Whether the vocabulary of the packaged model knows the word whole; a hint that it is no slip of the finger."""
    return word in _vocabulary()
