"""The script that hosts include: small, cached, and with the look of those agents only that may stand there."""

import gzip
import json
import re

import pytest

from agents.tests.factories import AgentFactory
from embed.loader import path_pattern, script
from embed.models import EmbedSettings

pytestmark = pytest.mark.django_db
MAX_BYTES = 3000


def looks(client, page=None):
    response = client.get("/embed.js", headers={"Referer": page} if page else {})
    assert response.status_code == 200
    body = response.content.decode()
    return json.loads(re.search(r"LOOKS=(\{.*?\});const script", body)[1])


def test_it_stays_small_also_with_a_whole_look():
    agent = AgentFactory.create(slug="ada", name="Ada", hosts=["https://shop.example"])
    EmbedSettings.objects.create(
        agent=agent,
        launcher_text="Ask us anything",
        greeting="Are you looking for something? I know our lamps well.",
        greet_after_s=20,
        greet_at_scroll=50,
        greet_on="/pricing\n/shop/*",
    )

    assert len(gzip.compress(script("https://shop.example/").encode(), 9)) < MAX_BYTES


def test_it_is_cached_for_five_minutes_by_page(client):
    response = client.get("/embed.js")

    assert response["Cache-Control"] == "public, max-age=300"
    assert "Referer" in response["Vary"]
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


def test_a_page_learns_of_the_agents_that_may_stand_on_it_and_of_no_other(client):
    AgentFactory.create(slug="ada", name="Ada", accent="#aa0000", hosts=["https://*.shop.example"])
    AgentFactory.create(slug="bob", name="Bob", hosts=["https://rival.example"])
    AgentFactory.create(slug="off", name="Off", hosts=["https://*.shop.example"], is_active=False)
    AgentFactory.create(slug="closed", name="Closed")

    assert set(looks(client, "https://www.shop.example/lamps")) == {"", "ada"}
    assert looks(client, "https://www.shop.example/")["ada"]["fill"] == "#aa0000"
    for page in (None, "https://shop.example/", "https://evil.example/?https://www.shop.example", "null"):
        assert set(looks(client, page)) == {""}


def test_no_words_of_staff_can_end_the_script(client):
    agent = AgentFactory.create(slug="ada", name="</script>A\u2028b'\"", hosts=["https://shop.example"])
    EmbedSettings.objects.create(agent=agent, launcher_text="</script><!--", greeting="`${alert(1)}`")

    look = looks(client, "https://shop.example/")["ada"]

    assert look["label"] == "</script><!--"
    assert look["greet"]["text"] == "`${alert(1)}`"
    assert b"</script" not in client.get("/embed.js", headers={"Referer": "https://shop.example/"}).content


@pytest.mark.parametrize(
    ("paths", "path", "is_on"),
    [
        ("/pricing", "/pricing", True),
        ("/pricing", "/pricing/", True),
        ("/pricing", "/pricing/old", False),
        ("/shop/*", "/shop/lamps/red", True),
        ("/shop/*", "/shopping", False),
        ("/a\n/b+(c)", "/b+(c)", True),
        ("/b+(c)", "/bb(c)", False),
        ("/*", "/", True),
    ],
)
def test_paths_in_which_a_star_stands_for_anything(paths, path, is_on):
    assert bool(re.search(path_pattern(paths), path)) is is_on


def test_without_paths_every_page_greets():
    assert path_pattern(" \n") == ""
