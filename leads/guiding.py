"""Tells each reply what it may promise and what it should ask for."""

from __future__ import annotations

from conversations.replies.guides import Guidance
from conversations.replies.leases import Job
from leads.promises import selling


def guide(job: Job) -> Guidance | None:
    """From rows that are there; no model is asked."""
    of_agent = selling(job.agent_id)
    return Guidance(promise=of_agent.promise)
