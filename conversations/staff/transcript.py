"""Prepares the transcript of a session for staff: the messages, and how each answer was made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agents.models import FallbackText
from conversations.messages.events import AttachedFile
from conversations.models import Message, Receipt, Reply, Session, SpeakerChange
from conversations.staff.interruption import html_with_mark
from conversations.staff.transcript_actions import TranscriptAction
from conversations.staff.transcript_notes import TranscriptNote
from language.markdown import render
from lib.staff.cells import Tone, badge

MAX_HITS = 50  # messages found by a search, listed above the transcript
PAGE_SIZE = 200  # messages; they are rendered in well under a second
TONES = {
    Reply.State.RUNNING: Tone.WAITING,
    Reply.State.COMPLETE: Tone.SUCCESS,
    Reply.State.STOPPED: Tone.QUIET,
    Reply.State.FAILED: Tone.ERROR,
}
UNSURE = (Reply.Certainty.HEDGED, Reply.Certainty.REFUSED)


def answer_badge(state: str, certainty: str = "", cut: str = "", withheld: int = 0) -> SafeString:
    """How an answer ended. Incomplete, partly withheld and unsure answers get a badge of their own, not "complete"."""
    if state == Reply.State.COMPLETE and cut:
        return badge(_("incomplete"), Tone.ERROR)
    if state == Reply.State.COMPLETE and withheld:
        return badge(_("partly withheld"), Tone.WAITING)
    if state == Reply.State.COMPLETE and certainty in UNSURE:
        return badge(Reply.Certainty(certainty).label, Tone.WAITING)
    return badge(Reply.State(state).label, TONES[Reply.State(state)])


def minutes(length_ms: int) -> str:
    """A length in minutes and seconds, as in 1:07."""
    return "{}:{:02}".format(*divmod(length_ms // 1000, 60))


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message with all that the transcript shows about it. `reply` is None unless it is an answer."""

    message: Message
    reply: Reply | None
    changes: tuple[SpeakerChange, ...] = ()  # changes of who answers, shown after the message
    notes: Sequence[TranscriptNote] = ()
    actions: Sequence[TranscriptAction] = ()  # for the message, and for its question if the answer did not help

    @property
    def is_agent(self) -> bool:
        return self.message.role == Message.Role.ASSISTANT

    @property
    def who(self) -> str:
        """The name of the author."""
        if self.message.role == Message.Role.STAFF:
            return self.message.author
        return str(self.message.session.agent) if self.is_agent else _("Visitor")

    @property
    def html(self) -> SafeString:
        """The Markdown as HTML, with a mark where a visitor interrupted a spoken answer."""
        if self.message.heard is None:
            return render(self.message.content)
        return html_with_mark(self.message.content, self.message.heard)

    @property
    def attached(self) -> tuple[AttachedFile, ...]:
        return tuple(AttachedFile(**each) for each in self.message.attached)

    @property
    def sound_length(self) -> str:
        """The length of its sound, as in 1:07; "" if it has none or the length is unknown."""
        length_ms = self.message.audio_ms or self.message.tts_audio_ms
        return minutes(length_ms) if length_ms else ""

    @property
    def cause(self) -> str:
        """Why the answer failed: the label of the cause, or the code itself if it has no label."""
        code = self.reply.cause if self.reply else ""
        return str(dict(FallbackText.Cause.choices).get(code, code))

    @property
    def receipt(self) -> Receipt | None:
        """The receipt of how the answer was made; None for answers that are older than receipts."""
        return getattr(self.reply, "receipt", None)

    @property
    def badge(self) -> SafeString | str:
        reply = self.reply
        return answer_badge(reply.state, reply.certainty, reply.cut, reply.withheld) if reply else ""

    @property
    def why_cut(self) -> str:
        """Why the text is incomplete; "" if it is complete."""
        return str(self.reply.get_cut_display()) if self.reply and self.reply.cut else ""


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message found by a search: its number, and the page of the transcript with it."""

    seq: int
    page: int


class TranscriptPage:
    """One page of a session's transcript; iterate over it for its bubbles. An invalid page number becomes the nearest
    valid one."""

    def __init__(
        self,
        session: Session,
        page: str,
        words: Sequence[str] = (),
        notes: Callable[[], Mapping[uuid.UUID, Sequence[TranscriptNote]]] = dict,
        actions: Callable[[Message], Sequence[TranscriptAction]] = lambda _message: (),
    ):
        messages = session.messages.select_related("session__agent", "reply__prompt_version", "reply__receipt")
        messages = messages.defer("reply__prompt_version__text")
        self.page: Page[Message] = Paginator(messages.order_by("seq"), PAGE_SIZE).get_page(page)
        self.session = session
        self.words = words
        self._actions = actions
        self._notes = notes  # called only when the page is rendered: often `mark` shows that it need not be

    def __iter__(self) -> Iterator[Bubble]:
        changes = list(self.session.speaker_changes.all()) if self.session.speaker_number else []
        notes = self._notes()
        by_id = {message.pk: message for message in self.page}
        for message in self.page:
            behind = tuple(change for change in changes if change.after_seq == message.seq)
            reply: Reply | None = getattr(message, "reply", None)
            of_answer = notes.get(reply.question_id, ()) if reply and reply.question_id else ()
            actions = tuple(self._actions(message))
            question = by_id.get(reply.question_id) if reply and reply.question_id else None
            if reply and question and reply.feedback == Reply.Feedback.DOWN:
                actions += tuple(self._actions(question))
            yield Bubble(message, reply, behind, of_answer, actions)

    @cached_property
    def hits(self) -> list[FoundMessage]:
        """The first MAX_HITS messages with any of the words searched for."""
        if not self.words:
            return []
        condition = reduce(or_, (Q(content__icontains=word) for word in self.words))
        numbers = self.session.messages.filter(condition).order_by("seq").values_list("seq", flat=True)[:MAX_HITS]
        return [FoundMessage(seq, (seq - 1) // PAGE_SIZE + 1) for seq in numbers]

    @cached_property
    def neighbours(self) -> dict[str, Session | None]:
        """The agent's sessions with the next newer and the next older activity."""
        others = Session.objects.begun().filter(agent=self.session.agent_id).only("pk", "title")
        at, pk = self.session.updated_at, self.session.pk
        newer = others.filter(Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=pk)).order_by("updated_at", "pk")
        older = others.filter(Q(updated_at__lt=at) | Q(updated_at=at, pk__lt=pk)).order_by("-updated_at", "-pk")
        return {"newer": newer.first(), "older": older.first()}

    @property
    def mark(self) -> str:
        """A text that changes with every message, answer and feedback of the session. Open pages compare it to see
        whether they must be updated."""
        running, feedback = Count("pk", filter=Q(state=Reply.State.RUNNING)), Max("feedback_at")
        now = Reply.objects.filter(message__session=self.session).aggregate(running=running, feedback=feedback)
        given = now["feedback"].timestamp() if now["feedback"] else ""
        return f"{self.session.last_seq}-{self.session.updated_at.timestamp()}-{now['running']}-{given}"

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Counts over the whole session: answers, by how they ended and whether they helped, and tokens."""
        return Reply.objects.filter(message__session=self.session).aggregate(
            answers=Count("pk"),
            failed=Count("pk", filter=Q(state=Reply.State.FAILED)),
            refused=Count("pk", filter=Q(certainty=Reply.Certainty.REFUSED)),
            hedged=Count("pk", filter=Q(certainty=Reply.Certainty.HEDGED)),
            cut=Count("pk", filter=~Q(cut="")),
            withheld=Count("pk", filter=Q(withheld__gt=0)),
            liked=Count("pk", filter=Q(feedback=Reply.Feedback.UP)),
            disliked=Count("pk", filter=Q(feedback=Reply.Feedback.DOWN)),
            tokens_in=Sum("input_tokens"),
            tokens_out=Sum("output_tokens"),
        )
