"""The list of conversations: whole times, the reader's days, and lines that are fresh in every tab."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MOVE = "from conversations.models import Session; Session.objects.filter(title='{title}').update(updated_at='{at}')"
COVERED = """time => {
  const box = time.getBoundingClientRect();
  const at = x => document.elementFromPoint(x, box.top + box.height / 2);
  const isOwn = one => one === time || time.closest('a').contains(one);
  return time.scrollWidth > time.clientWidth + 1 || !isOwn(at(box.left + 1)) || !isOwn(at(box.right - 1));
}"""


def asked(visit, site, upstream, *texts):
    for text in texts:
        upstream.then(Script(text=f"Answer to {text}"))
        visit.page.goto(f"{site.url}/chat/ada/")
        visit.ask(text)
        visit.finished()


def test_the_last_line_is_the_answer_once_it_has_ended(visit, scripted_site, upstream):
    asked(visit, scripted_site, upstream, "one line")

    expect(visit.page.locator(".session--current .session__line")).to_have_text("Answer to one line")


def test_a_conversation_goes_on_in_another_tab_and_its_line_is_fresh_here(visit, scripted_site, upstream):
    asked(visit, scripted_site, upstream, "first talk", "second talk")
    other = visit.context.new_page()
    other.goto(visit.page.url)
    visit.page.bring_to_front()
    upstream.then(Script(text="What is new."))

    visit.ask("And now?")
    visit.finished(2)
    other.bring_to_front()

    expect(other.locator(".session--current .session__line")).to_have_text("What is new.")


def test_the_focus_in_the_list_survives_its_refresh(visit, scripted_site, upstream):
    asked(visit, scripted_site, upstream, "kept focus", "newer talk")
    link = visit.page.locator(".session__link", has_text="kept focus")
    link.focus()

    with visit.page.expect_response(re.compile(r"/chat/\w+/sessions/\?")):
        visit.page.locator("#panel").dispatch_event("chat:finished")

    expect(link).to_be_focused()


@pytest.mark.parametrize(
    "visit", [{"timezone_id": "Pacific/Auckland"}, {"timezone_id": "America/Los_Angeles"}], indirect=True
)
def test_days_are_those_of_the_visitor(visit, scripted_site, upstream):
    asked(visit, scripted_site, upstream, "at the edge", "long ago", "just now")
    offset_m = -visit.page.evaluate("new Date().getTimezoneOffset()")
    local_midnight = (datetime.now(UTC) + timedelta(minutes=offset_m)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    before, long_ago = local_midnight - timedelta(minutes=offset_m + 1), local_midnight - timedelta(days=5)
    scripted_site.shell(MOVE.format(title="at the edge", at=before.isoformat()))
    scripted_site.shell(MOVE.format(title="long ago", at=long_ago.isoformat()))

    visit.page.reload()

    groups = visit.page.locator(".sessions__group")
    for at, (label, title) in enumerate([("Today", "just now"), ("Yesterday", "at the edge"), ("Earlier", "long ago")]):
        expect(groups.nth(at).locator("h2")).to_have_text(label)
        expect(groups.nth(at).locator(".session__title")).to_have_text(title)


@pytest.mark.parametrize("visit", [{}, PHONE], indirect=True, ids=["hover", "phone"])
def test_the_time_is_whole_while_the_row_can_be_deleted(visit, scripted_site, upstream):
    long_title = "A question with so many words that its title has to be cut somewhere in the row"
    asked(visit, scripted_site, upstream, long_title)
    page = visit.page
    if page.locator(".panel__drawer").is_visible():
        page.locator(".panel__drawer").click()
    row = page.locator(".session").first
    row.hover()
    visit.at_rest()

    assert not row.locator("time").evaluate(COVERED)
    expect(row.locator(".session__delete")).to_have_css("opacity", "1")
    assert row.locator(".session__delete").bounding_box()["width"] >= 44
