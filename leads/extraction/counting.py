"""Which of the agent's questions for a number an amount answers: by what is counted in the message and in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.counted import (
    ALL_NOUNS,
    PEOPLE,
    counted,
    counts_guests,
    counts_people,
    deeds,
    fits,
    role_stems,
    words_of,
)
from leads.extraction.message import Message, word_set
from leads.terms import Kind, QuestionData

_LEAST_YEAR = 1900
# Confidence: "40 people", "we are 40", "40", "for 40 people?"
NAMED, FRAMED, ANSWERED, IN_QUESTION = 0.95, 0.88, 0.95, 0.85
_OPEN = (
    r"(?:somewhere|something|about|around|roughly|approximately|approx\.?|some|probably|maybe|perhaps|currently|"
    r"now|only|"
    r"just|like|say|up to|at least|more than|over|under|almost|nearly|"
    r"a|an|the|max|maximum|less than|circa|ca\.?|c\.|etwa|ungefahr|rund|knapp|environ|unos|unas|"
    r"alrededor de|already|still|all|together|something like|"
    r"sort of|actually|really|in total|total|well|~|so|really only|closer to|nearer|between|entre|"
    r"zwischen|from|mostly|usually|typically|exactly|more like|"
    r"no more than|not more than|fewer than)"
)
_FRAME_BEFORE = re.compile(
    rf"(?:\b(?:family of|household of|(?:we|it|there)(?: would| will|'d|'ll) be|we are|we're|we r|we have got|"
    rf"were|there are|there's|"
    rf"there r|there is|theres|party of|"
    rf"group of|team of|crew of|office of|company of|firm of|staff of|"
    rf"headcount(?: is| of| will be| would be)?|total of|wir sind|sind wir|nous sommes|on est|"
    rf"somos)(?:,? {_OPEN}){{0,3}}[\s,~]{{1,2}})$"
)
_FRAME_GROUP = re.compile(
    r"\b(?:party|group|team|crew|office|company|firm|staff|headcount|wir sind|sind wir|nous sommes|"
    r"on est|somos)\b[^.,;]{0,30}$"
)
_FRAME_AFTER = re.compile(
    r"(?: (?:or so|ish|in total|altogether))?\s?(?:of us\b|-?\s?strong\b|-\s?(?:person|man|people|"
    r"head)\b|von uns\b|d'entre nous\b|de nosotros\b)"
)
_FOR = re.compile(
    rf"\b(?:for|with|are|we're|we have|we've|our|bring|need|fit|seat|host|fur|pour|para|avec|con|"
    rf"mit)(?: {_OPEN}){{0,2}} $"
)
# "Could you quote for an office of 65 people?"
_FOR_GROUP = re.compile(
    rf"\b(?:for|are|we're|with)(?: an?| our| my)(?: [a-z-]{{2,20}}){{0,2}} (?:office|team|company|group|party|"
    rf"firm|crew|household|"
    rf"family|practice|school|studio|class|staff) of(?: {_OPEN}){{0,2}} $"
)
_ASKED_FOR = re.compile(
    r"\b(?:(?:can|could|may) (?:i|we) (?:please |also )?(?:get|have|book|rent|order|hire|reserve|bring)|"
    r"(?:can|could|would) you (?:please )?(?:do|host|take|fit|cater for|quote(?: us| me)?(?: for)?|accommodate|"
    r"supply|send us)|"
    r"(?:do|would) you have (?:space|room|room left|capacity) for)(?: about| around| us| our)* $"
)
_LIMIT_ASKED = re.compile(
    r"\b(?:free (?:for|over|above|from|if|with|up to)|limit|limited|included?|up to|maximum|max|minimum|"
    r"at least|more than|over|under|only)\b"
)
_COUNT_OF_OTHERS = re.compile(
    r"(?: \w+){0,2} (?:(?:per|a|an|every|each) (?:hour|day|week|month|year)\b|(?:have |has )?(?:told|said|asked|"
    r"wrote|complained|"
    r"recommended|liked|reviewed|rated|visit|visited|left|queue|queuing|come by|walk|pass|died|live in)\b|"
    r"[^.;!?]{0,30}\b(?:overkill|too (?:much|big|small|few))\b|(?:waiting|ahead|before) (?:in|of|me|us)\b)"
)
# "Me and eleven colleagues" are twelve.
_BESIDE_ME = re.compile(r"\b(?:me|myself|i) (?:and|plus|\+) (?:my |our |about |the )?(?:other )?$")
# "One of the vans broke down" counts no vans.
_PART_OF = re.compile(r" of (?:the|our|your|my|these|those|their) ")
_SUBJECT_OF_OTHERS = re.compile(
    r"^\W*(?:the|your|that|this|it)\b[^,;]{0,25}\b(?:fits|seats|holds|sleeps|takes|has) [^,;]{0,20}$|"
    r"\bmy (?=$)|\b(?:(?:it|this|that|which|model|machine|photo|picture|video|article|report|study|review|"
    r"reviews) (?:has|"
    r"had|shows?|"
    r"showed|says?|makes?|serves?|seats?|fits?|can|could|holds?|takes?|needs?|comes)|read|heard|saw|sold to|"
    r"friends? of|compared to|unlike|every|each)\b[^,;]{0,40}$"
)
_WHO_USE = re.compile(
    r" of us(?: [\w']+){0,3} (?:log(?:ging)? (?:in|on)|use|using|(?:need )?access|"
    r"need (?:it|to|an? (?:login|account|licen[cs]e|seat))|work with)\b"
)
_JUST_ME = re.compile(
    r"\W*(?:(?:it's|its|it is|that's|that would be|well|oh|for now|only|just|at the moment)[ ,]{1,2}){0,3}"
    r"((?:just|only) (?:me|myself|for me|for myself)|me alone|me myself|myself|nur ich|seulement moi|solo yo)"
    r"(?:[ ,]{1,2}(?:for now|at the moment|here|really|alone|so far|right now|actually|i'm afraid|i guess|lol))?\W*"
)
_WHAT_FOR = re.compile(
    r"\b(?:coffee|machine|office|party|table|dinner|lunch|wedding|event|meal|food|catering|team|space|quote|"
    r"offer|seats|places|"
    r"reservation|booking|room|hall|venue) for (?:about |around |up to |roughly )?$"
)
_BEHIND_BARE = word_set(
    "en la para need needs want wants looking who drink au chez dans ici hier bei aqui or so i we in at for to "
    "right now "
    "currently please thanks thank you though but and including if ish maybe "
    "probably people total altogether max maximum most least minimum minus plus as of us give take approx "
    "approximately roughly all together there here today this would should is are it more less at on think "
    "guess say reckon suppose sometimes usually normally mostly oder ungefahr etwa circa glaube denke sind wir "
    "ou environ je o mas menos + tops , . ! ) ; ? - ~ : … not no nicht pas y und sorry wait actually full part "
    "time with instead rather statt"
)


def only_one(message: Message, questions: Sequence[QuestionData], asked: str) -> list[Candidate]:
    """ "Just me", where the agent asked how many people there are."""
    question = next((each for each in questions if each.key == asked and each.kind is Kind.NUMBER), None)
    match = _JUST_ME.fullmatch(message.plain)
    if not (question and match and (counts_people(question) or counts_guests(question) or "user" in asked)):
        return []
    return [Candidate(question.key, Kind.NUMBER, "1", match.start(1), match.end(1), ANSWERED)]


def numbers(
    message: Message, found: Sequence[Amount], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """For each amount that is a count: the question that it answers."""
    of_kind = [each for each in questions if each.kind is Kind.NUMBER]
    answers: list[Candidate] = []
    for amount in found if of_kind else ():
        if amount.currency or not _is_said_as_fact(
            message, amount, is_asked=any(each.key == asked for each in of_kind)
        ):
            continue
        scored = [
            (_score(message, amount, each, of_kind, each.key == asked), each.key == asked, each) for each in of_kind
        ]
        score, _, question = max(scored, key=lambda each: each[:2])
        if score:
            answers.append(
                Candidate(question.key, Kind.NUMBER, amount.written(), amount.start_char, amount.end_char, score)
            )
    return answers


def _is_said_as_fact(message: Message, amount: Amount, *, is_asked: bool) -> bool:
    start, end = amount.start_char, amount.end_char
    return not (
        certainty.is_negated(message, start, end)
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start, is_asked=is_asked)
    )


def _score(
    message: Message, amount: Amount, question: QuestionData, others: Sequence[QuestionData], is_asked: bool
) -> float:
    """How sure an amount answers a question, 0 where it does not."""
    noun = _noun_behind(message, amount)
    is_fitting = fits(noun, question) or _fits_loosely(noun, question, others, message, amount, is_asked)
    has_rival = any(fits(noun, other) for other in others if other is not question)
    sentence = message.sentence_at(amount.start_char)
    is_question = sentence.is_question and not (is_asked and sentence.is_hesitant)
    if is_fitting and not has_rival and not amount.unit:
        return _named_score(message, amount, is_question, is_asked)
    if amount.unit or has_rival or (amount.low is not None and amount.low % 1):
        return 0
    if not is_question and _is_labelled(message, amount, question):
        return NAMED
    if _does(message, amount, question) and not is_question:
        return NAMED + 0.01
    if amount.is_weak:
        return ANSWERED if is_asked and _is_bare(message, amount) else 0
    if _may_be_framed(message, amount, question, others, is_asked):
        framed = _framed(message, amount, noun, is_asked)
        if framed and not (is_question and _LIMIT_ASKED.search(message.before(amount.start_char, 30))):
            return framed
    return ANSWERED if is_asked and not is_question and _is_bare(message, amount) else 0


def _may_be_framed(
    message: Message, amount: Amount, question: QuestionData, others: Sequence[QuestionData], is_asked: bool
) -> bool:
    """Whether "we are 40" and "there would be six of us" may answer the question."""
    if counts_people(question) or is_asked:
        return True
    if any(map(counts_people, others)):
        return False
    users = sum(bool(counted(each) & {stem("users")}) for each in others)
    if counted(question) & {stem("users")} and users == 1:
        return bool(_WHO_USE.match(message.plain, amount.end_char))
    is_to_come = bool(re.search(r"\b(?:would|will|'d|'ll) be\b", message.before(amount.start_char, 40)))
    is_to_come = is_to_come or bool(re.search(r"\b(?:group|class|course) of ", message.before(amount.start_char, 20)))
    is_only = sum(bool(counted(each) & role_stems()) or counts_guests(each) for each in others) == 1
    return counts_guests(question) or (is_to_come and is_only and bool(counted(question) & role_stems()))


def _named_score(message: Message, amount: Amount, is_question: bool, is_asked: bool) -> float:
    before = message.before(amount.start_char, 40)
    if not is_question:
        return NAMED if is_asked or _is_own_count(message, amount) else 0
    after = message.plain[amount.end_char : amount.end_char + 40]
    is_priced = re.search(r"\b(?:would|do|does|will|for)(?: (?:about|around|our|my|all))? $", before) and re.match(
        r"(?: \w+){1,2} (?:cost|be|come to|pay)\b", after
    )
    is_wished = _ASKED_FOR.search(before) or (
        re.match(r"\W{0,3}(?:would|will|are|is)\b", before)
        and re.search(r"\b(?:possible|ok|okay|fine|fit|work)\b", message.after(amount.end_char, 60))
    )
    is_for = (_FOR.search(before) or _FOR_GROUP.search(before) or is_priced or is_wished) and not _LIMIT_ASKED.search(
        before
    )
    return IN_QUESTION if is_for else 0


def _is_own_count(message: Message, amount: Amount) -> bool:
    """Whether the clause speaks of the visitor's own; "it has 3 people on the picture", "3 people told me" does not."""
    after = message.plain[amount.end_char : amount.end_char + 60]
    before = certainty.clause_before(message, amount.start_char)
    if _COUNT_OF_OTHERS.match(after) or (_PART_OF.match(after) and not before.rstrip().endswith("all")):
        return False
    if _BESIDE_ME.search(message.before(amount.start_char, 30)) or before.endswith(" limited to "):
        return False
    return not _SUBJECT_OF_OTHERS.search(before)


