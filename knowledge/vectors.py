"""Which embedding model reads passages and questions: the one that is set up, or, until all passages of an agent have
its vectors, the one before it."""

from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from knowledge.models import AgentVectors, EmbeddingModel
from language import embeddings

log = logging.getLogger(__name__)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a model that has not led yet


def set_up() -> embeddings.Encoder | None:
    """The model that is set up; None where there is none."""
    try:
        return embeddings.load(settings.EMBEDDING_MODEL_DIR or None)
    except embeddings.Unavailable:
        return None


def announce(at: datetime) -> None:
    """Store that a process is set up with this model, and where it is: it is asked for what it made when another one is
    set up. It leads from now on where no process uses the leading one any more."""
    encoder = set_up()
    if encoder is None:
        return
    mine = {"folder": settings.EMBEDDING_MODEL_DIR or "", "used_at": at}
    with transaction.atomic():
        leading = EmbeddingModel.objects.select_for_update().first()
        is_taken = leading is not None and EmbeddingModel.objects.used(at).filter(pk=leading.key).exists()
        if not (leading and leading.key == encoder.key) and not is_taken:
            mine["set_up_at"] = at
        EmbeddingModel.objects.update_or_create(
            key=encoder.key, defaults=mine, create_defaults={"set_up_at": _NEVER, **mine}
        )


def leads(encoder: embeddings.Encoder) -> bool:
    """Whether this is the model whose vectors are made."""
    leading = EmbeddingModel.objects.first()
    return leading is None or leading.key == encoder.key


def others_in_use(at: datetime) -> int:
    """How many models processes are set up with besides the leading one: none, unless their settings differ."""
    return max(0, EmbeddingModel.objects.used(at).count() - 1)


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
