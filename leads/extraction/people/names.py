"""The visitor's own name: introduced, signed, spoken, or as the answer to a question for it.

"I'm looking for", "I am interested", "I'm German" and "I'm Anna's sister" are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from leads.extraction import certainty
from leads.extraction.message import Message
from leads.extraction.people.answers import SAID, SHOWN, Named, answered
from leads.extraction.people.companies import COMPANY_BEHIND, SMALL_COMPANY_BEHIND, company_at, is_place
from leads.extraction.people.words import END_OF_LOWER, NOT_NAMES, PARTICLES, TITLES, is_verb, legal_ahead

MAX_SAID = 20  # introductions in one message
MAX_WORDS = 4
_NAME_SAID = re.compile(
    r"\b(?:my (?:full |first )?(?:name|nmae|naem|nam) (?:it )?(?:is|would be|'s)|my name's|the name is|"
    r"the name's|names|name\s?:|name is|i'm called|i am called|"
    r"you can call me|just call me|call me|you're (?:speaking|talking|chatting) (?:to|with)|"
    r"mein name ist|mein name lautet|ich heisse|ich heiße|hier spricht|"
    r"je m'appelle|mon nom est|je me nomme|me llamo|mi nombre es)\s{0,3}:?\s{0,3}"
)
_NAME_SHOWN = re.compile(r"\b(?:i'm|im|i am|this is|it's|it is|ich bin|hier ist|je suis|ici|soy|c'est)\s{1,3}")
_SPEAKING = re.compile(r"\s{0,2}(?:,\s)?(?:speaking|here\b|am apparat|a l'appareil|al habla)")
_SIGNED = re.compile(
    r"\b(?:regards|best|best wishes|cheers|sincerely|faithfully|yours truly|mit freundlichen gru(?:ß|"
    r"ss)en|gruß|grusse|gruße|cordialement|"
    r"saludos|un saludo)[ ,!.]{0,2}\s{0,3}[\n,]\s{0,3}(?=[^\W\d_])"
)


def names(
    message: Message, *, is_asked: bool = False, is_corrected: bool = False, addresses: Sequence[str] = ()
) -> list[Named]:
    """The visitor's own names, the surest first. `is_corrected`: "it's Jon" replaces a name that is known; `addresses`
    are e-mail addresses of theirs."""
    found = [*_introduced(message, is_corrected or is_asked), *_spoken_behind(message), *_signed(message)]
    if not found and addresses:
        found += _listed(message, addresses)
    if is_asked and not found:
        found += answered(message, MAX_WORDS, is_company=False)
    return [each for each in found if not certainty.is_negated(message, each.start, each.end)]


def _introduced(message: Message, may_be_small: bool) -> Iterator[Named]:
    is_shouted = message.text.isupper()
    for match in islice(_NAME_SAID.finditer(message.plain), MAX_SAID):
        if certainty.is_of_others(message, match.start()):
            continue
        named = name_at(message, match.end(), must_be_capital=is_shouted) or name_at(
            message, match.end(), must_be_capital=False
        )
        if named:
            yield Named(*named, SAID)
    for match in islice(_NAME_SHOWN.finditer(message.plain), MAX_SAID):
        begins = re.search(
            r"(?:^|[,.!?;:\n-]|\b(?:hi|hello|hey|hallo|bonjour|hola|there|and|und|et|y|well|so|"
            r"because|tag|morgen|no|sorry|oh))\s{0,3}$",
            message.before(match.start(), 24),
        )
        named = name_at(message, match.end(), must_be_capital=True) if begins and not is_shouted else None
        is_itself = match.group().startswith(("it", "c'est"))
        is_itself = is_itself and not _is_of_company(message, named)
        if named and (not is_itself or may_be_small) and _is_plausible(message, named, match.group()):
            yield Named(*named, SHOWN)
        small = None if named else name_at(message, match.end(), must_be_capital=False)
        if begins and small and _names_a_speaker(message, small[1]):
            yield Named(*small, SHOWN)


def _is_of_company(message: Message, named: tuple[int, int] | None) -> bool:
    """ "It's Mei from Lotus Travel"; "It's Bosch from Germany" is no name."""
    match = COMPANY_BEHIND.match(message.plain, named[1]) if named else None
    company = company_at(message, match.end()) if match else None
    return bool(company) and not is_place(message, company or (0, 0))


def _names_a_speaker(message: Message, end: int) -> bool:
    """ "this is jo speaking", "this is jo from acme ltd"."""
    return bool(_SPEAKING.match(message.plain, end) or SMALL_COMPANY_BEHIND.match(message.plain, end))


def _is_plausible(message: Message, named: tuple[int, int], cue: str) -> bool:
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


def _spoken_behind(message: Message) -> Iterator[Named]:
    """ "Jo Smith here", "Jo speaking"."""
    for sentence in message.sentences[:MAX_SAID]:
        lead = re.match(
            r"\s{0,3}(?:(?:hi|hello|hey|good morning|good afternoon|hallo|bonjour|hola)[ ,!]{1,3}){0,2}",
            message.plain[sentence.start : sentence.end],
        )
        start = sentence.start + (lead.end() if lead else 0)
        named = name_at(message, start, must_be_capital=True)
        if named and re.match(r"\s(?:speaking|here)\b(?! (?:is|are|we|i)\b)", message.plain[named[1] : named[1] + 99]):
            yield Named(*named, SHOWN)


def _signed(message: Message) -> Iterator[Named]:
    """A name under a greeting: "Kind regards,\\nJo Smith"."""
    for match in islice(_SIGNED.finditer(message.plain), MAX_SAID):
        named = name_at(message, match.end(), must_be_capital=True)
        if named and re.fullmatch(r"[\s.,!]*|\s{0,3}[,\n].{0,120}", message.plain[named[1] : named[1] + 99], re.DOTALL):
            yield Named(*named, SHOWN)


def _listed(message: Message, addresses: Sequence[str]) -> Iterator[Named]:
    """A name that stands alone between commas or lines, and in the address as well: "Tom Baker, tom@baker.example"."""
    local = " ".join(address.partition("@")[0].lower() for address in addresses)
    for match in islice(re.finditer(r"(?:(?! - )[^,;\n()|]){2,60}", message.text), MAX_SAID):
        start = match.start() + len(match.group()) - len(match.group().lstrip(" -"))
        named = name_at(message, start, must_be_capital=True)
        if not named or named[0] != start or message.text[named[1] : match.end()].strip(" ."):
            continue
        if any(len(word) > 2 and word in local for word in message.plain[named[0] : named[1]].split()):
            yield Named(*named, SHOWN)


def name_at(message: Message, place: int, *, must_be_capital: bool) -> tuple[int, int] | None:
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
        if is_particle and legal_ahead(message, index):  # "Anna Müller von der Sonne GmbH"
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
    return (start, end) if start >= 0 else None


def _is_capital_next(message: Message, index: int) -> bool:
    following = message.tokens[index + 1 : index + 3]
    return any(each.is_word and message.text[each.start].isupper() for each in following)