def _noun_behind(message: Message, amount: Amount) -> str:
    """The head of what is counted: "machines" of "40 new coffee machines". "" where no noun follows."""
    noun, steps = "", 0
    index = amount.end
    tokens = message.tokens
    while index < len(tokens) and steps < 4:
        word = tokens[index].plain
        if "\n" in message.text[tokens[index - 1].end : tokens[index].start]:
            break
        if word in {"+", "-", "ish"} or (
            word in {"of", "or", "de", "d'"}
            and steps == 0
            and index + 1 < len(tokens)
            and tokens[index + 1].plain in {"our", "my", "the", "so", "more"}
        ):
            index += 1 if word not in {"of", "or"} else 2
            continue
        if word in {"different", "new", "more", "extra", "additional", "full", "part", "time", "other", "odd"}:
            index += 1
            continue
        is_deed = steps and word.endswith("ing")  # "12 drivers sharing"
        if not tokens[index].is_word or is_deed or word in STOP_WORDS or word in _ENDS_NOUN:
            break
        noun, steps, index = word, steps + 1, index + 1
        if noun in ALL_NOUNS:
            return noun if not _is_compound(message, index) else tokens[index].plain
    return noun


_ENDS_NOUN = word_set(
    "by from during drinking working using attending coming und et y im en por au im in bei sind die der das "
    "wir nous vous que qui avec pro"
)
_YOUNG = word_set("kids children kinder kindern enfants ninos")
_THINGS = word_set(
    "machine machines cup cups mug mugs plan plans account accounts limit licence desk desks chair chairs "
    "bottle bottles"
)


