"""Facts, leads and alerts through kill -9 of the real server: none is lost, none is there twice."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from email.message import Message

import pytest

from fakes.mail import FakeMail, mail_server
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.process

DONE_S = 4 * PATIENCE_S  # a task that was under way is run again 45 s after it began, an alert's lease is two minutes
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
from leads.models import Alert, Fact, Lead, ModelReading
print(json.dumps({
    "leads": Lead.objects.count(),
    "facts": sorted(Fact.objects.values_list("key", "value")),
    "by_model": Fact.objects.filter(by="model").count(),
    "readings": ModelReading.objects.count(),
    "alerts": sorted(Alert.objects.values_list("state", flat=True)),
}))
"""
KILL_AFTER_S = (0.0, 0.15, 0.4, 0.8)  # before the task is taken up, about when it runs, and after it


NAMED = json.dumps({"facts": [{"key": "name", "words": "nadia kern"}]})
# The model thinks for a second: killed before it is asked, while it is, and about when its answer is stored.
KILL_IN_READING_AFTER_S = (0.2, 0.7, 1.3, 1.8)


@pytest.fixture
def mail() -> Iterator[FakeMail]:
    with mail_server() as server:
        yield server


@pytest.fixture
def server(tmp_path, mail) -> Iterator[Site]:
    with site(tmp_path, begun_with=MAKE, RATE_LIMITS="off", EMAIL_URL=mail.url) as made:
        made.start()
        yield made


@pytest.fixture
def model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI().in_thread() as fake:
        yield fake


@pytest.fixture
def modelled(tmp_path, mail, model) -> Iterator[Site]:
    """A server whose model finds the same name in every message, and takes a second for it."""
    asking = 'agent.questions.create(key="name", label="Name", ask="What is your name?", kind="name", position=1)\n'
    named = "fake?" + urllib.parse.urlencode({"text": json.dumps(NAMED), "first_token_s": 1.0})
    settings = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": named, "EMAIL_URL": mail.url}
    with site(tmp_path, begun_with=MAKE + asking, RATE_LIMITS="off", **settings) as made:
        made.start()
        yield made


def post(made: Site, path: str, body: dict, token: str = "") -> dict:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(made.url + path, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310
        return json.load(response)


def text_of(message: Message) -> str:
    return b"".join(part.get_payload(decode=True) or b"" for part in message.walk()).decode()


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


def test_what_the_model_reads_is_kept_once_wherever_the_process_is_killed(modelled, mail):
    sessions = []
    for number, after_s in enumerate(KILL_IN_READING_AFTER_S):
        begun = post(modelled, "/api/chat/init", {})
        sessions.append((f"/api/sessions/{begun['session_id']}/messages", begun["token"]))
        post(modelled, sessions[-1][0], {"content": f"we are {number + 40} people, ask for nadia kern"}, begun["token"])
        time.sleep(after_s)
        modelled.kill()
        modelled.start()
    count = len(KILL_IN_READING_AFTER_S)

    read = until(modelled, lambda one: one["readings"] >= count)

    people = [["people", str(number + 40)] for number in range(count)]
    assert read["facts"] == [*([["name", "nadia kern"]] * count), *people]
    assert (read["leads"], read["by_model"], read["readings"]) == (count, count, count)
    assert not read["alerts"]  # nobody can be reached yet

    for number, (path, token) in enumerate(sessions):
        post(modelled, path, {"content": f"jo{number}@example.org"}, token)
    told = until(modelled, lambda one: one["alerts"] == ["sent"] * count)

    assert (told["leads"], told["by_model"]) == (count, count)
    assert len({message["Message-ID"] for message in mail.messages}) == count
    assert all("nadia kern" in text_of(message) for message in mail.messages)
