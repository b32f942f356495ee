"""Prepares one conversation for the inbox: its messages, who answers, the facts about the visitor, and notes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth import get_user_model

from conversations.messages import history, reading
from conversations.models import Session
from conversations.pages.fragments import with_changes
from inbox.availability import ANSWER
from inbox.desk import lists
from inbox.models import CannedReply, Note, Seen
from leads.models import Lead

MAX_NOTES = 50
MAX_COLLEAGUES = 100
MAX_CANNED = 200


def context(user: Any, session: Session) -> dict[str, Any]:
    """The context of `admin/inbox/_conversation.html`. Also marks the conversation as read by this user."""
    messages, earlier = history.last(session.pk, history.PAGE)
    mark_seen(user, session.pk, session.last_seq)
    lead = Lead.objects.filter(session=session).first()
    if lead and lead.merged_into_id:
        lead = lead.merged_into
    return {
        "session": session,
        "row": lists.row(user, session.pk),
        "shown": with_changes(messages, reading.changes(session.pk)),
        "earlier": earlier,
        "lead": lead,
        "facts": list(lead.facts.current().exclude(is_declined=True).order_by("created_at")) if lead else [],
        "notes": notes(session),
        "canned": canned_replies(session),
        "colleagues": colleagues(user),
    }


def mark_seen(user: Any, session_id: uuid.UUID | str, seq: int) -> None:
    """Store that the user has read up to this message. A lower number than before is ignored, because two tabs may
    report in any order."""
    if not Seen.objects.filter(session_id=session_id, user=user, seq__lt=seq).update(seq=seq):
        Seen.objects.get_or_create(session_id=session_id, user=user, defaults={"seq": seq})


def notes(session: Session) -> list[Note]:
    """The newest MAX_NOTES notes, oldest first."""
    return list(reversed(Note.objects.filter(session=session).order_by("-created_at", "-pk")[:MAX_NOTES]))


def canned_replies(session: Session) -> list[CannedReply]:
    """The canned replies for this agent and for all agents, by shortcut; for one shortcut, the agent's comes first."""
    rows = CannedReply.objects.filter(agent=session.agent_id) | CannedReply.objects.filter(agent=None)
    return list(rows.order_by("shortcut", "agent")[:MAX_CANNED])


def colleagues(user: Any) -> list[Any]:
    """The other members of staff who may answer conversations."""
    users = get_user_model().objects.with_perm(ANSWER, backend="django.contrib.auth.backends.ModelBackend")
    return list(users.filter(is_active=True, is_staff=True).exclude(pk=user.pk).order_by("username")[:MAX_COLLEAGUES])
