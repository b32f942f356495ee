"""A shop's own web site, with an agent of ours on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page

from e2e.conftest import Visit
from fakes.host import Host, host
from fakes.openai import FakeOpenAI
from fakes.site import Site

LIST = "from agents.models import Agent; Agent.objects.filter(slug='ada').update(hosts={hosts!r}, accent='#aa2200')"
SETTINGS = """
from agents.models import Agent
from embed.models import EmbedSettings
EmbedSettings.objects.update_or_create(agent=Agent.objects.get(slug="ada"), defaults={values!r})
"""


class Shop:
    """The host, one of its pages in a window, and what of ours stands on it."""

    def __init__(self, host: Host, site: Site, visit: Visit) -> None:
        self.host, self.site, self.visit = host, site, visit

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def line(self) -> str:
        return f'<script async src="{self.site.url}/embed.js" data-agent="ada"></script>'

    def open(self, body: str = "<h1>Lamps</h1>", path: str = "/", **headers: str) -> None:
        """Go to a page of the shop that has the line in it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.page.goto(self.host.page(path, f"{body}{self.line}", named))
        self.launcher.wait_for(state="attached")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launch")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    def ask(self, text: str) -> None:
        self.chat.locator("#panel[data-started]").wait_for()
        self.chat.locator("#message").fill(text)
        self.chat.locator("#message").press("Enter")

    def first_touch(self) -> str:
        """Of the newest session."""
        newest = "Session.objects.latest('created_at').first_touch"
        return self.site.shell(f"from conversations.models import Session; print({newest})")

    def settings(self, **values: Any) -> None:
        self.site.shell(SETTINGS.format(values=values))


@pytest.fixture(scope="package")
def shop_host() -> Iterator[Host]:
    with host() as made:
        yield made


@pytest.fixture
def shop(windows: Callable[..., Visit], shop_host: Host, scripted_site: Site, upstream: FakeOpenAI) -> Iterator[Shop]:
    """A visitor of the shop; the agent may stand there, and greets nobody."""
    scripted_site.shell(LIST.format(hosts=[shop_host.url]))
    scripted_site.shell("from embed.models import EmbedSettings; EmbedSettings.objects.all().delete()")
    scripted_site.shell("from conversations.models import Session; Session.objects.all().delete()")
    yield Shop(shop_host, scripted_site, windows())
    scripted_site.shell("from agents.models import Agent; Agent.objects.update(accent='#3355cc', hosts=[])")
