"""A dialogue for tests: the visitor's lines one by one, each guided and answered as a caller would do it."""

from __future__ import annotations

from dataclasses import replace

from leads.dialogue.manager import guide
from leads.dialogue.state import PastTurn, TurnGuidance, Why, latest
from leads.terms import Kind, KnownFact, QuestionData, Stage

PEOPLE = QuestionData(
    "people", "People who drink coffee", "How many people drink coffee at your place?", Kind.NUMBER, True
)
MACHINE = QuestionData("machine", "Present machine", "Which machine do you have now?", Kind.TEXT)
BUDGET = QuestionData("budget", "Budget", "What may it cost?", Kind.MONEY)
START = QuestionData("start", "Begin", "When should it start?", Kind.DATE)
EMAIL = QuestionData("email", "E-mail", "Where may we write to you?", Kind.EMAIL, True)
COFFEE = (PEOPLE, MACHINE, BUDGET, START, EMAIL)


def appends(guidance: TurnGuidance, certainty: str) -> bool:
    """Whether the built-in agent appends the question (`agents/llm/builtin/endings.py`).

    To an answer that answers, and where it has only to thank or to give a reason."""
    stands_alone = guidance.is_answer or guidance.why is Why.CLARIFY
    return bool(guidance.closing) and (certainty == "answered" or stands_alone)


class Talk:
    """Facts that a message holds are known to the reply after it, as extraction runs beside the reply; with `at_once`
    they are read before it. With `by_model` every question is asked, whatever the answer is worth."""

    def __init__(
        self, questions: tuple[QuestionData, ...] = COFFEE, *, at_once: bool = False, by_model: bool = False
    ) -> None:
        self.questions = questions
        self.at_once = at_once
        self.by_model = by_model
        self.turns: list[PastTurn] = []
        self.history: list[KnownFact] = []
        self.known_before: list[dict[str, KnownFact]] = []  # what was known as each reply was guided
        self.guidances: list[TurnGuidance] = []

    @property
    def facts(self) -> dict[str, KnownFact]:
        return latest(self.history)

    @property
    def stage(self) -> Stage:
        return self.guidances[-1].stage if self.guidances else Stage.DISCOVER

    @property
    def last_asked(self) -> QuestionData | None:
        """The question that stands before the next message."""
        key = self.turns[-1].asked if self.turns else ""
        return next((question for question in self.questions if question.key == key), None)

    def say(self, said: str, certainty: str = "answered", **values: str) -> TurnGuidance:
        """One message and its answer. `values`: what the message tells, "" for a question it declines."""
        turn = PastTurn(seq=2 * len(self.turns) + 1, said=said)
        read = [self._fact(key, value, turn.seq) for key, value in values.items()]
        if self.at_once:
            turn = self._read(turn, read)
        self.known_before.append(self.facts)
        guidance = guide(self.questions, self.facts, [*self.turns, turn], stage=self.stage)
        self.guidances.append(guidance)
        is_asked = guidance.ask is not None and (self.by_model or appends(guidance, certainty))
        asked = guidance.ask.key if guidance.ask and is_asked else ""
        turn = replace(turn, answered="As it is.", asked=asked, certainty=certainty)
        self.turns.append(turn if self.at_once else self._read(turn, read))
        return guidance

    def _fact(self, key: str, value: str, seq: int) -> KnownFact:
        kind = next((question.kind for question in self.questions if question.key == key), Kind.TEXT)
        return KnownFact(key, kind, value, seq, is_declined=not value)

    def _read(self, turn: PastTurn, read: list[KnownFact]) -> PastTurn:
        self.history += read
        return replace(turn, found=tuple(fact.key for fact in read if not fact.is_declined))
