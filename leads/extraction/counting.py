"""Which of the agent's questions for a number an amount answers: by what is counted in the message and in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from language.words import STOP_WORDS, stem
from leads.extraction import certainty
from leads.extraction.amounts import Amount
from leads.extraction.candidate import Candidate
from leads.extraction.message import Message, word_set
from leads.terms import Kind, QuestionData

# Confidence: "40 people", "we are 40", "40", "for 40 people?"
NAMED, FRAMED, ANSWERED, IN_QUESTION = 0.95, 0.88, 0.95, 0.85
_PERSON = (
    "people ppl pax person persons peoples peeps folk folks staff employee employees colleague colleagues "
    "coworker coworkers worker workers heads headcount humans "
    "teammates adults leute leuten personen person mitarbeiter mitarbeitern mitarbeitende kollegen "
    "beschaftigte angestellte personnes gens collegues "
    "employes salaries personas gente empleados companeros trabajadores"
)
_GROUPS = [
    frozenset(words.split())
    for words in (
        _PERSON,
        "user users seat seats licence licences license licenses account accounts login logins "
        "nutzer benutzer lizenzen zugange zugang konten  utilisateurs usuarios licencias",
        "guest guests attendee attendees visitor visitors participant participants delegate "
        "delegates gast gaste gasten teilnehmer invites invitees invited "
        "invitados asistentes",
        "room rooms bedroom bedrooms zimmer zimmern chambre chambres habitacion habitaciones raum raume",
        "car cars vehicle vehicles van vans truck trucks fahrzeuge autos voitures coches",
        "site sites location locations branch branches office offices shop shops store stores standorte filialen",
        "child children kid kids kinder enfants ninos",
        "night nights nachte nachten nuits noches",
        "cup cups coffees espressos tassen tasses tazas",
    )
]
_PEOPLE = _GROUPS[0]
_NO_NOUN = word_set(
    "number amount size count total many much anzahl zahl menge nombre numero cantidad approximate roughly "
    "about expected current max"
)
_HOW_MANY = re.compile(
    r"\b(?:how many|number of|wie viele|wieviele|anzahl(?: der)?|combien de|nombre de|cuant[oa]s|"
    r"numero de)\s{1,3}(?:of (?:your|the) |de (?:vos|sus) )?((?:[a-z'-]+\s?){1,4})"
)
_STOPS_NOUN = word_set(
    "do does would will are is in at of who that need needs drink work use have you your for on attend come "
    "should can could there and or per brauchen sind arbeiten trinken werden sollen avez sont voulez hay son "
    "van which with"
)  # fmt: skip
_OPEN = (
    r"(?:about|around|roughly|approximately|approx\.?|some|probably|maybe|perhaps|currently|now|only|"
    r"just|like|say|up to|at least|more than|over|under|almost|nearly|"
    r"a|an|the|max|maximum|less than|circa|ca\.?|c\.|etwa|ungefahr|rund|knapp|environ|unos|unas|"
    r"alrededor de|already|still|all|together|something like|"
    r"sort of|actually|really|in total|total|well|~|so|really only|closer to|nearer|between|entre|"
    r"zwischen|from|mostly|usually|typically|exactly|more like|"
    r"no more than|not more than|fewer than)"
)
_FRAME_BEFORE = re.compile(
    rf"(?:\b(?:we are|we're|we r|we have got|were|there are|there's|there r|there is|theres|party of|"
    rf"group of|team of|crew of|office of|company of|firm of|staff of|"
    rf"headcount(?: is| of)?|total of|wir sind|sind wir|nous sommes|on est|somos)(?:,? {_OPEN}){{0,3}}[\s,~]{{1,2}})$"
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
_LIMIT_ASKED = re.compile(
    r"\b(?:free|limit|limited|included?|up to|maximum|max|minimum|at least|more than|over|under|only)\b"
)
_BEHIND_BARE = word_set(
    "or so i we in at for to right now currently please thanks thank you though but and including if ish maybe "
    "probably people total altogether max maximum most least minimum minus plus as of us give take approx "
    "approximately roughly all together there here today this would should is are it more less at on think "
    "guess say reckon suppose sometimes usually normally mostly oder ungefahr etwa circa glaube denke sind wir "
    "ou environ je o mas menos + tops , . ! ) ; ? - ~ : … not no nicht pas y und sorry wait actually full part "
    "time with instead rather statt"
)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", Message(text).plain)


@lru_cache(maxsize=512)
def counted(question: QuestionData) -> frozenset[str]:
    """Stems of the words for what a question counts, near synonyms too: people for "How many people drink coffee?"."""
    ask = _HOW_MANY.search(Message(question.ask).plain)
    said = _until_stop(_words(ask[1])) if ask else []
    label = _until_stop([word for word in _words(question.label) if word not in _NO_NOUN])
    key = [word for word in _words(question.key.replace("_", " ")) if word not in _NO_NOUN]
    nouns = {word for word in (*said[-1:], *label[-1:], *key) if word not in STOP_WORDS}
    groups = [group for group in _GROUPS if group & nouns]
    return frozenset(stem(word) for word in nouns.union(*groups))


def _until_stop(words: list[str]) -> list[str]:
    end = next((place for place, word in enumerate(words) if word in _STOPS_NOUN and place), len(words))
    return words[:end]


@lru_cache(maxsize=512)
def _deeds(question: QuestionData) -> frozenset[str]:
    """Stems of what those who are counted do: "drink"."""
    words = _words(question.ask) + _words(question.label)
    return frozenset(stem(word) for word in words if word not in STOP_WORDS and len(word) > 3) - counted(question)


def counts_people(question: QuestionData) -> bool:
    return bool(counted(question) & {stem(word) for word in _PEOPLE})


def numbers(
    message: Message, found: Sequence[Amount], questions: Sequence[QuestionData], asked: str
) -> list[Candidate]:
    """For each amount that is a count: the question that it answers."""
    of_kind = [each for each in questions if each.kind is Kind.NUMBER]
    answers: list[Candidate] = []
    for amount in found if of_kind else ():
        if amount.currency or not _is_said_as_fact(message, amount):
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


def _is_said_as_fact(message: Message, amount: Amount) -> bool:
    start, end = amount.start_char, amount.end_char
    return not (
        certainty.is_negated(message, start, end)
        or certainty.is_past(message, start, end)
        or certainty.is_supposed(message, start)
        or certainty.is_of_others(message, start)
    )


def _score(
    message: Message, amount: Amount, question: QuestionData, others: Sequence[QuestionData], is_asked: bool
) -> float:
    """How sure an amount answers a question, 0 where it does not."""
    noun = _noun_behind(message, amount)
    fits = _fits(noun, question) or _fits_loosely(noun, question, others, message, amount, is_asked)
    has_rival = any(_fits(noun, other) for other in others if other is not question)
    sentence = message.sentence_at(amount.start_char)
    is_question = sentence.is_question and not (is_asked and sentence.is_hesitant)
    if fits and not has_rival:
        return _named_score(message, amount, is_question, is_asked)
    if amount.unit or has_rival:
        return 0
    if not is_question and _is_labelled(message, amount, question):
        return NAMED
    if _does(message, amount, question) and not is_question:
        return NAMED + 0.01
    if amount.is_weak:
        return ANSWERED if is_asked and _is_bare(message, amount) else 0
    if counts_people(question) or is_asked or (_counts_guests(question) and not any(map(counts_people, others))):
        framed = _framed(message, amount, noun, is_asked)
        if framed and not (is_question and _LIMIT_ASKED.search(message.before(amount.start_char, 30))):
            return framed
    return ANSWERED if is_asked and not is_question and _is_bare(message, amount) else 0


def _named_score(message: Message, amount: Amount, is_question: bool, is_asked: bool) -> float:
    before = message.before(amount.start_char, 40)
    if not is_question:
        return NAMED
    is_for = _FOR.search(before) and not _LIMIT_ASKED.search(before)
    return IN_QUESTION if is_for else 0


def _counts_guests(question: QuestionData) -> bool:
    return bool(counted(question) & {stem(word) for word in _GROUPS[2]})


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
        if not tokens[index].is_word or word in STOP_WORDS or word in _ENDS_NOUN:
            break
        noun, steps, index = word, steps + 1, index + 1
        if noun in _ALL_NOUNS:
            return noun if not _is_compound(message, index) else tokens[index].plain
    return noun


_ALL_NOUNS = frozenset().union(*_GROUPS)
_ENDS_NOUN = word_set(
    "by from during drinking working using attending coming und et y im en por au im in bei sind die der das "
    "wir nous vous que qui avec pro"
)
_THINGS = word_set(
    "machine machines cup cups mug mugs plan plans account accounts limit licence desk desks chair chairs "
    "bottle bottles"
)


def _is_compound(message: Message, index: int) -> bool:
    """ "40 people carriers", "20 guest towels": the noun says what kind of thing is counted."""
    word = message.tokens[index].plain if index < len(message.tokens) else ""
    return word in _THINGS


def _fits(noun: str, question: QuestionData) -> bool:
    if not noun:
        return False
    held = counted(question)
    stemmed = stem(noun)
    if stemmed in held or noun in held:
        return True
    is_doer = noun.endswith(("er", "ers")) and stem(noun) in _deeds(question)
    return is_doer or (len(noun) > 4 and any(_is_slip(noun, word) for word in _spellings(question)))


@lru_cache(maxsize=512)
def _spellings(question: QuestionData) -> frozenset[str]:
    held = counted(question)
    return frozenset(word for word in _ALL_NOUNS if stem(word) in held and len(word) > 4)


def _is_slip(word: str, meant: str) -> bool:
    """Whether two letters are swapped, or one is missing, too many or wrong; the first letter is right."""
    if word[0] != meant[0] or abs(len(word) - len(meant)) > 1:
        return False
    if len(word) == len(meant):
        wrong = [place for place in range(len(word)) if word[place] != meant[place]]
        is_swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and word[wrong[0]] == meant[wrong[1]]
            and word[wrong[1]] == meant[wrong[0]]
        )
        return is_swapped or len(wrong) == 1
    longer, shorter = (word, meant) if len(word) > len(meant) else (meant, word)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(longer)))


def _fits_loosely(
    noun: str, question: QuestionData, others: Sequence[QuestionData], message: Message, amount: Amount, is_asked: bool
) -> bool:
    """People for guests and users, where no question counts people; for users only when asked or "for 40 people"."""
    if noun not in _PEOPLE or any(counts_people(each) for each in others):
        return False
    is_for = bool(_FOR.search(message.before(amount.start_char, 40)))
    is_users = bool(counted(question) & {stem("users")})
    return (_counts_guests(question) or (is_users and (is_asked or is_for))) and not counts_people(question)


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
    return bool(match) and _fits(match[1] if match else "", question) and not _noun_behind(message, amount)


def _does(message: Message, amount: Amount, question: QuestionData) -> bool:
    """ "12 drink coffee", "about 30 of them drink it"."""
    behind = re.match(
        r"(?: of (?:us|them|those|these|our \w+|the \w+))?(?: (?:who|that|actually|really|regularly|"
        r"will|would|do|might))* ([a-z]+)",
        message.plain[amount.end_char : amount.end_char + 60],
    )
    return (
        bool(behind)
        and stem(behind[1] if behind else "") in _deeds(question)
        and _looks_like_deed(behind[1] if behind else "", question)
    )


def _looks_like_deed(word: str, question: QuestionData) -> bool:
    asked = _words(question.ask)
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
    if noun and not (is_asked and noun in _PEOPLE):
        return 0
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
