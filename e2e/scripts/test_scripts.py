"""The scripts that need no page, run under node: each `.test.mjs` beside this file is a test here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_S

pytestmark = pytest.mark.node

FOLDER = Path(__file__).parent
NODE = shutil.which("node") or "node"
COUNT = re.compile(r"^# (tests|pass) (\d+)$", re.MULTILINE)


@pytest.mark.parametrize(
    "file", sorted(FOLDER.glob("*.test.mjs")), ids=lambda file: file.name.removesuffix(".test.mjs")
)
def test_scripts_alone(file):
    command = [NODE, "--import", "./page.mjs", "--test-reporter=tap", file.name]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=PATIENCE_S)

    assert done.returncode == 0, done.stdout + done.stderr
    count = {name: int(number) for name, number in COUNT.findall(done.stdout)}
    assert count["pass"] == count["tests"] > 0, done.stdout  # none was skipped
