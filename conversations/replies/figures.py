"""What is counted of answers, for who runs the site."""

from __future__ import annotations

from conversations.replies.leases import Outcome
from lib.figures import Spread, Tally

REPLIES = Tally("salesagent_replies", "Answers that ended, by who spoke and how", ["speaker", "outcome", "provider"])
FIRST_TOKEN_S = Spread(
    "salesagent_first_token_seconds",
    "From the beginning of an answer to its first token",
    ["provider"],
    bounds=(0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30),
)
REPLY_S = Spread(
    "salesagent_reply_seconds",
    "From the beginning of an answer to its end",
    ["provider"],
    bounds=(0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60, 120),
)


def note(outcome: Outcome) -> None:
    """Count an answer of the agent that is stored; once, with what was measured of it."""
    provider = outcome.provider or "none"
    REPLIES.add("agent", outcome.state.value, provider)
    if outcome.first_token_ms is not None:
        FIRST_TOKEN_S.add(outcome.first_token_ms / 1000, provider)
    if outcome.total_ms is not None:
        REPLY_S.add(outcome.total_ms / 1000, provider)


def note_staff() -> None:
    """Count what a person of the company wrote."""
    REPLIES.add("staff", "complete", "person")
