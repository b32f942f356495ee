"""Draws events as HTML fragments for the page: a whole message once, a running answer block by block."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from conversations.messages.events import (
    AgentGone,
    AgentSwitched,
    AttachedFile,
    Delta,
    Event,
    FeedbackGiven,
    LookAgain,
    MessageChanged,
    MessageData,
    MessageFinished,
    MessageStored,
    SessionGone,
    SpeakerChanged,
    Thinks,
    Writes,
)
from conversations.models import Message
from conversations.replies.cursor import Cursor, MissedPieces
from conversations.replies.hub import LiveText
from language.autolinks import paragraphs
from language.live_markdown import LiveMarkdown
from language.markdown import render
from language.phones import holds_contact
from lib.database import in_database

MAX_CHARS_AT_ONCE = 2_000  # drawn on the event loop: some milliseconds of Markdown; what is longer goes to a thread


@dataclass(frozen=True, slots=True)
class SourceView:
    """A document that an answer was taken from, with all passages used, and the web page it was read from."""

    document: str
    url: str = ""
    passages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pages(self) -> list[int]:
        """The pages its passages begin on, in order."""
        return sorted({passage["page"] for passage in self.passages if passage["page"]})


def by_document(sources: tuple[dict[str, Any], ...]) -> tuple[SourceView, ...]:
    """One for each name and page: two chips that read alike would look like one source shown twice."""
    found: dict[tuple[str, str], SourceView] = {}
    for source in sources:
        name, url = str(source["document"]), str(source.get("url", ""))
        address = url if url.startswith(("https://", "http://")) else ""
        view = found.setdefault((name, address), SourceView(name, address))
        passage = {
            "heading": source.get("heading", ""),
            "page": source.get("page"),
            "excerpt_html": render(str(source["excerpt"])),
        }
        if passage not in view.passages:
            view.passages.append(passage)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of who answers as the page shows it between two messages."""

    session_id: str
    number: int
    after_seq: int
    speaker: str
    name: str
    key: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, event: SpeakerChanged) -> ChangeView:
        at = datetime.fromisoformat(event.at)
        return cls(
            event.session_id, event.number, event.after_seq, event.speaker, event.name, event.key, event.reason, at
        )


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the templates show it."""

    id: str
    session_id: str
    seq: int
    role: str
    status: str
    attempt: int
    text: str
    html: SafeString
    created_at: datetime
    client_id: str
    notice: str
    certainty: str = ""  # how sure the answer is; the visitor reads that in its words
    cut: str = ""  # why the text is not the whole answer; a note is shown then
    audio_url: str = ""
    tts_audio_url: str = ""
    audio_ms: int | None = None
    tts_audio_ms: int | None = None
    is_spoken: bool = False  # its words come from a transcriber, and may be wrong
    is_interrupted: bool = False  # while it was spoken
    offers_contact: bool = False  # shown under an answer that failed, or promised what a person has to do
    author: str = ""  # the person of the company who wrote it
    changes: tuple[ChangeView, ...] = ()  # of who answers, behind this message
    offers_feedback: bool = False  # the visitor is asked if it helped
    feedback: str = ""  # what they said, and their words
    feedback_words: str = ""
    makes_promise: bool = False  # of the second kind: where nobody is told of anything, the page says so
    sources: tuple[SourceView, ...] = ()
    attached: tuple[AttachedFile, ...] = ()
    done_html: SafeString = field(default_factory=SafeString)
    tail_html: SafeString = field(default_factory=SafeString)
    offset: int = 0

    @classmethod
    def of(cls, message: MessageData, live: LiveMarkdown | None = None) -> MessageView:
        return cls(
            id=message.id,
            session_id=message.session_id,
            seq=message.seq,
            role=message.role,
            status=message.status,
            attempt=message.attempt,
            text=message.content,
            html=_html(message),
            created_at=message.created_at,
            client_id=message.client_id,
            notice=message.notice,
            certainty=message.certainty,
            cut=message.cut,
            audio_url=message.audio_url,
            tts_audio_url=message.tts_audio_url,
            audio_ms=message.audio_ms,
            tts_audio_ms=message.tts_audio_ms,
            is_spoken=message.message_type == Message.Type.VOICE,
            is_interrupted=message.heard is not None,
            offers_contact=message.offers_contact,
            offers_feedback=message.offers_feedback,
            feedback=message.feedback,
            feedback_words=message.feedback_words,
            makes_promise=message.makes_promise,
            author=message.author,
            sources=by_document(message.sources),
            attached=message.attached,
            done_html=mark_safe(live.done) if live else SafeString(),  # noqa: S308 rendered by LiveMarkdown
            tail_html=live.tail if live else SafeString(),
            offset=live.shown if live else 0,
        )

    @property
    def leaves_contact(self) -> bool:
        """Whether the visitor wrote an address or number here: answers below ask for none."""
        return self.role == Message.Role.USER and holds_contact(self.text)


def _html(message: MessageData) -> SafeString:
    if message.is_answer:
        return render(message.content)
    return paragraphs(message.content) if message.content else SafeString()  # files may say it all


class PageFeed:
    """Knows what one page shows of one session, and turns events into the fragments that it still needs."""

    def __init__(self, after: int = 0, *, is_away: bool = False, speaker_number: int = 0) -> None:
        self.is_away = is_away  # the page shows that its agent takes no messages
        self.speaker_number = speaker_number  # the last change of who answers that the page shows
        self.is_with_person = False
        self.last_seq = after  # the page has every message up to this number
        self._beyond: set[int] = set()  # and these; events of those in between were missed
        self.is_behind = False  # an event did not fit what the page has; set to False when the database is read
        self._cursors: dict[str, Cursor] = {}  # by answer
        self._drawn: dict[str, LiveMarkdown] = {}  # of those that run

    @property
    def running(self) -> list[uuid.UUID]:
        """The ids of the answers this page still sees growing."""
        return list(map(uuid.UUID, self._drawn))

    def is_costly(self, events: list[Event]) -> bool:
        """True if drawing these events is too long for the event loop, where other visitors wait."""
        open_chars = max((markdown.open_chars for markdown in self._drawn.values()), default=0)
        new_chars = sum(
            len(event.text) if isinstance(event, Delta) else len(event.message.content)
            for event in events
            if isinstance(event, Delta | MessageStored | MessageFinished | MessageChanged)
        )
        return open_chars + new_chars > MAX_CHARS_AT_ONCE

    def catch_up(self, messages: list[MessageData], live: dict[str, LiveText]) -> str:
        """The messages of the database that the page lacks."""
        html = "".join(self.show(message, live.get(message.id)) for message in messages if not self._has(message))
        self.last_seq = max([self.last_seq, *(message.seq for message in messages)])
        self._beyond.clear()
        return html

    def show(self, message: MessageData, live: LiveText | None = None) -> str:
        """A whole message, or a running one with its text so far; it replaces what the page has of it."""
        self._note(message.seq)
        if not message.is_running:
            return self._final(message)
        text = live.text if live and live.attempt == message.attempt else ""
        cursor = self._cursors.get(message.id)
        if cursor and cursor.attempt == message.attempt and not cursor.has_ended:
            return self._delta(Delta(message.id, message.attempt, 0, text))
        markdown = LiveMarkdown(text)
        self._cursors[message.id], self._drawn[message.id] = Cursor(message.attempt, len(text)), markdown
        return append_fragment.sync(message, markdown if text else None)

    def fragment(self, event: Event) -> str:
        """The HTML for one event, or "" when the page has it already."""
        match event:
            case SpeakerChanged():
                return self.speaker([event])
            case Writes():
                return self.draw_writes(event.name)
            case MessageStored(message) if not (message.is_running and self.is_with_person):
                return self._stored(message)
            case Delta() if not self.is_with_person:
                return self._delta(event)
            case Thinks() if not self.is_with_person:
                return self._thinks(event)
            case MessageFinished(message):
                return self._final(message)
            case MessageChanged(message):
                return append_fragment.sync(message) if self._has(message) else ""
            case FeedbackGiven():
                return feedback_fragment(event)
            case SessionGone() | AgentGone():
                return state_fragment("deleted")
            case AgentSwitched():
                return self.agent(is_active=event.is_active)
            case LookAgain():
                self.is_behind = True
        return ""

    def agent(self, *, is_active: bool) -> str:
        """Show a change of whether the agent takes messages."""
        if self.is_away is not is_active:
            return ""
        self.is_away = not is_active
        return state_fragment("inactive" if self.is_away else "")

    def speaker(self, changes: Iterable[SpeakerChanged]) -> str:
        """Show the changes of who answers that the page does not show yet."""
        new = [change for change in changes if change.number > self.speaker_number]
        if not new:
            return ""
        self.speaker_number, self.is_with_person = new[-1].number, new[-1].is_with_person
        return self.draw_speaker(list(map(ChangeView.of, new)))

    def draw_speaker(self, changes: list[ChangeView]) -> str:
        """Who answers now, above the field one writes in, and a line between the messages for each change."""
        return render_to_string("chat/_speaker_changes.html", {"changes": changes, "speaker": changes[-1]})

    def draw_writes(self, name: str) -> str:
        """Show that a person is writing, by name; nothing for the visitor. The page's script lets it fade."""
        return writes_fragment(name) if name else ""

    def _has(self, message: MessageData) -> bool:
        """True if the page shows this message, and it is no running answer."""
        if message.is_answer:
            cursor = self._cursors.get(message.id)
            return not message.is_running and cursor is not None and cursor.is_past(message.attempt)
        return message.seq in self._beyond

    def _note(self, seq: int) -> None:
        self._beyond.add(seq)
        while self.last_seq + 1 in self._beyond:
            self.last_seq += 1
            self._beyond.discard(self.last_seq)

    def _stored(self, message: MessageData) -> str:
        cursor = self._cursors.get(message.id)
        if message.is_running and cursor:
            if cursor.attempt >= message.attempt:
                return ""
            if not (cursor.attempt or cursor.has_ended):  # begun for the first time: the bubble is as empty as it was
                cursor.turn_to(message.attempt)
                return ""
        return self.show(message)

    def _thinks(self, event: Thinks) -> str:
        cursor = self._cursors.get(event.message_id)
        if cursor is None or cursor.is_past(event.attempt) or cursor.is_thinking:
            return ""
        cursor.is_thinking = True
        return activity_fragment(event.message_id, event.name)

    def _delta(self, delta: Delta) -> str:
        cursor = self._cursors.get(delta.message_id)
        if cursor is None:
            self.is_behind = True
            return ""
        was_thinking = cursor.is_thinking
        try:
            text = cursor.next_of(delta)
        except MissedPieces:
            self.is_behind = True
            return ""
        if not text:
            return ""
        blocks = activity_fragment(delta.message_id) if was_thinking else ""
        markdown = self._drawn[delta.message_id]
        shown = markdown.shown
        drawn = markdown.feed(text)
        if drawn is None:
            return blocks
        done, tail = drawn
        blocks += f'<div hx-swap-oob="beforeend:#m-{delta.message_id}-done">{done}</div>' if done else ""
        return (
            f'{blocks}<div id="m-{delta.message_id}-tail" hx-swap-oob="true" '
            f'data-from="{shown}" data-to="{markdown.shown}">{tail}</div>'
        )

    def _final(self, message: MessageData) -> str:
        self._drawn.pop(message.id, None)
        self._note(message.seq)
        if message.is_answer:
            self._cursors.setdefault(message.id, Cursor()).end(message.attempt)
        return append_fragment.sync(message)


