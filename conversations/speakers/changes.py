"""Changes who answers in a session: one function for each change, one transaction each, with the session locked.

`announcing` publishes what was stored. A person is identified by a key: "staff 5" is an account, "key 3" a program.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.intake import turns
from conversations.messages.events import MessageData, SpeakerChanged
from conversations.messages.reading import SessionMissing
from conversations.models import Message, Reply, Session, SpeakerChange
from conversations.replies import figures
from conversations.speakers.signals import speaker_changed
from lib.database import in_database

Speaker = Session.Speaker
Reason = SpeakerChange.Reason

MAX_NAME_CHARS = 80
MAX_UNANSWERED = 10  # messages that are answered one by one when the agent answers again
TAKEN_OVER = "taken over"  # the cause of an answer that a takeover ended


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers instead of the agent: the name that the visitor reads, and the key they are known by."""

    name: str
    key: str


class TakenByOther(Exception):
    """Another person has taken this conversation over; `name` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotTaken(Exception):
    """The caller has not taken this conversation over. `name` is the person who has, "" for nobody."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Notice:
    """What the agent says by itself when the speaker changes, and whether the contact form comes with it."""

    text: str = ""
    offers_contact: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What was stored. `is_new` is False if nothing had to change; then `event` is the change that led to this state.

    That event is published again: the first request may have reached a process that was killed before it published.
    """

    session_id: str
    event: SpeakerChanged | None = None  # None if only the agent has ever answered
    ended: tuple[MessageData, ...] = ()  # answers that were being made
    messages: tuple[MessageData, ...] = ()  # new ones, in their order
    is_new: bool = True


@dataclass(slots=True)
class _Changing:
    """A locked session, and what is being stored in it."""

    session: Session
    at: datetime
    messages: list[MessageData] = field(default_factory=list)
    ended: list[MessageData] = field(default_factory=list)

    def turn_to(self, speaker: Speaker, reason: Reason, person: Person | None = None) -> SpeakerChanged:
        session = self.session
        session.speaker, session.speaker_number = speaker, session.speaker_number + 1
        session.speaker_name, session.speaker_key = (person.name, person.key) if person else ("", "")
        session.waiting_since = self.at if speaker == Speaker.WAITING else None
        change = SpeakerChange.objects.create(
            session=session,
            number=session.speaker_number,
            after_seq=session.last_seq,
            speaker=speaker,
            name=session.speaker_name,
            key=session.speaker_key,
            reason=reason,
            created_at=self.at,
        )
        speaker_changed.send(SpeakerChange, change=change)
        return SpeakerChanged.of(change)

    def due(self, limit_s: int, *, is_owed: bool) -> None:
        """Set the time limit for a person's answers: it runs from now if one is owed, else from the next message."""
        self.session.answer_limit_s = limit_s
        self.session.answer_due_at = self.at + timedelta(seconds=limit_s) if is_owed and limit_s else None

    def say(self, notice: Notice) -> None:
        """Store what the agent says by itself."""
        if notice.text:
            answer = self._add_answer(notice.text)
            reply = Reply(message=answer, state=Reply.State.COMPLETE, ended_at=self.at)
            reply.offers_contact = notice.offers_contact
            reply.save(force_insert=True)
            answer.reply = reply
            self.messages.append(MessageData.of(answer))

    def owe(self, question: Message) -> None:
        """Store that a message from the time without an agent still needs an answer; the answer goes to the end."""
        answer = self._add_answer("")
        reply = Reply(message=answer, question=question, prompt_version_id=self.session.agent.published_prompt_id)
        reply.save(force_insert=True)
        answer.reply = reply
        self.messages.append(MessageData.of(answer))

    def _add_answer(self, text: str) -> Message:
        self.session.last_seq += 1
        return Message.objects.create(
            session=self.session,
            seq=self.session.last_seq,
            role=Message.Role.ASSISTANT,
            content=text,
            created_at=self.at,
        )

    def as_it_was(self) -> Change:
        """The result when nothing has to change."""
        last = self.session.speaker_changes.last() if self.session.speaker_number else None
        return Change(str(self.session.pk), SpeakerChanged.of(last) if last else None, is_new=False)

    def done(self, event: SpeakerChanged | None) -> Change:
        self.session.updated_at = self.at
        self.session.save(update_fields=_FIELDS)
        return Change(str(self.session.pk), event, tuple(self.ended), tuple(self.messages))


