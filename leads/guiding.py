"""Tells each reply what it may promise and what it should ask for."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from conversations.replies import guides
from conversations.replies.leases import Job
from leads.dialogue.manager import guide as guided
from leads.dialogue.phrases import Sign
from leads.dialogue.signs import signs_of
from leads.dialogue.state import Guidance, Why, latest
from leads.models import Lead
from leads.progress import history_of, turns_of
from leads.promises import Selling, selling
from leads.reading import find_facts
from leads.terms import CONTACT_KEYS, Stage

MAX_CHARS = 200  # of a message that is read before it is answered: some milliseconds; longer ones are questions


def guide(job: Job) -> guides.Guidance | None:
    """From rows that are there; no model is asked. Three queries where the agent asks something, else none."""
    of_agent = selling(job.agent_id)
    if not of_agent.questions:
        return guides.Guidance(promise=of_agent.promise)
    found = _guidance(uuid.UUID(job.message.session_id), job.message.seq, of_agent)
    is_reason = found.why is Why.CLARIFY  # the question is asked again with it
    return guides.Guidance(
        instruction=found.instruction,
        closing="" if is_reason else found.closing,
        asked=found.ask.key if found.ask else "",
        instead=found.closing if is_reason else "",
        thanks=_thanks(found, job, of_agent),
        promise=of_agent.promise,
    )


def _guidance(session_id: uuid.UUID, seq: int, of_agent: Selling) -> Guidance:
    # Contact details that would reach nobody are not asked for.
    questions = [each for each in of_agent.questions if of_agent.promise or each.kind not in CONTACT_KEYS]
    turns = [turn for turn in turns_of(session_id) if turn.seq < seq]
    stage = Lead.objects.filter(session=session_id).values_list("stage", flat=True).first() or Stage.DISCOVER
    return guided(questions, latest(history_of(session_id)), turns, stage=Stage(stage))


def _thanks(found: Guidance, job: Job, of_agent: Selling) -> str:
    """For who answers what the agent asked, or tells something unasked: no page holds an answer to "we are 40"."""
    said = job.history[-1].text
    is_told = found.is_answer or (len(said) <= MAX_CHARS and Sign.QUESTION not in signs_of(said))
    if not is_told or not (found.is_answer or find_facts(said, of_agent.questions, country=of_agent.settings.country)):
        return ""
    return _("Thank you, I have noted that.")
