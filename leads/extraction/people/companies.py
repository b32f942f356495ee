"""The visitor's own company: introduced, behind their name, by its legal form, or as an answer.

"from Leeds" is no company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from language.words import STOP_WORDS
from leads.extraction import certainty
from leads.extraction.message import VisitorText, word_set
from leads.extraction.patterns import any_of, any_word
from leads.extraction.people.answers import GUESSED, SAID, SHOWN, Named, answered
from leads.extraction.people.words import BETWEEN_LEGAL, CONTRACTION, FIRM_WORDS, LEGAL, NOT_NAMES, legal_ahead, places

MAX_SAID = 20  # introductions in one message
MAX_WORDS = 6
_BEGINS_PLACE = word_set("north south east west new san los the saint st")
COMPANY_BEHIND = re.compile(
    r"[ ,]{1,2}(?:(?:and )?(?:i'm |i am |i work |working |calling |writing |speaking |here |"
    r",)?\s?)?(?P<by>from|form|at|with|of|for|@|von|bei|aus|de chez|chez|de la|de|del)\s"
    r"(?:the company |a company called |the |der |die |den |dem |la |el |l')?"
)
_ROLE_BEHIND = re.compile(
    r"(?: here| speaking)?(?:,| and i'm| - |, i'm)? \(?(?:the |a |an |our )?"
    r"(?:(?:[a-z&/-]{2,20} ){1,4}?(?P<by>at|with|bei|chez)|"
    r"(?:ceo|cto|cfo|coo|founder|co-founder|owner|director|managing director|president|partner) of) (?:the )?"
)
# Spoken words come without capitals: a legal form says where the company ends.
SMALL_COMPANY_BEHIND = re.compile(
    r" (?:from|at|with) (?:the )?((?:(?!(?:and|i|i'm|we|work|working|for|at|in|of) )[a-z0-9&'-]{1,20} ){1,4}?"
    r"(?:ltd|limited|gmbh|inc|llc|plc))\b"
)
# "Hi, this is priya from northwind and we need 30": a word or two that a sign or the next clause ends.
_SMALL_FROM = re.compile(
    r" (?:from|at) (?P<firm>[a-z0-9&'-]{3,20}(?: (?!(?:and|here|we|i|i'm|we're|calling)\b)[a-z0-9&'-]{3,20})?)"
    r"(?=\s{0,2}(?:[,.!;\n]|$)| (?:and|here|we|we've|we're|i|i'm|calling)\b)"
)
_FIRM = any_word("company business firm agency shop practice organisation organization")
_APPOSED = re.compile(rf"\b(?:(?:we|wir|nous), |(?:our|my) (?:{_FIRM}) \()")
_FOR_FIRM = re.compile(
    r"\b(?:this is|it's|it is|it would be|that's|quote|offer|order|account of) (?:for |(?<=of ))(?:the )?"
)
_IT_IS = re.compile(r"\b(?:it's|it is|we're|we are) (?:the )?")  # "hmm, on paper it's Dawson & Daughters Ltd"
_OUR_FIRM_IS = any_of(
    rf"(?:our|my|the) (?:{_FIRM}) (?:is|'s|name is)(?: called| named)?|(?:our|my) company's (?:name is|called)",
    r"company(?: name)?\s?:|(?:firm|business|organi[sz]ation|employer)\s?:|company (?:name )?is",
    "(?:company|firm|business|agency|shop)(?:'s| is) (?:called|named)|we're called|we are called",
    "a (?:place|shop|cafe|bar|studio|firm|company|business|practice|salon) called",
    "(?:we're|we are|i'm with)(?= an? (?:[a-z-]{2,20} ){1,3}called )",
    "(?:our|my) (?:company|business|firm|agency|shop|studio|practice|school|charity|organi[sz]ation|start-?up),",
)
_WE_ARE_FROM = any_of(
    "we at|here at|of us (?:here )?at|(?:team|staff|people|colleagues) (?:here )?at",
    "invoice (?:goes )?to|invoice to|bill(?:ed)? to",
    "(?:writing|calling|ringing|mailing) (?:from|for|on behalf of)|on behalf of",
    "(?:i'm|im|i am) (?:calling|writing|ringing|getting in touch|contacting you|reaching out|texting)"
    " (?:from|for|on behalf of)",
    "we're from|we are from|we're with|(?:i|we) work (?:for|at|with)|i represent|we represent|i run|i own",
)
_GERMAN = any_of(
    "ich arbeite (?:fur|bei)|wir arbeiten (?:fur|bei)|ich rufe (?:fur|von)|im (?:namen|auftrag) (?:von|der|des)",
    r"unsere firma (?:heißt|heisst|ist)|wir heißen|firma\s?:|(?:von|bei) der firma",
)
_FRENCH = any_of(
    "je travaille (?:chez|pour)|nous travaillons (?:chez|pour)|notre (?:societe|entreprise) (?:est|s'appelle)",
    "je (?:vous )?(?:appelle|contacte|ecris) (?:de chez|de la part de|pour)|au nom de|je represente",
    "(?:je suis|nous sommes) (?:de )?chez|de la societe|de l'entreprise",
)
_SPANISH = any_of(
    "trabajo (?:en|para)|trabajamos (?:en|para)|(?:llamo|escribo) de(?: parte de)?|en nombre de|represento a",
    "nuestra empresa (?:es|se llama)|de la empresa",
)
_ARTICLE = any_of(
    "the |(?P<article>der |dem |die |den )|(?:la |el |l')(?:empresa |societe |entreprise )?",
    "(?:an?|the) (?:[a-z-]{2,20} ){1,3}called |called |(?:my|our) (?:employer|company|firm|client|charity|school) ",
)
_COMPANY_SAID = re.compile(
    rf"\b(?:{any_of(_OUR_FIRM_IS, _WE_ARE_FROM, _GERMAN, _FRENCH, _SPANISH)})\s{{1,3}}(?:{_ARTICLE})?"
)
_SMALL_COMPANY = re.compile(
    r"((?:[a-z0-9&'-]{2,20} ){1,3}?(?:solutions|consulting|logistics|technologies|labs|ventures|holdings|industries|"
    r"associates|ltd|limited|gmbh|inc|llc|plc))"
    r"(?=\W{0,3}(?:$|[,.!;\n]|(?:and|in|about|with|we|i|i'm|because|to|so|here|at|on)\b))"
)
_ROLE_AT = re.compile(
    r"\b(?:(?:i'm|i am) (?:the|an?|one of the|head of|in charge of|responsible for)|(?:i|we) (?:look after|"
    r"take care of|do|organi[sz]e|coordinate|oversee|run|manage|lead|"
    r"handle|head|work in|work as))(?: [a-z&/-]{1,20}){1,5}? (?P<by>at|of|for|with) (?:the )?"
)
_GREETS_FROM = re.compile(
    r"(?:^|[.!?,\n])\s{0,3}(?:hi|hello|hey|greetings|hallo|grusse|bonjour|saludos|hola) (?:from|aus|de) (?:the )?"
)
_IS_CUSTOMER = re.compile(r"\b(?:customer|client|member|user|fan|student|patient|guest|passenger|visitor|subscriber)\b")
_COMPANY_SHOWN = re.compile(
    r"\b(?:we're|we are|i'm with|i'm from|i'm at|i am with|i am from|i am at|wir sind(?: die)?|"
    r"nous sommes|somos|firma)\s{1,3}(?:the )?"
)


def companies(
    message: VisitorText, people: list[Named], *, is_asked: bool = False, is_about_visitor: bool = False
) -> list[Named]:
    """The visitor's own companies. `is_about_visitor`: the message answers a question for contact details."""
    found = [
        *_behind_names(message, people),
        *_company_said(message),
        *_small_company_said(message),
        *_company_shown(message),
        *_of_role(message),
        *_apposed(message, is_asked=is_asked),
    ]
    if not found and (is_about_visitor or is_asked or people):
        taken = {each.start for each in people}
        found += [each for each in _segments(message) if each.start not in taken]
    if is_asked and not found:
        found += answered(message, MAX_WORDS, is_company=True)
    return [each for each in found if not certainty.is_negated(message, each.start, each.end)]


