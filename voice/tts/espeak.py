"""Speech by espeak-ng, if it is installed: it sounds robotic, but is quick and knows a hundred languages."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator

from django.utils.translation import gettext as _

from voice.errors import SpeechUnavailable
from voice.tts.sound import SampleStream
from voice.tts.speaker import Voice
from voice.tts.timely import Unspeakable, timely

PROGRAM = "espeak-ng"
WORDS_PER_MINUTE = 175  # the program's default
FIRST_PIECE_S = 5.0  # 0.02 s on an idle machine; a busy one may take long to start a process
READ_BYTES = 16_384  # a third of a second
MAX_PROCESSES = 8  # at a time, so that many answers cannot overload the machine; each runs for some 0.03 s
_VOICE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,10}){0,3}(?:\+[a-z0-9]{1,12})?", re.IGNORECASE)  # "en-gb+f3"

_running = 0


class Espeak:
    """Speaks the agent's language. The voice's name may be one of the program's own, such as "en-gb+f3"."""

    name = "espeak"

    def missing(self) -> str:
        """A translated reason why it cannot speak; "" if it can."""
        return "" if shutil.which(PROGRAM) else _("The program espeak-ng is not installed.")

    def is_ready(self) -> bool:
        return not self.missing()

    def identity(self, voice: Voice) -> tuple[str, ...]:
        return self.name, "", "", _name_of(voice)

    def stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        """See Speaker. Closing it kills the program."""
        return timely(_run(text, voice), text, voice, first_piece_s=FIRST_PIECE_S)


def _name_of(voice: Voice) -> str:
    return voice.name if _VOICE.fullmatch(voice.name) else voice.language


async def _run(text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
    global _running
    program, name = shutil.which(PROGRAM), _name_of(voice)
    if program is None:
        raise SpeechUnavailable(SpeechUnavailable.Cause.NOT_CONFIGURED, "espeak-ng is not installed")
    if not _VOICE.fullmatch(name):
        raise Unspeakable(SpeechUnavailable.Cause.NOT_CONFIGURED, "the language is no language code")
    if _running >= MAX_PROCESSES:
        raise SpeechUnavailable(SpeechUnavailable.Cause.RATE_LIMITED, f"{_running} processes are speaking")
    _running += 1
    try:
        async with contextlib.aclosing(_output(program, name, text, voice.speed)) as output:
            async for piece in output:
                yield piece
    finally:
        _running -= 1


async def _output(program: str, name: str, text: str, speed: float) -> AsyncGenerator[bytes, None]:
    words_per_minute = round(WORDS_PER_MINUTE * min(max(speed, 0.5), 2.0))
    # The text goes to standard input, because everybody on the machine can see a program's arguments.
    options = ("--stdin", "--stdout", "-b", "1", "-z", "-v", name, "-s", str(words_per_minute))
    process = await asyncio.create_subprocess_exec(program, *options, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    assert process.stdin is not None  # noqa: S101 for the type checker
    assert process.stdout is not None  # noqa: S101
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the exit code tells more
            process.stdin.write(text.encode(errors="replace"))
            process.stdin.close()
        sound = SampleStream()
        while data := await process.stdout.read(READ_BYTES):
            yield sound.feed(data)
        if await process.wait():
            raise Unspeakable(SpeechUnavailable.Cause.PROVIDER_ERROR, f"exit code {process.returncode}")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
