"""A conversation on paper: all of it, in words that can be read, without the buttons."""

from __future__ import annotations

import io

import pypdf
import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"My room number {number} is dark." for number in range(1, 61))
ROWS = "\n".join(f"| Lamp number {number} | {number} dollars |" for number in range(1, 81))
OFFER = f"Here is our offer.\n\n| Lamp | Price |\n| --- | --- |\n{ROWS}\n\nThat is the whole of it."
# How dark each of the visitor's own words is drawn where no background is: 0 is black, 1 white.
LIGHTNESS = """one => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d')
  canvas.fillStyle = getComputedStyle(one).color
  canvas.fillRect(0, 0, 1, 1)
  return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)) / 255
}"""


def paper(page) -> str:
    """The words on all its pages, as the browser prints them without backgrounds."""
    pages = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


@pytest.mark.parametrize("visit", [{}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"])
def test_the_whole_conversation_is_on_the_paper(visit, scripted_site, upstream):
    upstream.then(Script(text=OFFER), Script(text="You are welcome."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask(LONG)
    visit.finished()
    visit.ask("Thank you")
    visit.finished(2)

    printed = paper(visit.page)

    for words in ("Hello, I am Ada.", "room number 1 is", "room number 60 is", "Lamp number 80", "You are welcome."):
        assert words in printed
    for button in ("Send", "New conversation", "Show all", "Show less"):
        assert button not in printed
    visit.page.emulate_media(media="print")
    for words in visit.page.locator(".message .prose p").all():
        assert words.evaluate(LIGHTNESS) < 0.5
    expect(visit.page.locator("#composer")).to_be_hidden()


def test_a_conversation_that_floats_over_the_landing_page_is_printed_once(visit, scripted_site, upstream):
    upstream.then(Script(text="We sell lamps."))
    visit.page.goto(scripted_site.url)
    visit.ask("What do you sell?")
    visit.finished()
    visit.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    visit.page.set_viewport_size({"width": 1280, "height": 420})
    visit.page.locator("#panel").evaluate("one => one.classList.add('is-floating')")

    printed = paper(visit.page)

    assert printed.count("We sell lamps.") == 1
    assert "Ask us anything" in printed
    assert "open in the corner" not in printed
