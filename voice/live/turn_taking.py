"""Turns what the visitor says or types into messages, one after the other, and begins the answer to each."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable

from django.utils.translation import gettext as _

from conversations.intake.turns import StoredRecording
from lib.text import clean
from voice.errors import NothingHeard
from voice.live.answering import VisitorTurn
from voice.live.answers import Answers
from voice.live.ducking import Ducking
from voice.live.ears import EndedUtterance
from voice.live.marks import Marks
from voice.live.protocol import frames, refusals, server_frames
from voice.live.stages import Client, Turns

log = logging.getLogger(__name__)

MAX_WAITING = 4  # turns that wait to be transcribed; the fifth is refused
LEFT_S = 30  # longer than the time limit of a transcription

_finishing: set[asyncio.Task[None]] = set()


class TurnTaking:
    """Takes the turns of one conversation. Call `start` first, and `leave` at the end."""

    def __init__(
        self,
        turns: Turns,
        client: Client,
        answers: Answers,
        ducking: Ducking,
        clock: Callable[[], float],
        language: str,
    ):
        self._turns, self._client, self._answers, self._ducking = turns, client, answers, ducking
        self._clock, self._language = clock, language
        self._socket_id = uuid.uuid4().hex  # and the number of an utterance make the client id of a turn
        self._typed = 0
        self._waiting: asyncio.Queue[EndedUtterance | frames.Typed] = asyncio.Queue(MAX_WAITING)
        self._is_taking = False
        self._task: asyncio.Task[None] | None = None
        self._has_left = False
        self._is_passed_on = False  # the visitor was told that a person answers

    @property
    def is_busy(self) -> bool:
        """True if there is a message whose answer has not begun."""
        return self._is_taking or not self._waiting.empty()

    def start(self) -> None:
        self._task = asyncio.create_task(self._take_all())

    async def leave(self) -> None:
        """The client is gone. Finished utterances still become turns, and their answers are stored in the session."""
        self._has_left = True
        if self._task is None:
            return
        if self.is_busy:
            _finish_later(self._task)
        else:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def line_up(self, wanted: EndedUtterance | frames.Typed) -> None:
        """Queue a message. If too many wait, it is refused and the client is told."""
        try:
            self._waiting.put_nowait(wanted)
        except asyncio.QueueFull:
            message = _("One thing at a time, please: wait for the answer.")
            utt, client_id = (wanted.utt, "") if isinstance(wanted, EndedUtterance) else (None, wanted.client_id)
            await self._client.tell(server_frames.error("busy", message, retryable=True, utt=utt, client_id=client_id))
            if isinstance(wanted, EndedUtterance):
                wanted.transcript.cancel()
                await self._ducking.decide(wanted.utt)

    async def _take_all(self) -> None:
        while not (self._has_left and self._waiting.empty()):
            wanted = await self._waiting.get()
            self._is_taking = True
            utt = wanted.utt if isinstance(wanted, EndedUtterance) else None
            client_id = "" if isinstance(wanted, EndedUtterance) else wanted.client_id
            try:
                if isinstance(wanted, EndedUtterance):
                    await self._take_spoken(wanted)
                else:
                    await self._begin(self._typed_turn(wanted))
            except refusals.EXPECTED as error:
                await self._client.tell(refusals.frame_of(error, utt=utt, client_id=client_id))
            except Exception:  # this task must go on, because no turn is answered without it
                log.exception("session %s: a spoken turn failed", self._turns.session_id)
                message = _("Something went wrong here. Please say it again.")
                await self._client.tell(server_frames.error("fault", message, retryable=True, utt=utt))
            finally:
                self._is_taking = False
            await self._ducking.decide(utt)

    async def _take_spoken(self, said: EndedUtterance) -> None:
        storing = asyncio.create_task(self._turns.keep_recording(said.sound))  # while it is transcribed
        turn = await self._transcribed(said)
        recording = await storing
        if turn:
            await self._begin(turn, recording)
        elif recording:
            await self._turns.discard_recording(recording)

    async def _transcribed(self, said: EndedUtterance) -> VisitorTurn | None:
        """The words of an utterance. If they are no turn, tells the client why and returns None."""
        try:
            transcript = await said.transcript
        except NothingHeard as nothing:
            await self._client.tell(refusals.rejection_of(nothing, said.utt))
            return None
        except refusals.EXPECTED as error:
            log.warning("session %s: no transcription: %s", self._turns.session_id, error)
            await self._client.tell(refusals.frame_of(error, utt=said.utt))
            return None
        said.marks.set("stt_done", self._clock())
        if not (text := clean(transcript.text)):
            await self._client.tell(server_frames.rejected(said.utt, NothingHeard.Reason.NOISE.value))
            return None
        if reason := self._ducking.reason_against(said.utt, text, self._language):
            await self._client.tell(server_frames.rejected(said.utt, reason))
            return None
        await self._client.tell(server_frames.final(said.utt, text, self._language))
        return VisitorTurn(text, said.client_id or f"{self._socket_id}-{said.utt}", said.utt, said.marks)

    def _typed_turn(self, typed: frames.Typed) -> VisitorTurn:
        self._typed += 1
        marks = Marks()
        marks.set("commit", self._clock())
        return VisitorTurn(typed.text, typed.client_id or f"{self._socket_id}-t{self._typed}", None, marks)

    async def _begin(self, turn: VisitorTurn, recording: StoredRecording | None = None) -> None:
        """Store a turn and begin to speak its answer. An answer that is still spoken is cut short."""
        await self._answers.make_room()  # first: the model has to know how much of the last answer was heard
        owed = await self._turns.say(turn.text, turn.client_id, is_spoken=turn.utt is not None, recording=recording)
        if self._has_left:
            return
        if owed.answer:
            self._is_passed_on = False
            self._answers.begin(owed.answer.id, turn)
        else:
            words = "" if self._is_passed_on else _("A person from the team reads this. They will write to you here.")
            self._is_passed_on = True  # the sentence is said only once
            self._answers.pass_on(turn, words)


def _finish_later(taking: asyncio.Task[None]) -> None:
    """Let a task go on after its socket has closed, for LEFT_S at most."""
    finishing = asyncio.create_task(_finish(taking))
    _finishing.add(finishing)
    finishing.add_done_callback(_finishing.discard)


async def _finish(taking: asyncio.Task[None]) -> None:
    await asyncio.wait([taking], timeout=LEFT_S)
    taking.cancel()
