"""The events of a session. Pages, sockets and streams all draw these."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from agents.llm.gate.stream import QUOTES_ONLY
from agents.llm.promises import makes_promise
from conversations.models import Attachment, Message, Reply, Session, SpeakerChange


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A picture or PDF as it is shown with the message it was sent with; a PDF has no width and height."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, attachment: Attachment) -> AttachedFile:
        return cls(
            id=str(attachment.pk),
            name=attachment.name,
            media_type=attachment.media_type,
            size_bytes=attachment.size_bytes,
            width=attachment.width,
            height=attachment.height,
        )

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def url(self) -> str:
        """The path of the file; asks for the right to see it."""
        return settings.ATTACHMENTS_URL + self.id


@dataclass(frozen=True, slots=True)
class MessageData:
    """A message as it is stored: plain values, safe to hand to any thread or process.

    `status` is the reply's state for an assistant message and "complete" for a visitor's. `attempt` counts how often
    the answer was begun; a text of an older attempt never replaces one of a newer.
    """

    id: str
    session_id: str
    seq: int
    role: str
    content: str
    message_type: str
    created_at: datetime
    status: str
    attempt: int = 0
    client_id: str = ""
    notice: str = ""
    certainty: str = ""  # of an answer: Reply.Certainty, "" where the answerer does not say
    cut: str = ""  # why the text is not the whole answer: Reply.Cut, "" where it is
    withheld: int = 0  # sentences of a model that were replaced, since nothing bore out what they said
    sources: tuple[dict[str, Any], ...] = ()
    attached: tuple[AttachedFile, ...] = ()
    audio: str = ""  # names in the storage: what the visitor said, how the answer was spoken
    tts_audio: str = ""
    audio_ms: int | None = None  # how long the two are; None where that is not known
    tts_audio_ms: int | None = None
    heard: str | None = None  # of a spoken answer that was interrupted: what the visitor heard
    author: str = ""  # of what a person of the company wrote: their name
    with_contact: bool = False  # the agent said it with the contact form
    is_asked: bool = False  # of an answer: to a question, and not what the agent says by itself
    provider: str = ""  # who made an answer, "" where nobody has yet
    feedback: str = ""  # what the visitor thinks of an answer: Reply.Feedback, "" where they have not said
    feedback_words: str = ""

    @classmethod
    def of(cls, message: Message) -> MessageData:
        """From a row; an assistant message must come with its `reply` (select_related)."""
        reply: Reply | None = message.reply if message.role == Message.Role.ASSISTANT else None
        return cls(
            id=str(message.pk),
            session_id=str(message.session_id),
            seq=message.seq,
            role=message.role,
            content=message.content,
            message_type=message.message_type,
            created_at=message.created_at,
            status=reply.state if reply else Reply.State.COMPLETE.value,
            attempt=reply.attempt if reply else 0,
            client_id=message.client_id or "",
            notice=reply.notice if reply else "",
            certainty=reply.certainty if reply else "",
            cut=reply.cut if reply else "",
            withheld=reply.withheld if reply else 0,
            sources=tuple(message.sources),
            attached=tuple(AttachedFile(**each) for each in message.attached),
            audio=message.audio.name or "",
            tts_audio=message.tts_audio.name or "",
            audio_ms=message.audio_ms,
            tts_audio_ms=message.tts_audio_ms,
            heard=message.heard,
            author=message.author,
            with_contact=reply.offers_contact if reply else False,
            is_asked=reply.question_id is not None if reply else False,
            provider=reply.provider if reply else "",
            feedback=reply.feedback if reply else "",
            feedback_words=reply.feedback_words if reply else "",
        )

    @property
    def is_answer(self) -> bool:
        return self.role == Message.Role.ASSISTANT

    @property
    def has_failed(self) -> bool:
        return self.status == Reply.State.FAILED

    @property
    def was_stopped(self) -> bool:
        return self.status == Reply.State.STOPPED

    @property
    def is_running(self) -> bool:
        return self.status == Reply.State.RUNNING

    @property
    def makes_promise(self) -> bool:
        """Whether a language model promised something that a person would have to do. The built-in agent never does."""
        return self.is_answer and not self.is_running and not self.certainty and makes_promise(self.content)

    @property
    def offers_contact(self) -> bool:
        """Whether a contact form belongs under the answer: it failed, did not know, was not sure, or promised."""
        if not self.is_answer or self.is_running:
            return False
        unsure = self.certainty in (Reply.Certainty.REFUSED, Reply.Certainty.HEDGED)
        return self.has_failed or unsure or self.with_contact or self.makes_promise

    @property
    def offers_feedback(self) -> bool:
        """Whether a visitor is asked if the answer helped: neither of one that says that it is none, nor of thanks."""
        is_answered = self.is_asked and self.status == Reply.State.COMPLETE
        is_none = self.certainty == Reply.Certainty.REFUSED or self.with_contact or self.is_talk
        return is_answered and (not is_none or bool(self.feedback))

    @property
    def is_talk(self) -> bool:
        """Whether the built-in agent looked nothing up for it: small talk, thanks, a question back."""
        return self.provider == QUOTES_ONLY and not self.certainty

    @property
    def may_be_made_anew(self) -> bool:
        """Whether an answer has ended without being whole."""
        is_cut = self.status == Reply.State.COMPLETE and bool(self.cut)
        return is_cut or self.has_failed or self.was_stopped

    @property
    def audio_url(self) -> str:
        """The path of the recording, "" where there is none; asks for the right to hear it."""
        return settings.AUDIO_URL + self.audio if self.audio else ""

    @property
    def tts_audio_url(self) -> str:
        """The same for the spoken answer."""
        return settings.AUDIO_URL + self.tts_audio if self.tts_audio else ""


@dataclass(frozen=True, slots=True)
class MessageStored:
    """A message is new, or its answer begins again: show it as it is here, in place of the old one."""

    message: MessageData


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of a running answer; `offset` is where it begins in the answer's text, in characters."""

    message_id: str
    attempt: int
    offset: int
    text: str

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Thinks:
    """The model thinks, and writes nothing yet. Repeated every few seconds, for listeners that join later."""

    message_id: str
    attempt: int
    name: str  # of the agent, for "Ada is thinking…"


