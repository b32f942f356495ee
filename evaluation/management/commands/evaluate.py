"""`manage.py evaluate AGENT`: asks an agent its cases, and exits with 1 if too few pass (for CI)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agents.called import agent_called
from agents.models import Agent
from evaluation.coverage import coverage_of
from evaluation.junit import junit
from evaluation.models import CaseRun, Evaluation
from evaluation.running import MAX_REPEAT, NothingToEvaluate, begin, failed_cases, published_or, step

LOOK_S = 0.5  # how often it looks while a worker does the work


class Command(BaseCommand):
    help = "Ask an agent its cases; ends with 1 when fewer pass than --fail-under."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own --version prints Django's; here it is the prompt's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agent", help="its slug or id")
        parser.add_argument("--version", type=int, help="number of a prompt version; the published one without it")
        parser.add_argument("--repeat", type=int, default=1, help="runs of each case, all of which must pass")
        parser.add_argument("--fail-under", type=float, default=1.0, help="share of the cases that must pass, 0 to 1")
        parser.add_argument("--junit", type=Path, help="file for the results as JUnit XML")
        parser.add_argument("--coverage", action="store_true", help="also say what no case touches")

    def handle(self, *args: Any, **options: Any) -> None:
        evaluation = self._begun(_agent(options["agent"]), options)
        self._work(evaluation)
        self._report(evaluation)
        if options["junit"]:
            options["junit"].write_bytes(junit(evaluation))
        if options["coverage"]:
            self._cover(evaluation.agent)
        if evaluation.share < options["fail_under"]:
            raise SystemExit(1)

    def _begun(self, agent: Agent, options: dict[str, Any]) -> Evaluation:
        if not 1 <= options["repeat"] <= MAX_REPEAT:
            raise CommandError(f"--repeat: give a number from 1 to {MAX_REPEAT}.")
        if not 0 <= options["fail_under"] <= 1:
            raise CommandError("--fail-under: give a share from 0 to 1, as 0.9.")
        version = published_or(agent, options["version"])
        if version is None:
            raise CommandError(f"{agent} has no such prompt version.")
        try:
            return begin(version, repeat=options["repeat"])
        except NothingToEvaluate as error:
            raise CommandError(str(error)) from None

    def _work(self, evaluation: Evaluation) -> None:
        """Do the work here, or wait for a worker that has started it. If this is killed, a worker continues."""
        all_runs = evaluation.total * evaluation.repeat
        while evaluation.is_under_way:
            if evaluation.claim(timezone.now()):
                step(evaluation)
                evaluation.release()
            else:
                time.sleep(LOOK_S)
            evaluation.refresh_from_db()
            done = CaseRun.objects.filter(case__evaluation=evaluation).count()
            self.stderr.write(f"{done} of {all_runs} answers")

    def _report(self, evaluation: Evaluation) -> None:
        for case in failed_cases(evaluation):
            of_all = f" ({case.passed_runs} of {evaluation.repeat} answers passed)" if evaluation.repeat > 1 else ""
            self.stdout.write(f"FAILED  {case}{of_all}")
            for run in case.runs.all():
                for fault in run.faults:
                    self.stdout.write(f"        run {run.number}: {fault}")
        if evaluation.error:
            self.stdout.write(evaluation.error)
        cases = "case" if evaluation.total == 1 else "cases"
        self.stdout.write(f"{evaluation.passed} of {evaluation.total} {cases} passed ({evaluation}).")

    def _cover(self, agent: Agent) -> None:
        found = coverage_of(agent)
        for what, names, count in (
            ("documents", found.documents, found.document_count),
            ("questions", found.questions, found.question_count),
        ):
            self.stdout.write(f"No case touches {len(names)} of {count} {what}.")
            for name in names:
                self.stdout.write(f"        {name}")


def _agent(named: str) -> Agent:
    found = agent_called(named)
    if found is None:
        raise CommandError(f"There is no agent “{named}”. Name it by its slug or its id.")
    return found
