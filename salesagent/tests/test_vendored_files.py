"""Files that others wrote are those that their table names, byte for byte."""

import hashlib
import re
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static/vendor/vad-web-0.0.31"
ROW = re.compile(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_vendored_file_is_the_one_that_was_published():
    named = dict(ROW.findall((FOLDER / "README.md").read_text()))

    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.iterdir()}

    assert {name: digest for name, digest in found.items() if name not in {"README.md", "LICENSE"}} == named
