"""The field a visitor writes in."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser


@pytest.fixture
def chat(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    return visit


def test_enter_sends_and_shift_enter_breaks_the_line(chat, upstream):
    upstream.then(Script(text="Fine."))
    field = chat.page.get_by_role("textbox")
    field.fill("one")
    field.press("Shift+Enter")
    field.type("two")
    expect(field).to_have_value("one\ntwo")
    field.press("Enter")
    chat.finished()

    expect(field).to_have_value("")
    assert upstream.requests[0].body["messages"][-1]["content"] == "one\ntwo"


def test_an_unfinished_word_of_an_input_method_is_not_sent(chat, upstream):
    field = chat.page.get_by_role("textbox")
    field.fill("こんに")
    field.evaluate(
        "f => f.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    field.press_sequentially("ちは")
    field.press("Enter")
    chat.finished()

    assert [request.body["messages"][-1]["content"] for request in upstream.requests] == ["こんにちは"]
    expect(chat.page.locator(".message--user")).to_have_count(1)


def test_the_field_grows_to_six_lines_and_no_further(chat):
    field = chat.page.get_by_role("textbox")
    heights = []
    for lines in (1, 3, 6, 12):
        field.fill("\n".join(["line"] * lines))
        heights.append(field.bounding_box()["height"])

    assert heights[0] < heights[1] < heights[2]
    assert heights[3] == heights[2]


def test_a_draft_outlives_a_reload(chat):
    chat.page.get_by_role("textbox").fill("not sent yet")
    chat.page.wait_for_function("() => JSON.stringify({...localStorage, ...sessionStorage}).includes('not sent yet')")
    chat.page.reload()

    expect(chat.page.get_by_role("textbox")).to_have_value("not sent yet")


def test_the_count_appears_near_the_limit_and_a_longer_text_stays(chat, upstream):
    field, count = chat.page.get_by_role("textbox"), chat.page.locator("#composer-count")
    sent = []
    chat.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    field.fill("x" * 5_000)
    expect(count).to_be_hidden()
    field.fill("x" * 9_900)
    expect(count).to_be_visible()
    field.fill("x" * 10_001)
    field.press("Enter")
    expect(field).to_have_value("x" * 10_001)
    field.fill("short")
    field.press("Enter")
    chat.finished()

    assert len(sent) == 1
    assert [request.body["messages"][-1]["content"] for request in upstream.requests] == ["short"]


def test_a_message_of_ten_thousand_characters_arrives_whole(chat, upstream):
    upstream.then(Script(text="Long."))
    text = "word " * 1_999 + "end!!"
    chat.ask(text)
    chat.finished()

    assert upstream.requests[0].body["messages"][-1]["content"] == text
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 1280
