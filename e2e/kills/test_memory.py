"""A summary that is owed comes about once, whenever the server is killed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.process

DONE_S = 4 * PATIENCE_S  # a task that was under way is run again 45 s after it began
COUNT = 3
# Owed as by a visitor's message, and due at once: the half hour of rest is over.
OWE = f"""
from datetime import timedelta
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from agents.models import Agent
from conversations.models import Message, Session
from memory import making
from memory.models import MemorySettings
from memory.switch import decide
agent = Agent.objects.get(slug="ada")
MemorySettings.objects.update_or_create(agent=agent, defaults={{"is_on": True}})
decide("a" * 64, agent.brand, True)
for number in range({COUNT}):
    session = Session.objects.create(
        agent=agent, visitor="a" * 64, title=f"Lamp {{number}}?", last_seq=1, updated_at=timezone.now() - making.REST
    )
    Message.objects.create(session=session, seq=1, role="user", content=session.title)
    making.owe(session)
DBTaskResult.objects.update(run_after=timezone.now())
"""
LOOK = """
import json
from memory.models import SessionSummary
print(json.dumps(sorted(SessionSummary.objects.filter(due_at=None).values_list("text", flat=True))))
"""


@pytest.fixture
def server(tmp_path) -> Iterator[Site]:
    with site(tmp_path, begun_with=MAKE_AGENT, RATE_LIMITS="off") as made:
        made.start()
        yield made


def test_a_summary_is_made_once_wherever_the_process_is_killed(server):
    server.shell(OWE)
    for after_s in (0.5, 3.2, 3.6):  # before a task is taken up, which is after three seconds, and about when it runs
        time.sleep(after_s)
        server.kill()
        server.start()

    end = time.monotonic() + DONE_S
    while len(found := json.loads(server.shell(LOOK))) < COUNT:
        assert time.monotonic() < end, found
        time.sleep(0.5)

    assert found == [f"Asked: Lamp {number}?" for number in range(COUNT)]
