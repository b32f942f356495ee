"""A class is found by its name: within an app no other has the same."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted({path.parent for path in ROOT.glob("*/apps.py")} | {ROOT / "lib", ROOT / "language"})
NAMED_BY_DJANGO = {"Command"}  # of a management command


@pytest.mark.parametrize("app", APPS, ids=lambda path: path.name)
def test_no_two_classes_of_an_app_have_one_name(app):
    modules = [path for path in app.rglob("*.py") if not {"tests", "migrations"} & set(path.parts)]
    names = Counter(
        name for path in modules for name in re.findall(r"^class ([A-Z]\w*)", path.read_text(), re.MULTILINE)
    )

    assert [name for name, count in names.items() if count > 1 and name not in NAMED_BY_DJANGO] == []
