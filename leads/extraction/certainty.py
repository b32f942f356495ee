"""What is said of others, of the past, as an example or with a "not": the words are there, but they are no fact.

Decided: what is negated ("not 40"), past ("our old budget", "we used to be 30"), somebody else's ("my boss's address",
"your price") or supposed ("if we were 40") is left out, not given with a low confidence. A wrong fact costs a seller
more than a fact that is asked for again.
"""

from __future__ import annotations

import re

from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word

_CLAUSE_BREAK = re.compile(
    r"[,;()]\s|\s-\s|\b(?:but|however|aber|sondern|mais|pero|sino|now|jetzt)\b|\b(?:and|so) (?:now\b|(?=(?:we|i|my|our|"
    r"there|can|could|will|would|want|need|expect|plan)\b))"
)
_NEGATED = re.compile(
    r"(?:\bnot|\b(?:anything|everything|all) but|\bexcept(?: for)?|\bapart from|\bother than|\bwithout|"
    r"\binstead of|\brather than|\bisn't|\bwasn't|\baren't|\bno longer|\bforget|\bnever|"
    r"\bnicht(?: mehr)?|\bstatt|\banstatt|\bpas|\bau lieu de|\ben lugar de|"
    r"\ben vez de|(?:^|[,;]\s)no)\s{1,3}(?:the |on |at |in |by |um |am |le |el |a |about |really |to |£|"
    r"\$|€|our |my |an )*$"
)
_NOT_DONE = re.compile(
    r"\b(?:don't|do not|dont|doesn't|didn't|won't|will not|wouldn't|would not|can't|cannot|aren't|haven't|not|never|"
    r"nicht|no)\s{1,3}(?:really |actually |even )?(?:need|want|have|got|require|plan|like|start|spend|pay|"
    r"afford|justify|be|go|"
    r"necesitamos|queremos)(?: (?:to|the|an?|all|those|these|any|on|in|at|by|start|go|live|spend|pay|have|be|"
    r"need|our|about|"
    r"around|as much as|as many as))*\s{1,3}[£$€]?$"
)
_NOT_BEHIND = re.compile(r"\W{1,3}(?:not|nicht|pas)\b")  # "no 60 not 50"
_NOT_NEGATED = re.compile(r"\bnot (?:more|less|over|under|sure|before|later|just|only|even|exactly|quite)\b[^,;]*$")
_IS_WRONG = any_of(
    r"out\b|off\b|too (?:early|late|soon|much|many|expensive|high|dear|few|little)",
    "wrong|incorrect|not (?:right|correct)|a typo|a mistake",
)
_FAILS = "(?:won't|doesn't|does not|will not|can't|cannot) (?:work|do|happen|suit)"
_WRONG_AFTER = re.compile(rf"\s{{0,3}}(?:{_FAILS}|(?:is|was|are) (?:{_IS_WRONG}))\b")
_WAS = any_of(
    any_word("was were had didn't did founded established since originally old previous previously former formerly"),
    any_word("earlier ago"),
    "started (?:at|with|out|off)|began (?:at|with)|used to|back then",
    "last (?:year|month|week|time|summer|winter|quarter)",
    r"alte[rsnm]?|fruher\w*|letzte[sn]? (?:jahr|monat)|war|waren|hatte\w*",
    r"l'an(?:nee)? derniere?|avant(?=,| on | nous )|etait|etions|avions|ancien\w*",
    "anterior|antes(?! de\\b)|eramos|teniamos|tenia|el ano pasado",
)
_PAST = re.compile(rf"\b(?:{_WAS})\b")
# "were a company of 22" is "we're" without its mark; what replaces the old machine is to come.
_NOT_PAST = re.compile(
    r"(?:^\s{0,3}|[,.!]\s{1,3})were (?:an? |about |around |only |just |\d|[a-z]{3,}ing\b)|"
    r"\b(?:have|has|we've|i've) had to\b|\bhatten? (?:wir |ich )?gern|"
    r"\b(?:replac\w+|instead of|get rid of|swap\w*|exchang\w+|upgrad\w+|ersetzen|remplacer|sustituir)(?: \w+){0,2} "
    r"(?:old|previous|former|alte[rsnm]?|ancien\w*|antigu\w+)\b"
)
_PAST_WISH = re.compile(
    r"\b(?:was|were|had) (?:\w+ )?(?:thinking|hoping|looking|planning|wondering|aiming|going|"
    r"considering|told|in mind)\b|"
    r"\bi was (?:after|about)\b|\bhad (?:in mind|hoped|planned)\b"
)
_PAST_AFTER = re.compile(
    r"[^,.;!?]{0,25}\b(?:last (?:year|month|week|time)|ago|back then|before we|in the past|"
    r"letztes jahr|l'annee derniere|el ano pasado)\b"
)
_IF = any_of(
    "if (?:we|i|you|it|they|there|my|our)|what if|(?<!i )(?<!we )(?<!i'd )suppose|supposing|imagine|hypothetically",
    "for (?:example|instance)|e\\.g|in case|once we|unless|would be nice",
    "in (?:a|my|our) (?:dream|perfect) world|in my dreams",
    "wenn (?:wir|ich)|falls|angenommen|zum beispiel",
    "si (?:nous|on|j)|par exemple|si (?:fueramos|tuvieramos|somos)|por ejemplo",
)
# "We'd hire 3 vans" rents them.
_MAY_GROW = (
    r"could grow|might grow|grow(?:ing)? to|expand(?:ing)? to|hiring|"
    r"(?:may|might|could|going to|plan(?:ning)? to|hope to) hire|recruit\w*|take on"
)
_SUPPOSED = re.compile(rf"\b(?:{_IF}|{_MAY_GROW})\b")
_FAMILY = any_word(
    "husband wife brother sister mother father mum mom dad son daughter niece nephew aunt uncle cousin grandm\\w+ "
    "grandf\\w+ grandad kids? ex"
)
_ACQUAINTANCES = any_word(
    "predecessor successor boss friend friends colleague colleagues manager neighbou?rs? assistant client clients "
    "customer customers partner supplier landlord accountant secretary rival competitor "
    "chef kollege kollegin freund freundin patron collegue ami jefe amigo amiga companero"
)
_THINGS_READ = any_word(
    "shop store website site page seller guide manual brochure ad advert review article leaflet film label box sign"
)
_OWN_HOUSE = any_word("company office team firm school shop business practice")
_OTHERS = any_of(
    any_word("your yours his her their they he she competitors? seine? ihre? votre vos leur vuestr[oa]"),
    rf"(?:my|our|a|the) (?:\w+ )?(?:{_FAMILY}|{_ACQUAINTANCES}|parent company)(?:'s|s')?",
    r"(?:somebody|someone)(?! (?:please |to )?(?:ring|call|phone|text|contact|e-?mail|reach|get back|write))",
    rf"the (?:{_THINGS_READ})|the (?:\w+ ){{1,2}}(?:page|site|guide|brochure|manual|leaflet|sheet)",
    rf"the (?:\w+ ){{0,2}}(?!{_OWN_HOUSE})\w+'s (?=(?:e-?mail|address|phone|number|mobile)\b)",
    "another (?:company|shop|supplier|firm|site|provider|agency|business)|other (?:companies|shops|people|suppliers)",
)
_OF_OTHERS = re.compile(rf"\b(?:{_OTHERS})\b")


