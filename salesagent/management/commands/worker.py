"""Works on background tasks, for servers that run with WORKER=false."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from operations.backups.unfinished import settle_if_cut_off
from salesagent.serving.worker import BackgroundWorker


class Command(BaseCommand):
    help = "Work on tasks in the background until SIGTERM; the task under way ends first (5 s at most)."

    def handle(self, *args: Any, **options: Any) -> None:
        if said := settle_if_cut_off():
            self.stdout.write(said)
        worker = BackgroundWorker()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: worker.stop())
        worker.start()
        self.stdout.write("Working on tasks.")
        self.stdout.flush()
        worker.wait()
