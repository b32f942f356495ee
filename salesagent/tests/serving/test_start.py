"""What a start does not load, since hardly any of it is needed, and some of it never."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_S
from fakes.site import MAKE_AGENT, ROOT, site

HEAVY = {"aiohttp", "av", "ctranslate2", "faster_whisper", "numpy", "onnxruntime", "openai", "tokenizers"}
START = f"""
import sys
import django
django.setup()
import salesagent.asgi
from knowledge import indexer
from salesagent.serving.warming import warm_up
warm_up()
assert not indexer.catch_up()
assert indexer._announced()
print(sorted({HEAVY} & set(sys.modules)))
"""


@pytest.mark.process
def test_a_site_without_knowledge_starts_without_models_clients_and_codecs(tmp_path: Path) -> None:
    with site(tmp_path, begun_with=MAKE_AGENT) as made:
        environment = {**made.environment, "DJANGO_SETTINGS_MODULE": "salesagent.settings"}
        command = [sys.executable, "-c", START]  # its `shell` is forked from a process that has loaded more
        loaded = subprocess.run(  # noqa: S603 our own code
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, timeout=PATIENCE_S, check=True
        ).stdout

    assert loaded.strip() == b"[]"
