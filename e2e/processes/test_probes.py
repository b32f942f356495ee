"""What a load balancer is told by a real server: with its database away, while it stops, and after it came back."""

import http.client
import json
import signal
import threading
import urllib.request

import pytest

from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S, wait_until
from fakes.scripts import Script
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.process


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, dict]:
    connection.request("GET", path, headers={"Host": "10.0.0.5:8000"})
    with connection.getresponse() as answer:
        return answer.status, json.loads(answer.read())


def kept_open(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)


def test_a_process_without_its_database_lives_and_is_not_ready(tmp_path):
    folder, elsewhere = tmp_path / "data", tmp_path / "away"
    folder.mkdir()
    with site(folder, begun_with=MAKE_AGENT, DATABASE_URL="sqlite:", MEDIA_ROOT=str(tmp_path / "media")) as made:
        made.log = tmp_path / "server.log"
        made.start()
        connection = kept_open(made.port)
        assert ask(connection, "/readyz")[0] == 200

        folder.rename(elsewhere)
        wait_until(lambda: ask(connection, "/readyz")[0] == 503)
        status, told = ask(connection, "/readyz")
        alive, _ = ask(connection, "/healthz")
        elsewhere.rename(folder)

        assert (status, alive) == (503, 200)
        assert told["checks"]["database"] == "does not answer"
        assert str(tmp_path) not in json.dumps(told)
        wait_until(lambda: ask(connection, "/readyz")[0] == 200)
        connection.close()


def test_one_that_stops_says_so_on_connections_that_are_open(tmp_path):
    with (
        FakeOpenAI().in_thread() as model,
        site(tmp_path, begun_with=MAKE_AGENT, OPENAI_BASE_URL=model.base_url, OPENAI_MODEL="scripted") as made,
    ):
        made.start()
        model.then(Script(text="one two three", hold_after_tokens=1))
        balancer = kept_open(made.port)
        assert ask(balancer, "/readyz") == (200, _ready(made))
        visitor = threading.Thread(target=_talk, args=(made.url,))
        visitor.start()
        wait_until(lambda: model.requests and model.requests[0].tokens_sent)

        assert made.process is not None
        made.process.send_signal(signal.SIGTERM)
        wait_until(lambda: ask(balancer, "/readyz")[0] == 503)

        assert ask(balancer, "/readyz")[1]["checks"] == {"process": "is stopping"}
        assert ask(balancer, "/healthz")[0] == 200
        model.go_on()
        visitor.join(PATIENCE_S)
        made.process.wait(PATIENCE_S)
        balancer.close()


def _ready(made) -> dict:
    checks = {"database": "ok", "migrations": "ok"}
    if made.environment.get("REDIS_URL"):
        checks["redis"] = "ok"
    return {"status": "ready", "checks": checks}


def _talk(url: str) -> None:
    begun = _post(f"{url}/api/chat/init", {}, "")
    _post(f"{url}/api/sessions/{begun['session_id']}/messages", {"content": "What is a lamp?"}, begun["token"])


def _post(url: str, body: dict, token: str) -> dict:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        return json.load(answer)
