"""An evaluation as JUnit XML, which CI servers show case by case."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

from evaluation.models import CaseRun, Evaluation

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(evaluation: Evaluation) -> bytes:
    """One test for each case. A failure says which answer failed and why, and has the answer."""
    name = str(evaluation)
    suite = Tree.Element("testsuite", name=_text(name), tests=str(evaluation.total), failures=str(evaluation.failed))
    if evaluation.error:
        Tree.SubElement(suite, "system-err").text = _text(evaluation.error)
    for case in evaluation.cases.prefetch_related("runs"):
        runs = list(case.runs.all())
        seconds = sum(run.total_ms or 0 for run in runs) / 1000
        test = Tree.SubElement(
            suite, "testcase", classname=_text(name), name=_text(case.question), time=f"{seconds:.3f}"
        )
        for run in runs:
            if run.faults:
                failure = Tree.SubElement(test, "failure", message=_text(_told(run, evaluation.repeat)))
                failure.text = _text(run.answer)
        if evaluation.repeat > 1:
            told = f"{case.passed_runs} of {evaluation.repeat} answers passed."
            Tree.SubElement(test, "system-out").text = told
    return bytes(Tree.tostring(suite, encoding="utf-8", xml_declaration=True))


def _told(run: CaseRun, repeat: int) -> str:
    faults = " ".join(run.faults)
    return faults if repeat == 1 else f"Answer {run.number} of {repeat}: {faults}"


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("", text)
