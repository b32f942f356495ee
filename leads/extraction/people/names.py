"""The visitor's own name: introduced, signed, spoken, or as the answer to a question for it.

"I'm looking for", "I am interested", "I'm German" and "I'm Anna's sister" are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from leads.extraction import certainty
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of
from leads.extraction.people.answers import GUESSED, SAID, SHOWN, Named, answered
from leads.extraction.people.companies import (
    COMPANY_BEHIND,
    SMALL_COMPANY_BEHIND,
    company_at,
    is_firm,
    is_place,
    small_firm_behind,
)
from leads.extraction.people.words import END_OF_LOWER, NOT_NAMES, PARTICLES, TITLES, firm_ahead, is_people, is_verb

MAX_SAID = 20  # introductions in one message
MAX_WORDS = 4
_MY_NAME_IS = any_of(
    "my names|i go by|(?:everyone|everybody|people|friends) calls? me|they call me|ask for|moi c'est",
    "ich bin (?:die|der)|my (?:full |first )?(?:name|nmae|naem|nam) (?:it )?(?:is|would be|'s)",
    r"(?:my|the) name is (?:spelled|spelt|written)|my name's|the name is|name's|the name's|names|name\s?:|name is",
    "i'm called|i am called|you can call me|just call me|call me|put me down as",
    "you're (?:speaking|talking|chatting) (?:to|with)",
    "mein name ist|mein name lautet|ich heisse|ich heiße|hier spricht",
    "je m'appelle|mon nom est|je me nomme|me llamo|mi nombre es",
)
_NAME_SAID = re.compile(rf"\b(?:{_MY_NAME_IS})\s{{0,3}}:?\s{{0,3}}")
# "The company name is" introduces no person.
_OF_THING = re.compile(
    r"\b(?:company|firm|business|brand|shop|practice|agency|school|product|domain|user|file|street|band|team|project|"
    r"venue|site|dog)(?:'s)? $"
)
_NAME_SHOWN = re.compile(r"\b(?:i'm|im|i am|myself|this is|it's|it is|ich bin|hier ist|je suis|ici|soy|c'est)\s{1,3}")
_SPELT = re.compile(
    r"(?:^|[,.!;\n]|\b(?:it's|its|it is|i'm|i am|name is|no|sorry|"
    r"actually))\s{0,3}(?P<name>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)"
    r",? (?:no|with(?:out)?|spelt with|spelled with|written with) (?:an? |one |two |"
    r"double )?['\"]?[a-z]{1,2}s?['\"]?(?:[,:;]? |[.!]|$)"
)
_SMALL_SPEAKER = re.compile(r"([a-z]{2,15}) (?:from|at|with) (?:[a-z0-9&'-]{2,20} ){1,3}here\b(?! (?:is|are|we|i)\b)")
# "Thanks for the quick reply, Tom from Kestrel Architects here"
_FIRM_BEHIND = re.compile(r"(?:[,|] [^\W\d_][^,|\n.]{1,30})?[,|] ")
_GREETED = re.compile(r"\b(?:hi|hiya|hello|hey|morning|afternoon|evening)[ ,!]{1,3}$")
_BEGINS_SELF = re.compile(r"(?:i'm|i am|im|it's|this is|we're)\b")
_ENDS_HERE = re.compile(r"\s{0,2}(?:[,.;!\n]|$)")
_ME_COMMA = re.compile(r"\b(?:reach|call|contact|ring|email|write to) me, ")
_THAT_IS_ME = re.compile(r", (?:that's|thats|which is|i\.?e\.?) me\b")
_BEHIND_COMMA = re.compile(r"[,:-] ")
_HERE = re.compile(r"\s(?:speaking|here)\b(?! (?:is|are|we|i)\b)")
_SPEAKS_HERE = re.compile(r"\s(?:speaking|here)(?=\s{0,2}(?:$|[.,!;\n]|btw|by the way))")
# "Jo Smith", "Jo Smith, jo@x.org", "Jo Smith 07700 900123"
_BEHIND_NAME = re.compile(r"\s{0,3}(?:\.?\s{0,3}$|[,;:|/(\n–-]|(?=\+?\d)|(?=\S{1,60}@))")
_BEHIND_ADDRESS = re.compile(r"(?:@\S{1,60}|\d{3}|\bdot [a-z]{2,12})[,;\n]\s{1,3}(?=[^\W\d_][^,;\n@]{2,40}$)")
_SPEAKING = re.compile(r"\s{0,2}(?:,\s)?(?:speaking|here\b|am apparat|a l'appareil|al habla)")
_BEHIND_SMALL_NAME = re.compile(
    r"\s{0,3}(?:$|[,.!;:\n()-]|(?:and|from|at|with|i|i'm|im|my|we|we're|by the way|btw|here|speaking|budget|email|"
    r"phone|tel|please|for|und|von|et|de|y|e)\b)"
)
# "Thanks, Anna" may greet the agent; on a line of its own it signs.
_THANKS = "thanks|thank you|many thanks|thx|danke|vielen dank|merci|gracias"
_GREETS = any_of(
    "regards|best|best wishes|cheers|sincerely|faithfully|yours truly",
    "mit freundlichen gru(?:ß|ss)en|gruß|grusse|gruße|cordialement|saludos|un saludo",
)
_GREETS_WHOLLY = any_of(
    "(?:kind|best|warm) regards|best wishes|yours sincerely|yours faithfully|lg|vg|mfg|bien a vous|un saludo",
)
_LETTER = r"(?=[^\W\d_])"
_SIGNED = re.compile(
    rf"\b(?:{_THANKS})[ ,!.]{{0,2}}[ \t]{{0,3}}\n\s{{0,3}}{_LETTER}|"
    r"(?:^|[.!?\n])[^.!?\n]{0,60}\b(?:thanks|thank you|cheers|thx|danke|merci|gracias)\b[^\n?]{0,40}[.! ] ?"
    rf"[-–—] ?{_LETTER}|"
    rf"\b(?:{_GREETS_WHOLLY})[ ,]{{1,2}}(?!from ){_LETTER}|"
    rf"\b(?:{_GREETS})(?: from [a-z]{{2,20}})?[ ,!.]{{0,2}}\s{{0,3}}[\n,]\s{{0,3}}{_LETTER}"
)


LETTER_CHARS = 120  # who writes so much signs at its end; a short "thanks, Anna" may greet the agent
_CLOSING = re.compile(
    r"[.!?\n]\s{0,2}(?:many )?(?:thanks|thank you|cheers|danke|merci|gracias)(?: in advance| a lot| so much)?"
    r"[ ,!.]{1,2}(?=[^\W\d_][^.,;!?\n]{1,40}[.!]?\s{0,3}$)"
)


def names(
    message: VisitorText,
    *,
    is_asked: bool = False,
    is_contact_asked: bool = False,
    is_known: bool = False,
    is_corrected: bool = False,
    addresses: Sequence[str] = (),
) -> list[Named]:
    """The visitor's own names, the surest first. `is_contact_asked`: the agent asked for an address or a number, to
    which many give their name as well; `is_known`: a name is, which "it's Jon without h" replaces, and "it's Jon" where
    `is_corrected`; `addresses` are e-mail addresses of theirs."""
    found = [
        *_introduced(message, is_corrected or is_asked),
        *_spoken_behind(message),
        *_signed(message),
        *_beside_me(message),
        *_headed(message),
    ]
    if is_known or is_asked:
        found += _spelt(message)
    if not found and addresses:
        found += _listed(message, addresses, is_contact_asked=is_contact_asked)
    if not found and is_contact_asked:
        found += _left_with_contact(message)
    if is_asked and not found:
        found += [*answered(message, MAX_WORDS, is_company=False)] or _sentence_alone(message)
    return [each for each in found if not certainty.is_negated(message, each.start, each.end)]


def _introduced(message: VisitorText, may_be_small: bool) -> Iterator[Named]:
    is_shouted = message.text.isupper()
    for match in islice(_NAME_SAID.finditer(message.plain), MAX_SAID):
        if certainty.is_of_others(message, match.start()) or _OF_THING.search(message.before(match.start(), 20)):
            continue
        named = name_at(message, match.end(), must_be_capital=True)
        is_loose = not named or is_shouted
        named = named or name_at(message, match.end(), must_be_capital=False)
        if named and not (is_loose and _is_predicate(message, match.group(), named[1])):
            yield Named(*_in_full(message, named), SAID)
    for match in islice(_NAME_SHOWN.finditer(message.plain), MAX_SAID):
        begins = re.search(
            r"(?:^|[,.!?;:\n-]|\b(?:hi|hello|hey|hallo|bonjour|hola|yeah|yes|ok|okay|um|uh|er|right|there|and|hiya|"
            r"heya|howdy|morning|afternoon|evening|"
            r"und|et|y|well|so|"
            r"because|tag|morgen|no|sorry|oh))\s{0,3}$",
            message.before(match.start(), 24),
        )
        named = name_at(message, match.end(), must_be_capital=True) if begins and not is_shouted else None
        is_thing = is_itself = match.group().startswith(("it", "c'est"))
        is_itself = is_itself and not _is_of_company(message, named)
        if named and is_people(message.small[named[0] : named[1]]):
            continue
        is_back = named and re.match(r" (?:again|here|speaking)\b", message.plain[named[1] : named[1] + 12])
        if named and (not is_itself or may_be_small or is_back) and _is_plausible(message, named, match.group()):
            yield Named(*named, SHOWN)
        small = None if named else name_at(message, match.end(), must_be_capital=False)
        is_greeting = _GREETED.search(message.before(match.start(), 24)) and small_firm_behind(message, small)
        if begins and small and not is_thing and (is_greeting or _names_a_speaker(message, small[1])):
            yield Named(*small, SHOWN)


def _in_full(message: VisitorText, named: tuple[int, int]) -> tuple[int, int]:
    """ "Call me Mr Lindqvist, Per Lindqvist": the longer one where it ends with the same word."""
    again = (
        name_at(message, named[1] + 2, must_be_capital=True) if message.text[named[1] : named[1] + 2] == ", " else None
    )
    last = message.text[slice(*named)].split()[-1]
    is_same = again and again[0] == named[1] + 2 and message.text[slice(*again)].endswith(f" {last}")
    return again if again and is_same else named


def _is_predicate(message: VisitorText, lead: str, end: int) -> bool:
    """ "My name is known to you", "the name is taken": a small word that says something of the name."""
    is_loose = not lead.startswith(("my", "i'm called", "i am called", "mein", "ich", "je", "mon", "me llamo", "mi"))
    return is_loose or not _BEHIND_SMALL_NAME.match(message.plain, end)


def _spelt(message: VisitorText) -> Iterator[Named]:
    """ "It's Jon without h", "Katharina with a K": the longer one where it is said again behind it."""
    for match in islice(_SPELT.finditer(message.plain), MAX_SAID):
        named = name_at(message, match.start("name"), must_be_capital=True)
        if named and named[1] == match.end("name"):
            again = name_at(message, match.end(), must_be_capital=True)
            first = message.plain[named[0] : named[1]]
            is_longer = again and message.plain[again[0] : again[1]].startswith(f"{first} ")
            yield Named(*(again if again and is_longer else named), SAID)


def _left_with_contact(message: VisitorText) -> Iterator[Named]:
    """The whole of a message, or what stands before an address or a number: two words or more with capitals."""
    last = _BEHIND_ADDRESS.search(message.text.rstrip(" .\n"))
    for place in (0, *([last.end()] if last else [])):
        named = name_at(message, place, must_be_capital=True)
        if named and _is_left(message, place, named):
            yield Named(*named, SHOWN)


def _is_left(message: VisitorText, place: int, named: tuple[int, int]) -> bool:
    title = message.text[place : named[0]].strip().rstrip(".").lower()
    is_first = title in {"", *TITLES}
    is_whole = (title or " " in message.text[slice(*named)]) and _BEHIND_NAME.match(message.text, named[1])
    is_other = message.sentence_at(named[0]).is_question or is_place(message, named) or is_firm(message, named)
    return bool(is_first and is_whole) and not is_other


def _is_of_company(message: VisitorText, named: tuple[int, int] | None) -> bool:
    """ "It's Mei from Lotus Travel"; "It's Bosch from Germany" is no name."""
    match = COMPANY_BEHIND.match(message.plain, named[1]) if named else None
    company = company_at(message, match.end()) if match else None
    return bool(company) and not is_place(message, company or (0, 0))


def _names_a_speaker(message: VisitorText, end: int) -> bool:
    """ "this is jo speaking", "this is jo from acme ltd"."""
    return bool(_SPEAKING.match(message.plain, end) or SMALL_COMPANY_BEHIND.match(message.plain, end))


def _is_plausible(message: VisitorText, named: tuple[int, int], cue: str) -> bool:
    """In German nouns have capitals too: "ich bin Kunde"."""
    words = message.text[named[0] : named[1]].split()
    if "ich bin" in cue and len(words) == 1:
        return bool(re.match(r"\s(?:von|bei|aus|und)\b|\s?[,.!]|$", message.plain[named[1] : named[1] + 99]))
    if cue.strip() == "this is" and len(words) == 1:  # "This is Sparta"
        return bool(
            _SPEAKING.match(message.plain, named[1])
            or COMPANY_BEHIND.match(message.plain, named[1])
            or message.plain[named[1] : named[1] + 99].strip(" .,!") == ""
        )
    return not re.match(
        r"\s(?:speaker|citizen|owner|user|customer|fan|manager|based|company)\b",
        message.plain[named[1] : named[1] + 99],
    )


def _spoken_behind(message: VisitorText) -> Iterator[Named]:
    """ "Jo Smith here", "Jo speaking"."""
    for sentence in message.sentences[:MAX_SAID]:
        lead = re.match(
            r"\s{0,3}(?:(?:hi|hiya|heya|hello|hey|howdy|yo|g'day|good day|good morning|good afternoon|good evening|"
            r"greetings|"
            r"morning|evening|guten tag|moin|servus|hi there|hello there|hey there|hallo|bonjour|salut|hola)[ "
            r",!]{1,3}){0,2}",
            message.plain[sentence.start : sentence.end],
        )
        start = sentence.start + (lead.end() if lead else 0)
        named = name_at(message, start, must_be_capital=True)
        end = _behind_company(message, named[1]) if named else 0
        is_from = (
            named
            and not _BEGINS_SELF.match(message.plain, named[0])
            and end > named[1]
            and lead
            and lead.group().strip()
            and _ENDS_HERE.match(message.plain, end)
        )
        if named and (is_from or any(_HERE.match(message.plain, place) for place in (named[1], end))):
            yield Named(*named, SHOWN)
        small = None if named else _SMALL_SPEAKER.match(message.plain, start)
        if small and name_at(message, start, must_be_capital=False) == small.span(1):
            yield Named(*small.span(1), GUESSED)
    for match in islice(_BEHIND_COMMA.finditer(message.plain), MAX_SAID):
        named = name_at(message, match.end(), must_be_capital=True)
        end = _behind_company(message, named[1]) if named else 0
        if named and end > named[1] and _SPEAKS_HERE.match(message.plain, end):
            yield Named(*named, SHOWN)


def _behind_company(message: VisitorText, place: int) -> int:
    """Where "from Acme Ltd" ends that begins here, else the place itself."""
    match = COMPANY_BEHIND.match(message.plain, place)
    company = company_at(message, match.end()) if match else None
    return company[1] if company else place


def _signed(message: VisitorText) -> Iterator[Named]:
    """A name under a greeting: "Kind regards,\\nJo Smith"."""
    for match in islice(_SIGNED.finditer(message.plain), MAX_SAID):
        named = name_at(message, match.end(), must_be_capital=True)
        if named and re.fullmatch(
            r"[\s.,!]*|\s{0,3}[,\n(].{0,120}", message.plain[named[1] : named[1] + 99], re.DOTALL
        ):
            yield Named(*named, SHOWN)

    closing = _CLOSING.search(message.plain) if len(message.text) >= LETTER_CHARS else None
    named = name_at(message, closing.end(), must_be_capital=True) if closing else None
    if named and not message.plain[named[1] :].strip(" .!"):
        yield Named(*named, SHOWN)


def _headed(message: VisitorText) -> Iterator[Named]:
    """ "Ravi Menon, Facilities, Halden Group. …": a name and a firm with nothing else begin the message."""
    named = name_at(message, 0, must_be_capital=True)
    behind = _FIRM_BEHIND.match(message.text, named[1]) if named and not named[0] else None
    firm = company_at(message, behind.end()) if behind else None
    is_all = firm and re.match(r"\s{0,2}(?:[.,;\n]|$)", message.text[firm[1] :])
    if named and firm and is_all and " " in message.text[slice(*named)] and is_firm(message, firm):
        yield Named(*named, SHOWN)


def _sentence_alone(message: VisitorText) -> Iterator[Named]:
    """ "I don't want a newsletter. Karen.": nothing but a name, behind what else is said."""
    for sentence in message.sentences[1:]:
        named = name_at(message, sentence.start, must_be_capital=True)
        if named and not message.plain[named[1] : sentence.end].strip(" .!"):
            yield Named(*named, SHOWN)


def _beside_me(message: VisitorText) -> Iterator[Named]:
    """ "You can reach me, Paul Nash, on …", "attn. Simone Achebe, that's me"."""
    for match in islice(_ME_COMMA.finditer(message.plain), MAX_SAID):
        named = name_at(message, match.end(), must_be_capital=True)
        if named and message.plain[named[1] : named[1] + 1] == ",":
            yield Named(*named, SHOWN)
    for match in islice(_THAT_IS_ME.finditer(message.plain), MAX_SAID):
        for start in range(max(0, match.start() - 40), match.start()):
            named = name_at(message, start, must_be_capital=True)
            if named and named[0] == start and named[1] == match.start():
                yield Named(*named, SHOWN)
                break


def _listed(message: VisitorText, addresses: Sequence[str], *, is_contact_asked: bool) -> Iterator[Named]:
    """A name that stands alone between commas or lines, and in the address as well: "Tom Baker, tom@baker.example".
    In small letters only where contact details were asked for."""
    local = " ".join(address.partition("@")[0].lower() for address in addresses)
    for match in islice(re.finditer(r"(?:(?! - | \S{1,60}@)[^,;:\n()|]){2,60}", message.text), MAX_SAID):
        start = match.start() + len(match.group()) - len(match.group().lstrip(" -"))
        small = re.match(r"([a-z]{2,20}) (?:from|at|with) ", message.plain[start : start + 40])
        if small and small[1] in re.split(r"[^a-z]", local):  # "mia from blume, mia@blume.co"
            yield Named(start, start + small.end(1), GUESSED)
            continue
        named = name_at(message, start, must_be_capital=not is_contact_asked)
        if not named or named[0] != start or message.text[named[1] : match.end()].strip(" ."):
            continue
        named = (start, min(named[1], match.end()))
        said = message.small[named[0] : named[1]].split()
        if any((len(word) > 2 and word in local) or word in re.split(r"[^a-z]", local) for word in said):
            yield Named(*named, SHOWN)


def name_at(message: VisitorText, place: int, *, must_be_capital: bool) -> tuple[int, int] | None:
    """Where the name that begins here ends; None where the words are none."""
    index, words, start, end = message.index_at(place), 0, -1, -1
    while index < len(message.tokens) and words < MAX_WORDS:
        token = message.tokens[index]
        if end >= 0 and "\n" in message.text[end : token.start]:
            break
        if start < 0 and token.plain in TITLES:
            index += 2 if message.text[token.end : token.end + 1] == "." else 1
            continue
        is_capital = message.text[token.start].isupper()
        is_particle = token.plain in PARTICLES and words > 0 and _is_capital_next(message, index)
        if is_particle and firm_ahead(message, index):  # "Anna Müller von der Sonne GmbH"
            break
        if not token.is_word or not (
            is_particle or (is_capital if must_be_capital else token.plain not in END_OF_LOWER or is_capital)
        ):
            break
        if not is_particle and (token.plain in NOT_NAMES or is_verb(token.plain, words, is_capital)):
            if words:
                break
            return None
        if token.plain.endswith("'s"):
            return None
        start, end, words = (token.start if start < 0 else start), token.end, words + 1
        index += 1
        if (
            index + 1 < len(message.tokens)
            and message.is_glued(index)
            and message.tokens[index].plain in {"-", "."}
            and (message.tokens[index].plain == "-" or len(token.plain) == 1)
        ):
            words -= message.tokens[index].plain == "-"
            index += 1
    while start >= 0 and message.small[start:end].split()[-1] in PARTICLES and " " in message.text[start:end]:
        end = start + len(message.text[start:end].rsplit(None, 1)[0])
    return (start, end) if start >= 0 else None


def _is_capital_next(message: VisitorText, index: int) -> bool:
    following = message.tokens[index + 1 : index + 3]
    return any(each.is_word and message.text[each.start].isupper() for each in following)
