"""A session as staff read it: what was said, and how each answer was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString

from agents.cells import Tone, badge
from agents.models import FallbackText
from conversations.interruption import html_with_mark
from conversations.models import Message, Reply, Session
from salesagent.lib.markdown import render

PAGE_SIZE = 200  # messages; rendered in well under a second
TONES = {
    Reply.State.RUNNING: Tone.WAITING,
    Reply.State.COMPLETE: Tone.SUCCESS,
    Reply.State.STOPPED: Tone.QUIET,
    Reply.State.FAILED: Tone.ERROR,
}


def state_badge(state: str) -> SafeString:
    return badge(Reply.State(state).label, TONES[Reply.State(state)])


@dataclass(frozen=True, slots=True)
class Entry:
    """One bubble; a visitor's has no reply."""

    message: Message
    reply: Reply | None

    @property
    def is_agent(self) -> bool:
        return self.message.role == Message.Role.ASSISTANT

    @property
    def html(self) -> SafeString:
        """The agent's Markdown, marked where a visitor who heard it interrupted; what they typed is plain text."""
        if self.message.heard is None:
            return render(self.message.content)
        return html_with_mark(self.message.content, self.message.heard)

    @property
    def cause(self) -> str:
        """Why the answer failed, in words where the cause has some."""
        code = self.reply.cause if self.reply else ""
        return str(dict(FallbackText.Cause.choices).get(code, code))

    @property
    def badge(self) -> SafeString | str:
        return state_badge(self.reply.state) if self.reply else ""


class Transcript:
    """One page of a session; a page number that makes no sense shows the nearest page that does."""

    def __init__(self, session: Session, page: str):
        messages = session.messages.select_related("reply__prompt_version").defer("reply__prompt_version__text")
        self.page: Page[Message] = Paginator(messages.order_by("seq"), PAGE_SIZE).get_page(page)
        self.session = session

    def __iter__(self) -> Iterator[Entry]:
        for message in self.page:
            yield Entry(message, getattr(message, "reply", None))

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Over the whole session: answers, failures, tokens."""
        return Reply.objects.filter(message__session=self.session).aggregate(
            answers=Count("pk"),
            failed=Count("pk", filter=Q(state=Reply.State.FAILED)),
            tokens_in=Sum("input_tokens"),
            tokens_out=Sum("output_tokens"),
        )
