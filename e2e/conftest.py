"""The browser, the site as it is after `make run`, and the same with a scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from fakes.browser import CHROMIUM
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_MS
from fakes.site import MAKE_AGENT, SEEDED, Site, site

expect.set_options(timeout=PATIENCE_MS)
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The tabs of a window share one process, from its first, empty page on; windows of two visitors never do. To start
    # another for the first page took a fifteenth of what the browser takes for a short visit.
    "--renderer-process-limit=1",
    # The model that tells speech runs as soon as it is loaded. To compile it all better, for each page anew, took two
    # seconds of a core, which no test talks long enough to earn back.
    "--js-flags=--liftoff-only",
)
LET_DICTATE = """
from voice.models import AgentVoice
AgentVoice.objects.create(agent=agent, may_dictate=True)
"""
TAKES_FILES = "from agents.models import Agent; Agent.objects.filter(slug='ada').update(takes_attachments={takes})"
LOG_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
user = get_user_model().objects.get(username="{username}")
store = import_module(settings.SESSION_ENGINE).SessionStore()
store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
store.save()
print(settings.SESSION_COOKIE_NAME, store.session_key)
"""


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Ends with the folder: while it runs, no asynchronous test of another folder can."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = _launch(playwright)
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def speaking_browser(playwright: Playwright) -> Iterator[Browser]:
    """Its microphone is there, allowed, and beeps."""
    chromium = _launch(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--disable-features=LocalNetworkAccessChecks",  # a page that a test rewrites counts as one from elsewhere
    )
    yield chromium
    chromium.close()


@pytest.fixture(scope="package")
def wary_browser(playwright: Playwright) -> Iterator[Browser]:
    """It has a microphone, and its visitor refuses it."""
    chromium = _launch(playwright, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny")
    yield chromium
    chromium.close()


def _launch(playwright: Playwright, *arguments: str) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*CHROMIUM_ARGS, *arguments])


@pytest.fixture(scope="package")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """As after `make run` on a fresh machine: the demo agent, its knowledge, no key.

    Sites end with the folder: twelve, in four processes, took 1.6 GB and a sixth of a core beside the quick tests.
    """
    with site(tmp_path_factory.mktemp("demo"), begun_with=SEEDED, RATE_LIMITS="off") as made:
        made.start()
        yield made


@pytest.fixture(scope="session")
def upstream_server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI().in_thread() as server:
        yield server


@pytest.fixture(scope="package")
def scripted_site(tmp_path_factory: pytest.TempPathFactory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    """An agent without knowledge whose model is the scripted server."""
    environment = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("scripted"), begun_with=MAKE_AGENT, **environment) as made:
        made.start()
        yield made


@pytest.fixture(scope="package")
def voice_site(tmp_path_factory: pytest.TempPathFactory, upstream_server: FakeOpenAI) -> Iterator[Site]:
    """As `scripted_site`, with voice on offer in its pages."""
    scripted = {"OPENAI_MODEL": "scripted", "OPENAI_TTS_MODEL": "scripted", "RATE_LIMITS": "off"}
    folder, begun_with = tmp_path_factory.mktemp("voice"), MAKE_AGENT + LET_DICTATE
    with site(folder, begun_with=begun_with, OPENAI_BASE_URL=upstream_server.base_url, **scripted) as made:
        made.start()
        yield made


@pytest.fixture
def upstream(upstream_server: FakeOpenAI) -> FakeOpenAI:
    upstream_server.reset()
    return upstream_server


@dataclass
class Visit:
    """A visitor's browser window, and everything it complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def ask(self, text: str) -> None:
        self.page.get_by_role("textbox").fill(text)
        self.page.keyboard.press("Enter")

    def finished(self, count: int = 1) -> str:
        """The text of the last answer, once `count` answers have ended."""
        ended = self.page.locator(".message--assistant[data-status]:not([data-status=running])")
        ended.nth(count - 1).wait_for()
        return ended.nth(count - 1).inner_text()

    def sign_in(self, to: Site, username: str) -> None:
        """As this member of staff, without the form, whose password takes a second of a core."""
        name, value = to.shell(LOG_IN.format(username=username)).split()
        self.context.add_cookies([{"name": name, "value": value, "url": to.url}])

    def at_rest(self) -> None:
        """Wait until nothing moves any more but what moves for ever, as the dot of a recording does."""
        self.page.evaluate(
            """async () => {
              const soon = () => new Promise(done => setTimeout(done, 1000))  // a page that draws nothing has no frames
              const frames = () => Promise.race([soon(),
                new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))])
              const ends = animation => animation.effect?.getComputedTiming().endTime < Infinity
              for (let still = 0, turn = 0; still < 5 && turn < 100; still++, turn++) {  // a motion may begin late
                await frames()
                const moving = document.getAnimations().filter(one => one.playState === 'running' && ends(one))
                if (moving.length) still = -1
                await Promise.race([soon(), Promise.allSettled(moving.map(animation => animation.finished))])
              }
            }"""
        )

    def place(self, found: Locator) -> tuple[int, int]:
        """Where an element comes to rest: its left edge and its width, in pixels."""
        before = None
        while (box := found.bounding_box()) != before or box is None:
            before = box
            self.page.wait_for_timeout(300)  # longer than any motion of ours, and than the start of one under load
        return round(box["x"]), round(box["width"])

    def axe(self, *rules: str) -> list[str]:
        """Violations of WCAG 2.2 A and AA and of good practice that axe-core finds on the page as it is, of all rules
        or of those named."""
        self.at_rest()  # half-faded text has half its contrast
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']][:3])}" for v in found["violations"]]

    def axe_light_and_dark(self) -> list[str]:
        """The same for both: dark, the same elements stand in the same places, so that only the colours are new."""
        found = []
        for scheme, rules in SCHEMES.items():
            self.page.emulate_media(color_scheme=scheme)
            found += [f"{scheme}: {one}" for one in self.axe(*rules)]
        return found


AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES_OF_COLOURS = ("color-contrast", "link-in-text-block")
SCHEMES: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": (), "dark": RULES_OF_COLOURS}


@pytest.fixture
def visit(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh visitor at a desktop; parametrize `visit` indirectly with context options for another one."""
    yield from _visit(browser, getattr(request, "param", {}))


@pytest.fixture
def speaking_visit(speaking_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh visitor with a microphone."""
    yield from _visit(speaking_browser, getattr(request, "param", {}))


@pytest.fixture
def wary_visit(wary_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh visitor whose browser keeps the microphone to itself."""
    yield from _visit(wary_browser, getattr(request, "param", {}))


@pytest.fixture
def windows(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Makes as many browser windows as a journey has people; each with context options of its own."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(contextmanager(_visit)(browser, options))


def _visit(browser: Browser, options: dict[str, Any]) -> Iterator[Visit]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    made = Visit(context, page)
    page.on("pageerror", lambda error: made.complaints.append(f"error: {error}"))
    page.on("console", lambda message: _note(made, message))
    yield made
    context.close()
    refused = [text for text in made.complaints if "Content Security Policy" in text or text.startswith("error")]
    assert not refused, refused


def _note(visit: Visit, message: ConsoleMessage) -> None:
    # What a test evaluates in the page, axe-core for one, has no address; the page's own scripts have.
    if message.type in {"error", "warning"} and message.location["url"]:
        visit.complaints.append(f"{message.text} ({message.location['url']})")


@contextmanager
def taking_files(made: Site) -> Iterator[None]:
    """The agent Ada takes files while the block lasts."""
    made.shell(TAKES_FILES.format(takes=True))
    yield
    made.shell(TAKES_FILES.format(takes=False))
