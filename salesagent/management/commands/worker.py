"""Works on background tasks, for servers that run with WORKER=false."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups.unfinished import settle_if_cut_off
from operations.own_port import OwnPort
from salesagent.serving.worker import BackgroundWorker


class Command(BaseCommand):
    help = "Work on tasks in the background until SIGTERM; the task under way ends first (5 s at most)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="answer /healthz and /metrics at HOST and this port")

    def handle(self, *args: Any, **options: Any) -> None:
        if said := settle_if_cut_off():
            self.stdout.write(said)
        worker = BackgroundWorker()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: worker.stop())
        worker.start()
        if port := options["port"]:
            try:
                OwnPort(settings.HOST, port, worker.is_working)
            except (OSError, OverflowError) as error:
                worker.stop()
                raise CommandError(f"Port {port} at {settings.HOST} is taken or not allowed.") from error
        self.stdout.write("Working on tasks.")
        self.stdout.flush()
        worker.wait()
