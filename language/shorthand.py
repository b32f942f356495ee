"""What visitors shorten when they type ("phone nr", "sat opening hrs"), written out as pages have it."""

from __future__ import annotations

import re

from language.headcounts import as_people

_SHORT = {
    "hrs": "hours",
    "hr": "hour",
    "nr": "number",
    "num": "number",
    "tel": "telephone",
    "addr": "address",
    "appt": "appointment",
    "appts": "appointments",
    "mins": "minutes",
    "wk": "week",
    "wks": "weeks",
    "yr": "year",
    "yrs": "years",
    "yo": "year old",
    "mth": "month",
    "mths": "months",
    "qty": "quantity",
    "incl": "including",
    "excl": "excluding",
    "approx": "about",
    "asap": "as soon as possible",
    "xmas": "christmas",
    "bday": "birthday",
    "hols": "holidays",
    "sth": "something",
    "w/o": "without",
    "amex": "american express",
    "ev": "electric car",
    "evs": "electric cars",
    "aircon": "air conditioning",
    "veggie": "vegetarian",
    "brekkie": "breakfast",
    "b4": "before",
    "2day": "today",
    "2moro": "tomorrow",
    "tmrw": "tomorrow",
    # Words that ask, as they are misspelt: no page holds them to be mended by.
    "wich": "which",
    "whitch": "which",
    "wen": "when",
    "wat": "what",
    "wot": "what",
    "wher": "where",
    "hw": "how",
    "hou": "how",
    "mutch": "much",
    "u": "you",
    "ur": "your",
    "cud": "could",
    "shud": "should",
    "wud": "would",
    "pls": "please",
    "plz": "please",
    # Without the apostrophe: "whats the price" asks, and "dont" says no. "its", "id" and "well" are words of their own.
    "whats": "what's",
    "wats": "what's",
    "wheres": "where's",
    "whens": "when's",
    "hows": "how's",
    "whos": "who's",
    "thats": "that's",
    "theres": "there's",
    "im": "i'm",
    "ive": "i've",
    "youre": "you're",
    "theyre": "they're",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "cant": "can't",
    "couldnt": "couldn't",
    "wouldnt": "wouldn't",
    "shouldnt": "shouldn't",
    "havent": "haven't",
    "hasnt": "hasn't",
}
_DAYS = {
    **dict.fromkeys(("mon",), "monday"),
    **dict.fromkeys(("tue", "tues"), "tuesday"),
    **dict.fromkeys(("wed", "weds"), "wednesday"),
    **dict.fromkeys(("thu", "thur", "thurs"), "thursday"),
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
_WORD = re.compile(
    rf"(?<![\w'’.@/-])(?:{'|'.join(map(re.escape, sorted(_SHORT, key=len, reverse=True)))})\.?(?![\w'’@/-])",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"(?<![\w'’.@/-])(?:{'|'.join(sorted(_DAYS, key=len, reverse=True))})s?\.?(?![\w'’@/-])", re.IGNORECASE
)
# "sat", "sun" and "wed" are words of their own, but not where somebody asks for times.
_OF_TIMES = re.compile(r"\b(?:open\w*|clos\w*|shut|hours?|times?|till|until|deliver\w*)\b", re.IGNORECASE)


def written_out(text: str) -> str:
    """A message with its shorthand in full: "sat opening hrs" is "saturday opening hours"."""
    full = as_people(_WORD.sub(lambda match: _SHORT[match[0].casefold().rstrip(".")], text))
    if _OF_TIMES.search(full):
        full = _DAY.sub(lambda match: _day(match[0]), full)
    return full


def _day(short: str) -> str:
    name = short.casefold().rstrip(".")
    return _DAYS.get(name) or f"{_DAYS[name.removesuffix('s')]}s"
