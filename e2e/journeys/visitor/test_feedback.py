"""Visitors say whether an answer helped: with a click, a key, a finger, without a connection and without a script."""

import re

import pytest
from playwright.sync_api import expect

from fakes.patience import wait_until
from fakes.scripts import Script

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ANSWER = ".message--assistant[data-status=complete]"
GIVEN = "from conversations.models import Reply; print(*Reply.objects.exclude(feedback_at=None).order_by('feedback_at')\
.values_list('feedback', 'feedback_words'))"
GAPS = "from evaluation.gaps import counted; print(*counted().values_list('question', 'count'))"
FORGET = "from conversations.models import Session; Session.objects.all().delete()"
WITHOUT = "from agents.models import Agent; Agent.objects.filter(slug='ada').update(asks_feedback={asks})"


@pytest.fixture
def answered(visit, scripted_site, upstream):
    """A visitor who has got an answer."""
    scripted_site.shell(FORGET)
    upstream.then(Script(text="It is 40 dollars."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    ask(visit, "How much is the lamp?")
    visit.finished()
    return visit


def ask(visit, text):
    visit.page.locator("#message").fill(text)
    visit.page.locator("#message").press("Enter")


def thumb(page, name):
    return page.get_by_role("button", name=name, exact=True)


def pressed(page):
    return [thumb(page, name).get_attribute("aria-pressed") for name in ("It helped", "It did not help")]


def until_it_prints(site, code, wanted):
    wait_until(lambda: site.shell(code) == wanted, pause_s=0.1)


def test_what_did_not_help_and_why_becomes_a_gap_with_its_question(answered, scripted_site):
    page = answered.page
    text = page.locator(f"{ANSWER} .prose")
    before = text.bounding_box()

    thumb(page, "It did not help").click()
    line = page.get_by_role("textbox", name="What was wrong with this answer?")
    expect(line).to_be_visible()
    expect(page.locator("#notices")).to_have_text("Thank you. You can say what was wrong.")
    assert text.bounding_box() == before
    line.fill("That is last year's price.")
    page.locator(".feedback__line button").click()

    expect(page.locator("#notices")).to_have_text("Thank you.")
    expect(page.get_by_role("button", name="Change")).to_be_visible()
    page.reload()
    assert pressed(page) == ["false", "true"]
    expect(line).to_have_value("That is last year's price.")
    assert scripted_site.shell(GIVEN) == """('down', "That is last year's price.")"""
    until_it_prints(scripted_site, GAPS, "('How much is the lamp?', 1)")  # a worker gathers it


def test_by_keyboard_it_is_given_changed_and_taken_back(answered, scripted_site):
    page = answered.page
    thumb(page, "It helped").focus()

    page.keyboard.press("Enter")
    expect(thumb(page, "It helped")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#notices")).to_have_text("Thank you.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".feedback__words")).to_be_visible()
    expect(thumb(page, "It did not help")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Old")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Change")).to_be_visible()
    expect(page.locator(".feedback__words")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")

    expect(page.locator("#notices")).to_have_text("Taken back.")
    assert pressed(page) == ["false", "false"]
    expect(page.locator(".feedback__words")).to_have_count(0)
    assert scripted_site.shell(GIVEN) == "('', '')"


def test_another_tab_shows_it_and_keeps_what_is_being_written(answered):
    page = answered.page
    other = answered.context.new_page()
    other.goto(page.url)
    other.locator("#panel[data-started] #status[data-state=open]").wait_for(state="attached")

    thumb(page, "It did not help").click()
    words = other.locator(".feedback__words")
    words.fill("Not what I as")
    page.locator(".feedback__words").fill("Wrong lamp")
    page.locator(".feedback__words").press("Enter")

    expect(other.get_by_role("button", name="Change")).to_be_visible()
    expect(words).to_have_value("Not what I as")
    expect(words).to_be_focused()


def test_what_is_pressed_without_a_connection_is_sent_once_also_from_a_later_visit(answered, scripted_site):
    page, address = answered.page, answered.page.url
    answered.context.set_offline(True)
    thumb(page, "It helped").click()
    thumb(page, "It did not help").click()
    expect(page.locator("#notices")).to_have_text(re.compile("saved and goes out when you are back"))
    assert pressed(page) == ["false", "true"]
    page.close()
    answered.context.set_offline(False)

    page = answered.context.new_page()
    page.goto(address)

    expect(page.locator(".feedback__words")).to_be_visible()
    until_it_prints(scripted_site, GIVEN, "('down', '')")


@pytest.mark.parametrize("visit", [{}, PHONE], indirect=True, ids=["desktop", "phone"])
def test_axe_finds_nothing_and_what_is_pressed_is_as_large_as_a_finger(answered, request):
    page = answered.page
    assert answered.axe_light_and_dark() == []
    thumb(page, "It did not help").click()
    page.locator(".feedback__words").fill("Old")

    assert answered.axe_light_and_dark() == []
    if "phone" in request.node.callspec.id:
        boxes = [thumb(page, name).bounding_box() for name in ("It helped", "It did not help")]
        assert all(min(box["width"], box["height"]) >= 44 for box in boxes)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nothing_is_asked_while_an_answer_is_written_or_where_staff_switched_it_off(visit, scripted_site, upstream):
    upstream.then(Script(text="one two three four", hold_after_tokens=2))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    ask(visit, "Count.")
    expect(page.locator(".message--assistant .prose")).to_contain_text("two")
    assert page.locator(".feedback").count() == 0

    upstream.go_on()
    visit.finished()
    expect(thumb(page, "It helped")).to_be_visible()
    scripted_site.shell(WITHOUT.format(asks=False))
    try:
        page.reload()
        expect(page.locator(ANSWER)).to_be_visible()
        expect(thumb(page, "It helped")).to_have_count(0)
    finally:
        scripted_site.shell(WITHOUT.format(asks=True))


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_forms_do_the_same(visit, scripted_site, upstream):
    scripted_site.shell(FORGET)
    upstream.then(Script(text="It is 40 dollars."))
    page = visit.page
    page.goto(f"{scripted_site.url}/chat/ada/")
    page.locator("#message").fill("How much is the lamp?")
    page.get_by_role("button", name="Send").click()

    thumb(page, "It did not help").click()
    page.locator(".feedback__words").fill("Old")
    page.locator(".feedback__line button").click()
    assert scripted_site.shell(GIVEN) == "('down', 'Old')"
    assert pressed(page) == ["false", "true"]
    thumb(page, "It did not help").click()

    assert pressed(page) == ["false", "false"]
    assert scripted_site.shell(GIVEN) == "('', '')"
