"""Generated visitors: answers in any order, two at once, corrections, refusals, digressions, four languages."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from leads.terms import Kind, QuestionData
from leads.tests.dialogue.talk import Talk

VALUES: dict[Kind, tuple[tuple[str, str], ...]] = {  # as it is said, as it is read
    Kind.NAME: (("I am Ann Lee", "Ann Lee"), ("Ich heiße Jörg Groß", "Jörg Groß"), ("me llamo Inés", "Inés")),
    Kind.EMAIL: (("ann@example.com", "ann@example.com"), ("write to jo@büro.example", "jo@büro.example")),
    Kind.PHONE: (("call 020 7123 4567", "+442071234567"), ("+49 30 1234567", "+49301234567")),
    Kind.COMPANY: (("we are from Bright Ltd", "Bright Ltd"), ("Müller GmbH", "Müller GmbH")),
    Kind.NUMBER: (("40", "40"), ("about fifty", "50"), ("rund 120 Leute", "120"), ("disons 30", "30")),
    Kind.MONEY: (("up to 8k", "-8000"), ("5000 €", "5000 EUR"), ("unter 900 EUR", "-900 EUR")),
    Kind.DATE: (("next month", "2026-12"), ("am 3.12.2026", "2026-12-03"), ("in March", "2027-03"), ("Q1", "2027-Q1")),
    Kind.CHOICE: (("the small one", "small"), ("large please", "large"), ("groß", "groß")),
    Kind.TEXT: (
        ("we have an old Jura", "old Jura"),
        ("etwas mit Hafermilch", "Hafermilch"),
        ("\u2028“quoted”\n", "“q”"),
    ),
}
DIGRESSIONS = (
    "Do you deliver to Leeds?", "And what does it cost?", "how does it work", "Liefern Sie auch nach Wien?",
    "Quels sont vos tarifs ?", "¿Dónde están?", "tell me about the roast", "Which plan do you recommend?",
)  # fmt: skip
SMALL_TALK = ("Hello", "Hi!", "Thanks", "ok", "Danke", "Bonjour", "gracias", "🙂", "", "...", "yes")
REFUSALS = (
    "I'd rather not say",
    "no thanks",
    "None of your business",
    "Das möchte ich nicht sagen",
    "prefiero no",
    "no",
)
WHYS = ("Why do you ask?", "Warum fragen Sie das?", "Pourquoi demandez-vous ?", "¿Por qué lo pregunta?", "what for?")
DOUBTS = ("That is too expensive", "I am not sure this fits us", "zu teuer", "trop cher", "Ich überlege noch")
BUYING = ("Please send me a quote", "We want to order", "Ich hätte gern ein Angebot", "un devis", "I'd like a demo")
ENDINGS = (
    "bye", "Auf Wiedersehen", "stop asking", "never mind", "I want to talk to a human", "this is ridiculous",
    "Mitarbeiter sprechen", "arrêtez", "you are useless",
)  # fmt: skip
UNSURE = ("I don't know yet", "no idea", "keine Ahnung", "not sure")
CHAT = (*DIGRESSIONS, *DIGRESSIONS, *SMALL_TALK, *WHYS, *DOUBTS, *BUYING, *UNSURE)
CERTAINTIES = st.sampled_from(("answered", "answered", "answered", "hedged", "refused", ""))
CHOICES = ("small", "large", "groß")


@dataclass(frozen=True)
class Step:
    """One message. `tells`: places in the questions and in the values of their kinds; None declines it."""

    said: str = ""
    tells: tuple[tuple[int, int | None], ...] = ()
    answers_last: int | None = None  # the place of the value in which the question just asked is answered
    certainty: str = "answered"


@dataclass(frozen=True)
class Dialogue:
    questions: tuple[QuestionData, ...]
    steps: tuple[Step, ...]
    at_once: bool = False  # facts are read before the reply
    by_model: bool = False  # which asks whatever it is told to

    def played(self) -> Talk:
        """The dialogue with its guidance, turn by turn."""
        talk = Talk(self.questions, at_once=self.at_once, by_model=self.by_model)
        for number, step in enumerate(self.steps):
            words, values = [step.said] if step.said else [], {}
            for question, place in self._told(step, talk):
                if place is None:
                    words.append("I'd rather not say")
                    values[question.key] = ""
                else:
                    options = VALUES[question.kind]
                    said, value = options[place % len(options)]
                    is_told_before = any(fact.key == question.key for fact in talk.history)
                    words.append(said)
                    values[question.key] = f"corrected {number}" if is_told_before else value
            talk.say(", ".join(words), step.certainty, **values)
        return talk

    def _told(self, step: Step, talk: Talk) -> list[tuple[QuestionData, int | None]]:
        told = [(self.questions[place], value) for place, value in step.tells]
        if step.answers_last is not None and talk.last_asked is not None:
            told.append((talk.last_asked, step.answers_last))
        return told


@st.composite
def questions(draw: st.DrawFn) -> tuple[QuestionData, ...]:
    kinds = draw(st.lists(st.sampled_from((*Kind, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.NUMBER)), max_size=8))
    keys = [f"q{place}" for place in range(len(kinds))]
    words = st.text(min_size=1, max_size=400) | st.sampled_from(("How many?", "Wie viele sind Sie?"))
    whens = st.just("") | st.sampled_from([*keys, *(f"{key}=40" for key in keys), ""])
    return tuple(
        QuestionData(
            key=key,
            label=draw(st.sampled_from(("People", "Present machine", "Label " * 30, "Größe"))),
            ask=draw(words),
            kind=kind,
            is_required=draw(st.booleans()),
            choices=CHOICES if kind is Kind.CHOICE else (),
            when=draw(whens),
        )
        for key, kind in zip(keys, kinds, strict=True)
    )


def _steps(count: int, mood: str) -> st.SearchStrategy[Step]:
    places = st.integers(0, max(0, count - 1))
    tells = st.lists(st.tuples(places, st.none() | st.integers(0, 3)), min_size=1, max_size=3).map(tuple)
    told = st.builds(
        Step,
        said=st.just("") | st.sampled_from(DIGRESSIONS),
        tells=tells,
        certainty=CERTAINTIES,
    )
    answered = st.builds(Step, answers_last=st.integers(0, 3), certainty=CERTAINTIES)
    chat = st.builds(Step, said=st.sampled_from(CHAT), certainty=CERTAINTIES)
    passed_over = st.builds(Step, said=st.sampled_from((*DIGRESSIONS, *WHYS)))
    refused = st.builds(Step, said=st.sampled_from(REFUSALS), certainty=CERTAINTIES)
    declining = st.builds(Step, said=st.just(REFUSALS[0]))
    ended = st.builds(Step, said=st.sampled_from(ENDINGS) | st.text(max_size=60), certainty=CERTAINTIES)
    telling = [told] * 4 if count else []
    moods = {
        "open": [answered] * 6 + [chat] + telling,
        "stubborn": [passed_over] * 8 + [chat, answered],
        "reluctant": [declining] * 2 + [passed_over] * 6 + [answered] * 2,
        "moody": [answered] * 5 + [chat] * 6 + [refused] + telling,
        "leaving": [ended] + [passed_over] * 5 + [answered, refused] + telling[:2],
    }
    return st.one_of(*moods[mood])


@st.composite
def dialogues(draw: st.DrawFn) -> Dialogue:
    asked = draw(questions())
    mood = draw(st.sampled_from(("open", "stubborn", "reluctant", "moody", "leaving")))
    steps = draw(st.lists(_steps(len(asked), mood), min_size=draw(st.sampled_from((1, 6, 10))), max_size=16))
    return Dialogue(asked, tuple(steps), at_once=draw(st.booleans()), by_model=draw(st.booleans()))
