"""Which of the agent's questions a date answers. "Are you open on Tuesday?" and "call me on Friday" are no plans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.candidate import Candidate
from leads.extraction.dates.rules import FoundDate
from leads.extraction.message import VisitorText
from leads.extraction.patterns import any_of, any_word
from leads.terms import Kind, QuestionData

ANSWERED, PLANNED, ALONE = 0.95, 0.9, 0.85  # confidence: to the question, "we'd like to start in", in a list of facts
_WISHES = any_of(
    any_word("need needs needed want like plan planning planned hope hoping aim aiming ideally target"),
    any_word("brauchen mochten wollen soll voulons voudrions aimerions queremos quisieramos"),
    r"looking to|souhait\w+|necesit\w+",
)
_BEGINNINGS = any_of(
    any_word("start starting begin beginning launch open opening ready running operational live roll-?out kick-?off"),
    "up and running|go live|going live|kick off|roll out|in place|get (?:going|started)",
    "(?:we|i|it|this|project|event|wedding|party|work|course|team) starts",
    any_word("starten beginnen los umzug eroffnung commencer demarrer ouvrir empezar comenzar"),
)
_IN_PLACE = any_word("up in on done ready installed delivered running fitted")
_DEEDS = any_of(
    any_word(
        "move moving deliver delivered delivery install installed installation arrive arriving book hire rent stay"
    ),
    any_word("switch happen finished complete collect collection come deadline scheduled foreseen due hold(?:ing)?"),
    "pick (?:it |them |up )?up|pop in|pop by|drop in|get it|have it|set for|takes? place",
    rf"(?:have|get|see) [^,.;]{{2,30}} (?:{_IN_PLACE}) (?:by|in|before|on|from)",
    r"(?:have|get|see) (?:it|them|everything|all|this) [^,.;]{0,30}\b(?:by|before)\b",
)
# "We're getting hitched on the 30th": what is under way is planned when its day is to come.
_UNDER_WAY = r"(?:we're|we are|i'm|i am|we'll be|i'll be) [a-z]{3,}ing(?: [a-z]+){0,2} (?:on|in|from|by)"
_CAN = r"(?:could|can|would) (?:do|make|manage)|(?:suits?|works?|fits)(?: us| me)?"
_EVENTS = any_of(
    any_word("event wedding wedd?ing birthday bday party anniversary function ceremony reception gala conference"),
    r"celebrat\w+|marry(?:ing)?|(?:get|gets|getting|got|be) married",
    r"hochzeit\w*|geburtstag\w*|\w*feier|\w*fest|tagung|veranstaltung|feiern|heirate\w*",
    "mariage|anniversaire|fete|fetons|casamos|marions|boda|cumpleanos|fiesta|celebramos",
)
_THING_THEN = re.compile(
    rf"\W*(?:(?:the|our|my|all) )?([a-z]{{4,}})(?: (?:{_IN_PLACE}|here))?"
    r"(?: (?:in|by|on|from|before|until|for))? (?:the )?$"
)
_BY_THEN = re.compile(r"\b(?:by|before|until|till|for|from) then\b")
# "By the summer holidays, so before the end of June": the date said again.
_SAID_AGAIN = re.compile(r"\W*(?:so|i\.?e\.?|that is|that's|meaning)(?: (?:by|before|on|in|from|until))?(?: the)? ?")
_WILL = "'d|'ll| would| will| should| must| has to| have to"
_THEN = any_word("on in by from before held ready there here around")
_IT_IS_THEN = any_of(
    "it's for|its for|it is for|(?:it's|it is|that's) (?:on|in)|es ware|ce serait|ce sera|seria|c'est pour le",
    rf"(?:it|that|we|this|they|event|party|wedding|machine|panels|vans?)(?:{_WILL}) be (?:{_THEN})",
    any_word("ab bis avant para"),
)
_PLAN = re.compile(rf"\b(?:{any_of(_WISHES, _BEGINNINGS, _DEEDS, _UNDER_WAY, _CAN, _EVENTS, _IT_IS_THEN)})\b")
_TALKS = any_of(
    any_word(
        "call ring phone speak talk meet meeting meetings? reply answer respond write decide check share disclose"
    ),
    any_word("callback appointment viewing webinar interview reminder rufen anrufen appelez"),
    r"get back|let you know|tell you|email me|see you\b|llam\w+",
)
_ABSENCES = any_of(
    any_word("holiday holidays vacation away closed travel fly flight urlaub vacances vacaciones"),
    "out of (?:the )?office",
)
_OTHER_BEGINNINGS = any_of(
    any_word(
        "lease fair school term season semester holidays? sales? show exhibition trial winter summer shift contract"
    ),
    "warranty",
)
_ENDS_OF_OTHERS = any_of(
    any_word("birthday expires? ends? ended contract cancel terminate quit unsubscribe downgrade refund resign retire"),
    any_word("exam statement payment board decision paid born"),
    rf"(?:{_OTHER_BEGINNINGS}) (?:starts?|begins?|opens?)|training day",
)
_SALES_TALK = any_of(
    any_word("invoice demos? demonstration tour showroom samples? quotes? quotation offer proposal brochure catalogue"),
    any_word("catalog ordered bought"),
    "send (?:it |them )?back|come back to|visit (?:you|your|the)|order from|delivered on",
    r"(?:come|drop|stop|pop) (?:by|in|over)\b",
)
_OTHER_MATTER = re.compile(rf"\b(?:{any_of(_TALKS, _ABSENCES, _ENDS_OF_OTHERS, _SALES_TALK)})\b")
_IS_VISIT = re.compile(r"\b(?:visit|come|appointment|viewing|first time)\b")
_VISITING = re.compile(r"\b(?:visit (?:you|your|the)|(?:come|drop|stop|pop) (?:by|in|over)|appointment|viewing)\b")
_COME = "come|pop|drop|swing|stop|visit|look"
_MAY_WE = re.compile(
    rf"\b(?:can|could|may|shall) (?:i|we) (?:\w+ )?(?:(?P<deed>start|begin|join|collect|pick|move)|(?P<come>{_COME}))\b"
)
# "Could you do my flat from the 5th?": they ask for the work itself.
_MAY_YOU = re.compile(
    r"(?:^|[,.] )\W*(?:can|could|would|will) you (?:please |kindly |possibly )?"
    r"(?:do|start|begin|come|clean|deliver|install|fit|supply|host|cater)\b"
)
_IS_EVENT = re.compile(r"\b(?:event|party|celebration|celebrate|occasion|feier|fest|fete|fiesta|stay)\b")
# "4 vans from Monday", "80 guests in June": what is wanted, and from when.
_MANY_FROM = re.compile(
    r"\b\d{1,5} (?!more )[a-z]{3,15} (?:(?:please|pls) )?(?:from|by|before|until|starting|on|in|for|ab|bis|im|am|"
    r"fur|le|el)(?: the)? $"
)
_IS_FREE = re.compile(
    r"\b(?:free|available|vacant|availability|frei|verfugbar|libres?|disponibles?)(?: still)?(?: (?:on|for|in|"
    r"at|am|im|le|el|en|the|a))*\s$|"
    r"\b(?:have|got) (?:space|room|a room|anything|availability|the \w+)(?: free| left| available)? (?:on|for|"
    r"in) (?:the )?$"
)
_NO_ROOM = re.compile(
    r"\b(?:parking|wi-?fi|anyone|anybody|someone|somebody|staff|support|breakfast|delivery|entry|you)\b(?! have)"
)
_TO_VIEW = re.compile(r"\b(?:viewing|visit|tour|call|look|see|chat|meeting|talk)\b")
_LEAD_OF_DATE = re.compile(
    r"\s*(?:(?:any ?time|sometime|some time|maybe|probably|ideally|about|around|sometime|on|by|from|in|"
    r"until|till|within|starting|the|ab|am|im|bis|"
    r"le|en|el|para|pour|avant)\s){0,3}"
)
_TAIL_OF_DATE = re.compile(r"[\s,.!]*(?:(?:if (?:you can|possible|that works|poss)|please|pls|thanks)[\s.!]*)?")
_IS_OVER = re.compile(r" (?:\w+ )?(?:was|were|came|never|didn't|did not|went|arrived|has been|had|failed|broke)\b")
# "We pay 90 right now" and "Guten Morgen" plan nothing.
_IS_NOW = re.compile(r"(?:right )?(?:now|today|currently|jetzt|heute|maintenant|ahora|hoy)\b|morgen,")
# Another matter that happens then: "our audit is on 12 December", "I'll know more on Friday".
_HAS_VERB = re.compile(
    r"\b(?:is|are|am|was|were|will|has|had|know|grew|came|comes?|runs?|ends?|due|went|got|gets?|gave|took|made|ist|war|"
    r"wird|kommt|est|sera|viene|\w{3,}ed)\b|'(?:s|ll)\b"
)
_OF_TIME = re.compile(
    r"\b(?:when|since|dates?|days?|months?|years?|how long|how old|times?|deadline|wann|seit|tag|monat|jahr|"
    r"quand|depuis|cuando|desde)\b"
)
_DELIVERED_ORDER = re.compile(r"\bmy (?:order|parcel|package|delivery)\b")


def dates(
    message: VisitorText, found: Sequence[FoundDate], questions: Sequence[QuestionData], asked: str, *, tells_more: bool
) -> list[Candidate]:
    """For each date that the visitor plans something for: the question that it answers.

    `tells_more`: the message tells a count or a sum that the agent asks for.
    """
    of_kind = [each for each in questions if each.kind is Kind.DATE]
    is_free = not any(each.key == asked and not _is_answered_in_words(each) for each in questions)
    answers: list[Candidate] = []
    for when in found if of_kind else ():
        is_limit = _BY_THEN.search(message.after(when.end, 120))  # what ends with the old contract begins by then
        if certainty.is_negated(message, when.start, when.end):
            continue
        if certainty.is_past(message, when.start, when.end) and not is_limit:
            continue
        scored = [
            (
                _score(message, when, each, each.key == asked, len(of_kind) == 1, is_free, tells_more),
                each.key == asked,
                each,
            )
            for each in of_kind
        ]
        score, _, question = max(scored, key=lambda each: each[:2])
        if score:
            answers.append(Candidate(question.key, Kind.DATE, when.period.written, when.start, when.end, score))
    return answers


def _is_answered_in_words(question: QuestionData) -> bool:
    """Whether a date alone is no answer to it: to "What is the occasion?", but not to "Since when do you have it?"."""
    return question.kind is Kind.TEXT and not _OF_TIME.search(f"{question.ask} {question.label}".lower())


def _score(
    message: VisitorText,
    when: FoundDate,
    question: QuestionData,
    is_asked: bool,
    is_only: bool,
    is_free: bool,
    tells_more: bool,
) -> float:
    clause, sentence = certainty.clause_before(message, when.start), message.sentence_at(when.start)
    is_again = not is_asked and _SAID_AGAIN.fullmatch(clause) is not None
    before = message.before(when.start, 120) if is_again else clause
    said = message.plain[max(sentence.start, when.start - 120) : min(sentence.end, when.end + 60)]
    is_of_others = certainty.is_of_others(message, when.start, is_asked=True)
    is_of_others = is_of_others or certainty.is_supposed(message, when.start)
    other = clause.replace("birthday", " ") if _IS_EVENT.search(f"{question.label} {question.ask}".lower()) else clause
    if _IS_VISIT.search(f"{question.label} {question.ask}".lower()):
        other = _VISITING.sub(" ", other)
    is_over = bool(_IS_OVER.match(message.after(when.end, 40)))
    is_other_matter = is_over or bool(_OTHER_MATTER.search(other)) or bool(_DELIVERED_ORDER.search(said))
    if is_asked:
        is_asking = sentence.is_question and not (_is_short(said) or _is_availability(message, when, question))
        return 0 if is_other_matter or is_of_others or is_asking else ANSWERED
    is_asked_for = _is_availability(message, when, question) or _may_they(before, question)
    is_asked_for = is_asked_for or bool(_MAY_YOU.search(message.before(when.start, 100)))
    if is_only and sentence.is_question and is_asked_for and not (is_of_others or is_other_matter):
        return ALONE
    behind = message.after(when.end, 120)  # "the old contract ends on the 28th, so we have to go live by then"
    is_open = not (sentence.is_question or certainty.is_supposed(message, when.start))
    if is_only and is_open and _BY_THEN.search(behind):
        return PLANNED if _PLAN.search(behind) or _names(question, said) else 0
    if sentence.is_question or is_of_others or is_other_matter:
        return 0
    if _names(question, said) or (is_only and _is_of_matter(question, before)):
        return PLANNED + (0.01 if _is_of_deed(question, before) or is_again else 0)
    if is_only and (_PLAN.search(f"{before} {message.after(when.end, 30)}") or _MANY_FROM.search(before)):
        return PLANNED + (0.01 if _is_of_deed(question, before) or is_again else 0)
    is_told_with_more = (
        tells_more and is_free and not (_IS_NOW.match(message.plain, when.start) or _HAS_VERB.search(before))
    )
    return ALONE if is_only and (is_told_with_more or _is_alone(message, when, is_free)) else 0


def _is_availability(message: VisitorText, when: FoundDate, question: QuestionData) -> bool:
    """ "Is the hall free on 5 December?" to a question for the day of an event."""
    is_event = _IS_EVENT.search(f"{question.label} {question.ask}".lower())
    before = message.before(when.start, 60)
    return (
        bool(is_event)
        and bool(_IS_FREE.search(before))
        and not _NO_ROOM.search(before)
        and not _TO_VIEW.search(message.after(when.end, 40))
    )


def _may_they(before: str, question: QuestionData) -> bool:
    """ "Can we start on Monday?": they ask to do what the question asks about."""
    asked = _MAY_WE.search(before)
    deed = (asked["deed"] or "come") if asked else ""
    return bool(deed) and re.search(rf"\b{deed}", question.ask.lower()) is not None


def _is_short(said: str) -> bool:
    return len(said.split()) <= 5


def _names(question: QuestionData, said: str) -> bool:
    named = {
        stem(word)
        for word in re.findall(r"[a-z]+", f"{question.key.replace('_', ' ')} {question.label}".lower())
        if word not in STOP_WORDS and len(word) > 3
    }
    if re.search(r"\b(?:date|datum|fecha)\s?(?:is|will be|would be|:|=)", said):
        return True
    return bool((named - {stem("date"), stem("time")}) & {stem(word) for word in re.findall(r"[a-z]+", said)})


def _is_of_deed(question: QuestionData, before: str) -> bool:
    """Whether the clause says what is asked about: of "I move on 1 March, so I'd begin right away" the second."""
    asked = re.findall(r"[a-z]{4,}", f"{question.key} {question.label} {question.ask}".lower())
    deeds = {stem(word) for word in asked if word not in STOP_WORDS}
    return bool(deeds & {stem(word) for word in re.findall(r"[a-z]+", before)})


def _is_of_matter(question: QuestionData, before: str) -> bool:
    """ "Panels up within six weeks": a noun of the question and when, without a verb that says another thing of it."""
    first = _THING_THEN.match(before)
    asked = {stem(word) for word in re.findall(r"[a-z]{4,}", question.ask.lower()) if word not in STOP_WORDS}
    return bool(first) and stem(first[1] if first else "") in asked


def _end_of(message: VisitorText, when: FoundDate) -> int:
    """Where a date ends, without the full stop that may be the sentence's: "from March."."""
    return when.end - message.plain[: when.end].endswith(".")


def _is_alone(message: VisitorText, when: FoundDate, is_free: bool) -> bool:
    """Between commas or lines, as one of several facts."""
    before, after = (
        message.plain[max(0, when.start - 30) : when.start],
        message.plain[_end_of(message, when) : when.end + 20],
    )
    is_listed = bool(
        re.search(
            r"(?:[,;\n]|\s[/|])\s{0,3}(?:maybe |probably |ideally |hopefully |preferably )?(?:on |by |from |in |"
            r"sometime in |some time in |around |start(?:ing)? |ab |"
            r"le |el )?(?:the )?$",
            before,
        )
    ) and bool(re.match(r"\s{0,3}(?:[,;\n./|]|$)", after))
    is_listed = is_listed and not re.search(r"\bnot (?:now|yet|today)\b", before)
    is_all = _LEAD_OF_DATE.fullmatch(message.plain[: when.start]) and _TAIL_OF_DATE.fullmatch(message.plain, when.end)
    return is_listed or (is_free and bool(is_all))
