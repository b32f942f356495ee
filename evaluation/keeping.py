"""Stores cases from all sources, and checks what a case needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import Agent
from evaluation.models import MAX_CASES, Case, require_expectation
from knowledge.models import Document

COLUMNS = ("question", "history", "must", "must_not", "refuses", "position")


class CaseInvalid(Exception):
    """A case cannot be stored; `str()` says why and what to do."""


@transaction.atomic
def store(case: Case, values: Mapping[str, Any]) -> Case:
    """Set the columns in `values`, and `cites` as documents. Raises CaseInvalid; then nothing is stored."""
    for name in COLUMNS:
        if name in values:
            setattr(case, name, values[name])
    is_new = case._state.adding
    if is_new:
        _require_room(case.agent)
    cites = values["cites"] if "cites" in values else ([] if is_new else list(case.cites.all()))
    try:
        case.clean_fields()
        require_expectation(case.must, case.must_not, cites, refuses=case.refuses)
    except ValidationError as error:
        raise CaseInvalid(" ".join(_told(error))) from None
    case.save()
    case.cites.set(cites)
    return case


def documents(agent: Agent, ids: Iterable[uuid.UUID]) -> list[Document]:
    """The agent's documents with these ids; raises CaseInvalid for an id that is not among them."""
    wanted = list(dict.fromkeys(ids))
    found = {document.pk: document for document in Document.objects.filter(agent=agent, pk__in=wanted).defer("text")}
    if missing := [pk for pk in wanted if pk not in found]:
        raise CaseInvalid(_("cites: %(id)s is no document of this agent.") % {"id": missing[0]})
    return [found[pk] for pk in wanted]


def _require_room(agent: Agent) -> None:
    Agent.objects.select_for_update().get(pk=agent.pk)
    if agent.cases.count() >= MAX_CASES:
        words = _("This agent has %(most)s cases, which is the most. Delete one first.")
        raise CaseInvalid(words % {"most": MAX_CASES})


def _told(error: ValidationError) -> list[str]:
    if hasattr(error, "error_dict"):
        return [f"{name}: {' '.join(found.messages)}" for name, errors in error.error_dict.items() for found in errors]
    return error.messages
