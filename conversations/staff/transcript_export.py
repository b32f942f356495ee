"""Exports a session as a file: Markdown for people, JSON for programs.

In Markdown each message is a quotation, so that none can look like two messages, or like another person's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Message, Session
from language.markdown_source import line, quoted, tamed, written


def as_markdown(session: Session) -> str:
    """The messages with author and time, and the sources of each answer."""
    parts = [f"# {line(str(session))}", f"{line(str(session.agent))}, {session.created_at:%Y-%m-%d %H:%M} UTC"]
    for message in _messages(session):
        is_agents = message.role == Message.Role.ASSISTANT
        who = line(message.author or (str(session.agent) if is_agents else _("Visitor")))
        said = tamed(message.content) if is_agents else written(message.content)
        parts.append(f"## {who}, {message.created_at:%Y-%m-%d %H:%M:%S} UTC\n\n{quoted(said)}")
        if message.attached:
            parts.append(_("Attachments: %(names)s") % {"names": _listed(each["name"] for each in message.attached)})
        names = dict.fromkeys(str(source.get("document", "")) for source in message.sources)
        if names:
            parts.append(_("Sources: %(names)s") % {"names": _listed(names)})
        reply = getattr(message, "reply", None)
        if reply is not None and reply.feedback:
            feedback = f"{reply.get_feedback_display()}. {line(reply.feedback_words)}".rstrip()
            parts.append(_("For the visitor it %(told)s") % {"told": feedback})
    return "\n\n".join(parts) + "\n"


def as_json(session: Session) -> str:
    """The messages with all that the transcript shows about them; keys are as in the API."""
    return json.dumps(
        {
            "id": str(session.pk),
            "agent": session.agent.name,
            "title": session.title,
            "created_at": session.created_at.isoformat(),
            "updated_at": session.updated_at.isoformat(),
            "messages": [_plain(message) for message in _messages(session)],
        },
        ensure_ascii=False,
        indent=2,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(line, names))


def _messages(session: Session) -> Any:
    return session.messages.select_related("reply").order_by("seq").iterator(chunk_size=500)


def _plain(message: Message) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": str(message.pk),
        "role": message.role,
        "name": message.author or None,
        "content": message.content,
        "message_type": message.message_type,
        "attachments": [_file(each) for each in message.attached],
        "created_at": message.created_at.isoformat(),
    }
    reply = getattr(message, "reply", None)
    if reply is not None:
        values |= {"status": reply.state, "certainty": reply.certainty or None, "cut": reply.cut or None}
        values |= {"withheld": reply.withheld}
        said = {"value": reply.feedback, "words": reply.feedback_words}
        values |= {"feedback": said if reply.feedback else None}
        values |= {"sources": message.sources, "model": reply.model, "error": reply.error or None}
    return values


def _file(attached: dict[str, Any]) -> dict[str, Any]:
    shown = {name: attached[name] for name in ("id", "name", "media_type")}
    return {**shown, "size": attached["size_bytes"]}