def _behind_names(message: VisitorText, people: list[Named]) -> Iterator[Named]:
    for person in people:
        match = _ROLE_BEHIND.match(message.plain, person.end) or COMPANY_BEHIND.match(message.plain, person.end)
        small = SMALL_COMPANY_BEHIND.match(message.plain, person.end)
        if small:
            yield Named(*small.span(1), SHOWN)
            continue
        firm = small_firm_behind(message, (person.start, person.end))
        if firm and not is_place(message, firm):
            yield Named(*firm, GUESSED)
            continue
        if match:
            found = company_at(message, match.end())
            if found and (match["by"] in {"at", "with", "for", "@", "chez", "bei"} or not is_place(message, found)):
                yield Named(*found, SAID if match["by"] in {"at", "with", "@"} or _is_legal(message, found) else SHOWN)


def _company_said(message: VisitorText) -> Iterator[Named]:
    for match in islice(_COMPANY_SAID.finditer(message.plain), MAX_SAID):
        found = company_at(message, match.end())
        if found and not certainty.is_past(message, *found) and not message.sentence_at(match.start()).is_question:
            is_loose = match.group().strip().endswith((" at", "run", "own", " en", " from"))
            # "Ich arbeite bei der Bank": German nouns have capitals too.
            is_noun = match["article"] in {"der ", "dem ", "die ", "den "} and " " not in message.text[slice(*found)]
            if not (is_loose and is_place(message, found)) and not is_noun:
                yield Named(*found, SAID)


