"""A whole conversation in German: what the page shows at first, and all that comes later by script and by socket."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from fakes.scripts import Script
from fakes.site import Site

pytestmark = pytest.mark.browser

# What the page's script or the server would say in English; answers, names and staff's own words may be English.
ENGLISH = re.compile(r"\b(Copy|Listen|Today|Send|Answer|You|Sources|Privacy|Conversation|message|helped|Delete)\b")


def spoken_words(page: Page) -> str:
    """All that is read out or shown but what was said: texts, labels and titles."""
    return page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter(one => !one.closest(".prose, script, style, template"))
          .flatMap(one => [one.ariaLabel, one.title, one.placeholder,
            ...[...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data)])
          .filter(Boolean).join(" \\n")"""
    )


@pytest.mark.parametrize(
    ("visit", "query"), [({"locale": "de-DE"}, ""), ({"locale": "en-GB"}, "?lang=de")], indirect=["visit"]
)
def test_a_german_page_stays_german(visit, scripted_site: Site, upstream, query: str):
    upstream.then(*[Script(text=f"Antwort {n}.", hold_after_tokens=1) for n in (1, 2)])
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/{query}")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    field = page.get_by_role("textbox", name="Ihre Nachricht")

    field.fill("Was kostet die Tischlampe?")
    field.press("Enter")
    expect(page.get_by_role("button", name="Antwort anhalten")).to_be_visible()
    upstream.go_on()
    visit.finished()
    field.fill("Wie viel kostet der Versand?")  # in the session now: its answer comes by the socket alone
    field.press("Enter")
    upstream.go_on()
    visit.finished(2)
    expect(page.get_by_role("button", name="Kopieren")).to_have_count(4)
    expect(page.locator(".sidebar")).to_contain_text("Heute")
    assert ENGLISH.findall(spoken_words(page)) == []
    assert visit.axe() == []

    visit.context.set_offline(True)
    field.fill("Noch eine Frage")
    field.press("Enter")
    expect(page.get_by_text("Ihre Nachricht ist gespeichert", exact=False).first).to_be_attached()
    visit.context.set_offline(False)
    visit.finished(3)

    page.locator("a[data-delete]").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("6 Nachrichten werden endgültig gelöscht.")


def test_the_next_page_is_in_the_language_that_the_first_was_asked_for(visit, scripted_site: Site):
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/?lang=fr")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Confidentialité").click()

    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Confidentialité dans cette discussion")
