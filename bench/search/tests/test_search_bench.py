"""The made-up pages are many kinds of text, and what was measured is told as it is."""

from __future__ import annotations

import pytest

from agents.models import Agent
from bench.search.filling import fill, stored_passages
from bench.search.measuring import measured
from bench.search.pages import pages, questions
from bench.search.report import missed, table
from knowledge.models import StoredPart
from language import embeddings


def test_pages_are_always_the_same_and_hold_every_kind_of_text() -> None:
    made = list(pages(3_000))
    texts = "\n".join(text for _name, text in made)

    assert made == list(pages(3_000))
    assert all(kind in texts for kind in ("€", "|---|", "- ", "@example.com", "+44", "## "))
    assert len({text for _name, text in made}) == len(made)


def test_questions_are_of_several_kinds() -> None:
    asked = questions(200)

    assert len(set(asked)) > 150
    assert asked == questions(200)


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [60, pytest.param(900, marks=pytest.mark.slow)])
def test_about_as_many_passages_are_stored_as_were_asked_for(wanted: int) -> None:
    agent_id = fill(wanted)

    assert stored_passages(agent_id) == pytest.approx(wanted, rel=0.2)
    assert StoredPart.objects.filter(document__agent=agent_id).exists()
    assert Agent.objects.get(pk=agent_id).documents.count() >= wanted // 40


@pytest.mark.django_db
@pytest.mark.skipif(not embeddings.available(), reason="no embedding model")
@pytest.mark.slow
def test_everything_that_is_told_was_measured() -> None:
    told = measured(fill(60))

    assert told["p50_ms"] <= told["p95_ms"]
    assert min(told["first_ms"], told["added_ms"], told["peak_mb"], told["product_ms"]) > 0
    assert f"{told['p95_ms']:,.1f}" in table([told])


@pytest.mark.parametrize(
    ("passages", "first", "p95", "is_postgresql", "words"),
    [
        (9_100, 250, 29, False, []),
        (9_100, 301, 29, False, ["first question"]),
        (95_000, 9_000, 151, True, ["p95"]),
        (95_000, 9_000, 151, False, []),
        (1_000, 9_000, 9_000, True, []),
    ],
)
def test_a_goal_is_missed_by_the_size_it_is_for(passages, first, p95, is_postgresql, words) -> None:
    found = missed([{"passages": passages, "first_ms": first, "p95_ms": p95}], is_postgresql=is_postgresql)

    assert [any(word in line for line in found) for word in words] == [True] * len(words)
    assert len(found) == len(words)
