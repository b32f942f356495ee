"""Other words for common choices, in four languages: "we're getting married" for "Wedding", "pods" for "Capsules".

A word belongs here only where it can stand for nothing else that a question might offer beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leads.extraction.message import VisitorText

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
_CLAUSE_ENDS = r"(?=\s{0,2}(?:[.,;!]|$|(?:and|but|so|here|though)\b))"
# What answers the question that asked for it, and would say nothing unasked: "from home", "ours".
_ANSWERS: tuple[tuple[str, str], ...] = (
    (
        r"own(?:er|ed)?|buy|bought",
        r"it's (?:all )?(?:ours|mine)|(?:it |that )?belongs to (?:us|me)|ours|mine|"
        r"(?:(?:we|i) )?(?:bought|built|inherited) (?:it|the (?:house|place|flat))|"
        r"(?:our|my) own(?: (?:house|home|place|property))?|(?:the )?owners?|homeowners?|freehold(?:ers?)?|mortgaged?|"
        r"(?:wohn)?eigentum|eigentumer(?:in)?|eigenheim|(?:gehort|ist) (?:uns|mir)|proprietaires?|a nous|"
        r"propietari[oa]s?|es (?:nuestr[oa]|mi[oa])",
    ),
    (
        r"rent(?:er|ed|ing)?|tenants?|lease",
        r"tenants?|rented|rental|renting|leas(?:e|ed|ing)|(?:there's|we have|i have) a landlord|landlord|"
        r"(?:zur )?miete|mieter(?:in)?|gemietet|locataires?|(?:en )?location|inquilin[oa]s?|alquilad[oa]|(?:de "
        r")?alquiler",
    ),
    (
        r"online(?: lessons?| course)?",
        r"from (?:home|my desk|the office)|remote(?:ly)?|virtual(?:ly)?|video(?: calls?)?|by video|on the "
        r"(?:computer|internet)|zoom|"
        r"teams|webinar|von zu ?hause|aus der ferne|a distance|en visio|a distancia",
    ),
    (
        r"(?:on[- ]?site|in person|face to face)(?: lessons?)?",
        r"at (?:our|my|your) (?:place|office|premises|company|school)|(?:in|at) (?:a|your|the) (?:class ?room|"
        r"building|school|centre)|"
        r"class ?room|with (?:a|the) teacher in the room|come to (?:you|us)|face[- ]to[- ]face|bei (?:uns|ihnen)|"
        r"chez (?:nous|vous)",
    ),
    (
        r"beginners?",
        r"(?:totally |completely |quite |all )?new to (?:it|this|that|the language)|(?:start(?:ing)?|"
        r"begin(?:ning)?) from (?:zero|scratch|nothing|the bottom)|"
        r"never (?:done|tried|learn(?:ed|t)|had|spoken)(?: \w+){0,3}|(?:zero|no) (?:experience|knowledge|idea)|not "
        r"a word|"
        r"(?:total |complete |absolute |real )?(?:newbies?|noobs?|rookies?|starters?)|a1|a2|from scratch|know nothing|"
        r"keine vorkenntnisse|debutant|desde cero",
    ),
    (
        r"intermediate",
        r"(?:somewhere )?in the middle|in[- ]between|middling|so-?so|(?:can|could) get by|some (?:experience|"
        r"knowledge|basics)|b1|b2|"
        r"mittel(?:stufe|massig)?|intermediaire|moyen|intermedi[oa]",
    ),
    (
        r"advanced",
        r"(?:pretty |quite |almost |nearly )?fluent(?:ly)?|experienced|very good|proficient|expert|c1|c2|near[- "
        r"]native|fliessend|fließend|"
        r"courant|avance|avanzad[oa]",
    ),
    (
        r"weekly|every week",
        r"(?:once|1x|one time) (?:a|per|each|every) week|(?:every|each) week|per week|every (?:mon|tues|wednes|"
        r"thurs|fri|satur|sun)day|"
        r"on (?:mon|tues|wednes|thurs|fri|satur|sun)days|jede woche|wochentlich|einmal (?:pro|in der|die) woche|"
        r"(?:chaque|par) semaine|"
        r"toutes les semaines|hebdomadaire|cada semana|semanal(?:mente)?|una vez (?:a la|por) semana",
    ),
    (
        r"monthly|every month",
        r"(?:once|1x|one time) (?:a|per|each|every) month|(?:every|each) month|per month|jeden monat|monatlich|"
        r"einmal (?:pro|im) monat|"
        r"(?:chaque|par) mois|tous les mois|mensuel(?:lement)?|cada mes|mensual(?:mente)?|una vez al mes",
    ),
    (
        r"once|one[- ]off|one[- ]time",
        r"(?:just |only )?(?:the |a )?(?:one[- ](?:off|time|timer)|single (?:time|visit|clean)|one (?:time|visit|"
        r"go))|just this time|"
        r"einmal(?:ig)?|une (?:seule )?fois|una (?:sola )?vez",
    ),
    (
        r"lose weight|weight loss",
        r"(?:lose|shed|drop|losing|shedding|dropping) (?:a few |some |a couple of |the |a bit of |\d+ )?(?:kilos?|"
        r"pounds|kg|lbs|stone|weight|fat|belly)|"
        r"slim(?:ming)?(?: down)?|get (?:slimmer|leaner|thinner)|weight loss|fat loss|diet|abnehmen|abspecken|"
        r"maigrir|perdre du poids|"
        r"adelgazar|perder peso|bajar de peso",
    ),
    (
        r"(?:build |gain )?(?:strength|muscle)s?",
        r"(?:put on|build|gain|get|grow|building|gaining)(?: up)?(?: some| more)? (?:muscles?|mass|stronger|strong|"
        r"bigger)|stronger|bulk(?:ing)? up|"
        r"lift(?:ing)?(?: weights)?|muskel(?:aufbau|n)|starker werden|kraft|prendre du muscle|musculation|ganar "
        r"musculo|fuerza",
    ),
    (
        r"rehab(?:ilitation)?",
        r"rehab|recover(?:y|ing)?(?: from)?|(?:after|following) (?:an? |my )?(?:\w+ )?(?:surgery|op|operation|"
        r"injury|accident)|physio(?:therapy)?|"
        r"reha|reeducation|rehabilitacion",
    ),
    (r"flat|apartment", r"apartment|appartement|condo|studio|maisonette|wohnung|piso|apartamento"),
    (r"office", r"work ?place|work ?space|premises|company|buro(?:raume)?|bureaux?|oficinas?"),
    (r"windows?", r"panes|glass|fenster|vitres|fenetres|ventanas|cristales"),
    (
        r"(?:coffee )?(?:capsules?|pods?)(?: machines?)?",
        r"(?:the )?pod(?: thing| one| type)?|nespresso(?:[- ](?:style|type|like))?|the little (?:cups|pods|capsules)",
    ),
    (
        r"yes",
        r"(?:that's |it's |that would be |would be )?(?:a must|essential|required|needed|mandatory|important)|has "
        r"to be|we have to",
    ),
    (r"no", r"(?:no need|not necessary|not required|we can do without|can live without)"),
)
# The choices that are meant, and the other words for them.
_WORDS: tuple[tuple[str, str], ...] = (
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
        r"(?:coffee )?pods|capsules|kapseln|kapselmaschine\w{0,1}|capsulas",
    ),
    (
        r"beans?[- ]to[- ]cup(?: machines?)?",
        r"b2c|btc machine|kaffee-?vollautomat(?:en)?|vollautomat(?:en)?|machine a grains?|cafetiere a grains?|"
        r"(?:cafetera|maquina) superautomatica|superautomatica",
    ),
    (r"filter(?: coffee)?(?: machines?)?", r"filtermaschine\w{0,1}|filterkaffee\w{0,8}|cafe filtre|cafe de filtro"),
    (
        r"online(?: lessons?| course)?",
        r"(?:do|take|learn|study|join|attend) (?:(?:it|this|the course|lessons?) )?(?:from home|from my desk)",
    ),
    (r"online(?: lessons?| course)?", r"remotely|over zoom|via zoom|on zoom|over teams|en ligne|en linea"),
    (
        r"(?:on[- ]?site|in person|face to face)(?: lessons?)?",
        r"in person|face[- ]to[- ]face|in prasenz|vor ort|en presentiel|sur place|presencial",
    ),
    (r"beginners?", r"(?:complete |absolute |total )?novices?|anfanger(?:in|innen)?|debutante?s?|principiantes?"),
    (r"on[- ]?site(?: lessons?)?", r"offline"),
    (r"own(?:er|ed)?", r"haus gehort (?:uns|mir)|(?:house|place|flat) (?:is (?:ours|mine)|belongs to (?:us|me))"),
    (r"advanced", r"fortgeschritten(?:e|er|en)?|avancee?s?|avanzad[oa]s?"),
    (
        r"weddings?(?: reception)?|marriage",
        r"(?:we're|we are|we'll be|i'm|i am|we will be) (?:both |finally )?(?:getting (?:married|hitched)|"
        r"to be married|tying the knot)|"
        r"(?:my|our) (?:\w+ )?(?:and (?:i|me) )?(?:is|are|am) getting married|we (?:want|plan|would like|hope) to "
        r"(?:get married|marry|tie the knot)|our big day|"
        r"wir heiraten|on se marie|nous nous marions|nos casamos",
    ),
    (
        r"own(?:er|ed)?",
        rf"(?:we|i) (?:do |actually )?own(?: it| the (?:house|place|property|building)|"
        rf" (?:our|my|an?) (?:own )?(?:[\w-]+ )?(?:house|home|place|bungalow)|{_CLAUSE_ENDS})(?![\w-])|"
        r"(?:i'm|i am|we're|we are) (?:the )?(?:home)?owners?(?: of the (?:house|place|property))?|(?:the|our) "
        r"house is ours|"
        r"(?:im|in unserem) eigenen haus|(?:je suis|nous sommes|on est) proprietaires?|(?:soy|somos) propietari[oa]s?",
    ),
    (
        r"rent(?:er|ed)?|tenants?",
        r"(?:we|i) (?:only |just |currently )?rent(?: it| the (?:house|place|flat)| our (?:house|home|place)|"
        rf"{_CLAUSE_ENDS})(?![\w-])|"
        r"(?:we're|we are|i'm|i am) (?:just |only |currently |still )?(?:renting|(?:the |a )?tenants?)|(?:our|my) "
        r"landlord (?:owns|would)|"
        r"(?:wir|ich) (?:wohnen|wohne|leben) (?:\w+ )?zur miete|(?:wohnen|wohne|leben) zur miete|(?:je suis|nous "
        r"sommes|on est) locataires?|"
        r"(?:vivo|vivimos|estamos) de alquiler",
    ),
    (
        r"beginners?",
        r"(?:i'm|i am|we're|we are) (?:an? |all |both )?(?:complete |absolute |total )?(?:newbies?|beginners?|new "
        r"to (?:it|this))",
    ),
    (
        r"weekly",
        r"(?:every|each|once a|once per) week|weekly|jede woche|wochentlich|chaque semaine|toutes les semaines|cada "
        r"semana",
    ),
    (r"monthly", r"(?:every|each|once a|once per) month|jeden monat|monatlich|chaque mois|tous les mois|cada mes"),
    (r"once|one[- ]off", r"(?:a |an )?one[- ](?:off|time)(?: (?:deep |big )?clean(?:ing)?)?"),
    (
        r"lose weight|weight loss",
        r"(?:lose|losing|shed|shedding|drop) (?:a few |some |a couple of |a bit of |\d+ )(?:kilos?|pounds|kg|lbs|"
        r"stone|weight)|weight loss",
    ),
    (
        r"(?:build |gain )?strength",
        r"(?:get|getting|become|be) stronger|(?:build|gain|put on)(?:ing)?(?: up)?(?: some| more)? (?:muscles?|"
        r"strength)",
    ),
    (
        r"birthdays?(?: party)?",
        r"i'm turning \d{2}|i turn \d{2}|les \d{2} ans de (?:mon|ma) \w+|\d{2}\. geburtstag|el \d{2} cumpleanos",
    ),
    (
        r"birthdays?(?: party)?",
        rf"(?:my|our) (?:own )?(?:{_RELATIVE}'s )?(?:big )?{_ORDINAL}{_ENDS}|"
        rf"(?:my|our) (?:\w+ )?(?:{_RELATIVE}|\w+) (?:is |will be )?turn(?:s|ing) (?:\d{{1,2}}|[a-z]+ty|[a-z]+een|"
        r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    ),
)


@lru_cache(maxsize=1024)
def _patterns_of(choice: str, is_asked: bool) -> tuple[re.Pattern[str], ...]:
    plain = VisitorText(choice).plain.strip()
    words = (*_WORDS, *_ANSWERS) if is_asked else _WORDS
    return tuple(re.compile(rf"(?<![\w-])(?:{said})(?![\w-])") for meant, said in words if re.fullmatch(meant, plain))


def synonyms(message: VisitorText, choice: str, *, is_asked: bool = False) -> Iterator[tuple[int, int]]:
    """Where other words for a choice stand, in characters; `is_asked`: also those that mean it as an answer only."""
    for pattern in _patterns_of(choice, is_asked):
        for match in pattern.finditer(message.plain):
            yield match.span()
