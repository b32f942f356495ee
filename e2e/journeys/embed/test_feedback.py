"""On another site a visitor says whether an answer helped, also where the browser blocks cookies and storage."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.journeys.embed.test_on_a_shop import ANSWER, NO_STORAGE
from fakes.scripts import Script

pytestmark = pytest.mark.browser
GIVEN = "from conversations.models import Reply; print(*Reply.objects.exclude(feedback='').values_list(\
'feedback', 'feedback_words'))"
FORGET = "from conversations.models import Session; Session.objects.all().delete()"


def dislike(shop, upstream):
    shop.site.shell(FORGET)
    upstream.then(Script(text="They cost 40 dollars."))
    shop.open()
    shop.launcher.click()
    shop.ask("What do they cost?")
    expect(shop.chat.locator(ANSWER)).to_contain_text("40 dollars")
    shop.chat.get_by_role("button", name="It did not help", exact=True).click()
    shop.chat.locator(".feedback__words").fill("Which one?")
    shop.chat.locator(".feedback__words").press("Enter")
    expect(shop.chat.get_by_role("button", name="Change")).to_be_visible()


def test_it_is_kept_and_shown_after_a_reload(shop, upstream):
    dislike(shop, upstream)
    assert shop.site.shell(GIVEN) == "('down', 'Which one?')"
    assert shop.axe_in_frame() == []

    shop.page.reload()

    expect(shop.chat.locator(".feedback__words")).to_have_value("Which one?")
    pressed = shop.chat.get_by_role("button", name="It did not help", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_it_is_kept_where_the_frame_may_store_nothing(shop, upstream):
    shop.visit.context.add_init_script(NO_STORAGE)

    dislike(shop, upstream)

    assert shop.site.shell(GIVEN) == "('down', 'Which one?')"
