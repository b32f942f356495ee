"""The visitor's own name and company, from clear introductions or as the answer to a question for them.

"I'm looking for", "I am interested", "I'm German" and "I'm Anna's sister" are no names, "from Leeds" is no company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from language.words import STOP_WORDS
from leads.extraction import certainty
from leads.extraction.message import Message, word_set

MAX_SAID = 20  # introductions in one message
MAX_WORDS_OF_NAME, MAX_WORDS_OF_COMPANY = 4, 6
SAID, SHOWN, GUESSED = 0.97, 0.9, 0.8  # confidence: "my name is", "I'm Jo", an answer in small letters
_NAME_SAID = re.compile(
    r"\b(?:my (?:full |first )?(?:name|nmae|naem|nam) (?:is|would be|'s)|my name's|the name is|"
    r"the name's|names|name\s?:|name is|i'm called|i am called|"
    r"you can call me|just call me|call me|you're (?:speaking|talking|chatting) (?:to|with)|"
    r"mein name ist|mein name lautet|ich heisse|ich heiße|hier spricht|"
    r"je m'appelle|mon nom est|je me nomme|me llamo|mi nombre es)\s{0,3}:?\s{0,3}"
)
_NAME_SHOWN = re.compile(r"\b(?:i'm|im|i am|this is|it's|it is|ich bin|hier ist|je suis|ici|soy|c'est)\s{1,3}")
_SPEAKING = re.compile(r"\s{0,2}(?:,\s)?(?:speaking|here\b|am apparat|a l'appareil|al habla)")
_COMPANY_BEHIND = re.compile(
    r"[ ,]{1,2}(?:(?:and )?(?:i'm |i am |i work |working |calling |writing |speaking |here |"
    r",)?\s?)?(?P<by>from|at|with|of|for|@|von|bei|aus|de chez|chez|de la|de|del)\s"
    r"(?:the company |a company called |the |der |die |den |dem |la |el |l')?"
)
_ROLE_BEHIND = re.compile(
    r"(?: here| speaking)?(?:,| and i'm| - |, i'm)? (?:the |a |an |our )?"
    r"(?:(?:[a-z&/-]{2,20} ){1,4}?(?P<by>at|with|bei|chez)|"
    r"(?:ceo|cto|cfo|coo|founder|co-founder|owner|director|managing director|president|partner) of) (?:the )?"
)
# Spoken words come without capitals: a legal form says where the company ends.
_SMALL_COMPANY_BEHIND = re.compile(
    r" (?:from|at|with) (?:the )?((?:(?!(?:and|i|i'm|we|work|working|for|at|in|of) )[a-z0-9&'-]{1,20} ){1,4}?"
    r"(?:ltd|limited|gmbh|inc|llc|plc))\b"
)
_COMPANY_SAID = re.compile(
    r"\b(?:(?:our|my|the) (?:company|business|firm|agency|shop|practice|organisation|"
    r"organization) (?:is|'s|name is)(?: called| named)?|"
    r"(?:our|my) company's (?:name is|called)|company(?: name)?\s?:|company (?:name )?is|we're called|"
    r"we are called|(?:i|we) work (?:for|at|with)|"
    r"i'm (?:calling|writing) (?:from|for|on behalf of)|on behalf of|i represent|we represent|i run|"
    r"i own|ich arbeite (?:fur|bei)|unsere firma (?:heißt|heisst|ist)|"
    r"wir heißen|firma\s?:|je travaille (?:chez|pour)|notre (?:societe|entreprise) (?:est|s'appelle)|"
    r"trabajo (?:en|para)|nuestra empresa (?:es|se llama))"
    r"\s{1,3}(?:the |a (?:company|firm|business|small company|shop) called |called )?"
)
_COMPANY_SHOWN = re.compile(
    r"\b(?:we're|we are|i'm with|i'm from|i'm at|i am with|i am from|i am at|wir sind(?: die)?|"
    r"nous sommes|somos)\s{1,3}(?:the )?"
)
_SIGNED = re.compile(
    r"\b(?:regards|best|best wishes|cheers|sincerely|yours truly|gruß|grusse|gruße|cordialement|"
    r"saludos|un saludo)[ ,!.]{0,2}\s{0,3}[\n,]\s{0,3}(?=[^\W\d_])"
)
_ASKED_LEAD = re.compile(
    r"\s{0,3}(?:(?:sure|yes|yeah|ok|okay|of course|hi|hello|well|oh|um|uh|er|so|ja|klar|oui|si|claro|"
    r"thanks|sorry|no)[ ,!.]{1,3}){0,3}"
    r"(?:(?:it's|it is|its|i'm|i am|im|that's|that is|that would be|this is|we're|we are|just|called|"
    r"we're called|it's called|its called|we are called|the name is|"
    r"it's just|from|i'm from|i'm with|i work for|i work at|we work for|we're from|das ist|ich bin|"
    r"wir sind|c'est|es|soy|somos|nous sommes)\s)?(?:just |called |the company )?"
)
_PARTICLES = word_set("de da di del della van von der den du la le el al bin ibn ter ten dos das zu zur y mc mac st")
_TITLES = word_set("mr mrs ms miss dr prof professor herr frau monsieur madame senor senora sir")
_LEGAL = word_set(
    "ltd limited inc llc llp gmbh ag se plc corp corporation kg ohg ug ev gbr sa sarl sas srl sl slu bv nv oy "
    "ab aps pty co company group partners & associates holding"
) - {"&"}
_BETWEEN_LEGAL = word_set("& and und et y of the for 'n + -")
_END_OF_LOWER = STOP_WORDS | word_set(
    "looking calling writing work email phone budget need want speaking people please also cheers tel mobile "
    "und wir bin ist et nous y somos aus bei"
)
_NOT_NAMES = word_set(
    "interested looking wondering calling writing happy sorry glad sure afraid aware curious keen ready new old "
    "back here there fine good great ok okay well not just very so really still only also always currently "
    "already the a an in on at from with of to for and or but if my your our his her their its it this that "
    "these those what where when how why who all both any some no yes hi hello thanks thank please dear good "
    "morning afternoon evening head chief ceo cto cfo coo vp director manager owner founder cofounder co "
    "partner president chairman consultant engineer developer designer architect teacher student doctor nurse "
    "lawyer accountant assistant secretary buyer purchaser marketing sales it hr finance operations office "
    "product project senior junior lead team customer client freelancer self contractor retired pregnant vegan "
    "vegetarian married single disabled german british english french spanish italian dutch american canadian "
    "australian irish scottish welsh swiss austrian belgian polish portuguese swedish norwegian danish finnish "
    "greek turkish russian ukrainian chinese japanese korean indian brazilian mexican european african asian "
    "muslim jewish christian catholic hindu buddhist deaf blind monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december "
    "today tomorrow tired worried confused stuck lost busy free available open closed based located responsible "
    "wrong right done off away out up down about around near under over after before between during until since "
    "because god jesus urgent important everyone everybody anyone nobody somebody someone more most less least "
    "one two three few many several another other same different next last first second third maybe perhaps "
    "probably possibly actually basically totally absolutely definitely honestly simply truly later never "
    "whatever nothing none skip pass private personal anonymous secret n/a na nope nah test testing kunde "
    "kundin student studentin inhaber inhaberin geschaftsfuhrer geschaftsfuhrerin leiter leiterin architekt "
    "architektin chef lehrer lehrerin ingenieur arzt anwalt auf der die das ein eine interessiert neu hier "
    "gerade nicht auch deutsche deutscher rentner interesse client cliente etudiant directeur directrice "
    "responsable gerant francais francaise espanol espanola de un une una le la el estudiante director "
    "directora dueno interesado interesada buscando"
)  # fmt: skip
_LIKELY_VERB = re.compile(r".{3,}(?:ing|ed)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A name and where it stands, in characters."""

    start: int
    end: int
    confidence: float


