"""A class is found by its name: no other of the product has the same."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(
    {path.parent for path in ROOT.glob("*/apps.py")} | {ROOT / "lib", ROOT / "language", ROOT / "salesagent"}
)
NAMED_BY_DJANGO = {"Command"}  # of a management command


def test_no_two_classes_have_one_name():
    modules = [path for room in ROOMS for path in room.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]
    names = Counter(
        name for path in modules for name in re.findall(r"^class ([A-Z]\w*)", path.read_text(), re.MULTILINE)
    )

    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1 and name not in NAMED_BY_DJANGO] == []
