"""What apps above this one say before an answer is made: instructions, a closing question, what may be promised.

A guide is a plain function on a database thread. It reads rows that are there, in a few milliseconds; it asks no model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from agents.llm.request import Promise
from conversations.replies.leases import Job
from lib.database import in_database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guidance:
    """For one reply. `instruction` is for a language model, `closing` what the built-in agent ends its answer with."""

    instruction: str = ""
    closing: str = ""
    asked: str = ""  # the key of the question in both; stored with the reply
    instead: str = ""  # both are as in ChatRequest
    thanks: str = ""
    promise: Promise | None = None  # None: nobody is told of anything


Guide = Callable[[Job], Guidance | None]
_guides: list[Guide] = []


def guided_by(guide: Guide) -> None:
    """Ask `guide` before every reply from now on; the first one that has something to say is heard."""
    if guide not in _guides:
        _guides.append(guide)


@in_database
def guidance_for(job: Job) -> Guidance:
    """What the guides say; nothing where none has anything to say, or one fails: the answer is made all the same."""
    for guide in _guides:
        try:
            if found := guide(job):
                return found
        except Exception:  # a visitor's answer does not wait for anybody's mend
            log.exception("session %s: a guide failed; the answer is made without it", job.message.session_id)
    return NOTHING


NOTHING = Guidance()
