"""A site whose visitors' browsers keep the chat, and that comes and goes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.openai import FakeOpenAI
from fakes.site import MAKE_AGENT, ROOT, Site, site

SHEET = "css/pages/chat.css"
SETTINGS = "from salesagent.settings import *\nSTATIC_ROOT = {folder!r}\n"


@pytest.fixture(scope="package")
def site_that_comes_and_goes(tmp_path_factory: pytest.TempPathFactory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    folder, scripted = tmp_path_factory.mktemp("kept"), {"OPENAI_BASE_URL": upstream_server.base_url}
    scripted |= {"OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(folder, begun_with=MAKE_AGENT, SERVICE_WORKER="on", **scripted) as made:
        yield made


@pytest.fixture
def kept_site(site_that_comes_and_goes: Site, upstream: FakeOpenAI) -> Iterator[Site]:
    """Running, as it was made, and nobody has talked to it, whatever the test before did."""
    made = site_that_comes_and_goes
    made.shell("from conversations.models import Session; Session.objects.all().delete()")
    as_made = dict(made.environment)
    if made.process is None:
        made.start()
    yield made
    if made.environment != as_made:
        made.kill()
        made.environment = as_made


def next_version(made: Site, folder: Path) -> None:
    """Start the site anew as one whose newer static files took the place of those before: one sheet is another."""
    static = folder / "next"
    shutil.copytree(ROOT / "staticfiles", static, copy_function=os.link)
    manifest = json.loads((static / "staticfiles.json").read_text())
    before = static / manifest["paths"][SHEET]
    manifest["paths"][SHEET] = "css/pages/chat.000000000000.css"
    (static / manifest["paths"][SHEET]).write_text(f"{before.read_text()}.chat-page{{--version:2}}")
    before.unlink()
    before.with_name(f"{before.name}.gz").unlink()
    (static / "staticfiles.json").unlink()  # the other name of the file that all share
    (static / "staticfiles.json").write_text(json.dumps({**manifest, "hash": "000000000000"}))
    (folder / "next_settings.py").write_text(SETTINGS.format(folder=str(static)))
    made.stop()
    made.environment |= {"DJANGO_SETTINGS_MODULE": "next_settings", "PYTHONPATH": str(folder)}
    made.start()
