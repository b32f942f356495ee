"""The harness of `bench.answers`, which every figure about the built-in answers comes from."""

from dataclasses import replace

from agents.llm.builtin import BuiltAnswer
from agents.llm.request import Passage
from bench.answers.corpora import Case
from bench.answers.evaluate import Outcome, against_goals, conversation, report, run, table
from knowledge.text.rank import Index

PAGES = (
    Passage("tea", "tea", "Tea", "Tea costs £2 a pot."),
    Passage("cake", "cake", "Cake", "Carrot cake costs £4 a slice."),
    Passage("dogs", "dogs", "Dogs", "Dogs are welcome in the garden."),
)


class BrokenIndex(Index):
    """Fails as a fault in the ranking would."""

    def search(self, *args: object, **options: object) -> list:
        raise ValueError("ambiguous")


def case(question: str, *gold: str, previous: tuple[str, ...] = ()) -> Case:
    return Case("t1", question, "plain", gold, (), previous)


def asked(question: str, *gold: str) -> Outcome:
    return run(Index.build(PAGES), case(question, *gold), None)


def test_earlier_questions_are_answered_by_the_answerer_itself():
    history = conversation(Index.build(PAGES), ["how much is tea?", "how much is carrot cake?"], None)

    assert [turn.role for turn in history] == ["user", "assistant", "user", "assistant"]
    assert "£2" in history[1].text
    assert "£4" in history[3].text


def test_the_place_of_the_passage_that_holds_the_gold_is_kept():
    outcome = asked("how much is carrot cake?", "£4")

    assert outcome.right
    assert outcome.found(1)
    assert not asked("how much is carrot cake?", "£40").found(6)


def test_a_crash_is_an_answer_that_is_wrong_and_sure():
    broken = BrokenIndex.build(PAGES)

    outcome = run(broken, case("how much is tea?", "£2", previous=("hello",)), None)

    assert (outcome.right, outcome.sure, outcome.refused) == (False, True, False)
    assert outcome.crash == "ValueError: ambiguous"


def test_a_report_names_what_crashed(capsys):
    report("broken", [run(BrokenIndex.build(PAGES), case("how much is tea?", "£2"), None)])

    printed = capsys.readouterr().out
    assert "wrong and sure of it       1/1" in printed
    assert "crashed: 1 x ValueError: ambiguous" in printed


def test_the_table_has_a_row_for_each_set():
    known, unknown = asked("how much is tea?", "£2"), asked("do you repair clocks?")

    row = table({"shop": [known, unknown]}).splitlines()[-1]

    assert row == "| shop | 1 | 100% | 100% | 100% | 100% | 0% | 0% | 0% | 1 / 0 / 0 |"


def test_goals_are_met_or_missed():
    good, crashed = asked("how much is tea?", "£2"), run(BrokenIndex.build(PAGES), case("tea?", "£2"), None)
    refused = asked("do you repair clocks?")

    assert "missed" not in against_goals([good, refused])
    assert against_goals([good, crashed, refused]).count("(missed)") == 3


def test_answers_that_are_all_hedged_miss_the_goal_of_sure_ones():
    hedged = replace(asked("how much is tea?", "£2"), answer=BuiltAnswer("The closest: £2", (0,), "closest"))

    assert "sure at all 0% (missed)" in against_goals([hedged, asked("do you repair clocks?")])