# "A party for my mother" is the visitor's own matter.
_OCCASIONS = any_word(
    "party dinner lunch wedding birthday anniversary event celebration gift trip course surprise feier fete fiesta"
)
_GREAT_DAYS = any_of(
    any_word("wedding birthday anniversary party retirement graduation baptism christening"),
    any_word("eighteenth twenty-first thirtieth fortieth fiftieth sixtieth seventieth eightieth"),
    r"\d{1,2}(?:st|nd|rd|th)",
)
_FOR_OTHERS = re.compile(
    rf"\b(?:{_OCCASIONS})(?: \w+){{0,2}} (?:for|of) (?:my|our|the) \w+(?:'s)?\b|"
    r"\b(?:my|our) (?:\w+ )?\w+ and (?:i|me|myself)\b|\b(?:i|me) and (?:my|our) \w+(?! (?:said|says))\b|"
    rf"\b(?:my|our) \w+(?:'s (?=(?:\w+ )?(?:{_GREAT_DAYS})\b)|"
    r" (?=(?:is|are) (?:getting|turning)|gets married|turns \d))"
)
_WHO_DECIDE = any_word("boss manager husband wife partner director chef jefe cfo ceo")
_SAY = any_of(
    any_word(
        "said says? wants? think thinks would will can could approved agreed gave go pay spend stretch put signed"
    ),
    any_word("reckons? expects? sagt dit dice cuts? caps? capped raised limit(?:s|ed) allow(?:s|ed)? lets gives sets?"),
    "be happy|are happy|is happy|is thinking|are thinking",
)
_DECIDES = re.compile(rf"\b(?:they|he|she|(?:my|our|the) (?:{_WHO_DECIDE}))(?:'d|'ll)?(?= (?:{_SAY})\b)")


