"""An agent that sells lamps and knows what they cost, and evaluations worked through as a worker does."""

import pytest
from django_tasks_db.models import DBTaskResult

from agents.models import Agent
from evaluation.models import Evaluation
from evaluation.running import work
from fakes.openai import FakeOpenAI
from knowledge.indexing import index_document
from knowledge.models import Document

PAGE = "# Lamps\n\n## Prices\n\nThe desk lamp costs 40 euros. The floor lamp costs 90 euros."


@pytest.fixture
def seller(agent: Agent) -> Agent:
    index_document(Document.objects.create(agent=agent, name="Lamps", text=PAGE))
    return agent


@pytest.fixture
def model(settings):  # type: ignore[no-untyped-def]
    """A scripted model in a thread of its own: an evaluation has an event loop of its own."""
    with FakeOpenAI().in_thread() as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = server.base_url, "scripted"
        yield server


def worked(evaluation: Evaluation) -> Evaluation:
    """All steps of an evaluation, one after the other, as workers take them up."""
    while tasks := list(DBTaskResult.objects.filter(task_path="evaluation.running.work")):
        for task in tasks:
            task.delete()
            work.call(*task.args_kwargs["args"])
    evaluation.refresh_from_db()
    return evaluation
