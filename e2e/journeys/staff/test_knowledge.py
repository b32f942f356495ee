"""Staff give an agent files and a website, and visitors are answered from both; also once the website has changed."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from e2e.journeys.staff.test_staff import sign_in
from fakes.site import MAKE_AGENT, site
from fakes.websites.website import website
from knowledge.tests.files import a_docx, a_pptx, an_epub, an_odt, an_rtf, an_xlsx, word_paragraph
from knowledge.tests.pdfs import a_pdf, locked

pytestmark = pytest.mark.browser

AGENT = "from agents.models import Agent\nprint(Agent.objects.get().pk)"
FILES = {
    "prices.xlsx": an_xlsx({"Prices": [["Model", "Price"], ["Brook 90", "$240"], ["Weir 20", "$75"]]}),
    "manual.pdf": a_pdf("The tank of the Brook 90 holds 4 litres of water."),
    "terms.docx": a_docx(word_paragraph("Returns", "Heading1") + word_paragraph("You may return a lamp for 40 days.")),
    "questions.md": b"# Delivery\n\nA lamp is with you after 3 days.",
    "page.html": b"<html><body><h1>Opening hours</h1><p>The shop is open until 18:30.</p></body></html>",
    "talk.pptx": a_pptx(("Our workshop", ["It mends 200 lamps a year."], [])),
    "letter.odt": an_odt("<text:p>The spring sale begins on 3 March.</text:p>"),
    "note.rtf": an_rtf("Gift cards are valid for 5 years."),
    "book.epub": an_epub("Light", "<p>A reading lamp needs 500 lumen.</p>"),
    "secret.pdf": locked(a_pdf("Nobody may read this."), "a password"),
}
DROP = """(zone, files) => {
  const dropped = new DataTransfer()
  for (const [name, data] of Object.entries(files))
    dropped.items.add(new File([Uint8Array.from(atob(data), each => each.charCodeAt(0))], name))
  zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped }))
}"""


@pytest.fixture(scope="module")
def lamp_site(tmp_path_factory):
    """A site that may read web pages of this machine."""
    folder = tmp_path_factory.mktemp("lamps")
    with site(folder, begun_with=MAKE_AGENT, RATE_LIMITS="off", FETCH_PRIVATE="on") as made:
        made.start()
        yield made


@pytest.fixture
def admin(visit, lamp_site):
    return sign_in(visit, lamp_site)


@pytest.fixture
def shop():
    with website() as made:
        made.put("/robots.txt", "User-agent: *\nDisallow: /basket", Content_Type="text/plain")
        links = (f'<a href="/{name}">{name}</a>' for name in ("oak", "pine", "basket", "old"))
        menu = f"<nav>{''.join(links)}</nav>"
        made.page("/", f"{menu}<main><h1>Tables</h1><p>We build tables from oak and pine.</p></main>", title="Tables")
        made.page("/oak", f"{menu}<main>{table('Oak', 900)}</main>", title="Table Oak")
        made.page("/pine", f"{menu}<main>{table('Pine', 400)}</main>", title="Table Pine")
        yield made


def table(name: str, price: int) -> str:
    return f"<h1>Table {name}</h1><p>The table {name} seats eight people. It costs {price} euros.</p>"


def asked(admin, lamp_site, question: str) -> str:
    admin.page.goto(f"{lamp_site.url}/chat/ada/")
    admin.ask(question)
    return admin.finished()


def test_ten_files_are_dropped_and_the_one_that_cannot_be_read_says_why(admin, lamp_site):
    page = admin.page
    page.goto(f"{lamp_site.url}/admin/knowledge/document/files/")
    expect(page.get_by_label("Agent")).to_have_value(lamp_site.shell(AGENT))
    files = {name: base64.b64encode(data).decode() for name, data in FILES.items()}
    page.locator(".files__zone").evaluate(DROP, files)
    held = []  # the first answer about states, which comes when all files have been sent
    page.route("**/files/states/**", lambda route: held.append(route), times=1)
    page.get_by_role("button", name="Add the files").click()

    told = page.locator("#files-told li")
    expect(told.filter(has_text="was added")).to_have_count(9)
    expect(told.filter(has_text="was not added")).to_contain_text("secret.pdf")
    expect(told.filter(has_text="was not added")).to_contain_text("locked with a password")
    held[0].continue_()
    expect(page.locator("#files-states tr")).to_have_count(9)
    expect(page.locator("#files-states tr", has_text="ready")).to_have_count(9)
    assert admin.axe_light_and_dark() == []

    assert "$75" in asked(admin, lamp_site, "What does the Weir 20 cost?")
    assert "4 litres" in asked(admin, lamp_site, "How much does the tank of the Brook 90 hold?")
    assert "40 days" in asked(admin, lamp_site, "How long may I return a lamp?")


def test_as_long_as_nothing_was_added_no_state_is_asked_for(admin, lamp_site):
    page, asked_for = admin.page, []
    page.goto(f"{lamp_site.url}/admin/knowledge/document/files/")
    page.on("request", lambda request: asked_for.append(request.url))

    page.evaluate("htmx.trigger('#files-states', 'added')")  # as the clock does every four seconds

    page.evaluate("fetch('/admin/jsi18n/')")  # what was asked for before has been noted by then
    assert [url for url in asked_for if "states" in url] == []
    assert admin.complaints == []


def test_files_that_are_dropped_later_or_beside_the_zone_are_not_lost(admin, lamp_site):
    page = admin.page
    page.goto(f"{lamp_site.url}/admin/knowledge/document/files/")
    one, two, three = (
        {f"{n}.md": base64.b64encode(f"# Lamp {n}\n\nIt costs ${n}0.".encode()).decode()} for n in (7, 8, 9)
    )
    zone, field = page.locator(".files__zone"), page.locator(".files__zone input[type=file]")
    zone.evaluate(DROP, one)
    page.locator("h1").evaluate(DROP, two)
    assert field.evaluate("field => [...field.files].map(file => file.name)") == ["7.md", "8.md"]

    held = []
    page.route("**/document/files/", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/document/files/"):
        page.get_by_role("button", name="Add the files").click()
    zone.evaluate(DROP, three)  # while the first is on its way
    held[0].continue_()

    told = page.locator("#files-told li")
    expect(told.filter(has_text="was added")).to_have_count(2)
    page.get_by_role("button", name="Add the files").click()
    expect(told.filter(has_text="was added")).to_have_count(3)


def test_a_website_is_read_answered_from_and_read_again_when_it_has_changed(admin, lamp_site, shop):
    page = admin.page
    page.goto(f"{lamp_site.url}/admin/knowledge/website/add/")
    page.select_option("#id_agent", label="Ada")
    page.fill("#id_url", shop.url("/"))
    page.get_by_role("button", name="Save", exact=True).click()

    state = page.locator("#website-progress .website__state")
    expect(state.locator(".badge")).to_have_text("Read")
    pages = page.locator("#website-pages tbody tr")
    expect(pages.filter(has_text="/oak")).to_contain_text("Table Oak")
    expect(pages.filter(has_text="/old")).to_contain_text("There is no page at this address (404).")
    expect(pages.filter(has_text="/basket")).to_contain_text("robots.txt")
    expect(pages.locator(".badge", has_text="Being indexed")).to_have_count(0)
    assert admin.axe_light_and_dark() == []
    there = page.url

    assert "900 euros" in asked(admin, lamp_site, "What does the table Oak cost?")
    page.locator("details.source summary", has_text="Table Oak").first.click()
    expect(page.locator("details.source a").first).to_have_attribute("href", shop.url("/oak"))

    shop.page("/oak", f"<main>{table('Oak', 950)}</main>", title="Table Oak")
    page.goto(there)
    page.get_by_role("button", name="Read now").click()
    expect(state.locator(".badge")).to_have_text("Waiting")
    expect(state.locator(".badge")).to_have_text("Read")
    expect(page.locator("#website-pages .badge", has_text="Being indexed")).to_have_count(0)

    assert "950 euros" in asked(admin, lamp_site, "What does the table Oak cost?")
