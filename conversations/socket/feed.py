"""Turns the events of a session into the frames of the JSON socket. No character is left out or sent twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from ninja.responses import NinjaJSONEncoder

from conversations.messages.events import (
    AgentGone,
    AgentSwitched,
    Delta,
    Event,
    MessageChanged,
    MessageData,
    MessageFinished,
    MessageStored,
    ServerStopping,
    SessionGone,
    SpeakerChanged,
    Thinks,
    Writes,
)
from conversations.messages.reading import Conversation, Failure
from conversations.models import Session
from conversations.replies.cursor import Cursor, MissedPieces
from conversations.replies.hub import hub
from conversations.rest.schemas import MessageOut, VisitorAgent

Frame = dict[str, Any]
TYPES = ("connect", "message", "typing", "token", "speaker", "status", "error", "pong")


class JsonFeed:
    """Knows what one client was sent of one session. A token frame replaces all text from its offset on."""

    def __init__(self) -> None:
        self._cursors: dict[str, Cursor] = {}  # by answer
        self._first_new_seq = 0
        self._is_away = False
        self.speaker_number = 0  # the last change of who answers that was told
        self._is_with_person = False
        self._said: set[int] = set()  # numbers of the visitor's messages that were sent since

    @property
    def running(self) -> list[uuid.UUID]:
        """The ids of the answers this client still sees growing."""
        return [uuid.UUID(message_id) for message_id, cursor in self._cursors.items() if not cursor.has_ended]

    @property
    def told_at_first(self) -> int:
        """The highest message number in the first frame."""
        return self._first_new_seq - 1

    def connect(self, found: Conversation, token: str | None) -> Frame:
        """The answer to the first frame: messages that the client lacks, and the text so far of a running answer."""
        seqs = [message.seq for message in found.messages]
        self._first_new_seq = max(found.session.last_seq, *seqs, 0) + 1
        messages = [self._shown(message) for message in found.messages]
        frame: Frame = {
            "type": "connect",
            "session_id": str(found.session.pk),
            "agent": VisitorAgent.of(found.session.agent).model_dump(),
            "messages": [message.model_dump() for message in messages],
            "has_more": found.has_more,
            "speaker": found.session.speaker,
            "speaker_name": found.session.speaker_name or None,
        }
        self.speaker_number = found.session.speaker_number
        self._is_with_person = found.session.speaker == Session.Speaker.STAFF
        if token is not None:
            frame["token"] = token
        for message in messages:
            if message.status == "running":
                frame["running"] = {"message_id": str(message.id), "content": message.content}
                break
        return frame

    def frames(self, event: Event) -> Iterator[Frame]:
        """The frames for an event; none if the client was told before."""
        match event:
            case SpeakerChanged():
                yield from self.speaker([event])
            case Writes() if event.name:
                yield {"type": "typing", "active": True, "speaker": Session.Speaker.STAFF.value, "name": event.name}
            case MessageStored(message) if message.is_running:
                yield from () if self._is_with_person else self._begins(message)
            case MessageStored(message) if message.seq > self.told_at_first and message.seq not in self._said:
                self._said.add(message.seq)
                yield said(message)
            case Delta() if not self._is_with_person:
                yield from self._delta(event)
            case Thinks() if not self._is_with_person:
                yield from self._thinks(event)
            case MessageFinished(message):
                yield from self.end(message)
            case MessageChanged(message) if self._has_whole(message):
                yield said(message)
            case SessionGone() | AgentGone():
                yield {"type": "status", "state": "deleted"}
            case AgentSwitched():
                yield from self.agent(is_active=event.is_active)
            case ServerStopping():
                yield {"type": "status", "state": "restarting"}

    def agent(self, *, is_active: bool) -> Iterator[Frame]:
        """Tell a change of whether the agent takes messages. A client that was told nothing assumes that it does."""
        if self._is_away is is_active:
            self._is_away = not is_active
            yield {"type": "status", "state": "unavailable" if self._is_away else "available"}

    def speaker(self, changes: Iterable[SpeakerChanged]) -> Iterator[Frame]:
        """Tell the changes of who answers that the client was not told yet."""
        for change in changes:
            if change.number > self.speaker_number:
                self.speaker_number, self._is_with_person = change.number, change.is_with_person
                told = {"speaker": change.speaker, "name": change.name or None, "reason": change.reason}
                yield {"type": "speaker", **told}

    def end(self, message: MessageData) -> Iterator[Frame]:
        """The final text of an answer, once."""
        if self._cursors.setdefault(message.id, Cursor()).end(message.attempt):
            yield said(message)
            yield {"type": "typing", "active": bool(self.running), "message_id": message.id}

    def _has_whole(self, answer: MessageData) -> bool:
        cursor = self._cursors.get(answer.id)
        return cursor is not None and cursor.is_past(answer.attempt)

    def _shown(self, message: MessageData) -> MessageOut:
        if not message.is_running:
            if message.is_answer:
                self._cursors[message.id] = Cursor(message.attempt, len(message.content), has_ended=True)
            return MessageOut.of(message)
        live = hub().live(message.id)
        attempt = live.attempt if live else message.attempt
        text = live.text if live else ""
        self._cursors[message.id] = Cursor(attempt, len(text))
        return MessageOut.of(message, text)

    def _begins(self, message: MessageData) -> Iterator[Frame]:
        cursor = self._cursors.get(message.id)
        if cursor is None or (cursor.has_ended and not cursor.is_past(message.attempt)):
            self._cursors[message.id] = Cursor(message.attempt)
            yield {"type": "typing", "active": True, "message_id": message.id}
        elif not cursor.is_past(message.attempt):
            yield from self._turn_to(message.id, message.attempt)
            yield from self._catch_up(message.id)

    def _thinks(self, event: Thinks) -> Iterator[Frame]:
        cursor = self._cursors.setdefault(event.message_id, Cursor(event.attempt))
        if not cursor.is_thinking and not cursor.is_past(event.attempt):
            yield from self._turn_to(event.message_id, event.attempt)
            cursor.is_thinking = True
            yield {"type": "status", "state": "thinking", "message_id": event.message_id}

    def _delta(self, delta: Delta) -> Iterator[Frame]:
        cursor = self._cursors.setdefault(delta.message_id, Cursor(delta.attempt))
        if cursor.is_past(delta.attempt):
            return
        yield from self._turn_to(delta.message_id, delta.attempt)
        try:
            yield from self._token(delta.message_id, cursor.next_of(delta))
        except MissedPieces:
            yield from self._catch_up(delta.message_id)

    def _catch_up(self, message_id: str) -> Iterator[Frame]:
        yield from self._token(message_id, self._cursors[message_id].catch_up(hub().live(message_id)))

    def _turn_to(self, message_id: str, attempt: int) -> Iterator[Frame]:
        """Go to another attempt: a token at offset 0 has the client drop the text of the last one."""
        if self._cursors[message_id].turn_to(attempt):
            yield {"type": "token", "message_id": message_id, "offset": 0, "content": ""}

    def _token(self, message_id: str, text: str) -> Iterator[Frame]:
        """The frame for text that the cursor has just read."""
        if text:
            offset = self._cursors[message_id].offset - len(text)
            yield {"type": "token", "message_id": message_id, "offset": offset, "content": text}


def said(message: MessageData) -> Frame:
    """A whole message. If it came with a client id, this is its acknowledgement."""
    frame: Frame = {"type": "message", "message": MessageOut.of(message).model_dump()}
    return frame | ({"client_id": message.client_id} if message.client_id else {})


def failed(message: MessageData, failure: Failure) -> Frame:
    """Follows the final text of an answer that failed."""
    frame = error(failure.cause, _("The answer could not be finished."), failure.fallback)
    return frame | {"message_id": message.id}


def error(code: str, detail: str, fallback_message: str | None = None, client_id: str = "") -> Frame:
    frame: Frame = {"type": "error", "code": code, "detail": detail, "fallback_message": fallback_message}
    return frame | ({"client_id": client_id} if client_id else {})


def dumped(frame: Frame) -> str:
    """ASCII only: half of a surrogate pair, as a model may send it, would break UTF-8 and with it the socket."""
    return json.dumps(frame, cls=NinjaJSONEncoder)
