"""A shop's own web site, with an agent of ours on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, Page

from e2e.conftest import SCHEMES, Visit, taking_files
from fakes.openai import FakeOpenAI
from fakes.site import Site
from fakes.websites.host import Host, host

LIST = "from agents.models import Agent; Agent.objects.filter(slug='ada').update(hosts={hosts!r}, accent='#aa2200')"
LIST_DEMO = "from agents.models import Agent; Agent.objects.filter(slug='demo').update(hosts={hosts!r})"
PLAIN = """
from agents.models import Brand
Brand.objects.update(legal_url="", shows_powered_by=True, custom_css="")
"""
SETTINGS = """
from agents.models import Agent
from embed.models import EmbedSettings
EmbedSettings.objects.update_or_create(agent=Agent.objects.get(slug="ada"), defaults={values!r})
"""


class Shop:
    """The host, one of its pages in a window, and what of ours stands on it."""

    def __init__(self, host: Host, site: Site, visit: Visit, slug: str = "ada") -> None:
        self.host, self.site, self.visit, self.slug = host, site, visit, slug

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def line(self) -> str:
        return f'<script async src="{self.site.url}/embed.js" data-agent="{self.slug}"></script>'

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

    def another_tab(self) -> Shop:
        """Of the same visitor, empty yet."""
        return Shop(
            self.host, self.site, Visit(self.visit.context, self.visit.context.new_page(), self.visit.complaints)
        )

    def frame(self) -> Frame:
        """The page in the frame, once the chat was opened."""
        return next(frame for frame in self.page.frames if "/embed/" in frame.url)

    def axe_in_frame(self) -> list[str]:
        """What axe-core finds in the frame, light and dark."""
        inside = Visit(self.visit.context, cast(Page, self.frame()))  # a frame evaluates as a page does
        found = []
        for scheme, rules in SCHEMES.items():
            self.page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}: {one}" for one in inside.axe(*rules)]
        return found

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
    with listed(shop_host, scripted_site):
        yield Shop(shop_host, scripted_site, windows())


@pytest.fixture
def speaking_shop(speaking_visit: Visit, shop_host: Host, voice_site: Site, upstream: FakeOpenAI) -> Iterator[Shop]:
    """The same for a visitor with a microphone, where voice is on offer."""
    with listed(shop_host, voice_site):
        yield Shop(shop_host, voice_site, speaking_visit)


@pytest.fixture
def demo_shop(windows: Callable[..., Visit], shop_host: Host, demo_site: Site) -> Iterator[Shop]:
    """The same with the agent of the demo."""
    demo_site.shell(LIST_DEMO.format(hosts=[shop_host.url]))
    yield Shop(shop_host, demo_site, windows(), slug="demo")
    demo_site.shell(LIST_DEMO.format(hosts=[]))


@pytest.fixture
def takes_files(scripted_site: Site) -> Iterator[None]:
    with taking_files(scripted_site):
        yield


@contextmanager
def listed(shop_host: Host, site: Site) -> Iterator[None]:
    """Meanwhile the agent may stand on the shop, and nobody has talked to it before."""
    site.shell(LIST.format(hosts=[shop_host.url]))
    site.shell("from embed.models import EmbedSettings; EmbedSettings.objects.all().delete()")
    site.shell("from conversations.models import Session; Session.objects.all().delete()")
    yield
    site.shell("from agents.models import Agent; Agent.objects.update(accent='#3355cc', hosts=[])")
    site.shell(PLAIN)
