"""What a sum is paid per: "a month", "per user per month", "each", "a visit"."""

from __future__ import annotations

from dataclasses import dataclass

from language.words import is_english_word
from leads.extraction import slips
from leads.extraction.currencies import ADVERBS, EACH, PERIODS
from leads.extraction.message import VisitorText, word_set

_NOT_EACH = word_set("days weeks months years ans people")  # "a people" is no rate
_MONTH_LETTERS = word_set("month m p")
_WHOLE = word_set("single whole calendar full given one")  # "every single month"
_OF_SERVICE = word_set(
    "visit go time session hour hr clean cleaning pop piece lesson class appointment stunde heure hora"
)
_SHORT = {"pm": "month", "pa": "year"}
_SLIPPED_FROM = 5  # letters: shorter words have too many neighbours
_SLIPPED = word_set("month week year person")


@dataclass(frozen=True, slots=True)
class Rate:
    """Periods in the order "person", "month"; whether a service or a thing is paid for; the token behind it all."""

    per: tuple[str, ...]
    is_each: bool
    end: int


def rate_at(message: VisitorText, end: int, *, is_time: bool) -> Rate:
    """What stands from this token on. `is_time`: the number before it may be an hour, so that "pm" is no month."""
    return _Reader(message, is_time).rate_at(end)


class _Reader:
    def __init__(self, message: VisitorText, is_time: bool) -> None:
        self.message, self.is_time = message, is_time

    def _word(self, index: int) -> str:
        return self.message.tokens[index].plain if index < len(self.message.tokens) else ""

    def rate_at(self, end: int) -> Rate:
        found: list[str] = []
        is_each = False
        while len(found) < 2:
            period, behind = self._period_at(end)
            if behind == end and not is_each and self._is_of_service(end):
                is_each, behind = True, end + 2
            if behind == end and found and self._word(end) == "per" and self._word(end + 1).isalpha():
                behind = end + 2  # "450 a month per van"
            if behind == end:
                break
            found += [period] if period else []
            end = behind
        per = tuple(sorted(set(found), key=lambda period: (period != "person", period)))
        return Rate(per, is_each, end)

    def _period_at(self, end: int) -> tuple[str, int]:
        """A period ("" for a thing that one is paid for) and the token behind it, which is `end` where none stands."""
        word, following, third = self._word(end), self._word(end + 1), self._word(end + 2)
        if word in EACH and following in _WHOLE and _period(third):
            return _period(third), end + 3
        if word in EACH and following not in _NOT_EACH and _period(following):
            return _period(following), end + 2
        if word in {"per", "p"} and following in {".", "/", "calendar"} and third in _MONTH_LETTERS:
            is_person = (word, third) == ("p", "p")
            return ("", end) if self.is_time and following == "." else ("person" if is_person else "month", end + 3)
        if word == "p" and following == "." and third == "a":
            return "year", end + 3
        if word in _SHORT and not self.is_time:
            return _SHORT[word], end + 1
        if word in {"per", "a", "for", "pro"} and self._is_per_thing(end):  # "300 per van per month"
            is_period = third == "and" and self._word(end + 3) in PERIODS  # "per van and month"
            return (PERIODS[self._word(end + 3)], end + 4) if is_period else ("", end + 2)
        if word == "and" and following in PERIODS and self._word(end - 2) in EACH:  # "per user and month"
            return PERIODS[following], end + 2
        if word in ADVERBS:
            return PERIODS[word], end + 1
        if word == "each" and following not in _OF_SERVICE:
            return "person", end + 1
        return "", end

    def _is_of_service(self, end: int) -> bool:
        """ "60 a visit", "25/hour", "20 each time"."""
        return self._word(end) in EACH and self._word(end + 1) in _OF_SERVICE

    def _is_per_thing(self, end: int) -> bool:
        """Whether what is paid for is a thing, and a period stands behind it."""
        behind = end + 2 + (self._word(end + 2) == "and")
        is_period = self._word(behind) in ADVERBS or (
            (self._word(behind) in EACH or behind > end + 2) and "month" in {self._word(behind), self._word(behind + 1)}
        )
        return self._word(end + 1).isalpha() and is_period


def _period(word: str) -> str:
    """The period that a word stands for, through a slip of the finger too: "a munth"."""
    if word in PERIODS:
        return PERIODS[word]
    if len(word) < _SLIPPED_FROM or not word.isalpha() or is_english_word(word):
        return ""
    return next((PERIODS[each] for each in sorted(_SLIPPED) if slips.is_slip(word, each)), "")
