"""What visitors plan, told before an open question asks for it: "the hall for our wedding", "my mum turns 60"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from leads.extraction import certainty
from leads.extraction.candidate import Candidate
from leads.extraction.choices.names import mentions
from leads.extraction.choices.told import UNASKED, choices
from leads.extraction.message import VisitorText
from leads.terms import Kind, QuestionData

# Each is read as a choice that nobody offered, so that what is asked about the offer, past or denied is none.
OCCASIONS = (
    "Wedding", "Birthday", "Company event", "Anniversary", "Christening", "Baptism", "Funeral", "Graduation",
    "Baby shower", "Retirement", "Engagement", "Hen party", "Hen do", "Stag party", "Stag do", "Reunion", "Conference",
    "Workshop", "Seminar", "Christmas party", "Housewarming", "Bar mitzvah", "Bat mitzvah", "Quinceañera",
    "Exhibition", "Fundraiser", "Gala",
)  # fmt: skip
_ASKS = re.compile(
    r"\b(?:occasions?|(?:kind|sort|type) of (?:event|party|celebration|do|function)|event type|which event|"
    r"your event(?= (?:about|for))|what (?:are|is) (?:you|being) (?:planning|organi[sz]ing|hosting)|"
    r"celebrat(?:e|ing|ion)|anlass|was (?:feiern|planen)|art der (?:feier|veranstaltung)|quel evenement|"
    r"que (?:fetez|organisez)|ocasion|que (?:celebran?|festejan?|evento))\b"
)

# Whoever names it so plans it, also in a question: "how much is the hall for our wedding?".
_OWN = re.compile(r"\b(?:my|our|unser\w{0,2}|mein\w{0,2}|notre|mon|ma|nuestr[oa]|mi)(?: [\w'-]+){0,2} $")
_MARRY = re.compile(
    r"(?:(?<!we )(?<!they )(?<!who )were|\b(?:we're|we are|i'm|im|i am)|(?:^|[.!,;])) ?(?:both |finally )?"
    r"getting (?:married|hitched)\b"
)
# "Funeral for my dad, 60 people": what stands first, before what else is told.
_BEGINS = re.compile(r"(?:^|[.!?;,:\n]) ?(?:(?:hi|hello|hey)[ ,]+)?(?:an? |the |eine? |une? |una? )?(?:[a-z]+ )?$")
_BEHIND = re.compile(r" ?(?:[,.;:!\n-]|$|(?:in|on|for|of|with|at|next|this|and|mit|fur|im|am|pour|de|en|con|para)\b)")


def occasions(
    message: VisitorText, questions: Sequence[QuestionData], asked: str, *, tells_more: bool = False
) -> list[Candidate]:
    """The occasion, in the visitor's words, for the first open question that would ask for it and has not yet."""
    question = next((each for each in questions if each.key != asked and asks_occasion(each)), None)
    if question is None:
        return []
    others = [each for each in questions if each.kind is not Kind.CHOICE and each.key != question.key]
    as_choice = replace(question, kind=Kind.CHOICE, choices=OCCASIONS)
    found = choices(message, [*others, as_choice], asked, tells_more=tells_more)
    places = [(each.start, each.end) for each in found] or _own(message, as_choice, tells_more=tells_more)
    return [Candidate(question.key, Kind.TEXT, message.text[start:end], start, end, UNASKED) for start, end in places]


def _own(message: VisitorText, question: QuestionData, *, tells_more: bool) -> list[tuple[int, int]]:
    """The first occasion that is called the visitor's own, or begins what they tell."""
    named = [(start, end) for _, start, end in mentions(message, question, is_whole=True, is_each=True)]
    for match in _MARRY.finditer(message.plain):
        start = match.start() + len(match.group()) - len(match.group().lstrip(" .!,;"))
        named.append((start, match.end()))
    for start, end in named:
        if certainty.is_past(message, start, end) or certainty.is_supposed(message, start):
            continue
        before = message.before(start, 40)
        is_theirs = _OWN.search(before) or _MARRY.search(message.plain[max(0, start - 4) : end])
        is_first = tells_more and _BEGINS.search(before) and _BEHIND.match(message.plain, end)
        if is_theirs or (is_first and not message.sentence_at(start).is_question):
            return [(start, end)]
    return []


@lru_cache(maxsize=512)
def asks_occasion(question: QuestionData) -> bool:
    """Whether an open question is about what is planned: "What are you celebrating?"."""
    said = VisitorText(f"{question.ask}\n{question.label}").plain
    return question.kind is Kind.TEXT and bool(_ASKS.search(said))
