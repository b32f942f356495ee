"""How many people a visitor speaks for, in one form: "a 25-person office" and "twenty-five of us" are "25 people"."""

from __future__ import annotations

import re

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WHO = r"people|persons?|folks?|ppl|pax|heads|employees?|staff|colleagues|co-?workers|members|users?|workers|guests"
_GROUP = (
    r"office|team|company|firm|business|start-?up|group|party|family|crew|class|school|department|workplace|agency|studio|"
    r"club|organi[sz]ation|practice|shop|workshop|site|branch|outfit|household|place"
)
_COUNTED = rf"(?=[\s-](?:strong|{_WHO})\b| of us\b)"
_TENS_AND_ONES = re.compile(rf"\b({'|'.join(_TENS)})[\s-]({'|'.join(_ONES)})\b{_COUNTED}", re.IGNORECASE)
_DOZENS = re.compile(
    rf"\b(?P<half>half )?(?P<many>a|one|two|three|four|five|six|\d+) dozens?(?: of)?{_COUNTED}", re.IGNORECASE
)
_RANGE = re.compile(rf"\b\d+\s?(?:-|–|to|or)\s?(?P<most>\d+)(?=[\s-](?:{_WHO})\b| of us\b)", re.IGNORECASE)
_BEFORE_GROUP = re.compile(
    rf"\b(?P<count>\d+)[\s-](?:(?:people|persons?|man|head|employees?|staff|member|seat|user)[\s-]|strong[\s-])"
    rf"(?P<group>(?:\w+ )?(?:{_GROUP}))\b",
    re.IGNORECASE,
)
_OF_US = re.compile(r"\b(?P<count>\d+) of us\b", re.IGNORECASE)
_THERE = re.compile(rf"\bthere['’]s (?=(?:about |around |roughly |only |just )?\d+ (?:{_WHO})\b)", re.IGNORECASE)
_JOINED = re.compile(r"\b(?P<count>\d+) ?(?:ppl|pax|folks?|heads)\b", re.IGNORECASE)
# "We're 25, which one would you take?": a bare number, at the end of what it says.
_WE_ARE = re.compile(
    r"\b(?P<we>we(?: are|['’]re)(?: about| around| roughly| only| just| now| currently)*) (?P<count>\d{1,5})"
    r"(?=\s*(?:$|[,.;!?](?!\d)|(?:and|so|in (?:the|our|total)|which|what|at the moment|now)\b))",
    re.IGNORECASE,
)


def as_people(text: str) -> str:
    """A message in which whatever says how many people there are says "25 people"; of a range, the most."""
    text = _TENS_AND_ONES.sub(lambda found: str((_TENS.index(found[1].lower()) + 2) * 10 + _one(found[2])), text)
    text = _DOZENS.sub(_dozens, text)
    text = _RANGE.sub(r"\g<most>", text)
    text = _BEFORE_GROUP.sub(r"\g<group> of \g<count> people", text)
    text = _JOINED.sub(r"\g<count> people", _OF_US.sub(r"\g<count> people", text))
    text = _THERE.sub("there are ", text)
    return _WE_ARE.sub(r"\g<we> \g<count> people", text)


def _one(word: str) -> int:
    return _ONES.index(word.lower()) + 1


def _dozens(found: re.Match[str]) -> str:
    many = found["many"].lower()
    count = int(many) if many.isdigit() else 1 if many == "a" else _one(many)
    return str(count * 12 // (2 if found["half"] else 1))