def _is_compound(message: Message, index: int) -> bool:
    """ "40 people carriers", "20 guest towels": the noun says what kind of thing is counted."""
    word = message.tokens[index].plain if index < len(message.tokens) else ""
    return word in _THINGS


def _fits_loosely(
    noun: str, question: QuestionData, others: Sequence[QuestionData], message: Message, amount: Amount, is_asked: bool
) -> bool:
    """People for guests and users, where no question counts people; for users only when asked or "for 40 people"."""
    is_young = noun in _YOUNG and not any(counted(each) & {stem("children")} for each in others)
    if not (noun in PEOPLE or is_young) or any(counts_people(each) for each in others):
        return False
    is_for = bool(_FOR.search(message.before(amount.start_char, 40)))
    is_users = bool(counted(question) & {stem("users")})
    is_role = is_users or bool(counted(question) & role_stems())
    is_ours = re.search(r"\b(?:have|'ve|got|our|my|are)\b[^,.;]*$", message.before(amount.start_char, 30))
    if noun in _YOUNG and not (is_asked or (is_for and not is_ours) or _begins_list(message, amount)):
        return False
    is_only = sum(counts_guests(each) or bool(counted(each) & (role_stems() | {stem("users")})) for each in others) == 1
    if (
        is_role
        and is_only
        and (is_asked or is_for or _begins_list(message, amount) or _will_take_part(message, amount))
    ):
        return True
    return counts_guests(question) and not counts_people(question)


