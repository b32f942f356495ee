"""One web page becomes a document by its address, in the background, and answers lead back to it."""

from __future__ import annotations

import pytest

from access import keys
from conversations.pages.fragments import by_document
from conversations.replies.making import sources
from knowledge.models import Document
from knowledge.search import search
from knowledge.tests.websites.conftest import read_asked
from knowledge.websites import reader

pytestmark = pytest.mark.django_db
PAGE = "<main><h1>Brook 90</h1><p>The Brook 90 is a lamp for large desks. It costs 240 euros.</p></main>"


@pytest.fixture
def send(client):
    key = keys.create("Test")[1]

    def send(path, **body):
        headers = {"Authorization": f"Bearer {key}"}
        return client.post(f"/api{path}", body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def stored(client):
    """A document as the API answers it now."""
    key = keys.create("Reader")[1]
    return lambda made: client.get(f"/api/documents/{made['id']}", headers={"Authorization": f"Bearer {key}"}).json()


def test_who_adds_a_page_does_not_wait_for_its_server(site, agent, send, stored):
    site.page("/brook", PAGE)

    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook"))
    asked_before = site.paths()
    read_asked()

    document = made.json()
    assert (made.status_code, document["status"], document["progress"]) == (201, "pending", 0)
    assert document["name"] == site.url("/brook")
    assert (asked_before, site.paths()) == ([], ["/brook"])
    assert (stored(document)["status"], stored(document)["progress"]) == ("ready", 1)


def test_a_page_is_read_by_its_address_and_answered_from(site, agent, send, stored):
    site.page("/private/brook", PAGE, head='<meta name="robots" content="noindex">')

    made = send(f"/agents/{agent.pk}/documents", url=site.url("/private/brook?utm_source=x")).json()
    read_asked()

    document = Document.objects.get()
    assert (stored(made)["status"], stored(made)["name"]) == ("ready", "Brook 90")
    assert document.url == site.url("/private/brook")
    assert "240 euros" in search(agent.pk, "What does the Brook 90 cost?", 1)[0].text


def test_a_known_page_is_read_again_and_keeps_its_document_and_its_last_text(site, agent, send, stored):
    site.page("/brook", PAGE)
    first = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    read_asked()

    site.page("/brook", PAGE.replace("240", "260"))
    second = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    assert "240 euros" in search(agent.pk, "What does the Brook 90 cost?", 1)[0].text
    read_asked()
    site.put("/brook", "", status=500)
    third = send(f"/documents/{first['id']}/index")
    while read_asked():
        pass

    assert first["id"] == second["id"] == third.json()["id"]
    assert (second["status"], second["progress"], third.status_code) == ("ready", 0, 202)
    assert (stored(first)["status"], stored(first)["progress"]) == ("ready", 1)
    assert "500" in stored(first)["error"]
    assert "260 euros" in search(agent.pk, "What does the Brook 90 cost?", 1)[0].text


def test_a_page_that_did_not_change_is_not_indexed_again(site, agent, send, stored):
    site.page("/brook", PAGE)
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    read_asked()
    before = stored(made)

    send(f"/documents/{made['id']}/index")
    read_asked()

    after = stored(made)
    assert after.pop("last_read_at") > before.pop("last_read_at")
    assert after.pop("next_read_at") > before.pop("next_read_at")
    assert after == before


def test_the_api_says_where_a_page_is_from_and_when_it_is_read_next(site, agent, send, stored):
    site.page("/brook", PAGE)
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook"), every_hours=6).json()
    before = stored(made)
    read_asked()
    after = stored(made)
    pasted = send(f"/agents/{agent.pk}/documents", text="# Prices\n\nA Brook 90 costs $2,400.").json()

    assert (before["url"], before["every_hours"], before["last_read_at"]) == (site.url("/brook"), 6, None)
    assert after["last_read_at"] < after["next_read_at"]
    assert (pasted["url"], pasted["every_hours"], pasted["next_read_at"]) == (None, None, None)


def test_a_page_whose_server_has_an_error_is_pending_and_says_why(site, agent, send, stored):
    site.put("/brook", "", status=503)
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()

    read_asked()

    waiting = stored(made)
    assert (waiting["status"], waiting["error"]) == ("pending", "The server has an error of its own (503).")
    assert waiting["next_read_at"]


def test_a_page_is_called_what_it_was_named(site, agent, send, stored):
    site.page("/brook", PAGE)
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    read_asked()

    named = send(f"/agents/{agent.pk}/documents", url=site.url("/brook"), name="Our best lamp").json()
    read_asked()

    assert named["id"] == made["id"]
    assert stored(made)["name"] == "Our best lamp"
    assert search(agent.pk, "What does the Brook 90 cost?", 1)[0].document == "Our best lamp"


def test_a_page_asked_for_twice_is_read_once(site, agent, send):
    site.page("/brook", PAGE)
    for _again in range(2):
        send(f"/agents/{agent.pk}/documents", url=site.url("/brook"))

    read_asked()

    assert site.paths() == ["/brook"]
    assert Document.objects.count() == 1


def test_a_page_that_cannot_be_read_is_kept_with_the_reason_and_read_later(site, agent, send, stored):
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    read_asked()
    failed = stored(made)
    site.page("/brook", PAGE)
    again = send(f"/documents/{made['id']}/index").json()
    read_asked()

    assert (failed["status"], failed["error"]) == ("failed", "There is no page at this address (404).")
    assert (again["status"], again["error"]) == ("pending", "")
    assert (stored(made)["status"], stored(made)["error"]) == ("ready", "")


def test_an_unchanged_page_whose_indexing_failed_is_indexed_when_it_is_read_again(site, agent, send, stored):
    site.page("/brook", PAGE)
    made = send(f"/agents/{agent.pk}/documents", url=site.url("/brook")).json()
    read_asked()
    Document.objects.update(status=Document.Status.FAILED, error="It could not be indexed.")

    send(f"/documents/{made['id']}/index")
    read_asked()

    assert (stored(made)["status"], stored(made)["error"]) == ("ready", "")


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "words"), [("CORE_S", "takes too long"), ("MEMORY_BYTES", "read")])
def test_a_page_that_takes_too_much_is_told_and_not_an_error_of_ours(
    site, agent, send, stored, monkeypatch, limit, words
):
    reader._end_kept()
    monkeypatch.setattr(reader, limit, {"CORE_S": 1, "MEMORY_BYTES": 300 * 1024**2}[limit])
    site.page("/bomb", "<p>a" * 1_000_000)

    made = send(f"/agents/{agent.pk}/documents", url=site.url("/bomb")).json()
    read_asked()
    reader._end_kept()

    assert stored(made)["status"] == "failed"
    assert words in stored(made)["error"]


