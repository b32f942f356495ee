"""What a sentence is really about, where it only looks like the answer: a tray of sandwiches is no sandwich, the name
of a course is nobody's, and who delivers from Tuesday to Saturday says no to Sunday."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.llm.builtin.evidence.features import label_of, stems_of
from agents.llm.builtin.question.asks import asks_yes_or_no, has_kind, is_special, wanted_kinds
from agents.llm.builtin.question.question import AskedQuestion
from language.blocks import Unit
from language.days import DAY, days_in, lacks_time_asked, with_small_times
from language.words import STOP_WORDS, content_words, is_english_word, plain_word, rarity, word_share, words

_ASKS_WHO = re.compile(r"^\W*(?:(?:and|so|but|also|hi|hello)\W+)*who\b", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*")
_AFTER_A_MARK = re.compile(r"(?:^|[.:;!?|]|[–-] )\W*$")
_AFTER_A_PLACE_WORD = re.compile(r"\b(?:from|in|near|at) $")
_LABEL = re.compile(r"(?:^|(?<=[;–] ))[\w'’-]+(?=:)")
COMMON = 0.75  # rarity up to which a single word in capitals is more likely the beginning of a phrase than a name


def names_nobody(question: AskedQuestion, quoted: Sequence[Unit]) -> bool:
    """Whether "who teaches the Basics" finds no name but that of the Basics, or words that only begin a phrase."""
    if not _ASKS_WHO.match(question.last):
        return False
    asked = stems_of(question.last)
    said = [_LABEL.sub("", with_small_times(unit.text)) for unit in quoted]
    return not any(_is_somebody(match, text, asked) for text in said for match in _CAPITALS.finditer(text))


def _is_somebody(match: re.Match[str], text: str, asked: frozenset[str]) -> bool:
    parts = [plain_word(part) for part in match.group().split()]
    if stems_of(match.group()) <= asked or all(part in STOP_WORDS for part in parts):
        return False
    if len(parts) > 1:
        return True
    if _AFTER_A_PLACE_WORD.search(text[: match.start()]):
        return False
    is_beginning = bool(_AFTER_A_MARK.search(text[: match.start()]))
    is_common = is_english_word(parts[0]) and rarity(parts[0]) <= COMMON
    return not (is_beginning and (is_common or "-" in match.group()))


# What a label may add to the thing it names: how it is sold, or who for.
_MEASURED = re.compile(r"\b(?:per|each|from|for|of|with|in|at|on|and|or|to|up)\b.*|[(,/–].*|\s-\s.*", re.IGNORECASE)
_ADDS_NOTHING_WORDS = (
    "price cost fee charge rate ticket entry pass plan package size option standard course class lesson trip tour addon"
)
_ADDS_NOTHING = frozenset(_ADDS_NOTHING_WORDS.split())


def is_price_of_other_thing(question: AskedQuestion, unit: Unit) -> bool:
    """Whether a price is asked of a thing and the item quoted only bears its name before that of another: a sandwich
    tray is no sandwich, and a coffee carrier no cup of coffee."""
    if "money" not in question.wants or not has_kind("amount", unit.text):
        return False
    name = content_words(_MEASURED.sub("", label_of(unit)))
    if len(name) < 2 or name[-1] in _ADDS_NOTHING:
        return False
    asked = stems_of(question.text)
    return not word_share(name[-1], asked) and any(word_share(word, asked) for word in name[:-1])


_TAUGHT_IN = "class classes course courses lesson lessons workshop workshops"
_SERVICE = frozenset(_TAUGHT_IN.split())


MAX_SHARE = 1 / 3  # of the passages; where more are about courses, they are what the company sells


def is_price_in_other_section(question: AskedQuestion, unit: Unit, heading: str, headings: Sequence[str]) -> bool:
    """Whether a price is asked, and the section quoted is about the thing for hire or about learning to make it, as
    few of all `headings` are."""
    if "money" not in question.wants:
        return False
    if is_special(f"{unit.context} {unit.text}", question.text):
        return True
    asked, label, held = stems_of(question.text), stems_of(label_of(unit)), stems_of(heading)
    thing = [word for word in question.topic if not wanted_kinds(word)]
    if not any(word_share(word, label) for word in thing) or all(word_share(word, held) for word in thing):
        return False
    if is_special(heading, question.text):
        return sum(is_special(other, question.text) for other in headings) <= MAX_SHARE * len(headings)
    taught = _SERVICE & set(words(heading))
    if not taught or any(word_share(word, asked) for word in taught):
        return False
    return sum(bool(_SERVICE & set(words(other))) for other in headings) <= MAX_SHARE * len(headings)


_OPEN = re.compile(r"\b(?:open|opening|close[sd]?|shut|closing)\b", re.IGNORECASE)
_DAYS_ALONE = re.compile(rf"{DAY.pattern}\s*(?:to|till|until|through|and|or|,|[-–—])\s*{DAY.pattern}", re.IGNORECASE)


def says_other_days(question: AskedQuestion, unit: Unit, heading: str) -> bool:
    """Whether "do you deliver on Sundays" finds on which days they do: from Tuesday to Saturday."""
    last = question.last
    if not asks_yes_or_no(last) or _OPEN.search(last) or not DAY.search(last):
        return False
    if unit.kind != "sentence" or not _DAYS_ALONE.search(unit.text) or not lacks_time_asked(last, unit.text):
        return False
    told = [word for word in question.topic if not DAY.fullmatch(word)]
    held = stems_of(f"{heading} {unit.context} {unit.text}")
    return len(days_in(unit.text)) > 1 and bool(told) and all(word_share(word, held) == 1.0 for word in told)
