"""Passes the frames of one client to ears, turns and answers, and ends the conversation at its limits.

The states of a turn, in order: idle, listening, endpointing, thinking, speaking.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

from django.utils.translation import gettext as _

from voice.live.answers import Answers
from voice.live.ducking import Ducking
from voice.live.ears import Ears, EndedUtterance, TooMuchAudio
from voice.live.echoes import LEAST_PARTIAL_WORDS
from voice.live.narration import Narration
from voice.live.protocol import frames, server_frames
from voice.live.protocol.close_codes import IDLE, TOO_MUCH_AUDIO
from voice.live.protocol.frames import ClientFrame, Packet, PacketKind
from voice.live.stages import Client, Stages, Turns
from voice.live.turn_taking import TurnTaking

IDLE_S = 300  # after so much silence the microphone was probably left open by mistake
MAX_DURATION_S = 1800  # a visitor who talks longer has to connect again


class LiveState(StrEnum):
    """The state of a live conversation."""

    IDLE = "idle"
    LISTENING = "listening"
    ENDPOINTING = "endpointing"
    THINKING = "thinking"
    SPEAKING = "speaking"


class LiveConversation:
    """Takes frames of one client and answers with frames. Call `start` first, and always call `close` at the end."""

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
        clock = self._clock = asyncio.get_running_loop().time
        self._client, self._greeting = client, stages.greeting
        self._idle_s, self._ends_at = idle_s, clock() + longest_s
        self._active_at = clock()
        self._ears = Ears(
            stages.transcribe,
            self._tell_partial,
            clock,
            admit=turns.admit,
            language=language,
            has_partials=stages.has_partials,
        )
        self._answers = Answers(turns, stages, client, clock, self._answer_ended, tells_metrics=tells_metrics)
        self._ducking = Ducking(client, lambda: self._answers.narration, clock)
        self._turn_taking = TurnTaking(turns, client, self._answers, self._ducking, clock, language)
        self._is_muted = False
        self._watching: asyncio.Task[None] | None = None

    @property
    def state(self) -> LiveState:
        if self._ears.is_listening:
            return LiveState.ENDPOINTING if self._ears.is_at_an_end else LiveState.LISTENING
        if narration := self._answers.narration:
            return LiveState.SPEAKING if narration.has_sounded else LiveState.THINKING
        return LiveState.THINKING if self._turn_taking.is_busy else LiveState.IDLE

    def start(self, *, greets: bool = False) -> None:
        """Begin to listen. With `greets`, the agent's greeting is spoken first."""
        self._turn_taking.start()
        self._watching = asyncio.create_task(self._watch_clock())
        if greets and self._greeting:
            self._answers.greet(self._greeting)

    async def close(self) -> None:
        """The client is gone. A running reply goes on; how much of it was played is stored, by the last report.

        A finished utterance still becomes a turn, and its answer is stored in the session.
        """
        self._ears.cancel()
        if self._watching:
            self._watching.cancel()
        await self._turn_taking.leave()
        if self._watching:
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._answers.leave()

    # --- what the client does ---------------------------------------------------------------------------------

    async def take(self, frame: ClientFrame) -> None:
        """Take a control frame. Raises FrameRefused."""
        match frame:
            case frames.Playback(gen, played_ms):
                self._answers.ack(gen, played_ms)
            case frames.Interrupt(gen, played_ms):
                await self._answers.interrupt(gen, played_ms)
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
        if self._is_muted or packet.kind is not PacketKind.MIC:
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
                # A running answer goes on: the client decides whether this is an interruption.
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

    async def _line_up(self, wanted: EndedUtterance | frames.Typed) -> None:
        self._active_at = self._clock()
        await self._turn_taking.line_up(wanted)

    async def _tell_partial(self, utt: int, text: str) -> None:
        if not self._ducking.is_echo(utt, text, LEAST_PARTIAL_WORDS):  # any partial words would interrupt
            await self._client.tell(server_frames.partial(utt, text))

    def _answer_ended(self, narration: Narration) -> None:
        self._active_at = self._clock()
        self._ducking.ended(narration)

    # --- limits -----------------------------------------------------------------------------------------------

    async def _watch_clock(self) -> None:
        while True:
            if self._answers.current:
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
