"""A browser reads of our sheets, as they are served, what stands in their sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

# A list of selectors is dropped whole where a browser does not know one of them, and each knows its own maker's alone.
OF_MAKERS = re.compile(r"[^{};]*::-(?:webkit|moz)-[^{};]*(?=\{)")
SOURCES = Path(__file__).resolve().parents[2] / "static"
# Each rule as the browser understands it, with those around it, without what a sheet imports and where its pictures
# are; it keeps the white space of values with a `var()` as it stands.
RULES = r"""(text) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text.replace(/@import[^;]*;/g, "").replace(/url\([^)]*\)/g, "url()"))
  const rules = []
  const read = (list, around) => {
    for (const rule of list) {
      const own = rule.selectorText ?? rule.cssText.split("{")[0].trim()
      if (rule.style?.length) rules.push(`${around} ${own} {${rule.style.cssText.replace(/\s/g, "")}}`)
      if (rule.cssRules) read(rule.cssRules, rule instanceof CSSLayerBlockRule ? around : `${around} ${own}`)
    }
  }
  read(sheet.cssRules, "")
  return rules
}"""


def test_a_sheet_as_it_is_served_has_every_rule_of_its_source(visit, scripted_site):
    page = visit.page
    page.goto(f"{scripted_site.url}/")
    served = SOURCES.parent / "staticfiles"
    count = 0
    for source in SOURCES.glob("css/**/*.css"):
        wanted = page.evaluate(RULES, source.read_text())
        found = set(page.evaluate(RULES, (served / source.relative_to(SOURCES)).read_text()))
        assert [rule for rule in wanted if rule not in found] == [], source
        count += len(wanted)
    assert count > 500


@pytest.mark.parametrize("maker", ["-webkit-", "-moz-"])
def test_what_one_browser_alone_knows_stands_in_a_rule_of_its_own(maker):
    rules = [rule for source in SOURCES.glob("css/**/*.css") for rule in OF_MAKERS.findall(source.read_text())]
    own = [rule for rule in rules if f"::{maker}" in rule]

    assert own
    assert [rule.strip() for rule in own if not all(f"::{maker}" in selector for selector in rule.split(","))] == []


@pytest.mark.parametrize("path", ["/chat/ada/", "/embed/ada/", "/admin/login/"])
def test_a_hint_in_a_field_has_a_colour_of_ours_and_not_the_browsers(visit, scripted_site, path):
    visit.page.goto(f"{scripted_site.url}{path}")

    hint, muted = visit.page.evaluate("""() => {
      const field = document.body.appendChild(Object.assign(document.createElement('input'), { placeholder: 'Name' }))
      const { color, opacity } = getComputedStyle(field, '::placeholder')
      field.style.color = 'var(--text-muted)'
      return [[color, opacity], [getComputedStyle(field).color, '1']]
    }""")

    assert hint == muted