@dataclass(frozen=True, slots=True)
class MessageFinished:
    """An answer has reached its terminal state, and that state is stored."""

    message: MessageData


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """Something was added to a message that has ended, such as its sound; it has to be drawn again."""

    message: MessageData


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """A visitor has given feedback on an answer, or taken it back: then `value` is ""."""

    session_id: str
    message_id: str
    value: str  # Reply.Feedback
    words: str

    @property
    def wants_words(self) -> bool:
        """True while the visitor may still say what was wrong."""
        return self.value == Reply.Feedback.DOWN and not self.words

    @classmethod
    def of(cls, reply: Reply) -> FeedbackGiven:
        session_id = str(reply.message.session_id)
        return cls(session_id, str(reply.message_id), reply.feedback, reply.feedback_words)


@dataclass(frozen=True, slots=True)
class SpeakerChanged:
    """Another speaker answers from now on. Of two such events, the one with the higher `number` counts."""

    session_id: str
    number: int
    speaker: str  # Session.Speaker
    name: str  # of the person who answers, "" where none does
    key: str  # of their account or program
    reason: str  # SpeakerChange.Reason
    after_seq: int  # the last message before it
    at: str  # ISO 8601, UTC

    @classmethod
    def of(cls, change: SpeakerChange) -> SpeakerChanged:
        return cls(
            session_id=str(change.session_id),
            number=change.number,
            speaker=change.speaker,
            name=change.name,
            key=change.key,
            reason=change.reason,
            after_seq=change.after_seq,
            at=change.created_at.isoformat(),
        )

    @property
    def is_with_person(self) -> bool:
        """True if nothing of the agent is to be shown from now on."""
        return self.speaker == Session.Speaker.STAFF


@dataclass(frozen=True, slots=True)
class Writes:
    """Somebody is writing a message; comes again every few seconds while they do, and is not stored."""

    session_id: str
    name: str  # of the person of the company, "" for the visitor


@dataclass(frozen=True, slots=True)
class SessionActive:
    """There is a new message in a session, or another speaker. Sent to listeners of EVERY_SESSION."""

    session_id: str


@dataclass(frozen=True, slots=True)
class SessionGone:
    """The session was deleted, or its agent was."""

    session_id: str


@dataclass(frozen=True, slots=True)
class AgentSwitched:
    """The session's agent was changed. `is_active`: it takes messages now, as it may have done before."""

    agent_id: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class AgentGone:
    """The session's agent was deleted, and the session with it."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class ServerStopping:
    """This process is stopping: clients are to connect again, to the next one."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Events may have been missed, and the database has to be read. Never sent to other processes."""


Event = (
    MessageStored
    | Delta
    | Thinks
    | MessageFinished
    | MessageChanged
    | FeedbackGiven
    | SpeakerChanged
    | Writes
    | SessionActive
    | SessionGone
    | AgentSwitched
    | AgentGone
    | ServerStopping
    | LookAgain
)
_KINDS = {
    kind.__name__: kind
    for kind in (
        MessageStored,
        Delta,
        Thinks,
        MessageFinished,
        MessageChanged,
        FeedbackGiven,
        SpeakerChanged,
        Writes,
        SessionActive,
        SessionGone,
        AgentSwitched,
        AgentGone,
    )
}


def merge(first: Delta, second: Delta) -> Delta | None:
    """Both as one delta, if the second goes on exactly where the first ends."""
    follows = first.message_id == second.message_id and first.attempt == second.attempt and first.end == second.offset
    return replace(first, text=first.text + second.text) if follows else None


def to_wire(event: Event) -> dict[str, Any]:
    """The event as plain values, for the channel layer."""
    body = asdict(event)
    if "message" in body:
        body["message"]["created_at"] = body["message"]["created_at"].isoformat()
        for name in ("sources", "attached"):
            body["message"][name] = list(body["message"][name])
    return {"kind": type(event).__name__, "body": body}


def from_wire(wire: dict[str, Any]) -> Event:
    """The event that `to_wire` packed; raises KeyError or TypeError for anything else."""
    kind, body = _KINDS[wire["kind"]], dict(wire["body"])
    if "message" in body:
        message = dict(body["message"])
        message["created_at"] = datetime.fromisoformat(message["created_at"])
        message["sources"] = tuple(message["sources"])
        message["attached"] = tuple(AttachedFile(**each) for each in message.get("attached", ()))
        body["message"] = MessageData(**message)
    return kind(**body)
