"""What the tests of spoken turns share: a recording of a question, and who sends it."""

from __future__ import annotations

from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from voice.sound.rates import LISTENING_RATE
from voice.tests.sounds import encoded
from voice.tests.utterances import speech

QUESTION = "What do you sell?"


@cache
def recording(text: str = QUESTION, kind: str = "webm") -> bytes:
    """The text spoken, as a browser would record it."""
    return encoded(speech(text), kind, LISTENING_RATE)


def upload(data: bytes | None = None, name: str = "recording.webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, recording() if data is None else data)
