"""All answers that are spoken in this process, one task each."""

from __future__ import annotations

import asyncio

from conversations.messages.events import MessageData
from lib.heap import give_back
from lib.per_loop import PerLoop
from voice.errors import SpeechUnavailable
from voice.models import VoiceSettings
from voice.speaking.speech import Speech
from voice.tts.chain import is_available

MAX_AT_ONCE = 20  # in one process
KEPT_S = 10  # for a listener who comes as it ends; later ones have the MP3, and a minute of sound takes 3 MB


class Speeches:
    """All answers that are spoken in this process."""

    def __init__(self) -> None:
        self._speeches: dict[str, Speech] = {}

    def find(self, answer: MessageData) -> Speech | None:
        """The speech of this attempt at the answer, if it is being spoken or has just been."""
        speech = self._speeches.get(answer.id)
        if speech is None or (speech.is_written and answer.is_running):  # asked for again meanwhile
            return None
        is_fixed = speech.is_written or speech.is_over
        return speech if not is_fixed or speech.attempt >= answer.attempt else None

    def start(self, answer: MessageData, voice: VoiceSettings | None = None) -> Speech:
        """Speak an answer, written or being written; the same one twice is spoken once. `voice` as it is read by now.

        Raises SpeechUnavailable when there is no voice, or too many are speaking.
        """
        if speech := self.find(answer):
            return speech
        if not is_available():
            raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED)
        if sum(not speech.is_over for speech in self._speeches.values()) >= MAX_AT_ONCE:
            raise SpeechUnavailable(SpeechUnavailable.Cause.RATE_LIMITED, "too many are speaking")
        speech = self._speeches[answer.id] = Speech(answer, voice)
        speech.task = asyncio.create_task(speech.run(), name=f"speech {answer.id}")
        speech.task.add_done_callback(lambda _task: self._forget_later(speech))
        return speech

    def _forget_later(self, speech: Speech) -> None:
        asyncio.get_running_loop().call_later(KEPT_S, self._forget, speech)
        self._rest()

    def _forget(self, speech: Speech) -> None:
        if self._speeches.get(speech.answer.id) is speech:
            del self._speeches[speech.answer.id]
        self._rest()

    def _rest(self) -> None:
        """In a pause, what speaking took goes back to the system."""
        if all(speech.is_over for speech in self._speeches.values()):
            asyncio.get_running_loop().run_in_executor(None, give_back)


@PerLoop
def speeches() -> Speeches:
    """The speeches of the running event loop."""
    return Speeches()
