"""Fills the database of a seeded site with conversations, and says where in it to read."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise

from django.utils import timezone

from access import keys
from agents.models import Agent
from bench.reads.reads import PAGE, Places
from conversations.models import Message, Reply, Session
from lib.rest import cursors

SHORT = 10  # messages of the one session that is alike in a site of any size
LONG = 5_000
USUAL = 50
SILENT = 9  # sessions without a message, so that the smallest site has two pages of them
BATCH = 2_000
WORDS = "The Brook 90 makes ninety cups an hour and costs **$2,400**; it is delivered within five working days. " * 3


def fill(messages: int) -> Places:
    """Makes that many messages, SHORT at least, for the default agent."""
    agent = Agent.objects.default()
    assert agent, "the site is not seeded"
    lengths = _lengths(messages)
    titles = [f"Conversation {number}" for number in range(len(lengths))]
    sessions = Session.objects.bulk_create(
        (Session(agent=agent, title=title, last_seq=length) for title, length in zip(titles, lengths, strict=True)),
        batch_size=BATCH,
    )
    for start in range(0, len(sessions), USUAL):
        _fill(sessions[start : start + USUAL])
    by_length = {session.last_seq: session for session in sessions}
    long = by_length.get(LONG, by_length[SHORT])
    return Places(
        key=keys.create("bench")[1],
        agent=str(agent.pk),
        short=str(by_length[SHORT].pk),
        long=str(long.pk),
        usual=str(by_length.get(USUAL, by_length[SHORT]).pk),
        early_message=str(long.messages.get(seq=PAGE + 1).pk),
        last_sessions=_last_page(agent),
    )


def _lengths(messages: int) -> list[int]:
    lengths, left = [SHORT], messages - SHORT
    for length in [LONG] * (left >= LONG) + [USUAL] * ((left - LONG) // USUAL if left >= LONG else left // USUAL):
        lengths.append(length)
        left -= length
    return lengths + [left] * (left > 0) + [0] * SILENT


def _fill(sessions: list[Session]) -> None:
    """Questions and their complete answers."""
    messages = [
        Message(session=session, seq=seq, role=Message.Role.USER if seq % 2 else Message.Role.ASSISTANT, content=WORDS)
        for session in sessions
        for seq in range(1, session.last_seq + 1)
    ]
    Message.objects.bulk_create(messages, batch_size=BATCH)
    complete = {"state": Reply.State.COMPLETE, "ended_at": timezone.now()}
    Reply.objects.bulk_create(
        (
            Reply(question=question, message=answer, **complete)
            for question, answer in pairwise(messages)
            if answer.role == Message.Role.ASSISTANT
        ),
        batch_size=BATCH,
    )


def _last_page(agent: Agent) -> str:
    """The cursor after which the PAGE oldest sessions are left."""
    oldest = agent.sessions.order_by("created_at", "pk").values_list("pk", flat=True)[PAGE - 1 : PAGE + 1]
    _, cursor = cursors.page(Session.objects.filter(pk__in=list(oldest)), 1, None)
    assert cursor
    return cursor


def told(messages: int) -> str:
    """The same as JSON, for the process that asked for it."""
    return json.dumps(asdict(fill(messages)))
