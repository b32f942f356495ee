"""The words around a number that say whether it counts the visitor's own people or things, or those of others."""

from __future__ import annotations

import re

from leads.extraction.message import word_set
from leads.extraction.patterns import any_of, any_word

_ABOUT = any_of(
    any_word(
        "somewhere something about around roughly approximately approx\\.? some probably maybe perhaps like say ~"
    ),
    any_word("circa ca\\.? c\\. etwa ungefahr rund knapp environ unos unas"),
    "alrededor de|something like|sort of|closer to|nearer|more like",
)
_LIMITS = any_of(
    any_word("max maximum over under almost nearly between entre zwischen from"),
    "up to|at least|more than|less than|no more than|not more than|fewer than",
)
_FILLERS = any_of(
    any_word(
        "currently now only just a an the already still all together actually really total well so mostly usually"
    ),
    any_word("typically exactly"),
    "in total|really only",
)
_FEW = (
    r"(?:only )?(?:a (?:handful|few)|not many|(?:a|an) (?:small|tiny|little) (?:team|office|company|bunch|firm|place))"
)
OPEN = rf"(?:{any_of(_ABOUT, _LIMITS, _FILLERS, _FEW)})"
_WE_ARE = any_of(
    "(?:we|it|there)(?: would| will|'d|'ll) be|we are|we're|we r|we have got|we employ|were",
    "there are|there's|there r|there is|theres|wir sind|sind wir|nous sommes|on est|somos",
)
_GROUP_OF = any_of(
    "family of|household of|party of|group of|class of|team of|crew of|office of|company of|firm of|staff of",
    "headcount(?:'s| is| of| will be| would be)?|total of",
)
_COMES_TO = any_of(
    "that makes(?: us)?|makes it|brings (?:it|us)(?: up)? to|(?:gone|went|are|is|now) (?:up |down )to",
)
FRAME_BEFORE = re.compile(rf"(?:\b(?:{any_of(_WE_ARE, _GROUP_OF, _COMES_TO)})(?:,? {OPEN}){{0,3}}[\s,~]{{1,2}})$")
HAVE_BEFORE = re.compile(rf"\b(?:we have|we've|we've got|there are|there's)(?: {OPEN}){{0,2}} $")
AT_WORK = re.compile(
    r" (?:in (?:the|our) (?:office|team|company|building|department)|on site|at our \w+|on the payroll)\b"
)
FRAME_AFTER = re.compile(
    r"\+?(?: (?:or so|ish|in total|altogether))?\s?(?:of us\b|-?\s?strong\b|-\s?(?:person|man|people|"
    r"head)\b|von uns\b|d'entre nous\b|de nosotros\b)"
)
_FOR = any_word("for with are we're we've our bring need fit seat host fur pour para avec con mit")
FOR = re.compile(rf"\b(?:{_FOR}|we have)(?: {OPEN}){{0,2}} $")
# "Could you quote for an office of 65 people?"
_GROUP = any_word("office team company group party firm crew household family practice school studio class staff")
FOR_GROUP = re.compile(
    rf"\b(?:for|are|we're|with)(?: an?| our| my)(?: [a-z-]{{2,20}}){{0,2}} (?:{_GROUP}) of(?: {OPEN}){{0,2}} $"
)
_DO_FOR_US = any_of(
    any_word("do host take fit accommodate supply"),
    "cater for|quote(?: us| me)?(?: for)?|send us",
)
ASKED_FOR = re.compile(
    r"\b(?:(?:can|could|may) (?:i|we) (?:please |also )?(?:get|have|book|rent|order|hire|reserve|bring)|"
    rf"(?:can|could|would) you (?:please )?(?:{_DO_FOR_US})|"
    r"(?:do|would) you have (?:space|room|room left|capacity) for)(?: about| around| us| our)* $"
)
LIMIT_ASKED = re.compile(
    r"\b(?:free (?:for|over|above|from|if|with|up to)|limit|limited|included?|up to|maximum|max|minimum|"
    r"at least|more than|over|under|only)\b"
)
_DID = any_of(
    any_word("told said asked wrote complained recommended liked reviewed rated visit visited left queue queuing walk"),
    any_word("pass died"),
    "come by|live in",
)
_OTHERS_DO = any_of(
    r"(?:per|a|an|every|each) (?:hour|day|week|month|year)\b|(?:for|per) (?:each|every) |each\b(?! of)",
    rf"(?:have |has )?(?:{_DID})\b",
    r"[^.;!?]{0,30}\b(?:overkill|too (?:much|big|small|few))\b|(?:waiting|ahead|before) (?:in|of|me|us)\b",
)
COUNT_OF_OTHERS = re.compile(rf"(?: \w+){{0,2}} (?:{_OTHERS_DO})")
# "Me and eleven colleagues" are twelve.
BESIDE_ME = re.compile(r"\b(?:me|myself|i) (?:and|plus|\+) (?:my |our |about |the )?(?:other )?$")
# "One of the vans broke down" counts no vans.
OF_SO_MANY = re.compile(r"\d of (?:our|my|the) $")
PART_OF = re.compile(r" of (?:the|our|your|my|these|those|their) ")
SOME_OF_OURS = re.compile(
    r" of (?:our|my) (?:\w+ )?(?:colleagues|people|staff|employees|team|workers|friends|guys|lads)\b"
)
_COPE = "cope with|handle|manage|serve|take|fit|hold|seat|for up to"
OFFER_COPES = re.compile(
    rf"^\W*(?:does|do|did|can|could|will|would)(?! (?:we|i|you)\b).{{0,40}}\b(?:{_COPE})(?: \w+)? $"
)
OF_PROVIDER = re.compile(
    r"^(?!.*\b(?:need|want|looking|something|one that)\b).*\b(?:allows?|permits?|includes?|comes? with|is limited to)"
    r"(?: up to| only)? $"
)
EXPECTED = re.compile(
    rf"\b(?:expect(?:ing)?|anticipat(?:e|ing)|invit(?:e|ing)|seat|host(?:ing)?|cater(?:ing)? for|turnout of|"
    rf"attendance of|guest list (?:is|stands)(?: at)?|erwarten|rechnen mit|attendons|esperamos)(?: {OPEN}){{0,3}} $"
)
# "On top of our 8 vans we'd like 3 more"
BESIDES = re.compile(
    r"\b(?:on top of|besides|in addition to|alongside|apart from) (?:our|my|the)(?: existing| current)? $"
)
THAN_SAID = re.compile(r"(?: [a-z]+)? (?:more|fewer|less) than (?:i|we)\b")
SENT = re.compile(r"\b(?:send|sending|enrol|enrolling|sign up|register|put forward|train)(?: about| around| up to)? $")
OF_STAFF = re.compile(r" of (?:staff|the team|our team|personnel)\b")
SIZE = re.compile(r"\b(?:team|office|company|group|household|family|staff) size(?: is|:| of)? $")
OF_THEM = re.compile(r" (?:of (?:them|those|these|'?em)|ones|replacements|pieces|units)\b")
TIMES = re.compile(r"\bx ?$")
# What is wanted beside what is there: "we have 9 vans and need 2 more".
MORE_WANTED = re.compile(
    r"\b(?:need|want|like|looking for|add|hire|rent|order|buy|get)(?: to (?:add|hire|rent|order|buy|get))?"
    r"(?: another| an extra| an additional)(?: \w+)? $|\b(?:like|want|looking|need) to add(?: another)? $"
)
NEEDED = re.compile(r"\b(?:need|want|like|looking|add|hire|rent|order|buy|get)\b")
MORE_BEHIND = re.compile(r" (?:more|additional|extra|further)\b")
_STILL = any_word("already currently got now about around fleet is of")
HAD = re.compile(rf"\b(?:have|'ve|got|own|run|operate|existing|current|currently|fleet)(?: (?:{_STILL}))* $")
IS_EXPECTED = re.compile(r" (?:(?:are|is|were) )?(?:expected|coming|confirmed|attending|realistic|likely)\b")
WILL_COME = re.compile(
    r"(?: (?:that|who|whom))? (?:we|i) (?:have )?(?:expect|invited|hope for)\b|"
    r" (?:will|would|should|might|are going to) (?:come|attend|be there|be coming|turn up)\b"
)
FOR_USERS = re.compile(r"\b(?:seats?|licen[cs]es?|logins?|accounts?|access) for(?: \w+)? $")
USES_IT = re.compile(r"(?: [a-z]+){1,2}(?: (?:who|that))?(?: (?:would|will|do|all))? (?:need|use)(?: \w+){0,2}\b")
USED_BY = re.compile(r"\b(?:that's|used by|access for|rolled out to|logins? for)(?: \w+)? $")
PART_THAT_COUNTS = re.compile(
    r"(?: of (?:us|them|those|whom))?(?: (?:who|that|actually|really|would|will|might|do))* "
    r"(?:use|need|drink|want|would|attend|come|join|take part|coffee drinkers|drinkers)\b"
)
_NOT_WE = any_word("it this that which model machine photo picture video article report study review reviews")
_NOT_WE_DO = any_word("has had shows? showed says? makes? serves? seats? fits? can could holds? takes? needs? comes")
_OF_OTHERS = any_of(
    rf"(?:{_NOT_WE}) (?:{_NOT_WE_DO})",
    "read|heard|saw|sold to|friends? of|compared to|unlike|every|each",
)
SUBJECT_OF_OTHERS = re.compile(
    r"^\W*(?:the|your|that|this|it)\b[^,;]{0,25}\b(?:fits|seats|holds|sleeps|takes|has) [^,;]{0,20}$|"
    rf"\bmy (?=$)|\b(?:{_OF_OTHERS})\b[^,;]{{0,40}}$"
)
WHO_USE = re.compile(
    r" of us(?: [\w']+){0,3} (?:log(?:ging)? (?:in|on)|use|using|(?:need )?access|"
    r"need (?:it|to|an? (?:login|account|licen[cs]e|seat))|work with)\b"
)
_WELL = "it's|its|it is|that's|that would be|well|oh|for now|only|just|at the moment"
_ONLY_ME = any_of(
    "(?:(?:just|only) )?the one(?:,? (?:just )?me)?|(?:just|only) (?:me|myself|for me|for myself|one)|me alone",
    "me myself|myself|for (?:me|myself) (?:alone|only)|(?:me|myself) only",
    "nur ich|nur fur mich|seulement moi|juste moi|solo yo|solo para mi",
)
_RIGHT_NOW = any_of(
    "for now|at the moment|here|really|alone|so far|right now|actually|i'm afraid|i guess|lol|initially|at first",
    "for the (?:time being|moment)|at present|(?:to (?:start|begin) with)|please|thanks",
)
JUST_ME = re.compile(rf"\W*(?:(?:{_WELL})[ ,]{{1,2}}){{0,3}}({_ONLY_ME})(?:[ ,]{{1,2}}(?:{_RIGHT_NOW}))?\W*")
NONE = re.compile(
    r"\W*(?:none|zero|nil|not any|keine?|aucune?|ningun[oa]?)(?: (?:needed|required|at all|thanks|please|for now))?\W*"
)
_NEEDED_FOR = any_word(
    "coffee machine office party table dinner lunch wedding event meal food catering team space quote offer seats "
    "places reservation booking room hall venue"
)
WHAT_FOR = re.compile(rf"\b(?:{_NEEDED_FOR}) for (?:about |around |up to |roughly )?$")
AT_HOME = re.compile(r" (?:a la maison|a la casa|zu hause|daheim|chez nous|under one roof)\b")
BEHIND_BARE = word_set(
    "or so i we in at for to right now currently please thanks thank you though but and including if ish maybe "
    "people total altogether max maximum most least minimum minus plus as of us give take approx approximately roughly "
    "all together there here today this would should is are it more less on think guess say reckon suppose sometimes "
    "usually normally mostly need needs want wants looking who drink not no sorry wait actually full part time with "
    "instead rather depending probably "
    "region range ballpark mark area "
    "en la para au chez dans ici hier bei aqui oder ungefahr etwa circa glaube denke sind wir ou environ je o mas "
    "menos nicht pas y und statt "
    "+ tops , . ! ) ; ? - ~ : … ("
)