@in_database
def append_fragment(message: MessageData, live: LiveMarkdown | None = None, request: HttpRequest | None = None) -> str:
    """One message for the end of the log; it replaces a message with its id."""
    return f'<div hx-swap-oob="beforeend:#log">{message_html(message, live, request)}</div>'


def message_html(message: MessageData, live: LiveMarkdown | None = None, request: HttpRequest | None = None) -> str:
    if not message.is_answer or (message.is_running and live is None):
        return _same_for_all(message, get_language())
    return render_to_string("chat/message/_message.html", {"message": MessageView.of(message, live)}, request)


@lru_cache(maxsize=256)  # the visitor's own page gets it with the acknowledgement, and every page over its socket
def _same_for_all(message: MessageData, language: str) -> str:
    return render_to_string("chat/message/_message.html", {"message": MessageView.of(message)})


def activity_fragment(message_id: str, thinker: str = "") -> str:
    """The line under a running answer: its agent thinks, or writes."""
    context = {"message": {"id": message_id}, "thinker": thinker, "is_fragment": True}
    return render_to_string("chat/message/_activity.html", context)


def feedback_fragment(given: FeedbackGiven) -> str:
    """What the visitor thinks of an answer, for pages that show it; the others leave it. The page that they said it on
    tells it to who cannot see it."""
    told = _("Taken back.")
    if given.value:
        told = _("Thank you. You can say what was wrong.") if given.wants_words else _("Thank you.")
    shown = {"id": given.message_id, "session_id": given.session_id, "feedback": given.value}
    context = {"message": {**shown, "feedback_words": given.words}, "told": told, "is_fragment": True}
    return render_to_string("chat/message/_feedback.html", context)


def with_changes(messages: list[MessageData], changes: Iterable[SpeakerChanged]) -> list[MessageView]:
    """Messages as the page shows them, each with the changes of who answers that came behind it."""
    behind: dict[int, list[ChangeView]] = {}
    for change in map(ChangeView.of, changes):
        place = max((message.seq for message in messages if message.seq <= change.after_seq), default=None)
        if place is not None:
            behind.setdefault(place, []).append(change)
    return [replace(MessageView.of(each), changes=tuple(behind.get(each.seq, ()))) for each in messages]


def writes_fragment(name: str) -> str:
    return render_to_string("chat/message/_writes.html", {"name": name})


def state_fragment(state: str) -> str:
    """Tells the page whether the session can go on; `state` is "deleted", "inactive", or "" when it can again."""
    return f'<div id="session-state" hx-swap-oob="true" data-state="{escape(state)}"></div>'
