"""What tests of knowledge share."""

from __future__ import annotations

import pytest

from language import embeddings


@pytest.fixture
def without_vectors(monkeypatch):
    """As on a machine without the model: what is tested is not how vectors come out."""

    def missing(folder):
        raise embeddings.Unavailable("not here")

    monkeypatch.setattr(embeddings, "load", missing)