def test_a_private_address_is_not_read(site, agent, send, stored, settings):
    settings.FETCH_PRIVATE = False

    made = send(f"/agents/{agent.pk}/documents", url="http://169.254.169.254/latest/meta-data/").json()
    read_asked()

    failed = stored(made)
    assert failed["status"] == "failed"
    assert failed["error"] == "This address is inside a private network, and is not read."


def test_a_text_can_be_sent_as_json(agent, send):
    made = send(f"/agents/{agent.pk}/documents", text="# Prices\n\nA Brook 90 costs $2,400.")

    assert (made.status_code, made.json()["name"]) == (201, "Prices")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "text"),
        ({"url": "ftp://a.example/"}, "url"),
        ({"url": 1}, "url"),
        ({"url": "https://a.example/" + "{" * 400}, "url"),
        ({"url": "https://a.example/", "every_hours": -1}, "every_hours"),
        ({"url": "https://a.example/", "every_hours": 8761}, "every_hours"),
        ({"text": "x", "name": "x" * 201}, "name"),
    ],
)
def test_anything_else_is_refused(agent, send, body, words):
    response = send(f"/agents/{agent.pk}/documents", **body)

    assert response.status_code == 422
    assert words in response.json()["detail"]
    assert not Document.objects.exists()


def test_the_source_of_an_answer_leads_to_the_page(site, agent, send):
    site.page("/brook", PAGE)
    send(f"/agents/{agent.pk}/documents", url=site.url("/brook"))
    read_asked()
    found = search(agent.pk, "What does the Brook 90 cost?", 1)

    (source,) = sources(tuple(found), (0,))

    assert source["url"] == site.url("/brook")
    assert by_document((source,))[0].url == site.url("/brook")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//a.example/", ""])
def test_only_addresses_of_the_web_become_links(url):
    (view,) = by_document(({"document": "A", "excerpt": "b", "url": url},))

    assert view.url == ""
