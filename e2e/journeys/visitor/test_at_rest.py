"""A page at rest: calm, ready to write in, and large enough to touch."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = (
    "| "
    + " | ".join(f"A rather long heading {n}" for n in range(12))
    + " |\n"
    + "| --- " * 12
    + "|\n"
    + "| x " * 12
    + "|"
)
SMALL = """() => [...document.querySelectorAll(
  '.panel :is(button, summary, a.icon-button, .panel__bar a, textarea), .sidebar :is(a, button)')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && getComputedStyle(one).clipPath === 'none')
  .map(one => [one.id || one.className || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([name, box]) => `${name} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


def test_the_chat_page_and_a_new_conversation_are_ready_to_write_in(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("hello there")
    page.keyboard.press("Enter")
    visit.finished()

    page.get_by_role("link", name="New conversation").first.click()

    expect(page.locator(".message")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_be_focused()


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_on_a_touch_screen_no_keyboard_comes_up_by_itself(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    expect(visit.page.locator("#panel[data-started]")).to_have_count(1)

    expect(visit.page.get_by_role("textbox")).not_to_be_focused()


def test_the_switch_for_spoken_answers_comes_with_the_first_use_of_a_voice(visit, voice_site, upstream):
    upstream.then(Script(text="Hello."))
    page = visit.page
    page.goto(f"{voice_site.url}/chat/ada/")
    switch = page.locator("#voice-replies")
    expect(switch).to_be_hidden()
    expect(page.get_by_role("button", name="Talk")).to_have_text("Talk: start a voice conversation")
    visit.ask("Hello")
    visit.finished()
    expect(switch).to_be_hidden()

    page.locator(".message--assistant").hover()
    page.get_by_role("button", name="Listen").click()

    expect(switch).to_be_visible()
    page.reload()
    expect(switch).to_be_visible()


def test_the_head_says_once_that_it_is_an_ai_and_nothing_of_a_connection(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    visit.ask("hello there")
    visit.finished()

    expect(page.locator("#status")).to_have_attribute("data-state", "open")
    words = page.locator(
        ".panel__name, #status"
    ).all_inner_texts()  # a second agent of another test adds a menu between
    assert " ".join(words).split() == ["Wren", "AI", "assistant"]


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_whatever_can_be_touched_is_44_pixels_large(visit, voice_site, upstream):
    upstream.then(Script(text=f"{WIDE}\n\n```\ncode\n```"), Script(text="half of it", cut_after_tokens=1))
    page = visit.page
    page.goto(f"{voice_site.url}/chat/ada/")
    page.evaluate("localStorage.setItem('salesagent:voiceUsed', 'true')")
    page.reload()
    assert page.evaluate(SMALL) == []
    visit.ask("long line " * 400)
    visit.finished()
    visit.ask("And now?")
    visit.finished(2)

    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_source_is_large_enough_to_touch(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    visit.ask("Which bean plans are there and what do they cost?")
    visit.finished()

    assert visit.page.evaluate(SMALL) == []


def test_a_wide_table_is_shaded_where_it_goes_on(visit, scripted_site, upstream):
    upstream.then(Script(text=WIDE))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Compare them")
    visit.finished()

    table = page.get_by_role("group", name="Table")

    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    assert "scroll" in table.evaluate("box => getComputedStyle(box).backgroundAttachment")


PLANS = """| Contract | Bronze | Silver | Gold |
| --- | --- | --- | --- |
| Response to breakdowns | 5 working days | 3 working days | next working day |
| Each further machine at the same address | £120 | £260 | £480 |"""


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_table_of_four_columns_fits_a_phone(visit, scripted_site, upstream):
    upstream.then(Script(text=PLANS))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Compare them")
    visit.finished()

    table = page.get_by_role("group", name="Table").or_(page.locator(".message--assistant .table"))

    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_newest_answer_shows_all_its_buttons_and_no_hole_between(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    visit.ask("How long do I have to return a machine?")
    visit.finished()
    visit.ask("How long is the warranty?")
    visit.finished(2)
    page.mouse.move(5, 5)
    visit.at_rest()

    shown = page.locator(".message--assistant .message__foot").evaluate_all(
        "feet => feet.map(foot => [...foot.querySelectorAll('.action')].map(one => getComputedStyle(one).opacity))"
    )

    assert set(shown[0]) == {"0"}
    assert set(shown[1]) == {"1"}


def test_a_very_long_text_in_the_field_is_not_read_for_its_direction_at_each_key(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    expect(page.locator("#panel[data-started]")).to_have_count(1)
    write = """text => {
      const field = document.getElementById('message');
      field.value = text;
      field.dispatchEvent(new Event('input'));
      return field.dir;
    }"""

    assert page.evaluate(write, "word " * 5_000) == "ltr"
    assert page.evaluate(write, "שלום " * 5_000) == "rtl"
    assert page.evaluate(write, "word") == "auto"
