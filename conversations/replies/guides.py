"""What apps above this one say before an answer is made: instructions, a closing question, what may be promised.

A guide is a plain function on a database thread. It reads rows that are there, in a few milliseconds; it asks no model.
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
    """Ask `guide` before every reply from now on; the first one that has something to say is heard."""
    if guide not in _guides:
        _guides.append(guide)


def recalled_by(recall: Recall) -> None:
    """Ask `recall` before every reply what is known from before; it stands behind the instruction of the guide."""
    if recall not in _recalls:
        _recalls.append(recall)


@in_database
def guidance_for(job: Job) -> Guidance:
    """What the guides say, and what is recalled; nothing of one that fails: the answer is made all the same."""
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
        except Exception:  # a visitor's answer does not wait for anybody's mend
            log.exception("session %s: a guide failed; the answer is made without it", job.message.session_id)
    return NOTHING


NOTHING = Guidance()
