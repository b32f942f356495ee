"""Which embedding model reads passages and questions: the one that is set up, or, until all passages of an agent have
its vectors, the one before it."""

from __future__ import annotations

import logging
import uuid

from django.conf import settings
from django.utils import timezone

from knowledge.models import AgentVectors, EmbeddingModel
from language import embeddings

log = logging.getLogger(__name__)


def set_up() -> embeddings.Encoder | None:
    """The model that is set up; None where there is none."""
    try:
        return embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
    except embeddings.Unavailable:
        return None


def remember_where() -> None:
    """Store where the model is that is set up: it is asked for what it made when another one is set up."""
    encoder = set_up()
    if encoder is None:
        return
    folder = settings.EMBEDDING_MODEL_DIR or ""
    known = EmbeddingModel.objects.first()
    if known is None or (known.key, known.folder) != (encoder.key, folder):
        values = {"folder": folder, "set_up_at": timezone.now()}
        EmbeddingModel.objects.update_or_create(key=encoder.key, defaults=values)


def answering_key(agent_id: uuid.UUID) -> str:
    """Of the model whose vectors the agent is searched by; "" where it has none, and no model is set up."""
    stored = AgentVectors.objects.filter(agent=agent_id).values_list("key", flat=True).first()
    if stored:
        return stored
    encoder = set_up()
    return encoder.key if encoder else ""


def encoder_of(key: str) -> embeddings.Encoder | None:
    """The model of this key, if it can be used still; None where none is set up, which switches vectors off."""
    encoder = set_up()
    if encoder is None or encoder.key == key:
        return encoder
    return _of_before(key)


def _of_before(key: str) -> embeddings.Encoder | None:
    folder = "" if key == embeddings.PACKAGED else None
    if folder is None:
        folder = EmbeddingModel.objects.filter(key=key).values_list("folder", flat=True).first()
    if folder is None:
        return None
    try:
        encoder = embeddings.load(folder or None)
    except embeddings.Unavailable as reason:
        log.debug("the embedding model of before cannot be used: %s", reason)
        return None
    return encoder if encoder.key == key else None


def missing_because() -> str:
    """Why there is no model, for the log."""
    return embeddings.unavailable_because(settings.EMBEDDING_MODEL_DIR or None)


def searched_by(agent_id: uuid.UUID, key: str) -> str:
    """The model that the agent is searched by from now on: that of `key` where it has none yet. In a transaction."""
    stored, _is_new = AgentVectors.objects.select_for_update(of=("self",)).get_or_create(
        agent_id=agent_id, defaults={"key": key}
    )
    return stored.key
