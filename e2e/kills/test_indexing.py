"""A long document in the real server process: killed or stopped in the middle, it is indexed in the end, once."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator

import pytest

from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.process

KEY = "an-indexing-key-of-the-tests"
SECTIONS = 300  # some five seconds of a core: long enough to be killed in
MANY_SECTIONS = 3_000  # not done by the time that a process is asked to end, whatever holds that up
DONE_S = 3 * PATIENCE_S  # from the restart on: a lease of 15 s, a look every 5 s, and all of the work anew
LOOK = """
import json
from knowledge.models import Document
document = Document.objects.get()
positions = list(document.chunks.values_list("position", flat=True))
print(json.dumps([document.status, document.lease_owner, document.takeovers, positions]))
"""


@pytest.fixture
def server(tmp_path) -> Iterator[Site]:
    with site(tmp_path, begun_with=MAKE_AGENT, API_KEY=KEY) as made:
        made.start()
        yield made


def ask(made: Site, path: str, body: bytes | None = None, kind: str = "") -> dict:
    headers = {"Authorization": f"Bearer {KEY}"} | ({"Content-Type": kind} if kind else {})
    request = urllib.request.Request(made.url + path, body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310
        return json.load(response)


def upload(made: Site, sections: int) -> str:
    text = "\n\n".join(
        f"# Lamp {number}\n\nLamp {number} costs {number} dollars. It comes in {number} colours."
        for number in range(sections)
    )
    agent = ask(made, "/api/agents")["agents"][0]["id"]
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="lamps.md"\r\n\r\n'
    body = f"{head}{text}\r\n--{mark}--\r\n".encode()
    document = ask(made, f"/api/agents/{agent}/documents", body, f"multipart/form-data; boundary={mark}")
    assert document["status"] == "pending"
    return f"/api/documents/{document['id']}"


def until(made: Site, path: str, is_so, within_s: float = PATIENCE_S) -> dict:
    end = time.monotonic() + within_s
    while not is_so(document := ask(made, path)):
        assert time.monotonic() < end, document
        time.sleep(0.1)
    return document


def is_under_way(document: dict) -> bool:
    assert document["status"] == "pending", "the machine is too fast for this text"
    return document["progress"] > 0


def test_a_document_under_way_when_the_process_is_killed_is_indexed_after_the_restart(server):
    path = upload(server, SECTIONS)
    until(server, path, is_under_way)

    server.kill()
    server.start()
    document = until(server, path, lambda one: one["status"] != "pending", DONE_S)

    assert (document["status"], document["progress"], document["error"]) == ("ready", 1, "")
    status, owner, _takeovers, positions = json.loads(server.shell(LOOK))
    assert (status, owner, positions) == ("ready", "", list(range(SECTIONS)))


def test_a_clean_stop_does_not_wait_for_a_long_document_and_hands_it_over_at_once(server):
    path = upload(server, MANY_SECTIONS)
    until(server, path, is_under_way)

    server.stop()

    assert json.loads(server.shell(LOOK)) == ["pending", "", 0, []]
