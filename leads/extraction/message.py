"""One message cut into words and sentences, in a spelling that rules can compare. Offsets are those of the text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from leads.extraction import slips
from leads.extraction.patterns import any_of


def word_set(said: str) -> frozenset[str]:
    """Words that are written one behind the other."""
    return frozenset(said.split())


_TOKEN = re.compile(r"\d+(?:[.,'’]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\S")
_ENDS_ALWAYS = frozenset("?!;…")
MAX_TOKENS = 4_000  # twice what a message of 10,000 characters has; behind them no number or date is looked for
_SHORT, _FEW_WORDS = 40, 4
_ABBREVIATIONS = word_set("ltd inc co corp mr mrs ms dr st no approx ca max min ungef bzw evtl e.g i.e etc")
_ASKS = any_of(
    "what(?:'s|s)?|how|when|where|which|who|whose|why|do you|does|did you|have you|has it|should (?:i|we)|may (?:i|we)",
    "is it|is there|is the|is this|is that|are you|are there|are the",
    "can (?:i|we|you|it|the)|could (?:i|we|you|it)|will (?:it|you|the|there)|would (?:it|you)",
    r"was kostet|wie|wann|wo|welche\w*|warum|haben sie|gibt es|ist (?:das|die|der|es)",
    "konnen (?:sie|wir)|kann (?:ich|man)",
    r"combien|quand|ou est|quel\w*|pourquoi|est-ce que|avez-vous|pouvez-vous|y a-t-il",
    r"cuanto\w*|cuando|donde|cual\w*|por que|tienen|tiene usted|pueden|hay",
)
_BEGINS_QUESTION = re.compile(
    rf"(?:(?:and|so|but|ok|okay|hi|hello|hey|well|also|then|und|et|y|please)[ ,]+){{0,3}}(?:{_ASKS})\b"
)
# "When the new contract starts, on 1 April": a clause, and no question.
_WHEN_IT_IS = re.compile(r"(?:when|where) (?:the|our|my|we|i|it|they|he|she)\b")
# What is told of the offer belongs to the question about it: "the hall seats 120, can it take more?".
_BEGINS_WITH_OFFER = re.compile(
    r"\W*(?:(?:hi|hello|hey|so|and|but|ok|well)\W+)*(?:the|your?|it|its|it's|this|that|there|these|as|if|when|free|"
    r"according|suppos\w+|imagine|say|der|die|das|ihre?|wenn|le|la|les|votre|vos|si|el|los|su)\b"
)
# What follows is a question of its own, and no "…, is it?" or "…, don't you?".
_ASKS_BEHIND = re.compile(
    r"[,;:] (?=(?:and |so |but )?(?:(?:what|how|when|where|which|can|could|do|does|is there|are there|have|would|will|"
    r"any|got|wie|was|konnen|haben|gibt|combien|avez|pouvez|cuanto|pueden|tienen)\b(?: [\w']+){2,}|got \w+\?|poss))"
)


_GUESSES = re.compile(
    r"(?:\b(?:maybe|perhaps|probably|possibly|i guess|so about|so around) [\w£$€.,]{1,12}(?: \w+)?|"
    r"\d (?:maybe|perhaps|probably|or so|i guess|or thereabouts)) ?\?$"
)


class Token(NamedTuple):
    """A word, a number or one other character. `plain` is small, without accents and slips."""

    plain: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.plain[0].isdecimal()

    @property
    def is_word(self) -> bool:
        return self.plain[0].isalpha()


@dataclass(frozen=True, slots=True)
class TextSentence:
    """Where a sentence begins and ends, in characters; a question of the visitor ends with "?" or begins like one."""

    start: int
    end: int
    is_question: bool
    is_hesitant: bool  # short, and a question by its last sign alone: "about 40?"


@dataclass(frozen=True)
class VisitorText:
    """A message with its words, found once."""

    text: str

    @cached_property
    def small(self) -> str:
        """The text in small letters without accents; each character stands where it stands in the text."""
        return self.text.lower() if self.text.isascii() else "".join(map(_plain, self.text))

    @cached_property
    def plain(self) -> str:
        """The same with slips of the finger mended, where that moves no character."""
        return slips.mended(self.small)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        small = self.small
        return tuple(
            Token(slips.meant(small[m.start() : m.end()]), m.start(), m.end())
            for m in islice(_TOKEN.finditer(self.text), MAX_TOKENS)
        )

    @cached_property
    def sentences(self) -> tuple[TextSentence, ...]:
        return tuple(part for each in self._sentences() for part in self._parts(each))

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for each in self.sentences]

    def sentence_at(self, place: int) -> TextSentence:
        """The sentence that holds this character."""
        return self.sentences[max(0, bisect_right(self._starts, place) - 1)]

    @cached_property
    def _token_starts(self) -> list[int]:
        return [each.start for each in self.tokens]

    def index_at(self, place: int) -> int:
        """The number of the token that begins at this character, or of the first one behind it."""
        at = bisect_right(self._token_starts, place)
        return at - 1 if at and self.tokens[at - 1].start == place else at

    def before(self, place: int, chars: int = 60) -> str:
        """What stands before a character in its sentence, at most so many characters; plain."""
        return self.plain[max(self.sentence_at(place).start, place - chars) : place]

    def after(self, place: int, chars: int = 60) -> str:
        """What stands from a character on in its sentence, at most so many characters; plain."""
        return self.plain[place : min(self.sentence_at(max(0, place - 1)).end, place + chars)]

    def is_glued(self, index: int) -> bool:
        """Whether nothing stands between this token and the one before it."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def _sentences(self) -> Iterator[TextSentence]:
        begin = 0
        for index, token in enumerate(self.tokens):
            if self._ends(index):
                yield self._sentence(begin, token.end)
                begin = token.end
            elif index and "\n" in self.text[self.tokens[index - 1].end : token.start] and begin < token.start:
                yield self._sentence(begin, token.start)
                begin = token.start
        if begin < len(self.text) or not self.text:
            yield self._sentence(begin, len(self.text))

    def _parts(self, sentence: TextSentence) -> Iterator[TextSentence]:
        """A statement and the question behind its comma: "40 of us on 11 December, do you have space?"."""
        said = self.plain[sentence.start : sentence.end]
        match = _ASKS_BEHIND.search(said) if said.rstrip().endswith("?") else None
        is_part = match and not (_BEGINS_QUESTION.match(said.strip()) or _BEGINS_WITH_OFFER.match(said))
        if not match or not is_part or len(said[: match.start()].split()) < _FEW_WORDS:
            yield sentence
            return
        place = sentence.start + match.end()
        yield TextSentence(sentence.start, place, is_question=False, is_hesitant=False)
        yield TextSentence(place, sentence.end, is_question=True, is_hesitant=False)

    def _sentence(self, start: int, end: int) -> TextSentence:
        said = self.plain[start:end].strip()
        begins = bool(_BEGINS_QUESTION.match(said)) and not (_WHEN_IT_IS.match(said) and not said.endswith("?"))
        is_short = len(said) <= _SHORT and said.count(" ") < _FEW_WORDS
        is_hesitant = said.endswith("?") and not begins and (is_short or bool(_GUESSES.search(said)))
        return TextSentence(start, end, said.endswith("?") or begins, is_hesitant)

    def _ends(self, index: int) -> bool:
        token = self.tokens[index]
        if token.plain in _ENDS_ALWAYS:
            return index + 1 == len(self.tokens) or self.tokens[index + 1].plain not in _ENDS_ALWAYS
        if token.plain != "." or index + 1 == len(self.tokens):
            return token.plain == "."
        following = self.tokens[index + 1]
        if following.start == token.end:
            return False
        is_pause = self.is_glued(index) and self.tokens[index - 1].plain == "."  # "money-wise... about 1500"
        if is_pause and not self.text[following.start].isupper():
            return False
        return not (
            index and self.tokens[index - 1].plain in _ABBREVIATIONS and not self.text[following.start].isupper()
        )


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    if letter in "’‘`´":
        return "'"
    if letter in "–—−‐‑":
        return "-"
    base = unicodedata.normalize("NFD", letter)[0] if not unicodedata.combining(letter) else letter
    small = base.lower()
    return small if len(small) == 1 else letter