def is_negated(message: VisitorText, start: int, end: int) -> bool:
    """Whether the words are those that a visitor takes back or denies: "not 40", "14 instead of 40", "40 is wrong"."""
    before = message.before(start, 50)
    is_denied = bool(_NEGATED.search(before)) and not _NOT_NEGATED.search(before)
    is_no = re.search(r"(?:^|[,;]\s)no\s{1,3}$", before)
    is_denied = is_denied and not (is_no and _NOT_BEHIND.match(message.plain, end))
    is_denied = is_denied or bool(_NOT_DONE.search(before))
    return is_denied or bool(_WRONG_AFTER.match(message.plain[end : end + 30]))


# "We were at yours last summer, 120 people": what is told of the past stays so behind a comma.
_WENT = any_word(
    "were was had went got paid charged tried bought hired rented ordered grew celebrated married loved visited stayed "
    "booked"
)
_TOLD_OF_PAST = re.compile(
    rf"\b(?:we|i|they|he|she|(?:our|my|the) (?:last |old |previous )?[a-z]+) (?:{_WENT}|used to)\b"
)
_OF_NOW = any_word(
    "now need\\w* want\\w* would will are is am have has can could like looking plan\\w* next but so think\\w* hop\\w+ "
    "told asked going"
)
_NOT_ONLY_PAST = re.compile(rf"\b(?:{_OF_NOW}|to go)\b|'(?:d|ll|re|m|ve|s)\b")


def is_past(message: VisitorText, start: int, end: int) -> bool:
    """Whether the clause speaks of what was: "our old budget was 5k", "we had 30 people last year"."""
    if is_told_of_past(message, start):
        return True
    before = clause_before(message, start)
    has_past = bool(_PAST.search(without_present(before))) and not _PAST_WISH.search(before)
    return has_past or bool(_PAST_AFTER.match(message.after(end, 50)))


def is_told_of_past(message: VisitorText, start: int) -> bool:
    """Whether the sentence up to there tells what was, and nothing of now."""
    before = without_present(message.before(start, 120))
    return bool(_TOLD_OF_PAST.search(before)) and not (_NOT_ONLY_PAST.search(before) or _PAST_WISH.search(before))


def without_present(before: str) -> str:
    """Words without those that only look like the past: "were planning" without its mark, "have had to"."""
    return _NOT_PAST.sub(" ", before)


_FINE = any_word("great brilliant lovely ideal perfect fantastic wonderful amazing super best helpful")
_WISH_WITH_IF = re.compile(rf"\b(?:{_FINE}|appreciate it) if (?:we|you|i|it|they)(?:'d| could| can| would)\b")


def is_supposed(message: VisitorText, start: int) -> bool:
    """Whether it is only supposed: "if we were 100 people"."""
    return bool(_SUPPOSED.search(_WISH_WITH_IF.sub(" ", message.before(start, 120))))


_TOLD_TO = re.compile(
    r"^.*\b(?:said|told (?:me|us)|suggested|advised (?:me|us)|recommended) (?:to|(?:that )?(?:i|we) (?:should|could)) "
    r"(?:ask|call|contact|write|order|get in touch|try|message)(?: (?:to |with )?you)?(?: for| about)?\b"
)


def is_of_others(message: VisitorText, start: int, end: int = 0, *, is_asked: bool = False) -> bool:
    """Whether it belongs to somebody else: "my boss's address", "your price". `is_asked`: they were asked for it, and
    say what those say who decide: "my boss says 40", "they'd be happy with 5k". `end`: the words up to there count too,
    since "my mum's birthday" is the visitor's matter."""
    said = message.plain[start:end]
    clause = _TOLD_TO.sub("", clause_before(message, start))  # "Mr Patel of your Leeds branch said to ask you for 3"
    before = _FOR_OTHERS.sub(" ", clause + said).removesuffix(said)
    return bool(_OF_OTHERS.search(_DECIDES.sub(" ", before) if is_asked else before))


def clause_before(message: VisitorText, place: int) -> str:
    """What stands before a character in its part of the sentence; plain, at most 100 characters."""
    before = message.before(place, 100)
    breaks = [match.end() for match in _CLAUSE_BREAK.finditer(before)]
    return before[breaks[-1] :] if breaks else before
