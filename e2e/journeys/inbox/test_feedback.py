"""Staff see in the moment that an answer did not help, and why; pressing the thumb is the visitor's."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser


def test_staff_see_it_live_and_after_a_reload(desk, visitor, upstream):
    upstream.then(Script(text="We sell lamps."))
    sam, one = desk("sam"), visitor()
    one.ask("What do you sell?")
    one.finished()
    sam.open()
    sam.enter("What do you sell?")

    one.page.get_by_role("button", name="It did not help", exact=True).click()
    told = sam.page.locator(".feedback__told")
    expect(told).to_have_text("It did not help the visitor.")
    one.page.locator(".feedback__words").fill("Which ones?")
    one.page.locator(".feedback__words").press("Enter")

    expect(told).to_contain_text("Which ones?")
    expect(sam.page.locator(".feedback button:visible")).to_have_count(0)
    assert sam.visit.axe() == []
    sam.page.reload()
    expect(told).to_contain_text("It did not help the visitor")
    expect(told).to_contain_text("Which ones?")
