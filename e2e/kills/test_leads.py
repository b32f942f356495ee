"""Facts, leads and alerts through kill -9 of the real server: none is lost, none is there twice."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator

import pytest

from fakes.mail import FakeMail, mail_server
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.process

DONE_S = 150  # a task that was under way is run again 45 s after it began, an alert's lease is two minutes
MAKE = (
    MAKE_AGENT
    + """
from leads.models import LeadSettings
LeadSettings.objects.create(agent=agent, alert_addresses="sales@x.example")
agent.questions.create(key="people", label="People", ask="How many are you?", kind="number")
"""
)
LOOK = """
import json
from leads.models import Alert, Fact, Lead
print(json.dumps({
    "leads": Lead.objects.count(),
    "facts": sorted(Fact.objects.values_list("key", "value")),
    "alerts": sorted(Alert.objects.values_list("state", flat=True)),
}))
"""
KILL_AFTER_S = (0.0, 0.15, 0.4, 0.8)  # before the task is taken up, about when it runs, and after it


@pytest.fixture
def mail() -> Iterator[FakeMail]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(tmp_path, mail) -> Iterator[Site]:
    with site(tmp_path, begun_with=MAKE, RATE_LIMITS="off", EMAIL_URL=mail.url) as made:
        made.start()
        yield made


def post(made: Site, path: str, body: dict, token: str = "") -> dict:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(made.url + path, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        return json.load(response)


def until(made: Site, is_so) -> dict:
    end = time.monotonic() + DONE_S
    while not is_so(found := json.loads(made.shell(LOOK))):
        assert time.monotonic() < end, found
        time.sleep(0.5)
    return found


def test_what_visitors_told_is_kept_once_wherever_the_process_is_killed(server, mail):
    for number, after_s in enumerate(KILL_AFTER_S):
        begun = post(server, "/api/chat/init", {})
        path = f"/api/sessions/{begun['session_id']}/messages"
        post(server, path, {"content": f"we are {number + 40} people, write to jo{number}@example.org"}, begun["token"])
        time.sleep(after_s)
        server.kill()
        server.start()

    count = len(KILL_AFTER_S)
    found = until(server, lambda one: one["alerts"] == ["sent"] * count)

    assert found["leads"] == count
    people = [["people", str(number + 40)] for number in range(count)]
    assert found["facts"] == [*([["email", f"jo{number}@example.org"] for number in range(count)]), *people]
    told = [(message["Message-ID"], message["Reply-To"]) for message in mail.messages]
    assert sorted({reply_to for _id, reply_to in told}) == [f"jo{number}@example.org" for number in range(count)]
    assert (
        len({message_id for message_id, _reply_to in told}) == count
    )  # one that was sent twice is one to mail programs
