"""Labelled messages are held to their form, so that a slip of the pen does not count as a mistake of the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.leads.labels import DECLINED, BadLabel, cases

GOOD: dict[str, Any] = {"sale": "coffee", "text": "We are 40", "facts": {"people": "40"}}


def written(folder: Path, **changes: Any) -> Path:
    file = folder / "set.jsonl"
    file.write_text("\n" + json.dumps(GOOD | changes) + "\n", "utf-8")
    return file


def test_a_line_says_what_is_right(tmp_path: Path) -> None:
    (case,) = cases(written(tmp_path, facts={"people": ["40", "40-"]}, declined=["budget"], unclear=["start"]))

    assert case.wanted == {"people": ("40", "40-"), "budget": (DECLINED,)}
    assert case.unclear == ("start",)


@pytest.mark.parametrize(
    "changes",
    [
        {"fact": {}}, {"sale": "cars"}, {"asked": "peple"}, {"declined": ["seats"]},
        {"facts": {"people": "forty"}}, {"facts": {"people": "about 40"}}, {"facts": {"budget": "5k"}},
        {"facts": {"start": "15 January"}}, {"facts": {"machine": "bean to cup"}}, {"facts": {"phone": "020 7946"}},
        {"facts": {"name": "Jo"}},
    ],
)  # fmt: skip
def test_a_line_of_another_form_is_refused_with_its_place(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(BadLabel, match=r"set\.jsonl, line 2"):
        cases(written(tmp_path, **changes))
