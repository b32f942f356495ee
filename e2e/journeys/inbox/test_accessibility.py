"""axe-core finds nothing in the inbox nor on a page that waits for a person, and both are large enough to touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.conftest import bar, wish
from fakes.scripts import Script

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
LONG = "A long question with Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
SMALL = """() => [...document.querySelectorAll(
  '.speaker button')]
  .filter(one => one.checkVisibility({visibilityProperty: true}))
  .map(one => [one.id || one.className || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([name, box]) => `${name} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
screens = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])


def looked_at(visit, *, is_phone: bool) -> list[str]:
    """What axe-core finds, what is too small for a finger, and whether the page is too wide."""
    found = visit.axe_light_and_dark()
    width, of_page = visit.page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    if of_page > width:
        found.append(f"the page is {of_page} px wide on {width}")
    return found + (visit.page.evaluate(SMALL) if is_phone else [])


def test_the_inbox(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="1. one\n2. two\n\n```\ncode\n```"))
    sam, one = desk("sam", **DESKTOP), visitor()
    sam.open("?tab=waiting")
    expect(sam.page.locator(".inbox__empty")).to_be_visible()
    found = [looked_at(sam.visit, is_phone=False)]
    one.ask(LONG)
    one.finished()
    one.ask("My name is Maximiliane and my mail is max@example.com")
    one.finished(2)
    wish(one)
    expect(sam.page.locator(".inbox__row")).to_be_visible()
    found.append(looked_at(sam.visit, is_phone=False))
    sam.enter("waits")
    found.append(looked_at(sam.visit, is_phone=False))
    sam.do("take")
    expect(sam.standing).to_have_text("You answer")
    sam.write(LONG)
    expect(sam.page.locator(".message--staff")).to_be_visible()
    sam.page.locator("#inbox-text").fill("/")
    expect(sam.page.locator("#inbox-canned")).to_be_visible()
    found.append(looked_at(sam.visit, is_phone=False))
    for summary in reversed(sam.page.locator("details:not([open]) > summary").all()):
        summary.click()
    sam.page.locator(".inbox__side").scroll_into_view_if_needed()
    found.append(looked_at(sam.visit, is_phone=False))

    assert found == [[]] * 5


@screens
def test_the_visitor_who_waits_and_who_talks_to_a_person(desk, visitor, upstream, screen):
    upstream.then(Script(text="We sell lamps."))
    sam, one = desk("sam"), visitor(**screen)
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    expect(one.page.locator(".message--assistant")).to_have_count(2)
    found = [looked_at(one, is_phone=screen is PHONE)]
    sam.open()
    sam.enter("waits")
    sam.do("take")
    expect(sam.standing).to_have_text("You answer")
    sam.write(LONG)
    expect(one.page.locator(".message--staff")).to_have_count(1)
    sam.write("And one more.")
    expect(one.page.locator(".message--staff")).to_have_count(2)
    expect(bar(one.page)).to_contain_text("You are talking to Sam")
    found.append(looked_at(one, is_phone=screen is PHONE))

    assert found == [[]] * 2
