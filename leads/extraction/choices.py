"""Which choice of a question a visitor names: any of its words when asked, the whole of it when it is unmistakable."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import islice

from language.words import STOP_WORDS, is_english_word, stem
from leads.extraction import certainty, needs, slips
from leads.extraction.candidate import Candidate
from leads.extraction.choice_names import mentions, stems_of
from leads.extraction.choice_synonyms import synonyms
from leads.extraction.corrections import Cue
from leads.extraction.message import Message, Token, word_set
from leads.terms import Kind, QuestionData

WHOLE, PARTLY, UNASKED = 0.96, 0.9, 0.88  # confidence
_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|sure|definitely|absolutely|of course|certainly|please do|we do|i do|"
    r"correct|right|ja|klar|oui|bien sur|si|claro|y|ok|okay|ye|yess)\b"
)
_NO = re.compile(r"\W*(?:no|nope|nah|not really|not needed|definitely not|we don't|i don't|nein|non|n|not)\b")
_YES_WORDS, _NO_WORDS = word_set("yes ja oui si"), frozenset(["no", "nein", "non"])
_WISH = re.compile(
    r"\b(?:want|need|like|love|prefer|rather(?! than)|decided? on|settled on|opt(?:ed)? for|pick(?:ed)?|chosen?|"
    r"go for|go with|going for|going with|choose|take|interested in|"
    r"looking for|looking at|(?:we're|we are|i'm|i am) after|planning|plan|marriage|book|booking|organis\w+|"
    r"organiz\w+|thinking of|"
    r"order|upgrade to|mochten|wollen|nehmen|brauchen|voulons|prefer\w*|queremos)\b[^.;!?]{0,40}$"
)
_WISH_FOR_ONE = re.compile(
    r"\b(?:prefer|go for|go with|going for|going with|choose|take|interested in|decided? on|settled on|"
    r"opt(?:ed)? for|picked|"
    r"chosen?|plann?ing|organis\w+|"
    r"organiz\w+|booking|upgrade to|celebrating|having|host\w*|(?:we|i)(?:'d| would) (?:like|love)|want|"
    r"need|looking for|"
    r"suchen|brauchen|mochten|wollen|nehmen|bevorzugen|hatten|hatte|cherchons|voulons|voudrions|preferons|"
    r"buscamos|queremos|"
    r"necesitamos|preferimos)(?: for)? "
    r"(?:a|an|the|our|my|your|eine?n?|une?|una?|des|la|le|el|die|den|gerne?|gerne? eine?n?)?\s?$|"
    r"\b(?:want|need|prefer|like|love|looking for|after) (?:something|one|an? \w+) "
    r"(?:(?:that|which) (?:takes?|uses?|runs on|works with|does|makes)|with|using) $"
)
_SUITS = re.compile(
    r"\s?(?:(?:is|would be|will be|should be|might be|sounds|seems|looks) (?:fine|ok|okay|good|great|perfect|"
    r"ideal|plenty|best|enough|all we need|"
    r"what we (?:want|need))|(?:will|would|'ll|should) do\b|(?:suits|fits|works for) (?:us|me))\b"
)
# What is celebrated or held is told and not chosen: a statement that names it is enough.
_OCCASIONS = word_set(
    "wedding birthday anniversary conference baptism christening funeral reunion graduation retirement"
)
_IS_PLANNED = re.compile(
    r"\b(?:it's|it is|its|for|of an?|plann?ing|plan|unsere?|fur|geht um|feiern|pour|c'est|notre|para|es|nuestr[oa]|"
    r"host\w*|the big|move|moved|postpone|"
    r"have|having|organi[sz]\w+|celebrat\w+|our|want|need|make|book\w*)\b"
    r"[^,.;!?]{0,30}$|[,;/|\n]\s{0,3}(?:an?|the)?\s?$"
)
_IS_OVER = re.compile(r"\b(?:\w{2,}ed|had|held|went|was|were)\b[^,.;!?]{0,30}$")
_WENT_BY = re.compile(r"[^,.;!?]{0,30}\b(?:was|were|went|last (?!minute)\w+)\b")
_THANKED = re.compile(r"\b(?:thanks|thank you)(?: so much| very much| a lot)? for\b[^,.;!?]{0,30}$")
_FOR_THEIRS = re.compile(
    r"\s(?:for|fur|pour|para) (?:our|my|unsere|notre|nuestra|mi) (?:[a-z]+ )?(?:machine|maschine|cafetera)\b"
)
_OF_THE_OFFER = re.compile(
    r"[\s-](?:anniversary|package|menu|cake|photo|picture|brochure|page|gallery|planner|room|suite|offer|deal|rate|price)s?\b"
)
# Between commas, slashes or lines, as one of several facts; a bullet or a number may stand before it.
_SEGMENT_BEGINS = re.compile(r"(?:^|[,;/|\n])\s{0,3}(?:[-*•]\s{1,2}|\d{1,2}[.)]\s{1,2})?(?:an?|the)?\s?$")
_NOTHING_MORE = re.compile(r"\s?(?:[,;/|\n.!]|$|(?:is )?(?:needed|required|necessary|please|thanks)\b)")
_ADDRESSED = re.compile(r"\b(?:hi|hello|hey|thanks|thank you|dear|regards|cheers|hallo|danke|morning)[ ,!]{0,3}$")
_SEGMENT_ENDS = re.compile(
    r"\s{0,2}(?:plan|machine|machines|edition|package|level|group|class|course|please|pls|thx|thanks|"
    r"ty)?\s{0,3}(?:[,;/|\n.]|$)"
)
_SHORTEST_SLIP = 5  # letters
_NOT_WISHED = re.compile(
    r"\b(?:don't|do not|dont|doesn't|didn't|won't|wouldn't|can't|cannot|not|never|no|isn't|aren't|nicht|kein\w*|pas)\b"
    r"(?! (?:only|just|sure|least))[^,.;!?]{0,30}$"
)
_NEAR_CUE = 40  # characters behind a word of correction in which the new choice stands
_WORD_BEHIND = re.compile(r"[\s-]([a-z]{1,20})\b")
_NO_ADJECTIVES = word_set("and or but is are was in of to for from at with on by than because so")
# "We own", "I'd go online": a visitor speaks of themselves.
_OF_SELF = re.compile(
    r"(?:^|[,;.!\n]|\b(?:but|so|and|because|since|as|yes|no|hi|hello))\s{0,3}(?:we|i)(?:'d|'ll)?(?: (?:do|would|"
    r"will|only|"
    r"both|all|just|already|still|actually|currently|now|unfortunately|also|really))?\s$"
)
_AS_WHAT = re.compile(
    r"(?:\b(?:i'm|im|i am|we're|we are|all of (?:us|them)(?: are)?|they're all|they are all|as|all)(?: (?:an?|all|"
    r"still|mostly|"
    r"just|complete|absolute|total|real|both))*)\s$"
)
_ENDS_CLAUSE = re.compile(r"\s?(?:[.,!;\n)]|$|(?:and|so|but|really|i guess|i think|for now|too|please|pls|,)\b)")
_COUNTED_BEFORE = re.compile(r"\b\d{1,5} [a-z]{3,12} $")
_IN_NUMBER = re.compile(r"\b\d{1,5} [a-z]{3,12} (?:(?:on|in|with|for) (?:the )?)?$")
_IN_WORDS = frozenset((Kind.TEXT, Kind.CHOICE))  # kinds that the name of a choice may answer
_ASKING = word_set("would prefer like want need which what kind suit suits best have does choose")
_NOT = word_set("no not without never kein keine ohne")
_REST_OF_LABEL = re.compile(r"-[a-z]{2,4}\b")  # "sign-on"
_IS_NEEDED = re.compile(r" (?:is |would be )?(?:needed|required|necessary|a must|a must-have|essential)\b")
_PLACES = ("first", "second", "third", "fourth", "fifth")


def choices(
    message: Message,
    questions: Sequence[QuestionData],
    asked: str,
    known: Collection[str] = (),
    cues: Sequence[Cue] = (),
) -> list[Candidate]:
    """One candidate for each question of which exactly one choice is named, or one behind a word of correction."""
    found: list[Candidate] = []
    for question in questions:
        if question.kind is not Kind.CHOICE:
            continue
        is_free = not asked or next((each.kind for each in questions if each.key == asked), None) not in _IN_WORDS
        named = _asked(message, question) if question.key == asked else _unasked(message, question, is_free)
        named = _taken_back(message, question, cues, is_open=question.key == asked or question.key in known) or named
        if named:
            found.append(named)
    return found


def _asked(message: Message, question: QuestionData) -> Candidate | None:
    if message.text.rstrip().endswith("?"):
        return None
    answer = _yes_or_no(message, question)
    if answer:
        return answer
    whole = mentions(message, question, is_whole=True)
    parts = whole or mentions(message, question, is_whole=False)
    if len({choice for choice, _, _ in parts}) == 1:
        choice, start, end = parts[0]
        return Candidate(question.key, Kind.CHOICE, choice, start, end, WHOLE if whole else PARTLY)
    return None if parts else _by_place(message, question)


def _taken_back(message: Message, question: QuestionData, cues: Sequence[Cue], *, is_open: bool) -> Candidate | None:
    """ "Capsules, no, sorry, filter": the one choice that is named behind the last word of correction."""
    if not (cues and is_open) or message.text.rstrip().endswith("?"):
        return None
    every = mentions(message, question, is_whole=True, is_each=True)
    last = max((cue.end for cue in cues if any(start >= cue.end for _, start, _ in every)), default=-1)
    behind = [each for each in every if each[1] >= last]
    named = {Message(choice).plain for choice, _, _ in behind}
    if last < 0 or len(named) != 1 or named & (_YES_WORDS | _NO_WORDS) or behind[0][1] > last + _NEAR_CUE:
        return None
    choice, start, end = behind[0]
    is_told = not (certainty.is_past(message, start, end) or certainty.is_of_others(message, start))
    return Candidate(question.key, Kind.CHOICE, choice, start, end, PARTLY) if is_told else None


def _yes_or_no(message: Message, question: QuestionData) -> Candidate | None:
    for pattern, words in ((_YES, _YES_WORDS), (_NO, _NO_WORDS)):
        meant = [choice for choice in question.choices if Message(choice).plain in words]
        match = pattern.match(message.plain)
        if meant and match and match.group().strip(" ,.!"):
            start = match.end() - len(match.group().lstrip(" \n\t,.!-"))
            return Candidate(question.key, Kind.CHOICE, meant[0], start, match.end(), WHOLE)
    return None


def _by_place(message: Message, question: QuestionData) -> Candidate | None:
    match = re.search(
        r"\bthe (first|second|third|fourth|fifth|last|former|latter)(?: (?:one|option|choice))?\b", message.plain
    )
    if not match:
        return None
    said = {"former": "first", "latter": "second"}.get(match[1], match[1])
    place = len(question.choices) - 1 if said == "last" else _PLACES.index(said)
    if place >= len(question.choices) or certainty.is_negated(message, match.start(), match.end()):
        return None
    return Candidate(question.key, Kind.CHOICE, question.choices[place], match.start(), match.end(), PARTLY)


def _unasked(message: Message, question: QuestionData, is_free: bool) -> Candidate | None:
    """`is_free`: no other question is open that the bare name of a choice may answer."""
    labelled = _labelled(message, question)
    told = labelled or _told_need(message, question)
    if told:
        return told
    named = [
        each
        for each in mentions(message, question, is_whole=True)
        if _is_unmistakable(message, question, each, is_free)
    ]
    if len(named) != 1:
        return None
    choice, start, end = named[0]
    return Candidate(question.key, Kind.CHOICE, choice, start, end, UNASKED)


def _told_need(message: Message, question: QuestionData) -> Candidate | None:
    """ "We need single sign-on" to a question that is answered by yes or no."""
    answers = {
        is_yes: next((each for each in question.choices if Message(each).plain in words), "")
        for is_yes, words in ((True, _YES_WORDS), (False, _NO_WORDS))
    }
    said = needs.needed(message, question) if all(answers.values()) else None
    if not said:
        return None
    is_needed, start, end = said
    return Candidate(question.key, Kind.CHOICE, answers[is_needed], start, end, PARTLY)


def _own_words(question: QuestionData) -> frozenset[str]:
    """Stems of the words by which the question is called."""
    said = re.findall(r"[a-z]+", f"{question.key} {question.label}".replace("_", " ").lower())
    return frozenset(stem(word) for word in said if word not in STOP_WORDS and len(word) > 2)


def _labelled(message: Message, question: QuestionData) -> Candidate | None:
    """ "Plan: Enterprise", "SSO = no", "sso yes", "no SSO"."""
    own = _own_words(question)
    words = [token for token in message.tokens if token.plain[0].isalnum()]
    for place, token in enumerate(words):
        if stem(token.plain) not in own or message.sentence_at(token.start).is_question:
            continue
        behind = message.plain[token.end : token.end + 80]
        match = re.match(r"\s?[:=]\s{0,2}([^,;\n.!?]{1,60})", behind) or re.match(r"\s{1,2}(yes|no)\b", behind)
        if not match and place and words[place - 1].plain in {"my", "our"}:  # "my level is intermediate"
            match = re.match(
                r" (?:is|would be) (?:about |probably |still |only )?([a-z -]{2,30}?)(?=[.,!;\n]|$)", behind
            )
        if match and (choice := _choice_in(match[1], question)):
            start = token.end + match.start(1)
            return Candidate(question.key, Kind.CHOICE, choice, start, start + len(match[1].rstrip()), WHOLE)
        no = next((each for each in question.choices if Message(each).plain in _NO_WORDS), "")
        bare = _bare_choice(message, question, token)
        if bare:
            return bare
        yes = next((each for each in question.choices if Message(each).plain in _YES_WORDS), "")
        rest = _REST_OF_LABEL.match(message.plain, token.end)
        is_needed = bool(yes) and bool(_IS_NEEDED.match(message.plain, rest.end() if rest else token.end))
        is_needed = is_needed and not (place and words[place - 1].plain in _NOT)
        first = next((at for at in range(place, 0, -1) if stem(words[at - 1].plain) not in own), 0)
        if is_needed and _SEGMENT_BEGINS.search(message.plain[: words[first].start]):
            return Candidate(question.key, Kind.CHOICE, yes, words[first].start, token.end, PARTLY)
        is_no = no and place and words[place - 1].plain == "no" and _NOTHING_MORE.match(message.plain, token.end)
        if is_no and _SEGMENT_BEGINS.search(message.plain[: words[place - 1].start]):
            return Candidate(question.key, Kind.CHOICE, no, words[place - 1].start, token.end, PARTLY)
    return None


def _bare_choice(message: Message, question: QuestionData, label: Token) -> Candidate | None:
    """ "Machine bean to cup" between commas: the question's word, then a choice, and no more."""
    if not _SEGMENT_BEGINS.search(message.plain[: label.start]):
        return None
    match = re.match(r"\s{1,2}([^,;\n.!?]{2,40})(?=[,;\n.!]|$)", message.plain[label.end : label.end + 60])
    said = match[1].strip() if match else ""
    choice = next((each for each in question.choices if Message(each).plain.replace("-", " ") == said), "")
    start = label.end + (match.start(1) if match else 0)
    return Candidate(question.key, Kind.CHOICE, choice, start, start + len(said), PARTLY) if choice else None


