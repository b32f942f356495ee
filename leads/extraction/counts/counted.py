"""What the agent's questions for a number count, and the words for it: people, seats, learners."""

from __future__ import annotations

import re
from functools import lru_cache

from language.words import STOP_WORDS, is_english_word, stem
from leads.extraction import slips
from leads.extraction.message import VisitorText, word_set
from leads.terms import QuestionData

_PERSON = (
    "people ppl pax person persons peoples peeps folk folks staff employee employees colleague colleagues "
    "coworker coworkers worker workers heads headcount humans lads guys men women ladies adults pers lovers addicts "
    "beginners novices newcomers "
    "enthusiasts kaffeetrinker kaffeetrinkerinnen buveurs "
    "teammates leute leuten personen person mitarbeiter mitarbeitern mitarbeitende kollegen kolleginnen "
    "mitarbeiterinnen "
    "beschaftigte angestellte personnes gens collegues "
    "employes salaries personas gente empleados companeros trabajadores"
)
_GROUPS = [
    frozenset(words.split())
    for words in (
        _PERSON,
        "user users seat seats licence licences license licenses account accounts login logins "
        "nutzer benutzer lizenzen zugange zugang konten  utilisateurs usuarios licencias",
        "guest guests convives comensales attendee attendees visitor visitors participant participants delegate "
        "delegates gast gaste gasten teilnehmer invites invitees invited "
        "invitados asistentes",
        "room rooms rm rms bedroom bedrooms zimmer zimmern chambre chambres habitacion habitaciones raum raume raumen "
        "sala salas salle salles halls",
        "car cars vehicle vehicles van vans truck trucks fahrzeuge autos transporter lieferwagen voitures camionnettes "
        "fourgonnettes coches furgonetas",
        "site sites location locations branch branches office offices shop shops store stores standorte filialen",
        "child children kid kids kinder enfants ninos",
        "night nights nachte nachten nuits noches",
        "cup cups coffees espressos tassen tasses tazas",
    )
]
PEOPLE = _GROUPS[0]
# People by what they are to the sale: "8 people" may be the learners of a course.
_ROLES = word_set(
    "learners students pupils trainees drivers players patients members travellers travelers passengers tenants "
    "residents diners covers fahrer chauffeurs conducteurs conductores riders campers dancers speakers performers "
    "children adults operators technicians "
    "volunteers subscribers readers applicants candidates"
)
PROFESSIONS = word_set(
    "lawyers solicitors barristers nurses doctors dentists vets teachers engineers developers devs designers "
    "programmers accountants consultants architects clerks reps mechanics fitters electricians plumbers chefs "
    "waiters cooks cleaners researchers scientists analysts managers associates therapists stylists hairdressers "
    "surveyors brokers editors writers journalists receptionists assistants officers technicians administrators "
    "builders carers midwives"
)
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

_KINDS_OF_ROOM = word_set("doubles singles suites")  # "ten doubles"; their stems are other words
ALL_NOUNS = frozenset().union(*_GROUPS, _ROLES)
_SHORTEST_SLIP = 3  # letters


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", VisitorText(text).plain)


@lru_cache(maxsize=512)
def counted(question: QuestionData) -> frozenset[str]:
    """Stems of the words for what a question counts, near synonyms too: people for "How many people drink coffee?"."""
    ask = _HOW_MANY.search(VisitorText(question.ask).plain)
    said = _until_stop(words_of(ask[1])) if ask else []
    label = _until_stop([word for word in words_of(question.label) if word not in _NO_NOUN])
    key = [word for word in words_of(question.key.replace("_", " ")) if word not in _NO_NOUN]
    nouns = {word for word in (*said[-1:], *label[-1:], *key) if word not in STOP_WORDS}
    groups = [group for group in _GROUPS if group & nouns]
    return frozenset(stem(word) for word in nouns.union(*groups))


def _until_stop(words: list[str]) -> list[str]:
    end = next((place for place, word in enumerate(words) if word in _STOPS_NOUN and place), len(words))
    return words[:end]


@lru_cache(maxsize=512)
def deeds(question: QuestionData) -> frozenset[str]:
    """Stems of what those who are counted do: "drink"."""
    words = words_of(question.ask) + words_of(question.label)
    return frozenset(stem(word) for word in words if word not in STOP_WORDS and len(word) > 3) - counted(question)


def counts_people(question: QuestionData) -> bool:
    return bool(counted(question) & {stem(word) for word in PEOPLE})


def counts_guests(question: QuestionData) -> bool:
    return bool(counted(question) & {stem(word) for word in _GROUPS[2]})


def fits(noun: str, question: QuestionData) -> bool:
    if not noun:
        return False
    noun = "rooms" if noun in _KINDS_OF_ROOM else noun
    held = counted(question)
    stemmed = stem(noun)
    if stemmed in held or noun in held:
        return True
    is_doer = noun.endswith(("er", "ers")) and stem(noun) in deeds(question)
    return is_doer or (
        len(noun) > _SHORTEST_SLIP
        and not is_english_word(noun)
        and any(slips.is_slip(noun, word) for word in _spellings(question))
    )


@lru_cache(maxsize=512)
def _spellings(question: QuestionData) -> frozenset[str]:
    held = counted(question)
    own = words_of(f"{question.ask} {question.label}")
    return frozenset(word for word in (*ALL_NOUNS, *own) if stem(word) in held and len(word) > 4)


@lru_cache(maxsize=1)
def role_stems() -> frozenset[str]:
    return frozenset(map(stem, _ROLES))