@cache
def _places() -> frozenset[str]:
    return frozenset(Message(Path(__file__).with_name("places.txt").read_text("utf-8")).plain.split())


def names(message: Message, *, is_asked: bool = False, is_corrected: bool = False) -> list[Named]:
    """The visitor's own names, the surest first. `is_corrected`: "it's Jon" replaces a name that is known."""
    found = [*_introduced(message, is_corrected or is_asked), *_spoken_behind(message), *_signed(message)]
    if is_asked and not found:
        found += _answered(message, MAX_WORDS_OF_NAME, is_company=False)
    return [each for each in found if not certainty.is_negated(message, each.start, each.end)]


def companies(
    message: Message, people: list[Named], *, is_asked: bool = False, is_about_visitor: bool = False
) -> list[Named]:
    """The visitor's own companies. `is_about_visitor`: the message answers a question for contact details."""
    found = [*_behind_names(message, people), *_company_said(message), *_company_shown(message)]
    if not found and (is_about_visitor or is_asked or people):
        found += _segments(message)
    if is_asked and not found:
        found += _answered(message, MAX_WORDS_OF_COMPANY, is_company=True)
    return [each for each in found if not certainty.is_negated(message, each.start, each.end)]


def _introduced(message: Message, may_be_small: bool) -> Iterator[Named]:
    is_shouted = message.text.isupper()
    for match in islice(_NAME_SAID.finditer(message.plain), MAX_SAID):
        if certainty.is_of_others(message, match.start()):
            continue
        named = _name_at(message, match.end(), must_be_capital=is_shouted) or _name_at(
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
        named = _name_at(message, match.end(), must_be_capital=True) if begins and not is_shouted else None
        is_itself = match.group().startswith(("it", "c'est"))
        if named and (not is_itself or may_be_small) and _is_plausible(message, named, match.group()):
            yield Named(*named, SHOWN)
        small = None if named else _name_at(message, match.end(), must_be_capital=False)
        if begins and small and _names_a_speaker(message, small[1]):
            yield Named(*small, SHOWN)


def _names_a_speaker(message: Message, end: int) -> bool:
    """ "this is jo speaking", "this is jo from acme ltd"."""
    return bool(_SPEAKING.match(message.plain, end) or _SMALL_COMPANY_BEHIND.match(message.plain, end))


def _is_plausible(message: Message, named: tuple[int, int], cue: str) -> bool:
    """In German nouns have capitals too: "ich bin Kunde"."""
    words = message.text[named[0] : named[1]].split()
    if "ich bin" in cue and len(words) == 1:
        return bool(re.match(r"\s(?:von|bei|aus|und)\b|\s?[,.!]|$", message.plain[named[1] : named[1] + 99]))
    if cue.strip() == "this is" and len(words) == 1:  # "This is Sparta"
        return bool(
            _SPEAKING.match(message.plain, named[1])
            or _COMPANY_BEHIND.match(message.plain, named[1])
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
        named = _name_at(message, start, must_be_capital=True)
        if named and re.match(r"\s(?:speaking|here)\b(?! (?:is|are|we|i)\b)", message.plain[named[1] : named[1] + 99]):
            yield Named(*named, SHOWN)


def _signed(message: Message) -> Iterator[Named]:
    """A name under a greeting: "Kind regards,\\nJo Smith"."""
    for match in islice(_SIGNED.finditer(message.plain), MAX_SAID):
        named = _name_at(message, match.end(), must_be_capital=True)
        if named and re.fullmatch(r"[\s.,!]*|\s{0,3}[,\n].{0,120}", message.plain[named[1] : named[1] + 99], re.DOTALL):
            yield Named(*named, SHOWN)


def _name_at(message: Message, place: int, *, must_be_capital: bool) -> tuple[int, int] | None:
    """Where the name that begins here ends; None where the words are none."""
    index, words, start, end = message.index_at(place), 0, -1, -1
    while index < len(message.tokens) and words < MAX_WORDS_OF_NAME:
        token = message.tokens[index]
        if end >= 0 and "\n" in message.text[end : token.start]:
            break
        if start < 0 and token.plain in _TITLES:
            index += 2 if message.text[token.end : token.end + 1] == "." else 1
            continue
        is_capital = message.text[token.start].isupper()
        is_particle = token.plain in _PARTICLES and words > 0 and _is_capital_next(message, index)
        if is_particle and _legal_ahead(message, index):  # "Anna Müller von der Sonne GmbH"
            break
        if not token.is_word or not (
            is_particle or (is_capital if must_be_capital else token.plain not in _END_OF_LOWER or is_capital)
        ):
            break
        if not is_particle and (token.plain in _NOT_NAMES or _is_verb(token.plain, words, is_capital)):
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


def _is_verb(word: str, words: int, is_capital: bool) -> bool:
    return (
        not words
        and bool(_LIKELY_VERB.match(word))
        and not (is_capital and word in {"fred", "ted", "ned", "jared", "mohamed", "ahmed", "ming", "alfred"})
    )


def _is_capital_next(message: Message, index: int) -> bool:
    following = message.tokens[index + 1 : index + 3]
    return any(each.is_word and message.text[each.start].isupper() for each in following)


def _behind_names(message: Message, people: list[Named]) -> Iterator[Named]:
    for person in people:
        match = _ROLE_BEHIND.match(message.plain, person.end) or _COMPANY_BEHIND.match(message.plain, person.end)
        small = _SMALL_COMPANY_BEHIND.match(message.plain, person.end)
        if small:
            yield Named(*small.span(1), SHOWN)
            continue
        if match:
            found = _company_at(message, match.end())
            if found and (match["by"] in {"at", "with", "for", "@", "chez", "bei"} or not _is_place(message, found)):
                yield Named(*found, SAID if match["by"] in {"at", "with", "@"} or _is_legal(message, found) else SHOWN)


def _company_said(message: Message) -> Iterator[Named]:
    for match in islice(_COMPANY_SAID.finditer(message.plain), MAX_SAID):
        found = _company_at(message, match.end())
        if found and not certainty.is_past(message, *found) and not message.sentence_at(match.start()).is_question:
            is_loose = match.group().strip().endswith((" at", "run", "own", " en"))
            if not (is_loose and _is_place(message, found)):
                yield Named(*found, SAID)


def _company_shown(message: Message) -> Iterator[Named]:
    for match in islice(_COMPANY_SHOWN.finditer(message.plain), MAX_SAID):
        found = _company_at(message, match.end())
        if not found or _is_place(message, found) or message.sentence_at(match.start()).is_question:
            continue
        is_german = "wir sind" in match.group()
        words = message.plain[found[0] : found[1]].split()
        if _is_legal(message, found) or (
            not is_german and words[0] not in _NOT_NAMES and not _is_described(message, found)
        ):
            yield Named(*found, SHOWN)


def _is_described(message: Message, found: tuple[int, int]) -> bool:
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


def _segments(message: Message) -> Iterator[Named]:
    """A company with its legal form that stands alone between commas or lines."""
    for match in islice(re.finditer(r"[^,;\n]{2,80}", message.text), MAX_SAID):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        found = _company_at(message, start)
        if (
            found
            and _is_legal(message, found)
            and message.text[found[1] : match.end()].strip(" .") == ""
            and found[0] == start
        ):
            yield Named(*found, SHOWN)


def _company_at(message: Message, place: int) -> tuple[int, int] | None:
    """Where the company that begins here ends: words with capitals, "&" between them, a legal form behind them."""
    index, start, end, words = message.index_at(place), -1, -1, 0
    while index < len(message.tokens) and words < MAX_WORDS_OF_COMPANY:
        token = message.tokens[index]
        if end >= 0 and "\n" in message.text[end : token.start]:
            break
        letter = message.text[token.start]
        is_name = (
            letter.isupper()
            or (letter.isdecimal() and (words or _is_digit_name(message, index)))
            or (words and token.plain in _LEGAL)
        )
        if (
            is_name
            and not (not words and token.plain in _NOT_NAMES | {"i", "we"})
            and not (words and token.plain in {"i", "i'm", "we", "my"})
        ):
            start, end, words = (token.start if start < 0 else start), token.end, words + 1
        elif (
            not words
            or not (token.plain in _BETWEEN_LEGAL or (token.plain == "." and message.is_glued(index)))
            or not _goes_on(message, index)
        ):
            break
        index += 1
    return (start, end) if start >= 0 and not message.plain[start:end].endswith("'s") else None


def _is_digit_name(message: Message, index: int) -> bool:
    return (
        message.is_glued(index + 1)
        and message.tokens[index + 1].is_word
        and message.text[message.tokens[index + 1].start].isupper()
    )


def _goes_on(message: Message, index: int) -> bool:
    following = message.tokens[index + 1 : index + 2]
    if not following:
        return False
    token = following[0]
    if message.tokens[index].plain == ".":  # "booking.com"
        return message.is_glued(index + 1) and token.is_word
    is_capital = message.text[token.start].isupper() and token.plain not in {"i", "i'm", "we", "we're"}
    return is_capital and (
        message.tokens[index].plain in {"&", "+", "-", "'n", "of", "for"} or _legal_ahead(message, index)
    )


def _legal_ahead(message: Message, index: int) -> bool:
    return any(
        each.plain in _LEGAL | {"sons", "daughters", "brothers"} for each in message.tokens[index + 1 : index + 4]
    )


def _is_legal(message: Message, found: tuple[int, int]) -> bool:
    words = message.plain[found[0] : found[1]].replace(".", "").split()
    return len(words) > 1 and words[-1] in _LEGAL


def _is_place(message: Message, found: tuple[int, int]) -> bool:
    words = message.plain[found[0] : found[1]].split()
    return (
        words[0] in _places() | {"north", "south", "east", "west", "new", "san", "los", "the", "saint", "st"}
        and not _is_legal(message, found)
        and len(words) <= 2
    )


def _answered(message: Message, most_words: int, *, is_company: bool) -> Iterator[Named]:
    """The whole of a short answer: "jo smith", "it's Acme"."""
    lead = _ASKED_LEAD.match(message.plain)
    place = lead.end() if lead else 0
    match = re.compile(r"[^,;:!?\n()@]{1,60}").match(message.text, place)
    if not match or message.sentence_at(place).is_question or message.text.count(" ") > 14:
        return
    said = re.split(
        r"(?<=\w\w)\.(?=\s|$)| - | (?:in|and|from|at|based|near|aus|et|y) (?!sons)",
        match.group(),
        maxsplit=1,
        flags=re.IGNORECASE,
    )[0]
    said = said.rstrip(" .")
    words = Message(said).plain.split()
    if not words or len(words) > most_words or not said[0].isalnum():
        return
    is_capital = all(word[0].isupper() for word in said.split() if word.casefold() not in _PARTICLES)
    inner = {"of", "the", "and", "for", "&"} if is_company else _PARTICLES
    if any(
        word in STOP_WORDS | _NOT_NAMES and word not in inner and not (is_capital and is_company and len(words) > 1)
        for word in words
    ):
        return
    if is_company or (not any(letter.isdecimal() for letter in said) and not _is_verb(words[0], 0, is_capital)):
        yield Named(place, place + len(said), SHOWN if is_capital else GUESSED)