_FIELDS = (
    "speaker", "speaker_name", "speaker_key", "speaker_number", "waiting_since", "answer_limit_s", "answer_due_at",
    "last_seq", "updated_at",
)  # fmt: skip


# --- the changes --------------------------------------------------------------------------------------------------


@in_database
@transaction.atomic
def hand_over(session_id: uuid.UUID | str, reason: Reason, limit_s: int, notice: Notice) -> Change:
    """Ask for a person, who has `limit_s` to come; the agent says `notice`. Only if the agent answers now."""
    changing = _locked(session_id)
    if changing.session.speaker != Speaker.AGENT:
        return changing.as_it_was()
    changing.say(notice)
    event = changing.turn_to(Speaker.WAITING, reason)
    changing.due(limit_s, is_owed=True)
    return changing.done(event)


@in_database
@transaction.atomic
def tell(session_id: uuid.UUID | str, notice: Notice) -> Change:
    """Let the agent say something by itself. Changes nothing unless the agent answers now."""
    changing = _locked(session_id)
    if changing.session.speaker != Speaker.AGENT:
        return changing.as_it_was()
    changing.say(notice)
    return changing.done(None)


def hand_over_with(session: Session, seq: int, reason: Reason, limit_s: int, at: datetime) -> SpeakerChanged:
    """Like `hand_over`, in the transaction that stores a visitor's request and its answer, message number `seq`."""
    changing = _Changing(session, at)
    said, session.last_seq = session.last_seq, seq
    event = changing.turn_to(Speaker.WAITING, reason)
    session.last_seq = said
    changing.due(limit_s, is_owed=True)
    changing.done(event)
    return event


@in_database
@transaction.atomic
def take(
    session_id: uuid.UUID | str,
    person: Person,
    limit_s: int,
    *,
    is_forced: bool = False,
    said: Mapping[str, str] | None = None,
    reason: Reason = Reason.TAKEN,
) -> Change:
    """Let a person answer from now on, with `limit_s` for each answer. Running answers are ended.

    `said` has the text so far of those answers, by message; it is kept. Raises SessionMissing, and TakenByOther if
    another person has the conversation, unless `is_forced`.
    """
    changing = _locked(session_id)
    session = changing.session
    if session.speaker == Speaker.STAFF:
        if session.speaker_key == person.key:
            return changing.as_it_was()
        if not is_forced:
            raise TakenByOther(session.speaker_name)
    _end_answers(changing, said or {})
    event = changing.turn_to(Speaker.STAFF, reason, person)
    changing.due(limit_s, is_owed=bool(_unanswered(session)))
    return changing.done(event)


@in_database
@transaction.atomic
def release(
    session_id: uuid.UUID | str, key: str | None, reason: Reason = Reason.RELEASED, notice: Notice | None = None
) -> Change:
    """Let the agent answer again; messages that nobody has answered yet are answered at once.

    `key` must be the person who has the conversation; None gives it back for anybody. Raises SessionMissing, NotTaken.
    """
    changing = _locked(session_id)
    session = changing.session
    if session.speaker == Speaker.AGENT:
        return changing.as_it_was()
    if key is not None and session.speaker_key != key:
        raise NotTaken(session.speaker_name)
    return _give_back(changing, reason, notice or Notice())


@in_database
@transaction.atomic
def cancel(session_id: uuid.UUID | str) -> Change:
    """The visitor stops waiting for a person and goes on with the agent. Does nothing if they do not wait."""
    changing = _locked(session_id)
    if changing.session.speaker != Speaker.WAITING:
        return changing.as_it_was()
    return _give_back(changing, Reason.CANCELLED, Notice())


@in_database
@transaction.atomic
def end_when_due(session_id: uuid.UUID | str, at: datetime, words: Callable[[Session], Notice]) -> Change:
    """Let the agent answer again because a person did not come or did not answer in time. Takes effect only once."""
    changing = _locked(session_id, at)
    session = changing.session
    if session.answer_due_at is None or session.answer_due_at > at:
        return changing.as_it_was()
    reason = Reason.NOBODY_CAME if session.speaker == Speaker.WAITING else Reason.NO_ANSWER
    return _give_back(changing, reason, words(session))


