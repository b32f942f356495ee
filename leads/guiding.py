"""Tells each reply what it may promise and what it should ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from conversations.replies import guides
from conversations.replies.leases import Job
from leads.dialogue.manager import guide as guided
from leads.dialogue.phrases import Sign
from leads.dialogue.signs import signs_of
from leads.dialogue.state import PastTurn, Repair, TurnGuidance, Why, latest
from leads.extraction.choices.occasions import asks_occasion
from leads.progress import Told, told_in, turns_of
from leads.promises import Selling, selling
from leads.reading import find_facts
from leads.terms import CONTACT_KEYS, KnownFact, Stage

MAX_CHARS = 200  # of a message that is read before it is answered: some milliseconds; longer ones are questions


def guide(job: Job) -> guides.Guidance | None:
    """The guidance for a reply, from stored rows, without a model. One query if the agent has questions, else none."""
    of_agent = selling(job.agent_id)
    if not of_agent.questions:
        return guides.Guidance(promise=of_agent.promise)
    session_id = uuid.UUID(job.message.session_id)
    told = told_in(session_id)
    known = latest(told.history)
    turns = _with_occasion(turns_of(job.past, told), known, of_agent)
    found = _guidance(told, known, turns, of_agent)
    is_reason = found.why is Why.CLARIFY  # the question is asked again with it
    return guides.Guidance(
        instruction=found.instruction,
        closing="" if is_reason else found.closing,
        asked=found.ask.key if found.ask else "",
        instead=found.closing if is_reason else "",
        thanks=_thanks(found, job, known, turns, of_agent),
        promise=of_agent.promise,
    )


def _with_occasion(turns: list[PastTurn], known: Mapping[str, KnownFact], of_agent: Selling) -> list[PastTurn]:
    """The turns, the newest with the occasion that it tells in other words than the question: "our wedding".

    The facts of a message are read beside its reply, which must not ask for what has just been told.
    """
    is_open = any(asks_occasion(each) and each.key not in known for each in of_agent.questions)
    if not (turns and is_open) or len(turns[-1].said) > MAX_CHARS:
        return turns
    asked = turns[-2].asked if len(turns) > 1 else ""
    found = find_facts(turns[-1].said, of_agent.questions, asked=asked, known=known, country=of_agent.settings.country)
    return [*turns[:-1], replace(turns[-1], found=(*turns[-1].found, *(fact.key for fact in found)))]


def _guidance(told: Told, known: Mapping[str, KnownFact], turns: Sequence[PastTurn], of_agent: Selling) -> TurnGuidance:
    # Contact details that would reach nobody are not asked for.
    questions = [each for each in of_agent.questions if of_agent.promise or each.kind not in CONTACT_KEYS]
    return guided(questions, known, turns, stage=Stage(told.stage or Stage.DISCOVER))


def _thanks(
    found: TurnGuidance, job: Job, known: Mapping[str, KnownFact], turns: Sequence[PastTurn], of_agent: Selling
) -> str:
    """Thanks for an answer, a refusal, or a fact or correction that was not asked for.

    No page has an answer to "we are 40" or "I'd rather not say".
    """
    said = job.history[-1].text
    if found.repair is Repair.DECLINE and Sign.QUESTION not in signs_of(said):
        return _("That is fine, there is no need to say.")
    is_told = found.is_answer or (len(said) <= MAX_CHARS and Sign.QUESTION not in signs_of(said))
    if not is_told:
        return ""
    asked = turns[-2].asked if len(turns) > 1 else ""
    country = of_agent.settings.country
    if not found.is_answer and not find_facts(said, of_agent.questions, asked=asked, known=known, country=country):
        return ""
    return _("Thank you, I have noted that.")