def _will_take_part(message: Message, amount: Amount) -> bool:
    """ "All 400 of our employees would need a login"."""
    after = message.plain[amount.end_char : amount.end_char + 60]
    return bool(
        re.match(r"(?: of (?:our|the|my))? \w+(?: who)? (?:would|will|'ll|are going to|need|use|should)\b", after)
    )


def _begins_list(message: Message, amount: Amount) -> bool:
    """ "8 people online please, start in January": the first of several facts, without a verb of its own."""
    begins = re.search(r"(?:^|[,;\n])\s{0,3}(?:about |around |hi |hello )?$", message.plain[: amount.start_char][-30:])
    return bool(begins) and not re.match(
        r" \w+ (?:are|is|were|work\w*|have|has|said|told|live|use)\b", message.plain[amount.end_char :][:40]
    )


def _is_labelled(message: Message, amount: Amount, question: QuestionData) -> bool:
    """ "People: 18", "the number of users is 30"."""
    match = re.search(
        rf"([a-z']+)(?:\s?[:=]|\s?-\s| (?:is|are|would be|will be|should be|being)(?: {_OPEN}){{0,2}})\s{{1,2}}$",
        message.before(amount.start_char, 60),
    )
    alone = re.search(r"(?:^|[,;/|\n])\s{0,3}(?:[-*•]\s)?([a-z']+)\s{1,2}$", message.plain[: amount.start_char][-40:])
    if alone and not re.match(r"\s{0,2}(?:[,;/|\n]|$)", message.plain[amount.end_char : amount.end_char + 4]):
        alone = None
    match = match or alone
    return bool(match) and fits(match[1] if match else "", question) and not _noun_behind(message, amount)