@in_database
def write(session_id: uuid.UUID | str, person: Person, text: str, client_id: str = "") -> MessageData:
    """Store what a person says to the visitor. The same client id again is the same message.

    Raises TurnRefused for a text that cannot be taken, SessionMissing, NotTaken.
    """
    content = turns.check(text, client_id)
    with transaction.atomic():
        changing = _locked(session_id)
        session = changing.session
        if client_id and (known := session.messages.filter(client_id=client_id).first()):
            if known.role != Message.Role.STAFF or known.content != content:
                raise turns.TurnRefused(_("This client id (Idempotency-Key) belongs to another message."))
            return MessageData.of(known)
        if session.speaker != Speaker.STAFF or session.speaker_key != person.key:
            raise NotTaken(session.speaker_name)
        session.last_seq += 1
        message = Message.objects.create(
            session=session,
            seq=session.last_seq,
            role=Message.Role.STAFF,
            content=content,
            author=session.speaker_name,
            client_id=client_id or None,
            created_at=changing.at,
        )
        changing.due(session.answer_limit_s, is_owed=False)
        changing.done(None)
        transaction.on_commit(figures.note_staff)
        return MessageData.of(message)


@in_database
def made_since(at: datetime, limit: int = 500) -> list[SpeakerChanged]:
    """The newest `limit` changes since `at`, oldest first."""
    rows = SpeakerChange.objects.filter(created_at__gte=at).order_by("-created_at", "-number")[:limit]
    return [SpeakerChanged.of(row) for row in reversed(rows)]


@in_database
def due(at: datetime, limit: int = 100) -> list[str]:
    """Sessions in which a person should have come or answered by now, longest due first."""
    rows = Session.objects.filter(answer_due_at__lte=at).order_by("answer_due_at")
    return [str(pk) for pk in rows.values_list("pk", flat=True)[:limit]]


# --- small parts --------------------------------------------------------------------------------------------------


def _locked(session_id: uuid.UUID | str, at: datetime | None = None) -> _Changing:
    found = Session.objects.select_for_update(of=("self",)).select_related("agent").filter(pk=session_id).first()
    if found is None:
        raise SessionMissing
    return _Changing(found, at or timezone.now())


def _end_answers(changing: _Changing, said: Mapping[str, str]) -> None:
    """End all running answers with the text they have so far; nothing more of them can be stored afterwards."""
    running = (
        Reply.objects.running()
        .select_for_update(of=("self",))
        .select_related("message")
        .filter(message__session=changing.session)
        .order_by("message__seq")
    )
    for reply in running:
        reply.end_by_takeover(changing.at, TAKEN_OVER)
        answer = reply.message
        answer.content = said.get(str(answer.pk), "")
        answer.save(update_fields=["content"])
        answer.reply = reply
        changing.ended.append(MessageData.of(answer))


def _give_back(changing: _Changing, reason: Reason, notice: Notice) -> Change:
    waiting = _unanswered(changing.session)
    event = changing.turn_to(Speaker.AGENT, reason)
    changing.due(0, is_owed=False)
    changing.say(notice)
    for question, answer in waiting:
        if answer is None:
            changing.owe(question)
        else:
            answer.reopen()
            answer.message.reply = answer
            changing.messages.append(MessageData.of(answer.message))
    return changing.done(event)


def _unanswered(session: Session) -> list[tuple[Message, Reply | None]]:
    """The visitor's messages since the last answer of a person or the agent, oldest first, each with its ended answer.

    An answer that was ended by a takeover does not count as one.
    """
    waiting: list[tuple[Message, Reply | None]] = []
    said = session.messages.exclude(role=Message.Role.ASSISTANT).order_by("-seq")
    for message in said.prefetch_related("answer__message")[:MAX_UNANSWERED]:
        answer: Reply | None = getattr(message, "answer", None)
        was_answered = answer is not None and not (answer.state == Reply.State.STOPPED and answer.cause == TAKEN_OVER)
        if message.role == Message.Role.STAFF or was_answered:
            break
        waiting.append((message, answer))
    return waiting[::-1]
