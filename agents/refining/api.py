"""The API's operation that proposes a better prompt; it is for management and stores nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from access import rates
from access.callers import management
from agents.refining.refine import MAX_CHARS, MAX_WISH_CHARS, PER_CALLER, refine
from lib.rest.fields import SOME_TEXT, Body, Line, Text
from lib.rest.problems import invalid

router = Router(tags=["Agents"], auth=management)

EXAMPLE: dict[str, Any] = {
    "name": "Ada",
    "system_prompt": "You sell lamps for Tarnfield. Delivery takes 3 days. Never promise a discount.",
    "instructions": "Make it warmer.",
}
# Said in the document as it is checked below: one of the two is there and holds more than space.
ONE_OF_BOTH: list[Any] = [
    {"required": [name], "properties": {name: {"pattern": SOME_TEXT}}} for name in ("system_prompt", "description")
]


class RefineIn(Body):
    """A prompt or a description is needed; both may be given."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE], "anyOf": ONE_OF_BOTH})

    name: Line = Field("", max_length=100, description="The agent's name.")
    system_prompt: Text = Field("", max_length=MAX_CHARS, description="The prompt to make better.")
    description: Text = Field("", max_length=MAX_CHARS, description="The company and what the agent is to do.")
    instructions: Text = Field("", max_length=MAX_WISH_CHARS, description="What to change, in your own words.")


class RefineOut(Schema):
    system_prompt: str
    changes: list[str] = Field(description="What was done, in plain words.")


@router.post(
    "/agents/refine",
    response=RefineOut,
    auth=management.may("agents.change_agent"),
    operation_id="refine_prompt",
    summary="Propose a better prompt",
)
async def refine_prompt(request: HttpRequest, body: RefineIn) -> RefineOut:
    """By the configured model, or by a template where there is none or it fails. Takes up to a minute."""
    if not (body.system_prompt or body.description):
        raise invalid(_("system_prompt: give a prompt or a description to work on."))
    await asyncio.to_thread(rates.count, PER_CALLER, "refine", request.auth.who)  # type: ignore[attr-defined]
    refined = await refine(body.name, body.system_prompt, body.description, body.instructions)
    return RefineOut(system_prompt=refined.system_prompt, changes=list(refined.changes))
