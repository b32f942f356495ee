"""Of a website that is read again only what changed is read anew, and nothing good is lost."""

from __future__ import annotations

import pytest

from knowledge import search as search_module
from knowledge.models import Document, Website
from knowledge.search import search
from knowledge.tests.websites.pages import documents, index_all, lamp, states

pytestmark = pytest.mark.django_db


def test_what_did_not_change_is_not_sent_again_nor_indexed_again(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    read()
    index_all()
    before = list(Document.objects.order_by("pk").values_list("pk", "updated_at", "is_owed"))
    site.answered.clear()

    read()

    assert list(Document.objects.order_by("pk").values_list("pk", "updated_at", "is_owed")) == before
    assert site.answered.count(304) == 1  # of the first page its links are wanted


def test_a_page_without_marks_is_compared_by_its_text(site, website, read):
    site.page("/", lamp("Brook 90"), ETag="", title="A")
    read()
    index_all()
    site.page("/", lamp("Brook 90") + "<!-- made in 3 ms -->", ETag="", title="A")

    read()

    assert not Document.objects.get().is_owed


def test_a_changed_page_keeps_its_document_and_answers_as_before_until_it_is_indexed(site, website, read):
    site.page("/", lamp("Brook 90"))
    read()
    index_all()
    before = Document.objects.get()
    site.page("/", lamp("Brook 90", price=260))

    read()

    document = Document.objects.get()
    assert (document.pk, document.status, document.is_owed) == (before.pk, "ready", True)
    assert "240 euros" in search(website.agent_id, "What does the Brook 90 cost?", 1)[0].text
    index_all()
    search_module._indexes.clear()  # a second later, or in another process
    assert "260 euros" in search(website.agent_id, "What does the Brook 90 cost?", 1)[0].text


def test_an_error_never_replaces_the_last_good_text(site, website, read):
    site.page("/", lamp("Brook 90", "/desk", "/floor", "/wall"))
    for path in ("/desk", "/floor", "/wall"):
        site.page(path, lamp(f"Lamp {path}"))
    read()
    kept = {path: document.text for path, document in documents().items()}
    site.put("/desk", "Out of order", status=500)
    site.page("/floor", '<div id="root"></div><script src="/app.js"></script>')
    site.put("/wall", "Login first", status=403)

    for _ in range(4):
        read()

    assert {path: document.text for path, document in documents().items()} == kept


def test_a_page_that_is_not_found_three_times_is_not_answered_from_any_more(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    read()
    index_all()
    del site.answers["/desk"]

    read(), read()
    assert "/desk" in documents()
    read()

    assert "/desk" not in documents()
    assert all("Weir" not in passage.text for passage in search(website.agent_id, "What does the Weir 20 cost?", 3))
    site.page("/desk", lamp("Weir 20"))
    read()
    search_module._indexes.clear()  # a second later, or in another process
    assert "Weir 20" in search(website.agent_id, "What does the Weir 20 cost?", 3)[0].text


def test_an_address_that_never_was_a_page_is_looked_for_twice(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20", "/nowhere"))
    read()
    assert states()["/nowhere"] == "failed"

    read(), read()

    assert "/nowhere" not in states()
    assert site.paths().count("/nowhere") == 2


@pytest.mark.parametrize("gone", ["noindex", "robots", "excluded", "moved"])
def test_a_page_that_is_not_to_be_read_any_more_goes_at_once(site, website, read, gone):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    site.page("/new", lamp("Weir 21"))
    read()
    if gone == "noindex":
        site.page("/desk", lamp("Weir 20 "), head='<meta name="robots" content="noindex">')
    elif gone == "robots":
        site.put("/robots.txt", "User-agent: *\nDisallow: /desk", Content_Type="text/plain")
    elif gone == "excluded":
        Website.objects.update(exclude="/desk")
    else:
        site.redirect("/desk", "/new")

    read()

    assert set(documents()) == ({"/", "/new"} if gone == "moved" else {"/"})


def test_new_pages_are_found(site, website, read):
    site.page("/", lamp("Brook 90"))
    read()
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))

    read()

    assert set(documents()) == {"/", "/desk"}
