"""The script that hosts include: small, cached, and with the look of those agents only that may stand there."""

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rjsmin
from django.utils import translation

from agents.tests.factories import AgentFactory
from embed.hours import locale_of
from embed.loader import LETTERS, OWN_NAMES, looks_for, path_pattern, script
from embed.models import EmbedSettings
from inbox.availability import ANSWER
from inbox.models import HandoverSettings
from inbox.tests.factories import StaffFactory
from language.of_site import accepted

pytestmark = pytest.mark.django_db
MAX_BYTES = 3000


def looks(client, page=None, **headers):
    response = client.get("/embed.js", headers={**({"Referer": page} if page else {}), **headers})
    assert response.status_code == 200
    body = response.content.decode()
    return json.loads(re.search(r"LOOKS=(\{.*?\});const script", body)[1])


def people(agent, hours, **settings):
    """Somebody may answer for the agent, at these hours."""
    StaffFactory.create(may=[ANSWER])
    HandoverSettings.objects.create(agent=agent, hours=hours, **settings)


def told_hours(at):
    return looks_for("https://shop.example/", "en", at)["ada"]


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
    people(agent, "Mon-Fri 9-12\nMon-Fri 13:30-17", time_zone="America/New_York")

    assert len(gzip.compress(script("https://shop.example/", "en-us").encode(), 9)) < MAX_BYTES


def test_what_is_shortened_is_a_name_and_nothing_else():
    source = Path("static/js/embed/loader.js").read_text()
    code = rjsmin.jsmin(re.sub(r"\$\{(.*?)\}", r"(\1)", source))  # what stands in a template is code

    for name in OWN_NAMES:
        assert re.search(rf"(const|let|function) {name}\b|\b{name}[)=]", code), name
        assert not re.search(rf"[.\-]{name}\b|\b{name}[:\-]|[\"'`][^\"'`()]*\b{name}\b[^\"'`()]*[\"'`]", code), name
    assert len(OWN_NAMES) <= len(LETTERS)
    assert not set(re.findall(r"\b[a-z]\b", code)) & set(LETTERS)


def test_it_is_cached_for_five_minutes_by_page(client):
    response = client.get("/embed.js")

    assert response["Cache-Control"] == "public, max-age=300"
    assert {"Referer", "Accept-Language"} <= set(response["Vary"].split(", "))
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
    assert look["text"] == "`${alert(1)}`"
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
        ("/pricing", "/pricing?from=mail#top", True),
        ("/shop/*/red", "/shop/lamps?then=/red", False),
        ("/en-gb/*", "/en-gb/lamps", True),
    ],
)
def test_paths_in_which_a_star_stands_for_anything(paths, path, is_on):
    assert bool(re.match(path_pattern(paths), path)) is is_on


def test_without_paths_every_page_greets():
    assert re.match(path_pattern(" \n"), "/any/page?at=all")


def test_an_agent_s_look_says_only_what_is_not_so_for_all():
    agent = AgentFactory.create(slug="ada", name="Ada", accent="#3355cc", hosts=["https://shop.example"])
    EmbedSettings.objects.create(agent=agent, greeting="Hello", greet_after_s=5, greet_at_scroll=50, greet_on="/lamps")

    look = told_hours(datetime(2026, 11, 30, 10, tzinfo=UTC))

    greets = {"text": "Hello", "dismiss": "Do not show this again", "after": 5000, "scroll": 0.5}
    names = {"open": "Open the chat with Ada", "frame": "Chat with Ada", "fill": "#3355cc"}
    assert look == names | greets | {"path": "(/lamps)/?([?#]|$)"}


@pytest.fixture
def ada():
    return AgentFactory.create(slug="ada", name="Ada", hosts=["https://shop.example"])


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-30T10:00", "2026-11-30T08:00"),  # Monday in Berlin, at work: they came at nine, an hour before UTC
        ("2026-11-30T15:59", "2026-11-30T08:00"),
        ("2026-11-30T16:00", "2026-12-01T08:00"),
        ("2026-12-04T20:00", "2026-12-07T08:00"),
    ],
)
def test_it_says_when_people_come_and_go_so_that_no_cache_makes_it_untrue(ada, now, first):
    people(ada, "Mon-Fri 9-17", time_zone="Europe/Berlin")

    found = told_hours(datetime.fromisoformat(now).replace(tzinfo=UTC))

    times = [datetime.fromtimestamp(time / 1000, UTC) for time in found["times"]]
    assert times[0] == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert times == sorted(times)
    assert len(times) == 4
    assert found["here"] == "The team is here now."


@pytest.mark.parametrize(
    ("hours", "more"), [("", {}), ("Mon-Sun 0-24", {}), ("Mon-Fri 9-17", {"is_on": False}), (None, {})]
)
def test_it_says_nothing_where_people_are_always_or_never_there(ada, hours, more):
    if hours is not None:
        people(ada, hours, **more)

    assert "times" not in told_hours(datetime(2026, 11, 30, 10, tzinfo=UTC))


def test_it_promises_nobody_where_no_member_of_staff_may_answer(ada):
    HandoverSettings.objects.create(agent=ada, hours="Mon-Fri 9-17")

    assert "times" not in told_hours(datetime(2026, 11, 30, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("en-GB,en;q=0.8", "en-gb"),
        ("de-DE,de;q=0.9,en-AU;q=0.3", "de-de"),
        ("pl,en-AU;q=0.3", "en-au"),
        ("zh-Hans-CN", "en"),
        ("en-x", "en"),
        ("en-GB-oed, *", "en"),
        ("\"';--", "en"),
        ("", "en"),
    ],
)
def test_times_are_written_as_the_visitor_writes_them(ada, client, header, tag):
    people(ada, "Mon 9-10\nThu 9-10")

    with translation.override(accepted(header) or "en"):
        assert locale_of(header) == tag
    assert looks(client, "https://shop.example/", **{"Accept-Language": header})["ada"]["lang"] == tag


def test_who_speaks_to_a_computer_can_say_the_words_on_the_button(ada, client):
    EmbedSettings.objects.create(agent=ada, launcher_text="Ask us")

    assert looks(client, "https://shop.example/")["ada"]["open"] == "Ask us: Open the chat with Ada"
