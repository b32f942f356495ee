"""A sum that stands alone between commas or lines, as one of several facts: "office of 18, 2k max, January"."""

from __future__ import annotations

from leads.extraction.amounts import Amount
from leads.extraction.message import VisitorText
from leads.extraction.sums import words

_BEFORE, _BEHIND = 40, 60  # characters beside a sum that are looked at
_LITTLE = 20  # characters behind a sum that say nothing more


def is_alone(message: VisitorText, amount: Amount, is_free: bool) -> bool:
    """Between commas or lines, with nothing but an "about" or "all in" beside it: one of several facts in a list."""
    before = message.plain[max(0, amount.start_char - _BEFORE) : amount.start_char]
    lead = words.LEAD_OF_LISTED.search(before)
    is_lead_all = lead is not None and amount.start_char <= _BEFORE and not before[: lead.start()].strip()
    is_tail = words.TAIL_OF_LISTED.match(message.plain[amount.end_char : amount.end_char + _BEHIND])
    is_listed = "," in message.text or "\n" in message.text
    return bool(lead and is_tail) and (is_listed or (is_free and is_lead_all and _is_last(message, amount)))


def _is_last(message: VisitorText, amount: Amount) -> bool:
    """Whether nothing much is said behind the sum: "£12k–£14k all in"."""
    after = message.plain[amount.end_char :]
    return len(after) < _LITTLE and "?" not in after
