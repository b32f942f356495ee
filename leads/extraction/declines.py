"""A visitor who does not want to say, or does not know yet, what the agent has just asked.

Nobody can list the ways to say so, but they are made of few parts: a denial before a word of telling, knowing, settling
or having; somebody else who decides; a later time; what is private, or depends. An answer that holds no value of the
question and one of these declines it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from language.words import stem
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word
from leads.terms import Kind

_NEXT = any_word("and but so because as since sorry yet first later now then though unless until before when once here")
_ENDS = rf"(?= ?(?:[,.;!?)-]|$| (?:{_NEXT}|to be honest|tbh|i'm afraid)\b))"  # nothing more belongs to the words before
_FEW = r"(?: [a-z']+){0,3}?"  # words between a denial and what is denied
_NOT = any_of(
    r"[a-z]+n't(?! you)",
    any_word("not no dont doesnt didnt cant cannot wont havent hasnt isnt arent never hardly nobody nothing"),
    "no one|neither of us|yet to",
)
_WILL_NOT = any_of(
    _NOT,
    any_word("unable reluctant hesitant refuse decline unwilling"),
    "why would i|(?:rather|sooner|prefer)(?: to)? (?:not|keep|stay|remain)",
)

# --- What visitors do not want to say

_TELL = any_of(
    any_word(
        "say saying share sharing tell telling disclose discuss discussing reveal provide mention specify volunteer"
    ),
    "giv(?:e|ing)(?! up)|hand(?:ing)? (?:out|over)|leav(?:e|ing)|talk(?:ing)? about|(?:go|going|get|getting) into",
    "answer(?:ing)?(?! (?:the|my|a|your|any) (?:phone|calls?|door))",
)
_PRIVATE = any_word("private confidential personal secret anonymous")
_TO_MYSELF = "(?:to|between) (?:my|our)sel(?:f|ves)|between (?:me|us)|out of (?:it|this)"
_REFUSAL = any_of(
    rf"(?:{_WILL_NOT}){_FEW} (?:{_TELL})",
    "(?:rather|sooner|prefer)(?: to)? not(?: to)?(?=\\W*$|[,.;!]| (?:say|thanks|thank|yet|at this|right now|now|if))",
    rf"(?:keep|stay|remain)(?: [a-z-]+){{0,4}} (?:{_PRIVATE}|quiet|{_TO_MYSELF})",
    rf"(?:that's|that is|it's|thats|its)(?: \w+){{0,2}} (?:{_PRIVATE}|{_TO_MYSELF})",
    "none of (?:your|ur) (?:business|concern)|no comment|not (?:something|anything) (?:i|we) (?:want|wish|like) to",
    "you (?:don't|do not|dont) (?:really )?need (?:that|to know|my|our)",
    # German, French, Spanish
    "(?:mochte|mochten|will|wollen|darf|kann) (?:ich|wir)(?: \\w+){0,4}? nichts?|sage? ich nicht|keine angabe",
    "(?:mochte|mochten|will|wollen)(?: \\w+){0,3}? nichts? (?:sagen|angeben|nennen|verraten)|geht sie nichts an",
    "je prefere ne pas|je (?:ne )?(?:veux|souhaite) pas|ca ne vous regarde pas",
    "prefiero no|no (?:lo )?quiero (?:decir|dar)\\w*|no es asunto",
)
_REFUSED = re.compile(rf"\b(?:{_REFUSAL})\b")

# Who is asked for a number to call and wants to write, or the other way.
_OTHER_WAY = {
    Kind.PHONE: ("e-?mails?|mail|chat|write|writing|text|whatsapp|message", "calls?|call|ring|phone|telephone|phoning"),
    Kind.EMAIL: ("phone|call|ring|chat|whatsapp|text", "e-?mails?|mails?|spam|newsletters?|mailings?"),
}

# --- What visitors do not know, and what is not settled

_KNOWN = any_of(
    any_word(
        "know known sure certain decided decide settled fixed agreed confirmed planned chosen picked budgeted guess"
    ),
    any_word("clear estimate predict foresee remember recall thought discussed defined determined worked figured"),
    any_word("idea clue foggiest pinned"),
    "set(?! up)|finali[sz]ed|made (?:up|a decision)|nailed down|got (?:that|there) (?:yet|far)",
)
# "Not ready" alone says nothing: the guest list is, or the visitor.
_DONE = any_word("done ready complete finished final there")
_HAS_NOT = "(?:haven't|havent|hasn't|have not|has not|didn't|did not|never|nobody|not yet)"
_TRIED = any_word("asked checked counted looked measured heard told said spoken talked been")
_SO_FAR = "yet|so far|for now|for the moment|at the moment|right now|at this (?:point|stage)|at present|as of now"
_LATER = any_of(_SO_FAR, "until|till|before|unless")
# Behind "not sure" and the like stands the end, or what is not known; never what the visitor thinks of the offer.
_OF_OFFER = r"(?! (?:(?:that|if|whether|about|of|how|why|what|where|who) )?(?:you|your|the [a-z]+ [a-z]+ (?:is|are))\b)"
_UNKNOWN = any_of(
    rf"(?:{_NOT}){_FEW} (?:{_KNOWN})\b{_OF_OFFER}",
    rf"(?:{_NOT}){_FEW} (?:{_DONE})\b(?:[^.;!?]{{0,20}}\b(?:{_LATER})\b|(?= ?(?:[,.;!]|$)))",
    rf"{_HAS_NOT}{_FEW} (?:{_TRIED})\b",
    rf"(?:not|[a-z]+n't)(?: (?:really|quite))? (?:{_SO_FAR})\b",
    any_word("idk dunno tbd tbc tba undecided unsure uncertain"),
    "to be (?:decided|confirmed|defined|determined|announced|agreed)",
    # German, French, Spanish
    "(?:weiß|weiss|wissen)(?: \\w+){0,4}? nicht|noch nicht|keine ahnung|noch offen",
    "je ne sais pas|on (?:ne )?sait pas|nous ne savons pas|pas encore|aucune idee",
    "no (?:lo )?(?:se|sabemos)|ni idea|todavia no|aun no",
)
_JUDGE = any_word("say tell know guess estimate put judge predict answer pin give commit decide quantify foresee")
_VAGUE = any_of(
    "depends|varies|fluctuates|could be anything|all over the place|in flux|up in the air|pending",
    f"(?:it|that) changes{_ENDS}|(?:hard|difficult|tricky|tough|impossible|too early|too soon) to (?:{_JUDGE})\\b",
    "who knows|(?:anybody's|anyone's|your) guess|beats me|search me|remains to be seen|(?:wait and|we'll|we will) see",
    "no (?:real |particular |strong )?preference|still to be \\w+",
    "(?:steht|ist) noch nicht (?:fest|klar)|nichts fest|kommt (?:ganz )?darauf an|ca depend|depende",
)
_NOT_KNOWN = re.compile(rf"\b(?:{_UNKNOWN})\b")
_OPEN_STILL = re.compile(rf"\b(?:{_VAGUE})\b")

# --- Somebody else knows or decides, or it is left for later

_SOMEBODY = r"(?:my|our|the|a) (?:[\w-]+ ){1,3}?"
_MATTER = r" (?:that|it|this|those|these|all|everything|such|the (?:money|budget|numbers?|figures?|finances|dates?))\b"
_WHAT = r" (?:how|what|when|which|whether|if|about)\b"
_DECIDES = any_of(
    "decides?|decided|is in charge|hasn't|haven't|has not|have not",
    f"(?:knows?|handles?|deals with|sorts?|controls?|keeps|looks after|takes care of|pays?|does|do)"
    f"(?:{_MATTER}|{_WHAT}|{_ENDS})",
    "(?:will|would|must|has to|needs to|should|'ll|'d) (?:\\w+ )?(?:decide|know|tell|say|approve|sign|agree|confirm)",
)
_ASK = any_of(
    any_word("ask talk speak consult discuss clarify confirm count measure calculate"),
    f"find out|(?:check|look|see|think|dig)(?: (?:up|into|at|with|my|our|back|about)\\b|{_MATTER}|{_WHAT}|{_ENDS})",
)
_DEFERRED = any_of(
    rf"(?:{any_word('ask talk discuss speak say tell see decide deal come get let sort leave save do')})"
    r"(?: [a-z']+){0,6}? (?:later|another (?:time|day)|next (?:week|month|time)|in (?:a|due)|first)",
    "ask (?:me|us) again|for later|not now|maybe later|another time",
    f"park (?:that|it|this|the)|(?:leave|keep|save) (?:that|it|this)(?: one)?(?: for (?:later|now)| out| open)?{_ENDS}",
)
_ELSEWHERE = any_of(
    rf"{_SOMEBODY}(?:{_DECIDES})",
    "up to (?:my|our|the|him|her|them|others|somebody|someone)|above my pay|(?:not|isn't) (?:my|our|up to)",
    rf"(?:have|need|want|got|going|must|gotta|better)(?: to)? (?:go and |\w+ )?(?:{_ASK})",
    "(?:figuring|working) (?:that|it|this) out|still (?:\\w+ )?(?:discussing|waiting|thinking)",
    "(?:get|come) back to you|let you know|to hand|off the top of my head|in front of me",
    "muss ich (?:erst )?(?:fragen|nachsehen|klaren)|entscheidet|weiss? (?:nur )?(?:mein|meine|unser|der|die)",
    "weiß (?:nur )?(?:mein|meine|unser|der|die)|spater|plus tard|mas tarde",
    "(?:je|il) (?:dois|faut que je) demander|tengo que preguntar",
    _DEFERRED,
)
_LEFT_OPEN = re.compile(rf"\b(?:{_ELSEWHERE})\b")

# --- What visitors do not have

_THING = any_of(
    any_word(
        "budget date deadline figure number amount sum total limit plan preference idea answer estimate intention"
    ),
    any_word("phone mobile landline telephone e-mail email mail company firm name termin firma telefon telephone"),
    any_word("presupuesto fecha"),
)
_LACK = any_of(
    rf"(?:{_NOT}) (?:\w+ )?(?:have|got|use|own) (?:\w+ ){{0,3}}?(?:{_THING})",
    rf"(?:no|without(?: an?)?|kein\w*|pas de|sin|no tenemos) (?:\w+ )?(?:{_THING})",
    rf"(?:{_NOT}) (?:really |actually )?(?:have|got|use|own) (?:one|any|that|those|it)(?= ?(?:[,.;!]|$| (?:{_LATER})))",
    r"there (?:isn't|is not|aren't|is no|'s no)(?: really| actually)?(?: one| any)",
)
_LACKING = re.compile(rf"\b(?:{_LACK})\b")

# --- Whole answers

_SOFT = "(?:ok|um|uh|er|hm+|well|sorry|let's|lets|please|can we|i'll|we can|oh|nah|no)"
_SKIPPED = re.compile(
    rf"\W*(?:{_SOFT}[ ,.]{{1,3}}){{0,3}}"
    r"(?:skip(?: (?:this|that|it|the question|this one|that one))?|pass|next(?: (?:question|one))?|move on|n/?a|"
    r"not applicable|uberspringen|weiter|passer|passe|saltar|siguiente)"
    r"(?:[ ,]{1,2}(?:please|thanks|thank you|for now|bitte|on (?:that|this)(?: one)?))?\W*"
)
_OPEN = re.compile(
    r"\W*(?:still |completely |totally |all )?(?:open|undecided|unknown|unclear|later|whatever|offen|ouvert|abierto)\W*"
)
_SECRET = re.compile(r"\W{0,3}(?:well )?(?:we(?:'ll| will) see|that's (?:a|my) secret)\W{0,3}")
_NO = re.compile(
    r"\W*(?:no|nope|nah|nein|non|no way|absolutely not|definitely not|no thanks|no thank you|"
    r"(?:no, )?not really|lieber nicht|not now|not yet|later|maybe later|another time)"
    r"(?:[ ,]{1,2}(?:sorry|thanks|thank you|danke|merci|gracias))?\W*"
)
# "I don't know what you mean" asks back.
_ASKS_BACK = re.compile(
    r"\b(?:what|why|who|which|how|if|whether)\b[^.;!?]{0,20}\b(?:you|that|this|it) ?"
    r"(?:means?|meant|want|need|ask|asking|are asking|is|refer|stands?|works?|\W*$)"
)
SURE, TOLD, OF_NO = 0.95, 0.9, 0.85  # confidence: a refusal, what is unknown or open, a bare "no"
_MAX_CHARS = 160  # characters of an answer that says it does not know; what is longer says something


def declined(
    message: VisitorText, kind: Kind, *, is_asked: bool, words_of_question: frozenset[str]
) -> tuple[int, int, float] | None:
    """Where the words stand that decline the question, and how sure that is. Without being asked, only a refusal that
    names what it refuses ("I won't tell you my budget")."""
    refused = _REFUSED.search(message.plain)
    if refused and (is_asked or _named_behind(message, refused.end(), words_of_question)):
        return refused.start(), refused.end(), SURE
    if not is_asked:
        return None
    whole = _whole(message, kind)
    if whole:
        return whole
    if len(message.text) > _MAX_CHARS or _ASKS_BACK.search(message.plain):
        return None
    for start, end in _statements(message):
        for pattern in _patterns(kind):
            found = pattern.search(message.plain, start, end)
            if found:
                return found.start(), found.end(), TOLD
    return None


def _named_behind(message: VisitorText, place: int, words_of_question: frozenset[str]) -> bool:
    behind = re.findall(r"[a-z]+", message.plain[place : place + 60])
    return bool(set(map(stem, behind)) & set(map(stem, words_of_question)))


def _whole(message: VisitorText, kind: Kind) -> tuple[int, int, float] | None:
    """Where nothing but a "no", a "pass" or an "open" is said."""
    for pattern in (_SKIPPED, _OPEN, _SECRET, _NO):
        if pattern.fullmatch(message.plain) and not (kind is Kind.TEXT and pattern is not _SKIPPED):
            start, end = _trimmed(message.plain)
            return (start, end, OF_NO if pattern is _NO else TOLD) if end > start else None
    return None


def _statements(message: VisitorText) -> Iterator[tuple[int, int]]:
    """The sentences that ask nothing."""
    yield from ((each.start, each.end) for each in message.sentences if not each.is_question)


def _patterns(kind: Kind) -> Iterator[re.Pattern[str]]:
    yield _NOT_KNOWN
    if kind is Kind.TEXT:
        return  # what somebody else does, what is lacking or what changes may be the answer
    yield _OPEN_STILL
    yield _LEFT_OPEN
    yield _LACKING
    if kind in _OTHER_WAY:
        yield _other_way(*_OTHER_WAY[kind])


def _other_way(wanted: str, refused: str) -> re.Pattern[str]:
    """ "Email is better", "no calls please", "don't ring me"."""
    liked = any_word("better best easier enough fine only instead please do works prefer preferred rather")
    return re.compile(
        rf"\b(?:{_NOT}|without)(?: [a-z']+){{0,2}} (?:{refused})\b|\b(?:{wanted})\b[^.;!?]{{0,20}}\b(?:{liked})\b|"
        rf"\b(?:prefer|rather|just|only|by|via|use)\b[^.;!?]{{0,15}}\b(?:{wanted})\b"
    )


def _trimmed(text: str) -> tuple[int, int]:
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end
