"""Readings that are killed, repeated or at work at the same time lose and double nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from knowledge.models import Document, WebPage, Website
from knowledge.tests.websites.pages import documents, lamp, note, states
from knowledge.websites import keeping, reading
from knowledge.websites.fetching import Fetcher
from knowledge.websites.keeping import Lost
from knowledge.websites.outcomes import PageOutcome

pytestmark = pytest.mark.django_db


def test_a_reading_goes_on_where_it_was_and_doubles_nothing(site, website, read):
    paths = [f"/{number}" for number in range(12)]
    site.page("/", lamp("Brook 90", *paths))
    for path in paths:
        site.page(path, lamp(f"Lamp {path}", *paths))
    looks = iter(range(1000))

    for _ in range(4):
        read(lambda: next(looks) % 4 == 3)
    read()

    assert website.status == "ready"
    assert set(documents()) == {"/", *paths}
    assert Document.objects.count() == 13
    assert len(site.paths()) == 15  # no page twice; robots.txt and the sitemap


def test_what_is_killed_between_fetching_and_storing_is_read_again_once(site, website, read, monkeypatch):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reading, "store", killed)
        with pytest.raises(KeyboardInterrupt):
            read()
    Website.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    read()

    assert Document.objects.count() == 2


class Slow(Fetcher):
    """Each page takes nearly as long as a website is held for; `held_s` is how long it was, as each began."""

    def __init__(self) -> None:
        super().__init__()
        self.held_s: list[float] = []

    def fetch(self, url, **options):
        website = Website.objects.get()
        self.held_s.append((website.lease_until - timezone.now()).total_seconds())
        Website.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
        return super().fetch(url, **options)


def test_a_slow_site_is_held_for_each_page_from_the_first_on(site, website):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))

    with Slow() as fetcher:
        reading.read(reading.claim(website.pk), fetcher)

    website.refresh_from_db()
    assert website.status == "ready"
    assert len(fetcher.held_s) >= 4  # robots.txt, the first page, its sitemap and the other page
    assert min(fetcher.held_s) > Website.LEASE.total_seconds() / 2


def test_what_cannot_begin_and_was_taken_over_meanwhile_is_left_to_who_took_it(site, website):
    site.put("/robots.txt", "", status=500)

    class TakenOver(Fetcher):
        def fetch(self, url, **options):
            Website.objects.update(lease_owner="another")
            return super().fetch(url, **options)

    with TakenOver() as fetcher:
        assert reading.read(reading.claim(website.pk), fetcher) == reading.Rest()

    website.refresh_from_db()
    assert (website.status, website.lease_owner) == ("pending", "another")


def test_a_page_that_ends_every_process_is_given_up(site, website, read):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    read(lambda: WebPage.objects.filter(key="/desk").exists())
    WebPage.objects.filter(key="/desk").update(tries=keeping.MAX_TRIES)

    read()

    assert "ended several times" in note("/desk")
    assert "/desk" not in site.paths()


def test_a_page_that_brings_down_the_parser_fails_alone(site, website, read, monkeypatch, caplog):
    site.page("/", lamp("Brook 90", "/desk"))
    site.page("/desk", lamp("Weir 20"))
    answered = reading.of_answer

    def broken(fetched, *rest):
        if fetched.url.endswith("/desk"):
            raise RecursionError
        return answered(fetched, *rest)

    monkeypatch.setattr(reading, "of_answer", broken)

    assert read().status == "ready"
    assert states()["/desk"] == "failed"
    assert "could not be read" in caplog.text


def test_one_process_reads_a_website_and_who_lost_it_stores_nothing(site, website):
    mine = reading.claim(website.pk)

    assert reading.claim(website.pk) is None
    Website.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    theirs = reading.claim(website.pk)

    assert theirs is not None
    of_mine = keeping.of_website(
        Website(pk=mine.pk, lease_owner=mine.lease_owner, origin=site.url(""), url=website.url)
    )
    page = WebPage.objects.create(website=website, url=site.url("/"), key="/")
    with pytest.raises(Lost):
        keeping.store(of_mine, page, PageOutcome(WebPage.State.READ, title="A", text="B"))
    assert not Document.objects.exists()


def test_two_websites_on_one_host_are_read_one_after_the_other(site, website):
    other = Website.objects.create(agent=website.agent, url=site.url("/shop"))

    assert reading.claim(website.pk)
    assert reading.claim(other.pk) is None


def test_a_website_deleted_in_the_middle_stays_away(site, website, monkeypatch):
    site.page("/", lamp("Brook 90"))
    claimed = reading.claim(website.pk)
    stored = reading.store

    def deleted_first(*given):
        Website.objects.all().delete()
        return stored(*given)

    monkeypatch.setattr(reading, "store", deleted_first)
    with reading.Fetcher() as fetcher:
        reading.read(claimed, fetcher)

    assert not Document.objects.exists()
