"""What holds in every dialogue: 60 generated ones; 10,000 with HYPOTHESIS_PROFILE=explore, in ten lots.

Each rule is checked against what was said and stored, never by asking the code under test.
"""

from __future__ import annotations

import copy
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.dialogue.manager import replay
from leads.dialogue.stages import TRANSITIONS, Circumstances, steps
from leads.dialogue.state import Why, latest
from leads.terms import Kind, KnownFact, Stage
from leads.tests.dialogue.dialogues import DIGRESSIONS, ENDINGS, SMALL_TALK, UNSURE, Dialogue, Step, dialogues
from leads.tests.dialogue.talk import COFFEE, Talk

IS_EXPLORED = os.environ.get("HYPOTHESIS_PROFILE") == "explore"
LOTS, EXAMPLES = (10, 1000) if IS_EXPLORED else (1, 60)  # a test that is not through after ten minutes is ended
STEPS = {(each.source, each.target) for each in TRANSITIONS}
TELLS_NOTHING = {*DIGRESSIONS, *UNSURE, *SMALL_TALK} - {"yes", "ok"}
ASKS_ONLY = {"how does it work", "tell me about the roast"}


def nothing_known_is_asked(dialogue: Dialogue, talk: Talk) -> None:
    for guidance, known in zip(talk.guidances, talk.known_before, strict=True):
        assert guidance.ask is None or guidance.ask.key not in known


def nothing_told_in_the_message_is_asked(dialogue: Dialogue, talk: Talk) -> None:
    """Though its facts are not read yet: kinds that are told by their form. A sum behind a question for another sum is
    taken for that one's answer, unless both are told."""
    by_form = {Kind.EMAIL, Kind.PHONE, Kind.MONEY, Kind.DATE, Kind.NUMBER}
    kinds = {question.key: question.kind for question in dialogue.questions}
    before = ["", *(turn.asked for turn in talk.turns)]
    for guidance, turn, asked in zip(talk.guidances, talk.turns, before, strict=False):
        if guidance.ask and guidance.ask.kind in by_form:
            is_taken = asked not in turn.found and kinds.get(asked) is guidance.ask.kind
            assert guidance.ask.key not in turn.found or is_taken


def no_question_is_asked_a_third_time(dialogue: Dialogue, talk: Talk) -> None:
    counts = Counter(turn.asked for turn in talk.turns if turn.asked)
    assert all(count <= 2 for count in counts.values())


def a_reply_asks_one_question(dialogue: Dialogue, talk: Talk) -> None:
    asks = Counter(question.ask for question in dialogue.questions)
    for guidance in talk.guidances:
        if guidance.ask is None:
            assert guidance.closing == "" or guidance.why is Why.CLARIFY
            continue
        assert guidance.closing.endswith(guidance.ask.ask)
        others = [ask for ask in asks if len(ask) > 20 and ask not in guidance.ask.ask]
        assert not any(ask in guidance.closing or ask in guidance.instruction for ask in others)


def a_question_that_is_passed_over_is_left_alone(dialogue: Dialogue, talk: Talk) -> None:
    """No question at all in the next reply, and not the same one in that after it."""
    for at, (step, guidance) in enumerate(zip(dialogue.steps, talk.guidances, strict=True)):
        before = talk.turns[at - 1].asked if at else ""
        tells = step.tells or step.answers_last is not None
        if before and step.said in TELLS_NOTHING and not tells:
            assert guidance.ask is None, step.said
        if before and guidance.ask and guidance.ask.key == before:
            assert guidance.why is Why.CLARIFY


def nothing_is_asked_when_the_conversation_is_over(dialogue: Dialogue, talk: Talk) -> None:
    is_over = False
    declines = 0
    for step, turn, guidance in zip(dialogue.steps, talk.turns, talk.guidances, strict=True):
        is_over = is_over or step.said in ENDINGS
        declines += "rather not say" in turn.said or "None of your business" in turn.said
        if is_over or declines >= 2:
            assert guidance.ask is None


def a_question_waits_for_its_condition(dialogue: Dialogue, talk: Talk) -> None:
    for guidance, known in zip(talk.guidances, talk.known_before, strict=True):
        if guidance.ask and guidance.ask.when:
            key, _, value = guidance.ask.when.partition("=")
            assert not known[key].is_declined
            assert known[key].value == value or not value


def required_questions_come_first(dialogue: Dialogue, talk: Talk) -> None:
    asked: set[str] = set()
    declined: set[str] = set()
    for at, (step, guidance, known) in enumerate(zip(dialogue.steps, talk.guidances, talk.known_before, strict=True)):
        is_plain = step.said in ASKS_ONLY and not step.tells and step.answers_last is None
        if is_plain and guidance.ask and not guidance.ask.is_required and guidance.why is not Why.CLARIFY:
            kinds = {fact.kind for fact in known.values()}
            open_ones = [
                question
                for question in dialogue.questions
                if question.is_required and not question.when and question.key not in {*known, *asked, *declined}
                if question.kind not in kinds
            ]
            assert not open_ones
        if talk.turns[at].asked:
            asked.add(talk.turns[at].asked)


