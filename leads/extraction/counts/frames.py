"""The words around a number that say whether it counts the visitor's own people or things, or those of others."""

from __future__ import annotations

import re

from leads.extraction.message import word_set

OPEN = (
    r"(?:somewhere|something|about|around|roughly|approximately|approx\.?|some|probably|maybe|perhaps|currently|"
    r"now|only|"
    r"just|like|say|up to|at least|more than|over|under|almost|nearly|"
    r"a|an|the|max|maximum|less than|circa|ca\.?|c\.|etwa|ungefahr|rund|knapp|environ|unos|unas|"
    r"alrededor de|already|still|all|together|something like|"
    r"sort of|actually|really|in total|total|well|~|so|really only|closer to|nearer|between|entre|"
    r"zwischen|from|mostly|usually|typically|exactly|more like|"
    r"no more than|not more than|fewer than)"
)
FRAME_BEFORE = re.compile(
    rf"(?:\b(?:family of|household of|(?:we|it|there)(?: would| will|'d|'ll) be|we are|we're|we r|we have got|"
    rf"were|there are|there's|"
    rf"there r|there is|theres|party of|"
    rf"group of|class of|team of|crew of|office of|company of|firm of|staff of|"
    rf"headcount(?: is| of| will be| would be)?|total of|that makes(?: us)?|makes it|brings (?:it|us)(?: up)? to|"
    rf"(?:gone|went|are|is|now) (?:up |down )to|wir sind|sind wir|nous sommes|on est|"
    rf"somos)(?:,? {OPEN}){{0,3}}[\s,~]{{1,2}})$"
)
FRAME_AFTER = re.compile(
    r"(?: (?:or so|ish|in total|altogether))?\s?(?:of us\b|-?\s?strong\b|-\s?(?:person|man|people|"
    r"head)\b|von uns\b|d'entre nous\b|de nosotros\b)"
)
FOR = re.compile(
    rf"\b(?:for|with|are|we're|we have|we've|our|bring|need|fit|seat|host|fur|pour|para|avec|con|"
    rf"mit)(?: {OPEN}){{0,2}} $"
)
# "Could you quote for an office of 65 people?"
FOR_GROUP = re.compile(
    rf"\b(?:for|are|we're|with)(?: an?| our| my)(?: [a-z-]{{2,20}}){{0,2}} (?:office|team|company|group|party|"
    rf"firm|crew|household|"
    rf"family|practice|school|studio|class|staff) of(?: {OPEN}){{0,2}} $"
)
ASKED_FOR = re.compile(
    r"\b(?:(?:can|could|may) (?:i|we) (?:please |also )?(?:get|have|book|rent|order|hire|reserve|bring)|"
    r"(?:can|could|would) you (?:please )?(?:do|host|take|fit|cater for|quote(?: us| me)?(?: for)?|accommodate|"
    r"supply|send us)|"
    r"(?:do|would) you have (?:space|room|room left|capacity) for)(?: about| around| us| our)* $"
)
LIMIT_ASKED = re.compile(
    r"\b(?:free (?:for|over|above|from|if|with|up to)|limit|limited|included?|up to|maximum|max|minimum|"
    r"at least|more than|over|under|only)\b"
)
COUNT_OF_OTHERS = re.compile(
    r"(?: \w+){0,2} (?:(?:per|a|an|every|each) (?:hour|day|week|month|year)\b|(?:for|per) (?:each|every) |each\b(?! "
    r"of)|(?:have |"
    r"has )?(?:told|said|asked|"
    r"wrote|complained|"
    r"recommended|liked|reviewed|rated|visit|visited|left|queue|queuing|come by|walk|pass|died|live in)\b|"
    r"[^.;!?]{0,30}\b(?:overkill|too (?:much|big|small|few))\b|(?:waiting|ahead|before) (?:in|of|me|us)\b)"
)
# "Me and eleven colleagues" are twelve.
BESIDE_ME = re.compile(r"\b(?:me|myself|i) (?:and|plus|\+) (?:my |our |about |the )?(?:other )?$")
# "One of the vans broke down" counts no vans.
PART_OF = re.compile(r" of (?:the|our|your|my|these|those|their) ")
SOME_OF_OURS = re.compile(
    r" of (?:our|my) (?:\w+ )?(?:colleagues|people|staff|employees|team|workers|friends|guys|lads)\b"
)
OFFER_COPES = re.compile(
    r"^\W*(?:does|do|did|can|could|will|would)(?! (?:we|i|you)\b).{0,40}\b(?:cope with|handle|manage|serve|take|fit|"
    r"hold|"
    r"seat|for up to)(?: \w+)? $"
)
OF_PROVIDER = re.compile(
    r"^(?!.*\b(?:need|want|looking|something|one that)\b).*\b(?:allows?|permits?|includes?|comes? with|is limited to)"
    r"(?: up to| only)? $"
)
EXPECTED = re.compile(
    rf"\b(?:expect(?:ing)?|anticipat(?:e|ing)|invit(?:e|ing)|seat|host(?:ing)?|cater(?:ing)? for|turnout of|"
    rf"attendance of|guest list (?:is|stands)(?: at)?|erwarten|rechnen mit|attendons|esperamos)(?: {OPEN}){{0,3}} $"
)
SENT = re.compile(r"\b(?:send|sending|enrol|enrolling|sign up|register|put forward|train)(?: about| around| up to)? $")
OF_STAFF = re.compile(r" of (?:staff|the team|our team|personnel)\b")
SIZE = re.compile(r"\b(?:team|office|company|group|household|family|staff) size(?: is|:| of)? $")
OF_THEM = re.compile(r" of (?:them|those|these)\b")
TIMES = re.compile(r"\bx ?$")
# What is wanted beside what is there: "we have 9 vans and need 2 more".
MORE_WANTED = re.compile(
    r"\b(?:need|want|like|looking for|add|hire|rent|order|buy|get)(?: to (?:add|hire|rent|order|buy|get))?"
    r"(?: another| an extra| an additional)(?: \w+)? $|\b(?:like|want|looking|need) to add(?: another)? $"
)
NEEDED = re.compile(r"\b(?:need|want|like|looking|add|hire|rent|order|buy|get)\b")
MORE_BEHIND = re.compile(r" (?:more|additional|extra|further)\b")
HAD = re.compile(
    r"\b(?:have|'ve|got|own|run|operate|existing|current|currently|fleet)(?: already| currently| got| now| about| "
    r"around| "
    r"fleet| is| of)* $"
)
WILL_COME = re.compile(r" (?:will|would|should|might|are going to) (?:come|attend|be there|be coming|turn up)\b")
FOR_USERS = re.compile(r"\b(?:seats?|licen[cs]es?|logins?|accounts?|access) for(?: \w+)? $")
USES_IT = re.compile(r"(?: [a-z]+){1,2}(?: (?:who|that))?(?: (?:would|will|do|all))? (?:need|use)(?: \w+){0,2}\b")
USED_BY = re.compile(r"\b(?:that's|used by|access for|rolled out to|logins? for)(?: \w+)? $")
PART_THAT_COUNTS = re.compile(
    r"(?: of (?:us|them|those|whom))?(?: (?:who|that|actually|really|would|will|might|do))* "
    r"(?:use|need|drink|want|would|attend|come|join|take part|coffee drinkers|drinkers)\b"
)
SUBJECT_OF_OTHERS = re.compile(
    r"^\W*(?:the|your|that|this|it)\b[^,;]{0,25}\b(?:fits|seats|holds|sleeps|takes|has) [^,;]{0,20}$|"
    r"\bmy (?=$)|\b(?:(?:it|this|that|which|model|machine|photo|picture|video|article|report|study|review|"
    r"reviews) (?:has|"
    r"had|shows?|"
    r"showed|says?|makes?|serves?|seats?|fits?|can|could|holds?|takes?|needs?|comes)|read|heard|saw|sold to|"
    r"friends? of|compared to|unlike|every|each)\b[^,;]{0,40}$"
)
WHO_USE = re.compile(
    r" of us(?: [\w']+){0,3} (?:log(?:ging)? (?:in|on)|use|using|(?:need )?access|"
    r"need (?:it|to|an? (?:login|account|licen[cs]e|seat))|work with)\b"
)
JUST_ME = re.compile(
    r"\W*(?:(?:it's|its|it is|that's|that would be|well|oh|for now|only|just|at the moment)[ ,]{1,2}){0,3}"
    r"((?:(?:just|only) )?the one(?:,? (?:just )?me)?|(?:just|only) (?:me|myself|for me|for myself|one)|me alone|"
    r"me myself|myself|nur ich|nur fur mich|seulement moi|juste moi|solo yo|solo para mi)"
    r"(?:[ ,]{1,2}(?:for now|at the moment|here|really|alone|so far|right now|actually|i'm afraid|i guess|lol))?\W*"
)
WHAT_FOR = re.compile(
    r"\b(?:coffee|machine|office|party|table|dinner|lunch|wedding|event|meal|food|catering|team|space|quote|"
    r"offer|seats|places|"
    r"reservation|booking|room|hall|venue) for (?:about |around |up to |roughly )?$"
)
AT_HOME = re.compile(r" (?:a la maison|a la casa|zu hause|daheim|chez nous|under one roof)\b")
BEHIND_BARE = word_set(
    "en la para need needs want wants looking who drink au chez dans ici hier bei aqui or so i we in at for to "
    "right now "
    "currently please thanks thank you though but and including if ish maybe "
    "probably people total altogether max maximum most least minimum minus plus as of us give take approx "
    "approximately roughly all together there here today this would should is are it more less at on think "
    "guess say reckon suppose sometimes usually normally mostly oder ungefahr etwa circa glaube denke sind wir "
    "ou environ je o mas menos + tops , . ! ) ; ? - ~ : … not no nicht pas y und sorry wait actually full part "
    "time with instead rather statt ( depending"
)
