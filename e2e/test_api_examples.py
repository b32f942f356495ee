"""The examples of docs/api.md and the two clients, run against a real site as a stranger would run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S
from fakes.scripts import Script
from fakes.site import ROOT, Site, site
from voice.tests.utterances import needs_models

pytestmark = pytest.mark.process
KEY = "the key of the examples in the documentation"
EXAMPLES = ROOT / "docs" / "examples"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NODE = shutil.which("node") or "node"

PYTHON_JOURNEY = """
import asyncio, os, sys
sys.path.insert(0, sys.argv[1])
from salesagent_client import ApiError, Management, Visitor

async def main():
    url = os.environ["SALESAGENT_URL"]
    boss = Management(url, os.environ["SALESAGENT_KEY"])
    agent = await boss.create_agent("Ada", "You sell lamps.")
    document = await boss.upload(agent["id"], "delivery.md", b"# Delivery\\n\\nA lamp arrives within 3 days.")
    assert document["status"] == "ready", document
    assert [one["id"] async for one in boss.every("/agents", "agents")].count(agent["id"]) == 1
    assert "3 days" in (await boss.search(agent["id"], "How long is delivery?"))[0]["text"]
    assert (await boss.refine("You sell lamps."))["changes"]
    visitor = await Visitor.begin(url, agent["id"])
    heard = [event async for event in visitor.ask("How long is delivery?")]
    done = heard[-1]
    assert done.name == "done", heard
    assert "".join(event.data["content"] for event in heard if event.name == "token") == done.data["full_content"]
    plain = await visitor.ask_plain("And what do you sell?")
    assert plain["assistant_message"]["status"] == "complete"
    await visitor.stop(plain["assistant_message"]["id"])
    frames = [frame async for frame in visitor.say_on_socket("How long is delivery?")]
    assert frames[0]["type"] == "connect" and len(frames[0]["messages"]) == 4
    assert frames[-1]["message"]["content"]
    pages = [page async for page in visitor.earlier(limit=4)]
    assert [len(page) for page in pages] == [4, 2]
    again = await Visitor.begin(url, token=visitor.token)
    assert (again.session_id, len(again.messages)) == (visitor.session_id, 6)
    try:
        await boss.call("GET", "/agents/x")
    except ApiError as error:
        assert (error.status, error.detail) == (404, "Agent not found")
    await boss.call("DELETE", f"/agents/{agent['id']}")
    for client in (boss, visitor, again):
        await client.close()
    print("all done")

asyncio.run(main())
"""
JAVASCRIPT_JOURNEY = """
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
const { ApiError, Management, Visitor } = await import(pathToFileURL(process.argv[2]));
const url = process.env.SALESAGENT_URL;
const boss = new Management(url, process.env.SALESAGENT_KEY);
const agent = await boss.call("POST", "/agents", { name: "Ada", system_prompt: "You sell lamps." });
const document = await boss.upload(agent.id, "delivery.md", "# Delivery\\n\\nA lamp arrives within 3 days.");
assert.equal(document.status, "ready");
const visitor = await Visitor.begin(url, { agent: agent.id });
const heard = [];
for await (const event of visitor.ask("How long is delivery?")) heard.push(event);
const done = heard.at(-1);
assert.equal(done.name, "done");
const tokens = heard.filter((event) => event.name === "token").map((event) => event.data.content);
assert.equal(tokens.join(""), done.data.full_content);
const plain = await visitor.askPlain("And what do you sell?");
assert.equal(plain.assistant_message.status, "complete");
await visitor.stop(plain.assistant_message.id);
const pages = [];
for await (const page of visitor.earlier(3)) pages.push(page.length);
assert.deepEqual(pages, [3, 1]);
const again = await Visitor.begin(url, { token: visitor.token });
assert.equal(again.messages.length, 4);
await assert.rejects(boss.call("GET", "/agents/x"), (error) => error instanceof ApiError && error.status === 404);
assert.equal(await boss.call("DELETE", `/agents/${agent.id}`), null);
console.log("all done");
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("examples"), API_KEY=KEY, LOG_LEVEL="warning") as made:
        made.start()
        yield made


def run(running: Site, folder: Path, *command: str) -> str:
    """Run a program in an empty folder as a stranger would, with nothing but the two variables; its output."""
    environment = {"PATH": os.environ["PATH"], "SALESAGENT_URL": running.url, "SALESAGENT_KEY": KEY}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=3 * PATIENCE_S, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def examples(language: str) -> str:
    found = blocks(language)
    assert len(found) > 8
    return "\n".join(found)


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return [body for name, body in FENCE.findall(text) if name == language]