def no_stage_rule_is_broken(dialogue: Dialogue, talk: Talk) -> None:
    for guidance in talk.guidances:
        if guidance.stage in (Stage.OBJECTIONS, Stage.FOLLOW_UP):
            assert guidance.ask is None


def the_stage_moves_along_the_table(dialogue: Dialogue, talk: Talk) -> None:
    before = Stage.DISCOVER
    for guidance in talk.guidances:
        assert guidance.stage in _within_three_steps(before)
        before = guidance.stage


def the_instruction_is_short(dialogue: Dialogue, talk: Talk) -> None:
    assert all(len(guidance.instruction.encode()) / 4 < 200 for guidance in talk.guidances)


def the_last_correction_wins(dialogue: Dialogue, talk: Talk) -> None:
    told: dict[str, str] = {}
    for fact in talk.history:
        told[fact.key] = fact.value
    assert {key: fact.value for key, fact in latest(reversed(talk.history)).items() if _is_alone(fact, talk)} == {
        key: value for key, value in told.items() if _is_alone(talk.facts[key], talk)
    }
    for guidance, known in zip(talk.guidances, talk.known_before, strict=True):
        now = {fact.value for fact in known.values()}
        old = {fact.value for fact in talk.history if fact.value.startswith("corrected")} - now
        assert not any(f'"{value}"' in guidance.instruction for value in old)


def a_replay_gives_the_same(dialogue: Dialogue, talk: Talk) -> None:
    stored = copy.deepcopy((talk.history, talk.turns))
    again = replay(dialogue.questions, *stored)
    first = tuple(talk.guidances) if dialogue.at_once else replay(dialogue.questions, talk.history, talk.turns)
    assert repr(again) == repr(first)


RULES: tuple[Callable[[Dialogue, Talk], None], ...] = (
    nothing_known_is_asked,
    nothing_told_in_the_message_is_asked,
    no_question_is_asked_a_third_time,
    a_reply_asks_one_question,
    a_question_that_is_passed_over_is_left_alone,
    nothing_is_asked_when_the_conversation_is_over,
    a_question_waits_for_its_condition,
    required_questions_come_first,
    no_stage_rule_is_broken,
    the_stage_moves_along_the_table,
    the_instruction_is_short,
    the_last_correction_wins,
    a_replay_gives_the_same,
)


@pytest.mark.parametrize("lot", range(LOTS))
@settings(max_examples=EXAMPLES, deadline=None)
@given(dialogue=dialogues())
def test_every_rule_holds_in_every_dialogue(lot, dialogue):
    talk = dialogue.played()

    for rule in RULES:
        rule(dialogue, talk)


@given(st.sampled_from(Stage), st.builds(Circumstances, *[st.booleans()] * 8))
def test_a_message_walks_the_table_step_by_step(stage, now):
    taken = steps(stage, now)

    walked = [stage, *(step.target for step in taken)]
    assert [step.source for step in taken] == walked[:-1]
    assert len(set(walked)) == len(walked)
    assert all(step in TRANSITIONS and step.holds(now) for step in taken)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_reached_and_left(stage):
    assert stage is Stage.DISCOVER or any(target is stage for _, target in STEPS)
    assert any(source is stage for source, _ in STEPS)


def test_the_documented_table_of_stages_is_the_one_that_is_walked():
    page = (Path(__file__).parents[3] / "docs" / "guidance.md").read_text()
    rows = re.findall(r"^\| ([a-z, ]+) \| ([a-z ]+) \| .+ \|$", page, re.MULTILINE)
    stages = {stage.value.replace("_", " "): stage for stage in Stage}

    documented = {(stages[source], stages[target]) for sources, target in rows[1:] for source in sources.split(", ")}

    assert documented == STEPS


def test_the_generated_dialogues_ask_and_repair():
    """A word list that swallows everything would pass the rules above; here questions are asked and answered."""
    dialogue = Dialogue(COFFEE, (Step(DIGRESSIONS[0]), *(Step(answers_last=0) for _ in range(4))))

    talk = dialogue.played()

    assert [turn.asked for turn in talk.turns] == ["people", "email", "", "", ""]


def _within_three_steps(stage: Stage) -> set[Stage]:
    reached = {stage}
    for _ in range(3):
        reached |= {target for source, target in STEPS if source in reached}
    return reached


def _is_alone(fact: KnownFact, talk: Talk) -> bool:
    """Whether one message holds one value for it only."""
    return sum(each.key == fact.key and each.seq == fact.seq for each in talk.history) == 1
