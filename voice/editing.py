"""Changes an agent's voice settings for callers other than the admin's forms."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from agents.models import Agent
from voice.models import AgentVoice, Pronunciation

Spoken = tuple[str, str]  # a word, and how it is said


@dataclass(frozen=True, slots=True)
class StoredVoice:
    """An agent's voice as it is stored, or the defaults of one that has none yet."""

    agent: Agent
    voice: AgentVoice
    pronunciations: tuple[Spoken, ...]


def read(agent_id: uuid.UUID) -> StoredVoice | None:
    """The agent's voice; None if there is no such agent."""
    agent = Agent.objects.select_related("voice").filter(pk=agent_id).first()
    if agent is None:
        return None
    said = Pronunciation.objects.filter(agent=agent).values_list("word", "spoken")
    return StoredVoice(agent, getattr(agent, "voice", None) or AgentVoice(agent=agent), tuple(said))


@transaction.atomic
def change(agent_id: uuid.UUID, values: Mapping[str, Any]) -> StoredVoice | None:
    """Set only the fields of AgentVoice in `values`; None if there is no such agent.

    `pronunciations`, a list of Spoken, replaces all existing ones.
    """
    agent = Agent.objects.select_for_update().filter(pk=agent_id).first()
    if agent is None:
        return None
    columns = {name: value for name, value in values.items() if name != "pronunciations"}
    if columns:
        AgentVoice.objects.update_or_create(agent=agent, defaults=columns)
    if "pronunciations" in values:
        _replace(agent, values["pronunciations"])
    return read(agent_id)


def _replace(agent: Agent, wanted: list[Spoken]) -> None:
    """Replace the pronunciations, but keep equal rows: an open admin page knows them by their ids."""
    stored = Pronunciation.objects.filter(agent=agent)
    kept = {(row.word, row.spoken): row.pk for row in stored if (row.word, row.spoken) in wanted}
    stored.exclude(pk__in=kept.values()).delete()
    missing = [said for said in wanted if said not in kept]
    Pronunciation.objects.bulk_create(Pronunciation(agent=agent, word=word, spoken=said) for word, said in missing)