def _choice_in(said: str, question: QuestionData) -> str:
    named = {choice for choice, _, _ in mentions(Message(said), question, is_whole=True)}
    return named.pop() if len(named) == 1 else ""


def _is_in_list(message: Message, start: int, end: int) -> bool:
    is_first = not message.before(start).strip()
    begins = is_first or _SEGMENT_BEGINS.search(message.plain[max(0, start - 20) : start])
    is_all = is_first and not message.text[end:].strip(" .!")
    is_list = is_all or re.search(r"[,;/|\n]|\.\s", message.text)
    if _ADDRESSED.search(message.plain[max(0, start - 20) : start]):  # "Thanks, team"
        return False
    is_named = " " in message.plain[start:end] and re.match(r" (?:on|in|for|with)\b", message.plain[end : end + 6])
    return bool(begins and is_list and (is_named or _SEGMENT_ENDS.match(message.plain, end)))


def _is_occasion(message: Message, choice: str, start: int, end: int) -> bool:
    """ "It's for my mum's birthday", but not "happy birthday" or "I saw the wedding photos"."""
    is_occasion = Message(choice).plain in _OCCASIONS or choice.lower().endswith((" event", " party", " celebration"))
    if not is_occasion or _OF_THE_OFFER.match(message.plain, end):
        return False
    before = message.before(start, 60)
    if (
        _IS_OVER.search(certainty.without_present(before))
        or _WENT_BY.match(message.plain, end)
        or _THANKED.search(before)
    ):
        return False
    is_subject = before.strip() == "the" and bool(
        re.match(r" (?:is|will|takes|starts|should|on)\b", message.plain[end:])
    )
    return not before.strip(" -*•") or is_subject or bool(_IS_PLANNED.search(before))


