"""An app that is added is tested and type-checked too: the lists that name the apps name all of them."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = {path.parent.name for path in ROOT.glob("*/apps.py")}


def test_the_tests_of_every_app_are_run():
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]

    assert {path.parent.name for path in ROOT.glob("*/tests")} <= set(options["testpaths"])


def test_every_app_is_type_checked():
    checked = re.search(r"\$\(BIN\)/mypy (.*)", (ROOT / "Makefile").read_text())

    assert checked is not None
    assert set(checked[1].split()) >= APPS


def test_every_app_stands_in_the_contract_of_imports():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert set(contract["root_packages"]) >= APPS
