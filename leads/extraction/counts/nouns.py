"""What stands behind a number: the noun that is counted, or nothing that is."""

from __future__ import annotations

from language.words import STOP_WORDS
from leads.extraction.amounts import Amount
from leads.extraction.counts import frames
from leads.extraction.counts.counted import ALL_NOUNS
from leads.extraction.message import VisitorText, word_set

_ENDS_NOUN = word_set(
    "by from during drinking working using attending coming und et y im en por au im in bei sind die der das "
    "wir nous vous que qui avec pro tops"
)
_THINGS = word_set(
    "machine machines cup cups mug mugs plan plans account accounts limit licence desk desks chair chairs "
    "bottle bottles"
)
_PIECES = word_set("nos numbers pieces pcs units pairs sets")  # "40 nos of users"
# Small words that may yet be counted, or say what a number is: "40 things", "5 am", "300 a day".
_NOT_BARE = word_set("thing things lot lots folks guys a an am every may time times last further below above")


def noun_behind(message: VisitorText, amount: Amount) -> str:
    """The head of what is counted: "machines" of "40 new coffee machines". "" where no noun follows."""
    noun, steps = "", 0
    index = amount.end
    tokens = message.tokens
    while index < len(tokens) and steps < 4:
        word = tokens[index].plain
        if "\n" in message.text[tokens[index - 1].end : tokens[index].start]:
            break
        if word in {"+", "-", "ish"} or (
            word in {"of", "or", "de", "d'"}
            and steps == 0
            and index + 1 < len(tokens)
            and tokens[index + 1].plain in {"our", "my", "the", "so", "more"}
        ):
            index += 1 if word not in {"of", "or"} else 2
            continue
        if word in _PIECES and not steps and index + 1 < len(tokens) and tokens[index + 1].plain == "of":
            index += 2
            continue
        if word in {"different", "new", "more", "extra", "additional", "full", "part", "time", "other", "odd"}:
            index += 1
            continue
        if word in {"members", "member"} and frames.OF_STAFF.match(message.plain, tokens[index].end):
            return "staff"
        is_deed = steps and word.endswith("ing")  # "12 drivers sharing"
        if not tokens[index].is_word or is_deed or "'" in word or word in _ENDS_NOUN:
            break
        if word in STOP_WORDS and word not in ALL_NOUNS:
            break
        noun, steps, index = word, steps + 1, index + 1
        if noun in ALL_NOUNS:
            return noun if not _is_compound(message, index) else tokens[index].plain
    return noun


def _is_compound(message: VisitorText, index: int) -> bool:
    """ "40 people carriers", "20 guest towels": the noun says what kind of thing is counted."""
    word = message.tokens[index].plain if index < len(message.tokens) else ""
    return word in _THINGS


def is_bare(message: VisitorText, amount: Amount) -> bool:
    """Whether nothing is counted behind the number: "40", "40 or so", "40 who work here", "40 hopefully"."""
    if amount.unit or amount.currency or amount.per:
        return False
    if amount.end == len(message.tokens):
        return True
    following = message.tokens[amount.end]
    if "\n" in message.text[amount.end_char : following.start] or following.plain in frames.BEHIND_BARE:
        return True
    if not following.is_word or following.plain in _NOT_BARE:
        return False
    return (
        following.plain in STOP_WORDS
        or "'" in following.plain
        or bool(frames.AT_HOME.match(message.plain, amount.end_char))
        or _is_no_noun(message, amount.end)
    )


def _is_no_noun(message: VisitorText, index: int) -> bool:
    """ "40 roughly", "40 spread over two floors": an adverb or a participle that describes no noun behind it."""
    word = message.tokens[index].plain
    if word.endswith("ly") and len(word) > 4:
        return True
    following = message.tokens[index + 1].plain if index + 1 < len(message.tokens) else ""
    is_deed = word.endswith(("ing", "ed")) and len(word) > 4
    return is_deed and not (following.endswith("s") or following in ALL_NOUNS)
