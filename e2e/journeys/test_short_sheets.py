"""Sheets are made short when they are collected; a browser reads the same rules in them as in what was written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rcssmin

pytestmark = pytest.mark.browser
STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.glob("css/**/*.css"))
IMPORT = re.compile(r"@import[^;]*;")  # a constructed sheet takes none
RULES = """texts => texts.map(text => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return [...sheet.cssRules].map(rule => rule.cssText).join("\\n")
})"""


def spaced_alike(rules: str) -> str:
    """The white space in values with a variable is kept as it was written; none of it means anything."""
    return re.sub(r"\s*([,{}])\s*|(?<=\() | (?=\))", r"\1", re.sub(r"\s+", " ", rules))


def test_a_short_sheet_has_the_same_rules(visit):
    written = {name: IMPORT.sub("", (STATIC / name).read_text()) for name in SHEETS}

    before = visit.page.evaluate(RULES, list(written.values()))
    after = visit.page.evaluate(RULES, [rcssmin.cssmin(text) for text in written.values()])

    assert sum(map(len, before)) > 50_000
    for name, long, short in zip(written, before, after, strict=True):
        assert spaced_alike(short) == spaced_alike(long), name
