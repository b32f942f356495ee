"""Recognises questions about the whole company: "what do you sell?", "tell me about your company", "your prices?"."""

from __future__ import annotations

import re

from agents.llm.builtin.question.question import TRAIL
from agents.llm.request import Passage

_LEAD = r"^\W*(?:(?:hi|hello|hey|ok(?:ay)?|so|and|well|please|sorry|first)\W+)*"
_TAIL = (
    r"(?:\s+(?:here|there|exactly|actually|then|please|all|to me|me|us|for me|for us|at the moment|right now|now|today|"
    r"as a company|as a business|in general|overall|anyway|again))*\W*$"
)
_YOU = r"(?:you|u|ya|y'?all|you (?:guys|people|folks|all))"
_COMPANY = (
    r"(?:(?:(?:you|your|the|this|ur) )?"
    r"(?:company|business|firm|shop|store|organi[sz]ation|place|site|website|startup|team))"
)
_GOODS = r"(?:(?:main |core )?(?:products?|goods|services?|things|stuff|items|offers?|offering|business|range))"
_DEAL = (
    r"(?:sells?|do|does|offers?|makes?|provides?|builds?|produces?|supply|supplies|"
    r"have|got|have on offer|have for sale|have to offer|speciali[sz]e in|deal in|deal with)"
)
_TELL = (
    r"(?:(?:(?:can|could) you|i(?:'d| would) (?:like|love)(?: you)? to|please) )?"
    r"(?:tell (?:me|us)|hear|know|learn|explain|describe)(?: (?:a (?:bit|little)|something|more|everything|briefly))*"
    r"(?: about| of)?"
)
_FORMS = (
    rf"what(?: is it| it is)?(?: all)?(?: {_GOODS})? (?:that )?{_YOU} {_DEAL}",
    rf"what(?: all)?(?: {_GOODS})? (?:do|does) (?:{_YOU}|{_COMPANY}|they) {_DEAL}",
    rf"what(?: {_GOODS})? (?:can|could) (?:you (?:offer|sell|provide)|(?:i|we) (?:buy|get|order))",
    rf"which {_GOODS} (?:do|does) (?:{_YOU}|{_COMPANY}) {_DEAL}",
    rf"which {_GOODS} (?:are (?:there|available)|can (?:i|we) (?:buy|get|order))",
    rf"(?:what|which)(?: is|'s| are) (?:your|the|ur) {_GOODS}",
    rf"what(?:'s| is| are)? (?:{_YOU}|{_COMPANY})(?:'s)?(?: all)? (?:about|doing|selling)",
    rf"what(?:'s| is) (?:this|that|it)(?: {_COMPANY})?(?:(?: all)? about)?",
    rf"what (?:kind|sort|type) of (?:a )?{_COMPANY} (?:is (?:this|it|that)|are {_YOU}|do {_YOU} (?:have|run))",
    rf"{_TELL} (?:what (?:it is )?{_YOU} {_DEAL}|{_COMPANY}|yourselves|your {_GOODS})",
    rf"who (?:are you (?:as a company|guys|people)|is (?:behind )?(?:this|your) {_COMPANY})",
    rf"(?:about|overview of) (?:{_COMPANY}|your {_GOODS})",
    rf"why (?:should|would) (?:i|we|anyone) (?:choose|pick|trust|use|buy from|go with|come to) (?:{_YOU}|{_COMPANY})",
    rf"what (?:makes|is it that makes) (?:{_YOU}|{_COMPANY}) (?:different|special|better|unique)",
    rf"what(?:'s| is) (?:so )?(?:different|special|unique|good) about (?:{_YOU}|{_COMPANY})",
)
_ASKS = re.compile(rf"{_LEAD}(?:{'|'.join(_FORMS)}){_TAIL}", re.IGNORECASE)
_PRICES = r"(?:prices?|pricing|price ?list|rates?|fees?|costs?)"
_PRICE_FORMS = (
    rf"(?:what(?:'s| is| are)|{_TELL}|show (?:me|us)|list) (?:(?:all )?(?:of )?(?:your|the|ur) )?{_PRICES}",
    rf"(?:your )?{_PRICES}(?: list)?",
    rf"how much (?:is|are|does|do|would|will) (?:it|this|that|everything|{_YOU}|{_COMPANY}|your {_GOODS})(?: all)?"
    r"(?: cost| costs| be| charge)?",
    rf"what (?:does|do|would|will) (?:it|this|that|your {_GOODS}) cost",
    rf"what (?:do|does) (?:{_YOU}|{_COMPANY}) charge",
    rf"how (?:expensive|cheap) (?:are|is) (?:{_YOU}|it|this|your {_GOODS})",
)
_ASKS_PRICES = re.compile(rf"{_LEAD}(?:{'|'.join(_PRICE_FORMS)}){_TAIL}", re.IGNORECASE)
# Names of pages that introduce the company, and of sections that say what it sells.
_ABOUT = re.compile(
    r"\b(?:about(?: us)?|welcome|overview|introduction|who we are|our (?:story|company)|start here)\b"
    r"|^(?:home|index)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"^(?:what we (?:do|make|sell|offer|build|provide)|.{0,20}\bwe sell|our (?:main )?(?:products|services|ranges?)|"
    r"products and services|services we offer)\b(?!.*\b(?:not|never)\b|.*n['’]t\b)",
    re.IGNORECASE,
)
# "Ledgerline matches bank transactions with invoices", "We are a bakery", "Pedal & Oak is a bicycle shop".
_INTRODUCES = re.compile(
    r"we(?:['’]re an?| are an?| sell| make| build| run| roast| bake| repair| teach| supply| print| rent)\b"
    r"|(?P<name>[A-Z][\w&.'’-]*(?: (?:[A-Z&][\w&.'’-]*|of|and|the|at|for))*) "
    r"(?:(?:is|are) (?:an?|the|your|our)|(?:has|have) \w+ed|sells|makes|builds|offers|provides|runs|matches|helps|"
    r"supplies|designs|repairs|teaches|prints|rents|roasts|bakes|manages|connects|brings|gives|lets|turns)\b"
)


def asks_overview(question: str) -> bool:
    """Whether the message only asks what the company is, does or sells, and names no particular thing."""
    return bool(_ASKS.match(question))


def asks_prices(question: str) -> bool:
    """Whether the message only asks what things cost, and names none: "what are your prices", "how much is it"."""
    return bool(_ASKS_PRICES.match(question))


def is_introduction(passage: Passage) -> bool:
    """Whether a text begins by saying what the company is or does."""
    return bool(_introduced(passage))


def introduces_by_name(passage: Passage) -> bool:
    """Whether its page is called "About us", "Home" or the like."""
    file = re.sub(r"[\W_\d]+", " ", passage.document).strip()
    return any(_ABOUT.search(name) for name in (_title(passage), file))


def lists_offer(passage: Passage) -> bool:
    """Whether the name of a section says that it lists what the company sells or does."""
    return bool(_OFFER.match(passage.heading.rpartition(TRAIL)[2] or passage.document))


def overview_share(passage: Passage, *, opens: bool) -> float:
    """How much a passage says about the whole company, from 0. `opens`: it is the first of its document."""
    share = 1.0 * lists_offer(passage)
    if opens:
        introduced = _introduced(passage)
        has_its_name = introduced is not None and bool(introduced["name"]) and introduced["name"] in _title(passage)
        share += 0.1 + 1.5 * introduces_by_name(passage) + 1.0 * bool(introduced) + 1.0 * has_its_name
        share += 0.2 * (not passage.text.lstrip().startswith(("|", "- ", "* ")))
    return share


def _introduced(passage: Passage) -> re.Match[str] | None:
    first = passage.text.lstrip("*_ ")
    return _INTRODUCES.match(first) or _INTRODUCES.match(first[:1].lower() + first[1:])


def _title(passage: Passage) -> str:
    return passage.heading.split(TRAIL)[0]