def _does(message: Message, amount: Amount, question: QuestionData) -> bool:
    """ "12 drink coffee", "about 30 of them drink it"."""
    behind = re.match(
        r"(?: of (?:us|them|those|these|our \w+|the \w+))?(?: (?:who|that|actually|really|regularly|"
        r"will|would|do|might))* ([a-z]+)",
        message.plain[amount.end_char : amount.end_char + 60],
    )
    return (
        bool(behind)
        and stem(behind[1] if behind else "") in deeds(question)
        and _looks_like_deed(behind[1] if behind else "", question)
    )


def _looks_like_deed(word: str, question: QuestionData) -> bool:
    asked = words_of(question.ask)
    place = next((at for at, each in enumerate(asked) if each == word or stem(each) == stem(word)), 0)
    return place > 0 and stem(asked[place - 1]) in counted(question) | {
        stem("who"),
        stem("that"),
        stem("would"),
        stem("will"),
    }


def _framed(message: Message, amount: Amount, noun: str, is_asked: bool) -> float:
    before, after = message.before(amount.start_char, 60), message.plain[amount.end_char : amount.end_char + 24]
    if _FRAME_AFTER.match(after):
        return FRAMED
    if noun and not (is_asked and noun in PEOPLE):
        return 0
    is_small = amount.high is not None and amount.high < _LEAST_YEAR
    if _WHAT_FOR.search(before) and is_small and _is_bare(message, amount):
        return FRAMED
    if _FRAME_BEFORE.search(before) and _is_bare(message, amount):
        is_there = re.search(r"\b(?:there|we have got|were)\b[^.,;]{0,20}$", before)
        return 0 if is_there and not is_asked else FRAMED
    return 0


def _is_bare(message: Message, amount: Amount) -> bool:
    """Whether nothing is counted behind the number: "40", "40 or so", "40 I think"."""
    if amount.unit or amount.currency or amount.per:
        return False
    if amount.end == len(message.tokens):
        return True
    following = message.tokens[amount.end]
    return (
        following.plain in _BEHIND_BARE
        or "\n" in message.text[amount.end_char : following.start]
        or following.plain in {"i'd", "i'm", "we're", "i've", "that's", "it's"}
    )


def is_headcount(message: Message, amount: Amount) -> bool:
    """Whether the words before say that people are counted: "we are 40", whatever was asked."""
    return bool(_FRAME_BEFORE.search(message.before(amount.start_char, 60)))


def is_bare(message: Message, amount: Amount) -> bool:
    """The same for whoever looks for what a correction is about."""
    return _is_bare(message, amount)
