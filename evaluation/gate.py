"""Holds back a new prompt version until the agent's cases pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import PromptVersion
from agents.publication import Held
from evaluation.running import begin, usual_repeat

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def hold(version: PromptVersion, author: User | None) -> Held | None:
    """Begin the evaluation that will publish the version if it passes; None if the agent has no cases."""
    number = version.agent.cases.count()
    if not number:
        return None
    repeat = usual_repeat()
    evaluation = begin(version, repeat=repeat, author=author, publishes=True)
    url = reverse("admin:evaluation_evaluation_change", args=[evaluation.pk])
    return Held(_told(number, repeat) % {"version": version.number, "count": number, "repeat": repeat}, url)


def _told(number: int, repeat: int) -> str:
    begun = ngettext(
        "Version %(version)s is not published yet: %(count)s case is asked first.",
        "Version %(version)s is not published yet: %(count)s cases are asked first.",
        number,
    )
    if repeat == 1:
        return f"{begun} {ngettext('It is published when that passes.', 'It is published when they pass.', number)}"
    return f"{begun} {_('Each is asked %(repeat)s times, and the version is published when every answer passes.')}"
