"""A site with people who answer, and their windows: visitors, staff, and what each of them sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.conftest import Visit
from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.site import MAKE_AGENT, Site, site

MAKE_PEOPLE = f"""{MAKE_AGENT}
from django.contrib.auth import get_user_model
from inbox.models import CannedReply, HandoverSettings
for name in ("Sam", "Kim"):
    get_user_model().objects.create_superuser(name.lower(), password="a long password", first_name=name)
hasty = Agent.objects.create(name="Hasty", slug="hasty", checks_answers=False)
hasty.publish("You sell lamps.")
HandoverSettings.objects.create(agent=hasty, wait_s=8)
CannedReply.objects.create(shortcut="delivery", text="Delivery takes three days.")
CannedReply.objects.create(shortcut="thanks", text="Thank you for your patience.")
"""
ANSWERS = ".message--assistant[data-status=complete]"


@dataclass
class Desk:
    """The window of a member of staff."""

    visit: Visit
    url: str

    @property
    def page(self) -> Page:
        return self.visit.page

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.url}/admin/inbox/{path}")

    def row(self, text: str) -> Locator:
        return self.page.locator(".inbox__row", has_text=text)

    def enter(self, text: str) -> None:
        """Open the conversation whose row says `text`, once it is there, and wait for the page's scripts."""
        with self.page.expect_navigation():
            self.row(text).first.click()
        expect(self.page.locator("#panel")).to_be_visible()

    def do(self, what: str) -> None:
        self.page.locator(f"[data-do={what}]").click()

    def write(self, text: str) -> None:
        self.page.locator("#inbox-text").fill(text)
        self.page.locator("#inbox-text").press("Enter")

    @property
    def standing(self) -> Locator:
        return self.page.locator("#standing .badge")


@pytest.fixture(scope="package")
def staffed_site(tmp_path_factory: pytest.TempPathFactory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    """A scripted model, two people who may answer, canned replies, and an agent whose visitors wait for 8 s at most."""
    scripted = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("staffed"), begun_with=MAKE_PEOPLE, **scripted) as made:
        made.start()
        yield made


@pytest.fixture
def desk(windows: Callable[..., Visit], staffed_site: Site, upstream: FakeOpenAI) -> Callable[..., Desk]:
    """Opens a window for somebody of staff, signed in: `desk("sam", viewport=…)`."""
    staffed_site.shell("from conversations.models import Session; Session.objects.all().delete()")
    return lambda username="sam", **options: sign_in(windows(**options), staffed_site, username)


def sign_in(visit: Visit, site: Site, username: str) -> Desk:
    visit.sign_in(site, username)
    return Desk(visit, site.url)


@pytest.fixture
def visitor(windows: Callable[..., Visit], staffed_site: Site) -> Callable[..., Visit]:
    """Opens the chat page for a new visitor: `visitor(slug="hasty", viewport=…)`."""

    def opened(slug: str = "ada", **options: Any) -> Visit:
        visit = windows(**options)
        visit.page.goto(f"{staffed_site.url}/chat/{slug}/")
        return visit

    return opened


@pytest.fixture
def waiting(desk: Callable[..., Desk], visitor: Callable[..., Visit], upstream: FakeOpenAI) -> tuple[Desk, Visit]:
    """Sam's window on a conversation that waits, and its visitor's."""
    upstream.then(Script(text="We sell lamps."))
    sam, one = desk("sam"), visitor()
    one.ask("What do you sell?")
    one.finished()
    wish(one)
    sam.open()
    sam.enter("waits")
    return sam, one


def bar(page: Page) -> Locator:
    """What tells the visitor who answers."""
    return page.locator("#speaker")


def wish(visit: Visit) -> None:
    """Ask for a person by the button, once a conversation is there."""
    visit.page.locator("#composer [data-action=ask-person]").click()
    expect(bar(visit.page)).to_have_attribute("data-speaker", "waiting")