def _company_shown(message: VisitorText) -> Iterator[Named]:
    for match in islice(_COMPANY_SHOWN.finditer(message.plain), MAX_SAID):
        found = company_at(message, match.end())
        if not found or is_place(message, found) or message.sentence_at(match.start()).is_question:
            continue
        if is_firm(message, found) or _is_shown(message, found, match.group()):
            yield Named(*found, SHOWN)


def _small_company_said(message: VisitorText) -> Iterator[Named]:
    """ "I'm calling from fenwick solutions": spoken words come without capitals."""
    for match in islice(_COMPANY_SAID.finditer(message.plain), MAX_SAID):
        small = _SMALL_COMPANY.match(message.plain, match.end())
        words = small[1].split() if small else []
        is_statement = not message.sentence_at(match.start()).is_question
        if (
            small
            and is_statement
            and not set(words) & (STOP_WORDS | NOT_NAMES)
            and message.text[small.start(1)].islower()
        ):
            yield Named(*small.span(1), SHOWN)


def _of_role(message: VisitorText) -> Iterator[Named]:
    """ "I'm the IT lead at Nordwind", "I look after the office at Deltaworks", "hello from Hexham Brewery"."""
    for match in islice(_GREETS_FROM.finditer(message.plain), MAX_SAID):
        found = company_at(message, match.end())
        if found and is_firm(message, found):
            yield Named(*found, SHOWN)
    for match in islice(_ROLE_AT.finditer(message.plain), MAX_SAID):
        found = company_at(message, match.end())
        if not found or is_place(message, found) or message.sentence_at(match.start()).is_question:
            continue
        if not _IS_CUSTOMER.search(match.group()) and (match["by"] == "at" or is_firm(message, found)):
            yield Named(*found, SHOWN)


def _apposed(message: VisitorText, *, is_asked: bool) -> Iterator[Named]:
    """ "We, Müller & Söhne GmbH, are looking", "this is for Northgate Dental"."""
    for pattern in (_APPOSED, _FOR_FIRM, *([_IT_IS] if is_asked else [])):
        for match in islice(pattern.finditer(message.plain), MAX_SAID):
            found = company_at(message, match.end())
            is_question = message.sentence_at(match.start()).is_question
            is_apposed = pattern is not _APPOSED or (found and message.plain[found[1] : found[1] + 1] in {",", ")"})
            if found and is_apposed and is_firm(message, found) and not is_question:
                yield Named(*found, SHOWN)


def small_firm_behind(message: VisitorText, person: tuple[int, int] | None) -> tuple[int, int] | None:
    """Where the company stands that a speaker names behind their name, in a message without a capital."""
    match = _SMALL_FROM.match(message.plain, person[1]) if person and message.text.islower() else None
    words = match["firm"].split() if match else []
    if not match or set(words) & (STOP_WORDS | NOT_NAMES):
        return None
    return match.span("firm")


def _is_shown(message: VisitorText, found: tuple[int, int], cue: str) -> bool:
    """ "We are Bright Harbour", "I'm from Northwind, a bakery"; but "we are Londoners" and "I'm at Heathrow" "
    "name none."""
    words = message.small[found[0] : found[1]].split()
    if (
        cue.startswith(("wir sind", "firma"))
        or cue.startswith("i'm at")
        or cue.startswith("i am at")
        or words[0] in NOT_NAMES
    ):
        return False
    is_explained = re.match(r",? (?:an?|the|based)\b", message.plain[found[1] : found[1] + 12])
    return bool(is_explained) or (len(words) > 1 and not _is_described(message, found))


