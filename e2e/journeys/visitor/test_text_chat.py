"""A visitor's conversation in a real browser, with an agent that has no key and no service."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_stranger_asks_on_the_landing_page_and_gets_an_answer_with_its_source(visit, demo_site):
    visit.page.goto(demo_site.url)
    visit.ask("Which bean plans are there and what do they cost?")

    answer = visit.finished()

    assert "$62" in answer
    source = visit.page.locator(".message--assistant details.source").first
    assert source.get_by_text("Plans and pricing").count()
    source.locator("summary").click()
    expect(source.locator(".source__passage")).to_be_visible()


def test_a_question_that_the_pages_do_not_answer_is_honestly_refused(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    visit.ask("Who won the football world cup in 1998?")

    answer = visit.finished()

    assert not re.search("France", answer)
    assert "I do not know" in answer
    sources = visit.page.locator(".message--assistant details.source summary")
    assert sources.all_inner_texts() == ["Contact and support hours"]  # of the number and address it names


def test_the_first_message_gives_the_conversation_its_address_and_its_place_in_the_side_bar(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    visit.ask("hello there")
    visit.finished()

    expect(visit.page).to_have_url(re.compile(r"/chat/demo/[0-9a-f-]{36}/$"))
    expect(visit.page.locator("#sessions .session--current .session__title")).to_have_text("hello there")
    visit.page.reload()
    expect(visit.page.locator(".message--user")).to_have_count(1)
    expect(visit.page.locator(".message--assistant")).to_have_count(1)


def test_a_visitor_switches_between_conversations_and_deletes_one(visit, demo_site):
    for text in ("first talk", "second talk"):
        visit.page.goto(f"{demo_site.url}/chat/demo/")
        visit.ask(text)
        visit.finished()

    visit.page.locator("#sessions .session__title", has_text="first talk").click()
    expect(visit.page.locator(".message--user .prose")).to_have_text("first talk")
    visit.page.locator("#session-delete").click()
    dialog = visit.page.locator("dialog#delete-dialog")
    expect(dialog).to_contain_text("2 messages")
    dialog.get_by_role("button", name=re.compile("Delete")).click()

    expect(visit.page).to_have_url(f"{demo_site.url}/chat/demo/")
    expect(visit.page.locator("#sessions")).not_to_contain_text("first talk")
    expect(visit.page.locator("#sessions")).to_contain_text("second talk")


def test_a_starter_question_is_sent_by_a_click(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    starter = visit.page.locator(".starter").first
    text = starter.inner_text()
    starter.click()

    visit.finished()

    expect(visit.page.locator(".message--user .prose")).to_have_text(text)
    expect(visit.page.locator("#starters")).to_be_hidden()


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_form_posts_and_the_next_page_has_the_answer(visit, demo_site):
    visit.page.goto(demo_site.url)
    visit.page.get_by_role("textbox").fill("How much is the Campus bean plan?")
    visit.page.get_by_role("button", name="Send").click()
    expect(visit.page.get_by_role("textbox")).to_have_value("How much is the Campus bean plan?")
    visit.page.get_by_role("button", name="Send").click()

    expect(visit.page.locator(".message--user .prose")).to_have_text("How much is the Campus bean plan?")
    expect(visit.page.locator(".message--assistant")).to_contain_text("$")


def test_the_floating_panel_opens_floats_minimises_and_remembers(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    launcher = page.locator("#launcher button")
    page.locator(".site-footer").scroll_into_view_if_needed()
    launcher.click()
    panel = page.get_by_role("dialog")
    expect(panel).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    assert visit.place(panel)[1] == 400

    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator(".site-footer").scroll_into_view_if_needed()
    page.get_by_role("textbox").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(launcher).to_be_focused()
    page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}, "has_touch": True}], indirect=True)
def test_on_a_phone_the_floating_panel_is_a_sheet_and_nothing_scrolls_sideways(visit, demo_site):
    page = visit.page
    page.goto(demo_site.url)
    page.locator(".site-footer").scroll_into_view_if_needed()
    page.locator("#launcher button").click()
    assert visit.place(page.get_by_role("dialog")) == (0, 390)
    page.set_viewport_size({"width": 390, "height": 480})  # the on-screen keyboard opens
    field = page.get_by_role("textbox").element_handle()
    page.wait_for_function("field => innerHeight === 480 && field.getBoundingClientRect().bottom <= 480", arg=field)

    for url in (demo_site.url, f"{demo_site.url}/chat/"):
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_landing_page_leaves_no_trace_until_the_visitor_writes(visit, demo_site):
    requests = []
    visit.page.on("request", lambda request: requests.append(request.url))
    visit.page.goto(demo_site.url, wait_until="networkidle")

    assert visit.context.cookies() == []
    assert visit.page.evaluate("localStorage.length") == 0
    assert not [url for url in requests if not url.startswith(demo_site.url)]
    assert len(requests) <= 10


def test_injected_markup_stays_text(visit, demo_site):
    visit.page.goto(f"{demo_site.url}/chat/")
    attack = "<img src=x onerror=\"document.title='broken'\"> <script>document.title='broken'</script>"
    visit.ask(attack)
    visit.finished()
    visit.page.reload()

    expect(visit.page.locator(".message--user .prose")).to_have_text(attack)
    assert visit.page.title() != "broken"
