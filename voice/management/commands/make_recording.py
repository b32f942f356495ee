"""Makes a recording to send to the API: a text spoken as an agent speaks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError, CommandParser

from voice.errors import SpeechUnavailable
from voice.models import VoiceSettings
from voice.staff.sample import MAX_CHARS, sample
from voice.tts.speaker import Voice


class Command(BaseCommand):
    help = "Speak a text with the voice that is set up (without one: the built-in voice) and write it to an MP3 file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help=f"At most {MAX_CHARS} characters are spoken.")
        parser.add_argument("file", type=Path, help="Where it is written: question.mp3")

    def handle(self, *args: Any, text: str, file: Path, **options: Any) -> None:
        if not text.strip():
            raise CommandError("TEXT: write what is to be said.")
        try:
            mp3 = async_to_sync(sample)(VoiceSettings(voice=Voice(), greeting=text))
        except SpeechUnavailable:
            raise CommandError("There is no voice: install requirements/local.txt, or set up a provider.") from None
        try:
            file.write_bytes(mp3)
        except OSError as error:
            raise CommandError(f"FILE: {error.strerror}: {file}") from None
        self.stdout.write(f"{file}: {len(mp3):,} bytes")