def answered_everywhere(output: str) -> bool:
    return "ok" in output and "3 days" in output and "Agent not found" in output


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """An empty folder but for the recording that the examples send."""
    for name in ("question.mp3", "lamp.png"):
        shutil.copy(EXAMPLES / name, tmp_path)
    return tmp_path


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("make")), reason="no curl or no make on this machine")
def test_the_lines_to_copy_set_an_address_and_a_key_that_is_valid(running):
    (lines,) = blocks("sh")
    assert "http://127.0.0.1:8000" in lines
    lines = lines.replace("http://127.0.0.1:8000", running.url)
    # Nothing is installed by a test.
    lines = lines.replace("make -s", f"make -s -o .venv/installed BIN={Path(sys.executable).parent}")
    ask = 'curl -sS --fail-with-body "$SALESAGENT_URL/api/v1/agents" -H "Authorization: Bearer $SALESAGENT_KEY"'

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines + ask],
        cwd=ROOT,
        env=running.environment | {"NAME": ""},
        capture_output=True,
        timeout=3 * PATIENCE_S,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert '"agents"' in done.stdout


@needs_models
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="no curl or no jq on this machine")
def test_the_examples_for_the_shell_work(running, desk):
    output = run(running, desk, "bash", "-euo", "pipefail", "-c", examples("bash"))

    assert answered_everywhere(output)
    assert "event: done" in output
    first, again = re.findall(r"^[0-9a-f-]{36} .*$", output, re.MULTILINE)
    assert first == again
    assert "How long is delivery?" in output
    assert {path.name for path in desk.iterdir()} == {"question.mp3", "lamp.png"}


@needs_models
def test_the_examples_in_python_work(running, desk):
    (desk / "example.py").write_text(examples("python"), encoding="utf-8")

    output = run(running, desk, sys.executable, "example.py")

    assert answered_everywhere(output)
    assert "heard: How long is delivery?" in output


@needs_models
@pytest.mark.node
def test_the_examples_in_javascript_work(running, desk):
    (desk / "example.mjs").write_text(examples("js"), encoding="utf-8")

    output = run(running, desk, NODE, "--experimental-websocket", "example.mjs")

    assert answered_everywhere(output)
    assert re.search(r"How long is delivery\? /api/audio/spoken/\S+\.mp3", output)


def test_the_python_client_works(running, tmp_path):
    (tmp_path / "journey.py").write_text(PYTHON_JOURNEY)

    assert "all done" in run(running, tmp_path, sys.executable, "-B", "journey.py", str(EXAMPLES))


@pytest.mark.node
def test_the_javascript_client_works(running, tmp_path):
    (tmp_path / "journey.mjs").write_text(JAVASCRIPT_JOURNEY)

    output = run(running, tmp_path, NODE, "journey.mjs", str(EXAMPLES / "salesagent-client.mjs"))

    assert "all done" in output


PYTHON_RETURNING = """
import asyncio, os, signal, sys
sys.path.insert(0, sys.argv[1])
from salesagent_client import Visitor

async def main():
    visitor = await Visitor.begin(os.environ["SALESAGENT_URL"])
    text = ""
    async for event in visitor.ask("Count."):
        if event.name == "restart":
            text = ""
        if event.name == "token":
            text += event.data["content"]
            print("token", flush=True)
    assert event.name == "done" and event.data["full_content"] == text, (event, text)
    await visitor.close()
    print("all done")

asyncio.run(main())
"""


MAKE_COUNTING = """
from agents.models import Agent
Agent.objects.create(name="Ada", slug="ada", is_default=True, checks_answers=False).publish("Count.")
"""


def test_a_client_reads_the_whole_answer_though_the_server_is_killed(tmp_path):
    words = " ".join(str(number) for number in range(40))
    with (
        FakeOpenAI().in_thread() as fake,
        site(tmp_path, OPENAI_BASE_URL=fake.base_url, OPENAI_MODEL="scripted", LOG_LEVEL="warning") as made,
    ):
        made.shell(MAKE_COUNTING)
        fake.then(*[Script(words, rate_per_s=10)] * 3)
        made.start()
        (tmp_path / "returning.py").write_text(PYTHON_RETURNING)
        environment = {"PATH": os.environ["PATH"], "SALESAGENT_URL": made.url}
        command = [sys.executable, "-B", str(tmp_path / "returning.py"), str(EXAMPLES)]
        client = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert client.stdout is not None
        assert client.stdout.readline() == "token\n"

        made.kill()
        made.start()
        output, _ = client.communicate(timeout=3 * PATIENCE_S)

    assert "all done" in output
