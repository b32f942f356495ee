"""How far the search sets a passage apart from the others tells whether the pages speak of it at all."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.late_interaction import FEW_FOUND, USUAL_LEAD, search_lead

SCORES = [0.9, 0.7, 0.6, 0.5, 0.4, 0.3]


def test_the_lead_is_that_of_the_passage_quoted_over_the_last_one() -> None:
    assert search_lead(SCORES, SCORES, 0) == pytest.approx(0.6)
    assert search_lead(SCORES, SCORES, 2) == pytest.approx(0.3)


def test_passages_that_are_all_alike_have_no_lead() -> None:
    assert search_lead([0.5] * FEW_FOUND, SCORES, 0) == 0.0


def test_what_another_question_of_the_message_found_is_no_lead_of_this_one() -> None:
    assert search_lead(SCORES, [0.1] * FEW_FOUND, 0) == 0.0


@pytest.mark.parametrize(("score", "lead"), [(0.9, USUAL_LEAD), (0.1, 0.1)])
def test_of_a_site_with_few_passages_the_last_may_be_a_good_one_too(score: float, lead: float) -> None:
    assert search_lead([score, score], [score, score], 0) == pytest.approx(lead)
