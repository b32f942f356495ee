"""What staff have at hand: canned replies, notes, knowledge, the keyboard; and what is kept when something fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.inbox.conftest import ANSWERS
from fakes.scripts import Script

pytestmark = pytest.mark.browser


@pytest.fixture
def taken(waiting):
    """Sam's window with a conversation of his, and its visitor's."""
    sam, one = waiting
    sam.do("take")
    expect(sam.standing).to_have_text("You answer")
    return sam, one


def test_a_canned_reply_is_found_by_slash_and_sent(taken):
    sam, one = taken
    field = sam.page.locator("#inbox-text")
    field.press_sequentially("/")
    expect(sam.page.locator("#inbox-canned li:visible")).to_have_count(2)
    field.press_sequentially("deli")
    expect(sam.page.locator("#inbox-canned li:visible")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Delivery takes three days.")
    field.press("Enter")

    expect(one.page.locator(".message--staff .prose")).to_have_text("Delivery takes three days.")


def test_a_note_stays_with_staff_and_a_passage_goes_into_the_answer(taken, staffed_site):
    staffed_site.shell(
        "from agents.models import Agent\nfrom knowledge.models import Document\n"
        "from knowledge.indexing import index_document\n"
        "d = Document.objects.create(agent=Agent.objects.get(slug='ada'), name='Hours', text='# Workshop\\n\\n"
        "The lamp workshop is open on Saturdays from 10 to 14.')\nindex_document(d)"
    )
    sam, one = taken
    sam.page.locator("#inbox-note").fill("Wants ten of them.")
    sam.page.get_by_role("button", name="Add the note").click()
    expect(sam.page.locator(".inbox__note")).to_contain_text("Wants ten of them.")
    expect(sam.page.locator("#inbox-note")).to_have_value("")
    sam.page.locator("#inbox-query").fill("workshop saturday")
    sam.page.locator("#inbox-query").press("Enter")
    sam.page.get_by_role("button", name="Insert").first.click()
    expect(sam.page.locator("#inbox-text")).to_be_focused()
    sam.page.keyboard.press("Enter")

    expect(one.page.locator(".message--staff")).to_contain_text("Saturdays from 10 to 14")
    expect(one.page.locator("body")).not_to_contain_text("Wants ten")
    one.page.reload()
    expect(one.page.locator("body")).not_to_contain_text("Wants ten")


def test_a_note_that_is_not_taken_says_why_and_stays_to_be_sent_again(taken):
    sam, _one = taken
    note, told = sam.page.locator("#inbox-note"), sam.page.locator("form:has(#inbox-note) [role=alert]")
    note.fill("   ")
    sam.page.get_by_role("button", name="Add the note").click()
    expect(told).to_have_text("Write a note first.")

    signed_in = sam.page.context.cookies()
    sam.page.context.clear_cookies(name="sessionid")
    note.fill("Wants ten of them.")
    sam.page.get_by_role("button", name="Add the note").click()
    expect(told).to_contain_text("You are signed out.")
    expect(note).to_have_value("Wants ten of them.")
    expect(sam.page.locator("#inbox-notes")).not_to_contain_text("Password")

    sam.page.context.add_cookies(signed_in)
    sam.page.get_by_role("button", name="Add the note").click()
    expect(sam.page.locator(".inbox__note").last).to_contain_text("Wants ten of them.")
    expect(told).to_have_text("")


def test_the_keyboard_alone_leads_through_the_inbox(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="We sell chairs."))
    visitors = [visitor(), visitor()]
    for n, each in enumerate(visitors):
        each.ask(f"Question {n}")
        each.finished()
    sam = desk("sam")
    sam.open("?tab=all")
    rows = sam.page.locator(".inbox__row")
    expect(rows).to_have_count(2)

    sam.page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    sam.page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    sam.page.keyboard.press("k")
    sam.page.keyboard.press("Enter")
    expect(sam.page.locator("#standing")).to_be_visible()
    sam.page.wait_for_load_state()  # its script hears the keys from then on
    sam.page.keyboard.press("r")
    sam.page.keyboard.press("Tab")
    sam.page.keyboard.press("t")
    expect(sam.standing).to_have_text("You answer")
    expect(sam.page.locator("#inbox-text")).to_be_focused()
    sam.page.keyboard.type("jkt, typed and not obeyed")
    expect(sam.page.locator("#inbox-text")).to_have_value("jkt, typed and not obeyed")


def test_a_long_answer_that_streams_past_does_not_cost_the_page_its_socket(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."), Script(text="word " * 120, rate_per_s=30))
    sam, one = desk("sam"), visitor()
    one.ask("What do you sell?")
    one.finished()
    sockets = []
    sam.page.on("websocket", lambda socket: sockets.append(socket.url))
    sam.open("?tab=all")
    sam.enter("We sell lamps")

    one.ask("Tell me all about them")
    expect(sam.page.locator(ANSWERS)).to_have_count(2)

    assert len([url for url in sockets if "speaker=" in url]) == 1


def test_a_conversation_with_code_is_read_and_answered(taken, upstream):
    sam, one = taken
    sam.do("release")
    upstream.then(Script(text="```python\nprint(1)\n```"))
    one.ask("Show me some code")
    expect(sam.page.locator(ANSWERS)).to_have_count(3)
    sam.page.reload()
    expect(sam.page.get_by_role("group", name="Code")).to_contain_text("print(1)")

    sam.do("take")
    expect(sam.standing).to_have_text("You answer")
    sam.write("That prints one.")

    expect(one.page.locator(".message--staff")).to_contain_text("That prints one.")


def test_what_is_written_while_an_answer_goes_out_goes_out_too(taken):
    sam, one = taken
    sam.write("First.")
    sam.write("Second.")

    expect(one.page.locator(".message--staff .prose")).to_have_text(["First.", "Second."])
    expect(sam.page.locator("#inbox-text")).to_have_value("")


def test_what_is_written_while_an_answer_is_read_slowly_is_a_message_of_its_own(taken):
    sam, one = taken
    sam.page.evaluate(
        """() => {
          const { fetch } = window, { text } = Response.prototype;
          const wait = (ms) => new Promise((done) => setTimeout(done, ms));
          window.fetch = (...request) => wait(500).then(() => fetch(...request));
          Response.prototype.text = function () { return wait(1000).then(() => text.call(this)); };
        }"""
    )
    with sam.page.expect_response(lambda answer: answer.request.method == "POST"):
        sam.write("First.")
        sam.page.locator("#inbox-text").fill("Second.")
    sam.page.locator("#inbox-text").press("Enter")

    expect(one.page.locator(".message--staff .prose")).to_have_text(["First.", "Second."])
    expect(sam.page.locator(".message--staff .prose")).to_have_text(["First.", "Second."])


def test_what_could_not_be_sent_is_given_back_together_with_what_followed(taken):
    sam, one = taken
    field = sam.page.locator("#inbox-text")
    sam.visit.context.set_offline(True)
    sam.page.evaluate(
        "() => { const real = window.fetch; window.fetch = async (...all) => {"
        " await new Promise((done) => setTimeout(done, 700)); return real(...all); }; }"
    )
    sam.write("First.")
    sam.write("Second.")
    field.fill("Third")

    expect(field).to_have_value("First.\nSecond.\nThird")
    sam.visit.context.set_offline(False)
    field.press("Enter")
    expect(one.page.locator(".message--staff .prose")).to_contain_text(["First. Second. Third"])


def test_a_draft_outlives_a_reload_and_a_failed_send_and_is_sent_once(taken):
    sam, one = taken
    field = sam.page.locator("#inbox-text")
    field.fill("Half a thought")
    sam.page.reload()
    expect(field).to_have_value("Half a thought")

    sam.visit.context.set_offline(True)
    field.press("Enter")
    expect(sam.page.locator("#inbox-error")).to_contain_text("This was not sent.")
    expect(field).to_have_value("Half a thought")
    sam.visit.context.set_offline(False)
    field.press("Enter")
    expect(field).to_have_value("")

    expect(one.page.locator(".message--staff .prose")).to_have_text(["Half a thought"])
    expect(sam.page.locator(".message--staff")).to_have_count(1)
    expect(sam.page.locator("#inbox-error")).to_have_text("")
