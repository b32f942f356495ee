"""Names that help a transcriber: those of the agent and its documents, and the words that have a pronunciation."""

from __future__ import annotations

import time
import uuid
from pathlib import PurePath

from agents.models import Agent
from knowledge.models import Document

KEPT_S = 300.0  # names stay in memory, so that an utterance need not wait for a query; new ones count 5 minutes later
MAX_AGENTS = 1_000  # in memory, 1 kB each
MAX_NAMES = 40
MAX_CHARS = 400  # some 100 tokens: of a prompt, Whisper reads only the last 224

_kept: dict[uuid.UUID, tuple[float, tuple[str, ...]]] = {}


def names_of(agent_id: uuid.UUID, words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """At most MAX_NAMES names and MAX_CHARS characters, `words` first. Reads the database at most once in KEPT_S."""
    at, own = _kept.get(agent_id, (0.0, ()))
    if not own or time.monotonic() - at > KEPT_S:
        if len(_kept) >= MAX_AGENTS:
            _kept.clear()
        own = _read(agent_id)
        _kept[agent_id] = time.monotonic(), own
    return _limited((*words, *own))


def _read(agent_id: uuid.UUID) -> tuple[str, ...]:
    agents = Agent.objects.filter(pk=agent_id).values_list("name", flat=True)
    documents = Document.objects.filter(agent=agent_id).order_by("name").values_list("name", flat=True)[:MAX_NAMES]
    return (*agents, *(PurePath(name).stem.replace("_", " ").strip() for name in documents))


def _limited(names: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in dict.fromkeys(filter(None, names)):
        if len(kept) == MAX_NAMES or len(", ".join([*kept, name])) > MAX_CHARS:
            break
        kept.append(name)
    return tuple(kept)