def _is_described(message: VisitorText, found: tuple[int, int]) -> bool:
    """ "We are European leaders": a small word follows that the capital word belongs to."""
    following = re.match(r"\s([a-z]{1,20})", message.plain[found[1] : found[1] + 30])
    return following is not None and following[1] not in {
        "and",
        "in",
        "from",
        "with",
        "a",
        "an",
        "the",
        "based",
        "of",
        "we",
        "on",
        "und",
        "et",
        "y",
        "en",
        "but",
        "so",
    }


def _segments(message: VisitorText) -> Iterator[Named]:
    """A company with its legal form that stands alone between commas or lines."""
    for match in islice(re.finditer(r"[^,;|\n]{2,80}", message.text), MAX_SAID):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        found = company_at(message, start)
        if (
            found
            and is_firm(message, found)
            and re.match(r"\.?\s{0,3}$|\.\s", message.text[found[1] : match.end()])
            and found[0] == start
        ):
            yield Named(*found, SHOWN)


def company_at(message: VisitorText, place: int) -> tuple[int, int] | None:
    """Where the company that begins here ends: words with capitals, "&" between them, a legal form behind them."""
    index, start, end, words = message.index_at(place), -1, -1, 0
    while index < len(message.tokens) and words < MAX_WORDS:
        token = message.tokens[index]
        if end >= 0 and "\n" in message.text[end : token.start]:
            break
        letter = message.text[token.start]
        is_name = (
            letter.isupper()
            or (letter.isdecimal() and (words or _is_digit_name(message, index)))
            or (words and token.plain in LEGAL)
        )
        if (
            is_name
            and not (not words and (token.plain in NOT_NAMES | {"i", "we"} or CONTRACTION.search(token.plain)))
            and not (words and token.plain in {"i", "i'm", "we", "my"})
        ):
            start, end, words = (token.start if start < 0 else start), token.end, words + 1
        elif (
            not words
            or not (token.plain in BETWEEN_LEGAL or (token.plain == "." and message.is_glued(index)))
            or not _goes_on(message, index)
        ):
            break
        index += 1
    return (start, end) if start >= 0 and not message.plain[start:end].endswith("'s") else None


def _is_digit_name(message: VisitorText, index: int) -> bool:
    return (
        message.is_glued(index + 1)
        and message.tokens[index + 1].is_word
        and message.text[message.tokens[index + 1].start].isupper()
    )


def _goes_on(message: VisitorText, index: int) -> bool:
    following = message.tokens[index + 1 : index + 2]
    if not following:
        return False
    token = following[0]
    if message.tokens[index].plain == ".":  # "booking.com", "Co. KG", "Bros. Removals"
        is_short = message.tokens[index - 1].plain in {"co", "bros"} and message.text[token.start].isupper()
        return (message.is_glued(index + 1) or is_short) and token.is_word
    is_capital = message.text[token.start].isupper() and token.plain not in {"i", "i'm", "we", "we're"}
    return is_capital and (
        message.tokens[index].plain in {"&", "+", "-", "'n", "of", "for"} or legal_ahead(message, index)
    )


def _is_legal(message: VisitorText, found: tuple[int, int]) -> bool:
    words = message.plain[found[0] : found[1]].replace(".", "").split()
    return len(words) > 1 and words[-1] in LEGAL


def is_firm(message: VisitorText, found: tuple[int, int]) -> bool:
    """Whether the words themselves say that they name a firm: by their legal form, "&", or a word such as "Labs"."""
    words = message.small[found[0] : found[1]].replace(".", "").split()
    return _is_legal(message, found) or (len(words) > 1 and ("&" in words or bool(set(words[1:]) & FIRM_WORDS)))


def is_place(message: VisitorText, found: tuple[int, int]) -> bool:
    """Whether what looks like a company is a town or a country."""
    words = message.small[found[0] : found[1]].split()
    if is_firm(message, found) or len(words) > 3:
        return False
    is_begun = words[0] in _BEGINS_PLACE and len(words) <= 2
    return " ".join(words) in places() or is_begun or all(word in places() for word in words)
