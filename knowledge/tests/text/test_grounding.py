"""The passages an answer stands on are told by its numbers and rare words."""

from __future__ import annotations

from agents.llm.request import Passage
from knowledge.text.grounding import supporting

PASSAGES = (
    Passage("1", "fees.md", "Fees", "A zirconia crown costs £790."),
    Passage("2", "hours.md", "Hours", "The clinic opens at 8.30am on Mondays."),
    Passage("3", "pets.md", "Pets", "Assistance dogs are welcome."),
)


def test_an_answer_points_to_the_passage_it_was_taken_from() -> None:
    assert supporting("A **zirconia crown** is £790 with us.", PASSAGES) == (0,)


def test_two_facts_from_two_passages() -> None:
    answer = "Our clinic opens Mondays at 8.30am. Assistance dogs are welcome too!"

    assert set(supporting(answer, PASSAGES)) == {1, 2}


def test_a_number_that_no_passage_holds_supports_nothing() -> None:
    assert supporting("A zirconia crown costs £650.", PASSAGES) == ()


def test_pleasantries_point_nowhere() -> None:
    assert supporting("Sure, I am happy to help! Let me know.", PASSAGES) == ()
    assert supporting("", PASSAGES) == ()
