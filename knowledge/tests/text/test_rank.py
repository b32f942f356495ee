"""Passages are found by words and by meaning; families are delivered whole."""

from __future__ import annotations

import pytest

from agents.llm.request import Passage
from knowledge.text.rank import MAX_FAMILY, Index
from knowledge.text.split import PagePart, embed_parts
from language import embeddings

PARTS = [
    PagePart("Shop › Delivery", "Parcels arrive within three working days."),
    PagePart("Shop › Delivery", "Islands take longer."),
    PagePart("Shop › Payment", "We take cards and bank transfer."),
    PagePart("Shop › Warranty", "Frames are covered for ten years. SKU-4471 is excluded."),
    PagePart("Shop › Pets", "Dogs are welcome in the showroom."),
    PagePart("Laden › Öffnungszeiten", "Wir haben montags geschlossen."),
    PagePart("店 › 时间", "周日休息。"),
]


def index(encoder: embeddings.Encoder | None = None) -> Index:
    vectors = embed_parts(encoder, PARTS) if encoder else [()] * len(PARTS)
    return Index.build(
        [
            Passage("1", "shop.md", part.heading, part.text, sentences=tuple(sentences))
            for part, sentences in zip(PARTS, vectors, strict=True)
        ]
    )


@pytest.fixture(scope="module")
def encoder() -> embeddings.Encoder:
    if not embeddings.available():
        pytest.skip(embeddings.unavailable_because())
    return embeddings.load()


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("is it covered by a guarantee", "Shop › Warranty"),  # synonym
        ("SKU-4471", "Shop › Warranty"),
        ("paymnet by card", "Shop › Payment"),  # slip
        ("delivered parcel", "Shop › Delivery"),  # stem
        ("wann geschlossen montags", "Laden › Öffnungszeiten"),
        ("offnungszeiten", "Laden › Öffnungszeiten"),  # without its dots
        ("周日休息吗", "店 › 时间"),
    ],
)
def test_words_alone_find_the_passage(query: str, heading: str) -> None:
    assert index().search(query)[0].passage.heading == heading


def test_meaning_finds_what_words_do_not(encoder: embeddings.Encoder) -> None:
    query = "may I bring my puppy along"

    assert index(encoder).search(query, encoder=encoder)[0].passage.heading == "Shop › Pets"
    assert all(hit.passage.heading != "Shop › Pets" for hit in index().search(query))


def test_an_index_without_vectors_ignores_the_encoder(encoder: embeddings.Encoder) -> None:
    assert index().search("warranty", encoder=encoder)[0].passage.heading == "Shop › Warranty"


def test_hits_carry_their_score_best_first_and_are_limited() -> None:
    hits = index().search("shop delivery payment warranty", limit=2)

    assert len(hits) == 2
    assert hits[0].score >= hits[1].score > 0
    assert hits[0].passage.score == pytest.approx(hits[0].score, abs=1e-3)


def test_nothing_in_common_finds_nothing() -> None:
    assert index().search("zzzzqqq") == []
    assert index().search("") == []
    assert Index.build([]).search("delivery") == []


def test_a_superlative_brings_all_siblings() -> None:
    parts = [Passage("1", "b", f"Bikes › Model {name}", f"It costs €{n}.") for n, name in enumerate("ABCDEFGHIJ")]
    other = [Passage("2", "c", "Other › Thing", "It costs €1.")]
    found = Index.build(parts + other)

    assert len(found.search("what does model A cost", limit=3)) == 3
    family = {hit.passage.heading for hit in found.search("the cheapest model", limit=3)}
    assert family >= {part.heading for part in parts}
    assert len(family) <= MAX_FAMILY


def test_the_rest_of_a_table_comes_with_the_part_that_was_found() -> None:
    head = "| Crop | Price |\n| --- | --- |\n"
    texts = [f"{head}| Apples | €3 |", f"{head}| Quinces | €9 |", "The garden is closed in winter."]
    passages = [Passage("1", "farm.md", "Farm › Prices", text) for text in texts[:2]]
    found = Index.build([*passages, Passage("1", "farm.md", "Farm › Hours", texts[2])]).search("price of apples", 1)

    assert [hit.passage.text for hit in found] == texts[:2]


def test_a_question_about_plans_finds_the_price_list_though_it_says_no_plan() -> None:
    texts = {
        "Pricing": "| | Solo | Crew |\n| --- | --- | --- |\n| A month | €9 | €29 |",
        "News › Planned": "- Dark mode",
        "Help › Rules": "Plans can change each month.",
    }
    index = Index.build([Passage(name, name, name, text) for name, text in texts.items()])

    assert "€29" in "".join(hit.passage.text for hit in index.search("which plans are there", 6))


def test_what_a_document_says_twice_is_found_once():
    twice = [Passage("1", "shop.md", "Shop", "Ring the bell for repairs.") for _ in range(2)]

    assert len(Index.build(twice).search("repairs bell")) == 1
