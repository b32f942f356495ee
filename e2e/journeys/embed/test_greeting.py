"""When the launcher greets: once a visit, though the browser keeps nothing of it before the chat is opened."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
STATE = "() => [document.cookie, localStorage.length, sessionStorage.length].join()"
# What would greet now has done it: the script is there, and a timer of no seconds comes after those it set before.
SETTLED = "window.Salesagent?.isReady && new Promise((done) => setTimeout(() => done(true)))"
# How often our script asked for time.
OUR_TIMERS = """
window.timers = 0
for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
  const own = window[name]
  window[name] = (...all) => { if (new Error().stack.includes("/embed.js")) timers++; return own(...all) }
}
"""


@pytest.fixture
def greeting(shop):
    shop.settings(greeting="Looking for a lamp?", greet_after_s=0)
    shop.host.page("/elsewhere", "<h1>Somewhere else</h1>")
    return shop.page.locator(".greet")


def visit(shop, *paths):
    """Pages of the shop with the line in them, each with links to all others."""
    links = "".join(f'<a href="{path}">{path}</a> <a href="{path}" target="_blank">new {path}</a> ' for path in paths)
    for path in paths:
        shop.host.page(path, f"<h1>{path}</h1>{links}{shop.line}")
    shop.page.goto(f"{shop.host.url}{paths[0]}")


def follow(shop, path):
    shop.page.get_by_role("link", name=path, exact=True).click()
    shop.page.get_by_role("heading", name=path).wait_for()


def settled(page):
    page.wait_for_function(SETTLED)


def test_a_visitor_is_greeted_on_the_first_page_only(shop, greeting):
    visit(shop, "/one", "/two")
    expect(greeting).to_contain_text("Looking for a lamp?")

    follow(shop, "/two")
    settled(shop.page)

    expect(greeting).to_have_count(0)
    assert shop.page.evaluate(STATE) == ",0,0"


@pytest.mark.parametrize("again", ["reload", "go_back"])
def test_a_page_that_comes_again_greets_no_more(shop, greeting, again):
    visit(shop, "/one", "/two")
    greeting.wait_for()
    if again == "go_back":
        follow(shop, "/two")

    getattr(shop.page, again)()
    settled(shop.page)

    expect(shop.page.get_by_role("heading", name="/one")).to_be_visible()
    if shop.page.evaluate("performance.getEntriesByType('navigation')[0].type !== 'navigate'"):
        expect(greeting).to_have_count(0)
    else:  # the browser kept the page as it was, with its one greeting
        expect(greeting).to_have_count(1)


def test_a_page_in_a_new_tab_belongs_to_the_visit(shop, greeting):
    visit(shop, "/one", "/two")
    greeting.wait_for()

    with shop.visit.context.expect_page() as opened:
        shop.page.get_by_role("link", name="new /two").click()
    settled(opened.value)

    expect(opened.value.locator(".launch")).to_be_visible()
    expect(opened.value.locator(".greet")).to_have_count(0)


def test_a_host_that_sends_no_referrer_greets_once_as_well(shop, greeting):
    line = shop.line.replace("<script ", "<script referrerpolicy=origin ")
    for path in ("/one", "/two"):
        shop.host.page(path, f'<h1>{path}</h1><a href="/two">/two</a>{line}', {"Referrer-Policy": "no-referrer"})
    shop.page.goto(f"{shop.host.url}/one")
    greeting.wait_for()

    follow(shop, "/two")
    settled(shop.page)

    assert shop.page.evaluate("document.referrer") == ""
    expect(greeting).to_have_count(0)


def test_rules_for_some_paths_greet_on_the_first_page_that_fits(shop, greeting):
    shop.settings(greet_on="/lamps*\n/deals")
    visit(shop, "/about", "/lamps", "/deals")
    settled(shop.page)
    expect(greeting).to_have_count(0)

    follow(shop, "/lamps")
    expect(greeting).to_contain_text("Looking for a lamp?")
    for path in ("/about", "/deals"):
        follow(shop, path)
        settled(shop.page)
        expect(greeting).to_have_count(0)


def test_the_next_visit_greets_again(shop, greeting):
    visit(shop, "/one", "/two")
    greeting.wait_for()

    shop.page.goto(f"http://127.0.0.1:{shop.host.port}/elsewhere")
    shop.page.goto(f"{shop.host.url}/two")

    expect(greeting).to_contain_text("Looking for a lamp?")


def test_who_closed_it_is_greeted_no_more_in_this_tab(shop, greeting):
    visit(shop, "/one", "/two")
    shop.page.get_by_role("button", name="Do not show this again").click()
    expect(greeting).to_have_count(0)
    assert shop.page.evaluate("Object.values(sessionStorage)") == ["dismissed"]

    shop.page.goto(f"http://127.0.0.1:{shop.host.port}/elsewhere")
    shop.page.goto(f"{shop.host.url}/two")  # another visit, but the same tab
    settled(shop.page)

    expect(greeting).to_have_count(0)
    assert shop.page.evaluate("localStorage.length") == 0


def test_a_mouse_that_leaves_at_the_top_is_greeted(shop, greeting):
    shop.settings(greet_after_s=None, greet_on_exit=True)
    visit(shop, "/one")
    settled(shop.page)
    shop.page.evaluate("document.addEventListener('mouseleave', () => { window.hasLeft = true })")
    shop.page.mouse.move(300, 300)
    shop.page.mouse.move(-5, 300)  # at a side
    shop.page.wait_for_function("window.hasLeft")
    expect(greeting).to_have_count(0)

    shop.page.mouse.move(300, 300)
    shop.page.mouse.move(300, -5)

    expect(greeting).to_contain_text("Looking for a lamp?")


def test_who_has_scrolled_so_far_is_greeted(shop, greeting):
    shop.settings(greet_after_s=None, greet_at_scroll=50)
    shop.open("<h1>Lamps</h1><div style='height: 3000px'></div>")
    settled(shop.page)
    shop.page.evaluate("scrollTo(0, 600)")
    shop.page.evaluate("new Promise(requestAnimationFrame)")
    expect(greeting).to_have_count(0)

    shop.page.evaluate("scrollTo(0, 1600)")

    expect(greeting).to_contain_text("Looking for a lamp?")


def test_who_used_the_chat_before_is_greeted_at_once(shop, greeting):
    shop.settings(greet_after_s=3600, greet_back=True)
    visit(shop, "/one")
    settled(shop.page)
    expect(greeting).to_have_count(0)
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()
    shop.page.close()

    shop.visit.page = shop.visit.context.new_page()  # another day: what a tab keeps is gone
    shop.page.goto(f"{shop.host.url}/one")

    expect(shop.page.locator(".greet")).to_contain_text("Looking for a lamp?")


def test_seconds_are_counted_on_each_path(shop, greeting):
    shop.settings(greet_after_s=1000)  # the clock runs on by itself, too, while a busy machine does other things
    shop.page.clock.install()
    visit(shop, "/one")
    settled(shop.page)
    shop.page.clock.fast_forward(700_000)
    shop.page.evaluate("history.pushState(null, '', '/two')")
    shop.page.clock.run_for(1_000)
    shop.page.clock.fast_forward(700_000)
    expect(greeting).to_have_count(0)

    shop.page.clock.fast_forward(700_000)

    expect(greeting).to_contain_text("Looking for a lamp?")


def test_nothing_of_ours_runs_while_nothing_changes(shop):
    shop.page.clock.install()
    shop.page.add_init_script(OUR_TIMERS)
    shop.settings(greeting="Looking for a lamp?", greet_after_s=3600)
    shop.open("<h1>Lamps</h1>")
    shop.page.clock.run_for(2_000)  # that our own button came is a change, too
    before = shop.page.evaluate("timers")
    assert before > 0

    shop.page.clock.run_for(600_000)

    assert shop.page.evaluate("timers") == before
