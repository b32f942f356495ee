"""What a page almost tells is no sure answer: question and passage are read together."""

from __future__ import annotations

import pytest

from agents.llm.builtin.evidence.weighing import READ, read_together, weigh
from agents.llm.builtin.question.question import AskedQuestion
from agents.llm.request import Passage
from agents.tests.builtin.evidence.test_other_thing import asked
from knowledge.text.split import embed_parts, split_page
from language.embeddings import Encoder

PAGE = """# Lost property

Things left on our buses are taken to the depot in Quarry Road at the end of the shift and can be collected from the
next working day, 9 am to 12.30 pm and 2 pm to 5 pm, Monday to Friday. Bring your identity card.

# Exchanges

Tickets cannot be returned, but up to 48 hours before the performance you may exchange them for another date of the
same production, for £2 a ticket. If the new seats are dearer you pay the difference.
"""
ALMOST_TOLD = [  # by words and vectors alone, each of them was
    "how often can i exchange the same ticket",
    "how often may a ticket be exchanged for another date",
    "what if another date of the same production is sold out",
    "which things are taken to the depot",
    "can somebody else collect things left on a bus with my identity card",
    "why can tickets not be returned",
    "does the exchange work by phone",
]
TOLD = [
    "what do i have to bring to collect lost property",
    "how much is it to exchange a ticket for another date",
]


@pytest.mark.parametrize("message", ALMOST_TOLD)
def test_what_the_page_almost_tells_is_not_told_for_sure(message: str, encoder: Encoder) -> None:
    assert asked(message, PAGE, encoder).band != "quote"


@pytest.mark.parametrize("message", TOLD)
def test_what_the_page_tells_is(message: str, encoder: Encoder) -> None:
    assert asked(message, PAGE, encoder).band == "quote"


def test_confidence_follows_what_was_read(encoder: Encoder) -> None:
    parts = split_page(PAGE)
    vectors = embed_parts(encoder, parts)
    found = [
        Passage("p", "page.md", part.heading, part.text, sentences=tuple(sentences))
        for part, sentences in zip(parts, vectors, strict=True)
    ]
    read = {}
    for message in (TOLD[1], ALMOST_TOLD[0]):
        question = AskedQuestion.of(message, message, encoder)
        before = weigh(question, found)
        after = read_together(question, found, before)
        assert before.features[READ] == 0.0
        assert (after.confidence > before.confidence) is (after.features[READ] > 0.0)
        read[message] = after.features[READ]

    assert read[TOLD[1]] > read[ALMOST_TOLD[0]]


def test_words_alone_are_left_as_they_are() -> None:
    question = AskedQuestion.of(TOLD[0], TOLD[0], None)
    found = [Passage("p", "page.md", part.heading, part.text) for part in split_page(PAGE)]
    weighed = weigh(question, found)

    assert read_together(question, found, weighed) is weighed
