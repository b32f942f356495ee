"""What a reader has done to a message survives the message's next state."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

ANSWER = (
    "# Plans\n\nThe first paragraph is here.\n\n- one\n- two\n\n```python\nprint(1)\n```\n\n"
    "The last paragraph ends it, when there was time to select."
)
SELECT = """(article, words) => {
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
    return;
  }
}"""
SHOW_AGAIN = """async () => {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const articles = [...page.querySelectorAll("#log article")].map((article) => article.outerHTML).join("");
  const own = (name) => import(document.querySelector(`link[rel=modulepreload][href*="/js/chat/${name}."]`).href);
  const [{createLog}, {createFrames}] = await Promise.all([own("log"), own("frames")]);
  const log = createLog(document.getElementById("panel"), () => {});
  const frames = createFrames({log, onConfirmed: () => {}, onGap: () => {}});
  frames.apply(`<div hx-swap-oob="beforeend:#log">${articles}</div>`);
}"""


@pytest.mark.parametrize("selected", ["first paragraph", "two", "print(1)"])
def test_text_selected_while_an_answer_grows_stays_selected_when_it_ends(visit, scripted_site, upstream, selected):
    words = Script(text=ANSWER).words()
    upstream.then(Script(tokens=words, hold_after_tokens=len(words) - 3))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Plans?")
    answer = page.locator(".message--assistant[data-status=running]")
    expect(answer).to_contain_text("The last")
    answer.evaluate(SELECT, selected)
    upstream.go_on()

    visit.finished()

    assert page.evaluate("getSelection().toString()") == selected
    expect(page.locator(".message--assistant .prose")).to_contain_text("time to select.")
    expect(page.locator(".message--assistant .code")).to_have_count(1)
    expect(page.locator('.message--assistant [id$="-tail"]')).to_have_count(0)


def test_an_answer_ends_as_it_looks_after_a_reload(visit, scripted_site, upstream):
    upstream.then(Script(text=ANSWER + "\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\nEnd.", rate_per_s=60))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Plans?")
    visit.finished()
    visit.at_rest()
    shape = """() => [...document.querySelectorAll('.message--assistant .prose *:not([data-part])')].map(one => {
      const box = one.getBoundingClientRect();
      return [one.nodeName, one.className, Math.round(box.width), Math.round(box.height)].join(' ');
    })"""
    ended = page.evaluate(shape)

    page.reload()
    visit.at_rest()

    assert page.evaluate(shape) == ended


def test_an_open_source_and_a_selection_survive_the_same_message_again(visit, demo_site):
    page = visit.page
    page.goto(f"{demo_site.url}/chat/")
    visit.ask("Which bean plans are there and what do they cost?")
    visit.finished()
    page.locator("details.source summary").first.click()
    page.locator(".message--assistant").evaluate(SELECT, "$62")
    page.locator("details.source summary").first.focus()

    page.evaluate(SHOW_AGAIN)

    expect(page.locator("details.source").first).to_have_attribute("open", "")
    expect(page.locator("details.source summary").first).to_be_focused()
    expect(page.locator(".message")).to_have_count(2)
    assert page.evaluate("getSelection().toString()") == "$62"


def test_ones_own_words_stay_selected_when_the_server_has_them(visit, scripted_site, upstream):
    upstream.then(Script(text="Yes."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    page.evaluate("""() => new MutationObserver((_, observer) => {
      const words = document.querySelector('.message--pending .prose p')?.firstChild;
      if (!words) return;
      getSelection().setBaseAndExtent(words, 4, words, 8);
      observer.disconnect();
    }).observe(document.getElementById('log'), {childList: true})""")
    visit.ask("and this?")
    visit.finished()

    assert page.evaluate("getSelection().toString()") == "this"


LONG = "\n".join(f"Line {n} of a very long message." for n in range(1, 300))


def test_a_very_long_message_is_folded_and_shown_whole_at_a_click(visit, scripted_site, upstream):
    upstream.then(Script(text="That was long."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    page.get_by_role("textbox").fill(LONG)
    page.keyboard.press("Enter")
    visit.finished()
    prose = page.locator(".message--user .prose")
    assert prose.bounding_box()["height"] < 500

    page.get_by_role("button", name="Show all").click()
    page.evaluate(SHOW_AGAIN)

    assert prose.bounding_box()["height"] > 3000
    expect(page.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    page.get_by_role("button", name="Show less").click()
    assert prose.bounding_box()["height"] < 500
    page.reload()
    expect(page.get_by_role("button", name="Show all")).to_be_visible()


def test_a_short_message_is_not_folded(visit, scripted_site, upstream):
    upstream.then(Script(text="Yes."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("A message of two hundred letters, more or less. " * 4)
    visit.finished()

    expect(visit.page.get_by_role("button", name="Show all")).to_have_count(0)
