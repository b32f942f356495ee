"""Websites through the API: had read, looked at, read again, let go."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from access import keys, tokens
from access.models import ApiKey
from agents.tests.factories import AgentFactory
from conversations.models import Session
from knowledge.models import Document, WebPage, Website
from knowledge.tests.factories import DocumentFactory
from knowledge.websites import adding
from knowledge.websites.schedule import read_website

pytestmark = pytest.mark.django_db
FIELDS = {
    *("id", "agent_id", "url", "include", "exclude", "every_hours", "max_pages", "status", "error", "pages", "ready"),
    *("failed", "last_read_at", "next_read_at", "created_at"),
}


@pytest.fixture
def ask(client):
    key = keys.create("Test")[1]

    def ask(path, method="get", token=key, body=None):
        given = {"data": body, "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(f"/api{path}", **given, headers={"Authorization": f"Bearer {token}"})

    return ask


@pytest.fixture
def shop(site):
    site.page("/", '<main><h1>Lamps</h1><p>We sell lamps for desks, floors and walls.</p><a href="/a">A</a></main>')
    site.page("/a", '<main><h1>Brook 90</h1><p>The Brook 90 costs 240 euros.</p></main><a href="/b">B</a>')
    site.put("/b", "", status=403)
    return site


def work() -> None:
    for task in DBTaskResult.objects.filter(queue_name="websites"):
        read_website.call(*task.args_kwargs["args"])


def test_a_website_is_read_in_the_background_and_says_how_far_it_is(ask, shop, agent):
    made = ask(f"/agents/{agent.pk}/websites", "post", body={"url": shop.url("/"), "exclude": ["jobs", "/old*"]})
    begun = made.json()
    work()
    done = ask(f"/websites/{begun['id']}").json()

    assert (made.status_code, set(begun)) == (201, FIELDS)
    assert (begun["status"], begun["pages"], begun["exclude"]) == ("pending", 0, ["/jobs", "/old*"])
    assert (begun["every_hours"], begun["max_pages"]) == (24, 1000)
    assert (done["status"], done["pages"], done["failed"], done["error"]) == ("ready", 3, 1, "")
    assert done["last_read_at"] < done["next_read_at"]
    assert ask(f"/agents/{agent.pk}/websites").json() == {"websites": [done], "total": 1, "next_cursor": None}


def test_its_documents_are_the_agents(ask, shop, agent):
    ask(f"/agents/{agent.pk}/websites", "post", body={"url": shop.url("/")})
    work()

    listed = ask(f"/agents/{agent.pk}/documents").json()["documents"]

    assert len(listed) == 2
    assert {each["agent_id"] for each in listed} == {str(agent.pk)}


def test_it_is_read_again_when_asked_to(ask, shop, agent):
    made = ask(f"/agents/{agent.pk}/websites", "post", body={"url": shop.url("/"), "every_hours": 0}).json()
    work()

    again = ask(f"/websites/{made['id']}/read", "post")
    work()

    assert (again.status_code, again.json()["status"]) == (202, "pending")
    assert shop.paths().count("/a") == 2
    assert Document.objects.count() == 2


def test_deletion_takes_pages_and_their_documents_along_and_nothing_else(ask, shop, agent):
    other = DocumentFactory(agent=agent)
    made = ask(f"/agents/{agent.pk}/websites", "post", body={"url": shop.url("/")}).json()
    work()

    assert ask(f"/websites/{made['id']}", "delete").status_code == 204

    assert list(Document.objects.all()) == [other]
    assert not WebPage.objects.exists()
    for method, path in (("get", ""), ("delete", ""), ("post", "/read")):
        response = ask(f"/websites/{made['id']}{path}", method)
        assert (response.status_code, response.json()["detail"]) == (404, "Website not found")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"url": "ftp://shop.example/"}, "url"),
        ({"url": "https://user:secret@shop.example/"}, "url"),
        ({"url": "shop.example"}, "url"),
        ({"url": "https://shop.example/" + "a" * 500}, "url"),
        ({}, "url"),
        ({"url": "https://shop.example/", "every_hours": -1}, "every_hours"),
        ({"url": "https://shop.example/", "max_pages": 0}, "max_pages"),
        ({"url": "https://shop.example/", "max_pages": 5001}, "max_pages"),
        ({"url": "https://shop.example/", "include": ["x" * 201]}, "include"),
        ({"url": "https://shop.example/", "include": "/a"}, "include"),
    ],
)
def test_what_cannot_be_read_is_refused(ask, agent, body, words):
    response = ask(f"/agents/{agent.pk}/websites", "post", body=body)

    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert "secret" not in response.content.decode()
    assert not Website.objects.exists()


def test_an_agent_reads_a_website_once(ask, agent):
    for expected in (201, 409):
        response = ask(f"/agents/{agent.pk}/websites", "post", body={"url": "https://shop.example/?utm_source=x"})
        assert response.status_code == expected
    assert Website.objects.get().url == "https://shop.example/"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        (
            "https://Bücher.example/größe?farbe=grün#oben",
            "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?farbe=gr%C3%BCn",
        ),
        ("https://shop.example/größe", "https://shop.example/gr%C3%B6%C3%9Fe"),
        ("http://例え.テスト/", "http://xn--r8jz45g.xn--zckzah/"),
        ("https://i❤.example/🙂", "https://xn--i-7iq.example/%F0%9F%99%82"),
    ],
)
def test_names_in_other_scripts_are_taken_as_a_browser_takes_them(ask, agent, written, kept):
    made = ask(f"/agents/{agent.pk}/websites", "post", body={"url": written})
    page = ask(f"/agents/{agent.pk}/documents", "post", body={"url": written})

    assert (made.status_code, made.json().get("url")) == (201, kept)
    assert (page.status_code, page.json().get("url")) == (201, kept)


@pytest.mark.parametrize(
    "wrong", ["https://ü b.example/", "https://ü@shop.example/", "ftp://bücher.example/", "bücher"]
)
def test_what_is_no_address_in_any_script_is_refused(ask, agent, wrong):
    for kind in ("websites", "documents"):
        refused = ask(f"/agents/{agent.pk}/{kind}", "post", body={"url": wrong})
        assert (refused.status_code, refused.json()["detail"][:4]) == (422, "url:")


def test_a_private_address_is_accepted_and_its_reading_says_no(ask, agent, settings):
    settings.FETCH_PRIVATE = False
    made = ask(f"/agents/{agent.pk}/websites", "post", body={"url": "http://127.0.0.1/"}).json()

    work()

    done = ask(f"/websites/{made['id']}").json()
    assert (done["status"], done["error"]) == ("failed", "This address is inside a private network, and is not read.")


@given(st.from_regex(re.compile(adding.ADDRESS, re.ASCII), fullmatch=True).filter(lambda text: len(text) < 400))
@pytest.mark.slow
def test_whatever_the_schema_takes_is_an_address(url):
    assert adding.address(url)


def test_others_get_in_nowhere(ask, client, agent):
    website = Website.objects.create(agent=agent, url="https://shop.example/")
    visitor = tokens.issue(Session.objects.create(agent=agent).pk)
    reading = keys.create("Reader", scopes=[ApiKey.Scope.READ])[1]

    for path, method in ((f"/agents/{agent.pk}/websites", "get"), (f"/websites/{website.pk}", "get")):
        assert client.get(f"/api{path}").status_code == 401
        assert ask(path, method, token=visitor).status_code == 403
        assert ask(path, method, token=reading).status_code == 200
    for path, method in ((f"/websites/{website.pk}", "delete"), (f"/websites/{website.pk}/read", "post")):
        assert ask(path, method, token=visitor).status_code == 403
        assert ask(path, method, token=reading).status_code == 403
    assert ask(f"/agents/{uuid.uuid4()}/websites").status_code == 404


# --- manage.py read_website -------------------------------------------------------------------------------------
def test_the_command_reads_a_website_and_says_how_far_it_is(shop, agent, capsys):
    call_command("read_website", agent.slug, shop.url("/"))
    call_command("read_website", str(agent.pk), shop.url("/"))

    told = capsys.readouterr().out
    assert f"read                   {shop.url('/a')}" in told
    assert "lets nobody in" in told
    assert told.count("3 pages known, 2 ready, 1 failed.") == 2
    assert Website.objects.count() == 1
    assert set(Document.objects.values_list("status", flat=True)) == {"ready"}


def test_the_command_says_what_is_wrong(shop, agent):
    shop.put("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
    for arguments, words in (
        (("nobody", shop.url("/")), "no agent nobody"),
        ((agent.slug, "ftp://x/"), "no address"),
        ((agent.slug, shop.url("/")), "does not allow it"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("read_website", *arguments)


def test_two_agents_may_read_one_site(shop, agent):
    adding.add(agent.pk, shop.url("/"))
    adding.add(AgentFactory().pk, shop.url("/"))

    assert Website.objects.count() == 2
