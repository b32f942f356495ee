"""Whether the words around a number make it a limit: "up to 40", "40 or more", "we can't spend more than 2,000"."""

from __future__ import annotations

import re
from typing import Literal

from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of

_NO_LESS_BEFORE = re.compile(
    r"\b(?:no|not|never|rarely|hardly ever|seldom) (?:fewer|less|under|below)(?: than)?[\s:]{1,3}(?:about |around )?$"
)
_LIMIT = r"(?:limit(?:ed)?|ceiling|cap|capped|max(?:imum)?|upper end|obergrenze|limite|tope)"
_RISEN_TO = re.compile(r"\b(?:gone|went|goes|going|rose|brings? (?:it|us)|increased) up to $")
_LIMIT_IS = rf"{_LIMIT}(?: \w+){{0,2}}? (?:is|of|at|to|would be|ist|liegt bei|est de|es de)|{_LIMIT}'s"
_NOT_OVER = any_of(
    "not (?:a (?:penny|cent|euro|pound) )?(?:over|above|beyond)|anything (?:under|below|up to)",
    "(?:shall|must|should|may|can|will|does|do) not exceed|(?:mustn't|can't|doesn't|shouldn't|won't) exceed",
    "no more than|not more than|not exceeding|not to exceed|not above|not over|less than|fewer than|under|below",
    "(?:can't|cannot|can not|won't|wouldn't|not) (?:go|get|stretch|be|run) (?:over|above|beyond|past|higher than)",
)
_AT_MOST = any_of(
    "max(?:imum)? (?:spend|budget|price)(?: is| would be)?|as high as|up to",
    "max(?:imum|imal|imo)?\\.?(?: of)?|at (?:the )?(?:very )?most",
    "the most (?:we|i)[^,.;!?]{1,20} is",
    "hochstens|bis zu|unter|weniger als|nicht mehr als|maximal|maxi",
    "jusqu'a|au maximum|moins de|hasta|como maximo|menos de",
)
_HIGH_BEFORE = re.compile(
    rf"\b(?:{any_of(_LIMIT_IS, _NOT_OVER, _AT_MOST)})[\s:]{{1,3}}(?:of |about |around |like |say )?$"
)
_AT_LEAST = any_of(
    "at (?:the )?(?:very )?least|min(?:imum|destens)?(?: of| (?:spend|budget|price)(?: is| would be)?)?|more than|over",
    "above|upwards of|north of|in excess of|exceeding|beyond|mindestens|uber|mehr als",
    "au moins|plus de|al menos|mas de|como minimo",
)
_LOW_BEFORE = re.compile(rf"\b(?:{_AT_LEAST})[\s:]{{1,3}}(?:of |about |around )?$")
_NOT_MORE = re.compile(
    r"(?:\b(?:not|dont|cannot|never|rarely|hardly|seldom|nicht|kein\w*|pas|no)\b|n't\b)[^,.;!?]{0,30}$"
)
_WONT_AFTER = re.compile(r"[^,.;!?]{0,24}\b(?:nicht|kein\w*|pas|no)\b")
_MOST = any_of(
    "or (?:less|fewer|under|below)|(?:at )?(?:the )?(?:very )?most|tops|at the outside",
    r"max(?:imum|imal)?\b(?![\s:]{0,2}[\d£$€¥])",  # "1000, maximum 1800" limits what follows
    r"hochstens|oder weniger|ou moins|o menos|maxi\b|maximal\b|au (?:grand )?(?:maximum|plus)|como (?:maximo|mucho)",
    "but (?:no|not) (?:further|more|higher|a penny more)|and (?:no|not a penny) more",
    r"(?:is|would be) (?:the|our|my) (?:very |absolute |upper )?(?:most|max\w*|limit|upper limit|ceiling)\b",
)
_HIGH_AFTER = re.compile(rf"[\s,]{{0,2}}(?:{_MOST})")
# Not in "450 plus VAT" and "20 plus me".
_NOT_ADDED = r"(?! ?(?:vat|tax|mwst|tva|iva|gst|or|me|my|our|an?|the|another|some|\d+)\b)"
_LEAST = any_of(
    rf"or (?:more|above|over)|plus\b{_NOT_ADDED}|at (?:the )?(?:very )?least|min(?:imum)?\b|oder mehr|ou plus|o mas",
)
_LOW_AFTER = re.compile(rf"(?:\+{_NOT_ADDED}|[\s,]{{0,2}}(?:{_LEAST}))")
# "Over 100 would be too much", "north of four grand is a hard sell": more than so much is no least.
_IS_TOO_MUCH = any_of(
    "too (?:much|many|expensive|high|dear)|out of|not (?:on|possible|an option)|no way|hard sell",
    "(?:over|above|beyond) (?:our|my|the) (?:budget|limit)",
    "(?:and|then) (?:we|i)(?:'re|'m|'ll)? (?:walk|out|off|gone)",
)
_TOO_MUCH_AFTER = re.compile(rf"[^.;!?]{{0,24}}\b(?:{_IS_TOO_MUCH})\b")


def limit(message: VisitorText, start: int, ends: tuple[int, int]) -> Literal["", "most", "least"]:
    """Whether the number that begins there is the most or the least that is meant. `ends`: where the number ends, and
    where what is counted or paid with it does."""
    before = message.before(start, 50)
    after = [message.plain[end : end + 40] for end in ends]
    if _RISEN_TO.search(before):
        return ""
    if _NO_LESS_BEFORE.search(before):
        return "least"
    if _HIGH_BEFORE.search(before) or before.rstrip().endswith(("<", "≤", "<=", "=<")):
        return "most"
    low = _LOW_BEFORE.search(before)
    is_too_much = _WONT_AFTER.match(after[-1]) or _TOO_MUCH_AFTER.match(after[-1])
    if low and (_NOT_MORE.search(before[: low.start()]) or is_too_much):
        return "most"  # "we don't want to spend more than 6,000"
    if not low and any(map(_HIGH_AFTER.match, after)):
        return "most"
    is_over = before.rstrip().endswith((">", "≥", ">=", "=>"))
    return "least" if low or is_over or any(map(_LOW_AFTER.match, after)) else ""
