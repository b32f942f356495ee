"""The answer as it comes in, with a scripted model behind the page."""

import re

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

# Where the log stands once it moves no more: a wheel may take some frames.
PLACE_AT_REST = """() => new Promise(done => {
  const log = document.getElementById('log')
  const look = (before, still) => requestAnimationFrame(() =>
    still === 10 ? done(before) : look(log.scrollTop, log.scrollTop === before ? still + 1 : 0))
  look(log.scrollTop, 0)
})"""
LONG = "\n\n".join(f"Paragraph {n} of an answer that takes a while to come in." for n in range(1, 31))
WORDS_EACH = 12
RICH = """# Plans

| Plan | Price |
| --- | --- |
| Desk | $62 |

- one
- two

```python
print("hello")
```

See [the page](https://example.com/plans)."""


@pytest.fixture
def chat(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    return visit


def test_dots_stand_until_the_first_word_and_stop_replaces_send(chat, upstream):
    upstream.then(Script(text="one two three four five six", hold_after_tokens=(0, 2)))
    chat.ask("Hello")
    page = chat.page

    expect(page.locator(".dots:visible")).to_have_count(1)
    expect(page.get_by_role("button", name="Stop the answer")).to_be_visible()
    upstream.go_on_once()
    expect(page.locator(".message--assistant .prose")).to_contain_text("one")
    expect(page.locator(".dots:visible")).to_have_count(0)
    expect(page.locator(".message--assistant[aria-busy=true]")).to_have_count(1)
    upstream.go_on()
    chat.finished()

    expect(page.locator(".message--assistant .prose")).to_have_text("one two three four five six")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_markdown_is_rendered_while_it_streams_and_ends_as_one_whole(chat, upstream):
    before, after = RICH.split("```python")
    upstream.then(Script(tokens=(*before, f"```python{after}"), hold_after_tokens=len(before)))
    chat.ask("Plans? I was on https://example.com/plans")  # an address that stands nowhere is taken out
    page = chat.page

    expect(page.locator(".message--assistant[data-status=running] table")).to_be_visible()
    upstream.go_on()
    chat.finished()

    expect(page.locator(".message--assistant table td").first).to_have_text("Desk")
    expect(page.locator(".message--assistant li")).to_have_count(2)
    link = page.locator(".message--assistant .prose a")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(page.get_by_role("button", name="Copy code")).to_have_count(1)


def test_finished_blocks_are_not_touched_again(chat, upstream):
    upstream.then(Script(text=LONG, hold_after_tokens=(4 * WORDS_EACH, 7 * WORDS_EACH)))
    chat.ask("Tell me")
    page = chat.page
    expect(page.locator(".message--assistant", has_text="Paragraph 3 of")).to_be_visible()
    first = page.locator(".message--assistant[data-status=running] p", has_text="Paragraph 1 of")
    first.evaluate("p => { p.dataset.mark = 'kept' }")
    upstream.go_on_once()
    expect(page.locator(".message--assistant", has_text="Paragraph 6 of")).to_be_visible()

    assert page.locator("[data-mark=kept]").count() == 1


def test_stop_keeps_what_was_said(chat, upstream):
    upstream.then(Script(text=LONG, hold_after_tokens=2 * WORDS_EACH))
    chat.ask("Tell me")
    expect(chat.page.locator(".message--assistant .prose")).to_contain_text("Paragraph 1 of")
    chat.page.get_by_role("button", name="Stop the answer").click()

    text = chat.finished()

    assert "Paragraph 1 of" in text
    assert "Stopped" in text
    assert "Paragraph 30" not in text
    chat.page.reload()
    assert "Paragraph 1 of" in chat.page.locator(".message--assistant").inner_text()


def test_a_failed_answer_says_so_keeps_its_part_and_is_made_anew_by_retry(chat, upstream):
    upstream.then(Script(text="Half an answer that breaks", cut_after_tokens=3), Script(text="The whole answer."))
    chat.ask("Hello")

    failed = chat.finished()
    assert "Half an answer" in failed
    chat.page.get_by_role("button", name="Retry").click()

    expect(chat.page.locator(".message--assistant .prose")).to_have_text("The whole answer.")
    expect(chat.page.locator(".message--assistant")).to_have_count(1)


def test_a_model_that_cannot_be_reached_gives_a_fallback_and_a_way_on(chat, upstream):
    upstream.then(*[Script(status=401)] * 3)
    chat.ask("How much is the brass lamp with the green shade?")

    text = chat.finished()

    assert "cannot answer at the moment" in text
    expect(chat.page.get_by_role("button", name="Retry")).to_be_visible()


def test_a_reload_in_mid_answer_goes_on_where_it_was(chat, upstream):
    upstream.then(Script(text=LONG, rate_per_s=80))
    chat.ask("Tell me")
    expect(chat.page.locator(".message--assistant .prose")).to_contain_text("Paragraph 2 of")
    chat.page.reload()

    text = chat.finished()

    assert [int(n) for n in re.findall(r"Paragraph (\d+) of", text)] == list(range(1, 31))
    assert len(upstream.requests) == 1


def test_a_second_tab_sees_the_question_and_the_answer_come(chat, upstream):
    upstream.then(Script(text="First."), Script(text="one two three four five six", rate_per_s=8))
    chat.ask("Hello")
    chat.finished()
    other = chat.context.new_page()
    other.goto(chat.page.url)
    chat.ask("And now?")

    expect(other.locator(".message--user")).to_have_count(2)
    expect(other.locator(".message--assistant").nth(1)).to_contain_text("one two three four five six")
    expect(other.locator(".message--assistant")).to_have_count(2)


def test_the_reader_stays_where_they_read_and_is_told_of_what_is_new(chat, upstream):
    upstream.then(Script(text=LONG), Script(text=LONG, rate_per_s=60))
    page = chat.page
    chat.ask("One")
    chat.finished()
    chat.ask("Two")
    expect(page.locator(".message--assistant").nth(1)).to_contain_text("Paragraph 2 of")
    at_end = (
        "() => { const l = document.getElementById('log'); return l.scrollHeight - l.scrollTop - l.clientHeight < 40 }"
    )
    assert page.evaluate(at_end)
    page.locator("#log").hover()
    page.mouse.wheel(0, -2000)
    jump = page.locator("#jump")
    expect(jump).to_be_visible()
    place = page.evaluate(PLACE_AT_REST)
    chat.finished(2)

    assert page.evaluate("document.getElementById('log').scrollTop") == place
    expect(jump).to_be_visible()
    jump.click()
    page.wait_for_function(at_end)


def test_who_scrolls_up_a_little_is_not_pulled_back_while_the_answer_grows(chat, upstream):
    upstream.then(Script(text=LONG, hold_after_tokens=WORDS_EACH * 20))
    page = chat.page
    chat.ask("One")
    expect(page.locator(".message--assistant")).to_contain_text("Paragraph 19 of")
    place = page.evaluate("""() => new Promise(done => {
      const log = document.getElementById('log')
      log.addEventListener('scroll', () => done(log.scrollTop), { once: true })
      log.scrollTop -= 20
    })""")
    upstream.go_on()
    chat.finished()

    assert page.evaluate("document.getElementById('log').scrollTop") == place
    expect(page.locator("#jump")).to_be_visible()


def test_earlier_messages_are_loaded_fifty_at_a_time_and_the_place_is_kept(chat, scripted_site, upstream):
    upstream.then(Script(text="Hello."))
    chat.ask("Hello")
    chat.finished()
    session_id = chat.page.url.rstrip("/").rsplit("/", 1)[1]
    scripted_site.shell(
        "from conversations.models import *\n"
        f"s = Session.objects.get(pk='{session_id}')\n"
        "Message.objects.bulk_create(Message(session=s, seq=2 + n, role='user', content=f'text {n}')"
        " for n in range(1, 121))\n"
        "s.last_seq = 122; s.save()"
    )
    page = chat.page
    page.reload()
    expect(page.locator(".message")).to_have_count(50)
    top = page.locator(".message", has_text=re.compile(r"text 71\b"))
    page.get_by_role("button", name="Load earlier messages").scroll_into_view_if_needed()
    box = top.element_handle()
    before = top.bounding_box()["y"]
    page.get_by_role("button", name="Load earlier messages").click()

    expect(page.locator(".message")).to_have_count(100)
    page.wait_for_function("([box, y]) => Math.abs(box.getBoundingClientRect().y - y) < 60", arg=[box, before])
    page.get_by_role("button", name="Load earlier messages").click()
    expect(page.locator(".message")).to_have_count(122)
    expect(page.get_by_role("button", name="Load earlier messages")).to_have_count(0)
    expect(page.locator(".day")).to_have_count(1)


def test_one_polite_announcement_for_a_finished_answer(chat, upstream):
    upstream.then(Script(text="It costs 40 dollars.", rate_per_s=20), Script(text="In two days."))
    page = chat.page
    page.evaluate(
        """() => { window.said = [];
        const announcer = document.getElementById('announcer');
        new MutationObserver(() => { const t = announcer.textContent.trim(); if (t) window.said.push(t) })
          .observe(announcer, {childList: true, characterData: true, subtree: true}) }"""
    )
    chat.ask("How much?")
    chat.finished()
    page.wait_for_function("() => window.said.length > 0")
    chat.ask("When does it come?")
    chat.finished(2)
    page.wait_for_function("() => window.said.length > 1")

    said = page.evaluate("window.said")
    assert "It costs 40 dollars." in said[0]
    assert "In two days." in said[1]  # and not the first answer again
    assert len(said) == 2
    assert page.locator("#log").get_attribute("aria-live") == "off"


def test_an_answer_and_a_block_of_code_are_copied(chat, upstream):
    chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    upstream.then(Script(text="Run **this**:\n\n```python\nprint(1)\n```"))
    page = chat.page
    chat.ask("How?")
    chat.finished()

    page.get_by_role("button", name="Copy code").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == "print(1)"
    page.locator(".message--assistant").hover()
    page.locator(".message--assistant [data-action=copy]").click()
    assert "print(1)" in page.evaluate("navigator.clipboard.readText()")
    assert "Run" in page.evaluate("navigator.clipboard.readText()")
