"""How conversations are written in the API: what may be sent, and what is answered, over HTTP and on the socket."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from agents.models import Agent
from conversations.attachments.keeping import MAX_PER_MESSAGE
from conversations.intake.turns import MAX_CHARS
from conversations.messages.events import AttachedFile, MessageData
from conversations.models import Session
from lib.rest.fields import ANY_TEXT, SOME_TEXT, Body, Line, Text

MAX_TOKEN_CHARS = 200
MAX_URL_CHARS = 2000
SLUG_CHARS = 60

Short = Annotated[str, Field(max_length=MAX_TOKEN_CHARS, pattern=ANY_TEXT)]


class InitIn(Body):
    """Who comes in: nothing at all begins a conversation with the default agent; a token goes on with its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "ada"}]})

    agent: str | None = Field(
        None,
        max_length=SLUG_CHARS,
        pattern=ANY_TEXT,
        description="Id or slug; without it, the agent of the landing page.",
    )
    session_id: Annotated[uuid.UUID, Field(strict=False)] | None = Field(
        None, description="The conversation to go on with; needs its `token`."
    )
    token: Short | None = Field(None, description="The token of an earlier answer.")
    locale: Annotated[str, Field(max_length=35, pattern=ANY_TEXT)] | None = Field(
        None, description="The visitor's language, as in `de-AT`; for texts that are translated."
    )
    page: Annotated[str, Field(max_length=MAX_URL_CHARS, pattern=ANY_TEXT)] | None = Field(
        None, description="The address of the page the visitor is on."
    )


class SessionIn(Body):
    """A new session; without a title it is named after its first message."""

    title: Line | None = Field(None, max_length=200)


TEXT_OR_FILES: list[Any] = [
    {"required": ["content"], "properties": {"content": {"pattern": SOME_TEXT, "minLength": 1}}},
    {"required": ["attachments"], "properties": {"attachments": {"minItems": 1}}},
]


class MessageIn(Body):
    """What the visitor says: a text, files, or both."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"content": "Which lamp is the brightest?"}], "anyOf": TEXT_OR_FILES}
    )

    content: Text = Field("", max_length=MAX_CHARS, description="Not blank, unless there are attachments.")
    attachments: Annotated[
        list[Annotated[uuid.UUID, Field(strict=False)]],
        Field(max_length=MAX_PER_MESSAGE, json_schema_extra={"uniqueItems": True}),
    ] = Field([], description="Ids of files that were uploaded to this conversation and were not sent yet.")
    role: Literal["user", "staff"] = Field(
        "user", description="`staff` for what a person writes who has taken the conversation over; visitors may not."
    )


class AttachmentOut(Schema):
    """A picture or PDF of the visitor's. What was uploaded as WebP or GIF is a PNG or JPEG here."""

    id: uuid.UUID
    name: str
    media_type: str = Field(description="`image/jpeg`, `image/png` or `application/pdf`.")
    size: int = Field(description="In bytes.")
    width: int | None = Field(description="Of a picture, in pixels.")
    height: int | None
    url: str = Field(description="Path of the file; needs the key or the conversation's token.")

    @classmethod
    def of(cls, attached: AttachedFile) -> AttachmentOut:
        return cls(
            id=uuid.UUID(attached.id),
            name=attached.name,
            media_type=attached.media_type,
            size=attached.size_bytes,
            width=attached.width,
            height=attached.height,
            url=attached.url,
        )


class Source(Schema):
    """A passage of the agent's knowledge an answer was taken from."""

    document_id: str
    document: str
    heading: str = Field(description="The trail of headings it stands under, as in `Prices › Machines`; may be empty.")
    excerpt: str
    page: int | None = Field(None, description="The page it begins on; null for documents without pages.")
    url: str | None = Field(None, description="Of the web page it was read from.")


class MessageFeedback(Schema):
    """What the visitor thinks of an answer."""

    value: str = Field(description="`up`: it helped, or `down`: it did not.")
    words: str = Field(description="Theirs; may be empty.")

    @classmethod
    def of(cls, message: MessageData) -> MessageFeedback | None:
        return cls(value=message.feedback, words=message.feedback_words) if message.feedback else None


