"""A sum that stands alone between commas or lines, as one of several facts: "office of 18, 2k max, January"."""

from __future__ import annotations

import re

from leads.extraction.amounts import Amount
from leads.extraction.message import VisitorText


def is_alone(message: VisitorText, amount: Amount, is_free: bool) -> bool:
    """Between commas or lines, with nothing but an "about" beside it: one of several facts in a list."""
    before, after = message.text[: amount.start_char], message.text[amount.end_char : amount.end_char + 40]
    lead = re.search(
        r"(?:^|[,;\n])\s{0,3}(?:[-*•]\s)?(?:(?:ideally|preferably|maybe|say|hopefully) )?(?:about|around|ca\.?|"
        r"approx\.?|roughly|max\.?|up to|under|below|"
        r"less than|at most|no more than|etwa|hochstens|höchstens|environ)?\s{0,3}$",
        before[-40:] if len(before) > 40 else before,
        re.IGNORECASE,
    )
    is_lead_all = lead is not None and len(before) <= 40 and not before[: lead.start()].strip()
    return (
        bool(lead)
        and bool(re.match(r"\s{0,3}(?:max|tops|total|all in|in total|an? [a-z]{3,10})?\s{0,3}(?:[,;\n.]|$)", after))
        and ("," in message.text or "\n" in message.text or (is_free and is_lead_all and _is_last(message, amount)))
    )


def _is_last(message: VisitorText, amount: Amount) -> bool:
    """Whether nothing much is said behind the sum: "£12k–£14k all in"."""
    after = message.plain[amount.end_char :]
    return len(after) < 20 and "?" not in after
