"""Embedding models that stand in folders, and an agent that is searched by the first of them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from fakes.embedding import WordModel
from knowledge import search, vectors
from knowledge.models import EmbeddingModel
from knowledge.tests.reembedding.knowing import LAMPS, RUGS, add, finish
from language import embeddings


@pytest.fixture
def models(settings, monkeypatch):
    """Models by the folder that they are set up in."""
    found = {name: WordModel(name) for name in ("first", "second", "third")}

    def load(folder=None):
        model = found.get(str(folder).strip("/"))
        if model is None:
            raise embeddings.Unavailable("not here")
        return model

    monkeypatch.setattr(embeddings, "load", load)
    search._indexes.clear()
    yield found
    search._indexes.clear()


@pytest.fixture
def set_up(models, settings):
    """Set a model up, as the only process does that is left and starts with it."""

    def set_up(name: str) -> WordModel:
        settings.EMBEDDING_MODEL_DIR = f"/{name}"
        EmbeddingModel.objects.update(used_at=None)
        vectors.announce(timezone.now())
        return models.get(name)

    return set_up


@pytest.fixture
def agent(agent, set_up):
    """One whose two documents have the vectors of the first model."""
    set_up("first")
    for name, text in (("Lamps", LAMPS), ("Rugs", RUGS)):
        add(agent, name, text)
    return agent


@pytest.fixture
def process(settings):
    """Let a process that is set up with this model do all it finds to do, at a time."""

    def process(name: str, at: datetime) -> int:
        settings.EMBEDDING_MODEL_DIR = f"/{name}"
        vectors.announce(at)
        return finish()

    return process
