"""A filled site has what the reads ask for, whatever its size."""

from __future__ import annotations

import pytest
from django.test import Client

from agents.models import Agent
from bench.reads.filling import fill
from bench.reads.reads import PAGE, READS
from conversations.models import Message, Reply, Session

pytestmark = pytest.mark.django_db
MANY = pytest.param(5_100, marks=pytest.mark.slow)


@pytest.mark.parametrize("messages", [10, 60, MANY])
def test_as_many_messages_are_made_as_were_asked_for(agent: Agent, messages: int) -> None:
    fill(messages)

    assert Message.objects.count() == messages
    assert sum(Session.objects.values_list("last_seq", flat=True)) == messages
    assert Reply.objects.count() == messages // 2


@pytest.mark.parametrize("messages", [10, MANY])
def test_every_read_is_answered(agent: Agent, messages: int) -> None:
    at = fill(messages)
    client = Client(headers={"Authorization": f"Bearer {at.key}"})

    answers = {read.name: client.get(f"/api{read.path(at)}") for read in READS}

    assert {answer.status_code for answer in answers.values()} == {200}
    for name in ("sessions", "last-sessions"):
        assert len(answers[name].json()["sessions"]) == PAGE
    for name in ("messages", "early-messages"):
        assert len(answers[name].json()["messages"]) == PAGE
    assert answers["last-sessions"].json()["next_cursor"] is None
    assert answers["early-messages"].json()["has_more"] is False
