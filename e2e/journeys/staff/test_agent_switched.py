"""Staff switch an agent off and on, and delete it, while a visitor's page is open."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from fakes.site import MAKE_AGENT, Site, site

pytestmark = pytest.mark.browser
KEY = "a-key-for-switching-agents"
MAKE_TWO = f"""{MAKE_AGENT}
Agent.objects.create(name="Bob", slug="bob").publish("You sell chairs.")
"""


@pytest.fixture
def own_site(tmp_path) -> Iterator[Site]:
    with site(tmp_path, begun_with=MAKE_TWO, API_KEY=KEY) as made:
        made.start()
        yield made


def ask(made: Site, method: str, path: str, body: dict | None = None) -> dict:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(made.url + path, data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.loads(response.read() or "{}")


def test_the_page_follows_its_agent(visit, own_site):
    page = visit.page
    page.goto(f"{own_site.url}/chat/ada/")
    visit.ask("hello there")
    visit.finished()
    ada = next(one for one in ask(own_site, "GET", "/api/agents")["agents"] if one["slug"] == "ada")["id"]

    ask(own_site, "PATCH", f"/api/agents/{ada}", {"is_active": False, "is_default": False})
    expect(page.locator(".ended[data-when=inactive]")).to_be_visible()
    expect(page.locator("#status")).to_have_text("Not available")
    expect(page.locator("#composer")).to_be_hidden()

    ask(own_site, "PATCH", f"/api/agents/{ada}", {"is_active": True})
    expect(page.locator("#composer")).to_be_visible()
    expect(page.locator("#status")).not_to_have_text("Not available")
    visit.ask("hello again")
    visit.finished(2)

    ask(own_site, "DELETE", f"/api/agents/{ada}")
    expect(page.locator(".ended[data-when=deleted]")).to_be_visible()
    page.get_by_role("link", name="Start a new one").click()
    expect(page.get_by_role("heading", name="Nobody answers here")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Bob")
