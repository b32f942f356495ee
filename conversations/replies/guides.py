"""Lets higher apps guide an answer before it is made: instructions, a closing question, what may be promised.

A guide is a plain function on a database thread. It reads stored rows within a few milliseconds, and asks no model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from conversations.replies.guidance import Guidance as Guidance
from conversations.replies.leases import Job
from lib.database import in_database

log = logging.getLogger(__name__)


Guide = Callable[[Job], Guidance | None]
Recall = Callable[[Job], str]
_guides: list[Guide] = []
_recalls: list[Recall] = []


def guided_by(guide: Guide) -> None:
    """Register a guide that is asked before every reply. The first guide with a result is used."""
    if guide not in _guides:
        _guides.append(guide)


def recalled_by(recall: Recall) -> None:
    """Register a function that returns what is remembered; its text is added to the guide's instruction."""
    if recall not in _recalls:
        _recalls.append(recall)


@in_database
def guidance_for(job: Job) -> Guidance:
    """The result of the guides and what is remembered. If one fails, the answer is made without it."""
    found = _guided(job)
    recalled = [text for recall in _recalls if (text := _recalled(recall, job))]
    if not recalled:
        return found
    return replace(found, instruction="\n\n".join(filter(None, [found.instruction, *recalled])))


def _recalled(recall: Recall, job: Job) -> str:
    try:
        return recall(job)
    except Exception:  # as with a guide
        log.exception("session %s: what is known from before could not be read", job.message.session_id)
        return ""


def _guided(job: Job) -> Guidance:
    for guide in _guides:
        try:
            if found := guide(job):
                return found
        except Exception:  # an error must not prevent the answer
            log.exception("session %s: a guide failed; the answer is made without it", job.message.session_id)
    return NOTHING


NOTHING = Guidance()
