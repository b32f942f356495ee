"""A host that is drawn by React: the launcher stays and works, and no hydration fails because of it.

React is no part of this project: it comes with the packages of `.ci/scripts`, for this test alone.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.react import REACT, REACT_DOM
from fakes.scripts import Script

pytestmark = [pytest.mark.browser, pytest.mark.react]
ANSWER = ".message--assistant[data-status=complete]"
# As a framework has it, the same for the server and the browser. The line stands first and waits for nothing, so that
# it runs before React does, as it may where the browser has it already.
PAGE = """
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>{line}\
<script src="/react.js" defer=""></script><script src="/react-dom.js" defer=""></script>\
<script src="/shop.js" defer=""></script></head>\
<body>{body}</body></html>
""".strip()
DRAWN = '<main><h1>Lamps</h1><button type="button">In the basket: 0</button></main>'
SHOP = """
const h = React.createElement
window.failures = []
function Lamps() {
  const [count, setCount] = React.useState(0)
  React.useEffect(() => { document.title = `${count} lamps` }, [count])
  return h("main", null, h("h1", null, "Lamps"),
    h("button", { type: "button", onClick: () => setCount(count + 1) }, `In the basket: ${count}`))
}
const ours = (src) => h("script", { src, key: src, defer: true })
function Page() {
  return h("html", { lang: "en" },
    h("head", null, h("meta", { charSet: "utf-8" }), h("title", null, "A shop"),
      h("script", { src: LINE, "data-agent": "ada" }), ours("/react.js"), ours("/react-dom.js"), ours("/shop.js")),
    h("body", null, h(Lamps)))
}
const strict = (page) => h(React.StrictMode, null, h(page))
const options = { onRecoverableError: (error) => failures.push(String(error)) }
"""
# How React gets to a page, and what stands there before it.
WAYS = {
    "draws an element": (
        "ReactDOM.createRoot(document.getElementById('root'), options).render(strict(Lamps))",
        '<div id="root"></div>',
    ),
    "hydrates an element": (
        "ReactDOM.hydrateRoot(document.getElementById('root'), strict(Lamps), options)",
        f'<div id="root">{DRAWN}</div>',
    ),
    "draws the body": ("ReactDOM.createRoot(document.body, options).render(strict(Lamps))", "<p>Loading</p>"),
    "hydrates the body": ("ReactDOM.hydrateRoot(document.body, strict(Lamps), options)", DRAWN),
    "hydrates the document": ("ReactDOM.hydrateRoot(document, strict(Page), options)", DRAWN),
}
DISCOURAGED = "directly with document.body is discouraged"  # React's own word for two of the ways, with us or without


@pytest.mark.parametrize(("start", "body"), WAYS.values(), ids=WAYS)
def test_the_launcher_stays_and_works_where_react(shop, upstream, start, body):
    upstream.then(Script(text="We sell lamps."), Script(text="They cost 40 dollars."))
    shop.host.script("/react.js", REACT.read_text())
    shop.host.script("/react-dom.js", REACT_DOM.read_text())
    shop.host.script("/shop.js", f"const LINE = '{shop.site.url}/embed.js';{SHOP}{start}")
    shop.host.pages["/shop"] = PAGE.format(line=shop.line.replace(" async", ""), body=body), {}
    shop.page.goto(f"{shop.host.url}/shop")
    basket = shop.page.get_by_role("button", name="In the basket")

    basket.click()

    expect(basket).to_have_text("In the basket: 1")  # React is at work
    shop.launcher.click()
    shop.ask("What do you sell?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("We sell lamps.")
    basket.click()  # it draws the page again, and changes its title
    expect(basket).to_have_text("In the basket: 2")
    shop.ask("What do they cost?")
    expect(shop.chat.locator(ANSWER).last).to_contain_text("40 dollars")  # the same frame, not one that began anew
    shop.chat.locator("[data-action=minimise]").click()
    expect(shop.launcher).to_be_visible()
    expect(shop.page.locator(".launch")).to_have_count(1)
    assert shop.page.evaluate("failures") == []
    assert [text for text in shop.visit.complaints if DISCOURAGED not in text] == []
