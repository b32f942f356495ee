"""One spoken conversation: what the visitor says becomes turns, one after the other, and each answer is spoken.

The order of a turn: idle, listening, endpointing, thinking, speaking, and either heard to its end or interrupted.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from conversations.intake.turns import StoredRecording
from conversations.replies.following import Piece, Position, Step
from lib.text import clean
from voice.errors import NothingHeard
from voice.live.answering import Answering
from voice.live.ducking import Ducking
from voice.live.ears import Ears, Said, TooMuchAudio
from voice.live.echoes import LEAST_PARTIAL_WORDS
from voice.live.leaving import finish_later
from voice.live.marks import Marks
from voice.live.narration import Narration
from voice.live.protocol import frames, refusals, server_frames
from voice.live.protocol.close_codes import IDLE, TOO_MUCH_AUDIO
from voice.live.protocol.frames import ClientFrame, Kind, Packet
from voice.live.stages import Client, Stages, Turns
from voice.live.state import LiveState
from voice.speaking.reading_aloud import Ending

log = logging.getLogger(__name__)

IDLE_S = 300  # a microphone that nobody speaks into is left open by mistake
MAX_DURATION_S = 1800  # whoever talks for longer connects again and goes on
MAX_WAITING = 4  # turns that wait to be transcribed; a fifth is told to wait


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the visitor said, as words."""

    text: str
    client_id: str
    utt: int | None
    marks: Marks


