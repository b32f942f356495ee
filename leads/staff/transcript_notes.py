"""What staff read under each answer of a transcript: the stage and why, what was to be asked and why.

It is made anew from the stored messages and facts. Guidance is shown as it was given: the facts of the message that is
answered are read beside the answer, and guide the next one.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conversations.models import Message, Session
from conversations.staff.transcript_notes import TranscriptNote
from leads.dialogue.manager import guide, replay
from leads.dialogue.state import Repair, TurnGuidance, Why, latest
from leads.keeping import questions_of
from leads.models import STAGE_LABELS, ModelReading
from leads.progress import told_in, turns_now
from leads.staff.unseen import may_see_leads
from leads.terms import Stage

WHY: dict[Why, Promise] = {
    Why.NEXT_QUESTION: gettext_lazy("the moment is right"),
    Why.VISITOR_ASKS: gettext_lazy("behind an answer to what the visitor asks"),
    Why.FIRST_REPLY: gettext_lazy("behind the first answer that helps"),
    Why.ASKED_AGAIN: gettext_lazy("it was passed over before"),
    Why.CLARIFY: gettext_lazy("the visitor asks why they are asked"),
    Why.NOTHING_TO_ANSWER: gettext_lazy("the message says nothing"),
    Why.HANDOVER: gettext_lazy("the visitor wants a person"),
    Why.ANGER: gettext_lazy("the visitor is annoyed"),
    Why.GOODBYE: gettext_lazy("the visitor says goodbye"),
    Why.CANCELLED: gettext_lazy("the visitor wants no more questions"),
    Why.DECLINED: gettext_lazy("the visitor would rather not say"),
    Why.DECLINED_TWICE: gettext_lazy("the visitor declined twice"),
    Why.IGNORED: gettext_lazy("three questions in a row were passed over"),
    Why.CONTACT_LEFT: gettext_lazy("the visitor leaves contact details"),
    Why.DOUBT: gettext_lazy("the visitor has a doubt"),
    Why.NOT_UNDERSTOOD: gettext_lazy("something was not understood"),
    Why.SMALL_TALK: gettext_lazy("small talk"),
    Why.ASKED_LAST_TURN: gettext_lazy("the last question is still open"),
    Why.STAGE: gettext_lazy("nothing is asked at this stage"),
    Why.LATER: gettext_lazy("what is left may stand in this message, or was just asked"),
    Why.NOTHING_LEFT: gettext_lazy("nothing is left to ask"),
}
REPAIRS: dict[Repair, Promise] = {
    Repair.CORRECTION: gettext_lazy("a correction"),
    Repair.CLARIFICATION: gettext_lazy("asks why"),
    Repair.DECLINE: gettext_lazy("would rather not say"),
    Repair.DIGRESSION: gettext_lazy("passes over the question"),
    Repair.CANCEL: gettext_lazy("wants no more questions"),
    Repair.HANDOVER: gettext_lazy("wants a person"),
    Repair.CANNOT_HANDLE: gettext_lazy("not understood"),
    Repair.SEVERAL_ANSWERS: gettext_lazy("several answers at once"),
    Repair.LATE_ANSWER: gettext_lazy("answers an earlier question"),
}


def find(request: HttpRequest, session: Session) -> dict[uuid.UUID, list[TranscriptNote]]:
    """By message of the visitor; nothing for who may not see leads."""
    if not may_see_leads(request.user):
        return {}
    notes = _of_guidance(session)
    for reading in ModelReading.objects.filter(message__session=session):
        notes.setdefault(reading.message_id, []).append(TranscriptNote(_("Read by a model"), _told(reading)))
    return notes


def _of_guidance(session: Session) -> dict[uuid.UUID, list[TranscriptNote]]:
    questions = questions_of(session.agent_id)
    if not questions:
        return {}
    told = told_in(session.pk)
    turns, history = turns_now(session.pk, told), told.history
    rows = Message.objects.filter(session=session, seq__in=[turn.seq for turn in turns])
    ids = dict(rows.values_list("seq", "pk"))
    notes: dict[uuid.UUID, list[TranscriptNote]] = {}
    stage = Stage.DISCOVER
    for at, (turn, after) in enumerate(zip(turns, replay(questions, history, turns), strict=True)):
        unread = [*turns[:at], replace(turn, found=())]
        given = guide(questions, latest(fact for fact in history if fact.seq < turn.seq), unread, stage=stage)
        notes[ids[turn.seq]] = _notes(given, after, stage)
        stage = after.stage
    return notes


def _notes(given: TurnGuidance, after: TurnGuidance, before: Stage) -> list[TranscriptNote]:
    stage = str(capfirst(STAGE_LABELS[after.stage]))
    if after.stage is not before:
        because = ", ".join(str(reason) for reason in after.moved)
        stage = _("%(stage)s, since: %(because)s") % {"stage": stage, "because": because}
    why = {"why": WHY[given.why]}
    asked = (
        _("Ask “%(label)s”: %(why)s") % {"label": given.ask.label, **why}
        if given.ask
        else _("Ask nothing: %(why)s") % why
    )
    notes = [TranscriptNote(_("Stage"), stage), TranscriptNote(_("Guidance"), asked)]
    if after.repair is not Repair.NONE:
        notes.append(TranscriptNote(_("The visitor"), str(REPAIRS[after.repair])))
    return notes


def _told(reading: ModelReading) -> str:
    if reading.cause:
        return _("failed: %(cause)s") % {"cause": reading.cause}
    facts = ngettext("%(count)s fact", "%(count)s facts", reading.fact_count) % {"count": reading.fact_count}
    if reading.input_tokens is None:
        return f"{reading.model}, {facts}"
    tokens = {"tokens_in": reading.input_tokens, "tokens_out": reading.output_tokens, "model": reading.model}
    return _("%(model)s, %(tokens_in)s tokens in, %(tokens_out)s out, %(facts)s") % {**tokens, "facts": facts}
