"""Whether people are there: on the launcher and in the head of the panel, by the clock of who looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from fakes.patience import wait_until

pytestmark = pytest.mark.browser
PEOPLE = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from agents.models import Agent
from inbox.models import HandoverSettings
user, _ = get_user_model().objects.get_or_create(username="hours", is_staff=True)
user.user_permissions.add(Permission.objects.get(codename="answer_session"))
HandoverSettings.objects.update_or_create(agent=Agent.objects.get(slug="ada"), defaults={{"hours": {hours!r}}})
"""
NOBODY = """
from django.contrib.auth import get_user_model
from inbox.models import HandoverSettings
HandoverSettings.objects.all().delete()
get_user_model().objects.filter(username="hours").delete()
"""


@pytest.fixture
def day(shop):
    """A day of the next week on which somebody is there from nine to five, UTC."""
    at = datetime.now(UTC) + timedelta(days=2)
    shop.site.shell(PEOPLE.format(hours=f"{at:%a} 9-17"))
    address, page = f"{shop.site.url}/embed.js", {"Referer": shop.host.url}
    wait_until(lambda: "The team is here" in shop.page.request.get(address, headers=page).text(), pause_s=0.2)
    yield at.replace(hour=0, minute=0, second=0, microsecond=0)
    shop.site.shell(NOBODY)


def test_both_say_when_people_are_there_and_stay_true_on_an_open_page(shop, day):
    shop.settings(launcher_text="Ask us")
    shop.page.clock.install(time=day + timedelta(hours=8, minutes=59, seconds=40))
    shop.open()
    back = f"The team is back {day:%A} 9:00 AM."
    expect(shop.launcher).to_have_attribute("title", back)
    expect(shop.launcher).to_contain_text(back)
    shop.launcher.click()
    head = shop.chat.locator("#hours")
    expect(head).to_have_text(back)

    shop.page.clock.fast_forward(30_000)

    expect(head).to_have_text("The team is here now.")
    shop.chat.locator("[data-action=minimise]").click()
    expect(shop.launcher).to_have_attribute("title", "The team is here now.")
    shop.page.clock.fast_forward(9 * 3_600_000)
    expect(shop.launcher).to_have_attribute("title", back)  # in a week
    expect(head).to_have_text(back)


def test_a_page_that_stays_open_longer_than_was_told_says_nothing(shop, day):
    shop.page.clock.install(time=day + timedelta(days=22))
    shop.open()
    shop.launcher.click()
    shop.chat.locator("#panel[data-started]").wait_for()

    expect(shop.launcher).to_have_attribute("title", "")
    expect(shop.chat.locator("#hours")).to_be_hidden()
