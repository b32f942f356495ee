"""Publishes a prompt version whose cases passed, or one that a person overrides, with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.models import Agent
from evaluation.models import Evaluation

MAX_REASON_CHARS = 500


class NotOverridden(Exception):
    """The version cannot be published by an override; `str()` says why."""


@transaction.atomic
def publish_passed(evaluation: Evaluation) -> None:
    """Publish the version if the evaluation was begun for that, unless a newer one is published."""
    if evaluation.publishes and evaluation.status == Evaluation.Status.PASSED:
        _put_in_place(evaluation)


@transaction.atomic
def override(evaluation: Evaluation, *, reason: str, by: str) -> None:
    """Publish the version although its cases failed; raises NotOverridden."""
    if not reason.strip():
        raise NotOverridden(_("Say why it is published all the same."))
    if not evaluation.publishes or evaluation.status == Evaluation.Status.PASSED or evaluation.overridden_at:
        raise NotOverridden(_("There is nothing to override: this evaluation holds no version."))
    if not _put_in_place(evaluation):
        raise NotOverridden(_("A newer version is published already."))
    evaluation.override_reason, evaluation.overridden_by = reason.strip()[:MAX_REASON_CHARS], by[:200]
    evaluation.overridden_at = timezone.now()
    evaluation.save(update_fields=["override_reason", "overridden_by", "overridden_at"])


def _put_in_place(evaluation: Evaluation) -> bool:
    agent = Agent.objects.select_for_update(of=("self",)).select_related("published_prompt").get(pk=evaluation.agent_id)
    published = agent.published_prompt
    if published and published.number >= evaluation.version.number:
        return False
    agent.put_in_place(evaluation.version)
    return True
