"""Stop ends the answer one sees, whatever else is asked meanwhile."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"Paragraph {n} of the first answer." for n in range(1, 60))


@pytest.fixture
def two_asked(visit, scripted_site, upstream):
    """A first answer that grows, and a second question behind it."""
    upstream.then(Script(text=LONG, hold_after_tokens=3 * 6), Script(text="The second answer."))
    visit.page.goto(f"{scripted_site.url}/chat/ada/")
    visit.ask("First?")
    expect(visit.page.locator(".message--assistant").first).to_contain_text("Paragraph 2 of")
    visit.ask("Second?")
    expect(visit.page.locator(".message--assistant[data-status=running]")).to_have_count(2)
    yield visit
    upstream.go_on()


def first_and_second(page):
    return page.locator(".message--assistant").nth(0), page.locator(".message--assistant").nth(1)


def test_stop_ends_the_answer_that_grows_and_not_the_queued_one(two_asked):
    two_asked.page.get_by_role("button", name="Stop the answer").click()

    first, second = first_and_second(two_asked.page)
    expect(first).to_have_attribute("data-status", "stopped")
    expect(second).to_have_attribute("data-status", "complete")
    expect(second).to_contain_text("The second answer.")


def test_a_double_click_on_stop_ends_one_answer(two_asked):
    two_asked.page.get_by_role("button", name="Stop the answer").dblclick()

    first, second = first_and_second(two_asked.page)
    expect(first).to_have_attribute("data-status", "stopped")
    expect(second).to_have_attribute("data-status", "complete")


def test_stop_in_another_tab_ends_the_same_answer(two_asked):
    other = two_asked.context.new_page()
    other.goto(two_asked.page.url)
    expect(other.locator(".message--assistant[data-status=running]")).to_have_count(2)

    other.get_by_role("button", name="Stop the answer").click()

    first, second = first_and_second(two_asked.page)
    expect(first).to_have_attribute("data-status", "stopped")
    expect(second).to_contain_text("The second answer.")


def test_the_queued_answer_says_that_it_waits_and_is_taken_back_by_its_own_button(two_asked):
    first, second = first_and_second(two_asked.page)
    expect(second.get_by_text("Waiting for the answer above")).to_be_visible()
    expect(first.get_by_role("button", name="Cancel")).to_have_count(0)

    second.get_by_role("button", name="Cancel").click()

    expect(second).to_have_attribute("data-status", "stopped")
    expect(first).to_have_attribute("data-status", "running")
