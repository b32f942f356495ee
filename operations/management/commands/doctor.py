"""Looks over the installation: one line for each thing, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.doctor.examination import examine, is_well


class Command(BaseCommand):
    help = "Say in plain words what is wrong with this installation and what to do. Exits with 1 where something is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: a list of findings")
        told = "also send each provider one short request, which may cost a fraction of a cent, and the worker a task"
        parser.add_argument("--ask", action="store_true", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for each in examine(ask=options["ask"]):
            findings.append(each)
            if not options["json"]:
                self.stdout.write(each.line())
                self.stdout.flush()
        if options["json"]:
            told = {"ok": is_well(findings), "findings": [asdict(each) for each in findings]}
            self.stdout.write(json.dumps(told, indent=2))
        if not is_well(findings):
            sys.exit(1)
