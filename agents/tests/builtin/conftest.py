"""A small shop's pages, found and answered with and without the embedding model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agents.llm.builtin import BuiltAnswer, answer, in_turn, search_queries
from agents.llm.request import ChatRequest, Passage, PastMessage
from knowledge.text.rank import Index
from knowledge.text.split import embed_parts, split_page
from language import embeddings

PAGES = {
    "bikes.md": """# Our bikes

## Harbour

A city bike with a basket. It weighs 14 kg and costs €790. The frame is made of steel.

## Ridge

A gravel bike for bad roads. It weighs 9.5 kg and costs €1,890. The frame is made of carbon.

## Tram

A folding bike for commuters. It weighs 11 kg and costs €1,150. It folds in 20 seconds.
""",
    "service.md": """# Workshop

## Prices

| Job | Price | Time |
| --- | --- | --- |
| Safety check | €25 | 20 minutes |
| Brake service | €49 | 45 minutes |
| Full service | €139 | 2 days |
| Wheel truing | €19 | 15 minutes |
| Drivetrain cleaning | €35 | 30 minutes |

Spare parts are not included in these prices.

## Booking

Book a slot online or by telephone. You can also drop the bike off without a booking from Monday to Wednesday,
and we will call you when it is done. On Saturdays we repair only punctures, while you wait. Please remove
bags, locks and child seats before you hand the bike over, because we cannot store them for you. Bring the key
of your battery. We do not repair electric motors of other brands.
""",
    "returns.md": """# Returns

You may return a bike within 30 days if it has not been ridden outdoors. We refund the full price within 14 days.

## What to include

Please send:

- the invoice
- both keys
- the charger, if there is one

## Discounts

Students get 10 percent off all bikes. The discount does not apply to sale items.
""",
}


def passages(encoder: embeddings.Encoder | None) -> list[Passage]:
    found = []
    for name, text in PAGES.items():
        parts = split_page(text)
        vectors = embed_parts(encoder, parts) if encoder else [()] * len(parts)
        for part, sentences in zip(parts, vectors, strict=True):
            found.append(Passage(name, name, part.heading, part.text, sentences=tuple(sentences)))
    return found


@pytest.fixture(scope="session")
def encoder() -> embeddings.Encoder:
    if not embeddings.available():
        pytest.skip(embeddings.unavailable_because())
    return embeddings.load()


@pytest.fixture(scope="session")
def word_index() -> Index:
    return Index.build(passages(None))


@pytest.fixture(scope="session")
def vector_index(encoder: embeddings.Encoder) -> Index:
    return Index.build(passages(encoder))


Ask = Callable[..., BuiltAnswer]


@pytest.fixture(params=["vectors", "words"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Searches and answers as a reply does; once with vectors, once with words alone."""
    with_vectors = request.param == "vectors"
    encoder = request.getfixturevalue("encoder") if with_vectors else None
    index = request.getfixturevalue("vector_index" if with_vectors else "word_index")

    def asked(*messages: str) -> BuiltAnswer:
        history = tuple(PastMessage("user", message) for message in messages)
        found = (index.search(query, 6, encoder=encoder) for query in search_queries(history))
        passages = in_turn([[hit.passage for hit in hits] for hits in found])
        return answer(ChatRequest("Ada", "", history, passages), encoder)

    return asked
