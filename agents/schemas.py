"""How an agent is written in the API: what may be sent, and what is answered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from agents.hosts import MAX_HOSTS, hosts_of
from agents.models import MAX_PROMPT_CHARS, Agent
from lib.domain_names import PORT, ascii_address
from lib.rest.fields import Body, FilledLine, FilledText, Line, Text, Whole, without_defaults

SLUG = r"^[-a-zA-Z0-9_]+$"
COLOUR = r"^#[0-9a-fA-F]{6}$"
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_LAST_LABEL = "[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = rf"^https?://(({_LABEL}\.)*{_LABEL}|\*(\.{_LABEL})+\.{_LAST_LABEL})(:{PORT})?$"
MAX_STARTERS = 10


def _hosts(lines: list[str]) -> list[str]:
    try:
        return hosts_of(lines)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None


Host = Annotated[
    str, Field(max_length=200, pattern=HOST, examples=["https://shop.example"]), BeforeValidator(ascii_address)
]
Hosts = Annotated[list[Host], Field(max_length=MAX_HOSTS), AfterValidator(_hosts)]


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line]


Starters = Annotated[
    list[Annotated[Line, Field(max_length=90)]], Field(max_length=MAX_STARTERS), AfterValidator(_filled)
]  # 10 lines of 90 stay below the 1,000 characters the field takes

EXAMPLE: dict[str, Any] = {
    "name": "Ada",
    "system_prompt": "You sell lamps for Tarnfield. Answer from the knowledge, briefly and kindly.",
    "greeting": "Hello! Which lamp are you looking for?",
    "temperature": 0.4,
}


class AgentFields(Body):
    """What may be set on every agent besides its name and prompt."""

    slug: str | None = Field(
        None,
        min_length=1,
        max_length=60,
        pattern=SLUG,
        description="The last part of the chat page's address; made from the name when left out.",
        examples=["ada"],
    )
    greeting: Text = Field("", max_length=1000, description="Shown before the first message.")
    starter_questions: Starters = Field([], description="Shown until the first message.")
    model: Line = Field("", max_length=100, description="Empty: the model of the settings.")
    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: Annotated[int, Field(ge=16, le=100_000), Whole] | None = Field(None, description="Limit of one answer.")
    checks_answers: bool = Field(
        True,
        description="Whether a sentence of a model is replaced when nothing it was given bears out its figures.",
    )
    accent: str = Field("#3355cc", pattern=COLOUR, description="The colour of the chat.")
    takes_attachments: bool = Field(False, description="Whether visitors may attach pictures and PDF.")
    asks_feedback: bool = Field(True, description="Whether visitors may say of each answer that it helped or did not.")
    hosts: Hosts = Field(
        [],
        description="Other web sites that may show this agent: https://shop.example or https://*.shop.example. Names "
        "in other scripts are taken too, and kept as the network writes them: https://xn--bcher-kva.example.",
    )
    is_active: bool = Field(True, description="One that is switched off takes no new messages.")
    is_default: bool = Field(False, description="Whether it is on the landing page; it takes another one's place.")


class AgentIn(AgentFields):
    """A new agent; a name and a system prompt are enough."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: FilledLine = Field(max_length=100)
    system_prompt: FilledText = Field(max_length=MAX_PROMPT_CHARS, description="Published as version 1.")


class AgentChange(AgentFields):
    """Any subset of an agent's fields; what is left out stays as it is. A changed prompt becomes a new version."""

    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: FilledLine = Field("", max_length=100)
    slug: str = Field("", min_length=1, max_length=60, pattern=SLUG)  # null is no change
    system_prompt: FilledText = Field("", max_length=MAX_PROMPT_CHARS)


class AgentOut(Schema):
    """An agent, for those who manage it: visitors never see its prompt."""

    id: uuid.UUID
    name: str
    slug: str
    system_prompt: str
    prompt_version: int | None = Field(description="The number of the published prompt.")
    unpublished_version: int | None = Field(
        description="The number of a newer one that is not published: its cases are being asked, or failed."
    )
    greeting: str
    starter_questions: list[str]
    model: str
    temperature: float | None
    max_tokens: int | None
    checks_answers: bool
    accent: str
    avatar_url: str | None
    takes_attachments: bool
    asks_feedback: bool
    hosts: list[str]
    is_active: bool
    is_default: bool
    session_count: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_prompt_version(agent: Agent) -> int | None:
        return agent.published_prompt.number if agent.published_prompt else None

    @staticmethod
    def resolve_unpublished_version(agent: Any) -> int | None:
        newest: int | None = agent.newest_version  # annotated
        return newest if agent.published_prompt and newest != agent.published_prompt.number else None

    @staticmethod
    def resolve_starter_questions(agent: Agent) -> list[str]:
        return agent.starters

    @staticmethod
    def resolve_avatar_url(agent: Agent) -> str | None:
        return agent.avatar.url if agent.avatar else None


class AgentList(Schema):
    agents: list[AgentOut] = Field(description="Newest first.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")
