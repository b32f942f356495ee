"""Reads what a question asks for: which kind of fact, which whole set, and about which topic."""

from __future__ import annotations

import re
from functools import lru_cache

from language.days import MONTH
from language.measures import measures
from language.phones import find_phones
from language.words import content_words, stem, synonyms, word_share, words

_COMPANY = "(?:the|your|this) (?:company|business|firm|shop|school|place|clinic|gym|store)"
_WANTED = {
    "money": r"\bhow much\b(?! (?:time|space|memory|storage|weight|water|power|energy|electricity)|.*\bweighs?\b"
    r"|.*\b(?:does|do|will|can|would) .*\b(?:makes?|produces?|generates?|yields?|consumes?|holds?)\b)"
    r"|\bhow (?:expensive|cheap)\b"
    r"|\b(?:prices?|priced|costs?|fees?|pricing|rates?(?! limits?\b)(?<!interest rate)|surcharges?|deposit)\b"
    r"|(?<!\bin )\b(?:charges?|what do you charge|do you charge)\b(?! (?:it|the|my) (?:up|battery))(?<!one charge)"
    r"(?! (?:(?:my|our|the|an?) )?(?:(?:electric|e) ?-?)?(?:ev|car|vehicle|phone|laptop|bike|scooter|wheelchair)s?\b)",
    "duration": r"\bhow (?:long|soon|quick|quickly|fast|far ahead|many (?:days|weeks|months|hours|minutes|years))\b",
    "when": r"\bwhen\b|\bwhat (?:time|date|days?|hours)\b|\b(?:opening|open|business|office|working) (?:hours|times?)\b"
    r"|\bhours\b$|\b(?:are you|you|is it|shop|office) open\b",
    "number": r"\bhow (?:many|big|large|heavy|tall|wide|high|deep|far|old|hot|loud)\b"
    r"|\b(?:weight|size|dimensions|capacity|limit)\b",
    "phone": r"\b(?:tele)?phone(?: number)?\b(?! support| app| holder)|\b(?:call|ring) (?:you|u)\b"
    r"|\b(?:contact|emergency|office|support|reception) (?:number|no\.?)(?!\w)"
    r"|\b(?:who|which number|what number) (?:do|can|should|to) (?:i |we )?(?:call|ring|phone)\b",
    "email": r"\be-?mail(?: address)?\b(?! invoices?)",
    "contact": r"\bcontact\b(?! lens)"
    r"|\b(?:reach|ring|write to|get in touch with|get hold of) (?:you|somebody|someone|us)\b|\bget in touch\b",
    "place": r"\bwhere (?:are|is|r) (?:you|u|your|the)\b|\b(?:your|postal|street|the) address\b|^\W*address\W*$"
    r"|\b(?:located|location|directions)\b",
    "who": r"^\W*who(?:'s| is| are|m)?\b",
    "frequency": r"\bhow (?:often|frequently|many times)\b",
    "founded": r"\b(?:founded|founder|established)\b"
    r"|\bhow long (?:have|has|are) .*\b(?:in business|around|going|exist(?:ed)?|trading|been open|operating)\b"
    rf"|\bhow old is {_COMPANY}\b|\b(?:when|who)\b.*\b(?:start(?:ed)?|set up|beg[iau]n|open(?:ed)?) {_COMPANY}\b"
    rf"|\bwhen .*{_COMPANY} (?:start(?:ed)?|beg[iau]n|opened)\b",
}
_WANTS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _WANTED.items()}
_WHEN = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|june|july|august|september|"
    r"october|november|december)\b|\b(?:19|20)\d\d\b|\b(?:before|after|until|from|by) \w+|\bdaily\b|\bquarter\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b", re.IGNORECASE)
_OFTEN = re.compile(
    r"\b(?:every|each|once|twice|daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually|hourly|always|never)\b"
    r"|\b(?:times|\d+|an?) (?:times )?(?:an?|per|each) (?:day|night|week|fortnight|month|quarter|year|hour)\b",
    re.IGNORECASE,
)
_FOUNDED = re.compile(
    r"\b(?:since|founded|established|opened|began|begun|started|set up|in business)\b[^.;]*\b(?:1[6-9]|20)\d\d\b"
    r"|\b(?:1[6-9]|20)\d\d\b[^.;]*\b(?:founded|established|opened|began|started|set up)\b|\bfound(?:ed by|er)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\S@\S+\.\w|(?<![\w.€$£])[+(]?\d[\d ()/-]{6,}\d\b|\bhttps?://", re.IGNORECASE)