def _is_of_self(message: Message, question: QuestionData, start: int, end: int) -> bool:
    """ "We own our house", "own house," to "Do you own the house or rent it?": with a word of the question behind."""
    begins = bool(_SEGMENT_BEGINS.search(message.plain[max(0, start - 20) : start]))
    is_own_matter = bool(_OF_SELF.search(message.before(start, 60)))
    matter = _matter_behind(message, question, end)
    if not matter:
        return False
    is_all = re.match(
        r"\s{0,2}(?:$|[.,;!\n]|(?:from|for|with|in|of|on|since|built|please|pls)\b)", message.plain[matter:]
    )
    return is_own_matter or bool(begins and is_all)


def _matter_behind(message: Message, question: QuestionData, end: int) -> int:
    """Where the word ends that the question is about, behind a choice and at most two others; 0 where there is none."""
    place = end
    for match in islice(_WORD_BEHIND.finditer(message.plain[end : end + 60]), 4):
        if match.start() != place - end or match[1] in _NO_ADJECTIVES:
            return 0
        place = end + match.end()
        if _is_asked_about(match[1], question):
            return place
    return 0


def _is_asked_about(word: str, question: QuestionData) -> bool:
    if stem(word) in _words_of_ask(question) | _own_words(question):
        return True
    said = re.findall(r"[a-z]{5,}", question.ask.lower())
    return len(word) >= _SHORTEST_SLIP and not is_english_word(word) and any(slips.is_slip(word, each) for each in said)


