"""A shop says in which language the agent speaks on its page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fakes.scripts import Script

pytestmark = pytest.mark.browser


def test_the_line_on_the_page_decides_over_the_browser(shop, upstream):
    upstream.then(Script(text="Gern."))
    line = f'<script async src="{shop.site.url}/embed.js?lang=de" data-agent="ada"></script>'
    shop.page.goto(shop.host.page("/deutsch", f"<h1>Lampen</h1>{line}", {}))

    expect(shop.launcher).to_have_accessible_name("Den Chat mit Ada öffnen")
    shop.launcher.click()
    expect(shop.chat.locator("html")).to_have_attribute("lang", "de")
    shop.ask("Kann ich die Lampe bestellen?")

    expect(shop.chat.locator(".message--assistant")).to_contain_text("Gern.")
    expect(shop.chat.locator(".message--assistant").get_by_role("button", name="Kopieren")).to_be_visible()
    assert "'locale': 'de'" in shop.first_touch()