_EMAIL = re.compile(r"\S@\S+\.\w")
_PLACE = re.compile(
    r"\b\d{1,4}[a-z]? (?:[A-Z][\w'’]+ ){1,3}|\b[A-Z][\w'’-]+ \d{1,4}\b|\b[A-Z]{2} \d{5}\b"
    r"|\b(?:street|avenue|lane|square|station|bus stop|on foot)\b"
)
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?{MONTH.pattern}(?: \d{{1,2}}\b)?(?:,? \d{{4}}\b)?", re.IGNORECASE)
# "Ana Ruiz", "with Imogen", "Lead: Gwil"; no day, month or street.
_NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+")
_FIRST_NAME = re.compile(r"(?:\b(?:with|by|to|and|from|ask|only|is|are)|:) [A-Z][a-zé]+\b(?! ?[\d(])")
_NAMED = re.compile(r"[A-Z][\w'’-]*\s$")  # "Brook 90"
_FREE = re.compile(r"\b(?:free|no charge|included|percent|%|for nothing)\b", re.IGNORECASE)
# Questions for all of something: "all plans", "which plans are there", "what do you sell", "your opening hours".
_SET = re.compile(
    r"\b(?:which|what) (?:(?:kinds?|types?|sorts?|range|choice) of )?(?P<a>(?:[\w'’-]+ ){0,3}?[\w'’-]+) "
    r"(?:(?:are|is) (?:there|available|possible|on offer|included)|(?:do|can|could|does) (?:you|i|we|it|they|your|the) "
    r"|(?:are|is) (?:you|your)\b)"
    r"|\bwhat (?:are|is) (?:all )?(?:your|the) (?P<b>[^?.!,]+)"
    r"|\b(?:list|show(?: me)?|name|see|tell me) (?:all )?(?:of )?(?:your|the) (?P<c>[^?.!,]+)"
    r"|\ball (?:of )?(?:your|the) (?P<d>[\w'’ -]+)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"[^su]s$")
_COLLECTIVES = "range menu team staff people children pricing catalogue assortment"
_COLLECTIVE = frozenset(_COLLECTIVES.split())
_NOT_OF_SET = re.compile(r"\s+(?:and|that|which|for|do|does|to|in|on|at|of|with|you|i|we)\b.*$", re.IGNORECASE)
# Words that only ask and name no topic.
_ASK = """
offer available provide sell work way kind type sort range choice option different long time information info details
tell explain question welcome allowed permitted today tomorrow customer company firm shop business page site
"""
_ASK_WORDS = frozenset(stem(word) for word in _ASK.split())
# General names of what price lists contain; visitors and pages may use different ones.
_GENERIC = "plan tier package option product subscription price version edition pricing"
GENERIC_NOUNS = frozenset(_GENERIC.split())
_PRICE_STEMS = synonyms(stem("price")) | {stem("price")}
_OF_KIND = {
    "money": "much pay month year week day hour per amount",
    "phone": "number details touch reach contact phone telephone call ring",
    "email": "details touch reach contact email mail address write",
    "contact": "number details touch reach contact phone email",
    "duration": "take last days weeks months hours minutes years",
    "number": "many number far old",
    "frequency": "often frequently times",
    "founded": "founded founder established start started set up began begin open opened long old been around business",
}
_KIND_WORDS = {kind: frozenset(stem(word) for word in text.split()) for kind, text in _OF_KIND.items()}
_KIND_WORDS["money"] |= _PRICE_STEMS


def wanted_kinds(question: str) -> frozenset[str]:
    """Which kinds of fact the question asks for: money, duration, when, number, phone, email, contact, place, who,
    frequency, founded. "How long have you been around" asks for a year, not for a duration."""
    found = frozenset(kind for kind, pattern in _WANTS.items() if pattern.search(question))
    return found - {"duration", "when", "number"} if "founded" in found else found


@lru_cache(maxsize=20_000)
def kinds_in(text: str) -> frozenset[str]:
    """Which kinds of fact a text has; "free" and percentages count as money."""
    dimensions = {measure.dimension for measure in measures(text)}
    held = {
        "money": "money" in dimensions or bool(_FREE.search(text)),
        "duration": bool(dimensions & {"duration", "clock"}),
        "when": bool(dimensions & {"clock", "duration"}) or bool(_WHEN.search(text)),
        "number": bool(dimensions),
        "contact": bool(_CONTACT.search(text)),
        "phone": any(True for _found in find_phones(text)),
        "email": bool(_EMAIL.search(text)),
        "place": bool(_PLACE.search(_DATE.sub(" ", text))),
        "who": bool(_NAME.search(text) or _FIRST_NAME.search(_WEEKDAY.sub(" ", _DATE.sub(" ", text)))),
        "frequency": bool(dimensions) or bool(_OFTEN.search(text)),
        "founded": bool(_FOUNDED.search(text)),
        # Stricter, to choose between passages: an amount, opening times instead of any date, a number outside a name.
        "amount": "money" in dimensions,
        "figure": any(
            m.dimension not in ("money", "clock") and not _NAMED.search(text[: m.start]) for m in measures(text)
        ),
        "hours": "clock" in dimensions and bool(_WEEKDAY.search(text)),
        "often": bool(_OFTEN.search(text)),
    }
    return frozenset(kind for kind, found in held.items() if found)


def has_kind(kind: str, text: str) -> bool:
    """Whether a sentence has a fact of this kind."""
    return kind in kinds_in(text)


_STREET = re.compile(
    r"\b\d{1,4}[a-z]? [A-Z][\w'’]+(?: [A-Z][\w'’]+){0,3}(?=\W*(?:$|[,.;|\n]|in\b|on\b|opposite\b|next\b))"
    r"|\b[A-Z]{2} \d{5}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b"
    r"|\b[A-Z][\w'’-]{3,}(?<!Under)(?<!Over)(?<!Ages)(?<!Aged) \d{1,4}[a-z]?(?:,\s| in\b|$)"
)
_SAYS_OPEN = re.compile(r"\b(?:open(?!ed)|opening|closed|closes?|shut)\b", re.IGNORECASE)


def holds_exactly(kind: str, text: str) -> bool:
    """Like `has_kind`, but a place must be a street or postcode, and opening times must be hours of a day."""
    if kind == "place":
        return bool(_STREET.search(_DATE.sub(" ", text)))
    return has_kind("hours" if kind == "when" else kind, text)


def asks_when_open(question: str) -> bool:
    """Whether a question asks when, or whether, a place is open, so that other dates are no answer."""
    return "when" in wanted_kinds(question) and bool(_SAYS_OPEN.search(question))


def says_when_open(text: str) -> bool:
    """Whether a text says when a place is open or closed: it has times of day, or says that it is closed."""
    return any(measure.dimension == "clock" for measure in measures(text)) or bool(_SAYS_OPEN.search(text))


_MOMENT = re.compile(
    r"\b(?:within|in|after|before|from|until|till|by|every|each|once|twice|as soon as|when|while|today|tomorrow|"
    r"tonight|immediately|at once|straight away|always|ahead|ago|earlier|later|spring|summer|autumn|winter|term)\b"
    r"|\b(?:noon|midday|midnight|mornings?|afternoons?|evenings?|weekdays?|weekends?)\b|\d(?: \w+)? notice\b",
    re.IGNORECASE,
)
_ASKS_HOURS = re.compile(r"\bhours?\b|\bwhat time\b", re.IGNORECASE)


def says_when(question: str, text: str) -> bool:
    """Whether a text says at what time. "Three months" is a length of time, and "8 hours" are not opening hours."""
    if any(measure.dimension == "clock" for measure in measures(text)):
        return True
    if _ASKS_HOURS.search(question):
        return bool(_WHEN.search(text) or _SAYS_OPEN.search(text) or re.search(r"\bnoon|midnight|24/7\b", text))
    return bool(_WHEN.search(text) or _MOMENT.search(text) or MONTH.search(text))


_YES_OR_NO = re.compile(
    r"\W*(?:(?:so|and|but|hi|hello|also)\W+)*(?:can|could|may|will|would|do|does|did|is|are|was|has|have)\b"
    r"(?!.*\b(?:how|what|which|who|where|tell|give)\b)(?! you open)",
    re.IGNORECASE,
)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question asks only for yes or no; "when" in it is a condition, and "deposit" its topic."""
    return bool(_YES_OR_NO.match(question))


_STRICT = {"money": "amount", "when": "hours", "number": "figure", "frequency": "often"}


def share_of_kinds(wants: frozenset[str], text: str) -> float:
    """The share (0 to 1) of the kinds of fact asked for that a text has; a price counts more than "free"."""
    return share_held(wants, kinds_in(text)) if wants else 0.0


def share_held(wants: frozenset[str], held: frozenset[str]) -> float:
    """Like `share_of_kinds`, for kinds of fact that are already known."""
    if not wants:
        return 0.0
    return sum(1.0 if _STRICT.get(kind, kind) in held else 0.4 if kind in held else 0.0 for kind in wants) / len(wants)


def names_kind(wants: frozenset[str], trail: str) -> bool:
    """Whether headings announce the kind of fact asked for: "Fees", "What it costs", "Opening hours"."""
    return bool(wants & wanted_kinds(trail))


# Words of special cases, for some people or unusual things. A question without them is about the usual case.
_SPECIAL_WORDS = """
child children kid kids teenager teenagers student students senior seniors nonprofit nonprofits charity charities
refurbished used reconditioned secondhand rented rental rentals rent hire replacement spare
international abroad overseas export weekend emergency urgent repeat subsequent
beta legacy old discontinued employer employers
"""
_SPECIAL = frozenset(stem(word) for word in _SPECIAL_WORDS.split())
_SOME_AGES = re.compile(
    r"\b(?:under|over|below|above|aged?|ages|from) (?:the age of )?\d{1,2}\b(?! ?(?:%|percent|km|kg|am|pm|:|\.))"
)


@lru_cache(maxsize=20_000)
def special_words(text: str) -> frozenset[str]:
    """Stems of words that say a text is about a special case."""
    found = _SPECIAL & {stem(word) for word in words(text)}
    return found | {"age"} if _SOME_AGES.search(text.casefold()) else found


def is_special(text: str, question: str) -> bool:
    """Whether a text is about a special case that the question does not name: refurbished, for children, rented."""
    found = special_words(text)
    if not found:
        return False
    asked = frozenset(stem(word) for word in words(question)) | special_words(question)
    return not any(word_share(word, asked) for word in found)


def topic_words(question: str, wants: frozenset[str]) -> tuple[str, ...]:
    """The content words of the topic, without those that say what is asked about it; may be empty.

    "How much is a crown per tooth" is about crown and tooth.
    """
    idle = frozenset().union(_ASK_WORDS, *(_KIND_WORDS.get(kind, frozenset()) for kind in wants))
    return tuple(word for word in content_words(question) if stem(word) not in idle)


def is_idle(word: str) -> bool:
    """Whether a word only asks and says nothing about the topic of a question or heading."""
    return stem(word) in _ASK_WORDS


def noun(word: str) -> str:
    """A lower-case word in the singular. Stricter than a stem: "planned" stays apart from "plan"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if _PLURAL.search(word) else word


def asked_set(question: str) -> tuple[str, ...]:
    """The things of which the question wants all ("which bean plans are there"), in the singular; or ()."""
    if wanted_kinds(question) - {"money", "who"}:  # opening hours are not a set
        return ()
    for match in _SET.finditer(question.strip().rstrip("?!. ")):
        named = content_words(_NOT_OF_SET.sub("", next(group for group in match.groups() if group)))
        if named and (_PLURAL.search(named[-1]) or named[-1] in _COLLECTIVE):
            return tuple(noun(word) for word in named)
    return ()


# "does not apply to", "cannot be combined with": says what something is not valid for.
_SCOPE = re.compile(
    r"\b(?:do(?:es)?|is|are|was|were) not (?:apply|combined|discounted|included|counted|count|covered|part of|cover|"
    r"include|extend|given|valid|carry)|\bcannot be (?:combined|added|used|shared|paid out)|\bnot on\b|\bexcluded\b|"
    r"\b(?:does|do)n['’]t (?:apply|count|cover|include)",
    re.IGNORECASE,
)
_ASKS_SCOPE = re.compile(
    r"\b(?:not|never|n['’]t|apply|applies|combine[sd]?|together|with|also|too|include[sd]?|including|count|cover(?:s|ed)?|"
    r"both|exclu\w+|except\w*|even|still|on top|part of|extend\w*|valid|without|count)\b",
    re.IGNORECASE,
)

_ASKS_WHAT_IS_IN = re.compile(
    r"^\W*(?:(?:and|so|but|hi|hello)\W+)*what(?:['’]s| is| does)\b[^?]*\binclude[sd]?\b(?![^?]*\b(?:not|extra)\b)",
    re.IGNORECASE,
)


def is_exclusion(text: str) -> bool:
    """Whether a sentence says what something does not apply to."""
    return bool(_SCOPE.search(text))


def asks_scope(question: str) -> bool:
    """Whether the question is about what is included and what is not; "what's included" is not such a question."""
    return bool(_ASKS_SCOPE.search(question)) and not _ASKS_WHAT_IS_IN.search(question)
