"""axe-core finds nothing on any page or state, light or dark, desktop or phone; and the keyboard reaches everything."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
sizes = pytest.mark.parametrize("visit", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
RICH = (
    "# Title\n\n| A | B |\n| --- | --- |\n| 1 | 2 |\n\n- one\n\n```python\nprint(1)\n```\n\n[link](https://example.com)"
)


@sizes
def test_the_landing_page_and_the_floating_panel(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    assert visit.axe_light_and_dark() == []
    page.locator(".site-footer").scroll_into_view_if_needed()
    assert visit.axe_light_and_dark() == []
    page.locator("#launcher button").click()
    visit.at_rest()
    assert visit.axe_light_and_dark() == []
    visit.ask("Can I return a machine if we don't like it?")
    visit.finished()
    page.locator("details.source summary").first.click()
    assert visit.axe_light_and_dark() == []


@sizes
def test_the_chat_page_from_greeting_to_answer(visit, scripted_site, upstream):
    upstream.then(Script(text=RICH, rate_per_s=10), Script(text="half of it", cut_after_tokens=2))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    assert visit.axe_light_and_dark() == []
    visit.ask("Hello, I was on https://example.com")
    expect(page.locator(".message--assistant .prose")).to_contain_text("Title")
    assert visit.axe_light_and_dark() == []
    visit.finished()
    visit.ask("And now?")
    visit.finished(2)
    assert visit.axe_light_and_dark() == []


@sizes
def test_offline_and_deleted(visit, scripted_site, upstream):
    upstream.then(Script(text="Hello."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("Hello")
    visit.finished()
    visit.context.set_offline(True)
    visit.ask("Are you there?")
    expect(page.locator(".message--pending")).to_be_visible()
    assert visit.axe_light_and_dark() == []
    visit.context.set_offline(False)
    page.goto(page.url)
    delete = page.locator("#session-delete")
    page.goto(f"{scripted_site.url}{delete.get_attribute('href')}")
    assert visit.axe_light_and_dark() == []


@sizes
def test_pages_that_say_no(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/chat/nobody/")
    assert visit.axe_light_and_dark() == []


def test_the_staff_pages(visit, demo_site):
    demo_site.shell(
        "from django.contrib.auth import get_user_model as g\n"
        "u, _ = g().objects.get_or_create(username='axe', is_staff=True, is_superuser=True)\n"
        "u.set_password('a long password'); u.save()"
    )
    page = visit.page
    page.goto(f"{demo_site.url}/admin/")
    page.fill("#id_username", "axe")
    page.fill("#id_password", "a long password")
    page.keyboard.press("Enter")
    expect(page.locator("#site-name")).to_be_visible()
    for path in ("", "administration/", "agents/agent/", "knowledge/document/", "conversations/session/"):
        page.goto(f"{demo_site.url}/admin/{path}")
        assert visit.axe() == [], path
    page.goto(f"{demo_site.url}/admin/agents/agent/")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()
    assert visit.axe() == []
    page.get_by_role("link", name="Refine with AI").click()
    page.get_by_role("button", name="Propose a better prompt").click()
    expect(page.locator("#id_text")).to_be_visible()
    assert visit.axe() == []


def test_everything_is_reached_by_keyboard_alone(visit, scripted_site, upstream):
    upstream.then(Script(text="It costs 40 dollars."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    page.get_by_role("textbox").focus()
    page.keyboard.type("How much?")
    page.keyboard.press("Enter")
    visit.finished()
    expect(page.get_by_role("textbox")).to_be_focused()

    reached = set()
    page.locator("body").evaluate("b => { document.activeElement.blur() }")
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
            )
        )

    for name in ("New conversation", "Delete this conversation", "Copy", "Conversation with Ada"):
        assert any(name in one for one in reached), (name, reached)


@pytest.mark.parametrize("visit", [{"viewport": {"width": 640, "height": 400}}], indirect=True, ids=["200 %"])
def test_at_double_size_nothing_is_cut_off(visit, demo_site):
    for path in ("/", "/chat/"):
        visit.page.goto(demo_site.url + path)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 640
        expect(visit.page.get_by_role("textbox")).to_be_visible()


@pytest.mark.parametrize("visit", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_who_asked_for_no_motion(visit, demo_site):
    visit.page.goto(demo_site.url)
    visit.page.locator(".site-footer").scroll_into_view_if_needed()
    visit.page.locator("#launcher button").click()

    moving = visit.page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length")

    assert moving == 0