@lru_cache(maxsize=1024)
def _words_of_ask(question: QuestionData) -> frozenset[str]:
    """Stems of what the question asks about: "house" of "Do you own the house or rent it?"."""
    choices_ = {each for choice in question.choices for each in stems_of(choice)}
    words = (word for word in re.findall(r"[a-z]{4,}", question.ask.lower()) if word not in STOP_WORDS | _ASKING)
    return frozenset(stem(word) for word in words) - choices_


def _is_unmistakable(message: Message, question: QuestionData, named: tuple[str, int, int], is_free: bool) -> bool:
    choice, start, end = named
    if (
        message.sentence_at(start).is_question
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
    ):
        return False
    if _NOT_WISHED.search(message.before(start, 60)) or _FOR_THEIRS.match(message.plain, end):
        return False
    if (start, end) in synonyms(message, choice, is_deed=True) or _is_occasion(message, choice, start, end):
        return True
    if certainty.is_of_others(message, start):
        return False
    before, after = message.before(start, 60), message.plain[end : end + 30]
    is_liked = re.search(
        r"(?:^|[,;]|\bi (?:think|reckon|guess|suppose|believe)(?: that)?(?: the)?)\s*$", before
    ) and _SUITS.match(after)  # but not "the filter is fine, the pump is broken"
    is_answer_word = Message(choice).plain in _YES_WORDS | _NO_WORDS  # "no, Tuesday" says no to nothing
    if is_free and (is_liked or (not is_answer_word and _is_in_list(message, start, end))):
        return True
    own = _own_words(question)
    following = re.match(r"[\s-]([a-z]+)", after)
    is_own_behind = bool(following) and stem(following[1] if following else "") in own | _words_of_ask(question)
    is_of_plan = is_own_behind and bool(
        re.fullmatch(r"\s{0,3}(?:ok|okay|i think|so|then|yes)?[ ,]{0,2}(?:(?:the|an?) )?", before)
    )
    if is_of_plan and following and _SUITS.match(message.plain[end + following.end() :]):
        return True
    if is_own_behind and (_WISH.search(before) or _IN_NUMBER.search(before)):
        return True
    if _is_of_self(message, question, start, end) or (_AS_WHAT.search(before) and _ENDS_CLAUSE.match(after)):
        return True
    if _COUNTED_BEFORE.search(before) and _SEGMENT_ENDS.match(message.plain, end):
        return True
    has_many_words = len(stems_of(choice)) > 1 or (
        " " in choice and message.plain[:end].endswith(Message(choice).plain)
    )
    if has_many_words and _WISH.search(before):
        return True
    return (
        bool(_WISH_FOR_ONE.search(before))
        and bool(
            re.match(
                r"\s?(?:[.,!]|$|for|with|on|in|and|at|party|option|one\b|tier|version|next|this|after all|"
                r"please|instead|fur|mit|und|"
                r"pour|avec|et|para|con|y)",
                after,
            )
        )
        and len(choice) > 3
    )
