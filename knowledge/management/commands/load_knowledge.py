"""`manage.py load_knowledge AGENT PATH...`: files and folders into an agent's knowledge; may be repeated."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.called import agent_called
from knowledge.loading import files_below, load
from knowledge.management.progress import Progress


class Command(BaseCommand):
    help = (
        "Add files and folders to an agent's knowledge. What it has already is left alone, and a file that changed "
        "takes the place of the old one, so that it may be stopped and run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent", help="The agent's address (slug) or id.")
        parser.add_argument("paths", nargs="+", type=Path, help="Files, or folders that are looked through.")

    def handle(self, *args: Any, agent: str, paths: list[Path], **options: Any) -> None:
        found = agent_called(agent)
        if found is None:
            raise CommandError(f"There is no agent called {agent}.")
        if missing := [str(path) for path in paths if not path.exists()]:
            raise CommandError(f"There is no file or folder {', '.join(missing)}.")
        files = files_below(paths)
        outcomes: Counter[str] = Counter()
        with Progress("file", len(files)) as progress:
            loading = load(found, files, lambda share: progress.set(outcomes.total() + share))
            for number, loaded in enumerate(loading, 1):
                outcomes[loaded.outcome] += 1
                with progress.aside():
                    self.stdout.write(f"{number}/{len(files)} {loaded.outcome} {loaded.path}: {loaded.words}")
                progress.set(number)
        told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        self.stdout.write(f"{told or 'No files that can be read'}.")
        if outcomes["failed"]:
            raise CommandError(f"{outcomes['failed']} of {len(files)} files are not in the knowledge.")