class LiveConversation:
    """Takes what one client sends and tells it what comes of it. `start` first; `close` at the end, in any case."""

    def __init__(
        self,
        turns: Turns,
        stages: Stages,
        client: Client,
        *,
        language: str = "",
        tells_metrics: bool = False,
        idle_s: float = IDLE_S,
        longest_s: float = MAX_DURATION_S,
    ):
        self._clock: Callable[[], float] = asyncio.get_running_loop().time
        self._turns, self._stages, self._client = turns, stages, client
        self._language, self._tells_metrics = language, tells_metrics
        self._idle_s, self._ends_at = idle_s, self._clock() + longest_s
        self._active_at = self._clock()
        self._socket_id = uuid.uuid4().hex  # with the number of an utterance it names a turn for good
        self._typed = 0
        self._ears = Ears(
            stages.transcribe,
            self._tell_partial,
            self._clock,
            admit=turns.admit,
            language=language,
            has_partials=stages.has_partials,
        )
        self._ducking = Ducking(client, lambda: self._answering.narration if self._answering else None, self._clock)
        self._is_muted = False
        self._waiting: asyncio.Queue[Said | frames.Typed] = asyncio.Queue(MAX_WAITING)
        self._is_thinking = False
        self._gen = 0
        self._answering: Answering | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._cutting = asyncio.Lock()
        self._keeping: asyncio.Task[None] | None = None
        self._storing: set[asyncio.Task[None]] = set()  # sound, on its way into files
        self._last_heard = ""  # of the last answer, for an interruption that comes after its end
        self._taking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._has_left = False

    @property
    def state(self) -> LiveState:
        if self._ears.is_listening:
            return LiveState.ENDPOINTING if self._ears.is_at_an_end else LiveState.LISTENING
        if self._answering:
            return LiveState.SPEAKING if self._answering.narration.has_sounded else LiveState.THINKING
        return LiveState.THINKING if self._is_thinking or not self._waiting.empty() else LiveState.IDLE

    def start(self, *, greets: bool = False) -> None:
        """Begin to listen, after the agent's greeting where it is wanted."""
        self._taking = asyncio.create_task(self._take_turns())
        self._watching = asyncio.create_task(self._watch_clock())
        if greets and self._stages.greeting:
            self._answer("", _spoken_words(self._stages.greeting), Marks())

    async def close(self) -> None:
        """The client is gone. A reply that is made goes on; what was heard of it is kept by the client's last word.

        What was said whole still becomes a turn, and its answer waits in the session.
        """
        self._has_left = True
        self._ears.cancel()
        is_owed = self._is_thinking or not self._waiting.empty()
        for task in (self._watching, None if is_owed else self._taking):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if is_owed and self._taking:
            finish_later(self._taking)
        async with self._cutting:
            if answering := await self._silence():
                await self._keep_if_sounded(answering)
        await self._kept()
        await asyncio.gather(*self._storing, return_exceptions=True)

    # --- what the client does ---------------------------------------------------------------------------------

    async def take(self, frame: ClientFrame) -> None:
        """Take a control frame. Raises FrameRefused."""
        match frame:
            case frames.Playback(gen, played_ms):
                if self._answering and self._answering.gen == gen:
                    self._answering.narration.ack(played_ms)
            case frames.Interrupt(gen, played_ms):
                await self._interrupt(gen, played_ms)
            case frames.Typed():
                await self._line_up(frame)
            case frames.Mute():
                self._is_muted = True
                await self._ducking.decide(self._ears.cancel())
            case frames.Unmute():
                self._is_muted = False
                self._active_at = self._clock()
            case frames.VoicePing():
                await self._client.tell(server_frames.pong())
            case _ if not self._is_muted:
                await self._take_speech(frame)

    async def hear(self, packet: Packet) -> None:
        """Take sound of the microphone."""
        if self._is_muted or packet.kind is not Kind.MIC:
            return
        try:
            said = self._ears.hear(packet.sound)
        except TooMuchAudio:
            await self._end("too_much_audio", _("More sound came than can be spoken. Connect again."), TOO_MUCH_AUDIO)
            return
        if self._ears.is_listening:
            self._active_at = self._clock()
        if said:
            await self._line_up(said)

    async def _take_speech(self, frame: ClientFrame) -> None:
        match frame:
            case frames.SpeechStart(utt, client_id):
                # An answer goes on: whether this is an interruption, the client decides.
                self._active_at = self._clock()
                replaced = self._ears.utt
                if self._ears.start(utt, client_id):
                    await self._ducking.begin(utt)
                    await self._ducking.decide(replaced)
            case frames.SpeechSoftEnd(utt):
                self._ears.soft_end(utt)
            case frames.SpeechResume(utt):
                self._ears.resume(utt)
            case frames.SpeechCancel(utt):
                await self._ducking.decide(self._ears.cancel(utt))
            case frames.SpeechEnd(utt):
                if said := self._ears.end(utt):
                    await self._line_up(said)

    async def _line_up(self, wanted: Said | frames.Typed) -> None:
        self._active_at = self._clock()
        try:
            self._waiting.put_nowait(wanted)
        except asyncio.QueueFull:
            message = _("One thing at a time, please: wait for the answer.")
            utt, client_id = (wanted.utt, "") if isinstance(wanted, Said) else (None, wanted.client_id)
            await self._client.tell(server_frames.error("busy", message, retryable=True, utt=utt, client_id=client_id))
            if isinstance(wanted, Said):
                wanted.transcript.cancel()
                await self._ducking.decide(wanted.utt)

    async def _interrupt(self, gen: int, played_ms: int) -> None:
        async with self._cutting:
            if self._answering and self._answering.gen == gen:
                await self._cut_short(played_ms)
            elif gen == self._gen and gen:  # it came to its end meanwhile, or this is said twice
                await self._client.tell(server_frames.cleared(gen, self._last_heard))

    # --- from what was said to an answer ----------------------------------------------------------------------

    async def _take_turns(self) -> None:
        while not (self._has_left and self._waiting.empty()):
            wanted = await self._waiting.get()
            self._is_thinking = True
            utt = wanted.utt if isinstance(wanted, Said) else None
            client_id = "" if isinstance(wanted, Said) else wanted.client_id
            try:
                if isinstance(wanted, Said):
                    await self._take_spoken(wanted)
                else:
                    await self._begin(self._typed_turn(wanted))
            except refusals.EXPECTED as error:
                await self._client.tell(refusals.frame_of(error, utt=utt, client_id=client_id))
            except Exception:  # a fault of ours must not leave a conversation that listens and never answers
                log.exception("session %s: a spoken turn failed", self._turns.session_id)
                message = _("Something went wrong here. Please say it again.")
                await self._client.tell(server_frames.error("fault", message, retryable=True, utt=utt))
            finally:
                self._is_thinking = False
            await self._ducking.decide(utt)

    async def _take_spoken(self, said: Said) -> None:
        storing = asyncio.create_task(self._turns.keep_recording(said.sound))  # while it is transcribed
        turn = await self._transcribed(said)
        recording = await storing
        if turn:
            await self._begin(turn, recording)
        elif recording:
            await self._turns.discard_recording(recording)

    async def _transcribed(self, said: Said) -> _Turn | None:
        """The words of an utterance; None, and the client is told, when there are none."""
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
        return _Turn(text, said.client_id or f"{self._socket_id}-{said.utt}", said.utt, said.marks)

    def _typed_turn(self, typed: frames.Typed) -> _Turn:
        self._typed += 1
        marks = Marks()
        marks.set("commit", self._clock())
        return _Turn(typed.text, typed.client_id or f"{self._socket_id}-t{self._typed}", None, marks)

    async def _begin(self, turn: _Turn, recording: StoredRecording | None = None) -> None:
        """Store a turn and begin to speak its answer, in the place of one that may still be spoken."""
        async with self._cutting:
            await self._cut_short(None)
        await self._kept()  # the next answer is made from what was heard of the last one
        owed = await self._turns.say(turn.text, turn.client_id, is_spoken=turn.utt is not None, recording=recording)
        if self._has_left:
            return
        self._answer(owed.answer.id, self._turns.follow(owed.answer.id), turn.marks, turn)

    def _next_gen(self) -> int:
        self._gen = self._gen % frames.MAX_GEN + 1
        return self._gen

    # --- speaking ---------------------------------------------------------------------------------------------

    def _answer(
        self, message_id: str, steps: AsyncGenerator[Step, None], marks: Marks, turn: _Turn | None = None
    ) -> None:
        gen = self._next_gen()
        narration = Narration(gen, self._client, marks, self._clock)
        utt, client_id = (turn.utt, turn.client_id if turn.utt is None else None) if turn else (None, None)
        start = server_frames.turn_start(gen, utt=utt, client_id=client_id, message_id=message_id or None)
        self._answering = Answering(message_id, start, narration, self._client, self._stages.clauser(), marks)
        self._speaking = asyncio.create_task(self._speak(self._answering, steps, turn))

    async def _speak(self, answering: Answering, steps: AsyncGenerator[Step, None], turn: _Turn | None) -> None:
        gen, message_id = answering.gen, answering.message_id
        try:
            await answering.announce()
            ending = await answering.run(steps, self._stages.narrator())
        except Exception:  # speech that breaks must not take the conversation along; the answer is in its row
            log.exception("session %s: an answer could not be spoken", self._turns.session_id)
            ending = Ending.ERROR
        if self._answering is not answering:  # it was silenced in the same moment
            return
        self._answering, self._active_at = None, self._clock()
        self._ducking.ended(answering.narration)
        self._last_heard = answering.narration.heard(answering.narration.played_ms())
        if ending.is_sudden:
            await self._tell_cut(answering, self._last_heard)
        else:
            await self._client.tell(server_frames.turn_end(gen, answering.reason(ending)))
            await self._tell_marks(answering)
            self._store_sound(answering)
        if ending in {Ending.STOPPED, Ending.CUT}:
            await self._keep_if_sounded(answering)
        elif ending is Ending.ANEW and self._speaking is asyncio.current_task():
            steps = self._turns.follow(message_id, answering.goes_on_at)
            self._answer(message_id, steps, answering.marks, turn)

    def _store_sound(self, answering: Answering) -> None:
        """Keep what was spoken with its message, if all of it was made."""
        if answering.message_id and answering.is_written and (sound := answering.narration.whole_sound):
            keeping = self._turns.keep_spoken(answering.message_id, answering.attempt, sound)
            storing = asyncio.create_task(keeping)
            self._storing.add(storing)
            storing.add_done_callback(self._storing.discard)

    async def _cut_short(self, played_ms: int | None) -> None:
        """Fall silent in the middle of an answer; without `played_ms` what was played is reckoned."""
        answering = await self._silence()
        if answering is None:
            return
        if played_ms is None:
            played_ms = answering.narration.played_ms()
        self._last_heard = answering.narration.heard(played_ms)
        if answering.message_id:
            self._keeping = asyncio.create_task(self._keep(answering, played_ms, stops=True))
        await self._tell_cut(answering, self._last_heard)

    async def _silence(self) -> Answering | None:
        """End the speaking; returns the answer it was in the middle of. From here on no sound of it goes out."""
        answering, speaking = self._answering, self._speaking
        self._answering = self._speaking = None
        if speaking:
            if answering:
                speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
        return answering

    async def _keep(self, answering: Answering, played_ms: int, *, stops: bool) -> None:
        narration = answering.narration
        is_over = answering.is_written and narration.is_all_heard(played_ms)
        try:
            if stops and not answering.is_written:
                await self._turns.stop(answering.message_id)
            if not narration.is_silent and not is_over:  # what is not spoken is read
                await self._turns.keep_heard(answering.message_id, narration.heard(played_ms))
        except DatabaseError as error:
            log.warning("message %s: what was heard is not stored: %s", answering.message_id, type(error).__name__)

    async def _keep_if_sounded(self, answering: Answering) -> None:
        """After an end that is no interruption: an answer that was not spoken yet will be read."""
        if answering.message_id and answering.narration.has_sounded:
            await self._keep(answering, answering.narration.played_ms(), stops=False)

    async def _kept(self) -> None:
        if self._keeping:
            await asyncio.wait([self._keeping])  # not the task itself: it must end even when nobody waits any more

    async def _tell_cut(self, answering: Answering, heard: str) -> None:
        await answering.announce()
        await self._client.tell(server_frames.cleared(answering.gen, heard))
        await self._client.tell(server_frames.turn_end(answering.gen, "interrupted", heard))
        await self._tell_marks(answering)

    async def _tell_marks(self, answering: Answering) -> None:
        if self._tells_metrics:
            await self._client.tell(server_frames.metrics(answering.gen, answering.marks.ms()))

    async def _tell_partial(self, utt: int, text: str) -> None:
        if not self._ducking.is_echo(utt, text, LEAST_PARTIAL_WORDS):  # a client takes words for an interruption
            await self._client.tell(server_frames.partial(utt, text))

    # --- limits -----------------------------------------------------------------------------------------------

    async def _watch_clock(self) -> None:
        while True:
            if self._answering:
                self._active_at = self._clock()
            ends_at = min(self._ends_at, self._active_at + self._idle_s)
            if self._clock() >= ends_at:
                break
            await asyncio.sleep(ends_at - self._clock())
        if self._clock() >= self._ends_at:
            await self._end("too_long", _("This conversation has been long. Connect again to go on."), IDLE)
        else:
            await self._end("idle", _("Nobody has said anything for a while. Connect again to go on."), IDLE)

    async def _end(self, code: str, message: str, close_code: int) -> None:
        await self._client.tell(server_frames.error(code, message, retryable=True))
        await self._client.close(close_code)


async def _spoken_words(text: str) -> AsyncGenerator[Step, None]:
    yield Piece(text, Position(""))
