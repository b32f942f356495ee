"""A visitor leaves contact details, by text and by form, with and without script; staff find the lead and its proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from e2e.conftest import Visit
from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.browser

MAKE = (
    MAKE_AGENT
    + """
from django.contrib.auth import get_user_model
from leads.models import LeadSettings
get_user_model().objects.create_superuser("boss", password="a long password")
LeadSettings.objects.create(agent=agent, answer_time="They answer on workdays.")
agent.questions.create(key="people", label="People", ask="How many are you?", kind="number")
"""
)


@pytest.fixture(scope="module")
def sales_site(tmp_path_factory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("sales"), begun_with=MAKE, RATE_LIMITS="off") as made:
        made.start()
        yield made


def found_by_staff(visit: Visit, made: Site, name: str) -> None:
    """Opens the lead of that name in the admin."""
    page = visit.page
    page.goto(f"{made.url}/admin/leads/lead/")
    page.fill("#id_username", "boss")
    page.fill("#id_password", "a long password")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name).first.click()
    expect(page.locator("h1").last).to_contain_text(name)


def test_the_form_says_what_is_missing_and_what_became_of_it(visit, sales_site):
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")
    opener = page.get_by_role("link", name="Leave your details").first
    opener.click()
    form = page.get_by_role("dialog", name="Leave your details")
    expect(form).to_be_visible()
    assert visit.axe() == []

    form.get_by_role("button", name="Send").click()
    expect(form.get_by_label("E-mail")).to_be_focused()
    expect(form.get_by_text("Write an e-mail address or a telephone number")).to_be_visible()
    form.get_by_label("Name").fill("Jo Smith")
    form.get_by_label("E-mail").fill("jo@example.org")
    form.get_by_label("What is it about?").fill("A lamp for 40 people")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Send").click()

    expect(form).to_be_hidden()
    assert "Saved for the team: jo@example.org. They answer on workdays." in visit.finished()
    expect(page.locator(".message--user")).to_contain_text("A lamp for 40 people")
    page.reload()
    expect(page.locator(".message--user")).to_contain_text("Jo Smith")

    found_by_staff(visit, sales_site, "Jo Smith")
    expect(page.locator("mark").filter(has_text="jo@example.org")).to_have_count(1)
    assert visit.axe() == []


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 700}}], indirect=True)
def test_details_in_a_message_count_as_well(visit, sales_site):
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")

    visit.ask("my number is +44 20 7946 0123, we are 30 people")

    assert "Saved for the team: +44 20 7946 0123." in visit.finished()
    found_by_staff(visit, sales_site, "+442079460123")
    expect(page.locator("mark").filter(has_text="30")).to_have_count(1)


def test_a_form_corrected_after_its_answer_was_lost_says_the_corrected_words_too(visit, sales_site):
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")
    page.get_by_role("link", name="Leave your details").first.click()
    form = page.get_by_role("dialog", name="Leave your details")
    form.get_by_label("E-mail").fill("max@example.org")
    form.get_by_role("checkbox").check()
    page.route("**/contact/**", lambda route: (route.fetch(), route.abort()), times=1)
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("That did not work")).to_be_visible()

    form.get_by_label("E-mail").fill("max@example.com")
    form.get_by_role("button", name="Send").click()

    expect(form).to_be_hidden()
    found_by_staff(visit, sales_site, "max@example.com")


def test_esc_closes_the_form_and_what_was_written_stays(visit, sales_site):
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")
    opener = page.get_by_role("link", name="Leave your details").first
    opener.click()
    page.get_by_label("Name").fill("Jo")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Leave your details")).to_be_hidden()
    expect(opener).to_be_focused()

    opener.click()

    expect(page.get_by_label("Name")).to_have_value("Jo")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_script_the_form_is_a_page(visit, sales_site):
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")
    page.get_by_role("link", name="Leave your details").first.click()
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved yet")
    expect(page.get_by_label("E-mail")).to_have_value("ann@example.org")

    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send").click()

    expect(page.locator(".message--assistant")).to_contain_text("Saved for the team: ann@example.org.")
    found_by_staff(visit, sales_site, "ann@example.org")
    expect(page.locator("mark").filter(has_text="ann@example.org")).to_have_count(1)


def test_ways_on_stand_once(visit, sales_site):
    """Under the newest answer where it needs them, else under the field."""
    page = visit.page
    page.goto(f"{sales_site.url}/chat/")
    below = page.locator("#composer [data-action=contact]")
    under_answer = page.locator(".message__contact")
    expect(below).to_be_visible()

    for count, (said, is_under_answer) in enumerate(
        (("Do you sell aeroplanes?", True), ("thanks", False), ("And boats?", True)), 1
    ):
        visit.ask(said)
        visit.finished(count)

        expect(under_answer.last if is_under_answer else below).to_be_visible()
        if is_under_answer:
            expect(below).to_be_hidden()
