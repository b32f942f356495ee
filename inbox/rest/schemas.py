"""How hand-over, takeover and release are written in the API."""

from __future__ import annotations

from pydantic import Field

from lib.rest.fields import Body, Line


class HandoverIn(Body):
    """Ask for a person."""

    reason: Line | None = Field(default=None, max_length=200, description="Why, in words for the team.")


class TakeoverIn(Body):
    """Answer instead of the agent."""

    name: Line | None = Field(
        default=None,
        max_length=80,
        description="What the visitor reads; a key must send one, for an account it is its own.",
    )
    force: bool = Field(default=False, description="Also where somebody else has the conversation.")
