"""Vectors that were there before they said of which model they are, are the packaged model's."""

import pytest

from language.embeddings import PACKAGED

BEFORE, AFTER = [("knowledge", "0011_pages_read_again")], [("knowledge", "0013_vectors_of_models")]
SAME = "The lamp costs 40 euros."

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_documents_and_their_parts_get_the_name_of_the_model_that_made_their_vectors(migrate):
    old = migrate(BEFORE)
    Document, Chunk = old.get_model("knowledge", "Document"), old.get_model("knowledge", "Chunk")
    read, bare = (old.get_model("agents", "Agent").objects.create(name=name, slug=name) for name in ("read", "bare"))
    for agent, name, vectors in (
        (read, "all", [b"1", b"2"]),
        (read, "half", [b"1", None]),
        (bare, "none", [None]),
        (bare, "empty", []),
    ):
        document = Document.objects.create(agent=agent, name=name, status="ready", is_owed=False, text=SAME)
        for position, each in enumerate(vectors):
            Chunk.objects.create(document=document, position=position, text=SAME, vectors=each)
        old.get_model("knowledge", "StoredPart").objects.create(document=document, number=0, format=1, data=b"")

    new = migrate(AFTER)

    Document, Part = new.get_model("knowledge", "Document"), new.get_model("knowledge", "StoredPart")
    assert list(Document.objects.exclude(vectors_of="").values_list("name", "vectors_of")) == [("all", PACKAGED)]
    assert list(Part.objects.exclude(vectors_of="").values_list("document__name", "vectors_of")) == [("all", PACKAGED)]
    assert list(new.get_model("knowledge", "AgentVectors").objects.values_list("agent__name", "key")) == [
        ("read", PACKAGED)
    ]
    assert new.get_model("knowledge", "EmbeddingModel").objects.get().key == PACKAGED
    assert len(set(Document.objects.values_list("text_hash", flat=True))) == 1
    assert Document.objects.filter(text_hash="").count() == 0
