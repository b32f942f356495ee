"""A copied agent asks what the one asks that it was copied from."""

from typing import Any

from django.dispatch import receiver

from agents.models import Agent
from agents.signals import agent_duplicated
from leads.models import LeadSettings, Question


@receiver(agent_duplicated)
def copy_questions(*, source: Agent, copy: Agent, **_: Any) -> None:
    """Give `copy` the questions and the lead settings of `source`; not its leads."""
    rows: list[LeadSettings | Question] = [*LeadSettings.objects.filter(agent=source), *source.questions.all()]
    for row in rows:
        row.pk, row.agent = None, copy
        row.save(force_insert=True)
