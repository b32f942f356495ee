"""Other words for common choices, in four languages: "we're getting married" for "Wedding", "pods" for "Capsules".

A word belongs here only where it can stand for nothing else that a question might offer beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leads.extraction.message import Message

_ORDINAL = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|sixteenth|eighteenth|twenty[- ]first|thirtieth|fortieth|fiftieth|sixtieth|seventieth|"
    r"eightieth|ninetieth|hundredth)"
)
_RELATIVE = (
    r"(?:mum|mom|mother|dad|father|wife|husband|partner|son|daughter|brother|sister|boss|friend|boyfriend|girlfriend|"
    r"nan|gran|grandma|grandmother|grandad|grandpa|grandfather|aunt|uncle|niece|nephew|cousin|little one|kid|boy|girl|"
    r"twins)"
)
_ENDS = (
    r"(?=\s{0,2}(?:$|[.,!;:?)\n]|(?:in|on|at|with|for|next|this|and|party|bash|do|celebrations?|so|but|"
    r"please|is|coming|soon)\b))"
)
# The choices that are meant, and the other words for them. What says the whole matter in itself is a deed.
_NOUNS: tuple[tuple[str, str], ...] = (
    (
        r"weddings?(?: reception)?|marriage",
        r"hochzeit(?:sfeier|sfest)?|trauung|mariage|noces|bodas?|wedding reception|wedding breakfast",
    ),
    (
        r"birthdays?(?: party)?",
        r"b-?day|geburtstag(?:sfeier|sparty|sfest)?|anniversaire|cumpleanos|cumple",
    ),
    (
        r"(?:company|corporate|business|work|works|office|staff) ?(?:events?|part(?:y|ies)|functions?|celebrations?)?",
        r"(?:company|works?|office|staff|corporate|firm's|team) "
        r"(?:(?:christmas|xmas|summer|winter|spring|autumn|annual|holiday|new year's?|end of year|leaving) )?"
        r"(?:part(?:y|ies)|do|events?|dinner|celebration|outing|away ?day|retreat|function|get-?together|anniversary)|"
        r"team[- ](?:away ?day|building|event)|away ?day|"
        r"(?:firmen|betriebs|mitarbeiter)(?:feier|fest|event|veranstaltung|jubilaum|ausflug)|weihnachtsfeier|"
        r"(?:soiree|fete|evenement|seminaire|diner|repas) d'entreprise|"
        r"(?:fiesta|evento|cena|comida) de (?:la )?empresa",
    ),
    (
        r"(?:coffee )?(?:capsules?|pods?)(?: machines?)?",
        r"(?:coffee )?pods|capsules|kapseln|kapselmaschine\w{0,1}|capsulas|nespresso",
    ),
    (
        r"beans?[- ]to[- ]cup(?: machines?)?",
        r"b2c|btc machine|kaffee-?vollautomat(?:en)?|vollautomat(?:en)?|machine a grains?|cafetiere a grains?|"
        r"(?:cafetera|maquina) superautomatica|superautomatica",
    ),
    (r"filter(?: coffee)?(?: machines?)?", r"filtermaschine\w{0,1}|filterkaffee\w{0,8}|cafe filtre|cafe de filtro"),
    (r"online(?: lessons?| course)?", r"remotely|over zoom|via zoom|on zoom|over teams|en ligne|en linea"),
    (
        r"(?:on[- ]?site|in person|face to face)(?: lessons?)?",
        r"in person|face[- ]to[- ]face|in prasenz|vor ort|en presentiel|sur place|presencial",
    ),
    (r"beginners?", r"(?:complete |absolute |total )?novices?|anfanger(?:in|innen)?|debutante?s?|principiantes?"),
    (r"advanced", r"fortgeschritten(?:e|er|en)?|avancee?s?|avanzad[oa]s?"),
)
_DEEDS: tuple[tuple[str, str], ...] = (
    (
        r"weddings?(?: reception)?|marriage",
        r"(?:we're|we are|we'll be|i'm|i am|we will be) (?:both |finally )?(?:getting (?:married|hitched)|"
        r"to be married|tying the knot)|"
        r"(?:my|our) (?:\w+ )?(?:and (?:i|me) )?(?:is|are|am) getting married|we (?:want|plan|would like|hope) to "
        r"(?:get married|marry|tie the knot)|our big day|"
        r"wir heiraten|on se marie|nous nous marions|nos casamos",
    ),
    (
        r"birthdays?(?: party)?",
        rf"(?:my|our) (?:own )?(?:{_RELATIVE}'s )?(?:big )?{_ORDINAL}{_ENDS}|"
        rf"(?:my|our) (?:\w+ )?(?:{_RELATIVE}|\w+) (?:is |will be )?turn(?:s|ing) (?:\d{{1,2}}|[a-z]+ty|[a-z]+een|"
        r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    ),
)


@lru_cache(maxsize=1024)
def _patterns_of(choice: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The patterns of other words for a choice, each with whether it is a deed."""
    plain = Message(choice).plain.strip()
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{said})(?![\w-])"), is_deed)
        for table, is_deed in ((_NOUNS, False), (_DEEDS, True))
        for meant, said in table
        if re.fullmatch(meant, plain)
    )


def synonyms(message: Message, choice: str, *, is_deed: bool) -> Iterator[tuple[int, int]]:
    """Where other words for a choice stand, in characters: those that only name it, or those that tell it whole."""
    for pattern, tells_whole in _patterns_of(choice):
        if tells_whole is is_deed:
            for match in pattern.finditer(message.plain):
                yield match.span()
