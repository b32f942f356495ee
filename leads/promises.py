"""What an agent may promise a visitor who leaves contact details: only what somebody sees to."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agents.llm.request import Promise
from leads.keeping import questions_of, settings_of
from leads.models import LeadSettings
from leads.terms import QuestionData

KNOWN_S = 5.0  # what staff change counts that soon; a turn needs no query for it meanwhile
MAX_KNOWN = 1000
VIEW = "leads.view_lead"
CONSENT = gettext_noop("You may use these details to answer me.")  # the text that an agent begins with, as it is stored


@dataclass(frozen=True, slots=True)
class Selling:
    """What an agent asks for and may promise, as staff have set it up."""

    settings: LeadSettings
    questions: tuple[QuestionData, ...]
    promise: Promise | None
    read_at: float

    @property
    def consent_text(self) -> str:
        """What visitors agree to: the words of staff, or in the visitor's language those that an agent begins with."""
        text = str(self.settings.consent_text)
        return _(text) if text == CONSENT else text


_known: dict[uuid.UUID, Selling] = {}


def selling(agent_id: uuid.UUID) -> Selling:
    """From memory for five seconds."""
    found = _known.get(agent_id)
    if found is None or time.monotonic() - found.read_at > KNOWN_S:
        of_agent = settings_of(agent_id)
        promise = promise_of(of_agent)
        found = Selling(of_agent, tuple(questions_of(agent_id)), promise, time.monotonic())
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        _known[agent_id] = found
    return found


def forget() -> None:
    """Read everything anew; for who has just changed it."""
    _known.clear()


def promise_of(of_agent: LeadSettings) -> Promise | None:
    """None where contact details would reach nobody: no address is told, and nobody may see leads."""
    if not of_agent.takes_contact or not (of_agent.addresses or somebody_sees_leads()):
        return None
    return Promise(answer_time=of_agent.answer_time)


def somebody_sees_leads() -> bool:
    """Whether an active member of staff may see leads in the admin."""
    users = get_user_model().objects.with_perm(VIEW, backend="django.contrib.auth.backends.ModelBackend")
    return bool(users.filter(is_active=True, is_staff=True).exists())
