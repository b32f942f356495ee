"""What a visitor asked, with what came before it and without personal data: for a case, and for a gap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agents.llm.builtin import is_follow_up
from conversations.models import Message, Reply
from evaluation.likeness import JOINT
from evaluation.models import MAX_QUESTION_CHARS, MAX_TURN_CHARS, MAX_TURNS
from language.phones import EMAIL, find_phones
from leads.models import Fact
from leads.terms import Kind

MAX_BEFORE = 3  # messages that a question is read with: "do you rent bikes", "and for children", "how much is that"
MIN_NAME_CHARS = 2
# Parts of a name may be used alone: "Thank you, Jane". Shorter parts are more often words than names.
MIN_PART_CHARS = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A new case without expectations, which a person has to add."""

    question: str
    history: list[dict[str, str]] = field(default_factory=list)


def draft_of(message: Message) -> Draft:
    """The draft of a case for a visitor's message."""
    hidden = hidden_in(message)
    before = message.session.messages.filter(seq__lt=message.seq).select_related("reply").order_by("-seq")[:MAX_TURNS]
    turns = [turn for each in reversed(before) if (turn := _turn(each, hidden))]
    return Draft(without_personal_data(message.content, hidden)[:MAX_QUESTION_CHARS], turns)


def asked_in_full(message: Message) -> str:
    """A visitor's question as it can be read alone: "and how much is that?" comes after what it leans on."""
    asked = [message.content.strip()]
    earlier = message.session.messages.filter(role=Message.Role.USER, seq__lt=message.seq).exclude(content="")
    if is_follow_up(asked[0]):
        for content in earlier.order_by("-seq").values_list("content", flat=True)[:MAX_BEFORE]:
            asked.insert(0, content.strip())
            if not is_follow_up(content):
                break
    return without_personal_data(JOINT.join(asked), hidden_in(message))


def without_personal_data(text: str, names: dict[str, str]) -> str:
    """The text with addresses, numbers and the given words (in lower case) replaced by placeholders."""
    text = EMAIL.sub(_("[e-mail address]"), text)
    for match in reversed(list(find_phones(text))):
        text = f"{text[: match.start()]}{_('[telephone number]')}{text[match.end() :]}"
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[name].replace("\\", ""), text, flags=re.IGNORECASE)
    return text


def hidden_in(message: Message) -> dict[str, str]:
    """The personal data that the visitor told in this session, each with its placeholder."""
    placeholders = {
        Kind.NAME: _("[name]"),
        Kind.COMPANY: _("[company]"),
        Kind.EMAIL: _("[e-mail address]"),
        Kind.PHONE: _("[telephone number]"),
    }
    found: dict[str, str] = {}
    facts = Fact.objects.filter(lead__session=message.session_id, kind__in=list(placeholders), is_declined=False)
    for kind, value, words in facts.values_list("kind", "value", "words"):
        for said in {value, words}:
            _hide(found, said, placeholders[Kind(kind)], with_parts=kind == Kind.NAME)
    return found


def _hide(found: dict[str, str], said: str, placeholder: str, *, with_parts: bool) -> None:
    parts = [part for part in said.split() if len(part) >= MIN_PART_CHARS] if with_parts else []
    for each in (said.strip(), *parts):
        if len(each) >= MIN_NAME_CHARS:
            found.setdefault(each.casefold(), placeholder)


def _turn(message: Message, hidden: dict[str, str]) -> dict[str, str] | None:
    """A message as a turn of the case; None for a failed answer. A person's words count as the agent's."""
    reply: Reply | None = getattr(message, "reply", None)
    said = message.content if message.heard is None else message.heard
    if not said.strip() or (reply and reply.state in (Reply.State.FAILED, Reply.State.RUNNING)):
        return None
    role = "user" if message.role == Message.Role.USER else "assistant"
    return {"role": role, "text": without_personal_data(said, hidden)[:MAX_TURN_CHARS]}