class MessageOut(Schema):
    """One entry of a conversation. A running answer has no text here yet: that comes with the stream."""

    id: uuid.UUID
    session_id: uuid.UUID
    role: str = Field(description="`user`, `assistant`, or `staff` for what a person of the company wrote.")
    name: str | None = Field(description="Of the person of the company; null for other roles.")
    content: str = Field(description="Plain text of a visitor or a person, Markdown of the agent.")
    message_type: str = Field(description="`text` or `voice`.")
    attachments: list[AttachmentOut] = Field(description="What the visitor sent with it, in their order.")
    audio_url: str | None = Field(description="Path of what the visitor said, for a spoken message.")
    tts_audio_url: str | None = Field(description="Path of the spoken answer, an MP3, once it is there.")
    audio_ms: int | None = Field(
        description="How long `audio_url` plays, in milliseconds; null where that is not known."
    )
    tts_audio_ms: int | None = Field(description="The same of `tts_audio_url`.")
    heard_content: str | None = Field(
        description='Of a spoken answer that was interrupted: what was heard of it, which may be nothing (`""`). Null'
        " for one that was heard to its end, or read."
    )
    created_at: datetime
    status: str = Field(description="`running`, `complete`, `stopped` or `failed`; a visitor's is always `complete`.")
    sources: list[Source]
    certainty: str | None = Field(
        description="Of an answer by the built-in agent: `answered`, `hedged` (it may not be the answer) or `refused`"
        " (it does not know). Null where the answerer does not say."
    )
    cut: str | None = Field(
        description="Why the text is not the whole answer: `length` (the token limit), `filtered` (by the provider),"
        " `hole` (a piece was lost on the way) or `ended` (early, by the provider). Null for a whole one."
    )
    withheld: int = Field(
        description="How many sentences of a model were replaced or had a link taken out, since nothing that it was"
        " given bore them out; 0 for most answers."
    )
    offers_contact: bool = Field(
        description="Whether a contact form belongs under this answer: it failed, did not know, was not sure, or"
        " promised what somebody would have to do. Post the form to `/sessions/{id}/contact`."
    )
    feedback: MessageFeedback | None = Field(
        description="What the visitor thinks of this answer; null where they have not said."
    )

    @classmethod
    def of(cls, message: MessageData, content: str | None = None) -> MessageOut:
        """`content` stands in for the text of an answer that runs and has none stored."""
        return cls(
            id=uuid.UUID(message.id),
            session_id=uuid.UUID(message.session_id),
            role=message.role,
            name=message.author or None,
            content=message.content if content is None else content,
            message_type=message.message_type,
            attachments=[AttachmentOut.of(each) for each in message.attached],
            audio_url=message.audio_url or None,
            tts_audio_url=message.tts_audio_url or None,
            audio_ms=message.audio_ms,
            tts_audio_ms=message.tts_audio_ms,
            heard_content=message.heard,
            created_at=message.created_at,
            status=message.status,
            sources=sources_of(message),
            certainty=message.certainty or None,
            cut=message.cut or None,
            withheld=message.withheld,
            offers_contact=message.offers_contact,
            feedback=MessageFeedback.of(message),
        )


def sources_of(message: MessageData) -> list[Source]:
    return [
        Source(
            document_id=str(source.get("document_id", "")),
            document=str(source.get("document", "")),
            heading=str(source.get("heading", "")),
            excerpt=str(source.get("excerpt", "")),
            page=source.get("page"),
            url=str(source["url"]) if source.get("url") else None,
        )
        for source in message.sources
    ]


class TurnOut(Schema):
    """What the visitor said, and the answer: whole, or `running` when it takes longer than a request may.

    Null while a person of the company has the conversation, or is waited for: they see the message.
    """

    user_message: MessageOut
    assistant_message: MessageOut | None


def turn_out(question: MessageData, answer: MessageData | None) -> TurnOut:
    return TurnOut(
        user_message=MessageOut.of(question), assistant_message=MessageOut.of(answer) if answer is not None else None
    )


class VisitorAgent(Schema):
    """An agent as visitors see it: without its prompt and its settings."""

    id: uuid.UUID
    name: str
    slug: str
    greeting: str
    starter_questions: list[str]
    accent: str
    avatar_url: str | None
    is_active: bool
    takes_attachments: bool
    asks_feedback: bool

    @classmethod
    def of(cls, agent: Agent) -> VisitorAgent:
        return cls(
            id=agent.pk,
            name=agent.name,
            slug=agent.slug,
            greeting=agent.greeting,
            starter_questions=agent.starters,
            accent=agent.accent,
            avatar_url=agent.avatar.url if agent.avatar else None,
            is_active=agent.is_active,
            takes_attachments=agent.takes_attachments,
            asks_feedback=agent.asks_feedback,
        )


class SessionOut(Schema):
    """One conversation; `title` is null until something is said."""

    id: uuid.UUID
    agent_id: uuid.UUID
    title: str | None
    created_at: datetime
    updated_at: datetime
    message_count: int
    speaker: str = Field(description="Who answers: `agent`, `waiting` (a person was asked for) or `staff`.")
    speaker_name: str | None = Field(description="Of the person who answers.")
    waiting_since: datetime | None

    @classmethod
    def values_of(cls, session: Session) -> dict[str, Any]:
        return {
            "id": session.pk,
            "agent_id": session.agent_id,
            "title": session.title or None,
            "created_at": session.created_at,
            "updated_at": session.updated_at,
            "message_count": session.message_count,
            "speaker": session.speaker,
            "speaker_name": session.speaker_name or None,
            "waiting_since": session.waiting_since,
        }

    @classmethod
    def of(cls, session: Session) -> SessionOut:
        return cls(**cls.values_of(session))


class SessionDetail(SessionOut):
    """The same with the agent and the last 50 messages, oldest first."""

    agent: VisitorAgent
    messages: list[MessageOut]


class SessionList(Schema):
    sessions: list[SessionOut] = Field(description="Newest first; those of visitors who said nothing are left out.")
    total: int = Field(description="How many there are on all pages together.")
    next_cursor: str | None = Field(description="Ask with it for the next page; null on the last one.")


class MessagePage(Schema):
    messages: list[MessageOut] = Field(description="Oldest first.")
    has_more: bool = Field(description="Whether there are earlier ones: ask `before` the first of these.")
    total_count: int


class Opened(Schema):
    """A conversation that is open to whoever holds `token`."""

    session_id: uuid.UUID
    token: str = Field(description="Send it as `Authorization: Bearer …`; good for 24 hours, renewed while used.")
    agent: VisitorAgent
    socket_url: str = Field(description="The JSON socket; the token goes into its first frame, never into the address.")
    messages: list[MessageOut] = Field(description="The last 50, oldest first.")


class Stopping(Schema):
    """The reply will end; `status` is what it was when that was asked."""

    message_id: uuid.UUID
    status: str
