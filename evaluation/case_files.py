"""Cases as a YAML file, to edit them, to keep them with a prompt, or to copy them to another installation."""

from __future__ import annotations

from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from evaluation.keeping import CaseInvalid, store
from evaluation.models import MAX_CASES, Case
from knowledge.models import Document
from lib.text import clean, shorten

MAX_FILE_BYTES = 2_000_000  # 200 cases of 10 kB
FIELDS = {"question", "history", "must", "must_not", "cites", "refuses"}
ROLE_WORDS = {"visitor": "user", "agent": "assistant"}


class CaseFileInvalid(Exception):
    """The file cannot be imported; `str()` says where and why. Nothing of it is stored."""


def write(agent: Agent) -> str:
    """All cases of an agent as YAML, in order, with documents by their names."""
    cases = agent.cases.prefetch_related("cites")
    rows = [_row(case) for case in cases]
    return yaml.safe_dump({"cases": rows}, allow_unicode=True, sort_keys=False, width=100)


@transaction.atomic
def read(agent: Agent, file: bytes) -> int:
    """Add the cases in a file to the agent's; returns how many. A case with the same question is replaced."""
    known = {(case.question, str(case.history)): case for case in agent.cases.all()}
    rows = _rows(file)
    for number, row in enumerate(rows, start=1):
        values = _values(row, number)
        case = known.get((values["question"], str(values["history"]))) or Case(agent=agent)
        try:
            store(case, {**values, "cites": _documents(agent, values["cites"])})
        except CaseInvalid as error:
            raise CaseFileInvalid(_at(number, str(error))) from None
        known[(case.question, str(case.history))] = case
    return len(rows)


def _row(case: Case) -> dict[str, Any]:
    words = {role: word for word, role in ROLE_WORDS.items()}
    row: dict[str, Any] = {
        "question": case.question,
        "history": [{words[turn["role"]]: turn["text"]} for turn in case.history],
        "must": case.must,
        "must_not": case.must_not,
        "cites": sorted(document.name for document in case.cites.all()),
        "refuses": case.refuses,
    }
    return {name: value for name, value in row.items() if value}


def _rows(file: bytes) -> list[Any]:
    if len(file) > MAX_FILE_BYTES:
        raise CaseFileInvalid(_("The file is larger than 2 MB."))
    if b"&" in file and any(isinstance(event, yaml.AliasEvent) for event in _events(file)):
        raise CaseFileInvalid(_("The file has an alias (*name), which is not taken: write it out."))
    try:
        found = yaml.safe_load(file)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CaseFileInvalid(_not_yaml(error)) from None
    rows = found.get("cases") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not rows:
        raise CaseFileInvalid(_("The file has no list of “cases”."))
    if len(rows) > MAX_CASES:
        raise CaseFileInvalid(_("The file has more than %(most)s cases.") % {"most": MAX_CASES})
    return rows


def _events(file: bytes) -> Any:
    """Refuse aliases: a few aliases of aliases unfold to more than any memory holds."""
    try:
        yield from yaml.parse(file, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CaseFileInvalid(_not_yaml(error)) from None


def _not_yaml(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _("The file is not YAML.")
    return _("The file is not YAML: see line %(line)s.") % {"line": mark.line + 1}


def _values(row: Any, number: int) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise CaseFileInvalid(_at(number, _("is no case; it begins with “question:”.")))
    if unknown := sorted(str(name) for name in row if name not in FIELDS):
        raise CaseFileInvalid(_at(number, _("“%(name)s” is not known.") % {"name": shorten(unknown[0], 40)}))
    question = row.get("question")
    if not isinstance(question, str) or not clean(question):
        raise CaseFileInvalid(_at(number, _("has no question.")))
    refuses = row.get("refuses", False)
    if not isinstance(refuses, bool):
        raise CaseFileInvalid(_at(number, _("refuses: write true or false.")))
    lists = {name: _list(row.get(name), name, number) for name in ("must", "must_not", "cites")}
    return {"question": clean(question), "history": _history(row.get("history"), number), "refuses": refuses, **lists}


def _list(value: Any, name: str, number: int) -> list[str]:
    found = [value] if isinstance(value, str | int | float) else value or []
    if not isinstance(found, list) or not all(isinstance(each, str | int | float) for each in found):
        raise CaseFileInvalid(_at(number, _("%(name)s: write a list of phrases.") % {"name": name}))
    return [clean(str(each)) for each in found]


def _history(value: Any, number: int) -> list[dict[str, str]]:
    turns = []
    for turn in value if isinstance(value, list) else [value] if value else []:
        pairs = list(turn.items()) if isinstance(turn, dict) else []
        if len(pairs) != 1 or pairs[0][0] not in ROLE_WORDS or not isinstance(pairs[0][1], str):
            raise CaseFileInvalid(_at(number, _("history: write a list of “visitor: …” and “agent: …”.")))
        turns.append({"role": ROLE_WORDS[pairs[0][0]], "text": clean(pairs[0][1])})
    return turns


def _documents(agent: Agent, names: list[str]) -> list[Document]:
    """The documents with these names. If several have the same name, the oldest one is used."""
    found = []
    for name in names:
        document = agent.documents.filter(name=name).defer("text").order_by("created_at").first()
        if document is None:
            raise CaseInvalid(_("cites: this agent has no document “%(name)s”.") % {"name": shorten(name, 60)})
        found.append(document)
    return found


def _at(number: int, words: str) -> str:
    return _("Case %(number)s: %(words)s") % {"number": number, "words": words}
