"""A page made to bring down its reader fails alone: the others are read, and this process does not work on it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest

from fakes.effort import within_effort
from fakes.patience import PATIENCE_S, wait_until
from knowledge.tests.websites.pages import documents, lamp, note, states
from knowledge.websites import reader
from knowledge.websites.reader import PageReader, TooMuch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each starts a process that reads, and makes it work
MANY_TAGS = "<b>a</b>" * 600_000
HOSTILE = {
    "paragraphs that never end": "<p>a" * 1_200_000,
    "a table that fills itself": "<table>" + "<tr>" + "<td colspan=1000>a" * 5000 + "</tr></table>",
}
HARMLESS = {
    "deep": "<div>" * 900_000 + "hello",
    "tables in tables": "<table><tr><td>" * 100_000 + "hello",
    "lists in lists": "<ul><li>a" * 20_000,
    "a title of hyphens": "<title>" + " - " * 1_000_000 + "</title><p>hello",
    "a charset that is none": '<meta charset="' + "a" * 4_000_000,
    "comments": "<!--" * 1_000_000,
    "entities": "&#x1F600;" * 500_000,
}


@pytest.fixture
def two_seconds(monkeypatch):
    """What a page may take of a core, where all that is read is hostile."""
    monkeypatch.setattr(reader, "CORE_S", 2)


@pytest.fixture
def little_memory(monkeypatch):
    """Which a hostile sitemap fills on any machine, and an ordinary one on none, however slow."""
    monkeypatch.setattr(reader, "MEMORY_BYTES", 300 * 1024**2)
    reader._end_kept()
    yield
    reader._end_kept()


@pytest.fixture
def any_machine(monkeypatch):
    """A slow one takes longer to read than a visitor's website would be waited for."""
    monkeypatch.setattr(reader, "CORE_S", int(PATIENCE_S))
    monkeypatch.setattr(reader, "READ_S", PATIENCE_S)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_that_takes_too_much_ends_its_reader_and_no_time_of_this_process(two_seconds, name):
    data = HOSTILE[name].encode()

    def read():
        with PageReader() as pages, pytest.raises((TooMuch, RuntimeError)):  # a parser may give up before its limit
            pages.page(data, "http://shop.example/")

    within_effort(0.5, read)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_dangerous_is_read_or_found_empty(any_machine, name):
    with PageReader() as pages:
        page = pages.page(HARMLESS[name].encode(), "http://shop.example/")

    assert len(page.text) <= len(HARMLESS[name])


def test_a_hostile_page_fails_with_a_reason_and_the_others_are_read(any_machine, monkeypatch, site, website, read):
    monkeypatch.setattr(reader, "CORE_S", 4)  # the hostile one takes ten, the first of the others with imports 0.4
    site.page("/", lamp("Brook 90", "/bomb", "/desk"))
    site.page("/bomb", f"<p>{MANY_TAGS}")
    site.page("/desk", lamp("Weir 20"))

    assert read().status == "ready"
    assert set(documents()) == {"/", "/desk"}
    assert (states()["/bomb"], note("/bomb")) == ("failed", "This page takes too long or too much memory to read.")


def test_a_sitemap_that_unpacks_to_millions_of_tags_is_none(little_memory, any_machine):
    packed = gzip.compress(b"<urlset>" + b"<url/>" * 8_000_000)

    with PageReader() as pages:
        assert pages.sitemap(packed) is None
    with PageReader() as pages:
        assert pages.sitemap(b"<urlset><url><loc>https://a.example/1</loc></url></urlset>") is not None


def test_a_page_that_waits_for_nothing_is_given_up_by_the_clock(monkeypatch):
    with PageReader() as pages:
        pages.page(lamp("Brook 90").encode(), "http://shop.example/")
        monkeypatch.setattr(reader, "READ_S", 0.05)
        with pytest.raises(TooMuch):
            pages.page(f"<p>{MANY_TAGS}".encode(), "http://shop.example/")


def test_one_process_reads_many_pages_and_then_gives_way_to_a_new_one(monkeypatch):
    monkeypatch.setattr(reader, "PAGES_EACH", 2)
    begun = []

    class Counted(reader._Process):
        def __init__(self):
            begun.append(1)
            super().__init__()

    monkeypatch.setattr(reader, "_Process", Counted)
    reader._end_kept()

    for number in range(5):
        with PageReader() as pages:
            assert f"Lamp {number}" in pages.page(lamp(f"Lamp {number}").encode(), "http://shop.example/").text

    assert len(begun) == 3


def test_a_process_that_nobody_needs_ends(monkeypatch):
    monkeypatch.setattr(reader, "KEPT_S", 0.01)
    with PageReader() as pages:
        pages.page(lamp("Brook 90").encode(), "http://shop.example/")
        process = pages._process

    wait_until(lambda: not process.is_alive())


def test_the_server_itself_holds_no_parser_of_pages():
    """Which would take memory of each of its processes, and half a second of its start."""
    code = (
        "import django, sys; django.setup(); import salesagent.serving.worker, knowledge.api, knowledge.website_api;"
        "print([name for name in ('lxml', 'trafilatura') if name in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "salesagent.settings"}

    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)  # noqa: S603 ours

    assert done.stdout.strip() == "[]"
