"""A site that was meant to listen and cannot: its microphone says so in words, and typing works."""

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script
from fakes.site import MAKE_AGENT, site

pytestmark = pytest.mark.browser

AWAY = "Speaking is not available here just now. Please type."


@pytest.fixture(scope="module")
def deaf_site(tmp_path_factory, upstream_server):
    """Smallest.ai is named, and its key is missing."""
    environment = {"OPENAI_BASE_URL": upstream_server.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
    with site(tmp_path_factory.mktemp("deaf"), STT_PROVIDERS="smallest", SMALLEST_API_KEY="", **environment) as made:
        made.shell(MAKE_AGENT)
        made.start()
        yield made


@pytest.mark.parametrize("path", ["/chat/ada/", "/"], ids=["page", "landing page"])
def test_a_press_says_that_speaking_is_not_available(visit, deaf_site, upstream, path):
    upstream.then(Script(text="Ninety euros."))
    page = visit.page
    page.goto(deaf_site.url + path)
    page.locator("#panel").hover()  # which starts the one of the landing page
    page.locator("#panel[data-voice-started]").wait_for()
    mic = page.get_by_role("button", name=AWAY)

    expect(mic).to_be_disabled()
    mic.click(force=True)
    expect(page.locator("#composer-error")).to_have_text(AWAY)
    violations = visit.axe()
    visit.ask("How much is it?")

    assert "Ninety euros." in visit.finished()
    expect(page.locator("#composer-error")).to_have_text("")
    assert violations == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_it_says_so_without_script_too(visit, deaf_site):
    visit.page.goto(f"{deaf_site.url}/chat/ada/")

    mic = visit.page.get_by_role("button", name=AWAY)

    expect(mic).to_be_visible()
    expect(mic).to_have_attribute("title", AWAY)
