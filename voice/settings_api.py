"""The API's operations on how an agent sounds: what staff set on the agent's page, for management."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import AfterValidator, ConfigDict, Field

from access import trace
from access.callers import management, require
from lib.rest.fields import Body, FilledLine, Line, Text, without_defaults
from lib.rest.problems import not_found
from voice import editing
from voice.editing import StoredVoice
from voice.models import DEFAULT_LANGUAGE, AgentVoice
from voice.stt import chain as ears

router = Router(tags=["Voice"], auth=management)

LANGUAGE = "^[a-z]{2}$"
MAX_PRONUNCIATIONS = 1_000  # as many as a form of the admin takes
# What staff need besides a permission on agents, as on the agent's page.
TO_READ = ("voice.view_agentvoice", "voice.view_pronunciation")
TO_CHANGE = ("voice.change_agentvoice",)
TO_REPLACE = ("voice.add_pronunciation", "voice.change_pronunciation", "voice.delete_pronunciation")
EXAMPLE: dict[str, Any] = {
    "language": "en",
    "speed": 1.1,
    "pronunciations": [{"word": "Tarnfield", "spoken": "tarn field"}],
}


class PronunciationBody(Body):
    """How one word is said."""

    word: FilledLine = Field(max_length=80)
    spoken: FilledLine = Field(max_length=160, description="As it is written in the voice's language.")


def _once_each(pronunciations: list[PronunciationBody]) -> list[PronunciationBody]:
    words = [each.word.lower() for each in pronunciations]
    if twice := next((word for word in words if words.count(word) > 1), None):
        raise ValueError(_("“%(word)s” is there twice.") % {"word": twice})
    return pronunciations


def _described(schema: dict[str, Any]) -> None:
    without_defaults(schema)
    schema["examples"] = [EXAMPLE]


class VoiceChange(Body):
    """Any subset of an agent's voice settings; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=_described)

    name: Line = Field(
        "", max_length=100, description="A voice of the speech provider that is set up. Empty: the provider's default."
    )
    speed: float = Field(1.0, ge=0.5, le=2, description="1 is natural.")
    language: str = Field(
        DEFAULT_LANGUAGE, pattern=LANGUAGE, description="What visitors speak, as two letters (ISO 639-1)."
    )
    spoken_greeting: Text = Field(
        "", max_length=500, description="Said when a live conversation begins. Empty: the written greeting."
    )
    may_dictate: bool = Field(
        False,
        description="Visitors may dictate with their browser's own service, which sends the sound to its maker.",
    )
    pronunciations: Annotated[list[PronunciationBody], AfterValidator(_once_each)] = Field(
        [], max_length=MAX_PRONUNCIATIONS, description="Takes the place of all that there are; each word once."
    )


class PronunciationOut(Schema):
    word: str
    spoken: str


class VoiceOut(Schema):
    """How an agent sounds, and what it hears."""

    agent_id: uuid.UUID
    name: str = Field(description="Empty: the provider's default voice.")
    speed: float
    language: str
    is_heard: bool = Field(
        description="Whether somebody who is set up understands `language`; where not, visitors get no microphone."
    )
    spoken_greeting: str
    may_dictate: bool
    pronunciations: list[PronunciationOut] = Field(description="By word.")

    @classmethod
    def of(cls, stored: StoredVoice) -> VoiceOut:
        voice = stored.voice
        return cls(
            agent_id=stored.agent.pk,
            name=voice.name,
            speed=voice.speed,
            language=voice.language,
            is_heard=ears.hears(voice.language),
            spoken_greeting=voice.spoken_greeting,
            may_dictate=voice.may_dictate,
            pronunciations=[PronunciationOut(word=word, spoken=spoken) for word, spoken in stored.pronunciations],
        )


@router.get(
    "/agents/{agent_id}/voice",
    response=VoiceOut,
    auth=management.may("agents.view_agent"),
    operation_id="get_voice",
    summary="Read an agent's voice settings",
)
def get_voice(request: HttpRequest, agent_id: uuid.UUID) -> VoiceOut:
    require(request, *TO_READ)
    return _answer(editing.read(agent_id))


@router.put(
    "/agents/{agent_id}/voice",
    response=VoiceOut,
    auth=management.may("agents.change_agent"),
    operation_id="update_voice",
    summary="Change an agent's voice settings",
)
def update_voice(request: HttpRequest, agent_id: uuid.UUID, body: VoiceChange) -> VoiceOut:
    """Takes any subset of the fields, as PATCH does."""
    return _changed(request, agent_id, body)


@router.patch(
    "/agents/{agent_id}/voice",
    response=VoiceOut,
    auth=management.may("agents.change_agent"),
    operation_id="patch_voice",
    summary="Change parts of an agent's voice settings",
)
def patch_voice(request: HttpRequest, agent_id: uuid.UUID, body: VoiceChange) -> VoiceOut:
    """What is left out stays as it is; `pronunciations` is replaced as a whole. Heard from the next answer on."""
    return _changed(request, agent_id, body)


def _changed(request: HttpRequest, agent_id: uuid.UUID, body: VoiceChange) -> VoiceOut:
    values: dict[str, Any] = body.model_dump(exclude_unset=True)
    require(request, *TO_READ, *(TO_CHANGE if values.keys() - {"pronunciations"} else ()))
    if "pronunciations" in values:
        require(request, *TO_REPLACE)
        values["pronunciations"] = [(each.word, each.spoken) for each in body.pronunciations]
    with transaction.atomic():
        stored = editing.change(agent_id, values)
        if stored and values:
            fields = ", ".join(_label(name) for name in values)
            trace.changed(request, stored.agent, note=_("voice changed: %(fields)s") % {"fields": fields})
    return _answer(stored)


def _label(name: str) -> str:
    if name == "pronunciations":
        return _("pronunciations")
    return str(getattr(AgentVoice._meta.get_field(name), "verbose_name", name))


def _answer(stored: StoredVoice | None) -> VoiceOut:
    if stored is None:
        raise not_found(_("Agent not found"))
    return VoiceOut.of(stored)
